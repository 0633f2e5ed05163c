package tcp

import "fmt"

// Check says what is wrong with a TCB that no event is under way in: an error if something holds that never may. Above
// all: nothing waits without a timer that runs, for a peer that says nothing more would leave it waiting for ever. It is
// for tests; no input makes it fail.
func (t *TCB) Check() error {
	for _, check := range []func() error{t.checkNumbers, t.checkTimers, t.checkBuffers, t.checkFINs} {
		if err := check(); err != nil {
			return fmt.Errorf("%v: %w", t.state, err)
		}
	}
	return nil
}

// checkNumbers: SND.UNA =< next to send =< SND.NXT, and the send buffer begins at SND.UNA.
func (t *TCB) checkNumbers() error {
	if t.state <= Listen {
		return nil
	}
	if t.SndNxt.Less(t.SndUna) || t.resend.Less(t.SndUna) || t.SndNxt.Less(t.resend) {
		return fmt.Errorf("SND.UNA %d, next to send %d, SND.NXT %d", t.SndUna, t.resend, t.SndNxt)
	}
	una := t.SndUna
	switch {
	case !t.synAcked():
		una = t.Iss + 1
	case t.finAcked():
		una--
	}
	if t.snd.base != una {
		return fmt.Errorf("the send buffer begins at %d, SND.UNA is %d", t.snd.base, t.SndUna)
	}
	return nil
}

// checkTimers: what waits has its timer, and what does not has none.
func (t *TCB) checkTimers() error {
	waits := t.state > Listen && t.state != TimeWait
	text, fin := t.unsent()
	held := t.state.sendsText() && t.outstanding() == 0 && (text > 0 || fin)
	for _, x := range []struct {
		what string
		on   bool
		want bool
	}{
		{"retransmission timer, text, SYN or FIN outstanding", t.rexmit.on, waits && t.outstanding() > 0},
		{"override timer, text or FIN held back", t.override.on, held},
		{"delayed ACK timer, text not acknowledged", t.delayed.on, waits && t.unacked > 0},
		{"2MSL timer, TIME-WAIT", t.timeWait.on, t.state == TimeWait},
	} {
		if x.on != x.want {
			return fmt.Errorf("%s: runs %v, should %v", x.what, x.on, x.want)
		}
	}
	if t.ackNow {
		return fmt.Errorf("an ACK that is owed was not sent")
	}
	return nil
}

// checkBuffers: what is held lies beyond RCV.NXT, in order, apart, within the window, and there are octets for all of it.
func (t *TCB) checkBuffers() error {
	r := &t.rcv
	last := t.RcvNxt
	for i, h := range r.held {
		// What came with a SYN is next in order and waits for ESTABLISHED.
		first := i == 0 && h.from == t.RcvNxt && !t.synAcked()
		if !last.Less(h.from) && !first || !h.from.Less(h.to) {
			return fmt.Errorf("held %v, RCV.NXT %d", r.held, t.RcvNxt)
		}
		last = h.to
	}
	stored := len(r.b) - r.head
	switch beyond := last.Sub(t.RcvNxt); {
	case len(r.held) > maxHeld:
		return fmt.Errorf("%d runs held", len(r.held))
	case r.user < 0 || r.head < 0 || stored < r.user+beyond:
		return fmt.Errorf("%d octets stored, %d unread, %d beyond", stored, r.user, beyond)
	case beyond > int(t.RcvWnd):
		return fmt.Errorf("%d octets held, RCV.WND %d", beyond, t.RcvWnd)
	}
	return nil
}

// checkFINs: what the states say of CLOSE and of both FINs (§3.3.2).
func (t *TCB) checkFINs() error {
	var closed, acked, eof bool
	switch t.state {
	case Established:
	case FinWait1:
		closed = true
	case FinWait2:
		closed, acked = true, true
	case CloseWait:
		closed, eof = t.closed, true // a CLOSE may be queued
	case Closing, LastAck:
		closed, eof = true, true
	case TimeWait:
		closed, acked, eof = true, true, true
	default:
		return nil
	}
	if t.closed != closed || t.finAcked() != acked || t.eof != eof {
		return fmt.Errorf("CLOSE called %v, FIN acknowledged %v, FIN received %v", t.closed, t.finAcked(), t.eof)
	}
	return nil
}
