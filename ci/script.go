package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/twinstack/twinstack/harness/compare"
	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/report"
	"github.com/twinstack/twinstack/harness/results"
	"github.com/twinstack/twinstack/harness/run"
	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
	"github.com/twinstack/twinstack/specs"
)

// scripts is one call of the script command.
type scripts struct {
	console
	paint   report.Paint
	iuts    []iut.IUT
	match   run.Match
	mode    compare.Mode
	verbose bool
	timing  bool

	objects []results.Object
	pcap    *pcap
	broken  int // scripts that could not be read
	notPass int // runs that did not pass
}

func scriptCommand(ctx context.Context, c console, args []string) int {
	s := &scripts{console: c, paint: report.PaintFor(c.out)}
	flags := flag.NewFlagSet("script", flag.ContinueOnError)
	iuts := flags.String("iut", "ours,netstack", "the implementations, a comma-separated `LIST`; the first is what the others are compared with")
	match := flags.String("match", "strict", "`strict` compares all that a script wrote, behaviour only what no stack may choose")
	jsonFile := flags.String("json", "", "write the results as JSON into a `FILE`")
	flags.BoolVar(&s.timing, "timing", false, "add the real time, wall_ns, to the JSON")
	s.pcap = pcapFlag(flags)
	flags.BoolVar(&s.verbose, "v", false, "print every trace")
	paths, status, done := parseFlags(c, flags, "script [FLAGS] PATH...\n\n"+
		"Runs scripts, and all .pkt files of folders, on the implementations, and says how they come out and differ.\n"+
		"Exit status: 0 all pass, 1 something does not, 2 could not run.\n", args)
	if done {
		return status
	}
	if err := s.configure(*iuts, *match); err != nil {
		fmt.Fprintf(c.err, "ci script: %v\n", err)
		return cannotRun
	}
	files, err := findScripts(paths)
	if err != nil {
		fmt.Fprintf(c.err, "ci script: %v\n", err)
		return cannotRun
	}
	if !s.pcap.open(c, "script") {
		return cannotRun
	}
	stopped := false
	for _, f := range files {
		if stopped = ctx.Err() != nil; stopped {
			break
		}
		s.one(ctx, f)
	}
	status = s.end(stopped || ctx.Err() != nil)
	if *jsonFile != "" {
		if err := s.writeJSON(*jsonFile); err != nil {
			fmt.Fprintf(c.err, "ci script: %v\n", err)
			status = cannotRun
		}
	}
	return s.pcap.end(c, "script", status)
}

// configure looks up what the flags name.
func (s *scripts) configure(iuts, match string) error {
	for name := range strings.SplitSeq(iuts, ",") {
		i, err := iut.Lookup(name)
		if err != nil {
			return err
		}
		if slices.Contains(s.iuts, i) {
			return fmt.Errorf("--iut %s: %q a second time", iuts, name)
		}
		s.iuts = append(s.iuts, i)
	}
	switch match {
	case "strict":
		s.match, s.mode = run.Strict, compare.Strict
	case "behaviour":
		s.match, s.mode = run.Behaviour, compare.Behaviour
	default:
		return fmt.Errorf("--match %q, expected strict or behaviour", match)
	}
	return nil
}

