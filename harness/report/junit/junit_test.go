package junit

import (
	"encoding/xml"
	"strings"
	"testing"
	"time"

	"github.com/twinstack/twinstack/harness/archive"
	"github.com/twinstack/twinstack/harness/ledger"
)

func file() *archive.File {
	clean := archive.Judgement{Status: ledger.Clean.String()}
	recorded := archive.Judgement{Status: ledger.AsRecorded.String(), Rows: []string{"row"}}
	fresh := archive.Judgement{Status: ledger.Unrecorded.String(), Now: []string{"line 3: <b> & \x01"}}
	return &archive.File{Twinstack: "1", GVisor: "v2",
		Cases: []archive.Case{
			{ID: "close/a", Title: "A", Requirements: []string{"MUST-1", "MUST-2"}, Clauses: []string{"RFC 9293 §3.6"}, Runs: []archive.Run{
				{IUT: "ours", Family: "ipv4", Verdict: "pass", Judgement: clean},
				{IUT: "netstack", Family: "ipv4", Verdict: "fail", Judgement: recorded},
			}, Comparisons: []archive.Compared{{IUT: "netstack", With: "ours", Family: "ipv4", Differences: []archive.Difference{{}}, Judgement: fresh}}},
			{ID: "reset/b", Runs: []archive.Run{{IUT: "netstack", Family: "ipv6", Verdict: "error", Judgement: archive.Judgement{Status: ledger.Broken.String(), Now: []string{"error: x"}}}}},
		},
		Live:        []archive.LivePair{{Client: "ours", Server: "mine", Family: "ipv4", NotPlayed: "no ISN", Judgement: clean}},
		Transitions: []archive.Transition{{IUT: "ours", Arrow: "a", From: "CLOSED", To: "LISTEN", On: "passive OPEN", Clause: "RFC 9293 §3.3.2", How: "taken", Judgement: clean}},
		Matrix:      &archive.Matrix{Causes: []archive.Cause{{IUT: "netstack", Rule: "r", Shape: "s", Status: ledger.Vanished.String(), Ledger: "row"}}},
	}
}

// What is as recorded passes, and has its rows and its verdict as properties; what is not fails, with both answers; what could
// not be judged is an error.
func TestWrite(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	times := map[ledger.Key]time.Duration{{Case: "close/a", Family: "ipv4", IUT: "ours"}: 1500 * time.Microsecond, {Case: "reset/b", Family: "ipv6", IUT: "netstack"}: time.Second}
	if err := Write(&b, file(), times); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	for _, want := range []string{
		`<testsuites name="twinstack" tests="7" failures="2" skipped="1" errors="1" time="1.001500">`,
		`<testsuite name="close" tests="3" failures="1" skipped="0" errors="0" time="0.001500">`,
		`<testsuite name="reset" tests="1" failures="0" skipped="0" errors="1" time="1.000000">`,
		`<testsuite name="live" tests="1" failures="0" skipped="1" errors="0" time="0.000000">`,
		`<testcase name="close/a on ours over ipv4" classname="twinstack.close" time="0.001500">`,
		`<property name="requirement" value="MUST-2">`,
		`<property name="ledger" value="row">`,
		`<property name="verdict" value="fail">`,
		`<property name="verdict" value="different">`,
		`<failure message="` + ledger.Unrecorded.String() + `: line 3: &lt;b&gt; &amp; ` + "\uFFFD" + `" type="` + ledger.Unrecorded.String() + `">on record:`,
		`<error message="` + ledger.Broken.String() + `: error: x"`,
		`<skipped message="no ISN">`,
		`<testcase name="CLOSED &gt; LISTEN, passive OPEN on ours" classname="twinstack.transitions" time="0.000000">`,
		`<testcase name="r s on netstack" classname="twinstack.matrix" time="0.000000">`,
		`<failure message="` + ledger.Vanished.String() + `"`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s", want)
		}
	}
	if err := xml.Unmarshal([]byte(text), new(struct{})); err != nil {
		t.Error(err)
	}
	if strings.Count(text, "<failure") != 2 || strings.Count(text, "<error") != 1 || strings.Count(text, "<testcase") != 7 {
		t.Error("other failures, errors or tests than there are")
	}
	if t.Failed() {
		t.Log(text)
	}
}
