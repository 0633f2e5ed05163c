package oracle

import (
	"slices"
	"time"

	"github.com/twinstack/twinstack/harness/trace"
)

// guess is one thing that a connection may be.
type guess struct {
	tcb   TCB
	owed  []owed
	rules []*Rule
	names []string
	// against are the requirements that were not followed if this is what it is, and that no step before has told.
	against []string
	moved   *Rule
}

// owed is a reply that has not come yet.
type owed struct {
	Reply
	by time.Duration
}

// unpaid is the first reply that should have come by now.
func (g *guess) unpaid(now time.Duration) *owed {
	for i := range g.owed {
		if o := &g.owed[i]; !o.Optional && o.by <= now {
			return o
		}
	}
	return nil
}

func (g *guess) lastRule() *Rule {
	if len(g.rules) == 0 {
		return nil
	}
	return g.rules[len(g.rules)-1]
}

// pays is what a guess becomes by a segment that it owes, if the reply at an index is one that the segment may be.
func (g *guess) pays(at int, s *trace.Segment) (n guess, ok bool) {
	o := &g.owed[at]
	if o.fits(s) != "" {
		return guess{}, false
	}
	n = *g
	n.owed = slices.Delete(slices.Clone(g.owed), at, at+1)
	if o.AnySeq {
		n.tcb.Iss, n.tcb.SndUna, n.tcb.SndNxt = s.Seq, s.Seq, s.Seq+1
	}
	n.acknowledges(s)
	return n, true
}

// before says that nothing that is owed behind it may come before it: it must come, and at once.
func (o *owed) before() bool { return !o.Optional && o.Within == 0 }

// acknowledges takes away the ACKs that a segment does for: those that it can carry, and those that were delayed, of no more
// than it acknowledges.
func (g *guess) acknowledges(s *trace.Segment) {
	if s.Flags.Has(trace.ACK) && !s.Flags.Has(trace.RST) {
		g.without(func(o *owed) bool { return o.Carry && (s.Len() > 0 || o.Within > 0) && le(o.Ack, s.Ack) })
	}
}

// without takes away some of what is owed.
func (g *guess) without(some func(*owed) bool) {
	for i := range g.owed {
		if some(&g.owed[i]) {
			g.owed = slices.DeleteFunc(slices.Clone(g.owed), func(o owed) bool { return some(&o) })
			return
		}
	}
}

// best is the guess that is against the least; there is one.
func (c *conn) best() *guess {
	best := &c.guesses[0]
	for i := range c.guesses {
		if len(c.guesses[i].against) < len(best.against) {
			best = &c.guesses[i]
		}
	}
	return best
}

// untold is what is in all and not in told, each counted as often as it is there: what a guess is against, and no step has
// told yet, since another guess did as well.
func untold(all, told []string) (left []string) {
	if len(told) == 0 {
		return all
	}
	told = slices.Clone(told)
	for _, id := range all {
		if i := slices.Index(told, id); i >= 0 {
			told = slices.Delete(told, i, i+1)
			continue
		}
		left = append(left, id)
	}
	return left
}

// distinct drops guesses that another one equals, and which is against as little. It uses the memory of all.
func distinct(all []guess) []guess {
	if len(all) < 2 {
		return all
	}
	out := all[:0]
next:
	for k := range all {
		g := &all[k]
		for i := range out {
			if o := &out[i]; o.tcb.equals(&g.tcb) && slices.Equal(o.owed, g.owed) {
				if len(g.against) < len(o.against) {
					*o = *g
				}
				continue next
			}
		}
		out = append(out, *g)
	}
	return out
}
