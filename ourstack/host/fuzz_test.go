package host

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/twinstack/twinstack/ourstack/ip"
	"github.com/twinstack/twinstack/ourstack/tcp"
)

// FuzzHost plays anything at all against a host with both families: socket calls, segments near where its connections stand
// and far from it, packets of any octets, ICMP about what it sent, and time. Whatever comes: no panic, all that Check knows
// (no wait without a timer that runs or a reason), packets that can be read, bounded queues and memory, and no deadline in
// the past. When all sockets are closed and time has passed, nothing is left.
func FuzzHost(f *testing.F) {
	for i := range uint64(8) {
		f.Add(script(rand.New(rand.NewPCG(i, 1))))
	}
	f.Fuzz(anything)
}

// TestAnything is FuzzHost with scripts out of a generator.
func TestAnything(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 9293))
	for range 3_000 {
		anything(t, script(r))
	}
}

// stepLen is how many octets of a script make one step: what and in which family, which socket or connection, two amounts.
const stepLen = 4

func script(r *rand.Rand) []byte {
	b := make([]byte, 120*stepLen)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	copy(b, []byte{0, 0, 0, 0, 2, 0, 0, 0, 3, 0, byte(r.IntN(3)), 0}) // there is a listener
	return b
}

const (
	maxSockets = 8
	maxBacklog = 3
	// maxTimeWait is how many connections may be in TIME-WAIT at a time.
	maxTimeWait = 1
	// maxMemory is how many octets of memory a connection takes at most: both buffers, which may have room for twice what is
	// in them, and the records.
	maxMemory = 2*2*(64<<10) + 64<<10
)

// anything plays a script.
func anything(t *testing.T, script []byte) {
	g := &game{}
	cfg := tcp.Default()
	// Where nothing limits FIN-WAIT-2, the peers have to end it.
	endless := len(script)%2 == 0
	if !endless {
		cfg.FinWait2 = time.Minute
	}
	g.h = New(Config{Addrs: []netip.Addr{addr4[0], addr6[0]}, Seed: 2, TCP: cfg, MaxTimeWait: maxTimeWait, Send: func(b []byte) {
		var q ip.Packet
		var s tcp.Segment
		if err := ip.Parse(b, &q); err != nil {
			t.Fatalf("sent a packet that is wrong: %v", err)
		}
		if err := tcp.Parse(q.Src, q.Dst, q.Payload, &s); err != nil {
			t.Fatalf("sent a segment that is wrong: %v", err)
		}
		if q.Src != addr4[0] && q.Src != addr6[0] {
			t.Fatalf("sent from %v", q.Src)
		}
		if s.Flags == tcp.SYN|tcp.ACK {
			g.synACK, g.synFrom, g.synTo = s, q.Src, q.Dst
		}
		g.sent[g.packets%len(g.sent)] = bytes.Clone(b)
		g.packets++
	}})
	h := g.h
	for n := 0; n < 200 && len(script) >= stepLen; n++ {
		x := script[:stepLen]
		script = g.step(x, script[stepLen:])
		if err := g.check(); err != "" {
			t.Fatalf("step %d, %v: %v", n, x, err)
		}
	}
	for _, s := range g.sockets {
		must(t, s.Close(g.now))
	}
	g.sockets = nil
	if err := g.check(); err != "" {
		t.Fatalf("all closed: %v", err)
	}
	for _, c := range g.conns() {
		if endless && c.State() == tcp.FinWait2 {
			g.deliver(c.Local, c.Remote, &tcp.Segment{Seq: c.RcvNxt, Flags: tcp.RST})
		}
	}
	for n := 0; ; n++ {
		at, ok := h.NextDeadline()
		if !ok {
			break
		}
		g.now = at
		if h.Poll(at); n > 10_000 {
			t.Fatal("all closed, and timers never end")
		}
		if err := g.check(); err != "" {
			t.Fatalf("all closed, some time ago: %v", err)
		}
	}
	if len(h.conns)+len(h.due)+len(h.listeners)+len(h.bound)+len(h.locals) > 0 {
		t.Fatalf("all closed, long ago: %d connections, %d timers, %d listeners, ports %v %v", len(h.conns), len(h.due), len(h.listeners), h.bound, h.locals)
	}
}

// game is a host, the sockets open on it, and what it last sent.
type game struct {
	h       *Host
	now     time.Duration
	sockets []*Socket
	sent    [8][]byte
	packets int

	synACK         tcp.Segment // the last that was sent: it may be a cookie
	synFrom, synTo netip.Addr
}

