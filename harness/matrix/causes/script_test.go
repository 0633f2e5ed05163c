package causes

import (
	"strings"
	"testing"

	"github.com/twinstack/twinstack/harness/script"
)

// A script takes what either of two did, where it can say so.
func TestAgree(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, reference, iut, want string }{
		{"the same", "+0 > . 1:1(0) ack 1", "+0 > . 1:1(0) ack 1", "+0 > . 1:1(0) ack 1"},
		{"another packet", "+0 > . 1:1(0) ack 1", "+0 > R 1:1(0)", "+0 > . 1:1(0) ack 1\n// or: > R 1:1(0)"},
		{"a packet less", "+0 > . 1:1(0) ack 1\n+0 > R 1:1(0)", "+0 > R 1:1(0)", "+0 > . 1:1(0) ack 1\n// or: nothing\n+0 > R 1:1(0)"},
		{"a packet more", "+0 > R 1:1(0)", "+0 > . 1:1(0) ack 1\n+0 > R 1:1(0)", "+0 > . 1:1(0) ack 1\n// or: nothing\n+0 > R 1:1(0)"},
		{"one more behind", "+0 > R 1:1(0)", "+0 > R 1:1(0)\n+0 > . 1:1(0) ack 1", "+0 > R 1:1(0)\n+0 > . 1:1(0) ack 1\n// or: nothing"},
		{"none", "+0 > R 1:1(0)", "", "+0 > R 1:1(0)\n// or: nothing"},
		{"another state", "// state: CLOSED", "// state: TIME-WAIT > CLOSED", "// state: CLOSED\n// or: state: TIME-WAIT > CLOSED"},
		{"a state that stays", "// state: CLOSED", "", "// state: CLOSED\n// or: state: LISTEN"},
		{"a state that does not stay", "", "// state: CLOSED", "// state: LISTEN\n// or: state: CLOSED"},
		{"another time", "+1 > R 1:1(0)", "+2 > R 1:1(0)", "no"},
		{"the same later", "+1 > R 1:1(0)", "+1 > R 1:1(0)", "+1 > R 1:1(0)"},
	} {
		const listen = "+0 listen(3, 5) = 0\n// state: LISTEN\n"
		stimulus := "+0 < . 1:1(0) ack 1 win 1000\n"
		ours, theirs := parsed(t, listen+stimulus+test.reference), parsed(t, listen+stimulus+test.iut)
		err := agree(ours, theirs)
		if test.want == "no" {
			if err == nil || !strings.Contains(err.Error(), `after "+0 < . 1:1(0) ack 1 win 1000"`) {
				t.Errorf("%s: %v, expected that they cannot agree", test.name, err)
			}
			continue
		}
		if got := strings.TrimSpace(printed(ours[1:])); err != nil || got != "+0    "+strings.TrimSpace(stimulus)[3:]+"\n"+strings.ReplaceAll(strings.ReplaceAll(test.want, "+0 ", "+0    "), "+1 ", "+1    ") {
			t.Errorf("%s: %v\n%s", test.name, err, got)
		}
	}
}

// The results of calls before the mistake may differ, but not a descriptor.
func TestAgreeOnCalls(t *testing.T) {
	t.Parallel()
	ours, theirs := parsed(t, "+0 read(4, ..., 100) = 10"), parsed(t, "+0 read(4, ..., 100) = -1 EAGAIN")
	if err := agree(ours, theirs); err != nil || strings.TrimSpace(printed(ours)) != "+0    read(4, ..., 100) = ..." {
		t.Errorf("%v\n%s", err, printed(ours))
	}
	if err := agree(parsed(t, "+0 accept(3, ..., ...) = 4"), parsed(t, "+0 accept(3, ..., ...) = -1 EAGAIN")); err == nil {
		t.Error("a descriptor that one of them has not: no error")
	}
}

// What the judge would have taken stands beside what the reference does.
func TestAllow(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ answers, expected, want string }{
		{"+0 > . 1:1(0) ack 1", "> . 1:1(0) ack 1", "+0 > . 1:1(0) ack 1"},
		{"+0 > . 1:1(0) ack 1", "> . 1:1(0) ack 1, or > R 1:1(0), or nothing", "+0 > . 1:1(0) ack 1\n// or: > R 1:1(0)\n// or: nothing"},
		{"+0 > . 1:1(0) ack 1", "> . 1:1(0) ack 1, > . 1:1(0) ack 2, or > S. 0:0(0) ack 1", "+0 > . 1:1(0) ack 1\n// or: > S. 0:0(0) ack 1 <...>"},
		{"", "> . 1:1(0) ack 1, or nothing", "+0 > . 1:1(0) ack 1\n// or: nothing"},
		{"", "no RST", ""},
		{"+0 > . 1:1(0) ack 1", "no RST", "+0 > . 1:1(0) ack 1"},
		{"// state: CLOSED", "state CLOSED or TIME-WAIT", "// state: CLOSED\n// or: state: TIME-WAIT"},
	} {
		s := parsed(t, "+0 < . 1:1(0) ack 1 win 1000\n"+test.answers)
		s[0].allow(test.expected)
		_, got, _ := strings.Cut(printed(s), "\n")
		if want := strings.ReplaceAll(test.want, "+0 ", "+0    "); strings.TrimSpace(got) != want {
			t.Errorf("%s:\n%s", test.expected, got)
		}
	}
}

func parsed(t *testing.T, text string) []step {
	t.Helper()
	f, err := script.Parse("x", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return steps(f.Events)
}

func printed(all []step) string {
	f := &script.File{}
	for _, s := range all {
		f.Events = append(append(f.Events, s.stimulus), s.answers...)
	}
	return string(script.Print(f))
}
