package tcp

import (
	"fmt"
	"testing"
	"time"
)

func TestRetransmission(t *testing.T) {
	t.Parallel()
	few := func(c *Config) { c.SynRetries, c.DataRetries = 2, 3 }
	for name, s := range map[string][]steps{
		"SYN: R2, then the last RTO, then the end": {{
			{"open", "S 0(0), SYN-SENT"},
			{"wait 6999ms", "1s: S 0(0), 3s: S 0(0), SYN-SENT"},
			{"wait 1ms", "CLOSED"},
			{"receive 1", "connection aborted due to user timeout, CLOSED"}}},
		"SYN,ACK": {{
			{"listen", "LISTEN"},
			{"< S 0(0)", "S. 0(0) 1, SYN-RECEIVED"},
			{"wait 10s", "1s: S. 0(0) 1, 3s: S. 0(0) 1, CLOSED"}}},
		"text": {passive, {
			{"send 10", "P. 1(10) 1, ESTABLISHED"},
			{"wait 14s", "1s: P. 1(10) 1, 3s: P. 1(10) 1, 7s: P. 1(10) 1, ESTABLISHED"},
			{"wait 1s", "CLOSED"},
			{"send 1", "connection aborted due to user timeout, CLOSED"}}},
		"FIN": {passive, finWait1, {{"wait 20s", "1s: F. 1(0) 1, 3s: F. 1(0) 1, 7s: F. 1(0) 1, CLOSED"}}},
		"the FIN of LAST-ACK, with text": {passive, closeWait, {
			{"send 10", "P. 1(10) 2, CLOSE-WAIT"}, {"close", "F. 11(0) 2, LAST-ACK"}, {"wait 1s", "1s: FP. 1(10) 2, LAST-ACK"}, {"< . 2(0) 12", "CLOSED"}}},
		"the count begins anew with each ACK of new data": {passive, {
			{"send 10", "P. 1(10) 1, ESTABLISHED"},
			{"wait 7s", "1s: P. 1(10) 1, 3s: P. 1(10) 1, 7s: P. 1(10) 1, ESTABLISHED"},
			{"< . 1(0) 6", "ESTABLISHED"},
			{"wait 8s", "8s: P. 6(5) 1, ESTABLISHED"}}}, // RTO stays backed off (Karn): no sample yet
		"a new sample collapses the RTO": {passive, {
			{"send 10", "P. 1(10) 1, ESTABLISHED"}, {"wait 1s", "1s: P. 1(10) 1, ESTABLISHED"}, {"< . 1(0) 11", "ESTABLISHED"},
			{"send 10", "P. 11(10) 1, ESTABLISHED"}, {"wait 10ms", "ESTABLISHED"}, {"< . 1(0) 21", "ESTABLISHED"},
			{"send 10", "P. 21(10) 1, ESTABLISHED"}, {"wait 1s", "1s: P. 21(10) 1, ESTABLISHED"}}},
		"RFC 6298 (5.7): 3 s after a lost SYN": {{
			{"open", "S 0(0), SYN-SENT"}, {"wait 1s", "1s: S 0(0), SYN-SENT"}, {"< S. 0(0) 1", ". 1(0) 1, ESTABLISHED"},
			{"send 10", "P. 1(10) 1, ESTABLISHED"}, {"wait 3s", "3s: P. 1(10) 1, ESTABLISHED"}}},
		"one at a time after a timeout": {passive, {
			{"send 2500", ". 1(1000) 1, . 1001(1000) 1, P. 2001(500) 1, ESTABLISHED"},
			{"wait 1s", "1s: . 1(1000) 1, ESTABLISHED"},
			{"< . 1(0) 1001", ". 1001(1000) 1, P. 2001(500) 1, ESTABLISHED"},
			{"< . 1(0) 2501", "ESTABLISHED"}, {"wait 100s", "ESTABLISHED"}}},
		"fast retransmit": {passive, {
			{"send 5000", ". 1(1000) 1, . 1001(1000) 1, . 2001(1000) 1, . 3001(1000) 1, P. 4001(1000) 1, ESTABLISHED"},
			{"< . 1(0) 1", "ESTABLISHED"}, {"< . 1(0) 1", "ESTABLISHED"}, {"< . 1(0) 1", ". 1(1000) 1, ESTABLISHED"}, {"< . 1(0) 1", "ESTABLISHED"},
			{"< . 1(0) 3001", ". 3001(1000) 1, ESTABLISHED"}, // a partial ACK
			{"< . 1(0) 5001", "ESTABLISHED"}}},
		"limited transmit: two segments beyond cwnd": {passive, {
			{"send 1000", "P. 1(1000) 1, ESTABLISHED"}, {"wait 1s", "1s: P. 1(1000) 1, ESTABLISHED"}, {"< . 1(0) 1001", "ESTABLISHED"}, // cwnd is 2000
			{"send 7000", ". 1001(1000) 1, . 2001(1000) 1, ESTABLISHED"},
			{"< . 1(0) 2001", ". 3001(1000) 1, ESTABLISHED"}, // 2500
			{"< . 1(0) 2001", ". 4001(1000) 1, ESTABLISHED"}, {"< . 1(0) 2001", ". 5001(1000) 1, ESTABLISHED"},
			{"< . 1(0) 2001", ". 2001(1000) 1, . 6001(1000) 1, ESTABLISHED"}, {"< . 1(0) 2001", "P. 7001(1000) 1, ESTABLISHED"}}}, // 2000 + 3000, and 1000 more
		"RFC 6582 §3.2: no fast retransmit of what a timeout had sent again": {passive, {
			{"send 2000", ". 1(1000) 1, P. 1001(1000) 1, ESTABLISHED"}, {"wait 1s", "1s: . 1(1000) 1, ESTABLISHED"}, {"< . 1(0) 2001", "ESTABLISHED"},
			{"send 4000", ". 2001(1000) 1, . 3001(1000) 1, ESTABLISHED"},
			{"< . 1(0) 2001", ". 4001(1000) 1, ESTABLISHED"}, {"< . 1(0) 2001", "P. 5001(1000) 1, ESTABLISHED"}, {"< . 1(0) 2001", "ESTABLISHED"}, {"< . 1(0) 2001", "ESTABLISHED"},
			{"wait 2s", "2s: . 2001(1000) 1, ESTABLISHED"}}},
		"a segment with text or another window is no duplicate ACK": {passive, {
			{"send 1000", "P. 1(1000) 1, ESTABLISHED"},
			{"< . 1(1) 1", ". 1001(0) 2, ESTABLISHED"}, {"< . 2(1) 1", ". 1001(0) 3, ESTABLISHED"}, {"< . 3(1) 1", ". 1001(0) 4, ESTABLISHED"},
			{"< . 4(0) 1 win 5000", "ESTABLISHED"}, {"< . 4(0) 1 win 5001", "ESTABLISHED"}, {"< . 4(0) 1 win 5002", "ESTABLISHED"}}},
		"user timeout of OPEN": {{
			{"timeout 2500ms", "CLOSED"}, {"open", "S 0(0), SYN-SENT"}, {"wait 2499ms", "1s: S 0(0), SYN-SENT"}, {"wait 1ms", "CLOSED"}}},
		"user timeout in SYN-RECEIVED": {{
			{"timeout 2500ms", "CLOSED"}, {"listen", "LISTEN"}, {"< S 0(0)", "S. 0(0) 1, SYN-RECEIVED"}, {"wait 2500ms", "1s: S. 0(0) 1, CLOSED"}}},
		"user timeout beyond R2": {passive, {
			{"timeout 40s", "ESTABLISHED"}, {"send 10", "P. 1(10) 1, ESTABLISHED"},
			{"wait 39s", "1s: P. 1(10) 1, 3s: P. 1(10) 1, 7s: P. 1(10) 1, 15s: P. 1(10) 1, 31s: P. 1(10) 1, ESTABLISHED"}, {"wait 1s", "CLOSED"}}},
		"user timeout": {passive, {
			{"timeout 2500ms", "ESTABLISHED"}, {"send 10", "P. 1(10) 1, ESTABLISHED"},
			{"wait 2499ms", "1s: P. 1(10) 1, ESTABLISHED"}, {"wait 1ms", "CLOSED"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, few, s...)
		})
	}
}

