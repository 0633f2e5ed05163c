package causes

import (
	"fmt"
	"slices"
	"strings"

	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

// A script says what the reference does. Where the RFCs leave a choice it says what else is allowed, as far as a script can:
// in the step with the mistake that is what the judge would have taken, in those before it what the IUT did.

// step is one line of a course with what follows from it: packets and states.
type step struct {
	stimulus script.Event
	answers  []script.Event
}

// steps parts what was written down of a run.
func steps(said []script.Event) (all []step) {
	for _, e := range said {
		if stimulus(&e) {
			all = append(all, step{stimulus: e})
		} else if len(all) > 0 {
			s := &all[len(all)-1]
			s.answers = append(s.answers, e)
		}
	}
	return all
}

// agree makes a step of the reference one that takes what the IUT did, too. It reports whether it can.
func (s *step) agree(iut *step) bool {
	if call := s.stimulus.Call; call != nil && iut.stimulus.Call != nil && callText(call) != callText(iut.stimulus.Call) {
		if call.Name == "socket" || call.Name == "accept" {
			return false
		}
		any := *call
		any.Result, any.Errno = nil, ""
		s.stimulus.Call = &any
	}
	if len(s.answers) != len(iut.answers) {
		return s.lenient(iut)
	}
	for i := range s.answers {
		a, b := &s.answers[i], &iut.answers[i]
		switch {
		case a.States != nil && b.States != nil && samePorts(a.States.Ports, b.States.Ports):
			if !slices.Equal(a.States.Path, b.States.Path) {
				or := *a.States
				or.Or = append(slices.Clone(or.Or), b.States.Path)
				a.States = &or
			}
		case a.Packet != nil && b.Packet != nil && a.Time == b.Time:
			if a.Packet.String() != b.Packet.String() {
				a.Or = append(slices.Clone(a.Or), b.Packet)
			}
		default:
			return false
		}
	}
	return true
}

// lenient is agree where one of the two sends a packet that the other does not send, and all else is alike.
func (s *step) lenient(iut *step) bool {
	more, less := s.answers, iut.answers
	if len(more) < len(less) {
		more, less = less, more
	}
	if len(more) != len(less)+1 {
		return false
	}
	for i := range more {
		if more[i].Packet == nil {
			continue
		}
		rest := step{stimulus: s.stimulus, answers: slices.Delete(slices.Clone(more), i, i+1)}
		if other := (step{stimulus: s.stimulus, answers: less}); rest.text() != other.text() {
			continue
		}
		optional := slices.Clone(more)
		optional[i].OrNothing = true
		s.answers = optional
		return true
	}
	return false
}

func (s *step) text() string {
	var b strings.Builder
	for _, a := range s.answers {
		fmt.Fprintln(&b, a.String())
	}
	return b.String()
}

func callText(c *script.Call) string {
	e := script.Event{Call: c}
	return e.String()
}

func samePorts(a, b *script.Ports) bool { return a == b || a != nil && b != nil && *a == *b }

// allow adds what the judge would have taken in place of the wrong answer, in its words: "> . 1:1(0) ack 1, or nothing", or
// "state CLOSED or TIME-WAIT". What a script cannot say is left out: several packets in place of one.
func (s *step) allow(expected string) {
	if names, ok := strings.CutPrefix(expected, "state "); ok {
		s.allowStates(strings.Split(names, " or "))
		return
	}
	var packets []*script.Packet
	nothing := false
	for _, way := range strings.Split(expected, ", or ") {
		if way == "nothing" {
			nothing = true
		} else if p := parsePacket(way); p != nil {
			packets = append(packets, p)
		}
	}
	if len(packets) == 0 {
		return
	}
	at := slices.IndexFunc(s.answers, func(e script.Event) bool { return e.Packet != nil })
	if at < 0 {
		if !nothing {
			return
		}
		at = 0
		s.answers = slices.Insert(s.answers, 0, script.Event{Packet: packets[0]})
	}
	first := &s.answers[at]
	known := []string{first.Packet.String()}
	for _, or := range first.Or {
		known = append(known, or.String())
	}
	for _, p := range packets {
		p.TCP.AnyOptions = first.Packet.TCP.AnyOptions || p.TCP.Flags.Has(trace.SYN)
		if text := p.String(); !slices.Contains(known, text) {
			known = append(known, text)
			first.Or = append(first.Or, p)
		}
	}
	first.OrNothing = first.OrNothing || nothing
}

// allowStates adds states to the one that an assertion names.
func (s *step) allowStates(names []string) {
	for i := range s.answers {
		a := s.answers[i].States
		if a == nil || len(a.Path) != 1 {
			continue
		}
		or := *a
		or.Or = slices.Clone(or.Or)
		for _, name := range names {
			if state, ok := trace.ParseState(name); ok && state != a.Path[0] {
				or.Or = append(or.Or, []trace.State{state})
			}
		}
		s.answers[i].States = &or
		return
	}
}

// parsePacket reads a packet of the IUT's; nil if it is none, or several.
func parsePacket(text string) *script.Packet {
	if !strings.HasPrefix(text, "> ") || strings.Contains(text, ", > ") {
		return nil
	}
	f, err := script.Parse("", []byte("+0 "+text))
	if err != nil || len(f.Events) != 1 || f.Events[0].Packet == nil || f.Events[0].Packet.TCP == nil {
		return nil
	}
	return f.Events[0].Packet
}

// lastState asserts where the reference is at the end, if the last line says no state.
func lastState(events []script.Event) (script.Event, bool) {
	for i, e := range slices.Backward(events) {
		if e.States != nil && e.States.Ports == nil {
			path := e.States.Path
			return script.Event{States: &script.States{Path: path[len(path)-1:]}}, i < len(events)-1
		}
	}
	return script.Event{}, false
}
