package script

import (
	"math"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/twinstack/twinstack/harness/trace"
)

func ptr[T any](v T) *T { return &v }

// withoutPlaces takes out of f what Print does not keep: places and the text of the events.
func withoutPlaces(f *File) *File {
	h := &f.Header
	h.ISNPos = Pos{}
	for _, words := range [][]Word{h.Requirements, h.Labels} {
		for i := range words {
			words[i].Pos = Pos{}
		}
	}
	for _, flags := range [][]Flag{h.Settings, f.Options} {
		for i := range flags {
			flags[i].Pos = Pos{}
		}
	}
	for i := range f.Events {
		e := &f.Events[i]
		e.Pos, e.Text = Pos{}, ""
		if c := e.Call; c != nil {
			exprsWithoutPlaces(c.Args)
			if c.Result != nil {
				c.Result.Pos = Pos{}
			}
		}
	}
	return f
}

func exprsWithoutPlaces(all []Expr) {
	for i := range all {
		all[i].Pos = Pos{}
		exprsWithoutPlaces(all[i].Elems)
		for j := range all[i].Fields {
			value := []Expr{all[i].Fields[j].Value}
			exprsWithoutPlaces(value)
			all[i].Fields[j].Value = value[0]
		}
	}
}

// parseOne parses a script of one event.
func parseOne(t *testing.T, text string) *Event {
	t.Helper()
	f, err := Parse("x.pkt", []byte(text))
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	if len(f.Events) != 1 {
		t.Fatalf("%q: %d events", text, len(f.Events))
	}
	return &withoutPlaces(f).Events[0]
}

func TestTimes(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	for _, c := range []struct {
		text  string
		event string // behind the time
		want  Time
		canon string
	}{
		{"+0", "close(3) = 0", Time{}, "+0"},
		{"+0.", "close(3) = 0", Time{}, "+0"},
		{"0.", "close(3) = 0", Time{Kind: Absolute}, "0"},
		{"+.1", "< - 0:0(0)", Time{At: 100 * ms}, "+0.1"},
		{"+ 0.1", "< - 0:0(0)", Time{At: 100 * ms}, "+0.1"},
		{".5", "> - 0:0(0)", Time{Kind: Absolute, At: 500 * ms}, "0.5"},
		{"12", "> - 0:0(0)", Time{Kind: Absolute, At: 12 * time.Second}, "12"},
		{"0.000000001", "> - 0:0(0)", Time{Kind: Absolute, At: 1}, "0.000000001"},
		{"*", "> - 0:0(0)", Time{Kind: Anytime}, "*"},
		{"+0.1~+0.2", "> - 0:0(0)", Time{At: 100 * ms, Until: 200 * ms, Range: true}, "+0.1~+0.2"},
		{".1 ~ .2", "> - 0:0(0)", Time{Kind: Absolute, At: 100 * ms, Until: 200 * ms, Range: true}, "0.1~0.2"},
		{"+0...0.2", "read(3, ..., 1) = 1", Time{Until: 200 * ms, Blocking: true}, "+0...0.2"},
		{"0....2", "read(3, ..., 1) = 1", Time{Kind: Absolute, Until: 200 * ms, Blocking: true}, "0...0.2"},
		{"+.1...0.200", "read(3, ..., 1) = 1", Time{At: 100 * ms, Until: 200 * ms, Blocking: true}, "+0.1...0.2"},
	} {
		e := parseOne(t, c.text+" "+c.event)
		if e.Time != c.want {
			t.Errorf("%q: got %+v, want %+v", c.text, e.Time, c.want)
		}
		if got := e.Time.String(); got != c.canon {
			t.Errorf("%q: printed %q, want %q", c.text, got, c.canon)
		}
	}
}

