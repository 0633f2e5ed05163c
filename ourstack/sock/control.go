package sock

import (
	"time"

	"github.com/twinstack/twinstack/ourstack/host"
	"github.com/twinstack/twinstack/ourstack/tcp"
)

// Control makes calls on the socket below a Conn or Listener. now is the time that they want. It is called with the stack's
// lock held: it must call nothing of package sock, must not Close the socket, and must not keep it.
type Control func(now time.Duration, s *host.Socket) error

// Control calls control with the connection's socket.
func (c *Conn) Control(control Control) error {
	return c.do("set", func(now time.Duration) error {
		err := control(now, c.sock)
		c.sendBuffer, _ = c.sock.Buffers()
		c.changed()
		return err
	})
}

// Control calls control with the listener's socket of each family. Connections that come from then on begin with the options
// that it sets.
func (l *Listener) Control(control Control) error {
	s := l.stack
	s.mu.Lock()
	defer s.unlock()
	err := l.closed
	for i := 0; i < len(l.socks) && err == nil; i++ {
		err = control(s.now(), l.socks[i])
	}
	if err != nil {
		return opError("set", l.network, nil, l.addr, system("set", err))
	}
	return nil
}

// SetTTL sets the TTL, or hop limit, of what is sent: 1 to 255.
func (c *Conn) SetTTL(ttl int) error {
	return c.Control(func(now time.Duration, s *host.Socket) error { return s.SetTTL(now, ttl) })
}

// SetTOS sets the DSCP of what is sent, as the octet of TOS or traffic class that it stands in: 0 to 255, without its two
// lowest bits.
func (c *Conn) SetTOS(tos int) error {
	return c.Control(func(now time.Duration, s *host.Socket) error { return s.SetTOS(now, tos) })
}

// SetMaxSegment bounds the octets of text of a segment that is sent, to 65535 at most; 0 is no bound. What the peer may send
// was said on the SYN: see DialControl and Listener.Control for that.
func (c *Conn) SetMaxSegment(octets int) error {
	return c.Control(func(now time.Duration, s *host.Socket) error { return s.SetMaxSeg(now, octets) })
}

// SetRetries sets after how many retransmissions of one segment TCPInfo says that something is wrong, and after how many the
// connection fails with ETIMEDOUT.
func (c *Conn) SetRetries(trouble, failure int) error {
	return c.Control(func(now time.Duration, s *host.Socket) error {
		return s.SetRetries(now, tcp.Retries{R1: trouble, Syn: s.Retries().Syn, Data: failure})
	})
}

// SetFinWait2 sets how long the peer may take to close once Close was called and it knows; 0 is for ever.
func (c *Conn) SetFinWait2(d time.Duration) error {
	return c.Control(func(now time.Duration, s *host.Socket) error { return s.SetFinWait2(now, d) })
}
