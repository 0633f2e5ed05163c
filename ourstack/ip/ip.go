// Package ip reads and writes the headers that a TCP host meets: IPv4 (RFC 791), IPv6 (RFC 8200), ICMP (RFC 792) and
// ICMPv6 (RFC 4443), and makes the checks that a host owes before it believes them (RFC 1122 §3.2.1).
//
// It knows the standard library only. Nothing here keeps state, and no input makes it panic.
package ip

import "net/netip"

// Protocol numbers (IANA).
const (
	ProtocolHopByHop = 0
	ProtocolICMP     = 1
	ProtocolTCP      = 6
	ProtocolRouting  = 43
	ProtocolFragment = 44
	ProtocolICMPv6   = 58
	ProtocolNoNext   = 59
	ProtocolDestOpts = 60
)

// DefaultTTL is the TTL or hop limit of what a host sends (RFC 1122 §3.2.1.7; IANA's default).
const DefaultTTL = 64

// Packet is one IP packet, its header read.
type Packet struct {
	Src, Dst netip.Addr
	Protocol uint8  // what Payload is: the last next header of IPv6
	TTL      uint8  // or hop limit
	TOS      uint8  // or traffic class
	Payload  []byte // shares memory with what was parsed
}

// Drop says why a packet was dropped. It is an error whose zero value is never returned.
type Drop uint8

// The reasons.
const (
	DropNone        Drop = iota
	DropShort            // fewer octets than the header needs
	DropVersion          // neither 4 nor 6, or not the one asked for
	DropHeaderLen        // IHL below 5 or beyond the packet
	DropTotalLen         // total or payload length beyond the packet, or below the header
	DropChecksum         // header checksum (IPv4), or ICMP's
	DropFragment         // a fragment: there is no reassembly here
	DropSource           // a source that no host may have (RFC 1122 §3.2.1.3, MUST-63)
	DropDestination      // not one of our addresses, broadcast and multicast among them (MUST-57)
	DropExtension        // an IPv6 extension header that is malformed, or that asks to be dropped
	DropProtocol         // a protocol that is not spoken here
	Drops                // how many reasons there are
)

var dropNames = [Drops]string{"none", "short packet", "bad version", "bad header length", "bad total length",
	"bad checksum", "fragment", "invalid source address", "not our address", "bad extension header", "unknown protocol"}

// Error is the reason in words.
func (d Drop) Error() string {
	if d < Drops {
		return dropNames[d]
	}
	return "unknown reason"
}

// Parse reads a packet of either version into p. The error is a Drop.
func Parse(b []byte, p *Packet) error {
	if len(b) == 0 {
		return DropShort
	}
	switch b[0] >> 4 {
	case 4:
		return ParseV4(b, p)
	case 6:
		return ParseV6(b, p)
	}
	return DropVersion
}

// ValidSource reports whether a host may send from a: not multicast, not broadcast, not "this host", not loopback
// from outside (RFC 1122 §3.2.1.3; RFC 4291 §2.7 for IPv6).
func ValidSource(a netip.Addr) bool {
	return a.IsValid() && !a.Is4In6() && !a.IsMulticast() && !a.IsUnspecified() && !a.IsLoopback() && !isBroadcast(a) && !thisNetwork(a)
}

// ValidRemote reports whether a connection may be opened to a (RFC 9293 §3.9.1.1, MUST-46).
func ValidRemote(a netip.Addr) bool { return ValidSource(a) }

func isBroadcast(a netip.Addr) bool {
	return a.Is4() && a.As4() == [4]byte{255, 255, 255, 255}
}

// thisNetwork is 0.0.0.0/8, which may only be a source while a host learns its address, and 240.0.0.0/4 stays reserved.
func thisNetwork(a netip.Addr) bool {
	if !a.Is4() {
		return false
	}
	first := a.As4()[0]
	return first == 0 || first >= 240
}
