package tcp

import "time"

// The sender's half of SACK: what an ACK reports, and loss recovery by RFC 6675. With RACK (rack.go) it is segments' times
// that tell what is lost, and what goes out again is what was found lost: NextSeg () has no part in it (RFC 8985 §9.2).

// dupThresh is DupThresh (RFC 6675 §2).
const dupThresh = 3

// news is what an ACK told.
type news struct {
	sacked    int           // octets that were not known to have arrived, above SEG.ACK
	dsack     bool          // the first block reports a duplicate
	dup       Block         // that duplicate
	xmit      time.Duration // of all that arrived, when the segment was sent that was sent last, if any counts
	end       Seq           // and where it ends
	any       bool
	reordered bool // a segment that was sent once has arrived behind one that was sent later
}

// rack reports whether RACK-TLP is in use, which "MUST use selective acknowledgment" (RFC 8985 §4).
func (t *TCB) rack() bool { return t.SackOK && t.env.Config.RACK }

// update is Update () (RFC 6675 §4), before SND.UNA moves.
func (t *TCB) update(now time.Duration, s *Segment) (n news) {
	blocks := s.Options.SACK[:s.Options.Blocks]
	if n.dsack = isDSACK(s.Ack, blocks); n.dsack {
		n.dup, blocks = blocks[0], blocks[1:]
		t.counts.Duplicates++
	}
	f := &t.flight
	fack := f.fack
	deliver := func(x *sent) {
		n.reordered = n.reordered || !x.again && x.to.Less(fack)
		f.fack = maxSeq(f.fack, x.to)
		t.rackDelivered(now, x, s, &n)
	}
	seen := [len(f.seen)]Block{}
	above := maxSeq(maxSeq(s.Ack, t.SndUna), t.Iss+1)
	for i, b := range blocks {
		// What lies outside (SND.UNA, SND.NXT] is no report of what we sent.
		if !above.Less(b.Left) || !b.Left.Less(b.Right) || t.SndNxt.Less(b.Right) {
			continue
		}
		before := f.sacked
		f.sack(b, deliver)
		n.sacked += f.sacked - before
		seen[i] = b
	}
	if s.Options.Blocks > 0 {
		f.seen = seen
	}
	if t.SndUna.Less(s.Ack) {
		f.fack = maxSeq(f.fack, s.Ack)
		f.acked(s.Ack, deliver)
	}
	return n
}

// isDSACK reports whether the first block is a D-SACK: below the ACK "in the same packet", or within the second block
// (RFC 2883 §5).
func isDSACK(ack Seq, blocks []Block) bool {
	if len(blocks) == 0 || !blocks[0].Left.Less(blocks[0].Right) {
		return false
	}
	first := blocks[0]
	return first.Right.LessEq(ack) ||
		len(blocks) > 1 && blocks[1].Left.LessEq(first.Left) && first.Right.LessEq(blocks[1].Right)
}

// selective does what follows from an ACK where SACK is in use (RFC 6675 §5, RFC 8985 §6.2); una is what SND.UNA was
// before. What is to be sent is sent by output.
func (t *TCB) selective(now time.Duration, s *Segment, n *news, una Seq) {
	if !t.synAcked() {
		return
	}
	if t.spurious(s, n) {
		t.restore()
	}
	if t.rack() {
		t.rackACK(now, s, n, una)
		return
	}
	lost := t.markLost()
	c := &t.cc
	if n.sacked == 0 || c.recovery {
		// "A segment that arrives carrying a SACK block that identifies previously unacknowledged and un-SACKed octets"
		// is what a duplicate acknowledgment is (§2).
		return
	}
	c.dupAcks++
	// (1), (2); §5.1: after a timeout "a new recovery phase MUST NOT be initiated until HighACK is greater than or equal to
	// the new value of RecoveryPoint".
	if (c.dupAcks >= dupThresh || lost) && !t.SndUna.Less(c.recover) {
		t.flight.unmark()
		t.markLost()
		t.enterRecovery(now)
	}
}

