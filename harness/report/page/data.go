package page

import (
	"cmp"
	"slices"

	"github.com/twinstack/twinstack/harness/archive"
	"github.com/twinstack/twinstack/harness/ledger"
)

// data is what the page's script reads, besides the ladders.
type data struct {
	IUTs         []string             `json:"iuts"`
	Green        []string             `json:"green"` // statuses
	Cases        []dataCase           `json:"cases"`
	Rows         []archive.LedgerRow  `json:"rows"`
	Divergences  []archive.Divergence `json:"divergences"`
	Requirements []dataRequirement    `json:"requirements"`
	Transitions  []archive.Transition `json:"transitions"`
	Causes       []archive.Cause      `json:"causes"` // of the matrix
}

// dataCase is an archive.Case without what stands in its ladders.
type dataCase struct {
	ID           string         `json:"id"`
	Title        string         `json:"title"`
	Script       string         `json:"script"`
	Requirements []string       `json:"requirements"`
	Clauses      []string       `json:"clauses"`
	Labels       []string       `json:"labels"`
	Runs         []dataRun      `json:"runs"`
	Comparisons  []dataCompared `json:"comparisons"`
}

type dataRun struct {
	IUT      string            `json:"iut"`
	Family   string            `json:"family"`
	Verdict  string            `json:"verdict"`
	Failures []archive.Failure `json:"failures,omitempty"`
	Reason   string            `json:"reason,omitempty"`
	archive.Judgement
}

type dataCompared struct {
	IUT         string `json:"iut"`
	With        string `json:"with"`
	Family      string `json:"family"`
	Differences int    `json:"differences"`
	NotCompared string `json:"not_compared,omitempty"`
	archive.Judgement
}

type dataRequirement struct {
	archive.Requirement
	RFC        string `json:"rfc"`
	CanBeShown bool   `json:"can"`
}

func dataOf(f *archive.File) *data {
	d := &data{Green: []string{ledger.Clean.String(), ledger.AsRecorded.String()}, Cases: []dataCase{}, Rows: f.Ledger,
		Divergences: f.Divergences, Requirements: []dataRequirement{}, Transitions: f.Transitions, Causes: []archive.Cause{}}
	for _, i := range f.IUTs {
		d.IUTs = append(d.IUTs, i.Name)
	}
	for _, c := range f.Cases {
		o := dataCase{ID: c.ID, Title: c.Title, Script: c.Script, Requirements: c.Requirements, Clauses: c.Clauses, Labels: c.Labels,
			Runs: []dataRun{}, Comparisons: []dataCompared{}}
		for _, r := range c.Runs {
			o.Runs = append(o.Runs, dataRun{r.IUT, r.Family, r.Verdict, r.Failures, r.Reason, r.Judgement})
		}
		for _, r := range c.Comparisons {
			o.Comparisons = append(o.Comparisons, dataCompared{r.IUT, r.With, r.Family, len(r.Differences), r.NotCompared, r.Judgement})
		}
		d.Cases = append(d.Cases, o)
	}
	for _, r := range f.Requirements {
		d.Requirements = append(d.Requirements, dataRequirement{r, rfcOf(r.Clause), testable(&r)})
	}
	if f.Matrix != nil {
		d.Causes = f.Matrix.Causes
	}
	return d
}

// class is how many divergences of a class an IUT shows.
type class struct {
	IUT, Class  string // Class is "" for what no row speaks of
	Divergences int
	Cases       int // with one of them
	Matrix      int // cases of the matrix
}

// classes count the divergences: by IUT, then as reports show classes.
func classes(f *archive.File) []class {
	var all []class
	cases := map[[3]string]bool{}
	for _, d := range f.Divergences {
		at := slices.IndexFunc(all, func(c class) bool { return c.IUT == d.IUT && c.Class == d.Class })
		if at < 0 {
			at = len(all)
			all = append(all, class{IUT: d.IUT, Class: d.Class})
		}
		all[at].Divergences++
		all[at].Matrix += d.Matrix
		for _, id := range d.Cases {
			if k := [3]string{d.IUT, d.Class, id}; !cases[k] {
				cases[k] = true
				all[at].Cases++
			}
		}
	}
	slices.SortStableFunc(all, func(a, b class) int {
		return cmp.Or(cmp.Compare(a.IUT, b.IUT), cmp.Compare(rank(a.Class), rank(b.Class)))
	})
	return all
}

// rank puts what no row speaks of first.
func rank(class string) int {
	if class == "" {
		return -1
	}
	return ledger.Class(class).Rank()
}
