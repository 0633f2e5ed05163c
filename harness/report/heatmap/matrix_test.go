package heatmap

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/twinstack/twinstack/harness/archive"
)

// A map made of a file has every count of it, whether the cases are named or not, and the page has them, too.
func TestOf(t *testing.T) {
	t.Parallel()
	m := &archive.Matrix{
		IUTs: []archive.Outline{{IUT: "ours"}, {IUT: "netstack"}},
		Causes: []archive.Cause{
			{IUT: "netstack", Rule: "r", Shape: "s", Verdict: "fail", Clause: "RFC 9293 §3.4", Cases: 5, States: map[string]int{"LISTEN": 5}, Ledger: "row", Class: "latitude"},
			{IUT: "netstack", Rule: "gone", Status: "vanished"},
			{IUT: "netstack", Rule: "q", Shape: "t", Verdict: "non-strict", Cases: 1, States: map[string]int{"CLOSED": 1}},
		},
		Rows:    []archive.Row{{State: "CLOSED", Entries: []string{"a"}}, {State: "LISTEN", Entries: []string{"b", "c"}}},
		Columns: []archive.Column{{Group: "flags", Name: "R", Positions: []string{"x", "y"}}, {Group: "calls", Name: "close", Positions: []string{""}}},
		Squares: []archive.Square{
			{IUT: 0, Row: 0, Column: 1, Counts: [][]int{{3}}},
			{IUT: 1, Row: 0, Column: 1, Counts: [][]int{{2}}, Shares: []archive.Share{{Cause: 2, Places: [][3]int{{0, 0, 1}}, Named: []archive.Named{{Place: 0, ID: "q1"}}}}},
			{IUT: 1, Row: 1, Column: 0, Counts: [][]int{{}, {4, 6}}, Shares: []archive.Share{
				{Cause: -1, Reason: "why", Places: [][3]int{{1, 0, 2}}, Named: []archive.Named{{Place: 0, ID: "n1"}, {Place: 0, ID: "n2"}}},
				{Cause: 0, Places: [][3]int{{1, 1, 5}}, Named: []archive.Named{{Place: 0, ID: "r1"}}}}},
		},
	}
	got := Of(m, "replay")
	counts := got.counts()
	for p, want := range map[Place]Count{
		{0, 0, 0, 1, 0}: {Allowed: 3}, {1, 0, 0, 1, 0}: {Allowed: 1, NonStrict: 1},
		{1, 1, 1, 0, 0}: {Allowed: 2, Inconclusive: 2}, {1, 1, 1, 0, 1}: {Allowed: 1, Violation: 5},
	} {
		if counts[p] != want {
			t.Errorf("%v: %v, expected %v", p, counts[p], want)
		}
		delete(counts, p)
	}
	if len(counts) != 0 {
		t.Errorf("more places: %v", counts)
	}
	var ids []string
	for _, c := range got.Causes {
		ids = append(ids, fmt.Sprint(c.ID, " ", c.Verdict, " ", c.all()))
	}
	if want := "[not judged: why inconclusive 2 netstack r: s LISTEN 5 violation 5 netstack q: t CLOSED 1 non-strict 1]"; fmt.Sprint(ids) != want {
		t.Errorf("causes %v, expected %s", ids, want)
	}
	_, blob, _ := pieces(t, write(t, got)) // which checks that each case that is not allowed has a cause
	var d data
	if err := json.Unmarshal([]byte(blob), &d); err != nil {
		t.Fatal(err)
	}
	for _, s := range d.Shares {
		if d.Causes[s.Cause].Row == "row" && (s.Places[0] != [3]int{1, 1, 5} || len(s.Cases) != 1 || s.Cases[0].ID != "r1") {
			t.Errorf("the share of the row: %+v", s)
		}
	}
}
