package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/onsi/ginkgo/v2"

	"github.com/twinstack/twinstack/fixtures"
	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/results"
	"github.com/twinstack/twinstack/specs"
)

// defaultLedger is read where it is there, so that an edited ledger counts without building anew. Elsewhere the one
// that was built in does, but not for the gate: what it lets pass must be there to be read.
const defaultLedger = "ci/ledger.yaml"

// builtIn is what the built-in ledger is called.
const builtIn = defaultLedger + " (built in)"

//go:embed ledger.yaml
var builtInLedger []byte

// readLedger reads the ledger that a flag names, "" for the default.
func readLedger(name string) (*ledger.Ledger, error) {
	explicit := name != ""
	if !explicit {
		name = defaultLedger
	}
	data, err := os.ReadFile(name)
	switch {
	case !explicit && errors.Is(err, fs.ErrNotExist):
		name, data = builtIn, builtInLedger
	case err != nil:
		return nil, err
	}
	return ledger.Parse(name, data)
}

// judged is the suite after a run.
type judged struct {
	*results.Suite
	specs   *specs.Suite
	ginkgo  bytes.Buffer // the report of the specs, with the traces of those that failed
	tree    []byte       // what Ginkgo has to say as JSON; nil where the specs were not run
	passed  bool         // the specs did
	stopped bool         // by a signal
	workers int
	clock   stopwatch
}

// runSuite runs the suite, or what of it is chosen by Only, Part and Workers. An error is what kept it from beginning.
func runSuite(ctx context.Context, c console, ledgerName string, chosen specs.Options) (*judged, error) {
	known, err := readLedger(ledgerName)
	if err != nil {
		return nil, err
	}
	return runSuiteAgainst(ctx, c, known, chosen)
}

// runSuiteAgainst runs the suite, or what of it is chosen, and holds it against a ledger.
func runSuiteAgainst(ctx context.Context, c console, known *ledger.Ledger, chosen specs.Options) (j *judged, err error) {
	j = &judged{clock: stopwatch{began: time.Now()}}
	chosen.IUTs, chosen.Fixtures, chosen.Ledger, chosen.Transitions, chosen.Output = suiteIUTs(), fixtures.FS, known, true, &j.ginkgo
	chosen.Report = j.keep
	chosen.Late = func(k ledger.Key, _ time.Duration) { late(c.err, k.Case+" on "+k.Family, k.IUT) }
	j.specs, err = specs.New(chosen)
	if err != nil {
		return nil, err
	}
	for _, b := range j.specs.Broken {
		fmt.Fprintln(c.err, b.Err)
	}
	p := newProgress(c.err, j.specs.Planned())
	err = j.specs.Record(ctx, func(r results.Run) { p.step(r.Case) })
	p.end()
	if err == nil {
		_, err = j.specs.Show(ctx) // what no case shows is for "ci list requirements" to tell
	}
	j.stopped, j.workers = ctx.Err() != nil, j.specs.Workers()
	if err != nil && !j.stopped {
		return nil, err
	}
	j.Suite = j.specs.Results()
	if !j.stopped {
		j.passed = j.specs.Specs(&outcome{})
	}
	j.clock.suiteIsRun()
	return j, nil
}

// tellLedger says so where the ledger is not a file.
func (j *judged) tellLedger(c console) {
	if j.Ledger.Name == builtIn {
		fmt.Fprintf(c.out, "ledger: the one built in, for there is no %s here\n", defaultLedger)
	}
}

// keep keeps what Ginkgo has to say, in the form of its own --json-report.
func (j *judged) keep(r ginkgo.Report) {
	var b bytes.Buffer
	if err := results.WriteJSON(&b, []ginkgo.Report{r}); err != nil {
		ginkgo.Fail(err.Error()) // the specs fail, and not the ledger: the run is broken
	}
	j.tree = b.Bytes()
}

// outcome takes the place of testing.T: RunSpecs gives back the same.
type outcome struct{ failed bool }

func (o *outcome) Fail() { o.failed = true }

// suiteIUTs are all IUTs, the reference first.
func suiteIUTs() []iut.IUT {
	var reference, others []iut.IUT
	for _, i := range iut.All() {
		if i.Name() == ledger.Ours {
			reference = append(reference, i)
		} else {
			others = append(others, i)
		}
	}
	return append(reference, others...)
}

// status is the exit status of a run of the suite. The specs and the findings are one judgement, twice told: where they
// disagree the suite itself is broken.
func (j *judged) status(c console) int {
	red := len(j.Red()) > 0
	switch {
	case j.stopped || len(j.specs.Broken) > 0:
		return cannotRun
	case red == j.passed:
		fmt.Fprintf(c.err, "ci: the specs and the ledger disagree:\n%s", j.ginkgo.String())
		return cannotRun
	case red:
		return bad
	}
	return good
}
