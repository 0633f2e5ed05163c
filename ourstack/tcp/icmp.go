package tcp

import "time"

// Unreachable takes a hard ICMP error about a segment with this sequence number (§3.9.2.2). It ends a connection that is
// still opening; one that stands has shown that the peer is there, so the error is noted as a soft one (RFC 5927 §5.2).
// A number that is not of a segment on its way is no answer to anything that we sent: ignored (RFC 5927 §4.1).
func (t *TCB) Unreachable(now time.Duration, seq Seq, err Error) {
	if !t.inFlight(seq) {
		return
	}
	if t.state == SynSent || t.state == SynReceived && !t.passive {
		t.fail(now, err)
		return
	}
	t.softErr = err
}

// SoftError notes a soft ICMP error, which never ends a connection (MUST-56).
func (t *TCB) SoftError(seq Seq, err Error) {
	if t.inFlight(seq) {
		t.softErr = err
	}
}

// inFlight is RFC 5927 §4.1: SND.UNA =< SEG.SEQ < SND.NXT.
func (t *TCB) inFlight(seq Seq) bool {
	return t.state > Listen && t.SndUna.LessEq(seq) && seq.Less(t.SndNxt)
}
