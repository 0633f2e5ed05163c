package ip

import (
	"encoding/binary"
	"net/netip"
)

// HeaderV4 is the length in octets of an IPv4 header without options.
const HeaderV4 = 20

// ParseV4 reads an IPv4 packet (RFC 791 §3.1) into p. Options are skipped: none of them concerns TCP (RFC 9293 §3.9.2,
// MUST-50). Octets beyond the total length are padding of the link. The error is a Drop.
func ParseV4(b []byte, p *Packet) error {
	if len(b) < HeaderV4 {
		return DropShort
	}
	if b[0]>>4 != 4 {
		return DropVersion
	}
	header := int(b[0]&0xf) * 4
	if header < HeaderV4 || header > len(b) {
		return DropHeaderLen
	}
	total := int(binary.BigEndian.Uint16(b[2:]))
	if total < header || total > len(b) {
		return DropTotalLen
	}
	if Fold(Sum(0, b[:header])) != 0 {
		return DropChecksum
	}
	// More fragments, or an offset: not whole.
	if binary.BigEndian.Uint16(b[6:])&0x3fff != 0 {
		return DropFragment
	}
	*p = Packet{
		Src:      netip.AddrFrom4([4]byte(b[12:16])),
		Dst:      netip.AddrFrom4([4]byte(b[16:20])),
		Protocol: b[9],
		TTL:      b[8],
		TOS:      b[1],
		Payload:  b[header:total],
	}
	return nil
}

// PutV4 writes an IPv4 header for length octets of payload into the first HeaderV4 octets of b. Don't Fragment is set
// (RFC 9293 §3.7.2), so the identification is 0: it means nothing in a packet that is never fragmented (RFC 6864 §4.1).
func PutV4(b []byte, src, dst netip.Addr, protocol, ttl, tos uint8, length int) {
	b = b[:HeaderV4]
	b[0] = 4<<4 | HeaderV4/4
	b[1] = tos
	binary.BigEndian.PutUint16(b[2:], uint16(HeaderV4+length))
	binary.BigEndian.PutUint16(b[4:], 0)
	binary.BigEndian.PutUint16(b[6:], 0x4000)
	b[8] = ttl
	b[9] = protocol
	binary.BigEndian.PutUint16(b[10:], 0)
	s, d := src.As4(), dst.As4()
	copy(b[12:], s[:])
	copy(b[16:], d[:])
	binary.BigEndian.PutUint16(b[10:], Fold(Sum(0, b)))
}

// AllowFragments clears Don't Fragment in a header that PutV4 wrote, and gives the packet an identification, which it now
// needs: another one than that of any packet to the same host that is still on its way (RFC 6864 §4.3).
func AllowFragments(b []byte, id uint16) {
	b = b[:HeaderV4]
	binary.BigEndian.PutUint16(b[4:], id)
	binary.BigEndian.PutUint16(b[6:], 0)
	binary.BigEndian.PutUint16(b[10:], 0)
	binary.BigEndian.PutUint16(b[10:], Fold(Sum(0, b)))
}
