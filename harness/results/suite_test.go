package results

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/twinstack/twinstack/harness/compare"
	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/trace"
)

const rows = `- id: may
  iut: netstack
  class: latitude
  clause: RFC 9293 §3.5.3
  reason: It may.
  cases:
    - {case: reset/b, differs: [d]}
- id: defect
  iut: netstack
  class: netstack-defect
  clause: RFC 9293 §3.5.2
  reason: It must not.
  cases:
    - {case: close/a, fails: "line 3: expected x, got y (z)", differs: [e]}
    - {case: reset/a, differs: [e]}
- id: unseen
  iut: netstack
  class: both
  clause: RFC 9293 §3.5.4
  reason: Not in this run.
  cases:
    - {case: reset/z, differs: [e]}
`

// suite is two topics on two stacks: one failure, two differences, one case that could not be run.
func suite(t *testing.T) *Suite {
	t.Helper()
	l, err := ledger.Parse("l.yaml", []byte(rows))
	if err != nil {
		t.Fatal(err)
	}
	key := func(c, i string) ledger.Key { return ledger.Key{Case: c, Family: "ipv4", IUT: i} }
	run := func(c, i string, r trace.Result) Run {
		r.Trace = &trace.Trace{Case: c, IUT: i, Family: "ipv4"}
		r.Virtual = time.Millisecond
		return Run{Run: ledger.Run{Key: key(c, i), Result: &r}, Wall: time.Second}
	}
	differs := func(c, text string) Comparison {
		return Comparison{ledger.Comparison{Key: key(c, "netstack"), With: "ours", Differences: []string{text}}, []compare.Difference{{Line: 3, Text: text}}}
	}
	s := &Suite{IUTs: []IUT{{"ours", "1"}, {"netstack", "2"}}, Ledger: l, Planned: 8, All: 8, Runs: []Run{
		run("close/a", "ours", trace.Result{}),
		run("close/a", "netstack", trace.Result{Verdict: trace.Fail, Failures: []trace.Failure{{Line: 3, Expected: "x", Got: "y", Reason: "z"}}}),
		run("reset/a", "ours", trace.Result{}), run("reset/a", "netstack", trace.Result{}),
		run("reset/b", "ours", trace.Result{}), run("reset/b", "netstack", trace.Result{}),
		run("reset/c", "ours", trace.Result{}), run("reset/c", "netstack", trace.Result{Verdict: trace.Error, Reason: "<no host>"}),
	}, Comparisons: []Comparison{
		differs("close/a", "e"),
		differs("reset/a", "e"),
		differs("reset/b", "d"),
		{Comparison: ledger.Comparison{Key: key("reset/c", "netstack"), With: "ours", NotCompared: "netstack: error"}},
	}}
	var runs []ledger.Run
	for _, r := range s.Runs {
		runs = append(runs, r.Run)
	}
	var comparisons []ledger.Comparison
	for _, c := range s.Comparisons {
		comparisons = append(comparisons, c.Comparison)
	}
	s.Findings = l.Judge(runs, comparisons)
	for _, id := range []string{"close/a", "reset/a", "reset/b", "reset/c"} {
		s.Cases = append(s.Cases, Case{ID: id, Requirements: []string{"MUST-1"}, Clauses: []string{"RFC 9293 §3.5.2"}})
	}
	return s
}

func TestTotals(t *testing.T) {
	t.Parallel()
	want := []Total{
		{"close", 1, map[string]Count{"ours": {1, 0, 0}, "netstack": {0, 1, 0}}, 0, 1, 0},
		{"reset", 3, map[string]Count{"ours": {3, 0, 0}, "netstack": {2, 0, 1}}, 0, 2, 1},
		{"", 4, map[string]Count{"ours": {4, 0, 0}, "netstack": {2, 1, 1}}, 0, 3, 1},
	}
	if got := suite(t).Totals(); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestCauses(t *testing.T) {
	t.Parallel()
	var got []string
	for _, c := range suite(t).Causes() {
		got = append(got, c.Row.ID+" fails "+strings.Join(c.Fails, ",")+" differs "+strings.Join(c.Differs, ","))
	}
	want := []string{"defect fails close/a differs reset/a", "may fails  differs reset/b"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestRed(t *testing.T) {
	t.Parallel()
	s := suite(t)
	if red := s.Red(); len(red) != 2 || red[0].Case != "reset/c" || red[1].With != "ours" {
		t.Errorf("red %v, expected the run and the comparison of reset/c", red)
	}
	if !s.Complete() {
		t.Error("not complete, expected complete")
	}
	s.Planned++
	if s.Complete() {
		t.Error("complete, expected not")
	}
}

func TestObject(t *testing.T) {
	t.Parallel()
	r := suite(t).Runs[1]
	ns, failed := int64(1e9), ObjectOf(r, true)
	want := Object{Script: "close/a", IUT: "netstack", Family: "ipv4", Verdict: "fail", Line: 3, Expected: "x", Got: "y", Reason: "z",
		VirtualNS: 1e6, WallNS: &ns, Trace: Hash(r.Result.Trace)}
	if !reflect.DeepEqual(failed, want) {
		t.Errorf("got  %+v\nwant %+v", failed, want)
	}
	if o := ObjectOf(r, false); o.WallNS != nil {
		t.Errorf("wall_ns %v without timing, expected none", o.WallNS)
	}
}
