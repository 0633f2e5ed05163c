package matrix

import (
	"fmt"
	"time"

	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

// further are the events of a place that are no single segments.
func further(p *Place) (all []Event) {
	if p.Entry.SACK {
		all = sackEvents(p)
	}
	if p.Entry.SACK || p.Entry.Leading {
		all = append(all, blockEvents(p)...)
	}
	if p.Entry.KeepAlive {
		all = append(all, keepAliveEvents()...)
	}
	for _, m := range messages {
		if m.v6 == p.IPv6 && !p.Entry.SACK && !p.Entry.KeepAlive {
			all = append(all, quoting{m, quotedFlight}, quoting{m, quotedOut})
		}
	}
	for _, c := range userCalls {
		all = append(all, call{c, p.Entry.Conn, "conn"}, call{c, p.Entry.Listener, "listener"})
	}
	for _, d := range silences {
		all = append(all, silence(d))
	}
	for _, f := range flagSets {
		all = append(all, halfway{Segment{Flags: f, Seq: base(p), Ack: allAcked(p), Text: TextNone}})
	}
	if p.Entry.Leading {
		all = append(all, repeats(p)...)
		all = append(all, congested(p)...)
	}
	for f := range fills {
		all = append(all, hole{fill: f}, hole{fill: f, fin: true})
	}
	return append(all, trickle{})
}

// base is the sequence number of a segment that comes in its turn.
func base(p *Place) Seq {
	if p.Receives() {
		return SeqNxt
	}
	return SeqSome
}

// allAcked acknowledges all that the IUT has sent.
func allAcked(p *Place) Ack {
	if p.Sends() {
		return AckNxt
	}
	return AckSome
}

// message is an ICMP error that speaks of a segment (RFC 792, RFC 4443).
type message struct {
	v6        bool
	typ, code string
	mtu       uint32 // 0: none
}

// messages are every type and code of either family.
var messages = func() (all []message) {
	add := func(v6 bool, typ string, codes int) {
		for code := range codes {
			all = append(all, message{v6: v6, typ: typ, code: fmt.Sprint(code)})
		}
	}
	add(false, "unreachable", 4)
	for _, mtu := range []uint32{68, 576, 1300} { // with a next-hop MTU (RFC 1191 §4); without one in the loop below
		all = append(all, message{typ: "unreachable", code: "frag_needed", mtu: mtu})
	}
	all = append(all, message{typ: "unreachable", code: "frag_needed"})
	for code := 5; code < 16; code++ {
		all = append(all, message{typ: "unreachable", code: fmt.Sprint(code)})
	}
	add(false, "source_quench", 1)
	add(false, "time_exceeded", 2)
	add(false, "parameter_problem", 3)
	add(true, "unreachable", 8)
	for _, mtu := range []uint32{576, 1280, 1300} { // below the least of IPv6, at it, above it (RFC 8201 §4)
		all = append(all, message{v6: true, typ: "packet_too_big", mtu: mtu})
	}
	add(true, "time_exceeded", 2)
	add(true, "parameter_problem", 3)
	return all
}()

// Quoted is a position of the sequence number of a segment that an ICMP message quotes.
type Quoted uint8

const (
	quotedFlight Quoted = iota // SND.UNA, where something is in flight
	quotedOut                  // 1000 beyond SND.NXT
)

// quoting is a message about a segment.
type quoting struct {
	message
	quoted Quoted
}

// Name implements Event.
func (q quoting) Name() string {
	name := "icmp " + q.typ
	if q.code != "" {
		name += " " + q.code
	}
	if q.mtu != 0 {
		name += fmt.Sprintf(" mtu=%d", q.mtu)
	}
	return name + [...]string{" quoted=in", " quoted=out"}[q.quoted]
}

// Lines implements Event.
func (q quoting) Lines(p *Place) ([]script.Event, bool) {
	m := &script.ICMP{Type: q.typ, Code: q.code}
	if q.mtu != 0 {
		m.MTU = &q.mtu
	}
	m.Seq = p.SndUna
	if q.quoted == quotedOut {
		m.Seq = p.SndNxt + 1000
	}
	m.SeqEnd = m.Seq
	return []script.Event{{Packet: &script.Packet{Dir: script.Inbound, ICMP: m}}},
		q.quoted == quotedOut || p.Sends() && p.SndUna != p.SndNxt
}

// silence is a time in which nothing comes.
type silence time.Duration

// longest is beyond every timer of a connection: R2 for text is 15 retransmissions, 60 s apart at most.
const longest = 15 * time.Minute

// silences pass the first retransmission, 2MSL, and every timer.
var silences = []time.Duration{2 * time.Second, 250 * time.Second, longest}

// Name implements Event.
func (s silence) Name() string { return "silence " + time.Duration(s).String() }

// Lines implements Event.
func (s silence) Lines(*Place) ([]script.Event, bool) {
	return []script.Event{Silence(time.Duration(s))}, true
}

// repeats are segments that come twelve times: in their turn, old, and beyond the window, each with any flags.
func repeats(p *Place) (all []Event) {
	for _, f := range flagSets {
		for _, s := range []Seq{SeqNxt, SeqBefore, SeqEdge, SeqSome} {
			all = append(all, twelve{Segment{Flags: f, Seq: s, Ack: allAcked(p), Text: TextNone}})
		}
		all = append(all, twelve{Segment{Flags: f, Seq: base(p), Ack: allAcked(p), Text: TextOne}})
	}
	return all
}

// twelve is the same segment twelve times.
type twelve struct{ segment Segment }

// Name implements Event.
func (t twelve) Name() string { return t.segment.Name() + " ×12" }

// Lines implements Event.
func (t twelve) Lines(p *Place) (lines []script.Event, ok bool) {
	for range 12 {
		e, ok := t.segment.line(p)
		if !ok {
			return nil, false
		}
		lines = append(lines, e)
	}
	return lines, true
}

// halfway is a segment at half of the time of the timer that runs, and then its expiry.
type halfway struct{ segment Segment }

// Name implements Event.
func (h halfway) Name() string { return h.segment.Name() + " at half of the timer" }

// Lines implements Event.
func (h halfway) Lines(p *Place) ([]script.Event, bool) {
	half := 500 * time.Millisecond // of the first retransmission, 1 s
	if p.State == trace.TimeWait {
		half = 2 * time.Minute // of 2MSL
	}
	e, ok := h.segment.line(p)
	e.Time.At = half
	// Once past where the timer was, once past where it is if the segment has restarted it.
	return []script.Event{e, Silence(half + half/10), Silence(half)}, ok
}

// hole is text behind a hole and then what fills it.
type hole struct {
	fill int  // of fills
	fin  bool // a FIN behind the text that comes first
}

// fills are how the hole is filled: up to the text behind it, into that, and beyond its end.
var fills = [...]struct {
	name string
	over uint32
}{{"exact", 0}, {"overlapping", 5}, {"covering", 20}}

// Name implements Event.
func (h hole) Name() string {
	name := "hole, then fill " + fills[h.fill].name
	if h.fin {
		name += ", FIN behind"
	}
	return name
}

// Lines implements Event.
func (h hole) Lines(p *Place) ([]script.Event, bool) {
	const text = 10 // behind the hole, which is as long
	flags := trace.ACK
	if h.fin {
		flags |= trace.FIN
	}
	behind, ok := Segment{Flags: flags, Seq: SeqNxt, Ack: allAcked(p), Text: TextNone}.line(p)
	if !ok || p.RcvWnd < 2*text {
		return nil, false
	}
	fill, _ := Segment{Flags: trace.ACK, Seq: SeqNxt, Ack: allAcked(p), Text: TextNone}.line(p)
	behind.Packet.TCP.Seq += text
	behind.Packet.TCP.Len = text
	fill.Packet.TCP.Len = text + fills[h.fill].over
	return []script.Event{Inbound(behind.Packet.TCP), Inbound(fill.Packet.TCP)}, true
}

// trickle fills the receive window with small segments, and overruns it with the last.
type trickle struct{}

// Name implements Event.
func (trickle) Name() string { return "window filled by small segments" }

// Lines implements Event.
func (trickle) Lines(p *Place) (lines []script.Event, ok bool) {
	const small = 100
	if !p.Receives() || p.RcvWnd == 0 || p.RcvWnd > maxText {
		return nil, false
	}
	for at := uint32(0); at <= p.RcvWnd; at += small {
		e, _ := Segment{Flags: trace.ACK, Seq: SeqNxt, Ack: allAcked(p), Text: TextNone}.line(p)
		e.Packet.TCP.Seq += at
		e.Packet.TCP.Len = small
		lines = append(lines, Inbound(e.Packet.TCP))
	}
	return lines, true
}
