package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/twinstack/twinstack/fixtures"
	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/report"
	"github.com/twinstack/twinstack/harness/results"
	"github.com/twinstack/twinstack/specs"
)

// defaultLedger is read where it is there, so that an edited ledger counts without building anew. Elsewhere the one
// that was built in does.
const defaultLedger = "ci/ledger.yaml"

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
		name, data = defaultLedger+" (built in)", builtInLedger
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
	passed  bool         // the specs did
	stopped bool         // by a signal
}

// runSuite runs the whole suite. An error is what kept it from beginning.
func runSuite(ctx context.Context, c console, ledgerName string) (*judged, error) {
	known, err := readLedger(ledgerName)
	if err != nil {
		return nil, err
	}
	j := &judged{}
	j.specs, err = specs.New(specs.Options{IUTs: suiteIUTs(), Fixtures: fixtures.FS, Ledger: known, Output: &j.ginkgo})
	if err != nil {
		return nil, err
	}
	for _, b := range j.specs.Broken {
		fmt.Fprintln(c.err, b.Err)
	}
	p := newProgress(c.err, j.specs.Planned())
	err = j.specs.Record(ctx, func(r results.Run) { p.step(r.Case) })
	p.end()
	j.Suite = j.specs.Results()
	if err == nil {
		j.passed = j.specs.Specs(&outcome{})
	}
	j.stopped = ctx.Err() != nil
	return j, nil
}

// outcome takes the place of testing.T: RunSpecs gives back the same.
type outcome struct{ failed bool }

func (o *outcome) Fail() { o.failed = true }

// suiteIUTs are all IUTs, the reference first.
func suiteIUTs() []iut.IUT {
	var reference, others []iut.IUT
	for _, i := range iut.All() {
		if i.Name() == ledger.Reference {
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

func runCommand(ctx context.Context, c console, args []string) int {
	flags := flag.NewFlagSet("run", flag.ContinueOnError)
	ledgerName := flags.String("ledger", "", "known divergences: a `FILE` (default "+defaultLedger+")")
	out := flags.String("out", "out", "write summary.txt and results.json into a `FOLDER`; \"\" writes none")
	rest, status, done := parseFlags(c, flags, "run [--ledger FILE] [--out FOLDER]\n\n"+
		"Runs every case on ours and netstack, and says what differs, with its clause.\n"+
		"Exit status: 0 everything is as recorded, 1 something is not, 2 could not run.", args)
	if done {
		return status
	}
	if !noArguments(c, "run", rest) {
		return cannotRun
	}
	j, err := runSuite(ctx, c, *ledgerName)
	if err != nil {
		fmt.Fprintln(c.err, err)
		return cannotRun
	}
	report.Summary(c.out, j.Suite, report.PaintFor(c.out))
	status = j.status(c)
	if *out == "" {
		return status
	}
	if err := j.write(*out, status); err != nil {
		fmt.Fprintf(c.err, "ci run: %v\n", err)
		return cannotRun
	}
	return status
}

// write leaves the report in a folder: the same run gives the same octets. traces.txt is there only where something
// is not as recorded.
func (j *judged) write(folder string, status int) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	var summary, all bytes.Buffer
	report.Summary(&summary, j.Suite, false)
	if err := results.WriteJSON(&all, results.FileOf(j.Suite)); err != nil {
		return err
	}
	traces := filepath.Join(folder, "traces.txt")
	var traceErr error
	if status == bad {
		traceErr = os.WriteFile(traces, j.ginkgo.Bytes(), 0o644)
	} else if err := os.Remove(traces); !errors.Is(err, fs.ErrNotExist) {
		traceErr = err
	}
	return errors.Join(traceErr,
		os.WriteFile(filepath.Join(folder, "summary.txt"), summary.Bytes(), 0o644),
		os.WriteFile(filepath.Join(folder, "results.json"), all.Bytes(), 0o644))
}

func gateCommand(ctx context.Context, c console, args []string) int {
	flags := flag.NewFlagSet("gate", flag.ContinueOnError)
	ledgerName := flags.String("ledger", "", "known divergences: a `FILE` (default "+defaultLedger+")")
	rest, status, done := parseFlags(c, flags, "gate [--ledger FILE]\n\n"+
		"Runs the suite and says only what is not as recorded: case, clause, what is on record, what came.\n"+
		"Exit status: 0 everything is as recorded, 1 something is not, 2 could not run.", args)
	if done {
		return status
	}
	if !noArguments(c, "gate", rest) {
		return cannotRun
	}
	j, err := runSuite(ctx, c, *ledgerName)
	if err != nil {
		fmt.Fprintln(c.err, err)
		return cannotRun
	}
	report.Verdict(c.out, j.Suite, report.PaintFor(c.out))
	return j.status(c)
}
