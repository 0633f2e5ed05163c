package tcp

import (
	"testing"
	"time"
)

// after100ms is ESTABLISHED with SACK, and an SRTT of 100 ms: RTO is 1 s, the probe timeout 200 ms.
var after100ms = steps{
	{"listen", "LISTEN"},
	{"< S 0(0) mss 1000 sackOK", "S. 0(0) 1 sackOK, SYN-RECEIVED"},
	{"wait 100ms", "SYN-RECEIVED"},
	{"< . 1(0) 1", "ESTABLISHED"},
}

var late100ms = steps{{"wait 100ms", "ESTABLISHED"}}

// RFC 8985 §6.
func TestRACK(t *testing.T) {
	t.Parallel()
	for name, s := range map[string][]steps{
		"three SACKed, and no reordering seen: at once": {five, late100ms, {
			{"< . 1(0) 1 sack 1001:2001", "ESTABLISHED"}, {"< . 1(0) 1 sack 1001:3001", "ESTABLISHED"}, {"< . 1(0) 1 sack 1001:4001", ". 1(1000) 1, ESTABLISHED"},
			{"< . 1(0) 1 sack 1001:5001", "ESTABLISHED"}, {"< . 1(0) 5001", "ESTABLISHED"}, {"wait 100s", "ESTABLISHED"}}},
		"one SACKed: a quarter of the least RTT later": {five, late100ms, {
			{"< . 1(0) 1 sack 1001:2001", "ESTABLISHED"}, {"wait 200ms", "25ms: . 1(1000) 1, ESTABLISHED"}}},
		"the ACK comes in time: it was reordered, and three SACKed are no proof any more": {five, late100ms, {
			{"< . 1(0) 1 sack 1001:2001", "ESTABLISHED"}, {"wait 24ms", "ESTABLISHED"}, {"< . 1(0) 2001", "ESTABLISHED"},
			{"send 4000", ". 5001(1000) 1, . 6001(1000) 1, . 7001(1000) 1, P. 8001(1000) 1, ESTABLISHED"}, {"wait 100ms", "ESTABLISHED"},
			{"< . 1(0) 5001 sack 6001:9001", "ESTABLISHED"}, {"wait 200ms", "25ms: . 5001(1000) 1, ESTABLISHED"}}},
		"a segment that was sent later, and one that was not": {five, {
			{"wait 50ms", "ESTABLISHED"}, {"send 1000", "P. 5001(1000) 1, ESTABLISHED"}, {"wait 50ms", "ESTABLISHED"},
			{"< . 1(0) 1 sack 4001:5001", "ESTABLISHED"}, // 1 to 3001 went with it, 5001 after it
			{"wait 30ms", "25ms: . 1(1000) 1, 25ms: . 1001(1000) 1, ESTABLISHED"}, {"wait 10ms", "ESTABLISHED"}, {"< . 1(0) 5001", "ESTABLISHED"}}},
		"the retransmission is lost, too": {ten, late100ms, {
			{"< . 1(0) 1 sack 1001:4001", ". 1(1000) 1, ESTABLISHED"}, {"wait 100ms", "ESTABLISHED"},
			{"< . 1(0) 1 sack 1001:10001", ". 10001(1000) 1, . 11001(1000) 1, . 12001(1000) 1, . 13001(1000) 1, ESTABLISHED"}, {"wait 100ms", "ESTABLISHED"},
			{"< . 1(0) 1 sack 1001:11001", "ESTABLISHED"}, // cwnd is halved again: 2500
			{"< . 1(0) 1 sack 1001:12001", "ESTABLISHED"}, {"< . 1(0) 1 sack 1001:13001", ". 1(1000) 1, ESTABLISHED"}}},
		"a D-SACK widens the reordering window by a quarter of the least RTT": {five, late100ms, {
			{"< . 1(0) 5001", "ESTABLISHED"}, {"< . 1(0) 5001 sack 1:1001", "ESTABLISHED"},
			{"send 2000", ". 5001(1000) 1, P. 6001(1000) 1, ESTABLISHED"}, {"wait 100ms", "ESTABLISHED"},
			{"< . 1(0) 5001 sack 6001:7001", "ESTABLISHED"}, {"wait 200ms", "50ms: . 5001(1000) 1, ESTABLISHED"}}},
		"no SACK, no RACK": {{{"< . 1(0) 1 sack 2:3", "ESTABLISHED"}}, five, late100ms, {{"wait 200ms", "100ms: P. 4001(1000) 1, ESTABLISHED"}}},
		"RFC 8985 §6.3: after a timeout what was sent a round trip ago is lost": {five, {
			{"wait 100ms", "ESTABLISHED"}, {"< . 1(0) 1 sack 1001:5001", ". 1(1000) 1, ESTABLISHED"}, {"wait 850ms", "ESTABLISHED"},
			{"send 1000", "P. 5001(1000) 1, ESTABLISHED"}, {"wait 50ms", "50ms: . 1(1000) 1, ESTABLISHED"},
			{"< . 1(0) 1001", ". 1001(1000) 1, ESTABLISHED"}, {"< . 1(0) 5001", "ESTABLISHED"}, {"wait 500ms", "ESTABLISHED"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, withSACK, append([]steps{after100ms}, s...)...)
		})
	}
}

