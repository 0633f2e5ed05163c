package netstack

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/link"
	"github.com/twinstack/twinstack/harness/trace"
	"github.com/twinstack/twinstack/harness/vtime"
)

// The addresses of harness/script/LANGUAGE.md.
var (
	hostAddr = map[bool]netip.Addr{false: netip.MustParseAddr("192.168.0.1"), true: netip.MustParseAddr("fd3d:a0b:17d6::1")}
	peerAddr = map[bool]netip.Addr{false: netip.MustParseAddr("192.0.2.1"), true: netip.MustParseAddr("fd3d:fa7b:d17d::1")}
)

const (
	hostPort = 8080
	peerPort = 40000
)

// bench is a host with a hand-made peer at the other end of its link.
type bench struct {
	t     testing.TB
	clock *vtime.Clock
	end   *link.End
	host  iut.Host
	ipv6  bool
	port  uint16 // the host's
	peer  uint16 // the peer's port

	rtt time.Duration // how long the peer takes to answer the SYN-ACK in established
}

func newBench(t testing.TB, ipv6 bool, change func(*iut.Config)) *bench {
	t.Helper()
	b := &bench{t: t, clock: vtime.New(), end: link.NewEnd(1500), ipv6: ipv6, port: hostPort, peer: peerPort}
	cfg := iut.Config{Clock: b.clock, Link: b.end, Addrs: []netip.Addr{hostAddr[false], hostAddr[true]}, Seed: 1, Settings: iut.Alike()}
	if change != nil {
		change(&cfg)
	}
	host, err := IUT{}.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	b.host = host
	t.Cleanup(host.Close)
	return b
}

// both runs a test on either family.
func both(t *testing.T, test func(t *testing.T, ipv6 bool)) {
	t.Parallel()
	for name, ipv6 := range map[string]bool{"ipv4": false, "ipv6": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, ipv6)
		})
	}
}

// send hands the host a segment of the peer and settles.
func (b *bench) send(s trace.Segment) {
	b.t.Helper()
	b.inject(s)
	b.host.Settle()
}

// inject hands the host a segment of the peer.
func (b *bench) inject(s trace.Segment) {
	b.t.Helper()
	s.SrcPort, s.DstPort = b.peer, b.port
	if s.Window == 0 {
		s.Window = 65535
	}
	raw, err := link.Encode(&trace.Packet{Src: peerAddr[b.ipv6], Dst: hostAddr[b.ipv6], TCP: &s})
	if err != nil {
		b.t.Fatal(err)
	}
	b.end.Inject(raw)
}

// sent is the one segment that the host has sent since; with none or several the test ends.
func (b *bench) sent(flags trace.Flags) *trace.Segment {
	b.t.Helper()
	raw := b.end.Take()
	if raw == nil {
		b.t.Fatalf("at %v: the host sent nothing, expected %v", b.clock.Now(), flags)
	}
	p := link.Decode(raw)
	if p.TCP == nil || p.TCP.Flags != flags {
		b.t.Fatalf("at %v: the host sent %+v (%+v), expected %v", b.clock.Now(), p, p.TCP, flags)
	}
	b.silent()
	return p.TCP
}

func (b *bench) silent() {
	b.t.Helper()
	if raw := b.end.Take(); raw != nil {
		p := link.Decode(raw)
		b.t.Fatalf("at %v: the host sent %+v (%+v), expected nothing", b.clock.Now(), p, p.TCP)
	}
}

// states are the states of all that the host has, listeners included.
func (b *bench) states(want ...trace.State) {
	b.t.Helper()
	var got []trace.State
	for _, c := range b.host.Conns() {
		got = append(got, c.State)
	}
	if !slices.Equal(got, want) {
		b.t.Fatalf("states %v, want %v (%v)", got, want, b.host.Conns())
	}
}

func (b *bench) ok(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) runUntil(at time.Duration) {
	b.t.Helper()
	b.ok(b.clock.RunUntil(at, b.host.Settle))
}

func (b *bench) socket() iut.Socket {
	b.t.Helper()
	s, err := b.host.Socket(b.ipv6)
	b.ok(err)
	return s
}

