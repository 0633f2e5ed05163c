package tcp

import "time"

// What comes of a connection after anything at all has happened to it: it is stuck if its user and its peer could both go on
// and it does not.

// silence lets time pass with nobody to tell anything: in the end the connection is gone, or it rests with nothing on its way,
// nothing to be sent and nothing to be acknowledged.
func (b *bench) silence() {
	b.t.Helper()
	c := b.tcb
	for n := 0; ; n++ {
		at, ok := c.Deadline()
		if !ok {
			break
		}
		b.now = at
		c.Timeout(at)
		if err := c.Check(); err != nil {
			b.t.Fatalf("in silence: %v", err)
		}
		if b.deadline(); n > 1000 {
			b.t.Fatalf("%v: never rests in silence", c.state)
		}
	}
	if rests[c.state] == "" || c.state > Listen && (c.SndUna != c.SndNxt || c.hasUnsent() || c.RcvNxt != c.LastAckSent) {
		b.t.Fatalf("%v: rests with %d octets on their way, %d queued", c.state, c.outstanding(), c.snd.len())
	}
}

// amends plays a user who reads and closes, and a peer that from now on does what it should: it answers each segment, takes
// what comes in order, sends a little text as our window lets it, and closes when that is through and we have closed. It is
// as passive as it may be: it sends nothing again and probes no window. Whatever it did before, all text and both FINs get
// through, and the connection ends in order.
func (b *bench) amends() {
	b.t.Helper()
	c := b.tcb
	if c.state <= Listen {
		return
	}
	// What may end it before: the user's patience, timeouts that were counted already or that may be too few, and text that
	// nobody is there to read.
	few := c.set.retries.Syn < b.env.Config.SynRetries || c.set.retries.Data < b.env.Config.DataRetries
	excused := c.orphan.on || c.userTimeout > 0 || c.retries > 0 || few || c.keepalive.On || c.gone
	var queue []Segment // what we have sent and the peer has not read
	text := Seq(4000)   // octets that the peer has to send
	if c.finSeen || len(c.rcv.held) > 0 {
		text = 0 // what it said before may be in the way
	}
	edge := c.RcvNxt + Seq(c.RcvWnd) // of the window, as the peer knows it
	b.env.Send = func(_ *TCB, s *Segment) {
		if s.Flags.Has(ACK) && !s.Flags.Has(RST) {
			edge = s.Ack + Seq(s.Wnd)
			if !s.Flags.Has(SYN) {
				edge = s.Ack + Seq(s.Wnd)<<c.RcvWindShift
			}
		}
		copied := *s
		copied.Text = make([]byte, len(s.Text)) // how many there are is all that counts
		queue = append(queue, copied)
	}
	rcvNxt, irs, reset := c.SndUna, Seq(b.iss)^0x5555, false
	answer := func(flags Flags, octets Seq) {
		s := &Segment{Flags: flags | ACK, Seq: c.RcvNxt, Ack: rcvNxt, Wnd: 65535, Text: make([]byte, octets)}
		for i := range s.Text {
			s.Text[i] = octet(s.Seq + Seq(i))
		}
		text -= octets
		if flags.Has(SYN) {
			s.Seq = irs
		}
		if c.SndTsOK {
			s.Options = Options{HasTimestamps: true, TSVal: c.TsRecent, TSEcr: c.tsClock(b.now)}
		}
		c.Arrives(b.now, s)
	}
	// It has read nothing that was not acknowledged, and begins with its window.
	if c.synAcked() {
		answer(0, 0)
	}
	var p [300]byte
	for n := 0; c.state != Closed && !reset; n++ {
		for c.rcv.user > 0 {
			b.read(p[:])
		}
		if c.state > SynSent && !c.closed {
			if err := c.Close(b.now); err != nil {
				b.t.Fatal(err)
			}
		}
		switch at, ok := c.Deadline(); {
		case len(queue) > 0:
			s := queue[0]
			queue = queue[1:]
			b.wait(time.Millisecond)
			switch end := s.Seq + Seq(s.Len()); {
			case s.Flags.Has(RST):
				reset = true
			case s.Flags.Has(SYN):
				if rcvNxt = s.Seq + 1; s.Flags.Has(ACK) {
					answer(0, 0)
				} else {
					answer(SYN, 0)
				}
			default:
				if s.Seq.LessEq(rcvNxt) && rcvNxt.Less(end) {
					rcvNxt = end
				}
				if s.Len() > 0 {
					answer(0, 0)
				}
			}
		case text > 0 && c.state.receivesText() && c.RcvNxt.Less(edge):
			b.wait(time.Millisecond)
			answer(0, min(text, 500, edge-c.RcvNxt))
		case text == 0 && c.closed && rcvNxt == c.finNumber()+1 && !c.eof:
			b.wait(time.Millisecond)
			answer(FIN, 0)
		case ok:
			b.now = at
			c.Timeout(at)
		default:
			b.t.Fatalf("%v: waits for ever, with %d octets on their way, %d queued", c.state, c.outstanding(), c.snd.len())
		}
		if err := c.Check(); err != nil {
			b.t.Fatalf("after amends: %v", err)
		}
		if b.deadline(); n > 20_000 {
			b.t.Fatalf("%v: never ends", c.state)
		}
	}
	if (c.err != 0 || reset) && !excused {
		b.t.Fatalf("ended by %v, reset sent %v", c.err, reset)
	}
}
