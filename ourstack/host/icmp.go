package host

import (
	"time"

	"github.com/twinstack/twinstack/ourstack/ip"
	"github.com/twinstack/twinstack/ourstack/tcp"
)

// deliverICMP directs an ICMP error to the connection that caused it (RFC 9293 §3.9.2.2, MUST-54).
func (h *Host) deliverICMP(now time.Duration, p *ip.Packet) {
	e, ok, err := ip.ParseICMP(p)
	if err != nil {
		h.drop(err)
		return
	}
	if !ok {
		h.drop(ip.DropProtocol)
		return
	}
	c := h.conns[tuple{e.Local, e.Remote}]
	if mtu, ok := tooBig(&e); ok && c != nil {
		c.PacketTooBig(now, tcp.Seq(e.Seq), mtu)
		h.settle(now, c)
		return
	}
	meaning, hard := classify(&e)
	if c == nil || meaning == 0 {
		h.counters.ICMPIgnored++
		return
	}
	if hard {
		c.Unreachable(now, tcp.Seq(e.Seq), meaning)
	} else {
		c.SoftError(tcp.Seq(e.Seq), meaning)
	}
	h.settle(now, c)
}

// tooBig reports whether a router could not pass a packet on for its size, and what MTU it names (RFC 1191 §4, RFC 4443
// §3.2).
func tooBig(e *ip.ICMPError) (mtu int, ok bool) {
	if e.V6 {
		return int(min(e.Rest, 65535)), e.Type == ip.V6PacketTooBig
	}
	return int(e.Rest & 0xffff), e.Type == ip.V4Unreachable && e.Code == ip.V4FragmentationNeeded
}

// classify sorts an ICMP error into hard and soft (RFC 9293 §3.9.2.2) and says what it means to the user. Source Quench
// is discarded (MUST-55).
func classify(e *ip.ICMPError) (meaning tcp.Error, hard bool) {
	if e.V6 {
		switch {
		case e.Type == ip.V6Unreachable && e.Code == ip.V6PortUnreachable:
			return tcp.ErrConnectionRefused, true
		case e.Type == ip.V6Unreachable && e.Code == ip.V6AdminProhibited:
			return tcp.ErrHostUnreachable, true
		case e.Type == ip.V6Unreachable && e.Code == ip.V6NoRoute:
			return tcp.ErrNetworkUnreachable, false
		case e.Type == ip.V6Unreachable, e.Type == ip.V6TimeExceeded, e.Type == ip.V6ParamProblem:
			return tcp.ErrHostUnreachable, false
		}
		return 0, false
	}
	switch {
	case e.Type == ip.V4Unreachable && e.Code == ip.V4ProtocolUnreachable:
		return tcp.ErrProtocolUnreachable, true
	case e.Type == ip.V4Unreachable && e.Code == ip.V4PortUnreachable:
		return tcp.ErrConnectionRefused, true
	case e.Type == ip.V4Unreachable && e.Code == ip.V4NetUnreachable:
		return tcp.ErrNetworkUnreachable, false
	case e.Type == ip.V4Unreachable, e.Type == ip.V4TimeExceeded, e.Type == ip.V4ParamProblem:
		return tcp.ErrHostUnreachable, false
	}
	return 0, false
}
