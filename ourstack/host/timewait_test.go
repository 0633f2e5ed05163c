package host

import (
	"net/netip"
	"slices"
	"testing"
	"time"
	"unsafe"

	"github.com/twinstack/twinstack/ourstack/tcp"
)

// arrives delivers a segment from a port of the peer's to the listener's.
func (g *game) arrives(port uint16, s *tcp.Segment) {
	g.deliver(netip.AddrPortFrom(addr4[1], 80), netip.AddrPortFrom(addr4[0], port), s)
}

// waiting brings connections from these ports into TIME-WAIT, a second apart.
func (g *game) waiting(t *testing.T, l *Socket, ports ...uint16) {
	t.Helper()
	for _, port := range ports {
		g.now += time.Second
		at := func() *conn {
			return g.h.conns[tuple{netip.AddrPortFrom(addr4[1], 80), netip.AddrPortFrom(addr4[0], port)}]
		}
		g.arrives(port, &tcp.Segment{Flags: tcp.SYN, Seq: 0, Wnd: 1000})
		g.arrives(port, &tcp.Segment{Flags: tcp.ACK, Seq: 1, Ack: at().SndNxt, Wnd: 1000})
		s, _, err := l.Accept()
		must(t, err)
		must(t, s.Close(g.now))
		g.arrives(port, &tcp.Segment{Flags: tcp.ACK | tcp.FIN, Seq: 1, Ack: at().SndNxt, Wnd: 1000})
		if at() == nil || at().State() != tcp.TimeWait {
			t.Fatalf("port %d is not in TIME-WAIT", port)
		}
		must(t, g.h.check(nil))
	}
}

// left are the ports of the peers in TIME-WAIT.
func (g *game) left() (ports []uint16) {
	g.h.Conns(func(_, remote netip.AddrPort, s tcp.State) {
		if s == tcp.TimeWait {
			ports = append(ports, remote.Port())
		}
	})
	return ports
}

func newWaiting(t *testing.T, limit int) (*game, *Socket) {
	g := &game{h: New(Config{Addrs: addr4[1:], Seed: 2, MaxTimeWait: limit, TCP: immediate(), Send: func([]byte) {}})}
	l := g.h.Socket(false)
	must(t, l.Bind(netip.MustParseAddrPort("10.0.0.2:80")))
	must(t, l.Listen(5))
	return g, l
}

// The one that would be over first makes room; a FIN that comes again puts its connection behind the others.
func TestMaxTimeWait(t *testing.T) {
	t.Parallel()
	g, l := newWaiting(t, 3)
	g.waiting(t, l, 4001, 4002, 4003)
	g.now += time.Second
	c := g.h.conns[tuple{netip.AddrPortFrom(addr4[1], 80), netip.AddrPortFrom(addr4[0], 4001)}]
	g.arrives(4001, &tcp.Segment{Flags: tcp.ACK | tcp.FIN, Seq: 1, Ack: c.SndNxt, Wnd: 1000})
	g.waiting(t, l, 4004)
	if p := g.left(); !slices.Equal(p, []uint16{4001, 4003, 4004}) {
		t.Errorf("left %v", p)
	}
	g.waiting(t, l, 4005, 4006)
	if p := g.left(); !slices.Equal(p, []uint16{4004, 4005, 4006}) && !slices.Equal(p, []uint16{4001, 4005, 4006}) {
		t.Errorf("left %v", p)
	}
	if n := g.h.Counters().TimeWaitsCut; n != 3 {
		t.Errorf("%d cut, want 3", n)
	}
	g.h.Poll(g.now + 10*time.Minute)
	if p := g.left(); len(p) > 0 {
		t.Errorf("after 2MSL %v are left", p)
	}
	must(t, g.h.check(nil))
}

// A TIME-WAIT that was opened anew, and comes back since the SYN was an old duplicate, is among those that are bounded.
func TestMaxTimeWaitOfOneThatComesBack(t *testing.T) {
	t.Parallel()
	g, l := newWaiting(t, 2)
	g.waiting(t, l, 4001, 4002)
	g.arrives(4002, &tcp.Segment{Flags: tcp.SYN, Seq: 1000, Wnd: 1000})
	must(t, g.h.check(nil))
	g.arrives(4002, &tcp.Segment{Flags: tcp.RST, Seq: 1001})
	must(t, g.h.check(nil))
	if p := g.left(); !slices.Equal(p, []uint16{4001, 4002}) {
		t.Errorf("left %v", p)
	}
	g.waiting(t, l, 4003)
	if p := g.left(); !slices.Equal(p, []uint16{4001, 4003}) {
		t.Errorf("left %v: what came back goes first", p)
	}
}

// A user who still holds a socket whose TIME-WAIT was cut learns of no error: all has been delivered both ways.
func TestMaxTimeWaitWithSocket(t *testing.T) {
	t.Parallel()
	g, l := newWaiting(t, 1)
	g.arrives(4000, &tcp.Segment{Flags: tcp.SYN, Seq: 0, Wnd: 1000})
	nxt := g.conns()[0].SndNxt
	g.arrives(4000, &tcp.Segment{Flags: tcp.ACK, Seq: 1, Ack: nxt, Wnd: 1000, Text: []byte("last words")})
	s, _, err := l.Accept()
	must(t, err)
	must(t, s.Shutdown(g.now, false, true))
	g.arrives(4000, &tcp.Segment{Flags: tcp.ACK | tcp.FIN, Seq: 11, Ack: nxt + 1, Wnd: 1000})
	g.waiting(t, l, 4001)
	if p := g.left(); !slices.Equal(p, []uint16{4001}) {
		t.Fatalf("left %v", p)
	}
	var b [20]byte
	if n, err := s.Read(g.now, b[:]); n != 10 || err != nil {
		t.Errorf("read %d, %v", n, err)
	}
	if n, err := s.Read(g.now, b[:]); n != 0 || err != nil {
		t.Errorf("at the end of the stream: %d, %v", n, err)
	}
	if err := s.TakeError(); err != "" {
		t.Errorf("error %v", err)
	}
	must(t, s.Close(g.now))
	must(t, g.h.check(nil))
}

// What a connection in TIME-WAIT keeps, its buffers aside (tcp: TestTimeWaitKeepsNoBuffers), is its record; so the bound on
// their number is one on memory.
func TestTimeWaitIsSmall(t *testing.T) {
	t.Parallel()
	if n := unsafe.Sizeof(conn{}); n*defaultMaxTimeWait > 32<<20 {
		t.Errorf("%d octets each, %d MiB in all", n, n*defaultMaxTimeWait>>20)
	}
}
