// Package squares is the matrix of states and events as Ginkgo specs: one for each square, state × event, on each IUT.
//
// A test of one's own stack is
//
//	func TestSquares(t *testing.T) {
//		squares.Run(t, squares.Options{IUTs: []iut.IUT{ours.IUT{}, mine.IUT{}}, Ledger: known})
//	}
//
// Every case is played once, in a pool of workers, before the first spec. A spec then fails with the cases of its square that
// are not as the ledger has them, by root cause.
package squares

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/matrix"
	"github.com/twinstack/twinstack/harness/matrix/causes"
	"github.com/twinstack/twinstack/harness/report"
	"github.com/twinstack/twinstack/harness/run"
	"github.com/twinstack/twinstack/specs"
)

// Options say what is played and what it is held against.
type Options struct {
	// IUTs are what plays. An entry path that none of them gets along is red, since nobody can say what its cases are; ours
	// gets along every one, so that it is best among them.
	IUTs    []iut.IUT
	Ledger  *ledger.Ledger // known root causes, the matrix entries of its rows; nil: none
	Whole   bool           // the whole product, some minutes; otherwise the reduced core, a fifth of it
	Only    string         // some cases alone: ENTRY/FAMILY/EVENT, patterns of path.Match; parts left out are "*"
	Workers int            // how many cases are played at a time; 0: one for each processor, at most matrix.MaxWorkers
}

// Run plays the matrix and gives Ginkgo its squares, under a test. Ginkgo runs once a process, so this does, too: a suite of
// fixtures (specs.Run) goes into another package. What it came to goes to the test's log, which go test shows where the test
// fails or is verbose. With specs.ProposeVariable set, rows for root causes that are not recorded are written, ready to be
// classified.
func Run(t *testing.T, o Options) {
	t.Helper()
	s, err := newSuite(o)
	if err != nil {
		t.Fatal(err)
	}
	s.test(t)
}

// test is Run, once the cases are there.
func (s *suite) test(t *testing.T) {
	t.Helper()
	if err := s.play(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.describe()
	specs.RunTree(t, "twinstack, the matrix of states and events", nil)
	t.Logf("\n%s", s.summary())
	if name := os.Getenv(specs.ProposeVariable); name != "" {
		if err := ledger.WriteMatrixProposal(name, causes.Unknown(s.judged)); err != nil {
			t.Errorf("%s: %v", specs.ProposeVariable, err)
		}
	}
}

// suite is the matrix, and once it was played its squares.
type suite struct {
	matrix     *matrix.Matrix
	ledger     *ledger.Ledger
	everything bool // all cases are played, so that what the ledger has and nothing shows has vanished

	judged  []causes.Judged
	squares []*square // by IUT, state, and event as they come
}

// newSuite makes the cases and plays none. The error says why there is nothing to play.
func newSuite(o Options) (*suite, error) {
	if len(o.IUTs) == 0 {
		return nil, errors.New("squares: no IUT, expected at least one")
	}
	seen := map[string]bool{}
	for _, i := range o.IUTs {
		if seen[i.Name()] {
			return nil, fmt.Errorf("squares: IUT %q a second time, expected each once", i.Name())
		}
		seen[i.Name()] = true
	}
	s := &suite{ledger: o.Ledger, everything: o.Whole && o.Only == ""}
	if s.ledger == nil {
		s.ledger = &ledger.Ledger{}
	}
	late := func(id, iut string) {
		fmt.Fprintf(os.Stderr, "after %v %s is not over: %s\n", run.Patience, id, iut)
	}
	scope := matrix.ReducedCore
	if o.Whole {
		scope = matrix.Whole
	}
	var err error
	s.matrix, err = matrix.New(matrix.Options{IUTs: o.IUTs, Scope: scope, Only: o.Only, Workers: o.Workers, Judge: matrix.ByOracle, Probe: matrix.NewProbe, Late: late})
	switch {
	case err != nil:
		return nil, err
	case len(s.matrix.Blocks) == 0, s.matrix.Cases() == 0 && len(s.lost()) == 0:
		return nil, fmt.Errorf("squares: %q: no case has an id like that", o.Only)
	}
	return s, nil
}

// play plays all cases and finds their squares. The error is the context's.
func (s *suite) play(ctx context.Context) error {
	// Each case leaves a host behind and little else: what is live is small, and collecting it seldom saves a quarter.
	defer debug.SetGCPercent(debug.SetGCPercent(600))
	if err := s.matrix.Run(ctx); err != nil {
		return err
	}
	var iuts []string
	for _, i := range s.matrix.Options().IUTs {
		iuts = append(iuts, i.Name())
	}
	s.judged = causes.Judge(causes.Groups(s.matrix), s.ledger, iuts, s.everything)
	s.squares = squaresOf(s.matrix, s.judged)
	return nil
}

// lost are the entries that no IUT gets along, each over its family, with the reason of the first.
func (s *suite) lost() (all []string) {
	blocks, n := s.matrix.Blocks, len(s.matrix.Options().IUTs)
	for ; len(blocks) > 0; blocks = blocks[n:] {
		reached := false
		for _, b := range blocks[:n] {
			reached = reached || b.NotReached == ""
		}
		if b := blocks[0]; !reached {
			all = append(all, fmt.Sprintf("%s/%s: %s: %s", b.Place.Entry.Name, specs.FamilyName(b.Place.IPv6), b.IUT.Name(), b.NotReached))
		}
	}
	return all
}

// summary is what the matrix came to: how much of it each IUT has played, why some was not judged, and all root causes.
func (s *suite) summary() string {
	var out strings.Builder
	entries, _ := matrix.Entries() // they are read once, and were without an error
	for _, i := range s.matrix.Summaries() {
		total := i.Total()
		fmt.Fprintf(&out, "%s: %d of %d entry paths × families, %d cases:", i.IUT, i.Entries, 2*len(entries), total.Cases)
		for v, n := range total.Verdicts {
			if n > 0 {
				fmt.Fprintf(&out, " %d %v", n, matrix.Verdict(v))
			}
		}
		fmt.Fprintln(&out)
		for _, r := range i.Reasons {
			fmt.Fprintf(&out, "%7d cases from %s: %s\n", r.Cases, r.Where, r.Text)
		}
	}
	report.MatrixCauses(&out, s.judged, false)
	return out.String()
}
