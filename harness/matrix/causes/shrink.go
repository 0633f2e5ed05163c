package causes

import (
	"slices"
	"time"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/matrix"
	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

// atMost bounds how often one course is played while it is made smaller.
const atMost = 3000

// shrinker makes a course smaller, as long as the IUT makes the same mistake and the reference none.
type shrinker struct {
	group     *Group
	iut       iut.IUT
	reference iut.IUT
	ipv6      bool
	tries     int
}

// good says whether a course still tells the IUT and the reference apart. One that cannot be played does not.
func (s *shrinker) good(c *course) bool {
	if s.tries++; s.tries > atMost {
		return false
	}
	if p, err := c.play(s.iut, s.ipv6); err != nil || !p.shows(s.group) {
		return false
	}
	p, err := c.play(s.reference, s.ipv6)
	return err == nil && p.verdict < matrix.Fail && !p.shows(s.group)
}

// shrink takes away lines, and then what is in them, until nothing more can go.
func (s *shrinker) shrink(c *course) *course {
	c = s.end(c)
	for {
		smaller := s.simplify(s.without(s.plain(c)))
		if smaller == c || s.tries > atMost {
			return smaller
		}
		c = smaller
	}
}

// end takes away what follows the mistake: all of it, or all but as much as it takes to be seen.
func (s *shrinker) end(c *course) *course {
	p, err := c.play(s.iut, s.ipv6)
	if err != nil || p.finding == nil {
		return c
	}
	until := p.finding.Line - c.line(0) + 1
	if until < 1 || until > len(c.lines) {
		return c
	}
	cut := *c
	for _, more := range [][]script.Event{nil, {matrix.Silence(100 * time.Millisecond)}, {matrix.Silence(time.Minute)}} {
		if cut.lines = slices.Concat(c.lines[:until], more); s.good(&cut) {
			return &cut
		}
	}
	for n := until + 1; n < len(c.lines); n++ {
		if cut.lines = c.lines[:n]; s.good(&cut) {
			return &cut
		}
	}
	return c
}

// plain takes away settings.
func (s *shrinker) plain(c *course) *course {
	for i := len(c.settings) - 1; i >= 0; i-- {
		less := *c
		less.settings = slices.Delete(slices.Clone(c.settings), i, i+1)
		if s.good(&less) {
			c = &less
		}
	}
	return c
}

// without takes lines away, many at a time at first, from the end on.
func (s *shrinker) without(c *course) *course {
	for size := len(c.lines) / 2; size > 0; size /= 2 {
		for to := len(c.lines); to > 0; to -= size {
			less := *c
			less.lines = slices.Delete(slices.Clone(c.lines), max(0, to-size), to)
			if s.good(&less) {
				c = &less
			}
		}
	}
	return c
}

// simplify makes lines simpler, each by itself.
func (s *shrinker) simplify(c *course) *course {
	for i := range c.lines {
		for n := 0; n < len(simpler); n++ {
			e, ok := simpler[n](c.lines[i])
			if !ok {
				continue
			}
			e.Text = e.String()
			less := *c
			less.lines = slices.Clone(c.lines)
			if less.lines[i] = e; s.good(&less) {
				c = &less
				n-- // once more
			}
		}
	}
	return c
}

// simpler are the ways to make a line simpler. Each says whether there is anything to do.
var simpler = []func(script.Event) (script.Event, bool){
	func(e script.Event) (script.Event, bool) { // no time
		ok := e.Time.At > 0
		e.Time.At = 0
		return e, ok
	},
	roundTime(time.Minute), roundTime(10 * time.Second), roundTime(time.Second), roundTime(100 * time.Millisecond),
	onSegment(func(t *script.Segment) bool { // no options
		ok := len(t.Options) > 0
		t.Options = nil
		return ok
	}),
	without(trace.PSH), without(trace.URG), without(trace.FIN), without(trace.SYN), without(trace.RST), without(trace.ACK),
	onSegment(func(t *script.Segment) bool { // no text
		ok := t.Len > 0
		t.Len, t.SeqEnd = 0, t.Seq
		return ok
	}),
	onSegment(func(t *script.Segment) bool { // half of it
		ok := t.Len > 1
		t.Len /= 2
		t.SeqEnd = t.Seq + t.Len
		return ok
	}),
	onSegment(func(t *script.Segment) bool { // the window that a script need not write
		ok := t.Win != nil
		t.Win = nil
		return ok
	}),
}

// roundTime makes a time a whole number of a unit.
func roundTime(unit time.Duration) func(script.Event) (script.Event, bool) {
	return func(e script.Event) (script.Event, bool) {
		whole := (e.Time.At + unit - 1) / unit * unit
		ok := whole != e.Time.At && e.Time.At > unit/2
		e.Time.At = whole
		return e, ok
	}
}

// onSegment is a change of a segment, which says whether there is anything to change.
func onSegment(change func(*script.Segment) bool) func(script.Event) (script.Event, bool) {
	return func(e script.Event) (script.Event, bool) {
		if e.Packet == nil || e.Packet.TCP == nil {
			return e, false
		}
		p, t := *e.Packet, *e.Packet.TCP
		p.TCP, e.Packet = &t, &p
		return e, change(&t)
	}
}

// without takes away a control bit, with what goes with it.
func without(f trace.Flags) func(script.Event) (script.Event, bool) {
	return onSegment(func(t *script.Segment) bool {
		ok := t.Flags.Has(f)
		t.Flags &^= f
		switch f {
		case trace.ACK:
			t.Ack = nil
		case trace.URG:
			t.Urg = nil
		}
		return ok
	})
}