func TestPackets(t *testing.T) {
	t.Parallel()
	const syn, ack, fin, psh, rst, urg = trace.SYN, trace.ACK, trace.FIN, trace.PSH, trace.RST, trace.URG
	tcp := func(dir Direction, s Segment) Packet { return Packet{Dir: dir, TCP: &s} }
	icmp := func(m ICMP) Packet { return Packet{ICMP: &m} }
	withOptions := func(all ...Option) Packet { return tcp(Inbound, Segment{Flags: syn, Options: all}) }
	for _, c := range []struct {
		text string
		want Packet
	}{
		{"< S 0:0(0) win 1000", tcp(Inbound, Segment{Flags: syn, Win: ptr[uint16](1000)})},
		{"> S. 0:0(0) ack 1 <...>", tcp(Outbound, Segment{Flags: syn | ack, Ack: ptr[uint32](1), AnyOptions: true})},
		{"< - 7:7(0)", tcp(Inbound, Segment{Seq: 7, SeqEnd: 7})},
		{"<FP. 1:11(10) ack 2 win 3 urg 4", tcp(Inbound, Segment{Flags: fin | psh | ack, Seq: 1, SeqEnd: 11, Len: 10,
			Ack: ptr[uint32](2), Win: ptr[uint16](3), Urg: ptr[uint16](4)})},
		{"> RU 1:1(0) urg 4", tcp(Outbound, Segment{Flags: rst | urg, Seq: 1, SeqEnd: 1, Urg: ptr[uint16](4)})},
		{"> SEW. 1:1(0)", tcp(Outbound, Segment{Flags: syn | ack | trace.ECE | trace.CWR, Seq: 1, SeqEnd: 1})},
		{"> S.EW 1:1(0)", tcp(Outbound, Segment{Flags: syn | ack | trace.ECE | trace.CWR, Seq: 1, SeqEnd: 1})},
		{"> .E 1:1(0)", tcp(Outbound, Segment{Flags: ack | trace.ECE, Seq: 1, SeqEnd: 1})},
		{"< . 4294967295:4(5) ack 4294967295 win 65535", tcp(Inbound, Segment{Flags: ack, Seq: math.MaxUint32, SeqEnd: 4, Len: 5,
			Ack: ptr[uint32](math.MaxUint32), Win: ptr[uint16](math.MaxUint16)})},
		{"< 5000 > 80 S 0:0(0)", tcp(Inbound, Segment{Ports: &Ports{5000, 80}, Flags: syn})},
		{"> 80>5000 S. 0:0(0)", tcp(Outbound, Segment{Ports: &Ports{80, 5000}, Flags: syn | ack})},
		{"< [ttl 64] S 0:0(0)", Packet{TTL: ptr[uint8](64), TCP: &Segment{Flags: syn}}},
		{"> [tos 0x10] S 0:0(0)", Packet{Dir: Outbound, TOS: ptr[uint8](16), TCP: &Segment{Flags: syn}}},
		{"< (tos 255) S 0:0(0)", Packet{TOS: ptr[uint8](255), TCP: &Segment{Flags: syn}}},
		{"< [noecn] S 0:0(0)", Packet{TOS: ptr[uint8](0), TCP: &Segment{Flags: syn}}},
		{"< [ect1] S 0:0(0)", Packet{TOS: ptr[uint8](1), TCP: &Segment{Flags: syn}}},
		{"< [ect0] S 0:0(0)", Packet{TOS: ptr[uint8](2), TCP: &Segment{Flags: syn}}},
		{"< [ce] [ttl 0] 1 > 2 S 0:0(0)", Packet{TOS: ptr[uint8](3), TTL: ptr[uint8](0),
			TCP: &Segment{Flags: syn, Ports: &Ports{1, 2}}}},

		{"< S 0:0(0) <mss 1460>", withOptions(Option{Kind: trace.OptMSS, Value: 1460})},
		{"< S 0:0(0) <mss 1460,nop,wscale 7>", withOptions(Option{Kind: trace.OptMSS, Value: 1460},
			Option{Kind: trace.OptNOP}, Option{Kind: trace.OptWindowScale, Value: 7})},
		{"< S 0:0(0)\n\t<sackOK,\n\teol , eol>", withOptions(Option{Kind: trace.OptSACKPermitted}, Option{}, Option{})},
		{"< S 0:0(0) <nop,nop,TS val 100 ecr 4294967295>", withOptions(Option{Kind: trace.OptNOP}, Option{Kind: trace.OptNOP},
			Option{Kind: trace.OptTimestamps, Value: 100, Ecr: math.MaxUint32})},
		{"< S 0:0(0) <sack 1:2 3:4,nop,nop>", withOptions(Option{Kind: trace.OptSACK, Sack: []SackBlock{{1, 2}, {3, 4}}},
			Option{Kind: trace.OptNOP}, Option{Kind: trace.OptNOP})},

		{"< icmp unreachable port_unreachable [1:101(100)]", icmp(ICMP{Type: "unreachable", Code: "port_unreachable",
			Seq: 1, SeqEnd: 101, Len: 100})},
		{"< icmp unreachable frag_needed mtu 1200 [1:2(1)]", icmp(ICMP{Type: "unreachable", Code: "frag_needed",
			MTU: ptr[uint32](1200), Seq: 1, SeqEnd: 2, Len: 1})},
		{"< icmp packet_too_big mtu 1280", icmp(ICMP{Type: "packet_too_big", MTU: ptr[uint32](1280)})},
		{"< icmp unreachable 13 [8080 > 40000 1:1(0)]", icmp(ICMP{Type: "unreachable", Code: "13",
			Ports: &Ports{8080, 40000}, Seq: 1, SeqEnd: 1})},
		{"< [ttl 3] icmp time_exceeded", Packet{TTL: ptr[uint8](3), ICMP: &ICMP{Type: "time_exceeded"}}},
		{"< icmp parameter_problem unknown_option", icmp(ICMP{Type: "parameter_problem", Code: "unknown_option"})},
		{"< icmp source_quench [5:5(0)]", icmp(ICMP{Type: "source_quench", Seq: 5, SeqEnd: 5})},
	} {
		e := parseOne(t, "+0 "+c.text)
		if !reflect.DeepEqual(e.Packet, &c.want) || e.Call != nil || e.States != nil {
			t.Errorf("%q:\n got %v\nwant %v", c.text, e.Packet, &c.want)
		}
		again := parseOne(t, "+0 "+e.Packet.String())
		if !reflect.DeepEqual(again.Packet, &c.want) {
			t.Errorf("%q is printed as %q", c.text, e.Packet)
		}
	}
}

