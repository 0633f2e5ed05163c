// Package oracletest turns scripts into traces, so that a judge can be tried with what no stack does: the script says what
// was done. Its outbound packets are what the IUT sent, the results of its calls what they gave, its "// state:" lines the
// states that the connection was seen in.
package oracletest

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

// Tick is what "+0" takes where a packet or a call follows what the IUT sent, as when a script runs.
const Tick = 10 * time.Microsecond

// Window is what the IUT offers: the right edge that its first segment has stays where it is, but for a "win" in the script.
// In octets.
const Window = 1000

var (
	self    = netip.MustParseAddr("192.168.0.1")
	peer    = netip.MustParseAddr("192.0.2.1")
	passive = trace.Conn{Local: netip.AddrPortFrom(self, 8080), Remote: netip.AddrPortFrom(peer, 40000)}
	active  = trace.Conn{Local: netip.AddrPortFrom(self, 50000), Remote: netip.AddrPortFrom(peer, 8080)}
)

// Events are the events of a script about one connection over IPv4, whose numbers are the wire's. The connection is active if
// the first packet goes out. A state that the connection is in already is no event; LISTEN is the listener's before the first
// packet, and CLOSED for the connection after it; CLOSED when the connection is that already is the listener's. What a
// getsockopt, an ioctl or a poll gave besides its result is what stands in its arguments. An fcntl is no event: time goes by.
// The error is the parser's, or names what has no place in a trace.
func Events(text string) ([]trace.Event, error) {
	f, err := script.Parse("trace", []byte(text))
	if err != nil {
		return nil, err
	}
	w := writer{conn: passive}
	for i := range f.Events {
		if p := f.Events[i].Packet; p != nil {
			if p.Dir == script.Outbound {
				w.conn = active
			}
			break
		}
	}
	for i := range f.Events {
		if err := w.event(&f.Events[i]); err != nil {
			return nil, fmt.Errorf("trace:%v: %w", f.Events[i].Pos, err)
		}
	}
	return w.events, nil
}

type writer struct {
	events []trace.Event
	conn   trace.Conn
	now    time.Duration
	sent   bool // the last packet or call was an outbound packet
	seen   trace.State
	packet bool // there was one
	edge   uint32
	opened bool // edge is known
}

func (w *writer) event(e *script.Event) error {
	if e.States != nil {
		for _, s := range e.States.Path {
			w.state(e.Pos.Line, s)
		}
		return nil
	}
	switch {
	case e.Time.Range || e.Time.Blocking || e.Time.Kind == script.Anytime:
		return fmt.Errorf("a trace has exact times")
	case e.Time.Kind == script.Absolute:
		w.now = e.Time.At
	default:
		w.now += e.Time.At
	}
	out := e.Packet != nil && e.Packet.Dir == script.Outbound
	if w.sent && !out && e.Time.At == 0 {
		w.now += Tick
	}
	w.sent = out
	switch {
	case e.Call != nil && e.Call.Name == "fcntl":
		return nil
	case e.Call != nil:
		w.call(e)
		return nil
	case e.Packet.ICMP != nil:
		return w.icmp(e)
	}
	return w.segment(e, out)
}

func (w *writer) record(e trace.Event) {
	e.At = w.now
	w.events = append(w.events, e)
}

func (w *writer) state(line int, s trace.State) {
	conn := w.conn
	if !w.packet {
		conn.Remote = netip.AddrPort{}
	} else {
		if s == trace.Closed && w.seen == trace.Closed {
			conn.Remote = netip.AddrPort{}
		} else if s == trace.Listen {
			s = trace.Closed
		}
		if s == w.seen && conn.Remote.IsValid() {
			return
		}
		w.seen = s
	}
	w.record(trace.Event{Kind: trace.StateIs, Line: line, Conn: conn, State: s})
}

func (w *writer) call(e *script.Event) {
	_, args, _ := strings.Cut(e.Text, "(")
	if end := strings.LastIndex(args, ") ="); end >= 0 {
		args = args[:end]
	}
	c := &trace.Call{Name: e.Call.Name, Args: args, Errno: e.Call.Errno}
	if e.Call.Result != nil {
		c.Result = e.Call.Result.Int
	}
	switch a := e.Call.Args; c.Name {
	case "getsockopt":
		c.Note = a[3].String()
	case "ioctl":
		c.Note = a[2].String()
	case "poll":
		c.Note = polled(&a[0])
	}
	w.record(trace.Event{Kind: trace.Called, Line: e.Pos.Line, Call: c})
}

