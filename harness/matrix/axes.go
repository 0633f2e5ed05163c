package matrix

import "github.com/twinstack/twinstack/harness/trace"

// far is what "far" means of a number: a quarter of the number space, so that no comparison modulo 2^32 is in doubt.
const far = 1 << 30

// Seq is a position of a sequence number.
type Seq uint8

// The positions of a sequence number about the receive window.
const (
	SeqFarLeft Seq = iota // RCV.NXT - 2^30
	SeqBefore             // RCV.NXT - 1
	SeqNxt                // RCV.NXT
	SeqInside             // in the middle of the window
	SeqLast               // the last number of the window
	SeqEdge               // the first beyond it
	SeqBeyond             // 1000 beyond it
	SeqFar                // RCV.NXT + 2^30
	windowed
)

// The numbers that stand where there is no RCV.NXT: in CLOSED, LISTEN and SYN-SENT.
const (
	SeqZero Seq = iota + windowed
	SeqSome
	SeqTop // 2^32 - 1: the numbers of its text wrap
)

var seqNames = [...]string{"far-left", "nxt-1", "nxt", "inside", "last", "edge", "beyond", "far", "zero", "some", "top"}

func (s Seq) String() string { return seqNames[s] }

// Ack is a position of an acknowledgment number.
type Ack uint8

// The positions of an acknowledgment number about what the IUT has sent.
const (
	AckFarOld   Ack = iota // SND.UNA - 2^30
	AckOld                 // SND.UNA - 1
	AckUna                 // SND.UNA
	AckFlight              // SND.NXT - 1, where that is beyond SND.UNA
	AckNxt                 // SND.NXT
	AckAhead               // SND.NXT + 1
	AckFarAhead            // SND.NXT + 2^30
	sending
)

// The numbers that stand where there is no SND.NXT: in CLOSED and LISTEN.
const (
	AckZero Ack = iota + sending
	AckSome
	AckTop // 2^32 - 1
)

var ackNames = [...]string{"far-old", "old", "una", "flight", "nxt", "nxt+1", "far-ahead", "zero", "some", "top"}

func (a Ack) String() string { return ackNames[a] }

// Text is how much text a segment has.
type Text uint8

// The lengths of text. A segment that begins left of the window or in it fills the window up to its right edge; one that
// begins elsewhere has as much text as the window is large.
const (
	TextNone     Text = iota
	TextOne           // one octet
	TextFills         // its last octet is the window's last
	TextOverruns      // one octet more
	texts
)

var textNames = [...]string{"none", "one", "fills", "overruns"}

func (t Text) String() string { return textNames[t] }

// some is the number of SeqSome and AckSome: in the middle of nowhere.
const some = 5000

// maxText is the longest text that fits an IP packet of either family, options and all, in octets.
const maxText = 65535 - 40 - 60

// Seq is a position in numbers; ok is false where there is none such.
func (p *Position) Seq(s Seq) (n uint32, ok bool) {
	if s >= windowed {
		return [...]uint32{0, some, 1<<32 - 1}[s-windowed], !p.Receives()
	}
	edge := p.RcvNxt + p.RcvWnd
	switch s {
	case SeqFarLeft:
		n = p.RcvNxt - far
	case SeqBefore:
		n = p.RcvNxt - 1
	case SeqNxt:
		n = p.RcvNxt
	case SeqInside:
		n = p.RcvNxt + p.RcvWnd/2
	case SeqLast:
		n = edge - 1
	case SeqEdge:
		n = edge
	case SeqBeyond:
		n = edge + 1000
	case SeqFar:
		n = p.RcvNxt + far
	}
	return n, p.Receives() && (p.RcvWnd > 0 || s != SeqInside && s != SeqLast)
}

// Ack is a position in numbers; ok is false where there is none such.
func (p *Position) Ack(a Ack) (n uint32, ok bool) {
	if a >= sending {
		return [...]uint32{0, some, 1<<32 - 1}[a-sending], !p.Sends()
	}
	switch a {
	case AckFarOld:
		n = p.SndUna - far
	case AckOld:
		n = p.SndUna - 1
	case AckUna:
		n = p.SndUna
	case AckFlight:
		n = p.SndNxt - 1
	case AckNxt:
		n = p.SndNxt
	case AckAhead:
		n = p.SndNxt + 1
	case AckFarAhead:
		n = p.SndNxt + far
	}
	return n, p.Sends() && (a != AckFlight || p.SndNxt-p.SndUna > 1)
}

// Text is how many octets of text a segment at a position has; ok is false where no packet holds them. Where there is no
// window buffer stands for it.
func (p *Position) Text(t Text, s Seq, buffer uint32) (n uint32, ok bool) {
	wnd := buffer
	if p.Receives() {
		wnd = p.RcvWnd
	}
	n = wnd
	switch s {
	case SeqBefore:
		n = wnd + 1
	case SeqInside:
		n = wnd - wnd/2
	case SeqLast:
		n = 1
	}
	switch t {
	case TextNone:
		n = 0
	case TextOne:
		n = 1
	case TextOverruns:
		n++
	}
	return n, n <= maxText
}

// flagSets are the sixteen sets of FIN, SYN, RST and ACK.
var flagSets = func() (sets [16]trace.Flags) {
	for i := range sets {
		for bit, f := range [...]trace.Flags{trace.ACK, trace.FIN, trace.SYN, trace.RST} {
			if i>>bit&1 == 1 {
				sets[i] |= f
			}
		}
	}
	return sets
}()

// flagName writes a set by letters: "FA", "-" for none.
func flagName(f trace.Flags) string {
	name := ""
	for _, l := range [...]struct {
		flag   trace.Flags
		letter string
	}{{trace.FIN, "F"}, {trace.SYN, "S"}, {trace.RST, "R"}, {trace.ACK, "A"}} {
		if f.Has(l.flag) {
			name += l.letter
		}
	}
	if name == "" {
		return "-"
	}
	return name
}
