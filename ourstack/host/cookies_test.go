package host

import (
	"fmt"
	"net/netip"
	"runtime"
	"testing"
	"time"

	"github.com/twinstack/twinstack/ourstack/ip"
	"github.com/twinstack/twinstack/ourstack/tcp"
)

// pressed is a host whose listener has a full SYN queue, and what it sent last.
type pressed struct {
	game
	t    *testing.T
	l    *Socket
	v6   bool
	sent int
	last tcp.Segment
}

func newPressed(t *testing.T, cfg tcp.Config, v6 bool) *pressed {
	p := &pressed{t: t, v6: v6}
	p.h = New(Config{Addrs: []netip.Addr{addr4[1], addr6[1]}, Seed: 2, TCP: cfg, Send: func(b []byte) {
		var q ip.Packet
		must(t, ip.Parse(b, &q))
		must(t, tcp.Parse(q.Src, q.Dst, q.Payload, &p.last))
		p.last.Text = nil // it is the host's
		p.sent++
	}})
	p.now = time.Hour
	p.l = p.h.Socket(v6)
	must(t, p.l.Bind(netip.AddrPortFrom(unspecified(!v6), 80)))
	must(t, p.l.Listen(1))
	for port := range uint16(2) {
		p.from(&tcp.Segment{SrcPort: 5000 + port, Flags: tcp.SYN, Seq: 9})
	}
	if s := p.states(); s != "SYN-RECEIVED SYN-RECEIVED " {
		t.Fatalf("states %s", s)
	}
	return p
}

// from has a segment come from the peer to the listener's port, from port 4000 if it says no other.
func (p *pressed) from(s *tcp.Segment) {
	if s.DstPort = 80; s.SrcPort == 0 {
		s.SrcPort = 4000
	}
	if s.Wnd == 0 {
		s.Wnd = 1000
	}
	src, dst, header := addr4[0], addr4[1], ip.HeaderV4
	if p.v6 {
		src, dst, header = addr6[0], addr6[1], ip.HeaderV6
	}
	body := s.Append(nil, src, dst)
	b := make([]byte, header, header+len(body))
	if p.v6 {
		ip.PutV6(b, src, dst, ip.ProtocolTCP, 64, 0, len(body))
	} else {
		ip.PutV4(b, src, dst, ip.ProtocolTCP, 64, 0, len(body))
	}
	p.sent, p.last = 0, tcp.Segment{}
	p.h.Deliver(p.now, append(b, body...))
	if err := p.h.check(nil); err != nil {
		p.t.Fatal(err)
	}
}

func (p *pressed) states() (s string) {
	p.h.Conns(func(_, remote netip.AddrPort, state tcp.State) {
		if remote.IsValid() {
			s += fmt.Sprint(state, " ")
		}
	})
	return s
}

// cookie has the peer send a SYN, and gives the SYN,ACK.
func (p *pressed) cookie(o tcp.Options) tcp.Segment {
	p.t.Helper()
	p.from(&tcp.Segment{Flags: tcp.SYN, Seq: 100, Options: o})
	if p.sent != 1 || p.last.Flags != tcp.SYN|tcp.ACK || p.last.Ack != 101 {
		p.t.Fatalf("a SYN under pressure: %d segments, %+v", p.sent, p.last)
	}
	if p.h.conns[p.tuple()] != nil {
		p.t.Fatalf("a cookie has a connection")
	}
	return p.last
}

func (p *pressed) tuple() tuple {
	a := addr4
	if p.v6 {
		a = addr6
	}
	return tuple{netip.AddrPortFrom(a[1], 80), netip.AddrPortFrom(a[0], 4000)}
}

var fullOffer = tcp.Options{HasMSS: true, MSS: 1460, HasWindowScale: true, WindowScale: 7, SACKPermitted: true, HasTimestamps: true, TSVal: 77}

