package oracle

import (
	"slices"
	"time"

	"github.com/twinstack/twinstack/harness/trace"
)

// Scoreboard is what a peer's SACK options have said of what is in flight (RFC 2018 §5, RFC 6675 §4). The zero Scoreboard is that
// of a connection of which no block has come.
type Scoreboard struct {
	// Sacked is what the sender knows that the peer holds, in order, apart from each other. A retransmission timeout takes it away:
	// the peer may have reneged (RFC 2018 §5).
	Sacked []Span
	// Told is all that it may take for held: what was said before a timeout, too, and the octets in flight of a block that goes
	// beyond them. No clause says whether these count.
	Told []Span
	At   time.Duration // when Told last grew
}

// note takes in the blocks of an ACK. A block that ends where it begins or before it, and one that is not of what is in flight,
// says nothing: it is a D-SACK (RFC 2883), or no peer's that holds what was sent.
func (n *TCB) note(t *Turn) {
	all, ok := t.blocks()
	if !ok || n.SndUna == n.SndNxt {
		return
	}
	b := &n.Board
	for _, s := range all {
		around := le(s.From, n.SndUna) && le(n.SndNxt, s.To) // both edges, though they may be half of all numbers apart
		if !around && (!lt(s.From, s.To) || le(s.To, n.SndUna) || le(n.SndNxt, s.From)) {
			continue
		}
		proper := lt(n.SndUna, s.From) && le(s.To, n.SndNxt) // one at SND.UNA would not be isolated (RFC 2018 §3)
		if proper && t.Seg.Ack == n.SndUna {
			b.Sacked = merged(b.Sacked, s)
		}
		if !proper {
			s.From = later(s.From, n.SndUna)
			if lt(n.SndNxt, s.To) {
				s.To = n.SndNxt
			}
		}
		if !covered(b.Told, s) {
			b.Told, b.At = merged(b.Told, s), t.Now
			if n.Rexmit.On {
				n.Rexmit.slip(t.Now) // while RACK waits for what was reordered the RTO does not run (RFC 8985 §8)
			}
		}
	}
}

// merged is a list of spans with one more.
func merged(all []Span, s Span) []Span {
	n := TCB{Held: all}
	n.hold(s)
	return n.Held
}

// covered says whether one of the spans has all of s in it.
func covered(all []Span, s Span) bool {
	for _, h := range all {
		if s.within(h) {
			return true
		}
	}
	return false
}

// passed takes off what SND.UNA has passed. A peer that acknowledges up to what it has reported, and not that, has reneged: then
// it may have dropped all of it.
func (b *Scoreboard) passed(una uint32) {
	for _, s := range b.Sacked {
		if le(s.From, una) && lt(una, s.To) {
			b.Sacked = nil
			break
		}
	}
	b.Sacked, b.Told = above(b.Sacked, una), above(b.Told, una)
}

func above(all []Span, una uint32) (left []Span) {
	for _, s := range all {
		if lt(una, s.To) {
			s.From = later(s.From, una)
			left = append(left, s)
		}
	}
	return left
}

// evident says whether the blocks tell that the segment is lost: by RFC 6675 §4, IsLost(), or by RFC 8985 §6.2, something that was
// sent no earlier has come. Of that a reordering window is to have passed, if fewer than three segments have, so that it is not
// the very ACK: "recovery is not triggered by a single ACK reporting out-of-order packets" (RFC 2018 §5.1).
func (t *Turn) evident() bool {
	sent, runs, octets := t.lastSent(), 0, uint32(0)
	delivered := time.Duration(-1)
	for _, s := range t.T.Board.Told {
		if s.From = later(s.From, t.end()); le(s.To, s.From) {
			continue // what the peer reneged on may be lost, too
		}
		runs++
		octets += s.To - s.From
		for _, f := range t.T.Flight {
			if lt(s.From, f.To) && lt(f.From, s.To) {
				delivered = max(delivered, f.Last)
			}
		}
	}
	switch {
	case runs == 0 || delivered < sent:
		return false
	case runs >= 3 || octets > 2*min(t.T.SndMss, t.effSndMss()) || t.T.DupAcks >= 3 || t.T.Recovery.On:
		return true
	}
	return sent < delivered || t.Now > t.T.Board.At
}

