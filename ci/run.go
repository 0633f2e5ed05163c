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
	"strings"

	"github.com/twinstack/twinstack/harness/archive"
	"github.com/twinstack/twinstack/harness/matrix"
	"github.com/twinstack/twinstack/harness/matrix/causes"
	"github.com/twinstack/twinstack/harness/report"
	"github.com/twinstack/twinstack/harness/report/diagram"
	"github.com/twinstack/twinstack/harness/report/forge"
	"github.com/twinstack/twinstack/harness/report/junit"
	"github.com/twinstack/twinstack/harness/report/page"
	"github.com/twinstack/twinstack/harness/results"
	"github.com/twinstack/twinstack/specs"
)

// runFlags are the flags of the run command.
type runFlags struct {
	ledger, out string
	chosen      specs.Options // Only, Part and Workers
	matrix      *matrix.Options
	pcap        *pcap
}

func runCommand(ctx context.Context, c console, args []string) int {
	f, status, done := parseRunFlags(c, args)
	if done {
		return status
	}
	if !f.pcap.open(c, "run") {
		return cannotRun
	}
	j, err := runSuite(ctx, c, f.ledger, f.chosen)
	if err != nil {
		fmt.Fprintln(c.err, err)
		return cannotRun
	}
	defer j.tellLedger(c)
	report.Summary(c.out, j.Suite, report.PaintFor(c.out))
	status = j.status(c)
	total := status
	if f.matrix != nil && !j.stopped {
		ofMatrix, err := j.playMatrix(ctx, c, *f.matrix)
		if err != nil {
			fmt.Fprintf(c.err, "ci run: %v\n", err)
		}
		total = max(total, ofMatrix)
	}
	if f.out != "" {
		written, err := j.write(f.out, status)
		if err != nil {
			fmt.Fprintf(c.err, "ci run: %v\n", err)
			total = cannotRun
		} else {
			fmt.Fprintf(c.out, "written: %s\n", strings.Join(written, ", "))
		}
	}
	f.pcap.suite(j)
	return f.pcap.end(c, "run", total)
}

func parseRunFlags(c console, args []string) (f runFlags, status int, done bool) {
	flags := flag.NewFlagSet("run", flag.ContinueOnError)
	flags.StringVar(&f.ledger, "ledger", "", "known divergences: a `FILE` (default "+defaultLedger+")")
	flags.StringVar(&f.out, "out", "out", "write summary.txt, summary.md, results.json, run-info.json, junit.xml, ginkgo.json, report.html and the state diagrams into a `FOLDER`; \"\" writes none")
	flags.StringVar(&f.chosen.Only, "only", "", "only the cases that are like a `GLOB`: TOPIC/NAME, \"reset/rst-*\"")
	part := flags.String("part", "", "only one part of the cases, `N/OF`, \"1/2\": \"ci merge\" makes one of the parts")
	flags.IntVar(&f.chosen.Workers, "workers", 0, "how many cases to run at a time, `N`, at most 8 (default one for each processor)")
	scope := flags.String("matrix", "none", "play every case of states and events, too: `none`, reduced or whole")
	f.pcap = pcapFlag(flags)
	rest, status, done := parseFlags(c, flags, "run [FLAGS]\n\n"+
		"Runs every case on ours and netstack, and says what differs, with its clause.\n"+
		"Exit status: 0 everything is as recorded, 1 something is not, 2 could not run.", args)
	if done {
		return f, status, true
	}
	if !noArguments(c, "run", rest) {
		return f, cannotRun, true
	}
	var err error
	if *part != "" {
		f.chosen.Part, err = specs.ParsePart(*part)
	}
	switch {
	case err != nil:
		fmt.Fprintf(c.err, "ci run: --part: %v\n", err)
		return f, cannotRun, true
	case f.chosen.Workers < 0:
		fmt.Fprintf(c.err, "ci run: --workers %d, expected 1 or more\n", f.chosen.Workers)
		return f, cannotRun, true
	}
	switch *scope {
	case "none":
	case "reduced":
		f.matrix = &matrix.Options{Scope: matrix.ReducedCore, Workers: f.chosen.Workers}
	case "whole":
		f.matrix = &matrix.Options{Scope: matrix.Whole, Workers: f.chosen.Workers}
	default:
		fmt.Fprintf(c.err, "ci run: --matrix %q, expected none, reduced or whole\n", *scope)
		return f, cannotRun, true
	}
	return f, good, false
}

// playMatrix plays the matrix into the results, tells how it came out, and gives its exit status.
func (j *judged) playMatrix(ctx context.Context, c console, o matrix.Options) (int, error) {
	played, err := playMatrix(ctx, c, o, j.Ledger)
	if err != nil {
		return cannotRun, err
	}
	j.clock.matrixIsPlayed()
	matrixSummary(c.out, played.Summaries())
	report.MatrixCauses(c.out, played.all, report.PaintFor(c.out))
	j.Matrix = causes.Archive(played.Matrix, played.all)
	return played.status(), nil
}

// write leaves the report in a folder and gives the names of its files: the same run gives the same octets, but for real times
// in run-info.json, junit.xml and ginkgo.json. traces.txt is there only where something is not as recorded, ginkgo.json only
// where the specs were run, a state diagram only where the transitions were judged; one that an earlier run left is removed.
func (j *judged) write(folder string, status int) ([]string, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	var written []string
	leave := func(name string, data []byte, wanted bool) error {
		path := filepath.Join(folder, name)
		if !wanted {
			if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
				return err
			}
			return nil
		}
		written = append(written, path)
		return os.WriteFile(path, data, 0o644)
	}
	file := results.FileOf(j.Suite)
	var summary, markdown, all, info, tests, html bytes.Buffer
	report.Summary(&summary, j.Suite, false)
	if err := errors.Join(forge.Markdown(&markdown, file), archive.Write(&all, file), archive.WriteRunInfo(&info, j.info()),
		junit.Write(&tests, file, j.times()), page.Write(&html, file)); err != nil {
		return nil, err
	}
	errs := []error{
		leave("summary.txt", summary.Bytes(), true),
		leave("summary.md", markdown.Bytes(), true),
		leave("results.json", all.Bytes(), true),
		leave("run-info.json", info.Bytes(), true),
		leave("junit.xml", tests.Bytes(), true),
		leave("ginkgo.json", j.tree, j.tree != nil),
		leave("report.html", html.Bytes(), true),
		leave("traces.txt", j.ginkgo.Bytes(), status == bad),
	}
	for _, i := range j.IUTs {
		var states bytes.Buffer
		drawn := len(j.Transitions) > 0
		if drawn {
			errs = append(errs, diagram.Draw(&states, i, j.Transitions))
		}
		errs = append(errs, leave("states-"+i.Name+".svg", states.Bytes(), drawn))
	}
	return written, errors.Join(errs...)
}
