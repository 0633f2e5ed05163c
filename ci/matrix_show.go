package main

import (
	"fmt"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/matrix"
	"github.com/twinstack/twinstack/harness/oracle"
	"github.com/twinstack/twinstack/harness/report"
	"github.com/twinstack/twinstack/harness/run"
	"github.com/twinstack/twinstack/harness/trace"
)

// showCase prints the one case of an id, on each IUT. Its exit status is 1 where it does not pass.
func showCase(c console, m *matrix.Matrix, id string, pcap *pcap) int {
	status, shown := good, false
	for _, b := range m.Blocks {
		for i := range b.Events {
			if b.Case(i).ID() != id {
				continue // the id is a pattern, too
			}
			if shown {
				fmt.Fprintln(c.out)
			}
			shown = true
			result, lines, t := m.Replay(b, i)
			steps, err := stepsOf(m, b, t)
			if err != nil {
				fmt.Fprintf(c.err, "ci matrix: %v\n", err)
				return cannotRun
			}
			report.MatrixCase(c.out, b.Case(i), b.IUT.Name(), lines, t, steps, result, report.PaintFor(c.out))
			pcap.add(matrixCapture(b, i, result, lines, t))
			if result.Verdict() != matrix.Pass {
				status = bad
			}
		}
	}
	if !shown {
		fmt.Fprintf(c.err, "ci matrix: --show %q: no case has this id; \"ci matrix --list\" tells them\n", id)
		return cannotRun
	}
	return status
}

// stepsOf judges a trace once more, from its beginning, and gives every step.
func stepsOf(m *matrix.Matrix, b *matrix.Block, t *trace.Trace) ([]oracle.Step, error) {
	if t == nil || len(t.Events) == 0 {
		return nil, nil
	}
	settings, err := run.Settings(b.Place.Entry.File(b.Place.IPv6), iut.Alike())
	if err != nil {
		return nil, err
	}
	j := m.Options().Judge(b.IUT, &b.Place, settings)
	if err := j.Feed(t.Events); err != nil {
		return nil, err
	}
	if err := j.Until(t.Events[len(t.Events)-1].At); err != nil {
		return nil, err
	}
	return matrix.Table(j).Steps(), nil
}
