package trace

import (
	"net/netip"
	"testing"
	"time"
)

func TestPacketNotation(t *testing.T) {
	t.Parallel()
	tcp := func(s Segment) *Packet {
		s.SrcPort, s.DstPort = 40000, 8080
		return &Packet{TCP: &s}
	}
	v4, v6 := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1")
	quoted := append([]byte{0x45, 0, 0, 40, 0, 0, 0, 0, 64, 6, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8}, 0x1f, 0x90, 0x9c, 0x40, 0, 0, 4, 1)
	for want, s := range map[string]struct {
		p     *Packet
		kind  Kind
		shift Shift
		ports bool
		brief bool
	}{
		"< S 0:0(0) win 65535 <mss 1460>": {p: tcp(Segment{Flags: SYN, Window: 65535, Options: []Option{{Kind: OptMSS, Data: []byte{5, 0xb4}}}})},
		"> S. 8000:8000(0) ack 1 win 9":   {p: tcp(Segment{Flags: SYN | ACK, Seq: 7000, Ack: 1, Window: 9}), kind: Sent, shift: Shift{Seq: 0xfffffc18}},
		"< 40000 > 8080 P. 1:5(4) ack 3 win 0 urg 2": {p: tcp(Segment{Flags: PSH | ACK, Seq: 1, Ack: 13, Urgent: 2, Payload: []byte("text")}),
			shift: Shift{Ack: 10}, ports: true},
		"> S 0:0(0) <...>":       {p: tcp(Segment{Flags: SYN, Window: 9, Options: []Option{{Kind: OptNOP}}}), kind: Sent, brief: true},
		"> . 1:1(0) ack 1 win 0": {p: tcp(Segment{Flags: ACK, Seq: 1, Ack: 1}), kind: Sent, brief: true},
		"> R 1:1(0)":             {p: tcp(Segment{Flags: RST, Seq: 1}), kind: Sent, brief: true},
		"> - 5:5(0) win 1":       {p: tcp(Segment{Seq: 5, Window: 1}), kind: Sent},
		"> R 4294967295:4294967295(0) win 0 <nop,eol,wscale 7,sackOK,TS val 2 ecr 0,sack 1:2 3:4,opt 253 0102,opt 2 05,opt 254>": {
			kind: Sent, shift: Shift{Seq: 1, TSval: 3, TSecr: 9},
			p: tcp(Segment{Flags: RST, Options: []Option{{Kind: OptNOP}, {Kind: OptEOL}, {Kind: OptWindowScale, Data: []byte{7}},
				{Kind: OptSACKPermitted}, {Kind: OptTimestamps, Data: []byte{0, 0, 0, 5, 0, 0, 0, 0}},
				{Kind: OptSACK, Data: []byte{0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4}},
				{Kind: 253, Data: []byte{1, 2}}, {Kind: OptMSS, Data: []byte{5}}, {Kind: 254}}})},
		"< icmp unreachable frag_needed mtu 1200 [1]":             {p: &Packet{Src: v4, ICMP: &ICMP{Type: 3, Code: 4, Rest: 1200, Quoted: quoted}}, shift: Shift{Ack: 1024}},
		"< icmp unreachable port_unreachable [8080 > 40000 1025]": {p: &Packet{Src: v4, ICMP: &ICMP{Type: 3, Code: 3, Quoted: quoted}}, ports: true},
		"< icmp packet_too_big mtu 1280":                          {p: &Packet{Src: v6, ICMP: &ICMP{Type: 2, Rest: 1280, Quoted: []byte{0x60}}}},
		"> icmp type 42 code 1":                                   {p: &Packet{Src: v6, ICMP: &ICMP{Type: 42, Code: 1}}, kind: Sent},
		"> [ect0] P.E 1:3(2) ack 1":                               {p: &Packet{TOS: 2, TCP: &Segment{Flags: PSH | ACK | ECE, Seq: 1, Ack: 1, Window: 9, Payload: []byte("ab")}}, kind: Sent, brief: true},
		"< [tos 0xbb] . 1:1(0) ack 0":                             {p: &Packet{TOS: 0xbb, TCP: &Segment{Flags: ACK, Seq: 1, Window: 9}}, brief: true, shift: Shift{}},
		"> undecodable packet of 3 octets (too short)":            {p: &Packet{Raw: []byte{1, 2, 3}, Bad: "too short"}, kind: Sent},
	} {
		d := Full
		if s.brief {
			d = 0
		}
		if s.ports {
			d |= Ports
		}
		if got := s.p.Notation(s.kind, s.shift, d); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestTraceNotation(t *testing.T) {
	t.Parallel()
	self, peer := netip.MustParseAddrPort("192.168.0.1:8080"), netip.MustParseAddrPort("192.0.2.1:40000")
	in := &Packet{TCP: &Segment{SrcPort: 40000, DstPort: 8080, Flags: SYN, Window: 5}}
	out := &Packet{TCP: &Segment{SrcPort: 8080, DstPort: 40000, Flags: RST}}
	tr := &Trace{Case: "reset/x", IUT: "ours", Family: "ipv4", Events: []Event{
		{Kind: Called, Line: 3, Call: &Call{Name: "listen", Args: "3, 5"}},
		{Kind: StateIs, Conn: Conn{Local: self}, State: Listen},
		{At: 10 * time.Microsecond, Kind: Received, Line: 4, Packet: in},
		{At: 10 * time.Microsecond, Kind: StateIs, Conn: Conn{Local: self, Remote: peer}, State: SynReceived},
		{At: 1500 * time.Millisecond, Kind: Sent, Packet: out},
		{At: 2 * time.Second, Kind: Called, Line: 6, Call: &Call{Name: "accept", Args: "3, ..., ...", Result: -1, Errno: "EAGAIN", Note: "would block"}},
	}}
	want := `reset/x on ours, ipv4
    3  0.000000 listen(3, 5) = 0
                state of listener 8080 LISTEN
    4  0.000010 < S 0:0(0) win 5
                state SYN-RECEIVED
    !  1.500000 > R 0:0(0) win 0
    6  2.000000 accept(3, ..., ...) = -1 EAGAIN would block
`
	if got := tr.Notation(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if tr.ManyConns() {
		t.Error("one connection taken for several")
	}
	in.TCP.SrcPort = 40001
	if !tr.ManyConns() {
		t.Error("two connections taken for one")
	}
}

func TestICMPNumbers(t *testing.T) {
	t.Parallel()
	for _, s := range []struct {
		v6         bool
		name, code string
		typ, num   uint8
		ok         bool
	}{
		{false, "unreachable", "port_unreachable", 3, 3, true}, {true, "unreachable", "port_unreachable", 1, 4, true},
		{false, "unreachable", "frag_needed", 3, 4, true}, {true, "unreachable", "frag_needed", 2, 0, true},
		{true, "unreachable", "host_unreachable", 1, 3, true}, {false, "unreachable", "9", 3, 9, true},
		{false, "unreachable", "", 3, 0, true}, {true, "source_quench", "", 0, 0, false}, {false, "source_quench", "", 4, 0, true},
		{false, "packet_too_big", "", 0, 0, false}, {false, "unreachable", "nonsense", 0, 0, false}, {false, "redirect", "", 0, 0, false},
		{true, "time_exceeded", "exceeded_frag_time", 3, 1, true},
	} {
		typ, num, ok := ICMPNumbers(s.v6, s.name, s.code)
		if ok != s.ok || ok && (typ != s.typ || num != s.num) {
			t.Errorf("%s %s, IPv6 %t: %d %d %t, want %+v", s.name, s.code, s.v6, typ, num, ok, s)
		}
	}
	for _, q := range [][]byte{nil, {0x45}, make([]byte, 60), append([]byte{0x4f, 9: 6}, make([]byte, 40)...)} {
		if _, _, _, ok := QuotedTCP(q); ok {
			t.Errorf("TCP read out of % x", q)
		}
	}
}

func TestConduct(t *testing.T) {
	t.Parallel()
	opt := func(kind uint8, data ...byte) Option { return Option{Kind: kind, Data: data} }
	scale, sackOK := opt(OptWindowScale, 7), opt(OptSACKPermitted)
	stamp := func(val byte) Option { return opt(OptTimestamps, 0, 0, 0, val, 0, 0, 0, 0) }
	blocks := opt(OptSACK, make([]byte, 8)...)
	type seg struct {
		in bool
		s  Segment
	}
	syn, synack, ack := SYN, SYN|ACK, ACK
	for _, s := range []struct {
		name  string
		segs  []seg
		wrong int // in the last segment; in those before none
	}{
		{"an offer", []seg{{s: Segment{Flags: syn, Options: []Option{scale, sackOK, stamp(1)}}}}, 0},
		{"SACK on a SYN", []seg{{s: Segment{Flags: syn, Options: []Option{blocks}}}}, 1},
		{"agreed", []seg{{true, Segment{Flags: syn, Options: []Option{scale, sackOK, stamp(1)}}}, {s: Segment{Flags: synack, Options: []Option{scale, sackOK, stamp(9)}}},
			{s: Segment{Flags: ack, Options: []Option{stamp(9), blocks}}}}, 0},
		{"not offered by the peer", []seg{{true, Segment{Flags: syn}}, {s: Segment{Flags: synack, Options: []Option{scale, sackOK, stamp(1)}}}}, 3},
		{"not agreed to", []seg{{true, Segment{Flags: syn, Options: []Option{sackOK, stamp(1)}}}, {s: Segment{Flags: synack}}, {s: Segment{Flags: ack, Options: []Option{stamp(1), blocks}}}}, 2},
		{"wscale later", []seg{{true, Segment{Flags: syn, Options: []Option{scale}}}, {s: Segment{Flags: synack, Options: []Option{scale}}}, {s: Segment{Flags: ack, Options: []Option{scale}}}}, 1},
		{"agreed in an active open", []seg{{s: Segment{Flags: syn, Options: []Option{stamp(1)}}}, {true, Segment{Flags: synack, Options: []Option{stamp(1)}}}, {s: Segment{Flags: ack, Options: []Option{stamp(1)}}}}, 0},
		{"an old SYN changes nothing", []seg{{s: Segment{Flags: syn, Options: []Option{stamp(1)}}}, {true, Segment{Flags: synack, Options: []Option{stamp(1)}}}, {true, Segment{Flags: syn}},
			{s: Segment{Flags: ack, Options: []Option{stamp(1)}}}}, 0},
		{"TSval back", []seg{{s: Segment{Flags: syn, Options: []Option{stamp(5)}}}, {true, Segment{Flags: synack, Options: []Option{stamp(1)}}}, {s: Segment{Flags: ack, Options: []Option{stamp(4)}}}}, 1},
		{"edge stays", []seg{{s: Segment{Flags: ack, Ack: 1, Window: 100}}, {s: Segment{Flags: ack, Ack: 11, Window: 90}}}, 0},
		{"edge left", []seg{{s: Segment{Flags: ack, Ack: 1, Window: 100}}, {s: Segment{Flags: ack, Ack: 11, Window: 89}}}, 1},
		{"edge of a reset", []seg{{s: Segment{Flags: ack, Ack: 1, Window: 100}}, {s: Segment{Flags: RST | ACK, Ack: 11}}}, 0},
		{"scaled edge", []seg{{true, Segment{Flags: syn, Options: []Option{scale}}}, {s: Segment{Flags: synack, Ack: 1, Window: 1280, Options: []Option{scale}}},
			{s: Segment{Flags: ack, Ack: 100, Window: 9}}}, 0},
		{"scaled edge left", []seg{{true, Segment{Flags: syn, Options: []Option{scale}}}, {s: Segment{Flags: synack, Ack: 1, Window: 1280, Options: []Option{scale}}},
			{s: Segment{Flags: ack, Ack: 1, Window: 9}}}, 1},
	} {
		var c Conduct
		for i, g := range s.segs {
			if g.in {
				c.Inbound(&g.s)
				continue
			}
			want := 0
			if i == len(s.segs)-1 {
				want = s.wrong
			}
			if got := c.Outbound(&g.s); len(got) != want {
				t.Errorf("%s, segment %d: %q, want %d", s.name, i, got, want)
			}
		}
	}
}
