package host

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/twinstack/twinstack/ourstack/ip"
	"github.com/twinstack/twinstack/ourstack/tcp"
)

// established makes a pair with one connection that was accepted.
func established(t testing.TB, cfg tcp.Config, v6 bool) (p *pair, a, b *Socket) {
	p = newPair(cfg)
	l := p.listen(t, v6)
	a = p.connect(t, v6)
	p.for10ms()
	b, _, err := l.Accept()
	must(t, err)
	if s := p.states(0) + p.states(1); s != "ESTABLISHED ESTABLISHED " {
		t.Fatalf("states %s", s)
	}
	return p, a, b
}

// Text of many segments arrives whole, both ways, whatever the link loses.
func TestTransferOverLoss(t *testing.T) {
	t.Parallel()
	for _, every := range []int{0, 3, 7, 50} {
		cfg := tcp.Default()
		cfg.DataRetries = 100
		p, a, b := established(t, cfg, every%2 == 1)
		p.checked(t)
		lost, seed := 0, uint32(every)
		p.drop = func(int, []byte) bool {
			seed = seed*1664525 + 1013904223
			if every == 0 || int(seed>>8)%every != 0 {
				return false
			}
			lost++
			return true
		}
		const total = 300_000
		var sent, got [2]int
		buf := make([]byte, 4096)
		ends := [2]*Socket{a, b}
		pattern := func(way, i int) byte { return byte(i*7 + i>>8 + way) }
		for p.now < 10*time.Hour && got != [2]int{total, total} {
			for way, s := range ends {
				for sent[way] < total {
					m := min(len(buf), total-sent[way])
					for i := range m {
						buf[i] = pattern(way, sent[way]+i)
					}
					k, err := s.Write(p.now, buf[:m])
					if err == EAGAIN {
						break
					}
					must(t, err)
					sent[way] += k
				}
			}
			for way, s := range ends {
				for {
					k, err := s.Read(p.now, buf)
					if err == EAGAIN || k == 0 {
						break
					}
					must(t, err)
					for i := range k {
						if buf[i] != pattern(1-way, got[way]+i) {
							t.Fatalf("one in %d lost: octet %d is wrong", every, got[way]+i)
						}
					}
					got[way] += k
				}
			}
			if !p.step(p.now + time.Hour) {
				break
			}
		}
		if got != [2]int{total, total} {
			t.Errorf("one in %d lost: %v of %d arrived in %v", every, got, total, p.now)
		}
		if (lost > 0) != (every > 0) {
			t.Errorf("one in %d: %d packets were lost", every, lost)
		}
	}
}

func TestBacklog(t *testing.T) {
	t.Parallel()
	cfg := immediate()
	cfg.SYNCookies = tcp.CookiesOff
	p := newPair(cfg)
	l := p.hosts[1].Socket(false)
	must(t, l.Bind(netip.MustParseAddrPort("10.0.0.2:80")))
	must(t, l.Listen(1)) // holds two
	for range 3 {
		p.connect(t, false)
	}
	p.for10ms()
	if s := p.states(1); s != "ESTABLISHED ESTABLISHED " {
		t.Errorf("the listener holds %s", s)
	}
	if n := p.hosts[1].Counters().SynsDropped; n != 1 {
		t.Errorf("%d SYNs dropped, want 1", n)
	}
	_, _, err := l.Accept()
	must(t, err)
	p.run(p.now + 2*time.Second) // the third SYN goes out again
	if s := p.states(1); s != "ESTABLISHED ESTABLISHED ESTABLISHED " {
		t.Errorf("with room again the listener holds %s", s)
	}
	must(t, l.Close(p.now))
	p.for10ms()
	if s := p.states(1); s != "ESTABLISHED " {
		t.Errorf("after the listener closed, %s", s)
	}
	if s := p.states(0); s != "ESTABLISHED " {
		t.Errorf("the peers of what was not accepted: %s", s)
	}
	if _, _, err := l.Accept(); err != EBADF {
		t.Errorf("accept on a closed socket: %v", err)
	}
}

