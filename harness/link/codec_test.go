package link

import (
	"bytes"
	"net/netip"
	"reflect"
	"strings"
	"testing"

	"github.com/twinstack/twinstack/harness/trace"
)

var (
	v4a, v4b = netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.168.0.1")
	v6a, v6b = netip.MustParseAddr("fd3d:fa7b:d17d::1"), netip.MustParseAddr("fd3d:0a0b:17d6::1")
)

func segment() *trace.Segment {
	return &trace.Segment{
		SrcPort: 40000, DstPort: 8080, Seq: 1000, Ack: 0xfffffff0, Flags: trace.SYN | trace.ACK | trace.CWR,
		Window: 4321, Urgent: 7, Payload: []byte("odd"),
		Options: []trace.Option{
			{Kind: trace.OptMSS, Data: []byte{5, 0xb4}},
			{Kind: trace.OptNOP},
			{Kind: trace.OptSACKPermitted, Data: []byte{}},
			{Kind: 253, Data: []byte{1, 2, 3}},
			{Kind: trace.OptEOL}, {Kind: trace.OptEOL}, {Kind: trace.OptEOL}, {Kind: trace.OptEOL},
		},
	}
}

func packets() map[string]*trace.Packet {
	icmp := &trace.ICMP{Type: 3, Code: 4, Rest: 1200, Quoted: []byte("quoted packet")}
	return map[string]*trace.Packet{
		"tcp4":  {Src: v4a, Dst: v4b, TTL: 64, TOS: 0xb9, TCP: segment()},
		"tcp6":  {Src: v6a, Dst: v6b, TTL: 255, TOS: 0xb9, TCP: segment()},
		"icmp4": {Src: v4a, Dst: v4b, TTL: 1, ICMP: icmp},
		"icmp6": {Src: v6a, Dst: v6b, TTL: 1, ICMP: icmp},
		"bare4": {Src: v4a, Dst: v4b, TTL: 9, TCP: &trace.Segment{Payload: []byte{}}},
	}
}

func encode(t testing.TB, p *trace.Packet) []byte {
	t.Helper()
	raw, err := Encode(p)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for name, p := range packets() {
		raw := encode(t, p)
		got := Decode(append(raw[:len(raw):len(raw)], "link padding"...))
		want := *p
		want.Raw = got.Raw
		if !reflect.DeepEqual(got, &want) {
			t.Errorf("%s: decoded %+v, want %+v (TCP %+v, want %+v)", name, got, want, got.TCP, want.TCP)
		}
	}
}

// The octets of one segment, worked out apart from this code by RFC 791 and RFC 9293 §3.1, so that encoder and decoder cannot agree
// on an error.
func TestEncodeKnownOctets(t *testing.T) {
	t.Parallel()
	raw := encode(t, &trace.Packet{Src: v4a, Dst: v4b, TCP: &trace.Segment{SrcPort: 40000, DstPort: 8080, Seq: 1000,
		Flags: trace.SYN, Window: 65535, Options: []trace.Option{{Kind: trace.OptMSS, Data: []byte{5, 0xb4}}}}})
	want := []byte{
		0x45, 0, 0, 44, 0, 0, 0x40, 0, 64, 6, 0xb8, 0x21, 192, 0, 2, 1, 192, 168, 0, 1,
		0x9c, 0x40, 0x1f, 0x90, 0, 0, 3, 0xe8, 0, 0, 0, 0, 0x60, 2, 0xff, 0xff, 0x55, 0xc3, 0, 0,
		2, 4, 5, 0xb4,
	}
	if !bytes.Equal(raw, want) {
		t.Errorf("encoded % x\nwant    % x", raw, want)
	}
}

