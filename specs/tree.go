package specs

import (
	"fmt"
	"io"
	"os"
	"path"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/formatter"
	"github.com/onsi/gomega"
	"github.com/onsi/gomega/gcustom"
	gomegatypes "github.com/onsi/gomega/types"

	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/report"
)

// T is what Ginkgo needs of a test; *testing.T is one.
type T interface {
	Fail()
}

// Specs runs the suite as Ginkgo specs and says whether all were as recorded. Once a process.
func (s *Suite) Specs(t T) bool {
	s.describe()
	return RunTree(t, "twinstack", s.options.Output)
}

// RunTree runs the tree of specs that was laid out before, under a name, and says whether all passed. Once a process. The
// report goes to output; nil is standard output.
func RunTree(t T, name string, output io.Writer) bool {
	gomega.RegisterFailHandler(ginkgo.Fail)
	suite, reporter := ginkgo.GinkgoConfiguration()
	suite.FailOnEmpty = true
	if output != nil {
		formatter.ColorableStdOut = output
	}
	if output != nil || !report.IsTerminal(os.Stdout) {
		reporter.NoColor = true
	}
	return ginkgo.RunSpecs(t, name, suite, reporter)
}

// describe lays the tree of specs out: topic, case, and in it one spec for each IUT and family and one for each comparison.
func (s *Suite) describe() {
	for _, b := range s.Broken {
		ginkgo.It(b.Path+" can be read", func() { gomega.Expect(b.Err).NotTo(gomega.HaveOccurred()) })
	}
	for _, p := range s.pairs {
		ginkgo.It("the textbook, live, "+p.live.String(), Decorate(Label{Topic, "textbook"}, Label{OnIUT, p.live.Client},
			Label{OnIUT, p.live.Server}, Label{Family, p.live.Family}), func() { s.judgePair(p) })
	}
	if s.options.Report != nil {
		ginkgo.ReportAfterSuite("the report as a value", s.options.Report)
	}
	if s.judgesTransitions() {
		s.describeTransitions()
	}
	s.describeLedger()
	byTopic := map[string][]*Case{}
	var topics []string
	for _, c := range s.Cases {
		topic := path.Dir(c.Name)
		if byTopic[topic] == nil {
			topics = append(topics, topic)
		}
		byTopic[topic] = append(byTopic[topic], c)
	}
	for _, topic := range topics {
		ginkgo.Describe(topic, func() {
			for _, c := range byTopic[topic] {
				ginkgo.Describe(path.Base(c.Name)+": "+c.File.Header.Title, Decorate(c.Labels...), func() { s.describeCase(c) })
			}
		})
	}
}

func (s *Suite) describeCase(c *Case) {
	for _, ipv6 := range c.Families {
		family := FamilyName(ipv6)
		for n, i := range s.options.IUTs {
			cell := s.byKey[ledger.Key{Case: c.Name, Family: family, IUT: i.Name()}]
			labels := Decorate(Label{OnIUT, i.Name()}, Label{Family, family})
			ginkgo.It(fmt.Sprintf("on %s over %s", i.Name(), family), labels, func() { s.judgeRun(cell) })
			if n > 0 {
				ginkgo.It(fmt.Sprintf("alike on %s and %s over %s", s.options.IUTs[0].Name(), i.Name(), family), labels,
					func() { s.judgeComparison(cell) })
			}
		}
	}
}

func (s *Suite) judgeRun(c *cell) {
	r := s.record(c)
	s.showOnFailure(c)
	finding := s.options.Ledger.JudgeRun(r.Run)
	gomega.Expect(finding).To(beAsRecorded())
	note(finding)
}

func (s *Suite) judgeComparison(c *cell) {
	comparison := s.compare(c)
	s.showOnFailure(s.reference(c), c)
	finding := s.options.Ledger.JudgeComparison(comparison.Comparison)
	gomega.Expect(finding).To(beAsRecorded())
	note(finding)
}

// showOnFailure prints whole traces where the spec fails.
func (s *Suite) showOnFailure(cells ...*cell) {
	ginkgo.DeferOnFailure(func() {
		for _, c := range cells {
			if t := s.record(c).Result.Trace; t != nil {
				ginkgo.AddReportEntry("trace of "+c.key.IUT, t.Notation(), ginkgo.ReportEntryVisibilityFailureOrVerbose)
			}
		}
	})
}

// note says of a green spec what is on record about it.
func note(f ledger.Finding) {
	if f.Status != ledger.AsRecorded {
		return
	}
	for _, r := range f.Rows {
		ginkgo.AddReportEntry("as recorded", fmt.Sprintf("%s (%s, %s): %s", r.ID, r.Class, r.Clause, strings.Join(f.Got, " | ")),
			ginkgo.ReportEntryVisibilityFailureOrVerbose)
	}
}

// beAsRecorded succeeds where a finding is green.
func beAsRecorded() gomegatypes.GomegaMatcher {
	return gcustom.MakeMatcher(func(f ledger.Finding) (bool, error) { return f.Green(), nil }).
		WithTemplate("{{.Actual}}: {{.Actual.Status}}\non record: {{range .Actual.Expected}}\n  {{.}}{{else}}nothing{{end}}" +
			"\nnow: {{range .Actual.Got}}\n  {{.}}{{else}}nothing{{end}}")
}

// Decorate is labels as Ginkgo has them.
func Decorate(labels ...Label) ginkgo.Labels {
	var out ginkgo.Labels
	for _, l := range labels {
		out = append(out, l.String())
	}
	return out
}
