package tcp

import "time"

// checkACK: Fifth, check the ACK field (§3.10.7.4).
func (t *TCB) checkACK(now time.Duration, s *Segment) bool {
	// "if the ACK bit is off, drop the segment and return"
	if !s.Flags.Has(ACK) {
		return false
	}

	if t.state == SynReceived {
		if t.SndUna.Less(s.Ack) && s.Ack.LessEq(t.SndNxt) {
			// "If SND.UNA < SEG.ACK =< SND.NXT, then enter ESTABLISHED state and continue processing with the variables
			// below set to: SND.WND <- SEG.WND, SND.WL1 <- SEG.SEQ, SND.WL2 <- SEG.ACK"
			t.acknowledged(now, s)
			t.enter(now, Established)
			t.setWindow(now, s)
			if t.closed {
				// A CLOSE that was "queued for processing after entering ESTABLISHED state" (§3.10.4).
				t.enter(now, FinWait1)
			}
			return true
		}
		// "If the segment acknowledgment is not acceptable, form a reset segment, <SEQ=SEG.ACK><CTL=RST>, and send it."
		// RFC 5961 §5's test, which stands before this in the text, protects text from injection: none is accepted here,
		// and the reset is what rids the peer of an old duplicate (§3.5, Figure 8; §3.5.2, group 2).
		t.reject(now, s)
		return false
	}

	// RFC 5961 §5 (MAY-12): "acceptable only if it is in the range of ((SND.UNA - MAX.SND.WND) =< SEG.ACK =< SND.NXT). All
	// incoming segments whose ACK value doesn't satisfy the above condition MUST be discarded and an ACK sent back." The
	// upper bound is ESTABLISHED's own: "If the ACK acks something not yet sent (SEG.ACK > SND.NXT), then send an ACK,
	// drop the segment, and return."
	if s.Ack.Less(t.SndUna-Seq(t.MaxSndWnd)) || t.SndNxt.Less(s.Ack) {
		t.challengeACK(now)
		return false
	}

	switch t.state {
	case Established, CloseWait:
		t.ackEstablished(now, s)
	case FinWait1:
		// "In addition to the processing for the ESTABLISHED state, if the FIN segment is now acknowledged, then enter
		// FIN-WAIT-2 and continue processing in that state."
		t.ackEstablished(now, s)
		if t.finAcked() {
			t.enter(now, FinWait2)
		}
	case FinWait2:
		// "… if the retransmission queue is empty, the user's CLOSE can be acknowledged": it was, when it was called.
		t.ackEstablished(now, s)
	case Closing:
		// "… if the ACK acknowledges our FIN, then enter the TIME-WAIT state; otherwise, ignore the segment."
		t.ackEstablished(now, s)
		if !t.finAcked() {
			return false
		}
		t.enter(now, TimeWait)
	case LastAck:
		// "If our FIN is now acknowledged, delete the TCB, enter the CLOSED state, and return." Before that our text may
		// be acknowledged piecemeal.
		t.ackEstablished(now, s)
		if t.finAcked() {
			t.enter(now, Closed)
			return false
		}
	case TimeWait:
		// "The only thing that can arrive in this state is a retransmission of the remote FIN. Acknowledge it, and
		// restart the 2 MSL timeout": the first check does that. A FIN in the window is left to the eighth.
	}
	return true
}

