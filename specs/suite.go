package specs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/onsi/ginkgo/v2"

	"github.com/twinstack/twinstack/harness/archive"
	"github.com/twinstack/twinstack/harness/catalogue"
	"github.com/twinstack/twinstack/harness/compare"
	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/report"
	"github.com/twinstack/twinstack/harness/results"
	"github.com/twinstack/twinstack/harness/run"
	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
	"github.com/twinstack/twinstack/harness/transitions"
)

// Options say what the suite runs on and is held against.
type Options struct {
	IUTs     []iut.IUT      // the first is the one that the others are compared with
	Fixtures fs.FS          // folders of scripts by topic, and requirements.csv
	Topics   []string       // the folders to run; nil: all
	Labels   []Label        // topics, roles and features of one's own fixtures, besides Labels()
	Only     string         // of these the cases and live pairs that are like TOPIC/NAME, patterns of path.Match; "" and parts left out are all
	Part     Part           // of these one part
	Workers  int            // how many runs to make at a time, at most 8; 0: one for each processor
	Ledger   *ledger.Ledger // known divergences; nil: none. Rows of cases that are not run are let be
	// Transitions judges, too, which arrows of the state diagram (RFC 9293 figure 5) the IUTs go along. Only all of the
	// fixtures together go along every one, so it needs all topics.
	Transitions bool
	// Late is told of a run that has taken a long time, so long, and is not over: an IUT that never returns holds up the
	// suite. It is called from a goroutine of its own. nil: a line on standard error.
	Late   func(ledger.Key, time.Duration)
	Output io.Writer // where Ginkgo's own report goes; nil: standard output
	// Report, if not nil, is given Ginkgo's report as a value, after the last spec.
	Report func(ginkgo.Report)
}

// ProposeVariable names the environment variable that holds the name of a file for Run to propose ledger rows in, as seen
// from the test's folder.
const ProposeVariable = "TWINSTACK_PROPOSE"

// Run runs the suite as Ginkgo specs under a test. Ginkgo runs once a process, so this does, too. The summary goes to the
// test's log, which go test shows where the test fails or is verbose: all that is not as recorded stands at its end, each
// with its clauses. With ProposeVariable set, rows for it are written, ready to be classified.
func Run(t *testing.T, o Options) {
	t.Helper()
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	s.test(t)
}

// test is Run, once the suite is there.
func (s *Suite) test(t *testing.T) {
	t.Helper()
	s.Specs(t)
	r := s.Results()
	r.Planned = len(r.Runs) // what a label filter left out is Ginkgo's to tell
	var summary strings.Builder
	report.Summary(&summary, r, false)
	for _, b := range s.Broken {
		fmt.Fprintf(&summary, "%s cannot be used: %v\n", b.Path, b.Err)
	}
	t.Logf("\n%s", &summary)
	if name := os.Getenv(ProposeVariable); name != "" {
		if err := ledger.WriteProposal(name, r.Findings, r.Clauses); err != nil {
			t.Errorf("%s: %v", ProposeVariable, err)
		}
	}
}

// Suite is the fixtures on the IUTs. Each script is run once on each IUT and family, when somebody first asks.
type Suite struct {
	Cases  []*Case  // that are run
	Broken []Broken // fixtures that cannot be used

	options              Options
	all                  []*Case // also those of topics that are not run
	cells                []*cell // by case, family and IUT, in this order
	byKey                map[ledger.Key]*cell
	planned, plannedLive int     // runs and live pairs before Only and Part
	pairs                []*pair // live; by client, server and family

	catalogue *catalogue.Catalogue
	shows     map[string][]string // by case, see Show; nil where nobody asked

	covering sync.Once
	coverage []results.Transition // see transitions
	matching sync.Once
	matched  []ledger.Finding // see patterns

	// play is run.Run, and patience run.Patience, but for tests of the suite itself.
	play     func(*script.File, iut.IUT, run.Options) *trace.Result
	patience time.Duration
}

