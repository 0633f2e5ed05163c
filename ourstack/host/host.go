// Package host is one IP host with a TCP: addresses, the table of connections, listeners with their backlog, sockets,
// ephemeral ports, ICMP, and the RST for what belongs to nobody.
//
// Like package tcp it has no goroutine, lock or clock. Packets come by Deliver, time by Poll, and what is to be sent goes
// to Config.Send, during these calls and the socket calls. A Host is for one goroutine.
package host

import (
	"net/netip"
	"slices"
	"time"

	"github.com/twinstack/twinstack/ourstack/ip"
	"github.com/twinstack/twinstack/ourstack/tcp"
)

// Config is what a host stands on.
type Config struct {
	Addrs []netip.Addr // the host's own, IPv4 and IPv6; the first of a family is the source of active opens
	MTU   int          // octets; 0 means 1500, and no IP packet is longer than 65535
	Seed  uint64       // of ISNs and ephemeral ports
	TCP   tcp.Config
	// MaxTimeWait is how many connections in TIME-WAIT are kept: 1 or more, 0 means 16384. See timewait.go.
	MaxTimeWait int
	// Send takes a packet to the link. The packet is valid during the call only, and Send must not call the host.
	Send func(packet []byte)
}

// Counters count what was dropped, by reason, and what was answered without a connection.
type Counters struct {
	IP           [ip.Drops]uint64
	TCP          [tcp.Drops]uint64
	ResetsSent   uint64 // RSTs for segments that belong to no connection
	SynsDropped  uint64 // SYNs that found a full queue, and got no cookie
	CookiesSent  uint64 // SYNs that were answered by a cookie
	CookiesTaken uint64 // connections that a cookie has made
	ICMPIgnored  uint64 // ICMP errors that match no connection, or that ask for nothing
	AcksDeferred uint64 // last ACKs of a handshake that found a full accept queue
	TimeWaitsCut uint64 // connections whose TIME-WAIT made room for another's
}

// Host is one IP host.
type Host struct {
	cfg       Config
	env       *tcp.Env
	conns     map[tuple]*conn
	listeners map[netip.AddrPort]*listener
	bound     map[netip.AddrPort]int // sockets that hold a port by Bind
	locals    map[netip.AddrPort]int // connections in the table, by local address and port
	due       deadlines
	serial    uint64
	ports     ports
	timeWaits timeWaits
	counters  Counters

	packet  ip.Packet   // the packet being read
	segment tcp.Segment // the segment being read
	buf     []byte      // the packet being written
	ident   uint16      // identification of the last packet that may be fragmented
	stray   conn        // in no table: what reads and writes cookies
	free    []*conn     // connections that ended, to be used again with their buffers
}

// tuple names a connection.
type tuple struct{ local, remote netip.AddrPort }

// conn is a connection in the host's table.
type conn struct {
	tcp.TCB
	serial   uint64 // order of creation: what is due at the same time fires in this order
	heap     int    // index in deadlines, -1 if nothing is due
	at       time.Duration
	listener *listener // who will accept it; nil once accepted, and for active opens
	options  options   // what it has of its listener
	queued   bool      // in the accept queue
	socket   bool      // a socket holds it
	listens  bool      // it is a LISTEN of its own, whose remote socket is specified
	tabled   bool      // in the table
	shadow   bool      // the previous of another
	previous *conn     // the TIME-WAIT that it opens anew, until ESTABLISHED (RFC 9293 §3.6.1, MAY-2)
	older    *conn     // its neighbours in timeWaits
	newer    *conn
	waits    bool   // in timeWaits
	notify   func() // Notify of the socket that holds it
}

// New makes a host.
func New(cfg Config) *Host {
	if cfg.MTU == 0 {
		cfg.MTU = 1500
	}
	cfg.MTU = min(cfg.MTU, 65535)
	if cfg.MaxTimeWait <= 0 {
		cfg.MaxTimeWait = defaultMaxTimeWait
	}
	cfg.Addrs = slices.Clone(cfg.Addrs)
	h := &Host{
		cfg:       cfg,
		conns:     map[tuple]*conn{},
		listeners: map[netip.AddrPort]*listener{},
		bound:     map[netip.AddrPort]int{},
		locals:    map[netip.AddrPort]int{},
		ports:     newPorts(cfg.Seed),
	}
	h.env = tcp.NewEnv(cfg.TCP, cfg.MTU, cfg.Seed, func(t *tcp.TCB, s *tcp.Segment) {
		h.send(t.Local.Addr(), t.Remote.Addr(), lower{t.TTL, t.DiffServ, t.MayFragment}, s)
	})
	return h
}

// Counters are the counts so far.
func (h *Host) Counters() Counters { return h.counters }

// Poll does what is due at now or before, in the order of deadlines.
func (h *Host) Poll(now time.Duration) {
	for len(h.due) > 0 && h.due[0].at <= now {
		c := h.due[0]
		c.Timeout(now)
		h.settle(now, c)
	}
}

