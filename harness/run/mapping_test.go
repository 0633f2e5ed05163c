package run_test

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/link"
	"github.com/twinstack/twinstack/harness/run"
	"github.com/twinstack/twinstack/harness/trace"
)

// sendSYN is an active open with the host's ISN.
func sendSYN(h *host) {
	h.is(trace.SynSent)
	h.send(trace.Segment{Flags: trace.SYN, Seq: h.isn, Window: 1000})
}

func be32(n ...uint32) (b []byte) {
	for _, v := range n {
		b = binary.BigEndian.AppendUint32(b, v)
	}
	return b
}

func ts(val, ecr uint32) []trace.Option {
	return []trace.Option{{Kind: trace.OptNOP}, {Kind: trace.OptNOP}, {Kind: trace.OptTimestamps, Data: be32(val, ecr)}}
}

func TestActiveOpen(t *testing.T) {
	t.Parallel()
	answer := func(h *host, s *trace.Segment) {
		if s.Flags.Has(trace.SYN) && s.Ack == h.isn+1 {
			h.outcome = nil
			h.is(trace.Established)
			h.send(trace.Segment{Flags: trace.ACK, Seq: h.isn + 1, Ack: s.Seq + 1, Window: 1000})
		}
		if s.Flags.Has(trace.RST) {
			h.outcome, h.soError = iut.ECONNREFUSED, 111
			h.is(trace.Closed)
		}
	}
	const blockingConnect = "+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0...0.2 connect(3, ..., ...) = 0\n+0 > S 0:0(0)\n"
	for _, s := range []struct {
		name, src string
		want      []string
	}{
		{"by an ephemeral port", active + "+0 > S 0:0(0)\n+0 < S. 9:9(0) ack 1 win 9\n+0 > . 1:1(0) ack 10\n+0 connect(3, ..., ...) = 0\n// state: SYN-SENT > ESTABLISHED\n", nil},
		{"with ports", active + "+0 > 1234 > 80 S 0:0(0)\n+0 < 80 > 1234 S. 9:9(0) ack 1 win 9\n+0 > 1234 > 80 . 1:1(0) ack 10\n// state 1234 > 80: SYN-SENT > ESTABLISHED\n", nil},
		{"unanswered", active + "+0 > S 0:0(0)\n+0 connect(3, ..., ...) = -1 EALREADY (x)\n", nil},
		{"refused", active + "+0 > S 0:0(0)\n+0 < R. 0:0(0) ack 1 win 0\n+0 getsockopt(3, SOL_SOCKET, SO_ERROR, [ECONNREFUSED], [4]) = 0\n", nil},
		{"blocking", blockingConnect + "+0.1 < S. 9:9(0) ack 1 win 9\n+0 > . 1:1(0) ack 10\n+0 close(3) = 0\n", nil},
		{"blocking, at the last moment", blockingConnect + "+0.2 < S. 9:9(0) ack 1 win 9\n+0 > . 1:1(0) ack 10\n", nil},
		{"blocking, refused", blockingConnect + "+0.1 < R. 0:0(0) ack 1 win 0\n", []string{"line 2: expected +0...0.2 connect(3, ..., ...) = 0, got connect(3, ..., ...) = -1 ECONNREFUSED"}},
		{"blocking, too long", blockingConnect + "+0.3 < S. 9:9(0) ack 1 win 9\n+0 > . 1:1(0) ack 10\n", []string{"line 2: expected +0...0.2 connect(3, ..., ...) = 0, got connect(3, ..., ...) = -1 EAGAIN would block (it still blocks at 0.200000 s)"}},
		{"blocking, until the end of the script", blockingConnect, []string{"still blocks at 0.2"}},
		{"one SYN of two", active + "+0 > 1234 > 80 S 0:0(0)\n+0 > 1234 > 80 S 0:0(0)\n", []string{"got nothing"}},
		{"a second connection without ports", active + "+0 > S 0:0(0)\n+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 4\n+0 fcntl(4, F_SETFL, O_NONBLOCK) = 0\n" +
			"+0 connect(4, ..., ...) = -1 EINPROGRESS (x)\n+0 > S 0:0(0)\n+0 < S. 9:9(0) ack 1 win 9\n+0 > . 1:1(0) ack 10\n", nil},
	} {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			check(t, play(t, &fake{isn: 0x80000000, connect: sendSYN, onTCP: answer}, s.src), s.want...)
		})
	}
}

