package smalltcp

import "net/netip"

// Listener is a passive OPEN.
type Listener struct {
	host  *Host
	local netip.AddrPort
	limit int     // how many connections may wait, in SYN-RECEIVED or for Accept
	waits []*Conn // in the order in which they were asked for
}

// Listen opens passively. At most limit connections wait to be accepted; SYNs beyond that are dropped.
func (h *Host) Listen(local netip.AddrPort, limit int) (*Listener, error) {
	switch {
	case !h.Owns(local.Addr()):
		return nil, ErrNotOurs
	case h.listeners[local] != nil:
		return nil, ErrInUse
	}
	l := &Listener{host: h, local: local, limit: limit}
	h.listeners[local] = l
	return l, nil
}

// Accept gives the next connection that is established; ErrWouldBlock if none is.
func (l *Listener) Accept() (*Conn, error) {
	for i, c := range l.waits {
		if c.state == SynReceived {
			continue
		}
		l.waits = append(l.waits[:i:i], l.waits[i+1:]...)
		c.listener = nil
		return c, nil
	}
	return nil, ErrWouldBlock
}

// Ready says whether Accept would give a connection.
func (l *Listener) Ready() bool {
	for _, c := range l.waits {
		if c.state != SynReceived {
			return true
		}
	}
	return false
}

// Close ends the listener, and resets the connections that nobody accepted.
func (l *Listener) Close() {
	delete(l.host.listeners, l.local)
	waits := l.waits
	l.waits = nil
	for _, c := range waits {
		c.listener = nil
		c.Abort()
	}
}

// drop forgets a connection that has not become one.
func (l *Listener) drop(c *Conn) {
	for i, w := range l.waits {
		if w == c {
			l.waits = append(l.waits[:i:i], l.waits[i+1:]...)
			return
		}
	}
}

// arrives is a segment for LISTEN (RFC 9293 §3.10.7.2).
func (l *Listener) arrives(s *segment) {
	switch {
	case s.has(rst):
	case s.has(ack):
		l.host.refuse(s)
	case s.has(syn) && len(l.waits) < l.limit:
		c := l.host.newConn(pair{l.local, s.src})
		c.listener, c.state = l, SynReceived
		l.waits = append(l.waits, c)
		c.hears(s)
		c.sendSYN()
	}
}