func (b *bench) listen(backlog int) iut.Socket {
	b.t.Helper()
	s := b.socket()
	b.ok(s.Bind(netip.AddrPortFrom(hostAddr[b.ipv6], hostPort)))
	b.ok(s.Listen(backlog))
	b.host.Settle()
	return s
}

// established takes a listener through the handshake: the peer's next number is 1, the host's is the result.
func (b *bench) established(listener iut.Socket) (iut.Socket, uint32) {
	b.t.Helper()
	b.send(trace.Segment{Flags: trace.SYN})
	iss := b.sent(trace.SYN | trace.ACK).Seq
	b.runUntil(b.clock.Now() + b.rtt)
	b.send(trace.Segment{Flags: trace.ACK, Seq: 1, Ack: iss + 1})
	b.silent()
	s, peer, err := listener.Accept()
	b.ok(err)
	if want := netip.AddrPortFrom(peerAddr[b.ipv6], b.peer); peer != want || s.RemoteAddr() != want {
		b.t.Fatalf("accepted from %v, remote address %v, want %v", peer, s.RemoteAddr(), want)
	}
	return s, iss + 1
}

func TestPassiveLifetime(t *testing.T) {
	both(t, func(t *testing.T, ipv6 bool) {
		b := newBench(t, ipv6, nil)
		b.silent() // no neighbour discovery, no router solicitation
		l := b.listen(5)
		b.states(trace.Listen)
		if _, _, err := l.Accept(); err != iut.EAGAIN {
			t.Fatalf("accept with nothing there: %v", err)
		}
		b.send(trace.Segment{Flags: trace.SYN, Options: []trace.Option{{Kind: trace.OptMSS, Data: []byte{5, 0xb4}}}})
		iss := b.sent(trace.SYN | trace.ACK)
		if iss.Ack != 1 {
			t.Errorf("SYN-ACK acknowledges %d, want 1", iss.Ack)
		}
		for _, o := range iss.Options { // what the peer did not offer is not agreed to
			if o.Kind != trace.OptMSS && o.Kind != trace.OptNOP && o.Kind != trace.OptEOL {
				t.Errorf("SYN-ACK has option %d", o.Kind)
			}
		}
		b.states(trace.Listen, trace.SynReceived)
		next := iss.Seq + 1
		b.send(trace.Segment{Flags: trace.ACK, Seq: 1, Ack: next})
		b.silent()
		b.states(trace.Listen, trace.Established) // before accept
		s, _, err := l.Accept()
		b.ok(err)

		if _, err := s.Read(make([]byte, 10)); err != iut.EAGAIN {
			t.Errorf("read with nothing there: %v", err)
		}
		b.send(trace.Segment{Flags: trace.ACK | trace.PSH, Seq: 1, Ack: next, Payload: []byte("0123456789")})
		if ack := b.sent(trace.ACK); ack.Ack != 11 {
			t.Errorf("acknowledged %d, want 11", ack.Ack)
		}
		data := make([]byte, 20)
		if n, err := s.Read(data); err != nil || string(data[:n]) != "0123456789" {
			t.Errorf("read %q, %v", data[:n], err)
		}
		if n, err := s.Write([]byte("abcdefghij")); n != 10 || err != nil {
			t.Errorf("wrote %d, %v", n, err)
		}
		b.host.Settle()
		if p := b.sent(trace.ACK | trace.PSH); string(p.Payload) != "abcdefghij" || p.Seq != next {
			t.Errorf("sent %q at %d", p.Payload, p.Seq-next)
		}
		next += 10
		b.send(trace.Segment{Flags: trace.ACK, Seq: 11, Ack: next})
		b.silent()

		b.ok(s.Close()) // the host closes first
		b.host.Settle()
		if fin := b.sent(trace.FIN | trace.ACK); fin.Seq != next {
			t.Errorf("FIN at %d, want %d", fin.Seq, next)
		}
		b.states(trace.Listen, trace.FinWait1)
		b.send(trace.Segment{Flags: trace.ACK, Seq: 11, Ack: next + 1})
		b.states(trace.Listen, trace.FinWait2)
		b.send(trace.Segment{Flags: trace.FIN | trace.ACK, Seq: 11, Ack: next + 1})
		if ack := b.sent(trace.ACK); ack.Ack != 12 {
			t.Errorf("acknowledged %d, want 12", ack.Ack)
		}
		b.states(trace.Listen, trace.TimeWait)
		b.runUntil(4*time.Minute - 1)
		b.states(trace.Listen, trace.TimeWait) // 2MSL, MSL 2 minutes
		b.runUntil(4 * time.Minute)
		b.states(trace.Listen)
		b.silent()
		if _, err := s.Read(data); err != iut.EBADF {
			t.Errorf("read on a closed socket: %v", err)
		}
	})
}

