package run_test

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/twinstack/twinstack/harness/iut"
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
	check(t, play(t, f, "+0 < [bad-checksum] . 1:1(0) win 9\n+0 < . 1:1(0) win 9 <opt 253/0 0102>\n"))
	if arrived != 0 {
		t.Errorf("%d segments could be decoded; one had a bad checksum, one an option of length 0", arrived)
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
