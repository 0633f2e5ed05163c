package capture

import (
	"bytes"
	"encoding/binary"
	"testing"
)

// onesSum is the one's complement sum of octets (RFC 1071 §1): 0xffff where they hold their own right checksum.
func onesSum(b []byte) uint16 {
	var n uint32
	for ; len(b) > 1; b = b[2:] {
		n += uint32(binary.BigEndian.Uint16(b))
	}
	for n > 0xffff {
		n = n&0xffff + n>>16
	}
	return uint16(n)
}

// header is an IPv4 header with a checksum that is right; a lie is added to it.
func header(id, lie uint16, protocol byte, options ...byte) []byte {
	h := append([]byte{0x45 + byte(len(options)/4), 0, 0, 60, byte(id >> 8), byte(id), 0x40, 0, 64, protocol, 0, 0, 192, 168, 0, 1, 192, 0, 2, 1}, options...)
	binary.BigEndian.PutUint16(h[10:], ^onesSum(h))
	binary.BigEndian.PutUint16(h[10:], binary.BigEndian.Uint16(h[10:])+lie)
	return h
}

func TestWithoutID(t *testing.T) {
	t.Parallel()
	for id := range 1 << 16 { // the sums go through every value
		id := uint16(id)
		for _, lie := range []uint16{0, 1} {
			before := header(id, lie, 6)
			after := withoutID(before)
			if after[4] != 0 || after[5] != 0 || onesSum(after) != onesSum(before) {
				t.Fatalf("identification %#x, lie %d: % x, sum %#x, expected %#x", id, lie, after, onesSum(after), onesSum(before))
			}
			after[10], after[11] = before[10], before[11]
			after[4], after[5] = before[4], before[5]
			if !bytes.Equal(before, after) {
				t.Fatalf("identification %#x: more has changed: % x, expected % x", id, after, before)
			}
		}
	}
}

// Two packets that differ in the identification alone are the same without it, so that the same case gives the same file.
func TestSameWithoutID(t *testing.T) {
	t.Parallel()
	message := func(id uint16, icmpType byte) []byte {
		quoted := header(id, 0, 6)
		m := append([]byte{icmpType, 3, 0, 0, 0, 0, 0, 0}, quoted...)
		m = append(m, 1, 2, 3, 4, 5, 6, 7, 8)
		binary.BigEndian.PutUint16(m[2:], ^onesSum(m))
		return append(header(id+7, 0, 1, 1, 1, 1, 1), m...)
	}
	for icmpType, same := range map[byte]bool{3: true, 4: true, 5: true, 11: true, 12: true, 0: false} {
		a, b := withoutID(message(1000, icmpType)), withoutID(message(2000, icmpType))
		if bytes.Equal(a, b) != same {
			t.Errorf("ICMP type %d: equal %t, expected %t\n% x\n% x", icmpType, !same, same, a, b)
		}
		if got := onesSum(a[24:]); got != 0xffff {
			t.Errorf("ICMP type %d: sum %#x, expected a right checksum", icmpType, got)
		}
	}
}

// What is no IPv4 header stays as it is, and nothing is read beyond the end.
func TestNoIPv4(t *testing.T) {
	t.Parallel()
	whole := append(header(77, 0, 1, 1, 1, 1, 1), 3, 3, 0, 0, 0, 0, 0, 0)
	whole = append(whole, header(78, 0, 6)...)
	for n := range len(whole) {
		got := withoutID(whole[:n])
		if len(got) != n {
			t.Errorf("%d octets of %d", len(got), n)
		}
		if n < 20 && !bytes.Equal(got, whole[:n]) {
			t.Errorf("%d octets have changed", n)
		}
	}
	six := bytes.Repeat([]byte{0x60}, 60)
	if !bytes.Equal(withoutID(six), bytes.Repeat([]byte{0x60}, 60)) {
		t.Error("an IPv6 packet has changed")
	}
	kept := bytes.Clone(whole)
	withoutID(whole)
	if !bytes.Equal(whole, kept) {
		t.Error("the trace's own octets have changed")
	}
}