// New loads the fixtures and holds the ledger against them. The error says all that is wrong with the ledger, or why
// there is nothing to run.
func New(o Options) (*Suite, error) {
	if len(o.IUTs) == 0 {
		return nil, errors.New("no IUT, expected at least one")
	}
	registry, err := NewRegistry(append(Labels(), o.Labels...)...)
	if err != nil {
		return nil, err
	}
	if o.Ledger == nil {
		o.Ledger = &ledger.Ledger{}
	}
	if o.Late == nil {
		o.Late = func(k ledger.Key, after time.Duration) {
			fmt.Fprintf(os.Stderr, "after %v %s on %s is not over: %s\n", after, k.Case, k.Family, k.IUT)
		}
	}
	s := &Suite{options: o, byKey: map[ledger.Key]*cell{}, play: run.Run, patience: run.Patience}
	if s.all, s.Broken, err = Load(o.Fixtures, registry); err != nil {
		return nil, err
	}
	if s.catalogue, err = readCatalogue(o.Fixtures); err != nil {
		return nil, err
	}
	if err := s.choose(); err != nil {
		return nil, err
	}
	for _, c := range s.Cases {
		s.planned += len(c.Families) * len(o.IUTs)
	}
	if s.runs(results.Topic(ledger.Live)) {
		s.pairs = pairUp(o.IUTs)
	}
	s.plannedLive = len(s.pairs)
	if err := s.pick(); err != nil {
		return nil, err
	}
	for _, c := range s.Cases {
		for _, ipv6 := range c.Families {
			for _, i := range o.IUTs {
				cell := &cell{key: ledger.Key{Case: c.Name, Family: FamilyName(ipv6), IUT: i.Name()}, file: c.File, ipv6: ipv6, iut: i}
				if s.byKey[cell.key] != nil {
					return nil, fmt.Errorf("IUT %q a second time, expected each once", i.Name())
				}
				s.byKey[cell.key] = cell
				s.cells = append(s.cells, cell)
			}
		}
	}
	return s, o.Ledger.Check(s.known())
}

// runs says whether a topic is to be run.
func (s *Suite) runs(topic string) bool {
	return s.options.Topics == nil || slices.Contains(s.options.Topics, topic)
}

// choose keeps the cases and broken fixtures of the topics to be run. A topic without any is an error.
func (s *Suite) choose() error {
	var there []string // the topics that there are
	for _, c := range s.all {
		topic := results.Topic(c.Name)
		if s.runs(topic) {
			s.Cases = append(s.Cases, c)
		}
		there = append(there, topic)
	}
	for _, b := range s.Broken {
		there = append(there, results.Topic(b.Path))
	}
	s.Broken = slices.DeleteFunc(s.Broken, func(b Broken) bool { return !s.runs(results.Topic(b.Path)) })
	slices.Sort(there)
	there = slices.Compact(there)
	for _, topic := range s.options.Topics {
		if !slices.Contains(there, topic) {
			return fmt.Errorf("fixtures: no topic %q, expected one of %s", topic, strings.Join(there, ", "))
		}
	}
	return nil
}

// known is what a ledger may speak of. A broken fixture is known by its name: its rows are not what is wrong.
func (s *Suite) known() ledger.Known {
	both := []string{FamilyName(false), FamilyName(true)}
	k := ledger.Known{Cases: map[string][]string{ledger.LiveAsClient: both, ledger.LiveAsServer: both}, Arrows: transitions.IDs()}
	for _, i := range s.options.IUTs {
		k.IUTs = append(k.IUTs, i.Name())
	}
	for _, c := range s.all {
		for _, ipv6 := range c.Families {
			k.Cases[c.Name] = append(k.Cases[c.Name], FamilyName(ipv6))
		}
	}
	for _, b := range s.Broken {
		k.Cases[b.name()] = both
	}
	return k
}

// Planned is the number of runs that the suite has.
func (s *Suite) Planned() int { return len(s.cells) }

// Record makes all runs that were not made yet, and then plays the live pairs. done, if not nil, hears of each one; calls of it
// do not overlap. When the context ends, no further run begins; the error is the context's if runs are missing then.
func (s *Suite) Record(ctx context.Context, done func(results.Run)) error {
	work := make(chan *cell)
	var wait sync.WaitGroup
	var hear sync.Mutex
	for range s.Workers() {
		wait.Go(func() {
			for c := range work {
				r := s.record(c)
				if done != nil {
					hear.Lock()
					done(r)
					hear.Unlock()
				}
			}
		})
	}
	var stopped error
	for _, c := range s.cells {
		if stopped = ctx.Err(); stopped != nil {
			break
		}
		work <- c
	}
	close(work)
	wait.Wait()
	for _, p := range s.pairs {
		if stopped = ctx.Err(); stopped != nil {
			break
		}
		p.play()
	}
	return stopped
}

