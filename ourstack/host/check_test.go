package host

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/twinstack/twinstack/ourstack/ip"
	"github.com/twinstack/twinstack/ourstack/tcp"
)

// check is Check, and that the sockets, all that are open, hold what is theirs alone.
func (h *Host) check(sockets []*Socket) error {
	if err := h.Check(); err != nil {
		return err
	}
	for i, s := range sockets {
		if s.c == nil {
			continue
		}
		for _, other := range sockets[:i] {
			if other.c == s.c {
				return fmt.Errorf("two sockets have one connection")
			}
		}
		if !s.c.socket || slices.Contains(h.free, s.c) {
			return fmt.Errorf("a socket holds a connection in %v that is free", s.c.State())
		}
	}
	return nil
}

// FuzzSockets plays any socket calls and segments against one host that has a listener.
func FuzzSockets(f *testing.F) {
	for i := range uint64(8) {
		f.Add(script(rand.New(rand.NewPCG(i, 1))))
	}
	f.Fuzz(anyCalls)
}

// TestAnyCalls is FuzzSockets with scripts out of a generator.
func TestAnyCalls(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 9293))
	for range 3_000 {
		anyCalls(t, script(r))
	}
}

const stepLen = 4

func script(r *rand.Rand) []byte {
	b := make([]byte, 120*stepLen)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	copy(b, []byte{0, 0, 0, 0, 2, 0, 0, 0, 3, 0, byte(r.IntN(3)), 0}) // there is a listener
	return b
}

// anyCalls plays a script: what, which socket or connection, two amounts.
func anyCalls(t *testing.T, script []byte) {
	g := new(game)
	h := New(Config{Addrs: []netip.Addr{addr4[1]}, Seed: 2, MaxTimeWait: 1, Send: func(b []byte) {
		var q ip.Packet
		var s tcp.Segment
		if err := ip.Parse(b, &q); err != nil {
			t.Fatalf("sent a packet that is wrong: %v", err)
		}
		if err := tcp.Parse(q.Src, q.Dst, q.Payload, &s); err != nil {
			t.Fatalf("sent a segment that is wrong: %v", err)
		}
		if s.Flags == tcp.SYN|tcp.ACK {
			g.synACK = s
		}
	}})
	g.h = h
	for n := 0; n < 200 && len(script) >= stepLen; n++ {
		g.step(script[:stepLen])
		if err := h.check(g.sockets); err != nil {
			t.Fatalf("step %d, %v: %v", n, script[:stepLen], err)
		}
		if at, ok := h.NextDeadline(); ok && at < g.now {
			t.Fatalf("a deadline %v in the past", g.now-at)
		}
		script = script[stepLen:]
	}
	for _, s := range g.sockets {
		must(t, s.Close(g.now))
	}
	if err := h.check(nil); err != nil {
		t.Fatalf("all closed: %v", err)
	}
	// FIN-WAIT-2 has no timer: its peers reset what is left there.
	for _, c := range g.conns() {
		if c.State() == tcp.FinWait2 {
			g.deliver(&tcp.Segment{SrcPort: c.Remote.Port(), DstPort: c.Local.Port(), Seq: c.RcvNxt, Flags: tcp.RST})
		}
	}
	for at, ok := h.NextDeadline(); ok; at, ok = h.NextDeadline() {
		h.Poll(at)
	}
	if err := h.check(nil); err != nil || len(h.conns) > 0 {
		t.Fatalf("all closed, long ago: %v, %d connections", err, len(h.conns))
	}
}

// game is a host and the sockets open on it.
type game struct {
	h       *Host
	now     time.Duration
	sockets []*Socket
	synACK  tcp.Segment // the last that was sent: it may be a cookie
}

func (g *game) conns() []*conn {
	var cs []*conn
	for _, c := range g.h.conns {
		cs = append(cs, c)
	}
	sortBySerial(cs)
	return cs
}

