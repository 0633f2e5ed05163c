package report

import (
	"fmt"
	"io"
	"slices"

	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/matrix"
	"github.com/twinstack/twinstack/harness/matrix/causes"
)

// MatrixCauses writes the root causes in the matrix: first what is not as recorded, kind by kind, each in two lines, then those on
// record, each in one, and a line that says how it stands.
func MatrixCauses(w io.Writer, all []causes.Judged, p Paint) {
	for status := ledger.Unrecorded; status < ledger.Statuses; status++ {
		for i := range all {
			if all[i].Status == status {
				writeRed(w, &all[i], p)
			}
		}
	}
	green := slices.DeleteFunc(slices.Clone(all), func(j causes.Judged) bool { return !j.Green() })
	slices.SortStableFunc(green, func(a, b causes.Judged) int { return a.Row.Class.Rank() - b.Row.Class.Rank() })
	for i := range green {
		j := &green[i]
		fmt.Fprintf(w, "%7d  %s (%s)  %s\n", len(j.Group.Members), p.Bold(j.Row.ID), j.Row.Class, j.Mistake)
	}
	var found [ledger.Statuses]int
	rows := map[*ledger.Row]bool{}
	cases, groups := matrixCounts(all, &found, rows)
	done := fmt.Sprintf("%d cases of %d root causes, %d ledger rows seen", cases, groups, len(rows))
	if what := counts(found); what != "" {
		fmt.Fprintf(w, "%s: %s; %s\n", p.Red("not as recorded"), what, done)
		return
	}
	fmt.Fprintf(w, "%s: %s\n", p.Green("as recorded"), done)
}

// matrixCounts counts the cases and the root causes that there are, adds to the findings of each status, and notes the rows that
// were seen.
func matrixCounts(all []causes.Judged, found *[ledger.Statuses]int, rows map[*ledger.Row]bool) (cases, groups int) {
	for i := range all {
		j := &all[i]
		found[j.Status]++
		if j.Green() {
			rows[j.Row] = true
		}
		if j.Group != nil {
			groups++
			cases += len(j.Group.Members)
		}
	}
	return cases, groups
}

// writeRed writes what is not as recorded: a cause that no row speaks of, with its smallest case, or a row's entry that nothing
// shows, or that is one too many.
func writeRed(w io.Writer, j *causes.Judged, p Paint) {
	g := j.Group
	if g == nil {
		why := j.Why
		if why == "" {
			why = "no case of the matrix shows it"
		}
		fmt.Fprintf(w, "%s  %s %v: %s\n         %s: %s\n", p.Red(j.Place), j.IUT, j.Status, j.Mistake, j.Row.ID, why)
		return
	}
	what := j.Status.String()
	if g.Verdict == matrix.NonStrict {
		what += ", non-strict"
	}
	expected, got := g.Short()
	fmt.Fprintf(w, "%7d  %s  %s: %s  %s %s\n         %s: expected %s, got %s\n", len(g.Members), p.Red(j.IUT), what, j.Mistake,
		g.Clause, g.Level, g.Example.Case().ID(), expected, got)
}
