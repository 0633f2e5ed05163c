package ledger

import (
	"slices"
	"strings"
	"testing"
)

const goodMatrix = `- id: netstack-no-ack-bit
  iut: netstack
  class: netstack-defect
  clause: RFC 9293 §3.10.7.4
  reason: Without an ACK bit nothing is answered.
  matrix:
    - {rule: "other.*", shape: "nothing instead of ACK!", after: no ACK bit}
    - rule: other.0.paws
      shape: nothing instead of ACK!
      after: ACK
      in: TIME-WAIT
- id: ours-hard-errors
  iut: ours
  class: latitude
  clause: RFC 5927 §5.2
  reason: A hard error is soft.
  matrix: [{rule: icmp.hard, shape: against SHLD-26}]
`

func TestParseMatrix(t *testing.T) {
	t.Parallel()
	l, err := Parse("l.yaml", []byte(goodMatrix))
	if err != nil {
		t.Fatal(err)
	}
	e := l.Rows[0].Matrix
	if len(e) != 2 || e[0].After != "no ACK bit" || e[0].In != "" || e[0].Pos != (Pos{7, 7}) || e[1].In != "TIME-WAIT" || e[1].Pos != (Pos{8, 7}) {
		t.Errorf("entries %+v", e)
	}
}

func TestMatrixErrors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ old, new, want string }{
		{"      shape: nothing", "      form: nothing", `l.yaml:9:7: unknown key "form" in an entry of the matrix, expected one of rule, shape, after, in`},
		{"      shape: nothing instead of ACK!\n", "", `l.yaml:8:7: an entry of the matrix without "shape", expected it`},
		{"    - rule: other.0.paws\n      shape", "    - shape", `l.yaml:8:7: an entry of the matrix without "rule", expected it`},
		{"in: TIME-WAIT", "in: 3", `l.yaml:11:11: 3 (int), expected a group of states as text`},
		{"[{rule: icmp.hard, shape: against SHLD-26}]", "[]", `l.yaml:17:11: no entry, expected at least one`},
		{"[{rule: icmp.hard, shape: against SHLD-26}]", "icmp.hard", `l.yaml:17:11: "icmp.hard", expected a list of entries`},
		{"  matrix: [{rule: icmp.hard, shape: against SHLD-26}]\n", "", `l.yaml:12:3: a row without "cases", "matrix" and "transitions", expected one of them`},
		{"against SHLD-26", "nothing instead of RST", `l.yaml:17:37: a failure of ours, expected "against " and a requirement: ours is mended`},
	} {
		text := strings.Replace(goodMatrix, test.old, test.new, 1)
		if text == goodMatrix {
			t.Fatalf("nothing to replace: %q", test.old)
		}
		_, err := Parse("l.yaml", []byte(text))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q:\ngot  %v\nwant %s", test.new, err, test.want)
		}
	}
}

// An entry that speaks of what is no more, or of what another has, is removed: however little was played.
func TestMatrixRemoved(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ old, new, place, why string }{
		{"rule: other.0.paws", "rule: other.0.pws", "l.yaml:8:7", `no such rule, expected the like of "other.0.paws"`},
		{`"other.*"`, `"nothing.*"`, "l.yaml:7:7", `no such rule, expected the like of "other.0.paws"`},
		{"    - rule: other.0.paws\n", "    - {rule: \"other.*\", shape: \"nothing instead of ACK!\", after: no ACK bit}\n    - rule: other.0.paws\n",
			"l.yaml:8:7", "line 7 has it already"},
	} {
		l, err := Parse("l.yaml", []byte(strings.Replace(goodMatrix, test.old, test.new, 1)))
		if err != nil {
			t.Fatal(err)
		}
		got := l.JudgeMatrix(nil, ruleIDs, []string{"netstack"}, false)
		if len(got) != 1 || got[0].Status != Removed || got[0].Place != test.place || got[0].Why != test.why {
			t.Errorf("%q: got %+v, expected removed at %s: %s", test.new, got, test.place, test.why)
		}
	}
}

var ruleIDs = []string{"other.0.paws", "other.4.challenge", "icmp.hard", "status.error", "no panic"}

func TestLike(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		pattern, text string
		want          bool
	}{
		{"a", "a", true}, {"a", "ab", false}, {"a", "ba", false},
		{"*", "", true}, {"*", "anything [1]", true}, {"a*", "a", true}, {"a*", "ba", false}, {"*a", "ba", true}, {"*a", "ab", false},
		{"a*b", "ab", true}, {"a*b", "a", false}, {"a*a", "a", false}, {"a*b*c", "aXbXc", true}, {"a*b*c", "aXcXb", false},
		{"a*bb*b", "abbb", true}, {"a*bb*b", "abb", false}, {"a[b]", "a[b]", true},
	} {
		if got := Like(test.pattern, test.text); got != test.want {
			t.Errorf("Like(%q, %q) is %v, expected %v", test.pattern, test.text, got, test.want)
		}
	}
}

