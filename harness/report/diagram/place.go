package diagram

import (
	"slices"
	"strings"

	"github.com/twinstack/twinstack/harness/trace"
)

// The drawing is laid out by hand, as figure 5 is: the boxes stand where they stand there, CLOSED twice. Everything is in
// pixels of a drawing that is Width wide; y grows downwards.

// point is a place in the drawing.
type point struct{ x, y int }

// box is a state, or a CLOSED in small at the end of short arrows.
type box struct {
	state      trace.State
	x, y, w, h int
	again      bool // CLOSED a second time
}

// Width is the width of every drawing, in pixels.
const Width = 1400

// figureHeight is where the figure ends. What is not taken is listed below it.
const figureHeight = 1456

// boxes are the states from top to bottom.
var boxes = []box{
	{state: trace.Closed, x: 625, y: 60, w: 150, h: 74},
	{state: trace.Listen, x: 625, y: 236, w: 150, h: 104},
	{state: trace.SynReceived, x: 230, y: 402, w: 140, h: 172},
	{state: trace.SynSent, x: 1030, y: 402, w: 140, h: 172},
	{state: trace.Established, x: 625, y: 640, w: 150, h: 128},
	{state: trace.FinWait1, x: 230, y: 808, w: 140, h: 132},
	{state: trace.CloseWait, x: 1030, y: 808, w: 140, h: 132},
	{state: trace.FinWait2, x: 230, y: 1036, w: 140, h: 100},
	{state: trace.Closing, x: 625, y: 1036, w: 150, h: 128},
	{state: trace.LastAck, x: 1030, y: 1036, w: 140, h: 128},
	{state: trace.TimeWait, x: 625, y: 1252, w: 150, h: 138},
	{state: trace.Closed, x: 1030, y: 1252, w: 140, h: 138, again: true},
}

// side is where a label stands.
type side uint8

const (
	along side = iota // on a horizontal line: "event / action" above it, the coverage below; at is the middle
	left              // of a vertical line, as a fraction; at is the middle of its right edge
	right             // of a vertical line, as a fraction; at is the middle of its left edge
)

// place is how one arrow is drawn.
type place struct {
	arrow  string  // its ID
	event  string  // "" for the event's own name
	action string  // what figure 5 has under the line; "" where it has none
	path   []point // from the edge of a box to the edge of another, in right angles
	side   side
	at     point
	room   int // characters that the coverage may have
}

// places are all arrows: those between two boxes, then the short ones to CLOSED.
var places = append([]place{
	{arrow: "closed-listen-passive-open", action: "create TCB", path: []point{{670, 134}, {670, 236}}, side: left, at: point{660, 185}, room: 22},
	{arrow: "closed-syn-sent-active-open", action: "create TCB, snd SYN", path: []point{{775, 82}, {1135, 82}, {1135, 402}}, side: right, at: point{1145, 210}, room: 32},
	{arrow: "listen-closed-close", action: "delete TCB", path: []point{{730, 236}, {730, 134}}, side: right, at: point{740, 185}, room: 22},
	{arrow: "syn-sent-closed-close", action: "delete TCB", path: []point{{1070, 402}, {1070, 114}, {775, 114}}, side: left, at: point{1060, 185}, room: 22},
	{arrow: "listen-syn-received-rcv-syn", action: "snd SYN,ACK", path: []point{{660, 340}, {660, 430}, {370, 430}}, at: point{512, 430}, room: 36},
	{arrow: "listen-syn-sent-send", action: "snd SYN", path: []point{{740, 340}, {740, 430}, {1030, 430}}, at: point{888, 430}, room: 36},
	{arrow: "syn-received-listen-rcv-rst", event: "rcv RST (note 1)", path: []point{{275, 402}, {275, 262}, {625, 262}}, at: point{450, 262}, room: 36},
	{arrow: "syn-received-listen-rcv-syn", action: "x", path: []point{{325, 402}, {325, 312}, {625, 312}}, at: point{475, 312}, room: 36},
	{arrow: "syn-sent-syn-received-rcv-syn", action: "snd SYN,ACK", path: []point{{1030, 488}, {370, 488}}, at: point{700, 488}, room: 40},
	{arrow: "syn-received-established-rcv-ack-of-syn", action: "x", path: []point{{370, 546}, {660, 546}, {660, 640}}, at: point{512, 546}, room: 36},
	{arrow: "syn-sent-established-rcv-syn-ack", action: "snd ACK", path: []point{{1030, 546}, {740, 546}, {740, 640}}, at: point{888, 546}, room: 36},
	{arrow: "syn-received-fin-wait-1-close", action: "snd FIN", path: []point{{300, 574}, {300, 808}}, side: right, at: point{310, 690}, room: 36},
	{arrow: "established-fin-wait-1-close", action: "snd FIN", path: []point{{660, 768}, {660, 832}, {370, 832}}, at: point{512, 832}, room: 36},
	{arrow: "established-close-wait-rcv-fin", action: "snd ACK", path: []point{{740, 768}, {740, 832}, {1030, 832}}, at: point{888, 832}, room: 36},
	{arrow: "fin-wait-1-fin-wait-2-rcv-ack-of-fin", action: "x", path: []point{{285, 940}, {285, 1036}}, side: left, at: point{275, 988}, room: 32},
	{arrow: "fin-wait-1-closing-rcv-fin", action: "snd ACK", path: []point{{370, 876}, {700, 876}, {700, 1036}}, at: point{530, 876}, room: 36},
	{arrow: "close-wait-last-ack-close", action: "snd FIN", path: []point{{1100, 940}, {1100, 1036}}, side: right, at: point{1110, 988}, room: 36},
	{arrow: "fin-wait-2-time-wait-rcv-fin", action: "snd ACK", path: []point{{300, 1136}, {300, 1342}, {625, 1342}}, at: point{460, 1342}, room: 36},
	{arrow: "closing-time-wait-rcv-ack-of-fin", action: "x", path: []point{{700, 1164}, {700, 1252}}, side: right, at: point{710, 1206}, room: 36},
	{arrow: "last-ack-closed-rcv-ack-of-fin", action: "x", path: []point{{1100, 1164}, {1100, 1252}}, side: right, at: point{1110, 1206}, room: 36},
	{arrow: "time-wait-closed-2msl", action: "delete TCB", path: []point{{775, 1278}, {1030, 1278}}, at: point{900, 1278}, room: 32},
	{arrow: "time-wait-closed-rcv-rst", path: []point{{775, 1320}, {1030, 1320}}, at: point{900, 1320}, room: 32},
	{arrow: "time-wait-closed-abort", path: []point{{775, 1362}, {1030, 1362}}, at: point{900, 1362}, room: 32},
	{arrow: "fin-wait-1-time-wait-rcv-fin-and-ack-of-fin", event: "rcv FIN, ACK of FIN (note 2)", action: "snd ACK",
		path: []point{{370, 916}, {400, 916}, {400, 1288}, {625, 1288}}, side: right, at: point{410, 1206}, room: 28},
	{arrow: "time-wait-syn-received-rcv-syn", action: "snd SYN,ACK", path: []point{{700, 1390}, {700, 1428}, {14, 1428}, {14, 424}, {230, 424}}, at: point{400, 1428}, room: 60},
}, stubs()...)

