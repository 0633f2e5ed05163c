package tcp

import (
	"fmt"
	"testing"
)

// cwnd grows where it was made use of, in slow start as in congestion avoidance, and by either algorithm.
func TestGrowsByUse(t *testing.T) {
	t.Parallel()
	for _, control := range []Algorithm{Reno, CUBIC} {
		for name, c := range map[string]struct {
			flight, ssthresh int // octets
			grows            bool
		}{
			"slow start, a tenth":            {1000, 1 << 30, false},
			"slow start, less than half":     {4000, 1 << 30, false},
			"slow start, half":               {5000, 1 << 30, true},
			"slow start, all":                {10_000, 1 << 30, true},
			"congestion avoidance, a tenth":  {1000, 5000, false},
			"congestion avoidance, a little": {4000, 5000, false},
			"congestion avoidance, all":      {10_000, 5000, true},
		} {
			cfg := Default()
			cfg.Timestamps, cfg.WindowScale, cfg.Nagle, cfg.CongestionControl = false, false, false, control
			b := newBench(t, cfg, 1<<32-3000, 9)
			b.do("listen")
			b.do("< S 0(0) mss 1000 sackOK")
			b.do("wait 10ms")
			b.do("< . 1(0) 1")
			b.tcb.cc.ssthresh = c.ssthresh
			before := b.tcb.cc.cwnd
			for round := range 5 {
				b.do(fmt.Sprintf("send %d", c.flight))
				b.do("wait 10ms")
				b.do(fmt.Sprintf("< . 1(0) %d", 1+(round+1)*c.flight))
			}
			if after := b.tcb.cc.cwnd; (after > before) != c.grows {
				t.Errorf("%v, %s: cwnd was %d and is %d", control, name, before, after)
			}
			// What was made use of once counts for the round trip after that, and no longer.
			sent := 5 * c.flight
			for round := range 10 {
				if round == 2 {
					before = b.tcb.cc.cwnd
				}
				b.do("send 1000")
				b.do("wait 10ms")
				sent += 1000
				b.do(fmt.Sprintf("< . 1(0) %d", 1+sent))
			}
			if after := b.tcb.cc.cwnd; after != before {
				t.Errorf("%v, %s, and then little: cwnd was %d and is %d", control, name, before, after)
			}
		}
	}
}
