package smalltcp

// makesWay says that a connection in TIME-WAIT gives its place to the new one that a SYN asks for, and removes it
// (RFC 9293 §3.6.1, MAY-2).
func (c *Conn) makesWay(s *segment) bool {
	if c.state != TimeWait || s.flags&(syn|ack|rst) != syn || before(s.seq, c.rcvNxt) || c.host.listeners[c.pair.local] == nil {
		return false
	}
	c.end(nil)
	return true
}

// hears takes what the peer's SYN says. The SYN is no longer in the segment then.
func (c *Conn) hears(s *segment) {
	c.mss = c.host.mssFor(s)
	c.takeWindow(s)
	s.seq++
	s.flags &^= syn
	c.rcvNxt = s.seq
	c.early = s
}

// takeWindow is the window that the peer offers, with the numbers of the segment that it came in.
func (c *Conn) takeWindow(s *segment) {
	c.sndWnd, c.sndWl1, c.sndWl2 = uint32(s.window), s.seq, s.ack
	c.maxWnd = max(c.maxWnd, c.sndWnd)
}

// arrives is SEGMENT ARRIVES for a connection (RFC 9293 §3.10.7.3 and §3.10.7.4).
func (c *Conn) arrives(s *segment) {
	if c.state == SynSent {
		if !c.arrivesInSynSent(s) {
			return
		}
	} else if !c.checkSequence(s) || !c.checkRST(s) || !c.checkSYN(s) || !c.checkACK(s) {
		return
	}
	if c.early != nil && c.early != s {
		c.takeText(c.early)
		c.takeFIN(c.early)
	}
	c.early = nil
	c.takeText(s)
	c.takeFIN(s)
	c.output()
	if c.ackNow && c.state != Closed {
		c.sendACK()
	}
}

// arrivesInSynSent says whether there is more in the segment to be looked at now.
func (c *Conn) arrivesInSynSent(s *segment) bool {
	if s.has(ack) && s.ack != c.sndNxt { // the SYN is all that was sent
		if !s.has(rst) {
			c.sendRST(s.ack)
		}
		return false
	}
	switch {
	case s.has(rst):
		if s.has(ack) {
			c.end(ErrRefused)
		}
		return false
	case !s.has(syn):
		return false
	}
	c.hears(s)
	if !s.has(ack) { // a simultaneous open
		c.state = SynReceived
		c.sendSYN()
		return false
	}
	c.established(s)
	c.ackNow = true
	return true
}

// established is our SYN's acknowledgment.
func (c *Conn) established(s *segment) {
	c.state = Established
	if c.closed {
		c.state = FinWait1
	}
	c.acknowledged(s.ack)
}

// checkSequence is the first check. The table of RFC 9293 §3.4 says which segments have something in the window.
func (c *Conn) checkSequence(s *segment) bool {
	window, length := uint32(c.window()), s.length()
	inside := func(seq uint32) bool { return seq-c.rcvNxt < window }
	acceptable := false
	switch {
	case window == 0:
		acceptable = length == 0 && s.seq == c.rcvNxt
	case length == 0:
		acceptable = inside(s.seq)
	default:
		acceptable = inside(s.seq) || inside(s.seq+length-1)
	}
	if acceptable {
		return true
	}
	if s.has(rst) {
		return false
	}
	if c.state == TimeWait && s.has(fin) && s.seq+length == c.rcvNxt {
		c.timeWait() // the peer's FIN again: our ACK of it was lost
	}
	c.sendACK()
	return false
}

// checkRST is the second check (RFC 5961 §3.2).
func (c *Conn) checkRST(s *segment) bool {
	if !s.has(rst) {
		return true
	}
	if s.seq != c.rcvNxt && !c.host.faulty(BelieveRST) { // PLANTED FAULT
		c.sendACK()
		return false
	}
	switch c.state {
	case SynReceived:
		c.end(ErrRefused) // told to nobody if it came from a listener
	case Closing, LastAck, TimeWait:
		c.end(nil)
	default:
		c.end(ErrReset)
	}
	return false
}

