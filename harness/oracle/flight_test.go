package oracle

import (
	"fmt"
	"testing"
	"time"

	"github.com/twinstack/twinstack/harness/trace"
)

// What is in flight, as it is sent, sent again in other pieces, and acknowledged. The numbers wrap.
func TestFlight(t *testing.T) {
	t.Parallel()
	const base = 0xfffffffa
	type step struct {
		at       time.Duration
		from, to uint32 // sent
		una      uint32 // acknowledged, if from = to
		want     string // from-to, times
	}
	n := TCB{State: trace.Established, Iss: base - 100, SndUna: base, SndNxt: base, SndWnd: 1000}
	for i, s := range []step{
		{at: 1, from: 0, to: 10, want: "[0-10 x1 timed]"},
		{at: 2, from: 10, to: 20, want: "[0-10 x1 timed 10-20 x1]"},
		{at: 3, from: 5, to: 15, want: "[0-5 x1 timed 5-10 x2 timed 10-15 x2 15-20 x1]"},
		{at: 4, from: 15, to: 30, want: "[0-5 x1 timed 5-10 x2 timed 10-15 x2 15-20 x2 20-30 x1]"},
		{at: 5, una: 12, want: "[12-15 x2 15-20 x2 20-30 x1]"},
		{at: 6, una: 30, want: "[]"},
	} {
		if s.from != s.to {
			n.launch(base+s.from, base+s.to, s.at)
			n.SndNxt = later(n.SndNxt, base+s.to)
		} else {
			n.SndUna = base + s.una
		}
		n.settle(&profile, s.at, nil)
		got := "["
		for i, f := range n.Flight {
			if i > 0 {
				got += " "
			}
			got += fmt.Sprintf("%d-%d x%d", f.From-base, f.To-base, f.Times)
			if f.Timed {
				got += " timed"
			}
		}
		if got += "]"; got != s.want {
			t.Errorf("step %d: %s, want %s", i, got, s.want)
		}
		if n.Rexmit.On != (len(n.Flight) > 0) {
			t.Errorf("step %d: the timer runs: %t", i, n.Rexmit.On)
		}
	}
	if !n.RTO.Have {
		t.Error("no round trip was measured")
	}
}

// Which timers run, by what is in flight, what waits and the window.
func TestArm(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name                 string
		tcb                  TCB
		rexmit, probe, waits bool
	}{
		{"nothing", TCB{State: trace.Established, Iss: 1, SndUna: 5, SndNxt: 5, SndWnd: 10}, false, false, false},
		{"text that can go", TCB{State: trace.Established, Iss: 1, SndUna: 5, SndNxt: 5, SndWnd: 10, Queued: 1}, false, false, true},
		{"text and no window", TCB{State: trace.CloseWait, Iss: 1, SndUna: 5, SndNxt: 5, Queued: 1}, true, true, false},
		{"a FIN and no window", TCB{State: trace.FinWait1, Iss: 1, SndUna: 5, SndNxt: 5, Closed: true}, true, true, false},
		{"before ESTABLISHED text waits for that", TCB{State: trace.SynReceived, Iss: 1, SndUna: 5, SndNxt: 5, SndWnd: 10, Queued: 1}, false, false, false},
		{"after the FIN nothing waits", TCB{State: trace.FinWait2, Iss: 1, SndUna: 5, SndNxt: 5, Closed: true, FinSent: true}, false, false, false},
	} {
		c.tcb.settle(&profile, now, nil)
		if c.tcb.Rexmit.On != c.rexmit || c.tcb.Rexmit.Probe != c.probe || c.tcb.WaitingOn != c.waits {
			t.Errorf("%s: %+v, waits %t", c.name, c.tcb.Rexmit, c.tcb.WaitingOn)
		}
	}
}
