package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/twinstack/twinstack/harness/archive"
	"github.com/twinstack/twinstack/harness/regress"
	"github.com/twinstack/twinstack/harness/report"
	"github.com/twinstack/twinstack/harness/report/regression"
)

// diffFlags are the flags of the diff command.
type diffFlags struct {
	html, markdown, json string
	info                 string
	failOn               string
	all                  bool
}

func diffCommand(_ context.Context, c console, args []string) int {
	var f diffFlags
	flags := flag.NewFlagSet("diff", flag.ContinueOnError)
	flags.StringVar(&f.html, "html", "", "write the changes as one page into a `FILE`")
	flags.StringVar(&f.markdown, "markdown", "", "write them as Markdown into a `FILE`, short enough for a comment on a pull request")
	flags.StringVar(&f.json, "json", "", "write them as JSON into a `FILE`")
	flags.StringVar(&f.info, "info", "", "how fast the runs were, `OLDINFO,NEWINFO` (default run-info.json beside each of the files, where both are there)")
	flags.StringVar(&f.failOn, "fail-on", "any", "which changes make the exit status 1: any, worse, none, or a comma-separated `LIST` of "+categoryNames())
	flags.BoolVar(&f.all, "all", false, "leave nothing out on the terminal")
	rest, status, done := parseFlags(c, flags, "diff OLD NEW [FLAGS]\n\n"+
		"Says what changed from one run to another, by their results.json or the folders that hold them. Speed and versions are told and are no change.\n"+
		"Exit status: 0 nothing changed, 1 something did, 2 could not tell.", args)
	if done {
		return status
	}
	if len(rest) != 2 {
		fmt.Fprintf(c.err, "ci diff: %d files, expected two: the results.json of the old run and of the new one\n", len(rest))
		return cannotRun
	}
	fails, err := failsOn(f.failOn)
	if err != nil {
		fmt.Fprintf(c.err, "ci diff: %v\n", err)
		return cannotRun
	}
	d, err := diffOf(rest[0], rest[1], f.info)
	if err != nil {
		fmt.Fprintln(c.err, err)
		return cannotRun
	}
	regression.Terminal(c.out, d, f.all, report.PaintFor(c.out))
	if err := f.write(d); err != nil {
		fmt.Fprintf(c.err, "ci diff: %v\n", err)
		return cannotRun
	}
	if slices.ContainsFunc(d.Changes, fails) {
		return bad
	}
	return good
}

// write writes the files that were asked for.
func (f *diffFlags) write(d *regress.Diff) error {
	var errs []error
	for _, out := range []struct {
		name   string
		render func(io.Writer, *regress.Diff) error
	}{{f.html, regression.HTML}, {f.markdown, regression.Markdown}, {f.json, regression.JSON}} {
		if out.name == "" {
			continue
		}
		var b bytes.Buffer
		err := out.render(&b, d)
		if err == nil {
			err = os.WriteFile(out.name, b.Bytes(), 0o644)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func categoryNames() string {
	var names []string
	for _, category := range regress.Categories() {
		names = append(names, string(category))
	}
	return strings.Join(names, ", ")
}

// failsOn reads --fail-on.
func failsOn(list string) (func(regress.Change) bool, error) {
	switch list {
	case "any":
		return func(regress.Change) bool { return true }, nil
	case "worse":
		return func(c regress.Change) bool { return c.Worse }, nil
	case "none":
		return func(regress.Change) bool { return false }, nil
	}
	var chosen []regress.Category
	for name := range strings.SplitSeq(list, ",") {
		if !slices.Contains(regress.Categories(), regress.Category(name)) {
			return nil, fmt.Errorf("--fail-on %q: expected any, worse, none or some of %s", name, categoryNames())
		}
		chosen = append(chosen, regress.Category(name))
	}
	return func(c regress.Change) bool { return slices.Contains(chosen, c.Category) }, nil
}

// diffOf reads two runs and says what changed, and how fast they were, where that is told.
func diffOf(oldName, newName, info string) (*regress.Diff, error) {
	names := [2]string{resultsOf(oldName), resultsOf(newName)}
	var files [2]*archive.File
	for i, name := range names {
		var err error
		if files[i], err = archive.ReadFile(name); err != nil {
			return nil, err
		}
	}
	d := regress.Of(files[0], files[1])
	infos, err := readInfos(names, info)
	if err != nil {
		return nil, err
	}
	if infos[0] != nil && infos[1] != nil {
		d.Timing(infos[0], infos[1])
	}
	return d, nil
}

// resultsOf is the results file that is meant: of a folder the one in it.
func resultsOf(name string) string {
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		return filepath.Join(name, "results.json")
	}
	return name
}

// readInfos reads what the runs took. Files that are named must be there; beside the results there need be none.
func readInfos(results [2]string, named string) (infos [2]*archive.RunInfo, err error) {
	var names [2]string
	for i, name := range results {
		names[i] = filepath.Join(filepath.Dir(name), "run-info.json")
	}
	if named != "" {
		old, new, two := strings.Cut(named, ",")
		if !two {
			return infos, fmt.Errorf("ci diff: --info %q: one file, expected two with a comma between them", named)
		}
		names = [2]string{old, new}
	}
	for i, name := range names {
		f, err := os.Open(name)
		if named == "" && errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return infos, err
		}
		infos[i], err = archive.ReadRunInfo(name, f)
		if err := errors.Join(err, f.Close()); err != nil {
			return infos, err
		}
	}
	return infos, nil
}
