package host

import (
	"net/netip"
	"testing"
	"time"

	"github.com/twinstack/twinstack/ourstack/ip"
	"github.com/twinstack/twinstack/ourstack/tcp"
)

// What a host is set to, its sockets begin with, and RSTs that belong to no connection have; what a listener is set to, its
// connections have.
func TestSettings(t *testing.T) {
	t.Parallel()
	for _, v6 := range []bool{false, true} {
		cfg := immediate()
		cfg.TTL, cfg.DiffServ, cfg.MaxSegment, cfg.UserTimeout, cfg.FinWait2 = 9, 0x28, 700, time.Minute, time.Second
		cfg.Linger = tcp.Linger{On: true, Time: 3 * time.Second}
		p := newPair(cfg)
		p.checked(t)
		var last ip.Packet
		p.drop = func(_ int, b []byte) bool { return ip.Parse(b, &last) != nil }
		s := p.hosts[0].Socket(v6)
		if on, d := s.Linger(); !on || d != 3*time.Second || s.TTL() != 9 || s.TOS() != 0x28 || s.MaxSeg() != 700 ||
			s.UserTimeout() != time.Minute || s.FinWait2() != time.Second || s.Retries() != (tcp.Retries{R1: 3, Syn: 7, Data: 15}) {
			t.Errorf("a new socket: %+v", s.options)
		}
		refused := p.connect(t, v6)
		p.for10ms()
		if err := refused.Connect(p.now, netip.AddrPort{}); err != ECONNREFUSED || last.TTL != 9 {
			t.Errorf("refused: %v, the RST has TTL %d", err, last.TTL)
		}

		l := p.listen(t, v6)
		l.SetCork(p.now, true)
		must(t, l.SetRetries(p.now, tcp.Retries{R1: 1, Syn: 2, Data: 2}))
		must(t, l.SetFinWait2(p.now, 2*time.Second))
		must(t, l.SetTTL(p.now, 77))
		must(t, l.SetUserTimeout(p.now, 0)) // which would stand in the place of R2
		p.connect(t, v6)
		p.for10ms()
		b, _, err := l.Accept()
		must(t, err)
		if !b.Cork() || b.Retries().Data != 2 || b.FinWait2() != 2*time.Second {
			t.Errorf("an accepted socket: %+v", b.options)
		}
		p.drop = func(from int, packet []byte) bool { // no ACK comes
			return from == 0 || ip.Parse(packet, &last) != nil
		}
		sent := p.sent
		if n, err := b.Write(p.now, []byte("abc")); n != 3 || err != nil || p.sent != sent {
			t.Errorf("Write with a cork: %d, %v, %d packets", n, err, p.sent-sent)
		}
		b.SetCork(p.now, false)
		if p.sent != sent+1 || last.TTL != 77 {
			t.Errorf("%d packets went out with the cork, TTL %d", p.sent-sent, last.TTL)
		}
		p.run(p.now + 8*time.Second) // a loss probe, then 1 s, 2 s, 4 s
		if err := b.TakeError(); err != ETIMEDOUT {
			t.Errorf("after two retransmissions: %q", err)
		}
		for what, err := range map[string]error{
			"FIN-WAIT-2": s.SetFinWait2(p.now, -1), "R1": s.SetRetries(p.now, tcp.Retries{R1: -1}), "R2": s.SetRetries(p.now, tcp.Retries{Data: -1}),
			"R2 for SYN": s.SetRetries(p.now, tcp.Retries{Syn: -1}),
		} {
			if err != EINVAL {
				t.Errorf("%s below 0: %v", what, err)
			}
		}
	}
}
