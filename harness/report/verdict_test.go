package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/matrix/causes"
	"github.com/twinstack/twinstack/harness/results"
)

func TestVerdict(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	Verdict(&b, suite(t, "reset/a", "close/a"), false)
	const want = `not as recorded: 1 new, 1 unexpectedly passing; 6 runs, 3 comparisons, 1 ledger rows seen

new: 1
close/a  netstack over ipv4  RFC 9293 §3.6, RFC 1337 §3
    on record: pass
    now:       line 3: expected x, got y (z)
    ours:      pass

unexpectedly passing: 1
reset/b  netstack over ipv4  RFC 9293 §3.5.2 (netstack-resets)
    on record: line 3: expected x, got y (z)
    now:       pass
    ours:      pass
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", &b, want)
	}
	b.Reset()
	s := suite(t, "reset/a", "reset/b")
	s.Planned = 9
	Verdict(&b, s, false)
	if got := b.String(); got != "stopped: 6 of 9 runs; nothing that is not as recorded\n" {
		t.Errorf("got %q", got)
	}
}

// Each kind has its heading and its count; of a case the runs come before the comparison; what reads the same on both
// families is told once; what is wrong with the ledger is told with its place.
func TestVerdictByKind(t *testing.T) {
	t.Parallel()
	row := &ledger.Row{ID: "row", IUT: "netstack", Clause: "RFC 9293 §3.5.2"}
	f := func(caseName, family, with string, status ledger.Status, got ...string) ledger.Finding {
		return ledger.Finding{Key: ledger.Key{Case: caseName, Family: family, IUT: "netstack"}, With: with, Status: status, Got: got}
	}
	removed := ledger.Finding{Key: ledger.Key{Case: "close/z", IUT: "netstack"}, Status: ledger.Removed, Rows: []*ledger.Row{row},
		Expected: []string{"line 1: old"}, Got: []string{"no such case"}, Place: "l.yaml:9:7"}
	todo := ledger.Finding{Key: ledger.Key{IUT: "netstack"}, Status: ledger.Unfinished, Rows: []*ledger.Row{row}, Got: []string{"class: TODO", "clause: TODO"}, Place: "l.yaml:3:7"}
	vanished := f("close/b", "ipv4", "ours", ledger.Vanished)
	vanished.Expected, vanished.Rows = []string{"one", "two", "three", "four", "five", "six"}, []*ledger.Row{row}
	s := &results.Suite{IUTs: []results.IUT{{Name: "ours"}, {Name: "netstack"}}, Findings: []ledger.Finding{
		f("close/a", "ipv4", "", ledger.Unrecorded, "line 3"), f("close/a", "ipv6", "", ledger.Unrecorded, "line 3"),
		f("close/b", "ipv4", "", ledger.Broken, "error: e"), f("close/c", "ipv4", "", ledger.Unrecorded, "line 5"),
		f("close/a", "ipv4", "ours", ledger.Unrecorded, "d"), f("close/a", "ipv6", "ours", ledger.Unrecorded, "e"),
		f("close/c", "ipv4", "ours", ledger.Changed, "d"), vanished, removed, todo}}
	var b strings.Builder
	Verdict(&b, s, false)
	const head = "not as recorded: 5 new, 1 changed, 1 vanished, 1 removed, 1 to be filled in, 1 could not be judged; 0 runs, 0 comparisons, 0 ledger rows seen\n"
	const want = head + `
new: 5
close/a  netstack over ipv4, ipv6  
    on record: pass
    now:       line 3
close/a  ours and netstack over ipv4  
    on record: no such difference
    now:       d
close/a  ours and netstack over ipv6  
    on record: no such difference
    now:       e
close/c  netstack over ipv4  
    on record: pass
    now:       line 5

changed: 1
close/c  ours and netstack over ipv4  
    on record: nothing else
    now:       d

vanished: 1
close/b  ours and netstack over ipv4  RFC 9293 §3.5.2 (row)
    on record: one
               two
               three
               four
               … and 2 more
    now:       nothing else

removed: 1
l.yaml:9:7  close/z on netstack  RFC 9293 §3.5.2 (row)
    on record: line 1: old
    now:       no such case

to be filled in: 1
l.yaml:3:7  netstack  RFC 9293 §3.5.2 (row)
    now:       class: TODO
               clause: TODO

could not be judged: 1
close/b  netstack over ipv4  
    on record: pass
    now:       error: e

` + head
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", &b, want)
	}
}

// The gate has one verdict on the suite and the matrix, and all their rows in it.
func TestVerdictWithMatrix(t *testing.T) {
	t.Parallel()
	row := func(id string) *ledger.Row { return &ledger.Row{ID: id, IUT: "netstack", Clause: "RFC 9293 §3.5.2"} }
	of := func(status ledger.Status, r *ledger.Row) causes.Judged {
		return causes.Judged{MatrixFinding: ledger.MatrixFinding{Mistake: ledger.Mistake{IUT: "netstack", Rule: "r", Shape: "s"}, Status: status, Row: r, Place: "l.yaml:5:7"}}
	}
	s := suite(t, "reset/a", "reset/b")
	for _, test := range []struct {
		all  []causes.Judged
		want string
	}{
		{nil, "as recorded: 6 runs, 3 comparisons, 1 ledger rows seen\n"},
		{[]causes.Judged{}, "as recorded: 6 runs, 3 comparisons, 0 cases of the matrix by 0 root causes, 1 ledger rows seen\n"},
		{[]causes.Judged{of(ledger.AsRecorded, row("a")), of(ledger.AsRecorded, s.Causes()[0].Row)},
			"as recorded: 6 runs, 3 comparisons, 0 cases of the matrix by 0 root causes, 2 ledger rows seen\n"},
		{[]causes.Judged{of(ledger.Vanished, row("a"))}, "not as recorded: 1 vanished; 6 runs, 3 comparisons, 0 cases of the matrix by 0 root causes, 1 ledger rows seen\n" +
			"\nvanished: 1\nl.yaml:5:7  netstack vanished: r: s\n         a: no case of the matrix shows it\n"},
	} {
		var b strings.Builder
		if VerdictWithMatrix(&b, s, test.all, false); b.String() != test.want {
			t.Errorf("got\n%s\nwant\n%s", &b, test.want)
		}
	}
}

// What one stack does wrong is told with what the other does.
func TestVerdictTellsBoth(t *testing.T) {
	t.Parallel()
	s := suite(t, "reset/a", "reset/b")
	for i := range s.Findings {
		if f := &s.Findings[i]; f.Case == "reset/b" && f.IUT == "ours" && f.With == "" {
			f.Status, f.Got = ledger.Unrecorded, []string{"line 3: expected x, got w (v)"}
		}
	}
	var b strings.Builder
	Verdict(&b, s, false)
	want := fmt.Sprintf("reset/b  ours over ipv4  \n    on record: pass\n    now:       %s\n    netstack:  %s\n", "line 3: expected x, got w (v)", "line 3: expected x, got y (z)")
	if !strings.Contains(b.String(), want) {
		t.Errorf("got\n%s\nwant\n%s", &b, want)
	}
}
