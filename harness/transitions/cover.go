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
	taken := map[string][][]taking{} // by IUT, then arrow
	for _, name := range iuts {
		taken[name] = make([][]taking, len(arrows))
	}
	for _, t := range traces {
		byRun[run{t.Case, t.Family, t.IUT}] = t
		of := taken[t.IUT]
		if of == nil {
			continue
		}
		for _, s := range Walk(t) {
			for n, a := range arrows {
				if s.Takes(a) {
					of[n] = append(of[n], taking{t, s})
				}
			}
		}
	}
	var out []Outcome
	for _, name := range iuts {
		for n, a := range arrows {
			o := Outcome{IUT: name, Arrow: a}
			var cases []string
			for _, k := range taken[name][n] {
				if !slices.Contains(cases, k.trace.Case) {
					cases = append(cases, k.trace.Case)
				}
			}
			if o.Cases = len(cases); o.Cases > 0 {
				o.How, o.First = Taken, cases[0]
			} else {
				best := unplayed + 1
				for _, k := range taken[iuts[0]][n] {
					how, rank, text := instead(k, byRun[run{k.trace.Case, k.trace.Family, name}])
					if rank < best {
						best, o.How, o.Instead = rank, how, text
					}
				}
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

// instead says what an IUT does where the reference makes a step, and how well this trace of it shows that.
func instead(k taking, other *trace.Trace) (how How, rank int, text string) {
	from, line := k.step.From, k.step.Line
	at := fmt.Sprintf("%s, line %d: ", k.trace.Case, line)
	if other == nil || len(other.Events) == 0 {
		return NotOffered, unplayed, k.trace.Case + ": not played"
	}
	for _, s := range Walk(other) {
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
