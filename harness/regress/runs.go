package regress

import (
	"fmt"

	"github.com/twinstack/twinstack/harness/archive"
	"github.com/twinstack/twinstack/harness/trace"
)

// The verdicts, as a results file has them.
var (
	pass = trace.Pass.String()
	fail = trace.Fail.String()
)

// run compares a case on an IUT and a family.
func (b *caseOf) run(old, new *archive.Run) {
	switch {
	case old == nil && b.inBoth(new.IUT):
		b.add(b.change(Added, Change{IUT: new.IUT, Families: []string{new.Family}, Status: new.Status, Rows: new.Rows, New: outcome(new)}))
		return
	case new == nil && b.inBoth(old.IUT):
		b.add(b.change(Removed, Change{IUT: old.IUT, Families: []string{old.Family}, Worse: true, Old: outcome(old)}))
		return
	case old == nil || new == nil:
		return // the whole IUT is new, or gone: that is one change, in the settings
	}
	change := Change{IUT: new.IUT, Families: []string{new.Family}, Status: new.Status, Rows: new.Rows, Old: outcome(old), New: outcome(new)}
	first := b.part(old, new)
	var category Category
	switch {
	case old.Verdict != new.Verdict && new.Verdict == fail:
		category, change.Worse = NewlyFailing, true
	case old.Verdict != new.Verdict && new.Verdict == pass:
		category = NewlyPassing
	case old.Verdict != new.Verdict:
		category, change.Worse = NoVerdict, old.Verdict == pass || old.Verdict == fail
	default:
		was, is, differ := b.failures(old, new)
		switch {
		case differ && new.Verdict == fail:
			category = Otherwise
		case differ:
			category = NoVerdict
		case first == nil:
			b.judged(old.Judgement, new.Judgement, b.change(Ledger, Change{IUT: new.IUT, Families: change.Families}))
			return
		case new.Verdict == pass:
			category = Behaviour
		default:
			category = SameFailure
		}
		if !differ {
			was, is, first = first.Old, first.New, nil
		}
		change.Old, change.New = was, is
	}
	change.First = first
	b.add(b.change(category, change))
}

// outcome is how a run came out. The first failure decides.
func outcome(r *archive.Run) Side {
	switch {
	case len(r.Failures) > 0 && r.Verdict == fail:
		return failure(r.Failures[0])
	case r.Reason != "":
		return Side{Text: r.Verdict + ": " + r.Reason}
	}
	return Side{Text: r.Verdict}
}

func failure(f archive.Failure) Side {
	return Side{Line: f.Line, Text: fmt.Sprintf("expected %s, got %s (%s)", f.Expected, f.Got, f.Reason)}
}

// failures compares why two runs of one verdict have it, and gives the first reason that is not the same.
func (b *caseOf) failures(old, new *archive.Run) (was, is Side, differ bool) {
	if old.Reason != new.Reason {
		return outcome(old), outcome(new), true
	}
	for i := range max(len(old.Failures), len(new.Failures)) {
		was, is := Side{Text: "no further failure"}, Side{Text: "no further failure"}
		if i < len(old.Failures) {
			was = failure(old.Failures[i])
		}
		if i < len(new.Failures) {
			is = failure(new.Failures[i])
		}
		if was.Text != is.Text || !b.scripted && was.Line != is.Line {
			return was, is, true
		}
	}
	return Side{}, Side{}, false
}

// part is where the traces of two runs part; nil where they do not.
func (b *caseOf) part(old, new *archive.Run) *Pair {
	bare := func(e archive.Event) archive.Event {
		if b.scripted {
			e.Line, e.Cause = 0, 0
		}
		return e
	}
	for i := range max(len(old.Trace), len(new.Trace)) {
		var was, is *archive.Event
		if i < len(old.Trace) {
			was = &old.Trace[i]
		}
		if i < len(new.Trace) {
			is = &new.Trace[i]
		}
		if was != nil && is != nil && bare(*was) == bare(*is) {
			continue
		}
		p := &Pair{happened(was), happened(is)}
		if p.Old == p.New { // all that is left is what it follows
			p.Old.Text += follows(was)
			p.New.Text += follows(is)
		}
		return p
	}
	switch {
	case old.VirtualNS != new.VirtualNS:
		return &Pair{Side{NS: old.VirtualNS, Text: "the case ends"}, Side{NS: new.VirtualNS, Text: "the case ends"}}
	case b.scripted || b.was != "" || old.SHA256 == new.SHA256:
		return nil
	case old.SHA256 == "" || new.SHA256 == "":
		return &Pair{Side{Text: recorded(old)}, Side{Text: recorded(new)}}
	}
	octets := Side{Text: "differs in octets that the notation does not show"}
	return &Pair{octets, octets}
}

func recorded(r *archive.Run) string {
	if r.SHA256 == "" {
		return "no trace"
	}
	return "a trace"
}

// happened is an event in words; nil is the end of the trace.
func happened(e *archive.Event) Side {
	if e == nil {
		return Side{Text: "nothing more"}
	}
	s := Side{Line: e.Line, NS: e.NS, Text: e.Text}
	if s.Line == 0 {
		s.Line = e.Cause
	}
	if e.Kind == stateKind {
		s.Text = "state " + e.Text
	}
	if e.With != "" {
		s.Text += " with " + e.With
	}
	if e.Conn != "" {
		s.Text += " (" + e.Conn + ")"
	}
	return s
}

const stateKind = "state"

func follows(e *archive.Event) string {
	return fmt.Sprintf(" [%s, expected in line %d, after line %d]", e.Kind, e.Line, e.Cause)
}