// In a simultaneous open the SYN-ACK has the ISN of the SYN before it (RFC 9293 §3.5, figure 8): another one must show.
func TestSimultaneousOpenKeepsTheISN(t *testing.T) {
	t.Parallel()
	for _, s := range []struct {
		change uint32
		want   []string
	}{{0, nil}, {5, []string{"sequence number 5, expected 0"}}} {
		f := &fake{isn: 4000, connect: sendSYN, onTCP: func(h *host, seg *trace.Segment) {
			h.is(trace.SynReceived)
			h.send(trace.Segment{Flags: trace.SYN | trace.ACK, Seq: h.isn + s.change, Ack: seg.Seq + 1, Window: 1000})
		}}
		check(t, play(t, f, active+"+0 > S 0:0(0)\n+0 < S 0:0(0) win 9\n+0 > S. 0:0(0) ack 1\n// state: SYN-SENT > SYN-RECEIVED\n"), s.want...)
	}
}

// A second connection on the same ports has another ISN, and the script's numbers follow it.
func TestSecondConnectionOnTheSamePorts(t *testing.T) {
	t.Parallel()
	f := &fake{isn: 4000, onTCP: func(h *host, s *trace.Segment) {
		server(h, s)
		if s.Flags.Has(trace.RST) {
			h.isn += 12345
		}
	}}
	check(t, play(t, f, accepted+"+0 < R 1:1(0) win 0\n+0 < S 500:500(0) win 9\n+0 > S. 0:0(0) ack 501 <...>\n+0 < . 501:501(0) ack 1 win 9\n"+
		"+0 < P. 501:511(10) ack 1 win 9\n+0 > . 1:1(0) ack 511\n"))
}

// A SYN that leaves TIME-WAIT has an ISN above all numbers of the connection before (RFC 9293 §3.6.1, MAY-2). The script's
// numbers, which begin anew with each SYN, do not hide another. On ports where TIME-WAIT is over it may have any.
func TestISNOutOfTimeWait(t *testing.T) {
	t.Parallel()
	const low = "its ISN is not above the numbers of the connection in TIME-WAIT (RFC 9293 §3.6.1)"
	for _, s := range []struct {
		state trace.State
		isn   uint32 // counted from the first
		want  []string
	}{
		{trace.TimeWait, 11, nil}, {trace.TimeWait, 1 << 30, nil}, {trace.TimeWait, 10, []string{low}}, {trace.TimeWait, 0, []string{low}},
		{trace.TimeWait, 1<<31 + 11, []string{low}}, {trace.Closed, 0, nil},
	} {
		f := &fake{isn: 0xfffffff0, write: echoWrite, onTCP: func(h *host, seg *trace.Segment) {
			if seg.Flags.Has(trace.FIN) {
				h.is(s.state)
				h.isn += s.isn
				return
			}
			server(h, seg)
		}}
		check(t, play(t, f, accepted+"+0 write(4, ..., 10) = 10\n+0 > P. 1:11(10) ack 1\n+0 < F. 1:1(0) ack 11 win 1000\n"+
			"+0 < S 500:500(0) win 9\n+0 > S. 0:0(0) ack 501 <...>\n"), s.want...)
	}
}