// Results gives what has been recorded so far, in a fixed order, with the ledger's judgement.
func (s *Suite) Results() *results.Suite {
	out := &results.Suite{Planned: len(s.cells), All: s.planned, AllLive: s.plannedLive, Common: common(), Catalogue: s.catalogue.Requirements,
		Ledger: s.options.Ledger, Clauses: map[string][]string{}}
	if s.options.Transitions && s.options.Topics == nil {
		out.Arrows = transitions.Arrows()
	}
	for _, i := range s.options.IUTs {
		out.IUTs = append(out.IUTs, results.IUT{Name: i.Name(), Version: i.Version()})
		for _, support := range i.Support(iut.Alike()) {
			if support.Honour != iut.Set {
				out.Settings = append(out.Settings, results.Setting{IUT: i.Name(), Setting: support.Setting,
					Honour: support.Honour.String(), Value: support.Value})
			}
		}
	}
	for _, c := range s.Cases {
		out.Cases = append(out.Cases, s.about(c))
		out.Clauses[c.Name] = c.Clauses()
	}
	out.Clauses[ledger.Live] = []string{"RFC 9293 §3.5", "RFC 9293 §3.6"}
	var runs []ledger.Run
	var comparisons []ledger.Comparison
	for _, c := range s.cells {
		if !c.done.Load() {
			continue
		}
		out.Runs = append(out.Runs, c.run)
		runs = append(runs, c.run.Run)
		if reference := s.reference(c); reference != c && reference.done.Load() {
			comparison := s.compare(c)
			out.Comparisons = append(out.Comparisons, comparison)
			comparisons = append(comparisons, comparison.Comparison)
		}
	}
	out.Findings = s.options.Ledger.Judge(runs, comparisons)
	for _, p := range s.pairs {
		if !p.done.Load() {
			continue
		}
		out.Live = append(out.Live, p.live)
		if p.live.NotPlayed == "" {
			out.Findings = append(out.Findings, s.judgeLive(p.live))
		}
	}
	if s.judgesTransitions() && out.Complete() {
		out.Transitions = s.transitions()
	}
	for _, t := range out.Transitions {
		out.Clauses[t.Finding.Case] = []string{t.Arrow.Clause}
		out.Findings = append(out.Findings, t.Finding)
	}
	out.Entries = append(s.entries(), s.options.Ledger.JudgePatterns(s.known(), out.Findings)...)
	for _, f := range out.Entries {
		if !f.Green() {
			out.Findings = append(out.Findings, f)
		}
	}
	return out
}

// reference is the cell that a cell is compared with: the same on the first IUT.
func (s *Suite) reference(c *cell) *cell {
	k := c.key
	k.IUT = s.options.IUTs[0].Name()
	return s.byKey[k]
}

// about is what is known of a case besides its runs.
func (s *Suite) about(c *Case) results.Case {
	out := results.Case{ID: c.Name, Title: c.File.Header.Title, Script: c.Source, Clauses: c.Clauses(), Shows: s.shows[c.Name]}
	for _, r := range c.Requirements {
		out.Requirements = append(out.Requirements, r.ID)
	}
	for _, l := range c.Labels {
		out.Labels = append(out.Labels, l.String())
	}
	return out
}

// common are the settings that every IUT gets.
func common() (all []archive.CommonSetting) {
	v := reflect.ValueOf(iut.Alike())
	for i := range v.NumField() {
		all = append(all, archive.CommonSetting{Name: v.Type().Field(i).Name, Value: fmt.Sprint(v.Field(i))})
	}
	return all
}

// compare holds a run against the reference's. Both are made if they were not yet.
func (s *Suite) compare(c *cell) results.Comparison {
	reference := s.reference(c)
	return Compare(s.record(reference).Run, s.record(c).Run, compare.Behaviour)
}

// Compare holds a run of another IUT against the reference's run of the same case.
func Compare(reference, other ledger.Run, mode compare.Mode) results.Comparison {
	c := results.Comparison{Comparison: ledger.Comparison{Key: other.Key, With: reference.IUT}}
	for _, r := range []ledger.Run{reference, other} {
		if v := r.Result.Verdict; v != trace.Pass && v != trace.Fail {
			c.NotCompared = fmt.Sprintf("%s: %s: %s", r.IUT, v, r.Result.Reason)
			return c
		}
	}
	c.Found = compare.Traces(reference.Result.Trace, other.Result.Trace, mode)
	for _, d := range c.Found {
		c.Differences = append(c.Differences, d.Text)
	}
	return c
}
