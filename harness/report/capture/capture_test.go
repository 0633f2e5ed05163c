package capture

import (
	"bytes"
	"errors"
	"io"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"github.com/twinstack/twinstack/harness/trace"
)

// frame is a packet of a capture as somebody else's reader has it.
type frame struct {
	at       time.Duration
	inbound  bool
	raw      []byte
	comments []string
}

// read reads a capture.
func read(t *testing.T, file []byte) (about string, i pcapgo.NgInterface, frames []frame) {
	t.Helper()
	r, err := pcapgo.NewNgReader(bytes.NewReader(file), pcapgo.DefaultNgReaderOptions)
	if err != nil {
		t.Fatal(err)
	}
	for {
		raw, info, options, err := r.ReadPacketDataWithOptions()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		f := frame{at: time.Duration(info.Timestamp.UnixNano()), raw: raw, comments: options.Comments}
		switch options.Flags.Direction {
		case pcapgo.NgEpbFlagDirectionInbound:
			f.inbound = true
		case pcapgo.NgEpbFlagDirectionOutbound:
		default:
			t.Errorf("direction %v, expected in or out", options.Flags.Direction)
		}
		frames = append(frames, f)
	}
	if i, err = r.Interface(0); err != nil {
		t.Fatal(err)
	}
	if n := r.NInterfaces(); n != 1 {
		t.Errorf("%d interfaces, expected one", n)
	}
	return r.SectionInfo().Comment, i, frames
}

func written(t *testing.T, c *Case) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := c.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var (
	self = netip.MustParseAddrPort("192.168.0.1:8080")
	peer = netip.MustParseAddrPort("192.0.2.1:40000")
)

// packet is a segment between self and peer. Its octets are made up: a capture takes them as they are.
func packet(from netip.AddrPort, flags trace.Flags, raw ...byte) *trace.Packet {
	to := self
	if from == self {
		to = peer
	}
	return &trace.Packet{Src: from.Addr(), Dst: to.Addr(), Raw: raw,
		TCP: &trace.Segment{SrcPort: from.Port(), DstPort: to.Port(), Flags: flags, Window: 5}}
}

// handshake is a run that has every kind of event.
func handshake() *Case {
	conn := trace.Conn{Local: self, Remote: peer}
	const ms = time.Millisecond
	return &Case{
		Trace: &trace.Trace{Case: "reset/x", IUT: "mine", Family: "ipv4", Events: []trace.Event{
			{Kind: trace.Called, Line: 1, Cause: 1, Call: &trace.Call{Name: "listen"}},
			{Kind: trace.StateIs, Cause: 1, Conn: trace.Conn{Local: self}, State: trace.Listen},
			{At: 1, Kind: trace.Received, Line: 2, Cause: 2, Packet: packet(peer, trace.RST, 1), With: "checksum=bad"},
			{At: ms, Kind: trace.Received, Line: 3, Cause: 3, Packet: packet(peer, trace.SYN, 2, 2)},
			{At: ms, Kind: trace.Sent, Line: 4, Cause: 3, Packet: packet(self, trace.SYN|trace.ACK, 3)},
			{At: ms, Kind: trace.StateIs, Cause: 3, Conn: conn, State: trace.SynReceived},
			{At: time.Hour, Kind: trace.Sent, Cause: 3, After: time.Hour - ms, Packet: packet(self, trace.SYN|trace.ACK, 4)},
			{At: time.Hour, Kind: trace.StateIs, Cause: 3, Conn: conn, State: trace.Closed},
		}},
		Title: "a title", Verdict: "fail", Clauses: []string{"RFC 9293 §3.5", "RFC 9293 §3.6"}, Notes: []string{"note: one"},
		Failures: []trace.Failure{{Line: 5, Expected: "nothing", Got: "> S. 0:0(0)", Reason: "sent at 3600.000000 s, by the end of the script"}},
		Script:   []byte("listen\n+0   <  R 0:0(0)\n< S\n> S.\n"),
	}
}

