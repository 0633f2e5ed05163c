package matrix

import (
	"net/netip"

	"github.com/twinstack/twinstack/harness/run"
	"github.com/twinstack/twinstack/harness/trace"
)

// Position is where a connection stands, read from a trace: from what the IUT last sent and was sent, in the script's
// numbers (RFC 9293 §3.3.1).
type Position struct {
	Conn  trace.Conn
	State trace.State // as last seen; LISTEN where there is no connection and a listener has the port

	// Cookie says that a SYN,ACK was sent of which no TCB is kept (RFC 4987 §3.6): there are numbers, as in SYN-RECEIVED.
	Cookie bool

	SndUna uint32 // the highest acknowledgment number of the peer's that is of something sent
	SndNxt uint32
	RcvNxt uint32 // the last acknowledgment number that the IUT sent
	RcvWnd uint32 // octets: RCV.NXT + RCV.WND is the right edge that the IUT last advertised

	PeerWnd uint16 // the window of the peer's last segment that was no RST, as on the wire; usualWnd before the first

	TSval    uint32 // the IUT's last (RFC 7323 §3.2)
	TSRecent uint32 // the peer's last
}

// usualWnd is the window of a peer that has said nothing yet: that of the entries.
const usualWnd = 16000

// Sends reports whether the connection has send sequence variables.
func (p *Position) Sends() bool {
	return p.State != trace.Closed && p.State != trace.Listen || p.Cookie
}

// Receives reports whether it has receive sequence variables: the peer's SYN has come.
func (p *Position) Receives() bool { return p.Sends() && p.State != trace.SynSent }

// reader makes a Position of a trace.
type reader struct {
	Position
	scale   uint8 // the IUT's window shift, once it is in use (RFC 7323 §2.2)
	asked   bool  // the peer's SYN has a window scale
	listens []netip.AddrPort
	exists  bool // there is a TCB
}

// PositionOf reads where the connection of a trace stands: the one that the IUT opens, or else the one from the port that
// scripts give to the peer.
func PositionOf(t *trace.Trace) Position {
	self, peer := run.Addrs(t.Family == "ipv6")
	r := reader{Position: Position{PeerWnd: usualWnd, Conn: trace.Conn{Local: netip.AddrPortFrom(self, run.IUTPort), Remote: netip.AddrPortFrom(peer, run.PeerPort)}}}
	for i := range t.Events {
		if e := &t.Events[i]; e.Kind == trace.Sent && e.Packet.TCP != nil && e.Packet.TCP.Flags&(trace.SYN|trace.ACK) == trace.SYN {
			r.Conn = trace.Conn{Local: netip.AddrPortFrom(e.Packet.Src, e.Packet.TCP.SrcPort), Remote: netip.AddrPortFrom(e.Packet.Dst, e.Packet.TCP.DstPort)}
			break
		}
	}
	for i := range t.Events {
		r.event(&t.Events[i])
	}
	if !r.exists || r.Cookie {
		r.State = trace.Closed
		for _, l := range r.listens {
			if l.Port() == r.Conn.Local.Port() {
				r.State = trace.Listen
			}
		}
	}
	return r.Position
}

func (r *reader) event(e *trace.Event) {
	switch e.Kind {
	case trace.StateIs:
		r.state(e)
	case trace.Sent, trace.Received:
		s := e.Packet.TCP
		if s == nil {
			return
		}
		if e.Kind == trace.Sent {
			if r.Conn.Local.Port() == s.SrcPort && r.Conn.Remote.Port() == s.DstPort {
				r.sent(s, e.Shift)
			}
		} else if r.Conn.Local.Port() == s.DstPort && r.Conn.Remote.Port() == s.SrcPort {
			r.received(s, e.Shift)
		}
	}
}

func (r *reader) state(e *trace.Event) {
	if e.Conn == r.Conn {
		r.State, r.exists, r.Cookie = e.State, e.State != trace.Closed, false
		return
	}
	if e.Conn.Remote.IsValid() {
		return
	}
	for i, l := range r.listens {
		if l == e.Conn.Local {
			r.listens = append(r.listens[:i], r.listens[i+1:]...)
			break
		}
	}
	if e.State == trace.Listen {
		r.listens = append(r.listens, e.Conn.Local)
	}
}

func (r *reader) sent(s *trace.Segment, shift trace.Shift) {
	if s.Flags.Has(trace.RST) {
		return // it is of no window, and takes no number (RFC 9293 §3.5.2)
	}
	seq, syn := s.Seq-shift.Seq, s.Flags.Has(trace.SYN)
	if syn {
		if !r.exists || r.State == trace.TimeWait { // not one that is sent again
			r.SndUna, r.SndNxt, r.exists, r.State = seq, seq, true, trace.SynSent
			r.Cookie = s.Flags.Has(trace.ACK)
		}
		r.scale = 0
		if o, ok := s.Option(trace.OptWindowScale); ok && len(o.Data) == 1 && r.asked {
			r.scale = o.Data[0]
		}
	}
	if next := seq + s.Len(); int32(next-r.SndNxt) > 0 {
		r.SndNxt = next
	}
	if s.Flags.Has(trace.ACK) {
		r.RcvNxt, r.RcvWnd = s.Ack-shift.Ack, uint32(s.Window)
		if !syn { // the window of a SYN is never scaled (RFC 7323 §2.2)
			r.RcvWnd <<= r.scale
		}
	}
	if o, ok := s.Option(trace.OptTimestamps); ok {
		if val, _, ok := o.Timestamps(); ok {
			r.TSval = val - shift.TSval
		}
	}
}

func (r *reader) received(s *trace.Segment, shift trace.Shift) {
	if s.Flags.Has(trace.SYN) {
		_, r.asked = s.Option(trace.OptWindowScale)
	}
	if !s.Flags.Has(trace.RST) {
		r.PeerWnd = s.Window
	}
	if ack := s.Ack - shift.Ack; s.Flags.Has(trace.ACK) && r.exists && int32(ack-r.SndUna) > 0 && int32(r.SndNxt-ack) >= 0 {
		r.SndUna = ack
	}
	if o, ok := s.Option(trace.OptTimestamps); ok {
		if val, _, ok := o.Timestamps(); ok {
			r.TSRecent = val
		}
	}
}
