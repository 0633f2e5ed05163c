package main

import (
	"context"
	"flag"
	"fmt"

	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/report"
)

func gateCommand(ctx context.Context, c console, args []string) int {
	flags := flag.NewFlagSet("gate", flag.ContinueOnError)
	ledgerName := flags.String("ledger", "", "known divergences: a `FILE` (default "+defaultLedger+")")
	propose := flags.String("propose", "", "write rows for what is not recorded into a `FILE`; class, clause and reason are left to fill in")
	pcap := pcapFlag(flags)
	rest, status, done := parseFlags(c, flags, "gate [--ledger FILE] [--propose FILE] [--pcap DIR]\n\n"+
		"Runs the suite and says only what is not as recorded: case, clause, what is on record, what came.\n"+
		"Exit status: 0 everything is as recorded, 1 something is not, 2 could not run.", args)
	if done {
		return status
	}
	if !noArguments(c, "gate", rest) {
		return cannotRun
	}
	if !pcap.open(c, "gate") {
		return cannotRun
	}
	j, err := runSuite(ctx, c, *ledgerName)
	if err != nil {
		fmt.Fprintln(c.err, err)
		return cannotRun
	}
	report.Verdict(c.out, j.Suite, report.PaintFor(c.out))
	status = j.status(c)
	if *propose != "" {
		if err := ledger.WriteProposal(*propose, j.Findings); err != nil {
			fmt.Fprintf(c.err, "ci gate: %v\n", err)
			status = cannotRun
		}
	}
	pcap.suite(j)
	return pcap.end(c, "gate", status)
}