func TestWindow(t *testing.T) {
	t.Parallel()
	for name, s := range map[string][]steps{
		"zero window: probes that back off, and no end while they are answered": {passive, {
			{"< . 1(0) 1 win 0", "ESTABLISHED"}, {"send 100", "ESTABLISHED"},
			{"wait 1s", "1s: . 1(1) 1, ESTABLISHED"}, {"< . 1(0) 1 win 0", "ESTABLISHED"},
			{"wait 2s", "2s: . 1(1) 1, ESTABLISHED"}, {"< . 1(0) 1 win 0", "ESTABLISHED"},
			{"wait 4s", "4s: . 1(1) 1, ESTABLISHED"}, {"< . 1(0) 1 win 0", "ESTABLISHED"},
			{"wait 8s", "8s: . 1(1) 1, ESTABLISHED"}, {"< . 1(0) 1 win 0", "ESTABLISHED"},
			{"wait 16s", "16s: . 1(1) 1, ESTABLISHED"}, {"< . 1(0) 1 win 1000", "P. 1(100) 1, ESTABLISHED"},
			{"< . 1(0) 101 win 1000", "ESTABLISHED"}, {"wait 100s", "ESTABLISHED"}}},
		"a peer that does not answer probes is given up": {passive, {
			{"< . 1(0) 1 win 0", "ESTABLISHED"}, {"send 100", "ESTABLISHED"},
			{"wait 100s", "1s: . 1(1) 1, 3s: . 1(1) 1, 7s: . 1(1) 1, 15s: . 1(1) 1, CLOSED"}}},
		"SWS: a probe that was not taken goes again alone into a small window": {passive, {
			{"< . 1(0) 1 win 0", "ESTABLISHED"}, {"send 100", "ESTABLISHED"}, {"wait 1s", "1s: . 1(1) 1, ESTABLISHED"},
			{"< . 1(0) 1 win 5", ". 1(1) 1, ESTABLISHED"}, {"< . 1(0) 2 win 5", "ESTABLISHED"}, {"wait 500ms", "500ms: . 2(5) 1, ESTABLISHED"}}},
		"the peer takes the probe": {passive, {
			{"< . 1(0) 1 win 0", "ESTABLISHED"}, {"send 3", "ESTABLISHED"}, {"wait 1s", "1s: . 1(1) 1, ESTABLISHED"},
			{"< . 1(0) 2 win 0", "ESTABLISHED"}, {"wait 1s", "1s: . 2(1) 1, ESTABLISHED"}, {"< . 1(0) 3 win 9", "P. 3(1) 1, ESTABLISHED"}}},
		"a FIN probes": {passive, {
			{"< . 1(0) 1 win 0", "ESTABLISHED"}, {"close", "FIN-WAIT-1"}, {"wait 1s", "1s: F. 1(0) 1, FIN-WAIT-1"},
			{"< . 1(0) 2 win 0", "FIN-WAIT-2"}}},
		"an ACK of ours while probing is one the peer accepts": {passive, {
			{"< . 1(0) 1 win 0", "ESTABLISHED"}, {"send 100", "ESTABLISHED"}, {"wait 1s", "1s: . 1(1) 1, ESTABLISHED"},
			{"< . 1(5) 1 win 0", ". 1(0) 6, ESTABLISHED"}}},
		"§A.2: probes that cross, and are taken": {passive, {
			{"< . 1(0) 1 win 0", "ESTABLISHED"}, {"send 100", "ESTABLISHED"}, {"wait 1s", "1s: . 1(1) 1, ESTABLISHED"},
			{"< . 1(1) 1 win 0", ". 1(0) 2, ESTABLISHED"}, // the peer's own probe; it has ours, and drops this ACK
			{"< . 1(0) 2 win 0", ". 2(0) 2, ESTABLISHED"}, // its ACK, from its SND.UNA as ours was
			{"wait 1s", "1s: . 2(1) 2, ESTABLISHED"}, {"< . 2(0) 3 win 100", "P. 3(98) 2, ESTABLISHED"}}},
		"text fills the window, the FIN waits": {passive, {
			{"< . 1(0) 1 win 10", "ESTABLISHED"}, {"send 10", "P. 1(10) 1, ESTABLISHED"}, {"close", "FIN-WAIT-1"},
			{"< . 1(0) 11 win 10", "F. 11(0) 1, FIN-WAIT-1"}}},
		"MUST-34: a window that shrinks below what was sent": {passive, {
			{"send 3000", ". 1(1000) 1, . 1001(1000) 1, P. 2001(1000) 1, ESTABLISHED"}, {"< . 1(0) 1001 win 500", "ESTABLISHED"},
			{"send 10", "ESTABLISHED"}, {"wait 1s", "1s: . 1001(500) 1, ESTABLISHED"}, {"< . 1(0) 1501 win 5000", ". 1501(1000) 1, . 2501(500) 1, ESTABLISHED"}}},
		"MUST-35: a window that shrinks to nothing": {passive, {
			{"send 1000", "P. 1(1000) 1, ESTABLISHED"}, {"< . 1(0) 1 win 0", "ESTABLISHED"}, {"wait 1s", "1s: . 1(1) 1, ESTABLISHED"},
			{"< . 1(0) 1 win 0", "ESTABLISHED"}, {"< . 1(0) 1 win 2000", "P. 1(1000) 1, ESTABLISHED"}}},
		"SHLD-16: a window that shrinks to nothing and opens: what was sent waits for its timer": {passive, {
			{"send 1000", "P. 1(1000) 1, ESTABLISHED"}, {"< . 1(0) 1 win 0", "ESTABLISHED"}, {"< . 1(0) 1 win 2000", "ESTABLISHED"},
			{"wait 1s", "1s: P. 1(1000) 1, ESTABLISHED"}}},
		"an old segment does not move the window": {passive, {
			{"< . 1(5) 1 win 1000", ". 1(0) 6, ESTABLISHED"}, {"send 500", "P. 1(500) 6, ESTABLISHED"}, {"< . 6(0) 501 win 1000", "ESTABLISHED"},
			{"< . 6(0) 400 win 5", "ESTABLISHED"}, {"send 500", "P. 501(500) 6, ESTABLISHED"}}},
		"SWS: a small window is let go by, until the override": {passive, {
			{"< . 1(0) 1 win 300", "ESTABLISHED"}, {"send 2000", "ESTABLISHED"}, {"wait 500ms", "500ms: . 1(300) 1, ESTABLISHED"}}},
		"MSS: the peer's": {passive, {{"send 1500", ". 1(1000) 1, P. 1001(500) 1, ESTABLISHED"}}},
		"MSS: the default": {{
			{"open", "S 0(0), SYN-SENT"}, {"< S. 0(0) 1", ". 1(0) 1, ESTABLISHED"}, {"send 600", ". 1(536) 1, P. 537(64) 1, ESTABLISHED"}}},
		"MSS: the MTU": {{
			{"open", "S 0(0), SYN-SENT"}, {"< S. 0(0) 1 mss 9000", ". 1(0) 1, ESTABLISHED"}, {"send 1500", ". 1(1460) 1, P. 1461(40) 1, ESTABLISHED"}}},
		"MSS: zero does not stop us": {{
			{"open", "S 0(0), SYN-SENT"}, {"< S. 0(0) 1 mss 0", ". 1(0) 1, ESTABLISHED"}, {"send 1", "P. 1(1) 1, ESTABLISHED"}}},
		"MSS: only a SYN says it": {passive, {
			{"< . 1(0) 1 mss 500", "ESTABLISHED"}, {"send 1000", "P. 1(1000) 1, ESTABLISHED"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, func(c *Config) { c.DataRetries = 3 }, s...)
		})
	}
}

