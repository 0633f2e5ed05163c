package host

import (
	"net/netip"
	"time"

	"github.com/twinstack/twinstack/ourstack/ip"
	"github.com/twinstack/twinstack/ourstack/tcp"
)

// Socket is a TCP socket as BSD and POSIX have it. No call blocks: what would, fails with EAGAIN. Errors are Errno.
// Calls that can send take the time first.
type Socket struct {
	h       *Host
	v6      bool
	local   netip.AddrPort
	bound   bool
	options options

	l *listener
	c *conn

	connecting bool // Connect's outcome was not told yet
	errTaken   bool // the error of c was told
	shutRD     bool
	shutWR     bool
	closed     bool
	notify     func()
}

// Socket opens a socket of one of the families.
func (h *Host) Socket(v6 bool) *Socket {
	return &Socket{
		h: h, v6: v6, local: netip.AddrPortFrom(unspecified(!v6), 0),
		options: defaults(&h.env.Config),
	}
}

// Bind gives the socket a local address. Port 0 asks for one; an unspecified address is any of the host's.
func (s *Socket) Bind(at netip.AddrPort) error {
	switch {
	case s.closed:
		return EBADF
	case s.bound || s.c != nil || s.l != nil:
		return EINVAL
	case at.Addr().Is6() != s.v6:
		return EAFNOSUPPORT
	case !at.Addr().IsUnspecified() && !s.h.owns(at.Addr()):
		return EADDRNOTAVAIL
	}
	if at.Port() == 0 {
		port, ok := s.h.ephemeral(at.Addr(), netip.AddrPort{}, func(at netip.AddrPort) bool { return !s.h.taken(at, false) })
		if !ok {
			return EADDRINUSE
		}
		at = netip.AddrPortFrom(at.Addr(), port)
	} else if s.h.taken(at, s.options.reuseAddr) {
		return EADDRINUSE
	}
	s.local, s.bound = at, true
	count(s.h.bound, at, 1)
	return nil
}

func (s *Socket) unbind() {
	if !s.bound {
		return
	}
	s.bound = false
	count(s.h.bound, s.local, -1)
}

// Listen makes the socket a listener (a passive OPEN). As with listen(2) in Linux, a backlog of n holds n+1 connections
// that wait for Accept, and as many whose handshake is under way. Called again it changes the backlog.
func (s *Socket) Listen(backlog int) error {
	switch {
	case s.closed:
		return EBADF
	case s.c != nil:
		return EINVAL
	}
	limit := max(backlog, 0) + 1
	if s.l != nil {
		s.l.limit = limit
		return nil
	}
	if !s.bound {
		if err := s.Bind(s.local); err != nil {
			return err
		}
	}
	if s.h.taken(s.local, true) {
		return EADDRINUSE
	}
	s.l = &listener{at: s.local, limit: limit, options: s.options, notify: s.notify}
	s.h.listeners[s.local] = s.l
	return nil
}

// Accept takes the oldest connection whose handshake is done.
func (s *Socket) Accept() (*Socket, netip.AddrPort, error) {
	switch {
	case s.closed:
		return nil, netip.AddrPort{}, EBADF
	case s.l == nil:
		return nil, netip.AddrPort{}, EINVAL
	case len(s.l.accepts) == 0:
		return nil, netip.AddrPort{}, EAGAIN
	}
	c := s.l.accepts[0]
	n := copy(s.l.accepts, s.l.accepts[1:])
	s.l.accepts[n] = nil
	s.l.accepts = s.l.accepts[:n]
	c.queued, c.listener, c.socket = false, nil, true
	return &Socket{h: s.h, v6: s.v6, local: c.Local, options: c.options, c: c}, c.Remote, nil
}

// Connect begins an active OPEN and fails with EINPROGRESS. Called again it fails with EALREADY until the outcome is
// there, tells that once, and then EISCONN. On a listener it changes the connection "from passive to active" (RFC 9293
// §3.10.1): what nobody accepted is aborted, and the SYN goes out from the listener's port.
func (s *Socket) Connect(now time.Duration, remote netip.AddrPort) error {
	switch {
	case s.closed:
		return EBADF
	case s.c == nil:
		return s.open(now, remote)
	case s.c.State() == tcp.Listen:
		return s.openSpecified(now, remote)
	case !s.connecting:
		return EISCONN
	}
	switch state := s.c.State(); {
	case state == tcp.SynSent || state == tcp.SynReceived:
		return EALREADY
	case s.c.Err() != 0:
		err := s.takeError()
		if err == "" {
			err = ECONNABORTED // the error was told by SO_ERROR
		}
		// The socket may try again.
		s.connecting, s.errTaken = false, false
		s.release()
		return err
	}
	s.connecting = false
	return nil
}

