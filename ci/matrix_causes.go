package main

import (
	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/matrix"
	"github.com/twinstack/twinstack/harness/matrix/causes"
	"github.com/twinstack/twinstack/harness/report"
)

// readMatrixLedger reads the ledger that a flag names, "" for the default, and holds what it says of the matrix against the
// rules that there are.
func readMatrixLedger(name string) (*ledger.Ledger, error) {
	known, err := readLedger(name)
	if err != nil {
		return nil, err
	}
	return known, known.CheckMatrix(causes.Rules())
}

// judge holds the root causes against the ledger, tells what came of it, and gives the exit status. The error is of a file
// that cannot be written.
func (f *matrixFlags) judge(c console, m *matrix.Matrix, known *ledger.Ledger) (status int, err error) {
	var iuts []string
	for _, i := range f.options.IUTs {
		iuts = append(iuts, i.Name())
	}
	everything := f.options.Only == "" && f.options.Scope == matrix.Whole
	all := causes.Judge(causes.Groups(m), known, iuts, everything)
	report.MatrixCauses(c.out, all, report.PaintFor(c.out))
	if f.propose != "" {
		if err := ledger.WriteMatrixProposal(f.propose, causes.Unknown(all)); err != nil {
			return cannotRun, err
		}
	}
	if f.htmlFile != "" {
		if err := writeMap(f.htmlFile, m, all, iuts); err != nil {
			return cannotRun, err
		}
	}
	status = good
	for _, j := range all {
		if !j.Green() {
			status = bad
		}
	}
	for _, s := range m.Summaries() {
		if s.Total().Verdicts[matrix.Broken] > 0 {
			status = cannotRun
		}
	}
	return status, nil
}
