package netstack

import (
	"runtime"
	"testing"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/link"
	"github.com/twinstack/twinstack/harness/trace"
)

// answered reports whether the host has sent a segment with these flags, and takes all that it has sent.
func (b *bench) answered(flags trace.Flags) (answer *trace.Segment) {
	for raw := b.end.Take(); raw != nil; raw = b.end.Take() {
		if p := link.Decode(raw); p.TCP != nil && p.TCP.Flags == flags {
			answer = p.TCP
		}
	}
	return answer
}

// The canary of the barrier: netstack answers a SYN from a processor goroutine of its own, so who looks for the answer
// at once misses it, and who settles first never does. If the first half stops failing, the test says nothing any more.
//
// It runs at one processor, where the goroutine cannot have run by the time somebody looks, and at as many as there are.
func TestSilenceNeedsTheBarrier(t *testing.T) {
	for _, procs := range []int{1, max(2, min(8, runtime.NumCPU()))} {
		withoutBarrier, withBarrier := canary(t, procs, canaryTries/10, false), canary(t, procs, canaryTries, true)
		t.Logf("GOMAXPROCS %d: missed %d of %d answers without the barrier, %d of %d with it",
			procs, withoutBarrier, canaryTries/10, withBarrier, canaryTries)
		if withoutBarrier == 0 {
			t.Errorf("GOMAXPROCS %d: no answer was missed without the barrier: this canary is dead", procs)
		}
		if withBarrier != 0 {
			t.Errorf("GOMAXPROCS %d: %d of %d answers were missed after Settle", procs, withBarrier, canaryTries)
		}
	}
}

// canary injects SYNs and counts the SYN-ACKs that are not there when it looks.
func canary(t *testing.T, procs, tries int, settle bool) (missed int) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
	b := newBench(t, false, nil)
	b.listen(5)
	defer b.host.Close()
	for i := range tries {
		b.peer = uint16(10000 + i%50000)
		b.inject(trace.Segment{Flags: trace.SYN})
		if settle {
			b.host.Settle()
		}
		if b.answered(trace.SYN|trace.ACK) == nil {
			missed++
		}
		b.host.Settle()
		b.answered(0)
		b.send(trace.Segment{Flags: trace.RST, Seq: 1})
	}
	b.states(trace.Listen)
	return missed
}

// A segment that one processor hands on to another is settled too: a SYN for a connection in TIME-WAIT goes on to the
// listener (RFC 9293 §3.6.1, MAY-2), whose processor may be paused already. One barrier alone must miss some, or the test
// says nothing; Settle's rounds must miss none.
func TestSettleCoversSegmentsHandedOn(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(8))
	oneBarrier, settled := handedOn(t, 1), handedOn(t, settleRounds(8))
	t.Logf("%d tries: missed %d answers after one barrier, %d after Settle", handedOnTries, oneBarrier, settled)
	if oneBarrier == 0 {
		t.Error("no answer was missed after one barrier: nothing was handed on")
	}
	if settled != 0 {
		t.Errorf("%d of %d answers were missed after Settle", settled, handedOnTries)
	}
}

// handedOn counts the SYN-ACKs of connections in TIME-WAIT that are not there after so many barriers.
func handedOn(t *testing.T, barriers int) (missed int) {
	const hosts = 4 // each seed puts the listener on another processor
	for seed := range uint64(hosts) {
		b := newBench(t, false, func(c *iut.Config) { c.Seed = seed })
		h := b.host.(*host)
		l := b.listen(5)
		for i := range handedOnTries / hosts {
			h.rounds = settleRounds(8)
			b.peer = uint16(10000 + i)
			s, next := b.established(l)
			b.ok(s.Close())
			h.Settle()
			b.sent(trace.FIN | trace.ACK)
			b.send(trace.Segment{Flags: trace.FIN | trace.ACK, Seq: 1, Ack: next + 1})
			b.sent(trace.ACK)
			b.states(trace.Listen, trace.TimeWait)
			h.rounds = barriers
			b.send(trace.Segment{Flags: trace.SYN, Seq: 100000})
			if b.answered(trace.SYN|trace.ACK) == nil {
				missed++
			}
			h.rounds = settleRounds(8)
			h.Settle()
			b.send(trace.Segment{Flags: trace.RST, Seq: 100001})
			b.answered(0)
			b.states(trace.Listen)
		}
		b.host.Close()
	}
	return missed
}