// check says what is wrong with the host, "" if nothing is.
func (g *game) check() string {
	h := g.h
	if err := h.check(g.sockets); err != nil {
		return err.Error()
	}
	if at, ok := h.NextDeadline(); ok && at < g.now {
		return "a deadline in the past: " + (g.now - at).String()
	}
	for _, l := range h.listeners {
		if l.halfOpen > maxBacklog || len(l.accepts) > maxBacklog {
			return "a queue is longer than its bound"
		}
	}
	for _, c := range append(g.conns(), h.free...) {
		for ; c != nil; c = c.previous {
			if c.Memory() > maxMemory {
				return "a connection takes too much memory"
			}
		}
	}
	return ""
}

func (g *game) conns() []*conn {
	var cs []*conn
	for _, c := range g.h.conns {
		cs = append(cs, c)
	}
	sortBySerial(cs)
	return cs
}

// deliver gives the host a segment for one of its sockets.
func (g *game) deliver(to, from netip.AddrPort, s *tcp.Segment) {
	s.SrcPort, s.DstPort = from.Port(), to.Port()
	g.h.Deliver(g.now, packet(from.Addr(), to.Addr(), s.Append(nil, from.Addr(), to.Addr())))
}

// packet puts an IP header before the octets of a segment.
func packet(src, dst netip.Addr, body []byte) []byte {
	if src.Is6() {
		b := make([]byte, ip.HeaderV6, ip.HeaderV6+len(body))
		ip.PutV6(b, src, dst, ip.ProtocolTCP, 64, 0, len(body))
		return append(b, body...)
	}
	b := make([]byte, ip.HeaderV4, ip.HeaderV4+len(body))
	ip.PutV4(b, src, dst, ip.ProtocolTCP, 64, 0, len(body))
	return append(b, body...)
}

// step does what four octets say, and gives back what of the script is left: octets of a packet may follow.
func (g *game) step(x, rest []byte) []byte {
	var s *Socket
	if len(g.sockets) > 0 {
		s = g.sockets[int(x[1])%len(g.sockets)]
	}
	v6 := x[0]&32 != 0
	us, peer := addr4[0], addr4[1]
	if v6 {
		us, peer = addr6[0], addr6[1]
	}
	buf := make([]byte, x[2])
	switch what := x[0] % 32; {
	case what == 0 && len(g.sockets) < maxSockets:
		s = g.h.Socket(v6)
		s.Notify(func() { _ = s.Poll() })
		g.sockets = append(g.sockets, s)
	case what == 1:
		g.wait(time.Duration(x[2]) * []time.Duration{time.Second, time.Millisecond, time.Minute, time.Second}[x[3]%4])
	case what == 28:
		g.icmp(x)
	case what == 29:
		return g.octets(x, rest, us, peer)
	case what >= 20 && what != 31:
		g.segment(x, us, peer)
	case s == nil:
	case what == 2:
		_ = s.Bind(netip.AddrPortFrom(us, 80))
	case what <= 4:
		_ = s.Listen(int(x[2] % maxBacklog))
	case what == 5 && x[3]%8 == 0:
		_ = s.ListenFor(g.now, netip.AddrPortFrom(peer, 4000))
	case what == 5:
		_ = s.Connect(g.now, netip.AddrPortFrom(peer, 4000+uint16(x[2]%2)))
	case what <= 8:
		if len(g.sockets) >= maxSockets {
			break
		}
		if c, _, err := s.Accept(); err == nil {
			g.sockets = append(g.sockets, c)
		}
	case what <= 10:
		_, _ = s.Read(g.now, buf)
	case what == 11 && x[3]%4 == 0:
		_, _ = s.SendUrgent(g.now, buf)
	case what <= 12:
		_, _ = s.Write(g.now, bytes.Repeat(buf, 1+int(x[3])))
	case what <= 15:
		_ = s.Shutdown(g.now, x[2]%4 == 0, x[2]%4 < 3)
	case what == 16:
		s.SetLinger(x[2]%2 == 0, time.Duration(x[2]/64)*time.Second)
		s.SetReuseAddr(x[3]%2 == 0)
		_ = s.SetKeepalive(g.now, tcp.Keepalive{On: x[3]%4 > 0, Idle: time.Second, Interval: time.Second, Probes: int(x[3])})
	case what == 17:
		_ = s.SetBuffers(g.now, int(x[2])<<(x[1]>>5), int(x[3])<<(x[1]>>5))
	case what == 18:
		_ = s.SetMaxSeg(g.now, int(x[2]))
		_ = s.TakeError()
	case what == 19:
		_ = s.Close(g.now)
		g.sockets = slices.DeleteFunc(g.sockets, func(o *Socket) bool { return o == s })
	case what == 31:
		s.SetNoDelay(g.now, x[2]%2 == 0)
		_ = s.SetTTL(g.now, int(x[3]))
		_ = s.SetTOS(g.now, int(x[3]))
		_ = s.SetUserTimeout(g.now, time.Duration(x[2]/64)*time.Minute)
		g.h.Poll(g.now) // whose patience has ended already
	}
	return rest
}