// equals says whether two scoreboards are alike.
func (b *Scoreboard) equals(o *Scoreboard) bool {
	return slices.Equal(b.Sacked, o.Sacked) && slices.Equal(b.Told, o.Told) && b.At == o.At
}

// sackedAgain is what is not to go out again.
var sackedAgain = Rule{
	ID: "again.sacked", Clause: "RFC 2018 §5", Level: Should, Requirements: []string{"RFC2018-5-1"},
	Says: "what the peer has said that it holds is skipped until a retransmission timeout",
	When: func(t *Turn) bool {
		return covered(t.T.Board.Sacked, Span{t.Seg.Seq, t.end()}) && !(t.Seg.Seq == t.T.SndUna && t.T.Rexmit.due(t.Now))
	},
	Then: func(t *Turn) []Branch {
		ways := repairs(t)
		ways[0].Against = []string{"RFC2018-5-1"}
		return ways
	},
}

// leftEdge is what a timeout sends whatever the peer has said of it.
var leftEdge = Rule{
	ID: "again.left", Clause: "RFC 2018 §5", Level: Must, Requirements: []string{"RFC2018-5-3"},
	Says: "\"MUST retransmit the segment at the left edge of the window after a retransmit timeout, whether or not the SACKed bit is on\"",
	When: func(t *Turn) bool {
		return t.Seg.Seq != t.T.SndUna && t.T.Rexmit.due(t.Now) && covered(t.T.Board.Told, Span{t.T.SndUna, t.end()}) && !t.T.mayProbe()
	},
	Then: forbid("the segment at SND.UNA"),
}

// sackEvidence is what goes out again since the peer's blocks tell that it is lost.
var sackEvidence = Rule{
	ID: "again.sack", Clause: "RFC 6675 §5", Requirements: []string{"RFC6675-4-2", "RFC6675-5-3", "RFC2018-5.1-1", "RFC8985-6.2-1"},
	Says: "what was sent before something that the peer holds, by RFC 6675 or by RFC 8985, once or as often as that is so",
	When: (*Turn).evident,
	Then: repairs,
}

// rescue is RFC 6675's last resort.
var rescue = Rule{
	ID: "again.rescue", Clause: "RFC 6675 §4", Level: Should, Requirements: []string{"RFC6675-4-4"},
	Says: "NextSeg() (4): once in a recovery the highest that is outstanding and not held",
	When: func(t *Turn) bool {
		return t.T.SackOK && t.T.Recovery.On && !t.T.Recovery.Rescued && t.lastSent() < t.T.Recovery.Since && t.end() == t.T.topUnsacked()
	},
	Then: func(t *Turn) []Branch {
		tcb := t.T
		tcb.Recovery.Rescued = true
		return []Branch{{Name: "a rescue retransmission (RFC 6675)", TCB: tcb}}
	},
}

// topUnsacked is just behind the highest octet that the peer has not said to hold.
func (t *TCB) topUnsacked() uint32 {
	top := t.SndNxt
	for i := len(t.Board.Told) - 1; i >= 0 && t.Board.Told[i].To == top; i-- {
		top = t.Board.Told[i].From
	}
	return top
}

// repairs goes on with a recovery, or begins one.
func repairs(t *Turn) []Branch {
	tcb := t.T
	if !tcb.Recovery.On {
		tcb.Recovery = Recovery{On: true, To: t.T.SndNxt, Since: t.Now}
	}
	return []Branch{{TCB: tcb}}
}

// noted says whether a segment that arrives has something to note.
func (t *Turn) noted() bool { return t.T.SackOK && t.sacks() && t.Has(trace.ACK) }
