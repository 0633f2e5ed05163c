package sock

import (
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"

	"github.com/twinstack/twinstack/ourstack/host"
)

// Conn is a TCP connection.
type Conn struct {
	stack         *Stack
	network       string
	local, remote *net.TCPAddr
	writing       sync.Mutex // one Write at a time, so that their octets do not mix

	// Guarded by the stack's lock.
	sock              *host.Socket
	closed            error // why; nil while it is open
	readable          gate
	writable          gate
	readDue, writeDue deadline
	sendBuffer        int
}

var _ net.Conn = (*Conn)(nil)

// hold makes a Conn of a socket, which notifies it from now on. The caller holds the lock.
func (s *Stack) hold(sock *host.Socket, network string) *Conn {
	c := &Conn{stack: s, network: network, sock: sock}
	c.sendBuffer, _ = sock.Buffers()
	sock.Notify(c.changed)
	s.open[c] = struct{}{}
	return c
}

// named notes the addresses, once they are known.
func (c *Conn) named() {
	c.local, c.remote = tcpAddr(c.sock.LocalAddr()), tcpAddr(c.sock.RemoteAddr())
}

func tcpAddr(a netip.AddrPort) *net.TCPAddr {
	if !a.IsValid() {
		return nil
	}
	return net.TCPAddrFromAddrPort(a)
}

// changed wakes who waits for what the socket has become ready for.
func (c *Conn) changed() {
	if c.readable.waiting == 0 && c.writable.waiting == 0 {
		return
	}
	e := c.sock.Poll()
	ended := e.Err || e.Hup
	if e.In || ended {
		c.readable.wake()
	}
	// A writer has filled the buffer. It is woken when a third is free, and not for every segment that is acknowledged.
	if ended || e.Out && c.sock.SendFree() >= c.sendBuffer/3 {
		c.writable.wake()
	}
}

// shut implements closer.
func (c *Conn) shut(why error) {
	c.sock.SetLinger(true, 0)
	c.end(why)
}

// end gives the socket up and wakes everybody. The caller holds the lock.
func (c *Conn) end(why error) {
	c.closed = why
	// It is open: that is the one thing that Close could say against it.
	_ = c.sock.Close(c.stack.now())
	delete(c.stack.open, c)
	c.readDue.stop()
	c.writeDue.stop()
	c.readable.wake()
	c.writable.wake()
}

// Close ends both directions. What was written still goes to the peer; what was not read is lost, and the peer is told by a
// reset. Calls that wait fail with net.ErrClosed, as any call does from then on.
func (c *Conn) Close() error {
	s := c.stack
	s.mu.Lock()
	defer s.unlock()
	if c.closed != nil {
		return c.err("close", c.closed)
	}
	c.end(net.ErrClosed)
	return nil
}

// Read reads what has come, and waits for it. It ends with io.EOF.
func (c *Conn) Read(p []byte) (int, error) {
	s := c.stack
	s.mu.Lock()
	n, err := c.read(p)
	s.unlock()
	if err != nil && err != io.EOF {
		err = c.err("read", err)
	}
	return n, err
}

func (c *Conn) read(p []byte) (int, error) {
	for {
		switch {
		case c.closed != nil:
			return 0, c.closed
		case c.readDue.passed:
			return 0, os.ErrDeadlineExceeded
		case len(p) == 0:
			return 0, nil
		}
		n, err := c.sock.Read(c.stack.now(), p)
		switch {
		case err == host.EAGAIN:
			c.readable.wait(c.stack)
		case err == nil && n == 0:
			return 0, io.EOF
		default:
			return n, err
		}
	}
}

// Write queues octets to be sent, and waits while there is no room for them. Where it fails it says how many were queued.
func (c *Conn) Write(p []byte) (int, error) {
	c.writing.Lock()
	defer c.writing.Unlock()
	s := c.stack
	s.mu.Lock()
	n, err := c.write(p)
	s.unlock()
	if err != nil {
		err = c.err("write", err)
	}
	return n, err
}

func (c *Conn) write(p []byte) (done int, err error) {
	for {
		switch {
		case c.closed != nil:
			return done, c.closed
		case c.writeDue.passed:
			return done, os.ErrDeadlineExceeded
		case done == len(p):
			return done, nil
		}
		n, err := c.sock.Write(c.stack.now(), p[done:])
		done += n
		switch {
		case err == host.EAGAIN:
			c.writable.wait(c.stack)
		case err != nil:
			return done, err
		case done == len(p):
			return done, nil
		}
	}
}

// CloseWrite ends the sending direction: the peer reads io.EOF behind what was written.
func (c *Conn) CloseWrite() error { return c.shutdown(false, true) }

// CloseRead ends the receiving direction: Read gives what is there, and then io.EOF. The peer learns nothing of it.
func (c *Conn) CloseRead() error { return c.shutdown(true, false) }

func (c *Conn) shutdown(receive, send bool) error {
	return c.do("shutdown", func(now time.Duration) error {
		err := c.sock.Shutdown(now, receive, send)
		c.changed()
		return err
	})
}

// do makes a call on the socket of a Conn that is open.
func (c *Conn) do(op string, call func(now time.Duration) error) error {
	s := c.stack
	s.mu.Lock()
	defer s.unlock()
	if c.closed != nil {
		return c.err(op, c.closed)
	}
	if err := call(s.now()); err != nil {
		return c.err(op, err)
	}
	return nil
}

func (c *Conn) err(op string, err error) error {
	return opError(op, c.network, c.local, c.remote, system(op, err))
}

// LocalAddr is a *net.TCPAddr.
func (c *Conn) LocalAddr() net.Addr { return c.local }

// RemoteAddr is a *net.TCPAddr.
func (c *Conn) RemoteAddr() net.Addr { return c.remote }

// SetDeadline implements net.Conn.
func (c *Conn) SetDeadline(t time.Time) error { return c.setDeadlines(t, true, true) }

// SetReadDeadline implements net.Conn.
func (c *Conn) SetReadDeadline(t time.Time) error { return c.setDeadlines(t, true, false) }

// SetWriteDeadline implements net.Conn.
func (c *Conn) SetWriteDeadline(t time.Time) error { return c.setDeadlines(t, false, true) }

func (c *Conn) setDeadlines(t time.Time, read, write bool) error {
	return c.do("set", func(time.Duration) error {
		if read {
			c.readDue.setTo(t, c.stack, &c.readable)
		}
		if write {
			c.writeDue.setTo(t, c.stack, &c.writable)
		}
		return nil
	})
}