func TestCalls(t *testing.T) {
	t.Parallel()
	num := func(n int64) Expr { return Expr{Kind: Int, Int: n} }
	name := func(s string) Expr { return Expr{Kind: Name, Text: s} }
	str := func(s string) Expr { return Expr{Kind: String, Text: s} }
	list := func(all ...Expr) Expr { return Expr{Kind: List, Elems: all} }
	object := func(all ...Field) Expr { return Expr{Kind: Struct, Fields: all} }
	any := Expr{Kind: Ellipsis}
	for _, c := range []struct {
		text string
		want Call
	}{
		{"socket(..., SOCK_STREAM, IPPROTO_TCP) = 3", Call{Name: "socket", Result: ptr(num(3)),
			Args: []Expr{any, name("SOCK_STREAM"), name("IPPROTO_TCP")}}},
		{"close ( 3 ) = ?", Call{Name: "close", Args: []Expr{num(3)}}},
		{"close(3) = ...", Call{Name: "close", Args: []Expr{num(3)}}},
		{"close() = 0", Call{Name: "close", Result: ptr(num(0))}},
		{"fcntl(3, F_SETFL, O_RDWR | O_NONBLOCK) = 0", Call{Name: "fcntl", Result: ptr(num(0)),
			Args: []Expr{num(3), name("F_SETFL"), name("O_RDWR|O_NONBLOCK")}}},
		{"fcntl(3, F_GETFL) = 0x2 (flags O_RDWR)", Call{Name: "fcntl", Result: ptr(num(2)), Note: "flags O_RDWR",
			Args: []Expr{num(3), name("F_GETFL")}}},
		{"read(4, ..., 0x10) = -1 ECONNRESET (Connection reset by peer)", Call{Name: "read", Result: ptr(num(-1)),
			Errno: "ECONNRESET", Note: "Connection reset by peer", Args: []Expr{num(4), any, num(16)}}},
		{"accept(3, ..., ...) = -1 EAGAIN", Call{Name: "accept", Result: ptr(num(-1)), Errno: "EAGAIN", Args: []Expr{num(3), any, any}}},
		{"setsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0", Call{Name: "setsockopt", Result: ptr(num(0)),
			Args: []Expr{num(4), name("SOL_SOCKET"), name("SO_LINGER"), object(Field{"onoff", num(1)}, Field{"linger", num(0)}), num(8)}}},
		{"setsockopt(4, -1, {.onoff = 1}) = 0", Call{Name: "setsockopt", Result: ptr(num(0)),
			Args: []Expr{num(4), num(-1), object(Field{"onoff", num(1)})}}},
		{"getsockopt(3, SOL_SOCKET, SO_ERROR, [111], [4]) = 0", Call{Name: "getsockopt", Result: ptr(num(0)),
			Args: []Expr{num(3), name("SOL_SOCKET"), name("SO_ERROR"), list(num(111)), list(num(4))}}},
		{"poll([{fd=3,\n  events=POLLIN, // why\n  revents=POLLIN|POLLERR}], 1, 0)\n  = 1", Call{Name: "poll", Result: ptr(num(1)),
			Args: []Expr{list(object(Field{"fd", num(3)}, Field{"events", name("POLLIN")}, Field{"revents", name("POLLIN|POLLERR")})),
				num(1), num(0)}}},
		{`bind(3, { sa_family = AF_INET, sin_port = htons(80), sin_addr = inet_addr("192.168.0.2") }, 16) = 0`, Call{Name: "bind", Result: ptr(num(0)),
			Args: []Expr{num(3), {Kind: SockAddr, Addr: netip.MustParseAddrPort("192.168.0.2:80")}, num(16)}}},
		{`connect(3, {sa_family=AF_INET6, sin_port=htons(0), sin_addr=inet_addr("::")}, 28) = -1 EADDRNOTAVAIL`, Call{Name: "connect",
			Result: ptr(num(-1)), Errno: "EADDRNOTAVAIL", Args: []Expr{num(3), {Kind: SockAddr, Addr: netip.MustParseAddrPort("[::]:0")}, num(28)}}},
		{"ioctl(4, SIOCINQ, [10]) = 0", Call{Name: "ioctl", Result: ptr(num(0)), Args: []Expr{num(4), name("SIOCINQ"), list(num(10))}}},
		{"poll([], 0, 0) = 0", Call{Name: "poll", Result: ptr(num(0)), Args: []Expr{list(), num(0), num(0)}}},
		{`send(4, "a\"\\\n\t\x00\xff" "// b", 9, 0) = 9`, Call{Name: "send", Result: ptr(num(9)),
			Args: []Expr{num(4), str("a\"\\\n\t\x00\xff// b"), num(9), num(0)}}},
	} {
		e := parseOne(t, "+0 "+c.text)
		if !reflect.DeepEqual(e.Call, &c.want) || e.Packet != nil || e.States != nil {
			t.Errorf("%q:\n got %+v\nwant %+v", c.text, *e.Call, c.want)
		}
		again := parseOne(t, "+0 "+e.Call.String())
		if !reflect.DeepEqual(again.Call, &c.want) {
			t.Errorf("%q is printed as %q", c.text, e.Call)
		}
	}
}

