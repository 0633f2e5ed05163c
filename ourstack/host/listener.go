package host

import (
	"net/netip"
	"time"
)

// listener is a LISTEN whose remote socket is unspecified, with its two queues. Each of them holds limit connections.
type listener struct {
	at       netip.AddrPort
	limit    int
	halfOpen int     // connections in SYN-RECEIVED
	accepts  []*conn // connections that wait for Accept, oldest first
	options  options
	notify   func() // Notify of its socket

	cookies      bool          // some were sent
	cookiesUntil time.Duration // and the last of them is good until then
}

// room reports whether a SYN may begin a connection.
func (l *listener) room() bool { return l.halfOpen < l.limit && !l.full() }

// full reports whether the accept queue is.
func (l *listener) full() bool { return len(l.accepts) >= l.limit }

// established moves a connection from the SYN queue to the accept queue.
func (l *listener) established(c *conn) {
	l.halfOpen--
	c.queued = true
	l.accepts = append(l.accepts, c)
}

// inherit gives a connection the options that its listener has now, for good: those of the socket that Accept makes of it.
func (l *listener) inherit(c *conn) {
	c.options = l.options
	c.options.apply(0, &c.TCB)
}

// listening finds the listener of an address: the one bound to it, else one bound to the port on any address.
func (h *Host) listening(at netip.AddrPort) *listener {
	if l := h.listeners[at]; l != nil {
		return l
	}
	return h.listeners[netip.AddrPortFrom(unspecified(at.Addr().Is4()), at.Port())]
}

// closeListener ends a listener. The connections that nobody accepted are aborted, oldest first.
func (h *Host) closeListener(now time.Duration, l *listener) {
	delete(h.listeners, l.at)
	var orphans []*conn
	for _, c := range h.conns {
		if c.listener == l && !c.queued {
			orphans = append(orphans, c)
		}
	}
	sortBySerial(orphans)
	for _, c := range append(l.accepts, orphans...) {
		// What is CLOSED already refuses, and needs no abort.
		_ = c.Abort(now)
		c.queued, c.listener = false, nil
		if c.tabled {
			h.settle(now, c)
		} else {
			h.recycle(c)
		}
	}
	l.accepts = nil
}

func unspecified(v4 bool) netip.Addr {
	if v4 {
		return netip.IPv4Unspecified()
	}
	return netip.IPv6Unspecified()
}
