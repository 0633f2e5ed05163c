package ip

import (
	"encoding/binary"
	"net/netip"
)

// ICMP message types and codes that speak of somebody's packet.
const (
	V4Unreachable  = 3
	V4SourceQuench = 4
	V4TimeExceeded = 11
	V4ParamProblem = 12

	V6Unreachable  = 1
	V6PacketTooBig = 2
	V6TimeExceeded = 3
	V6ParamProblem = 4

	V4NetUnreachable      = 0
	V4HostUnreachable     = 1
	V4ProtocolUnreachable = 2
	V4PortUnreachable     = 3
	V4FragmentationNeeded = 4
	V4SourceRouteFailed   = 5

	V6NoRoute            = 0
	V6AdminProhibited    = 1
	V6AddressUnreachable = 3
	V6PortUnreachable    = 4
)

// ICMPError is an ICMP or ICMPv6 message about a TCP segment that this host is said to have sent.
type ICMPError struct {
	V6         bool
	Type, Code uint8
	Rest       uint32         // octets 4 to 7: the next-hop MTU of "fragmentation needed" and "packet too big"
	Local      netip.AddrPort // source of the quoted segment
	Remote     netip.AddrPort // destination of the quoted segment
	Seq        uint32         // sequence number of the quoted segment (RFC 5927 §4.1)
}

// ParseICMP reads an ICMP message out of the payload of p. ok is false without an error for a message that does not
// quote a TCP segment; the error is a Drop.
func ParseICMP(p *Packet) (e ICMPError, ok bool, err error) {
	b := p.Payload
	if len(b) < 8 {
		return e, false, DropShort
	}
	e.V6 = p.Protocol == ProtocolICMPv6
	var sum uint64
	if e.V6 {
		sum = PseudoSum(p.Src, p.Dst, ProtocolICMPv6, len(b)) // RFC 4443 §2.3
	}
	if Fold(Sum(sum, b)) != 0 {
		return e, false, DropChecksum
	}
	e.Type, e.Code, e.Rest = b[0], b[1], binary.BigEndian.Uint32(b[4:])
	if !e.aboutPacket() {
		return e, false, nil
	}
	return e.quoted(b[8:])
}

func (e *ICMPError) aboutPacket() bool {
	if e.V6 {
		return e.Type >= V6Unreachable && e.Type <= V6ParamProblem
	}
	switch e.Type {
	case V4Unreachable, V4SourceQuench, V4TimeExceeded, V4ParamProblem:
		return true
	}
	return false
}

// quoted reads the quoted packet. It is cut short, so its lengths and checksums cannot be held against it: of TCP at
// least 8 octets are there (RFC 792), which are the ports and the sequence number.
func (e ICMPError) quoted(b []byte) (ICMPError, bool, error) {
	var src, dst netip.Addr
	var protocol uint8
	if e.V6 {
		if len(b) < HeaderV6 || b[0]>>4 != 6 {
			return e, false, DropShort
		}
		src, dst = netip.AddrFrom16([16]byte(b[8:24])), netip.AddrFrom16([16]byte(b[24:40]))
		// We send no extension headers, so TCP stands directly behind the header.
		protocol, b = b[6], b[HeaderV6:]
	} else {
		if len(b) < HeaderV4 || b[0]>>4 != 4 {
			return e, false, DropShort
		}
		header := int(b[0]&0xf) * 4
		if header < HeaderV4 || header > len(b) {
			return e, false, DropHeaderLen
		}
		src, dst = netip.AddrFrom4([4]byte(b[12:16])), netip.AddrFrom4([4]byte(b[16:20]))
		protocol, b = b[9], b[header:]
	}
	if protocol != ProtocolTCP {
		return e, false, nil
	}
	if len(b) < 8 {
		return e, false, DropShort
	}
	e.Local = netip.AddrPortFrom(src, binary.BigEndian.Uint16(b))
	e.Remote = netip.AddrPortFrom(dst, binary.BigEndian.Uint16(b[2:]))
	e.Seq = binary.BigEndian.Uint32(b[4:])
	return e, true, nil
}