// The RST for a segment without ACK has the number zero on the wire (RFC 9293 §3.5.2), whatever ISN was there before.
func TestResetOfNoConnection(t *testing.T) {
	t.Parallel()
	f := &fake{isn: 4000, onTCP: func(h *host, s *trace.Segment) {
		if len(h.states) == 0 && !s.Flags.Has(trace.RST) {
			r := trace.Segment{Flags: trace.RST | trace.ACK, Ack: s.Seq + s.Len()}
			if s.Flags.Has(trace.ACK) {
				r = trace.Segment{Flags: trace.RST, Seq: s.Ack}
			}
			h.send(r)
			return
		}
		server(h, s)
	}}
	check(t, play(t, f, "+0 < P 1:11(10) win 9\n+0 > R. 0:0(0) ack 11\n+0 < . 1:1(0) ack 7 win 9\n+0 > R 7:7(0)\n"+
		accepted+"+0 close(3) = 0\n+0 < R 1:1(0) win 0\n+0 < P 1:11(10) win 9\n+0 > R. 0:0(0) ack 11\n+0 < . 1:1(0) ack 7 win 9\n+0 > R 7:7(0)\n"))
}

func TestTimestampsAndSACK(t *testing.T) {
	t.Parallel()
	var got []trace.Option
	f := &fake{isn: 4000, onTCP: func(h *host, s *trace.Segment) {
		if s.Flags.Has(trace.SYN) {
			h.send(trace.Segment{Flags: trace.SYN | trace.ACK, Seq: h.isn, Ack: s.Seq + 1, Options: ts(900000, 100)})
			return
		}
		got = s.Options
		h.send(trace.Segment{Flags: trace.ACK, Seq: h.isn + 1, Ack: s.Seq, Options: append(ts(900007, 101),
			trace.Option{Kind: trace.OptNOP}, trace.Option{Kind: trace.OptNOP}, trace.Option{Kind: trace.OptSACK, Data: be32(11, 21)})})
	}}
	const head = listening + "+0 < S 0:0(0) win 9 <nop,nop,TS val 100 ecr 0,nop,nop,sackOK>\n+0 > S. 0:0(0) ack 1 <nop,nop,TS val 40 ecr 100>\n" +
		"+0 < . 1:1(0) ack 1 win 9 <nop,nop,TS val 101 ecr 40,nop,nop,sack 11:21 31:41>\n"
	check(t, play(t, f, head+"+0 > . 1:1(0) ack 1 <nop,nop,TS val 47 ecr 101,nop,nop,sack 11:21>\n"))
	if val, ecr, _ := got[2].Timestamps(); val != 101 || ecr != 900000 {
		t.Errorf("the IUT got TS val %d ecr %d, want 101, 900000", val, ecr)
	}
	if b := got[5].SACKBlocks(); len(b) != 2 || b[1] != [2]uint32{4031, 4041} {
		t.Errorf("the IUT got SACK blocks %v", b)
	}
	for _, wrong := range []string{"TS val 48 ecr 101,nop,nop,sack 11:21", "TS val 47 ecr 100,nop,nop,sack 11:21", "TS val 47 ecr 101,nop,nop,sack 11:22"} {
		check(t, play(t, f, head+"+0 > . 1:1(0) ack 1 <nop,nop,"+wrong+">\n"), "expected <nop,nop,"+wrong+">")
	}
}

func TestICMPQuotesTheIUT(t *testing.T) {
	t.Parallel()
	for _, v6 := range []bool{false, true} {
		var src, dst uint16
		var seq uint32
		var m trace.ICMP
		f := &fake{isn: 4000, onTCP: server, onICMP: func(_ *host, i *trace.ICMP) {
			m = *i
			src, dst, seq, _ = trace.QuotedTCP(i.Quoted)
		}}
		o := options()
		o.IPv6 = v6
		check(t, run.Run(parse(t, opened+"+0 < icmp unreachable port_unreachable [1:11(10)]\n"), f, o))
		typ, code := uint8(3), uint8(3)
		if v6 {
			typ, code = 1, 4
		}
		if src != run.IUTPort || dst != run.PeerPort || seq != 4001 || m.Type != typ || m.Code != code {
			t.Errorf("IPv6 %t: ICMP %d/%d quotes %d > %d %d", v6, m.Type, m.Code, src, dst, seq)
		}
	}
}

