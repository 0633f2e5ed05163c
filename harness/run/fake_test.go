package run_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/link"
	"github.com/twinstack/twinstack/harness/run"
	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
	"github.com/twinstack/twinstack/harness/vtime"
)

// fake is an IUT that does what a test tells it: on each inbound segment, and on some of the calls.
type fake struct {
	tick  time.Duration // of its ISN
	isn   uint32        // at epoch 0
	onTCP func(*host, *trace.Segment)
	// onPacket sees every packet first, and takes it where it returns true.
	onPacket func(*trace.Packet) bool
	onICMP   func(*host, *trace.ICMP)
	connect  func(*host)
	onCall   func(call string, a netip.AddrPort) // bind and connect with their addresses
	write    func(*host, []byte) (int, error)
	support  []iut.Support
	panics   bool // in Listen
	optional bool // it has urgent data and ioctl
	boots    *int
}

func (f *fake) Name() string                       { return "fake" }
func (f *fake) Version() string                    { return "0" }
func (f *fake) Support(iut.Settings) []iut.Support { return f.support }
func (f *fake) ISNTick() time.Duration             { return f.tick }

func (f *fake) New(cfg iut.Config) (iut.Host, error) {
	if f.boots != nil {
		*f.boots++
	}
	h := &host{fake: f, clock: cfg.Clock, end: cfg.Link, settings: cfg.Settings, isn: f.isn, ephemeral: 50000}
	if f.tick > 0 {
		h.isn += uint32(cfg.Epoch / f.tick)
	}
	cfg.Link.Attach(h.receive)
	return h, nil
}

// host is a host of a fake. It answers at the next Settle, as a real stack may.
type host struct {
	fake      *fake
	clock     *vtime.Clock
	end       *link.End
	settings  iut.Settings
	isn       uint32
	ephemeral uint16
	inbox     []*trace.Packet
	ipv6      bool
	self      netip.Addr // of the connection; none: the usual one
	local     uint16     // ports of the connection
	remote    uint16
	states    []iut.ConnState

	waiting int    // connections to accept
	stream  []byte // octets to read
	eof     bool
	outcome error // of connect; EINPROGRESS while it is not known
	soError int64
	ready   iut.Events
	written int
}

func (h *host) receive(raw []byte) { h.inbox = append(h.inbox, link.Decode(raw)) }

func (h *host) Settle() {
	for len(h.inbox) > 0 {
		p := h.inbox[0]
		h.inbox = h.inbox[1:]
		h.ipv6 = p.Src.Is6()
		switch {
		case h.fake.onPacket != nil && h.fake.onPacket(p):
		case p.TCP != nil:
			h.local, h.remote = p.TCP.DstPort, p.TCP.SrcPort
			if h.fake.onTCP != nil {
				h.fake.onTCP(h, p.TCP)
			}
		case p.ICMP != nil && h.fake.onICMP != nil:
			h.fake.onICMP(h, p.ICMP)
		}
	}
}

// addrs are the addresses of the connection.
func (h *host) addrs() (self, peer netip.Addr) {
	self, peer = run.Addrs(h.ipv6)
	if h.self.IsValid() {
		self = h.self
	}
	return self, peer
}

// send sends a segment on the connection of the last inbound one.
func (h *host) send(s trace.Segment) {
	self, peer := h.addrs()
	s.SrcPort, s.DstPort = h.local, h.remote
	raw, err := link.Encode(&trace.Packet{Src: self, Dst: peer, TCP: &s})
	if err != nil {
		panic(err)
	}
	h.end.Send(raw)
}

// is puts the connection into a state; CLOSED takes it away.
func (h *host) is(s trace.State) {
	self, peer := h.addrs()
	c := trace.Conn{Local: netip.AddrPortFrom(self, h.local), Remote: netip.AddrPortFrom(peer, h.remote)}
	h.forget(c)
	if s != trace.Closed {
		h.states = append(h.states, iut.ConnState{Conn: c, State: s})
	}
}