func TestNagle(t *testing.T) {
	t.Parallel()
	on := func(c *Config) { c.Nagle = true }
	play(t, on, passive, steps{
		{"send 10", "P. 1(10) 1, ESTABLISHED"}, {"send 10", "ESTABLISHED"}, {"send 20", "ESTABLISHED"},
		{"< . 1(0) 11", "P. 11(30) 1, ESTABLISHED"},
		{"send 970", "ESTABLISHED"}, {"send 100", ". 41(1000) 1, ESTABLISHED"}, // a full segment waits for nothing
		{"< . 1(0) 1041", "P. 1041(70) 1, ESTABLISHED"},
	})
	play(t, on, passive, steps{{"send 10", "P. 1(10) 1, ESTABLISHED"}, {"send 10", "ESTABLISHED"}, {"nodelay", "P. 11(10) 1, ESTABLISHED"}})
	play(t, on, passive, steps{{"send 10", "P. 1(10) 1, ESTABLISHED"}, {"send 10", "ESTABLISHED"}, {"close", "FP. 11(10) 1, FIN-WAIT-1"}})
}

func TestDelayedACK(t *testing.T) {
	t.Parallel()
	delayed := func(c *Config) { c.DelayedACK = true }
	for _, s := range []steps{
		{{"< . 1(10) 1", "ESTABLISHED"}, {"wait 499ms", "200ms: . 1(0) 11, ESTABLISHED"}},
		{{"< . 1(1000) 1", "ESTABLISHED"}, {"< . 1001(1000) 1", ". 1(0) 2001, ESTABLISHED"}, {"wait 1s", "ESTABLISHED"}},
		{{"< . 1(10) 1", "ESTABLISHED"}, {"send 10", "P. 1(10) 11, ESTABLISHED"}, {"wait 300ms", "ESTABLISHED"}},
		{{"< . 1(10) 1", "ESTABLISHED"}, {"< . 21(10) 1", ". 1(0) 11, ESTABLISHED"}, {"< . 11(10) 1", ". 1(0) 31, ESTABLISHED"}},
		{{"< . 1(10) 1", "ESTABLISHED"}, {"< F. 11(0) 1", ". 1(0) 12, CLOSE-WAIT"}},
	} {
		play(t, delayed, passive, s)
	}
}

