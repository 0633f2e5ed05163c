package tcp

import "time"

// OpenPassive is OPEN, passive (§3.10.1): "enter the LISTEN state and return". The TCB is for one caller, whose address
// Init was given: a host keeps the unspecified LISTEN itself and makes such a TCB for each SYN.
func (t *TCB) OpenPassive(now time.Duration) error {
	if t.state != Closed {
		return ErrAlreadyExists
	}
	t.renew()
	t.passive = true
	t.RcvWnd = uint32(t.freeReceive())
	t.enter(now, Listen)
	return nil
}

// OpenActive is OPEN, active (§3.10.1): "issue a SYN segment … Set SND.UNA to ISS, SND.NXT to ISS+1, enter SYN-SENT". From LISTEN too: "change the connection from passive to active".
func (t *TCB) OpenActive(now time.Duration) error {
	if t.state != Closed && t.state != Listen {
		return ErrAlreadyExists
	}
	if !t.Remote.IsValid() || t.Remote.Port() == 0 || t.Remote.Addr().IsUnspecified() {
		return ErrRemoteUnspecified
	}
	t.renew()
	t.passive = false
	t.RcvWnd = uint32(t.freeReceive())
	t.chooseISS(now)
	t.SndUna = t.Iss
	t.SndNxt = t.Iss + 1
	t.enter(now, SynSent)
	t.sendSYN(now)
	return nil
}

// ReopenAbove makes the connection's ISS larger than the largest sequence number that old used (§3.6.1, MAY-2 (1)).
func (t *TCB) ReopenAbove(old *TCB) { t.issAbove, t.haveAbove = old.SndNxt, true }

func (t *TCB) chooseISS(now time.Duration) {
	t.Iss = t.env.ISNs.At(now, t.Local, t.Remote)
	if t.haveAbove && t.Iss.LessEq(t.issAbove) {
		t.Iss = t.issAbove + 1<<16 // clear of any window that the old connection had
	}
	t.setISS()
}

// setISS has everything that is sent begin behind the ISS.
func (t *TCB) setISS() {
	t.snd.base = t.Iss + 1
	t.resend, t.SndUp, t.pushed = t.Iss+1, t.Iss, t.Iss+1
	t.flight.init(t.Iss + 1)
	t.chooseOffers()
}

// Send is SEND (§3.10.2). It takes as much of p as there is room for, and fails with ErrWouldBlock ("insufficient
// resources") where there is none.
func (t *TCB) Send(now time.Duration, p []byte) (int, error) { return t.send(now, p, false) }

func (t *TCB) send(now time.Duration, p []byte, urgent bool) (int, error) {
	if t.err != 0 {
		return 0, t.err
	}
	switch t.state {
	case Closed:
		return 0, ErrNotOpen
	case Listen:
		// "If the remote socket is specified, then change the connection from passive to active, select an ISS. Send a
		// SYN segment … Data associated with SEND may be … queued for transmission after entering ESTABLISHED state."
		if err := t.OpenActive(now); err != nil {
			return 0, err
		}
	case SynSent, SynReceived:
		// "Queue the data for transmission after entering ESTABLISHED state."
	case Established, CloseWait:
	default:
		return 0, ErrClosing
	}
	if t.closed {
		return 0, ErrClosing
	}
	n := t.snd.add(p, t.sndBuffer)
	if n == 0 && len(p) > 0 {
		return 0, ErrWouldBlock
	}
	if urgent && n > 0 {
		t.SndUp = t.snd.end()
	}
	t.transmit(now) // "Segmentize the buffer and send it with a piggybacked acknowledgment"
	return n, nil
}

// Receive is RECEIVE (§3.10.3). It fails with ErrWouldBlock while nothing is there, and with ErrClosing once the peer's
// FIN and all text before it have been taken. What is on hand is given in every state that follows a FIN: §3.10.3 says
// so for CLOSE-WAIT, and text that was acknowledged may not vanish because we closed, too (§3.6: "a user … continues to
// RECEIVE until signaled").
func (t *TCB) Receive(now time.Duration, p []byte) (int, error) {
	if t.rcv.user > 0 {
		n := t.rcv.read(t.upToMark(p))
		t.drawMark()
		if t.tunes() {
			t.tune(now, n)
		}
		t.windowUpdate(now)
		return n, nil
	}
	switch {
	case t.err != 0:
		return 0, t.err
	case t.eof:
		return 0, ErrClosing
	case t.state == Closed:
		return 0, ErrNotOpen
	}
	return 0, ErrWouldBlock
}

