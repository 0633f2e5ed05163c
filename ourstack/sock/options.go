package sock

import (
	"net"
	"time"

	"github.com/twinstack/twinstack/ourstack/tcp"
)

// set makes a setting that cannot fail.
func (c *Conn) set(call func(now time.Duration)) error {
	return c.do("set", func(now time.Duration) error {
		call(now)
		return nil
	})
}

// SetNoDelay switches Nagle's algorithm off (true, where a connection begins) or on.
func (c *Conn) SetNoDelay(on bool) error {
	return c.set(func(now time.Duration) { c.sock.SetNoDelay(now, on) })
}

// SetLinger says what Close does with what is not sent and acknowledged yet. Below 0, where a connection begins: it is sent
// for as long as that takes. 0: it is discarded and the peer reset. Above: it has so many seconds. Close never waits.
func (c *Conn) SetLinger(seconds int) error {
	return c.set(func(time.Duration) { c.sock.SetLinger(seconds >= 0, time.Duration(seconds)*time.Second) })
}

// SetReadBuffer sets how many octets may wait to be read. A window that was offered stays offered.
func (c *Conn) SetReadBuffer(octets int) error {
	return c.do("set", func(now time.Duration) error { return c.sock.SetBuffers(now, 0, octets) })
}

// SetWriteBuffer sets how many octets may wait to be sent and acknowledged.
func (c *Conn) SetWriteBuffer(octets int) error {
	return c.do("set", func(now time.Duration) error {
		err := c.sock.SetBuffers(now, octets, 0)
		c.sendBuffer, _ = c.sock.Buffers()
		c.changed()
		return err
	})
}

// SetKeepAlive switches keep-alives on or off (where a connection begins: RFC 9293, MUST-25).
func (c *Conn) SetKeepAlive(on bool) error {
	return c.setKeepalive(func(k *tcp.Keepalive) { k.On = on })
}

// SetKeepAlivePeriod sets how long a connection is silent before the first probe, and the time between probes.
func (c *Conn) SetKeepAlivePeriod(d time.Duration) error {
	return c.setKeepalive(func(k *tcp.Keepalive) { k.Idle, k.Interval = d, d })
}

// SetKeepAliveConfig sets all of it. As in package net, zero stands for 15 s, 15 s and 9 probes, and what is below zero
// stays as it is.
func (c *Conn) SetKeepAliveConfig(cfg net.KeepAliveConfig) error {
	return c.setKeepalive(func(k *tcp.Keepalive) {
		k.On = cfg.Enable
		change(&k.Idle, cfg.Idle, 15*time.Second)
		change(&k.Interval, cfg.Interval, 15*time.Second)
		change(&k.Probes, cfg.Count, 9)
	})
}

func change[T int | time.Duration](what *T, to, zero T) {
	switch {
	case to == 0:
		*what = zero
	case to > 0:
		*what = to
	}
}

func (c *Conn) setKeepalive(change func(*tcp.Keepalive)) error {
	return c.do("set", func(now time.Duration) error {
		k := c.sock.Keepalive()
		change(&k)
		return c.sock.SetKeepalive(now, k)
	})
}

// SetCork has less than a full segment wait for more text (true), for 200 ms at most, or lets it go: TCP_CORK.
func (c *Conn) SetCork(on bool) error {
	return c.set(func(now time.Duration) { c.sock.SetCork(now, on) })
}

// SetUserTimeout sets how long what was sent may stay unacknowledged before the connection fails with ETIMEDOUT; 0 leaves
// that to the number of retransmissions.
func (c *Conn) SetUserTimeout(d time.Duration) error {
	return c.do("set", func(now time.Duration) error { return c.sock.SetUserTimeout(now, d) })
}
