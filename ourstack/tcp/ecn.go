package tcp

import (
	"time"

	"github.com/twinstack/twinstack/ourstack/ip"
)

// ecn is Explicit Congestion Notification (RFC 3168): routers mark what they would else drop (CE), the receiver tells the
// sender (ECE), the sender sends less and says so (CWR). Sections here are RFC 3168's.
type ecn struct {
	// §6.1.1: which SYNs and SYN,ACKs there have been.
	offered  bool // we have sent an ECN-setup one
	declined bool // and one that is none
	heard    bool // the peer has sent an ECN-setup one
	refused  bool // and one that is none

	// The receiver (§6.1.3).
	echo bool // text with CE has come, and no CWR since
	told bool // an ACK has said so

	// The sender (§6.1.2).
	reduced bool          // cwnd was reduced, and no CWR has said so yet
	until   time.Duration // no new text goes out before
}

// ect says whether text may be sent with an ECT codepoint: both ends have sent an ECN-setup packet, and neither has sent
// one that is none (§6.1.1).
func (e *ecn) ect() bool { return e.offered && e.heard && !e.declined && !e.refused }

// heeds says whether CE counts: where we have offered ECN and the peer has not refused, it does, even if we have fallen back to
// a SYN without (§6.1.1).
func (e *ecn) heeds() bool { return e.offered && !e.refused }

// SetECN says whether a connection that is still to be opened offers ECN, and agrees to it.
func (t *TCB) SetECN(on bool) { t.wantECN = on }

// hearSetup takes the flags of the peer's SYN. A SYN,ACK with CWR is none of a peer that knows ECN: it reflects what it was sent
// (§6.1.1.2).
func (t *TCB) hearSetup(f Flags) {
	setup := ECE | CWR
	if f.Has(ACK) {
		setup = ECE
	}
	if f&(ECE|CWR) == setup {
		t.ecn.heard = true
	} else {
		t.ecn.refused = true
	}
}

// setup are the flags of our SYN or SYN,ACK. A SYN that goes out again is none of ECN: what stands in the way may drop those
// that are (§6.1.1.1). A SYN,ACK is one where the peer's SYN was.
func (t *TCB) setup(f Flags) Flags {
	e := &t.ecn
	switch offers := t.wantECN && !e.declined; {
	case offers && !f.Has(ACK) && !t.synSent:
		e.offered = true
		return ECE | CWR
	case offers && f.Has(ACK) && e.heard && !e.refused:
		e.offered = true
		return ECE
	}
	e.declined = true
	return 0
}

// putECN puts on a segment what ECN has to say with it: ECE on "all the ACK packets" (§6.1.3), ECT(0) on new text, CWR on the
// first of it since cwnd was reduced (§6.1.2). What is sent again has neither of these two (§6.1.5), nor has a window probe
// (§6.1.6), nor what has no text (§6.1.4).
func (t *TCB) putECN(s *Segment) {
	e := &t.ecn
	if s.Flags.Has(SYN) {
		s.Flags |= t.setup(s.Flags)
		return
	}
	if e.echo {
		s.Flags |= ECE
		e.told = true
	}
	if !e.ect() || len(s.Text) == 0 || s.Seq != t.SndNxt || t.SndWnd == 0 {
		return
	}
	s.ECN = ip.ECT0
	if e.reduced {
		s.Flags |= CWR
		e.reduced = false
	}
}

// takeECN is the receiver's part, with a segment that is accepted; marked says that it came with text, and CE on it. CWR ends
// what an ACK has told of, and no CE that is still to be told: it cannot be the answer to that.
func (t *TCB) takeECN(s *Segment, marked bool) {
	e := &t.ecn
	if s.Flags.Has(CWR) && e.told {
		e.echo, e.told = false, false
	}
	if marked && e.heeds() {
		e.echo, e.told = true, false
	}
}

// echoes reports whether an ACK tells of congestion, be it news or not: it makes no window grow (§6.1.2).
func (t *TCB) echoes(s *Segment) bool { return s.Flags.Has(ECE) && t.ecn.ect() }

// congestionEchoed takes marks for congestion, with so many octets on their way before the ACK that tells of them: as loss, only
// that cwnd may become one segment (RFC 9438 §4.6). That is done "not … more than once every window of data", be it for loss or
// for marks: the ACK must be of something that was sent after the last time. Of a window that is one segment already, "the
// sending TCP will then be able to send a new packet only when the retransmit timer expires".
func (t *TCB) congestionEchoed(now time.Duration, ack Seq, flight int) {
	c := &t.cc
	if !c.marked.Less(ack) {
		return
	}
	c.undo.on = false // there was congestion, whatever becomes of what seemed lost
	if !c.recover.Less(ack) {
		return
	}
	one := c.cwnd <= t.mss()
	t.reduceTo(now, flight, t.mss())
	c.marked = t.SndNxt
	if !one {
		return
	}
	t.ecn.until = now + t.rto.rto
	if t.rexmit.on {
		t.rexmit.start(now, t.rto.rto)
	}
}
