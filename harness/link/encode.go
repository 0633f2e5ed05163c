package link

import (
	"errors"
	"fmt"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/checksum"
	"gvisor.dev/gvisor/pkg/tcpip/header"

	"github.com/twinstack/twinstack/harness/trace"
)

// DefaultTTL is the TTL or hop limit of a packet that says 0.
const DefaultTTL = 64

// Lies are what Encode gets wrong on purpose, for cases about malformed packets. The rest stays right: a checksum is
// computed over the lie unless it is the lie.
type Lies struct {
	Checksum      bool          // the TCP or ICMP checksum is wrong
	OptionLengths map[int]uint8 // length octets that lie, by the option's index in Segment.Options
	DataOffset    uint8         // TCP header length in octets, a multiple of 4 up to 60; 0 is the truth
}

// Encode writes a packet as it goes on the wire: IPv4 without options and with DF set, or IPv6 without extension
// headers. It computes lengths and checksums, pads the TCP options with zeros and takes a TTL of 0 as DefaultTTL. The
// errors are of packets that cannot be written: addresses of no or of two families, neither or both of TCP and ICMP,
// options of more than 40 octets, more than 65535 octets in all.
func Encode(p *trace.Packet) ([]byte, error) { return EncodeLies(p, Lies{}) }

// EncodeLies is Encode with lies.
func EncodeLies(p *trace.Packet, lies Lies) ([]byte, error) {
	v4 := p.Src.Is4() && p.Dst.Is4()
	if v6 := p.Src.Is6() && p.Dst.Is6(); !v4 && !v6 {
		return nil, fmt.Errorf("link: cannot encode a packet from %v to %v", p.Src, p.Dst)
	}
	var payload []byte
	var err error
	switch {
	case p.TCP != nil && p.ICMP == nil:
		payload, err = encodeTCP(p.TCP, lies)
	case p.ICMP != nil && p.TCP == nil:
		payload = encodeICMP(p.ICMP)
	default:
		err = errors.New("link: a packet has either a TCP segment or an ICMP message")
	}
	if err != nil {
		return nil, err
	}
	network := header.IPv6MinimumSize
	if v4 {
		network = header.IPv4MinimumSize
	}
	if len(payload) > 0xffff-network {
		return nil, fmt.Errorf("link: %d octets do not fit an IP packet", len(payload))
	}
	proto := protocol(p, v4)
	putChecksum(p, proto, payload, lies.Checksum)

	raw := make([]byte, network+len(payload))
	copy(raw[network:], payload)
	ttl := p.TTL
	if ttl == 0 {
		ttl = DefaultTTL
	}
	src, dst := tcpip.AddrFromSlice(p.Src.AsSlice()), tcpip.AddrFromSlice(p.Dst.AsSlice())
	if v4 {
		h := header.IPv4(raw)
		h.Encode(&header.IPv4Fields{TOS: p.TOS, TotalLength: uint16(len(raw)), Flags: header.IPv4FlagDontFragment,
			TTL: ttl, Protocol: uint8(proto), SrcAddr: src, DstAddr: dst})
		h.SetChecksum(^h.CalculateChecksum())
		return raw, nil
	}
	header.IPv6(raw).Encode(&header.IPv6Fields{TrafficClass: p.TOS, PayloadLength: uint16(len(payload)),
		TransportProtocol: proto, HopLimit: ttl, SrcAddr: src, DstAddr: dst})
	return raw, nil
}

func protocol(p *trace.Packet, v4 bool) tcpip.TransportProtocolNumber {
	switch {
	case p.TCP != nil:
		return header.TCPProtocolNumber
	case v4:
		return header.ICMPv4ProtocolNumber
	default:
		return header.ICMPv6ProtocolNumber
	}
}

// putChecksum fills in the checksum of a TCP segment or an ICMP message, whose field is still zero.
func putChecksum(p *trace.Packet, proto tcpip.TransportProtocolNumber, b []byte, lie bool) {
	var sum uint16
	if proto != header.ICMPv4ProtocolNumber {
		sum = pseudo(p, proto, len(b))
	}
	sum = ^checksum.Checksum(b, sum)
	if lie {
		sum ^= 0x5555 // never the same number in one's complement: 0 and 0xffff differ in all bits
	}
	if proto == header.TCPProtocolNumber {
		header.TCP(b).SetChecksum(sum)
	} else {
		header.ICMPv6(b).SetChecksum(sum) // in ICMPv4 it stands in the same place
	}
}

func encodeTCP(s *trace.Segment, lies Lies) ([]byte, error) {
	options, err := encodeOptions(s.Options, lies.OptionLengths)
	if err != nil {
		return nil, err
	}
	offset := header.TCPMinimumSize + len(options)
	b := make([]byte, offset+len(s.Payload))
	if lies.DataOffset != 0 {
		if lies.DataOffset%4 != 0 || lies.DataOffset > header.TCPHeaderMaximumSize {
			return nil, fmt.Errorf("link: %d is no TCP header length that can be written", lies.DataOffset)
		}
		offset = int(lies.DataOffset)
	}
	header.TCP(b).Encode(&header.TCPFields{SrcPort: s.SrcPort, DstPort: s.DstPort, SeqNum: s.Seq, AckNum: s.Ack,
		DataOffset: uint8(offset), Flags: header.TCPFlags(s.Flags), WindowSize: s.Window, UrgentPointer: s.Urgent})
	copy(b[header.TCPMinimumSize:], options)
	copy(b[header.TCPMinimumSize+len(options):], s.Payload)
	return b, nil
}

func encodeOptions(options []trace.Option, lengths map[int]uint8) ([]byte, error) {
	var b []byte
	for i, o := range options {
		b = append(b, o.Kind)
		if o.Kind == trace.OptEOL || o.Kind == trace.OptNOP {
			if len(o.Data) != 0 {
				return nil, fmt.Errorf("link: TCP option of kind %d has no data", o.Kind)
			}
			continue
		}
		length, lie := lengths[i]
		if !lie {
			length = uint8(min(len(o.Data)+2, 0xff)) // longer ones do not fit anyway
		}
		b = append(append(b, length), o.Data...)
	}
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	if len(b) > header.TCPOptionsMaximumSize {
		return nil, fmt.Errorf("link: TCP options of %d octets, more than %d", len(b), header.TCPOptionsMaximumSize)
	}
	return b, nil
}

func encodeICMP(m *trace.ICMP) []byte {
	b := make([]byte, icmpHeader+len(m.Quoted))
	h := header.ICMPv6(b)
	h.SetType(header.ICMPv6Type(m.Type))
	h.SetCode(header.ICMPv6Code(m.Code))
	h.SetTypeSpecific(m.Rest)
	copy(b[icmpHeader:], m.Quoted)
	return b
}
