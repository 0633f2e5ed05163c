package run_test

import (
	"bytes"
	"errors"
	"math/rand"
	"net/netip"
	"testing"
	"time"

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
	"github.com/twinstack/twinstack/harness/iut/netstack"
	"github.com/twinstack/twinstack/harness/iut/ours"
	"github.com/twinstack/twinstack/harness/run"
	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
	"github.com/twinstack/twinstack/harness/vtime"
	ourhost "github.com/twinstack/twinstack/ourstack/host"
	ourtcp "github.com/twinstack/twinstack/ourstack/tcp"
)

// The two ends of a bare lifetime.
const hostPort, peerPort = 8080, 40000

var (
	hostAddr4, peerAddr4 = netip.MustParseAddr("192.168.0.1"), netip.MustParseAddr("192.0.2.1")
	hostAddr6            = netip.MustParseAddr("fd3d:a0b:17d6::1")
)

// subject is a bare stack.
type subject interface {
	listen() error
	unlisten()
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

// BenchmarkLifecycle takes a connection through a whole lifetime: listen, handshake, 10 octets each way, FIN from the
// host, FIN from the peer, TIME-WAIT and its end, and the listener's. bare is a stack's own API with hand-made packets on the virtual clock;
// harness is the same as a script that Runner plays, nothing recorded. fresh makes a stack for each lifetime; reused has
// one for all. The figures that count are ratios between rows of one run, on one core (-cpu 1).
func BenchmarkLifecycle(b *testing.B) {
	for _, stack := range []struct {
		name string
		make func(testing.TB) subject
	}{{"netstack", newBareNetstack}, {"ours", newBareOurs}} {
		b.Run("bare/"+stack.name+"/fresh", func(b *testing.B) {
			for b.Loop() {
				s := stack.make(b)
				lifetime(b, s)
				s.end()
			}
			lifetimes(b)
		})
		b.Run("bare/"+stack.name+"/reused", func(b *testing.B) {
			s := stack.make(b)
			defer s.end()
			for b.Loop() {
				lifetime(b, s)
			}
			lifetimes(b)
		})
	}
	f := lifetimeFile(b)
	for _, i := range []iut.IUT{netstack.IUT{}, ours.IUT{Unchecked: true}} {
		b.Run("harness/"+i.Name()+"/fresh", func(b *testing.B) {
			for b.Loop() {
				mustPass(b, run.Run(f, i, benchOptions))
			}
			lifetimes(b)
		})
		b.Run("harness/"+i.Name()+"/reused", func(b *testing.B) {
			r := run.NewRunner(i, benchOptions)
			defer r.Close()
			for b.Loop() {
				mustPass(b, r.Run(f))
			}
			lifetimes(b)
		})
	}
}

var benchOptions = run.Options{Settings: iut.Alike(), NoRecord: true}

func lifetimes(b *testing.B) { b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "lifetimes/s") }

func mustPass(t testing.TB, r *trace.Result) {
	if r.Verdict != trace.Pass {
		t.Fatalf("%v: %s %v", r.Verdict, r.Reason, r.Failures)
	}
}

// lifetimeScript is the lifetime as a script.
const lifetimeScript = `+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 bind(3, ..., ...) = 0
+0 listen(3, 5) = 0
+0 < S 0:0(0) win 65535
+0 > S. 0:0(0) ack 1 <...>
+0 < . 1:1(0) ack 1 win 65535
+0 accept(3, ..., ...) = 4
+0 < P. 1:11(10) ack 1 win 65535
+0 > . 1:1(0) ack 11
+0 read(4, ..., 20) = 10
+0 write(4, ..., 10) = 10
+0 > P. 1:11(10) ack 11
+0 < . 11:11(0) ack 11 win 65535
+0 close(4) = 0
+0 > F. 11:11(0) ack 11
+0 < . 11:11(0) ack 12 win 65535
+0 < F. 11:11(0) ack 12 win 65535
+0 > . 12:12(0) ack 12
+240 close(3) = 0
`

