package report

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/results"
	"github.com/twinstack/twinstack/harness/trace"
)

const rows = `- id: netstack-resets
  iut: netstack
  class: netstack-defect
  clause: RFC 9293 §3.5.2
  reason: It must not. More of it.
  cases:
    - {case: reset/a, fails: "line 3: expected x, got y (z)", differs: [e]}
    - {case: reset/b, fails: "line 3: expected x, got y (z)"}
    - {case: close/a, differs: [e]}
`

func suite(t *testing.T, failing ...string) *results.Suite {
	t.Helper()
	l, err := ledger.Parse("l.yaml", []byte(rows))
	if err != nil {
		t.Fatal(err)
	}
	s := &results.Suite{IUTs: []results.IUT{{Name: "ours"}, {Name: "netstack"}}, Planned: 6,
		Settings: []results.Setting{{IUT: "netstack", Setting: "Nagle", Honour: "fixed", Value: "true"}, {IUT: "netstack", Setting: "SACK", Honour: "absent"}},
		Clauses:  map[string][]string{"close/a": {"RFC 9293 §3.6", "RFC 1337 §3"}}}
	var runs []ledger.Run
	var comparisons []ledger.Comparison
	for _, c := range []string{"close/a", "reset/a", "reset/b"} {
		for _, i := range []string{"ours", "netstack"} {
			r := &trace.Result{}
			if i == "netstack" && strings.Contains(strings.Join(failing, " "), c) {
				r = &trace.Result{Verdict: trace.Fail, Failures: []trace.Failure{{Line: 3, Expected: "x", Got: "y", Reason: "z"}}}
			}
			run := ledger.Run{Key: ledger.Key{Case: c, Family: "ipv4", IUT: i}, Result: r}
			runs = append(runs, run)
			s.Runs = append(s.Runs, results.Run{Run: run})
		}
		var differences []string
		if c != "reset/b" {
			differences = []string{"e"}
		}
		comparison := ledger.Comparison{Key: ledger.Key{Case: c, Family: "ipv4", IUT: "netstack"}, With: "ours", Differences: differences}
		comparisons = append(comparisons, comparison)
		s.Comparisons = append(s.Comparisons, results.Comparison{Comparison: comparison})
	}
	s.Findings = l.Judge(runs, comparisons)
	return s
}

func TestSummary(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	Summary(&b, suite(t, "reset/a", "reset/b"), false)
	const want = `  topic  cases  ours pass  fail  netstack pass  fail  alike  different
  close      1          1     0              1     0      0          1
  reset      2          2     0              0     2      1          1
    all      3          3     0              1     2      1          2
cases that fail, by clause: netstack RFC 9293 §3.5.2 2
known differences, by root cause: clause, class, row of the ledger, cases
RFC 9293 §3.5.2  netstack-defect  netstack-resets  fails reset/{a,b}; differs close/a
    It must not.
settings not as asked in netstack: Nagle fixed (true), SACK absent
as recorded: 6 runs, 3 comparisons, 1 ledger rows seen
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", &b, want)
	}
}

func TestCompact(t *testing.T) {
	t.Parallel()
	for want, names := range map[string][]string{
		"a/x":                       {"a/x"},
		"a/{x,y}, b/z":              {"a/x", "a/y", "b/z"},
		"alone, b/x":                {"alone", "b/x"},
		"a/{u,v,w,and 2 more}, b/x": {"a/u", "a/v", "a/w", "a/x", "a/y", "b/x"},
	} {
		if got := compact(names); got != want {
			t.Errorf("%q: got %s, want %s", names, got, want)
		}
	}
}

func TestPaint(t *testing.T) {
	t.Parallel()
	if got := Paint(true).Red("x"); got != "\x1b[31mx\x1b[0m" {
		t.Errorf("got %q", got)
	}
	if got := Paint(false).Green("x"); got != "x" {
		t.Errorf("got %q", got)
	}
	f, err := os.Create(filepath.Join(t.TempDir(), "f"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if IsTerminal(f) || bool(PaintFor(f)) {
		t.Error("a file is a terminal, expected not")
	}
}
