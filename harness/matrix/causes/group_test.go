package causes

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/iut/ours"
	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/matrix"
)

// play plays some cases on IUTs.
func play(t *testing.T, only string, workers int, iuts ...iut.IUT) *matrix.Matrix {
	t.Helper()
	m, err := matrix.New(matrix.Options{IUTs: iuts, Only: only, Scope: matrix.ReducedCore, Workers: workers, Judge: matrix.ByOracle, Probe: matrix.NewProbe})
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	return m
}

func tell(groups []*Group) (told []string) {
	for _, g := range groups {
		told = append(told, fmt.Sprintf("%s %v %s | %s | %s", g.IUT, g.Verdict, g.Mistake, g.Where(), g.Example.Case().ID()))
	}
	return told
}

// One mistake of a stack makes few groups, over all states, positions and families that are played; the smallest case stands
// for each.
func TestGroups(t *testing.T) {
	t.Parallel()
	want := []string{
		"planted fail other.1.time-wait.fin: nothing instead of ACK!, after no ACK bit, in TIME-WAIT | TIME-WAIT 12 | time-wait-fin-wait-1-close/ipv4/F seq=nxt-1 text=none",
		"planted fail other.1.unacceptable: nothing instead of ACK!, after no ACK bit, in TIME-WAIT | TIME-WAIT 108 | time-wait-fin-wait-1-close/ipv4/- seq=beyond text=none",
		"planted fail other.1.unacceptable: nothing instead of ACK!, after no ACK bit, in synchronized | CLOSE-WAIT 28 | close-wait-passive/ipv4/- seq=beyond text=none",
	}
	var first []string
	for _, workers := range []int{1, 3} {
		got := tell(Groups(play(t, "[ct]*-wait-[pf]*e/*/? seq=*", workers, ours.IUT{}, plant(deaf))))
		if first == nil {
			first = got
		}
		if !slices.Equal(got, first) {
			t.Errorf("with %d workers:\n\t%s", workers, strings.Join(got, "\n\t"))
		}
	}
	if !slices.Equal(first, want) {
		t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(first, "\n\t"), strings.Join(want, "\n\t"))
	}
}

// What is known of a group a ledger says, and what it does not know a proposal does.
func TestJudge(t *testing.T) {
	t.Parallel()
	groups := Groups(play(t, "established-passive/ipv4/F*", 0, plant(deaf), plant(talkative)))
	none := &ledger.Ledger{}
	judged := Judge(groups, none, []string{"planted"}, true)
	unknown := Unknown(judged)
	if len(unknown) != len(groups) || len(groups) < 2 {
		t.Fatalf("%d groups, of which %d are unknown", len(groups), len(unknown))
	}
	for _, u := range unknown {
		if u.Clause == "" || len(u.About) != 2 || !strings.Contains(u.About[0], " cases: ESTABLISHED ") || !strings.Contains(u.About[1], "established-passive/ipv4/F") {
			t.Errorf("proposed %+v", u)
		}
	}
	text, err := ledger.MatrixProposal(unknown)
	if err != nil {
		t.Fatal(err)
	}
	known, err := ledger.Parse("l.yaml", text)
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range Judge(groups, known, []string{"planted"}, true) {
		if !j.Green() || j.Group == nil || j.Row == nil {
			t.Errorf("%v: %v", j.Mistake, j.Status)
		}
	}
	gone := Judge(nil, known, []string{"planted"}, true)
	if len(gone) != len(groups) || gone[0].Group != nil || gone[0].Status != ledger.Vanished {
		t.Errorf("of a stack that has been mended: %+v", gone)
	}
}
