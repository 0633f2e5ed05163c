package results

import (
	"cmp"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/twinstack/twinstack/harness/archive"
	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/trace"
	"github.com/twinstack/twinstack/harness/transitions"
)

// FileOf gives a suite as it lasts. The same suite gives the same file.
func FileOf(s *Suite) *archive.File {
	f := &archive.File{Schema: archive.Schema, Twinstack: archive.Version, GVisor: gvisor(), Planned: s.All, PlannedLive: s.AllLive, Seed: s.Seed,
		Settings: append([]archive.CommonSetting{}, s.Common...), IUTs: []archive.Implementation{}, Ledger: rowsOf(s.Ledger), Entries: entriesOf(s.Entries),
		Cases: s.cases(), Live: s.pairs(), Matrix: s.Matrix, Part: &archive.Part{Requirements: []archive.Requirement{}, Arrows: []archive.Arrow{}}}
	for _, i := range s.IUTs {
		honours := []archive.Honour{}
		for _, set := range s.Settings {
			if set.IUT == i.Name {
				honours = append(honours, archive.Honour{Setting: set.Setting, Honour: set.Honour, Value: set.Value})
			}
		}
		f.IUTs = append(f.IUTs, archive.Implementation{Name: i.Name, Version: i.Version, Honours: honours})
	}
	for i := range s.Catalogue {
		r := &s.Catalogue[i]
		f.Part.Requirements = append(f.Part.Requirements, archive.Requirement{ID: r.ID, Level: string(r.Level), Clause: r.Clause(),
			Text: r.Text, Testable: r.Testable, Cases: []string{}, Shown: []string{}, Passed: []string{}})
	}
	for _, a := range s.Arrows {
		f.Part.Arrows = append(f.Part.Arrows, archive.Arrow{Arrow: a.ID(), From: a.From.String(), To: a.To.String(), On: a.On.String(), Clause: a.Clause})
	}
	derive(f)
	return f
}

// gvisor is the version of the gVisor module that is built in: its codec builds and reads all segments.
func gvisor() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == "gvisor.dev/gvisor" {
				return m.Version
			}
		}
	}
	return "unknown"
}

func rowsOf(l *ledger.Ledger) []archive.LedgerRow {
	rows := []archive.LedgerRow{}
	if l == nil {
		return rows
	}
	for _, r := range l.Rows {
		row := archive.LedgerRow{ID: r.ID, IUT: r.IUT, Class: string(r.Class), Clause: r.Clause, Reason: r.Reason}
		for _, t := range r.Transitions {
			row.Transitions = append(row.Transitions, archive.Instead{Arrow: t.Arrow, Instead: t.Instead})
		}
		rows = append(rows, row)
	}
	return rows
}

// entriesOf are findings on the ledger itself. Where it is named is left out: the same ledger gives the same file.
func entriesOf(findings []ledger.Finding) (all []archive.Entry) {
	for _, f := range findings {
		parts := strings.Split(f.Place, ":")
		e := archive.Entry{At: strings.Join(parts[max(0, len(parts)-2):], ":"), Row: f.Rows[0].ID, IUT: f.IUT, Case: f.Case, Family: f.Family,
			Status: f.Status.String(), Recorded: f.Expected}
		if !f.Green() {
			e.Now = f.Got
		}
		all = append(all, e)
	}
	return all
}

