package transitions

import (
	"fmt"
	"slices"

	"github.com/twinstack/twinstack/harness/trace"
)

// How is how an IUT stands to an arrow.
type How uint8

// The ways.
const (
	NotTaken   How = iota // nor is there a case that tries it
	Taken                 // at least once
	NotOffered            // its API refuses what would take it: Outcome.Instead has call and errno
	Otherwise             // it does something else where the reference takes it: Outcome.Instead says what
)

// String is the way in words.
func (h How) String() string {
	return [...]string{"not taken", "taken", "not offered", "otherwise"}[h]
}

// Outcome is how one IUT stands to one arrow.
type Outcome struct {
	IUT   string
	Arrow Arrow
	How   How
	Cases int    // that take it; a case counts once, whatever families it runs on
	First string // of them
	// Instead is what the IUT does at the stimulus with which the reference takes the arrow: "time-wait/rst-closes,
	// line 24: stays in TIME-WAIT". "" where it takes the arrow or the reference does not.
	Instead string
}

// Cover says how each IUT stands to each arrow: by IUT in the order given, then in the order of the table. The order of
// traces decides which case is the first. It is the first IUT that the others are held against.
func Cover(iuts []string, traces []*trace.Trace) []Outcome {
	type run struct{ caseName, family, iut string }
	byRun := map[run]*trace.Trace{}
	for _, t := range traces {
		byRun[run{t.Case, t.Family, t.IUT}] = t
	}
	var all []Sight
	for _, t := range traces {
		if t.IUT != iuts[0] {
			all = append(all, Sights(t.IUT, t, nil)...)
			continue
		}
		for _, name := range iuts {
			if name == iuts[0] {
				all = append(all, Sights(name, t, nil)...)
				continue
			}
			for _, s := range Sights(name, byRun[run{t.Case, t.Family, name}], t) {
				if s.How != Taken { // those come with their own trace
					all = append(all, s)
				}
			}
		}
	}
	return Combine(iuts, all)
}

// Sight is what one trace of an IUT shows of one arrow.
type Sight struct {
	Case, IUT string
	Arrow     string // its ID
	How       How    // Taken, NotOffered, Otherwise
	Rank      int    // of what is not Taken: how well the trace shows it; the lowest shows it best
	Instead   string // of what is not Taken: as in Outcome
}

// Sights gives the arrows that a trace of an IUT goes along, in the order of the table, and of those that the reference's
// trace of the same case and family goes along besides, what the IUT does instead. t is nil where the IUT did not run the case, reference where
// the IUT is the reference.
func Sights(iut string, t, reference *trace.Trace) (all []Sight) {
	var steps, theirs []Step
	if t != nil {
		steps = Walk(t)
	}
	if reference != nil {
		theirs = Walk(reference)
	}
	for _, a := range arrows {
		takes := func(s Step) bool { return s.Takes(a) }
		if slices.ContainsFunc(steps, takes) {
			all = append(all, Sight{Case: t.Case, IUT: iut, Arrow: a.ID(), How: Taken})
			continue
		}
		best := Sight{Rank: unplayed + 1}
		for _, s := range theirs {
			if !takes(s) {
				continue
			}
			if how, rank, text := instead(taking{reference, s}, t, steps); rank < best.Rank {
				best = Sight{reference.Case, iut, a.ID(), how, rank, text}
			}
		}
		if best.Rank <= unplayed {
			all = append(all, best)
		}
	}
	return all
}

// Combine says how each IUT stands to each arrow by what all traces show, in the order of Cover. The order of the sights decides which
// case is the first.
func Combine(iuts []string, sights []Sight) []Outcome {
	type cell struct{ iut, arrow string }
	by := map[cell][]Sight{}
	for _, s := range sights {
		c := cell{s.IUT, s.Arrow}
		by[c] = append(by[c], s)
	}
	var out []Outcome
	for _, name := range iuts {
		for _, a := range arrows {
			o := Outcome{IUT: name, Arrow: a}
			var cases []string
			best := unplayed + 1
			for _, s := range by[cell{name, a.ID()}] {
				switch {
				case s.How != Taken && s.Rank < best:
					best, o.How, o.Instead = s.Rank, s.How, s.Instead
				case s.How == Taken && !slices.Contains(cases, s.Case):
					cases = append(cases, s.Case)
				}
			}
			if len(cases) > 0 {
				o.How, o.Cases, o.First, o.Instead = Taken, len(cases), cases[0], ""
			}
			out = append(out, o)
		}
	}
	return out
}

// taking is where a step stands.
type taking struct {
	trace *trace.Trace
	step  Step
}

// How well a trace shows what an IUT does in place of a step, best first.
const (
	inPlace  = iota // it was in the state that the step is from
	astray          // it was in another already
	unplayed        // it could not run the case
)

// instead says what an IUT does where the reference makes a step, and how well this trace of it, with its steps, shows that.
func instead(k taking, other *trace.Trace, steps []Step) (how How, rank int, text string) {
	from, line := k.step.From, k.step.Line
	at := fmt.Sprintf("%s, line %d: ", k.trace.Case, line)
	if other == nil || len(other.Events) == 0 {
		return NotOffered, unplayed, k.trace.Case + ": not played"
	}
	for _, s := range steps {
		if s.Line == line && s.From == from && s.Timer == k.step.Timer {
			return Otherwise, inPlace, at + "goes to " + s.To.String()
		}
	}
	states := after(other, line)
	if !slices.Contains(states, from) {
		return Otherwise, astray, at + "is in " + states[0].String()
	}
	call, refused := callAt(k.trace, line), callAt(other, line)
	if call != nil && refused != nil && refused.Errno != "" && refused.Errno != call.Errno {
		return NotOffered, inPlace, fmt.Sprintf("%s%s(%s) = %s", at, refused.Name, refused.Args, refused.Notation())
	}
	return Otherwise, inPlace, at + "stays in " + from.String()
}

// after is the states that there are once all that the stimulus of a line causes has happened: of connections, else of
// listeners, else CLOSED.
func after(t *trace.Trace, line int) []trace.State {
	var conns []trace.Conn // in the order in which they came
	states := map[trace.Conn]trace.State{}
	for i := range t.Events {
		e := &t.Events[i]
		if e.Kind != trace.StateIs || e.Cause > line {
			continue
		}
		if !slices.Contains(conns, e.Conn) {
			conns = append(conns, e.Conn)
		}
		states[e.Conn] = e.State
	}
	var open, listeners []trace.State
	for _, c := range conns {
		switch {
		case states[c] == trace.Closed:
		case c.Remote.IsValid():
			open = append(open, states[c])
		default:
			listeners = append(listeners, states[c])
		}
	}
	if all := append(open, listeners...); len(all) > 0 {
		return all
	}
	return []trace.State{trace.Closed}
}

func callAt(t *trace.Trace, line int) *trace.Call {
	for i := range t.Events {
		if e := &t.Events[i]; e.Kind == trace.Called && e.Line == line {
			return e.Call
		}
	}
	return nil
}
