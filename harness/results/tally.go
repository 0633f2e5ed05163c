package results

import (
	"fmt"

	"github.com/twinstack/twinstack/harness/archive"
	"github.com/twinstack/twinstack/harness/ledger"
)

// Tally is the line that a run ends with, as numbers.
type Tally struct {
	Runs, All   int // made; of all fixtures
	Comparisons int
	Rows        int                  // of the ledger that were seen
	Found       [ledger.Statuses]int // findings and root causes of the matrix by status
}

// Red is how many are not as recorded.
func (t Tally) Red() (n int) {
	for s := ledger.Clean; s < ledger.Statuses; s++ {
		if !s.Green() {
			n += t.Found[s]
		}
	}
	return n
}

// Played is "1608 runs, 804 comparisons", or "804 of 1608 runs, …".
func (t Tally) Played() string {
	of := ""
	if t.Runs < t.All {
		of = fmt.Sprintf(" of %d", t.All)
	}
	return fmt.Sprintf("%d%s runs, %d comparisons", t.Runs, of, t.Comparisons)
}

// String is Played and "73 ledger rows seen".
func (t Tally) String() string { return fmt.Sprintf("%s, %d ledger rows seen", t.Played(), t.Rows) }

// Tally counts a suite.
func (s *Suite) Tally() Tally {
	t := Tally{Runs: len(s.Runs), All: max(s.All, len(s.Runs)), Comparisons: len(s.Comparisons), Rows: len(s.Causes())}
	for _, f := range s.Findings {
		t.Found[f.Status]++
	}
	return t
}

// TallyOf counts a file.
func TallyOf(f *archive.File) Tally {
	t := Tally{All: f.Planned}
	rows := map[string]bool{}
	take := func(j archive.Judgement) {
		t.Found[severity(j.Status)]++
		if j.Status == ledger.AsRecorded.String() {
			for _, id := range j.Rows {
				rows[id] = true
			}
		}
	}
	for i := range f.Cases {
		c := &f.Cases[i]
		t.Runs += len(c.Runs)
		t.Comparisons += len(c.Comparisons)
		for _, r := range c.Runs {
			take(r.Judgement)
		}
		for _, d := range c.Comparisons {
			take(d.Judgement)
		}
	}
	for _, l := range f.Live {
		if l.NotPlayed == "" {
			take(l.Judgement)
		}
	}
	t.Rows = len(rows) // a row that speaks of a transition is seen in the cases of it
	for _, x := range f.Transitions {
		take(x.Judgement)
	}
	for _, e := range f.Entries {
		if !archive.Green(e.Status) {
			take(archive.Judgement{Status: e.Status})
		}
	}
	if f.Matrix != nil {
		for _, c := range f.Matrix.Causes {
			take(archive.Judgement{Status: c.Status})
		}
	}
	return t
}
