package ip

import (
	"encoding/binary"
	"math/bits"
	"net/netip"
)

// Sum adds the 16-bit words of b to a running one's complement sum (RFC 1071). An odd last octet is padded with a zero
// octet, so only the last part of a message may be odd.
func Sum(sum uint64, b []byte) uint64 {
	for len(b) >= 8 {
		var carry uint64
		sum, carry = bits.Add64(sum, binary.BigEndian.Uint64(b), 0)
		sum += carry
		b = b[8:]
	}
	if len(b) >= 4 {
		sum = add(sum, uint64(binary.BigEndian.Uint32(b)))
		b = b[4:]
	}
	if len(b) >= 2 {
		sum = add(sum, uint64(binary.BigEndian.Uint16(b)))
		b = b[2:]
	}
	if len(b) == 1 {
		sum = add(sum, uint64(b[0])<<8)
	}
	return sum
}

func add(sum, n uint64) uint64 {
	sum, carry := bits.Add64(sum, n, 0)
	return sum + carry
}

// Fold makes the checksum field of a sum: its one's complement in 16 bits. Over a message that carries its own
// checksum it gives 0.
func Fold(sum uint64) uint16 {
	sum = sum>>32 + sum&0xffffffff
	sum = sum>>32 + sum&0xffffffff
	sum = sum>>16 + sum&0xffff
	sum = sum>>16 + sum&0xffff
	sum = sum>>16 + sum&0xffff
	return ^uint16(sum)
}

// PseudoSum is the sum of the pseudo-header (RFC 9293 §3.1, RFC 8200 §8.1) for length octets of protocol.
func PseudoSum(src, dst netip.Addr, protocol uint8, length int) uint64 {
	var sum uint64
	if src.Is4() {
		s, d := src.As4(), dst.As4()
		sum = uint64(binary.BigEndian.Uint32(s[:])) + uint64(binary.BigEndian.Uint32(d[:]))
	} else {
		s, d := src.As16(), dst.As16()
		sum = Sum(Sum(0, s[:]), d[:])
	}
	return add(sum, uint64(protocol)+uint64(length))
}
