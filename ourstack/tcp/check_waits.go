package tcp

import "fmt"

// rests says of each state in which a connection may wait without a timer why it may: who has to do something next. In any
// other something is always on its way that a timer stands for.
var rests = map[State]string{
	Closed:      "there is no connection",
	Listen:      "a SYN begins one",
	Established: "either user may go on",
	FinWait2:    "the peer has to CLOSE",
	CloseWait:   "our user has to CLOSE",
}

// checkWaits: a connection that nobody tells anything any more has a timer that moves it, or a reason to rest. Unlike
// checkTimers it goes by the numbers alone, and by what Deadline says, as a host does: not by any rule of the sender's.
func (t *TCB) checkWaits() error {
	at, runs := t.Deadline()
	for _, x := range []struct {
		what  string
		holds bool
		by    timer
	}{
		{"SYN, text or FIN is not acknowledged", t.awaitsACK(), t.rexmit},
		{"text or FIN was not sent", !t.awaitsACK() && t.hasUnsent(), t.override},
		{"text or FIN of the peer was not acknowledged", t.state.Synchronized() && t.RcvNxt != t.LastAckSent, t.delayed},
		{"2MSL have to pass", t.state == TimeWait, t.timeWait},
		{"nobody reads, or waits for a FIN", t.state == FinWait2 && t.gone && t.set.finWait2 > 0, t.orphan},
	} {
		if x.holds && (!x.by.on || !runs || x.by.at < at) {
			return fmt.Errorf("%s, and no timer is for that: %+v; the next is due at %v, %v", x.what, x.by, at, runs)
		}
	}
	if !runs && rests[t.state] == "" {
		return fmt.Errorf("no timer runs, and there is no reason to rest")
	}
	if runs && t.state <= Listen {
		return fmt.Errorf("a timer is due at %v, though %s", at, rests[t.state])
	}
	return nil
}

// awaitsACK reports whether anything is on its way.
func (t *TCB) awaitsACK() bool {
	return t.state > Listen && t.state != TimeWait && t.SndUna != t.SndNxt
}

// hasUnsent reports whether text or a FIN is still to go.
func (t *TCB) hasUnsent() bool {
	end := t.snd.base + Seq(len(t.snd.b)-t.snd.head)
	if t.closed {
		end++
	}
	return t.state >= Established && t.SndNxt.Less(end)
}

// checkRoom: a full segment of new text goes out as soon as the window of the peer and cwnd have room for it, and nothing is
// to go out before it. (What LimitMSS has only just made a full segment goes with the next event.)
func (t *TCB) checkRoom() error {
	f, mss := &t.flight, t.mss()
	flying := t.SndNxt.Sub(t.SndUna)
	if t.SackOK {
		flying = 0
		for _, s := range f.list() {
			n := s.to.Sub(s.from)
			if !s.sacked && !s.lost {
				flying += n
			}
			if !s.sacked && s.rexmit {
				flying += n // both copies (RFC 6675 §4)
			}
		}
	}
	text := t.snd.base.Sub(t.SndNxt) + len(t.snd.b) - t.snd.head
	window := (t.SndUna + Seq(t.SndWnd)).Sub(t.SndNxt)
	switch {
	case t.state < Established || !t.synAcked() || t.maxSeg > 0 || t.resend != t.SndNxt || f.due > 0 || t.SackOK && f.full(t.sndBuffer):
	case t.ecn.until > 0 && (flying > 0 || t.override.on && t.override.at == t.ecn.until): // marks hold it back until the timer (RFC 3168 §6.1.2)
	case flying >= maxBurst*mss: // there was a burst, and its ACKs let the rest go
	case text >= mss && window >= mss && t.cc.cwnd-flying >= mss:
		return fmt.Errorf("%d octets to send, %d in the window, cwnd %d, %d on their way: a segment has room", text, window, t.cc.cwnd, flying)
	}
	return nil
}

// Memory is how many octets of memory the buffers and the records of what is on its way and of what is held take.
func (t *TCB) Memory() int {
	return cap(t.snd.b) + cap(t.rcv.b) + (cap(t.rcv.held)+cap(t.flight.b))*recordLen
}
