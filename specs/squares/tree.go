package squares

import (
	"fmt"
	"strings"

	"github.com/onsi/ginkgo/v2"

	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/matrix"
	"github.com/twinstack/twinstack/harness/report"
	"github.com/twinstack/twinstack/specs"
)

// describe lays the tree of specs out: IUT, state, event, and two about the matrix as a whole.
func (s *suite) describe() {
	ginkgo.It("every case is played and judged", s.judgePlayed)
	ginkgo.It("all that the ledger has of the matrix is seen", s.judgeSeen)
	rest := s.squares
	for len(rest) > 0 {
		first, n := rest[0], 0
		for n < len(rest) && rest[n].iut == first.iut && rest[n].state == first.state {
			n++
		}
		row := rest[:n]
		rest = rest[n:]
		ginkgo.Describe(first.iut+" in "+first.state.String(), specs.Decorate(specs.Label{Kind: specs.OnIUT, Name: first.iut},
			specs.Label{Kind: specs.State, Name: first.state.String()}), func() {
			for _, q := range row {
				ginkgo.It(q.event, specs.Decorate(specs.Label{Kind: specs.Event, Name: q.event}), func() { s.judge(q) })
			}
		})
	}
}

// judge is the spec of one square. Where nothing can be said of any of its cases it is skipped, with the reasons.
func (s *suite) judge(q *square) {
	for _, r := range q.notJudged {
		note("not judged", fmt.Sprintf("%d cases: %s", r.cases, r.text))
	}
	for _, r := range q.recorded() {
		note("as recorded", r)
	}
	if wrong := q.wrong(); wrong != "" {
		s.showExamples(q)
		ginkgo.Fail(wrong)
	}
	if q.untold() {
		ginkgo.Skip("none of its cases can be judged: " + q.notJudged[0].text)
	}
}

// showExamples plays the smallest case of a root cause that is not recorded once more, if it lies in the square, and prints
// what the IUT did: so each is told once, and on stacks that no command line knows.
func (s *suite) showExamples(q *square) {
	for _, m := range q.unrecorded() {
		e := m.here.Example
		if e != m.cause.Group.Example {
			continue
		}
		r, lines, t := s.matrix.Replay(e.Block, e.Index)
		var text strings.Builder
		report.MatrixCase(&text, e.Case(), q.iut, lines, t, nil, r, false)
		note("the smallest case of "+m.here.Mistake.String(), text.String())
	}
}

// judgePlayed says that no case was in error, and that somebody gets along every entry path.
func (s *suite) judgePlayed() {
	var wrong strings.Builder
	for _, text := range s.lost() {
		fmt.Fprintf(&wrong, "no IUT gets along %s\n", text)
	}
	for _, i := range s.matrix.Summaries() {
		if n := i.Total().Verdicts[matrix.Broken]; n > 0 {
			fmt.Fprintf(&wrong, "%d cases in error on %s\n", n, i.IUT)
		}
	}
	if wrong.Len() > 0 {
		ginkgo.Fail(wrong.String())
	}
}

// judgeSeen says that no entry of the ledger is one too many, and that none has vanished. Only all cases together show every one.
func (s *suite) judgeSeen() {
	var wrong strings.Builder
	for _, j := range s.judged {
		switch j.Status {
		case ledger.Vanished:
			fmt.Fprintf(&wrong, "%s: %s on %s: %s: %s\n", j.Place, j.Row.ID, j.IUT, j.Status, j.Mistake)
		case ledger.Removed:
			fmt.Fprintf(&wrong, "%s: %s on %s: %s: %s: %s\n", j.Place, j.Row.ID, j.IUT, j.Status, j.Mistake, j.Why)
		}
	}
	if wrong.Len() > 0 {
		ginkgo.Fail(wrong.String())
	}
	if !s.everything {
		ginkgo.Skip("only the whole matrix shows all that is recorded")
	}
}

func note(name, text string) {
	ginkgo.AddReportEntry(name, text, ginkgo.ReportEntryVisibilityFailureOrVerbose)
}
