package ledger

import (
	"slices"
	"strings"
	"testing"

	"github.com/twinstack/twinstack/harness/trace"
)

const patterned = `- id: every-close
  iut: netstack
  class: netstack-defect
  clause: RFC 9293 §3.6
  reason: In every close.
  cases:
    - {case: "close/*", family: ipv4, fails: "line *: expected F, got nothing (*)", differs: ["after line *: ours sends F, netstack sends nothing"]}
    - {case: "*/lacks-*", unsupported: "no option *"}
    - {case: "any/*", fails: "*"}
- id: every-syn
  iut: netstack
  class: policy
  clause: RFC 9293 §3.7.1
  reason: In every SYN.
  like: SYN \d+
  cases:
    - "close/*"
- id: one
  iut: netstack
  class: latitude
  clause: RFC 9293 §3.6.1
  reason: This one.
  cases:
    - {case: close/one, fails: "line 9: expected F, got R (bad)", differs: [one]}
`

func patternLedger(t *testing.T) *Ledger {
	t.Helper()
	l, err := Parse("l.yaml", []byte(patterned))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func failed(got, why string) *trace.Result {
	return &trace.Result{Verdict: trace.Fail, Failures: []trace.Failure{{Line: 9, Expected: "F", Got: got, Reason: why}}}
}

// A pattern is about every case with such a name in which it happens, but not about one that an entry names.
func TestPatternOfRuns(t *testing.T) {
	t.Parallel()
	l := patternLedger(t)
	unsupported := &trace.Result{Verdict: trace.Unsupported, Reason: "no option x"}
	for _, test := range []struct {
		caseName, family string
		result           *trace.Result
		want             Status
		row              string
	}{
		{"close/a", "ipv4", failed("nothing", "late"), AsRecorded, "every-close"},
		{"close/a", "ipv4", &trace.Result{}, Clean, ""},
		{"close/a", "ipv4", failed("R", "late"), Unrecorded, ""},
		{"close/a", "ipv6", failed("nothing", "late"), Unrecorded, ""},
		{"reset/a", "ipv4", failed("nothing", "late"), Unrecorded, ""},
		{"reset/lacks-x", "ipv6", unsupported, AsRecorded, "every-close"},
		{"reset/a", "ipv6", unsupported, Unrecorded, ""},
		{"any/a", "ipv4", failed("R", "bad"), AsRecorded, "every-close"},
		{"any/a", "ipv4", &trace.Result{}, Clean, ""},
		{"close/one", "ipv4", failed("R", "bad"), AsRecorded, "one"},
		{"close/one", "ipv4", failed("nothing", "late"), Changed, "one"},
		{"close/one", "ipv4", &trace.Result{}, Passes, "one"},
	} {
		f := l.JudgeRun(Run{Key{test.caseName, test.family, "netstack"}, test.result})
		row := ""
		if len(f.Rows) > 0 {
			row = f.Rows[0].ID
		}
		if f.Status != test.want || row != test.row {
			t.Errorf("%s on %s, %s: %v by %q, expected %v by %q", test.caseName, test.family, Outcome(test.result), f.Status, row, test.want, test.row)
		}
	}
}

func TestPatternOfComparisons(t *testing.T) {
	t.Parallel()
	l := patternLedger(t)
	const sends = "after line 3: ours sends F, netstack sends nothing"
	for _, test := range []struct {
		caseName, notCompared string
		differences           []string
		want                  Status
		expected, got         []string // of red ones
	}{
		{"close/a", "", nil, Clean, nil, nil},
		{"close/a", "", []string{sends}, AsRecorded, nil, nil},
		{"close/a", "", []string{"SYN 1", sends, sends}, AsRecorded, nil, nil},
		{"close/a", "", []string{"SYN 1", "else"}, Unrecorded, nil, []string{"else"}},
		{"reset/a", "", []string{"SYN 1"}, Unrecorded, nil, []string{"SYN 1"}},
		{"close/one", "", []string{"one", "SYN 1"}, AsRecorded, nil, nil},
		{"close/one", "", []string{"SYN 1"}, Vanished, []string{"one"}, nil},
		{"reset/lacks-x", "netstack: unsupported: no option x", nil, AsRecorded, nil, nil},
		{"reset/lacks-x", "netstack: unsupported: no stack", nil, Broken, nil, []string{"netstack: unsupported: no stack"}},
	} {
		f := l.JudgeComparison(Comparison{Key{test.caseName, "ipv4", "netstack"}, "ours", test.differences, test.notCompared})
		if f.Status != test.want || !f.Green() && (!slices.Equal(f.Expected, test.expected) || !slices.Equal(f.Got, test.got)) {
			t.Errorf("%s %q: %v, expected %q, got %q; want %v, %q, %q", test.caseName, test.differences, f.Status, f.Expected, f.Got, test.want, test.expected, test.got)
		}
	}
}

// A pattern must show in one of its cases at least, once all were run.
func TestJudgePatterns(t *testing.T) {
	t.Parallel()
	l := patternLedger(t)
	k := Known{Cases: map[string][]string{"close/a": both, "close/one": {"ipv4"}, "reset/lacks-x": {"ipv4"}}, IUTs: []string{"ours", "netstack"}}
	pass := &trace.Result{}
	run := func(caseName, family string, r *trace.Result) Finding {
		return l.JudgeRun(Run{Key{caseName, family, "netstack"}, r})
	}
	quiet := []Finding{run("close/a", "ipv4", pass), run("close/a", "ipv6", pass), run("close/one", "ipv4", pass), run("reset/lacks-x", "ipv4", pass)}
	loud := []Finding{run("close/a", "ipv4", failed("nothing", "late")), run("reset/lacks-x", "ipv4", &trace.Result{Verdict: trace.Unsupported, Reason: "no option x"}),
		l.JudgeComparison(Comparison{Key{"close/a", "ipv6", "netstack"}, "ours", []string{"SYN 1"}, ""})}
	other := Known{Cases: map[string][]string{"reset/lacks-x": {"ipv4"}}, IUTs: k.IUTs}
	const all = 4 // the third, any/*, is about none of the cases
	for _, test := range []struct {
		name   string
		k      Known
		judged []Finding
		want   []Status // of close/* fails, */lacks-*, close/* like
	}{
		{"nothing was run", k, nil, []Status{Clean, Clean, Clean}},
		{"not all was run", k, quiet[1:], []Status{Clean, Vanished, Clean}},
		{"nothing shows", k, quiet, []Status{Vanished, Vanished, Vanished}},
		{"all show", k, slices.Concat(quiet, loud), []Status{AsRecorded, AsRecorded, AsRecorded}},
		{"no such case: that is for Removed", other, quiet, []Status{Clean, Vanished, Clean}},
	} {
		var got []Status
		findings := l.JudgePatterns(test.k, test.judged)
		if len(findings) != all || findings[2].Status != Clean {
			t.Fatalf("%s: %+v", test.name, findings)
		}
		for _, f := range slices.Delete(findings, 2, 3) {
			got = append(got, f.Status)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, expected %v", test.name, got, test.want)
		}
	}
	if f := l.JudgePatterns(k, quiet)[0]; f.Place != "l.yaml:7:14" || len(f.Expected) != 2 {
		t.Errorf("finding %+v", f)
	}
}

func TestPatternOfLive(t *testing.T) {
	t.Parallel()
	l, err := Parse("l.yaml", []byte(strings.NewReplacer(`"close/*", family: ipv4, fails: "line *: expected F, got nothing (*)", differs: ["after line *: ours sends F, netstack sends nothing"]`,
		`"textbook/live-*", fails: "segment *: late"`).Replace(patterned)))
	if err != nil {
		t.Fatal(err)
	}
	k := Known{Cases: map[string][]string{LiveAsClient: {"ipv4"}, LiveAsServer: {"ipv4"}}}
	late := l.JudgeLive("ours", "netstack", "ipv4", []string{"segment 3: late", "more"})
	fine := l.JudgeLive("ours", "netstack", "ipv4", nil)
	back := l.JudgeLive("netstack", "ours", "ipv4", nil)
	if late.Status != AsRecorded || fine.Status != Clean || l.JudgeLive("netstack", "ours", "ipv4", []string{"else"}).Status != Unrecorded {
		t.Errorf("late: %v, fine: %v", late.Status, fine.Status)
	}
	for _, test := range []struct {
		judged []Finding
		want   Status
	}{{[]Finding{late, back}, AsRecorded}, {[]Finding{fine, back}, Vanished}, {[]Finding{fine}, Clean}} {
		if f := l.JudgePatterns(k, test.judged)[0]; f.Status != test.want {
			t.Errorf("%v, expected %v", f.Status, test.want)
		}
	}
}
