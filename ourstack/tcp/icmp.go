package tcp

import "time"

// Unreachable takes a hard ICMP error about a segment with this sequence number (§3.9.2.2). It ends a connection that is
// still opening. "TCP implementations SHOULD abort the connection" in the synchronized states, too (SHLD-26); but one that
// stands has shown that the peer is there, and anybody could break it who guesses a number of the window: so there the
// error is soft, as RFC 5927 §5.2 has it and §3.9.2.2 notes. A number that is not of a segment on its way is no answer to
// anything that we sent: ignored (RFC 5927 §4.1).
func (t *TCB) Unreachable(now time.Duration, seq Seq, err Error) {
	if !t.inFlight(seq) {
		return
	}
	switch {
	case t.state == SynReceived && t.passive:
		t.backToListen(now) // the open that came to nothing was the peer's
	case t.state == SynSent || t.state == SynReceived:
		t.fail(now, err)
	default:
		t.soft(err)
	}
}

// SoftError notes a soft ICMP error, which never ends a connection (MUST-56).
func (t *TCB) SoftError(seq Seq, err Error) {
	if t.inFlight(seq) {
		t.soft(err)
	}
}

// soft makes an error known to the user (SHLD-25), now and as the reason if nothing gets through any more.
func (t *TCB) soft(err Error) { t.softErr, t.reason = err, err }

// TakeSoftErr is the last soft error, 0 if none is left to tell (§3.9.1.8, MUST-47).
func (t *TCB) TakeSoftErr() Error {
	err := t.softErr
	t.softErr = 0
	return err
}

// inFlight is RFC 5927 §4.1: SND.UNA =< SEG.SEQ < SND.NXT.
func (t *TCB) inFlight(seq Seq) bool {
	return t.state > Listen && t.SndUna.LessEq(seq) && seq.Less(t.SndNxt)
}
