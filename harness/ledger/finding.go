package ledger

import (
	"fmt"

	"github.com/twinstack/twinstack/harness/trace"
)

// Key names one run: a case on an IUT and a family.
type Key struct {
	Case, Family, IUT string
}

// Run is what came of a case on an IUT and a family.
type Run struct {
	Key
	Result *trace.Result
}

// Comparison is what sets a run of Key.IUT apart from the same run of With.
type Comparison struct {
	Key
	With        string
	Differences []string // compare.Difference.Text
	NotCompared string   // why the two could not be held against each other; "" where they were
}

// Status says how a result stands to the ledger.
type Status uint8

// The statuses. The first two are green, all others red.
const (
	Clean      Status = iota // nothing is recorded and nothing happened
	AsRecorded               // what happened is what is recorded
	Unrecorded               // new: a failure, a difference or a lack that no row speaks of
	Changed                  // fails or differs otherwise than recorded
	Passes                   // recorded as failing, or as not taken, and passes
	Vanished                 // what is recorded is not there, and nothing else in its place
	Removed                  // an entry of the ledger that speaks of what is no more, or of what another entry has already
	Unfinished               // a row of the ledger with a TODO
	Broken                   // an error or an inconclusive run: nothing can be said
	Statuses                 // how many there are
)

// String is the status in words.
func (s Status) String() string {
	return [...]string{"clean", "as recorded", "new", "changed", "unexpectedly passing", "vanished", "removed", "to be filled in",
		"could not be judged"}[s]
}

// Green says that everything is as recorded.
func (s Status) Green() bool { return s <= AsRecorded }

// Finding is the judgement on one run, one comparison, one live pair, one transition, which has no family, or on a row or
// an entry of the ledger itself, which has a place.
type Finding struct {
	Key
	With     string // of a comparison; "" for all others
	Row      Key    // of a live pair: what a row that speaks of it would name; zero if that cannot be said
	Status   Status
	Rows     []*Row   // that speak of it, in the order of the ledger; of a red one those that are wrong about it
	Expected []string // as recorded, as far as it did not happen; of a green finding, all that is recorded
	Got      []string // as it happened, as far as it is not recorded; of a green finding, all that happened
	Place    string   // in the ledger, "ci/ledger.yaml:12:3", of what is wrong with the ledger itself; "" for all others

	pos   Pos      // Place without the file's name
	shows []*Entry // patterns that account for it
}

// Green says that everything is as recorded.
func (f Finding) Green() bool { return f.Status.Green() }

// String names the run, the comparison, the transition, or the place in the ledger and what stands there.
func (f Finding) String() string {
	switch {
	case f.Place != "" && f.Case == "":
		return fmt.Sprintf("%s: %s", f.Place, f.Rows[0].ID)
	case f.Place != "":
		return fmt.Sprintf("%s: %s on %s", f.Place, f.Case, f.IUT)
	case f.Family == "":
		return fmt.Sprintf("%s on %s", f.Case, f.IUT)
	case f.With != "":
		return fmt.Sprintf("%s on %s: %s and %s", f.Case, f.Family, f.With, f.IUT)
	}
	return fmt.Sprintf("%s on %s: %s", f.Case, f.Family, f.IUT)
}

// lacks begins the outcome of a run that the IUT cannot make.
const lacks = "unsupported: "

// Outcome is the text of a verdict as a ledger records it; "" for pass.
func Outcome(r *trace.Result) string {
	switch {
	case r.Verdict == trace.Pass:
		return ""
	case r.Verdict == trace.Fail && len(r.Failures) > 0:
		return r.Failures[0].String()
	}
	return r.Verdict.String() + ": " + r.Reason
}

// likeText is what a row's pattern for differences is called in findings.
func likeText(r *Row) string { return "like " + r.Like.String() }