func TestPackets(t *testing.T) {
	t.Parallel()
	file := written(t, handshake())
	about, i, frames := read(t, file)
	if i.Name != "mine" || i.LinkType != layers.LinkTypeRaw || i.TimestampResolution != 9 {
		t.Errorf("interface %+v", i)
	}
	want := []frame{
		{1, true, []byte{1}, []string{"line 2: +0 < R 0:0(0)", "packet: < R 0:0(0) win 5", "with: checksum=bad", "state: LISTEN"}},
		{time.Millisecond, true, []byte{2, 2}, []string{"line 3: < S", "packet: < S 0:0(0) win 5", "state: SYN-RECEIVED"}},
		{time.Millisecond, false, []byte{3}, []string{"line 4: > S.", "packet: > S. 0:0(0) ack 0 win 5", "cause: line 3: < S, at once",
			"state: SYN-RECEIVED", "pass: as expected", "clause: RFC 9293 §3.5, RFC 9293 §3.6"}},
		{time.Hour, false, []byte{4}, []string{"line: none", "packet: > S. 0:0(0) ack 0 win 5", "cause: line 3: < S, 3599.999000 s later", "state: CLOSED",
			"FAIL: line 5: expected nothing, got > S. 0:0(0) (sent at 3600.000000 s, by the end of the script)",
			"clause: RFC 9293 §3.5, RFC 9293 §3.6", "verdict: fail"}},
	}
	if len(frames) != len(want) {
		t.Fatalf("%d packets, expected %d", len(frames), len(want))
	}
	for n, w := range want {
		f := frames[n]
		if f.at != w.at || f.inbound != w.inbound || !bytes.Equal(f.raw, w.raw) {
			t.Errorf("packet %d: %v, inbound %t, % x; expected %v, %t, % x", n, f.at, f.inbound, f.raw, w.at, w.inbound, w.raw)
		}
		if !slices.Equal(f.comments, w.comments) {
			t.Errorf("packet %d: comments\n  %s\nexpected\n  %s", n, strings.Join(f.comments, "\n  "), strings.Join(w.comments, "\n  "))
		}
	}
	const wantAbout = `case: reset/x
title: a title
IUT: mine over ipv4
verdict: fail
FAIL: line 5: expected nothing, got > S. 0:0(0) (sent at 3600.000000 s, by the end of the script)
clauses: RFC 9293 §3.5, RFC 9293 §3.6
note: one
Times are virtual, since the start of the case. IPv4 identifications are written as zero.`
	if about != wantAbout {
		t.Errorf("the section says\n%s\nexpected\n%s", about, wantAbout)
	}
	if !bytes.Equal(file, written(t, handshake())) {
		t.Error("the same case gives other octets")
	}
}

// A failure stands on the packet that shows it.
func TestFailures(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		failure trace.Failure
		want    int // index of the packet
	}{
		{"a packet that came otherwise", trace.Failure{Line: 4, Expected: "> S.", Got: "> .", Reason: "flags"}, 2},
		{"a packet that never came", trace.Failure{Line: 5, Expected: "> .", Got: "nothing", Reason: "never sent"}, 2},
		{"one that nobody expected", trace.Failure{Line: 3, Expected: "nothing", Got: "> S.", Reason: "sent at 3600.000000 s, before line 6"}, 3},
		{"a call in the middle", trace.Failure{Line: 3, Expected: "read(4) = 1", Got: "0", Reason: "result"}, 1},
		{"before any packet", trace.Failure{Line: 1, Expected: "listen(3) = 0", Got: "-1", Reason: "errno"}, 0},
	} {
		c := handshake()
		c.Failures, c.Word = []trace.Failure{test.failure}, "non-strict"
		_, _, frames := read(t, written(t, c))
		for n, f := range frames {
			said := slices.Contains(f.comments, "non-strict: "+test.failure.String())
			if said != (n == test.want) {
				t.Errorf("%s: stands on packet %d: %t, expected it on %d alone", test.name, n, said, test.want)
			}
			if passes := slices.Contains(f.comments, "pass: as expected"); passes && said {
				t.Errorf("%s: packet %d passes and fails", test.name, n)
			}
		}
	}
}

