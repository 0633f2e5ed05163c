package tcp

import "time"

// Arrives is SEGMENT ARRIVES (§3.10.7). The text of s is copied where it is kept; s itself may be changed.
func (t *TCB) Arrives(now time.Duration, s *Segment) {
	t.heard(now)
	t.counts.SegmentsIn++
	if len(s.Text) > 0 {
		t.counts.TextIn++
	}
	s.up = s.Seq + Seq(s.Up)
	switch t.state {
	case Closed:
		if r, ok := t.env.Reset(s); ok {
			t.env.out = r
			t.env.Send(t, &t.env.out)
		}
	case Listen:
		t.arrivesListen(now, s)
	case SynSent:
		t.arrivesSynSent(now, s)
	default:
		t.arrivesOther(now, s)
	}
	t.output(now)
	t.dup, t.rcv.newest = span{}, span{} // what was not reported now is no news later
}

// Reset is §3.10.7.1, CLOSED STATE: the RST that answers a segment for which there is no TCB. ok is false where nothing
// is to be sent.
func (e *Env) Reset(s *Segment) (r Segment, ok bool) {
	// "An incoming segment containing a RST is discarded."
	if s.Flags.Has(RST) {
		return r, false
	}
	r = Segment{SrcPort: s.DstPort, DstPort: s.SrcPort}
	stampReset(&r.Options, s, e.Config.Timestamps)
	if s.Flags.Has(ACK) {
		// "If the ACK bit is on, <SEQ=SEG.ACK><CTL=RST>"
		r.Seq, r.Flags = s.Ack, RST
	} else {
		// "If the ACK bit is off, sequence number zero is used, <SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>"
		r.Ack, r.Flags = s.Seq+Seq(s.Len()), RST|ACK
	}
	return r, true
}

// arrivesListen is §3.10.7.2, LISTEN STATE.
func (t *TCB) arrivesListen(now time.Duration, s *Segment) {
	// First, check for a RST: "An incoming RST should be ignored. Return."
	if s.Flags.Has(RST) {
		return
	}

	// Second, check for an ACK: "Any acknowledgment is bad if it arrives on a connection still in the LISTEN state."
	if s.Flags.Has(ACK) {
		t.reject(now, s)
		return
	}

	// Third, check for a SYN. (Security and compartment: §A.1 leaves them out.)
	if s.Flags.Has(SYN) {
		t.RcvNxt, t.RcvUp = s.Seq+1, s.Seq+1
		t.Irs = s.Seq
		t.chooseISS(now)
		t.takeSynOptions(now, s)
		t.hearSetup(s.Flags)
		t.SndNxt = t.Iss + 1
		t.SndUna = t.Iss
		t.offered(s)
		// "Any other control or text should be queued for processing later."
		t.queueForEstablished(s)
		t.enter(now, SynReceived)
		t.sendSYN(now)
		return
	}

	// Fourth, other data or control: "This should not be reached. Drop the segment and return."
}

// arrivesSynSent is §3.10.7.3, SYN-SENT STATE.
func (t *TCB) arrivesSynSent(now time.Duration, s *Segment) {
	// First, check the ACK bit.
	if s.Flags.Has(ACK) {
		// "If SEG.ACK =< ISS or SEG.ACK > SND.NXT, send a reset (unless the RST bit is set …) and discard the segment."
		if s.Ack.LessEq(t.Iss) || t.SndNxt.Less(s.Ack) {
			if !s.Flags.Has(RST) {
				t.reject(now, s)
			}
			return
		}
		// "If SND.UNA < SEG.ACK =< SND.NXT, then the ACK is acceptable."
	}

	// Second, check the RST bit. RFC 5961's test for SEG.SEQ = RCV.NXT has nothing to test: RCV.NXT is not known yet.
	if s.Flags.Has(RST) {
		if s.Flags.Has(ACK) {
			// "If the ACK was acceptable, then signal … connection reset, … enter CLOSED state, delete TCB." To the user
			// a reset of a connection that never stood is a refusal (§3.10.7.4 has that word for SYN-RECEIVED).
			t.fail(now, ErrConnectionRefused)
		}
		// "Otherwise (no ACK), drop the segment and return."
		return
	}

	// Third, check the security: not in use (§A.1).

	// Fourth, check the SYN bit.
	if s.Flags.Has(SYN) {
		t.RcvNxt, t.RcvUp = s.Seq+1, s.Seq+1
		t.Irs = s.Seq
		t.takeSynOptions(now, s)
		t.hearSetup(s.Flags)
		t.offered(s)
		if s.Flags.Has(ACK) {
			// "SND.UNA should be advanced to equal SEG.ACK (if there is an ACK)". So "our SYN has been ACKed": the ACK
			// was acceptable. The segment says ESTABLISHED, an ACK, and goes on at the sixth step.
			t.acknowledged(now, s)
			t.enter(now, Established)
			t.ackNow = true // sent by output, on text where some is queued ("Data or controls … MAY be included")
			t.checkURG(s)
			t.trimRight(s)
			t.processText(now, s)
			t.checkFIN(now, s)
			return
		}
		// "Otherwise, enter SYN-RECEIVED, form a SYN,ACK segment" (simultaneous open, MUST-10). "If there are other
		// controls or text in the segment, queue them for processing after the ESTABLISHED state has been reached."
		t.queueForEstablished(s)
		t.enter(now, SynReceived)
		t.rexmit.stop() // the SYN goes out again now; its timer starts anew
		t.sendSYN(now)
		return
	}

	// Fifth, "if neither of the SYN or RST bits is set, then drop the segment and return."
}

// offered takes the window that the peer's SYN offers: SND.WND <- SEG.WND, SND.WL1 <- SEG.SEQ, SND.WL2 <- SEG.ACK
// (§3.10.7.3), which on a SYN is never scaled (RFC 7323 §2.2). Where the SYN has no ACK, WL2 is our ISS, which any
// acceptable ACK is above.
func (t *TCB) offered(s *Segment) {
	t.SndWnd, t.SndWl1, t.SndWl2 = uint32(s.Wnd), s.Seq, t.Iss
	if s.Flags.Has(ACK) {
		t.SndWl2 = s.Ack
	}
	t.MaxSndWnd = max(t.MaxSndWnd, t.SndWnd)
}

// queueForEstablished keeps text and FIN that came with a SYN. RCV.NXT stays behind the SYN: they are neither
// acknowledged nor delivered before ESTABLISHED (§3.5).
func (t *TCB) queueForEstablished(s *Segment) {
	t.trimRight(s)
	t.rcv.hold(t.RcvNxt, s.textSeq(), s.Text)
	t.noteFIN(s)
	t.noteURG(s)
}
