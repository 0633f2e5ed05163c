package results

import (
	"slices"
	"strings"

	"github.com/twinstack/twinstack/harness/archive"
	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/trace"
	"github.com/twinstack/twinstack/harness/transitions"
)

// derive fills in what follows from the rest of a file, whether one run gave that or several parts did: whether it is
// complete, the requirements, the transitions, the divergences. What was there of these before counts for nothing but the
// names of requirements and arrows.
func derive(f *archive.File) {
	p := outline(f)
	runs := 0
	for i := range f.Cases {
		runs += len(f.Cases[i].Runs)
	}
	f.Complete = runs == f.Planned && len(f.Live) == f.PlannedLive
	f.Requirements, f.Transitions, f.Part = []archive.Requirement{}, []archive.Transition{}, nil
	if f.Complete {
		requirements(f, p.Requirements)
		if len(p.Arrows) > 0 {
			arrows(f, p.Arrows)
		}
	} else {
		f.Part = p
	}
	f.Entries = settle(f.Entries, f.Complete, f.Live)
	f.Divergences = divergences(f)
}

// outline is what there is to show, taken from where it stands.
func outline(f *archive.File) *archive.Part {
	if f.Part != nil {
		return f.Part
	}
	p := &archive.Part{Requirements: []archive.Requirement{}, Arrows: []archive.Arrow{}}
	for _, r := range f.Requirements {
		r.Cases, r.Shown, r.Passed = []string{}, []string{}, []string{}
		p.Requirements = append(p.Requirements, r)
	}
	for _, t := range f.Transitions {
		if t.IUT == f.IUTs[0].Name {
			p.Arrows = append(p.Arrows, archive.Arrow{Arrow: t.Arrow, From: t.From, To: t.To, On: t.On, Clause: t.Clause})
		}
	}
	return p
}

// requirements says how each requirement stands by the cases.
func requirements(f *archive.File, catalogue []archive.Requirement) {
	for _, r := range catalogue {
		r.Cases, r.Shown, r.Passed = []string{}, []string{}, []string{}
		failed := map[string]bool{}
		for i := range f.Cases {
			c := &f.Cases[i]
			if !slices.Contains(c.Requirements, r.ID) {
				continue
			}
			r.Cases = append(r.Cases, c.ID)
			if slices.Contains(c.Shows, r.ID) {
				r.Shown = append(r.Shown, c.ID)
			}
			for _, run := range c.Runs {
				failed[run.IUT] = failed[run.IUT] || run.Verdict != trace.Pass.String()
			}
		}
		for _, i := range f.IUTs {
			if len(r.Cases) > 0 && !failed[i.Name] {
				r.Passed = append(r.Passed, i.Name)
			}
		}
		f.Requirements = append(f.Requirements, r)
	}
}

// arrows says how each IUT stands to each arrow by the runs, and to the ledger with it.
func arrows(f *archive.File, all []archive.Arrow) {
	var iuts []string
	for _, i := range f.IUTs {
		iuts = append(iuts, i.Name)
	}
	var sights []transitions.Sight
	for i := range f.Cases {
		c := &f.Cases[i]
		for _, r := range c.Runs {
			for _, a := range r.Arrows {
				sights = append(sights, transitions.Sight{Case: c.ID, IUT: r.IUT, Arrow: a, How: transitions.Taken})
			}
			for _, d := range r.Detours {
				how := transitions.Otherwise
				if d.How == transitions.NotOffered.String() {
					how = transitions.NotOffered
				}
				sights = append(sights, transitions.Sight{Case: c.ID, IUT: r.IUT, Arrow: d.Arrow, How: how, Rank: d.Rank, Instead: d.Text})
			}
		}
	}
	known := &ledger.Ledger{}
	for _, r := range f.Ledger {
		row := &ledger.Row{ID: r.ID, IUT: r.IUT}
		for _, t := range r.Transitions {
			row.Transitions = append(row.Transitions, ledger.Transition{Arrow: t.Arrow, Instead: t.Instead})
		}
		known.Rows = append(known.Rows, row)
	}
	for _, o := range transitions.Combine(iuts, sights) {
		id := o.Arrow.ID()
		n := slices.IndexFunc(all, func(a archive.Arrow) bool { return a.Arrow == id })
		if n < 0 {
			continue
		}
		finding := known.JudgeTransition(o.IUT, id, o.How == transitions.Taken, o.Instead)
		f.Transitions = append(f.Transitions, archive.Transition{IUT: o.IUT, Arrow: id, From: all[n].From, To: all[n].To, On: all[n].On, Clause: all[n].Clause,
			How: o.How.String(), Cases: o.Cases, First: o.First, Instead: o.Instead, Judgement: judgementOf(finding)})
	}
}