// A run without a packet has a capture that says why.
func TestNoPacket(t *testing.T) {
	t.Parallel()
	about, _, frames := read(t, written(t, &Case{Trace: &trace.Trace{IUT: "mine"}, Verdict: "unsupported", Reason: "no urgent data"}))
	if len(frames) != 0 || !strings.Contains(about, "\nverdict: unsupported: no urgent data\n") {
		t.Errorf("%d packets; %s", len(frames), about)
	}
}

// Of a live pair each packet is there once, with the states of both sides when it has arrived.
func TestLive(t *testing.T) {
	t.Parallel()
	syn, answer := packet(peer, trace.SYN, 1), packet(self, trace.SYN|trace.ACK, 2)
	client, server := trace.Conn{Local: peer, Remote: self}, trace.Conn{Local: self, Remote: peer}
	at := func(ms int, kind trace.Kind, line int, p *trace.Packet, c, s trace.State) []trace.Event {
		when := time.Duration(ms) * time.Millisecond
		return []trace.Event{{At: when, Kind: kind, Line: line, Packet: p}, {At: when, Kind: trace.StateIs, Line: line, Conn: client, State: c},
			{At: when, Kind: trace.StateIs, Line: line, Conn: server, State: s}}
	}
	c := &Case{Verdict: "pass", Client: peer.Addr(), Trace: &trace.Trace{IUT: "a to b", Events: slices.Concat(
		at(0, trace.Sent, 1, syn, trace.SynSent, trace.Listen),
		at(1, trace.Received, 1, syn, trace.SynSent, trace.SynReceived),
		at(1, trace.Sent, 2, answer, trace.SynSent, trace.SynReceived),
		at(2, trace.Received, 2, answer, trace.Established, trace.SynReceived),
	)}}
	_, _, frames := read(t, written(t, c))
	want := []frame{
		{0, false, []byte{1}, []string{"segment: 1 of the pair", "packet: > 40000 > 8080 S 0:0(0) win 5", "arrives: 0.001000 s after the start",
			"state: client SYN-SENT, server SYN-RECEIVED"}},
		{time.Millisecond, true, []byte{2}, []string{"segment: 2 of the pair", "packet: > 8080 > 40000 S. 0:0(0) ack 0 win 5", "arrives: 0.002000 s after the start",
			"state: client ESTABLISHED, server SYN-RECEIVED", "verdict: pass"}},
	}
	for n, w := range want {
		if n >= len(frames) {
			t.Fatalf("%d packets, expected %d", len(frames), len(want))
		}
		f := frames[n]
		if f.at != w.at || f.inbound != w.inbound || !bytes.Equal(f.raw, w.raw) || !slices.Equal(f.comments, w.comments) {
			t.Errorf("packet %d: %+v, expected %+v", n, f, w)
		}
	}
	if len(frames) != len(want) {
		t.Errorf("%d packets, expected %d", len(frames), len(want))
	}
}

// What is longer than a comment may be is cut, between two characters.
func TestLongText(t *testing.T) {
	t.Parallel()
	c := handshake()
	c.Title, c.Failures[0].Got = strings.Repeat("§", longest), "\xff"+strings.Repeat("§", longest)
	about, _, frames := read(t, written(t, c))
	for _, said := range []string{about, frames[3].comments[4]} {
		if len(said) > longest || len(said) < longest-3 || !strings.HasSuffix(said, "§ …") || strings.Contains(said, "\xff") {
			t.Errorf("%d octets, ending in %q", len(said), said[len(said)-8:])
		}
	}
	if len(frames) != 4 {
		t.Errorf("%d packets, expected 4", len(frames))
	}
}

// full is a writer that has no room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestWriterFails(t *testing.T) {
	t.Parallel()
	if err := handshake().Write(full{}); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("%v, expected %v", err, io.ErrShortWrite)
	}
}
