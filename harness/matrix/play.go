package matrix

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/run"
	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

// player plays cases on one IUT, one after the other, each on a fresh host.
type player struct {
	iut     iut.IUT
	probing func(Case) Probe // nil: there is none
	late    func(id, iut string)

	// The case at hand.
	place *Place
	event Event
	probe Probe
	judge Judge // nil: nothing is judged
	fed   int   // events of the trace that the judge and the hash have had
	hash  hasher
	err   error
	round int
	added []script.Event
	first [2]int // lines of the event's first stimulus and of the probe's
	line  int    // the last
}

// play plays a case and judges it. The judge has seen the entry, and is the case's own; nil: nothing is judged.
func (p *player) play(place *Place, event Event, j Judge) (Result, *trace.Result) {
	*p = player{iut: p.iut, probing: p.probing, late: p.late, place: place, event: event, judge: j, hash: newHasher(p.hash.buf), added: p.added[:0], line: place.Entry.Lines()}
	if p.probing != nil {
		p.probe = p.probing(Case{place.Entry, place.IPv6, event})
	}
	o := run.Options{IPv6: place.IPv6, Settings: iut.Alike(), More: p.more}
	if late := p.late; late != nil {
		id, name := Case{place.Entry, place.IPv6, event}.ID, p.iut.Name()
		o.Patience, o.Late = run.Patience, func() { late(id(), name) }
	}
	res := run.Run(place.Entry.File(place.IPv6), p.iut, o)
	return p.result(res), res
}

func broken(reason string) Result {
	return Result{Event: Broken, Probe: Broken, Finding: &Finding{Reason: reason}}
}

// more goes on with the event, and then with the probe.
func (p *player) more(t *trace.Trace) (lines []script.Event) {
	if p.first[0] == 0 {
		p.hash.events(t.Events)
		p.fed = len(t.Events)
		if p.hash.Sum64() != p.place.entered {
			p.err = fmt.Errorf("%s did not do the same as before on the same entry", p.iut.Name())
			return nil
		}
		lines, _ = p.event.Lines(p.place)
		p.first[0] = p.line + 1
	} else {
		if p.round == 0 {
			p.first[1] = p.line + 1
		}
		if p.probe == nil {
			return nil
		}
		if p.feed(t, t.Events[len(t.Events)-1].At); p.err != nil {
			return nil
		}
		lines = p.probe(&Moment{Case: Case{p.place.Entry, p.place.IPv6, p.event}, Trace: t, Judge: p.judge, Position: PositionOf(t), Round: p.round})
		p.round++
	}
	if len(lines) > 0 && lines[0].Time.At > 0 {
		// What happens in a time before the first line is of these lines, and not of the line before: one that does nothing
		// begins them.
		lines = append([]script.Event{Silence(0)}, lines...)
	}
	p.line = number(lines, p.line)
	p.added = append(p.added, lines...)
	return lines
}

// feed gives the judge what is new in the trace, and the time until when that is all.
func (p *player) feed(t *trace.Trace, until time.Duration) {
	news := t.Events[p.fed:]
	p.fed = len(t.Events)
	p.hash.events(news)
	if p.judge == nil || p.err != nil {
		return
	}
	if p.err = p.judge.Feed(news); p.err == nil {
		p.err = p.judge.Until(until)
	}
}

// result makes a case's result of what came of its script.
func (p *player) result(res *trace.Result) Result {
	switch {
	case res.Verdict == trace.Error || res.Verdict == trace.Unsupported:
		return broken(res.Reason)
	case p.first[0] == 0 && p.err == nil: // the script of the entry has failed
		return Result{Event: Inconclusive, Probe: Inconclusive, Finding: &Finding{Reason: notReached(res)}}
	}
	p.feed(res.Trace, res.Virtual)
	if p.err != nil {
		return broken(p.err.Error())
	}
	r := Result{Hash: p.hash.Sum64()}
	if p.first[1] == 0 { // it panicked before it came to the probe
		p.first[1] = p.line + 1
	}
	if p.judge != nil {
		r.Event, r.Finding = p.judge.Judgement(p.first[0], p.first[1])
		var second *Finding
		if r.Probe, second = p.judge.Judgement(p.first[1], p.line+1); r.Probe > r.Event && r.Event != Fail {
			r.Finding = second
		}
	}
	for _, f := range res.Failures { // what no script may expect: octets that nobody wrote, a panic
		part := &r.Event
		if f.Line >= p.first[1] {
			part = &r.Probe
		}
		if *part < Fail {
			*part = Fail
			r.Finding = FindingOf(f)
		}
	}
	return r
}

// What holds of every run, whatever a judge says: Finding.Rule where it does not.
const (
	NoPanic      = "no panic"
	StreamOctets = "octets of the stream"
	Expectation  = "what a line expects"
)

// FindingOf is what a failure of a run comes to where nothing was expected: it is one that no script may expect.
func FindingOf(f trace.Failure) *Finding {
	return &Finding{Line: f.Line, Rule: ruleOf(f), Shape: shapeOf(f), Expected: f.Expected, Got: f.Got}
}

// ruleOf names what is wrong with a run whatever a judge says.
func ruleOf(f trace.Failure) string {
	switch {
	case strings.HasPrefix(f.Got, "panic: "):
		return NoPanic
	case strings.Contains(f.Reason, "octet"):
		return StreamOctets
	}
	return Expectation // a probe may say what a call must give
}

// shapeOf is the reason of a failure without the time and the numbers of the one case.
func shapeOf(f trace.Failure) string {
	reason := f.Reason
	if _, wrong, ok := strings.Cut(reason, "; "); ok && strings.HasPrefix(reason, "sent at ") {
		reason = wrong
	}
	return octetNumber.ReplaceAllString(reason, "octet n")
}

var octetNumber = regexp.MustCompile(`\boctet [0-9]+`)

// notReached says why an IUT is not where an entry leads: the first line that it did not answer as expected.
func notReached(res *trace.Result) string {
	if len(res.Failures) == 0 {
		return res.Reason
	}
	return res.Failures[0].String()
}

// approach brings an IUT along an entry, and reads where it stands and how it got there. Where it is not there, the verdict is
// Inconclusive, or Broken for a fault of the harness, with the reason. The judge, if there is one, is fed with what happened.
func (p *Place) approach(i iut.IUT, j Judge) (v Verdict, reason string) {
	file := p.Entry.File(p.IPv6)
	reached := false
	res := run.Run(file, i, run.Options{IPv6: p.IPv6, Settings: iut.Alike(), More: func(t *trace.Trace) []script.Event {
		p.Position, reached = PositionOf(t), true
		return nil
	}})
	switch {
	case res.Verdict == trace.Error:
		return Broken, res.Reason
	case !reached || res.Verdict != trace.Pass:
		return Inconclusive, notReached(res)
	}
	h := newHasher(nil)
	h.events(res.Trace.Events)
	p.entered = h.Sum64()
	if j == nil {
		return Pass, ""
	}
	if err := errors.Join(j.Feed(res.Trace.Events), j.Until(res.Virtual)); err != nil {
		return Broken, err.Error()
	}
	if v, f := j.Judgement(1, p.Entry.Lines()+1); v >= Fail { // what follows from a wrong answer is not known
		return Inconclusive, fmt.Sprintf("line %d: expected %s, got %s (%s, %s)", f.Line, f.Expected, f.Got, f.Rule, f.Clause)
	}
	return Pass, ""
}