// NextDeadline is when Poll is next needed; false if nothing is due.
func (h *Host) NextDeadline() (time.Duration, bool) {
	if len(h.due) == 0 {
		return 0, false
	}
	return h.due[0].at, true
}

// Conns calls f for every listener and connection, sorted by local, then remote address and port. A listener's remote is
// the zero AddrPort.
func (h *Host) Conns(f func(local, remote netip.AddrPort, state tcp.State)) {
	type row struct {
		tuple
		state tcp.State
	}
	rows := make([]row, 0, len(h.listeners)+len(h.conns))
	for at := range h.listeners {
		rows = append(rows, row{tuple{local: at}, tcp.Listen})
	}
	for t, c := range h.conns {
		rows = append(rows, row{t, c.State()})
	}
	slices.SortFunc(rows, func(a, b row) int {
		if n := a.local.Compare(b.local); n != 0 {
			return n
		}
		return a.remote.Compare(b.remote)
	})
	for _, r := range rows {
		f(r.local, r.remote, r.state)
	}
}

// add makes a TCB and puts it into the table.
func (h *Host) add(t tuple) *conn {
	var c *conn
	if n := len(h.free); n > 0 {
		c, h.free = h.free[n-1], h.free[:n-1]
		c.listener, c.queued, c.socket, c.listens, c.notify = nil, false, false, false, nil
	} else {
		c = new(conn)
	}
	c.Init(h.env, t.local, t.remote)
	h.serial++
	c.serial, c.heap = h.serial, -1
	h.table(c)
	return c
}

// table puts a connection into the table.
func (h *Host) table(c *conn) {
	c.tabled = true
	h.conns[tuple{c.Local, c.Remote}] = c
	h.locals[c.Local]++
}

// untable takes a connection out of the table and the deadlines.
func (h *Host) untable(c *conn) {
	c.tabled = false
	delete(h.conns, tuple{c.Local, c.Remote})
	count(h.locals, c.Local, -1)
	h.due.remove(c)
	h.timeWaits.remove(c)
}

// count adds to a count, and forgets one that is zero.
func count(of map[netip.AddrPort]int, at netip.AddrPort, n int) {
	if n += of[at]; n == 0 {
		delete(of, at)
		return
	}
	of[at] = n
}

// settle puts a connection in order after anything that may have changed it: its place in the queues, in the table, and
// among the deadlines.
func (h *Host) settle(now time.Duration, c *conn) {
	switch state := c.State(); {
	case state == tcp.Closed || state == tcp.Listen && !c.listens:
		h.remove(now, c)
		notify(c.notify)
		return
	case state.Synchronized() && c.listener != nil && !c.queued:
		c.listener.established(c)
		h.forget(c) // the SYN was no old duplicate
		notify(c.listener.notify)
	}
	h.wait(c)
	h.due.update(c)
	notify(c.notify)
}

// remove takes a connection that is CLOSED, or back in LISTEN, out of everything but its socket and its listener's
// accept queue: there the user learns what became of it.
func (h *Host) remove(now time.Duration, c *conn) {
	if !c.tabled {
		return
	}
	h.untable(c)
	if c.listener != nil && !c.queued {
		c.listener.halfOpen--
		c.listener = nil
	}
	if old := c.previous; old != nil {
		if at, ok := old.Deadline(); ok && now < at {
			// "returns to TIME-WAIT state if the SYN turns out to be an old duplicate" (RFC 9293 §3.6.1, MAY-2 (2))
			c.previous, old.shadow = nil, false
			h.table(old)
			h.timeWaits.pushFirst(old)
			h.due.update(old)
		}
	}
	h.forget(c)
	h.recycle(c)
}

// forget ends the TIME-WAIT that c has opened anew, if there is one, before its time: a socket may still hold it.
func (h *Host) forget(c *conn) {
	old := c.previous
	if old == nil {
		return
	}
	c.previous, old.shadow = nil, false
	h.expire(old)
	h.recycle(old)
}

// recycle keeps a connection for use again, if nobody holds it any more.
func (h *Host) recycle(c *conn) {
	const keep = 64 // each may have a send and a receive buffer
	if !c.tabled && !c.socket && !c.queued && !c.shadow && len(h.free) < keep {
		h.free = append(h.free, c)
	}
}

// owns reports whether an address is the host's.
func (h *Host) owns(a netip.Addr) bool { return slices.Contains(h.cfg.Addrs, a) }

// source is the address for an active open to remote (RFC 9293 §3.9.1.1, MUST-44).
func (h *Host) source(remote netip.Addr) (netip.Addr, bool) {
	for _, a := range h.cfg.Addrs {
		if a.Is4() == remote.Is4() {
			return a, true
		}
	}
	return netip.Addr{}, false
}