func TestMalformedInbound(t *testing.T) {
	t.Parallel()
	arrived := 0
	f := &fake{onTCP: func(*host, *trace.Segment) { arrived++ }}
	check(t, play(t, f, "+0 close(9) = -1 EBADF\n// with: checksum=bad\n+0 < . 1:1(0) win 9\n"+
		"// with: opt=253/0:0102\n+0 < . 1:1(0) win 9\n// with: offset=4\n+0 < . 1:1(0) win 9\n"))
	if arrived != 0 {
		t.Errorf("%d segments could be decoded; one had a bad checksum, one an option of length 0, one an offset of 4", arrived)
	}
}

// What "with" adds stands where it should: raw options around those of the segment, filled up with zeros.
func TestOddInbound(t *testing.T) {
	t.Parallel()
	var got []string
	f := &fake{onTCP: func(_ *host, s *trace.Segment) {
		p := trace.Packet{TCP: s}
		got = append(got, p.Notation(trace.Received, trace.Shift{}, trace.Full))
	}}
	res := play(t, f, "+0 close(9) = -1 EBADF\n// with: opt-first=253:0102 opt=254:03 ip-options=1d020000 reserved=9\n+0 < S 0:0(0) win 9 <mss 500>\n")
	check(t, res)
	want := []string{"< S 0:0(0) win 9 <opt 253 0102,mss 500,opt 254 03,eol>"}
	if !slices.Equal(got, want) {
		t.Errorf("the IUT got %q, want %q", got, want)
	}
	if text := res.Trace.Notation(); !strings.Contains(text, " // with: reserved=9 ip-options=1d020000 opt-first=253:0102 opt=254:03\n") {
		t.Errorf("the trace does not say so:\n%s", text)
	}
}

// Addresses: packets to and from elsewhere arrive there, have the numbers of the connection that they look like, and
// disturb nothing that the script says of the connection itself.
func TestInboundAddresses(t *testing.T) {
	t.Parallel()
	for _, v6 := range []bool{false, true} {
		var got []string
		f := &fake{isn: 4000, onTCP: server, onPacket: func(p *trace.Packet) bool {
			self, peer := run.Addrs(v6)
			if p.Src == peer && p.Dst == self {
				return false
			}
			got = append(got, fmt.Sprintf("%v > %v %d %d %q", p.Src, p.Dst, p.TCP.Seq, p.TCP.Ack, p.TCP.Payload))
			return true
		}}
		o := options()
		o.IPv6 = v6
		res := run.Run(parse(t, listening+"// state: LISTEN\n// with: dst=multicast\n+0 < S 5:5(0)\n"+strings.TrimPrefix(opened, listening)+
			"// state: SYN-RECEIVED > ESTABLISHED\n// with: src=other dst=other\n+0 < . 1:1(0) ack 1\n// with: src=unspecified dst=loopback\n+0 < . 7:7(0) ack 1\n"+
			"+0 < P. 1:11(10) ack 1\n+0 > . 1:1(0) ack 11\n"), f, o)
		check(t, res)
		want := []string{`192.0.2.1 > 224.0.0.1 5 0 ""`, `192.168.0.2 > 192.168.0.2 1 4001 ""`, `0.0.0.0 > 127.0.0.1 7 4001 ""`}
		if v6 {
			want = []string{`fd3d:fa7b:d17d::1 > ff02::1 5 0 ""`, `fd3d:a0b:17d6::2 > fd3d:a0b:17d6::2 1 4001 ""`, `:: > ::1 7 4001 ""`}
		}
		if !slices.Equal(got, want) {
			t.Errorf("the IUT got %q, want %q", got, want)
		}
	}
}

// An answer to a packet from elsewhere has the numbers of the connection that the packet looked like.
func TestAnswerToElsewhere(t *testing.T) {
	t.Parallel()
	f := &fake{isn: 4000, onTCP: server}
	var end *host
	f.onTCP = func(h *host, s *trace.Segment) {
		end = h
		server(h, s)
	}
	f.onPacket = func(p *trace.Packet) bool {
		if p.Src != run.OtherAddr(false) {
			return false
		}
		raw, err := link.Encode(&trace.Packet{Src: p.Dst, Dst: p.Src, TCP: &trace.Segment{
			SrcPort: p.TCP.DstPort, DstPort: p.TCP.SrcPort, Seq: p.TCP.Ack, Flags: trace.RST}})
		if err != nil {
			t.Error(err)
		}
		end.end.Send(raw)
		return true
	}
	src := "--ip_version=ipv4\n" + opened + "// with: src=other\n+0 < . 1:1(0) ack 5\n"
	check(t, play(t, f, src+"// with: dst=other\n+0 > R 5:5(0)\n"))
	check(t, play(t, f, src+"+0 > R 5:5(0)\n"), "from self to other, expected from self to peer")
}

