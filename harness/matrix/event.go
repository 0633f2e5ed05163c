package matrix

import (
	"strings"
	"time"

	"github.com/twinstack/twinstack/harness/script"
)

// Place is where the event of a case comes: an IUT at the end of an entry path, over a family.
type Place struct {
	Entry *Entry
	IPv6  bool
	Position

	entered uint64 // the hash of the trace of the entry
}

// Event is what happens to an IUT that has been brought into a state.
type Event interface {
	// Name says what it is, by the names of its numbers. With the entry and the family it is the id of a case.
	Name() string
	// Lines are the lines of it in a script; ok is false where one of its positions is none at that place.
	Lines(p *Place) (lines []script.Event, ok bool)
}

// Case is an event at the end of an entry path.
type Case struct {
	Entry *Entry
	IPv6  bool
	Event Event
}

// ID is the stable name of a case: "established-passive/ipv4/FA seq=inside ack=una text=one".
func (c Case) ID() string {
	return c.Entry.Name + "/" + family(c.IPv6) + "/" + c.Event.Name()
}

func family(ipv6 bool) string {
	if ipv6 {
		return "ipv6"
	}
	return "ipv4"
}

// Inbound is the line of a segment for the IUT, at once.
func Inbound(s *script.Segment) script.Event {
	s.SeqEnd = s.Seq + s.Len
	return script.Event{Packet: &script.Packet{Dir: script.Inbound, TCP: s}}
}

// Silence is a line in which nothing happens for a time: poll of no descriptor.
func Silence(d time.Duration) script.Event {
	e := noPoll
	e.Time.At = d
	return e
}

// noPoll is made once, since every case has some.
var noPoll = Call("poll", Integer(0), script.Expr{Kind: script.List}, Integer(0), Integer(0))

// AnyResult says of a call that its result is not held against anything.
var AnyResult = script.Expr{Kind: script.Ellipsis}

// Call is the line of a call, at once. Its result must be as given, whatever the error, unless it is AnyResult.
func Call(name string, result script.Expr, args ...script.Expr) script.Event {
	call := &script.Call{Name: name, Args: args}
	if result.Kind != script.Ellipsis {
		call.Result = &result
	}
	e := script.Event{Call: call}
	e.Text = e.String()
	return e
}

// Integer is a number as an argument.
func Integer(n int) script.Expr { return script.Expr{Kind: script.Int, Int: int64(n)} }

// Word is a name as an argument, or several with "|" in between.
func Word(name string) script.Expr { return script.Expr{Kind: script.Name, Text: name} }

// number gives the events the lines behind a line, as Print lays them out, and returns the last.
func number(events []script.Event, line int) int {
	for i := range events {
		e := &events[i]
		line++
		if e.With != nil {
			line++
		}
		e.Pos = script.Pos{Line: line, Col: 1}
		line += len(e.Or)
		if e.OrNothing {
			line++
		}
		if e.States != nil {
			line += strings.Count(e.States.String(), "\n")
		}
	}
	return line
}