// Close is CLOSE (§3.10.4): no more text will be sent. The user may go on to RECEIVE.
func (t *TCB) Close(now time.Duration) error {
	switch t.state {
	case Closed:
		return ErrNotOpen
	case Listen, SynSent:
		// "Delete the TCB and return 'error: closing' responses to any queued SENDs, or RECEIVEs."
		t.fail(now, ErrClosing)
	case SynReceived:
		// "If no SENDs have been issued and there is no pending data to send, then form a FIN segment and send it, and
		// enter FIN-WAIT-1 state; otherwise, queue for processing after entering ESTABLISHED state."
		if t.closed {
			return ErrClosing
		}
		t.closed = true
		if t.snd.len() == 0 {
			t.enter(now, FinWait1)
			t.transmit(now)
		}
	case Established:
		// "Queue this until all preceding SENDs have been segmentized, then form a FIN segment and send it. In any case,
		// enter FIN-WAIT-1 state."
		t.closed = true
		t.enter(now, FinWait1)
		t.transmit(now)
	case CloseWait:
		// "Queue this request until all preceding SENDs have been segmentized; then send a FIN segment, enter LAST-ACK."
		if t.closed {
			return ErrClosing
		}
		t.closed = true
		t.transmit(now)
	default:
		// "Strictly speaking, this is an error and should receive an 'error: connection closing' response."
		return ErrClosing
	}
	return nil
}

// Abort is ABORT (§3.10.5).
func (t *TCB) Abort(now time.Duration) error {
	switch t.state {
	case Closed:
		return ErrNotOpen
	case Listen, SynSent:
		t.fail(now, ErrAborted)
	case SynReceived, Established, FinWait1, FinWait2, CloseWait:
		// "Send a reset segment: <SEQ=SND.NXT><CTL=RST> … all segments queued … should be flushed. Delete the TCB."
		t.sendRST(now)
		t.fail(now, ErrAborted)
	default:
		// CLOSING, LAST-ACK, TIME-WAIT: "Respond with 'ok' and delete the TCB, enter the CLOSED state, and return."
		t.fail(now, ErrAborted)
	}
	return nil
}

// Leave is for a user who goes for good (close(2)): a half-duplex CLOSE (§3.6.1, MAY-1). Text that was not read, or that
// comes later, is lost, and the peer is told by a RST (SHLD-3; RFC 2525 §2.17).
func (t *TCB) Leave(now time.Duration) error {
	t.gone = true
	switch t.state {
	case SynReceived, Established, FinWait1, FinWait2, CloseWait:
		if t.rcv.user > 0 {
			return t.Abort(now)
		}
	}
	if t.state == FinWait2 {
		t.orphanFinWait2(now)
	}
	if t.state == TimeWait {
		t.rcv.flush()
		t.release(keepTimeWait)
	} else {
		t.release(keepClosed)
	}
	return t.Close(now)
}

// SetNagle switches the Nagle algorithm for this connection (§3.7.4, MUST-17). What it held back goes out.
func (t *TCB) SetNagle(now time.Duration, on bool) {
	t.nagle = on
	t.transmit(now)
}

// SetUserTimeout makes R2 a time for this connection (§3.8.3 (d), MUST-21; the timeout of OPEN and SEND, §3.9.1). 0 is
// the configured count of retransmissions.
func (t *TCB) SetUserTimeout(d time.Duration) { t.userTimeout = d }

// SetBuffers sets the octets of send and receive buffer; 0 leaves one as it is. A receive window that was offered stays
// offered. A receive buffer that was set tunes itself no more.
func (t *TCB) SetBuffers(send, receive int) {
	if send > 0 {
		t.sndBuffer = send
	}
	if receive > 0 {
		t.untune()
		t.rcvBuffer, t.tuning.fixed = receive, true
	}
}

// Buffers are the octets of send and receive buffer.
func (t *TCB) Buffers() (send, receive int) { return t.sndBuffer, t.rcvBuffer }

// LimitMSS caps Eff.snd.MSS, and the MSS that our SYN announces if it is still to be sent. 0 is no cap.
func (t *TCB) LimitMSS(n int) { t.maxSeg = n }

// Unread is how many octets RECEIVE would give.
func (t *TCB) Unread() int { return t.rcv.user }

// SendFree is how many octets SEND would take.
func (t *TCB) SendFree() int { return max(0, t.sndBuffer-t.snd.len()) }

// EOF reports whether the peer's FIN has been reached: behind what is unread, the stream ends.
func (t *TCB) EOF() bool { return t.eof }