// A connection to the IUT's other address: the answer must come from there, and packets that say no address are of it
// once its SYN was expected.
func TestOtherAddress(t *testing.T) {
	t.Parallel()
	const syn = listening + "// with: dst=other\n+0 < S 0:0(0) win 1000 <mss 1000>\n"
	other := func(h *host, s *trace.Segment) {
		h.self = run.OtherAddr(h.ipv6)
		server(h, s)
	}
	f := &fake{isn: 4000, onTCP: other}
	check(t, play(t, f, syn+"// with: src=other\n+0 > S. 0:0(0) ack 1 <...>\n+0 < . 1:1(0) ack 1\n// state: LISTEN > SYN-RECEIVED > ESTABLISHED\n"+
		"+0 < P. 1:11(10) ack 1\n+0 > . 1:1(0) ack 11\n"))
	check(t, play(t, f, syn+"+0 > S. 0:0(0) ack 1 <...>\n"), "from other to peer, expected from self to peer")
	f.onTCP = server
	check(t, play(t, f, syn+"// with: src=other\n+0 > S. 0:0(0) ack 1 <...>\n"), "from self to peer, expected from other to peer")
	f.onTCP = other
	res := play(t, f, opened)
	if res.Verdict != trace.Fail || !strings.Contains(res.Failures[0].Reason, "from other to peer, expected from self to peer") {
		t.Errorf("an answer from the wrong address: %v %v", res.Verdict, res.Failures)
	}
	if text := res.Trace.Notation(); !strings.Contains(text, "// with: src=other dst=peer\n") {
		t.Errorf("the trace does not say so:\n%s", text)
	}
}

// Octets of the IUT's that its user did not write there must show.
func TestOutboundOctets(t *testing.T) {
	t.Parallel()
	sends := func(change func([]byte) []byte) func(*host, []byte) (int, error) {
		return func(h *host, b []byte) (int, error) {
			h.send(trace.Segment{Flags: trace.PSH | trace.ACK, Seq: h.isn + 1, Ack: 1, Window: 1000, Payload: change(append([]byte(nil), b...))})
			return len(b), nil
		}
	}
	src := accepted + "+0 write(4, ..., 10) = 10\n+0 > P. 1:11(10) ack 1\n"
	check(t, play(t, &fake{isn: 5, onTCP: server, write: sends(func(b []byte) []byte { return b })}, src))
	check(t, play(t, &fake{isn: 5, onTCP: server, write: sends(func(b []byte) []byte { b[3] ^= 1; return b })}, src), "octet 3 of the stream is wrong")
	check(t, play(t, &fake{isn: 5, onTCP: server, write: sends(func(b []byte) []byte { return append(b, 0) })}, src), "it carries octets that nobody wrote")
}

// A blocking write returns once everything is taken, though the IUT takes it piece by piece.
func TestBlockingWrite(t *testing.T) {
	t.Parallel()
	room := func(every time.Duration) *fake {
		return &fake{onTCP: server, write: func(h *host, b []byte) (int, error) {
			if h.written > 0 && h.ready == 0 {
				return 0, iut.EAGAIN
			}
			h.ready = 0
			h.clock.AfterFunc(every, func() { h.ready = iut.PollOut })
			n := min(len(b), 4)
			h.written += n
			return n, nil
		}}
	}
	src := accepted + "+0...0.5 write(4, ..., 10) = 10\n+1 close(4) = 0\n"
	check(t, play(t, room(200*time.Millisecond), src))
	check(t, play(t, room(300*time.Millisecond), src), "still blocks at 0.5")
	check(t, play(t, room(time.Second), accepted+"+0 write(4, ..., 10) = 10\n"), "would block")
	check(t, play(t, room(time.Second), accepted+"+0 fcntl(4, F_SETFL, O_NONBLOCK) = 0\n+0 write(4, ..., 10) = 4\n+0 write(4, ..., 6) = -1 EAGAIN (x)\n"))
}