func TestStates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		want []States // of the assertions behind the first event
	}{
		{"// state: LISTEN", []States{{Path: []trace.State{trace.Listen}}}},
		{"//state:LISTEN", []States{{Path: []trace.State{trace.Listen}}}},
		{"#   state :  LISTEN  ", []States{{Path: []trace.State{trace.Listen}}}},
		{"/* state: LISTEN */", []States{{Path: []trace.State{trace.Listen}}}},
		{"/*\n * state: LISTEN\n * state: CLOSED\n */", []States{{Path: []trace.State{trace.Listen}}, {Path: []trace.State{trace.Closed}}}},
		{"// state: FIN-WAIT-1 > CLOSING>TIME-WAIT", []States{{Path: []trace.State{trace.FinWait1, trace.Closing, trace.TimeWait}}}},
		{"// state 80 > 5000: CLOSED", []States{{Ports: &Ports{80, 5000}, Path: []trace.State{trace.Closed}}}},
		{"// the state: LISTEN", nil},
		{"// stateless: a word of its own", nil},
		{"// state-of-the-art: hm", nil},
		{"// states are sampled after every call", nil},
		{"// stale segments come here", nil},
		{"// start: the client connects", nil},
		{"// title of a section", nil},
		{"// 793: state", nil},
		{"//", nil},
	} {
		f, err := Parse("x.pkt", []byte("+0 close(3) = 0 "+c.text+"\n+0 close(4) = 0\n"))
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		var got []States
		for _, e := range f.Events {
			if e.States != nil {
				got = append(got, *e.States)
			}
		}
		if !reflect.DeepEqual(got, c.want) || len(f.Events) != 2+len(c.want) {
			t.Errorf("%q: got %v, want %v", c.text, got, c.want)
		}
	}
}

