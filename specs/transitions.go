package specs

import (
	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"github.com/twinstack/twinstack/harness/results"
	"github.com/twinstack/twinstack/harness/trace"
	"github.com/twinstack/twinstack/harness/transitions"
)

// judgesTransitions says whether all fixtures are run: fewer do not go along every arrow.
func (s *Suite) judgesTransitions() bool {
	return s.options.Transitions && s.options.Topics == nil && len(s.cells) == s.planned
}

// transitions says which arrows of the state diagram each IUT goes along, once, and makes the runs that it needs for
// that: all of them.
func (s *Suite) transitions() []results.Transition {
	s.covering.Do(func() {
		var iuts []string
		for _, i := range s.options.IUTs {
			iuts = append(iuts, i.Name())
		}
		var traces []*trace.Trace
		for _, c := range s.cells {
			if t := s.record(c).Result.Trace; t != nil {
				traces = append(traces, t)
			}
		}
		for _, o := range transitions.Cover(iuts, traces) {
			finding := s.options.Ledger.JudgeTransition(o.IUT, o.Arrow.ID(), o.How == transitions.Taken, o.Instead)
			s.coverage = append(s.coverage, results.Transition{Outcome: o, Finding: finding})
		}
	})
	return s.coverage
}

// describeTransitions lays out a spec for each arrow on each IUT.
func (s *Suite) describeTransitions() {
	ginkgo.Describe("transitions", func() {
		arrows := transitions.Arrows()
		for n, i := range s.options.IUTs {
			for m, a := range arrows {
				ginkgo.It(a.String()+" on "+i.Name(), Decorate(Label{OnIUT, i.Name()}, Label{State, a.From.String()}, Label{State, a.To.String()}), func() {
					finding := s.transitions()[n*len(arrows)+m].Finding
					gomega.Expect(finding).To(beAsRecorded())
					note(finding)
				})
			}
		}
	})
}
