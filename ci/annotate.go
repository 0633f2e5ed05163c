package main

import (
	"context"
	"flag"
	"fmt"
	"io"

	"github.com/twinstack/twinstack/harness/archive"
	"github.com/twinstack/twinstack/harness/report/forge"
)

// annotators write what is not as recorded for those who show it beside the code.
var annotators = map[string]func(io.Writer, *archive.File, forge.Options) error{
	"github":   forge.GitHub,
	"gitlab":   forge.GitLab,
	"markdown": func(w io.Writer, f *archive.File, _ forge.Options) error { return forge.Markdown(w, f) },
}

func annotateCommand(_ context.Context, c console, args []string) int {
	flags := flag.NewFlagSet("annotate", flag.ContinueOnError)
	format := flags.String("format", "", "how: `github`, gitlab or markdown")
	o := forge.Options{}
	flags.StringVar(&o.Fixtures, "fixtures", "fixtures", "the `FOLDER` of the scripts, as seen from the top of the repository")
	flags.StringVar(&o.Ledger, "ledger", defaultLedger, "the `FILE` of what is on record, seen from there, too: what stands in no script is shown there")
	rest, status, done := parseFlags(c, flags, "annotate RESULTS.json --format github|gitlab|markdown\n\n"+
		"Writes what is not as recorded in a results.json to standard output: each at its line of a script, for github as\n"+
		"workflow commands, which a job prints, for gitlab as a Code Quality report; or markdown, which is the summary.md\n"+
		"that \"run\" and \"gate\" leave.\n"+
		"Exit status: 0 written, 2 could not read or write.", args)
	if done {
		return status
	}
	annotate, known := annotators[*format]
	switch {
	case len(rest) != 1:
		fmt.Fprintf(c.err, "ci annotate: %d arguments, expected one results.json\n", len(rest))
		return cannotRun
	case !known:
		fmt.Fprintf(c.err, "ci annotate: --format %q, expected github, gitlab or markdown\n", *format)
		return cannotRun
	}
	f, err := archive.ReadFile(rest[0])
	if err == nil {
		err = annotate(c.out, f, o)
	}
	if err != nil {
		fmt.Fprintf(c.err, "ci annotate: %v\n", err)
		return cannotRun
	}
	return good
}