// RFC 9293 §3.6.1, MAY-2: out of TIME-WAIT a new SYN opens the connection anew, and an old one does not cost it its
// TIME-WAIT.
func TestReopenFromTimeWait(t *testing.T) {
	t.Parallel()
	p, a, b := established(t, immediate(), false)
	must(t, b.Close(p.now))
	p.for10ms()
	must(t, a.Close(p.now))
	p.for10ms()
	if s := p.states(0) + "/ " + p.states(1); s != "/ TIME-WAIT " {
		t.Fatalf("states %s", s)
	}
	raw := func(s tcp.Segment) {
		body := s.Append(nil, addr4[0], addr4[1])
		h := make([]byte, ip.HeaderV4)
		ip.PutV4(h, addr4[0], addr4[1], ip.ProtocolTCP, 64, 0, len(body))
		p.hosts[1].Deliver(p.now, append(h, body...))
	}
	var last tcp.Segment
	p.drop = func(_ int, b []byte) bool {
		last = tcp.Segment{}
		must(t, tcp.Parse(addr4[1], addr4[0], bytes.Clone(b[ip.HeaderV4:]), &last))
		return true
	}
	port := a.local.Port()
	if port == 0 {
		p.hosts[1].Conns(func(_, remote netip.AddrPort, s tcp.State) {
			if s == tcp.TimeWait {
				port = remote.Port()
			}
		})
	}
	high := tcp.Seq(1 << 30)
	var tw *conn
	for _, c := range p.hosts[1].conns {
		tw = c
	}
	syn := tcp.Segment{SrcPort: port, DstPort: 80, Seq: tw.RcvNxt + high, Flags: tcp.SYN, Wnd: 1000}
	oldNxt := tw.SndNxt
	raw(syn)
	if s := p.states(1); s != "SYN-RECEIVED " || !last.Flags.Has(tcp.SYN|tcp.ACK) {
		t.Fatalf("a new SYN: %s, answered %+v", s, last)
	}
	if !oldNxt.Less(last.Seq) {
		t.Errorf("the new ISS %d is not above the old numbers, %d", last.Seq, oldNxt)
	}
	// The SYN was an old duplicate after all.
	raw(tcp.Segment{SrcPort: port, DstPort: 80, Seq: syn.Seq + 1, Flags: tcp.RST})
	if s := p.states(1); s != "TIME-WAIT " {
		t.Errorf("after the RST: %s", s)
	}
	raw(syn)
	raw(tcp.Segment{SrcPort: port, DstPort: 80, Seq: syn.Seq + 1, Ack: last.Seq + 1, Flags: tcp.ACK, Wnd: 1000})
	if s := p.states(1); s != "ESTABLISHED " {
		t.Errorf("after the handshake: %s", s)
	}
	p.run(p.now + 10*time.Minute)
	if s := p.states(1); s != "ESTABLISHED " {
		t.Errorf("after the old 2MSL: %s", s)
	}
}

// A socket that lets go of a TIME-WAIT after a SYN has opened it anew: the connection is not used again for another while
// it may still come back.
func TestReopenedTimeWaitIsKept(t *testing.T) {
	t.Parallel()
	g := &game{h: New(Config{Addrs: addr4[1:], Seed: 2, Send: func([]byte) {}})}
	l := g.h.Socket(false)
	must(t, l.Bind(netip.MustParseAddrPort("10.0.0.2:80")))
	must(t, l.Listen(5))
	peer := func(flags tcp.Flags, seq, ack tcp.Seq) {
		g.deliver(netip.AddrPortFrom(addr4[1], 80), netip.AddrPortFrom(addr4[0], 4000), &tcp.Segment{Flags: flags, Seq: seq, Ack: ack, Wnd: 1000})
	}
	peer(tcp.SYN, 0, 0)
	peer(tcp.ACK, 1, g.conns()[0].SndNxt)
	s, _, err := l.Accept()
	must(t, err)
	must(t, s.Shutdown(g.now, false, true))
	peer(tcp.ACK|tcp.FIN, 1, g.conns()[0].SndNxt)
	peer(tcp.SYN, 100, 0)
	must(t, s.Close(g.now))
	if err := g.h.check([]*Socket{l}); err != nil {
		t.Fatal(err)
	}
	other := g.h.Socket(false)
	if err := other.Connect(g.now, netip.MustParseAddrPort("10.0.0.1:9")); err != EINPROGRESS {
		t.Fatal(err)
	}
	peer(tcp.RST, 101, 0) // the SYN was an old duplicate
	if err := g.h.check([]*Socket{l, other}); err != nil {
		t.Fatal(err)
	}
	var states []tcp.State
	for _, c := range g.conns() {
		states = append(states, c.State())
	}
	if !slices.Equal(states, []tcp.State{tcp.TimeWait, tcp.SynSent}) {
		t.Errorf("states %v", states)
	}
}

