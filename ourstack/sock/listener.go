package sock

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"slices"
	"time"

	"github.com/twinstack/twinstack/ourstack/host"
)

// Listener is a TCP listener.
type Listener struct {
	stack   *Stack
	network string
	addr    *net.TCPAddr

	// Guarded by the stack's lock.
	socks      []*host.Socket // one a family
	closed     error
	acceptable gate
	due        deadline
}

var _ net.Listener = (*Listener)(nil)

// Listen listens at an address: an IP address of the stack's and a port, or a port alone, which is all addresses of the
// network's families. Port 0 asks for a free one: see Addr. The Listener is a *Listener.
func (s *Stack) Listen(network, address string) (net.Listener, error) {
	at, err := parse(network, address)
	if err != nil {
		return nil, opError("listen", network, nil, nil, err)
	}
	s.mu.Lock()
	defer s.unlock()
	l, err := s.listen(network, at)
	if err != nil {
		return nil, opError("listen", network, nil, tcpAddr(at), system("bind", err))
	}
	return l, nil
}

func (s *Stack) listen(network string, at netip.AddrPort) (*Listener, error) {
	if s.down != nil {
		return nil, s.down
	}
	l := &Listener{stack: s, network: network}
	addrs := []netip.Addr{at.Addr()}
	if !at.Addr().IsValid() {
		addrs = families(network, s.addrs)
	}
	if len(addrs) == 0 {
		return nil, host.EADDRNOTAVAIL
	}
	// Where one family is given a port that the other has in use, another is tried.
	for try := 0; ; try++ {
		err := l.bind(addrs, at.Port())
		if err == nil {
			break
		}
		l.release()
		if at.Port() != 0 || len(addrs) == 1 || try == 10 || !errors.Is(err, host.EADDRINUSE) {
			return nil, err
		}
	}
	l.addr = tcpAddr(netip.AddrPortFrom(addrs[len(addrs)-1], l.socks[0].LocalAddr().Port()))
	s.open[l] = struct{}{}
	return l, nil
}

// bind opens a listening socket at each address, all at one port.
func (l *Listener) bind(addrs []netip.Addr, port uint16) error {
	s := l.stack
	for _, a := range addrs {
		sock := s.host.Socket(a.Is6())
		l.socks = append(l.socks, sock)
		// As in package net: a server may come back while connections of its earlier life are in TIME-WAIT.
		sock.SetReuseAddr(true)
		sock.Notify(l.acceptable.wake)
		if err := sock.Bind(netip.AddrPortFrom(a, port)); err != nil {
			return err
		}
		if err := sock.Listen(backlog - 1); err != nil {
			return err
		}
		port = sock.LocalAddr().Port()
	}
	return nil
}

func (l *Listener) release() {
	for _, sock := range l.socks {
		// It is open: that is the one thing that Close could say against it.
		_ = sock.Close(l.stack.now())
	}
	l.socks = nil
}

// Accept waits for the next connection. The Conn is a *Conn.
func (l *Listener) Accept() (net.Conn, error) {
	s := l.stack
	s.mu.Lock()
	defer s.unlock()
	c, err := l.accept()
	if err != nil {
		return nil, opError("accept", l.network, nil, l.addr, system("accept", err))
	}
	return c, nil
}

func (l *Listener) accept() (*Conn, error) {
	for {
		switch {
		case l.closed != nil:
			return nil, l.closed
		case l.due.passed:
			return nil, os.ErrDeadlineExceeded
		}
		for _, sock := range l.socks {
			accepted, _, err := sock.Accept()
			if err == nil {
				c := l.stack.hold(accepted, l.network)
				c.named()
				return c, nil
			}
			if err != host.EAGAIN {
				return nil, err
			}
		}
		l.acceptable.wait(l.stack)
	}
}

// shut implements closer.
func (l *Listener) shut(why error) {
	l.closed = why
	delete(l.stack.open, l)
	l.release()
	l.due.stop()
	l.acceptable.wake()
}

// Close ends the listener. Connections that nobody accepted are reset; Accept fails with net.ErrClosed.
func (l *Listener) Close() error {
	s := l.stack
	s.mu.Lock()
	defer s.unlock()
	if l.closed != nil {
		return opError("close", l.network, nil, l.addr, l.closed)
	}
	l.shut(net.ErrClosed)
	return nil
}

// Addr is a *net.TCPAddr.
func (l *Listener) Addr() net.Addr { return l.addr }

// SetDeadline sets when Accept fails with os.ErrDeadlineExceeded; the zero time is never.
func (l *Listener) SetDeadline(t time.Time) error {
	s := l.stack
	s.mu.Lock()
	defer s.mu.Unlock()
	if l.closed != nil {
		return opError("set", l.network, nil, l.addr, l.closed)
	}
	l.due.setTo(t, s, &l.acceptable)
	return nil
}

// families are the unspecified addresses that an address without a host stands for.
func families(network string, addrs []netip.Addr) []netip.Addr {
	var list []netip.Addr
	if network != "tcp6" && slices.ContainsFunc(addrs, netip.Addr.Is4) {
		list = append(list, netip.IPv4Unspecified())
	}
	if network != "tcp4" && slices.ContainsFunc(addrs, netip.Addr.Is6) {
		list = append(list, netip.IPv6Unspecified())
	}
	return list
}

// backlog is how many connections of a listener may wait for Accept, as in Linux.
const backlog = 4096
