package matrix

import (
	"fmt"
	"strings"
	"time"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/run"
	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

// player plays cases on one IUT, one after the other, each on a fresh host.
type player struct {
	iut   iut.IUT
	judge func(*Place, iut.Settings) Judge // nil: nothing is judged
	probe Probe                            // nil: there is none

	// The case at hand.
	place *Place
	event Event
	j     Judge
	fed   int // events of the trace that the judge has had
	err   error
	round int
	added []script.Event
	first [2]int // lines of the event's first stimulus and of the probe's
	line  int    // the last
}

// play plays a case and judges it.
func (p *player) play(place *Place, event Event) (Result, *trace.Result) {
	*p = player{iut: p.iut, judge: p.judge, probe: p.probe, place: place, event: event, added: p.added[:0], line: place.Entry.Lines()}
	if p.judge != nil {
		settings, err := run.Settings(place.Entry.File(place.IPv6), iut.Alike())
		if err != nil {
			return broken(err.Error()), nil
		}
		p.j = p.judge(place, settings)
	}
	res := run.Run(place.Entry.File(place.IPv6), p.iut, run.Options{IPv6: place.IPv6, Settings: iut.Alike(), More: p.more})
	return p.result(res), res
}

func broken(reason string) Result {
	return Result{Event: Broken, Probe: Broken, Finding: &Finding{Reason: reason}}
}

// more goes on with the event, and then with the probe.
func (p *player) more(t *trace.Trace) (lines []script.Event) {
	p.feed(t, t.Events[len(t.Events)-1].At)
	switch {
	case p.err != nil:
		return nil
	case p.first[0] == 0:
		if at := PositionOf(t); at != p.place.Position {
			p.err = fmt.Errorf("%s is not where it was after the same entry: %+v, and was %+v", p.iut.Name(), at, p.place.Position)
			return nil
		}
		lines, _ = p.event.Lines(p.place)
		p.first[0] = p.line + 1
	default:
		if p.round == 0 {
			p.first[1] = p.line + 1
		}
		if p.probe == nil {
			return nil
		}
		lines = p.probe(&Moment{Case: Case{p.place.Entry, p.place.IPv6, p.event}, Trace: t, Judge: p.j, Position: PositionOf(t), Round: p.round})
		p.round++
	}
	p.line = number(lines, p.line)
	p.added = append(p.added, lines...)
	return lines
}

// feed gives the judge what is new in the trace, and the time until when that is all.
func (p *player) feed(t *trace.Trace, until time.Duration) {
	if p.j == nil || p.err != nil {
		return
	}
	p.err = p.j.Feed(t.Events[p.fed:])
	p.fed = len(t.Events)
	if p.err == nil {
		p.err = p.j.Until(until)
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
	r := Result{Hash: Hash(res.Trace)}
	if p.first[1] == 0 {
		p.first[1] = p.line + 1
	}
	if p.j != nil {
		r.Event, r.Finding = p.j.Judgement(p.first[0], p.first[1])
		var second *Finding
		if r.Probe, second = p.j.Judgement(p.first[1], p.line+1); r.Finding == nil {
			r.Finding = second
		}
		if v, f := p.j.Judgement(0, p.first[0]); v >= Fail { // the way here was not right, and what follows from it is not known
			f.Reason = "on the entry path"
			return Result{Event: Inconclusive, Probe: Inconclusive, Finding: f, Hash: r.Hash}
		}
	}
	for _, f := range res.Failures { // what no script may expect: octets that nobody wrote, a panic
		part := &r.Event
		if f.Line >= p.first[1] {
			part = &r.Probe
		}
		if *part < Fail {
			*part = Fail
			r.Finding = &Finding{Line: f.Line, Rule: ruleOf(f), Shape: f.Reason, Expected: f.Expected, Got: f.Got}
		}
	}
	return r
}

// ruleOf names what is wrong with a run whatever a judge says.
func ruleOf(f trace.Failure) string {
	if strings.HasPrefix(f.Got, "panic: ") {
		return "no panic"
	}
	return "octets of the stream"
}

// notReached says why an IUT is not where an entry leads: the first line that it did not answer as expected.
func notReached(res *trace.Result) string {
	if len(res.Failures) == 0 {
		return res.Reason
	}
	return res.Failures[0].String()
}

// approach brings an IUT along an entry and reads where it stands; reason is why it is not there.
func approach(i iut.IUT, e *Entry, ipv6 bool) (at Position, reason string) {
	reached := false
	res := run.Run(e.File(ipv6), i, run.Options{IPv6: ipv6, Settings: iut.Alike(), More: func(t *trace.Trace) []script.Event {
		at, reached = PositionOf(t), true
		return nil
	}})
	if !reached || res.Verdict != trace.Pass {
		return at, notReached(res)
	}
	return at, ""
}
