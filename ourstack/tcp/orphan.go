package tcp

import "time"

// What becomes of a connection whose user has gone (Leave). RFC 9293 lets it live for as long as the peer likes; a host may
// set it a limit. When that is reached the connection is aborted, so that the peer learns that nobody is there (§3.10.5).

// Linger gives a connection that the user has closed so long to get the text and the FIN to the peer (SO_LINGER above zero,
// for a CLOSE that does not block). It does nothing once the FIN is acknowledged.
func (t *TCB) Linger(now, d time.Duration) {
	switch t.state {
	case SynReceived, FinWait1, Closing, LastAck:
		if t.closed {
			t.orphan.start(now, d)
		}
	}
}

// orphanFinWait2 limits how long FIN-WAIT-2 waits for a FIN that nobody waits for (SetFinWait2).
func (t *TCB) orphanFinWait2(now time.Duration) {
	t.orphan.stop()
	if d := t.set.finWait2; t.gone && d > 0 {
		t.orphan.start(now, d)
	}
}