func TestHead(t *testing.T) {
	t.Parallel()
	f, err := Parse("reset/x.pkt", []byte(strings.Join([]string{
		"// title:  A title: with a colon ",
		"//requirements: MUST-3 RFC5961-3.2-2",
		"# requirements: MUST-4",
		"/* Block",
		" * labels: reset passive",
		" */",
		"",
		"// isn: 0xfffffff0",
		"// set: MSL=30s DelayedACK=true",
		"//",
		"//   Free words. See: RFC 5961; the state is ESTABLISHED. Setup: none.",
		"--ip_version=ipv4 --mss=1000",
		"--flag",
		`--define=CC="a b"`,
		"// state: CLOSED",
		"+0 close(3) = 0",
	}, "\r\n")))
	if err != nil {
		t.Fatal(err)
	}
	want := &File{
		Name: "reset/x.pkt",
		Header: Header{
			Title:        "A title: with a colon",
			Requirements: []Word{{"MUST-3", Pos{2, 17}}, {"RFC5961-3.2-2", Pos{2, 24}}, {"MUST-4", Pos{3, 17}}},
			Labels:       []Word{{"reset", Pos{5, 12}}, {"passive", Pos{5, 18}}},
			ISN:          ptr[uint32](0xfffffff0),
			ISNPos:       Pos{8, 9},
			Settings:     []Flag{{"MSL", "30s", Pos{9, 9}}, {"DelayedACK", "true", Pos{9, 17}}},
			Comments:     []string{"Block", "", "  Free words. See: RFC 5961; the state is ESTABLISHED. Setup: none."},
		},
		Options: []Flag{{"ip_version", "ipv4", Pos{12, 1}}, {"mss", "1000", Pos{12, 19}}, {"flag", "", Pos{13, 1}},
			{"define", `CC="a b"`, Pos{14, 1}}},
		Events: []Event{
			{Pos: Pos{15, 1}, Text: "// state: CLOSED", States: &States{Path: []trace.State{trace.Closed}}},
			{Pos: Pos{16, 1}, Text: "+0 close(3) = 0", Call: &Call{Name: "close", Args: []Expr{{Kind: Int, Int: 3, Pos: Pos{16, 10}}},
				Result: &Expr{Kind: Int, Pos: Pos{16, 15}}}},
		},
	}
	if !reflect.DeepEqual(f, want) {
		t.Errorf("got  %+v\nwant %+v", f, want)
	}
}

func TestEventText(t *testing.T) {
	t.Parallel()
	f, err := Parse("x.pkt", []byte("+0 > S. 0:0(0) // why\n   ack 1   // and why\n+0 < S 0:0(0)\t\n"))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"+0 > S. 0:0(0) // why\n   ack 1", "+0 < S 0:0(0)"} {
		if got := f.Events[i].Text; got != want {
			t.Errorf("event %d: got %q, want %q", i, got, want)
		}
	}
	if got, want := f.Events[1].Pos, (Pos{3, 1}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}
