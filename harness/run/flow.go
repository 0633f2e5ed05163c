package run

import (
	"encoding/binary"
	"net/netip"

	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

// flow is what is known of one pair of addresses and ports: the connection on it now, or the last that was.
type flow struct {
	self, peer    netip.Addr // of the IUT, and of whoever is at the other end
	local, remote uint16
	named         bool        // the script spoke of it, by a packet or a call
	like          *flow       // whose numbers its packets have until the IUT has sent a SYN on it; nil: its own
	state         trace.State // as last sampled; CLOSED where there is no TCB
	seen          trace.State // while sampling
	path          path        // as states are asserted

	// The IUT's direction. Numbers on the wire are the script's plus shift.
	isn      uint32 // the IUT's, on the wire
	hasISN   bool
	used     uint32 // the number behind the largest that the IUT has used, on the wire
	shift    uint32
	tsShift  uint32
	hasTS    bool
	conduct  trace.Conduct
	written  uint64 // octets that the IUT's user gave
	peerISN  uint32
	peerSYNs bool // the peer has sent a SYN
}

// gone reports whether nothing that a new SYN would disturb is on the ports: RFC 9293 §3.6.1 lets TIME-WAIT be reopened.
func (f *flow) gone() bool {
	return f.state == trace.Closed || f.state == trace.Listen || f.state == trace.TimeWait
}

// find is the flow on a pair of addresses and ports; it is made if there is none.
func (c *course) find(local, remote netip.AddrPort) *flow {
	for _, f := range c.flows {
		if f.local == local.Port() && f.remote == remote.Port() && f.self == local.Addr() && f.peer == remote.Addr() {
			return f
		}
	}
	f := &flow{self: local.Addr(), peer: remote.Addr(), local: local.Port(), remote: remote.Port()}
	c.flows = append(c.flows, f)
	return f
}

// findPorts is the flow on a pair of ports; it is made if there is none.
func (c *course) findPorts(local, remote uint16) *flow {
	self, peer := c.endsOf(local, remote)
	return c.find(self, peer)
}

// endsOf are the addresses of the flow on a pair of ports: the usual ones, unless the script has spoken of another flow
// on these ports and not of that one.
func (c *course) endsOf(local, remote uint16) (self, peer netip.AddrPort) {
	ownAddr, peerAddr := Addrs(c.r.o.IPv6)
	self, peer = addrPort(ownAddr, local), addrPort(peerAddr, remote)
	var other *flow
	for _, f := range c.flows {
		if f.local != local || f.remote != remote || !f.named {
			continue
		}
		if c.usual(f) {
			return self, peer
		}
		if other == nil {
			other = f
		}
	}
	if other != nil {
		return addrPort(other.self, local), addrPort(other.peer, remote)
	}
	return self, peer
}

// usual reports whether the flow is between the addresses that packets have where the script says no others.
func (c *course) usual(f *flow) bool {
	self, peer := Addrs(c.r.o.IPv6)
	return f.self == self && f.peer == peer
}

// flowOf is the flow of a packet of the script's, by its ports; a packet without ports is of "the connection".
func (c *course) flowOf(p *script.Ports, dir script.Direction) *flow {
	if p == nil {
		if c.main == nil {
			c.main = c.findPorts(c.plan.bound, PeerPort)
		}
		return c.main
	}
	own, peer := p.Dst, p.Src
	if dir == script.Outbound {
		own, peer = p.Src, p.Dst
	}
	return c.findPorts(c.port(own), peer)
}

// port is the IUT's port that the script calls by a name.
func (c *course) port(name uint16) uint16 {
	for _, n := range c.names {
		if n.name == name {
			return n.port
		}
	}
	return name
}

// portName is an ephemeral port of the IUT's under the name that the script gave it.
type portName struct{ name, port uint16 }

// scriptSYN is the number that the script gives to the next SYN that it expects on a flow: what it calls the IUT's ISN.
// A SYN that it does not expect is called 0.
func (c *course) scriptSYN(f *flow) uint32 {
	for i := c.at; i < len(c.events); i++ {
		p := c.events[i].Packet
		if p == nil || p.Dir != script.Outbound || p.TCP == nil || !p.TCP.Flags.Has(trace.SYN) {
			continue
		}
		if ports := p.TCP.Ports; ports == nil || ports.Dst == f.remote && (c.port(ports.Src) == f.local || !c.named(ports.Src)) {
			return p.TCP.Seq
		}
	}
	return 0
}

func (c *course) named(name uint16) bool {
	for _, n := range c.names {
		if n.name == name {
			return true
		}
	}
	return false
}

// sending takes note of a segment that goes to the IUT.
func (c *course) sending(f *flow, s *trace.Segment) {
	f.conduct.Inbound(s)
	if !s.Flags.Has(trace.SYN) {
		return
	}
	if c.first == nil && c.usual(f) { // a SYN from or to elsewhere need not make a connection
		c.first = f
	}
	if !f.peerSYNs || f.gone() || f.state == trace.SynSent {
		f.peerISN, f.peerSYNs = s.Seq, true
	}
}

// sent takes note of a segment of the IUT's: it learns the numbers, and says what is wrong with it whatever the script
// expects.
func (c *course) sent(f *flow, s *trace.Segment) (shift trace.Shift, wrong []string) {
	if s.Flags.Has(trace.SYN) {
		if !f.hasISN || f.gone() { // a new connection; a SYN sent again has the ISN that it had
			if f.hasISN && f.state == trace.TimeWait && int32(s.Seq-f.used) < 0 {
				wrong = append(wrong, "its ISN is not above the numbers of the connection in TIME-WAIT (RFC 9293 §3.6.1)")
			}
			f.used = s.Seq
			f.isn, f.hasISN, f.hasTS, f.written = s.Seq, true, false, 0
			f.shift = s.Seq - c.scriptSYN(f)
		}
		if c.first == nil {
			c.first = f
		}
		if !c.r.isnSeen {
			c.r.isn, c.r.isnSeen = s.Seq, true
		}
	}
	if end := s.Seq + s.Len(); f.hasISN && !s.Flags.Has(trace.RST) && int32(end-f.used) > 0 {
		f.used = end
	}
	shift = trace.Shift{Seq: f.shift, TSval: f.tsShift}
	if !f.hasISN && f.like != nil {
		shift = trace.Shift{Seq: f.like.shift, TSval: f.like.tsShift}
	}
	if s.Flags.Has(trace.RST|trace.ACK) && s.Seq == 0 && f.gone() {
		// A reset for a segment without ACK has the number zero and is of no connection (RFC 9293 §3.5.2).
		shift.Seq = 0
	}
	if bad := f.octets(s); bad != "" {
		wrong = append(wrong, bad)
	}
	if bad := f.conduct.Outbound(s); c.r.o.Match == Behaviour {
		wrong = append(wrong, bad...)
	}
	return shift, wrong
}

// octets says what is wrong with the octets of a segment of the IUT's, "" if they are those that its user wrote there.
func (f *flow) octets(s *trace.Segment) string {
	if len(s.Payload) == 0 || !f.hasISN {
		return ""
	}
	at := s.Seq - f.isn - 1
	if s.Flags.Has(trace.SYN) {
		at = 0
	}
	if uint64(at)+uint64(len(s.Payload)) > f.written {
		return "it carries octets that nobody wrote"
	}
	return differ(s.Payload, f.key(script.Outbound), uint64(at))
}

// key makes the octets of each direction of each flow others.
func (f *flow) key(dir script.Direction) byte { return streamKey(dir, f.remote) }

// streamKey is the key of a direction between the IUT and a port of the peer's.
func streamKey(dir script.Direction, remote uint16) byte { return byte(remote)*31 + byte(dir)*101 }

// fill puts the octets of a stream from position at on into b.
func fill(b []byte, key byte, at uint64) {
	for len(b) > 0 {
		n := copy(b, stretch(key, at))
		b, at = b[n:], at+uint64(n)
	}
}

// octet is the octet at a position of a stream. It differs from its neighbours and from those 256 and 1460 away, so that
// a piece that is missing, doubled or in another place shows.
func octet(key byte, at uint64) byte {
	return key + byte(at*step) + byte(at>>8)*89
}

const (
	step    = 167 // by how much an octet exceeds the one before it, but for each 256th
	inverse = 23  // step * inverse is 1 modulo 256
)

// cycle is the multiples of step, twice around.
var cycle = func() (c [512]byte) {
	for i := range c {
		c[i] = byte(i * step)
	}
	return c
}()

// stretch is the octets from a position up to the next multiple of 256: a part of cycle, since all of them exceed the one
// before by step.
func stretch(key byte, at uint64) []byte {
	from := int(octet(key, at) * inverse)
	return cycle[from : from+256-int(at%256)]
}

// differ says where b is not the stream at a position, "" if it is.
func differ(b []byte, key byte, at uint64) string {
	for len(b) > 0 {
		want := stretch(key, at)
		want = want[:min(len(want), len(b))]
		if string(b[:len(want)]) != string(want) {
			for i, got := range b {
				if got != want[i] {
					return "octet " + itoa(at+uint64(i)) + " of the stream is wrong"
				}
			}
		}
		b, at = b[len(want):], at+uint64(len(want))
	}
	return ""
}

// segment makes what the script writes into what goes on the wire.
func (c *course) segment(f *flow, s *script.Segment) (*trace.Segment, trace.Shift) {
	shift := trace.Shift{Ack: f.shift, TSecr: f.tsShift}
	t := &trace.Segment{SrcPort: f.remote, DstPort: f.local, Seq: s.Seq, Flags: s.Flags, Window: 65535}
	if s.Win != nil {
		t.Window = *s.Win
	}
	if s.Ack != nil {
		t.Ack = *s.Ack + shift.Ack
	}
	if s.Urg != nil {
		t.Urgent = *s.Urg
	}
	if len(s.Options) > 0 {
		t.Options = make([]trace.Option, len(s.Options))
		for i := range s.Options {
			t.Options[i] = option(&s.Options[i], shift)
		}
	}
	if s.Len > 0 {
		at := uint64(s.Seq - f.peerISN - 1)
		if s.Flags.Has(trace.SYN) {
			at = 0
		}
		t.Payload = make([]byte, s.Len)
		fill(t.Payload, f.key(script.Inbound), at)
	}
	return t, shift
}

// option makes the octets of an option of the script's.
func option(o *script.Option, s trace.Shift) trace.Option {
	t := trace.Option{Kind: o.Kind}
	switch o.Kind {
	case trace.OptMSS:
		t.Data = binary.BigEndian.AppendUint16(nil, uint16(o.Value))
	case trace.OptWindowScale:
		t.Data = []byte{byte(o.Value)}
	case trace.OptTimestamps:
		t.Data = binary.BigEndian.AppendUint32(make([]byte, 0, 8), o.Value)
		ecr := o.Ecr
		if ecr != 0 { // 0 is "none", not a number of the IUT's (RFC 7323 §3.2)
			ecr += s.TSecr
		}
		t.Data = binary.BigEndian.AppendUint32(t.Data, ecr)
	case trace.OptSACK:
		for _, b := range o.Sack {
			t.Data = binary.BigEndian.AppendUint32(t.Data, b.Left+s.Ack)
			t.Data = binary.BigEndian.AppendUint32(t.Data, b.Right+s.Ack)
		}
	}
	return t
}
