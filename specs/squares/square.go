package squares

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/matrix"
	"github.com/twinstack/twinstack/harness/matrix/causes"
	"github.com/twinstack/twinstack/harness/trace"
)

// coordinates name a square: where on the matrix of an IUT it lies.
type coordinates struct {
	iut   string
	state trace.State
	event string // group and column: "flags FA", "ICMP unreachable 4"
}

// square is the cases of one state and one event on one IUT.
type square struct {
	coordinates
	cases     int
	mistakes  []*mistake
	notJudged []*reason // inconclusive cases, by their reason
	broken    []*reason // cases that could not be played or judged
}

// mistake is a root cause, as far as the square shows it.
type mistake struct {
	cause *causes.Judged
	here  *causes.Group // of the cases of the square alone
}

// reason is why nothing can be said of some cases.
type reason struct {
	text  string
	first string // the id of the first case
	cases int
}

func at(b *matrix.Block, i int) coordinates {
	group, column, _ := matrix.Square(b.Events[i])
	return coordinates{b.IUT.Name(), b.State(), group + " " + column}
}

// squaresOf are the squares of a matrix that was played: by IUT, state, and event as they come.
func squaresOf(m *matrix.Matrix, judged []causes.Judged) (all []*square) {
	known := map[coordinates]*square{}
	for _, b := range m.Blocks {
		for i := range b.Results {
			where := at(b, i)
			s := known[where]
			if s == nil {
				s = &square{coordinates: where}
				known[where] = s
				all = append(all, s)
			}
			s.cases++
			switch r := &b.Results[i]; r.Verdict() {
			case matrix.Inconclusive:
				s.notJudged = count(s.notJudged, r.Finding.Reason, b.Case(i))
			case matrix.Broken:
				s.broken = count(s.broken, r.Finding.Reason, b.Case(i))
			}
		}
	}
	for i := range judged {
		if j := &judged[i]; j.Group != nil {
			for _, m := range j.Group.Members {
				known[at(m.Block, m.Index)].add(j, m)
			}
		}
	}
	order := map[string]int{}
	for n, i := range m.Options().IUTs {
		order[i.Name()] = n
	}
	slices.SortStableFunc(all, func(a, b *square) int {
		return cmp.Or(cmp.Compare(order[a.iut], order[b.iut]), cmp.Compare(a.state, b.state))
	})
	return all
}

// count counts a case under its reason.
func count(all []*reason, text string, c matrix.Case) []*reason {
	for _, r := range all {
		if r.text == text {
			r.cases++
			return all
		}
	}
	return append(all, &reason{text, c.ID(), 1})
}

// add adds a case of a root cause. The causes come one after the other. The example is that of the cause, if it lies here.
func (s *square) add(j *causes.Judged, m causes.Member) {
	if n := len(s.mistakes); n == 0 || s.mistakes[n-1].cause != j {
		g := *j.Group
		g.Members, g.Example = nil, m
		s.mistakes = append(s.mistakes, &mistake{j, &g})
	}
	g := s.mistakes[len(s.mistakes)-1].here
	g.Members = append(g.Members, m)
	if m == j.Group.Example {
		g.Example = m
	}
}

// unrecorded are the mistakes that no row of the ledger speaks of.
func (s *square) unrecorded() (all []*mistake) {
	for _, m := range s.mistakes {
		if !m.cause.Green() {
			all = append(all, m)
		}
	}
	return all
}

// untold says that nothing can be said of any of the cases.
func (s *square) untold() bool {
	n := 0
	for _, r := range s.notJudged {
		n += r.cases
	}
	return n == s.cases
}

// wrong says what is not as recorded; "" where all is.
func (s *square) wrong() string {
	var out strings.Builder
	n := 0
	for _, m := range s.unrecorded() {
		n += len(m.here.Members)
		m.write(&out)
	}
	for _, r := range s.broken {
		n += r.cases
		fmt.Fprintf(&out, "\n%d cases in error: %s\n    %s\n", r.cases, r.text, show(r.first))
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%d of %d cases are not as recorded\n%s", n, s.cases, &out)
}

func (m *mistake) write(out *strings.Builder) {
	g := m.here
	by := ""
	if g.Clause != "" {
		by = strings.TrimRight(fmt.Sprintf(" (%s %s", g.Clause, g.Level), " ") + ")"
	}
	expected, got := g.Short()
	fmt.Fprintf(out, "\n%s, %v%s: %d cases\n    %s, line %d: expected %s, got %s\n    %s\n", g.Mistake, g.Verdict, by, len(g.Members),
		g.Example.Case().ID(), g.Example.Result().Finding.Line, expected, got, show(g.Example.Case().ID()))
}

// show is the command line that shows a case step by step. It works in any module that requires this one.
func show(id string) string {
	return fmt.Sprintf("go run github.com/twinstack/twinstack/ci matrix --show '%s'", id)
}

// recorded is what the ledger has of the square: row, class and clause of each mistake in it.
func (s *square) recorded() (all []string) {
	for _, m := range s.mistakes {
		if m.cause.Status == ledger.AsRecorded {
			r := m.cause.Row
			all = append(all, fmt.Sprintf("%d cases: %s (%s, %s): %s", len(m.here.Members), r.ID, r.Class, r.Clause, m.here.Mistake))
		}
	}
	return all
}
