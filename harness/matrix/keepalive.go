package matrix

import (
	"fmt"
	"time"

	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

// The events of keep-alives (RFC 9293 §3.8.4). The entries set what is here.
const (
	keepIdle     = time.Minute // before the first probe
	keepInterval = 10 * time.Second
	keepProbes   = 3
)

// keepAliveEvents are the events of a place of an entry with keep-alives.
func keepAliveEvents() (all []Event) {
	for n := range keepProbes + 1 {
		for a := range comings {
			all = append(all, probed{n, a})
		}
	}
	return all
}

// coming is a segment that comes of a peer whose connection is idle, or a call of the user.
type coming struct {
	name    string
	segment Segment
	call    string // of the connection, in place of a segment
}

// comings are the answers to a probe, a probe of the peer's own without an octet and with one, and what begins anew.
var comings = []coming{
	{name: "nothing"},
	{name: "an ACK", segment: Segment{Flags: trace.ACK, Seq: SeqNxt, Ack: AckNxt}},
	{name: "text", segment: Segment{Flags: trace.ACK, Seq: SeqNxt, Ack: AckNxt, Text: TextOne}},
	{name: "a FIN", segment: Segment{Flags: trace.FIN | trace.ACK, Seq: SeqNxt, Ack: AckNxt}},
	{name: "a RST", segment: Segment{Flags: trace.RST, Seq: SeqNxt}},
	{name: "a RST of another number", segment: Segment{Flags: trace.RST, Seq: SeqBefore}},
	{name: "a SYN", segment: Segment{Flags: trace.SYN, Seq: SeqBeyond}},
	{name: "a probe", segment: Segment{Flags: trace.ACK, Seq: SeqBefore, Ack: AckNxt}},
	{name: "a probe of an octet", segment: Segment{Flags: trace.ACK, Seq: SeqBefore, Ack: AckNxt, Text: TextOne}},
	{name: "an old ACK", segment: Segment{Flags: trace.ACK, Seq: SeqNxt, Ack: AckOld}},
	{name: "an ACK of what was not sent", segment: Segment{Flags: trace.ACK, Seq: SeqNxt, Ack: AckAhead}},
	{name: "a write", call: "write"},
	{name: "keep-alives off", call: "setsockopt"},
}

// probed is a peer that is silent for some probes, half of the first interval for none of them, and then comes; and then an
// interval again, once all but a second of it and once past it.
type probed struct{ probes, coming int }

// Name implements Event.
func (e probed) Name() string {
	if e.probes == 0 {
		return comings[e.coming].name + " at half of the keep-alive interval"
	}
	return fmt.Sprintf("%s after %d keep-alives", comings[e.coming].name, e.probes)
}

// Lines implements Event.
func (e probed) Lines(p *Place) (lines []script.Event, ok bool) {
	wait := keepIdle / 2
	if e.probes > 0 {
		wait = keepIdle + time.Duration(e.probes-1)*keepInterval + keepInterval/2
	}
	const second = time.Second
	var come script.Event
	switch c := &comings[e.coming]; c.call {
	case "write", "setsockopt":
		if p.Entry.Conn == 0 {
			return nil, false
		}
		fd := Integer(p.Entry.Conn)
		come = Call("write", AnyResult, fd, dots, Integer(1))
		if c.call == "setsockopt" {
			come = Call("setsockopt", AnyResult, fd, Word("SOL_SOCKET"), Word("SO_KEEPALIVE"), list(Integer(0)), Integer(4))
		}
	default:
		if c.name == "nothing" {
			come = Silence(0)
			break
		}
		if come, ok = c.segment.line(p); !ok {
			return nil, false
		}
	}
	come.Time.At = wait
	return []script.Event{come, Silence(keepInterval - second), Silence(2 * second), Silence(keepIdle - keepInterval - 2*second), Silence(2 * second)}, true
}
