package tcp

import (
	"slices"
	"time"
)

// undo is what a loss recovery took away, to be given back if nothing was lost (RFC 9438 §4.9.2; RFC 2883 §5.2). What only
// came late is found by either of two: the first ACK that arrives after the retransmission echoes a timestamp from before it,
// or everything that was sent again is reported as a duplicate.
type undo struct {
	on             bool
	cwnd, ssthresh int
	cubic          cubic
	from           Seq           // what was sent again first
	at             time.Duration // when
	answered       bool          // an ACK of what was sent again first has come
	again          [maxUndo]Seq  // where the segments begin that were sent again, and not reported as duplicates
	n              int           // how many; more than maxUndo is too many to tell
}

// maxUndo is how many segments a recovery may send again that D-SACKs can undo.
const maxUndo = 16

// resent is told of a segment that was sent again.
func (u *undo) resent(from Seq) {
	if u.n < maxUndo {
		u.again[u.n] = from
	}
	u.n = min(u.n+1, maxUndo+1)
}

// duplicated is told of a D-SACK, and reports whether it was the last that was missing. One of anything else tells that the
// network has doubled a segment (RFC 2883 §5.1).
func (u *undo) duplicated(at Seq) bool {
	if u.n > maxUndo {
		return false
	}
	i := slices.Index(u.again[:u.n], at)
	if i < 0 {
		return false
	}
	u.n--
	u.again[i] = u.again[u.n]
	return u.n == 0
}

// remember begins a recovery whose first retransmission is at a sequence number.
func (t *TCB) remember(now time.Duration, from Seq) {
	c := &t.cc
	c.undo = undo{on: true, cwnd: c.cwnd, ssthresh: c.ssthresh, cubic: c.cubic, from: from, at: now}
}

// spurious reports whether an ACK tells that nothing was lost.
func (t *TCB) spurious(s *Segment, n *news) bool {
	u := &t.cc.undo
	if !u.on {
		return false
	}
	if n.dsack && u.duplicated(n.dup.Left) {
		return true
	}
	if u.answered || !u.from.Less(s.Ack) {
		return false
	}
	u.answered = true
	return t.SndTsOK && s.Options.HasTimestamps && stampLess(s.Options.TSEcr, t.tsClock(u.at))
}

// restore ends a recovery from nothing.
func (t *TCB) restore() {
	c, u := &t.cc, &t.cc.undo
	if c.cwnd < u.cwnd {
		c.cwnd, c.ssthresh, c.cubic = u.cwnd, u.ssthresh, u.cubic
	}
	u.on, t.entered = false, false
	if c.recovery {
		c.recovery, c.recover, c.dupAcks = false, t.SndUna-1, 0
		t.flight.unmark()
	}
}