// The window that we offer: fixed right edge while text is unread (SHLD-14), SWS avoidance when it is read (MUST-39), and
// what is special about a window of zero (Table 6).
func TestReceiveWindow(t *testing.T) {
	t.Parallel()
	small := func(c *Config) { c.ReceiveBuffer = 3000 }
	for _, s := range []steps{
		{
			{"< . 1(1000) 1", ". 1(0) 1001, ESTABLISHED"}, {"< . 1001(1000) 1", ". 1(0) 2001, ESTABLISHED"}, {"< . 2001(1500) 1", ". 1(0) 3001, ESTABLISHED"},
			{"< . 3001(0) 1", "ESTABLISHED"},                 // an ACK at RCV.NXT is taken in a window of zero
			{"< . 3001(10) 1", ". 1(0) 3001, ESTABLISHED"},   // text is not
			{"< . 3002(0) 1", ". 1(0) 3001, ESTABLISHED"},    // nor is anything beyond
			{"< F. 3001(0) 1", ". 1(0) 3001, ESTABLISHED"},   //
			{"receive 500", "ESTABLISHED"},                   // too little to tell the peer of
			{"< . 3001(10) 1", ". 1(0) 3001, ESTABLISHED"},   //
			{"receive 500", ". 1(0) 3001, ESTABLISHED"},      // now a full segment fits
			{"< . 3001(1000) 1", ". 1(0) 4001, ESTABLISHED"}, //
			{"< R 4001(0)", "CLOSED"}},                       // MUST-66
		{ // a peer that probes while our text is on its way sends no duplicate ACKs
			{"< . 1(3000) 1", ". 1(0) 3001, ESTABLISHED"}, {"send 10", "P. 1(10) 3001, ESTABLISHED"},
			{"< . 3001(1) 1", ". 11(0) 3001, ESTABLISHED"}, {"< . 3001(1) 1", ". 11(0) 3001, ESTABLISHED"}, {"< F. 3001(0) 1", ". 11(0) 3001, ESTABLISHED"}},
		{
			{"send 10", "P. 1(10) 1, ESTABLISHED"}, {"< . 1(3000) 1", ". 11(0) 3001, ESTABLISHED"},
			{"< . 3001(1) 11", ". 11(0) 3001, ESTABLISHED"}, {"wait 100s", "ESTABLISHED"}}, // the ACK on a probe counts
	} {
		play(t, small, passive, s)
	}
	// What a SYN,ACK carries beyond the window that our SYN offered is cut off.
	play(t, small, steps{{"open", "S 0(0), SYN-SENT"}, {"< S. 0(3010) 1", ". 1(0) 3001, ESTABLISHED"}, {"receive 3000", ". 1(0) 3001, ESTABLISHED"}})
	play(t, small, steps{{"open", "S 0(0), SYN-SENT"}, {"< SF. 0(3000) 1", ". 1(0) 3001, ESTABLISHED"}, {"receive 3000", ". 1(0) 3001, ESTABLISHED"}, {"< F. 3001(0) 1", ". 1(0) 3002, CLOSE-WAIT"}})
}

