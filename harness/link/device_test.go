package link_test

import (
	"bytes"
	"errors"
	"net"
	"testing"

	"gvisor.dev/gvisor/pkg/buffer"
	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/stack"

	"github.com/twinstack/twinstack/harness/link"
)

// dispatcher takes what a gVisor stack would.
type dispatcher struct {
	protocols []tcpip.NetworkProtocolNumber
	packets   [][]byte
}

func (d *dispatcher) DeliverNetworkPacket(protocol tcpip.NetworkProtocolNumber, pkt *stack.PacketBuffer) {
	d.protocols = append(d.protocols, protocol)
	b := pkt.ToBuffer()
	d.packets = append(d.packets, b.Flatten())
}

func (d *dispatcher) DeliverLinkPacket(tcpip.NetworkProtocolNumber, *stack.PacketBuffer) {}

// Packets go through a Device whole, either way; Close ends Read.
func TestDevice(t *testing.T) {
	t.Parallel()
	d := link.NewDevice(1400)
	if mtu := d.LinkEndpoint().MTU(); mtu != 1400 {
		t.Errorf("MTU %d, expected 1400", mtu)
	}
	var got dispatcher
	d.LinkEndpoint().Attach(&got)
	four, six := append([]byte{0x45}, make([]byte, 99)...), append([]byte{0x60}, make([]byte, 49)...)
	for _, p := range [][]byte{four, {0x10}, six} {
		if n, err := d.Write(p); n != len(p) || err != nil {
			t.Errorf("Write of %d octets: %d, %v", len(p), n, err)
		}
	}
	if len(got.packets) != 2 || !bytes.Equal(got.packets[0], four) || !bytes.Equal(got.packets[1], six) ||
		got.protocols[0] != header.IPv4ProtocolNumber || got.protocols[1] != header.IPv6ProtocolNumber {
		t.Errorf("the stack got %x as %v, expected the IPv4 and the IPv6 packet", got.packets, got.protocols)
	}

	var list stack.PacketBufferList
	list.PushBack(stack.NewPacketBuffer(stack.PacketBufferOptions{Payload: buffer.MakeWithData([]byte("a packet"))}))
	if n, err := d.LinkEndpoint().WritePackets(list); n != 1 || err != nil {
		t.Fatalf("WritePackets: %d, %v", n, err)
	}
	list.Reset()
	p := make([]byte, 1400)
	if n, err := d.Read(p); string(p[:n]) != "a packet" || err != nil {
		t.Errorf("read %q, %v", p[:n], err)
	}
	read := make(chan error)
	go func() {
		_, err := d.Read(p)
		read <- err
	}()
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	if err := <-read; !errors.Is(err, net.ErrClosed) {
		t.Errorf("Read at Close: %v, expected net.ErrClosed", err)
	}
}
