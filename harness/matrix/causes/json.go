package causes

import (
	"fmt"

	"github.com/twinstack/twinstack/harness/matrix"
	"github.com/twinstack/twinstack/harness/trace"
)

// File is what the matrix came to, as JSON: the same octets in every run, with any number of workers.
type File struct {
	Scope string    `json:"scope"` // "whole" or "reduced"
	Only  string    `json:"only,omitempty"`
	IUTs  []Outline `json:"iuts"`
	// Causes are the root causes, and the entries of the ledger that nothing shows.
	Causes []Cause `json:"causes"`
}

// Outline is what the matrix came to on one IUT. Product = NoPosition + SameOctets + Generated.
type Outline struct {
	IUT        string       `json:"iut"`
	Entries    int          `json:"entries"` // entry paths × families
	Product    int          `json:"product"`
	NoPosition int          `json:"no_position"` // left out: the position is none in that state
	SameOctets int          `json:"same_octets"` // left out: another case has the same octets
	Generated  int          `json:"generated"`
	States     []StateCount `json:"states"`
	NotJudged  []NotJudged  `json:"not_judged"` // inconclusive cases and errors
	Hash       string       `json:"hash"`       // of all results
}

// StateCount is the cases that begin in a state, by verdict.
type StateCount struct {
	State    string         `json:"state"`
	Cases    int            `json:"cases"`
	Verdicts map[string]int `json:"verdicts"`
	Probes   int            `json:"fail_in_probe"` // of those that fail
}

// NotJudged is why nothing can be said of some cases.
type NotJudged struct {
	Reason string `json:"reason"`
	Where  string `json:"where"` // entry and family of the first
	Cases  int    `json:"cases"`
}

// Cause is a root cause, with its smallest case.
type Cause struct {
	IUT      string         `json:"iut"`
	Rule     string         `json:"rule"`
	Shape    string         `json:"shape"`
	After    string         `json:"after,omitempty"`
	In       string         `json:"in,omitempty"`
	Verdict  string         `json:"verdict,omitempty"`
	Clause   string         `json:"clause,omitempty"`
	Level    string         `json:"level,omitempty"`
	Cases    int            `json:"cases"`
	States   map[string]int `json:"states,omitempty"`
	Example  string         `json:"example,omitempty"` // its id
	Expected string         `json:"expected,omitempty"`
	Got      string         `json:"got,omitempty"`
	Status   string         `json:"status"` // how the ledger judges it
	Ledger   string         `json:"ledger,omitempty"`
	Class    string         `json:"class,omitempty"`
}

// FileOf is the matrix with its root causes as they were judged.
func FileOf(m *matrix.Matrix, all []Judged) *File {
	o := m.Options()
	f := &File{Scope: o.Scope.String(), Only: o.Only, IUTs: []Outline{}, Causes: []Cause{}}
	for _, s := range m.Summaries() {
		out := Outline{IUT: s.IUT, Entries: s.Entries, Product: s.Count.Product, NoPosition: s.Count.NoPosition, SameOctets: s.Count.SameOctets,
			Generated: s.Count.Cases, States: []StateCount{}, NotJudged: []NotJudged{}, Hash: fmt.Sprintf("%016x", s.Hash)}
		for _, by := range s.States {
			c := StateCount{State: by.State.String(), Cases: by.Cases, Verdicts: map[string]int{}, Probes: by.Probes}
			for v, n := range by.Verdicts {
				c.Verdicts[matrix.Verdict(v).String()] = n
			}
			out.States = append(out.States, c)
		}
		for _, r := range s.Reasons {
			out.NotJudged = append(out.NotJudged, NotJudged{r.Text, r.Where, r.Cases})
		}
		f.IUTs = append(f.IUTs, out)
	}
	for i := range all {
		f.Causes = append(f.Causes, causeOf(&all[i]))
	}
	return f
}

func causeOf(j *Judged) Cause {
	c := Cause{IUT: j.IUT, Rule: j.Rule, Shape: j.Shape, After: j.After, In: j.In, Status: j.Status.String()}
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
