package tcp

import "fmt"

// Check says what is wrong with a TCB that no event is under way in: an error if something holds that never may. Above
// all: nothing waits without a timer that runs, for a peer that says nothing more would leave it waiting for ever. It is
// for tests; no input makes it fail.
func (t *TCB) Check() error {
	for _, check := range []func() error{t.checkNumbers, t.checkFlight, t.checkTimers, t.checkSettings, t.checkBuffers, t.checkFINs,
		t.checkWaits, t.checkRoom} {
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

// checkFlight: the scoreboard has every octet between SND.UNA and SND.NXT once, its sums are right, nothing that is to be
// sent again is overlooked, and it is bounded.
func (t *TCB) checkFlight() error {
	f := &t.flight
	l := f.list()
	if !t.SackOK || t.state <= Listen {
		if len(l) != 0 {
			return fmt.Errorf("%d segments on the scoreboard", len(l))
		}
		return nil
	}
	next := maxSeq(t.SndUna, t.Iss+1)
	sum := flight{head: f.head, b: f.b, fack: f.fack, dueFrom: f.dueFrom, seen: f.seen}
	for i := range l {
		s := &l[i]
		if s.from != next || !s.from.Less(s.to) || s.due() && s.from.Less(f.dueFrom) || t.rack() && s.rexmit {
			return fmt.Errorf("scoreboard: %+v at %d, due from %d", *s, next, f.dueFrom)
		}
		sum.count(s, 1)
		next = s.to
	}
	switch {
	case next != t.SndNxt:
		return fmt.Errorf("the scoreboard ends at %d, SND.NXT is %d", next, t.SndNxt)
	case sum.octets != f.octets || sum.sacked != f.sacked || sum.lost != f.lost || sum.rexmit != f.rexmit || sum.due != f.due ||
		sum.segsSacked != f.segsSacked:
		return fmt.Errorf("sums of the scoreboard: %+v, should be %+v", f, sum)
	case len(l) > 0 && l[0].sacked:
		return fmt.Errorf("SND.UNA is SACKed")
	case len(l) > 2*maxFlight:
		return fmt.Errorf("%d segments on the scoreboard", len(l))
	}
	return nil
}

// checkTimers: what waits has its timer, and what does not has none.
func (t *TCB) checkTimers() error {
	waits := t.state > Listen && t.state != TimeWait
	text, fin := t.unsent(t.resend)
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
	if t.early.on && (!t.rexmit.on || !t.rack() || t.rexmit.at < t.early.at) || t.early.on != (t.early.reason != none) {
		return fmt.Errorf("early timer %+v, retransmission timer %+v", t.early, t.rexmit)
	}
	if t.ackNow {
		return fmt.Errorf("an ACK that is owed was not sent")
	}
	return nil
}

// checkSettings: what the user's settings have begun ends with what it was about.
func (t *TCB) checkSettings() error {
	switch {
	case t.corked.on && !(t.set.cork && t.state.sendsText()):
		return fmt.Errorf("the cork's timer runs")
	case t.hole.trying && (!t.rexmit.on || t.retries == 0):
		return fmt.Errorf("a smaller packet is tried, and nothing is outstanding")
	case t.tuning.grown < 0 || t.tuning.grown > t.rcvBuffer || t.tuning.grown > 0 && !t.state.Synchronized():
		return fmt.Errorf("the receive buffer of %d octets has grown by %d", t.rcvBuffer, t.tuning.grown)
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
