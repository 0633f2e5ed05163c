package report

import (
	"strings"
	"testing"

	"github.com/twinstack/twinstack/harness/catalogue"
)

func TestRequirements(t *testing.T) {
	t.Parallel()
	row := func(id string, l catalogue.Level, testable string) *catalogue.Requirement {
		return &catalogue.Requirement{ID: id, Level: l, RFC: "RFC9293", Section: "3.5", Testable: testable, Text: "Text of " + id + "."}
	}
	all := []catalogue.Standing{
		{Requirement: row("MUST-1", catalogue.Must, "blackbox"), Cases: []string{"a/b", "a/c"}, Rejected: []string{"a/c"}, Passed: []string{"ours"}},
		{Requirement: row("MUST-2", catalogue.Must, "api"), Cases: []string{"a/b"}, Passed: []string{"ours", "other"}, Rules: []string{"send", "send.nothing"}},
		{Requirement: row("MAY-1", catalogue.May, "api"), Rules: []string{"sends.rst"}},
		{Requirement: row("MAY-2", catalogue.May, "no")},
	}
	var b strings.Builder
	Requirements(&b, all, []string{"ours", "other"}, false)
	const want = `RFC      level  rows  testable  shown  passed by ours  by other
RFC9293  MUST   2     2         1      2               1
RFC9293  MAY    2     1         0      0               0
all             4     3         1      2               1
testable, and no case names it:
    RFC9293: MAY-1
a case names it, and none rejects a stack that breaks it:
    RFC9293: MUST-2

MUST-1  MUST  RFC 9293 §3.5  Text of MUST-1.  a/b a/c*
MUST-2  MUST  RFC 9293 §3.5  Text of MUST-2.  a/b rules: send send.nothing
MAY-1   MAY   RFC 9293 §3.5  Text of MAY-1.   rules: sends.rst
MAY-2   MAY   RFC 9293 §3.5  Text of MAY-2.   
`
	if got := b.String(); got != want {
		t.Errorf("got\n%s\nexpected\n%s", got, want)
	}
}
