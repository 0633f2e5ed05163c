package sock

import (
	"context"
	"net"
	"net/netip"
	"strconv"

	"github.com/twinstack/twinstack/ourstack/host"
)

// Dial is DialContext without an end.
func (s *Stack) Dial(network, address string) (net.Conn, error) {
	return s.DialContext(context.Background(), network, address)
}

// DialContext opens a connection to an address, which is an IP address and a port ("10.0.0.1:80", "[fd00::1]:80"), on "tcp",
// "tcp4" or "tcp6". The Conn is a *Conn. Once it stands, the end of ctx does nothing to it.
func (s *Stack) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	return s.DialControl(ctx, network, address, nil)
}

// DialControl is DialContext with what control does to the socket before its SYN goes out, where it is not nil: the options
// that are negotiated want that, and a local address or port of one's own (Bind).
func (s *Stack) DialControl(ctx context.Context, network, address string, control Control) (net.Conn, error) {
	remote, err := parse(network, address)
	if err == nil && !remote.Addr().IsValid() {
		err = &net.AddrError{Err: "missing host", Addr: address}
	}
	if err != nil {
		return nil, opError("dial", network, nil, nil, err)
	}
	s.mu.Lock()
	defer s.unlock()
	c, err := s.connect(ctx, network, remote, control)
	if err != nil {
		return nil, opError("dial", network, nil, tcpAddr(remote), system("connect", err))
	}
	return c, nil
}

// connect opens a connection and waits for the outcome. The caller holds the lock.
func (s *Stack) connect(ctx context.Context, network string, remote netip.AddrPort, control Control) (*Conn, error) {
	switch {
	case s.down != nil:
		return nil, s.down
	case ctx.Err() != nil:
		return nil, cancelled(ctx)
	}
	sock := s.host.Socket(remote.Addr().Is6())
	if control != nil {
		if err := control(s.now(), sock); err != nil {
			// It is open: that is the one thing that Close could say against it.
			_ = sock.Close(s.now())
			return nil, err
		}
	}
	c := s.hold(sock, network)
	stop := context.AfterFunc(ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		c.writable.wake()
	})
	defer stop()
	for {
		err := sock.Connect(s.now(), remote)
		switch {
		case c.closed != nil:
			return nil, c.closed
		case err == nil:
			c.named()
			return c, nil
		case err != host.EINPROGRESS && err != host.EALREADY:
			c.end(err)
			return nil, err
		case ctx.Err() != nil:
			c.end(ctx.Err())
			return nil, cancelled(ctx)
		}
		c.writable.wait(s)
	}
}

// parse reads an address of a network. Without a host the Addr is the zero one.
func parse(network, address string) (netip.AddrPort, error) {
	switch network {
	case "tcp", "tcp4", "tcp6":
	default:
		return netip.AddrPort{}, net.UnknownNetworkError(network)
	}
	name, service, err := net.SplitHostPort(address)
	if err != nil {
		return netip.AddrPort{}, err
	}
	port, err := strconv.ParseUint(service, 10, 16)
	if err != nil {
		return netip.AddrPort{}, &net.AddrError{Err: "port is not a number from 0 to 65535", Addr: address}
	}
	if name == "" {
		return netip.AddrPortFrom(netip.Addr{}, uint16(port)), nil
	}
	addr, err := netip.ParseAddr(name)
	if err != nil {
		return netip.AddrPort{}, &net.AddrError{Err: "not an IP address (names are not looked up)", Addr: address}
	}
	addr = addr.Unmap().WithZone("")
	if network == "tcp4" && !addr.Is4() || network == "tcp6" && !addr.Is6() {
		return netip.AddrPort{}, &net.AddrError{Err: "not an address of " + network, Addr: address}
	}
	return netip.AddrPortFrom(addr, uint16(port)), nil
}
