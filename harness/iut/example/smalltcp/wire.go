package smalltcp

import (
	"encoding/binary"
	"net/netip"
)

// The control bits (RFC 9293 §3.1).
const (
	fin = 1 << iota
	syn
	rst
	psh
	ack
)

// segment is one TCP segment with the addresses that it came from or goes to.
type segment struct {
	src, dst netip.AddrPort
	seq, ack uint32
	flags    uint8
	window   uint16
	mss      uint16 // the value of the MSS option; 0: none
	text     []byte
}

func (s *segment) has(flag uint8) bool { return s.flags&flag != 0 }

// length is SEG.LEN: text, SYN and FIN each count (RFC 9293 §3.4).
func (s *segment) length() uint32 {
	n := uint32(len(s.text))
	if s.has(syn) {
		n++
	}
	if s.has(fin) {
		n++
	}
	return n
}

const (
	ipv4Header  = 20
	ipv6Header  = 40
	tcpHeader   = 20
	protocolTCP = 6
)

// parse reads an IP packet with a TCP segment in it. What is malformed, fragmented, of another protocol or has extension
// headers is not ok.
func parse(raw []byte, verify bool) (s segment, ok bool) {
	var src, dst netip.Addr
	switch {
	case len(raw) >= ipv4Header && raw[0]>>4 == 4:
		header, total := int(raw[0]&15)*4, int(binary.BigEndian.Uint16(raw[2:]))
		fragment := binary.BigEndian.Uint16(raw[6:]) &^ 0x4000
		if header < ipv4Header || total < header || total > len(raw) || fragment != 0 || raw[9] != protocolTCP ||
			sum(0, raw[:header]) != 0xffff {
			return s, false
		}
		src, dst = netip.AddrFrom4([4]byte(raw[12:16])), netip.AddrFrom4([4]byte(raw[16:20]))
		raw = raw[header:total]
	case len(raw) >= ipv6Header && raw[0]>>4 == 6:
		length := int(binary.BigEndian.Uint16(raw[4:]))
		if length > len(raw)-ipv6Header || raw[6] != protocolTCP {
			return s, false
		}
		src, dst = netip.AddrFrom16([16]byte(raw[8:24])), netip.AddrFrom16([16]byte(raw[24:40]))
		raw = raw[ipv6Header : ipv6Header+length]
	default:
		return s, false
	}
	if len(raw) < tcpHeader || verify && sum(pseudo(src, dst, len(raw)), raw) != 0xffff {
		return s, false
	}
	header := int(raw[12]>>4) * 4
	if header < tcpHeader || header > len(raw) {
		return s, false
	}
	s = segment{
		src:    netip.AddrPortFrom(src, binary.BigEndian.Uint16(raw)),
		dst:    netip.AddrPortFrom(dst, binary.BigEndian.Uint16(raw[2:])),
		seq:    binary.BigEndian.Uint32(raw[4:]),
		ack:    binary.BigEndian.Uint32(raw[8:]),
		flags:  raw[13],
		window: binary.BigEndian.Uint16(raw[14:]),
		text:   raw[header:],
	}
	s.mss, ok = findMSS(raw[tcpHeader:header])
	return s, ok
}

// findMSS looks for the MSS option among others; 0 where there is none. An option that overruns is not ok.
func findMSS(options []byte) (mss uint16, ok bool) {
	for len(options) > 0 {
		switch kind := options[0]; {
		case kind == 0: // end of the list
			return mss, true
		case kind == 1: // no operation
			options = options[1:]
			continue
		case len(options) < 2 || options[1] < 2 || int(options[1]) > len(options):
			return 0, false
		case kind == 2 && options[1] == 4:
			mss = binary.BigEndian.Uint16(options[2:])
		}
		options = options[options[1]:]
	}
	return mss, true
}

// build writes a segment as an IP packet.
func (s *segment) build() []byte {
	src, dst := s.src.Addr(), s.dst.Addr()
	ip, header := ipv4Header, tcpHeader
	if src.Is6() {
		ip = ipv6Header
	}
	if s.mss != 0 {
		header += 4
	}
	raw := make([]byte, ip+header+len(s.text))
	t := raw[ip:]
	binary.BigEndian.PutUint16(t, s.src.Port())
	binary.BigEndian.PutUint16(t[2:], s.dst.Port())
	binary.BigEndian.PutUint32(t[4:], s.seq)
	binary.BigEndian.PutUint32(t[8:], s.ack)
	t[12], t[13] = byte(header/4)<<4, s.flags
	binary.BigEndian.PutUint16(t[14:], s.window)
	if s.mss != 0 {
		t[20], t[21] = 2, 4
		binary.BigEndian.PutUint16(t[22:], s.mss)
	}
	copy(t[header:], s.text)
	binary.BigEndian.PutUint16(t[16:], ^sum(pseudo(src, dst, len(t)), t))

	const hops = 64
	if src.Is6() {
		raw[0], raw[6], raw[7] = 6<<4, protocolTCP, hops
		binary.BigEndian.PutUint16(raw[4:], uint16(len(t)))
		copy(raw[8:], src.AsSlice())
		copy(raw[24:], dst.AsSlice())
		return raw
	}
	raw[0], raw[6], raw[8], raw[9] = 4<<4|ipv4Header/4, 0x40, hops, protocolTCP // 0x40: do not fragment
	binary.BigEndian.PutUint16(raw[2:], uint16(len(raw)))
	copy(raw[12:], src.AsSlice())
	copy(raw[16:], dst.AsSlice())
	binary.BigEndian.PutUint16(raw[10:], ^sum(0, raw[:ipv4Header]))
	return raw
}

// sum adds the one's complement sum of b to another (RFC 1071). Over octets that hold their own checksum it is 0xffff.
func sum(start uint16, b []byte) uint16 {
	total := uint32(start)
	for i, octet := range b {
		if i%2 == 0 {
			total += uint32(octet) << 8
		} else {
			total += uint32(octet)
		}
		total = total&0xffff + total>>16
	}
	return uint16(total)
}

// pseudo is the sum of the pseudo-header (RFC 9293 §3.1).
func pseudo(src, dst netip.Addr, length int) uint16 {
	s := sum(sum(0, src.AsSlice()), dst.AsSlice())
	return sum(s, []byte{0, protocolTCP, byte(length >> 8), byte(length)})
}

// before says that a stands left of b in sequence space (RFC 9293 §3.4).
func before(a, b uint32) bool { return int32(a-b) < 0 }