// A connection that a cookie makes is as one whose SYN was kept, but for its MSS, which may be less; and options, where there
// are no timestamps to carry them.
func TestCookie(t *testing.T) {
	t.Parallel()
	for _, v6 := range []bool{false, true} {
		def := map[bool]int{false: 536, true: 1220}[v6]
		for _, c := range []struct {
			offer tcp.Options
			mss   int // SendMSS
		}{
			{tcp.Options{}, def},
			{tcp.Options{HasMSS: true, MSS: 28}, 28},
			{tcp.Options{HasMSS: true, MSS: 535}, 256},
			{tcp.Options{HasMSS: true, MSS: 536}, 536},
			{tcp.Options{HasMSS: true, MSS: 1439}, 1380},
			{tcp.Options{HasMSS: true, MSS: 65535}, 1460},
			{tcp.Options{HasMSS: true, MSS: 1000, HasWindowScale: true, WindowScale: 3, SACKPermitted: true}, 536},
			{fullOffer, 1460},
			{tcp.Options{HasMSS: true, MSS: 1460, HasTimestamps: true}, 1460},
			{tcp.Options{HasMSS: true, MSS: 1460, HasTimestamps: true, HasWindowScale: true}, 1460},
			{tcp.Options{HasMSS: true, MSS: 1460, HasTimestamps: true, SACKPermitted: true}, 1460},
		} {
			p := newPressed(t, immediate(), v6)
			got := p.cookie(c.offer)
			stamped := c.offer.HasTimestamps
			want := tcp.Options{HasMSS: true, MSS: 1460, HasTimestamps: stamped, TSVal: got.Options.TSVal, TSEcr: c.offer.TSVal,
				HasWindowScale: stamped && c.offer.HasWindowScale, SACKPermitted: stamped && c.offer.SACKPermitted}
			if want.HasWindowScale {
				want.WindowScale = 1
			}
			if v6 {
				want.MSS = 1440
			}
			if got.Options != want {
				t.Errorf("IPv6 %v, %+v: the cookie has options %+v", v6, c.offer, got.Options)
			}
			p.now += 100 * time.Millisecond
			ack := &tcp.Segment{Flags: tcp.ACK, Seq: 101, Ack: got.Seq + 1, Wnd: 900, Text: []byte("hello")}
			if stamped {
				ack.Options = tcp.Options{HasTimestamps: true, TSVal: 78, TSEcr: got.Options.TSVal}
			}
			p.from(ack)
			if p.sent != 1 || p.last.Flags != tcp.ACK || p.last.Seq != got.Seq+1 || p.last.Ack != 106 || p.last.Options.HasTimestamps != stamped ||
				stamped && int32(p.last.Options.TSVal-got.Options.TSVal) < 100 {
				t.Errorf("IPv6 %v, %+v: the ACK with text draws %+v", v6, c.offer, p.last)
			}
			s, remote, err := p.l.Accept()
			must(t, err)
			if remote != p.tuple().remote {
				t.Errorf("accepted %v", remote)
			}
			var b [10]byte
			if n, err := s.Read(p.now, b[:]); n != 5 || err != nil {
				t.Errorf("read %d, %v", n, err)
			}
			st, _ := s.Status()
			mss, shift, window := c.mss, uint8(0), uint32(900)
			if v6 {
				mss = min(mss, 1440)
			}
			if stamped {
				mss -= 12
				if c.offer.HasWindowScale {
					shift = c.offer.WindowScale
				}
			}
			window <<= shift
			if st.State != tcp.Established || st.EffSendMSS != mss || st.SndWindShift != shift || st.SndWnd != window ||
				st.SackOK != want.SACKPermitted || st.SndTsOK != stamped || st.SndWsOK != want.HasWindowScale {
				t.Errorf("IPv6 %v, %+v: %+v", v6, c.offer, st)
			}
		}
	}
}

// A SYN whose MSS is below all that a cookie can say gets none: it would be rounded up (MUST-16).
func TestNoCookieForTinyMSS(t *testing.T) {
	t.Parallel()
	p := newPressed(t, immediate(), false)
	p.from(&tcp.Segment{Flags: tcp.SYN, Seq: 100, Options: tcp.Options{HasMSS: true, MSS: 27}})
	if p.sent != 0 || p.h.Counters().SynsDropped != 1 {
		t.Errorf("%d segments, %+v", p.sent, p.h.Counters())
	}
}

