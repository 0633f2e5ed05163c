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
	IPChecksum    bool          // the IPv4 header checksum is wrong; IPv6 has none
	OptionLengths map[int]uint8 // length octets that lie, by the option's index in Segment.Options
	DataOffset    *uint8        // the Data Offset field in 32-bit words, 0 to 15; nil is the truth
	Reserved      uint8         // the four reserved bits of the TCP header (RFC 9293 §3.1)
	// IPOptions are octets of options, no lie but odd: in the IPv4 header (RFC 791 §3.1), or in an IPv6 destination options
	// header (RFC 8200 §4.6). They are filled up with zeros, which are EOL in IPv4 and Pad1 in IPv6.
	IPOptions []byte
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
	var tcp []byte // TCP options
	var length int // of what the IP packet carries
	var err error
	switch {
	case p.TCP != nil && p.ICMP == nil:
		tcp, err = encodeOptions(p.TCP.Options, lies.OptionLengths)
		length = header.TCPMinimumSize + len(tcp) + len(p.TCP.Payload)
	case p.ICMP != nil && p.TCP == nil:
		length = icmpHeader + len(p.ICMP.Quoted)
	default:
		err = errors.New("link: a packet has either a TCP segment or an ICMP message")
	}
	if err != nil {
		return nil, err
	}
	options, err := ipOptions(lies.IPOptions, v4, protocol(p, v4))
	if err != nil {
		return nil, err
	}
	network := header.IPv6MinimumSize
	if v4 {
		network = header.IPv4MinimumSize
	}
	fixed := network
	network += len(options)
	if length > 0xffff-network {
		return nil, fmt.Errorf("link: %d octets do not fit an IP packet", length)
	}
	raw := make([]byte, network+length)
	copy(raw[fixed:], options)
	if p.TCP != nil {
		err = encodeTCP(raw[network:], p.TCP, tcp, lies)
	} else {
		encodeICMP(raw[network:], p.ICMP)
	}
	if err != nil {
		return nil, err
	}
	proto := protocol(p, v4)
	putChecksum(p, proto, raw[network:], lies.Checksum)
	ttl := p.TTL
	if ttl == 0 {
		ttl = DefaultTTL
	}
	src, dst := tcpip.AddrFromSlice(p.Src.AsSlice()), tcpip.AddrFromSlice(p.Dst.AsSlice())
	if v4 {
		h := header.IPv4(raw)
		h.Encode(&header.IPv4Fields{TOS: p.TOS, TotalLength: uint16(len(raw)), Flags: header.IPv4FlagDontFragment,
			TTL: ttl, Protocol: uint8(proto), SrcAddr: src, DstAddr: dst})
		h.SetHeaderLength(uint8(network))
		h.SetChecksum(0)
		sum := ^h.CalculateChecksum()
		if lies.IPChecksum {
			sum ^= wrongSum
		}
		h.SetChecksum(sum)
		return raw, nil
	}
	if len(options) > 0 {
		proto = tcpip.TransportProtocolNumber(header.IPv6DestinationOptionsExtHdrIdentifier)
	}
	header.IPv6(raw).Encode(&header.IPv6Fields{TrafficClass: p.TOS, PayloadLength: uint16(len(options) + length),
		TransportProtocol: proto, HopLimit: ttl, SrcAddr: src, DstAddr: dst})
	return raw, nil
}

// ipOptions is what stands between the fixed IP header and what the packet carries.
func ipOptions(octets []byte, v4 bool, next tcpip.TransportProtocolNumber) ([]byte, error) {
	if len(octets) == 0 {
		return nil, nil
	}
	if len(octets) > header.IPv4MaximumOptionsSize {
		return nil, fmt.Errorf("link: IP options of %d octets, more than %d", len(octets), header.IPv4MaximumOptionsSize)
	}
	var b []byte
	unit := 4
	if !v4 {
		b, unit = []byte{byte(next), 0}, 8
	}
	b = append(b, octets...)
	for len(b)%unit != 0 {
		b = append(b, 0)
	}
	if !v4 {
		b[1] = byte(len(b)/8 - 1) // in units of 8 octets, the first not counted
	}
	return b, nil
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
		sum ^= wrongSum
	}
	if proto == header.TCPProtocolNumber {
		header.TCP(b).SetChecksum(sum)
	} else {
		header.ICMPv6(b).SetChecksum(sum) // in ICMPv4 it stands in the same place
	}
}

// wrongSum makes a wrong checksum of a right one: never the same number in one's complement, in which 0 and 0xffff are
// one and differ in all bits.
const wrongSum = 0x5555

// encodeTCP writes a segment, with its options encoded already, into b, which is as long.
func encodeTCP(b []byte, s *trace.Segment, options []byte, lies Lies) error {
	offset := header.TCPMinimumSize + len(options)
	header.TCP(b).Encode(&header.TCPFields{SrcPort: s.SrcPort, DstPort: s.DstPort, SeqNum: s.Seq, AckNum: s.Ack,
		DataOffset: uint8(offset), Flags: header.TCPFlags(s.Flags), WindowSize: s.Window, UrgentPointer: s.Urgent})
	if lies.DataOffset != nil {
		if *lies.DataOffset > 15 {
			return fmt.Errorf("link: a Data Offset of %d words cannot be written", *lies.DataOffset)
		}
		b[header.TCPDataOffset] = *lies.DataOffset << 4
	}
	if lies.Reserved > 15 {
		return fmt.Errorf("link: %d does not fit the four reserved bits", lies.Reserved)
	}
	b[header.TCPDataOffset] |= lies.Reserved
	copy(b[header.TCPMinimumSize:], options)
	copy(b[offset:], s.Payload)
	return nil
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

// encodeICMP writes a message into b, which is as long.
func encodeICMP(b []byte, m *trace.ICMP) {
	h := header.ICMPv6(b)
	h.SetType(header.ICMPv6Type(m.Type))
	h.SetCode(header.ICMPv6Code(m.Code))
	h.SetTypeSpecific(m.Rest)
	copy(b[icmpHeader:], m.Quoted)
}