func (g *game) deliver(s *tcp.Segment) {
	body := s.Append(nil, addr4[0], addr4[1])
	b := make([]byte, ip.HeaderV4, ip.HeaderV4+len(body))
	ip.PutV4(b, addr4[0], addr4[1], ip.ProtocolTCP, 64, 0, len(body))
	g.h.Deliver(g.now, append(b, body...))
}

func (g *game) step(x []byte) {
	var s *Socket
	if len(g.sockets) > 0 {
		s = g.sockets[int(x[1])%len(g.sockets)]
	}
	buf := make([]byte, x[2])
	switch what := x[0] % 32; {
	case what == 0 && len(g.sockets) < 8:
		g.sockets = append(g.sockets, g.h.Socket(false))
	case what == 1:
		g.now += time.Duration(x[2]) * time.Second
		g.h.Poll(g.now)
	case what >= 20:
		g.segment(x)
	case s == nil:
	case what == 2:
		_ = s.Bind(netip.AddrPortFrom(addr4[1], 80))
	case what <= 4:
		_ = s.Listen(int(x[2] % 3))
	case what == 5 && x[3]%8 == 0:
		_ = s.ListenFor(g.now, netip.AddrPortFrom(addr4[0], 4000))
	case what == 5:
		_ = s.Connect(g.now, netip.AddrPortFrom(addr4[0], 4000+uint16(x[2]%2)))
	case what <= 8:
		if c, _, err := s.Accept(); err == nil {
			g.sockets = append(g.sockets, c)
		}
	case what <= 10:
		_, _ = s.Read(g.now, buf)
	case what == 11 && x[3]%4 == 0:
		_, _ = s.SendUrgent(g.now, buf)
	case what <= 12:
		_, _ = s.Write(g.now, buf)
	case what <= 15:
		_ = s.Shutdown(g.now, x[2]%4 == 0, x[2]%4 < 3)
	case what == 16:
		s.SetLinger(x[2]%2 == 0, 0)
		s.SetReuseAddr(x[3]%2 == 0)
		_ = s.SetKeepalive(g.now, tcp.Keepalive{On: x[3]%4 > 0, Idle: time.Second, Interval: time.Second, Probes: int(x[3])})
	case what == 17:
		_ = s.SetBuffers(g.now, int(x[2]), int(x[3]))
	case what == 18:
		_ = s.SetMaxSeg(g.now, int(x[2]))
		_ = s.TakeError()
	case what == 19:
		_ = s.Close(g.now)
		g.sockets = slices.DeleteFunc(g.sockets, func(o *Socket) bool { return o == s })
	}
}

// segment delivers one to the listener's port, or to a connection, near where that stands.
func (g *game) segment(x []byte) {
	out := &tcp.Segment{SrcPort: 4000 + uint16(x[1]%2), DstPort: 80, Wnd: uint16(x[3]) * 10, Flags: tcp.SYN, Seq: tcp.Seq(x[2]) << 24}
	if cs := g.conns(); len(cs) > 0 && x[3]%4 > 0 {
		c := cs[int(x[1])%len(cs)]
		out.SrcPort, out.DstPort = c.Remote.Port(), c.Local.Port()
		out.Seq, out.Ack = c.RcvNxt, c.SndNxt
		out.Flags = [...]tcp.Flags{tcp.ACK, tcp.ACK, tcp.ACK | tcp.FIN, tcp.ACK, tcp.ACK | tcp.FIN, tcp.RST, tcp.SYN, tcp.SYN | tcp.ACK}[x[2]%8]
		if x[2]%64 < 8 {
			out.Text = make([]byte, x[3])
		}
		if x[2] > 240 {
			out.Ack--
		}
	}
	if s := &g.synACK; s.Flags != 0 && x[3]%16 == 4 {
		out.SrcPort, out.DstPort, out.Flags, out.Seq, out.Ack = s.DstPort, s.SrcPort, tcp.ACK, s.Ack, s.Seq+1
	}
	g.deliver(out)
}
