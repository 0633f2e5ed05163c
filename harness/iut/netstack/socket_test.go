package netstack

import (
	"net/netip"
	"testing"
	"time"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/trace"
)

// Netstack says how much can be read, and knows no urgent data: a SIOCATMARK is not supported.
func TestIoctl(t *testing.T) {
	t.Parallel()
	b := newBench(t, false, nil)
	s, next := b.established(b.listen(5))
	b.send(trace.Segment{Flags: trace.ACK | trace.PSH, Seq: 1, Ack: next, Payload: []byte("0123456789")})
	b.sent(trace.ACK)
	i := s.(iut.Ioctl)
	if n, err := i.Ioctl("SIOCINQ"); n != 10 || err != nil {
		t.Errorf("SIOCINQ: %d, %v", n, err)
	}
	if _, err := i.Ioctl("SIOCATMARK"); err != iut.EOPNOTSUPP {
		t.Errorf("SIOCATMARK: %v", err)
	}
	b.ok(s.Close())
	if _, err := i.Ioctl("SIOCINQ"); err != iut.EBADF {
		t.Errorf("SIOCINQ on a closed socket: %v", err)
	}
	if _, has := s.(iut.Urgent); has {
		t.Error("netstack has urgent data")
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	b := newBench(t, false, nil)
	s := b.socket()
	for _, c := range []struct {
		name     string
		set, get int64
		err      error
	}{
		{"SO_REUSEADDR", 1, 1, nil},
		{"SO_REUSEPORT", 1, 1, nil},
		{"SO_KEEPALIVE", 1, 1, nil},
		{"SO_RCVBUF", 5000, 10000, nil}, // doubled, as Linux does
		{"SO_SNDBUF", 1, 4096, nil},     // the least there is
		{"TCP_NODELAY", 0, 0, nil},
		{"TCP_NODELAY", 1, 1, nil},
		{"TCP_CORK", 1, 1, nil},
		{"TCP_QUICKACK", 0, 0, nil},
		{"TCP_MAXSEG", 1000, 1000, nil},
		{"TCP_MAXSEG", 10, 1000, iut.EINVAL},
		{"TCP_KEEPIDLE", 7, 7, nil},
		{"TCP_KEEPIDLE", 0, 7, iut.EINVAL},
		{"TCP_KEEPINTVL", 8, 8, nil},
		{"TCP_KEEPCNT", 9, 9, nil},
		{"TCP_KEEPCNT", 128, 9, iut.EINVAL},
		{"TCP_SYNCNT", 3, 3, nil},
		{"TCP_SYNCNT", 256, 3, iut.EINVAL},
		{"TCP_USER_TIMEOUT", 1500, 1500, nil},
		{"TCP_USER_TIMEOUT", -1, 1500, iut.EINVAL},
		{"TCP_LINGER2", 5, 5, nil},
		{"TCP_LINGER2", -7, -1, nil},
		{"TCP_DEFER_ACCEPT", 4, 4, nil},
		{"TCP_DEFER_ACCEPT", -4, 0, nil},
		{"IP_TTL", 9, 9, nil},
		{"IP_TTL", 256, 9, iut.EINVAL},
		{"IP_TTL", -1, 64, nil},
		{"IP_TOS", 0xb8, 0xb8, nil},
		{"IPV6_UNICAST_HOPS", 9, 9, nil},
		{"IPV6_UNICAST_HOPS", -1, 64, nil},
	} {
		if err := s.SetOption(c.name, iut.OptionValue{Int: c.set}); err != c.err {
			t.Errorf("set %s to %d: %v, want %v", c.name, c.set, err, c.err)
		}
		if v, err := s.GetOption(c.name); err != nil || v.Int != c.get {
			t.Errorf("%s is %d, %v; want %d", c.name, v.Int, err, c.get)
		}
	}
	linger := iut.Linger{On: true, Seconds: 3}
	b.ok(s.SetOption("SO_LINGER", iut.OptionValue{Linger: &linger}))
	if v, err := s.GetOption("SO_LINGER"); err != nil || v.Linger == nil || *v.Linger != linger {
		t.Errorf("SO_LINGER is %+v, %v", v, err)
	}
	for name, value := range map[string]iut.OptionValue{"SO_LINGER": {Int: 1}, "SO_KEEPALIVE": {Linger: &linger}} {
		if err := s.SetOption(name, value); err != iut.EINVAL {
			t.Errorf("%s with a value of the wrong kind: %v", name, err)
		}
	}
	if err := s.SetOption("SO_ERROR", iut.OptionValue{}); err != iut.ENOPROTOOPT {
		t.Errorf("set SO_ERROR: %v", err)
	}
	if _, err := s.GetOption("TCP_FASTOPEN"); err != iut.ENOPROTOOPT {
		t.Errorf("get TCP_FASTOPEN: %v", err)
	}
}

func TestOptionsTakeEffect(t *testing.T) {
	t.Parallel()
	b := newBench(t, false, nil)
	s := b.socket()
	for name, value := range map[string]int64{"IP_TTL": 9, "IP_TOS": 0xb8, "TCP_MAXSEG": 1000} {
		b.ok(s.SetOption(name, iut.OptionValue{Int: value}))
	}
	s.Connect(netip.AddrPortFrom(peerAddr[false], peerPort))
	b.host.Settle()
	raw := b.end.Take()
	if raw == nil || raw[8] != 9 || raw[1] != 0xb8 {
		t.Fatalf("SYN % x", raw)
	}
}

func TestCloseResets(t *testing.T) {
	t.Parallel()
	t.Run("linger 0", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, false, nil)
		s, next := b.established(b.listen(5))
		b.ok(s.SetOption("SO_LINGER", iut.OptionValue{Linger: &iut.Linger{On: true}}))
		b.ok(s.Close())
		b.host.Settle()
		if rst := b.sent(trace.RST | trace.ACK); rst.Seq != next {
			t.Errorf("reset at %d, want %d", rst.Seq, next)
		}
		b.states(trace.Listen)
	})
	t.Run("unread text", func(t *testing.T) { // RFC 1122 §4.2.2.13
		t.Parallel()
		b := newBench(t, false, nil)
		s, next := b.established(b.listen(5))
		b.send(trace.Segment{Flags: trace.ACK, Seq: 1, Ack: next, Payload: []byte("x")})
		b.sent(trace.ACK)
		b.ok(s.Close())
		b.host.Settle()
		b.sent(trace.RST | trace.ACK)
	})
	t.Run("linger 3 closes in order", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, false, nil)
		s, _ := b.established(b.listen(5))
		b.ok(s.SetOption("SO_LINGER", iut.OptionValue{Linger: &iut.Linger{On: true, Seconds: 3}}))
		b.ok(s.Close())
		b.host.Settle()
		b.sent(trace.FIN | trace.ACK)
	})
}