// findScripts gives the files that paths name, each once: a file is itself, a folder is all its .pkt files.
func findScripts(paths []string) ([]string, error) {
	if len(paths) == 0 {
		return nil, errors.New("no path, expected scripts or folders; \"ci script --help\" tells more")
	}
	var files []string
	add := func(p string) {
		if !slices.Contains(files, p) {
			files = append(files, p)
		}
	}
	for _, p := range paths {
		p = filepath.Clean(p)
		info, err := os.Stat(p)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			add(p)
			continue
		}
		found := 0
		err = filepath.WalkDir(p, func(f string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && strings.HasSuffix(f, ".pkt") {
				found++
				add(f)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		if found == 0 {
			return nil, fmt.Errorf("%s: no .pkt file in this folder, expected at least one", p)
		}
	}
	return files, nil
}

// one runs one script on every IUT and family, and compares.
func (s *scripts) one(ctx context.Context, path string) {
	name := filepath.ToSlash(path)
	src, err := os.ReadFile(path)
	var file *script.File
	if err == nil {
		file, err = script.Parse(name, src)
	}
	if err != nil {
		s.unread(name, err)
		return
	}
	for _, ipv6 := range run.Families(file) {
		var reference ledger.Run
		for n, i := range s.iuts {
			if ctx.Err() != nil {
				return
			}
			r := s.play(name, file, i, ipv6)
			s.pcap.script(r, file, src)
			if n == 0 {
				reference = r.Run
				continue
			}
			s.show(specs.Compare(reference, r.Run, s.mode))
		}
	}
}

// unread tells of a script that cannot be run: a broken one is an error, and one that needs what is not built here is
// unsupported.
func (s *scripts) unread(name string, err error) {
	s.broken++
	fmt.Fprintln(s.console.err, err)
	o := results.Object{Script: name, Verdict: trace.Error.String(), Reason: err.Error()}
	if script.Unsupported(err) {
		o.Verdict = trace.Unsupported.String()
	}
	var at *script.Error
	if errors.As(err, &at) {
		o.Line, o.Expected, o.Got = at.Pos.Line, at.Expected, at.Found
	}
	for _, i := range s.iuts {
		o.IUT = i.Name()
		s.objects = append(s.objects, o)
	}
}

// play runs a script on one IUT and family and tells how it came out.
func (s *scripts) play(name string, file *script.File, i iut.IUT, ipv6 bool) results.Run {
	start := time.Now()
	waited := func() { late(s.console.err, name+" on "+specs.FamilyName(ipv6), i.Name()) }
	result := run.Run(file, i, run.Options{IPv6: ipv6, Settings: iut.Alike(), Match: s.match, Late: waited, Patience: run.Patience})
	r := results.Run{Run: ledger.Run{Key: ledger.Key{Case: name, Family: specs.FamilyName(ipv6), IUT: i.Name()}, Result: result}, Wall: time.Since(start)}
	s.objects = append(s.objects, results.ObjectOf(r, s.timing))
	verdict := result.Verdict.String()
	if result.Verdict == trace.Pass {
		verdict = s.paint.Green(verdict)
	} else {
		s.notPass++
		verdict = s.paint.Red(verdict)
	}
	fmt.Fprintf(s.out, "%s  %s on %s over %s\n", verdict, name, i.Name(), r.Family)
	if result.Reason != "" {
		fmt.Fprintf(s.out, "    %s\n", result.Reason)
	}
	for _, f := range result.Failures {
		fmt.Fprintf(s.out, "    %s:%d: expected %s, got %s (%s)\n", name, f.Line, f.Expected, f.Got, f.Reason)
	}
	if s.verbose && result.Trace != nil {
		fmt.Fprintln(s.out, strings.TrimRight(result.Trace.Notation(), "\n"))
	}
	return r
}

// show tells how two IUTs differ.
func (s *scripts) show(c results.Comparison) {
	switch {
	case c.NotCompared != "":
		fmt.Fprintf(s.out, "not compared  %s over %s: %s\n", c.Case, c.Family, c.NotCompared)
	case len(c.Differences) > 0:
		fmt.Fprintf(s.out, "differs  %s over %s: %s and %s\n", c.Case, c.Family, c.With, c.IUT)
	}
	for _, d := range c.Differences {
		fmt.Fprintf(s.out, "    %s\n", d)
	}
}

func (s *scripts) writeJSON(name string) (err error) {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if s.objects == nil {
		s.objects = []results.Object{}
	}
	return results.WriteJSON(f, s.objects)
}

// end writes the last line and gives the exit status.
func (s *scripts) end(stopped bool) int {
	runs := len(s.objects) - s.broken*len(s.iuts)
	fmt.Fprintf(s.out, "%d runs: %d pass, %d do not; %d scripts could not be read\n", runs, runs-s.notPass, s.notPass, s.broken)
	switch {
	case stopped:
		fmt.Fprintln(s.console.err, "ci script: stopped")
		return cannotRun
	case runs == 0:
		return cannotRun
	case s.notPass > 0 || s.broken > 0:
		return bad
	}
	return good
}
