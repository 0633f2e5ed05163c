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

// agree makes steps of the reference ones that take what the IUT did, too. The error names the first that cannot.
func agree(reference, iut []step) error {
	var was [2]trace.State // by the last assertion
	for i := range reference {
		s := &reference[i]
		if !s.agree(&iut[i], was) {
			return fmt.Errorf("causes: before the mistake, after %q, the two differ in what a script cannot leave open", s.stimulus.String())
		}
		for n, answers := range [][]script.Event{s.answers, iut[i].answers} {
			if path := statesOf(answers); len(path) > 0 {
				was[n] = path[len(path)-1]
			}
		}
	}
	return nil
}

// agree makes a step of the reference one that takes what the IUT did, too. It reports whether it can. was are the states
// that the two were in.
func (s *step) agree(iut *step, was [2]trace.State) bool {
	if call := s.stimulus.Call; call != nil && iut.stimulus.Call != nil && callText(call) != callText(iut.stimulus.Call) {
		if call.Name == "socket" || call.Name == "accept" {
			return false
		}
		either := *call
		either.Result, either.Errno = nil, ""
		s.stimulus.Call = &either
	}
	if s.text() == iut.text() {
		return true
	}
	packets, ok := bothOf(s.answers, iut.answers)
	if !ok {
		return false
	}
	path, other := statesOf(s.answers), statesOf(iut.answers)
	if len(path) == 0 && len(other) == 0 {
		s.answers = packets
		return true
	}
	if len(path) == 0 {
		path = was[:1]
	}
	if len(other) == 0 {
		other = was[1:]
	}
	states := &script.States{Path: path}
	if !slices.Equal(path, other) {
		states.Or = [][]trace.State{other}
	}
	s.answers = append(packets, script.Event{States: states})
	return true
}

// bothOf are packets that allow those of either side: one in place of the other where there are as many, or else each that
// the other has not may also not come. ok says whether that can be: it must be clear when they come, and of which connection
// the states are.
func bothOf(a, b []script.Event) (both []script.Event, ok bool) {
	pa, okA := packetsOf(a)
	pb, okB := packetsOf(b)
	if !okA || !okB {
		return nil, false
	}
	if len(pa) == len(pb) {
		for i := range pa {
			if pa[i].String() != pb[i].String() {
				pa[i].Or = append(slices.Clone(pa[i].Or), pb[i].Packet)
			}
		}
		return pa, true
	}
	for len(pa) > 0 || len(pb) > 0 {
		same := slices.IndexFunc(pb, func(e script.Event) bool { return len(pa) > 0 && e.String() == pa[0].String() })
		if same < 0 && len(pa) > 0 {
			pa[0].OrNothing = true
			both, pa = append(both, pa[0]), pa[1:]
			continue
		}
		for n := max(0, same); n > 0 || same < 0 && len(pb) > 0; n-- {
			pb[0].OrNothing = true
			both, pb = append(both, pb[0]), pb[1:]
		}
		if same >= 0 {
			both, pa, pb = append(both, pa[0]), pa[1:], pb[1:]
		}
	}
	return both, true
}

// packetsOf are the packets of a step. ok says that they all come at once, and that the states are those of the connection.
func packetsOf(answers []script.Event) (all []script.Event, ok bool) {
	for _, e := range answers {
		switch {
		case e.States != nil && e.States.Ports != nil, e.Time.At != 0:
			return nil, false
		case e.Packet != nil:
			all = append(all, e)
		}
	}
	return all, true
}

// statesOf are the states that a step goes through.
func statesOf(answers []script.Event) (path []trace.State) {
	for _, e := range answers {
		if e.States != nil {
			path = append(path, e.States.Path...)
		}
	}
	return path
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
