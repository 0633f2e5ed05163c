package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"
	"text/tabwriter"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/matrix"
	"github.com/twinstack/twinstack/harness/matrix/causes"
)

// matrixFlags are the flags of the matrix command.
type matrixFlags struct {
	options  matrix.Options
	list     bool
	jsonFile string
	ledger   string
	propose  string
	out      string
	export   string
	show     string
	pcap     *pcap
}

func matrixCommand(ctx context.Context, c console, args []string) int {
	f, status, done := parseMatrixFlags(c, args)
	if done {
		return status
	}
	// Each case leaves a host behind and little else: what is live is small, and to collect it seldom saves a quarter of the time. It
	// takes 0.8 GB at most; twice as seldom saves nothing more.
	defer debug.SetGCPercent(debug.SetGCPercent(600))
	p := &quarters{to: c.err}
	f.options.Progress, f.options.Judge, f.options.Probe = p.step, matrix.ByOracle, matrix.NewProbe
	f.options.Late = func(id, iut string) { late(c.err, id, iut) }
	known, err := readLedger(f.ledger)
	if err != nil {
		fmt.Fprintln(c.err, err)
		return cannotRun
	}
	m, err := matrix.New(f.options)
	switch {
	case err != nil:
		fmt.Fprintf(c.err, "ci matrix: %v\n", err)
		return cannotRun
	case m.Cases() == 0:
		fmt.Fprintf(c.err, "ci matrix: --only %q: no case has an id like that; \"ci matrix --list\" tells them\n", f.options.Only)
		return cannotRun
	}
	if err := f.checkPcap(m); err != nil {
		fmt.Fprintf(c.err, "ci matrix: %v\n", err)
		return cannotRun
	}
	switch {
	case f.list:
		return listMatrix(c, m)
	case !f.pcap.open(c, "matrix"):
		return cannotRun
	case f.show != "":
		return f.pcap.end(c, "matrix", showCase(c, m, f.show, f.pcap))
	}
	err = m.Run(ctx)
	p.end()
	if err != nil {
		fmt.Fprintln(c.err, "ci matrix: stopped")
		return cannotRun
	}
	matrixSummary(c.out, m.Summaries())
	groups := causes.Groups(m)
	status, err = f.judge(ctx, c, m, groups, known)
	if err != nil {
		fmt.Fprintf(c.err, "ci matrix: %v\n", err)
		status = cannotRun
	}
	if f.jsonFile != "" {
		if err := writeMatrix(f.jsonFile, m); err != nil {
			fmt.Fprintf(c.err, "ci matrix: %v\n", err)
			status = cannotRun
		}
	}
	f.captureMatrix(ctx, m, groups)
	return f.pcap.end(c, "matrix", status)
}

func parseMatrixFlags(c console, args []string) (f matrixFlags, status int, done bool) {
	flags := flag.NewFlagSet("matrix", flag.ContinueOnError)
	iuts := flags.String("iut", "ours,netstack", "the implementations, a comma-separated `LIST`")
	flags.StringVar(&f.options.Only, "only", "", "only the cases whose id is like a `GLOB`: ENTRY/FAMILY/EVENT, \"time-wait-*/ipv4/S*\"")
	flags.IntVar(&f.options.Workers, "workers", 0, "how many cases to play at a time, `N` (default one for each processor)")
	flags.StringVar(&f.jsonFile, "json", "", "write the cases that do not pass as JSON into a `FILE`")
	flags.BoolVar(&f.list, "list", false, "list the ids of the cases for the first implementation, and play none")
	flags.StringVar(&f.ledger, "ledger", "", "known root causes: a `FILE` (default "+defaultLedger+")")
	flags.StringVar(&f.propose, "propose", "", "write rows for root causes that are not recorded into a `FILE`; class and reason are TODO")
	flags.StringVar(&f.out, "out", "out", "write the matrix as a page, matrix.html, each square of states and events opening to its cases, and as matrix.json into a `FOLDER`; \"\" writes none; with --only there must be one to write any")
	flags.StringVar(&f.export, "export", "", "write a script for each root cause into a `FOLDER`, as small as it gets: it fails on the implementation and passes on ours")
	flags.StringVar(&f.show, "show", "", "print one case, by its `ID`: its script, and step by step what each implementation did and how that was judged")
	f.pcap = pcapFlag(flags)
	quick := flags.Bool("reduced", false, "the reduced core: each flag set once with each position, for each entry path; all further events")
	rest, status, done := parseFlags(c, flags, "matrix [FLAGS]\n\n"+
		"Generates every case of states and events and plays it: entry path × flags × sequence number × acknowledgment number ×\n"+
		"text × family, and further events. Says how the cases come out, state by state, and by which root causes they fail.\n"+
		"Exit status: 0 all root causes are as recorded, 1 one is not, 2 could not run, or some of the cases could not.\n", args)
	if done {
		return f, status, true
	}
	if !noArguments(c, "matrix", rest) {
		return f, cannotRun, true
	}
	if f.show != "" {
		f.options.Only = f.show
	}
	if named := false; f.options.Only != "" {
		if flags.Visit(func(given *flag.Flag) { named = named || given.Name == "out" }); !named {
			f.out = "" // some cases alone do not take the place of all
		}
	}
	if f.options.Workers < 0 {
		fmt.Fprintf(c.err, "ci matrix: --workers %d, expected 1 or more\n", f.options.Workers)
		return f, cannotRun, true
	}
	if *quick {
		f.options.Scope = matrix.ReducedCore
	}
	var err error
	if f.options.IUTs, err = lookupAll(*iuts); err != nil {
		fmt.Fprintf(c.err, "ci matrix: %v\n", err)
		return f, cannotRun, true
	}
	return f, good, false
}

