package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/twinstack/twinstack/harness/archive"
	"github.com/twinstack/twinstack/harness/report"
	"github.com/twinstack/twinstack/harness/results"
)

func mergeCommand(_ context.Context, c console, args []string) int {
	flags := flag.NewFlagSet("merge", flag.ContinueOnError)
	out := flags.String("o", "", "write the one file into a `FILE`")
	names, status, done := parseFlags(c, flags, "merge FILE... -o FILE\n\n"+
		"Makes one results.json of the parts of a run: of \"run --part\", \"run --only\" and \"matrix\". All parts together give the\n"+
		"same octets as the whole run.\n"+
		"Exit status: 0 everything is as recorded, 1 something is not, 2 could not merge, or a part is missing.", args)
	if done {
		return status
	}
	fail := func(err error) int {
		fmt.Fprintf(c.err, "ci merge: %v\n", err)
		return cannotRun
	}
	switch {
	case len(names) == 0:
		return fail(fmt.Errorf("no file, expected the results.json of each part"))
	case *out == "":
		return fail(fmt.Errorf("no -o FILE, expected where to write"))
	}
	whole, err := mergeFiles(names)
	if err != nil {
		return fail(err)
	}
	var text bytes.Buffer
	if err := archive.Write(&text, whole); err != nil {
		return fail(err)
	}
	if err := os.WriteFile(*out, text.Bytes(), 0o644); err != nil {
		return fail(err)
	}
	report.Merged(c.out, whole, report.PaintFor(c.out))
	switch {
	case !whole.Complete:
		return fail(fmt.Errorf("%s is not the whole run, expected more parts", *out))
	case results.TallyOf(whole).Red() > 0:
		return bad
	}
	return good
}

// mergeFiles reads parts of a run and makes one of them.
func mergeFiles(names []string) (*archive.File, error) {
	var parts []results.Source
	for _, name := range names {
		f, err := archive.ReadFile(name)
		if err != nil {
			return nil, err
		}
		parts = append(parts, results.Source{Name: name, File: f})
	}
	return results.Merge(parts)
}
