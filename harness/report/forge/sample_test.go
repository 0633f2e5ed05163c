package forge

import (
	"fmt"

	"github.com/twinstack/twinstack/harness/archive"
)

func judged(status string, rows, recorded, now []string) archive.Judgement {
	return archive.Judgement{Status: status, Rows: rows, Recorded: recorded, Now: now}
}

// sample is a run of two cases on two IUTs: one finding on both families, one comparison that differs otherwise, a transition
// and a root cause of the matrix, all not as recorded.
func sample() *archive.File {
	const words = `line 18: expected +0 > . 1:1(0) ack 1 <mss 1460>, got nothing`
	run := func(iut, family string, j archive.Judgement, verdict string) archive.Run {
		return archive.Run{IUT: iut, Family: family, Verdict: verdict, Judgement: j}
	}
	clean := judged("clean", nil, nil, nil)
	red := judged("new", nil, nil, []string{words})
	return &archive.File{
		Schema: archive.Schema, Complete: true, Planned: 6,
		IUTs:   []archive.Implementation{{Name: "ours", Version: "0.5.0"}, {Name: "netstack", Version: "v0.0.0-1"}},
		Ledger: []archive.LedgerRow{{ID: "row-1", IUT: "netstack", Class: "netstack-defect", Clause: "RFC 9293 §3.5.2"}},
		Cases: []archive.Case{
			{ID: "close/a", Clauses: []string{"RFC 9293 §3.6"},
				Runs: []archive.Run{run("ours", "ipv4", clean, "pass"), run("netstack", "ipv4", clean, "inconclusive")},
				Comparisons: []archive.Compared{{IUT: "netstack", With: "ours", Family: "ipv4", Differences: []archive.Difference{{Line: 7}},
					Judgement: judged("changed", []string{"row-1"}, []string{"after line 9: a|b"}, []string{"after line 7: `x`", "after line 8: y"})}}},
			{ID: "reset/b", Clauses: []string{"RFC 5961 §3.2", "RFC 9293 §3.10.7.4"},
				Runs: []archive.Run{run("ours", "ipv4", clean, "pass"), run("netstack", "ipv4", red, "fail"),
					run("ours", "ipv6", clean, "pass"), run("netstack", "ipv6", red, "fail")},
				Comparisons: []archive.Compared{{IUT: "netstack", With: "ours", Family: "ipv4", Judgement: clean},
					{IUT: "netstack", With: "ours", Family: "ipv6", Judgement: clean, NotCompared: "no"}}},
		},
		Transitions: []archive.Transition{{IUT: "netstack", Arrow: "listen-syn-sent-send", Clause: "RFC 9293 §3.10.1",
			Judgement: judged("new", nil, nil, []string{"handshake/turns, line 14: stays in LISTEN"})}},
		Divergences: []archive.Divergence{
			{ID: "row-1", IUT: "netstack", Class: "netstack-defect", Clause: "RFC 9293 §3.5.2", Cases: []string{"close/a", "reset/b"}, Matrix: 5},
			{ID: "row-2", IUT: "netstack", Class: "netstack-defect", Clause: "RFC 9293 §3.5", Cases: []string{"close/a"}},
			{ID: "unrecorded: x", IUT: "netstack", Clause: "RFC 5961 §3.2", Cases: []string{"reset/b"}}},
		Entries: []archive.Entry{{At: "12:5", Row: "row-1", IUT: "netstack", Case: "close/z", Status: "removed", Recorded: []string{"close/a, line 4: x"}, Now: []string{"no such case"}},
			{At: "30:3", Row: "row-2", IUT: "netstack", Status: "to be filled in", Now: []string{"class is TODO"}}},
		Requirements: []archive.Requirement{
			{ID: "MUST-1", Level: "MUST", Testable: "blackbox", Shown: []string{"reset/b"}, Passed: []string{"ours"}},
			{ID: "MUST-2", Level: "MUST", Testable: "internal"},
			{ID: "SHLD-1", Level: "SHOULD", Testable: "api", Passed: []string{"ours", "netstack"}}},
		Matrix: &archive.Matrix{Scope: "reduced",
			IUTs: []archive.Outline{{IUT: "ours", Generated: 9, States: []archive.StateCount{{State: "LISTEN", Verdicts: map[string]int{"pass": 7, "fail": 2}}}}},
			Causes: []archive.Cause{{IUT: "ours", Rule: "other.1", Shape: "nothing instead of ACK!", In: "CLOSING", Clause: "RFC 9293 §3.10.7.4",
				Cases: 2, Example: "closing/ipv4/S", Expected: "ACK", Got: "nothing", Status: "new"},
				{IUT: "ours", Rule: "other.2", Shape: "RST", Status: "vanished", Ledger: "row-1"}}},
	}
}

// greened is the sample with all of it as recorded.
func greened() *archive.File {
	f := sample()
	for i := range f.Cases {
		c := &f.Cases[i]
		for j := range c.Runs {
			c.Runs[j].Judgement = judged("as recorded", []string{"row-1"}, nil, nil)
		}
		for j := range c.Comparisons {
			c.Comparisons[j].Judgement = judged("as recorded", nil, nil, nil)
		}
	}
	f.Transitions, f.Matrix, f.Entries = nil, nil, nil
	return f
}

// many is the sample with so many findings that read differently.
func many(n int) *archive.File {
	f := greened()
	for i := range n {
		f.Cases = append(f.Cases, archive.Case{ID: fmt.Sprintf("topic-%d/case", i), Runs: []archive.Run{{IUT: "netstack", Family: "ipv4",
			Judgement: judged("new", nil, nil, []string{fmt.Sprintf("line %d: got nothing", i+2)})}}})
	}
	return f
}
