package link

import (
	"context"
	"net"

	"gvisor.dev/gvisor/pkg/buffer"
	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/link/channel"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
)

// deviceQueue is how many packets of the gVisor stack a Device holds; what comes beyond that is lost.
const deviceQueue = 8192

// Device is a cable in real time. One end is a gVisor link endpoint; at the other, Read and Write take one IP packet a call,
// as those of a TUN file do. It knows nothing of virtual time: for that there is End.
type Device struct{ endpoint *channel.Endpoint }

// NewDevice makes a cable. The MTU is in octets of IP packet.
func NewDevice(mtu int) *Device {
	return &Device{channel.New(deviceQueue, uint32(mtu), "")}
}

// LinkEndpoint is the end for a gVisor stack.
func (d *Device) LinkEndpoint() stack.LinkEndpoint { return d.endpoint }

// Read waits for a packet of the gVisor stack. It fails with net.ErrClosed after Close.
func (d *Device) Read(p []byte) (int, error) {
	pkt := d.endpoint.ReadContext(context.Background())
	if pkt == nil {
		return 0, net.ErrClosed
	}
	defer pkt.DecRef()
	n := 0
	for _, part := range pkt.AsSlices() {
		n += copy(p[n:], part)
	}
	return n, nil
}

// Write hands a packet to the gVisor stack; it is copied. What is no IP packet by its first octet is dropped.
func (d *Device) Write(p []byte) (int, error) {
	var protocol tcpip.NetworkProtocolNumber
	switch header.IPVersion(p) {
	case header.IPv4Version:
		protocol = header.IPv4ProtocolNumber
	case header.IPv6Version:
		protocol = header.IPv6ProtocolNumber
	default:
		return len(p), nil
	}
	pkt := stack.NewPacketBuffer(stack.PacketBufferOptions{Payload: buffer.MakeWithData(p)})
	d.endpoint.InjectInbound(protocol, pkt)
	pkt.DecRef()
	return len(p), nil
}

// Close ends Read. The gVisor stack is its owner's to close, before this.
func (d *Device) Close() error {
	d.endpoint.Close()
	return nil
}