// What Behaviour lets pass and what it does not, on one SYN-ACK or one ACK.
func TestMatchBehaviour(t *testing.T) {
	t.Parallel()
	synack := func(win uint16, options ...trace.Option) trace.Segment {
		return trace.Segment{Flags: trace.SYN | trace.ACK, Seq: 4000, Ack: 1, Window: win, Options: options}
	}
	mss := trace.Option{Kind: trace.OptMSS, Data: []byte{5, 0xb4}}
	sackOK := trace.Option{Kind: trace.OptSACKPermitted}
	stamp := func(val, ecr uint32) trace.Option {
		return trace.Option{Kind: trace.OptTimestamps, Data: be32(val, ecr)}
	}
	for _, s := range []struct {
		name   string
		answer trace.Segment
		syn    string // the peer's options
		expect string
		want   []string
	}{
		{"another window", synack(77, mss), "", "S. 0:0(0) ack 1 win 1000 <mss 1460>", nil},
		{"a closed window", synack(0, mss), "", "S. 0:0(0) ack 1 win 1000 <mss 1460>", []string{"win 0, expected 1000"}},
		{"order and padding", synack(9, sackOK, mss), "<sackOK,nop,nop>", "S. 0:0(0) ack 1 <mss 1460,nop,nop,sackOK>", nil},
		{"another MSS", synack(9, mss), "", "S. 0:0(0) ack 1 <mss 1400>", nil},
		{"no MSS", synack(9), "", "S. 0:0(0) ack 1 <mss 1460>", []string{"no option mss"}},
		{"less offered", synack(9, mss), "<sackOK,nop,nop>", "S. 0:0(0) ack 1 <mss 1460,nop,nop,sackOK>", nil},
		{"not negotiated", synack(9, mss, sackOK), "", "S. 0:0(0) ack 1 <...>", []string{"option sackOK was not negotiated"}},
		{"origin of TSval", synack(9, stamp(5555, 7)), "<nop,nop,TS val 7 ecr 0>", "S. 0:0(0) ack 1 <nop,nop,TS val 1 ecr 7>", nil},
		{"TSecr", synack(9, stamp(5555, 8)), "<nop,nop,TS val 7 ecr 0>", "S. 0:0(0) ack 1 <nop,nop,TS val 1 ecr 7>", []string{"TSecr 8, expected 7"}},
		{"ack", synack(9), "", "S. 0:0(0) ack 2 <...>", []string{"ack 1, expected 2"}},
	} {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			o := options()
			o.Match = run.Behaviour
			f := &fake{onTCP: func(h *host, _ *trace.Segment) { h.send(s.answer) }}
			check(t, run.Run(parse(t, listening+"+0 < S 0:0(0) win 9 "+s.syn+"\n+0 > "+s.expect+"\n"), f, o), s.want...)
		})
	}
}

// The right edge of the window may not move left (RFC 9293 §3.8.6).
func TestMatchBehaviourRightEdge(t *testing.T) {
	t.Parallel()
	o := options()
	o.Match = run.Behaviour
	for _, s := range []struct {
		win  uint16
		want []string
	}{{990, nil}, {2000, nil}, {989, []string{"the window's right edge moves left"}}} {
		f := &fake{onTCP: func(h *host, seg *trace.Segment) {
			if len(seg.Payload) > 0 {
				h.send(trace.Segment{Flags: trace.ACK, Seq: h.isn + 1, Ack: 11, Window: s.win})
				return
			}
			server(h, seg)
		}}
		check(t, run.Run(parse(t, opened+"+0 < P. 1:11(10) ack 1 win 9\n+0 > . 1:1(0) ack 11\n"), f, o), s.want...)
	}
}

