package host

import (
	"encoding/binary"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/twinstack/twinstack/ourstack/ip"
	"github.com/twinstack/twinstack/ourstack/tcp"
)

// Connect on a listener makes it active (RFC 9293 §3.10.1): the SYN goes out from its port, and nobody listens any more.
func TestListenerTurnsActive(t *testing.T) {
	t.Parallel()
	p := newPair(immediate())
	p.listen(t, false)
	a := p.hosts[0].Socket(false)
	must(t, a.Bind(netip.MustParseAddrPort("10.0.0.1:99")))
	must(t, a.Listen(1))
	// A peer whose connection nobody accepts.
	b := p.hosts[1].Socket(false)
	if err := b.Connect(p.now, netip.MustParseAddrPort("10.0.0.1:99")); err != EINPROGRESS {
		t.Fatal(err)
	}
	p.for10ms()
	for remote, want := range map[string]Errno{"[fd00::2]:80": EAFNOSUPPORT, "0.0.0.0:80": ENETUNREACH, "10.0.0.2:0": EADDRNOTAVAIL} {
		if err := a.Connect(p.now, netip.MustParseAddrPort(remote)); err != want {
			t.Errorf("connect to %s: %v, want %v", remote, err, want)
		}
	}
	if s := p.states(0); s != "ESTABLISHED " {
		t.Fatalf("calls that fail left %s", s)
	}
	if err := a.Connect(p.now, netip.MustParseAddrPort("10.0.0.2:80")); err != EINPROGRESS {
		t.Fatal(err)
	}
	p.for10ms()
	must(t, a.Connect(p.now, netip.AddrPort{}))
	if s := p.states(0); s != "ESTABLISHED " || a.LocalAddr() != netip.MustParseAddrPort("10.0.0.1:99") {
		t.Errorf("%s from %v", s, a.LocalAddr())
	}
	if err := b.TakeError(); err != ECONNRESET {
		t.Errorf("who was not accepted is told %q", err)
	}
	b = p.hosts[1].Socket(false)
	_ = b.Connect(p.now, netip.MustParseAddrPort("10.0.0.1:99"))
	p.for10ms()
	if err := b.TakeError(); err != ECONNREFUSED {
		t.Errorf("who comes later is told %q", err)
	}
	must(t, a.Close(p.now))
}

// A passive OPEN for one caller.
func TestListenFor(t *testing.T) {
	t.Parallel()
	one, other := netip.MustParseAddrPort("10.0.0.1:1000"), netip.MustParseAddrPort("10.0.0.1:1001")
	at := netip.MustParseAddrPort("10.0.0.2:80")
	from := func(p *pair, port netip.AddrPort) *Socket {
		s := p.hosts[0].Socket(false)
		must(t, s.Bind(port))
		if err := s.Connect(p.now, at); err != EINPROGRESS {
			t.Fatal(err)
		}
		p.for10ms()
		return s
	}
	p := newPair(immediate())
	l := p.hosts[1].Socket(false)
	if err := l.ListenFor(p.now, one); err != EINVAL {
		t.Errorf("not bound: %v", err)
	}
	must(t, l.Bind(netip.MustParseAddrPort("0.0.0.0:80")))
	for remote, want := range map[string]Errno{"[fd00::1]:1": EAFNOSUPPORT, "255.255.255.255:1": ENETUNREACH, "10.0.0.1:0": EADDRNOTAVAIL} {
		if err := l.ListenFor(p.now, netip.MustParseAddrPort(remote)); err != want {
			t.Errorf("for %s: %v, want %v", remote, err, want)
		}
	}
	must(t, l.ListenFor(p.now, one))
	if s := p.states(1); s != "LISTEN " {
		t.Fatalf("state %s", s)
	}
	if e := l.Poll(); e != (Events{}) {
		t.Errorf("ready for %+v", e)
	}
	if err := l.Connect(p.now, other); err != EISCONN {
		t.Errorf("connect to another: %v", err)
	}
	if err := from(p, other).TakeError(); err != ECONNREFUSED {
		t.Errorf("another caller is told %q", err)
	}
	a := from(p, one)
	if s := p.states(1); s != "ESTABLISHED " || l.RemoteAddr() != one {
		t.Fatalf("state %s with %v", s, l.RemoteAddr())
	}
	a.SetLinger(true, 0)
	must(t, a.Close(p.now))
	p.for10ms()

	// Write and Connect make it active. Here nobody answers, so R2 ends it.
	for _, act := range []func(*Socket) error{
		func(s *Socket) error { _, err := s.Write(p.now, []byte("text")); return err },
		func(s *Socket) error {
			if err := s.Connect(p.now, one); err != EINPROGRESS {
				return err
			}
			return nil
		},
	} {
		p = newPair(immediate())
		p.drop = func(int, []byte) bool { return true }
		l = p.hosts[1].Socket(false)
		must(t, l.Bind(at))
		must(t, l.ListenFor(p.now, one))
		must(t, act(l))
		if s := p.states(1); s != "SYN-SENT " {
			t.Errorf("state %s", s)
		}
		p.run(p.now + 10*time.Minute)
		if err := l.TakeError(); err != ETIMEDOUT {
			t.Errorf("it ended with %q", err)
		}
	}
}

