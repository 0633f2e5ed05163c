package matrix

import (
	"strings"

	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

// mark is what a segment says of congestion (RFC 3168): ECE and CWR, and the codepoint of its packet.
type mark struct {
	flags     trace.Flags
	codepoint uint8
}

func (m mark) String() string {
	var words []string
	for _, f := range [...]struct {
		flag trace.Flags
		word string
	}{{trace.ECE, "ece"}, {trace.CWR, "cwr"}} {
		if m.flags.Has(f.flag) {
			words = append(words, f.word)
		}
	}
	if m.codepoint != trace.NotECT {
		words = append(words, trace.ECN[m.codepoint])
	}
	return strings.Join(words, "+")
}

// flagMarks are those that a SYN may have in earnest, textMarks those of text besides.
var (
	flagMarks = []mark{{flags: trace.ECE}, {flags: trace.CWR}, {flags: trace.ECE | trace.CWR}}
	textMarks = []mark{{codepoint: trace.CE}, {trace.ECE, trace.CE}, {trace.CWR, trace.CE}, {trace.CWR, trace.ECT0}}
)

// marked is a segment with a mark.
type marked struct {
	segment Segment
	mark    mark
}

// Name implements Event.
func (m marked) Name() string { return m.segment.Name() + " " + m.mark.String() }

// Lines implements Event.
func (m marked) Lines(p *Place) ([]script.Event, bool) {
	e, ok := m.segment.line(p)
	if !ok {
		return nil, false
	}
	m.mark.put(&e)
	return []script.Event{e}, true
}

func (m mark) put(e *script.Event) {
	e.Packet.TCP.Flags |= m.flags
	e.Packet.TOS = &m.codepoint
}

// marksInARow is text in order, segment by segment, with a mark on each.
type marksInARow []mark

// Name implements Event.
func (r *marksInARow) Name() string {
	var words []string
	for _, m := range *r {
		words = append(words, "text "+m.String())
	}
	return strings.Join(words, ", ")
}

// Lines implements Event.
func (r *marksInARow) Lines(p *Place) (lines []script.Event, ok bool) {
	const text = 10
	if !p.Receives() || p.RcvWnd < uint32(len(*r))*text {
		return nil, false
	}
	for i, m := range *r {
		e, ok := Segment{Flags: trace.ACK, Seq: SeqNxt, Ack: AckUna}.line(p)
		if !ok {
			return nil, false
		}
		e.Packet.TCP.Seq += uint32(i) * text
		e.Packet.TCP.Len = text
		e = Inbound(e.Packet.TCP)
		m.put(&e)
		lines = append(lines, e)
	}
	return lines, true
}

// rowsOfMarks are what a receiver of marks goes through: the echo, its end, its beginning anew, and its beginning with the end.
var rowsOfMarks = func() (all []*marksInARow) {
	ce, cwr, plain := mark{codepoint: trace.CE}, mark{flags: trace.CWR, codepoint: trace.ECT0}, mark{codepoint: trace.ECT0}
	both := mark{trace.CWR, trace.CE}
	for _, r := range []marksInARow{{ce, plain, cwr, plain}, {ce, cwr, ce, plain}, {ce, both, plain, cwr, plain}, {cwr, ce, plain}} {
		all = append(all, &r)
	}
	return all
}()

// echoes are two ACKs of what is in flight with ECE each: both of one window of data.
type echoes struct{}

// Name implements Event.
func (echoes) Name() string { return "A ack=flight ece, A ack=nxt ece" }

// Lines implements Event.
func (echoes) Lines(p *Place) (lines []script.Event, ok bool) {
	for _, a := range []Ack{AckFlight, AckNxt} {
		e, ok := Segment{Flags: trace.ACK, Seq: SeqNxt, Ack: a}.line(p)
		if !ok {
			return nil, false
		}
		mark{flags: trace.ECE}.put(&e)
		lines = append(lines, e)
	}
	return lines, true
}

// echoWrites is an ACK with ECE of all that is in flight, and new text twice: the first of it has CWR.
type echoWrites struct{}

// Name implements Event.
func (echoWrites) Name() string { return "A ack=nxt ece, write, write" }

// Lines implements Event.
func (echoWrites) Lines(p *Place) ([]script.Event, bool) {
	e, ok := Segment{Flags: trace.ACK, Seq: base(p), Ack: allAcked(p)}.line(p)
	if !ok || p.Entry.Conn == 0 {
		return nil, false
	}
	mark{flags: trace.ECE}.put(&e)
	write := Call("write", AnyResult, Integer(p.Entry.Conn), script.Expr{Kind: script.Ellipsis}, Integer(10))
	return []script.Event{e, write, write}, true
}

// congested are the events that speak of congestion, to a connection with ECN or without. Of one that has it they are all
// that is taken; of others the leading entries take some.
func congested(p *Place) (all []Event) {
	add := func(s Segment, marks []mark) {
		for _, m := range marks {
			all = append(all, marked{s, m})
		}
	}
	first := Segment{Flags: trace.ACK, Seq: base(p), Ack: unacked(p)}
	text := first
	text.Text = TextOne
	add(text, flagMarks)
	add(text, textMarks)
	for _, f := range []trace.Flags{trace.SYN, trace.SYN | trace.ACK, trace.RST, trace.ACK} {
		s := first
		s.Flags, s.Ack = f, allAcked(p)
		add(s, flagMarks)
	}
	for _, r := range rowsOfMarks {
		all = append(all, r)
	}
	all = append(all, echoes{})
	if !p.Entry.ECN {
		return all
	}
	all = append(all, echoWrites{}, silence(silences[0])) // what goes again has no mark
	closed := first                                       // and a window probe has none
	closed.Ack, closed.Cross = allAcked(p), WinZero
	add(closed, flagMarks[:1])
	for s := range windowed {
		v := text
		v.Seq = s
		add(v, textMarks)
	}
	for a := range AckTop + 1 {
		v := text
		v.Ack = a
		add(v, textMarks[:1])
		v.Text = TextNone
		add(v, flagMarks)
	}
	for _, f := range flagSets {
		v := text
		v.Flags = f
		all = append(all, v) // and without a mark
		add(v, textMarks[:1])
		v.Text = TextNone
		add(v, flagMarks[2:])
	}
	return all
}

// unacked acknowledges nothing new.
func unacked(p *Place) Ack {
	if p.Sends() {
		return AckUna
	}
	return AckSome
}
