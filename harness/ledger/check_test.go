package ledger

import (
	"slices"
	"strings"
	"testing"
)

var (
	both  = []string{"ipv4", "ipv6"}
	known = Known{Cases: map[string][]string{"reset/in-window": both, "reset/other": both}, IUTs: []string{"ours", "netstack"}}
)

func TestCheck(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		known      Known
		want       string // "" for none
	}{
		{"good", good, known, ""},
		{"no such case: that is for Removed", strings.Replace(good, "reset/other", "reset/othr", 1), known, ""},
		{"the reference differs", good, Known{Cases: known.Cases, IUTs: []string{"netstack", "ours"}},
			`l.yaml:11:9: a difference of netstack, expected none: it is the reference, and differences stand with the other IUT`},
		{"like, of the reference", strings.NewReplacer("  cases:", "  like: a\n  cases:", `      unsupported: "no such option"`, "").Replace(good), Known{Cases: known.Cases, IUTs: []string{"netstack", "ours"}},
			`l.yaml:6:9: a difference of netstack, expected none`},
		{"live", strings.Replace(good, "reset/other", LiveAsClient, 1), Known{Cases: map[string][]string{"reset/in-window": both, LiveAsClient: both}, IUTs: known.IUTs},
			`l.yaml:13:13: case "textbook/live-as-client" with something else than fails, expected that alone`},
		{"unknown IUT", good, Known{Cases: known.Cases, IUTs: []string{"ours", "kernel"}},
			`l.yaml:2:8: unknown IUT "netstack", expected one of ours, kernel`},
		{"twice in a row", strings.Replace(good, "reset/other", "reset/in-window", 1), known,
			`l.yaml:13:13: case "reset/in-window" a second time in this row, expected it once`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			l, err := Parse("l.yaml", []byte(test.text))
			if err != nil {
				t.Fatal(err)
			}
			err = l.Check(test.known)
			switch {
			case test.want == "" && err != nil:
				t.Error(err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

// An entry that is one too many is a finding at its place in the file, and no mistake of the file.
func TestRemoved(t *testing.T) {
	t.Parallel()
	again := good + strings.Replace(strings.Replace(good, "3.2-rst", "3.2-again", 1), "      family: ipv6\n", "", 1)
	arrows := Known{Cases: map[string][]string{"reset/a": {"ipv4"}}, IUTs: known.IUTs, Arrows: []string{"listen-syn-sent-send", "last-ack-closed-abort"}}
	tests := []struct {
		name, text string
		known      Known
		want       []string // finding: why
	}{
		{"none", good, known, nil},
		{"no such case", strings.Replace(good, "reset/other", "reset/othr", 1), known,
			[]string{"l.yaml:13:13: reset/othr on netstack: no such case, expected one of reset/in-window, reset/other"}},
		{"moved case", strings.Replace(good, "reset/other", "close/other", 1), known,
			[]string{"l.yaml:13:13: close/other on netstack: no such case, expected reset/other"}},
		{"family", good, Known{Cases: map[string][]string{"reset/in-window": {"ipv4"}, "reset/other": both}, IUTs: known.IUTs},
			[]string{"l.yaml:7:13: reset/in-window on netstack: the case does not run on ipv6, expected ipv4"}},
		{"no case like a pattern", strings.Replace(good, "reset/other", "'close/*'", 1), known,
			[]string{"l.yaml:13:13: close/* on netstack: no case has such a name"}},
		{"a second verdict", again, known, []string{"l.yaml:21:13: reset/in-window on netstack: line 7 has its verdict already",
			"l.yaml:26:13: reset/other on netstack: line 13 has its verdict already"}},
		{"no such arrow", strings.Replace(transitional, "last-ack-closed-abort", "last-ack-closed-abrt", 1), arrows,
			[]string{`l.yaml:10:15: transition/last-ack-closed-abrt on netstack: no such transition, expected the like of "listen-syn-sent-send" ("ci list transitions" has them all)`}},
		{"an arrow twice", strings.Replace(transitional, "last-ack-closed-abort", "listen-syn-sent-send", 1), arrows,
			[]string{"l.yaml:10:15: transition/listen-syn-sent-send on netstack: line 9 has it already"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			l, err := Parse("l.yaml", []byte(test.text))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range l.Removed(test.known) {
				if f.Status != Removed || f.Green() || len(f.Expected) == 0 {
					t.Errorf("finding %+v", f)
				}
				got = append(got, f.String()+": "+strings.Join(f.Got, " "))
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

// A row with a TODO can be read, and is red until it is filled in.
func TestUnfinished(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, old, new, place string
		want                  []string
	}{
		{"good", "", "", "", nil},
		{"class", "class: netstack-defect", "class: TODO", "l.yaml:3:10", []string{"class: TODO, expected one of netstack-defect, both, latitude, policy"}},
		{"clause", "RFC 5961 §3.2", "TODO", "l.yaml:4:11", []string{`clause: TODO, expected the like of "RFC 9293 §3.10.7.4"`}},
		{"reason", "reason: An RST", "reason: TODO. An RST", "l.yaml:5:11", []string{"reason: TODO. An RST in the window is taken. It must draw a challenge ACK."}},
		{"a word with TODO in it", "reason: An RST", "reason: A TODOIST", "", nil},
		{"all", "class: netstack-defect\n  clause: RFC 5961 §3.2\n  reason: An", "class: TODO\n  clause: TODO\n  reason: TODO", "l.yaml:3:10",
			[]string{"class: TODO, expected one of netstack-defect, both, latitude, policy", `clause: TODO, expected the like of "RFC 9293 §3.10.7.4"`,
				"reason: TODO RST in the window is taken. It must draw a challenge ACK."}},
	} {
		l, err := Parse("l.yaml", []byte(strings.Replace(good, test.old, test.new, 1)))
		if err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		red := l.Unfinished()
		if test.want == nil && len(red) == 0 {
			continue
		}
		if len(red) != 1 || red[0].Status != Unfinished || red[0].Place != test.place || !slices.Equal(red[0].Got, test.want) {
			t.Errorf("%s: got %+v, expected %s: %q", test.name, red, test.place, test.want)
		}
	}
}
