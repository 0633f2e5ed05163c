package host

import (
	"net/netip"
	"time"

	"github.com/twinstack/twinstack/ourstack/ip"
	"github.com/twinstack/twinstack/ourstack/tcp"
)

// Deliver takes a packet from the link.
func (h *Host) Deliver(now time.Duration, packet []byte) {
	p := &h.packet
	if err := ip.Parse(packet, p); err != nil {
		h.drop(err)
		return
	}
	switch {
	case !h.owns(p.Dst):
		// Broadcast and multicast are never our address, so nothing is answered to them (MUST-57).
		h.drop(ip.DropDestination)
	case !ip.ValidSource(p.Src):
		h.drop(ip.DropSource) // MUST-63
	case p.Protocol == ip.ProtocolTCP:
		h.deliverTCP(now, p)
	case p.Protocol == ip.ProtocolICMP && p.Src.Is4(), p.Protocol == ip.ProtocolICMPv6 && p.Src.Is6():
		h.deliverICMP(now, p)
	default:
		h.drop(ip.DropProtocol)
	}
}

// drop counts a packet that goes no further.
func (h *Host) drop(err error) {
	switch d := err.(type) {
	case ip.Drop:
		h.counters.IP[d]++
	case tcp.Drop:
		h.counters.TCP[d]++
	}
}

// deliverTCP finds whom a segment is for: the connection of its four numbers, else a listener, else nobody, which is
// CLOSED.
func (h *Host) deliverTCP(now time.Duration, p *ip.Packet) {
	s := &h.segment
	if err := tcp.Parse(p.Src, p.Dst, p.Payload, s); err != nil {
		h.drop(err)
		return
	}
	s.ECN = p.ECN()
	t := tuple{netip.AddrPortFrom(p.Dst, s.DstPort), netip.AddrPortFrom(p.Src, s.SrcPort)}
	c := h.conns[t]
	if l := h.bringsCookie(now, t, s, c); l != nil {
		h.deliverCookie(now, l, t, s, c)
		return
	}
	if c == nil || c.Reopens(s) {
		if l := h.listening(t.local); l != nil && (c == nil || l.room()) {
			h.deliverListen(now, l, t, s, c)
			return
		}
	}
	switch {
	case c == nil:
		h.reset(p, s)
	case c.listener != nil && !c.queued && c.listener.full() && s.Flags&(tcp.ACK|tcp.SYN|tcp.RST) == tcp.ACK:
		// The handshake would end, but nobody has room for the connection. It stays in SYN-RECEIVED: the SYN,ACK goes out
		// again, and its answer may find room.
		h.counters.AcksDeferred++
	default:
		c.Arrives(now, s)
		h.settle(now, c)
	}
}

// deliverListen gives a segment to a listener: a TCB in LISTEN takes it (RFC 9293 §3.10.7.2), and is a connection if
// it then is in SYN-RECEIVED. old is the connection in TIME-WAIT that the SYN opens anew, if any.
func (h *Host) deliverListen(now time.Duration, l *listener, t tuple, s *tcp.Segment, old *conn) {
	if s.Flags&(tcp.SYN|tcp.ACK|tcp.RST) == tcp.SYN && old == nil {
		if h.wantsCookie(l) {
			h.sendCookie(now, l, t, s)
			return
		}
		if !l.room() {
			h.counters.SynsDropped++
			return
		}
	}
	if old != nil {
		// Out of the table, but kept for the connection that opens it anew.
		h.untable(old)
		old.shadow = true
	}
	c := h.openPassive(now, l, t)
	if old != nil {
		c.previous = old
		c.ReopenAbove(&old.TCB)
	}
	c.Arrives(now, s)
	h.settle(now, c)
}

// openPassive makes a connection in LISTEN, for one caller of a listener.
func (h *Host) openPassive(now time.Duration, l *listener, t tuple) *conn {
	c := h.add(t)
	l.halfOpen++
	c.listener = l
	l.inherit(c)
	// A new TCB is CLOSED, from where a passive OPEN always succeeds.
	_ = c.OpenPassive(now)
	return c
}

// reset answers a segment for which there is no TCB (RFC 9293 §3.10.7.1).
func (h *Host) reset(p *ip.Packet, s *tcp.Segment) {
	if r, ok := h.env.Reset(s); ok {
		h.counters.ResetsSent++
		h.send(p.Dst, p.Src, lower{ttl: h.env.Config.HopLimit()}, &r)
	}
}

// lower is what TCP asks of the level below (RFC 9293 §3.9.2).
type lower struct {
	ttl, tos uint8 // tos is without ECN, which is the segment's
	fragment bool  // it may be fragmented on its way
}

// send writes a segment and its IP header and hands it to the link.
func (h *Host) send(src, dst netip.Addr, l lower, s *tcp.Segment) {
	header := ip.HeaderV4
	if dst.Is6() {
		header = ip.HeaderV6
	}
	if cap(h.buf) < header {
		h.buf = make([]byte, header, h.cfg.MTU)
	}
	b := s.Append(h.buf[:header], src, dst)
	l.tos |= uint8(s.ECN)
	switch {
	case dst.Is6():
		ip.PutV6(b, src, dst, ip.ProtocolTCP, l.ttl, l.tos, len(b)-header)
	case l.fragment:
		h.ident++
		ip.PutV4(b, src, dst, ip.ProtocolTCP, l.ttl, l.tos, len(b)-header)
		ip.AllowFragments(b, h.ident)
	default:
		ip.PutV4(b, src, dst, ip.ProtocolTCP, l.ttl, l.tos, len(b)-header)
	}
	h.buf = b
	h.cfg.Send(b)
}