// RFC 8985 §7.
func TestLossProbe(t *testing.T) {
	t.Parallel()
	for name, s := range map[string][]steps{
		"the last segment again after 2 * SRTT, and then the RTO": {after100ms, five, {
			{"wait 3s", "200ms: P. 4001(1000) 1, 1.2s: . 1(1000) 1, ESTABLISHED"}}},
		"one segment: with time for a delayed ACK": {after100ms, {
			{"send 10", "P. 1(10) 1, ESTABLISHED"}, {"wait 2s", "400ms: P. 1(10) 1, 1.4s: P. 1(10) 1, ESTABLISHED"}}},
		"new text before old": {after100ms, ten, {{"wait 1s", "200ms: . 10001(1000) 1, ESTABLISHED"}}},
		"but not beyond the window": {after100ms, {
			{"< . 1(0) 1 win 2000", "ESTABLISHED"}, {"send 3000", ". 1(1000) 1, . 1001(1000) 1, ESTABLISHED"}, {"wait 1s", "200ms: . 1001(1000) 1, ESTABLISHED"}}},
		"an ACK begins anew": {after100ms, five, {
			{"wait 150ms", "ESTABLISHED"}, {"< . 1(0) 1001", "ESTABLISHED"}, {"wait 205ms", "ESTABLISHED"}, {"wait 1s", "7.5ms: P. 4001(1000) 1, ESTABLISHED"}}},
		"one that acknowledges nothing does not": {after100ms, five, {
			{"wait 150ms", "ESTABLISHED"}, {"< . 1(0) 1", "ESTABLISHED"}, {"wait 100ms", "50ms: P. 4001(1000) 1, ESTABLISHED"}}},
		"new text begins anew": {after100ms, five, {
			{"wait 150ms", "ESTABLISHED"}, {"send 10", "P. 5001(10) 1, ESTABLISHED"}, {"wait 250ms", "200ms: P. 5001(10) 1, ESTABLISHED"}}},
		"without an RTT sample there is none": {{
			{"listen", "LISTEN"}, {"< S 0(0) mss 1000 sackOK", "S. 0(0) 1 sackOK, SYN-RECEIVED"}, {"wait 1s", "1s: S. 0(0) 1 sackOK, SYN-RECEIVED"}, {"< . 1(0) 1", "ESTABLISHED"},
			{"send 10", "P. 1(10) 1, ESTABLISHED"}, {"wait 5s", "4s: P. 1(10) 1, ESTABLISHED"}}},
		"not while something is SACKed": {after100ms, five, late100ms, {
			{"< . 1(0) 1 sack 4001:5001", "ESTABLISHED"}, {"wait 300ms", "25ms: . 1(1000) 1, 25ms: . 1001(1000) 1, ESTABLISHED"}}},
		"the answer tells what was lost": {after100ms, five, {
			{"wait 200ms", "200ms: P. 4001(1000) 1, ESTABLISHED"}, {"wait 100ms", "ESTABLISHED"},
			{"< . 1(0) 1 sack 4001:5001", ". 1(1000) 1, . 1001(1000) 1, ESTABLISHED"}}},
		"no second one without an RTT sample in between": {after100ms, five, {
			{"wait 300ms", "200ms: P. 4001(1000) 1, ESTABLISHED"}, {"< . 1(0) 5001", "ESTABLISHED"}, {"send 10", "P. 5001(10) 1, ESTABLISHED"}, {"wait 1s", "ESTABLISHED"}}},
		"nor after one that came twice": {after100ms, five, {
			{"wait 300ms", "200ms: P. 4001(1000) 1, ESTABLISHED"}, {"< . 1(0) 5001", "ESTABLISHED"}, {"< . 1(0) 5001 sack 4001:5001", "ESTABLISHED"},
			{"send 10", "P. 5001(10) 1, ESTABLISHED"}, {"wait 2s", "1.4s: P. 5001(10) 1, ESTABLISHED"}}},
		"a FIN": {after100ms, finWait1, {{"wait 1s", "400ms: F. 1(0) 1, FIN-WAIT-1"}, {"< . 1(0) 2", "FIN-WAIT-2"}, {"wait 9s", "FIN-WAIT-2"}}},
		"not in a zero window": {after100ms, five, {
			{"< . 1(0) 1001 win 0", "ESTABLISHED"}, {"wait 900ms", "ESTABLISHED"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, withSACK, s...)
		})
	}
}