// divergences gathers what is recorded or should be: by row, in the order of the ledger, then what no row speaks of.
func divergences(f *archive.File) []archive.Divergence {
	g := gathering{rows: map[string]*archive.Divergence{}}
	for i := range f.Cases {
		c := &f.Cases[i]
		for _, r := range c.Runs {
			g.add(ledger.Finding{Key: ledger.Key{Case: c.ID, Family: r.Family, IUT: r.IUT}}, c.ID, c.Clauses, r.Judgement)
		}
		for _, d := range c.Comparisons {
			g.add(ledger.Finding{Key: ledger.Key{Case: c.ID, Family: d.Family, IUT: d.IUT}, With: d.With}, c.ID, c.Clauses, d.Judgement)
		}
	}
	for _, l := range f.Live {
		key := ledger.Key{Case: ledger.Live, Family: l.Family, IUT: l.Client + " to " + l.Server}
		g.add(ledger.Finding{Key: key}, ledger.Live, []string{"RFC 9293 §3.5", "RFC 9293 §3.6"}, l.Judgement)
	}
	for _, t := range f.Transitions {
		key := ledger.Key{Case: ledger.TransitionTopic + t.Arrow, IUT: t.IUT}
		g.add(ledger.Finding{Key: key}, "", []string{t.Clause}, t.Judgement) // it shows in the cases of its row, too
	}
	for _, e := range f.Entries {
		if !archive.Green(e.Status) {
			g.row(e.Row, e.Status)
		}
	}
	if f.Matrix != nil {
		for _, c := range f.Matrix.Causes {
			g.matrix(c)
		}
	}
	all := []archive.Divergence{}
	for _, r := range f.Ledger {
		if d := g.rows[r.ID]; d != nil {
			d.IUT, d.Class, d.Clause = r.IUT, r.Class, r.Clause
			all = append(all, *d)
		}
	}
	all = append(all, g.unrecorded...)
	for i := range all {
		slices.Sort(all[i].Cases)
		all[i].Cases = slices.Compact(all[i].Cases)
	}
	return all
}

// gathering is divergences in the making.
type gathering struct {
	rows       map[string]*archive.Divergence
	unrecorded []archive.Divergence
}

// add takes a judgement in. caseID is "" where it is not of a case.
func (g *gathering) add(name ledger.Finding, caseID string, clauses []string, j archive.Judgement) {
	if j.Status == ledger.Clean.String() {
		return
	}
	cases := []string{}
	if caseID != "" {
		cases = append(cases, caseID)
	}
	for _, id := range j.Rows {
		d := g.row(id, j.Status)
		d.Cases = append(d.Cases, cases...)
	}
	if len(j.Rows) == 0 {
		g.unrecorded = append(g.unrecorded, archive.Divergence{ID: unrecorded + name.String(), IUT: name.IUT, Clause: strings.Join(clauses, ", "),
			Status: j.Status, Cases: cases})
	}
}

const unrecorded = "unrecorded: "

// row is the divergence of a row, which has a finding of some status.
func (g *gathering) row(id, status string) *archive.Divergence {
	d := g.rows[id]
	if d == nil {
		d = &archive.Divergence{ID: id, Status: status, Cases: []string{}}
		g.rows[id] = d
	}
	if severity(status) > severity(d.Status) {
		d.Status = status
	}
	return d
}

// matrix takes a root cause of the matrix in.
func (g *gathering) matrix(c archive.Cause) {
	if c.Ledger != "" {
		g.row(c.Ledger, c.Status).Matrix += c.Cases
		return
	}
	id := unrecorded + strings.Join(strings.Fields("matrix "+c.Rule+" "+c.Shape+" "+c.After+" "+c.In), " ") + " on " + c.IUT
	for i := range g.unrecorded {
		if g.unrecorded[i].ID == id { // against a MUST and against a SHOULD
			g.unrecorded[i].Matrix += c.Cases
			return
		}
	}
	g.unrecorded = append(g.unrecorded, archive.Divergence{ID: id, IUT: c.IUT, Clause: c.Clause, Status: c.Status, Cases: []string{}, Matrix: c.Cases})
}

// severity is the place of a status in ledger.Status; what is none of them counts as the worst.
func severity(status string) ledger.Status {
	s := ledger.Clean
	for s < ledger.Broken && s.String() != status {
		s++
	}
	return s
}
