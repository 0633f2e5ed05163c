package ledger

import (
	"slices"
	"strings"
	"testing"
)

const transitional = `- id: root
  iut: netstack
  class: policy
  clause: RFC 9293 §3.10.1
  reason: It may not.
  cases:
    - {case: reset/a, fails: "line 1: expected a, got b (c)"}
  transitions:
    - {arrow: listen-syn-sent-send, instead: "reset/a, line 1: stays in LISTEN"}
    - {arrow: last-ack-closed-abort, instead: "reset/a, line 2: stays in LAST-ACK"}
`

func TestJudgeTransition(t *testing.T) {
	t.Parallel()
	l, err := Parse("l.yaml", []byte(transitional))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, iut, arrow string
		taken            bool
		instead          string
		want             Status
		expected, got    string
	}{
		{"taken", "netstack", "closed-listen-passive-open", true, "", Clean, "taken", "taken"},
		{"as recorded", "netstack", "listen-syn-sent-send", false, "reset/a, line 1: stays in LISTEN", AsRecorded,
			"reset/a, line 1: stays in LISTEN", "reset/a, line 1: stays in LISTEN"},
		{"recorded as not taken, and taken", "netstack", "listen-syn-sent-send", true, "", Passes, "reset/a, line 1: stays in LISTEN", "taken"},
		{"otherwise than recorded", "netstack", "listen-syn-sent-send", false, "reset/a, line 1: goes to CLOSED", Changed,
			"reset/a, line 1: stays in LISTEN", "reset/a, line 1: goes to CLOSED"},
		{"no case shows it any more", "netstack", "listen-syn-sent-send", false, "", Changed, "reset/a, line 1: stays in LISTEN", noCase},
		{"blank", "netstack", "closed-listen-passive-open", false, "", Unrecorded, "taken", noCase},
		{"without a reason", "netstack", "closed-listen-passive-open", false, "reset/a, line 9: stays in CLOSED", Unrecorded,
			"taken", "reset/a, line 9: stays in CLOSED"},
		{"recorded of another", "ours", "listen-syn-sent-send", false, "", Unrecorded, "taken", noCase},
	} {
		f := l.JudgeTransition(test.iut, test.arrow, test.taken, test.instead)
		if f.Status != test.want || !slices.Equal(f.Expected, []string{test.expected}) || !slices.Equal(f.Got, []string{test.got}) {
			t.Errorf("%s: %v, on record %q, now %q, expected %v, %q, %q", test.name, f.Status, f.Expected, f.Got, test.want, test.expected, test.got)
		}
		if recorded := test.expected != "taken"; recorded != (len(f.Rows) == 1) {
			t.Errorf("%s: rows %v", test.name, f.Rows)
		}
		if want := "transition/" + test.arrow + " on " + test.iut; f.String() != want {
			t.Errorf("%s: is called %q, expected %q", test.name, f, want)
		}
	}
}

func TestTransitionErrors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, old, new, want string }{
		{"of ours", "iut: netstack", "iut: ours", `l.yaml:9:5: transitions of ours, expected none: ours is mended`},
		{"no list", "transitions:\n    - {arrow: listen-syn-sent-send, instead: \"reset/a, line 1: stays in LISTEN\"}\n    - {arrow: last-ack-closed-abort, instead: \"reset/a, line 2: stays in LAST-ACK\"}",
			"transitions: listen-syn-sent-send", `l.yaml:8:16: "listen-syn-sent-send", expected a list of transitions`},
		{"empty", "transitions:\n    - {arrow: listen-syn-sent-send, instead: \"reset/a, line 1: stays in LISTEN\"}\n    - {arrow: last-ack-closed-abort, instead: \"reset/a, line 2: stays in LAST-ACK\"}",
			"transitions: []", `l.yaml:8:16: no transition, expected at least one`},
		{"unknown key", "arrow: last", "row: last", `l.yaml:10:8: unknown key "row" in a transition, expected one of arrow, instead`},
		{"without instead", `, instead: "reset/a, line 2: stays in LAST-ACK"`, "", `l.yaml:10:7: a transition without "instead", expected it`},
	} {
		text := strings.Replace(transitional, test.old, test.new, 1)
		if text == transitional {
			t.Fatalf("%s: nothing to replace", test.name)
		}
		_, err := Parse("l.yaml", []byte(text))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, expected %s", test.name, err, test.want)
		}
	}
}
