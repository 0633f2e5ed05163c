package matrix

import (
	"fmt"

	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

// The events of SACK (RFC 2018): text in runs beyond holes, which the IUT is to report, and in blocks.go the reports of a peer.

// sackEvents are the events of a place of an entry with SACK.
func sackEvents(p *Place) (all []Event) {
	for o := range runOrders {
		for end := range runEnds {
			all = append(all, runs{o, end})
		}
	}
	for _, permits := range []bool{false, true} {
		for _, f := range []trace.Flags{trace.SYN, trace.SYN | trace.ACK} {
			all = append(all, opening{f, permits, false}, opening{f, permits, true})
		}
	}
	return all
}

// runs are pieces of text, each beyond a hole of its own, and then another piece.
type runs struct{ order, end int }

// runLen is how long a run is, and the hole before it; in octets.
const runLen = 10

// runOrders are the orders in which the runs come, each by its place: one more than there is room for in a SACK option.
var runOrders = []struct {
	name  string
	order []int
}{{"one run", []int{0}}, {"five runs", []int{0, 1, 2, 3, 4}}, {"five runs from the last", []int{4, 3, 2, 1, 0}}, {"five runs mixed", []int{2, 0, 4, 1, 3}}}

// runEnds are what comes behind the runs: where it begins from RCV.NXT and how much it is, in lengths of a run. With fin it has a
// FIN.
var runEnds = []struct {
	name      string
	from, len int
	fin       bool
}{
	{"and no more", 0, 0, false},
	{"the first once more", 1, 1, false},
	{"half of the first once more", 1, -2, false},
	{"the first hole", 0, 1, false},
	{"half of the first hole", 0, -2, false},
	{"the second hole", 2, 1, false},
	{"the first with holes", 0, 3, false},
	{"all", 0, 11, false},
	{"old text", -1, 1, false},
	{"old and new text", -1, 2, false},
	{"a run with a FIN", 12, 1, true},
	{"a FIN beyond", 12, 0, true},
}

// Name implements Event.
func (r runs) Name() string { return runOrders[r.order].name + ", " + runEnds[r.end].name }

// Lines implements Event.
func (r runs) Lines(p *Place) (lines []script.Event, ok bool) {
	if !p.Receives() || p.RcvWnd < 14*runLen {
		return nil, false
	}
	piece := func(from, n int, flags trace.Flags) {
		e, _ := Segment{Flags: trace.ACK | flags, Seq: SeqNxt, Ack: allAcked(p), Text: TextNone}.line(p)
		e.Packet.TCP.Seq += uint32(from)
		e.Packet.TCP.Len = uint32(n)
		lines = append(lines, Inbound(e.Packet.TCP))
	}
	for _, i := range runOrders[r.order].order {
		piece(runLen*(2*i+1), runLen, 0)
	}
	end := &runEnds[r.end]
	n := runLen * end.len
	if end.len < 0 {
		n = runLen / -end.len
	}
	switch {
	case end.fin:
		piece(runLen*end.from, n, trace.FIN)
	case n > 0:
		piece(runLen*end.from, n, 0)
	}
	return lines, true
}

// opening is a SYN that permits SACK or does not, with an octet or without, and then two runs beyond holes.
type opening struct {
	flags   trace.Flags
	permits bool
	text    bool
}

// Name implements Event.
func (o opening) Name() string {
	return fmt.Sprintf("%s sackOK=%t text=%t, then runs", flagName(o.flags), o.permits, o.text)
}

// Lines implements Event. Only behind a SYN-SENT are the numbers known with which the runs are acknowledged; elsewhere the SYN is
// alone.
func (o opening) Lines(p *Place) (lines []script.Event, ok bool) {
	s := Segment{Flags: o.flags, Seq: base(p), Ack: allAcked(p)}
	if o.text {
		s.Text = TextOne
	}
	e, ok := s.line(p)
	if !ok {
		return nil, false
	}
	syn := e.Packet.TCP
	syn.Options = append([]script.Option{{Kind: trace.OptMSS, Value: 1000}}, syn.Options...)
	if o.permits {
		syn.Options = append([]script.Option{{Kind: trace.OptNOP}, {Kind: trace.OptNOP}, {Kind: trace.OptSACKPermitted}}, syn.Options...)
	}
	lines = append(lines, e)
	if p.State != trace.SynSent {
		return lines, true
	}
	ack := p.SndNxt
	for i := range uint32(2) {
		win := uint16(usualWnd)
		from := syn.Seq + 1 + syn.Len + runLen*(2*i+1)
		lines = append(lines, Inbound(&script.Segment{Flags: trace.ACK, Seq: from, Len: runLen, Ack: &ack, Win: &win}))
	}
	return lines, true
}
