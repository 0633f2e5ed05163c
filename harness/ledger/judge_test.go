package ledger

import (
	"slices"
	"strings"
	"testing"

	"github.com/twinstack/twinstack/harness/trace"
)

const judged = `- id: root
  iut: netstack
  class: netstack-defect
  clause: RFC 9293 §3.5.2
  reason: It fails.
  cases:
    - {case: fails, fails: "line 1: expected a, got b (c)"}
    - {case: fails6, family: ipv6, fails: "line 1: expected a, got b (c)"}
    - {case: lacks, unsupported: "no option x"}
    - {case: differs, differs: [one, two, two]}
- id: second
  iut: netstack
  class: latitude
  clause: RFC 9293 §3.5.3
  reason: It may.
  cases:
    - {case: differs, differs: [three]}
- id: third
  iut: netstack
  class: policy
  clause: RFC 9293 §3.5.3
  reason: In every SYN.
  like: SYN \d+
  cases:
    - everywhere
    - {case: differs6, family: ipv4, differs: [SYN 1]}
`

func parsed(t *testing.T) *Ledger {
	t.Helper()
	l, err := Parse("l.yaml", []byte(judged))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestJudgeRun(t *testing.T) {
	t.Parallel()
	l := parsed(t)
	pass := &trace.Result{Verdict: trace.Pass}
	fail := func(got string) *trace.Result {
		return &trace.Result{Verdict: trace.Fail, Failures: []trace.Failure{
			{Line: 1, Expected: "a", Got: got, Reason: "c"}, {Line: 2, Expected: "later", Got: "x", Reason: "y"}}}
	}
	tests := []struct {
		name              string
		caseName, fam, on string
		result            *trace.Result
		want              Status
		rows              int
	}{
		{"passes", "other", "ipv4", "netstack", pass, Clean, 0},
		{"fails as recorded", "fails", "ipv4", "netstack", fail("b"), AsRecorded, 1},
		{"fails otherwise", "fails", "ipv6", "netstack", fail("z"), Changed, 1},
		{"passes though recorded", "fails", "ipv6", "netstack", pass, Passes, 1},
		{"another IUT", "fails", "ipv4", "ours", fail("b"), Unrecorded, 0},
		{"new", "other", "ipv4", "netstack", fail("b"), Unrecorded, 0},
		{"family that is recorded", "fails6", "ipv6", "netstack", fail("b"), AsRecorded, 1},
		{"family that is not", "fails6", "ipv4", "netstack", fail("b"), Unrecorded, 0},
		{"unsupported as recorded", "lacks", "ipv4", "netstack", &trace.Result{Verdict: trace.Unsupported, Reason: "no option x"}, AsRecorded, 1},
		{"unsupported otherwise", "lacks", "ipv4", "netstack", &trace.Result{Verdict: trace.Unsupported, Reason: "no option y"}, Changed, 1},
		{"unsupported, new", "other", "ipv4", "netstack", &trace.Result{Verdict: trace.Unsupported, Reason: "no option x"}, Unrecorded, 0},
		{"supported by now", "lacks", "ipv4", "netstack", pass, Passes, 1},
		{"error", "fails", "ipv4", "netstack", &trace.Result{Verdict: trace.Error, Reason: "no host"}, Broken, 1},
		{"inconclusive", "other", "ipv4", "netstack", &trace.Result{Verdict: trace.Inconclusive, Reason: "?"}, Broken, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := l.JudgeRun(Run{Key{test.caseName, test.fam, test.on}, test.result})
			if f.Status != test.want || len(f.Rows) != test.rows {
				t.Errorf("got %v with %d rows, want %v with %d", f.Status, len(f.Rows), test.want, test.rows)
			}
			if green := test.want == Clean || test.want == AsRecorded; f.Green() != green {
				t.Errorf("green is %v, want %v", f.Green(), green)
			}
		})
	}
}

