package trace

import (
	"encoding/binary"
	"strconv"
)

// icmpType is one ICMP type that speaks of a quoted packet, under packetdrill's name. A negative number means that the
// family has no such type.
type icmpType struct {
	name   string
	v4, v6 int
	codes4 []string // by number (RFC 792, RFC 1122 §3.2.2.1, RFC 1812 §5.2.7.1)
	codes6 []string // by number (RFC 4443 §3)
}

var icmpTypes = []icmpType{
	{"unreachable", 3, 1,
		[]string{"net_unreachable", "host_unreachable", "protocol_unreachable", "port_unreachable", "frag_needed",
			"source_route_failed", "net_unknown", "host_unknown", "source_host_isolated", "net_prohibited",
			"host_prohibited", "net_unreachable_for_tos", "host_unreachable_for_tos", "packet_filtered",
			"precedence_violation", "precedence_cutoff"},
		[]string{"no_route", "admin_prohibited", "not_neighbour", "address_unreachable", "port_unreachable"}},
	{"packet_too_big", -1, 2, nil, nil},
	{"source_quench", 4, -1, nil, nil},
	{"time_exceeded", 11, 3,
		[]string{"exceeded_hop_limit", "exceeded_frag_time"}, []string{"exceeded_hop_limit", "exceeded_frag_time"}},
	{"parameter_problem", 12, 4,
		nil, []string{"header_field", "unknown_next_header", "unknown_option"}},
}

// icmpAliases are further names that scripts use for codes, chiefly to say the same of both families.
var icmpAliases = map[string][2]int{ // code in IPv4, in IPv6
	"net_unreachable":     {0, 0},
	"host_unreachable":    {1, 3},
	"no_route":            {0, 0},
	"address_unreachable": {1, 3},
	"admin_prohibited":    {13, 1},
	"packet_filtered":     {13, 1},
	"net_prohibited":      {9, 1},
	"host_prohibited":     {10, 1},
}

// ICMPNumbers finds type and code by packetdrill's names; a code may be a number, "" is 0. In IPv6 "unreachable
// frag_needed" is Packet Too Big. ok is false where the family has no such message.
func ICMPNumbers(v6 bool, name, code string) (typ, num uint8, ok bool) {
	if v6 && name == "unreachable" && code == "frag_needed" {
		return 2, 0, true
	}
	for _, t := range icmpTypes {
		n, codes := t.v4, t.codes4
		if v6 {
			n, codes = t.v6, t.codes6
		}
		if t.name != name || n < 0 {
			continue
		}
		if code == "" {
			return uint8(n), 0, true
		}
		for i, c := range codes {
			if c == code {
				return uint8(n), uint8(i), true
			}
		}
		if a, known := icmpAliases[code]; known && name == "unreachable" {
			if v6 {
				return uint8(n), uint8(a[1]), true
			}
			return uint8(n), uint8(a[0]), true
		}
		i, err := strconv.ParseUint(code, 0, 8)
		return uint8(n), uint8(i), err == nil
	}
	return 0, 0, false
}

// icmpNames is the reverse of ICMPNumbers; numbers where there is no name.
func icmpNames(v6 bool, typ, code uint8) (string, string) {
	for _, t := range icmpTypes {
		n, codes := t.v4, t.codes4
		if v6 {
			n, codes = t.v6, t.codes6
		}
		if n == int(typ) {
			if int(code) < len(codes) {
				return t.name, codes[code]
			}
			if codes == nil && code == 0 {
				return t.name, ""
			}
			return t.name, strconv.Itoa(int(code))
		}
	}
	return "type " + strconv.Itoa(int(typ)), "code " + strconv.Itoa(int(code))
}

// QuotedTCP reads the ports and the sequence number out of the packet that an ICMP message quotes; ok is false where
// that is no TCP or too short for them (RFC 792 quotes 64 bits of it).
func QuotedTCP(q []byte) (src, dst uint16, seq uint32, ok bool) {
	at := 0
	switch {
	case len(q) >= 20 && q[0]>>4 == 4 && q[9] == 6:
		at = int(q[0]&15) * 4
	case len(q) >= 40 && q[0]>>4 == 6 && q[6] == 6:
		at = 40
	default:
		return 0, 0, 0, false
	}
	if len(q) < at+8 {
		return 0, 0, 0, false
	}
	q = q[at:]
	return binary.BigEndian.Uint16(q), binary.BigEndian.Uint16(q[2:]), binary.BigEndian.Uint32(q[4:]), true
}