func (s *Socket) open(now time.Duration, remote netip.AddrPort) error {
	if remote.Addr().Is6() != s.v6 {
		return EAFNOSUPPORT
	}
	if !ip.ValidRemote(remote.Addr()) {
		return ENETUNREACH // MUST-46
	}
	if remote.Port() == 0 {
		return EADDRNOTAVAIL
	}
	local := s.local
	if local.Addr().IsUnspecified() {
		a, ok := s.h.source(remote.Addr())
		if !ok {
			return ENETUNREACH
		}
		local = netip.AddrPortFrom(a, local.Port())
	}
	if local.Port() == 0 {
		port, ok := s.h.ephemeral(local.Addr(), remote, func(at netip.AddrPort) bool {
			return s.h.conns[tuple{at, remote}] == nil && !s.h.held(at)
		})
		if !ok {
			return EADDRNOTAVAIL
		}
		local = netip.AddrPortFrom(local.Addr(), port)
	}
	if s.h.conns[tuple{local, remote}] != nil {
		return EADDRNOTAVAIL
	}
	if s.l != nil {
		s.h.closeListener(now, s.l)
		s.l = nil
	}
	c := s.begin(now, local, remote)
	s.connecting = true
	// It is CLOSED and has a remote socket: OPEN cannot fail.
	_ = c.OpenActive(now)
	s.h.settle(now, c)
	return EINPROGRESS
}

// begin makes the socket's connection.
func (s *Socket) begin(now time.Duration, local, remote netip.AddrPort) *conn {
	c := s.h.add(tuple{local, remote})
	c.socket, c.notify = true, s.notify
	s.c, s.errTaken = c, false
	s.options.apply(now, &c.TCB)
	return c
}

// release lets the connection go, and what was shut with it.
func (s *Socket) release() {
	c := s.c
	s.c, s.shutRD, s.shutWR = nil, false, false
	c.socket, c.notify = false, nil
	s.h.recycle(c)
}

// takeError tells what the connection died of, once; "" after that, and while it lives.
func (s *Socket) takeError() Errno {
	if s.c == nil || s.errTaken || s.c.Err() == 0 {
		return ""
	}
	s.errTaken = true
	return errnoOf(s.c.Err())
}

// Shutdown closes the receiving side, the sending side, or both. Closing the receiving side sends nothing: it only makes
// Read end the stream once what is there has been read.
func (s *Socket) Shutdown(now time.Duration, receive, send bool) error {
	switch {
	case s.closed:
		return EBADF
	case s.l != nil:
		if receive {
			s.h.closeListener(now, s.l)
			s.l = nil
		}
		return nil
	case s.c == nil || s.c.State() == tcp.Closed || s.c.State() == tcp.TimeWait:
		return ENOTCONN
	}
	s.shutRD = s.shutRD || receive
	if send && !s.shutWR {
		s.shutWR = true
		// The socket keeps the rules of who may close twice.
		_ = s.c.Close(now)
		s.h.settle(now, s.c)
	}
	return nil
}

// Close gives the socket up. With linger zero it is an ABORT; with linger above zero it becomes one where the FIN is not
// acknowledged in that time. With unread text a RST tells the peer of the loss (SHLD-3).
func (s *Socket) Close(now time.Duration) error {
	if s.closed {
		return EBADF
	}
	s.closed = true
	s.unbind()
	if s.l != nil {
		s.h.closeListener(now, s.l)
		s.l = nil
	}
	if s.c == nil {
		return nil
	}
	// Either may find the connection CLOSED or closing already, which is no error to a user who leaves.
	switch linger := s.options.linger; {
	case !linger.On:
		_ = s.c.Leave(now)
	case linger.Time == 0:
		_ = s.c.Abort(now)
	default:
		_ = s.c.Leave(now)
		s.c.Linger(now, linger.Time)
	}
	s.c.socket, s.c.notify = false, nil
	if s.c.tabled {
		s.h.settle(now, s.c)
	} else {
		s.h.recycle(s.c)
	}
	s.c = nil
	return nil
}

// LocalAddr is the address that was bound or chosen.
func (s *Socket) LocalAddr() netip.AddrPort {
	if s.c != nil {
		return s.c.Local
	}
	return s.local
}

// RemoteAddr is the peer's; the zero AddrPort where there is none.
func (s *Socket) RemoteAddr() netip.AddrPort {
	if s.c == nil {
		return netip.AddrPort{}
	}
	return s.c.Remote
}

// Status is STATUS (RFC 9293 §3.10.6); false where the socket has no connection.
func (s *Socket) Status() (tcp.Status, bool) {
	if s.c == nil {
		return tcp.Status{}, false
	}
	return s.c.Status(), true
}