func TestActiveOpen(t *testing.T) {
	both(t, func(t *testing.T, ipv6 bool) {
		b := newBench(t, ipv6, nil)
		s := b.socket()
		to := netip.AddrPortFrom(peerAddr[ipv6], peerPort)
		if err := s.Connect(to); err != iut.EINPROGRESS {
			t.Fatalf("connect: %v", err)
		}
		b.host.Settle()
		syn := b.sent(trace.SYN)
		if _, offered := syn.Option(trace.OptSACKPermitted); offered {
			t.Error("SACK is offered, and the settings say no")
		}
		b.port = syn.SrcPort
		b.states(trace.SynSent)
		if err := s.Connect(to); err != iut.EALREADY {
			t.Errorf("connect again: %v", err)
		}
		if got := s.Poll() & iut.PollOut; got != 0 {
			t.Errorf("writable while connecting: %x", got)
		}
		b.send(trace.Segment{Flags: trace.SYN | trace.ACK, Seq: 7000, Ack: syn.Seq + 1})
		if ack := b.sent(trace.ACK); ack.Ack != 7001 {
			t.Errorf("acknowledged %d", ack.Ack)
		}
		b.states(trace.Established)
		if s.Poll()&iut.PollOut == 0 {
			t.Error("not writable when connected")
		}
		if err := s.Connect(to); err != nil {
			t.Errorf("the outcome: %v", err)
		}
		if err := s.Connect(to); err != iut.EISCONN {
			t.Errorf("after the outcome: %v", err)
		}
		if got, want := s.LocalAddr(), netip.AddrPortFrom(hostAddr[ipv6], syn.SrcPort); got != want {
			t.Errorf("local address %v, want %v", got, want)
		}
		b.send(trace.Segment{Flags: trace.RST, Seq: 7001})
		b.states()
		if got := s.Poll(); got&(iut.PollErr|iut.PollHup) != iut.PollErr|iut.PollHup {
			t.Errorf("poll after a reset: %x", got)
		}
		if v, err := s.GetOption("SO_ERROR"); err != nil || v.Int != 104 {
			t.Errorf("SO_ERROR is %v, %v; want 104", v, err)
		}
		if v, err := s.GetOption("SO_ERROR"); err != nil || v.Int != 0 {
			t.Errorf("SO_ERROR a second time is %v, %v; want 0", v, err)
		}
	})
}

func TestConnectOutcomes(t *testing.T) {
	t.Parallel()
	to := netip.AddrPortFrom(peerAddr[false], peerPort)
	t.Run("refused", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, false, nil)
		s := b.socket()
		s.Connect(to)
		b.host.Settle()
		syn := b.sent(trace.SYN)
		b.port = syn.SrcPort
		b.send(trace.Segment{Flags: trace.RST | trace.ACK, Ack: syn.Seq + 1})
		if err := s.Connect(to); err != iut.ECONNREFUSED {
			t.Errorf("connect: %v", err)
		}
	})
	t.Run("timed out", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, false, nil)
		s := b.socket()
		s.Connect(to)
		b.host.Settle()
		b.sent(trace.SYN)
		// Support says: so many retransmissions, at twice the time each, and then the end.
		for i, at := 0, time.Second; i < synRetries; i, at = i+1, 2*at+time.Second {
			b.runUntil(at - 1)
			b.silent()
			b.runUntil(at)
			b.sent(trace.SYN)
		}
		b.runUntil(127*time.Second - 1)
		b.states(trace.SynSent)
		b.runUntil(127 * time.Second)
		b.silent()
		b.states()
		if err := s.Connect(to); err != iut.ETIMEDOUT {
			t.Errorf("connect: %v", err)
		}
	})
}