// No port that anything uses is given to a socket that asks for any.
func TestPortsOverlap(t *testing.T) {
	t.Parallel()
	h := New(Config{Addrs: addr4[:1], Seed: 1, Send: func([]byte) {}})
	remote := netip.MustParseAddrPort("10.0.0.2:80")
	used := map[uint16]bool{}
	for i := range ephemerals {
		s := h.Socket(false)
		switch i % 3 {
		case 0:
			if err := s.Connect(0, remote); err != EINPROGRESS {
				t.Fatal(err)
			}
		case 1:
			must(t, s.Bind(netip.MustParseAddrPort("0.0.0.0:0")))
		case 2:
			must(t, s.Bind(netip.MustParseAddrPort("10.0.0.1:0")))
		}
		if port := s.LocalAddr().Port(); used[port] {
			t.Fatalf("socket %d: port %d is in use", i, port)
		} else {
			used[port] = true
		}
	}
	for _, at := range []string{"0.0.0.0:0", "10.0.0.1:0", "10.0.0.1:50000", "0.0.0.0:50000"} {
		if err := h.Socket(false).Bind(netip.MustParseAddrPort(at)); err != EADDRINUSE {
			t.Errorf("bind to %s with every port taken: %v", at, err)
		}
	}
}

// The length of an IP packet is written in 16 bits, whatever the link could take.
func TestHugeMTU(t *testing.T) {
	t.Parallel()
	for _, v6 := range []bool{false, true} {
		p := newPair(immediate())
		for i := range p.hosts {
			p.hosts[i] = New(Config{Addrs: []netip.Addr{addr4[i], addr6[i]}, Seed: uint64(i), MTU: 1 << 17, TCP: immediate(), Send: func(b []byte) { p.send(i, b) }})
		}
		l := p.listen(t, v6)
		a := p.connect(t, v6)
		p.for10ms()
		b, _, err := l.Accept()
		must(t, err)
		must(t, a.SetBuffers(p.now, 1<<17, 0))
		_, err = a.Write(p.now, make([]byte, 1<<17))
		must(t, err)
		p.for10ms()
		if n, err := b.Read(p.now, make([]byte, 1<<17)); n < 65000 || err != nil {
			t.Errorf("IPv6 %v: read %d, %v", v6, n, err)
		}
	}
}

// What was shut down in an attempt that failed does not stay shut in the next.
func TestConnectAfterShutdown(t *testing.T) {
	t.Parallel()
	p := newPair(immediate())
	p.listen(t, false)
	a := p.connect(t, false)
	must(t, a.Shutdown(p.now, true, true))
	if err := a.Connect(p.now, netip.AddrPortFrom(addr4[1], 80)); err != ECONNRESET {
		t.Fatal(err)
	}
	if err := a.Connect(p.now, netip.AddrPortFrom(addr4[1], 80)); err != EINPROGRESS {
		t.Fatal(err)
	}
	p.for10ms()
	if n, err := a.Write(p.now, []byte("x")); n != 1 || err != nil {
		t.Errorf("write: %d, %v", n, err)
	}
	if _, err := a.Read(p.now, make([]byte, 1)); err != EAGAIN {
		t.Errorf("read: %v", err)
	}
}