// ackEstablished is the fifth check's ESTABLISHED STATE; SEG.ACK =< SND.NXT holds already.
func (t *TCB) ackEstablished(now time.Duration, s *Segment) {
	una, flight := t.SndUna, t.outstanding()
	var n news
	if t.SackOK {
		n = t.update(now, s)
	}
	switch {
	case t.SndUna.Less(s.Ack):
		// "If SND.UNA < SEG.ACK =< SND.NXT, then set SND.UNA <- SEG.ACK. Any segments on the retransmission queue that are
		// thereby entirely acknowledged are removed."
		t.acknowledged(now, s)
	case s.Ack == t.SndUna && !t.SackOK && t.isDuplicate(s):
		t.duplicateAck(now)
	default:
		// "If the ACK is a duplicate (SEG.ACK =< SND.UNA), it can be ignored."
	}
	if t.SackOK {
		t.selective(now, s, &n, una)
	}
	if t.echoes(s) && flight > 0 && una != t.Iss { // a SYN has no ECT that a router could mark
		t.congestionEchoed(now, s.Ack, flight)
	}
	// "If SND.UNA =< SEG.ACK =< SND.NXT, the send window should be updated. If (SND.WL1 < SEG.SEQ or (SND.WL1 = SEG.SEQ and
	// SND.WL2 =< SEG.ACK)), set SND.WND <- SEG.WND, set SND.WL1 <- SEG.SEQ, and set SND.WL2 <- SEG.ACK."
	if t.SndUna.LessEq(s.Ack) && (t.SndWl1.Less(s.Seq) || t.SndWl1 == s.Seq && t.SndWl2.LessEq(s.Ack)) {
		t.setWindow(now, s)
	}
	if t.SndWnd == 0 && t.SndUna == s.Ack {
		// "As long as the receiving TCP peer continues to send acknowledgments in response to the probe segments, the
		// sending TCP peer MUST allow the connection to stay open" (MUST-37).
		t.retries = 0
		t.lastProgress = now
	}
}

// isDuplicate is RFC 5681 §2's definition of a duplicate acknowledgment, but for SEG.ACK = SND.UNA. A window of zero
// is being probed, and the answers to probes look alike. A SYN that is outstanding (CLOSE in SYN-RECEIVED makes
// FIN-WAIT-1) is left to its timer: there is no congestion window yet. Where an ACK is owed, the segment carried text or a
// FIN that lay outside the window and was cut off: a peer that probes sends no duplicates.
func (t *TCB) isDuplicate(s *Segment) bool {
	return t.synAcked() && t.outstanding() > 0 && len(s.Text) == 0 && !t.ackNow && s.Flags&(SYN|FIN) == 0 &&
		s.trueWnd == t.SndWnd && t.SndWnd > 0
}

// acknowledged sets SND.UNA <- SEG.ACK, which is new, and does what follows from it.
func (t *TCB) acknowledged(now time.Duration, s *Segment) {
	syn, ack := !t.synAcked(), s.Ack
	t.foundHole(ack)
	n := ack.Sub(t.SndUna)
	t.measure(now, s)
	t.proven.acked(ack)
	t.SndUna, t.SndUp = ack, maxSeq(t.SndUp, ack)
	t.counts.OctetsAcked += uint64(t.snd.acked(ack))
	t.resend, t.pushed = maxSeq(t.resend, ack), maxSeq(t.pushed, ack)
	t.retries, t.reason = 0, 0
	if t.softErr == ErrTimedOut {
		t.softErr = 0 // it has got through
	}
	t.probing = false
	t.lastProgress = now
	t.sentNew = true
	if t.outstanding() == 0 {
		t.rexmit.stop() // RFC 6298 (5.2)
		t.early.stop()
	} else {
		t.rexmit.start(now, t.rto.rto) // (5.3)
	}
	if syn {
		t.softErr = 0 // it was of an open that has gone well
		t.beginDataTransfer()
	} else {
		t.congestionAcked(now, n, n+t.outstanding(), !t.echoes(s))
	}
}

// setWindow sets SND.WND <- SEG.WND, SND.WL1 <- SEG.SEQ, SND.WL2 <- SEG.ACK.
func (t *TCB) setWindow(now time.Duration, s *Segment) {
	opens := t.SndWnd == 0 && s.trueWnd > 0
	t.SndWnd, t.SndWl1, t.SndWl2 = s.trueWnd, s.Seq, s.Ack
	t.MaxSndWnd = max(t.MaxSndWnd, t.SndWnd)
	if !opens || !t.synAcked() {
		return
	}
	// What was probed with goes out again with the text behind it, and the RTO that the probes stretched is forgotten:
	// they measured the peer's reader and not the path.
	t.override.stop()
	if t.probing {
		t.goBack()
		t.rto.compute()
		t.rexmit.start(now, t.rto.rto)
	}
	t.probing = false
	t.retries = 0
}
