package run

import (
	"fmt"
	"net/netip"
	"strconv"

	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

func itoa(n uint64) string { return strconv.FormatUint(n, 10) }

// differences is what keeps a packet of the IUT's from being the one that the script expects; nothing is allocated where
// there is none.
type differences struct {
	list []string
}

func (d *differences) add(format string, args ...any) {
	d.list = append(d.list, fmt.Sprintf(format, args...))
}

func (d *differences) number(what string, got, want uint32) {
	if got != want {
		d.add("%s %d, expected %d", what, got, want)
	}
}

// matchAny compares a packet of the IUT's with the one that the script expects and with what it allows in its place. Where
// none is met, d says what sets it apart from the first.
func (c *course) matchAny(e *script.Event, got *sentPacket, d *differences) {
	c.match(e.Packet, e.With, got, d)
	if len(d.list) == 0 {
		return
	}
	for _, or := range e.Or {
		var other differences
		if c.match(or, e.With, got, &other); len(other.list) == 0 {
			d.list = d.list[:0]
			return
		}
	}
}

// match compares a packet of the IUT's with the one that the script expects.
func (c *course) match(want *script.Packet, with *script.With, got *sentPacket, d *differences) {
	p := got.packet
	switch {
	case p.Bad != "":
		d.add("%s", p.Bad)
		return
	case want.TCP != nil && p.TCP == nil || want.ICMP != nil && p.ICMP == nil:
		d.add("another protocol")
		return
	}
	if want.TTL != nil {
		d.number("ttl", uint32(p.TTL), uint32(*want.TTL))
	}
	switch tos := want.TOS; {
	case tos == nil || p.TOS == *tos:
	case p.TOS|*tos < uint8(len(trace.ECN)):
		d.add("%s, expected %s", trace.ECN[p.TOS], trace.ECN[*tos])
	default:
		d.number("tos", uint32(p.TOS), uint32(*tos))
	}
	if m := want.ICMP; m != nil {
		typ, code, ok := trace.ICMPNumbers(c.r.o.IPv6, m.Type, m.Code)
		if !ok || p.ICMP.Type != typ || p.ICMP.Code != code {
			d.add("another ICMP message")
		}
		return
	}
	c.matchConn(want.TCP, with, p.TCP, got.flow, d)
	c.matchSegment(want.TCP, got, d)
}

// matchConn compares ports and addresses, and gives the script's name to an ephemeral port at its first SYN.
func (c *course) matchConn(want *script.Segment, with *script.With, got *trace.Segment, f *flow, d *differences) {
	opens := got.Flags&(trace.SYN|trace.ACK) == trace.SYN
	if want.Ports != nil && opens && !c.named(want.Ports.Src) {
		c.names = append(c.names, portName{want.Ports.Src, f.local})
	}
	if want.Ports == nil && with == nil && opens && c.usual(f) { // "the connection" is from here on the one that this SYN opens
		c.main = f
	}
	var local, remote netip.AddrPort
	if want.Ports == nil {
		main := c.flowOf(nil, script.Outbound)
		local, remote = addrPort(main.self, main.local), addrPort(main.peer, main.remote)
		if f.local != main.local || f.remote != main.remote {
			d.add("on another connection, %d > %d", f.local, f.remote)
		}
	} else {
		local, remote = c.endsOf(c.port(want.Ports.Src), want.Ports.Dst)
		d.number("destination port", uint32(f.remote), uint32(remote.Port()))
		d.number("source port", uint32(f.local), uint32(local.Port()))
	}
	self, peer := local.Addr(), remote.Addr()
	if with != nil {
		self, peer = c.addr(with.Src, self), c.addr(with.Dst, peer)
	}
	if f.self != self || f.peer != peer {
		d.add("from %s to %s, expected from %s to %s", c.addrName(f.self), c.addrName(f.peer), c.addrName(self), c.addrName(peer))
		return
	}
	if with != nil && got.Flags.Has(trace.SYN) && len(d.list) == 0 { // packets that say no addresses are now of this connection
		f.named = true
		if want.Ports == nil {
			c.main = f
		}
	}
}

func (c *course) matchSegment(want *script.Segment, got *sentPacket, d *differences) {
	s, shift := got.packet.TCP, &got.shift
	if s.Flags != want.Flags {
		d.add("flags %v, expected %v", s.Flags, want.Flags)
	}
	d.number("sequence number", s.Seq-shift.Seq, want.Seq)
	d.number("length", uint32(len(s.Payload)), want.Len)
	if want.Ack != nil && s.Flags.Has(trace.ACK) {
		d.number("ack", s.Ack-shift.Ack, *want.Ack)
	}
	if want.Win != nil {
		if c.r.o.Match == Strict {
			d.number("win", uint32(s.Window), uint32(*want.Win))
		} else if (s.Window == 0) != (*want.Win == 0) && !s.Flags.Has(trace.RST) {
			d.add("win %d, expected %d", s.Window, *want.Win)
		}
	}
	if want.Urg != nil {
		d.number("urg", uint32(s.Urgent), uint32(*want.Urg))
	}
	c.learnTS(want, got)
	switch {
	case want.AnyOptions:
	case c.r.o.Match == Strict:
		strictOptions(want, s, *shift, d)
	default:
		looseOptions(want, got, d)
	}
	d.list = append(d.list, got.wrong...)
}

// learnTS maps the IUT's timestamps by the first TSval that the script writes. Before the IUT's SYN there is nothing to
// map: a RST of no connection has a TSval of zero (RFC 7323 §5.2), and any other is told from it.
func (c *course) learnTS(want *script.Segment, got *sentPacket) {
	f := got.flow
	if f.hasTS {
		got.shift.TSval = f.tsShift
		return
	}
	if !f.hasISN {
		return
	}
	for i := range want.Options {
		if want.Options[i].Kind != trace.OptTimestamps {
			continue
		}
		if o, ok := got.packet.TCP.Option(trace.OptTimestamps); ok {
			if val, _, ok := o.Timestamps(); ok {
				f.tsShift, f.hasTS = val-want.Options[i].Value, true
				got.shift.TSval = f.tsShift
			}
		}
	}
}

// strictOptions compares the options one by one, padding included, as packetdrill does.
func strictOptions(want *script.Segment, s *trace.Segment, shift trace.Shift, d *differences) {
	same := len(s.Options) == len(want.Options)
	for i := 0; same && i < len(want.Options); i++ {
		same = sameOption(&want.Options[i], s.Options[i], shift)
	}
	if same {
		return
	}
	d.add("options %s, expected %s", gotOptions(s, shift), wantOptions(want))
}

func sameOption(want *script.Option, got trace.Option, shift trace.Shift) bool {
	if got.Kind != want.Kind {
		return false
	}
	plain := option(want, trace.Shift{})
	if got.Kind == trace.OptTimestamps {
		val, ecr, ok := got.Timestamps()
		return ok && val-shift.TSval == want.Value && ecr == want.Ecr
	}
	return string(plain.Data) == string(got.Data) // SACK blocks of the IUT's are in the wire's numbers
}

// looseOptions compares what no implementation may choose.
func looseOptions(want *script.Segment, got *sentPacket, d *differences) {
	s := got.packet.TCP
	for i := range want.Options {
		w := &want.Options[i]
		o, has := s.Option(w.Kind)
		switch w.Kind {
		case trace.OptMSS:
			if !has && s.Flags.Has(trace.SYN) {
				d.add("no option mss") // RFC 9293 §3.7.1, MUST-14 to 16
			}
		case trace.OptTimestamps:
			if !s.Flags.Has(trace.SYN) && !got.flow.conduct.Negotiated(w.Kind) {
				continue
			}
			if _, ecr, ok := o.Timestamps(); has && ok {
				d.number("TSecr", ecr, w.Ecr)
			} else if !s.Flags.Has(trace.SYN) {
				d.add("no option TS") // RFC 7323 §3.2
			}
		case trace.OptSACK:
			if got.flow.conduct.Negotiated(w.Kind) && !sameOption(w, o, trace.Shift{}) {
				d.add("options %s, expected %s", gotOptions(s, got.shift), wantOptions(want))
			}
		}
	}
	if o, has := s.Option(trace.OptSACK); has && len(o.Data) > 0 && !writes(want, trace.OptSACK) {
		d.add("options %s, expected %s", gotOptions(s, got.shift), wantOptions(want))
	}
}

func writes(s *script.Segment, kind uint8) bool {
	for i := range s.Options {
		if s.Options[i].Kind == kind {
			return true
		}
	}
	return false
}

func gotOptions(s *trace.Segment, shift trace.Shift) string {
	b := "<"
	for i, o := range s.Options {
		if i > 0 {
			b += ","
		}
		b += o.Notation(shift)
	}
	return b + ">"
}

func wantOptions(s *script.Segment) string {
	b := "<"
	for i := range s.Options {
		if i > 0 {
			b += ","
		}
		b += option(&s.Options[i], trace.Shift{}).Notation(trace.Shift{})
	}
	return b + ">"
}
