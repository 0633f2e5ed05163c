package causes

import (
	"reflect"
	"slices"
	"testing"

	"github.com/twinstack/twinstack/harness/archive"
	"github.com/twinstack/twinstack/harness/iut/ours"
	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/matrix"
)

// The table has each case once, in its square, and each case that does not pass in one share: with a group's cases all of
// them, and at most so many of them by name as archive says.
func TestTable(t *testing.T) {
	t.Parallel()
	var first *archive.Matrix
	for _, workers := range []int{1, 3} {
		m := play(t, "[ct]*-wait-[pf]*e/*/? seq=*", workers, ours.IUT{}, plant(deaf))
		all := Judge(Groups(m), &ledger.Ledger{}, []string{"ours", "planted"}, true)
		a := Archive(m, all)
		if first == nil {
			first = a
		} else if !reflect.DeepEqual(a, first) {
			t.Error("another table with three workers")
		}
		cases, shares := 0, make([]int, len(a.Causes))
		most, spread := 0, false
		for _, s := range a.Squares {
			for _, counts := range s.Counts {
				for _, n := range counts {
					cases += n
				}
			}
			for _, h := range s.Shares {
				if a.IUTs[s.IUT].IUT != a.Causes[h.Cause].IUT {
					t.Errorf("a cause of %s in a square of %s", a.Causes[h.Cause].IUT, a.IUTs[s.IUT].IUT)
				}
				named := map[int]int{}
				for _, p := range h.Places {
					shares[h.Cause] += p[2]
				}
				for _, k := range h.Named {
					named[k.Place]++
					spread = spread || len(h.Places) > archive.MostNamed && named[k.Place] > 1
				}
				most = max(most, len(h.Named))
			}
		}
		if cases != m.Cases() || cases == 0 {
			t.Errorf("%d cases, expected %d", cases, m.Cases())
		}
		for i, c := range a.Causes {
			if shares[i] != c.Cases || c.Cases == 0 {
				t.Errorf("cause %d: %d cases in squares, expected %d", i, shares[i], c.Cases)
			}
		}
		if most == 0 || most > archive.MostNamed || spread {
			t.Errorf("%d cases named in a share, or two of one place before one of each", most)
		}
		if !slices.IsSortedFunc(a.Squares, func(x, y archive.Square) int {
			return slices.Compare([]int{x.IUT, x.Row, x.Column}, []int{y.IUT, y.Row, y.Column})
		}) {
			t.Error("squares out of order")
		}
	}
	if got := []string{first.Rows[0].State, first.Rows[1].State, first.Rows[1].Entries[0]}; !slices.Equal(got, []string{"CLOSE-WAIT", "TIME-WAIT", "time-wait-fin-wait-1-close-alone, IPv4"}) {
		t.Errorf("rows %q", got)
	}
}

// Twenty cases are named: of each place one, then of each a second.
func TestNamed(t *testing.T) {
	t.Parallel()
	s := sharing{ids: [][]string{{"a1", "a2", "a3"}, {"b1"}, {"c1", "c2"}}, out: archive.Share{Places: make([][3]int, 3)}}
	for range 30 {
		s.ids[0] = append(s.ids[0], "more")
	}
	s.name()
	n := make([]int, 3)
	for _, k := range s.out.Named {
		n[k.Place]++
	}
	if !slices.Equal(n, []int{17, 1, 2}) || s.out.Named[3] != (archive.Named{Place: 0, ID: "a2"}) {
		t.Errorf("named %v of each place, expected 17, 1 and 2", n)
	}
}

// What could not be judged has no cause, and its reason.
func TestNotJudgedInTable(t *testing.T) {
	t.Parallel()
	m := play(t, "closing-active/ipv4/R*", 1, ours.IUT{})
	m.Blocks[0].Results[0] = matrix.Result{Event: matrix.Inconclusive, Finding: &matrix.Finding{Reason: "why"}}
	a := Archive(m, nil)
	found := 0
	for _, s := range a.Squares {
		for _, h := range s.Shares {
			if h.Cause == -1 && h.Reason == "why" && h.Places[0][2] == 1 && h.Named[0].ID == m.Blocks[0].Case(0).ID() {
				found++
			}
		}
	}
	if found != 1 {
		t.Errorf("%d shares of the case, expected one", found)
	}
}