func (h *host) forget(c trace.Conn) {
	for i := range h.states {
		if h.states[i].Conn == c {
			h.states = append(h.states[:i], h.states[i+1:]...)
			return
		}
	}
}

func (h *host) Socket(ipv6 bool) (iut.Socket, error) {
	h.ipv6 = ipv6
	return h.socketOf(&socket{host: h}), nil
}

// socketOf gives a socket the optional calls, if its fake has them.
func (h *host) socketOf(s *socket) iut.Socket {
	if h.fake.optional {
		return &fullSocket{s}
	}
	return s
}

// fullSocket is a socket with urgent data and ioctl.
type fullSocket struct{ *socket }

func (s *fullSocket) SendUrgent(b []byte) (int, error) {
	h := s.host
	h.send(trace.Segment{Flags: trace.PSH | trace.ACK | trace.URG, Seq: h.isn + 1 + uint32(h.written), Ack: 1, Window: 1000, Urgent: uint16(len(b)), Payload: b})
	h.written += len(b)
	return len(b), nil
}
func (s *fullSocket) ReceiveUrgent([]byte) (int, error) { return 0, iut.EINVAL }
func (s *fullSocket) Ioctl(request string) (int64, error) {
	switch request {
	case "SIOCINQ":
		return int64(len(s.host.stream)), nil
	case "SIOCATMARK":
		return 1, nil
	}
	return 0, iut.EOPNOTSUPP
}
func (h *host) Conns() []iut.ConnState { return h.states }
func (h *host) Close()                 {}

type socket struct {
	host      *host
	bound     uint16
	listener  bool
	connected bool
}

func (s *socket) Bind(a netip.AddrPort) error {
	if s.host.fake.onCall != nil {
		s.host.fake.onCall("bind", a)
	}
	s.bound = a.Port()
	return nil
}
func (s *socket) Listen(int) error {
	if s.host.fake.panics {
		var nobody *socket
		nobody.bound = 1
	}
	s.listener = true
	s.host.states = append(s.host.states, iut.ConnState{Conn: s.conn(), State: trace.Listen})
	return nil
}
func (s *socket) conn() trace.Conn {
	self, _ := run.Addrs(s.host.ipv6)
	return trace.Conn{Local: netip.AddrPortFrom(self, s.bound)}
}
func (s *socket) Accept() (iut.Socket, netip.AddrPort, error) {
	if s.host.waiting == 0 {
		return nil, netip.AddrPort{}, iut.EAGAIN
	}
	s.host.waiting--
	a := &socket{host: s.host, connected: true}
	return s.host.socketOf(a), a.RemoteAddr(), nil
}
func (s *socket) Connect(to netip.AddrPort) error {
	h := s.host
	if h.fake.onCall != nil {
		h.fake.onCall("connect", to)
	}
	if s.connected {
		if h.outcome == iut.EINPROGRESS {
			return iut.EALREADY
		}
		return h.outcome
	}
	s.connected = true
	h.local, h.remote = s.bound, to.Port()
	if h.local == 0 {
		h.local = h.ephemeral
		h.ephemeral++
	}
	h.outcome = iut.EINPROGRESS
	if h.fake.connect != nil {
		h.fake.connect(h)
	}
	return iut.EINPROGRESS
}
func (s *socket) Read(b []byte) (int, error) {
	if len(s.host.stream) == 0 {
		if s.host.eof {
			return 0, nil
		}
		return 0, iut.EAGAIN
	}
	n := copy(b, s.host.stream)
	s.host.stream = s.host.stream[n:]
	return n, nil
}
func (s *socket) Write(b []byte) (int, error) {
	if s.host.fake.write == nil {
		return 0, iut.EPIPE
	}
	return s.host.fake.write(s.host, b)
}
func (s *socket) Shutdown(iut.How) error { return nil }
func (s *socket) Close() error {
	switch {
	case s.listener:
		s.host.forget(s.conn())
	case s.connected:
		s.host.is(trace.Closed)
	}
	return nil
}
func (s *socket) SetOption(name string, _ iut.OptionValue) error {
	if name == "SO_LINGER" || name == "TCP_NODELAY" {
		return nil
	}
	return iut.ENOPROTOOPT
}
func (s *socket) GetOption(name string) (iut.OptionValue, error) {
	if name == "SO_LINGER" {
		return iut.OptionValue{Linger: &iut.Linger{On: true, Seconds: 5}}, nil
	}
	return iut.OptionValue{Int: s.host.soError}, nil
}
func (s *socket) Poll() iut.Events { return s.host.ready }
func (s *socket) LocalAddr() netip.AddrPort {
	self, _ := run.Addrs(s.host.ipv6)
	return netip.AddrPortFrom(self, s.host.local)
}
func (s *socket) RemoteAddr() netip.AddrPort {
	_, peer := run.Addrs(s.host.ipv6)
	return netip.AddrPortFrom(peer, s.host.remote)
}

