package page

import (
	"bytes"
	"fmt"
	"html/template"
	"slices"

	"github.com/twinstack/twinstack/harness/archive"
	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/report/diagram"
	"github.com/twinstack/twinstack/harness/results"
	"github.com/twinstack/twinstack/harness/transitions"
)

// diagrams draws the state diagram of each IUT.
func diagrams(f *archive.File) ([]template.HTML, error) {
	if len(f.Transitions) == 0 {
		return nil, nil
	}
	var ts []results.Transition
	for i := range f.Transitions {
		t, err := transition(f, &f.Transitions[i])
		if err != nil {
			return nil, err
		}
		ts = append(ts, t)
	}
	var out []template.HTML
	for _, i := range f.IUTs {
		var b bytes.Buffer
		if err := diagram.DrawInPage(&b, results.IUT{Name: i.Name, Version: i.Version}, ts, i.Name+"/"); err != nil {
			return nil, err
		}
		out = append(out, template.HTML(b.String()))
	}
	return out, nil
}

// transition is one as the diagram takes it.
func transition(f *archive.File, t *archive.Transition) (results.Transition, error) {
	var out results.Transition
	arrows := transitions.Arrows()
	n := slices.IndexFunc(arrows, func(a transitions.Arrow) bool { return a.ID() == t.Arrow })
	if n < 0 {
		return out, fmt.Errorf("transition of %s: no arrow is called %q", t.IUT, t.Arrow)
	}
	out.Outcome = transitions.Outcome{IUT: t.IUT, Arrow: arrows[n], Cases: t.Cases, First: t.First, Instead: t.Instead}
	ways := []transitions.How{transitions.NotTaken, transitions.Taken, transitions.NotOffered, transitions.Otherwise}
	if n = slices.IndexFunc(ways, func(h transitions.How) bool { return h.String() == t.How }); n < 0 {
		return out, fmt.Errorf("transition %s of %s: %q, expected one of %v", t.Arrow, t.IUT, t.How, ways)
	}
	out.How = ways[n]
	if n = slices.Index(statuses(), t.Status); n < 0 {
		return out, fmt.Errorf("transition %s of %s: status %q, expected one of %q", t.Arrow, t.IUT, t.Status, statuses())
	}
	out.Finding.Status = ledger.Status(n)
	for _, id := range t.Rows {
		if n = slices.IndexFunc(f.Ledger, func(r archive.LedgerRow) bool { return r.ID == id }); n < 0 {
			return out, fmt.Errorf("transition %s of %s: no row of the ledger is called %q", t.Arrow, t.IUT, id)
		}
		r := f.Ledger[n]
		out.Finding.Rows = append(out.Finding.Rows, &ledger.Row{ID: r.ID, IUT: r.IUT, Class: ledger.Class(r.Class), Clause: r.Clause, Reason: r.Reason})
	}
	return out, nil
}