func TestEndOfStreamAndHalfClose(t *testing.T) {
	both(t, func(t *testing.T, ipv6 bool) {
		b := newBench(t, ipv6, nil)
		s, next := b.established(b.listen(5))
		b.send(trace.Segment{Flags: trace.FIN | trace.ACK, Seq: 1, Ack: next})
		b.sent(trace.ACK)
		b.states(trace.Listen, trace.CloseWait)
		if n, err := s.Read(make([]byte, 5)); n != 0 || err != nil {
			t.Errorf("read at the end: %d, %v", n, err)
		}
		if got := s.Poll(); got&iut.PollIn == 0 || got&iut.PollRdHup == 0 {
			t.Errorf("poll at the end: %x", got)
		}
		if n, err := s.Write([]byte("abc")); n != 3 || err != nil {
			t.Errorf("write after the peer's FIN: %d, %v", n, err)
		}
		b.host.Settle()
		b.sent(trace.ACK | trace.PSH)
		b.ok(s.Shutdown(iut.ShutWR))
		b.host.Settle()
		b.sent(trace.FIN | trace.ACK)
		b.states(trace.Listen, trace.LastAck)
		if _, err := s.Write([]byte("abc")); err != iut.EPIPE {
			t.Errorf("write after shutdown: %v", err)
		}
		b.send(trace.Segment{Flags: trace.ACK, Seq: 2, Ack: next + 4})
		b.silent()
		b.states(trace.Listen)
		if err := s.Shutdown(iut.How(9)); err != iut.EINVAL {
			t.Errorf("shutdown of nothing: %v", err)
		}
	})
}

