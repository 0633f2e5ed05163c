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

	"github.com/twinstack/twinstack/harness/report"
	"github.com/twinstack/twinstack/harness/report/diagram"
	"github.com/twinstack/twinstack/harness/results"
)

func runCommand(ctx context.Context, c console, args []string) int {
	flags := flag.NewFlagSet("run", flag.ContinueOnError)
	ledgerName := flags.String("ledger", "", "known divergences: a `FILE` (default "+defaultLedger+")")
	out := flags.String("out", "out", "write summary.txt, results.json and the state diagrams into a `FOLDER`; \"\" writes none")
	pcap := pcapFlag(flags)
	rest, status, done := parseFlags(c, flags, "run [--ledger FILE] [--out FOLDER] [--pcap DIR]\n\n"+
		"Runs every case on ours and netstack, and says what differs, with its clause.\n"+
		"Exit status: 0 everything is as recorded, 1 something is not, 2 could not run.", args)
	if done {
		return status
	}
	if !noArguments(c, "run", rest) {
		return cannotRun
	}
	if !pcap.open(c, "run") {
		return cannotRun
	}
	j, err := runSuite(ctx, c, *ledgerName)
	if err != nil {
		fmt.Fprintln(c.err, err)
		return cannotRun
	}
	defer j.tellLedger(c)
	report.Summary(c.out, j.Suite, report.PaintFor(c.out))
	status = j.status(c)
	if *out != "" {
		written, err := j.write(*out, status)
		if err != nil {
			fmt.Fprintf(c.err, "ci run: %v\n", err)
			status = cannotRun
		} else {
			fmt.Fprintf(c.out, "written: %s\n", strings.Join(written, ", "))
		}
	}
	pcap.suite(j)
	return pcap.end(c, "run", status)
}

// write leaves the report in a folder and gives the names of its files: the same run gives the same octets. traces.txt
// is there only where something is not as recorded, a state diagram only where the transitions were judged; one that an
// earlier run left is removed.
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
	var summary, all bytes.Buffer
	report.Summary(&summary, j.Suite, false)
	if err := results.WriteJSON(&all, results.FileOf(j.Suite)); err != nil {
		return nil, err
	}
	errs := []error{
		leave("summary.txt", summary.Bytes(), true),
		leave("results.json", all.Bytes(), true),
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
