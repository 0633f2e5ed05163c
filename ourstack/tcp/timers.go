package tcp

import "time"

// timer is one timer of a connection.
type timer struct {
	at time.Duration
	on bool
}

func (t *timer) start(now, d time.Duration) { *t = timer{now + d, true} }
func (t *timer) stop()                      { t.on = false }

// startIfOff is for timers that must not be put off by what starts them.
func (t *timer) startIfOff(now, d time.Duration) {
	if !t.on {
		t.start(now, d)
	}
}

func (t *timer) due(now time.Duration) bool { return t.on && t.at <= now }

// Delays that are not configured.
const (
	// delayedACK is below the 0.5 s of MUST-40.
	delayedACK = 200 * time.Millisecond
	// overrideTimeout is within the 0.1 - 1.0 s of §3.8.6.2.1.
	overrideTimeout = 500 * time.Millisecond
)

func (t *TCB) stopTimers() {
	t.rexmit.stop()
	t.early.stop()
	t.override.stop()
	t.delayed.stop()
	t.timeWait.stop()
	t.orphan.stop()
	t.corked.stop()
}

// Deadline is when Timeout is next due; ok is false if nothing is.
func (t *TCB) Deadline() (at time.Duration, ok bool) {
	consider := func(c time.Duration) {
		if !ok || c < at {
			at, ok = c, true
		}
	}
	rexmit := &t.rexmit
	if t.early.on {
		rexmit = &t.early.timer
	}
	for _, tm := range [...]*timer{rexmit, &t.override, &t.delayed, &t.timeWait, &t.orphan, &t.corked} {
		if tm.on {
			consider(tm.at)
		}
	}
	if d, on := t.userDeadline(); on {
		consider(d)
	}
	if d, on := t.keepaliveDeadline(); on {
		consider(d)
	}
	return at, ok
}

// Timeout does what is due (§3.10.8).
func (t *TCB) Timeout(now time.Duration) {
	if d, on := t.userDeadline(); on && d <= now {
		// "For any state if the user timeout expires, flush all queues, signal the user … enter the CLOSED state"
		t.giveUp(now)
		return
	}
	if t.orphan.due(now) {
		// No timer is left running in CLOSED, so the connection exists, and ABORT cannot fail.
		_ = t.Abort(now)
		return
	}
	if t.timeWait.due(now) {
		// "delete the TCB, enter the CLOSED state"
		t.enter(now, Closed)
		return
	}
	if d, on := t.keepaliveDeadline(); on && d <= now {
		t.keepaliveTimeout(now)
		return
	}
	switch {
	case t.early.due(now):
		t.earlyTimeout(now)
	case t.rexmit.due(now) && !t.early.on:
		t.retransmissionTimeout(now)
	}
	if t.override.due(now) {
		t.override.stop()
		t.overrideTimedOut(now)
	}
	if t.corked.due(now) {
		t.corkTimeout(now)
	}
	if t.delayed.due(now) {
		t.delayed.stop()
		t.sendACK(now)
	}
}

// retransmissionTimeout: "send the segment at the front of the retransmission queue again, reinitialize the
// retransmission timer" (§3.10.8), by RFC 6298 §5, up to R2 (§3.8.3, MUST-20, MUST-22).
func (t *TCB) retransmissionTimeout(now time.Duration) {
	t.rexmit.stop()
	if t.userTimeout == 0 && t.retries >= t.retryLimit() {
		t.giveUp(now)
		return
	}
	t.retries++
	if t.retries == t.set.retries.R1 && t.synAcked() && t.softErr == 0 {
		t.softErr = ErrTimedOut // "the application SHOULD be informed of the delivery problem" (§3.8.3 (e), SHLD-9)
	}
	t.rto.backOff(t.retries >= t.set.retries.R1) // (5.5); (5.6) happens where the segment is sent, since the timer is off
	switch {
	case !t.synAcked():
		t.synResent = true
		t.sendSYN(now)
		if t.resend = t.Iss + 1; t.SackOK {
			t.resend = t.SndNxt
			t.flight.loseAll() // a FIN
		}
	case t.SndWnd == 0:
		// The peer shrank its window to nothing, or did not take the last probe: probe it (MUST-35). That says nothing
		// of congestion.
		t.probing = true
		t.retransmitOne(now)
		t.goBack()
	default:
		if t.proven.doubted.mtu > 0 {
			t.leaveHole()
			t.believe(now, t.proven.doubted)
		} else {
			t.seekHole(now)
		}
		t.congestionTimeout(now)
		end := t.retransmitOne(now) // (5.4)
		if t.hole.end = end; !t.SackOK {
			t.resend = end
		}
	}
}

// retryLimit is R2 as a count of retransmissions.
func (t *TCB) retryLimit() int {
	if !t.synAcked() {
		return t.set.retries.Syn
	}
	return t.set.retries.Data
}

// giveUp ends a connection whose peer does not answer. Where ICMP told why, that is what the user learns (SHLD-25).
func (t *TCB) giveUp(now time.Duration) {
	err := ErrTimedOut
	if t.reason != 0 {
		err = t.reason
	}
	t.fail(now, err)
}

// userDeadline is when the user timeout expires: it runs while something is unacknowledged or waits to be sent.
func (t *TCB) userDeadline() (time.Duration, bool) {
	if t.userTimeout == 0 || !(t.rexmit.on || t.override.on) {
		return 0, false
	}
	return t.lastProgress + t.userTimeout, true
}
