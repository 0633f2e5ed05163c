package smalltcp

// send sends a segment of the connection's, with an ACK unless it is the first SYN.
func (c *Conn) send(seq uint32, flags uint8, text []byte) {
	s := &segment{src: c.pair.local, dst: c.pair.remote, seq: seq, flags: flags, window: uint16(c.window()), text: text}
	if flags&syn != 0 {
		s.mss = uint16(c.host.config.MTU - headers(c.pair.local.Addr()))
	}
	if c.state != SynSent {
		s.flags |= ack
		s.ack = c.rcvNxt
		c.edge = c.rcvNxt + uint32(s.window)
		c.ackNow = false
	}
	c.host.send(s)
}

func (c *Conn) sendACK() { c.send(c.sndNxt, 0, nil) }

func (c *Conn) sendRST(seq uint32) {
	c.host.send(&segment{src: c.pair.local, dst: c.pair.remote, seq: seq, flags: rst})
}

// sendSYN sends the SYN, or in SYN-RECEIVED the SYN-ACK, for the first time or again.
func (c *Conn) sendSYN() {
	c.send(c.iss, syn, nil)
	c.sndNxt = c.iss + 1
	c.awaitACK()
}

// awaitACK begins to wait for what was sent to be acknowledged.
func (c *Conn) awaitACK() { c.setTimer(c.rto, c.expire) }

// output sends what the window and the state allow: text, and behind the last of it the FIN.
func (c *Conn) output() {
	switch c.state {
	case Established, CloseWait, SynReceived:
		if c.state == SynReceived && !(c.closed && len(c.out) == 0) {
			return // text waits for ESTABLISHED; a FIN alone need not (RFC 9293 §3.10.4)
		}
	case FinWait1, LastAck, Closing:
	default:
		return
	}
	for !c.finSent {
		sent := int(c.sndNxt - c.base)
		room := int(int32(c.sndUna + c.sndWnd - c.sndNxt))
		if c.state == SynReceived {
			room++ // for the SYN, which is not acknowledged yet
		}
		n := max(min(len(c.out)-sent, c.mss, room), 0)
		last := sent+n == len(c.out)
		withFIN := c.closed && last && room > n
		if n == 0 && !withFIN {
			break
		}
		c.transmit(sent, n, withFIN)
		c.sndNxt += uint32(n)
		if withFIN {
			c.sendsFIN()
		}
		if c.timer == nil {
			c.awaitACK()
		}
	}
	if c.timer == nil && len(c.out) > 0 { // a closed window is probed (RFC 9293 §3.8.6.1, MUST-36)
		c.awaitACK()
	}
}

// transmit sends n octets of out, from the given place.
func (c *Conn) transmit(from, n int, withFIN bool) {
	flags := uint8(0)
	if n > 0 && from+n == len(c.out) {
		flags |= psh
	}
	if withFIN {
		flags |= fin
	}
	c.send(c.base+uint32(from), flags, c.out[from:from+n])
}

// sendsFIN is the state's change when the FIN is sent for the first time.
func (c *Conn) sendsFIN() {
	c.sndNxt++
	c.finSent = true
	switch c.state {
	case CloseWait:
		c.state = LastAck
	case SynReceived:
		c.state = FinWait1
	}
}

// expire is the retransmission timer's end: the oldest segment goes out again, and the time doubles (RFC 6298 §5.4 to
// §5.6).
func (c *Conn) expire() {
	c.timer = nil
	limit := c.host.config.Retries
	if c.state == SynSent || c.state == SynReceived {
		limit = c.host.config.SynRetries
	}
	if c.tries++; c.tries > limit {
		c.end(ErrTimeout)
		return
	}
	c.rto = min(2*c.rto, c.host.config.MaxRTO)
	if c.state == SynSent || c.state == SynReceived {
		c.sendSYN()
		return
	}
	sent := int(c.sndNxt - c.base)
	if c.finSent {
		sent--
	}
	if sent == 0 && !c.finSent && len(c.out) > 0 { // a probe of a closed window
		sent = 1
		c.sndNxt++
	}
	n := min(sent, c.mss)
	c.transmit(0, n, c.finSent && n == sent)
	c.awaitACK()
}
