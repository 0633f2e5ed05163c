package archive

// sample is a small file with something of everything.
func sample() *File {
	recorded := Judgement{Status: "as recorded", Rows: []string{"row"}}
	clean := Judgement{Status: "clean"}
	return &File{Schema: Schema, Twinstack: Version, GVisor: "v1", Complete: true, Planned: 2, PlannedLive: 1,
		Settings: []CommonSetting{{"MSL", "2m0s"}},
		IUTs:     []Implementation{{"ours", "1", []Honour{}}, {"netstack", "2", []Honour{{"Nagle", "fixed", "true"}}}},
		Ledger:   []LedgerRow{{ID: "row", IUT: "netstack", Class: "latitude", Clause: "RFC 1337 §3", Reason: "It may.", Transitions: []Instead{{"a-b", "c"}}}},
		Entries:  []Entry{{At: "7:5", Row: "row", IUT: "netstack", Case: "reset/*", Family: "ipv4", Status: "vanished", Recorded: []string{"x"}, Now: []string{"y"}}},
		Requirements: []Requirement{{ID: "MUST-1", Level: "MUST", Clause: "RFC 9293 §3.5", Text: "T.", Testable: "blackbox",
			Cases: []string{"reset/a"}, Shown: []string{"reset/a"}, Passed: []string{"ours"}}},
		Cases: []Case{{ID: "reset/a", Title: "A <title>", Script: "+0 < R 1:1(0)\n", Requirements: []string{"MUST-1"}, Clauses: []string{"RFC 9293 §3.5"},
			Shows: []string{"MUST-1"}, Labels: []string{"Topic: reset"},
			Runs: []Run{
				{IUT: "ours", Family: "ipv4", Verdict: "pass", Failures: []Failure{}, VirtualNS: 10, Arrows: []string{"a-b"},
					Trace: []Event{{NS: 1, Kind: "received", Line: 1, Cause: 1, Text: "< 1 > 2 R 1:1(0) win 0"}, {NS: 1, Kind: "state", Cause: 1, Text: "CLOSED"}}, Judgement: clean},
				{IUT: "netstack", Family: "ipv4", Verdict: "fail", Failures: []Failure{{1, "a", "b", "c"}}, Arrows: []string{},
					Detours: []Detour{{"a-b", "otherwise", 0, "c"}}, Trace: []Event{}, Judgement: recorded},
			},
			Comparisons: []Compared{{IUT: "netstack", With: "ours", Family: "ipv4", Differences: []Difference{{1, 1, "segment", "x", "", "t"}}, Judgement: recorded}}}},
		Live: []LivePair{{Client: "ours", Server: "netstack", Family: "ipv4", Wrong: []string{}, Judgement: clean}},
		Transitions: []Transition{{IUT: "ours", Arrow: "a-b", From: "A", To: "B", On: "c", Clause: "RFC 9293 §3.3.2", How: "taken", Cases: 1, First: "reset/a", Judgement: clean},
			{IUT: "netstack", Arrow: "a-b", From: "A", To: "B", On: "c", Clause: "RFC 9293 §3.3.2", How: "otherwise", Instead: "c", Judgement: recorded}},
		Divergences: []Divergence{{ID: "row", IUT: "netstack", Class: "latitude", Clause: "RFC 1337 §3", Status: "as recorded", Cases: []string{"reset/a"}, Matrix: 1}},
		Matrix: &Matrix{Scope: "reduced", IUTs: []Outline{{IUT: "netstack", Entries: 1, Product: 3, Generated: 3,
			States: []StateCount{{"CLOSED", 3, map[string]int{"pass": 1, "fail": 1, "inconclusive": 1}, 0}}, NotJudged: []NotJudged{{"why", "closed/ipv4", 1}}, Hash: "00"}},
			Causes: []Cause{{IUT: "netstack", Rule: "r", Shape: "s", Verdict: "fail", Cases: 1, States: map[string]int{"CLOSED": 1}, Status: "as recorded", Ledger: "row", Class: "latitude"}},
			Rows:   []Row{{"CLOSED", []string{"closed, IPv4"}}}, Columns: []Column{{"flags", "R", []string{"x", "y"}}},
			Squares: []Square{{Counts: [][]int{{1, 2}}, Shares: []Share{
				{Cause: -1, Reason: "why", Places: [][3]int{{0, 1, 1}}, Named: []Named{}}, {Cause: 0, Places: [][3]int{{0, 1, 1}}, Named: []Named{{0, "closed/ipv4/R y"}}}}}}},
	}
}