func TestReceiveWindowNeverShrinks(t *testing.T) {
	t.Parallel()
	cfg := Default()
	b := newBench(t, cfg, 1<<32-9, 1<<32-3000)
	var edge Seq
	b.env.Send = func(tcb *TCB, s *Segment) {
		if !s.Flags.Has(ACK) {
			return
		}
		if now := s.Ack + Seq(s.Wnd); now.Less(edge) {
			t.Fatalf("the right edge moved left by %d", edge.Sub(now))
		} else {
			edge = now
		}
	}
	edge = b.irs
	for _, x := range passive {
		b.do(x[0])
	}
	for i, size := range []int{100, 5000, 1, 1460, 30000, 3, 20000} {
		s := b.parse(". 1(0) 1")
		s.Seq, s.Text = b.tcb.RcvNxt, make([]byte, size)
		b.tcb.Arrives(b.now, s)
		if i%2 == 1 {
			if _, err := b.tcb.Receive(b.now, make([]byte, size/2)); err != nil {
				t.Fatal(err)
			}
		}
		if i == 3 {
			b.tcb.SetBuffers(1000, 1000) // a smaller buffer takes nothing back
		}
	}
}

// RFC 6582 §3.2 (3): cwnd in fast recovery.
func TestPartialACK(t *testing.T) {
	t.Parallel()
	for ack, want := range map[int]int{501: 5000, 1001: 5500, 1501: 5000} {
		cfg := Default()
		cfg.CongestionControl = Reno
		b := newBench(t, cfg, 1<<32-1000, 7)
		for _, list := range []steps{passive, {{"send 5000", ""}, {"< . 1(0) 1", ""}, {"< . 1(0) 1", ""}, {"< . 1(0) 1", ""}}} {
			for _, x := range list {
				b.do(x[0])
			}
		}
		if b.tcb.cc.cwnd != 5500 { // half of 5000, and the three segments that have left
			t.Fatalf("cwnd %d", b.tcb.cc.cwnd)
		}
		b.do(fmt.Sprintf("< . 1(0) %d", ack))
		if b.tcb.cc.cwnd != want {
			t.Errorf("after ACK %d cwnd is %d, want %d", ack, b.tcb.cc.cwnd, want)
		}
	}
}

