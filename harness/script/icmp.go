package script

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// icmpTypes are packetdrill's names of the ICMP errors, with its names of their codes. A type or a code that one
// family alone has is for the runner to refuse.
var icmpTypes = []struct {
	name  string
	codes []string
}{
	{"unreachable", []string{
		"net_unreachable", "host_unreachable", "protocol_unreachable", "port_unreachable", "frag_needed", "source_route_failed",
		"net_unknown", "host_unknown", "source_host_isolated", "net_prohibited", "host_prohibited", "net_unreachable_for_tos",
		"host_unreachable_for_tos", "packet_filtered", "precedence_violation", "precedence_cutoff", // ICMPv4
		"no_route", "admin_prohibited", "not_neighbour", "address_unreachable", // ICMPv6, and port_unreachable
	}},
	{"time_exceeded", []string{"exceeded_hop_limit", "exceeded_frag_time"}},
	{"packet_too_big", nil},
	{"parameter_problem", []string{"header_field", "unknown_next_header", "unknown_option"}},
	{"source_quench", nil},
}

// otherICMP are packetdrill's ICMP types that say nothing about a TCP segment.
var otherICMP = []string{"echo_reply", "redirect", "echo_request", "timestamp_request", "timestamp_reply",
	"information_request", "information_reply", "address_mask_request", "address_mask_reply"}

// icmp reads an ICMP message behind the word "icmp".
func (p *parser) icmp() *ICMP {
	m := &ICMP{}
	var names, codes []string
	known := false
	for _, t := range icmpTypes {
		names = append(names, t.name)
		if p.is(t.name) {
			m.Type, codes, known = t.name, t.codes, true
		}
	}
	if !known {
		expected := "an ICMP type: one of " + strings.Join(names, ", ")
		if slices.Contains(otherICMP, p.text(p.tok)) {
			p.unsupported(p.tok.off, p.tok.end, "", expected)
		}
		p.fail(expected)
	}
	p.advance()
	p.icmpCode(m, codes)
	if mtu := p.tok; p.accept("mtu") {
		most := uint64(math.MaxUint16)
		switch {
		case m.Type == "packet_too_big":
			most = math.MaxUint32
		case m.Type != "unreachable" || m.Code != "frag_needed" && m.Code != "4":
			p.failAt(mtu.off, mtu.end, "it behind unreachable frag_needed or packet_too_big")
		}
		n := uint32(p.number("an MTU", most))
		m.MTU = &n
	}
	if p.accept("[") {
		p.quotedSegment(m)
	}
	p.end(`the quoted segment, "[first:last(length)]", or end of line`)
	return m
}

// icmpCode reads the code, a name or a number, if there is one.
func (p *parser) icmpCode(m *ICMP, codes []string) {
	switch t := p.tok; {
	case t.newline || p.is("mtu"):
	case t.kind == tokNumber:
		m.Code = strconv.FormatUint(p.number("an ICMP code", math.MaxUint8), 10)
	case t.kind == tokWord:
		m.Code = p.text(t)
		if !slices.Contains(codes, m.Code) {
			p.fail("a code of " + m.Type + ": " + strings.Join(append(codes[:len(codes):len(codes)], "a number"), ", "))
		}
		p.advance()
	}
}

// quotedSegment reads what stands behind the "[" of an ICMP message: the quoted segment's ports, if they are written,
// and its numbers.
func (p *parser) quotedSegment(m *ICMP) {
	if p.is("udp") || p.is("raw") {
		p.unsupported(p.tok.off, p.tok.end, "a quoted", "a TCP segment: first:last(length)")
	}
	start := p.tok
	first := p.number("a port or a sequence number", math.MaxUint32)
	if p.is(">") {
		m.Ports = p.portsFrom(start, first)
		start = p.tok
		first = p.number("a sequence number", math.MaxUint32)
	}
	m.Seq, m.SeqEnd, m.Len = p.sequenceFrom(start, first)
	p.expect("]")
}
