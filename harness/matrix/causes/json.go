package causes

import (
	"fmt"

	"github.com/twinstack/twinstack/harness/archive"
	"github.com/twinstack/twinstack/harness/matrix"
	"github.com/twinstack/twinstack/harness/trace"
)

// Archive is the matrix with its root causes as they were judged, as it lasts.
func Archive(m *matrix.Matrix, all []Judged) *archive.Matrix {
	o := m.Options()
	f := &archive.Matrix{Scope: o.Scope.String(), Only: o.Only, IUTs: []archive.Outline{}, Causes: []archive.Cause{}}
	for _, s := range m.Summaries() {
		out := archive.Outline{IUT: s.IUT, Entries: s.Entries, Product: s.Count.Product, NoPosition: s.Count.NoPosition, SameOctets: s.Count.SameOctets,
			Generated: s.Count.Cases, States: []archive.StateCount{}, NotJudged: []archive.NotJudged{}, Hash: fmt.Sprintf("%016x", s.Hash)}
		for _, by := range s.States {
			c := archive.StateCount{State: by.State.String(), Cases: by.Cases, Verdicts: map[string]int{}, Probes: by.Probes}
			for v, n := range by.Verdicts {
				c.Verdicts[matrix.Verdict(v).String()] = n
			}
			out.States = append(out.States, c)
		}
		for _, r := range s.Reasons {
			out.NotJudged = append(out.NotJudged, archive.NotJudged{Reason: r.Text, Where: r.Where, Cases: r.Cases})
		}
		f.IUTs = append(f.IUTs, out)
	}
	for i := range all {
		f.Causes = append(f.Causes, causeOf(&all[i]))
	}
	newTable(m, all).into(f)
	return f
}

func causeOf(j *Judged) archive.Cause {
	c := archive.Cause{IUT: j.IUT, Rule: j.Rule, Shape: j.Shape, After: j.After, In: j.In, Status: j.Status.String()}
	if j.Row != nil {
		c.Ledger, c.Class = j.Row.ID, string(j.Row.Class)
	}
	g := j.Group
	if g == nil {
		return c
	}
	c.Verdict, c.Clause, c.Level, c.Cases, c.States = g.Verdict.String(), g.Clause, g.Level, len(g.Members), map[string]int{}
	for s, n := range g.States() {
		if n > 0 {
			c.States[trace.State(s).String()] = n
		}
	}
	c.Example = g.Example.Case().ID()
	c.Expected, c.Got = g.Short()
	return c
}
