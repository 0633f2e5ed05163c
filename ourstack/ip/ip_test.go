package ip

import (
	"bytes"
	"encoding/binary"
	"errors"
	"net/netip"
	"testing"
)

var (
	v4a, v4b = netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.168.0.1")
	v6a, v6b = netip.MustParseAddr("fd3d:fa7b:d17d::1"), netip.MustParseAddr("fd3d:a0b:17d6::1")
)

// A header worked out by hand from RFC 791.
var known4 = []byte{0x45, 0, 0, 44, 0, 0, 0x40, 0, 64, 6, 0xb8, 0x21, 192, 0, 2, 1, 192, 168, 0, 1}

func packet4(change func(b []byte)) []byte {
	b := append(bytes.Clone(known4), make([]byte, 24)...)
	if change != nil {
		change(b)
		header := min(int(b[0]&0xf)*4, len(b))
		binary.BigEndian.PutUint16(b[10:], 0)
		binary.BigEndian.PutUint16(b[10:], Fold(Sum(0, b[:header])))
	}
	return b
}

func packet6(next byte, payload ...byte) []byte {
	b := make([]byte, HeaderV6)
	PutV6(b, v6a, v6b, next, 64, 0xb8, len(payload))
	return append(b, payload...)
}

func TestPut(t *testing.T) {
	t.Parallel()
	b := bytes.Repeat([]byte{0xff}, HeaderV4)
	PutV4(b, v4a, v4b, ProtocolTCP, 64, 0, 24)
	if !bytes.Equal(b, known4) {
		t.Errorf("IPv4 header % x, want % x", b, known4)
	}
	var p Packet
	if err := Parse(packet6(ProtocolTCP, 1, 2, 3), &p); err != nil {
		t.Fatal(err)
	}
	if p.Src != v6a || p.Dst != v6b || p.Protocol != ProtocolTCP || p.TTL != 64 || p.TOS != 0xb8 || !bytes.Equal(p.Payload, []byte{1, 2, 3}) {
		t.Errorf("IPv6 header read as %+v", p)
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	options := func(more ...byte) []byte { return append([]byte{ProtocolTCP, 0}, more...) }
	for _, c := range []struct {
		name string
		b    []byte
		want Drop // DropNone: taken
	}{
		{"IPv4", packet4(nil), DropNone},
		{"IPv4 with link padding", append(packet4(nil), 0, 0), DropNone},
		{"IPv4 with options (MUST-50)", packet4(func(b []byte) { b[0] = 0x46; b[20] = 0x94 }), DropNone},
		{"empty", nil, DropShort},
		{"version 5", []byte{0x50}, DropVersion},
		{"short IPv4", known4[:19], DropShort},
		{"IHL 4", packet4(func(b []byte) { b[0] = 0x44 }), DropHeaderLen},
		{"IHL beyond the packet", packet4(func(b []byte) { b[0] = 0x4f }), DropHeaderLen},
		{"total length beyond the packet", packet4(func(b []byte) { b[3] = 45 }), DropTotalLen},
		{"total length below the header", packet4(func(b []byte) { b[3] = 19 }), DropTotalLen},
		{"header checksum", func() []byte { b := packet4(nil); b[8]--; return b }(), DropChecksum},
		{"first fragment", packet4(func(b []byte) { b[6] = 0x20 }), DropFragment},
		{"last fragment", packet4(func(b []byte) { b[7] = 1 }), DropFragment},
		{"IPv6", packet6(ProtocolTCP), DropNone},
		{"short IPv6", packet6(ProtocolTCP)[:39], DropShort},
		{"IPv6 length beyond the packet", packet6(ProtocolTCP, 1, 2)[:41], DropTotalLen},
		{"hop-by-hop and destination options", packet6(ProtocolHopByHop, append([]byte{ProtocolDestOpts, 0, 1, 4, 0, 0, 0, 0}, options(0x1e, 2, 0, 0, 0, 0)...)...), DropNone},
		{"hop-by-hop not first", packet6(ProtocolDestOpts, append([]byte{ProtocolHopByHop, 0, 1, 4, 0, 0, 0, 0}, options(1, 4, 0, 0, 0, 0)...)...), DropExtension},
		{"option that asks to be dropped", packet6(ProtocolDestOpts, options(0x5e, 4, 0, 0, 0, 0)...), DropExtension},
		{"option that overruns", packet6(ProtocolDestOpts, options(0x1e, 5, 0, 0, 0, 0)...), DropExtension},
		{"extension that overruns", packet6(ProtocolDestOpts, ProtocolTCP, 1, 1, 4, 0, 0, 0, 0), DropExtension},
		{"extension cut short", packet6(ProtocolDestOpts, ProtocolTCP, 0, 1), DropExtension},
		{"routing, done", packet6(ProtocolRouting, ProtocolTCP, 0, 0, 0, 0, 0, 0, 0), DropNone},
		{"routing, segments left", packet6(ProtocolRouting, ProtocolTCP, 0, 0, 1, 0, 0, 0, 0), DropExtension},
		{"IPv6 fragment", packet6(ProtocolFragment, ProtocolTCP, 0, 0, 0, 0, 0, 0, 0), DropFragment},
	} {
		var p Packet
		err := Parse(c.b, &p)
		if c.want == DropNone && (err != nil || p.Protocol != ProtocolTCP) || c.want != DropNone && !errors.Is(err, c.want) {
			t.Errorf("%s: %v, protocol %d, want %v", c.name, err, p.Protocol, c.want)
		}
	}
}

func TestValidSource(t *testing.T) {
	t.Parallel()
	for a, want := range map[string]bool{
		"192.0.2.1": true, "fd00::1": true, "fe80::1": true, "224.0.0.1": false, "255.255.255.255": false, "0.0.0.0": false,
		"0.1.2.3": false, "240.0.0.1": false, "127.0.0.1": false, "::": false, "::1": false, "ff02::1": false, "::ffff:192.0.2.1": false,
	} {
		if got := ValidSource(netip.MustParseAddr(a)); got != want {
			t.Errorf("ValidSource(%s) is %v", a, got)
		}
	}
}

// icmp makes an ICMP message of either family with a right checksum.
func icmp(v6 bool, kind, code byte, quoted []byte) Packet {
	b := append([]byte{kind, code, 0, 0, 0, 0, 4, 0xb0}, quoted...)
	p := Packet{Src: v4b, Dst: v4a, Protocol: ProtocolICMP, Payload: b}
	var sum uint64
	if v6 {
		p = Packet{Src: v6b, Dst: v6a, Protocol: ProtocolICMPv6, Payload: b}
		sum = PseudoSum(p.Src, p.Dst, ProtocolICMPv6, len(b))
	}
	binary.BigEndian.PutUint16(b[2:], Fold(Sum(sum, b)))
	return p
}

func TestICMP(t *testing.T) {
	t.Parallel()
	ports := []byte{0, 80, 0x1f, 0x90, 0, 0, 3, 0xe8}
	for _, v6 := range []bool{false, true} {
		quoted, kind, local, remote := append(bytes.Clone(known4), ports...), byte(V4Unreachable), v4a, v4b
		if v6 {
			quoted, kind, local, remote = packet6(ProtocolTCP, ports...), byte(V6Unreachable), v6a, v6b
		}
		p := icmp(v6, kind, 4, quoted)
		e, ok, err := ParseICMP(&p)
		if err != nil || !ok || e.Type != kind || e.Code != 4 || e.Rest != 1200 || e.Seq != 1000 ||
			e.Local != netip.AddrPortFrom(local, 80) || e.Remote != netip.AddrPortFrom(remote, 8080) {
			t.Errorf("v6 %v: %+v, %v, %v", v6, e, ok, err)
		}
		p.Payload[1]++
		if _, _, err := ParseICMP(&p); !errors.Is(err, DropChecksum) {
			t.Errorf("v6 %v: bad checksum: %v", v6, err)
		}
		for n := range quoted {
			p := icmp(v6, kind, 4, quoted[:n])
			if _, ok, err := ParseICMP(&p); ok || err == nil {
				t.Errorf("v6 %v: %d quoted octets are enough", v6, n)
			}
		}
	}
	echo := icmp(false, 8, 0, nil)
	if _, ok, err := ParseICMP(&echo); ok || err != nil {
		t.Errorf("an echo request: %v, %v", ok, err)
	}
}

// Sum against the plain definition of RFC 1071, at every length and alignment of the words.
func TestSum(t *testing.T) {
	t.Parallel()
	b := make([]byte, 67)
	for i := range b {
		b[i] = byte(251 * (i + 3))
	}
	for n := range b {
		var plain uint32
		for i := 0; i < n; i += 2 {
			plain += uint32(b[i]) << 8
			if i+1 < n {
				plain += uint32(b[i+1])
			}
		}
		for plain > 0xffff {
			plain = plain>>16 + plain&0xffff
		}
		if got := Fold(Sum(0, b[:n])); got != ^uint16(plain) {
			t.Errorf("%d octets: %#x, want %#x", n, got, ^uint16(plain))
		}
	}
}

func FuzzIPv4(f *testing.F) {
	f.Add(packet4(nil))
	f.Add(packet4(func(b []byte) { b[0] = 0x46 }))
	f.Add(known4[:10])
	f.Fuzz(func(t *testing.T, b []byte) { check(t, b, ParseV4) })
}

func FuzzIPv6(f *testing.F) {
	f.Add(packet6(ProtocolTCP, 1, 2, 3))
	f.Add(packet6(ProtocolHopByHop, ProtocolTCP, 0, 1, 4, 0, 0, 0, 0))
	f.Add(packet6(ProtocolRouting, ProtocolICMPv6, 0, 0, 0, 0, 0, 0, 0, 1, 1))
	f.Fuzz(func(t *testing.T, b []byte) { check(t, b, ParseV6) })
}

// check holds that nothing panics, that a payload lies within the packet, and that every refusal has its reason.
func check(t *testing.T, b []byte, parse func([]byte, *Packet) error) {
	var p Packet
	err := parse(b, &p)
	var d Drop
	if err != nil && (!errors.As(err, &d) || d == DropNone || d >= Drops) {
		t.Fatalf("refused for %v", err)
	}
	if err == nil && len(p.Payload) > len(b)-HeaderV4 {
		t.Fatalf("payload of %d octets in %d", len(p.Payload), len(b))
	}
	if err == nil {
		_, _, err = ParseICMP(&p)
		if err != nil && !errors.As(err, &d) {
			t.Fatalf("ICMP refused for %v", err)
		}
	}
}
