package netstack

import (
	"bytes"
	"net/netip"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/waiter"

	"github.com/twinstack/twinstack/harness/iut"
)

// socket is an endpoint with what gVisor's system-call layer puts around it.
type socket struct {
	host     *host
	endpoint tcpip.Endpoint
	ipv6     bool
	closed   bool
}

// Bind implements iut.Socket.
func (s *socket) Bind(a netip.AddrPort) error {
	if s.closed {
		return iut.EBADF
	}
	if a.Addr().Is4() == s.ipv6 {
		return iut.EAFNOSUPPORT
	}
	err := s.endpoint.Bind(fullAddress(a))
	if _, ok := err.(*tcpip.ErrNoPortAvailable); ok {
		return iut.EADDRINUSE
	}
	return errno(err)
}

// maxBacklog is where gVisor's system-call layer, like Linux's net.core.somaxconn, caps a backlog.
const maxBacklog = 1024

// Listen implements iut.Socket: gVisor's system-call layer takes the backlog for unsigned and queues one more.
func (s *socket) Listen(backlog int) error {
	if s.closed {
		return iut.EBADF
	}
	if backlog < 0 || backlog > maxBacklog {
		backlog = maxBacklog
	}
	return errno(s.endpoint.Listen(backlog + 1))
}

// Accept implements iut.Socket.
func (s *socket) Accept() (iut.Socket, netip.AddrPort, error) {
	if s.closed {
		return nil, netip.AddrPort{}, iut.EBADF
	}
	var peer tcpip.FullAddress
	endpoint, _, err := s.endpoint.Accept(&peer)
	if err != nil {
		return nil, netip.AddrPort{}, errno(err)
	}
	return s.host.newSocket(endpoint, s.ipv6), addrPort(peer.Addr, peer.Port, 0), nil
}

// Connect implements iut.Socket.
func (s *socket) Connect(a netip.AddrPort) error {
	if s.closed {
		return iut.EBADF
	}
	if a.Addr().Is4() == s.ipv6 {
		return iut.EINVAL
	}
	err := s.endpoint.Connect(fullAddress(a))
	if _, ok := err.(*tcpip.ErrNoPortAvailable); ok {
		return iut.EADDRNOTAVAIL
	}
	return errno(err)
}

// Read implements iut.Socket.
func (s *socket) Read(b []byte) (int, error) {
	if s.closed {
		return 0, iut.EBADF
	}
	if len(b) == 0 {
		return 0, nil
	}
	w := tcpip.SliceWriter(b)
	result, err := s.endpoint.Read(&w, tcpip.ReadOptions{})
	if err != nil {
		return 0, errno(err)
	}
	if s.host.autoTuning && result.Count > 0 {
		s.endpoint.ModerateRecvBuf(result.Count)
	}
	return result.Count, nil
}

// Write implements iut.Socket.
func (s *socket) Write(b []byte) (int, error) {
	if s.closed {
		return 0, iut.EBADF
	}
	n, err := s.endpoint.Write(bytes.NewReader(b), tcpip.WriteOptions{})
	return int(n), errno(err)
}

// Ioctl implements iut.Ioctl. Netstack knows no urgent octets, so it is at no mark; the rest is as in gVisor's
// system-call layer.
func (s *socket) Ioctl(request string) (int64, error) {
	if s.closed {
		return 0, iut.EBADF
	}
	option, ok := map[string]tcpip.SockOptInt{"SIOCINQ": tcpip.ReceiveQueueSizeOption, "SIOCOUTQ": tcpip.SendQueueSizeOption}[request]
	if !ok {
		return 0, iut.EOPNOTSUPP
	}
	n, err := s.endpoint.GetSockOptInt(option)
	if _, unknown := err.(*tcpip.ErrUnknownProtocolOption); unknown {
		return 0, iut.EOPNOTSUPP
	}
	return int64(n), errno(err)
}

// Shutdown implements iut.Socket.
func (s *socket) Shutdown(how iut.How) error {
	if s.closed {
		return iut.EBADF
	}
	switch how {
	case iut.ShutRD:
		return errno(s.endpoint.Shutdown(tcpip.ShutdownRead))
	case iut.ShutWR:
		return errno(s.endpoint.Shutdown(tcpip.ShutdownWrite))
	case iut.ShutRDWR:
		return errno(s.endpoint.Shutdown(tcpip.ShutdownRead | tcpip.ShutdownWrite))
	default:
		return iut.EINVAL
	}
}

// Close implements iut.Socket. With SO_LINGER on and a time above zero gVisor's system-call layer would wait here until
// the FIN is acknowledged or the time is over; what goes over the link is the same.
func (s *socket) Close() error {
	if s.closed {
		return iut.EBADF
	}
	s.closed = true
	s.endpoint.Close()
	return nil
}

// Poll implements iut.Socket. The numbers of waiter's events are those of poll(2).
func (s *socket) Poll() iut.Events {
	if s.closed {
		return 0
	}
	const all = iut.PollIn | iut.PollPri | iut.PollOut | iut.PollErr | iut.PollHup | iut.PollRdHup
	return iut.Events(s.endpoint.Readiness(waiter.EventMask(all)))
}

// LocalAddr implements iut.Socket.
func (s *socket) LocalAddr() netip.AddrPort {
	a, err := s.endpoint.GetLocalAddress()
	if err != nil {
		return netip.AddrPort{}
	}
	return addrPort(a.Addr, a.Port, family(s.ipv6))
}

// RemoteAddr implements iut.Socket.
func (s *socket) RemoteAddr() netip.AddrPort {
	a, err := s.endpoint.GetRemoteAddress()
	if err != nil {
		return netip.AddrPort{}
	}
	return addrPort(a.Addr, a.Port, 0)
}

// fullAddress is an address as netstack takes it: "any" is empty there.
func fullAddress(a netip.AddrPort) tcpip.FullAddress {
	full := tcpip.FullAddress{Port: a.Port()}
	if a.Addr().IsValid() && !a.Addr().IsUnspecified() {
		full.Addr = tcpip.AddrFromSlice(a.Addr().AsSlice())
	}
	return full
}
