package tcp

import "time"

// Urgent data (§3.8.5): a point in the stream up to which the sender wants the receiver to hurry. It is read in line.
// SND.UP and RCV.UP name the octet behind it (MUST-62). While there is none they are drawn along, SND.UP by SND.UNA and
// RCV.UP by what the user consumes, so that neither falls 2^31 behind.

// SendUrgent is SEND with the URGENT flag (§3.10.2); its last octet is the last urgent one. Where windows keep that octet
// back, an ACK goes ahead of it with the urgent pointer, which a peer takes in a window of zero, too (MUST-66).
func (t *TCB) SendUrgent(now time.Duration, p []byte) (int, error) {
	n, err := t.send(now, p, true)
	if n > 0 && t.state.sendsText() && t.SndNxt.Less(t.SndUp) {
		t.sendACK(now)
	}
	return n, err
}

// urge sets the urgent pointer of a segment, if it is in advance of it: "the absence of this flag indicates that there is
// no urgent data outstanding". What the field cannot say yet it will say in a later segment (MUST-31).
func (t *TCB) urge(s *Segment) {
	if ahead := t.SndUp.Sub(s.Seq); ahead > 0 && t.SndUna.Less(t.SndUp) {
		s.Flags |= URG
		s.Up = uint16(min(ahead, 65535))
	}
}

// checkURG: Sixth, check the URG bit: "RCV.UP <- max(RCV.UP,SEG.UP), and signal the user that the remote side has urgent
// data if the urgent pointer (RCV.UP) is in advance of the data consumed". The signal is UrgentPending. In the states
// behind the peer's FIN: "This should not occur … Ignore the URG."
func (t *TCB) checkURG(s *Segment) {
	if t.state.receivesText() {
		t.noteURG(s)
	}
}

func (t *TCB) noteURG(s *Segment) {
	if s.Flags.Has(URG) && t.RcvUp.Less(s.up) {
		t.RcvUp, t.urgent = s.up, true
	}
}

// consumed is the sequence number of the octet that the next RECEIVE begins with.
func (t *TCB) consumed() Seq {
	next := t.RcvNxt - Seq(t.rcv.user)
	if t.eof {
		next--
	}
	return next
}

// UrgentPending is how many octets of urgent data are still to be read (MUST-33), counting those that have not come yet;
// above 0 the user is in "urgent mode". A pointer beyond the end of the stream counts up to there.
func (t *TCB) UrgentPending() int {
	n := max(0, t.RcvUp.Sub(t.consumed()))
	if t.eof {
		n = min(n, t.rcv.user)
	}
	return n
}

// AtMark reports whether RECEIVE has just taken the last octet of urgent data.
func (t *TCB) AtMark() bool { return t.urgent && t.consumed() == t.RcvUp }

// upToMark cuts what a RECEIVE would take where the urgent data ends: "data following the urgent pointer (non-urgent data)
// cannot be delivered to the user in the same buffer with preceding urgent data unless the boundary is clearly marked"
// (§3.9.1.4).
func (t *TCB) upToMark(p []byte) []byte {
	if n := t.UrgentPending(); n > 0 && n < len(p) {
		return p[:n]
	}
	return p
}

// drawMark draws RCV.UP along with what was consumed.
func (t *TCB) drawMark() {
	if next := t.consumed(); t.RcvUp.Less(next) {
		t.RcvUp, t.urgent = next, false
	}
}