// wait lets time pass, deadline by deadline.
func (g *game) wait(d time.Duration) {
	end := g.now + d
	for at, ok := g.h.NextDeadline(); ok && at <= end; at, ok = g.h.NextDeadline() {
		g.now = at
		g.h.Poll(at)
	}
	g.now = end
}

// segment delivers one to the listener's port, or to a connection, near where that stands.
func (g *game) segment(x []byte, us, peer netip.Addr) {
	to, from := netip.AddrPortFrom(us, 80), netip.AddrPortFrom(peer, 4000+uint16(x[1]%8))
	out := &tcp.Segment{Wnd: uint16(x[3]) * 10, Flags: tcp.SYN, Seq: tcp.Seq(x[2]) << 24}
	var stamps bool
	if cs := g.conns(); len(cs) > 0 && x[3]%4 > 0 {
		c := cs[int(x[1])%len(cs)]
		to, from = c.Local, c.Remote
		out.Seq, out.Ack = c.RcvNxt, c.SndNxt
		out.Flags = [...]tcp.Flags{tcp.ACK, tcp.ACK, tcp.ACK | tcp.FIN, tcp.ACK, tcp.ACK | tcp.FIN, tcp.RST, tcp.SYN, tcp.SYN | tcp.ACK}[x[2]%8]
		switch x[2] >> 3 {
		case 0:
			out.Text = make([]byte, x[3])
		case 1:
			out.Text, out.Seq = make([]byte, x[3]), c.RcvNxt+tcp.Seq(x[1]) // beyond a hole
		case 2:
			out.Ack = c.SndUna
			if c.SndUna != c.SndNxt {
				out.Options.SACK[0], out.Options.Blocks = tcp.Block{Left: c.SndNxt - tcp.Seq(x[1]), Right: c.SndNxt}, 1
			}
		case 3:
			out.Ack = c.SndUna + tcp.Seq(x[1])
		case 4:
			out.Seq--
		case 30, 31:
			out.Ack--
		}
		stamps = c.SndTsOK
		out.Options.TSVal = c.TsRecent + uint32(x[1]&1)
	}
	if out.Options.HasTimestamps = stamps || out.Flags&tcp.SYN != 0 && x[1]&2 != 0; out.Flags&tcp.SYN != 0 {
		out.Options.SACKPermitted = x[1]&4 != 0
		out.Options.HasWindowScale, out.Options.WindowScale = x[1]&8 != 0, x[1]>>4
		out.Options.HasMSS, out.Options.MSS = x[1]&16 != 0, uint16(x[3])*8
	}
	if s := &g.synACK; s.Flags != 0 && x[3]%16 == 4 {
		to, from = netip.AddrPortFrom(g.synFrom, s.SrcPort), netip.AddrPortFrom(g.synTo, s.DstPort)
		out.Flags, out.Seq, out.Ack = tcp.ACK, s.Ack, s.Seq+1
		out.Options = tcp.Options{HasTimestamps: s.Options.HasTimestamps, TSVal: uint32(x[1]), TSEcr: s.Options.TSVal}
	}
	g.deliver(to, from, out)
}

// icmp delivers a message about one of the packets that the host sent last.
func (g *game) icmp(x []byte) {
	quoted := g.sent[int(x[1])%len(g.sent)]
	if quoted == nil {
		return
	}
	kinds := [...][2]byte{
		{ip.V4Unreachable, ip.V4FragmentationNeeded}, {ip.V4Unreachable, ip.V4PortUnreachable}, {ip.V4Unreachable, ip.V4HostUnreachable},
		{ip.V4TimeExceeded, 0}, {ip.V6PacketTooBig, 0}, {ip.V6Unreachable, ip.V6PortUnreachable}, {ip.V6Unreachable, ip.V6NoRoute},
		{x[2], x[3]},
	}
	k := kinds[x[2]%8]
	g.h.Deliver(g.now, icmpAbout(quoted, k[0], k[1], uint32(x[3])*8))
}

// octets delivers what follows in the script: as a packet, or as a segment whose checksum is mended.
func (g *game) octets(x, rest []byte, us, peer netip.Addr) []byte {
	n := min(int(x[2]), len(rest))
	b := bytes.Clone(rest[:n])
	if x[1]%2 == 0 || n < tcp.HeaderLen {
		g.h.Deliver(g.now, b)
		return rest[n:]
	}
	binary.BigEndian.PutUint16(b[2:], 80)
	b[16], b[17] = 0, 0
	binary.BigEndian.PutUint16(b[16:], ip.Fold(ip.Sum(ip.PseudoSum(peer, us, ip.ProtocolTCP, n), b)))
	g.h.Deliver(g.now, packet(peer, us, b))
	return rest[n:]
}
