package link

import (
	"time"

	"github.com/twinstack/twinstack/harness/trace"
	"github.com/twinstack/twinstack/harness/vtime"
)

// Side is one of the two ends of a Link.
type Side uint8

// The sides.
const (
	A Side = iota
	B
)

// Other is the opposite side.
func (s Side) Other() Side { return 1 - s }

// String is "A" or "B".
func (s Side) String() string { return [...]string{"A", "B"}[s] }

// Fate is what became of a packet at the time at which a tap sees it.
type Fate uint8

// The fates. A packet is first Forwarded, Dropped or Held; a held one is Forwarded when it is released; a forwarded one
// is Delivered after the latency.
const (
	Forwarded Fate = iota // it left its sender and is under way
	Dropped               // it left its sender and is lost
	Held                  // it left its sender and waits for Release
	Delivered             // it is about to reach its receiver
)

// String is the fate in lower case.
func (f Fate) String() string { return [...]string{"forwarded", "dropped", "held", "delivered"}[f] }

// Tapped is one packet as a tap sees it.
type Tapped struct {
	At       time.Duration // virtual time
	From     Side          // the direction: from this side to the other
	Fate     Fate
	Injected bool          // put on the link by Inject, not by the host at From
	Packet   *trace.Packet // shared by all taps: not to be changed
}

// Link joins two ends. Packets take the latency from one to the other and stay in order in each direction. It is moved
// by the driver alone, from one goroutine:
//
//	settle both hosts; Pump; and if that took nothing, step the clock; and so on.
//
// One step of the clock delivers one packet, so that each host answers one segment before it sees the next.
type Link struct {
	clock   *vtime.Clock
	latency time.Duration
	ends    [2]*End
	taps    []func(Tapped)
	faults  [2]faults // by the sending side
}

type faults struct {
	hold  bool
	held  []flight
	drop  func(*trace.Packet) bool
	dropN int
}

// flight is one packet between its ends; packet is nil while nobody needs it decoded.
type flight struct {
	from     Side
	raw      []byte
	packet   *trace.Packet
	injected bool
}

// Join makes a link of two ends whose packets take latency, at least zero, each way. A live pair should have some: with
// no round-trip time at all, RTT samples and RACK (RFC 8985) go wrong.
func Join(clock *vtime.Clock, a, b *End, latency time.Duration) *Link {
	return &Link{clock: clock, latency: latency, ends: [2]*End{a, b}}
}

// Tap has see called for every packet at each turn of its fate.
func (l *Link) Tap(see func(Tapped)) { l.taps = append(l.taps, see) }

// Pump takes everything that both hosts have sent, A's first, and schedules it. It returns how many packets it took.
func (l *Link) Pump() int {
	n := 0
	for _, from := range [...]Side{A, B} {
		for raw := l.ends[from].Take(); raw != nil; raw = l.ends[from].Take() {
			l.send(flight{from: from, raw: raw})
			n++
		}
	}
	return n
}

// Inject puts a packet of the driver's own on the link, towards a side, behind whatever is under way there. It passes by
// Drop and Hold. raw must not change afterwards.
func (l *Link) Inject(to Side, raw []byte) {
	l.forward(flight{from: to.Other(), raw: raw, injected: true})
}

// Drop loses the packets from a side for which lose says so, until it is called again; nil ends it. lose sees every
// packet from that side once, in order.
func (l *Link) Drop(from Side, lose func(*trace.Packet) bool) { l.faults[from].drop = lose }

// DropNext loses the next n packets from a side, before Drop's predicate sees any.
func (l *Link) DropNext(from Side, n int) { l.faults[from].dropN = n }

// Hold keeps the packets that a side sends from now on until Release. What is under way arrives.
func (l *Link) Hold(from Side) { l.faults[from].hold = true }

// Release lets the packets of a side go again, the held ones first and in order. Each takes the latency from now on. It
// returns how many were held.
func (l *Link) Release(from Side) int {
	f := &l.faults[from]
	held := f.held
	f.hold, f.held = false, nil
	for _, p := range held {
		l.forward(p)
	}
	return len(held)
}

// send gives a packet of a host to the faults.
func (l *Link) send(p flight) {
	f := &l.faults[p.from]
	switch {
	case f.dropN > 0:
		f.dropN--
		l.tap(&p, Dropped)
	case f.drop != nil && f.drop(p.decoded()):
		l.tap(&p, Dropped)
	case f.hold:
		l.tap(&p, Held)
		f.held = append(f.held, p)
	default:
		l.forward(p)
	}
}

// forward sends a packet on its way. Packets that arrive at the same instant do so in the order of this call.
func (l *Link) forward(p flight) {
	l.tap(&p, Forwarded)
	l.clock.AfterFunc(l.latency, func() {
		l.tap(&p, Delivered)
		l.ends[p.from.Other()].Inject(p.raw)
	})
}

func (l *Link) tap(p *flight, fate Fate) {
	for _, see := range l.taps {
		see(Tapped{At: l.clock.Now(), From: p.from, Fate: fate, Injected: p.injected, Packet: p.decoded()})
	}
}

func (p *flight) decoded() *trace.Packet {
	if p.packet == nil {
		p.packet = Decode(p.raw)
	}
	return p.packet
}