func TestRTO(t *testing.T) {
	t.Parallel()
	cfg := Default()
	var r rtoEstimate
	r.init(&cfg)
	for i, c := range []struct{ rtt, srtt, rttvar, rto time.Duration }{
		{2 * time.Second, 2 * time.Second, time.Second, 6 * time.Second},                                // (2.2)
		{2 * time.Second, 2 * time.Second, 750 * time.Millisecond, 5 * time.Second},                     // (2.3)
		{4 * time.Second, 2250 * time.Millisecond, 1062500 * time.Microsecond, 6500 * time.Millisecond}, //
	} {
		r.sample(c.rtt)
		if r.srtt != c.srtt || r.rttvar != c.rttvar || r.rto != c.rto {
			t.Errorf("sample %d: SRTT %v RTTVAR %v RTO %v, want %v %v %v", i+1, r.srtt, r.rttvar, r.rto, c.srtt, c.rttvar, c.rto)
		}
	}
	for n := range 5 {
		r.backOff(n+1 >= 3)
	}
	if r.rto != cfg.RTOMax {
		t.Errorf("RTO backs off to %v, want %v", r.rto, cfg.RTOMax)
	}
	r.init(&cfg)
	r.sample(time.Millisecond)
	if r.rto != cfg.RTOMin {
		t.Errorf("RTO %v, want (2.4) %v", r.rto, cfg.RTOMin)
	}
	// §4: a variance of nothing is G. What is left of RTTVAR below 4 ns is rounded away.
	r.init(&cfg)
	for range 200 {
		r.sample(2 * time.Second)
	}
	if v := r.rto - r.srtt; v < granularity || v > 12*granularity {
		t.Errorf("RTO is %v above a constant SRTT", v)
	}
	r.rttvar = 0
	if r.compute(); r.rto != r.srtt+granularity {
		t.Errorf("RTO is %v above SRTT with no RTTVAR", r.rto-r.srtt)
	}
}

func TestSeq(t *testing.T) {
	t.Parallel()
	for _, base := range []Seq{0, 1, 1<<31 - 1, 1 << 31, 1<<32 - 1} {
		if !base.Less(base+1) || base.Less(base) || (base + 1).Less(base) || !base.Less(base+1<<31-1) || !base.LessEq(base) {
			t.Errorf("order around %d", base)
		}
		if !base.In(base, 1) || base.In(base, 0) || (base+1).In(base, 1) || (base-1).In(base, 1<<31) || !(base+5).In(base, 6) {
			t.Errorf("windows around %d", base)
		}
		if (base+7).Sub(base) != 7 || base.Sub(base+7) != -7 {
			t.Errorf("differences around %d", base)
		}
	}
}
