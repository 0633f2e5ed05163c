package matrix

import (
	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

// Segment is a segment by the names of its numbers.
type Segment struct {
	Flags trace.Flags // of FIN, SYN, RST, ACK
	Seq   Seq
	Ack   Ack // counts where ACK is set
	Text  Text
	Cross Cross
}

// Cross is what a segment has that those of the core have not.
type Cross uint8

// The crossings.
const (
	Plain     Cross = iota
	Push            // PSH
	Urgent          // URG, with a pointer to the first octet behind the segment's first
	WinZero         // SEG.WND is zero; otherwise that of the peer's last segment
	WinSmall        // half of that
	WinLarge        // 1000 more
	Offers          // a SYN that offers window scale, timestamps and SACK
	TSNew           // a TSval above the last
	TSOld           // one below it
	TSMissing       // no timestamps though they are in use
	crossings
)

var crossNames = [...]string{"", " psh", " urg", " win=zero", " win=smaller", " win=larger", " options=all", " ts=new", " ts=old", " ts=missing"}

// Name implements Event.
func (s Segment) Name() string {
	name := flagName(s.Flags) + " seq=" + s.Seq.String()
	if s.Flags.Has(trace.ACK) {
		name += " ack=" + s.Ack.String()
	}
	return name + " text=" + s.Text.String() + crossNames[s.Cross]
}

// Lines implements Event.
func (s Segment) Lines(p *Place) ([]script.Event, bool) {
	e, ok := s.line(p)
	if !ok {
		return nil, false
	}
	return []script.Event{e}, true
}

// tsStep is by how much a TSval is above or below the last.
const tsStep = 10

func (s Segment) line(p *Place) (script.Event, bool) {
	seq, okSeq := p.Seq(s.Seq)
	ack, okAck := p.Ack(s.Ack)
	n, okText := p.Text(s.Text, s.Seq, p.Entry.Buffer)
	if !okSeq || !okText || s.Flags.Has(trace.ACK) && !okAck {
		return script.Event{}, false
	}
	seg := &script.Segment{Flags: s.Flags, Seq: seq, Len: n}
	if s.Flags.Has(trace.ACK) {
		seg.Ack = &ack
	}
	wnd := p.PeerWnd
	switch s.Cross {
	case Push:
		seg.Flags |= trace.PSH
	case Urgent:
		seg.Flags |= trace.URG
		up := uint16(1)
		seg.Urg = &up
	case WinZero:
		wnd = 0
	case WinSmall:
		wnd /= 2
	case WinLarge:
		wnd += 1000
	case Offers:
		seg.Options = []script.Option{{Kind: trace.OptMSS, Value: 1000}, {Kind: trace.OptSACKPermitted},
			{Kind: trace.OptTimestamps, Value: p.TSRecent + tsStep}, {Kind: trace.OptNOP}, {Kind: trace.OptWindowScale, Value: 4}}
	}
	seg.Win = &wnd
	if p.Entry.Timestamps && s.Cross != TSMissing {
		val := p.TSRecent + tsStep
		if s.Cross == TSOld {
			val = p.TSRecent - tsStep
		}
		o := script.Option{Kind: trace.OptTimestamps, Value: val}
		if s.Flags.Has(trace.ACK) {
			o.Ecr = p.TSval
		}
		seg.Options = []script.Option{{Kind: trace.OptNOP}, {Kind: trace.OptNOP}, o}
	}
	return Inbound(seg), true
}
