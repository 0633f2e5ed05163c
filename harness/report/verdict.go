package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/results"
)

// Verdict writes everything that is not as recorded, each in two lines, and then one line that says how it stands.
func Verdict(w io.Writer, s *results.Suite, p Paint) {
	red := s.Red()
	for _, g := range group(red) {
		g.write(w, s.Clauses[g.Case], p)
	}
	done := s.Tally()
	switch {
	case !s.Complete():
		fmt.Fprintf(w, "%s: %d of %d runs, %d not as recorded\n", p.Red("stopped"), len(s.Runs), s.Planned, len(red))
	case len(red) > 0:
		fmt.Fprintf(w, "%s: %s; %d not as recorded\n", p.Red("not as recorded"), done, len(red))
	default:
		fmt.Fprintf(w, "%s: %s\n", p.Green("as recorded"), done)
	}
}

// grouped is a finding that reads the same on each of the families.
type grouped struct {
	ledger.Finding
	families []string
}

// group joins findings that differ in nothing but the family, in the order of the first of them.
func group(findings []ledger.Finding) []*grouped {
	var groups []*grouped
	for _, f := range findings {
		same := slices.IndexFunc(groups, func(g *grouped) bool {
			return g.Case == f.Case && g.IUT == f.IUT && g.With == f.With && g.Status == f.Status &&
				slices.Equal(g.Rows, f.Rows) && slices.Equal(g.Expected, f.Expected) && slices.Equal(g.Got, f.Got)
		})
		if same >= 0 {
			groups[same].families = append(groups[same].families, f.Family)
		} else {
			groups = append(groups, &grouped{f, []string{f.Family}})
		}
	}
	return groups
}

// write says where and by which clause, then what is on record and what came. The clauses are the case's own, for what
// no row of the ledger speaks of.
func (g *grouped) write(w io.Writer, clauses []string, p Paint) {
	by := strings.Join(clauses, ", ")
	if len(g.Rows) > 0 {
		var names []string
		for _, r := range g.Rows {
			names = append(names, fmt.Sprintf("%s (%s)", r.Clause, r.ID))
		}
		by = strings.Join(names, ", ")
	}
	on := g.IUT
	if g.With != "" {
		on = g.With + " and " + g.IUT
	}
	if g.Family != "" {
		on += " over " + strings.Join(g.families, ", ")
	}
	fmt.Fprintf(w, "%s  %s  %s  %s\n", p.Red(g.Case), on, g.Status, by)
	fmt.Fprintf(w, "    on record: %s; now: %s\n", g.orNone(g.Expected), g.orNone(g.Got))
}

func (g *grouped) orNone(texts []string) string {
	switch {
	case len(texts) > 0:
		return strings.Join(texts, " | ")
	case g.With == "":
		return "pass"
	}
	return "no difference"
}
