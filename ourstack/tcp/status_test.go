package tcp

import (
	"testing"
	"time"
)

// What STATUS says of a loss, from the first sign to the end of it: the phase, the sums and the counts.
func TestStatusOfALoss(t *testing.T) {
	t.Parallel()
	cfg := Default()
	cfg.Timestamps, cfg.Nagle = false, false
	b := newBench(t, cfg, 1<<32-3000, 9)
	after := func(do string, want Status) {
		t.Helper()
		b.do(do)
		s := b.tcb.Status()
		got := Status{Phase: s.Phase, Retries: s.Retries, Sacked: s.Sacked, Lost: s.Lost, R1: s.R1, Resent: s.Resent, Counts: s.Counts}
		if got != want {
			t.Errorf("after %q\n got: %+v\nwant: %+v", do, got, want)
		}
	}
	counts := Counts{SegmentsOut: 1}
	after("open", Status{Counts: counts})
	b.do("wait 100ms")
	counts.SegmentsIn, counts.SegmentsOut = 1, 2
	after("< S. 0(0) 1 mss 1000 ws 3 sackOK", Status{Counts: counts})
	counts.SegmentsOut, counts.TextOut, counts.OctetsOut = 6, 4, 3500
	after("send 3500", Status{Counts: counts})
	b.do("wait 100ms")
	counts.SegmentsIn++
	after("< . 1(0) 1 sack 1001:2001", Status{Phase: PhaseDisorder, Sacked: 1000, Counts: counts})
	counts.SegmentsIn++
	after("< . 1(0) 1 sack 1001:3001", Status{Phase: PhaseDisorder, Sacked: 2000, Counts: counts})
	counts.SegmentsIn++
	counts.SegmentsOut, counts.TextOut, counts.OctetsOut, counts.OctetsResent = 7, 5, 4500, 1000
	after("< . 1(0) 1 sack 1001:3501", Status{Phase: PhaseRecovery, Sacked: 2500, Resent: 1, Counts: counts})
	b.do("wait 50ms")
	counts.SegmentsIn++
	counts.OctetsAcked = 3500
	after("< . 1(0) 3501", Status{Resent: 1, Counts: counts})
	counts.SegmentsIn++
	counts.Duplicates++
	after("< . 1(0) 3501 sack 1:1001", Status{Resent: 1, Counts: counts})

	counts.SegmentsIn, counts.TextIn, counts.OctetsIn, counts.SegmentsOut = counts.SegmentsIn+3, 3, 30, counts.SegmentsOut+2
	b.do("< . 11(20) 3501")
	b.do("< . 1(20) 3501")
	after("< . 1(20) 3501", Status{Resent: 1, Counts: func() Counts { c := counts; c.SegmentsOut++; return c }()})

	s := b.tcb.Status()
	if s.SRTT != 100*time.Millisecond || s.MinRTT != 100*time.Millisecond || s.PathMTU != 1500 || s.PeerMSS != 1000 || s.AnnouncedMSS != 1460 ||
		!s.SackOK || !s.SndWsOK || s.SndWindShift != 3 || s.SndTsOK || s.Control != CUBIC || s.ReceiveBuffer != 64<<10 {
		t.Errorf("%+v", s)
	}
	if s.LastHeard != b.now || s.LastSent >= b.now {
		t.Errorf("last heard at %v, last sent at %v, it is %v", s.LastHeard, s.LastSent, b.now)
	}
}

// A timeout is a phase of its own, and R1 what three retransmissions reach.
func TestStatusOfATimeout(t *testing.T) {
	t.Parallel()
	b := newBench(t, Default(), 77, 88)
	for _, do := range []string{"open", "< S. 0(0) 1 mss 1000", "send 1000", "wait 2s"} {
		b.do(do)
	}
	if s := b.tcb.Status(); s.Phase != PhaseLoss || s.Retries == 0 || s.R1 || s.OctetsResent == 0 || s.OctetsResent != s.OctetsOut-1000 {
		t.Errorf("%v, %+v", s.Phase, s)
	}
	b.do("wait 10s")
	if s := b.tcb.Status(); !s.R1 || s.Retries < 3 {
		t.Errorf("%+v", s)
	}
	b.do("< . 1(0) 1001")
	if s := b.tcb.Status(); s.Phase != PhaseOpen || s.Retries != 0 || s.OctetsAcked != 1000 {
		t.Errorf("%v, %+v", s.Phase, s)
	}
	for p, want := range []string{"open", "disorder", "recovery", "loss", "unknown phase"} {
		if got := Phase(p).String(); got != want {
			t.Errorf("phase %d is %q", p, got)
		}
	}
}
