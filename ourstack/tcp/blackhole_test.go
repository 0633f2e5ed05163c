package tcp

import (
	"net/netip"
	"testing"
)

func TestBlackHole(t *testing.T) {
	t.Parallel()
	open := steps{{"open", "S 0(0), SYN-SENT"}, {"< S. 0(0) 1 mss 1460", ". 1(0) 1, ESTABLISHED"}}
	two := steps{{"send 2920", ". 1(1460) 1, P. 1461(1460) 1, ESTABLISHED"}}
	three := steps{{"wait 14999ms", "1s: . 1(1460) 1, 3s: . 1(1460) 1, 7s: . 1(1460) 1, ESTABLISHED"}}
	first := steps{{"wait 1ms", "1ms: . 1(984) 1, ESTABLISHED"}}
	for name, s := range map[string][]steps{
		"what is smaller gets through, and stays": {open, two, three, first, {
			{"< . 1(0) 985", ". 985(984) 1, P. 1969(952) 1, ESTABLISHED"}, {"< . 1(0) 2921", "ESTABLISHED"},
			{"wait 9m", "ESTABLISHED"}, {"send 2000", ". 2921(984) 1, . 3905(984) 1, P. 4889(32) 1, ESTABLISHED"}, {"< . 1(0) 4921", "ESTABLISHED"},
			{"wait 1m", "ESTABLISHED"}, {"send 1460", "P. 4921(1460) 1, ESTABLISHED"}}},
		"smaller yet, and then as before": {open, two, three, first, {
			{"wait 16s", "16s: . 1(536) 1, ESTABLISHED"}, {"wait 32s", "32s: . 1(1460) 1, ESTABLISHED"}, {"wait 60s", "1m0s: . 1(984) 1, ESTABLISHED"},
			{"wait 60s", "1m0s: . 1(536) 1, ESTABLISHED"}, {"< . 1(0) 537", ". 537(536) 1, . 1073(536) 1, ESTABLISHED"}}},
		"what is large got through after all": {open, two, three, first, {
			{"< . 1(0) 1461", "P. 1461(1460) 1, ESTABLISHED"}, {"< . 1(0) 2921", "ESTABLISHED"}, {"send 1460", "P. 2921(1460) 1, ESTABLISHED"}}},
		"nothing else goes out while one is tried": {open, two, three, first, {{"send 5000", "ESTABLISHED"}}},
		"small segments are no matter of size": {open, {
			{"send 900", "P. 1(900) 1, ESTABLISHED"}, {"wait 15s", "1s: P. 1(900) 1, 3s: P. 1(900) 1, 7s: P. 1(900) 1, 15s: P. 1(900) 1, ESTABLISHED"}}},
		"one that is too large for the second alone": {open, {
			{"send 900", "P. 1(900) 1, ESTABLISHED"}, {"wait 15s", "1s: P. 1(900) 1, 3s: P. 1(900) 1, 7s: P. 1(900) 1, 15s: P. 1(900) 1, ESTABLISHED"},
			{"wait 16s", "16s: . 1(536) 1, ESTABLISHED"}}},
		"small ones are lost as well": {open, two, {
			{"send 10", "P. 2921(10) 1, ESTABLISHED"}}, three, {{"wait 1ms", "1ms: . 1(1460) 1, ESTABLISHED"}, {"wait 16s", "16s: . 1(1460) 1, ESTABLISHED"}}},
		"small ones are not": {open, two, {
			{"send 10", "P. 2921(10) 1, ESTABLISHED"}, {"wait 1ms", "ESTABLISHED"}, {"< . 1(0) 1", "ESTABLISHED"}, {"wait 14998ms", "999ms: . 1(1460) 1, 2.999s: . 1(1460) 1, 6.999s: . 1(1460) 1, ESTABLISHED"}}, first},
		"ICMP tells what is the matter": {open, two, {{"wait 1s", "1s: . 1(1460) 1, ESTABLISHED"}, {"soft 1", "ESTABLISHED"},
			{"wait 14s", "2s: . 1(1460) 1, 6s: . 1(1460) 1, 14s: . 1(1460) 1, ESTABLISHED"}}},
		"a router tells the size after all": {open, two, three, first, {{"toobig 1 1300", ". 1(984) 1, ESTABLISHED"}, {"< . 1(0) 985", ". 985(1260) 1, P. 2245(676) 1, ESTABLISHED"}}},
		"R1 says when":                      {open, {{"retries 1 7 15", "ESTABLISHED"}}, two, {{"wait 3s", "1s: . 1(1460) 1, 3s: . 1(984) 1, ESTABLISHED"}}},
		"MUST-16: never more than the peer takes": {{{"open", "S 0(0), SYN-SENT"}, {"< S. 0(0) 1 mss 700", ". 1(0) 1, ESTABLISHED"},
			{"send 700", "P. 1(700) 1, ESTABLISHED"}, {"wait 15s", "1s: P. 1(700) 1, 3s: P. 1(700) 1, 7s: P. 1(700) 1, 15s: P. 1(700) 1, ESTABLISHED"},
			{"wait 16s", "16s: . 1(536) 1, ESTABLISHED"}, {"< . 1(0) 537", "P. 537(164) 1, ESTABLISHED"}}},
		"a window of zero is no black hole": {open, two, {{"< . 1(0) 1 win 0", "ESTABLISHED"},
			{"wait 15s", "1s: . 1(1) 1, 3s: . 1(1) 1, 7s: . 1(1) 1, 15s: . 1(1) 1, ESTABLISHED"}}},
		"the FIN goes with the last": {open, {{"send 1460", "P. 1(1460) 1, ESTABLISHED"}, {"close", "F. 1461(0) 1, FIN-WAIT-1"}, {"< . 1(0) 1", "FIN-WAIT-1"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, func(c *Config) { c.BlackHole = true }, s...)
		})
	}
	play(t, nil, open, two, three, steps{{"wait 1ms", "1ms: . 1(1460) 1, ESTABLISHED"}}) // off: the same octets
}