func TestErrnos(t *testing.T) {
	t.Parallel()
	var buf [10]byte
	p := newPair(immediate())
	closed := netip.MustParseAddrPort("10.0.0.2:81")
	a := p.hosts[0].Socket(false)
	expect := func(what string, err, want error) {
		t.Helper()
		if err != want {
			t.Errorf("%s: %v, want %v", what, err, want)
		}
	}
	read := func(s *Socket) error { _, err := s.Read(p.now, buf[:]); return err }
	write := func(s *Socket) error { _, err := s.Write(p.now, buf[:]); return err }
	expect("read, not connected", read(a), ENOTCONN)
	expect("write, not connected", write(a), EPIPE)
	expect("shutdown, not connected", a.Shutdown(p.now, true, true), ENOTCONN)
	_, _, err := a.Accept()
	expect("accept, not listening", err, EINVAL)
	expect("connect to multicast", a.Connect(p.now, netip.MustParseAddrPort("224.0.0.1:80")), ENETUNREACH)
	expect("connect to broadcast", a.Connect(p.now, netip.MustParseAddrPort("255.255.255.255:80")), ENETUNREACH)
	expect("connect to the other family", a.Connect(p.now, netip.MustParseAddrPort("[fd00::2]:80")), EAFNOSUPPORT)
	expect("bind to a stranger", a.Bind(netip.MustParseAddrPort("10.0.0.9:80")), EADDRNOTAVAIL)
	expect("connect", a.Connect(p.now, closed), EINPROGRESS)
	expect("connect again", a.Connect(p.now, closed), EALREADY)
	expect("read, connecting", read(a), EAGAIN)
	expect("write, connecting", write(a), EAGAIN)
	p.for10ms()
	expect("refused", a.Connect(p.now, closed), ECONNREFUSED)
	expect("connect after that", a.Connect(p.now, closed), EINPROGRESS)
	p.for10ms()
	expect("SO_ERROR", a.TakeError(), ECONNREFUSED)
	expect("SO_ERROR again", a.TakeError(), Errno(""))
	expect("connect after SO_ERROR", a.Connect(p.now, closed), ECONNABORTED)

	l := p.listen(t, false)
	expect("a port that is taken", p.hosts[1].Socket(false).Bind(netip.MustParseAddrPort("10.0.0.2:80")), EADDRINUSE)
	a = p.connect(t, false)
	p.for10ms()
	expect("connected", a.Connect(p.now, closed), nil)
	expect("connected already", a.Connect(p.now, closed), EISCONN)
	b, _, err := l.Accept()
	expect("accept", err, nil)
	_, _, err = l.Accept()
	expect("accept with nobody waiting", err, EAGAIN)
	expect("read with nothing there", read(a), EAGAIN)
	expect("shutdown", a.Shutdown(p.now, false, true), nil)
	expect("write after shutdown", write(a), EPIPE)
	p.for10ms()
	expect("read at the end", read(b), nil)
	if e := b.Poll(); !e.In || !e.RdHup || e.Hup || !e.Out {
		t.Errorf("poll in CLOSE-WAIT: %+v", e)
	}
	b.SetLinger(true, 0)
	expect("close with linger zero", b.Close(p.now), nil)
	expect("close again", b.Close(p.now), EBADF)
	p.for10ms()
	if e := a.Poll(); !e.Err || !e.Hup || !e.In {
		t.Errorf("poll after a reset: %+v", e)
	}
	expect("read after a reset", read(a), ECONNRESET)
	expect("and once more", read(a), nil)
	expect("write after a reset", write(a), EPIPE)
	expect("close", a.Close(p.now), nil)

	p, a, b = established(t, immediate(), true)
	expect("close the client", a.Shutdown(p.now, false, true), nil)
	p.for10ms()
	a.SetLinger(true, 0)
	expect("abort the client", a.Close(p.now), nil)
	p.for10ms()
	expect("write in CLOSE-WAIT after a reset", write(b), EPIPE)

	p, a, _ = established(t, immediate(), false)
	p.drop = func(int, []byte) bool { return true }
	expect("write into nothing", write(a), nil)
	p.run(p.now + 2*time.Hour)
	expect("R2", read(a), ETIMEDOUT)
}

func TestEphemeralPorts(t *testing.T) {
	t.Parallel()
	h := New(Config{Addrs: addr4[:1], Seed: 1, Send: func([]byte) {}})
	remote := netip.MustParseAddrPort("10.0.0.2:80")
	seen := map[uint16]bool{}
	for range ephemerals {
		s := h.Socket(false)
		if err := s.Connect(0, remote); err != EINPROGRESS {
			t.Fatal(err)
		}
		port := s.LocalAddr().Port()
		if port < firstEphemeral || seen[port] {
			t.Fatalf("port %d after %d", port, len(seen))
		}
		seen[port] = true
	}
	if err := h.Socket(false).Connect(0, remote); err != EADDRNOTAVAIL {
		t.Errorf("with every port taken: %v", err)
	}
	// 16,384 SYNs wait: all give up in their turn, and the heap is empty.
	for at, ok := h.NextDeadline(); ok; at, ok = h.NextDeadline() {
		h.Poll(at)
	}
	h.Conns(func(local, _ netip.AddrPort, s tcp.State) { t.Errorf("%v is still in %v", local, s) })
}