// The ICMP errors that RFC 9293 §3.9.2.2 and RFC 1122 §4.2.3.9 name, by type, code and the four octets behind the checksum; {0, 0, 0}
// where a family has no such message.
func TestICMPErrors(t *testing.T) {
	t.Parallel()
	type message struct {
		typ, code uint8
		rest      uint32
	}
	none := message{}
	for _, c := range []struct {
		line   string
		v4, v6 message
	}{
		{"+0 < icmp unreachable net_unreachable", message{3, 0, 0}, message{1, 0, 0}},
		{"+0 < icmp unreachable host_unreachable", message{3, 1, 0}, message{1, 3, 0}},
		{"+0 < icmp unreachable protocol_unreachable", message{3, 2, 0}, none},
		{"+0 < icmp unreachable port_unreachable", message{3, 3, 0}, message{1, 4, 0}},
		{"+0 < icmp unreachable frag_needed mtu 1300", message{3, 4, 1300}, message{2, 0, 1300}},
		{"+0 < icmp unreachable source_route_failed", message{3, 5, 0}, none},
		{"+0 < icmp unreachable net_prohibited", message{3, 9, 0}, message{1, 1, 0}},
		{"+0 < icmp unreachable host_prohibited", message{3, 10, 0}, message{1, 1, 0}},
		{"+0 < icmp unreachable net_unreachable_for_tos", message{3, 11, 0}, none},
		{"+0 < icmp unreachable admin_prohibited", message{3, 13, 0}, message{1, 1, 0}},
		{"// with: code=6\n+0 < icmp unreachable", message{3, 6, 0}, message{1, 6, 0}},
		{"+0 < icmp source_quench", message{4, 0, 0}, none},
		{"+0 < icmp packet_too_big mtu 1300", none, message{2, 0, 1300}},
		{"+0 < icmp time_exceeded exceeded_hop_limit", message{11, 0, 0}, message{3, 0, 0}},
		{"+0 < icmp time_exceeded exceeded_frag_time", message{11, 1, 0}, message{3, 1, 0}},
		{"+0 < icmp parameter_problem", message{12, 0, 0}, message{4, 0, 0}},
		{"// with: pointer=20 code=1\n+0 < icmp parameter_problem", message{12, 1, 20 << 24}, message{4, 1, 20}},
		{"+0 < icmp parameter_problem unknown_option", none, message{4, 2, 0}},
	} {
		for i, want := range []message{c.v4, c.v6} {
			var got message
			var seq uint32
			f := &fake{isn: 4000, onTCP: server, onICMP: func(_ *host, m *trace.ICMP) {
				got = message{m.Type, m.Code, m.Rest}
				_, _, seq, _ = trace.QuotedTCP(m.Quoted)
			}}
			o := options()
			o.IPv6 = i == 1
			res := run.Run(parse(t, opened+c.line+" [4294967295:4294967295(0)]\n"), f, o)
			if want == none {
				refused(t, res, trace.Error, "no ICMP message")
				continue
			}
			check(t, res)
			if got != want || seq != 3999 { // SND.UNA is 4001 here: a number outside of the window is quoted as well
				t.Errorf("%q, IPv6 %t: got %v of %d, want %v of 3999", c.line, o.IPv6, got, seq, want)
			}
		}
	}
}

// An ICMP error may come from a router, and be malformed.
func TestICMPFromElsewhere(t *testing.T) {
	t.Parallel()
	var got []string
	f := &fake{onTCP: server, onPacket: func(p *trace.Packet) bool {
		if p.TCP == nil {
			got = append(got, fmt.Sprintf("%v > %v %s", p.Src, p.Dst, p.Bad))
		}
		return p.TCP == nil
	}}
	check(t, play(t, f, "--ip_version=ipv4\n"+opened+"// with: src=198.51.100.7\n+0 < icmp unreachable [1:1(0)]\n// with: checksum=bad\n+0 < icmp unreachable [1:1(0)]\n"))
	if want := []string{"198.51.100.7 > 192.168.0.1 ", "192.0.2.1 > 192.168.0.1 bad ICMP checksum"}; !slices.Equal(got, want) {
		t.Errorf("the IUT got %q, want %q", got, want)
	}
}
