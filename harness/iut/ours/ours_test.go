package ours

import (
	"errors"
	"net/netip"
	"reflect"
	"testing"
	"time"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/link"
	"github.com/twinstack/twinstack/harness/trace"
	"github.com/twinstack/twinstack/harness/vtime"
)

var (
	self = map[bool]netip.Addr{false: netip.MustParseAddr("192.168.0.1"), true: netip.MustParseAddr("fd3d:a0b:17d6::1")}
	peer = map[bool]netip.Addr{false: netip.MustParseAddr("192.0.2.1"), true: netip.MustParseAddr("fd3d:fa7b:d17d::1")}
)

// bench is a host with a hand-made peer at the other end of its link.
type bench struct {
	t     *testing.T
	clock *vtime.Clock
	end   *link.End
	host  iut.Host
	ipv6  bool
}

func newBench(t *testing.T, ipv6 bool, change func(*iut.Config)) *bench {
	t.Helper()
	b := &bench{t: t, clock: vtime.New(), end: link.NewEnd(1500), ipv6: ipv6}
	cfg := iut.Config{Clock: b.clock, Link: b.end, Addrs: []netip.Addr{self[false], self[true]}, Seed: 1, Settings: iut.Alike()}
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

func (b *bench) inject(s trace.Segment) {
	b.t.Helper()
	s.SrcPort, s.DstPort, s.Window = 40000, 8080, 65535
	raw, err := link.Encode(&trace.Packet{Src: peer[b.ipv6], Dst: self[b.ipv6], TCP: &s})
	if err != nil {
		b.t.Fatal(err)
	}
	b.end.Inject(raw)
}

// take is the one segment that the host sent.
func (b *bench) take(flags trace.Flags) *trace.Segment {
	b.t.Helper()
	raw := b.end.Take()
	if raw == nil {
		b.t.Fatalf("nothing was sent, want %v", flags)
	}
	p := link.Decode(raw)
	if p.Bad != "" || p.TCP == nil || p.TCP.Flags != flags {
		b.t.Fatalf("sent %+v %+v, want %v", p, p.TCP, flags)
	}
	if b.end.Take() != nil {
		b.t.Fatal("more than one segment was sent")
	}
	return p.TCP
}

func (b *bench) states(want ...trace.State) {
	b.t.Helper()
	var got []trace.State
	for _, c := range b.host.Conns() {
		got = append(got, c.State)
	}
	if !reflect.DeepEqual(got, want) {
		b.t.Fatalf("states %v, want %v", got, want)
	}
}

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// A life through the harness's codec, link and clock, to the end of 2MSL.
func TestLife(t *testing.T) {
	t.Parallel()
	for _, ipv6 := range []bool{false, true} {
		b := newBench(t, ipv6, nil)
		l := must(b.host.Socket(ipv6))(t)
		if err := l.Bind(netip.AddrPortFrom(self[ipv6], 8080)); err != nil {
			t.Fatal(err)
		}
		if err := l.Listen(5); err != nil {
			t.Fatal(err)
		}
		b.states(trace.Listen)
		b.inject(trace.Segment{Seq: 1000, Flags: trace.SYN})
		iss := b.take(trace.SYN | trace.ACK).Seq
		b.states(trace.Listen, trace.SynReceived)
		b.inject(trace.Segment{Seq: 1001, Ack: iss + 1, Flags: trace.ACK, Payload: []byte("hello")})
		b.take(trace.ACK)
		b.states(trace.Listen, trace.Established)
		s, from, err := l.Accept()
		if err != nil || from != netip.AddrPortFrom(peer[ipv6], 40000) || s.RemoteAddr() != from {
			t.Fatalf("accepted from %v, %v", from, err)
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		buf := make([]byte, 10)
		if n, err := s.Read(buf); string(buf[:n]) != "hello" || err != nil {
			t.Fatalf("read %q, %v", buf[:n], err)
		}
		if _, err := s.Read(buf); err != iut.EAGAIN {
			t.Fatalf("read with nothing there: %v", err)
		}
		if n, err := s.Write([]byte("abc")); n != 3 || err != nil {
			t.Fatal(n, err)
		}
		if got := b.take(trace.PSH | trace.ACK); string(got.Payload) != "abc" || got.Seq != iss+1 || got.Ack != 1006 {
			t.Fatalf("sent %+v", got)
		}
		if !b.clock.Step() || b.clock.Now() != time.Second {
			t.Fatalf("the retransmission came at %v", b.clock.Now())
		}
		b.take(trace.PSH | trace.ACK)
		if err := s.Shutdown(iut.ShutWR); err != nil {
			t.Fatal(err)
		}
		b.take(trace.FIN | trace.ACK)
		b.states(trace.FinWait1)
		if _, err := s.Write([]byte("x")); err != iut.EPIPE {
			t.Fatalf("write after shutdown: %v", err)
		}
		b.inject(trace.Segment{Seq: 1006, Ack: iss + 5, Flags: trace.FIN | trace.ACK})
		b.take(trace.ACK)
		b.states(trace.TimeWait)
		if got, want := s.Poll(), iut.PollIn|iut.PollOut|iut.PollHup|iut.PollRdHup; got != want {
			t.Fatalf("poll %#x, want %#x", got, want)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		start := b.clock.Now()
		if !b.clock.Step() || b.clock.Now()-start != 4*time.Minute {
			t.Fatalf("2MSL took %v", b.clock.Now()-start)
		}
		b.states()
		if b.clock.Pending() != 0 {
			t.Fatal("a timer is left")
		}
	}
}

// Config.Epoch moves the ISN by one for each ISNTick, and nothing else.
func TestISNTick(t *testing.T) {
	t.Parallel()
	iss := func(epoch time.Duration) uint32 {
		b := newBench(t, false, func(c *iut.Config) { c.Epoch = epoch })
		s := must(b.host.Socket(false))(t)
		if err := s.Connect(netip.AddrPortFrom(peer[false], 8080)); err != iut.EINPROGRESS {
			t.Fatal(err)
		}
		seq := b.take(trace.SYN).Seq
		if !b.clock.Step() || b.clock.Now() != time.Second || b.take(trace.SYN).Seq != seq {
			t.Fatalf("the SYN went out again at %v", b.clock.Now())
		}
		return seq
	}
	learnt := iss(0)
	for _, want := range []uint32{8000, 0xfffffff0} {
		if got := iss(time.Duration(want-learnt) * IUT{}.ISNTick()); got != want {
			t.Errorf("ISN %d, want %d", got, want)
		}
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	b := newBench(t, false, nil)
	s := must(b.host.Socket(false))(t)
	for name, v := range map[string]int64{"SO_REUSEADDR": 1, "TCP_NODELAY": 1, "TCP_CORK": 1, "TCP_SYNCNT": 4, "TCP_LINGER2": 30, "SO_SNDBUF": 5000, "SO_RCVBUF": 6000, "TCP_USER_TIMEOUT": 1500, "TCP_MAXSEG": 900,
		"SO_KEEPALIVE": 1, "TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3, "IP_TTL": 9, "IP_TOS": 0x28} {
		if err := s.SetOption(name, iut.OptionValue{Int: v}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got, err := s.GetOption(name); err != nil || got.Int != v {
			t.Errorf("%s is %v, %v, want %v", name, got, err, v)
		}
		if err := s.SetOption(name, iut.OptionValue{Int: -1}); err == nil && name != "SO_REUSEADDR" {
			t.Errorf("%s took -1", name)
		}
	}
	linger := iut.OptionValue{Linger: &iut.Linger{On: true, Seconds: 3}}
	if err := s.SetOption("SO_LINGER", linger); err != nil {
		t.Error(err)
	}
	if got, err := s.GetOption("SO_LINGER"); err != nil || *got.Linger != *linger.Linger {
		t.Errorf("SO_LINGER is %+v, %v", got.Linger, err)
	}
	for what, err := range map[string]error{
		"unknown": s.SetOption("SO_NOTHING", iut.OptionValue{}), "of IPv6": s.SetOption("IPV6_TCLASS", iut.OptionValue{Int: 8}),
		"read only": s.SetOption("SO_ERROR", iut.OptionValue{}),
	} {
		if err != iut.ENOPROTOOPT {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := s.SetOption("SO_LINGER", iut.OptionValue{Int: 1}); err != iut.EINVAL {
		t.Errorf("SO_LINGER as a number: %v", err)
	}
	if err := s.Connect(netip.AddrPortFrom(peer[false], 8080)); err != iut.EINPROGRESS {
		t.Fatal(err)
	}
	syn := b.take(trace.SYN)
	if o, ok := syn.Option(trace.OptMSS); !ok || o.Data[0] != 900>>8 || o.Data[1] != 900&0xff || syn.Window != 6000 {
		t.Errorf("the SYN does not show the options: %+v", syn)
	}
	b.end.Inject(mustEncode(t, &trace.Packet{Src: peer[false], Dst: self[false], TCP: &trace.Segment{
		SrcPort: 8080, DstPort: syn.SrcPort, Ack: syn.Seq + 1, Flags: trace.RST | trace.ACK}}))
	if got, err := s.GetOption("SO_ERROR"); err != nil || got.Int != 111 {
		t.Errorf("SO_ERROR is %v, %v, want 111", got, err)
	}
	if got, err := s.GetOption("SO_ERROR"); err != nil || got.Int != 0 {
		t.Errorf("SO_ERROR the second time is %v, %v", got, err)
	}
}

func mustEncode(t *testing.T, p *trace.Packet) []byte { return must(link.Encode(p))(t) }

// Support names every field of Settings, in order; all of them can be set.
func TestSupport(t *testing.T) {
	t.Parallel()
	s := iut.Alike()
	s.WindowScale, s.Timestamps, s.SACK, s.AutoTuning, s.ECN = true, true, true, true, true
	fields := reflect.TypeFor[iut.Settings]()
	support := IUT{}.Support(s)
	if len(support) != fields.NumField() {
		t.Fatalf("%d rows for %d settings", len(support), fields.NumField())
	}
	for i, row := range support {
		if row.Setting != fields.Field(i).Name {
			t.Errorf("row %d is %s, want %s", i, row.Setting, fields.Field(i).Name)
		}
		if row.Honour != iut.Set {
			t.Errorf("%s is %v", row.Setting, row.Honour)
		}
	}
	for _, row := range (IUT{}).Support(iut.Alike()) {
		if row.Honour != iut.Set {
			t.Errorf("of the common settings %s is %v", row.Setting, row.Honour)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	good := iut.Config{Clock: vtime.New(), Link: link.NewEnd(1500), Settings: iut.Alike()}
	for name, change := range map[string]func(*iut.Config){
		"no clock":     func(c *iut.Config) { c.Clock = nil },
		"no link":      func(c *iut.Config) { c.Link = nil },
		"no address":   func(c *iut.Config) { c.Addrs = []netip.Addr{{}} },
		"no MSL":       func(c *iut.Config) { c.Settings.MSL = 0 },
		"negative":     func(c *iut.Config) { c.Settings.DataRetries = -1 },
		"no buffer":    func(c *iut.Config) { c.Settings.ReceiveBuffer = 0 },
		"negative ACK": func(c *iut.Config) { c.Settings.ChallengeACKLimit = -1 },
		"cookies":      func(c *iut.Config) { c.Settings.SYNCookies = "perhaps" },
	} {
		cfg := good
		change(&cfg)
		if h, err := (IUT{}).New(cfg); err == nil || h != nil {
			t.Errorf("%s: %v, %v", name, h, err)
		}
	}
	var e iut.Errno
	if err := errno(nil); err != nil || errors.As(err, &e) {
		t.Errorf("no error became %v", err)
	}
}

// Urgent data is in the stream, and what ioctl says of it and of the queues.
func TestUrgent(t *testing.T) {
	t.Parallel()
	b := newBench(t, false, nil)
	l := must(b.host.Socket(false))(t)
	if err := l.Bind(netip.AddrPortFrom(self[false], 8080)); err != nil {
		t.Fatal(err)
	}
	if err := l.Listen(5); err != nil {
		t.Fatal(err)
	}
	b.inject(trace.Segment{Seq: 1000, Flags: trace.SYN})
	iss := b.take(trace.SYN | trace.ACK).Seq
	b.inject(trace.Segment{Seq: 1001, Ack: iss + 1, Flags: trace.ACK | trace.URG, Urgent: 2, Payload: []byte("abcd")})
	b.take(trace.ACK)
	s, _, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	ioctl := func(request string, want int64) {
		t.Helper()
		if n, err := s.(iut.Ioctl).Ioctl(request); n != want || err != nil {
			t.Errorf("%s is %d, %v, want %d", request, n, err, want)
		}
	}
	if s.Poll()&iut.PollPri == 0 {
		t.Error("no POLLPRI")
	}
	ioctl("SIOCATMARK", 0)
	ioctl("SIOCINQ", 4)
	buf := make([]byte, 10)
	if n, err := s.Read(buf); n != 2 || err != nil {
		t.Errorf("read %d, %v, want what is urgent", n, err)
	}
	ioctl("SIOCATMARK", 1)
	u := s.(iut.Urgent)
	if n, err := u.SendUrgent([]byte("xyz")); n != 3 || err != nil {
		t.Errorf("sent %d, %v", n, err)
	}
	if got := b.take(trace.PSH | trace.ACK | trace.URG); got.Urgent != 3 {
		t.Errorf("the urgent pointer is %d", got.Urgent)
	}
	ioctl("SIOCOUTQ", 3)
	if _, err := s.(iut.Ioctl).Ioctl("SIOCX"); err != iut.EOPNOTSUPP {
		t.Errorf("an unknown request: %v", err)
	}
	if _, err := u.ReceiveUrgent(buf); err != iut.EINVAL {
		t.Errorf("MSG_OOB: %v", err)
	}
	_ = s.Close()
	if _, err := s.(iut.Ioctl).Ioctl("SIOCINQ"); err != iut.EBADF {
		t.Errorf("ioctl on a closed socket: %v", err)
	}
	if _, err := u.ReceiveUrgent(buf); err != iut.EBADF {
		t.Errorf("MSG_OOB on a closed socket: %v", err)
	}
}
