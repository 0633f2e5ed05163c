package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/twinstack/twinstack/harness/report/page"
)

func reportCommand(_ context.Context, c console, args []string) int {
	flags := flag.NewFlagSet("report", flag.ContinueOnError)
	out := flags.String("o", "report.html", "the `FILE` to write")
	rest, status, done := parseFlags(c, flags, "report [-o FILE] RESULTS.json [MATRIX.json ...]\n\n"+
		"Writes a run as one page of HTML: every case and divergence with both stacks side by side, the requirements, the state\n"+
		"diagrams, the matrix. Of several files, which must be parts of one run (out/results.json, out/matrix.json), the page\n"+
		"shows them together. Exit status: 0 the page is written, 2 it is not.", args)
	if done {
		return status
	}
	if len(rest) == 0 {
		fmt.Fprintln(c.err, "ci report: no file, expected RESULTS.json")
		return cannotRun
	}
	if err := writeReport(*out, rest); err != nil {
		fmt.Fprintf(c.err, "ci report: %v\n", err)
		return cannotRun
	}
	fmt.Fprintf(c.out, "written: %s\n", *out)
	return good
}

// writeReport makes a page of the files of a run.
func writeReport(out string, names []string) error {
	f, err := mergeFiles(names)
	if err != nil {
		return err
	}
	var html bytes.Buffer
	if err := page.Write(&html, f); err != nil {
		return err
	}
	return os.WriteFile(out, html.Bytes(), 0o644)
}
