package ip

import (
	"encoding/binary"
	"net/netip"
)

// HeaderV6 is the length in octets of an IPv6 header without extension headers.
const HeaderV6 = 40

// ParseV6 reads an IPv6 packet (RFC 8200 §3) into p. Hop-by-hop and destination options, and a routing header with no
// segments left, are walked over (RFC 8200 §4); a fragment is dropped. The error is a Drop.
func ParseV6(b []byte, p *Packet) error {
	if len(b) < HeaderV6 {
		return DropShort
	}
	if b[0]>>4 != 6 {
		return DropVersion
	}
	length := int(binary.BigEndian.Uint16(b[4:]))
	if HeaderV6+length > len(b) {
		return DropTotalLen
	}
	*p = Packet{
		Src: netip.AddrFrom16([16]byte(b[8:24])),
		Dst: netip.AddrFrom16([16]byte(b[24:40])),
		TTL: b[7],
		TOS: b[0]<<4 | b[1]>>4,
	}
	var err error
	p.Protocol, p.Payload, err = skipExtensions(b[6], b[HeaderV6:HeaderV6+length])
	return err
}

// skipExtensions walks the extension headers from the one that next names; it gives the upper layer and its octets.
func skipExtensions(next uint8, b []byte) (uint8, []byte, error) {
	for first := true; ; first = false {
		switch next {
		case ProtocolFragment:
			return 0, nil, DropFragment
		case ProtocolHopByHop, ProtocolDestOpts, ProtocolRouting:
		default:
			return next, b, nil
		}
		if len(b) < 8 {
			return 0, nil, DropExtension
		}
		length := 8 * (int(b[1]) + 1)
		if length > len(b) {
			return 0, nil, DropExtension
		}
		switch {
		case next == ProtocolHopByHop && !first: // only directly after the IPv6 header (§4.1)
			return 0, nil, DropExtension
		case next == ProtocolRouting && b[3] != 0: // segments left: we are not its last stop, and route nothing (§4.4)
			return 0, nil, DropExtension
		case next != ProtocolRouting && !optionsMayBeSkipped(b[2:length]):
			return 0, nil, DropExtension
		}
		next, b = b[0], b[length:]
	}
}

// optionsMayBeSkipped walks options (§4.2). The two highest bits of an unknown option's type say whether the packet may
// be processed (00) or must be dropped (any other). No option but the paddings is known here.
func optionsMayBeSkipped(b []byte) bool {
	const pad1 = 0
	for len(b) > 0 {
		if b[0] == pad1 {
			b = b[1:]
			continue
		}
		if len(b) < 2 || 2+int(b[1]) > len(b) || b[0]>>6 != 0 {
			return false
		}
		b = b[2+int(b[1]):]
	}
	return true
}

// PutV6 writes an IPv6 header for length octets of payload into the first HeaderV6 octets of b, with flow label 0.
func PutV6(b []byte, src, dst netip.Addr, next, hopLimit, class uint8, length int) {
	b = b[:HeaderV6]
	b[0] = 6<<4 | class>>4
	b[1] = class << 4
	b[2], b[3] = 0, 0
	binary.BigEndian.PutUint16(b[4:], uint16(length))
	b[6] = next
	b[7] = hopLimit
	s, d := src.As16(), dst.As16()
	copy(b[8:], s[:])
	copy(b[24:], d[:])
}
