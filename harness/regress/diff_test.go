package regress

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/twinstack/twinstack/harness/archive"
)

// told is a change on one line.
func told(c Change) string {
	side := func(s Side) string {
		if s.Line > 0 {
			return fmt.Sprintf("%d:%s", s.Line, s.Text)
		}
		return s.Text
	}
	parts := []string{string(c.Category), c.Name}
	if c.Was != "" {
		parts = append(parts, "was "+c.Was)
	}
	if c.IUT != "" {
		parts = append(parts, c.IUT)
	}
	if len(c.Families) > 0 {
		parts = append(parts, strings.Join(c.Families, "+"))
	}
	if c.Worse {
		parts = append(parts, "worse")
	}
	if c.Scripted {
		parts = append(parts, "scripted")
	}
	return strings.Join(parts, " ") + ": " + side(c.Old) + " -> " + side(c.New)
}

// The runs of the sample by name.
func runOf(f *archive.File, id, iut, family string) *archive.Run {
	for i := range f.Cases {
		for j := range f.Cases[i].Runs {
			if r := &f.Cases[i].Runs[j]; f.Cases[i].ID == id && r.IUT == iut && r.Family == family {
				return r
			}
		}
	}
	panic("no such run")
}

// eachFamily changes a run on both families.
func eachFamily(id, iut string, change func(*archive.Run)) func(*archive.File) {
	return func(f *archive.File) {
		change(runOf(f, id, iut, "ipv4"))
		change(runOf(f, id, iut, "ipv6"))
	}
}

const synAck = "> 8080 > 40000 S. 0:0(0) ack 1 win 28000"

