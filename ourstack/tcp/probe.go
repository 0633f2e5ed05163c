package tcp

import "time"

// TLP (RFC 8985 §7): where an ACK is overdue, one segment goes out to draw the ACK that tells what was lost. And the timer
// that it shares with RACK.

// minPTO bounds the probe timeout below: SRTT is measured in ticks of the timestamp clock, of which one may be missing.
const minPTO = 2 * TSTick

// lossProbe is what RFC 8985 §5.3 knows of the probe that is on its way.
type lossProbe struct {
	out   bool // TLP.end_seq is not None
	end   Seq  // TLP.end_seq: SND.NXT when it was sent
	again bool // TLP.is_retrans: it was a retransmission

	flight int // octets that were on their way
}

// reason says what the early timer is for.
type reason uint8

// The reasons.
const (
	none       reason = iota
	reordering        // RACK: what may have been reordered is lost, if it has not come by then
	overdue           // TLP: an ACK is
)

// earlyTimer is the "timer event" of RFC 8985 §5.4 that comes before the retransmission timeout. While it runs, that waits:
// "the RACK reordering timer, the TLP PTO timer, the RTO, and Zero Window Probe timer are mutually exclusive" (§8).
type earlyTimer struct {
	timer
	reason reason
}

func (e *earlyTimer) stop() { *e = earlyTimer{} }

// armEarly starts the early timer, unless the retransmission timeout is due before.
func (t *TCB) armEarly(now, d time.Duration, why reason) {
	t.early.stop()
	if now+d < t.rexmit.at {
		t.early.start(now, d)
		t.early.reason = why
	}
}

// earlyTimeout does what the early timer is for, and arms the retransmission timer anew.
func (t *TCB) earlyTimeout(now time.Duration) {
	why := t.early.reason
	t.early.stop()
	t.rexmit.start(now, t.rto.rto) // "re-arm the RTO timer to fire at timeout = now + RTO" (RFC 8985 §7.3)
	if why == overdue {
		t.sendProbe(now)
		return
	}
	t.detectLoss(now)
	t.transmit(now)
}

// scheduleProbe is RFC 8985 §7.2, for when new text has been sent or acknowledged; where that is not so, it stops a timer
// whose reason has gone.
func (t *TCB) scheduleProbe(now time.Duration, restart bool) {
	if !t.rack() {
		return
	}
	if t.outstanding() == 0 || t.SndWnd == 0 || !t.synAcked() || t.recovering() || t.flight.segsSacked > 0 {
		if t.early.reason == overdue {
			t.early.stop()
		}
		return
	}
	if !restart || t.early.reason == reordering {
		return
	}
	pto := time.Second
	if t.rto.haveSample {
		if pto = max(2*t.rto.srtt, minPTO); len(t.flight.list()) == 1 {
			pto += delayedACK // TLP.max_ack_delay
		}
	}
	// "If the time at which an RTO would fire … is sooner …, then the sender schedules a TLP to be sent at that RTO time."
	t.early.start(now, min(pto, t.rexmit.at-now))
	t.early.reason = overdue
}

// sendProbe is TLP_send_probe(): new text if there is some, in spite of cwnd; else the last segment again.
func (t *TCB) sendProbe(now time.Duration) {
	if t.tlp.out || !t.rto.fresh {
		return
	}
	before := t.SndNxt
	if !t.transmitFrom(now, before, anyLength, pastCwnd) && !t.retransmitLast(now) {
		return
	}
	t.rto.fresh = false
	t.tlp = lossProbe{out: true, end: t.SndNxt, again: t.SndNxt == before, flight: t.outstanding()}
}

// probeACK is TLP_process_ack().
func (t *TCB) probeACK(now time.Duration, s *Segment, n *news, una Seq) {
	p := &t.tlp
	if !p.out || s.Ack.Less(p.end) {
		return
	}
	switch {
	case !p.again:
		p.out = false
	case n.dsack && n.dup.Right == p.end:
		p.out = false // case 1: both came
	case p.end.Less(s.Ack):
		p.out = false // "repaired the single loss"
		if !t.recovering() {
			t.takeForCongestion(now, p.flight)
		}
	case s.Ack == una && len(s.Text) == 0 && s.Options.Blocks == 0:
		p.out = false // case 2, the peer reports no duplicates
	}
}
