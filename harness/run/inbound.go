package run

import (
	"fmt"

	"github.com/twinstack/twinstack/harness/link"
	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

// inbound makes an inbound packet line into a packet for the wire.
func (c *course) inbound(e *script.Event) (*trace.Packet, link.Lies, trace.Shift) {
	self, peer := Addrs(c.r.o.IPv6)
	p := &trace.Packet{Src: peer, Dst: self, TTL: link.DefaultTTL}
	if e.Packet.TTL != nil {
		p.TTL = *e.Packet.TTL
	}
	if e.Packet.TOS != nil {
		p.TOS = *e.Packet.TOS
	}
	var lies link.Lies
	var shift trace.Shift
	if m := e.Packet.ICMP; m != nil {
		p.ICMP, shift = c.icmp(e, m)
		return p, lies, shift
	}
	s := e.Packet.TCP
	f := c.flowOf(s.Ports, script.Inbound)
	p.TCP, shift = c.segment(f, s)
	c.sending(f, p.TCP)
	lies.Checksum = s.BadChecksum
	for i := range s.Options {
		if s.Options[i].Length != nil {
			if lies.OptionLengths == nil {
				lies.OptionLengths = make(map[int]uint8)
			}
			lies.OptionLengths[i] = *s.Options[i].Length
		}
	}
	return p, lies, shift
}

// icmp makes an ICMP error about a segment of the IUT's. It quotes of it what RFC 792 and RFC 4443 §2.4 say at least: in
// IPv4 the header and 64 bits, in IPv6 as much as fits 1280 octets.
func (c *course) icmp(e *script.Event, m *script.ICMP) (*trace.ICMP, trace.Shift) {
	self, peer := Addrs(c.r.o.IPv6)
	typ, code, ok := trace.ICMPNumbers(c.r.o.IPv6, m.Type, m.Code)
	if !ok {
		panic(fatal{fmt.Sprintf("%s:%v: there is no ICMP message %s %s in %s", c.file.Name, e.Pos, m.Type, m.Code, c.res.Trace.Family)})
	}
	f := c.flowOf(m.Ports, script.Outbound) // the ports are those of the quoted segment
	inner := &trace.Packet{Src: self, Dst: peer, TCP: &trace.Segment{SrcPort: f.local, DstPort: f.remote,
		Seq: m.Seq + f.shift, Flags: trace.ACK, Payload: make([]byte, m.Len)}}
	raw, err := link.Encode(inner)
	if err != nil {
		panic(fatal{fmt.Sprintf("%s:%v: the quoted segment: %v", c.file.Name, e.Pos, err)})
	}
	const v4, v6 = 20 + 8, 1280 - 40 - 8
	if c.r.o.IPv6 {
		raw = raw[:min(len(raw), v6)]
	} else {
		raw = raw[:v4]
	}
	icmp := &trace.ICMP{Type: typ, Code: code, Quoted: raw}
	if m.MTU != nil {
		icmp.Rest = *m.MTU
	}
	return icmp, trace.Shift{Ack: f.shift}
}
