package host

import (
	"net/netip"
	"time"

	"github.com/twinstack/twinstack/ourstack/ip"
)

// ListenFor is a passive OPEN whose remote socket is specified (RFC 9293 §3.9.1.1): LISTEN for one caller. The socket itself
// becomes the connection, so there is nothing to Accept; Write, or Connect to the same remote socket, changes it from
// passive to active (§3.10.1, §3.10.2). The socket must be bound. A SYN of another caller finds nobody.
func (s *Socket) ListenFor(now time.Duration, remote netip.AddrPort) error {
	switch {
	case s.closed:
		return EBADF
	case s.c != nil || s.l != nil || !s.bound:
		return EINVAL
	case remote.Addr().Is6() != s.v6:
		return EAFNOSUPPORT
	case !ip.ValidRemote(remote.Addr()):
		return ENETUNREACH // MUST-46
	case remote.Port() == 0:
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
	if s.h.conns[tuple{local, remote}] != nil {
		return EADDRINUSE
	}
	c := s.begin(now, local, remote)
	c.listens = true
	// A new TCB is CLOSED, from where a passive OPEN always succeeds.
	_ = c.OpenPassive(now)
	s.h.settle(now, c)
	return nil
}

// openSpecified makes a LISTEN for one caller active.
func (s *Socket) openSpecified(now time.Duration, remote netip.AddrPort) error {
	if remote != s.c.Remote {
		return EISCONN
	}
	s.connecting, s.c.listens = true, false
	// It has a remote socket: OPEN cannot fail.
	_ = s.c.OpenActive(now)
	s.h.settle(now, s.c)
	return EINPROGRESS
}