// An ICMP error reaches the connection whose segment it quotes, and no other (MUST-54); a number that is not in flight is
// no proof (RFC 5927 §4.1); only a connection that is still opening dies of it.
func TestICMP(t *testing.T) {
	t.Parallel()
	p := newPair(immediate())
	p.listen(t, false)
	var syn []byte
	p.drop = func(_ int, b []byte) bool { syn = bytes.Clone(b); return true }
	a := p.connect(t, false)
	unreachable := func(quoted []byte, code byte) {
		b := make([]byte, ip.HeaderV4+8, 100)
		b = append(b, quoted[:ip.HeaderV4+8]...)
		m := b[ip.HeaderV4:]
		m[0], m[1] = ip.V4Unreachable, code
		binary.BigEndian.PutUint16(m[2:], ip.Fold(ip.Sum(0, m)))
		ip.PutV4(b, addr4[1], addr4[0], ip.ProtocolICMP, 64, 0, len(m))
		p.hosts[0].Deliver(p.now, b)
	}
	wrong := bytes.Clone(syn)
	wrong[ip.HeaderV4+4] ^= 0x80
	unreachable(wrong, ip.V4PortUnreachable)
	unreachable(syn, ip.V4HostUnreachable)
	if s := p.states(0); s != "SYN-SENT " {
		t.Fatalf("after a forged and a soft error: %s", s)
	}
	unreachable(syn, ip.V4PortUnreachable)
	if err := a.Connect(p.now, netip.AddrPort{}); err != ECONNREFUSED {
		t.Errorf("after port unreachable: %v", err)
	}

	p, a, _ = established(t, immediate(), false)
	var text []byte
	p.drop = func(_ int, b []byte) bool { text = bytes.Clone(b); return true }
	_, err := a.Write(p.now, []byte("x"))
	must(t, err)
	unreachable(text, ip.V4PortUnreachable)
	if s := p.states(0); s != "ESTABLISHED " {
		t.Errorf("a hard error in ESTABLISHED: %s", s)
	}
}

func TestDropped(t *testing.T) {
	t.Parallel()
	sent := 0
	h := New(Config{Addrs: addr4[:1], Seed: 1, Send: func([]byte) { sent++ }})
	segment := tcp.Segment{SrcPort: 1, DstPort: 2, Flags: tcp.SYN}
	packet := func(src, dst string, protocol byte) []byte {
		s, d := netip.MustParseAddr(src), netip.MustParseAddr(dst)
		body := segment.Append(nil, s, d)
		b := make([]byte, ip.HeaderV4)
		ip.PutV4(b, s, d, protocol, 64, 0, len(body))
		return append(b, body...)
	}
	for _, b := range [][]byte{
		packet("10.0.0.2", "10.0.0.9", 6), packet("10.0.0.2", "255.255.255.255", 6), packet("10.0.0.2", "224.0.0.1", 6), // MUST-57
		packet("224.0.0.1", "10.0.0.1", 6), packet("255.255.255.255", "10.0.0.1", 6), // MUST-63
		packet("10.0.0.2", "10.0.0.1", 17), {0x45}, nil,
	} {
		h.Deliver(0, b)
	}
	bad := packet("10.0.0.2", "10.0.0.1", 6)
	bad[len(bad)-1] ^= 1
	h.Deliver(0, bad)
	if sent != 0 {
		t.Errorf("%d answers to what must be dropped", sent)
	}
	c := h.Counters()
	if c.IP[ip.DropDestination] != 3 || c.IP[ip.DropSource] != 2 || c.IP[ip.DropProtocol] != 1 || c.IP[ip.DropShort] != 2 || c.TCP[tcp.DropChecksum] != 1 {
		t.Errorf("counted %v and %v", c.IP, c.TCP)
	}
	h.Deliver(0, packet("10.0.0.2", "10.0.0.1", 6))
	if sent != 1 || h.Counters().ResetsSent != 1 {
		t.Errorf("a SYN to nobody: %d answers", sent)
	}
}

// The steady data path allocates nothing.
func TestNoAllocations(t *testing.T) {
	p, a, b := established(t, immediate(), false)
	text, buf := make([]byte, 5000), make([]byte, 5000)
	round := func() {
		if _, err := a.Write(p.now, text); err != nil {
			t.Fatal(err)
		}
		p.for10ms()
		if n, err := b.Read(p.now, buf); n != len(text) || err != nil {
			t.Fatalf("read %d, %v", n, err)
		}
		p.for10ms()
	}
	for range 50 {
		round()
	}
	if n := testing.AllocsPerRun(100, round); n != 0 {
		t.Errorf("%v allocations for 5000 octets", n)
	}
}
