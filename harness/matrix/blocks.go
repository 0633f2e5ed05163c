package matrix

import (
	"fmt"
	"time"

	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

// edge is a position of an edge of a SACK block: so many quarters of what is in flight from SND.UNA, and so many octets more.
type edge struct {
	quarters int
	more     int32
	far      int32 // so often far away
}

func (e edge) at(p *Place) uint32 {
	n := p.SndUna + uint32(e.quarters)*((p.SndNxt-p.SndUna)/4)
	if e.quarters == 4 {
		n = p.SndNxt
	}
	return n + uint32(e.more) + uint32(e.far)*far
}

// block is a SACK block by its edges.
type block struct{ left, right edge }

func quarter(from, to int) block { return block{edge{quarters: from}, edge{quarters: to}} }

// reports are what a peer may report of four segments in flight, the first quarter each one of them: what is so, what is older than
// all of it, and what cannot be.
var reports = []struct {
	name   string
	blocks []block
	// inAnyDress says that it comes on all kinds of segments.
	inAnyDress bool
}{
	{"the first segment", []block{quarter(0, 1)}, false},
	{"the second", []block{quarter(1, 2)}, true},
	{"the last", []block{quarter(3, 4)}, false},
	{"all but the first", []block{quarter(1, 4)}, true},
	{"all but the first two", []block{quarter(2, 4)}, false},
	{"all", []block{quarter(0, 4)}, false},
	{"the second and the last", []block{quarter(3, 4), quarter(1, 2)}, false},
	{"four pieces", []block{{edge{3, 20, 0}, edge{3, 30, 0}}, {edge{2, 20, 0}, edge{2, 30, 0}}, {edge{1, 20, 0}, edge{1, 30, 0}}, {edge{0, 20, 0}, edge{0, 30, 0}}}, false},
	{"half of the second", []block{{edge{1, 0, 0}, edge{1, 300, 0}}}, false},
	{"a D-SACK below SND.UNA", []block{{edge{0, -10, 0}, edge{}}}, true},
	{"a D-SACK below SND.UNA, and the second", []block{{edge{0, -10, 0}, edge{}}, quarter(1, 2)}, false},
	{"a D-SACK of the second, and the second and third", []block{quarter(1, 2), quarter(1, 3)}, false},
	{"two that overlap", []block{quarter(2, 4), quarter(1, 3)}, false},
	{"beyond SND.NXT", []block{{edge{4, 0, 0}, edge{4, 1000, 0}}}, true},
	{"far beyond SND.NXT", []block{{edge{4, 0, 1}, edge{4, 1000, 1}}}, false},
	{"the last and more", []block{{edge{3, 0, 0}, edge{4, 1000, 0}}}, false},
	{"below SND.UNA and the first", []block{{edge{0, -10, 0}, edge{quarters: 1}}}, false},
	{"the wrong way round", []block{quarter(3, 1)}, false},
	{"of no octet", []block{quarter(2, 2)}, false},
	{"nearly all numbers", []block{{edge{4, 1, 0}, edge{0, 0, 0}}}, false},
	{"half of all numbers", []block{{edge{0, 0, -1}, edge{4, 0, 1}}}, false},
}

// courses are how reports come: how often the same, and what comes then.
var courses = []struct {
	name   string
	times  int
	flags  trace.Flags
	text   Text
	ack    Ack
	gap    time.Duration // between them
	behind time.Duration // silence that follows
}{
	{"once", 1, trace.ACK, TextNone, AckUna, 0, 0},
	{"twice", 2, trace.ACK, TextNone, AckUna, 0, 0},
	{"three times", 3, trace.ACK, TextNone, AckUna, 0, 0},
	{"three times, and a timeout", 3, trace.ACK, TextNone, AckUna, 0, 4 * time.Second},
	{"a timeout, then three times", 3, trace.ACK, TextNone, AckUna, 2 * time.Second, 0},
	{"on text", 1, trace.ACK, TextOne, AckUna, 0, 0},
	{"on an ACK of all", 1, trace.ACK, TextNone, AckNxt, 0, 0},
	{"on an old ACK", 1, trace.ACK, TextNone, AckOld, 0, 0},
	{"on an ACK of what was not sent", 1, trace.ACK, TextNone, AckAhead, 0, 0},
	{"on a RST", 1, trace.RST | trace.ACK, TextNone, AckUna, 0, 0},
	{"on a SYN", 1, trace.SYN | trace.ACK, TextNone, AckUna, 0, 0},
}

// The courses of entries where the peer may not report, and the last of those that all reports take.
const once, thrice, inAnyWay = 0, 2, 4

// blocks are SACK blocks of a peer.
type blocks struct{ report, course int }

// blockEvents are the events of a place whose peer reports, or does so though it may not.
func blockEvents(p *Place) (all []Event) {
	for r := range reports {
		for c := range courses {
			switch {
			case !p.Entry.SACK && c != once && c != thrice, c > inAnyWay && !reports[r].inAnyDress:
			default:
				all = append(all, blocks{r, c})
			}
		}
	}
	if p.Entry.SACK {
		all = append(all, growing(0), growing(1))
	}
	return all
}

// Name implements Event.
func (b blocks) Name() string {
	return "sack of " + reports[b.report].name + ", " + courses[b.course].name
}

// Lines implements Event. What is reported is in flight: where nothing is there is no such position.
func (b blocks) Lines(p *Place) (lines []script.Event, ok bool) {
	if !p.Sends() || p.SndNxt-p.SndUna < 1000 {
		return nil, false
	}
	c := &courses[b.course]
	for i := range c.times {
		e, ok := Segment{Flags: c.flags, Seq: SeqNxt, Ack: c.ack, Text: c.text}.line(p)
		if !ok {
			return nil, false
		}
		report(p, e.Packet.TCP, reports[b.report].blocks)
		if i == 0 {
			e.Time.At = c.gap
		}
		lines = append(lines, e)
	}
	if c.behind > 0 {
		lines = append(lines, Silence(c.behind))
	}
	return lines, true
}

// report puts a SACK option on a segment: as many blocks as there is room for.
func report(p *Place, s *script.Segment, all []block) {
	o := script.Option{Kind: trace.OptSACK}
	for _, b := range all {
		o.Sack = append(o.Sack, script.SackBlock{Left: b.left.at(p), Right: b.right.at(p)})
	}
	if len(s.Options) > 0 {
		o.Sack = o.Sack[:min(3, len(o.Sack))] // beside timestamps (RFC 2018 §3)
	}
	s.Options = append(s.Options, script.Option{Kind: trace.OptNOP}, script.Option{Kind: trace.OptNOP}, o)
}

// growing is a report that grows by a segment at a time, from the second or from the last; then an ACK of the first, and then
// silence.
type growing int

// Name implements Event.
func (g growing) Name() string {
	return fmt.Sprintf("sack that grows from the %s", [...]string{"second", "last"}[g])
}

// Lines implements Event.
func (g growing) Lines(p *Place) (lines []script.Event, ok bool) {
	if !p.Sends() || p.SndNxt-p.SndUna < 1000 {
		return nil, false
	}
	for i := range 3 {
		b := quarter(1, 2+i)
		if g == 1 {
			b = quarter(3-i, 4)
		}
		e, _ := Segment{Flags: trace.ACK, Seq: SeqNxt, Ack: AckUna}.line(p)
		report(p, e.Packet.TCP, []block{b})
		lines = append(lines, e)
	}
	e, _ := Segment{Flags: trace.ACK, Seq: SeqNxt, Ack: AckUna}.line(p)
	first := edge{quarters: 1}.at(p)
	e.Packet.TCP.Ack = &first
	return append(lines, e, Silence(4*time.Second)), true
}
