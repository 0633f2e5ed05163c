package breaks

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"slices"

	"github.com/twinstack/twinstack/harness/link"
	"github.com/twinstack/twinstack/harness/run"
	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

// met is the packet that a line of the script expected, and its number among those that the IUT sent.
func (c *compiler) met(line int) (n int, e *trace.Event) {
	for i := range c.trace.Events {
		if e := &c.trace.Events[i]; e.Kind == trace.Sent {
			if e.Line == line {
				return n, e
			}
			n++
		}
	}
	return 0, nil
}

// like is the event whose packet one that stands for nothing is made like: the last packet of the connection up to a line,
// rather the stack's own than the peer's.
func (c *compiler) like(p *script.Packet, line int) (*trace.Event, error) {
	var sent, received *trace.Event
	for i := range c.trace.Events {
		e := &c.trace.Events[i]
		if e.Packet != nil && e.Packet.TCP != nil {
			conn := ends(e)
			switch ports := p.TCP.Ports; {
			case ports != nil && conn.Remote.Port() != ports.Dst:
			case e.Kind == trace.Sent:
				sent = e
			default:
				received = e
			}
		}
		if e.Line == line {
			break
		}
	}
	switch {
	case received == nil && sent == nil:
		return nil, errors.New("no packet so far that this one could be like")
	case sent == nil || received != nil && ends(received) != ends(sent):
		return received, nil
	}
	return sent, nil
}

// packet makes the octets of a packet. What it does not say is as in the packet that it is like; options that are not
// written are none, and "<...>" are those of that packet.
func (c *compiler) packet(it item, like *trace.Event) ([]byte, error) {
	conn, from := ends(like), like.Packet.TCP
	shift := like.Shift
	p := &trace.Packet{Src: conn.Local.Addr(), Dst: conn.Remote.Addr()}
	s := &trace.Segment{SrcPort: conn.Local.Port(), DstPort: conn.Remote.Port(), Window: from.Window}
	if like.Kind == trace.Received {
		shift = trace.Shift{Seq: like.Shift.Ack, TSval: like.Shift.TSecr} // the peer's acknowledgments are in the stack's numbers
		s.Ack = from.Seq + from.Len()
	} else {
		p.TTL, p.TOS, s.Ack = like.Packet.TTL, like.Packet.TOS, from.Ack
	}
	say := it.packet.TCP
	if it.packet.TTL != nil {
		p.TTL = *it.packet.TTL
	}
	if it.packet.TOS != nil {
		p.TOS = *it.packet.TOS
	}
	s.Flags, s.Seq = say.Flags, say.Seq+shift.Seq
	if say.Ack != nil {
		s.Ack = *say.Ack
	}
	if !s.Flags.Has(trace.ACK) {
		s.Ack = 0
	}
	if say.Win != nil {
		s.Window = *say.Win
	}
	if say.Urg != nil {
		s.Urgent = *say.Urg
	}
	if say.AnyOptions {
		s.Options = slices.Clone(from.Options)
	}
	for i := range say.Options {
		s.Options = append(s.Options, option(&say.Options[i], shift))
	}
	if say.Len > 0 {
		isn, ok := c.isn(like)
		if !ok {
			return nil, errors.New("text without a SYN before it: nobody knows its octets")
		}
		at := s.Seq - isn - 1
		if it.text != nil {
			at = *it.text + shift.Seq - isn - 1
		}
		if s.Flags.Has(trace.SYN) {
			at = 0
		}
		s.Payload = run.Octets(script.Outbound, conn.Remote.Port(), uint64(at), int(say.Len))
	}
	p.TCP = s
	var lies link.Lies
	if it.with != nil {
		var err error
		if lies, err = with(it.with, p); err != nil {
			return nil, err
		}
	}
	return link.EncodeLies(p, lies)
}

// with does to a packet what a "with" line says, as far as a stack can do it.
func with(w *script.With, p *trace.Packet) (lies link.Lies, err error) {
	if w.First != nil || w.IPOptions != nil || w.Code != nil || w.Pointer != nil {
		return lies, errors.New("expected checksum, ip-checksum, src, dst, offset, reserved or opt of a stack's packet")
	}
	lies = link.Lies{Checksum: w.BadChecksum, IPChecksum: w.BadIPChecksum, DataOffset: w.Offset, OptionLengths: map[int]uint8{}}
	if w.Reserved != nil {
		lies.Reserved = *w.Reserved
	}
	for _, o := range w.Options {
		if o.Length != nil {
			lies.OptionLengths[len(p.TCP.Options)] = *o.Length
		}
		p.TCP.Options = append(p.TCP.Options, trace.Option{Kind: o.Kind, Data: o.Data})
	}
	if p.Src, err = address(w.Src, p.Src); err == nil {
		p.Dst, err = address(w.Dst, p.Dst)
	}
	return lies, err
}

// isn is the stack's initial sequence number, on the wire, of the connection that an event is about.
func (c *compiler) isn(like *trace.Event) (isn uint32, ok bool) {
	conn := ends(like)
	for i := range c.trace.Events {
		e := &c.trace.Events[i]
		if e.Kind == trace.Sent && e.Packet.TCP != nil && e.Packet.TCP.Flags.Has(trace.SYN) && ends(e) == conn {
			isn, ok = e.Packet.TCP.Seq, true
		}
		if e == like {
			break
		}
	}
	return isn, ok
}

// option makes the octets of an option of the stack's: TSval is in its own numbers, all else in the peer's, which are the
// wire's.
func option(o *script.Option, s trace.Shift) trace.Option {
	t := run.Option(o, trace.Shift{})
	if o.Kind == trace.OptTimestamps {
		binary.BigEndian.PutUint32(t.Data, o.Value+s.TSval)
	}
	return t
}

// address is what a "with" line says, usual where it says none.
func address(a *script.Addr, usual netip.Addr) (netip.Addr, error) {
	if a == nil {
		return usual, nil
	}
	if a.Name == "" {
		return a.Literal, nil
	}
	addr, ok := run.NamedAddr(a.Name, usual.Is6())
	if !ok {
		return usual, fmt.Errorf("no address is called %q", a.Name)
	}
	return addr, nil
}
