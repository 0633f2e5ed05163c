package run

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/twinstack/twinstack/harness/link"
	"github.com/twinstack/twinstack/harness/trace"
)

func TestHeaderFaults(t *testing.T) {
	t.Parallel()
	padded := []trace.Option{{Kind: trace.OptNOP}, {Kind: trace.OptMSS, Data: []byte{5, 180}}, {Kind: trace.OptEOL}, {Kind: trace.OptEOL}, {Kind: trace.OptEOL}}
	tests := []struct {
		name   string
		change func(tcp []byte)
		want   string
	}{
		{"right", func([]byte) {}, ""},
		{"a reserved bit", func(tcp []byte) { tcp[12] |= 4 }, "reserved bits"},
		{"padding", func(tcp []byte) { tcp[27] = 1 }, "padding behind an end-of-list"},
		{"NOP for padding", func(tcp []byte) { tcp[26] = 1 }, "padding behind an end-of-list"},
		{"a length that is no length", func(tcp []byte) { tcp[22] = 40 }, ""},
		{"a header longer than the packet", func(tcp []byte) { tcp[12] = 0xf4 }, ""},
	}
	for _, test := range tests {
		for _, v6 := range []bool{false, true} {
			p := &trace.Packet{Src: netip.MustParseAddr("192.0.2.1"), Dst: netip.MustParseAddr("192.0.2.2"), TTL: 64,
				TCP: &trace.Segment{SrcPort: 1, DstPort: 2, Flags: trace.SYN, Options: padded}}
			header := 20
			if v6 {
				p.Src, p.Dst, header = netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("2001:db8::2"), 40
			}
			raw, err := link.Encode(p)
			if err != nil {
				t.Fatal(err)
			}
			test.change(raw[header:])
			if got := strings.Join(headerFaults(raw), "; "); !strings.Contains(got, test.want) || (got == "") != (test.want == "") {
				t.Errorf("%s, IPv6 %v: %q, want %q", test.name, v6, got, test.want)
			}
		}
	}
	for _, raw := range [][]byte{nil, make([]byte, 19), make([]byte, 60), append([]byte{0x45, 0, 0, 0, 0, 0, 0, 0, 0, 17}, make([]byte, 40)...)} {
		if got := headerFaults(raw); got != nil {
			t.Errorf("%x has faults %v", raw, got)
		}
	}
}