// lookupAll finds the IUTs of a comma-separated list.
func lookupAll(list string) (all []iut.IUT, err error) {
	for name := range strings.SplitSeq(list, ",") {
		i, err := iut.Lookup(name)
		if err != nil {
			return nil, err
		}
		for _, other := range all {
			if other.Name() == name {
				return nil, fmt.Errorf("--iut %s: %q a second time", list, name)
			}
		}
		all = append(all, i)
	}
	return all, nil
}

// listMatrix writes the ids of the first IUT's cases.
func listMatrix(c console, m *matrix.Matrix) int {
	w := bufio.NewWriter(c.out)
	for _, b := range m.Blocks {
		if b.IUT != m.Blocks[0].IUT {
			continue
		}
		for i := range b.Events {
			fmt.Fprintln(w, b.Case(i).ID())
		}
	}
	if err := w.Flush(); err != nil {
		fmt.Fprintf(c.err, "ci matrix: %v\n", err)
		return cannotRun
	}
	return good
}

// quarters tells how far the cases are, as progress does, but many at a time.
type quarters struct {
	to       *os.File
	progress *progress
}

func (q *quarters) step(done, total int) {
	if q.progress == nil {
		q.progress = newProgress(q.to, total)
	}
	q.progress.reach(done)
}

func (q *quarters) end() {
	if q.progress != nil {
		q.progress.end()
	}
}

// matrixSummary writes how the cases came out.
func matrixSummary(out io.Writer, all []*matrix.Summary) {
	for _, s := range all {
		n := s.Count
		fmt.Fprintf(out, "%s: %d entry paths × families; %d in the product, less %d without such a position, less %d of the same octets: %d cases\n\n",
			s.IUT, s.Entries, n.Product, n.NoPosition, n.SameOctets, n.Cases)
		w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
		fmt.Fprint(w, "state\tcases\t")
		for v := range matrix.Verdicts {
			fmt.Fprintf(w, "%v\t", v)
		}
		fmt.Fprintln(w, "of fail, probe\t")
		row := func(name string, by matrix.StateSummary) {
			fmt.Fprintf(w, "%s\t%d\t", name, by.Cases)
			for _, n := range by.Verdicts {
				fmt.Fprintf(w, "%d\t", n)
			}
			fmt.Fprintf(w, "%d\t\n", by.Probes)
		}
		for _, by := range s.States {
			if by.Cases > 0 {
				row(by.State.String(), by)
			}
		}
		row("all", s.Total())
		w.Flush() // into out, which is the console: what it cannot write nobody reads
		for _, r := range s.Reasons {
			fmt.Fprintf(out, "%d cases from %s: %s\n", r.Cases, r.Where, r.Text)
		}
		fmt.Fprintf(out, "hash %016x\n\n", s.Hash)
	}
}

func writeMatrix(name string, m *matrix.Matrix) (err error) {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriter(f)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	for _, r := range m.Records() { // one a line: there are many
		if err := e.Encode(r); err != nil {
			return err
		}
	}
	return w.Flush()
}