// What is not the ACK of a cookie in its time is answered as in LISTEN.
func TestBadCookies(t *testing.T) {
	t.Parallel()
	for name, bad := range map[string]func(*pressed, *tcp.Segment){
		"one above":      func(_ *pressed, s *tcp.Segment) { s.Ack++ },
		"one below":      func(_ *pressed, s *tcp.Segment) { s.Ack-- },
		"another MSS":    func(_ *pressed, s *tcp.Segment) { s.Ack -= 1 << 21 },
		"another number": func(_ *pressed, s *tcp.Segment) { s.Seq++ },
		"another port":   func(_ *pressed, s *tcp.Segment) { s.SrcPort = 4001 },
		"a SYN with it":  func(_ *pressed, s *tcp.Segment) { s.Flags |= tcp.SYN },
		"too late":       func(p *pressed, _ *tcp.Segment) { p.now += tcp.CookieLife + 1 },
		"late, but the next SYN's would be good": func(p *pressed, _ *tcp.Segment) {
			p.now += tcp.CookieLife
			p.from(&tcp.Segment{Flags: tcp.SYN, Seq: 100, SrcPort: 4001})
		},
		"another buffer": func(p *pressed, _ *tcp.Segment) { must(p.t, p.l.SetBuffers(p.now, 0, 1000)) },
	} {
		p := newPressed(t, immediate(), false)
		ack := &tcp.Segment{Flags: tcp.ACK, Seq: 101, Ack: p.cookie(tcp.Options{HasMSS: true, MSS: 1460}).Seq + 1}
		bad(p, ack)
		p.from(ack)
		if p.sent != 1 || p.last.Flags != tcp.RST || p.last.Seq != ack.Ack || p.h.Counters().CookiesTaken != 0 {
			t.Errorf("%s: %d segments, the last %+v", name, p.sent, p.last)
		}
	}
	p := newPressed(t, immediate(), false)
	ack := p.cookie(tcp.Options{}).Seq + 1
	p.from(&tcp.Segment{Flags: tcp.RST, Seq: 101, Ack: ack})
	p.from(&tcp.Segment{Flags: tcp.RST | tcp.ACK, Seq: 101, Ack: ack})
	if p.sent != 0 || p.h.Counters().CookiesTaken != 0 {
		t.Errorf("a RST draws %+v", p.last)
	}
}

// A cookie is good at any time of its life, and for as long as its listener is there.
func TestCookieLife(t *testing.T) {
	t.Parallel()
	const count = tcp.CookieLife / 2
	for start := time.Duration(0); start < 2*count; start += count / 7 {
		for age := time.Duration(0); age <= count; age += count / 5 {
			p := newPressed(t, immediate(), false)
			p.now += start
			ack := p.cookie(tcp.Options{}).Seq + 1
			p.now += age
			p.from(&tcp.Segment{Flags: tcp.ACK, Seq: 101, Ack: ack})
			if p.sent != 0 || p.h.Counters().CookiesTaken != 1 {
				t.Errorf("sent %v on, back %v later: %+v", start, age, p.last)
			}
		}
	}
}

// The FIN that comes with the ACK counts, too.
func TestCookieWithFIN(t *testing.T) {
	t.Parallel()
	p := newPressed(t, immediate(), true)
	ack := p.cookie(tcp.Options{}).Seq + 1
	p.from(&tcp.Segment{Flags: tcp.ACK | tcp.FIN, Seq: 101, Ack: ack, Text: []byte("bye")})
	if c := p.h.conns[p.tuple()]; c == nil || c.State() != tcp.CloseWait || p.last.Ack != 105 {
		t.Errorf("answered %+v", p.last)
	}
}

// The accept queue bounds what cookies make, and no SYN is answered while it is full. What was dropped may come again.
func TestCookieFindsNoRoom(t *testing.T) {
	t.Parallel()
	p := newPressed(t, immediate(), false)
	acks := map[uint16]tcp.Seq{}
	for port := uint16(4000); port < 4003; port++ {
		p.from(&tcp.Segment{Flags: tcp.SYN, Seq: 100, SrcPort: port})
		acks[port] = p.last.Seq + 1
	}
	for port := uint16(4000); port < 4003; port++ {
		p.from(&tcp.Segment{Flags: tcp.ACK, Seq: 101, Ack: acks[port], SrcPort: port})
		if p.sent != 0 {
			t.Errorf("port %d: %+v", port, p.last)
		}
	}
	p.from(&tcp.Segment{Flags: tcp.SYN, Seq: 100, SrcPort: 4003})
	if k := p.h.Counters(); k.CookiesTaken != 2 || k.AcksDeferred != 1 || k.SynsDropped != 1 || p.sent != 0 {
		t.Errorf("%+v", k)
	}
	_, _, err := p.l.Accept()
	must(t, err)
	p.from(&tcp.Segment{Flags: tcp.ACK, Seq: 101, Ack: acks[4002], SrcPort: 4002, Text: []byte("again")})
	if k := p.h.Counters(); k.CookiesTaken != 3 || p.last.Ack != 106 {
		t.Errorf("%+v, answered %+v", k, p.last)
	}
}