// What a probe repaired alone is taken for congestion, unless the peer tells that both copies came (RFC 8985 §7.4.2).
func TestLossProbeIsNoFreeRide(t *testing.T) {
	t.Parallel()
	for ack, want := range map[string]int{
		"< . 1(0) 5001 sack 4001:5001": 10000, // D-SACK
		"< . 1(0) 5001":                10000, // the second of two ACKs without a block
		"< . 1(0) 6001":                2500,  // the loss was repaired: half of what was on its way
	} {
		cfg := Default()
		cfg.Timestamps, cfg.WindowScale, cfg.Nagle, cfg.CongestionControl = false, false, false, Reno
		b := newBench(t, cfg, 1<<32-3000, 9)
		for _, list := range []steps{after100ms, five, {{"wait 250ms", ""}, {"< . 1(0) 5001", ""}, {"send 1000", ""}, {ack, ""}, {"< . 1(0) 6001", ""}}} {
			for _, x := range list {
				b.do(x[0])
			}
		}
		if b.tcb.cc.cwnd != want || b.tcb.tlp.out {
			t.Errorf("after %q cwnd is %d, want %d; probe still out: %v", ack, b.tcb.cc.cwnd, want, b.tcb.tlp.out)
		}
	}
}

func TestMinRTT(t *testing.T) {
	t.Parallel()
	var m minFilter
	for i, x := range []struct{ at, rtt, want time.Duration }{
		{0, 50, 50}, {1, 40, 40}, {2, 60, 40}, {minRTTLife, 70, 40}, {2*minRTTLife - 1, 65, 40}, {2 * minRTTLife, 80, 65}, {3 * minRTTLife, 90, 80}, {3*minRTTLife + 1, 0, 1},
	} {
		if m.add(x.at, x.rtt); m.min() != x.want {
			t.Errorf("%d: %v, want %v", i, m.min(), x.want)
		}
	}
}

// A widened reordering window is kept for 16 recoveries, and its bound is SRTT (RFC 8985 §6.2, step 4).
func TestReorderingWindow(t *testing.T) {
	t.Parallel()
	b := newBench(t, Default(), 77, 88)
	for _, x := range after100ms {
		b.do(x[0])
	}
	c := b.tcb
	c.rk.reordering, c.rk.reoWndMult, c.rk.reoWndPersist = true, 2, reoWndPersist
	for i := range reoWndPersist + 2 {
		want := 75 * time.Millisecond
		if i >= reoWndPersist {
			want = 25 * time.Millisecond
		}
		if got := c.reoWnd(); got != want {
			t.Errorf("after %d recoveries the window is %v, want %v", i, got, want)
		}
		c.rackRecovered()
	}
	if c.rk.reoWndMult = 9; c.reoWnd() != 100*time.Millisecond {
		t.Errorf("the window is %v, SRTT 100ms", c.reoWnd())
	}
	c.rk.reoWndMult, c.rto.srtt = 0, 0 // by timestamps, of less than a tick
	if c.reoWnd() != 25*time.Millisecond {
		t.Errorf("the window is %v where SRTT is none", c.reoWnd())
	}
}

// What cannot have been an answer to the last transmission tells nothing of it (RFC 8985 §6.2, step 2).
func TestAmbiguousDelivery(t *testing.T) {
	t.Parallel()
	b := newBench(t, Default(), 77, 88)
	c := b.tcb
	b.now += time.Second
	c.tsOffset, c.SndTsOK = 0, true
	c.rk.minRTT.add(b.now, 50*time.Millisecond)
	for _, x := range []struct {
		again bool
		ago   time.Duration
		ecr   time.Duration // of the ACK, before now; none if it is 0
		want  bool
	}{
		{false, 10 * time.Millisecond, 500 * time.Millisecond, true},
		{true, 60 * time.Millisecond, 0, true},
		{true, 60 * time.Millisecond, 60 * time.Millisecond, true},
		{true, 60 * time.Millisecond, 61 * time.Millisecond, false},
		{true, 40 * time.Millisecond, 0, false},
	} {
		b.tcb.rk.minRTT = minFilter{now: 50 * time.Millisecond, since: b.now}
		var n news
		s := &Segment{}
		if x.ecr > 0 {
			s.Options.HasTimestamps, s.Options.TSEcr = true, c.tsClock(b.now-x.ecr)
		}
		if c.rackDelivered(b.now, &sent{xmit: b.now - x.ago, again: x.again}, s, &n); n.any != x.want {
			t.Errorf("%+v: counted %v", x, n.any)
		}
	}
}

// RFC 2883 §5: below the ACK of the same segment, or within the second block.
func TestIsDSACK(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		blocks []Block
		want   bool
	}{
		{nil, false},
		{[]Block{{50, 60}}, true},
		{[]Block{{90, 100}}, true},
		{[]Block{{90, 101}}, false},
		{[]Block{{110, 120}}, false},
		{[]Block{{60, 50}}, false},
		{[]Block{{110, 120}, {105, 130}}, true},
		{[]Block{{110, 120}, {110, 120}}, true},
		{[]Block{{110, 131}, {105, 130}}, false},
		{[]Block{{104, 120}, {105, 130}}, false},
	} {
		if got := isDSACK(100, c.blocks); got != c.want {
			t.Errorf("ACK 100, blocks %v: %v", c.blocks, got)
		}
	}
}
