package tcp

import (
	"time"

	"github.com/twinstack/twinstack/ourstack/ip"
)

// arrivesOther is §3.10.7.4: SYN-RECEIVED and the synchronized states, the eight checks in the RFC's order. A check that
// returns false has disposed of the segment.
func (t *TCB) arrivesOther(now time.Duration, s *Segment) {
	s.trueWnd, s.cut = uint32(s.Wnd), false
	if !s.Flags.Has(SYN) {
		s.trueWnd <<= t.SndWindShift // "use 'TrueWindow' in place of SEG.WND in the following steps" (RFC 7323 App. D)
	}
	marked := s.ECN == ip.CE && len(s.Text) > 0 // outside of the window that counts for nothing (RFC 3168 §6.1.5)
	t.noteDuplicate(s)
	if !t.checkTimestamps(now, s) {
		return
	}
	if !t.checkSequence(now, s) {
		return
	}
	if !t.checkRST(now, s) {
		return
	}
	// Third, check security: not in use (§A.1).
	if !t.checkSYN(now, s) {
		return
	}
	if !t.checkACK(now, s) {
		return
	}
	t.takeECN(s, marked)
	t.checkURG(s)
	t.processText(now, s)
	t.checkFIN(now, s)
}

// acceptable is Table 6.
func (t *TCB) acceptable(s *Segment) bool {
	length := s.Len()
	switch {
	case length == 0 && t.RcvWnd == 0:
		return s.Seq == t.RcvNxt
	case length == 0:
		return s.Seq.In(t.RcvNxt, t.RcvWnd)
	case t.RcvWnd == 0:
		return false
	}
	last := s.Seq + Seq(length) - 1
	return s.Seq.In(t.RcvNxt, t.RcvWnd) || last.In(t.RcvNxt, t.RcvWnd)
}

// checkSequence: First, check sequence number.
func (t *TCB) checkSequence(now time.Duration, s *Segment) bool {
	// A reset is judged by its SEG.SEQ alone, which the second check does: text on a RST is allowed and means nothing
	// here (§3.5.3, SHLD-2), and a window of zero does not keep it out (MUST-66).
	if s.Flags.Has(RST) {
		return true
	}
	if t.state == SynReceived && s.Flags.Has(SYN) && s.Seq == t.Irs {
		t.hearSetup(s.Flags) // once more, or as the SYN,ACK of a simultaneous open
	}
	switch {
	case t.acceptable(s):
	case t.RcvWnd == 0 && s.Seq == t.RcvNxt && !s.Flags.Has(SYN):
		// "If the RCV.WND is zero, no segments will be acceptable, but special allowance should be made to accept valid
		// ACKs, URGs, and RSTs." Text and FIN lie outside the window and are cut off; the answer to them remains owed.
		t.ackNow = true
	case t.crossingSYN(s):
		// Figure 7, line 6: our SYN and the peer's crossed, and this is its SYN,ACK. The SYN is the one that we have;
		// cut down to its ACK, that counts. The number before the window is answered, as any is.
		s.cutToACK(t.RcvNxt)
		t.ackNow = true
	case t.crossingProbe(s):
		s.cutToACK(t.RcvNxt)
		t.ackNow = true
	default:
		// "If an incoming segment is not acceptable, an acknowledgment should be sent in reply (unless the RST bit is
		// set …). After sending the acknowledgment, drop the unacceptable segment and return."
		if t.state == TimeWait && s.Flags.Has(FIN) && s.Seq+Seq(s.Len()) == t.RcvNxt {
			// "The only thing that can arrive in this state is a retransmission of the remote FIN. Acknowledge it, and
			// restart the 2 MSL timeout" (fifth): that FIN stands before RCV.NXT, so it never gets further than here.
			t.timeWait.start(now, 2*t.env.Config.MSL)
		}
		t.challengeACK(now)
		return false
	}

	t.recordTimestamp(now, s)

	// "It is assumed that the segment is the idealized segment that begins at RCV.NXT and does not exceed the window.
	// One could tailor actual segments to fit this assumption by trimming off any portions that lie outside the window
	// (including SYN and FIN)". Segments that begin higher keep their place: text and FIN are held (SHLD-31).
	t.trimLeft(s)
	t.trimRight(s)
	return true
}

// crossingSYN reports whether s is the peer's SYN,ACK in a simultaneous open.
func (t *TCB) crossingSYN(s *Segment) bool {
	return t.state == SynReceived && !t.passive && s.Flags.Has(SYN|ACK) && s.Seq == t.Irs
}

