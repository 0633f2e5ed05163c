package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/matrix"
	"github.com/twinstack/twinstack/harness/matrix/causes"
	"github.com/twinstack/twinstack/harness/report"
	"github.com/twinstack/twinstack/specs"
)

// gate is the gate command, with its flags.
type gate struct {
	ledger string // the file's name
	out    string
	update bool
	matrix *matrix.Options // nil: without
	pcap   *pcap
}

func gateCommand(ctx context.Context, c console, args []string) int {
	g, status, done := parseGateFlags(c, args)
	if done {
		return status
	}
	if !g.pcap.open(c, "gate") {
		return cannotRun
	}
	status, err := g.run(ctx, c)
	if err != nil {
		fmt.Fprintln(c.err, err)
		status = cannotRun
	}
	return g.pcap.end(c, "gate", status)
}

func parseGateFlags(c console, args []string) (g gate, status int, done bool) {
	flags := flag.NewFlagSet("gate", flag.ContinueOnError)
	flags.StringVar(&g.ledger, "ledger", defaultLedger, "known divergences: a `FILE`, which must be there")
	flags.StringVar(&g.out, "out", "out", "write the report of \"run\" into a `FOLDER`; \"\" writes none")
	flags.BoolVar(&g.update, "update", false, "edit the ledger: add rows with TODO for what is new, change what has changed, take out what is no more")
	scope := flags.String("matrix", "none", "play every case of states and events, too: `none`, reduced or whole; whole finds what is on record and is no more")
	g.pcap = pcapFlag(flags)
	rest, status, done := parseFlags(c, flags, "gate [--ledger FILE] [--out FOLDER] [--update] [--matrix none|reduced|whole] [--pcap DIR]\n\n"+
		"Runs the suite and says only what is not as recorded, kind by kind: new, changed, unexpectedly passing, vanished, removed\n"+
		"(on record of what is no more), to be filled in (rows with a TODO). Each with case, clause, what is on record, what came.\n"+
		"Exit status: 0 everything is as recorded, 1 something is not, 2 could not run, or there is no ledger.", args)
	if done {
		return g, status, true
	}
	if !noArguments(c, "gate", rest) {
		return g, cannotRun, true
	}
	switch *scope {
	case "none":
	case "reduced":
		g.matrix = &matrix.Options{Scope: matrix.ReducedCore}
	case "whole":
		g.matrix = &matrix.Options{Scope: matrix.Whole}
	default:
		fmt.Fprintf(c.err, "ci gate: --matrix %q, expected none, reduced or whole\n", *scope)
		return g, cannotRun, true
	}
	return g, good, false
}

// run holds everything against the ledger, tells what is not as recorded and leaves the report, whatever came of it. The error
// is what kept it from one of these.
func (g *gate) run(ctx context.Context, c console) (status int, err error) {
	data, err := os.ReadFile(g.ledger)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return cannotRun, fmt.Errorf("ci gate: there is no ledger %s: nothing can be as recorded; run it where that file is, or name another with --ledger", g.ledger)
	case err != nil:
		return cannotRun, fmt.Errorf("ci gate: %w", err)
	}
	known, err := ledger.Parse(g.ledger, data)
	if err != nil {
		return cannotRun, err
	}
	j, err := runSuiteAgainst(ctx, c, known, specs.Options{})
	if err != nil {
		return cannotRun, err
	}
	g.pcap.suite(j)
	ofSuite := j.status(c)
	status = ofSuite
	var played *playedMatrix
	if g.matrix != nil && !j.stopped {
		if played, err = playMatrix(ctx, c, *g.matrix, known); err != nil {
			fmt.Fprintf(c.err, "ci gate: %v\n", err)
			status = cannotRun
		} else {
			status = max(status, played.status())
		}
	}
	report.VerdictWithMatrix(c.out, j.Suite, played.causes(), report.PaintFor(c.out))
	if played != nil {
		j.clock.matrixIsPlayed()
		j.Matrix = causes.Archive(played.Matrix, played.all)
	}
	if g.out != "" {
		written, err := j.write(g.out, ofSuite)
		if err != nil {
			return cannotRun, fmt.Errorf("ci gate: %w", err)
		}
		fmt.Fprintf(c.out, "written: %s\n", strings.Join(written, ", "))
	}
	if g.update {
		if err := g.updateLedger(c, j, played, data, status); err != nil {
			return cannotRun, fmt.Errorf("ci gate: --update: %w", err)
		}
	}
	return status, nil
}

// updateLedger brings the ledger's file up to what came, and says what it did.
func (g *gate) updateLedger(c console, j *judged, played *playedMatrix, data []byte, status int) error {
	if status == cannotRun {
		return fmt.Errorf("%s is left as it is: not everything was run", g.ledger)
	}
	changes := ledger.Changes{Findings: j.Findings, Clauses: j.Clauses, Unknown: causes.Unknown(played.causes())}
	for _, found := range played.causes() {
		changes.Matrix = append(changes.Matrix, found.MatrixFinding)
	}
	text, done, err := j.Ledger.Update(data, changes)
	if err != nil {
		return err
	}
	if !slices.Equal(text, data) {
		if err := os.WriteFile(g.ledger, text, 0o644); err != nil {
			return err
		}
	}
	fmt.Fprintf(c.out, "%s: %d rows added, %d entries edited, %d taken out\n", g.ledger, done.Added, done.Edited, done.Taken)
	if done.Added > 0 {
		fmt.Fprintf(c.out, "    class, clause and reason of the rows added are TODO: read the clause and fill them in; until then the gate is red\n")
	}
	if done.Left > 0 {
		fmt.Fprintf(c.out, "    %d findings are left alone: what ours does wrong is mended first, and then what differs from it is recorded; what could not be judged is found out\n", done.Left)
	}
	return nil
}
