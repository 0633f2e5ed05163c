package causes

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/matrix"
	"github.com/twinstack/twinstack/harness/run"
	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

// course is all that acts on an IUT in a case, from nothing on: calls and packets, with nothing expected of it. So any of them
// can be taken away.
type course struct {
	settings []script.Flag
	begin    []script.Event // stays, with what is expected: a script maps timestamps by the first that it writes
	lines    []script.Event
}

// played is what came of a course.
type played struct {
	verdict matrix.Verdict
	finding *matrix.Finding // the first that is not as the RFCs allow, or else not strict; Line is that of an event of the course
	said    []script.Event  // the lines, with what the IUT did
	begun   int             // events of the trace that are of the beginning
	trace   *trace.Trace
	virtual time.Duration
}

// courseOf is the course of a case, as it was played.
func courseOf(m *matrix.Matrix, of Member) (*course, error) {
	_, lines, t := m.Replay(of.Block, of.Index)
	if t == nil {
		return nil, fmt.Errorf("causes: %s: %s", of.Case().ID(), of.Block.NotReached)
	}
	at := map[int]time.Duration{}
	for _, e := range t.Events {
		if _, twice := at[e.Line]; !twice && (e.Kind == trace.Received || e.Kind == trace.Called) {
			at[e.Line] = e.At
		}
	}
	entry := of.Case().Entry.File(of.Case().IPv6)
	c := &course{settings: entry.Header.Settings}
	last := time.Duration(0)
	from := beginning(entry.Events)
	for i, e := range slices.Concat(entry.Events, lines) {
		when, acts := at[e.Pos.Line]
		if i < from {
			c.begin = append(c.begin, e)
		} else if acts {
			c.lines = append(c.lines, bare(e, when-last))
		}
		if acts {
			last = when
		}
	}
	return c, nil
}

// beginning is how many events go up to the first timestamp of the IUT's that a script writes, with the states behind it.
func beginning(events []script.Event) int {
	for i := range events {
		p := events[i].Packet
		if p == nil || p.Dir == script.Inbound || p.TCP == nil {
			continue
		}
		if slices.ContainsFunc(p.TCP.Options, func(o script.Option) bool { return o.Kind == trace.OptTimestamps }) {
			for i++; i < len(events) && events[i].States != nil; i++ {
			}
			return i
		}
	}
	return 0
}

// bare is a line so long after the one before, and any result of it will do but for a descriptor.
func bare(e script.Event, after time.Duration) script.Event {
	if after <= run.Tick {
		after = 0 // which is what "at once" takes
	}
	e.Time = script.Time{At: after}
	if e.Call != nil && e.Call.Name != "socket" && e.Call.Name != "accept" {
		call := *e.Call
		call.Result, call.Errno, call.Note = nil, "", ""
		e.Call = &call
	}
	e.Text = e.String()
	return e
}

// file is what is played as a script. The state is asserted so that it is written down from then on.
func (c *course) file() *script.File {
	f := &script.File{Name: "course.pkt", Header: script.Header{Settings: c.settings}, Events: slices.Clone(c.begin)}
	if len(f.Events) == 0 {
		f.Events = []script.Event{{States: &script.States{Path: []trace.State{trace.Closed}}}}
	}
	for i := range f.Events {
		f.Events[i].Pos.Line = i + 1
	}
	return f
}

// line is where a line of the course stands; with the number of lines, the one behind the last.
func (c *course) line(i int) int { return max(1, len(c.begin)) + 1 + i }

// play plays the course on an IUT. The error is of one that cannot be played, or judged.
func (c *course) play(i iut.IUT, ipv6 bool) (*played, error) {
	f := c.file()
	settings, err := run.Settings(f, iut.Alike())
	if err != nil {
		return nil, err
	}
	p := &played{}
	lines := slices.Clone(c.lines)
	for n := range lines {
		lines[n].Pos = script.Pos{Line: c.line(n), Col: 1}
	}
	given := false
	res := run.Run(f, i, run.Options{IPv6: ipv6, Settings: iut.Alike(),
		Transcript: func(e script.Event) { p.said = append(p.said, e) },
		More: func(t *trace.Trace) []script.Event {
			if given {
				return nil
			}
			given, p.begun = true, len(t.Events)
			return lines
		}})
	if !given || res.Verdict == trace.Error || res.Verdict == trace.Unsupported {
		return nil, fmt.Errorf("causes: %s cannot be brought along: %s%v", i.Name(), res.Reason, res.Failures)
	}
	p.trace, p.virtual = res.Trace, res.Virtual
	j := matrix.ByOracle(i, &matrix.Place{IPv6: ipv6}, settings)
	if err := judge(j, p); err != nil {
		return nil, err
	}
	p.verdict, p.finding = j.Judgement(0, c.line(len(lines)))
	if len(res.Failures) > 0 && p.verdict < matrix.Fail {
		p.verdict, p.finding = matrix.Fail, matrix.FindingOf(res.Failures[0])
	}
	return p, nil
}

// guessesAtMost is how many ways a judge may have to follow at once. A matrix case has a few; some lines of one without the
// others can leave so much open that no judgement is worth its time.
const guessesAtMost = 64

// judge gives a judge all that happened.
func judge(j matrix.Judge, p *played) error {
	for i := range p.trace.Events {
		if err := j.Feed(p.trace.Events[i : i+1]); err != nil {
			return err
		}
		if matrix.Table(j).Guesses() > guessesAtMost {
			return errors.New("causes: too much is left open to be judged")
		}
	}
	return j.Until(p.virtual)
}

// shows says whether the course was played with the mistake of a group.
func (p *played) shows(g *Group) bool {
	f := p.finding
	return f != nil && p.verdict == g.Verdict && f.Rule == g.Rule && f.Shape == g.Shape && f.After == g.After && f.In == g.In
}

// mistake is the mistake that was made, for messages.
func (p *played) mistake() string {
	if p.finding == nil {
		return "none"
	}
	return ledger.Mistake{Rule: p.finding.Rule, Shape: p.finding.Shape, After: p.finding.After, In: p.finding.In}.String()
}
