package capture

import (
	"encoding/binary"
	"slices"
)

// withoutID is a packet whose IPv4 identification is zero (RFC 791 §3.1), also in the header that an ICMP message quotes.
// A checksum that was right stays right, and one that was wrong stays as wrong as it was. Other packets are as they are.
func withoutID(raw []byte) []byte {
	const icmp, icmpHeader = 1, 8
	if !isIPv4(raw) {
		return raw
	}
	p := slices.Clone(raw)
	clearID(p)
	if ihl := int(p[0]&15) * 4; p[9] == icmp && len(p) > ihl+icmpHeader && quotes(p[ihl]) {
		if quoted := p[ihl+icmpHeader:]; isIPv4(quoted) {
			clearID(quoted)
		}
	}
	return p
}

// isIPv4 says whether a packet begins with a whole IPv4 header.
func isIPv4(p []byte) bool { return len(p) >= 20 && p[0]>>4 == 4 }

// quotes says whether ICMP messages of a type quote the packet that they are about (RFC 792).
func quotes(icmpType uint8) bool {
	switch icmpType {
	case 3, 4, 5, 11, 12: // destination unreachable, source quench, redirect, time exceeded, parameter problem
		return true
	}
	return false
}

// clearID moves the identification into the checksum: their one's complement sum, which is all that a checksum over them
// sees, stays what it was (RFC 1624 §3). So the checksum of an ICMP message around the header is right, too.
func clearID(header []byte) {
	id, sum := header[4:6], header[10:12]
	n := uint32(binary.BigEndian.Uint16(sum)) + uint32(binary.BigEndian.Uint16(id))
	binary.BigEndian.PutUint16(sum, uint16(n+n>>16))
	clear(id)
}