// checkSYN is the fourth check (RFC 5961 §4.2); the third is about security and is not made.
func (c *Conn) checkSYN(s *segment) bool {
	if !s.has(syn) {
		return true
	}
	if c.state == SynReceived && !c.active {
		c.end(nil)
	} else {
		c.sendACK()
	}
	return false
}

// checkACK is the fifth check, with what an acknowledgment brings about.
func (c *Conn) checkACK(s *segment) bool {
	if !s.has(ack) {
		return false
	}
	fresh := before(c.sndUna, s.ack) && !before(c.sndNxt, s.ack)
	switch {
	case c.state == SynReceived && !fresh:
		c.sendRST(s.ack)
		return false
	case c.state == SynReceived:
		c.takeWindow(s)
		c.established(s)
		return true
	case before(c.sndNxt, s.ack), before(s.ack, c.sndUna-c.maxWnd): // RFC 5961 §5.2
		c.sendACK()
		return false
	}
	if !before(s.ack, c.sndUna) && (before(c.sndWl1, s.seq) || c.sndWl1 == s.seq && !before(s.ack, c.sndWl2)) {
		c.takeWindow(s)
		if c.sndWnd == 0 {
			c.tries = 0 // a closed window that is answered is no failure (RFC 9293 §3.8.6.1)
		}
	}
	if fresh {
		c.acknowledged(s.ack)
	}
	if c.finSent && c.sndUna == c.sndNxt {
		switch c.state {
		case FinWait1:
			c.state = FinWait2
		case Closing:
			c.timeWait()
		case LastAck:
			c.end(nil)
			return false
		}
	}
	if c.state == Closing { // it waits for the acknowledgment of our FIN, and ignores all else
		c.output()
		return false
	}
	return true
}

// acknowledged moves SND.UNA, and begins the retransmission timer anew or stops it (RFC 6298 §5.2, §5.3).
func (c *Conn) acknowledged(una uint32) {
	c.sndUna = una
	if n := min(int(int32(una-c.base)), len(c.out)); n > 0 {
		c.out = c.out[n:]
		c.base += uint32(n)
	}
	c.rto, c.tries = c.host.config.RTO, 0
	if c.sndUna == c.sndNxt {
		c.setTimer(0, nil)
	} else {
		c.awaitACK()
	}
}

// takeText is the seventh step. What does not begin at RCV.NXT is not kept: the peer sends it again.
func (c *Conn) takeText(s *segment) {
	if len(s.text) == 0 || c.state != Established && c.state != FinWait1 && c.state != FinWait2 {
		return
	}
	c.ackNow = true
	old := int(int32(c.rcvNxt - s.seq))
	if old < 0 || old >= len(s.text) {
		return
	}
	text := s.text[old:]
	if c.abandoned {
		c.sendRST(c.sndNxt)
		c.end(nil)
		return
	}
	text = text[:min(len(text), c.window())]
	c.in = append(c.in, text...)
	c.rcvNxt += uint32(len(text))
}

// takeFIN is the eighth step. A FIN is noted when it comes, and counts once all that stands in front of it is there.
func (c *Conn) takeFIN(s *segment) {
	if s.has(fin) {
		c.ackNow = true // also of a second one
	}
	switch c.state {
	case Established, FinWait1, FinWait2:
	case TimeWait:
		if s.has(fin) {
			c.timeWait()
		}
		return
	default:
		return
	}
	if s.has(fin) {
		c.finSeen, c.finAt = true, s.seq+uint32(len(s.text))
		if c.host.faulty(HastyFIN) { // PLANTED FAULT
			c.finAt = c.rcvNxt
		}
	}
	if !c.finSeen || c.finAt != c.rcvNxt {
		return
	}
	c.rcvNxt++
	c.ended = true
	switch c.state {
	case Established:
		c.state = CloseWait
	case FinWait1: // our FIN is not acknowledged, or this would be FIN-WAIT-2
		c.state = Closing
	case FinWait2:
		c.timeWait()
	}
}
