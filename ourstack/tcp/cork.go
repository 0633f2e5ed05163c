package tcp

import "time"

// TCP_CORK, which is Linux's and in no RFC: less than a full segment waits for more text, whatever Nagle's algorithm says of
// it. It does so until the user takes the cork out, or CLOSE puts a FIN behind it; but no longer than corkLimit.

// corkLimit is how long text is held back for a cork.
const corkLimit = 200 * time.Millisecond

// SetCork puts the cork in, or takes it out. What it held back goes out then.
func (t *TCB) SetCork(now time.Duration, on bool) {
	t.set.cork = on
	t.transmit(now)
}

// Cork reports whether the cork is in.
func (t *TCB) Cork() bool { return t.set.cork }

// holdsBack reports whether the cork keeps what is less than a segment and begins at a sequence number.
func (t *TCB) holdsBack(from Seq) bool { return t.set.cork && t.pushed.LessEq(from) }

// scheduleCork has the timer run while text waits for the rest of its segment. Text that waits for a window is not of it.
func (t *TCB) scheduleCork(now time.Duration) {
	if !t.set.cork && !t.corked.on {
		return
	}
	if text, fin := t.unsent(t.resend); text > 0 && text < t.mss() && !fin && t.holdsBack(t.resend) {
		t.corked.startIfOff(now, corkLimit)
		return
	}
	t.corked.stop()
}

// corkTimeout lets go of what is queued; what comes behind it is held back anew.
func (t *TCB) corkTimeout(now time.Duration) {
	t.corked.stop()
	t.pushed = t.snd.end()
	t.transmit(now)
}