// The short arrows.
const (
	stubLength = 182
	stubPitch  = 42
	stubRoom   = 24 // characters that the coverage may have
	pillDepth  = 24 // of the CLOSED at their end
)

// bundle is the short arrows of one state to CLOSED.
type bundle struct {
	state trace.State
	left  bool // of the box, otherwise right
	y     int  // of the first
	slugs []string
	sends bool // an ABORT sends a RST here (§3.10.5)
}

var bundles = []bundle{
	{state: trace.Listen, y: 288, slugs: []string{"abort"}},
	{state: trace.SynReceived, left: true, y: 468, slugs: []string{"rcv-rst", "abort", "user-timeout"}, sends: true},
	{state: trace.SynSent, y: 446, slugs: []string{"rcv-rst", "abort", "user-timeout"}},
	{state: trace.Established, y: 662, slugs: []string{"rcv-rst", "abort", "user-timeout"}, sends: true},
	{state: trace.FinWait1, left: true, y: 832, slugs: []string{"rcv-rst", "abort", "user-timeout"}, sends: true},
	{state: trace.CloseWait, y: 832, slugs: []string{"rcv-rst", "abort", "user-timeout"}, sends: true},
	{state: trace.FinWait2, left: true, y: 1065, slugs: []string{"rcv-rst", "abort"}, sends: true},
	{state: trace.Closing, y: 1058, slugs: []string{"rcv-rst", "abort", "user-timeout"}},
	{state: trace.LastAck, y: 1058, slugs: []string{"rcv-rst", "abort", "user-timeout"}},
}

// stubs are the places of the short arrows.
func stubs() []place {
	var out []place
	for _, b := range bundles {
		edge, end := b.edges()
		for n, slug := range b.slugs {
			y := b.y + n*stubPitch
			p := place{arrow: strings.ToLower(b.state.String()) + "-closed-" + slug, path: []point{{edge, y}, {end, y}},
				at: point{(edge + end) / 2, y}, room: stubRoom}
			if b.sends && slug == "abort" {
				p.action = "snd RST"
			}
			out = append(out, p)
		}
	}
	return out
}

// edges are where the short arrows begin and end.
func (b bundle) edges() (edge, end int) {
	i := slices.IndexFunc(boxes, func(x box) bool { return x.state == b.state })
	if b.left {
		return boxes[i].x, boxes[i].x - stubLength
	}
	edge = boxes[i].x + boxes[i].w
	return edge, edge + stubLength
}

// pill is the CLOSED at the end of a bundle: lying at the end of one arrow, upright at the end of some.
func (b bundle) pill() box {
	_, end := b.edges()
	p := box{state: trace.Closed, x: end, y: b.y - 14, w: pillDepth, h: (len(b.slugs)-1)*stubPitch + 28, again: true}
	if len(b.slugs) == 1 {
		p.y, p.w, p.h = b.y-pillDepth/2, 60, pillDepth
	}
	if b.left {
		p.x -= p.w
	}
	return p
}
