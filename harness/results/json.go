package results

import (
	"encoding/json"
	"io"

	"github.com/twinstack/twinstack/harness/ledger"
)

// Object is one run as JSON.
type Object struct {
	Script    string `json:"script"`
	IUT       string `json:"iut"`
	Family    string `json:"family"`
	Verdict   string `json:"verdict"` // pass, fail, inconclusive, unsupported, error
	Line      int    `json:"line"`    // of the script, of the first failure; 0 where there is none
	Expected  string `json:"expected"`
	Got       string `json:"got"`
	Reason    string `json:"reason"`
	VirtualNS int64  `json:"virtual_ns"`
	WallNS    *int64 `json:"wall_ns,omitempty"`
	Trace     string `json:"trace_sha256,omitempty"`

	Status string   `json:"status,omitempty"` // how the ledger judges it
	Ledger []string `json:"ledger,omitempty"` // ids of the rows that speak of it
}

// Compared is one comparison as JSON.
type Compared struct {
	Script      string   `json:"script"`
	Family      string   `json:"family"`
	IUT         string   `json:"iut"`
	With        string   `json:"with"`
	Differences []string `json:"differences"`
	NotCompared string   `json:"not_compared,omitempty"`
	Status      string   `json:"status"`
	Ledger      []string `json:"ledger,omitempty"`
}

// LiveObject is one live walk-through as JSON.
type LiveObject struct {
	Client    string   `json:"client"`
	Server    string   `json:"server"`
	Family    string   `json:"family"`
	Wrong     []string `json:"wrong"`
	NotPlayed string   `json:"not_played,omitempty"`
	Trace     string   `json:"trace_sha256,omitempty"`
}

// TransitionObject is how an IUT stands to an arrow of the state diagram, as JSON.
type TransitionObject struct {
	IUT     string   `json:"iut"`
	Arrow   string   `json:"arrow"`
	From    string   `json:"from"`
	To      string   `json:"to"`
	On      string   `json:"on"`
	Clause  string   `json:"clause"`
	How     string   `json:"how"` // taken, not offered, otherwise, not taken
	Cases   int      `json:"cases"`
	First   string   `json:"first,omitempty"`
	Instead string   `json:"instead,omitempty"`
	Status  string   `json:"status"`
	Ledger  []string `json:"ledger,omitempty"`
}

// File is a run of the suite as JSON.
type File struct {
	IUTs        []IUT              `json:"iuts"`
	Complete    bool               `json:"complete"`
	Runs        []Object           `json:"runs"`
	Comparisons []Compared         `json:"comparisons"`
	Live        []LiveObject       `json:"live"`
	Transitions []TransitionObject `json:"transitions"`
}

// ObjectOf gives a run as JSON has it. timing adds the wall time.
func ObjectOf(r Run, timing bool) Object {
	o := Object{Script: r.Case, IUT: r.IUT, Family: r.Family, Verdict: r.Result.Verdict.String(), Reason: r.Result.Reason,
		VirtualNS: int64(r.Result.Virtual)}
	if len(r.Result.Failures) > 0 {
		f := r.Result.Failures[0]
		o.Line, o.Expected, o.Got, o.Reason = f.Line, f.Expected, f.Got, f.Reason
	}
	if r.Result.Trace != nil {
		o.Trace = Hash(r.Result.Trace)
	}
	if timing {
		ns := int64(r.Wall)
		o.WallNS = &ns
	}
	return o
}

// FileOf gives a suite as JSON has it. The same suite gives the same octets: there is no real time in it.
func FileOf(s *Suite) File {
	f := File{IUTs: s.IUTs, Complete: s.Complete(), Runs: []Object{}, Comparisons: []Compared{}, Live: []LiveObject{},
		Transitions: []TransitionObject{}}
	for i, r := range s.Runs {
		o := ObjectOf(r, false)
		o.Status, o.Ledger = s.Findings[i].Status.String(), ids(s.Findings[i].Rows)
		f.Runs = append(f.Runs, o)
	}
	for i, c := range s.Comparisons {
		found := s.Findings[len(s.Runs)+i]
		f.Comparisons = append(f.Comparisons, Compared{c.Case, c.Family, c.IUT, c.With, append([]string{}, c.Differences...),
			c.NotCompared, found.Status.String(), ids(found.Rows)})
	}
	for _, l := range s.Live {
		o := LiveObject{Client: l.Client, Server: l.Server, Family: l.Family, Wrong: append([]string{}, l.Wrong...), NotPlayed: l.NotPlayed}
		if l.Trace != nil {
			o.Trace = Hash(l.Trace)
		}
		f.Live = append(f.Live, o)
	}
	for _, t := range s.Transitions {
		a := t.Arrow
		f.Transitions = append(f.Transitions, TransitionObject{t.IUT, a.ID(), a.From.String(), a.To.String(), a.On.String(), a.Clause,
			t.How.String(), t.Cases, t.First, t.Instead, t.Finding.Status.String(), ids(t.Finding.Rows)})
	}
	return f
}

func ids(rows []*ledger.Row) []string {
	var ids []string
	for _, r := range rows {
		ids = append(ids, r.ID)
	}
	return ids
}

// WriteJSON writes a value as indented JSON, with < and > as they are.
func WriteJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
