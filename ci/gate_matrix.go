package main

import (
	"context"
	"fmt"
	"runtime/debug"

	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/matrix"
	"github.com/twinstack/twinstack/harness/matrix/causes"
)

// playedMatrix is the matrix after a run, held against a ledger.
type playedMatrix struct {
	*matrix.Matrix
	all  []causes.Judged
	iuts []string
}

// playMatrix plays the cases on all IUTs.
func playMatrix(ctx context.Context, c console, o matrix.Options, known *ledger.Ledger) (*playedMatrix, error) {
	defer debug.SetGCPercent(debug.SetGCPercent(600)) // as in matrixCommand
	p := &playedMatrix{}
	told := &quarters{to: c.err}
	o.IUTs, o.Progress, o.Judge, o.Probe = suiteIUTs(), told.step, matrix.ByOracle, matrix.NewProbe
	o.Late = func(id, iut string) { late(c.err, id, iut) }
	var err error
	if p.Matrix, err = matrix.New(o); err != nil {
		return nil, err
	}
	err = p.Run(ctx)
	told.end()
	if err != nil {
		return nil, fmt.Errorf("the matrix was stopped: %w", err)
	}
	for _, i := range o.IUTs {
		p.iuts = append(p.iuts, i.Name())
	}
	p.all = causes.Judge(causes.Groups(p.Matrix), known, p.iuts, o.Only == "" && o.Scope == matrix.Whole)
	return p, nil
}

// causes are the root causes, judged; nil where the matrix was not played.
func (p *playedMatrix) causes() []causes.Judged {
	if p == nil {
		return nil
	}
	return append([]causes.Judged{}, p.all...)
}

// status is the exit status.
func (p *playedMatrix) status() int {
	broken := 0
	for _, s := range p.Summaries() {
		broken += s.Total().Verdicts[matrix.Broken]
	}
	return matrixStatus(p.all, broken)
}
