package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/twinstack/twinstack/harness/report"
	"github.com/twinstack/twinstack/harness/results"
)

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
