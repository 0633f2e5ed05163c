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

// classify sorts an ICMP error into hard and soft (RFC 9293 §3.9.2.2) and says what it means to the user. Source Quench
// is discarded (MUST-55). "Fragmentation needed" and "packet too big" end nothing: they belong to path MTU discovery
// (§3.7.2), which is not done yet.
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
	case e.Type == ip.V4Unreachable && e.Code == ip.V4FragmentationNeeded:
		return 0, false
	case e.Type == ip.V4Unreachable && e.Code == ip.V4NetUnreachable:
		return tcp.ErrNetworkUnreachable, false
	case e.Type == ip.V4Unreachable, e.Type == ip.V4TimeExceeded, e.Type == ip.V4ParamProblem:
		return tcp.ErrHostUnreachable, false
	}
	return 0, false
}