// crossingProbe reports whether s comes from a peer that probes our window as we probe its, when each has taken the
// other's probe: "simultaneous window probes" are a case where the checks "prevent ACK fields from being processed" (§A.2).
// What such a peer sends begins at its SND.UNA (see sendACK), the number before our RCV.NXT. Were it dropped, both would
// probe for ever.
func (t *TCB) crossingProbe(s *Segment) bool {
	return t.probing && s.Seq == t.RcvNxt-1 && s.Len() <= 1 && !s.Flags.Has(SYN)
}

// cutToACK takes away all that has a number.
func (s *Segment) cutToACK(seq Seq) { s.Seq, s.Text, s.Flags = seq, nil, s.Flags&^(SYN|FIN) }

// trimLeft cuts off what lies before RCV.NXT. The SYN of a synchronized state stays, since RFC 5961 wants it answered
// "irrespective of the sequence number".
func (t *TCB) trimLeft(s *Segment) {
	if !s.Seq.Less(t.RcvNxt) {
		return
	}
	if s.Flags.Has(SYN) && !t.state.Synchronized() {
		s.Flags &^= SYN
		s.Seq++
	}
	if s.Flags.Has(SYN) {
		return
	}
	if old := t.RcvNxt.Sub(s.Seq); old > 0 {
		old = min(old, len(s.Text))
		s.Text = s.Text[old:]
		s.Seq += Seq(old)
	}
}

// trimRight cuts off what lies beyond the window, the FIN first.
func (t *TCB) trimRight(s *Segment) {
	room := max(0, (t.RcvNxt + Seq(t.RcvWnd)).Sub(s.textSeq()))
	if len(s.Text) >= room {
		s.cut = len(s.Text) > room || s.Flags.Has(FIN)
		s.Flags &^= FIN
		s.Text = s.Text[:room]
	}
}

// checkRST: Second, check the RST bit (RFC 5961 §3).
func (t *TCB) checkRST(now time.Duration, s *Segment) bool {
	if !s.Flags.Has(RST) {
		return true
	}
	if t.state == TimeWait && t.env.Config.RFC1337 {
		return false // RFC 1337 §3, fix F1: "ignore RST segments in TIME-WAIT state"
	}
	switch {
	case s.Seq == t.RcvNxt:
		// 2) "the sequence number exactly matches the next expected sequence number": reset.
		t.reset(now)
	case s.Seq.In(t.RcvNxt, t.RcvWnd):
		// 3) "does not exactly match …, yet is within the current receive window": challenge ACK.
		t.challengeACK(now)
	default:
		// 1) "outside the current receive window, silently drop the segment."
	}
	return false
}

// reset is what a valid RST does "according to the connection state".
func (t *TCB) reset(now time.Duration) {
	switch t.state {
	case SynReceived:
		if t.passive {
			// "return this connection to LISTEN state and return. The user need not be informed."
			t.backToListen(now)
			return
		}
		// "the connection was refused; signal the user … enter the CLOSED state and delete the TCB."
		t.fail(now, ErrConnectionRefused)
	case Established, FinWait1, FinWait2, CloseWait:
		// "Users should also receive an unsolicited general 'connection reset' signal. Enter the CLOSED state."
		t.fail(now, ErrConnectionReset)
	case Closing, LastAck, TimeWait:
		// "enter the CLOSED state, delete the TCB, and return."
		t.enter(now, Closed)
	}
}

// backToListen: "the retransmission queue should be flushed". Who made this TCB for one caller drops it; a new caller
// gets a new one.
func (t *TCB) backToListen(now time.Duration) {
	t.renew()
	t.RcvWnd = uint32(t.freeReceive())
	t.enter(now, Listen)
}

// checkSYN: Fourth, check the SYN bit.
func (t *TCB) checkSYN(now time.Duration, s *Segment) bool {
	if !s.Flags.Has(SYN) {
		return true
	}
	if t.state == SynReceived && t.passive {
		// "If the connection was initiated with a passive OPEN, then return this connection to the LISTEN state."
		t.backToListen(now)
		return false
	}
	// "if the SYN bit is set, irrespective of the sequence number, TCP endpoints MUST send a 'challenge ACK' …, drop the
	// unacceptable segment and stop processing further" (RFC 5961 §4). A SYN that may open the connection anew out of
	// TIME-WAIT has been taken by the listener before it came here: see Reopens.
	t.challengeACK(now)
	return false
}