// server answers a SYN, accepts what acknowledges it, acknowledges text and delivers it.
func server(h *host, s *trace.Segment) {
	switch {
	case s.Flags.Has(trace.RST):
		h.is(trace.Closed)
	case s.Flags.Has(trace.SYN):
		h.is(trace.SynReceived)
		h.send(trace.Segment{Flags: trace.SYN | trace.ACK, Seq: h.isn, Ack: s.Seq + 1, Window: 1000,
			Options: []trace.Option{{Kind: trace.OptMSS, Data: []byte{5, 0xb4}}}})
	default:
		if len(h.states) > 0 && h.states[len(h.states)-1].State == trace.SynReceived {
			h.is(trace.Established)
			h.waiting++
		}
		if len(s.Payload) > 0 {
			h.stream = append(h.stream, s.Payload...)
			h.send(trace.Segment{Flags: trace.ACK, Seq: h.isn + 1, Ack: s.Seq + uint32(len(s.Payload)), Window: 990})
		}
	}
}

// echoWrite sends what is written in one segment.
func echoWrite(h *host, b []byte) (int, error) {
	h.send(trace.Segment{Flags: trace.PSH | trace.ACK, Seq: h.isn + 1 + uint32(h.written), Ack: 1, Window: 1000, Payload: b})
	h.written += len(b)
	return len(b), nil
}

// Heads of scripts.
const (
	listening = "+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 bind(3, ..., ...) = 0\n+0 listen(3, 5) = 0\n"
	opened    = listening + "+0 < S 0:0(0) win 1000 <mss 1000>\n+0 > S. 0:0(0) ack 1 <mss 1460>\n+0 < . 1:1(0) ack 1 win 1000\n"
	accepted  = opened + "+0 accept(3, ..., ...) = 4\n"
	active    = "+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n" +
		"+0 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)\n"
)

func parse(t testing.TB, src string) *script.File {
	t.Helper()
	f, err := script.Parse("case.pkt", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func options() run.Options { return run.Options{Settings: iut.Alike()} }

func play(t testing.TB, f *fake, src string) *trace.Result {
	t.Helper()
	return run.Run(parse(t, src), f, options())
}

// check holds a result against the failures and the reason that a case is about: each of want must be in one failure, in
// order, and there must be no other.
func check(t *testing.T, res *trace.Result, want ...string) {
	t.Helper()
	verdict := trace.Pass
	if len(want) > 0 {
		verdict = trace.Fail
	}
	if res.Verdict != verdict || len(res.Failures) != len(want) {
		t.Errorf("verdict %v %q with %d failures %v, want %v with %q", res.Verdict, res.Reason, len(res.Failures), res.Failures, verdict, want)
		return
	}
	for i, w := range want {
		if got := res.Failures[i].String(); !strings.Contains(got, w) {
			t.Errorf("failure %d is %q, want %q in it", i, got, w)
		}
	}
}

// refused holds a result against a verdict with a reason.
func refused(t *testing.T, res *trace.Result, v trace.Verdict, reason string) {
	t.Helper()
	if res.Verdict != v || !strings.Contains(res.Reason, reason) {
		t.Errorf("verdict %v %q %v, want %v with %q", res.Verdict, res.Reason, res.Failures, v, reason)
	}
}