// TTL and Diffserv of all that a connection sends (MUST-48, MUST-49), of both ends: an accepted one has the listener's.
func TestLowerLevel(t *testing.T) {
	t.Parallel()
	for _, v6 := range []bool{false, true} {
		p := newPair(immediate())
		l := p.listen(t, v6)
		must(t, l.SetTTL(p.now, 7))
		must(t, l.SetTOS(p.now, 0xbb))
		p.drop = func(from int, b []byte) bool {
			var q ip.Packet
			must(t, ip.Parse(b, &q))
			if from == 1 && (q.TTL != 7 || q.TOS != 0xb8) || from == 0 && (q.TTL != ip.DefaultTTL || q.TOS != 0) {
				t.Errorf("host %d sends TTL %d, TOS %#x", from, q.TTL, q.TOS)
			}
			return false
		}
		p.life(t, l, v6)
		for _, bad := range []int{0, -1, 256} {
			if err := l.SetTTL(p.now, bad); err != EINVAL {
				t.Errorf("TTL %d: %v", bad, err)
			}
		}
		if err := l.SetTOS(p.now, 256); err != EINVAL || l.TOS() != 0xb8 || l.TTL() != 7 {
			t.Errorf("TOS 256: %v; TOS %#x, TTL %d", err, l.TOS(), l.TTL())
		}
	}
}

// ECN beside Diffserv (RFC 3168 §5), both ways, by configuration and by the socket, of which the last word is.
func TestSocketECN(t *testing.T) {
	t.Parallel()
	for _, v6 := range []bool{false, true} {
		for _, on := range []bool{false, true} {
			cfg := immediate()
			cfg.ECN = !on
			p := newPair(cfg)
			l := p.listen(t, v6)
			must(t, l.SetTOS(p.now, 0xbb))
			l.SetECN(p.now, on)
			p.hosts[0].env.Config.ECN = true
			var tos []uint8
			p.drop = func(from int, b []byte) bool {
				var q ip.Packet
				must(t, ip.Parse(b, &q))
				if len(q.Payload) > 40 {
					tos = append(tos, q.TOS)
					mark(b)
				}
				return false
			}
			p.life(t, l, v6)
			want := []uint8{0, 0xb8, 0, 0xb8} // SYN and SYN,ACK first: neither is ECT
			if on {
				want = []uint8{0, 0xb8, 2, 0xba}
			}
			if !slices.Equal(tos, want) || l.ECN() != on || l.TOS() != 0xb8 {
				t.Errorf("v6 %t, ECN %t: SYNs and text go out with %#x, want %#x", v6, on, tos, want)
			}
		}
	}
}

// TestMarksOnTheWay has every packet that is ECT marked: both ends send less, and all the same all of it comes.
func TestMarksOnTheWay(t *testing.T) {
	t.Parallel()
	for _, v6 := range []bool{false, true} {
		cfg := immediate()
		cfg.ECN = true
		p, a, b := established(t, cfg, v6)
		p.checked(t)
		marked := 0
		p.drop = func(_ int, packet []byte) bool {
			marked += mark(packet)
			return false
		}
		text := make([]byte, 20000)
		n, err := a.Write(p.now, text)
		must(t, err)
		p.run(p.now + time.Minute)
		got, err := b.Read(p.now, make([]byte, 30000))
		if st, _ := a.Status(); err != nil || got != n || marked < 14 || st.CWND != st.EffSendMSS || st.Resent != 0 {
			t.Errorf("v6 %t: %d of %d octets, %v, %d packets marked, cwnd %d, %d sent again", v6, got, n, err, marked, st.CWND, st.Resent)
		}
	}
}

// mark is a router that has met congestion; it returns how many packets it has marked.
func mark(b []byte) int {
	var q ip.Packet
	if ip.Parse(b, &q) != nil || q.ECN() != ip.ECT0 {
		return 0
	}
	if q.Src.Is6() {
		b[1] |= 3 << 4
		return 1
	}
	b[1] |= 3
	b[10], b[11] = 0, 0
	binary.BigEndian.PutUint16(b[10:], ip.Fold(ip.Sum(0, b[:ip.HeaderV4])))
	return 1
}