// Reopens reports whether a SYN that arrives in TIME-WAIT may open a new connection (MAY-2): RFC 6191 §2. Any other SYN is
// answered with the challenge ACK of §3.10.7.4, fourth, rather than dropped as RFC 6191 has it: a peer that is in SYN-SENT
// answers that with a RST, and both are out of step no more.
func (t *TCB) Reopens(s *Segment) bool {
	if t.state != TimeWait || !s.Flags.Has(SYN) || s.Flags&(ACK|RST) != 0 {
		return false
	}
	// "Greater than the last sequence number seen on the previous incarnation", which was that of the FIN.
	above := t.RcvNxt.LessEq(s.Seq)
	switch stamped := t.env.Config.Timestamps && s.Options.HasTimestamps; {
	case !stamped: // "TCP Timestamps would not be enabled for the new incarnation"
		return above
	case !t.SndTsOK: // they would, and were not for the previous one: "honor the incoming connection request"
		return true
	default:
		return stampLess(t.TsRecent, s.Options.TSVal) || t.TsRecent == s.Options.TSVal && above
	}
}

// processText: Seventh, process the segment text.
func (t *TCB) processText(now time.Duration, s *Segment) {
	if !t.state.receivesText() {
		// CLOSE-WAIT, CLOSING, LAST-ACK, TIME-WAIT: "This should not occur since a FIN has been received from the remote
		// side. Ignore the segment text."
		return
	}
	if t.gone && (len(s.Text) > 0 || t.rcv.due(t.RcvNxt)) {
		// §3.6.1: "if new data is received after CLOSE is called, its TCP implementation SHOULD send a RST to show that
		// data was lost (SHLD-3)".
		t.emitRST(now, t.SndNxt, ACK, s)
		t.fail(now, ErrAborted)
		return
	}
	before, holes := t.RcvNxt, len(t.rcv.held) > 0
	next := t.RcvNxt
	if len(s.Text) > 0 {
		next = t.rcv.put(next, s.textSeq(), s.Text)
	}
	next = t.rcv.advance(next) // what was queued with the SYN
	t.accept(next)
	t.counts.OctetsIn += uint64(next - before)
	if next != before && t.tunes() {
		t.timeText(now, s)
	}
	switch {
	case s.cut:
		t.ackNow = true // the peer learns where the window ends
	case next == before && len(s.Text) == 0:
		// nothing came
	case holes || len(t.rcv.held) > 0 || next == before || !t.dup.empty():
		// Beyond a hole (MAY-13), or filling one: acknowledged at once (RFC 5681 §4.2). So is a duplicate, of which only
		// the ACK that answers it can tell.
		t.ackNow = true
	default:
		t.oweACK(now)
	}
}

// checkFIN: Eighth, check the FIN bit.
func (t *TCB) checkFIN(now time.Duration, s *Segment) {
	switch t.state {
	case Closed, Listen, SynSent:
		// "Do not process the FIN …; drop the segment and return." CLOSED is where SHLD-3 or LAST-ACK left us.
		return
	case CloseWait, Closing, LastAck:
		// "Remain in the … state." There is no number left that a second FIN could take; it is acknowledged with
		// RCV.NXT as it is.
		if s.Flags.Has(FIN) {
			t.ackNow = true
		}
		return
	case TimeWait:
		// "Remain in the TIME-WAIT state. Restart the 2 MSL time-wait timeout."
		if s.Flags.Has(FIN) {
			t.ackNow = true
			t.timeWait.start(now, 2*t.env.Config.MSL)
		}
		return
	}
	t.noteFIN(s)
	if !t.finSeen || t.finSeq != t.RcvNxt {
		if s.Flags.Has(FIN) {
			t.ackNow = true // beyond a hole: held (SHLD-31), and the hole told of
		}
		return
	}
	// "advance RCV.NXT over the FIN, and send an acknowledgment for the FIN."
	t.accept(t.RcvNxt + 1)
	t.eof, t.ackNow = true, true
	t.rcv.dropHeld() // nothing stands behind a FIN
	switch t.state {
	case Established:
		t.enter(now, CloseWait)
	case FinWait1:
		// "If our FIN has been ACKed (perhaps in this segment), then enter TIME-WAIT …; otherwise, enter the CLOSING
		// state." The fifth check has made FIN-WAIT-2 of the first case.
		t.enter(now, Closing)
	case FinWait2:
		t.enter(now, TimeWait)
	}
}

// noteFIN remembers where the stream of the peer ends. Once noted it stays, unless text has gone beyond it and shown it
// bogus, or another FIN is next.
func (t *TCB) noteFIN(s *Segment) {
	if !s.Flags.Has(FIN) {
		return
	}
	if end := s.textSeq() + Seq(len(s.Text)); !t.finSeen || t.finSeq.Less(t.RcvNxt) || end == t.RcvNxt {
		t.finSeen, t.finSeq = true, end
	}
}
