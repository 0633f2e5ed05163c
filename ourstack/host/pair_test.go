package host

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/twinstack/twinstack/ourstack/tcp"
)

// pair is two hosts on a link without loss: what one sends arrives at the other after delay.
type pair struct {
	now   time.Duration
	delay time.Duration
	hosts [2]*Host
	wire  []flight
	head  int
	spare [][]byte
	drop  func(from int, packet []byte) bool
	path  func(from int) (delays []time.Duration) // when each copy of a packet arrives, instead of once after delay
	sent  int
	after func() // looks at the hosts after each step
}

type flight struct {
	at     time.Duration
	to     int
	packet []byte
}

var (
	addr4 = [2]netip.Addr{netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("10.0.0.2")}
	addr6 = [2]netip.Addr{netip.MustParseAddr("fd00::1"), netip.MustParseAddr("fd00::2")}
)

func newPair(cfg tcp.Config) *pair {
	p := &pair{delay: time.Millisecond}
	for i := range p.hosts {
		p.hosts[i] = New(Config{
			Addrs: []netip.Addr{addr4[i], addr6[i]}, Seed: uint64(i + 1), TCP: cfg,
			Send: func(b []byte) { p.send(i, b) },
		})
	}
	return p
}

// immediate acknowledges at once.
func immediate() tcp.Config {
	cfg := tcp.Default()
	cfg.DelayedACK = false
	return cfg
}

func (p *pair) send(from int, b []byte) {
	p.sent++
	if p.drop != nil && p.drop(from, b) {
		return
	}
	delays := []time.Duration{p.delay}
	if p.path != nil {
		delays = p.path(from)
	}
	for _, d := range delays {
		var c []byte
		if n := len(p.spare); n > 0 {
			c, p.spare = p.spare[n-1][:0], p.spare[:n-1]
		}
		i := len(p.wire)
		for i > p.head && p.now+d < p.wire[i-1].at {
			i--
		}
		p.wire = slices.Insert(p.wire, i, flight{p.now + d, 1 - from, append(c, b...)})
	}
}

// checked has both hosts checked after each step.
func (p *pair) checked(t testing.TB) {
	p.after = func() {
		for i, h := range p.hosts {
			if err := h.check(nil); err != nil {
				t.Fatalf("host %d: %v", i, err)
			}
		}
	}
}

// step goes to the next thing that happens; false if nothing will, or not before until.
func (p *pair) step(until time.Duration) bool {
	if !p.stepOn(until) {
		return false
	}
	if p.after != nil {
		p.after()
	}
	return true
}

func (p *pair) stepOn(until time.Duration) bool {
	at, what := until+1, -1
	for i, h := range p.hosts {
		if d, ok := h.NextDeadline(); ok && d < at {
			at, what = d, i
		}
	}
	if p.head < len(p.wire) && p.wire[p.head].at <= at {
		f := p.wire[p.head]
		p.head++
		if p.head == len(p.wire) {
			p.wire, p.head = p.wire[:0], 0
		}
		p.now = f.at
		p.hosts[f.to].Deliver(p.now, f.packet)
		p.spare = append(p.spare, f.packet)
		return true
	}
	if what < 0 {
		return false
	}
	p.now = max(p.now, at)
	p.hosts[what].Poll(p.now)
	return true
}

// run goes on until nothing is left, or until a time.
func (p *pair) run(until time.Duration) {
	for n := 0; p.step(until); n++ {
		if n > 1e6 {
			panic("the two hosts never come to rest")
		}
	}
	p.now = max(p.now, until)
}

func (p *pair) states(host int) string {
	s := ""
	p.hosts[host].Conns(func(_, remote netip.AddrPort, state tcp.State) {
		if remote.IsValid() {
			s += fmt.Sprint(state, " ")
		}
	})
	return s
}

func (p *pair) for10ms() { p.run(p.now + 10*time.Millisecond) }

// listen makes host 1 listen on port 80; connect opens from host 0 to it.
func (p *pair) listen(t testing.TB, v6 bool) *Socket {
	t.Helper()
	s := p.hosts[1].Socket(v6)
	must(t, s.Bind(netip.AddrPortFrom(unspecified(!v6), 80)))
	must(t, s.Listen(5))
	return s
}

func (p *pair) connect(t testing.TB, v6 bool) *Socket {
	t.Helper()
	s := p.hosts[0].Socket(v6)
	to := addr4[1]
	if v6 {
		to = addr6[1]
	}
	if err := s.Connect(p.now, netip.AddrPortFrom(to, 80)); err != EINPROGRESS {
		t.Fatalf("connect: %v, want EINPROGRESS", err)
	}
	return s
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// life is one connection from handshake to the end of TIME-WAIT, 10 octets each way.
func (p *pair) life(t testing.TB, l *Socket, v6 bool) {
	a := p.connect(t, v6)
	p.for10ms()
	if err := a.Connect(p.now, netip.AddrPort{}); err != nil {
		t.Fatalf("the outcome of connect: %v", err)
	}
	b, _, err := l.Accept()
	must(t, err)
	var buf [64]byte
	for _, way := range [][2]*Socket{{a, b}, {b, a}} {
		if n, err := way[0].Write(p.now, []byte("0123456789")); n != 10 || err != nil {
			t.Fatalf("write: %d, %v", n, err)
		}
		p.for10ms()
		if n, err := way[1].Read(p.now, buf[:]); n != 10 || err != nil {
			t.Fatalf("read: %d, %v", n, err)
		}
	}
	must(t, a.Close(p.now))
	p.for10ms()
	if n, err := b.Read(p.now, buf[:]); n != 0 || err != nil {
		t.Fatalf("read at the end of the stream: %d, %v", n, err)
	}
	must(t, b.Close(p.now))
	p.for10ms()
	if s := p.states(0) + "/ " + p.states(1); s != "TIME-WAIT / " {
		t.Fatalf("states after both closed: %s", s)
	}
	p.run(p.now + 4*time.Minute)
	if s := p.states(0); s != "" {
		t.Fatalf("state after 2MSL: %s", s)
	}
}

func TestLife(t *testing.T) {
	t.Parallel()
	for _, v6 := range []bool{false, true} {
		p := newPair(immediate())
		p.checked(t)
		l := p.listen(t, v6)
		p.sent = 0
		p.life(t, l, v6)
		if p.sent != 11 {
			t.Errorf("v6 %v: %d packets, want 3 to open, 2 and 2 for the text, 4 to close", v6, p.sent)
		}
	}
}

// BenchmarkLife is one connection from handshake to the end of TIME-WAIT, 10 octets each way, both ends ours: on the same
// two hosts again and again, and on two new ones each time.
func BenchmarkLife(b *testing.B) {
	b.Run("reused", func(b *testing.B) {
		b.ReportAllocs()
		p := newPair(immediate())
		l := p.listen(b, false)
		for b.Loop() {
			p.life(b, l, false)
		}
	})
	b.Run("fresh", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			p := newPair(immediate())
			p.life(b, p.listen(b, false), false)
		}
	})
}
