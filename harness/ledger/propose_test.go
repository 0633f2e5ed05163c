package ledger

import (
	"strings"
	"testing"
)

// A proposal, once somebody has said what it is, records what it was made from.
func TestProposal(t *testing.T) {
	t.Parallel()
	on := func(c, family, iut string) Key { return Key{c, family, iut} }
	findings := []Finding{
		{Key: on("reset/a", "ipv4", "netstack"), Status: Unrecorded, Got: []string{`line 3: expected > R 1:1(0), got nothing ("x": #y)`}},
		{Key: on("reset/a", "ipv6", "netstack"), Status: Unrecorded, Got: []string{`line 3: expected > R 1:1(0), got nothing ("x": #y)`}},
		{Key: on("reset/b", "ipv4", "netstack"), Status: Changed, Got: []string{"unsupported: no option"}},
		{Key: on("reset/c", "ipv4", "netstack"), With: "ours", Status: Unrecorded, Got: []string{"one", "two"}},
		{Key: on("reset/c", "ipv6", "netstack"), With: "ours", Status: Unrecorded, Got: []string{"one"}},
		{Key: on("reset/d", "ipv4", "ours"), Status: Unrecorded, Got: []string{"line 3: never"}},
		{Key: on("reset/e", "ipv4", "netstack"), Status: Broken, Got: []string{"error: never"}},
		{Key: on("reset/f", "ipv4", "netstack"), Status: AsRecorded, Got: []string{"never"}},
		{Key: on(Live, "ipv4", "netstack to ours"), Row: on(LiveAsClient, "ipv4", "netstack"), Status: Unrecorded, Got: []string{"first", "never"}},
		{Key: on(Live, "ipv4", "ours to ours"), Row: on(LiveAsClient, "ipv4", "ours"), Status: Unrecorded, Got: []string{"never"}},
		{Key: on(Live, "ipv4", "netstack to netstack"), Status: Unrecorded, Got: []string{"never"}},
		{Key: on("reset/g", "ipv4", "netstack"), Status: Passes, Expected: []string{"never"}},
		{Key: on("transition/never", "", "netstack"), Status: Unrecorded, Got: []string{noCase}},
		{Key: on("transition/last-ack-closed-abort", "", "netstack"), Status: Unrecorded, Got: []string{"reset/a, line 1: stays in LAST-ACK"}},
	}
	text, err := Proposal(findings, map[string][]string{"reset/a": {"RFC 9293 §3.10.7.4", "RFC 5961 §3.2"}})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "never") {
		t.Errorf("proposes what cannot be recorded or is:\n%s", text)
	}
	l, err := Parse("l.yaml", text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if red := l.Unfinished(); len(red) != len(l.Rows) || len(red[0].Got) != 3 || !strings.HasSuffix(red[0].Got[2], "The case is about RFC 9293 §3.10.7.4, RFC 5961 §3.2.") {
		t.Errorf("to be filled in: %+v, expected all in all rows", red)
	}
	if tr := l.Rows[len(l.Rows)-1].Transitions; len(tr) != 1 || tr[0].Arrow != "last-ack-closed-abort" || tr[0].Instead != "reset/a, line 1: stays in LAST-ACK" {
		t.Errorf("transitions %+v", tr)
	}
	if len(l.Rows) != 5 || len(l.Rows[0].Cases) != 1 || len(l.Rows[2].Cases) != 2 {
		t.Errorf("rows of another shape than expected:\n%s", text)
	}
	if e := l.Rows[0].Cases[0]; e.Family != "" || e.Fails != findings[0].Got[0] {
		t.Errorf("entry %+v, expected both families with %q", e, findings[0].Got[0])
	}
	if r := l.Rows[3]; r.IUT != "netstack" || r.Cases[0].Case != LiveAsClient || r.Cases[0].Fails != "first" {
		t.Errorf("row %+v", r)
	}
	if e := l.Rows[1].Cases[0]; e.Unsupported != "no option" {
		t.Errorf("entry %+v", e)
	}
	if e := l.Rows[2].Cases[0]; e.Family != "ipv4" || len(e.Differs) != 2 {
		t.Errorf("entry %+v", e)
	}
}