func TestDecodeBad(t *testing.T) {
	t.Parallel()
	tcp4, tcp6, icmp4 := packets()["tcp4"], packets()["tcp6"], packets()["icmp4"]
	change := func(p *trace.Packet, at int, to ...byte) []byte {
		raw := encode(t, p)
		copy(raw[at:], to)
		return raw
	}
	lie := func(p *trace.Packet, l Lies) []byte {
		raw, err := EncodeLies(p, l)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	options := func(length uint8) []byte {
		return lie(&trace.Packet{Src: v4a, Dst: v4b, TCP: &trace.Segment{Options: []trace.Option{{Kind: 253, Data: []byte{1, 2}}}}},
			Lies{OptionLengths: map[int]uint8{0: length}})
	}
	short := encode(t, tcp6)
	short[5] -= 2 // the payload length, so that the checksum no longer matches
	for _, c := range []struct {
		name, bad string
		raw       []byte
	}{
		{"empty", "empty packet", nil},
		{"version", "IP version 9", []byte{0x90, 1, 2}},
		{"short IPv4", "too short for an IPv4 header: 19", encode(t, tcp4)[:19]},
		{"short IPv6", "too short for an IPv6 header: 39", encode(t, tcp6)[:39]},
		{"IHL too small", "IPv4 header length 16", change(tcp4, 0, 0x44)},
		{"IHL past the end", "IPv4 header length 60 of total length 59", change(tcp4, 0, 0x4f)},
		{"total length past the end", "IPv4 total length 65535 in 59", change(tcp4, 2, 0xff, 0xff)},
		{"IPv4 checksum", "bad IPv4 header checksum", change(tcp4, 8, 63)},
		{"IPv4 checksum lies", "bad IPv4 header checksum", lie(tcp4, Lies{IPChecksum: true})},
		{"data offset 0", "TCP header length 0 in", lie(tcp4, Lies{DataOffset: words(0), Reserved: 15})},
		{"IPv4 fragment", "IPv4 fragment", change(tcp4, 6, 0x20, 0, 64, 6, encode(t, tcp4)[10]+0x20)},
		{"IPv6 length past the end", "IPv6 payload length 65535 in 39", change(tcp6, 4, 0xff, 0xff)},
		{"IPv6 length short", "bad TCP checksum", short},
		{"IPv6 next header", "IPv6 next header 17", change(tcp6, 6, 17)},
		{"TCP checksum", "bad TCP checksum", lie(tcp4, Lies{Checksum: true})},
		{"TCP checksum v6", "bad TCP checksum", lie(tcp6, Lies{Checksum: true})},
		{"ICMP checksum", "bad ICMP checksum", lie(icmp4, Lies{Checksum: true})},
		{"data offset small", "TCP header length 16 in", lie(tcp4, Lies{DataOffset: words(4)})},
		{"data offset past the end", "TCP header length 60 in", lie(tcp4, Lies{DataOffset: words(15)})},
		{"option length 0", "TCP option of kind 253 has length 0 in 4", options(0)},
		{"option length 1", "TCP option of kind 253 has length 1 in 4", options(1)},
		{"option overrun", "TCP option of kind 253 has length 5 in 4", options(5)},
		// 253 3 1, and 2 is then taken for a kind
		{"option without length", "TCP option of kind 2 without a length", options(3)},
	} {
		p := Decode(c.raw)
		if !strings.Contains(p.Bad, c.bad) || p.TCP != nil || p.ICMP != nil || !bytes.Equal(p.Raw, c.raw) {
			t.Errorf("%s: bad is %q, want %q", c.name, p.Bad, c.bad)
		}
	}
}

func words(n uint8) *uint8 { return &n }

// What is odd but no lie does not keep the packet from being read: reserved bits and options of the IPv4 header.
func TestOddities(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		lies Lies
		at   int // octets that show it
		want []byte
	}{
		{"reserved bits", Lies{Reserved: 5}, 32, []byte{0x95}}, // 20 octets and 16 of options are 9 words
		{"IPv4 options", Lies{IPOptions: []byte{0x1e, 3, 9}}, 20, []byte{0x1e, 3, 9, 0, 0x9c, 0x40}},
	} {
		p := packets()["tcp4"]
		raw, err := EncodeLies(p, c.lies)
		if err != nil {
			t.Fatal(err)
		}
		got := Decode(raw)
		if got.Bad != "" || !reflect.DeepEqual(got.TCP, p.TCP) {
			t.Errorf("%s: read as %+v %+v", c.name, got, got.TCP)
		}
		if !bytes.HasPrefix(raw[c.at:], c.want) {
			t.Errorf("%s: octets % x, want % x", c.name, raw[c.at:][:len(c.want)], c.want)
		}
	}
}

