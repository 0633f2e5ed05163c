package run

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/twinstack/twinstack/harness/link"
	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

// inbound makes an inbound packet line into a packet for the wire.
func (c *course) inbound(e *script.Event) (*trace.Packet, link.Lies, trace.Shift) {
	w := e.With
	if w == nil {
		w = &script.With{}
	}
	p := &trace.Packet{TTL: link.DefaultTTL}
	if e.Packet.TTL != nil {
		p.TTL = *e.Packet.TTL
	}
	if e.Packet.TOS != nil {
		p.TOS = *e.Packet.TOS
	}
	lies := link.Lies{Checksum: w.BadChecksum, IPChecksum: w.BadIPChecksum, IPOptions: w.IPOptions}
	var shift trace.Shift
	if m := e.Packet.ICMP; m != nil {
		f := c.flowOf(m.Ports, script.Outbound) // the ports are those of the quoted segment
		p.Src, p.Dst = c.addr(w.Src, f.peer), c.addr(w.Dst, f.self)
		p.ICMP, shift = c.icmp(e, m, f)
		if w.Code != nil {
			p.ICMP.Code = *w.Code
		}
		if w.Pointer != nil {
			p.ICMP.Rest = pointer(*w.Pointer, c.r.o.IPv6)
		}
		return p, lies, shift
	}
	s := e.Packet.TCP
	f := c.flowOf(s.Ports, script.Inbound)
	numbers := f
	p.Src, p.Dst = c.addr(w.Src, f.peer), c.addr(w.Dst, f.self)
	if p.Src == f.peer && p.Dst == f.self {
		f.named = true
	} else if f = c.find(addrPort(p.Dst, f.local), addrPort(p.Src, f.remote)); f.hasISN {
		numbers = f
	} else {
		f.like = numbers // the connection that the packet looks like
	}
	p.TCP, shift = c.segment(numbers, s)
	c.sending(f, p.TCP)
	addOptions(p.TCP, w, &lies)
	lies.DataOffset = w.Offset
	if w.Reserved != nil {
		lies.Reserved = *w.Reserved
	}
	return p, lies, shift
}

// pointer is the field of a parameter problem: the first octet of four (RFC 792), or all four (RFC 4443 §3.4).
func pointer(n uint8, ipv6 bool) uint32 {
	if ipv6 {
		return uint32(n)
	}
	return uint32(n) << 24
}

// addOptions puts the raw options that w adds in front of and behind those of the segment.
func addOptions(s *trace.Segment, w *script.With, lies *link.Lies) {
	var all []trace.Option
	raw := func(options []script.RawOption) {
		for _, o := range options {
			if o.Length != nil {
				if lies.OptionLengths == nil {
					lies.OptionLengths = make(map[int]uint8)
				}
				lies.OptionLengths[len(all)] = *o.Length
			}
			all = append(all, trace.Option{Kind: o.Kind, Data: o.Data})
		}
	}
	if w.First == nil && w.Options == nil {
		return
	}
	raw(w.First)
	all = append(all, s.Options...)
	raw(w.Options)
	s.Options = all
}

// addr is the address that a "with" line says, usual where it says none.
func (c *course) addr(a *script.Addr, usual netip.Addr) netip.Addr {
	switch {
	case a == nil:
		return usual
	case a.Name == "":
		return a.Literal
	}
	addr, ok := namedAddr(a.Name, c.r.o.IPv6)
	if !ok {
		panic(fatal{fmt.Sprintf("%s: no address is called %q", c.file.Name, a.Name)})
	}
	return addr
}

// addrName is how a script writes an address, so that a failure reads the same on either family.
func (c *course) addrName(a netip.Addr) string {
	self, peer := Addrs(c.r.o.IPv6)
	switch a {
	case self:
		return "self"
	case peer:
		return "peer"
	case OtherAddr(c.r.o.IPv6):
		return "other"
	}
	return a.String()
}

// icmp makes an ICMP error about a segment of the IUT's. It quotes of it what RFC 792 and RFC 4443 §2.4 say at least: in
// IPv4 the header and 64 bits, in IPv6 as much as fits 1280 octets.
func (c *course) icmp(e *script.Event, m *script.ICMP, f *flow) (*trace.ICMP, trace.Shift) {
	typ, code, ok := trace.ICMPNumbers(c.r.o.IPv6, m.Type, m.Code)
	if !ok {
		panic(fatal{fmt.Sprintf("%s:%v: there is no ICMP message %s %s in %s", c.file.Name, e.Pos, m.Type, m.Code, c.res.Trace.Family)})
	}
	inner := &trace.Packet{Src: f.self, Dst: f.peer, TCP: &trace.Segment{SrcPort: f.local, DstPort: f.remote,
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

// Encode gives the octets of an inbound packet line as they go on the wire on a connection on which the IUT has sent
// nothing yet: numbers of its direction are the script's. Lines that differ here differ in every script.
func Encode(e *script.Event, ipv6 bool) (raw []byte, err error) {
	if e.Packet == nil || e.Packet.Dir != script.Inbound {
		return nil, fmt.Errorf("%v: this is no packet for the IUT", e.Pos)
	}
	r := &Runner{o: Options{IPv6: ipv6}}
	file := &script.File{}
	c := &course{r: r, file: file, plan: &plan{file: file, bound: IUTPort}, res: &trace.Result{Trace: &trace.Trace{}}}
	defer func() {
		switch f := recover().(type) {
		case nil:
		case fatal:
			err = errors.New(f.reason)
		default:
			panic(f)
		}
	}()
	p, lies, _ := c.inbound(e)
	return link.EncodeLies(p, lies)
}
