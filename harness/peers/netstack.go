package peers

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"time"

	"gvisor.dev/gvisor/pkg/log"
	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/adapters/gonet"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv6"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
)

const nic tcpip.NICID = 1

// Netstack is a gVisor stack in real time, with sockets of its package gonet.
type Netstack struct{ *stack.Stack }

// NewNetstack makes a stack with these addresses on a link endpoint, as it is by default but with SACK, which is
// off unless it is asked for, and a TIME-WAIT of a second.
func NewNetstack(link stack.LinkEndpoint, addrs ...netip.Addr) (Netstack, error) {
	log.SetLevel(log.Warning)
	s := stack.New(stack.Options{
		NetworkProtocols:   []stack.NetworkProtocolFactory{ipv4.NewProtocol, ipv6.NewProtocol},
		TransportProtocols: []stack.TransportProtocolFactory{tcp.NewProtocol},
	})
	sack, timeWait := tcpip.TCPSACKEnabled(true), tcpip.TCPTimeWaitTimeoutOption(time.Second)
	if err := s.SetTransportProtocolOption(tcp.ProtocolNumber, &sack); err != nil {
		return Netstack{}, fmt.Errorf("netstack: SACK: %v", err)
	}
	if err := s.SetTransportProtocolOption(tcp.ProtocolNumber, &timeWait); err != nil {
		return Netstack{}, fmt.Errorf("netstack: TIME-WAIT: %v", err)
	}
	if err := s.CreateNIC(nic, link); err != nil {
		return Netstack{}, fmt.Errorf("netstack: %v", err)
	}
	for _, a := range addrs {
		full, network := at(netip.AddrPortFrom(a, 0))
		address := tcpip.ProtocolAddress{Protocol: network, AddressWithPrefix: full.Addr.WithPrefix()}
		if err := s.AddProtocolAddress(nic, address, stack.AddressProperties{}); err != nil {
			return Netstack{}, fmt.Errorf("netstack: address %v: %v", a, err)
		}
	}
	s.SetRouteTable([]tcpip.Route{
		{Destination: header.IPv4EmptySubnet, NIC: nic},
		{Destination: header.IPv6EmptySubnet, NIC: nic},
	})
	return Netstack{s}, nil
}

func at(a netip.AddrPort) (tcpip.FullAddress, tcpip.NetworkProtocolNumber) {
	network := header.IPv6ProtocolNumber
	if a.Addr().Is4() {
		network = header.IPv4ProtocolNumber
	}
	return tcpip.FullAddress{NIC: nic, Addr: tcpip.AddrFromSlice(a.Addr().AsSlice()), Port: a.Port()}, network
}

// Listen listens at an address of the stack's.
func (s Netstack) Listen(a netip.AddrPort) (net.Listener, error) {
	full, network := at(a)
	return gonet.ListenTCP(s.Stack, full, network)
}

// DialContext opens a connection; the address is literal.
func (s Netstack) DialContext(ctx context.Context, _, address string) (net.Conn, error) {
	a, err := netip.ParseAddrPort(address)
	if err != nil {
		return nil, err
	}
	full, network := at(a)
	return gonet.DialContextTCP(ctx, s.Stack, full, network)
}

// Close ends the stack and its goroutines.
func (s Netstack) Close() {
	s.RemoveNIC(nic)
	s.Destroy()
}
