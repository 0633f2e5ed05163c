package link

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twinstack/twinstack/harness/trace"
	"github.com/twinstack/twinstack/harness/vtime"
)

// pair is two ends joined, with what reaches each host and what a tap sees, in words.
type pair struct {
	clock *vtime.Clock
	a, b  *End
	link  *Link
	got   [2][]uint32
	seen  []string
}

func newPair(latency time.Duration) *pair {
	p := &pair{clock: vtime.New(), a: NewEnd(1500), b: NewEnd(1500)}
	p.link = Join(p.clock, p.a, p.b, latency)
	p.a.Attach(func(raw []byte) { p.got[A] = append(p.got[A], Decode(raw).TCP.Seq) })
	p.b.Attach(func(raw []byte) { p.got[B] = append(p.got[B], Decode(raw).TCP.Seq) })
	p.link.Tap(func(t Tapped) {
		injected := ""
		if t.Injected {
			injected = " injected"
		}
		p.seen = append(p.seen, fmt.Sprintf("%v %v %d %v%s", t.At, t.From, t.Packet.TCP.Seq, t.Fate, injected))
	})
	return p
}

func numbered(t *testing.T, seq uint32) []byte {
	return encode(t, &trace.Packet{Src: v4a, Dst: v4b, TCP: &trace.Segment{Seq: seq}})
}

func (p *pair) run() {
	for p.link.Pump() > 0 || p.clock.Step() {
	}
}

func (p *pair) want(t *testing.T, toA, toB []uint32) {
	t.Helper()
	if !slices.Equal(p.got[A], toA) || !slices.Equal(p.got[B], toB) {
		t.Errorf("A got %v and B %v, want %v and %v\n%s", p.got[A], p.got[B], toA, toB, strings.Join(p.seen, "\n"))
	}
}

func TestLinkCarriesBothWaysInOrder(t *testing.T) {
	t.Parallel()
	p := newPair(time.Millisecond)
	p.b.Send(numbered(t, 10))
	p.a.Send(numbered(t, 1))
	p.a.Send(numbered(t, 2))
	if n := p.link.Pump(); n != 3 {
		t.Errorf("Pump took %d packets, want 3", n)
	}
	p.clock.Step()
	p.want(t, nil, []uint32{1}) // one step, one packet
	p.run()
	p.want(t, []uint32{10}, []uint32{1, 2})
	want := []string{"0s A 1 forwarded", "0s A 2 forwarded", "0s B 10 forwarded",
		"1ms A 1 delivered", "1ms A 2 delivered", "1ms B 10 delivered"}
	if !slices.Equal(p.seen, want) {
		t.Errorf("tap saw %q, want %q", p.seen, want)
	}
}

func TestHoldKeepsOrder(t *testing.T) {
	t.Parallel()
	p := newPair(time.Millisecond)
	p.a.Send(numbered(t, 1))
	p.link.Pump()
	p.link.Hold(A)
	p.a.Send(numbered(t, 2))
	p.a.Send(numbered(t, 3))
	p.b.Send(numbered(t, 10)) // the other direction goes on
	p.run()
	p.want(t, []uint32{10}, []uint32{1})
	if n := p.link.Release(A); n != 2 {
		t.Errorf("%d were held, want 2", n)
	}
	p.a.Send(numbered(t, 4))
	p.run()
	p.want(t, []uint32{10}, []uint32{1, 2, 3, 4})
	if at := p.clock.Now(); at != 2*time.Millisecond {
		t.Errorf("released packets arrived at %v, want 2ms", at)
	}
}

func TestDrop(t *testing.T) {
	t.Parallel()
	p := newPair(0)
	p.link.DropNext(A, 2)
	p.link.Drop(A, func(q *trace.Packet) bool { return q.TCP.Seq%2 == 0 })
	for seq := range uint32(7) {
		p.a.Send(numbered(t, seq))
		p.b.Send(numbered(t, 10+seq))
	}
	p.run()
	p.want(t, []uint32{10, 11, 12, 13, 14, 15, 16}, []uint32{3, 5})
	p.link.Drop(A, nil)
	p.a.Send(numbered(t, 8))
	p.run()
	p.want(t, []uint32{10, 11, 12, 13, 14, 15, 16}, []uint32{3, 5, 8})
	if n := strings.Count(strings.Join(p.seen, "\n"), "dropped"); n != 5 {
		t.Errorf("tap saw %d dropped, want 5", n)
	}
}

func TestInjectPassesByTheFaults(t *testing.T) {
	t.Parallel()
	p := newPair(time.Millisecond)
	p.link.DropNext(A, 1)
	p.link.Hold(B)
	p.link.Inject(B, numbered(t, 1))
	p.link.Inject(A, numbered(t, 2))
	p.run()
	p.want(t, []uint32{2}, []uint32{1})
	want := []string{"0s A 1 forwarded injected", "0s B 2 forwarded injected", "1ms A 1 delivered injected", "1ms B 2 delivered injected"}
	if !slices.Equal(p.seen, want) {
		t.Errorf("tap saw %q, want %q", p.seen, want)
	}
}

func TestEndCountsWhatItCannotCarry(t *testing.T) {
	t.Parallel()
	e := NewEnd(1500)
	e.Inject(numbered(t, 1)) // nobody there: lost as on a wire
	received := 0
	e.Attach(func([]byte) { received++ })
	for _, raw := range [][]byte{nil, {}, {0}, {0xff, 1}, {0x45}, {0x60}} {
		e.Inject(raw)
	}
	if e.Garbage() != 4 || received != 2 {
		t.Errorf("garbage %d, received %d; want 4 and 2", e.Garbage(), received)
	}
	e.Attach(nil)
	e.Inject(numbered(t, 1))
	if received != 2 {
		t.Error("a detached host received a packet")
	}
	for range queueLength + 3 {
		e.Send(numbered(t, 1))
	}
	if e.Lost() != 3 {
		t.Errorf("lost %d, want 3", e.Lost())
	}
	for range 3 { // there is room again, behind what waits
		e.Take()
		e.Send(numbered(t, 2))
	}
	n, last := 0, uint32(0)
	for raw := e.Take(); raw != nil; raw = e.Take() {
		n, last = n+1, Decode(raw).TCP.Seq
	}
	if n != queueLength || last != 2 || e.Lost() != 3 {
		t.Errorf("took %d, the last %d, lost %d; want %d, 2 and 3", n, last, e.Lost(), queueLength)
	}
}

func TestTakenPacketsAreTheCallersOwn(t *testing.T) {
	t.Parallel()
	e := NewEnd(1500)
	sent := numbered(t, 7)
	e.Send(sent)
	sent[0] = 0
	taken := e.Take()
	if p := Decode(taken); p.TCP == nil || p.TCP.Seq != 7 {
		t.Errorf("took %+v", p)
	}
}