func TestJudgeComparison(t *testing.T) {
	t.Parallel()
	l := parsed(t)
	tests := []struct {
		name, caseName, notCompared string
		differences                 []string
		want                        Status
		expected, got               []string
	}{
		{"alike", "other", "", nil, Clean, nil, nil},
		{"as recorded, in any order", "differs", "", []string{"three", "two", "one", "two"}, AsRecorded,
			[]string{"one", "two", "two", "three"}, []string{"three", "two", "one", "two"}},
		{"one less of two", "differs", "", []string{"one", "two", "three"}, Vanished, []string{"two"}, nil},
		{"one more", "differs", "", []string{"one", "two", "two", "three", "four"}, Unrecorded, nil, []string{"four"}},
		{"vanished", "differs", "", nil, Vanished, []string{"one", "two", "two", "three"}, nil},
		{"new", "other", "", []string{"one"}, Unrecorded, nil, []string{"one"}},
		{"like", "everywhere", "", []string{"SYN 1", "SYN 22"}, AsRecorded, nil, []string{"SYN 1", "SYN 22"}},
		{"like it in part", "everywhere", "", []string{"SYN 1", "a SYN 2"}, Unrecorded, nil, []string{"a SYN 2"}},
		{"nothing like it", "everywhere", "", []string{"ACK 1"}, Changed, []string{"like ^(?:SYN \\d+)$"}, []string{"ACK 1"}},
		{"no more like it", "everywhere", "", nil, Vanished, []string{"like ^(?:SYN \\d+)$"}, nil},
		{"like and exact", "differs6", "", []string{"SYN 2", "SYN 1"}, AsRecorded, []string{"SYN 1"}, []string{"SYN 2", "SYN 1"}},
		{"like, but not exact", "differs6", "", []string{"SYN 2"}, Vanished, []string{"SYN 1"}, nil},
		{"exact, but none like it", "differs6", "", []string{"SYN 1"}, Vanished, []string{"like ^(?:SYN \\d+)$"}, nil},
		{"unsupported", "lacks", "netstack: unsupported", nil, AsRecorded, nil, []string{"netstack: unsupported"}},
		{"broken", "other", "netstack: error", nil, Broken, nil, []string{"netstack: error"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := l.JudgeComparison(Comparison{Key{test.caseName, "ipv4", "netstack"}, "ours", test.differences, test.notCompared})
			if f.Status != test.want || !slices.Equal(f.Expected, test.expected) || !slices.Equal(f.Got, test.got) {
				t.Errorf("got %v, expected %q, got %q; want %v, %q, %q", f.Status, f.Expected, f.Got, test.want, test.expected, test.got)
			}
		})
	}
}

// Of what is red those rows are named that are wrong about it.
func TestRowsOfAComparison(t *testing.T) {
	t.Parallel()
	l := parsed(t)
	for _, test := range []struct {
		differences []string
		want        []string
	}{
		{[]string{"one", "two", "two", "three"}, []string{"root", "second"}},
		{[]string{"one", "two", "three"}, []string{"root"}},
		{[]string{"one", "two", "two", "four"}, []string{"second"}},
		{[]string{"one", "two", "two", "three", "four"}, nil},
	} {
		var got []string
		for _, r := range l.JudgeComparison(Comparison{Key{"differs", "ipv4", "netstack"}, "ours", test.differences, ""}).Rows {
			got = append(got, r.ID)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%q: rows %q, expected %q", test.differences, got, test.want)
		}
	}
}

func TestJudgeLive(t *testing.T) {
	t.Parallel()
	l, err := Parse("l.yaml", []byte(strings.NewReplacer("{case: fails,", "{case: textbook/live-as-client,",
		"{case: fails6,", "{case: textbook/live-as-server,").Replace(judged)))
	if err != nil {
		t.Fatal(err)
	}
	const recorded = "line 1: expected a, got b (c)"
	tests := []struct {
		name, client, server, family string
		wrong                        []string
		want                         Status
		rows                         int
	}{
		{"nothing", "ours", "ours", "ipv4", nil, Clean, 0},
		{"not recorded", "ours", "ours", "ipv4", []string{recorded}, Unrecorded, 0},
		{"client", "netstack", "ours", "ipv4", []string{recorded, "more"}, AsRecorded, 1},
		{"client, otherwise", "netstack", "ours", "ipv4", []string{"more", recorded}, Changed, 1},
		{"client, mended", "netstack", "ours", "ipv6", nil, Passes, 1},
		{"server", "ours", "netstack", "ipv6", []string{recorded}, AsRecorded, 1},
		{"server, another family", "ours", "netstack", "ipv4", []string{recorded}, Unrecorded, 0},
		{"both", "netstack", "netstack", "ipv6", []string{recorded}, AsRecorded, 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := l.JudgeLive(test.client, test.server, test.family, test.wrong)
			if f.Status != test.want || len(f.Rows) != test.rows {
				t.Errorf("got %v with %d rows, want %v with %d", f.Status, len(f.Rows), test.want, test.rows)
			}
		})
	}
}

func TestJudgeKeepsOrder(t *testing.T) {
	t.Parallel()
	pass := &trace.Result{}
	fs := parsed(t).Judge([]Run{{Key{"b", "ipv4", "ours"}, pass}, {Key{"a", "ipv4", "ours"}, pass}},
		[]Comparison{{Key: Key{"b", "ipv4", "netstack"}, With: "ours"}})
	var names []string
	for _, f := range fs {
		names = append(names, f.String())
	}
	if want := []string{"b on ipv4: ours", "a on ipv4: ours", "b on ipv4: ours and netstack"}; !slices.Equal(names, want) {
		t.Errorf("got %q, want %q", names, want)
	}
}
