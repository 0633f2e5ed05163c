package report

import (
	"fmt"
	"io"
	"slices"

	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/matrix"
	"github.com/twinstack/twinstack/harness/matrix/causes"
)

// MatrixCauses writes the root causes in the matrix: first what is not as recorded, each in two lines, then those on record,
// each in one, and a line that says how it stands.
func MatrixCauses(w io.Writer, all []causes.Judged, p Paint) {
	red, cases := 0, 0
	for i := range all {
		if j := &all[i]; !j.Green() {
			red++
			writeRed(w, j, p)
		}
	}
	rows := map[*ledger.Row]bool{}
	green := slices.DeleteFunc(slices.Clone(all), func(j causes.Judged) bool { return !j.Green() })
	slices.SortStableFunc(green, func(a, b causes.Judged) int { return a.Row.Class.Rank() - b.Row.Class.Rank() })
	for i := range green {
		j := &green[i]
		rows[j.Row] = true
		fmt.Fprintf(w, "%7d  %s (%s)  %s\n", len(j.Group.Members), p.Bold(j.Row.ID), j.Row.Class, j.Mistake)
	}
	groups := 0
	for i := range all {
		if g := all[i].Group; g != nil {
			groups++
			cases += len(g.Members)
		}
	}
	done := fmt.Sprintf("%d cases of %d root causes, %d ledger rows seen", cases, groups, len(rows))
	if red > 0 {
		fmt.Fprintf(w, "%s: %s; %d not as recorded\n", p.Red("not as recorded"), done, red)
		return
	}
	fmt.Fprintf(w, "%s: %s\n", p.Green("as recorded"), done)
}

// writeRed writes what is not as recorded: a cause that no row speaks of, with its smallest case, or a row's entry that nothing
// shows.
func writeRed(w io.Writer, j *causes.Judged, p Paint) {
	g := j.Group
	if g == nil {
		fmt.Fprintf(w, "%7d  %s  %s: %s\n         %s\n", 0, p.Red(j.IUT), j.Status, j.Mistake, j.Row.ID)
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