func TestSocketKeepalive(t *testing.T) {
	t.Parallel()
	p, a, b := established(t, immediate(), false)
	k := a.Keepalive()
	if k.On || k.Idle != 2*time.Hour {
		t.Errorf("the default is %+v", k)
	}
	if err := a.SetKeepalive(p.now, tcp.Keepalive{On: true}); err != EINVAL {
		t.Errorf("no times: %v", err)
	}
	k.On, k.Idle = true, time.Minute
	must(t, a.SetKeepalive(p.now, k))
	p.sent = 0
	p.run(p.now + 59*time.Second)
	must(t, a.SetTOS(p.now, 8)) // another option does not put it off
	p.run(p.now + 2*time.Second)
	if p.sent != 2 {
		t.Errorf("%d packets in a minute of silence, want a probe and its answer", p.sent)
	}
	p.drop = func(int, []byte) bool { return true }
	p.run(p.now + time.Hour)
	if err := a.TakeError(); err != ETIMEDOUT || p.states(0) != "" {
		t.Errorf("the peer is gone: %q, %s", err, p.states(0))
	}
	must(t, b.Close(p.now))
}

func TestSocketUrgent(t *testing.T) {
	t.Parallel()
	p, a, b := established(t, immediate(), false)
	if a.UrgentPending() != 0 || a.AtMark() || p.hosts[0].Socket(false).UrgentPending() != 0 || p.hosts[0].Socket(false).AtMark() {
		t.Error("urgent data out of nothing")
	}
	n, err := a.SendUrgent(p.now, []byte("now!"))
	must(t, err)
	_, err = a.Write(p.now, []byte("later"))
	must(t, err)
	p.for10ms()
	if e := b.Poll(); n != 4 || !e.Pri || !e.In || b.UrgentPending() != 4 {
		t.Errorf("sent %d, ready for %+v, %d urgent", n, e, b.UrgentPending())
	}
	buf := make([]byte, 20)
	n, err = b.Read(p.now, buf)
	if string(buf[:n]) != "now!" || err != nil || !b.AtMark() || b.Poll().Pri {
		t.Errorf("read %q, %v, at mark %v, poll %+v", buf[:n], err, b.AtMark(), b.Poll())
	}
	n, err = b.Read(p.now, buf)
	if string(buf[:n]) != "later" || err != nil || b.AtMark() {
		t.Errorf("read %q, %v, at mark %v", buf[:n], err, b.AtMark())
	}
}

// With linger above zero what is left of a connection is aborted when that is over.
func TestLinger(t *testing.T) {
	t.Parallel()
	p, a, _ := established(t, immediate(), false)
	a.SetLinger(true, 3*time.Second)
	p.drop = func(int, []byte) bool { return true }
	must(t, a.Close(p.now))
	p.run(p.now + 2*time.Second)
	if s := p.states(0); s != "FIN-WAIT-1 " {
		t.Errorf("while it lingers: %s", s)
	}
	p.run(p.now + 2*time.Second)
	if s := p.states(0); s != "" {
		t.Errorf("afterwards: %s", s)
	}
}

// An accepted socket has what its listener had when the connection began, and says so; what is set on the listener later is
// for later connections.
func TestAcceptedOptions(t *testing.T) {
	t.Parallel()
	g := &game{h: New(Config{Addrs: addr4[:1], Seed: 2, Send: func([]byte) {}})}
	l := g.h.Socket(false)
	us, peer := netip.AddrPortFrom(addr4[0], 80), netip.AddrPortFrom(addr4[1], 4000)
	must(t, l.Bind(us))
	must(t, l.Listen(5))
	must(t, l.SetTTL(0, 7))
	g.deliver(us, peer, &tcp.Segment{Flags: tcp.SYN, Wnd: 1000})
	must(t, l.SetTTL(0, 9))
	must(t, l.SetUserTimeout(0, time.Second))
	c := g.conns()[0]
	g.deliver(us, peer, &tcp.Segment{Flags: tcp.ACK, Seq: c.RcvNxt, Ack: c.SndNxt, Wnd: 1000})
	s, _, err := l.Accept()
	must(t, err)
	if s.TTL() != 7 || s.UserTimeout() != 0 {
		t.Errorf("TTL %d, user timeout %v", s.TTL(), s.UserTimeout())
	}
	s.SetNoDelay(0, true) // sets all options anew
	if c.TTL != 7 {
		t.Errorf("TTL of the connection %d", c.TTL)
	}
}
