package matrix

import (
	"time"

	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

// Verdict is what is said of the event or of the probe of a case.
type Verdict uint8

// The verdicts.
const (
	Pass         Verdict = iota
	NonStrict            // allowed, but a SHOULD speaks against it
	Fail                 // not allowed
	Inconclusive         // nothing can be said of the IUT: the reason is on record
	Broken               // the case could not be played or judged: a fault of the harness
	Verdicts             // how many there are
)

var verdictNames = [...]string{"pass", "non-strict", "fail", "inconclusive", "error"}

func (v Verdict) String() string { return verdictNames[v] }

// Finding is what a judge has against an IUT, or why nothing can be said of it.
type Finding struct {
	Line     int    `json:"line"`             // of the printed case: that of the stimulus
	Rule     string `json:"rule,omitempty"`   // the id of the rule that was broken
	Clause   string `json:"clause,omitempty"` // its place in the RFC
	Level    string `json:"level,omitempty"`  // how strongly it binds: "MUST"
	Shape    string `json:"shape,omitempty"`  // the wrong answer, the same for the same mistake: what came in place of what
	After    string `json:"after,omitempty"`  // the kind of what it was an answer to: "no ACK bit", "close", "silence"
	In       string `json:"in,omitempty"`     // the group of states: "synchronized", "TIME-WAIT"
	Expected string `json:"expected,omitempty"`
	Got      string `json:"got,omitempty"`
	Reason   string `json:"reason,omitempty"` // of Inconclusive and Broken
}

// Judge says of one run what is allowed and what is not.
type Judge interface {
	// Feed takes the events of the trace that follow those of the Feeds before. The error is a fault of the judge's.
	Feed([]trace.Event) error
	// Until says that nothing more happened until now.
	Until(now time.Duration) error
	// Judgement is that of the stimuli at the lines from first to before end: Pass, NonStrict, Fail with the first finding,
	// or Inconclusive where a finding before keeps it from judging.
	Judgement(first, end int) (Verdict, *Finding)
	// Clone is a judge that goes on from here on its own: an entry is judged once and not for each case.
	Clone() Judge
}

// Moment is what is known when the event of a case has been answered, and again each time that a probe has been.
type Moment struct {
	Case     Case
	Trace    *trace.Trace
	Judge    Judge
	Position Position // now
	Round    int      // how many probes there have been
}

// Probe gives the lines of the next probe, none to end the case.
type Probe func(*Moment) []script.Event

// Result is what a case came to on one IUT.
type Result struct {
	Event, Probe Verdict
	Finding      *Finding // nil where both pass
	Hash         uint64   // of the trace
}

// Verdict is that of the case: the worse of event and probe. A probe that cannot be judged because the event has failed
// changes nothing.
func (r *Result) Verdict() Verdict {
	if r.Event == Fail {
		return Fail
	}
	return max(r.Event, r.Probe)
}
