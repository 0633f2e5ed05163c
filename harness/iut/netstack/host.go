package netstack

import (
	"cmp"
	"net/netip"
	"slices"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
	"gvisor.dev/gvisor/pkg/waiter"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/trace"
)

// host is one netstack.
type host struct {
	stack      *stack.Stack
	rounds     int // barriers that one Settle takes
	autoTuning bool
}

// settleRounds is how many barriers settle a stack that has so many processor goroutines.
//
// Pause waits for one processor after the other to find its queue empty. So with one processor a single barrier is
// exact. With more, a processor that is still at work can hand a segment on to one that is paused already, which then
// takes it up after Resume. Netstack hands a segment on in two ways that change its processor: from a connection that is
// closed or in TIME-WAIT to the listener (drainClosingSegmentQueue, handleTimeWaitSegments), and from the listener, where
// the segment makes a connection out of a SYN cookie, back to that one (handleListenSegment). So a segment has at most
// three stations, and each barrier sees it through one at least.
func settleRounds(processors int) int {
	if processors == 1 {
		return 1
	}
	return 3
}

// Settle implements iut.Host.
func (h *host) Settle() {
	for range h.rounds {
		h.stack.Pause()
		h.stack.Resume()
	}
}

// Socket implements iut.Host.
func (h *host) Socket(ipv6 bool) (iut.Socket, error) {
	endpoint, err := h.stack.NewEndpoint(tcp.ProtocolNumber, family(ipv6), &waiter.Queue{})
	if err != nil {
		return nil, errno(err)
	}
	return h.newSocket(endpoint, ipv6), nil
}

func family(ipv6 bool) tcpip.NetworkProtocolNumber {
	if ipv6 {
		return header.IPv6ProtocolNumber
	}
	return header.IPv4ProtocolNumber
}

// newSocket wraps an endpoint.
func (h *host) newSocket(endpoint tcpip.Endpoint, ipv6 bool) *socket {
	if !h.autoTuning {
		// Netstack has no switch for the tuning of send buffers: it stops where the application sets a size.
		options := endpoint.SocketOptions()
		options.SetSendBufferSize(options.GetSendBufferSize(), true)
	}
	return &socket{host: h, endpoint: endpoint, ipv6: ipv6}
}

// states are netstack's states that RFC 9293 §3.3.2 has too. Its others (initial, bound, connecting, error) have no TCB.
var states = map[tcp.EndpointState]trace.State{
	tcp.StateListen:      trace.Listen,
	tcp.StateSynSent:     trace.SynSent,
	tcp.StateSynRecv:     trace.SynReceived,
	tcp.StateEstablished: trace.Established,
	tcp.StateFinWait1:    trace.FinWait1,
	tcp.StateFinWait2:    trace.FinWait2,
	tcp.StateCloseWait:   trace.CloseWait,
	tcp.StateClosing:     trace.Closing,
	tcp.StateLastAck:     trace.LastAck,
	tcp.StateTimeWait:    trace.TimeWait,
}

// Conns implements iut.Host.
func (h *host) Conns() []iut.ConnState {
	var conns []iut.ConnState
	for _, endpoint := range h.stack.RegisteredEndpoints() {
		e, ok := endpoint.(*tcp.Endpoint)
		if !ok {
			continue
		}
		state, ok := states[e.EndpointState()]
		if !ok {
			continue
		}
		id := &e.TransportEndpointInfo.ID // nothing changes it: the stack has settled
		conns = append(conns, iut.ConnState{State: state, Conn: trace.Conn{
			Local:  addrPort(id.LocalAddress, id.LocalPort, e.NetProto),
			Remote: addrPort(id.RemoteAddress, id.RemotePort, 0),
		}})
	}
	slices.SortFunc(conns, func(a, b iut.ConnState) int {
		return cmp.Or(a.Local.Compare(b.Local), a.Remote.Compare(b.Remote), cmp.Compare(a.State, b.State))
	})
	// An endpoint that serves both families is registered once for each.
	return slices.Compact(conns)
}

// Close implements iut.Host. The interface goes first, so that a host that ends says nothing more.
func (h *host) Close() {
	h.stack.RemoveNIC(nic)
	h.stack.Destroy()
}

// addrPort is an address of netstack's, in which "any" is empty: then it is the unspecified address of a family, or the
// zero AddrPort where there is no family.
func addrPort(a tcpip.Address, port uint16, family tcpip.NetworkProtocolNumber) netip.AddrPort {
	if addr, ok := netip.AddrFromSlice(a.AsSlice()); ok {
		return netip.AddrPortFrom(addr, port)
	}
	switch family {
	case header.IPv4ProtocolNumber:
		return netip.AddrPortFrom(netip.IPv4Unspecified(), port)
	case header.IPv6ProtocolNumber:
		return netip.AddrPortFrom(netip.IPv6Unspecified(), port)
	default:
		return netip.AddrPort{}
	}
}
