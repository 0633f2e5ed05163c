package smalltcp

import (
	"net/netip"
	"time"
)

// State is a state of RFC 9293 §3.3.2.
type State uint8

// The states.
const (
	Closed State = iota
	Listen
	SynSent
	SynReceived
	Established
	FinWait1
	FinWait2
	CloseWait
	Closing
	LastAck
	TimeWait
)

// Conn is a connection.
type Conn struct {
	host     *Host
	pair     pair
	listener *Listener // where it waits to be accepted; nil: nowhere
	active   bool      // it was opened by Dial
	state    State
	err      error // why it is closed; nil: in order, or not at all

	iss, sndUna, sndNxt    uint32
	sndWnd, sndWl1, sndWl2 uint32
	maxWnd                 uint32 // the largest SND.WND so far
	out                    []byte // text from base on: sent and not acknowledged, then not sent
	base                   uint32 // the sequence number of out's first octet
	closed                 bool   // nothing will be added to out: a FIN follows it
	finSent                bool
	mss                    int

	rcvNxt    uint32
	edge      uint32   // RCV.NXT + RCV.WND, as announced last
	in        []byte   // text that waits for Read
	early     *segment // text and FIN that came with the SYN: they wait for ESTABLISHED
	finSeen   bool     // the peer's FIN came, and has the number finAt
	finAt     uint32
	ended     bool // and all in front of it
	abandoned bool // nobody will read
	ackNow    bool // the segment at hand wants an ACK

	timer Timer // retransmission, or 2MSL; nil: none runs
	rto   time.Duration
	tries int
}

func (h *Host) newConn(p pair) *Conn {
	c := &Conn{host: h, pair: p, iss: h.isn(p), rto: h.config.RTO}
	c.sndUna, c.sndNxt, c.base = c.iss, c.iss, c.iss+1
	h.conns[p] = c
	return c
}

// Dial opens actively, from a port of its own choice if local has none. It does not wait for the outcome.
func (h *Host) Dial(local, remote netip.AddrPort) (*Conn, error) {
	if !h.Owns(local.Addr()) {
		return nil, ErrNotOurs
	}
	if local.Port() == 0 {
		port, err := h.freePort(local.Addr(), remote)
		if err != nil {
			return nil, err
		}
		local = netip.AddrPortFrom(local.Addr(), port)
	}
	p := pair{local, remote}
	if h.conns[p] != nil {
		return nil, ErrInUse
	}
	c := h.newConn(p)
	c.active, c.state = true, SynSent
	c.sendSYN()
	return c, nil
}

func (h *Host) freePort(a netip.Addr, remote netip.AddrPort) (uint16, error) {
	for range 1<<16 - firstPort {
		if h.port++; h.port < firstPort { // it went round
			h.port = firstPort
		}
		local := netip.AddrPortFrom(a, h.port)
		if h.conns[pair{local, remote}] == nil && h.listeners[local] == nil {
			return h.port, nil
		}
	}
	return 0, errPortsUsedUp
}

// State is the connection's state.
func (c *Conn) State() State { return c.state }

// Err says why the connection is closed; nil if it is not, or was closed in order.
func (c *Conn) Err() error { return c.err }

// LocalAddr is the host's end.
func (c *Conn) LocalAddr() netip.AddrPort { return c.pair.local }

// RemoteAddr is the peer's.
func (c *Conn) RemoteAddr() netip.AddrPort { return c.pair.remote }

// Read gives text, 0 and nil at its end, or ErrWouldBlock.
func (c *Conn) Read(b []byte) (int, error) {
	switch {
	case c.err != nil:
		return 0, c.err
	case len(c.in) > 0:
		n := copy(b, c.in)
		c.in = c.in[n:]
		// An update of the window is worth a segment once it opens by half the buffer (RFC 9293 §3.8.6.2.2).
		if c.state != Closed && int(int32(c.rcvNxt+uint32(c.window())-c.edge)) >= c.host.config.ReceiveBuffer/2 {
			c.sendACK()
		}
		return n, nil
	case c.ended || c.state == Closed:
		return 0, nil
	}
	return 0, ErrWouldBlock
}

// Readable says whether Read would not block.
func (c *Conn) Readable() bool {
	return c.err != nil || len(c.in) > 0 || c.ended || c.state == Closed
}

// Write takes as much text as the buffer has room for; ErrWouldBlock where that is none.
func (c *Conn) Write(b []byte) (int, error) {
	switch {
	case c.err != nil:
		return 0, c.err
	case c.closed || c.state == Closed:
		return 0, ErrClosed
	}
	n := min(len(b), c.host.config.SendBuffer-len(c.out))
	if n <= 0 && len(b) > 0 {
		return 0, ErrWouldBlock
	}
	c.out = append(c.out, b[:n]...)
	c.output()
	return n, nil
}

// Writable says whether Write would not block.
func (c *Conn) Writable() bool {
	return c.err != nil || c.closed || c.state == Closed ||
		c.state != SynSent && c.state != SynReceived && len(c.out) < c.host.config.SendBuffer
}

// CloseWrite sends a FIN behind the text so far (RFC 9293 §3.10.4).
func (c *Conn) CloseWrite() {
	switch c.state {
	case SynSent:
		c.end(nil)
		return
	case Established:
		c.state = FinWait1 // though the FIN may have to wait for the window
	}
	c.closed = true
	c.output()
}

// Close closes, and gives up reading: text that is there already, or comes later, draws a RST (RFC 9293 §3.6.1, SHLD-3).
func (c *Conn) Close() {
	c.abandoned = true
	if len(c.in) > 0 {
		c.Abort()
		return
	}
	c.CloseWrite()
}

// Abort ends the connection with a RST (RFC 9293 §3.10.5).
func (c *Conn) Abort() {
	switch c.state {
	case SynReceived, Established, FinWait1, FinWait2, CloseWait:
		c.sendRST(c.sndNxt)
	}
	c.end(nil)
}

// end deletes the connection. err is for the user.
func (c *Conn) end(err error) {
	if c.state == Closed {
		return
	}
	c.setTimer(0, nil)
	if c.listener != nil && c.state == SynReceived {
		c.listener.drop(c)
	}
	c.state, c.err, c.out = Closed, err, nil
	if err != nil {
		c.in = nil // "all segment queues should be flushed" (RFC 9293 §3.10.7.4, second)
	}
	delete(c.host.conns, c.pair)
}

// window is what the receive buffer has room for.
func (c *Conn) window() int { return min(max(c.host.config.ReceiveBuffer-len(c.in), 0), 0xffff) }

// setTimer sets the connection's one timer; a nil f stops it.
func (c *Conn) setTimer(d time.Duration, f func()) {
	if c.timer != nil {
		c.timer.Stop()
		c.timer = nil
	}
	if f != nil {
		c.timer = c.host.config.AfterFunc(d, f)
	}
}

// timeWait enters TIME-WAIT, or begins it anew.
func (c *Conn) timeWait() {
	c.state = TimeWait
	d := 2 * c.host.config.MSL
	if c.host.faulty(ShortTimeWait) { // PLANTED FAULT
		d = c.host.config.MSL
	}
	c.setTimer(d, func() { c.end(nil) })
}
