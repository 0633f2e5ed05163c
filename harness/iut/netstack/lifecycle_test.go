package netstack

import (
	"bytes"
	"net/netip"
	"testing"

	"gvisor.dev/gvisor/pkg/buffer"
	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/checksum"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/link/channel"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv6"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
	"gvisor.dev/gvisor/pkg/waiter"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/link"
	"github.com/twinstack/twinstack/harness/vtime"
)

// subject is a netstack with a listener, for BenchmarkLifecycle: bare, or behind the adapter.
type subject interface {
	// exchange hands over a packet, settles, and returns the TCP header of the one packet that was sent, or nil.
	exchange(raw []byte) header.TCP
	accept() (conversation, error)
	step() bool // of the clock, with a settling
	end()
}

// conversation is an accepted connection. write and close settle and return what was sent.
type conversation interface {
	read(b []byte) int
	write(b []byte) header.TCP
	close() header.TCP
}

// BenchmarkLifecycle takes a connection through a whole lifetime: passive handshake, 10 octets each way, FIN from the
// host, FIN from the peer, TIME-WAIT and its end. fresh makes a stack for each; reused has one for all. bare is
// netstack's own API on a channel endpoint and the virtual clock; adapter is the same through harness/iut and
// harness/link.
func BenchmarkLifecycle(b *testing.B) {
	for _, kind := range []struct {
		name string
		make func(testing.TB) subject
	}{{"bare", newBare}, {"adapter", newAdapted}} {
		b.Run(kind.name+"/netstack/fresh", func(b *testing.B) {
			for b.Loop() {
				s := kind.make(b)
				lifetime(b, s, peerPort)
				s.end()
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "lifetimes/s")
		})
		b.Run(kind.name+"/netstack/reused", func(b *testing.B) {
			s := kind.make(b)
			for i := 0; b.Loop(); i++ {
				lifetime(b, s, uint16(1024+i%60000))
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "lifetimes/s")
			s.end()
		})
	}
}

// The benchmark's own ground: both kinds live through a lifetime as it says, twice on one stack.
func TestLifecycleSubjects(t *testing.T) {
	t.Parallel()
	for _, make := range []func(testing.TB) subject{newBare, newAdapted} {
		s := make(t)
		lifetime(t, s, peerPort)
		lifetime(t, s, peerPort)
		s.end()
	}
}

var tenOctets = []byte("0123456789")

func lifetime(t testing.TB, s subject, port uint16) {
	const ack, psh, fin = header.TCPFlagAck, header.TCPFlagPsh, header.TCPFlagFin
	expect := func(step string, got header.TCP, flags header.TCPFlags, ack uint32) {
		if got == nil || got.Flags() != flags || got.AckNumber() != ack {
			t.Fatalf("%s: sent % x, want flags %v, ack %d", step, []byte(got), flags, ack)
		}
	}
	synAck := s.exchange(segmentFrom(port, 0, 0, header.TCPFlagSyn, nil))
	expect("SYN", synAck, header.TCPFlagSyn|ack, 1)
	next := synAck.SequenceNumber() + 1
	if got := s.exchange(segmentFrom(port, 1, next, ack, nil)); got != nil {
		t.Fatalf("handshake: sent % x", []byte(got))
	}
	c, err := s.accept()
	if err != nil {
		t.Fatal(err)
	}
	expect("text", s.exchange(segmentFrom(port, 1, next, ack|psh, tenOctets)), ack, 11)
	var data [20]byte
	if n := c.read(data[:]); !bytes.Equal(data[:n], tenOctets) {
		t.Fatalf("read %q", data[:n])
	}
	expect("write", c.write(tenOctets), ack|psh, 11)
	next += 10
	s.exchange(segmentFrom(port, 11, next, ack, nil))
	expect("close", c.close(), fin|ack, 11)
	next++
	s.exchange(segmentFrom(port, 11, next, ack, nil))
	expect("FIN", s.exchange(segmentFrom(port, 11, next, fin|ack, nil)), ack, 12)
	for s.step() { // to the end of TIME-WAIT
	}
}

// segmentFrom is a packet of the peer, from a port of its own.
func segmentFrom(port uint16, seq, ack uint32, flags header.TCPFlags, payload []byte) []byte {
	src, dst := tcpip.AddrFrom4(peerAddr[false].As4()), tcpip.AddrFrom4(hostAddr[false].As4())
	raw := make([]byte, header.IPv4MinimumSize+header.TCPMinimumSize+len(payload))
	ip, segment := header.IPv4(raw), header.TCP(raw[header.IPv4MinimumSize:])
	ip.Encode(&header.IPv4Fields{TotalLength: uint16(len(raw)), TTL: 64, Protocol: uint8(header.TCPProtocolNumber), SrcAddr: src, DstAddr: dst})
	ip.SetChecksum(^ip.CalculateChecksum())
	segment.Encode(&header.TCPFields{SrcPort: port, DstPort: hostPort, SeqNum: seq, AckNum: ack,
		DataOffset: header.TCPMinimumSize, Flags: flags, WindowSize: 65535})
	copy(segment[header.TCPMinimumSize:], payload)
	sum := header.PseudoHeaderChecksum(header.TCPProtocolNumber, src, dst, uint16(len(segment)))
	segment.SetChecksum(^checksum.Checksum(segment, sum))
	return raw
}

