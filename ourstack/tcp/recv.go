package tcp

import "time"

// openWindow moves the right edge of the receive window when that is worth a sender's while: the receiver's SWS
// avoidance (§3.8.6.2.2, MUST-39). Until then RCV.NXT+RCV.WND stays where it is; it never moves left (SHLD-14).
func (t *TCB) openWindow(now time.Duration) {
	if free := t.freeReceive(); free-int(t.RcvWnd) >= t.worthOpening() {
		t.timeEdge(now)
		t.RcvWnd = uint32(free)
	}
}

// freeReceive is RCV.BUFF - RCV.USER, at most what the window field can say.
func (t *TCB) freeReceive() int { return min(t.rcvBuffer-t.rcv.user, 65535<<t.RcvWindShift) }

// worthOpening is min(Fr * RCV.BUFF, Eff.snd.MSS), Fr = 1/2, and no less than the window field can tell.
func (t *TCB) worthOpening() int { return max(1<<t.RcvWindShift, min(t.rcvBuffer/2, t.mss())) }

// windowUpdate sends an ACK when a RECEIVE has made room that the peer waits for: the window it knows is too small for
// a full segment, or has fallen to half of what could be offered.
func (t *TCB) windowUpdate(now time.Duration) {
	if !t.state.receivesText() || t.eof {
		return
	}
	gain := t.freeReceive() - int(t.RcvWnd)
	if gain >= t.worthOpening() && (int(t.RcvWnd) < t.worthOpening() || gain >= t.rcvBuffer/2) {
		t.sendACK(now)
	}
}

// accept moves RCV.NXT and keeps the right edge of the window fixed.
func (t *TCB) accept(next Seq) {
	n := uint32(next - t.RcvNxt)
	t.RcvNxt = next
	t.RcvWnd -= min(n, t.RcvWnd)
	t.unacked += int(n)
}

// oweACK decides when text that came in order is acknowledged (§3.8.6.3): at once, or by the delayed ACK, which goes out
// for every second full-sized segment (SHLD-19).
func (t *TCB) oweACK(now time.Duration) {
	if !t.env.Config.DelayedACK || t.unacked >= 2*t.mss() {
		t.ackNow = true
		return
	}
	t.delayed.startIfOff(now, delayedACK)
}
