package run

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/link"
	"github.com/twinstack/twinstack/harness/trace"
	"github.com/twinstack/twinstack/harness/vtime"
)

// PairLatency is how long a packet takes from one host of a Pair to the other. It is above zero because a round trip of
// no time bends every RTT sample.
const PairLatency = time.Millisecond

// PairConfig says which two hosts make a pair.
type PairConfig struct {
	IUTs     [2]iut.IUT       // by link.Side
	IPv6     bool             // which family the connection under watch uses
	Ports    [2]uint16        // the ports of the connection under watch; both must be bound by the scenario
	ISNs     [2]*uint32       // the initial sequence numbers to be had on the wire; nil: the IUT's own choice
	Settings iut.Settings     // for both
	Seed     uint64           // of both hosts' randomness
	epochs   [2]time.Duration // what ISNs makes of them
}

// Step is one packet at one moment of its way, with the states of the connection on both hosts once they had settled.
type Step struct {
	At     time.Duration
	From   link.Side
	Fate   link.Fate // Forwarded when it was sent, Delivered when it arrived
	Packet *trace.Packet
	States [2]trace.State // by link.Side
}

// Pair is two hosts, live, on one clock and one link. The scenario makes the calls; the pair moves time.
type Pair struct {
	Hosts [2]iut.Host
	Addrs [2]netip.AddrPort // the connection under watch
	Link  *link.Link
	Clock *vtime.Clock
	Steps []Step // every packet, sent and delivered, in order

	isns    [2]*uint32 // first seen on the wire
	settled int        // Steps up to here have their States
}

// Live makes a pair and plays the scenario on it. Where initial sequence numbers are asked for it plays it once before,
// to learn those that the hosts choose, and then moves each host's epoch by the difference (RFC 9293 §3.4.1 has a clock
// in them). The pair is closed when Live returns; Steps stay.
func Live(c PairConfig, scenario func(*Pair) error) (*Pair, error) {
	if c.ISNs != [2]*uint32{} {
		learnt, err := playOnce(c, scenario)
		if err != nil {
			return learnt, fmt.Errorf("while learning the initial sequence numbers: %w", err)
		}
		for side, want := range c.ISNs {
			if want == nil {
				continue
			}
			if c.epochs[side], err = epochFor(c.IUTs[side], learnt.isns[side], *want); err != nil {
				return learnt, err
			}
		}
	}
	p, err := playOnce(c, scenario)
	if err != nil {
		return p, err
	}
	for side, want := range c.ISNs {
		if want != nil && (p.isns[side] == nil || *p.isns[side] != *want) {
			return p, fmt.Errorf("%s did not use the initial sequence number %d", c.IUTs[side].Name(), *want)
		}
	}
	return p, nil
}

// epochFor is the host epoch with which an IUT whose ISN was learnt at epoch 0 will use want.
func epochFor(i iut.IUT, learnt *uint32, want uint32) (time.Duration, error) {
	tick := i.ISNTick()
	if tick == 0 {
		return 0, fmt.Errorf("%s does not let its initial sequence number be chosen", i.Name())
	}
	if learnt == nil {
		return 0, fmt.Errorf("%s sent no SYN from which its initial sequence number could be learnt", i.Name())
	}
	return time.Duration(want-*learnt) * tick, nil
}

func playOnce(c PairConfig, scenario func(*Pair) error) (*Pair, error) {
	clock := vtime.New()
	p := &Pair{Clock: clock}
	ends := [2]*link.End{link.NewEnd(c.Settings.MTU), link.NewEnd(c.Settings.MTU)}
	for side, i := range c.IUTs {
		p.Addrs[side] = netip.AddrPortFrom(sideAddr(link.Side(side), c.IPv6), c.Ports[side])
		addrs := [...]netip.Addr{sideAddr(link.Side(side), false), sideAddr(link.Side(side), true)}
		host, err := i.New(iut.Config{Clock: clock, Epoch: c.epochs[side], Link: ends[side], Addrs: addrs[:],
			Seed: c.Seed + uint64(side), Settings: c.Settings})
		if err != nil {
			return p, fmt.Errorf("%s: %w", i.Name(), err)
		}
		defer host.Close()
		p.Hosts[side] = host
	}
	p.Link = link.Join(clock, ends[link.A], ends[link.B], PairLatency)
	p.Link.Tap(p.tap)
	return p, scenario(p)
}

// sideAddr is an address of a side: side A has the IUT's of a script, side B the peer's.
func sideAddr(side link.Side, ipv6 bool) netip.Addr {
	self, peer := Addrs(ipv6)
	if side == link.A {
		return self
	}
	return peer
}

func (p *Pair) tap(t link.Tapped) {
	if t.Fate != link.Forwarded && t.Fate != link.Delivered {
		return
	}
	if s := t.Packet.TCP; s != nil && s.Flags.Has(trace.SYN) && p.isns[t.From] == nil {
		p.isns[t.From] = &s.Seq
	}
	p.Steps = append(p.Steps, Step{At: t.At, From: t.From, Fate: t.Fate, Packet: t.Packet})
}

// Settle lets both hosts do all that they can do at this instant, puts what they sent on the link, and samples the states.
func (p *Pair) Settle() {
	for {
		p.Hosts[link.A].Settle()
		p.Hosts[link.B].Settle()
		if p.Link.Pump() == 0 {
			break
		}
	}
	states := [2]trace.State{p.State(link.A), p.State(link.B)}
	for ; p.settled < len(p.Steps); p.settled++ {
		p.Steps[p.settled].States = states
	}
}

// State is the state of the connection under watch on one host: LISTEN while the host has only a listener on its port,
// CLOSED where it has neither.
func (p *Pair) State(side link.Side) trace.State {
	return stateOf(p.Hosts[side].Conns(), p.Addrs[side], p.Addrs[side.Other()])
}

// stateOf is the state of a connection: its TCB's, or LISTEN where only a listener has the local port, or CLOSED.
func stateOf(conns []iut.ConnState, local, remote netip.AddrPort) trace.State {
	state := trace.Closed
	for _, c := range conns {
		if c.Local.Port() != local.Port() {
			continue
		}
		if c.Remote == remote {
			return c.State
		}
		if c.State == trace.Listen {
			state = trace.Listen
		}
	}
	return state
}

// RunFor settles, and then lets virtual time d pass, one timer or packet at a time, settling after each.
func (p *Pair) RunFor(d time.Duration) error {
	p.Settle()
	return p.Clock.RunUntil(p.Clock.Now()+d, p.Settle)
}
