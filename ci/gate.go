package main

import (
	"context"
	"flag"
	"fmt"

	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/report"
	"github.com/twinstack/twinstack/specs"
)

func gateCommand(ctx context.Context, c console, args []string) int {
	flags := flag.NewFlagSet("gate", flag.ContinueOnError)
	ledgerName := flags.String("ledger", "", "known divergences: a `FILE` (default "+defaultLedger+")")
	propose := flags.String("propose", "", "write rows for what is not recorded into a `FILE`; class, clause and reason are left to fill in")
	rest, status, done := parseFlags(c, flags, "gate [--ledger FILE] [--propose FILE]\n\n"+
		"Runs the suite and says only what is not as recorded: case, clause, what is on record, what came.\n"+
		"Exit status: 0 everything is as recorded, 1 something is not, 2 could not run.", args)
	if done {
		return status
	}
	if !noArguments(c, "gate", rest) {
		return cannotRun
	}
	j, err := runSuite(ctx, c, *ledgerName, specs.Options{})
	if err != nil {
		fmt.Fprintln(c.err, err)
		return cannotRun
	}
	report.Verdict(c.out, j.Suite, report.PaintFor(c.out))
	if *propose != "" {
		if err := ledger.WriteProposal(*propose, j.Findings); err != nil {
			fmt.Fprintf(c.err, "ci gate: %v\n", err)
			return cannotRun
		}
	}
	return j.status(c)
}
