package link

import (
	"fmt"
	"net/netip"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/checksum"
	"gvisor.dev/gvisor/pkg/tcpip/header"

	"github.com/twinstack/twinstack/harness/trace"
)

// Decode reads one IP packet as it stood on the wire. It never fails: where the packet is malformed, Bad says why. The
// result shares raw's memory, so raw must not change afterwards.
//
// Checked are the IPv4 header checksum, the TCP, ICMP and ICMPv6 checksums, and every length. Octets beyond the IP total
// length are link padding and no part of the packet.
func Decode(raw []byte) *trace.Packet {
	p := &trace.Packet{Raw: raw}
	if len(raw) == 0 {
		p.Bad = "empty packet"
		return p
	}
	var err error
	switch version := header.IPVersion(raw); version {
	case header.IPv4Version:
		err = decodeIPv4(p, raw)
	case header.IPv6Version:
		err = decodeIPv6(p, raw)
	default:
		err = fmt.Errorf("IP version %d", version)
	}
	if err != nil {
		p.TCP, p.ICMP, p.Bad = nil, nil, err.Error()
	}
	return p
}

func decodeIPv4(p *trace.Packet, raw []byte) error {
	h := header.IPv4(raw)
	if len(raw) < header.IPv4MinimumSize {
		return fmt.Errorf("too short for an IPv4 header: %d octets", len(raw))
	}
	p.Src, p.Dst = addr(h.SourceAddress()), addr(h.DestinationAddress())
	p.TTL, p.TOS = h.TTL(), raw[1]
	ihl, total := int(h.HeaderLength()), int(h.TotalLength())
	switch {
	case ihl < header.IPv4MinimumSize || ihl > total:
		return fmt.Errorf("IPv4 header length %d of total length %d", ihl, total)
	case total > len(raw):
		return fmt.Errorf("IPv4 total length %d in %d octets", total, len(raw))
	case checksum.Checksum(raw[:ihl], 0) != sumOK:
		return fmt.Errorf("bad IPv4 header checksum")
	case h.More() || h.FragmentOffset() != 0:
		return fmt.Errorf("IPv4 fragment")
	}
	payload := raw[ihl:total]
	switch proto := h.TransportProtocol(); proto {
	case header.TCPProtocolNumber:
		return decodeTCP(p, payload, pseudo(p, proto, len(payload)))
	case header.ICMPv4ProtocolNumber:
		return decodeICMP(p, payload, 0)
	default:
		return fmt.Errorf("IPv4 protocol %d", proto)
	}
}

func decodeIPv6(p *trace.Packet, raw []byte) error {
	h := header.IPv6(raw)
	if len(raw) < header.IPv6MinimumSize {
		return fmt.Errorf("too short for an IPv6 header: %d octets", len(raw))
	}
	p.Src, p.Dst = addr(h.SourceAddress()), addr(h.DestinationAddress())
	p.TTL = h.HopLimit()
	p.TOS, _ = h.TOS()
	length := int(h.PayloadLength())
	if length > len(raw)-header.IPv6MinimumSize {
		return fmt.Errorf("IPv6 payload length %d in %d octets", length, len(raw)-header.IPv6MinimumSize)
	}
	payload := raw[header.IPv6MinimumSize:][:length]
	switch proto := tcpip.TransportProtocolNumber(h.NextHeader()); proto {
	case header.TCPProtocolNumber:
		return decodeTCP(p, payload, pseudo(p, proto, length))
	case header.ICMPv6ProtocolNumber:
		return decodeICMP(p, payload, pseudo(p, proto, length))
	default:
		return fmt.Errorf("IPv6 next header %d", proto)
	}
}

// sumOK is the one's complement sum of octets that hold their own right checksum.
const sumOK = 0xffff

// pseudo is the sum of the pseudo-header (RFC 9293 §3.1, RFC 8200 §8.1).
func pseudo(p *trace.Packet, proto tcpip.TransportProtocolNumber, length int) uint16 {
	return header.PseudoHeaderChecksum(proto, tcpip.AddrFromSlice(p.Src.AsSlice()), tcpip.AddrFromSlice(p.Dst.AsSlice()), uint16(length))
}

func addr(a tcpip.Address) netip.Addr {
	n, _ := netip.AddrFromSlice(a.AsSlice())
	return n
}

func decodeTCP(p *trace.Packet, b []byte, pseudo uint16) error {
	if len(b) < header.TCPMinimumSize {
		return fmt.Errorf("too short for a TCP header: %d octets", len(b))
	}
	h := header.TCP(b)
	offset := int(h.DataOffset())
	switch {
	case offset < header.TCPMinimumSize || offset > len(b):
		return fmt.Errorf("TCP header length %d in %d octets", offset, len(b))
	case checksum.Checksum(b, pseudo) != sumOK:
		return fmt.Errorf("bad TCP checksum")
	}
	options, err := decodeOptions(b[header.TCPMinimumSize:offset])
	if err != nil {
		return err
	}
	p.TCP = &trace.Segment{
		SrcPort: h.SourcePort(),
		DstPort: h.DestinationPort(),
		Seq:     h.SequenceNumber(),
		Ack:     h.AckNumber(),
		Flags:   trace.Flags(h.Flags()),
		Window:  h.WindowSize(),
		Urgent:  h.UrgentPointer(),
		Options: options,
		Payload: b[offset:],
	}
	return nil
}

// decodeOptions reads the options in the order of the wire, NOPs included. After an EOL every further octet of the
// header is padding (RFC 9293 §3.1): one EOL each, whatever its value.
func decodeOptions(b []byte) ([]trace.Option, error) {
	var options []trace.Option
	for at := 0; at < len(b); {
		kind := b[at]
		if kind == trace.OptEOL {
			for range b[at:] {
				options = append(options, trace.Option{Kind: trace.OptEOL})
			}
			break
		}
		if kind == trace.OptNOP {
			options = append(options, trace.Option{Kind: kind})
			at++
			continue
		}
		if at+1 == len(b) {
			return nil, fmt.Errorf("TCP option of kind %d without a length", kind)
		}
		length := int(b[at+1])
		if length < 2 || at+length > len(b) {
			return nil, fmt.Errorf("TCP option of kind %d has length %d in %d octets", kind, length, len(b)-at)
		}
		options = append(options, trace.Option{Kind: kind, Data: b[at+2 : at+length]})
		at += length
	}
	return options, nil
}

func decodeICMP(p *trace.Packet, b []byte, pseudo uint16) error {
	switch {
	case len(b) < icmpHeader:
		return fmt.Errorf("too short for an ICMP header: %d octets", len(b))
	case checksum.Checksum(b, pseudo) != sumOK:
		return fmt.Errorf("bad ICMP checksum")
	}
	// The two ICMP headers agree in type, code and the four octets after the checksum.
	h := header.ICMPv6(b)
	p.ICMP = &trace.ICMP{Type: uint8(h.Type()), Code: uint8(h.Code()), Rest: h.TypeSpecific(), Quoted: b[icmpHeader:]}
	return nil
}

// icmpHeader is the length of an ICMP or ICMPv6 header in octets (RFC 792, RFC 4443 §2.1).
const icmpHeader = header.ICMPv6MinimumSize
