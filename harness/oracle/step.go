package oracle

import (
	"fmt"
	"strings"
	"time"

	"github.com/twinstack/twinstack/harness/trace"
)

// Verdict is what the judge says of a step.
type Verdict uint8

// The verdicts.
const (
	Allowed   Verdict = iota // what the RFCs allow
	NonStrict                // what a SHOULD speaks against
	Violation                // what they do not allow
	Unjudged                 // a violation came before: what the TCP knows is no longer known
)

func (v Verdict) String() string {
	return [...]string{"allowed", "non-strict", "violation", "unjudged"}[v]
}

// Step is one stimulus, a packet or a call, with all that the IUT did until the next.
type Step struct {
	Line     int           // of the script
	At       time.Duration // when the stimulus came
	Stimulus string        // in words: "segment FA", "call close"
	Verdict  Verdict
	Rules    []string // ids of the rules that allow what was done; of a Violation, that of the rule that was broken
	Options  []string // names of the choices that were made
	Against  []string // NonStrict: the requirements that were not followed
	Expected string   // Violation: what the rules allow
	Got      string   // Violation: what was done, in the script's numbers

	// Of a Violation and of what is NonStrict: the rule that was broken or whose SHOULD was not followed, nil if it is not
	// known which; what was done in place of what, the same for the same mistake anywhere; the kind of what it was an answer
	// to, "ACK at RCV.NXT-1", "close", "silence" where time has passed; and the group of states in which.
	Rule             *Rule
	Shape, After, In string
}

// step is a Step that is not put in words yet.
type step struct {
	line     int
	at       time.Duration
	stimulus stimulus
	verdict  Verdict
	rules    []*Rule
	names    []string
	against  []string
	broken   *broken
	was      standing // of the connection that it is about
	silence  bool     // time has passed since the stimulus
}

// stimulus is what a step begins with: a packet, a call, or neither.
type stimulus struct {
	packet   *trace.Packet
	unusable bool // the packet is
	call     *trace.Call
}

func (s *stimulus) String() string {
	switch {
	case s.call != nil:
		return "call " + s.call.Name
	case s.packet == nil:
		return "the start"
	case s.unusable:
		return "a packet that is discarded"
	case s.packet.TCP != nil:
		return "segment " + s.packet.TCP.Flags.String()
	}
	return fmt.Sprintf("ICMP %d %d", s.packet.ICMP.Type, s.packet.ICMP.Code)
}

// words are the Step.
func (s *step) words() Step {
	w := Step{Line: s.line, At: s.at, Stimulus: s.stimulus.String(), Verdict: s.verdict, Options: s.names, Against: s.against}
	for _, r := range s.rules {
		w.Rules = append(w.Rules, r.ID)
	}
	switch b := s.broken; {
	case b != nil:
		w.Expected, w.Got, w.Rule, w.Shape = b.expected, b.got, b.rule, b.shape
	case len(s.against) > 0:
		w.Rule, w.Shape = ignored(s.rules, s.against), "against "+strings.Join(s.against, " ")
	default:
		return w
	}
	w.In, w.After = s.was.group(), s.was.kind(&s.stimulus)
	if s.silence {
		w.After = silence
	}
	return w
}

// Steps are the judgements so far. The last is not final before the next stimulus or Until.
func (j *Judge) Steps() []Step {
	var all []Step
	for _, steps := range [][]step{j.past, j.steps} {
		for i := range steps {
			all = append(all, steps[i].words())
		}
	}
	return all
}

// Deciding is the step that decides about the lines from first to before end: the first that is a violation or unjudged, or
// else the first that is NonStrict. There is none where all that was done is allowed.
func (j *Judge) Deciding(first, end int) (Step, bool) {
	var lax *step
	for _, steps := range [][]step{j.past, j.steps} {
		for i := range steps {
			switch s := &steps[i]; {
			case s.line < first || s.line >= end:
			case s.verdict > NonStrict:
				return s.words(), true
			case s.verdict == NonStrict && lax == nil:
				lax = s
			}
		}
	}
	if lax == nil {
		return Step{}, false
	}
	return lax.words(), true
}

// step is the step at hand.
func (j *Judge) step() *step {
	if len(j.steps) == 0 {
		j.steps = append(j.steps, step{})
	}
	return &j.steps[len(j.steps)-1]
}

// unjudged says of the step at hand that what the TCP knows is not known.
func (j *Judge) unjudged() { j.step().verdict = max(j.step().verdict, Unjudged) }

// left keeps the guesses that are left. Where none is, it was a violation.
func (j *Judge) left(c *conn, keep []guess, why func() broken) {
	if len(keep) > 0 || len(c.guesses) == 0 {
		c.guesses = append(c.guesses[:0], keep...)
		j.judge(c)
		return
	}
	b := why()
	s := j.step()
	c.broken, c.guesses = true, nil
	if s.verdict == Violation {
		return // of another connection in the same step: the first is told
	}
	*s = step{line: s.line, at: s.at, stimulus: s.stimulus, verdict: Violation, broken: &b, was: c.was, silence: j.now > s.at}
	if b.rule != nil {
		s.rules = []*Rule{b.rule}
	}
}

// judge writes into the step what the guess that asks least of the reader's patience says: one that follows every SHOULD,
// if any does.
func (j *Judge) judge(c *conn) {
	s := j.step()
	if s.verdict == Violation || len(c.guesses) == 0 {
		return
	}
	best := c.best()
	if len(best.rules) == 0 {
		return
	}
	s.rules, s.names, s.against, s.broken, s.verdict = best.rules, best.names, best.against, nil, Allowed
	s.was, s.silence = c.was, j.now > s.at
	if len(best.against) > 0 {
		s.verdict = NonStrict
	}
}