// What is on the wire: IPv4 sets Don't Fragment free at the last size, IPv6 has 1280; with SACK and RACK as without.
func TestBlackHoleSizes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		local, remote string
		sizes         []int // of the packets, from the fourth timeout on
	}{
		{"192.0.2.1:80", "192.0.2.2:4000", []int{1024, -576, 1500, 1024, -576, 1500}},
		{"[2001:db8::1]:80", "[2001:db8::2]:4000", []int{1280, 1500, 1280, 1500}},
	} {
		for _, sack := range []bool{false, true} {
			cfg := Default()
			cfg.BlackHole, cfg.SACK = true, sack
			var sizes []int
			var tcb *TCB
			env := NewEnv(cfg, 1500, 1, func(_ *TCB, s *Segment) {
				n := tcb.headers() + len(s.Text)
				if s.Options.HasTimestamps {
					n += timestampsLen
				}
				if tcb.MayFragment {
					n = -n
				}
				sizes = append(sizes, n)
			})
			tcb = New(env, netip.MustParseAddrPort(c.local), netip.MustParseAddrPort(c.remote))
			if err := tcb.OpenActive(0); err != nil {
				t.Fatal(err)
			}
			tcb.Arrives(0, &Segment{Flags: SYN | ACK, Ack: tcb.SndNxt, Wnd: 9000,
				Options: Options{HasMSS: true, MSS: 1460, SACKPermitted: true, HasTimestamps: true, TSEcr: tcb.tsClock(0)}})
			if _, err := tcb.Send(0, make([]byte, 5*1428)); err != nil {
				t.Fatal(err)
			}
			for before := 0; len(sizes) < 50 && tcb.retries < 3+len(c.sizes); {
				at, _ := tcb.Deadline()
				tcb.Timeout(at)
				if err := tcb.Check(); err != nil {
					t.Fatal(err)
				}
				if k := tcb.retries - 4; tcb.retries > before && k >= 0 {
					if got := sizes[len(sizes)-1]; got != c.sizes[k] {
						t.Errorf("%s, SACK %v: retransmission %d has %d octets, expected %d", c.remote, sack, tcb.retries, got, c.sizes[k])
					}
				}
				before = tcb.retries
			}
			if tcb.retries < 3+len(c.sizes) {
				t.Errorf("%d retransmissions", tcb.retries)
			}
			if tcb.state != Established {
				t.Errorf("%v after %d retransmissions", tcb.state, tcb.retries)
			}
		}
	}
}
