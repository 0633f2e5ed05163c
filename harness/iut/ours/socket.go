package ours

import (
	"errors"
	"net/netip"

	"github.com/twinstack/twinstack/harness/iut"
	stack "github.com/twinstack/twinstack/ourstack/host"
)

// socket is a socket of ourstack.
type socket struct {
	host   *host
	s      *stack.Socket
	ipv6   bool
	closed bool
}

// errno is the stack's error as the harness's: the names are the same. nil stays nil.
func errno(err error) error {
	var e stack.Errno
	if errors.As(err, &e) {
		return iut.Errno(e)
	}
	return err
}

// done ends a call that may have sent something, or have changed what is due.
func (s *socket) done(err error) error {
	s.host.arm()
	return errno(err)
}

// Bind implements iut.Socket.
func (s *socket) Bind(a netip.AddrPort) error { return errno(s.s.Bind(a)) }

// Listen implements iut.Socket: the stack queues n+1 for a backlog of n.
func (s *socket) Listen(backlog int) error { return errno(s.s.Listen(backlog)) }

// Accept implements iut.Socket.
func (s *socket) Accept() (iut.Socket, netip.AddrPort, error) {
	c, remote, err := s.s.Accept()
	if err != nil {
		return nil, netip.AddrPort{}, errno(err)
	}
	return &socket{host: s.host, s: c, ipv6: s.ipv6}, remote, nil
}

// Connect implements iut.Socket.
func (s *socket) Connect(a netip.AddrPort) error { return s.done(s.s.Connect(s.host.now(), a)) }

// Read implements iut.Socket.
func (s *socket) Read(b []byte) (int, error) {
	n, err := s.s.Read(s.host.now(), b)
	return n, s.done(err)
}

// Write implements iut.Socket.
func (s *socket) Write(b []byte) (int, error) {
	n, err := s.s.Write(s.host.now(), b)
	return n, s.done(err)
}

// Shutdown implements iut.Socket.
func (s *socket) Shutdown(how iut.How) error {
	switch how {
	case iut.ShutRD, iut.ShutWR, iut.ShutRDWR:
		return s.done(s.s.Shutdown(s.host.now(), how != iut.ShutWR, how != iut.ShutRD))
	}
	return iut.EINVAL
}

// Close implements iut.Socket.
func (s *socket) Close() error {
	s.closed = true
	return s.done(s.s.Close(s.host.now()))
}

// Poll implements iut.Socket.
func (s *socket) Poll() iut.Events {
	if s.closed {
		return 0
	}
	is := s.s.Poll()
	var e iut.Events
	for _, c := range []struct {
		ready bool
		event iut.Events
	}{{is.In, iut.PollIn}, {is.Pri, iut.PollPri}, {is.Out, iut.PollOut}, {is.Err, iut.PollErr}, {is.Hup, iut.PollHup}, {is.RdHup, iut.PollRdHup}} {
		if c.ready {
			e |= c.event
		}
	}
	return e
}

// LocalAddr implements iut.Socket.
func (s *socket) LocalAddr() netip.AddrPort { return s.s.LocalAddr() }

// RemoteAddr implements iut.Socket.
func (s *socket) RemoteAddr() netip.AddrPort { return s.s.RemoteAddr() }