// A destination options header (RFC 8200 §4.6): next header TCP, 8 octets, two options of one octet each filled up. The
// pseudo-header's next header stays TCP (§8.1), so the segment is the same as without it.
func TestDestinationOptions(t *testing.T) {
	t.Parallel()
	p := packets()["tcp6"]
	raw, err := EncodeLies(p, Lies{IPOptions: []byte{0x1e, 1, 7}})
	if err != nil {
		t.Fatal(err)
	}
	plain := encode(t, p)
	if raw[6] != 60 || int(raw[5]) != len(plain)-40+8 || !bytes.Equal(raw[40:48], []byte{6, 0, 0x1e, 1, 7, 0, 0, 0}) ||
		!bytes.Equal(raw[48:], plain[40:]) {
		t.Errorf("encoded % x", raw)
	}
}

func TestEncodeRefuses(t *testing.T) {
	t.Parallel()
	long := &trace.Segment{Options: []trace.Option{{Kind: 253, Data: make([]byte, 39)}}}
	for _, c := range []struct {
		name, err string
		packet    trace.Packet
		lies      Lies
	}{
		{name: "no address", err: "cannot encode a packet", packet: trace.Packet{TCP: segment()}},
		{name: "two families", err: "cannot encode a packet", packet: trace.Packet{Src: v4a, Dst: v6a, TCP: segment()}},
		{name: "nothing", err: "either a TCP segment or", packet: trace.Packet{Src: v4a, Dst: v4b}},
		{name: "both", err: "either a TCP segment or", packet: trace.Packet{Src: v4a, Dst: v4b, TCP: segment(), ICMP: &trace.ICMP{}}},
		{name: "options", err: "44 octets", packet: trace.Packet{Src: v4a, Dst: v4b, TCP: long}},
		{name: "nop with data", err: "has no data", packet: trace.Packet{Src: v4a, Dst: v4b,
			TCP: &trace.Segment{Options: []trace.Option{{Kind: trace.OptNOP, Data: []byte{1}}}}}},
		{name: "too long", err: "do not fit", packet: trace.Packet{Src: v4a, Dst: v4b, TCP: &trace.Segment{Payload: make([]byte, 65500)}}},
		{name: "data offset", err: "16 words cannot be written", packet: trace.Packet{Src: v4a, Dst: v4b, TCP: segment()}, lies: Lies{DataOffset: words(16)}},
		{name: "reserved", err: "reserved bits", packet: trace.Packet{Src: v4a, Dst: v4b, TCP: segment()}, lies: Lies{Reserved: 16}},
		{name: "IP options", err: "IP options of 41", packet: trace.Packet{Src: v4a, Dst: v4b, TCP: segment()},
			lies: Lies{IPOptions: make([]byte, 41)}},
	} {
		if _, err := EncodeLies(&c.packet, c.lies); err == nil || !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.err)
		}
	}
}

// Whatever the octets: no panic, exactly one of TCP, ICMP and Bad, and what could be read can be written and is read the
// same.
func FuzzDecode(f *testing.F) {
	for _, p := range packets() {
		f.Add(encode(f, p))
	}
	lie, _ := EncodeLies(packets()["tcp4"], Lies{OptionLengths: map[int]uint8{0: 40}})
	f.Add(lie)
	for name, p := range packets() {
		lies := Lies{IPOptions: []byte{0x1d, 2}, IPChecksum: name == "bare4"}
		if p.TCP != nil {
			lies.DataOffset, lies.Reserved = words(6), 15
		}
		odd, err := EncodeLies(p, lies)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(odd)
	}
	f.Add([]byte{0x60})
	f.Fuzz(func(t *testing.T, raw []byte) {
		p := Decode(raw)
		if n := count(p.TCP != nil) + count(p.ICMP != nil) + count(p.Bad != ""); n != 1 {
			t.Fatalf("%d of TCP, ICMP and Bad are set: %+v", n, p)
		}
		if p.Bad != "" {
			return
		}
		again, err := Encode(p)
		if err != nil {
			t.Fatalf("decoded but cannot be encoded: %v", err)
		}
		q := Decode(again)
		if !reflect.DeepEqual(p.TCP, q.TCP) || !reflect.DeepEqual(p.ICMP, q.ICMP) {
			t.Fatalf("%+v became %+v", p, q)
		}
	})
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}