// Each change of a run is told once, in its category.
func TestOf(t *testing.T) {
	t.Parallel()
	failed := archive.Failure{Line: 4, Expected: "x", Got: "y", Reason: "z"}
	tests := []struct {
		name   string
		change func(*archive.File)
		want   []string
	}{
		{"nothing", func(*archive.File) {}, nil},
		{"versions alone", func(f *archive.File) { f.GVisor, f.IUTs[1].Version, f.Twinstack = "v2", "v2", "0.6.0" }, nil},
		{"newly failing", eachFamily("reset/a", "netstack", func(r *archive.Run) { r.Verdict, r.Failures = "fail", []archive.Failure{failed} }),
			[]string{"newly-failing reset/a netstack ipv4+ipv6 worse: pass -> 4:expected x, got y (z)"}},
		{"newly failing on one family", func(f *archive.File) {
			r := runOf(f, "reset/a", "netstack", "ipv6")
			r.Verdict, r.Failures = "fail", []archive.Failure{failed}
		}, []string{"newly-failing reset/a netstack ipv6 worse: pass -> 4:expected x, got y (z)"}},
		{"no verdict", eachFamily("reset/a", "ours", func(r *archive.Run) { r.Verdict, r.Reason = "unsupported", "no poll" }),
			[]string{"no-verdict reset/a ours ipv4+ipv6 worse: pass -> unsupported: no poll"}},
		{"newly passing", eachFamily("reset/b", "netstack", func(r *archive.Run) { r.Verdict, r.Failures = "pass", nil }),
			[]string{"newly-passing reset/b netstack ipv4+ipv6: 4:expected +0 > S. 0:0(0) ack 1, got nothing (sends nothing) -> pass"}},
		{"failing otherwise", eachFamily("reset/b", "netstack", func(r *archive.Run) { r.Failures[0].Line = 3 }),
			[]string{"failing-otherwise reset/b netstack ipv4+ipv6: 4:expected +0 > S. 0:0(0) ack 1, got nothing (sends nothing) -> 3:expected +0 > S. 0:0(0) ack 1, got nothing (sends nothing)"}},
		{"failing once more", eachFamily("reset/b", "netstack", func(r *archive.Run) { r.Failures = append(r.Failures, failed) }),
			[]string{"failing-otherwise reset/b netstack ipv4+ipv6: no further failure -> 4:expected x, got y (z)"}},
		{"failing with another trace", eachFamily("reset/b", "netstack", func(r *archive.Run) { r.Trace = r.Trace[:1] }),
			[]string{"same-failure reset/b netstack ipv4+ipv6: 3:< 40000 > 8080 S 0:0(0) win 65535 -> nothing more"}},
		{"behaviour", eachFamily("reset/a", "netstack", func(r *archive.Run) { r.Trace[2].Text += "1"; r.SHA256 = "other" }),
			[]string{"behaviour reset/a netstack ipv4+ipv6: 4:" + synAck + " -> 4:" + synAck + "1"}},
		{"time alone", eachFamily("reset/a", "netstack", func(r *archive.Run) { r.Trace[2].NS++ }),
			[]string{"behaviour reset/a netstack ipv4+ipv6: 4:" + synAck + " -> 4:" + synAck}},
		{"cause alone", eachFamily("reset/a", "netstack", func(r *archive.Run) { r.Trace[2].Cause = 2 }),
			[]string{"behaviour reset/a netstack ipv4+ipv6: 4:" + synAck + " [sent, expected in line 4, after line 3] -> 4:" + synAck + " [sent, expected in line 4, after line 2]"}},
		{"a state", eachFamily("reset/a", "ours", func(r *archive.Run) { r.Trace[3].Text = "LISTEN" }),
			[]string{"behaviour reset/a ours ipv4+ipv6: 3:state SYN-RECEIVED (192.168.0.1:8080 - 192.0.2.1:40000) -> 3:state LISTEN (192.168.0.1:8080 - 192.0.2.1:40000)"}},
		{"octets", eachFamily("reset/a", "ours", func(r *archive.Run) { r.SHA256 = "other" }),
			[]string{"behaviour reset/a ours ipv4+ipv6: differs in octets that the notation does not show -> differs in octets that the notation does not show"}},
		{"no hash", eachFamily("reset/a", "ours", func(r *archive.Run) { r.SHA256 = "" }),
			[]string{"behaviour reset/a ours ipv4+ipv6: a trace -> no trace"}},
		{"end", eachFamily("reset/a", "ours", func(r *archive.Run) { r.VirtualNS++ }),
			[]string{"behaviour reset/a ours ipv4+ipv6: the case ends -> the case ends"}},
		{"judged otherwise", eachFamily("reset/b", "netstack", func(r *archive.Run) { r.Judgement = archive.Judgement{Status: "not recorded"} }),
			[]string{"ledger reset/b netstack ipv4+ipv6 worse: as recorded; row: netstack-row -> not recorded"}},
		{"judged otherwise, one for the worse", func(f *archive.File) {
			runOf(f, "reset/a", "ours", "ipv4").Status = "not recorded"
			runOf(f, "reset/a", "ours", "ipv6").Rows = []string{"row"}
		}, []string{"ledger reset/a ours ipv4 worse: clean -> not recorded", "ledger reset/a ours ipv6: clean -> clean; row: row"}},
		{"added", func(f *archive.File) {
			c := f.Cases[1]
			c.ID, c.Script = "reset/c", "+0 new\n"
			f.Cases = append(f.Cases, c)
		}, []string{"added reset/c: nothing -> ours pass, netstack fail"}},
		{"removed", func(f *archive.File) { f.Cases = f.Cases[:1] }, []string{"removed reset/b worse: ours pass, netstack fail -> nothing"}},
		{"a family added", func(f *archive.File) {
			r := *runOf(f, "reset/a", "ours", "ipv4")
			r.Family = "ipv7"
			f.Cases[0].Runs = append(f.Cases[0].Runs, r)
		}, []string{"added reset/a ours ipv7: nothing -> pass"}},
		{"a family removed", func(f *archive.File) { f.Cases[0].Runs = f.Cases[0].Runs[:3] },
			[]string{"removed reset/a netstack ipv6 worse: pass -> nothing"}},
		// The hash has the id in it, and everything that names the case names it otherwise: no change but the name.
		{"renamed", func(f *archive.File) {
			f.Cases[0].ID = "reset/z"
			f.Cases[0], f.Cases[1] = f.Cases[1], f.Cases[0]
			for i := range f.Cases[1].Runs {
				f.Cases[1].Runs[i].SHA256 += "z"
			}
			f.Requirements[0].Cases, f.Requirements[0].Shown = []string{"reset/z"}, []string{"reset/z"}
		}, []string{"renamed reset/z was reset/a: reset/a -> reset/z"}},
		{"renamed, and named by a transition", func(f *archive.File) {
			f.Cases[1].ID = "reset/y"
			f.Transitions[1].Instead = "reset/y, line 4: stays in CLOSED"
		}, []string{"renamed reset/y was reset/b: reset/b -> reset/y"}},
		{"renamed and failing", func(f *archive.File) {
			f.Cases[1].ID = "reset/y"
			f.Transitions[1].Instead = "reset/y, line 4: stays in CLOSED"
			eachFamily("reset/y", "ours", func(r *archive.Run) { r.Verdict, r.Failures = "fail", []archive.Failure{failed} })(f)
		}, []string{"newly-failing reset/y was reset/b ours ipv4+ipv6 worse: pass -> 4:expected x, got y (z)", "renamed reset/y was reset/b: reset/b -> reset/y"}},
		{"moved and rewritten", func(f *archive.File) { f.Cases[0].ID, f.Cases[0].Script = "reset/0", "+0 other\n" },
			[]string{"removed reset/a worse: ours pass, netstack pass -> nothing", "added reset/0: nothing -> ours pass, netstack pass"}},
		// A line of comment more moves all lines and changes all hashes; nothing behaves otherwise.
		{"a script with a line more", func(f *archive.File) {
			f.Cases[1].Script = "// more\n" + f.Cases[1].Script
			for i := range f.Cases[1].Runs {
				r := &f.Cases[1].Runs[i]
				r.SHA256 = "moved"
				for j := range r.Trace {
					r.Trace[j].Line++
					r.Trace[j].Cause++
				}
				for j := range r.Failures {
					r.Failures[j].Line++
				}
			}
			for i := range f.Cases[1].Comparisons {
				d := &f.Cases[1].Comparisons[i].Differences[0]
				d.Line, d.Text = 4, strings.Replace(d.Text, "line 3", "line 4", 1)
			}
		}, []string{"script reset/b: 1:// title: a -> 1:// more"}},
		{"a script, and with it the behaviour", func(f *archive.File) {
			f.Cases[0].Script += "// more\n"
			eachFamily("reset/a", "ours", func(r *archive.Run) { r.Trace[2].Text = "> R" })(f)
		}, []string{"behaviour reset/a ours ipv4+ipv6 scripted: 4:" + synAck + " -> 4:> R", "script reset/a: nothing more -> 5:// more"}},
		{"comparison, newly different", func(f *archive.File) {
			f.Cases[0].Comparisons[0].Differences = f.Cases[1].Comparisons[0].Differences
		}, []string{`comparison reset/a netstack ipv4 worse: alike -> 3:ours sends "> S. 0:0(0) ack 1", netstack sends nothing`}},
		{"comparison, alike", func(f *archive.File) { f.Cases[1].Comparisons[0].Differences = nil },
			[]string{`comparison reset/b netstack ipv4: 3:ours sends "> S. 0:0(0) ack 1", netstack sends nothing -> alike`}},
		{"comparison, one more", func(f *archive.File) {
			c := &f.Cases[1].Comparisons[0]
			c.Differences = append(c.Differences, archive.Difference{Line: 4, Kind: "call", Text: "line 4: ours gives 0, netstack gives 1"})
		}, []string{"comparison reset/b netstack ipv4: not that -> 4:ours gives 0, netstack gives 1"}},
		{"comparison, not compared", func(f *archive.File) { f.Cases[0].Comparisons[0].NotCompared = "netstack: error: x" },
			[]string{"comparison reset/a netstack ipv4 worse: alike -> not compared: netstack: error: x"}},
		{"live", func(f *archive.File) { f.Live[0].Wrong = []string{"a reset"} }, []string{"live ours to netstack ipv4 worse: as in the textbook -> a reset"}},
		{"live, its trace", func(f *archive.File) { f.Live[0].SHA256 = "o" },
			[]string{"live ours to netstack ipv4: differs in its trace -> differs in its trace"}},
		{"live, one gone", func(f *archive.File) { f.Live = f.Live[:1] }, []string{"live ours to netstack ipv6 worse: as in the textbook -> nothing"}},
		{"transition", func(f *archive.File) { f.Transitions[0].How = "not taken" },
			[]string{"transitions CLOSED > LISTEN, passive OPEN ours worse: taken -> not taken"}},
		{"transition, otherwise", func(f *archive.File) { f.Transitions[1].Instead = "reset/b, line 5: goes to LISTEN" },
			[]string{"transitions CLOSED > LISTEN, passive OPEN netstack: otherwise: reset/b, line 4: stays in CLOSED -> otherwise: reset/b, line 5: goes to LISTEN"}},
		{"requirement not passed", func(f *archive.File) { f.Requirements[0].Passed = []string{"ours"} },
			[]string{"requirements MUST-1 worse: passed by ours netstack -> passed by ours"}},
		{"requirement not shown", func(f *archive.File) { f.Requirements[0].Shown = nil },
			[]string{"requirements MUST-1 worse: shown by reset/a -> shown by none"}},
		{"ledger, a row more", func(f *archive.File) {
			f.Ledger = append(f.Ledger, archive.LedgerRow{ID: "new", IUT: "netstack", Class: "policy", Clause: "RFC 1 §1", Reason: "So\nit is."})
		}, []string{"ledger new netstack: nothing -> row: policy, RFC 1 §1: So it is."}},
		{"ledger, a row less", func(f *archive.File) { f.Ledger = nil },
			[]string{"ledger netstack-row netstack: row: netstack-defect, RFC 9293 §3.5: It sends nothing. -> nothing"}},
		{"ledger, class and reason", func(f *archive.File) { f.Ledger[0].Class, f.Ledger[0].Reason = "policy", "It may." },
			[]string{"ledger netstack-row netstack: class: netstack-defect; reason: It sends nothing. -> class: policy; reason: It may."}},
		{"matrix, a new cause", func(f *archive.File) {
			k := f.Matrix.Causes[0]
			k.Shape, k.Example = "RST", ""
			f.Matrix.Causes = append(f.Matrix.Causes, k)
		}, []string{"matrix 3.10.7.2: RST, after ACK, in LISTEN netstack worse: no case -> 2 cases, LISTEN 2, violation MUST, RFC 9293 §3.10.7.2; expected RST, got nothing"}},
		{"matrix, a cause gone", func(f *archive.File) { f.Matrix.Causes = nil },
			[]string{"matrix 3.10.7.2: nothing, after ACK, in LISTEN netstack: 2 cases, LISTEN 2, violation MUST, RFC 9293 §3.10.7.2; expected RST, got nothing; listen/ipv4/A -> no case"}},
		{"ledger, a pattern that nothing shows", func(f *archive.File) {
			f.Entries = []archive.Entry{{At: "7:5", Row: "netstack-row", IUT: "netstack", Case: "reset/*", Family: "ipv4", Status: "vanished", Recorded: []string{"x"}, Now: []string{"y"}}}
		}, []string{"ledger netstack-row reset/* netstack ipv4 worse: nothing -> vanished; on record: x; now: y"}},
		{"matrix, a cause that the ledger alone has", func(f *archive.File) {
			f.Matrix.Causes = append(f.Matrix.Causes, archive.Cause{IUT: "netstack", Rule: "*", Shape: "x", Status: "vanished"})
		}, nil},
		{"matrix, single cases", func(f *archive.File) { f.Matrix.IUTs[0].Hash = "o" },
			[]string{"matrix outcomes netstack: differs in the outcome of single cases -> differs in the outcome of single cases"}},
		{"matrix, a square", func(f *archive.File) { f.Matrix.Squares[0].Shares[0].Places[0][1] = 1 },
			[]string{"matrix outcomes netstack: differs in the outcome of single cases of LISTEN, flags ACK -> differs in the outcome of single cases of LISTEN, flags ACK"}},
		// The same squares under other indices are the same.
		{"matrix, a state more", func(f *archive.File) {
			m := f.Matrix
			m.Rows = append([]archive.Row{{State: "CLOSED", Entries: []string{"none"}}}, m.Rows...)
			m.Squares[0].Row = 1
		}, nil},
		{"matrix, a state", func(f *archive.File) { f.Matrix.IUTs[0].States[0].Verdicts["violation"] = 3 },
			[]string{"matrix cases that begin in LISTEN netstack: 8 cases, 6 allowed, 2 violation, 1 of them in the probe -> 8 cases, 6 allowed, 3 violation, 1 of them in the probe"}},
		{"matrix, none", func(f *archive.File) { f.Matrix = nil }, nil},
		{"matrix, another scope", func(f *archive.File) { f.Matrix.Scope = "reduced" }, nil},
		{"seed", func(f *archive.File) { f.Seed = 7 }, []string{"settings seed: 0 -> 7"}},
		{"setting", func(f *archive.File) { f.Settings[0].Value = "1m0s" }, []string{"settings MSL: 2m0s -> 1m0s"}},
		{"honour", func(f *archive.File) { f.IUTs[1].Honours = nil }, []string{"settings SynRetries netstack: fixed 6 -> as set"}},
		// One change, not one for each of its runs.
		{"an IUT gone", func(f *archive.File) {
			f.IUTs, f.Transitions, f.Matrix, f.Live = f.IUTs[:1], f.Transitions[:1], nil, nil
			f.Requirements[0].Passed = []string{"ours"}
			for i := range f.Cases {
				c := &f.Cases[i]
				c.Runs = slices.DeleteFunc(c.Runs, func(r archive.Run) bool { return r.IUT != "ours" })
				c.Comparisons = nil
			}
		}, []string{"requirements MUST-1: passed by ours netstack -> passed by ours", "settings took part netstack worse: yes -> no"}},
		{"a part", func(f *archive.File) {
			f.Complete, f.Cases, f.Transitions, f.Requirements, f.Live = false, f.Cases[:1], nil, nil, nil
		}, []string{"settings extent worse: every case -> a part"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			before, after := sample(), copied(t, sample())
			test.change(after)
			var got []string
			for _, c := range Of(before, after).Changes {
				if c.Old.Text == "" {
					c.Old.Text = "nothing"
				}
				if c.New.Text == "" {
					c.New.Text = "nothing"
				}
				got = append(got, told(c))
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(test.want, "\n\t"))
			}
		})
	}
}