func lifetimeFile(t testing.TB) *script.File {
	f, err := script.Parse("lifetime.pkt", []byte(lifetimeScript))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// The benchmark's own ground: each kind lives through a lifetime as it says, twice on one stack.
func TestLifecycleSubjects(t *testing.T) {
	t.Parallel()
	for _, make := range []func(testing.TB) subject{newBareNetstack, newBareOurs} {
		s := make(t)
		lifetime(t, s)
		lifetime(t, s)
		s.end()
	}
	for _, i := range []iut.IUT{netstack.IUT{}, ours.IUT{Unchecked: true}} {
		r := run.NewRunner(i, benchOptions)
		mustPass(t, r.Run(lifetimeFile(t)))
		mustPass(t, r.Run(lifetimeFile(t)))
		r.Close()
	}
}

var tenOctets = []byte("0123456789")

func lifetime(t testing.TB, s subject) {
	var peer peer
	const ack, psh, fin = header.TCPFlagAck, header.TCPFlagPsh, header.TCPFlagFin
	expect := func(step string, got header.TCP, flags header.TCPFlags, ack uint32) {
		if got == nil || got.Flags() != flags || got.AckNumber() != ack {
			t.Fatalf("%s: sent % x, want flags %v, ack %d", step, []byte(got), flags, ack)
		}
	}
	if err := s.listen(); err != nil {
		t.Fatal(err)
	}
	synAck := s.exchange(peer.segment(0, 0, header.TCPFlagSyn, nil))
	expect("SYN", synAck, header.TCPFlagSyn|ack, 1)
	next := synAck.SequenceNumber() + 1
	if got := s.exchange(peer.segment(1, next, ack, nil)); got != nil {
		t.Fatalf("handshake: sent % x", []byte(got))
	}
	c, err := s.accept()
	if err != nil {
		t.Fatal(err)
	}
	expect("text", s.exchange(peer.segment(1, next, ack|psh, tenOctets)), ack, 11)
	var data [20]byte
	if n := c.read(data[:]); !bytes.Equal(data[:n], tenOctets) {
		t.Fatalf("read %q", data[:n])
	}
	expect("write", c.write(tenOctets), ack|psh, 11)
	next += 10
	s.exchange(peer.segment(11, next, ack, nil))
	expect("close", c.close(), fin|ack, 11)
	next++
	s.exchange(peer.segment(11, next, ack, nil))
	expect("FIN", s.exchange(peer.segment(11, next, fin|ack, nil)), ack, 12)
	for s.step() { // to the end of TIME-WAIT
	}
	s.unlisten()
}

// peer builds packets in one place, so that the stacks are measured and not the allocator.
type peer struct {
	buf [header.IPv4MinimumSize + header.TCPMinimumSize + 10]byte
}

// segment is a packet of the peer, valid until the next.
func (p *peer) segment(seq, ack uint32, flags header.TCPFlags, payload []byte) []byte {
	src, dst := tcpip.AddrFrom4(peerAddr4.As4()), tcpip.AddrFrom4(hostAddr4.As4())
	raw := p.buf[:header.IPv4MinimumSize+header.TCPMinimumSize+len(payload)]
	ip, tcp := header.IPv4(raw), header.TCP(raw[header.IPv4MinimumSize:])
	ip.Encode(&header.IPv4Fields{TotalLength: uint16(len(raw)), TTL: 64, Protocol: uint8(header.TCPProtocolNumber), SrcAddr: src, DstAddr: dst})
	ip.SetChecksum(^ip.CalculateChecksum())
	tcp.Encode(&header.TCPFields{SrcPort: peerPort, DstPort: hostPort, SeqNum: seq, AckNum: ack,
		DataOffset: header.TCPMinimumSize, Flags: flags, WindowSize: 65535})
	copy(tcp[header.TCPMinimumSize:], payload)
	sum := header.PseudoHeaderChecksum(header.TCPProtocolNumber, src, dst, uint16(len(tcp)))
	tcp.SetChecksum(^checksum.Checksum(tcp, sum))
	return raw
}

// bareNetstack is netstack's own API on a channel endpoint.
type bareNetstack struct {
	clock    *vtime.Clock
	stack    *stack.Stack
	link     *channel.Endpoint
	listener tcpip.Endpoint
}

func newBareNetstack(t testing.TB) subject {
	b := &bareNetstack{clock: vtime.New(), link: channel.New(64, 1500, "")}
	source := rand.NewSource(1)
	b.stack = stack.New(stack.Options{
		NetworkProtocols:   []stack.NetworkProtocolFactory{ipv4.NewProtocol, ipv6.NewProtocolWithOptions(ipv6.Options{})},
		TransportProtocols: []stack.TransportProtocolFactory{tcp.NewProtocol},
		Clock:              b.clock.View(time.Hour),
		RandSource:         source,
		SecureRNG:          rand.New(source),
	})
	check := func(err tcpip.Error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	check(b.stack.CreateNIC(1, b.link))
	for family, addr := range map[tcpip.NetworkProtocolNumber]netip.Addr{
		header.IPv4ProtocolNumber: hostAddr4, header.IPv6ProtocolNumber: hostAddr6} {
		check(b.stack.AddProtocolAddress(1, tcpip.ProtocolAddress{Protocol: family,
			AddressWithPrefix: tcpip.AddrFromSlice(addr.AsSlice()).WithPrefix()}, stack.AddressProperties{}))
	}
	b.stack.SetRouteTable([]tcpip.Route{{Destination: header.IPv4EmptySubnet, NIC: 1}, {Destination: header.IPv6EmptySubnet, NIC: 1}})
	return b
}

func (b *bareNetstack) listen() error {
	var err tcpip.Error
	b.listener, err = b.stack.NewEndpoint(tcp.ProtocolNumber, header.IPv4ProtocolNumber, &waiter.Queue{})
	if err == nil {
		err = b.listener.Bind(tcpip.FullAddress{Port: hostPort})
	}
	if err == nil {
		err = b.listener.Listen(6)
	}
	if err != nil {
		return errors.New(err.String())
	}
	return nil
}

func (b *bareNetstack) unlisten() {
	b.listener.Close()
	b.settle()
}

func (b *bareNetstack) settle() header.TCP {
	b.stack.Pause()
	b.stack.Resume()
	var sent header.TCP
	for pkt := b.link.Read(); pkt != nil; pkt = b.link.Read() {
		sent = bytes.Clone(pkt.TransportHeader().Slice())
		pkt.DecRef()
	}
	return sent
}

func (b *bareNetstack) exchange(raw []byte) header.TCP {
	pkt := stack.NewPacketBuffer(stack.PacketBufferOptions{Payload: buffer.MakeWithData(raw)})
	b.link.InjectInbound(header.IPv4ProtocolNumber, pkt)
	pkt.DecRef()
	return b.settle()
}

func (b *bareNetstack) accept() (conversation, error) {
	endpoint, _, err := b.listener.Accept(nil)
	if err != nil {
		return nil, errors.New(err.String())
	}
	return netstackConversation{b, endpoint}, nil
}

func (b *bareNetstack) step() bool {
	if !b.clock.Step() {
		return false
	}
	b.settle()
	return true
}

func (b *bareNetstack) end() {
	b.stack.RemoveNIC(1)
	b.stack.Destroy()
}

type netstackConversation struct {
	bare     *bareNetstack
	endpoint tcpip.Endpoint
}

func (c netstackConversation) read(b []byte) int {
	w := tcpip.SliceWriter(b)
	result, _ := c.endpoint.Read(&w, tcpip.ReadOptions{})
	return result.Count
}

func (c netstackConversation) write(b []byte) header.TCP {
	c.endpoint.Write(bytes.NewReader(b), tcpip.WriteOptions{})
	return c.bare.settle()
}

func (c netstackConversation) close() header.TCP {
	c.endpoint.Close()
	return c.bare.settle()
}

// bareOurs is ours' own API: host.Host.
type bareOurs struct {
	host     *ourhost.Host
	listener *ourhost.Socket
	now      time.Duration
	sent     header.TCP
	buf      [1500]byte
}

func newBareOurs(testing.TB) subject {
	b := &bareOurs{}
	cfg := ourtcp.Default()
	cfg.DelayedACK = false
	b.host = ourhost.New(ourhost.Config{Addrs: []netip.Addr{hostAddr4, hostAddr6}, MTU: 1500, Seed: 1, TCP: cfg,
		Send: func(packet []byte) { b.sent = b.buf[header.IPv4MinimumSize:copy(b.buf[:], packet)] }})
	return b
}

func (b *bareOurs) listen() error {
	b.listener = b.host.Socket(false)
	return errors.Join(b.listener.Bind(netip.AddrPortFrom(netip.IPv4Unspecified(), hostPort)), b.listener.Listen(5))
}

func (b *bareOurs) unlisten() { _ = b.listener.Close(b.now) }

// last is what was sent since it was asked last; nil if nothing was.
func (b *bareOurs) last() header.TCP {
	sent := b.sent
	b.sent = nil
	return sent
}

func (b *bareOurs) exchange(raw []byte) header.TCP {
	b.host.Deliver(b.now, raw)
	return b.last()
}

func (b *bareOurs) accept() (conversation, error) {
	s, _, err := b.listener.Accept()
	return oursConversation{b, s}, err
}

func (b *bareOurs) step() bool {
	due, ok := b.host.NextDeadline()
	if ok {
		b.now = due
		b.host.Poll(b.now)
	}
	return ok
}

func (b *bareOurs) end() {}

type oursConversation struct {
	bare   *bareOurs
	socket *ourhost.Socket
}

func (c oursConversation) read(b []byte) int {
	n, _ := c.socket.Read(c.bare.now, b)
	return n
}

func (c oursConversation) write(b []byte) header.TCP {
	c.socket.Write(c.bare.now, b)
	return c.bare.last()
}

func (c oursConversation) close() header.TCP {
	c.socket.Close(c.bare.now)
	return c.bare.last()
}