// markLost is IsLost () for every segment: lost is what lies below "DupThresh discontiguous SACKed sequences" or "more than
// (DupThresh - 1) * SMSS bytes" that were SACKed. It reports whether anything is.
func (t *TCB) markLost() bool {
	f := &t.flight
	l := f.list()
	limit, runs, octets := (dupThresh-1)*t.mss(), 0, 0
	i := f.index(f.fack - 1)
	if f.segsSacked == 0 || i == len(l) {
		return false
	}
	for ; i >= 0 && runs < dupThresh && octets <= limit; i-- {
		f.looks++
		if s := &l[i]; s.sacked {
			octets += s.to.Sub(s.from)
			if i == 0 || !l[i-1].sacked {
				runs++
			}
		}
	}
	lost := i >= 0 // the first is not SACKed
	// From here down all that is not SACKed is lost; and below what was found lost before, that is known.
	for ; i >= 0 && !(l[i].lost && !l[i].sacked); i-- {
		f.looks++
		if !l[i].sacked {
			f.lose(&l[i])
		}
	}
	return lost
}

// enterRecovery is (4) of RFC 6675 §5.
func (t *TCB) enterRecovery(now time.Duration) {
	c, f := &t.cc, &t.flight
	if f.due == 0 {
		f.lose(&f.list()[0]) // found by the count of duplicate acknowledgments alone
	}
	first, _ := f.nextDue(1)
	t.remember(now, first.from)
	c.recovery, c.recover = true, t.SndNxt    // (4.1)
	t.takeForCongestion(now, t.outstanding()) // (4.2)
	c.cwnd, t.tlp = c.ssthresh, lossProbe{}
	t.entered = true
}

// retransmitFirst is (4.3), once all else that the ACK says has been taken in: the first segment that is lost goes out,
// whatever cwnd says (RFC 5681 §3.2 (3)).
func (t *TCB) retransmitFirst(now time.Duration) {
	run, ok := t.flight.nextDue(t.room())
	if t.entered = false; !ok {
		return
	}
	t.transmitFrom(now, run.from, run.to.Sub(run.from), pastCwnd)
	t.rescueRxt = t.flight.list()[t.flight.index(run.from)].to
}

// lastResort is the rules (3) and (4) of NextSeg (): in recovery, with nothing lost and nothing new left to send, "we provide
// the opportunity" to keep the ACK clock going. It reports whether it sent a segment.
func (t *TCB) lastResort(now time.Duration) bool {
	c, f, mss := &t.cc, &t.flight, t.mss()
	if !c.recovery || c.cwnd-f.pipe() < mss {
		return false
	}
	l := f.list()
	if f.segsSacked > 0 {
		// (3): unSACKed, above HighRxt and below the highest that is SACKed.
		for i := range l {
			f.looks++
			if s := &l[i]; s.to.Less(f.fack) && !s.sacked && !s.lost && !s.rexmit {
				return t.transmitFrom(now, s.from, s.to.Sub(s.from), byRules)
			}
		}
	}
	if t.SndUna.LessEq(t.rescueRxt) {
		return false
	}
	t.rescueRxt = c.recover
	return t.retransmitLast(now) // (4)
}

// retransmitLast sends again up to one segment of what was sent last and has not been SACKed, "that MUST include the highest
// outstanding unSACKed sequence number" (RFC 6675 §4, rule (4)), and leaves HighRxt as it is. It reports whether the window
// lets it.
func (t *TCB) retransmitLast(now time.Duration) bool {
	l := t.flight.list()
	i := len(l) - 1
	for i >= 0 && l[i].sacked {
		i--
	}
	if i < 0 || (t.SndUna + Seq(t.SndWnd)).Less(l[i].to) {
		return false
	}
	run := l[i].span
	fin := t.closed && t.finNumber().Less(run.to)
	end := run.to
	if fin {
		end--
	}
	from := maxSeq(run.from, end-Seq(t.room()))
	t.flight.note(now, from, t.emitText(now, from, end.Sub(from), fin), true)
	t.rto.resent()
	t.cc.lastSent = now
	t.cc.undo.resent(from)
	return true
}