// cases are the cases of which there is a run, with their runs and comparisons.
func (s *Suite) cases() []archive.Case {
	byID := map[string]*archive.Case{}
	for _, c := range s.Cases {
		byID[c.ID] = &archive.Case{ID: c.ID, Title: c.Title, Script: c.Script, Requirements: some(c.Requirements), Clauses: some(c.Clauses),
			Shows: some(c.Shows), Labels: some(c.Labels), Runs: []archive.Run{}, Comparisons: []archive.Compared{}}
	}
	references := map[[2]string]*trace.Trace{} // by case and family
	for _, r := range s.Runs {
		if r.IUT == s.IUTs[0].Name {
			references[[2]string{r.Case, r.Family}] = r.Result.Trace
		}
	}
	for i, r := range s.Runs {
		var reference *trace.Trace
		if r.IUT != s.IUTs[0].Name {
			reference = references[[2]string{r.Case, r.Family}]
		}
		c := byID[r.Case]
		c.Runs = append(c.Runs, runOf(r, reference, s.Findings[i]))
	}
	for i, c := range s.Comparisons {
		to := byID[c.Case]
		to.Comparisons = append(to.Comparisons, comparedOf(c, s.Findings[len(s.Runs)+i]))
	}
	all := []archive.Case{}
	for _, c := range byID {
		if len(c.Runs) > 0 {
			all = append(all, *c)
		}
	}
	slices.SortFunc(all, func(a, b archive.Case) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

func runOf(r Run, reference *trace.Trace, f ledger.Finding) archive.Run {
	o := archive.Run{IUT: r.IUT, Family: r.Family, Verdict: r.Result.Verdict.String(), Failures: []archive.Failure{}, Reason: r.Result.Reason,
		VirtualNS: int64(r.Result.Virtual), Arrows: []string{}, Trace: []archive.Event{}, Judgement: judgementOf(f)}
	for _, failure := range r.Result.Failures {
		o.Failures = append(o.Failures, archive.Failure(failure))
	}
	if t := r.Result.Trace; t != nil {
		o.SHA256, o.Trace = Hash(t), events(t)
	}
	for _, s := range transitions.Sights(r.IUT, r.Result.Trace, reference) {
		if s.How == transitions.Taken {
			o.Arrows = append(o.Arrows, s.Arrow)
		} else {
			o.Detours = append(o.Detours, archive.Detour{Arrow: s.Arrow, How: s.How.String(), Rank: s.Rank, Text: s.Instead})
		}
	}
	return o
}

// kinds are the names of trace.Kind.
var kinds = [...]string{trace.Received: "received", trace.Sent: "sent", trace.Called: "call", trace.StateIs: "state"}

func events(t *trace.Trace) []archive.Event {
	all := []archive.Event{}
	for i := range t.Events {
		e := &t.Events[i]
		o := archive.Event{NS: int64(e.At), Kind: kinds[e.Kind], Line: e.Line, Cause: e.Cause}
		switch e.Kind {
		case trace.Received, trace.Sent:
			o.Text, o.With = e.Packet.Notation(e.Kind, e.Shift, trace.Full|trace.Ports), e.With
		case trace.Called:
			o.Text = e.Call.Name + "(" + e.Call.Args + ") = " + e.Call.Notation()
		case trace.StateIs:
			o.Text, o.Conn = e.State.String(), e.Conn.Local.String()
			if e.Conn.Remote.IsValid() {
				o.Conn += " - " + e.Conn.Remote.String()
			}
		}
		all = append(all, o)
	}
	return all
}

func comparedOf(c Comparison, f ledger.Finding) archive.Compared {
	o := archive.Compared{IUT: c.IUT, With: c.With, Family: c.Family, Differences: []archive.Difference{}, NotCompared: c.NotCompared, Judgement: judgementOf(f)}
	for _, d := range c.Found {
		o.Differences = append(o.Differences, archive.Difference{Line: d.Line, NS: int64(d.At), Kind: d.Kind.String(), With: d.A, IUT: d.B, Text: d.Text})
	}
	return o
}

// pairs are the live pairs with their judgement. Findings has one for each that was played, behind runs and comparisons.
func (s *Suite) pairs() []archive.LivePair {
	all := []archive.LivePair{}
	next := len(s.Runs) + len(s.Comparisons)
	for _, l := range s.Live {
		o := archive.LivePair{Client: l.Client, Server: l.Server, Family: l.Family, Wrong: some(l.Wrong), NotPlayed: l.NotPlayed,
			Judgement: archive.Judgement{Status: ledger.Clean.String()}}
		if l.NotPlayed == "" {
			o.Judgement = judgementOf(s.Findings[next])
			next++
		}
		if l.Trace != nil {
			o.SHA256 = Hash(l.Trace)
		}
		all = append(all, o)
	}
	return all
}

// judgementOf is a finding as it lasts: of a green one, what is recorded and what happened stand beside it.
func judgementOf(f ledger.Finding) archive.Judgement {
	j := archive.Judgement{Status: f.Status.String()}
	for _, r := range f.Rows {
		j.Rows = append(j.Rows, r.ID)
	}
	if !f.Green() {
		j.Recorded, j.Now = f.Expected, f.Got
	}
	return j
}

// some is a list that is there, if with nothing in it.
func some(list []string) []string { return append([]string{}, list...) }
