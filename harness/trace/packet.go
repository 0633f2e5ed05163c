package trace

import (
	"net/netip"
	"strings"
)

// Flags are the control bits of a TCP header (RFC 9293 §3.1), in their place in octet 13.
type Flags uint8

// The control bits.
const (
	FIN Flags = 1 << iota
	SYN
	RST
	PSH
	ACK
	URG
	ECE
	CWR
)

// Has reports whether every bit of g is set in f.
func (f Flags) Has(g Flags) bool { return f&g == g }

// flagLetters are packetdrill's letters, in packetdrill's order.
var flagLetters = []struct {
	flag   Flags
	letter byte
}{{FIN, 'F'}, {SYN, 'S'}, {RST, 'R'}, {PSH, 'P'}, {ACK, '.'}, {URG, 'U'}, {ECE, 'E'}, {CWR, 'W'}}

// String gives packetdrill's letters: F S R P . U E W, or "-" where no bit is set.
func (f Flags) String() string {
	var b strings.Builder
	for _, l := range flagLetters {
		if f.Has(l.flag) {
			b.WriteByte(l.letter)
		}
	}
	if b.Len() == 0 {
		return "-"
	}
	return b.String()
}

// ParseFlags reads packetdrill's letters; "-" is no bit. The error is an empty ok.
func ParseFlags(s string) (f Flags, ok bool) {
	if s == "-" {
		return 0, true
	}
	for i := range len(s) {
		known := false
		for _, l := range flagLetters {
			if s[i] == l.letter {
				f, known = f|l.flag, true
			}
		}
		if !known {
			return 0, false
		}
	}
	return f, s != ""
}

// Option kinds that the harness names (IANA TCP parameters).
const (
	OptEOL           = 0
	OptNOP           = 1
	OptMSS           = 2 // RFC 9293 §3.7.1
	OptWindowScale   = 3 // RFC 7323 §2
	OptSACKPermitted = 4 // RFC 2018 §2
	OptSACK          = 5 // RFC 2018 §3
	OptTimestamps    = 8 // RFC 7323 §3
)

// Option is one TCP option as it stood on the wire. Data is what follows the length octet.
type Option struct {
	Kind uint8
	Data []byte
}

// Segment is one decoded TCP segment (RFC 9293 §3.1).
type Segment struct {
	SrcPort, DstPort uint16
	Seq, Ack         uint32
	Flags            Flags
	Window           uint16 // as on the wire, unscaled
	Urgent           uint16
	Options          []Option // in the order of the wire, padding included
	Payload          []byte
}

// Len is SEG.LEN: octets of text, plus one each for SYN and FIN (RFC 9293 §3.4), in sequence numbers.
func (s *Segment) Len() uint32 {
	n := uint32(len(s.Payload))
	if s.Flags.Has(SYN) {
		n++
	}
	if s.Flags.Has(FIN) {
		n++
	}
	return n
}

// Option returns the first option of a kind. What stands behind the end of the list is none (RFC 9293 §3.2).
func (s *Segment) Option(kind uint8) (Option, bool) {
	for _, o := range s.Options {
		if o.Kind == kind {
			return o, true
		}
		if o.Kind == OptEOL {
			break
		}
	}
	return Option{}, false
}

// ICMP is one decoded ICMPv4 or ICMPv6 message.
type ICMP struct {
	Type, Code uint8
	Rest       uint32 // octets 4 to 7: the MTU, the pointer, or unused
	Quoted     []byte // the packet that the message speaks of, from its IP header on
}

// The codepoints in the two lowest bits of TOS or traffic class (RFC 3168 §5).
const (
	NotECT uint8 = iota
	ECT1
	ECT0
	CE
)

// ECN are packetdrill's words for them.
var ECN = [...]string{"noecn", "ect1", "ect0", "ce"}

// Packet is one decoded IP packet. Exactly one of TCP, ICMP and Bad is set.
type Packet struct {
	Src, Dst netip.Addr
	TTL      uint8 // or hop limit
	TOS      uint8 // or traffic class: DSCP and ECN
	TCP      *Segment
	ICMP     *ICMP
	Bad      string // why the packet could not be decoded; the raw octets are then in Raw
	Raw      []byte // the whole packet as on the wire
}

// ECN is the packet's codepoint.
func (p *Packet) ECN() uint8 { return p.TOS & 3 }