// The SYN came twice: once there was a cookie for it, then room. Whichever SYN,ACK the peer has taken, it has a connection.
func TestCookieThenRoom(t *testing.T) {
	t.Parallel()
	for _, first := range []bool{false, true} {
		p := newPressed(t, immediate(), false)
		acks := map[bool]tcp.Seq{true: p.cookie(fullOffer).Seq + 1}
		stamp := p.last.Options.TSVal
		p.from(&tcp.Segment{Flags: tcp.RST, Seq: 10, SrcPort: 5000})
		p.from(&tcp.Segment{Flags: tcp.SYN, Seq: 100, Options: fullOffer})
		acks[false] = p.last.Seq + 1
		c := p.h.conns[p.tuple()]
		if c == nil || c.State() != tcp.SynReceived || acks[true] == acks[false] {
			t.Fatalf("with room: %+v", p.last)
		}
		p.from(&tcp.Segment{Flags: tcp.ACK, Seq: 101, Ack: acks[first], Options: tcp.Options{HasTimestamps: true, TSVal: 78, TSEcr: stamp}})
		if p.sent != 0 || c.State() != tcp.Established || c.SndNxt != acks[first] || c.SndWindShift != 7 {
			t.Errorf("the first SYN,ACK %v: %v, SND.NXT %d, want %d", first, c.State(), c.SndNxt, acks[first])
		}
	}
}

// CookiesAlways needs no pressure, and CookiesOff knows none.
func TestCookieChoices(t *testing.T) {
	t.Parallel()
	cfg := immediate()
	cfg.SYNCookies = tcp.CookiesOff
	p := newPressed(t, cfg, false)
	p.from(&tcp.Segment{Flags: tcp.SYN, Seq: 100})
	if p.sent != 0 {
		t.Errorf("off: %+v", p.last)
	}
	cfg.SYNCookies = tcp.CookiesAlways
	q := &pressed{t: t}
	q.h = New(Config{Addrs: addr4[1:], Seed: 2, TCP: cfg, Send: func([]byte) { q.sent++ }})
	q.l = q.h.Socket(false)
	must(t, q.l.Bind(netip.MustParseAddrPort("10.0.0.2:80")))
	must(t, q.l.Listen(1))
	q.from(&tcp.Segment{Flags: tcp.SYN, Seq: 100})
	if q.sent != 1 || q.states() != "" {
		t.Errorf("always: %d segments, %s", q.sent, q.states())
	}
}

// A flood of 100,000 SYNs from as many peers leaves behind no more than the queues hold, and no timer but theirs; who is no
// flood still gets in. What the host has allocated in all that time is counted, so nothing hides in garbage.
func TestFloodOfSYNs(t *testing.T) {
	p := newPressed(t, immediate(), false)
	var before, after runtime.MemStats
	syn := &tcp.Segment{Flags: tcp.SYN, DstPort: 80, Wnd: 1000, Options: tcp.Options{HasMSS: true, MSS: 1460}}
	packet := make([]byte, 0, 100)
	runtime.ReadMemStats(&before)
	const flood = 100_000
	for i := range uint32(flood) {
		src := netip.AddrFrom4([4]byte{100, byte(i >> 16), byte(i >> 8), byte(i)})
		syn.SrcPort, syn.Seq = uint16(1024+i%60000), tcp.Seq(i*7919)
		packet = syn.Append(packet[:ip.HeaderV4], src, addr4[1])
		ip.PutV4(packet, src, addr4[1], ip.ProtocolTCP, 64, 0, len(packet)-ip.HeaderV4)
		p.h.Deliver(p.now, packet)
	}
	runtime.ReadMemStats(&after)
	if k := p.h.Counters(); k.CookiesSent != flood || len(p.h.conns) != 2 || len(p.h.due) != 2 {
		t.Errorf("%+v, %d connections, %d timers", k, len(p.h.conns), len(p.h.due))
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > 1<<20 {
		t.Errorf("%d octets allocated, more than 10 a SYN", n)
	}
	ack := p.cookie(tcp.Options{}).Seq + 1
	p.from(&tcp.Segment{Flags: tcp.ACK, Seq: 101, Ack: ack})
	if _, _, err := p.l.Accept(); err != nil {
		t.Errorf("no connection: %v", err)
	}
}

// BenchmarkCookie is a SYN that is answered by a cookie.
func BenchmarkCookie(b *testing.B) {
	cfg := immediate()
	cfg.SYNCookies = tcp.CookiesAlways
	h := New(Config{Addrs: addr4[1:], Seed: 2, TCP: cfg, Send: func([]byte) {}})
	l := h.Socket(false)
	must(b, l.Bind(netip.MustParseAddrPort("10.0.0.2:80")))
	must(b, l.Listen(1))
	syn := tcp.Segment{Flags: tcp.SYN, SrcPort: 4000, DstPort: 80, Seq: 100, Options: fullOffer}
	body := syn.Append(nil, addr4[0], addr4[1])
	packet := make([]byte, ip.HeaderV4, ip.HeaderV4+len(body))
	ip.PutV4(packet, addr4[0], addr4[1], ip.ProtocolTCP, 64, 0, len(body))
	packet = append(packet, body...)
	b.ReportAllocs()
	for b.Loop() {
		h.Deliver(0, packet)
	}
}