// bare is netstack's own API.
type bare struct {
	clock    *vtime.Clock
	stack    *stack.Stack
	link     *channel.Endpoint
	listener tcpip.Endpoint
}

func newBare(t testing.TB) subject {
	b := &bare{clock: vtime.New(), link: channel.New(64, 1500, "")}
	source := newRandom(1)
	b.stack = stack.New(stack.Options{
		NetworkProtocols:   []stack.NetworkProtocolFactory{ipv4.NewProtocol, ipv6.NewProtocolWithOptions(ipv6.Options{})},
		TransportProtocols: []stack.TransportProtocolFactory{tcp.NewProtocol},
		Clock:              b.clock.View(uptime),
		RandSource:         source,
		SecureRNG:          source,
	})
	check := func(err tcpip.Error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	check(b.stack.CreateNIC(nic, b.link))
	for family, addr := range map[tcpip.NetworkProtocolNumber]netip.Addr{
		header.IPv4ProtocolNumber: hostAddr[false], header.IPv6ProtocolNumber: hostAddr[true]} {
		check(b.stack.AddProtocolAddress(nic, tcpip.ProtocolAddress{Protocol: family,
			AddressWithPrefix: tcpip.AddrFromSlice(addr.AsSlice()).WithPrefix()}, stack.AddressProperties{}))
	}
	b.stack.SetRouteTable([]tcpip.Route{{Destination: header.IPv4EmptySubnet, NIC: nic}, {Destination: header.IPv6EmptySubnet, NIC: nic}})
	var err tcpip.Error
	b.listener, err = b.stack.NewEndpoint(tcp.ProtocolNumber, header.IPv4ProtocolNumber, &waiter.Queue{})
	check(err)
	check(b.listener.Bind(tcpip.FullAddress{Port: hostPort}))
	check(b.listener.Listen(6))
	return b
}

func (b *bare) settle() header.TCP {
	b.stack.Pause()
	b.stack.Resume()
	var sent header.TCP
	for pkt := b.link.Read(); pkt != nil; pkt = b.link.Read() {
		sent = bytes.Clone(pkt.TransportHeader().Slice())
		pkt.DecRef()
	}
	return sent
}

func (b *bare) exchange(raw []byte) header.TCP {
	pkt := stack.NewPacketBuffer(stack.PacketBufferOptions{Payload: buffer.MakeWithData(raw)})
	b.link.InjectInbound(header.IPv4ProtocolNumber, pkt)
	pkt.DecRef()
	return b.settle()
}

func (b *bare) accept() (conversation, error) {
	endpoint, _, err := b.listener.Accept(nil)
	if err != nil {
		return nil, errno(err)
	}
	return bareConversation{b, endpoint}, nil
}

func (b *bare) step() bool {
	if !b.clock.Step() {
		return false
	}
	b.settle()
	return true
}

func (b *bare) end() {
	b.stack.RemoveNIC(nic)
	b.stack.Destroy()
}

type bareConversation struct {
	bare     *bare
	endpoint tcpip.Endpoint
}

func (c bareConversation) read(b []byte) int {
	w := tcpip.SliceWriter(b)
	result, _ := c.endpoint.Read(&w, tcpip.ReadOptions{})
	return result.Count
}

func (c bareConversation) write(b []byte) header.TCP {
	c.endpoint.Write(bytes.NewReader(b), tcpip.WriteOptions{})
	return c.bare.settle()
}

func (c bareConversation) close() header.TCP {
	c.endpoint.Close()
	return c.bare.settle()
}

// adapted is the same behind the adapter.
type adapted struct {
	clock    *vtime.Clock
	link     *link.End
	host     iut.Host
	listener iut.Socket
}

func newAdapted(t testing.TB) subject {
	a := &adapted{clock: vtime.New(), link: link.NewEnd(1500)}
	var err error
	check := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	a.host, err = IUT{}.New(iut.Config{Clock: a.clock, Link: a.link, Addrs: []netip.Addr{hostAddr[false], hostAddr[true]}, Seed: 1, Settings: iut.Alike()})
	check(err)
	a.listener, err = a.host.Socket(false)
	check(err)
	check(a.listener.Bind(netip.AddrPortFrom(netip.IPv4Unspecified(), hostPort)))
	check(a.listener.Listen(5))
	return a
}

func (a *adapted) settle() header.TCP {
	a.host.Settle()
	var sent header.TCP
	for raw := a.link.Take(); raw != nil; raw = a.link.Take() {
		sent = raw[header.IPv4MinimumSize:]
	}
	return sent
}

func (a *adapted) exchange(raw []byte) header.TCP {
	a.link.Inject(raw)
	return a.settle()
}

func (a *adapted) accept() (conversation, error) {
	s, _, err := a.listener.Accept()
	return adaptedConversation{a, s}, err
}

func (a *adapted) step() bool {
	if !a.clock.Step() {
		return false
	}
	a.settle()
	return true
}

func (a *adapted) end() { a.host.Close() }

type adaptedConversation struct {
	adapted *adapted
	socket  iut.Socket
}

func (c adaptedConversation) read(b []byte) int {
	n, _ := c.socket.Read(b)
	return n
}

func (c adaptedConversation) write(b []byte) header.TCP {
	c.socket.Write(b)
	return c.adapted.settle()
}

func (c adaptedConversation) close() header.TCP {
	c.socket.Close()
	return c.adapted.settle()
}
