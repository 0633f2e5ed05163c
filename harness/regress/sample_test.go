package regress

import (
	"encoding/json"
	"testing"

	"github.com/twinstack/twinstack/harness/archive"
)

const sampleScript = "// title: a\n+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 < S 0:0(0) win 65535\n+0 > S. 0:0(0) ack 1\n"

// sample is a small run with something of everything in it: one case that both IUTs pass on both families, and one that
// netstack fails as recorded.
func sample() *archive.File {
	event := func(ns int64, kind string, line int, text string) archive.Event {
		return archive.Event{NS: ns, Kind: kind, Line: line, Cause: 3, Text: text}
	}
	traceOf := func() []archive.Event {
		return []archive.Event{
			event(0, "call", 2, "socket(..., SOCK_STREAM, IPPROTO_TCP) = 3"),
			event(10000, "received", 3, "< 40000 > 8080 S 0:0(0) win 65535"),
			event(10000, "sent", 4, "> 8080 > 40000 S. 0:0(0) ack 1 win 28000"),
			{NS: 10000, Kind: "state", Cause: 3, Text: "SYN-RECEIVED", Conn: "192.168.0.1:8080 - 192.0.2.1:40000"},
		}
	}
	clean := archive.Judgement{Status: "clean"}
	known := archive.Judgement{Status: "as recorded", Rows: []string{"netstack-row"}}
	run := func(iut, family string, judged archive.Judgement) archive.Run {
		return archive.Run{IUT: iut, Family: family, Verdict: "pass", VirtualNS: 20000, SHA256: "h-" + iut + family, Trace: traceOf(), Judgement: judged}
	}
	failing := func(family string) archive.Run {
		r := run("netstack", family, known)
		r.Verdict = "fail"
		r.Failures = []archive.Failure{{Line: 4, Expected: "+0 > S. 0:0(0) ack 1", Got: "nothing", Reason: "sends nothing"}}
		r.Trace = r.Trace[:2]
		return r
	}
	difference := archive.Difference{Line: 3, NS: 10000, Kind: "segment", With: "> S. 0:0(0) ack 1", Text: `after line 3: ours sends "> S. 0:0(0) ack 1", netstack sends nothing`}
	compared := func(family string, judged archive.Judgement, differ ...archive.Difference) archive.Compared {
		return archive.Compared{IUT: "netstack", With: "ours", Family: family, Differences: differ, Judgement: judged}
	}
	live := func(family string) archive.LivePair {
		return archive.LivePair{Client: "ours", Server: "netstack", Family: family, SHA256: "live", Judgement: clean}
	}
	return &archive.File{
		Schema: archive.Schema, Twinstack: "0.5.0", GVisor: "v1", Complete: true, Planned: 8, Seed: 0,
		Settings: []archive.CommonSetting{{Name: "MSL", Value: "2m0s"}},
		IUTs: []archive.Implementation{{Name: "ours", Version: "0.5.0"},
			{Name: "netstack", Version: "v1", Honours: []archive.Honour{{Setting: "SynRetries", Honour: "fixed", Value: "6"}}}},
		Ledger: []archive.LedgerRow{{ID: "netstack-row", IUT: "netstack", Class: "netstack-defect", Clause: "RFC 9293 §3.5", Reason: "It sends nothing."}},
		Requirements: []archive.Requirement{{ID: "MUST-1", Level: "MUST", Clause: "RFC 9293 §3.1", Text: "The window is unsigned.", Testable: "blackbox",
			Cases: []string{"reset/a"}, Shown: []string{"reset/a"}, Passed: []string{"ours", "netstack"}}},
		Cases: []archive.Case{
			{ID: "reset/a", Title: "a", Script: sampleScript, Clauses: []string{"RFC 9293 §3.1"}, Requirements: []string{"MUST-1"}, Labels: []string{"Topic: reset"},
				Runs:        []archive.Run{run("ours", "ipv4", clean), run("netstack", "ipv4", clean), run("ours", "ipv6", clean), run("netstack", "ipv6", clean)},
				Comparisons: []archive.Compared{compared("ipv4", clean), compared("ipv6", clean)}},
			{ID: "reset/b", Title: "b", Script: sampleScript + "// b\n", Clauses: []string{"RFC 9293 §3.5"},
				Runs:        []archive.Run{run("ours", "ipv4", clean), failing("ipv4"), run("ours", "ipv6", clean), failing("ipv6")},
				Comparisons: []archive.Compared{compared("ipv4", known, difference), compared("ipv6", known, difference)}},
		},
		Live: []archive.LivePair{live("ipv4"), live("ipv6")},
		Transitions: []archive.Transition{
			{IUT: "ours", Arrow: "a", From: "CLOSED", To: "LISTEN", On: "passive OPEN", Clause: "RFC 9293 §3.3.2", How: "taken", Cases: 2, First: "reset/a", Judgement: clean},
			{IUT: "netstack", Arrow: "a", From: "CLOSED", To: "LISTEN", On: "passive OPEN", Clause: "RFC 9293 §3.3.2", How: "otherwise", Instead: "reset/b, line 4: stays in CLOSED", Judgement: known}},
		Matrix: &archive.Matrix{Scope: "whole",
			IUTs: []archive.Outline{{IUT: "netstack", Entries: 2, Product: 10, NoPosition: 1, SameOctets: 1, Generated: 8, Hash: "m",
				States:    []archive.StateCount{{State: "LISTEN", Cases: 8, Verdicts: map[string]int{"allowed": 6, "violation": 2}, Probes: 1}},
				NotJudged: []archive.NotJudged{{Reason: "no ISN", Where: "listen/ipv4", Cases: 1}}}},
			Causes: []archive.Cause{{IUT: "netstack", Rule: "3.10.7.2", Shape: "nothing", After: "ACK", In: "LISTEN", Verdict: "violation", Clause: "RFC 9293 §3.10.7.2",
				Level: "MUST", Cases: 2, States: map[string]int{"LISTEN": 2}, Example: "listen/ipv4/A", Expected: "RST", Got: "nothing", Status: "as recorded", Ledger: "netstack-row"}},
			Rows:    []archive.Row{{State: "LISTEN", Entries: []string{"listen, IPv4"}}},
			Columns: []archive.Column{{Group: "flags", Name: "ACK", Positions: []string{"SEQ inside", "SEQ old"}}},
			Squares: []archive.Square{{IUT: 0, Row: 0, Column: 0, Counts: [][]int{{4, 4}}, Shares: []archive.Share{{Cause: 0,
				Places: [][3]int{{0, 0, 2}}, Named: []archive.Named{{Place: 0, ID: "listen/ipv4/A"}}}}}}},
	}
}

// copied is a copy that shares nothing.
func copied(t *testing.T, f *archive.File) *archive.File {
	t.Helper()
	data, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	var c archive.File
	if err := json.Unmarshal(data, &c); err != nil {
		t.Fatal(err)
	}
	return &c
}
