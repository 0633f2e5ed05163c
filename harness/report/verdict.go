package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/matrix/causes"
	"github.com/twinstack/twinstack/harness/results"
)

// Verdict says in a line how a suite stands, and then, kind by kind, what is not as recorded: the case, its clause, what is on
// record, what came, and what the other IUT does.
func Verdict(w io.Writer, s *results.Suite, p Paint) { VerdictWithMatrix(w, s, nil, p) }

// VerdictWithMatrix is Verdict on a suite and a matrix together; without any causes on the suite alone.
func VerdictWithMatrix(w io.Writer, s *results.Suite, all []causes.Judged, p Paint) {
	head := headline(s, all, p)
	fmt.Fprintln(w, head)
	red := group(s.Red())
	order := map[string]int{} // of the cases
	for _, f := range s.Findings {
		if _, ok := order[f.Case]; !ok {
			order[f.Case] = len(order)
		}
	}
	slices.SortStableFunc(red, func(a, b *grouped) int { return order[a.Case] - order[b.Case] })
	shown := 0
	for status := ledger.Unrecorded; status < ledger.Statuses; status++ {
		n := 0
		for _, g := range red {
			if g.Status == status {
				n += len(g.families)
			}
		}
		for i := range all {
			if all[i].Status == status {
				n++
			}
		}
		if n == 0 {
			continue
		}
		fmt.Fprintf(w, "\n%s\n", p.Bold(fmt.Sprintf("%v: %d", status, n)))
		for _, g := range red {
			if g.Status == status {
				g.write(w, s, p)
				shown++
			}
		}
		for i := range all {
			if all[i].Status == status {
				writeRed(w, &all[i], p)
				shown++
			}
		}
	}
	const screen = 6 // findings: more of them, and the first line is out of sight
	if shown > screen {
		fmt.Fprintf(w, "\n%s\n", head)
	}
}

// headline is how a suite and a matrix stand, in a line.
func headline(s *results.Suite, all []causes.Judged, p Paint) string {
	var found [ledger.Statuses]int
	rows := map[*ledger.Row]bool{}
	for _, f := range s.Findings {
		found[f.Status]++
	}
	for _, c := range s.Causes() {
		rows[c.Row] = true
	}
	cases, groups := matrixCounts(all, &found, rows)
	done := s.Tally().Played() + ", "
	if all != nil {
		done += fmt.Sprintf("%d cases of the matrix by %d root causes, ", cases, groups)
	}
	done += fmt.Sprintf("%d ledger rows seen", len(rows))
	what := counts(found)
	switch {
	case !s.Complete():
		if what == "" {
			what = "nothing that is not as recorded"
		}
		return fmt.Sprintf("%s: %d of %d runs; %s", p.Red("stopped"), len(s.Runs), s.Planned, what)
	case what != "":
		return fmt.Sprintf("%s: %s; %s", p.Red("not as recorded"), what, done)
	}
	return fmt.Sprintf("%s: %s", p.Green("as recorded"), done)
}

// counts is how many findings of each red status there are: "2 new, 1 vanished"; "" where there is none.
func counts(found [ledger.Statuses]int) string {
	var parts []string
	for status := ledger.Unrecorded; status < ledger.Statuses; status++ {
		if n := found[status]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %v", n, status))
		}
	}
	return strings.Join(parts, ", ")
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
			return g.Case == f.Case && g.IUT == f.IUT && g.With == f.With && g.Status == f.Status && g.Place == f.Place &&
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

// write says where and by which clause, then what is on record, what came, and of a run what the others did. The clauses are
// the case's own, for what no row of the ledger speaks of.
func (g *grouped) write(w io.Writer, s *results.Suite, p Paint) {
	var rows []string
	for _, r := range g.Rows {
		rows = append(rows, fmt.Sprintf("%s (%s)", r.Clause, r.ID))
	}
	by := strings.Join(rows, ", ")
	if by == "" {
		by = strings.Join(s.Clauses[g.Case], ", ")
	}
	if g.Place != "" {
		what := g.IUT
		if g.Case != "" {
			what = g.Case + " on " + g.on()
		}
		fmt.Fprintf(w, "%s  %s  %s\n", p.Red(g.Place), what, by)
		lines(w, "on record:", g.Expected)
		lines(w, "now:", g.Got)
		return
	}
	fmt.Fprintf(w, "%s  %s  %s\n", p.Red(g.Case), g.on(), by)
	lines(w, "on record:", g.orNone(g.Expected))
	lines(w, "now:", g.orNone(g.Got))
	for _, r := range s.Runs {
		if g.With == "" && r.Case == g.Case && r.Family == g.Family && r.IUT != g.IUT {
			lines(w, r.IUT+":", g.orNone(texts(ledger.Outcome(r.Result))))
		}
	}
}

// on is the IUT, or both that are compared, and the families.
func (g *grouped) on() string {
	on := g.IUT
	if g.With != "" {
		on = g.With + " and " + g.IUT
	}
	if g.Family != "" {
		on += " over " + strings.Join(g.families, ", ")
	}
	return on
}

// most is how many texts of one kind are told of a finding; traces.txt has them all.
const most = 4

// lines writes texts below each other, behind what they are.
func lines(w io.Writer, what string, texts []string) {
	for i, text := range texts {
		if i == most && len(texts) > most+1 {
			fmt.Fprintf(w, "    %-10s … and %d more\n", "", len(texts)-most)
			return
		}
		fmt.Fprintf(w, "    %-10s %s\n", what, text)
		what = ""
	}
}

func texts(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

func (g *grouped) orNone(texts []string) []string {
	switch {
	case len(texts) > 0:
		return texts
	case g.With == "":
		return []string{"pass"}
	case g.Status == ledger.Unrecorded:
		return []string{"no such difference"}
	}
	return []string{"nothing else"}
}
