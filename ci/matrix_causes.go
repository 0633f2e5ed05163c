package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/twinstack/twinstack/fixtures"
	"github.com/twinstack/twinstack/harness/archive"
	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/matrix"
	"github.com/twinstack/twinstack/harness/matrix/causes"
	"github.com/twinstack/twinstack/harness/report"
	"github.com/twinstack/twinstack/harness/results"
	"github.com/twinstack/twinstack/specs"
)

// judge holds the root causes against the ledger, tells what came of it, and gives the exit status. The error is of a file
// that cannot be written, or of the context.
func (f *matrixFlags) judge(ctx context.Context, c console, m *matrix.Matrix, groups []*causes.Group, known *ledger.Ledger) (status int, err error) {
	var iuts []string
	for _, i := range f.options.IUTs {
		iuts = append(iuts, i.Name())
	}
	everything := f.options.Only == "" && f.options.Scope == matrix.Whole
	all := causes.Judge(groups, known, iuts, everything)
	report.MatrixCauses(c.out, all, report.PaintFor(c.out))
	if f.propose != "" {
		if err := ledger.WriteMatrixProposal(f.propose, causes.Unknown(all)); err != nil {
			return cannotRun, err
		}
	}
	if f.out != "" {
		file, err := matrixFile(known, causes.Archive(m, all))
		if err != nil {
			return cannotRun, err
		}
		if err := writeOut(c, f.out, file); err != nil {
			return cannotRun, err
		}
	}
	if f.export != "" {
		if err := exportCauses(ctx, c, f.export, m, groups); err != nil {
			return cannotRun, err
		}
	}
	broken := 0
	for _, s := range m.Summaries() {
		broken += s.Total().Verdicts[matrix.Broken]
	}
	return matrixStatus(all, broken), nil
}

// matrixFile is the part of a whole run that the matrix is.
func matrixFile(known *ledger.Ledger, m *archive.Matrix) (*archive.File, error) {
	s, err := specs.New(specs.Options{IUTs: suiteIUTs(), Fixtures: fixtures.FS, Ledger: known, Transitions: true})
	if err != nil {
		return nil, err
	}
	r := s.Results()
	r.Matrix = m
	return results.FileOf(r), nil
}

// matrixStatus is the exit status: cases that could not be played or judged are a fault of the harness, and say nothing.
func matrixStatus(all []causes.Judged, broken int) int {
	switch {
	case broken > 0:
		return cannotRun
	case slices.ContainsFunc(all, func(j causes.Judged) bool { return !j.Green() }):
		return bad
	}
	return good
}

// exportCauses writes a script for each group of which one can be made, and tells of which none can.
func exportCauses(ctx context.Context, c console, dir string, m *matrix.Matrix, groups []*causes.Group) error {
	reference, err := iut.Lookup(ledger.Ours)
	if err != nil {
		return err
	}
	requirements, err := readRequirements()
	if err != nil {
		return err
	}
	groups = slices.DeleteFunc(slices.Clone(groups), func(g *causes.Group) bool { return g.IUT == reference.Name() }) // nobody would pass them
	e := &causes.Exporter{Matrix: m, Reference: reference, Known: func(id string) bool {
		_, ok := requirements.Lookup(id)
		return ok
	}}
	outcomes, err := e.Write(ctx, dir, groups)
	if err != nil {
		return err
	}
	written := 0
	for _, o := range outcomes {
		if o.Err == nil {
			written++
			continue
		}
		fmt.Fprintf(c.out, "no script of %s: %s: %v\n", o.Group.IUT, o.Group.Mistake, o.Err)
	}
	fmt.Fprintf(c.out, "written: %d scripts of %d root causes, in %s\n", written, len(groups), dir)
	return nil
}