func TestUnknownPortDrawsReset(t *testing.T) {
	both(t, func(t *testing.T, ipv6 bool) {
		b := newBench(t, ipv6, nil)
		b.send(trace.Segment{Flags: trace.SYN, Seq: 5})
		if rst := b.sent(trace.RST | trace.ACK); rst.Ack != 6 || rst.Seq != 0 {
			t.Errorf("reset %+v", rst)
		}
		b.states()
	})
}

// A host is a function of its configuration: the same seed gives the same ISN and port, the epoch moves the ISN by ticks.
func TestISN(t *testing.T) {
	t.Parallel()
	syn := func(seed uint64, epoch time.Duration) *trace.Segment {
		b := newBench(t, false, func(c *iut.Config) { c.Seed, c.Epoch = seed, epoch })
		b.socket().Connect(netip.AddrPortFrom(peerAddr[false], peerPort))
		b.host.Settle()
		return b.sent(trace.SYN)
	}
	first, again, other := syn(1, 0), syn(1, 0), syn(2, 0)
	if first.Seq != again.Seq || first.SrcPort != again.SrcPort {
		t.Errorf("one seed gave %d from %d and %d from %d", first.Seq, first.SrcPort, again.Seq, again.SrcPort)
	}
	if first.Seq == other.Seq {
		t.Errorf("two seeds gave the ISN %d", first.Seq)
	}
	for _, want := range []uint32{8000, 0xfffffff0} {
		epoch := time.Duration(want-first.Seq) * IUT{}.ISNTick()
		if got := syn(1, epoch); got.Seq != want || got.SrcPort != first.SrcPort {
			t.Errorf("asked for the ISN %d at epoch %v, got %d from port %d", want, epoch, got.Seq, got.SrcPort)
		}
	}
}

func TestClosedHostIsSilentAndLeavesNoTimers(t *testing.T) {
	t.Parallel()
	b := newBench(t, false, nil)
	l := b.listen(5)
	b.established(l)
	b.host.Close()
	b.silent()
	if n := b.clock.Pending(); n != 0 {
		t.Errorf("%d timers are left", n)
	}
}

func TestConfigIsChecked(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*iut.Config){
		"no clock":   func(c *iut.Config) { c.Clock = nil },
		"no link":    func(c *iut.Config) { c.Link = nil },
		"address":    func(c *iut.Config) { c.Addrs = []netip.Addr{{}} },
		"twice":      func(c *iut.Config) { c.Addrs = []netip.Addr{hostAddr[false], hostAddr[false]} },
		"MSL":        func(c *iut.Config) { c.Settings.MSL = -1 },
		"RTO bounds": func(c *iut.Config) { c.Settings.RTOMin = 2 * c.Settings.RTOMax },
		"buffer":     func(c *iut.Config) { c.Settings.SendBuffer = 0 },
		"limit":      func(c *iut.Config) { c.Settings.ChallengeACKLimit = -1 },
		"cookies":    func(c *iut.Config) { c.Settings.SYNCookies = "perhaps" },
	} {
		cfg := iut.Config{Clock: vtime.New(), Link: link.NewEnd(1500), Addrs: []netip.Addr{hostAddr[false]}, Settings: iut.Alike()}
		change(&cfg)
		if h, err := (IUT{}).New(cfg); err == nil {
			h.Close()
			t.Errorf("%s: no error", name)
		}
	}
}

func TestRegistered(t *testing.T) {
	t.Parallel()
	i, err := iut.Lookup("netstack")
	if err != nil || i != (IUT{}) {
		t.Fatalf("lookup gave %v, %v", i, err)
	}
	if i.Version() == "" {
		t.Error("no version")
	}
}
