package specs

import (
	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"github.com/twinstack/twinstack/harness/ledger"
)

// entries are what is wrong with the ledger itself, whatever the runs give: entries that are one too many, and rows that are to
// be filled in.
func (s *Suite) entries() []ledger.Finding {
	return append(s.options.Ledger.Removed(s.known()), s.options.Ledger.Unfinished()...)
}

// patterns judges the entries that are patterns, once, and makes all runs for that.
func (s *Suite) patterns() []ledger.Finding {
	s.matching.Do(func() {
		for _, c := range s.cells {
			s.record(c)
		}
		for _, p := range s.pairs {
			p.play()
		}
		s.matched = s.options.Ledger.JudgePatterns(s.known(), s.Results().Findings)
	})
	return s.matched
}

// describeLedger lays out a spec for each entry that can be red by itself.
func (s *Suite) describeLedger() {
	for _, f := range s.entries() {
		ginkgo.It(f.String(), func() { gomega.Expect(f).To(beAsRecorded()) })
	}
	for n, f := range s.options.Ledger.Patterns() {
		ginkgo.It(f.String(), func() {
			finding := s.patterns()[n]
			gomega.Expect(finding).To(beAsRecorded())
			note(finding)
		})
	}
}