// polled is what poll gave, as a trace has it: "[{fd=4, revents=POLLIN}]".
func polled(list *script.Expr) string {
	var all []string
	for i := range list.Elems {
		var fd, revents string
		for j := range list.Elems[i].Fields {
			switch f := &list.Elems[i].Fields[j]; f.Name {
			case "fd":
				fd = f.Value.String()
			case "revents":
				revents = f.Value.String()
			}
		}
		all = append(all, fmt.Sprintf("{fd=%s, revents=%s}", fd, revents))
	}
	return "[" + strings.Join(all, ", ") + "]"
}

// icmp quotes the header and the first 64 bits of a segment (RFC 792).
func (w *writer) icmp(e *script.Event) error {
	m := e.Packet.ICMP
	typ, code, ok := trace.ICMPNumbers(false, m.Type, m.Code)
	if !ok {
		return fmt.Errorf("there is no ICMP message %s %s", m.Type, m.Code)
	}
	quoted := append([]byte{0: 0x45, 9: 6, 19: 0}, make([]byte, 8)...)
	binary.BigEndian.PutUint16(quoted[20:], w.conn.Local.Port())
	binary.BigEndian.PutUint16(quoted[22:], w.conn.Remote.Port())
	binary.BigEndian.PutUint32(quoted[24:], m.Seq)
	message := &trace.ICMP{Type: typ, Code: code, Quoted: quoted}
	if m.MTU != nil {
		message.Rest = *m.MTU
	}
	w.record(trace.Event{Kind: trace.Received, Line: e.Pos.Line, Packet: &trace.Packet{Src: peer, Dst: self, ICMP: message}})
	return nil
}

func (w *writer) segment(e *script.Event, out bool) error {
	t := e.Packet.TCP
	if t == nil {
		return fmt.Errorf("expected a TCP segment or an ICMP message")
	}
	s := &trace.Segment{SrcPort: w.conn.Remote.Port(), DstPort: w.conn.Local.Port(), Flags: t.Flags, Seq: t.Seq,
		Window: 65535, Payload: make([]byte, t.Len)}
	p := &trace.Packet{Src: peer, Dst: self, TCP: s}
	if e.Packet.TOS != nil {
		p.TOS = *e.Packet.TOS
	}
	kind := trace.Received
	if out {
		kind = trace.Sent
		p.Src, p.Dst, s.SrcPort, s.DstPort = self, peer, s.DstPort, s.SrcPort
	}
	if t.Ack != nil {
		s.Ack = *t.Ack
	}
	if out && !s.Flags.Has(trace.RST) {
		s.Window = w.window(s, t.Win)
	} else if t.Win != nil {
		s.Window = *t.Win
	}
	if t.Urg != nil {
		s.Urgent = *t.Urg
	}
	for _, o := range t.Options {
		s.Options = append(s.Options, option(o))
	}
	w.packet = true
	w.record(trace.Event{Kind: kind, Line: e.Pos.Line, Packet: p})
	return nil
}

// window is the window field of an outbound segment.
func (w *writer) window(s *trace.Segment, written *uint16) uint16 {
	switch {
	case written != nil:
		w.edge, w.opened = s.Ack+uint32(*written), s.Flags.Has(trace.ACK)
		return *written
	case !s.Flags.Has(trace.ACK) || !w.opened:
		w.edge, w.opened = s.Ack+Window, s.Flags.Has(trace.ACK)
		return Window
	}
	return uint16(max(0, int32(w.edge-s.Ack)))
}

// option makes the octets of an option.
func option(o script.Option) trace.Option {
	t := trace.Option{Kind: o.Kind}
	switch o.Kind {
	case trace.OptMSS:
		t.Data = binary.BigEndian.AppendUint16(nil, uint16(o.Value))
	case trace.OptWindowScale:
		t.Data = []byte{byte(o.Value)}
	case trace.OptTimestamps:
		t.Data = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, o.Value), o.Ecr)
	case trace.OptSACK:
		for _, b := range o.Sack {
			t.Data = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(t.Data, b.Left), b.Right)
		}
	}
	return t
}
