// Package smalltcp is a small TCP in user space, as somebody might have one: it opens and closes from either side, sends
// again what is lost, and takes text in order only. It has no SACK, no window scale, no timestamps, no congestion control
// and no estimate of the round-trip time; it does not read ICMP; and five faults are planted in it (faults.go).
//
// It knows nothing of the harness that tests it. Its clock and its link are functions that its host is given.
package smalltcp

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"net/netip"
	"time"
)

// Config is what a host stands on.
type Config struct {
	Addrs     []netip.Addr
	MTU       int                               // octets
	Send      func(packet []byte)               // puts an IP packet on the link
	Now       func() time.Duration              // reads the clock
	AfterFunc func(time.Duration, func()) Timer // sets a timer
	Secret    uint64                            // what initial sequence numbers and ports are drawn from
	Mended    Fault                             // the planted faults that this host does not have

	MSL, RTO, MaxRTO time.Duration
	SynRetries       int // how often a SYN is sent again before the open fails
	Retries          int // how often anything else is, before the connection fails
	SendBuffer       int // octets
	ReceiveBuffer    int // octets
}

// Timer is a pending call, as time.AfterFunc gives it.
type Timer interface{ Stop() bool }

// What calls say besides nil.
var (
	ErrWouldBlock  = errors.New("smalltcp: nothing there yet")
	ErrRefused     = errors.New("smalltcp: connection refused")
	ErrReset       = errors.New("smalltcp: connection reset")
	ErrTimeout     = errors.New("smalltcp: connection timed out")
	ErrClosed      = errors.New("smalltcp: this direction is closed")
	ErrInUse       = errors.New("smalltcp: address in use")
	ErrNotOurs     = errors.New("smalltcp: not an address of this host")
	errPortsUsedUp = errors.New("smalltcp: no free port")
)

// pair names a connection.
type pair struct{ local, remote netip.AddrPort }

// Host is one IP host. It is for one goroutine at a time.
type Host struct {
	config    Config
	conns     map[pair]*Conn
	listeners map[netip.AddrPort]*Listener
	port      uint16 // the last one that Dial chose
}

// firstPort is the first of the dynamic ports (RFC 6335 §6).
const firstPort = 49152

// NewHost makes a host without a connection.
func NewHost(c Config) *Host {
	h := &Host{config: c, conns: map[pair]*Conn{}, listeners: map[netip.AddrPort]*Listener{}}
	h.port = firstPort + uint16(h.hash(pair{})%(1<<16-firstPort))
	return h
}

// Owns says whether an address is the host's.
func (h *Host) Owns(a netip.Addr) bool {
	for _, own := range h.config.Addrs {
		if own == a {
			return true
		}
	}
	return false
}

// Each calls f for every listener and connection, in no order. A listener has no remote address.
func (h *Host) Each(f func(local, remote netip.AddrPort, s State)) {
	for local := range h.listeners {
		f(local, netip.AddrPort{}, Listen)
	}
	for p, c := range h.conns {
		f(p.local, p.remote, c.state)
	}
}

// Deliver takes an IP packet from the link. The octets are the host's from now on.
func (h *Host) Deliver(packet []byte) {
	s, ok := parse(packet, !h.faulty(NoChecksum)) // PLANTED FAULT
	if !ok || !h.Owns(s.dst.Addr()) {
		return
	}
	if c := h.conns[pair{s.dst, s.src}]; c != nil && !c.makesWay(&s) {
		c.arrives(&s)
		return
	}
	if l := h.listeners[s.dst]; l != nil {
		l.arrives(&s)
		return
	}
	h.refuse(&s)
}

// refuse answers a segment for which there is no connection (RFC 9293 §3.10.7.1).
func (h *Host) refuse(s *segment) {
	switch {
	case s.has(rst):
	case s.has(ack):
		h.send(&segment{src: s.dst, dst: s.src, seq: s.ack, flags: rst})
	default:
		h.send(&segment{src: s.dst, dst: s.src, ack: s.seq + s.length(), flags: rst | ack})
	}
}

func (h *Host) send(s *segment) { h.config.Send(s.build()) }

// isnTick is how often the clock in initial sequence numbers goes forward (RFC 9293 §3.4.1).
const isnTick = 4 * time.Microsecond

// ISNTick is the time after which a connection's initial sequence number would be one more.
func ISNTick() time.Duration { return isnTick }

// isn is the initial sequence number of a connection (RFC 6528 §3): a clock, and a secret of the pair's own.
func (h *Host) isn(p pair) uint32 {
	return uint32(h.config.Now()/isnTick) + uint32(h.hash(p))
}

func (h *Host) hash(p pair) uint64 {
	b := binary.BigEndian.AppendUint64(nil, h.config.Secret)
	for _, a := range []netip.AddrPort{p.local, p.remote} {
		b = binary.BigEndian.AppendUint16(append(b, a.Addr().AsSlice()...), a.Port())
	}
	digest := sha256.Sum256(b)
	return binary.BigEndian.Uint64(digest[:])
}

// headers is what IP and TCP take of a packet.
func headers(a netip.Addr) int {
	if a.Is6() {
		return ipv6Header + tcpHeader
	}
	return ipv4Header + tcpHeader
}

// mssFor is the send MSS of a connection, by what the peer's SYN declares (RFC 9293 §3.7.1).
func (h *Host) mssFor(s *segment) int {
	own := h.config.MTU - headers(s.dst.Addr())
	switch {
	case h.faulty(DeafToMSS): // PLANTED FAULT
		return own
	case s.mss != 0:
		return min(own, int(s.mss))
	case s.dst.Addr().Is6():
		return min(own, 1220)
	}
	return min(own, 536)
}
