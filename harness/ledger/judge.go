package ledger

import (
	"fmt"
	"slices"

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
	Unrecorded               // a failure, a difference or a lack that no row speaks of
	Passes                   // recorded as failing, and passes
	Changed                  // fails or differs otherwise than recorded
	Vanished                 // a recorded difference is no more
	Broken                   // an error or an inconclusive run: nothing can be said
)

// String is the status in words.
func (s Status) String() string {
	return [...]string{"clean", "as recorded", "not recorded", "passes though recorded", "fails otherwise than recorded",
		"vanished though recorded", "could not be judged"}[s]
}

// Finding is the judgement on one run, one comparison, one live pair or one transition, which has no family.
type Finding struct {
	Key
	With     string // of a comparison; "" for a run and for a live pair
	Row      Key    // of a live pair: what a row that speaks of it would name; zero if that cannot be said
	Status   Status
	Rows     []*Row   // that speak of it, in the order of the ledger
	Expected []string // as recorded, as far as it did not happen; of a green finding, all that is recorded
	Got      []string // as it happened, as far as it is not recorded; of a green finding, all that happened
}

// Green says that everything is as recorded.
func (f Finding) Green() bool { return f.Status <= AsRecorded }

// String names the run, the comparison or the transition.
func (f Finding) String() string {
	if f.Family == "" {
		return fmt.Sprintf("%s on %s", f.Case, f.IUT)
	}
	if f.With != "" {
		return fmt.Sprintf("%s on %s: %s and %s", f.Case, f.Family, f.With, f.IUT)
	}
	return fmt.Sprintf("%s on %s: %s", f.Case, f.Family, f.IUT)
}

// Judge judges runs and comparisons, in the order given.
func (l *Ledger) Judge(runs []Run, comparisons []Comparison) []Finding {
	var findings []Finding
	for _, r := range runs {
		findings = append(findings, l.JudgeRun(r))
	}
	for _, c := range comparisons {
		findings = append(findings, l.JudgeComparison(c))
	}
	return findings
}

// JudgeRun judges the verdict of one run.
func (l *Ledger) JudgeRun(r Run) Finding {
	f := Finding{Key: r.Key}
	recorded := ""
	for _, row := range l.Rows {
		for _, e := range row.Cases {
			if row.IUT != r.IUT || !e.covers(r.Case, r.Family) || e.Fails == "" && e.Unsupported == "" {
				continue
			}
			f.Rows = append(f.Rows, row)
			recorded = e.Fails
			if e.Unsupported != "" {
				recorded = "unsupported: " + e.Unsupported
			}
			f.Expected = append(f.Expected, recorded)
		}
	}
	got := outcome(r.Result)
	if got != "" {
		f.Got = []string{got}
	}
	switch v := r.Result.Verdict; {
	case v == trace.Error || v == trace.Inconclusive:
		f.Status = Broken
	case got == "" && recorded == "":
		f.Status = Clean
	case got == recorded:
		f.Status = AsRecorded
	case recorded == "":
		f.Status = Unrecorded
	case got == "":
		f.Status = Passes
	default:
		f.Status = Changed
	}
	return f
}

// The cases of the textbook's walk-through, live between two IUTs. Live names it as a whole; a row speaks of what one
// IUT does in it, as the client or as the server, whoever is on the other side.
const (
	Live         = "textbook/live"
	LiveAsClient = "textbook/live-as-client"
	LiveAsServer = "textbook/live-as-server"
)

// JudgeLive judges the walk-through of two IUTs by the first thing that was not as the textbook has it; wrong is empty
// where all was.
func (l *Ledger) JudgeLive(client, server, family string, wrong []string) Finding {
	f := Finding{Key: Key{Live, family, client + " to " + server}, Got: wrong}
	for _, row := range l.Rows {
		for _, e := range row.Cases {
			if row.IUT == client && e.covers(LiveAsClient, family) || row.IUT == server && e.covers(LiveAsServer, family) {
				f.Rows, f.Expected = append(f.Rows, row), append(f.Expected, e.Fails)
			}
		}
	}
	switch {
	case len(wrong) == 0 && len(f.Rows) == 0:
		f.Status = Clean
	case len(wrong) == 0:
		f.Status = Passes
	case slices.Contains(f.Expected, wrong[0]):
		f.Status = AsRecorded
	case len(f.Rows) == 0:
		f.Status = Unrecorded
	default:
		f.Status = Changed
	}
	return f
}

// outcome is the text of a verdict as a ledger records it; "" for pass.
func outcome(r *trace.Result) string {
	switch {
	case r.Verdict == trace.Pass:
		return ""
	case r.Verdict == trace.Fail && len(r.Failures) > 0:
		return r.Failures[0].String()
	}
	return r.Verdict.String() + ": " + r.Reason
}

// JudgeComparison judges the differences of one comparison. Several rows may each account for some of them: first those
// whose text is recorded, then those that a row is like.
func (l *Ledger) JudgeComparison(c Comparison) Finding {
	f := Finding{Key: c.Key, With: c.With}
	var recorded []string
	var like []*Row
	unsupported := false
	for _, row := range l.Rows {
		for _, e := range row.Cases {
			if row.IUT != c.IUT && row.IUT != c.With || !e.covers(c.Case, c.Family) {
				continue
			}
			here := row.IUT == c.IUT && len(e.Differs) > 0
			recorded = append(recorded, e.Differs...)
			if row.IUT == c.IUT && row.Like != nil {
				like, here = append(like, row), true
			}
			if e.Unsupported != "" {
				unsupported, here = true, true
			}
			if here && !slices.Contains(f.Rows, row) {
				f.Rows = append(f.Rows, row)
			}
		}
	}
	gone, fresh := apart(recorded, c.Differences)
	for _, row := range like {
		left := slices.DeleteFunc(slices.Clone(fresh), row.Like.MatchString)
		if len(left) == len(fresh) {
			gone = append(gone, "like "+row.Like.String())
		}
		fresh = left
	}
	f.Expected, f.Got = gone, fresh
	switch {
	case c.NotCompared != "":
		f.Status, f.Expected, f.Got = Broken, recorded, []string{c.NotCompared}
		if unsupported && len(recorded) == 0 {
			f.Status = AsRecorded
		}
	case len(gone) == 0 && len(fresh) == 0:
		f.Expected, f.Got = recorded, c.Differences
		f.Status = AsRecorded
		if len(f.Rows) == 0 {
			f.Status = Clean
		}
	case len(f.Rows) == 0:
		f.Status = Unrecorded
	case len(c.Differences) == 0:
		f.Status = Vanished
	default:
		f.Status = Changed
	}
	return f
}

// apart gives what is in a and not in b, and the other way round. A text that comes twice counts twice.
func apart(a, b []string) (onlyA, onlyB []string) {
	count := map[string]int{}
	for _, s := range b {
		count[s]++
	}
	for _, s := range a {
		if count[s] > 0 {
			count[s]--
		} else {
			onlyA = append(onlyA, s)
		}
	}
	// What is left over in count was not used up by a; the last of equal texts are the ones left over.
	for i := len(b) - 1; i >= 0; i-- {
		if count[b[i]] > 0 {
			count[b[i]]--
			onlyB = append([]string{b[i]}, onlyB...)
		}
	}
	return onlyA, onlyB
}
