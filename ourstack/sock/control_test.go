package sock_test

import (
	"errors"
	"net"
	"net/netip"
	"syscall"
	"testing"
	"time"

	"github.com/twinstack/twinstack/ourstack/host"
	"github.com/twinstack/twinstack/ourstack/sock"
	"github.com/twinstack/twinstack/ourstack/tcp"
)

// What is set before the SYN is negotiated; what a listener is set to, its connections begin with.
func TestControl(t *testing.T) {
	t.Parallel()
	a, b, _ := two(t, sock.Config{})
	l, err := b.Listen("tcp4", ":80")
	must(t, err)
	must(t, l.(*sock.Listener).Control(func(now time.Duration, s *host.Socket) error { return s.SetMaxSeg(now, 900) }))
	c, err := a.DialControl(t.Context(), "tcp", "10.0.0.2:80", func(now time.Duration, s *host.Socket) error {
		return errors.Join(s.Bind(netip.AddrPortFrom(addrsA[0], 5000)), s.SetMaxSeg(now, 700))
	})
	must(t, err)
	s, err := l.Accept()
	must(t, err)
	if port := s.RemoteAddr().(*net.TCPAddr).Port; port != 5000 {
		t.Errorf("dialled from port %d, expected what control has bound", port)
	}
	for name, x := range map[string]struct {
		conn net.Conn
		want int
	}{"dialled": {c, 700 - 12}, "accepted": {s, 700 - 12}} {
		info, err := x.conn.(*sock.Conn).TCPInfo()
		must(t, err)
		if info.MSS != x.want {
			t.Errorf("%s: MSS %d, expected %d, what is left beside timestamps", name, info.MSS, x.want)
		}
	}
	_, err = a.DialControl(t.Context(), "tcp", "10.0.0.2:80", func(now time.Duration, s *host.Socket) error { return s.SetTTL(now, 0) })
	if op := new(net.OpError); !errors.As(err, &op) || op.Op != "dial" || !errors.Is(err, syscall.EINVAL) {
		t.Errorf("a Control that fails: %v", err)
	}
	must(t, l.Close())
	if err := l.(*sock.Listener).Control(func(time.Duration, *host.Socket) error { return nil }); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Control of a closed listener: %v", err)
	}
}

// Each setting of a connection reaches its socket, and bad values are refused.
func TestConnSettings(t *testing.T) {
	t.Parallel()
	a, b, _ := two(t, sock.Config{})
	c, _ := joined(t, a, b)
	must(t, c.SetTTL(9))
	must(t, c.SetTOS(0x28))
	must(t, c.SetMaxSegment(700))
	must(t, c.SetRetries(2, 5))
	must(t, c.SetFinWait2(time.Minute))
	must(t, c.SetCork(true))
	must(t, c.Control(func(_ time.Duration, s *host.Socket) error {
		if s.TTL() != 9 || s.TOS() != 0x28 || s.MaxSeg() != 700-12 || s.Retries() != (tcp.Retries{R1: 2, Syn: 7, Data: 5}) ||
			s.FinWait2() != time.Minute || !s.Cork() {
			t.Errorf("TTL %d, TOS %#x, MSS %d, %+v, FIN-WAIT-2 %v, cork %v", s.TTL(), s.TOS(), s.MaxSeg(), s.Retries(), s.FinWait2(), s.Cork())
		}
		return nil
	}))
	for what, err := range map[string]error{
		"TTL": c.SetTTL(0), "TOS": c.SetTOS(256), "segment": c.SetMaxSegment(-1), "retries": c.SetRetries(0, -1), "FIN-WAIT-2": c.SetFinWait2(-1),
	} {
		if !errors.Is(err, syscall.EINVAL) {
			t.Errorf("%s: %v, expected EINVAL", what, err)
		}
	}
}
