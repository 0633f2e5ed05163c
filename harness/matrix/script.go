package matrix

import (
	"fmt"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/run"
	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

// Replay plays a case of a block once more and gives its result with all that was kept of it: the lines of event and probe
// as they were chosen, and the trace.
func (m *Matrix) Replay(b *Block, i int) (r Result, lines []script.Event, t *trace.Trace) {
	if b.NotReached != "" {
		return Result{Event: b.verdict, Probe: b.verdict, Finding: &Finding{Reason: b.NotReached}}, nil, nil
	}
	p := player{iut: b.IUT, probing: m.o.Probe}
	var j Judge
	if b.judge != nil {
		j = b.judge.Clone()
	}
	r, res := p.play(&b.Place, b.Events[i], j)
	return r, p.added, res.Trace
}

// Script is a case as a file of its own, without what is expected in its event and probe: its lines are those of results
// and traces.
func Script(c Case, lines []script.Event) *script.File {
	entry := c.Entry.File(c.IPv6)
	f := &script.File{Name: c.ID() + ".pkt", Header: entry.Header, Options: entry.Options}
	f.Header.Title = c.ID()
	f.Events = append(append(f.Events, entry.Events...), lines...)
	return f
}

// Answered is a case as a file with what an IUT does: packets, results of calls and states. It passes on every IUT that
// does the same. The error is of an IUT that cannot be brought along the entry, or that does what no script can expect.
func Answered(c Case, lines []script.Event, by iut.IUT) (*script.File, error) {
	var said []script.Event
	given := false
	res := run.Run(c.Entry.File(c.IPv6), by, run.Options{IPv6: c.IPv6, Settings: iut.Alike(),
		Transcript: func(e script.Event) { said = append(said, e) },
		More: func(*trace.Trace) []script.Event {
			if given {
				return nil
			}
			given = true
			return lines
		}})
	if !given || res.Verdict != trace.Pass {
		return nil, fmt.Errorf("matrix: %s on %s: %s", c.ID(), by.Name(), notReached(res))
	}
	number(said, c.Entry.Lines())
	return Script(c, said), nil
}
