package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/twinstack/twinstack/harness/matrix"
	"github.com/twinstack/twinstack/harness/matrix/causes"
	"github.com/twinstack/twinstack/harness/report/capture"
	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

// mostCaptures is how many captures of cases of the matrix one call may ask for.
const mostCaptures = 10_000

// checkPcap refuses captures where there would be very many, or none, before anything is played.
func (f *matrixFlags) checkPcap(m *matrix.Matrix) error {
	switch {
	case f.pcap.dir == "":
		return nil
	case f.list:
		return fmt.Errorf("--pcap with --list: no case is played, so there is none to capture")
	case f.options.Only != "" && m.Cases() > mostCaptures:
		return fmt.Errorf("--pcap with --only %q: %d captures, expected %d at most; choose fewer cases, "+
			"or leave --only out: then the smallest case of each root cause is captured", f.options.Only, m.Cases(), mostCaptures)
	}
	return nil
}

// captureMatrix writes the cases that were chosen, or else the smallest of each root cause, on every IUT: each is played once more.
func (f *matrixFlags) captureMatrix(ctx context.Context, m *matrix.Matrix, groups []*causes.Group) {
	var examples map[string]bool // nil: all that there are
	if f.options.Only == "" {
		examples = map[string]bool{}
		for _, g := range groups {
			examples[g.Example.Case().ID()] = true
		}
	}
	for _, b := range m.Blocks {
		for i := range b.Events {
			if !f.pcap.wanted() || ctx.Err() != nil {
				return
			}
			if examples == nil || examples[b.Case(i).ID()] {
				result, lines, t := m.Replay(b, i)
				f.pcap.add(matrixCapture(b, i, result, lines, t))
			}
		}
	}
}

// matrixCapture is the capture of a case of the matrix.
func matrixCapture(b *matrix.Block, i int, r matrix.Result, lines []script.Event, t *trace.Trace) *capture.Case {
	id := b.Case(i).ID()
	family := "ipv4"
	if b.Place.IPv6 {
		family = "ipv6"
	}
	c := &capture.Case{Trace: &trace.Trace{}, Title: id, Verdict: fmt.Sprintf("event %v, probe %v", r.Event, r.Probe),
		Script: script.Print(matrix.Script(b.Case(i), lines)), Notes: versions(b.IUT.Name())}
	if t != nil {
		*c.Trace = *t
	}
	c.Trace.Case, c.Trace.IUT, c.Trace.Family = "matrix/"+b.Place.Entry.Name+"/"+b.Events[i].Name(), b.IUT.Name(), family
	if f := r.Finding; f != nil {
		c.Reason = f.Reason
		switch v := r.Verdict(); v {
		case matrix.NonStrict:
			c.Word = v.String()
			fallthrough
		case matrix.Fail:
			rule := strings.TrimRight(strings.TrimRight(f.Rule+", "+f.Clause, ", ")+" "+f.Level, " ")
			c.Failures = []trace.Failure{{Line: f.Line, Expected: f.Expected, Got: f.Got, Reason: rule + ": " + f.Shape}}
		}
	}
	c.Notes = append(c.Notes, again("matrix --iut "+b.IUT.Name()+" --show "+quoted(id)))
	return c
}