func TestJudgeMatrix(t *testing.T) {
	t.Parallel()
	l, err := Parse("l.yaml", []byte(goodMatrix))
	if err != nil {
		t.Fatal(err)
	}
	m := func(iut, rule, shape, after, in string) Mistake { return Mistake{iut, rule, shape, after, in} }
	tell := func(all []MatrixFinding) (told []string) {
		for _, f := range all {
			row := "no row"
			if f.Row != nil {
				row = f.Row.ID
			}
			told = append(told, f.IUT+" "+f.Mistake.String()+" | "+f.Status.String()+" | "+row)
		}
		return told
	}
	shown := []Mistake{
		m("netstack", "other.4.challenge", "nothing instead of ACK!", "no ACK bit", "synchronized"),
		m("netstack", "other.4.challenge", "nothing instead of ACK!", "no ACK bit", "TIME-WAIT"),
		m("netstack", "other.4.challenge", "nothing instead of ACK!", "SYN", "TIME-WAIT"),
		m("ours", "other.4.challenge", "nothing instead of ACK!", "no ACK bit", "synchronized"),
		m("ours", "icmp.hard", "against SHLD-26", "ICMP", "synchronized"),
	}
	want := []string{
		"netstack other.4.challenge: nothing instead of ACK!, after no ACK bit, in synchronized | as recorded | netstack-no-ack-bit",
		"netstack other.4.challenge: nothing instead of ACK!, after no ACK bit, in TIME-WAIT | as recorded | netstack-no-ack-bit",
		"netstack other.4.challenge: nothing instead of ACK!, after SYN, in TIME-WAIT | new | no row",
		"ours other.4.challenge: nothing instead of ACK!, after no ACK bit, in synchronized | new | no row",
		"ours icmp.hard: against SHLD-26, after ICMP, in synchronized | as recorded | ours-hard-errors",
	}
	gone := "netstack other.0.paws: nothing instead of ACK!, after ACK, in TIME-WAIT | vanished | netstack-no-ack-bit"
	both := []string{"ours", "netstack"}
	if got := tell(l.JudgeMatrix(shown, ruleIDs, both, true)); !slices.Equal(got, append(slices.Clone(want), gone)) {
		t.Errorf("got\n\t%s", strings.Join(got, "\n\t"))
	}
	if got := tell(l.JudgeMatrix(shown, ruleIDs, both, false)); !slices.Equal(got, want) {
		t.Errorf("where not everything was played: got\n\t%s", strings.Join(got, "\n\t"))
	}
	if got := tell(l.JudgeMatrix(nil, ruleIDs, []string{"ours"}, true)); len(got) != 1 || !strings.HasPrefix(got[0], "ours ") {
		t.Errorf("where ours alone was played: got %q", got)
	}
}

// An entry that names one mistake goes before one that is like several, wherever it stands, so that an exception can be made.
func TestPlainEntriesFirst(t *testing.T) {
	t.Parallel()
	text := goodMatrix + `- id: netstack-exception
  iut: netstack
  class: latitude
  clause: RFC 9293 §3.10.7.4
  reason: So.
  matrix: [{rule: other.0.paws, shape: "nothing instead of ACK!", after: no ACK bit, in: TIME-WAIT}]
`
	l, err := Parse("l.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	f := l.JudgeMatrix([]Mistake{{"netstack", "other.0.paws", "nothing instead of ACK!", "no ACK bit", "TIME-WAIT"}}, ruleIDs, []string{"netstack"}, true)
	if f[0].Row.ID != "netstack-exception" || len(f) != 3 {
		t.Errorf("got %+v, expected the exception, and two entries that nothing shows", f)
	}
}

// A proposal, once somebody has said what it is, records what it was made from.
func TestMatrixProposal(t *testing.T) {
	t.Parallel()
	unknown := []MatrixUnknown{
		{Mistake{"netstack", "status.error", `getsockopt gives 0 [0] instead of SO_ERROR "connection reset"`, "getsockopt", "LISTEN"}, "RFC 9293 §3.9.1.8", []string{"3 cases: LISTEN 3", "a: b"}},
		{Mistake{"netstack", "no panic", "the IUT panicked", "", ""}, "", nil},
		{Mistake{"ours", "icmp.soft", "CLOSED instead of staying", "ICMP", "SYN-SENT"}, "RFC 9293 §3.9.2.2", []string{"never"}},
		{Mistake{"ours", "icmp.hard", "against SHLD-26", "ICMP", "synchronized"}, "RFC 9293 §3.9.2.2", nil},
	}
	text, err := MatrixProposal(unknown)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "never") || !strings.Contains(string(text), "# 3 cases: LISTEN 3\n# a: b\n- id: netstack-status.error-getsockopt-gives-0-0") {
		t.Errorf("got\n%s", text)
	}
	l, err := Parse("l.yaml", text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if red := l.Unfinished(); len(red) != 3 || len(red[0].Got) != 2 || len(red[1].Got) != 3 { // the clause of the second is not known
		t.Errorf("to be filled in: %+v", red)
	}
	for i, f := range l.JudgeMatrix([]Mistake{unknown[0].Mistake, unknown[1].Mistake, unknown[3].Mistake}, ruleIDs, []string{"ours", "netstack"}, true) {
		if !f.Green() || i > 2 {
			t.Errorf("%v: %v", f.Mistake, f.Status)
		}
	}
}