// listen(n) queues n+1, as gVisor's system-call layer makes it.
func TestBacklog(t *testing.T) {
	t.Parallel()
	b := newBench(t, false, nil)
	l := b.listen(1)
	for i := range uint16(3) {
		b.peer = peerPort + i
		b.send(trace.Segment{Flags: trace.SYN})
		synAck := b.answered(trace.SYN | trace.ACK)
		if full := i == 2; full != (synAck == nil) {
			t.Fatalf("connection %d: answered %+v", i+1, synAck)
		}
		if synAck != nil {
			b.send(trace.Segment{Flags: trace.ACK, Seq: 1, Ack: synAck.Seq + 1})
		}
	}
	b.states(trace.Listen, trace.Established, trace.Established)
	for want := peerPort; want < peerPort+2; want++ {
		if s, peer, err := l.Accept(); err != nil || int(peer.Port()) != want || s == nil {
			t.Errorf("accepted %v, %v; want port %d", peer, err, want)
		}
	}
}

func TestAddressErrors(t *testing.T) {
	t.Parallel()
	b := newBench(t, false, nil)
	s := b.socket()
	at := func(a string) netip.AddrPort { return netip.MustParseAddrPort(a) }
	if err := s.Bind(netip.AddrPortFrom(hostAddr[true], 1)); err != iut.EAFNOSUPPORT {
		t.Errorf("bind to the other family: %v", err)
	}
	if err := s.Bind(at("10.9.9.9:1")); err != iut.EADDRNOTAVAIL {
		t.Errorf("bind to a stranger's address: %v", err)
	}
	if err := s.Connect(netip.AddrPortFrom(peerAddr[true], 1)); err != iut.EINVAL {
		t.Errorf("connect to the other family: %v", err)
	}
	if _, err := s.Read(make([]byte, 1)); err != iut.ENOTCONN {
		t.Errorf("read before connect: %v", err)
	}
	b.listen(5)
	if err := s.Bind(at("192.168.0.1:8080")); err != iut.EADDRINUSE {
		t.Errorf("bind to a port in use: %v", err)
	}
	s = b.socket() // the failed bind has left its address in the other one
	b.ok(s.Bind(at("0.0.0.0:9000")))
	if err := s.Bind(at("0.0.0.0:9001")); err != iut.EINVAL {
		t.Errorf("bind twice: %v", err)
	}
	b.ok(s.Listen(1))
	if got := s.LocalAddr(); got != at("0.0.0.0:9000") {
		t.Errorf("bound to %v", got)
	}
	conns := b.host.Conns()
	if len(conns) != 2 || conns[0].Local != at("0.0.0.0:9000") || conns[1].Local != at("192.168.0.1:8080") || conns[0].Remote.IsValid() {
		t.Errorf("listeners %v", conns)
	}
	v6, err := b.host.Socket(true)
	b.ok(err)
	b.ok(v6.Bind(at("[::]:9002"))) // dual: registered for both families, listed once
	b.ok(v6.Listen(1))
	if conns := b.host.Conns(); len(conns) != 3 || conns[2].Local != at("[::]:9002") {
		t.Errorf("listeners %v", conns)
	}
	b.ok(v6.Close())
	for name, err := range map[string]error{"bind": v6.Bind(at("[::]:1")), "listen": v6.Listen(1), "close": v6.Close(),
		"connect": v6.Connect(at("[::]:1")), "shutdown": v6.Shutdown(iut.ShutRD), "set": v6.SetOption("IP_TTL", iut.OptionValue{})} {
		if err != iut.EBADF {
			t.Errorf("%s on a closed socket: %v", name, err)
		}
	}
}

// A closed socket in FIN-WAIT-2 does not wait for ever: netstack gives it TCP_LINGER2, 60 seconds.
func TestFinWait2TimesOutAfterClose(t *testing.T) {
	t.Parallel()
	b := newBench(t, false, nil)
	s, next := b.established(b.listen(5))
	b.ok(s.Close())
	b.host.Settle()
	b.sent(trace.FIN | trace.ACK)
	b.send(trace.Segment{Flags: trace.ACK, Seq: 1, Ack: next + 1})
	b.runUntil(time.Minute - 1)
	b.states(trace.Listen, trace.FinWait2)
	b.runUntil(time.Minute)
	b.states(trace.Listen)
}
