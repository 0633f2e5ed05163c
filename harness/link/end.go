// Package link is the in-memory link: gVisor channel endpoints, joined, with latency, taps and faults; and the gVisor
// codec of IP, TCP and ICMP.
//
// The codec is gVisor's header package and not ours on purpose: a fault in our codec cannot hide itself.
package link

import (
	"bytes"
	"sync"

	"gvisor.dev/gvisor/pkg/buffer"
	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/link/channel"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
)

// queueLength is how many packets an end holds until somebody takes them. Whoever drives the link takes them after every
// settling; the longest burst in between is a window's worth of segments.
const queueLength = 2048

// End is one end of the link: the interface of one host. A host attaches to it (gVisor's stack by LinkEndpoint, others by
// Attach and Send); the other side hands packets to the host by Inject and gets the host's by Take. There is no link
// layer: what goes over it are IP packets.
type End struct {
	endpoint *endpoint
	mtu      int
	garbage  int
}

// NewEnd makes an end with no host attached. The MTU is in octets of IP packet.
func NewEnd(mtu int) *End {
	return &End{endpoint: &endpoint{Endpoint: channel.New(0, uint32(mtu), "")}, mtu: mtu}
}

// MTU is the largest IP packet of the link, in octets.
func (e *End) MTU() int { return e.mtu }

// LinkEndpoint is the end as a gVisor stack attaches to it.
func (e *End) LinkEndpoint() stack.LinkEndpoint { return e.endpoint }

// Attach has receive called with every packet that is injected from now on; the octets are the receiver's own. It is for
// hosts that are not gVisor stacks. A nil receive detaches.
func (e *End) Attach(receive func(raw []byte)) {
	if receive == nil {
		e.endpoint.Attach(nil)
		return
	}
	e.endpoint.Attach(receiver(receive))
}

// Send puts a packet of the host on the link; raw is copied. It is for hosts that are not gVisor stacks.
func (e *End) Send(raw []byte) {
	e.endpoint.put(bytes.Clone(raw))
}

// Inject hands one IP packet to the attached host, before it returns. raw is copied. What is neither IPv4 nor IPv6 by its
// first octet cannot be handed on: it is dropped and counted as garbage. With no host attached the packet is lost.
func (e *End) Inject(raw []byte) {
	var proto tcpip.NetworkProtocolNumber
	switch header.IPVersion(raw) {
	case header.IPv4Version:
		proto = header.IPv4ProtocolNumber
	case header.IPv6Version:
		proto = header.IPv6ProtocolNumber
	default:
		e.garbage++
		return
	}
	pkt := stack.NewPacketBuffer(stack.PacketBufferOptions{Payload: buffer.MakeWithData(raw)})
	e.endpoint.InjectInbound(proto, pkt)
	pkt.DecRef()
}

// Take is the next packet that the host sent, in a slice of the caller's own; nil if there is none.
func (e *End) Take() []byte { return e.endpoint.take() }

// Garbage is how many packets Inject dropped.
func (e *End) Garbage() int { return e.garbage }

// Lost is how many packets the host sent into a full queue. It is 0 unless nobody took packets for too long: then
// whatever is said about the host's silence is not true.
func (e *End) Lost() int { return e.endpoint.losses() }

func octets(pkt *stack.PacketBuffer) []byte {
	raw := make([]byte, 0, pkt.Size())
	for _, part := range pkt.AsSlices() {
		raw = append(raw, part...)
	}
	return raw
}

// endpoint is a channel endpoint whose queue grows with what is in it, and counts what it drops when it is full. gVisor's has
// its full length from the start, which is the largest thing that a host would have, and drops silently.
type endpoint struct {
	*channel.Endpoint

	mu    sync.Mutex
	queue [][]byte // the packets from taken on, oldest first
	taken int
	lost  int
}

// WritePackets implements stack.LinkWriter.
func (e *endpoint) WritePackets(packets stack.PacketBufferList) (int, tcpip.Error) {
	n := 0
	for _, pkt := range packets.AsSlice() {
		if e.put(octets(pkt)) {
			n++
		}
	}
	return n, nil
}

// put adds a packet, and reports whether there was room.
func (e *endpoint) put(raw []byte) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.queue)-e.taken == queueLength {
		e.lost++
		return false
	}
	e.queue = append(e.queue, raw)
	return true
}

// take takes the oldest packet; nil if there is none.
func (e *endpoint) take() []byte {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.taken == len(e.queue) {
		e.queue, e.taken = e.queue[:0], 0
		return nil
	}
	raw := e.queue[e.taken]
	e.queue[e.taken] = nil
	e.taken++
	return raw
}

func (e *endpoint) losses() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.lost
}

// receiver is a function as a stack.NetworkDispatcher.
type receiver func(raw []byte)

// DeliverNetworkPacket implements stack.NetworkDispatcher.
func (r receiver) DeliverNetworkPacket(_ tcpip.NetworkProtocolNumber, pkt *stack.PacketBuffer) {
	r(octets(pkt))
}

// DeliverLinkPacket implements stack.NetworkDispatcher; there is no link layer to tap.
func (receiver) DeliverLinkPacket(tcpip.NetworkProtocolNumber, *stack.PacketBuffer) {}
