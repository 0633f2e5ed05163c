package tcp

import "testing"

// A recovery from what was only late gives back what it took (RFC 9438 §4.9.2), one from a loss does not.
func TestUndo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*Config)
		open   steps
		steps  []string
		cwnd   int // 5000 where nothing is undone: half of ten segments
		undone bool
	}{
		"what was sent again came twice": {open: selective, undone: true, cwnd: 10000, steps: []string{
			"< . 1(0) 1 sack 1001:4001", "< . 1(0) 10001", "< . 1(0) 10001 sack 1:1001"}},
		"something else did": {open: selective, cwnd: 5000, steps: []string{
			"< . 1(0) 1 sack 1001:4001", "< . 1(0) 10001", "< . 1(0) 10001 sack 1001:2001"}},
		"one of two did": {open: selective, cwnd: 5000, steps: []string{
			"< . 1(0) 1 sack 1001:2001 sack 3001:10001", "< . 1(0) 10001 sack 1:1001"}},
		"both did, one after the other": {open: selective, undone: true, cwnd: 10000, steps: []string{
			"< . 1(0) 1 sack 1001:2001 sack 3001:10001", "< . 1(0) 10001 sack 1:1001", "< . 1(0) 10001 sack 2001:3001"}},
		"neither": {open: selective, cwnd: 5000, steps: []string{
			"< . 1(0) 1 sack 1001:4001", "< . 1(0) 10001"}},
		"the first ACK is of what was sent first": {change: stamped, open: stampedSACK, undone: true, cwnd: 9880, steps: []string{
			"wait 50ms", "< . 1(0) 1 ts 71 0 sack 989:3953", "wait 10ms", "< . 1(0) 9881 ts 72 49"}},
		"it is of what was sent again": {change: stamped, open: stampedSACK, cwnd: 4940, steps: []string{
			"wait 50ms", "< . 1(0) 1 ts 71 0 sack 989:3953", "wait 10ms", "< . 1(0) 9881 ts 72 50"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, rack := range []bool{false, true} {
				for _, algorithm := range []Algorithm{Reno, CUBIC} {
					cfg := Default()
					cfg.DelayedACK, cfg.WindowScale, cfg.Timestamps, cfg.RACK, cfg.CongestionControl = false, false, false, rack, algorithm
					if c.change != nil {
						c.change(&cfg)
					}
					b := newBench(t, cfg, 1<<32-2000, 7)
					for _, x := range c.open {
						b.do(x[0])
					}
					b.do("send 10000")
					for _, x := range c.steps {
						b.do(x)
					}
					cc := &b.tcb.cc
					got, want := cc.cwnd, c.cwnd
					if !c.undone && algorithm == CUBIC {
						want = int(cubicBeta * float64(2*want))
					}
					if got < want || got > want+1000 || c.undone != (cc.ssthresh == 1<<30) || cc.recovery {
						t.Errorf("RACK %v, %v: cwnd %d, want %d; ssthresh %d, in recovery %v", rack, algorithm, cc.cwnd, want, cc.ssthresh, cc.recovery)
					}
				}
			}
		})
	}
}

var stampedSACK = steps{{"open", ""}, {"< S. 0(0) 1 mss 1000 ts 70 0 sackOK", ""}}

// recover is drawn along: 2^31 octets on, it would else lie ahead of SND.UNA, and no loss be recovered from.
func TestRecoverDoesNotAge(t *testing.T) {
	t.Parallel()
	cfg := Default()
	cfg.WindowScale, cfg.Timestamps, cfg.SACK, cfg.CongestionControl = false, false, false, Reno
	b := newBench(t, cfg, 77, 88)
	for _, x := range passive {
		b.do(x[0])
	}
	b.do("send 1000")
	b.do("< . 1(0) 1001")
	if b.tcb.cc.recover != b.tcb.SndUna-1 || b.tcb.recovering() {
		t.Errorf("recover is %d, SND.UNA %d", b.tcb.cc.recover, b.tcb.SndUna)
	}
}
