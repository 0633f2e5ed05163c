package tcp

import (
	"encoding/binary"
	"net/netip"

	"github.com/twinstack/twinstack/ourstack/ip"
)

// HeaderLen is the length in octets of a TCP header without options (§3.1).
const HeaderLen = 20

// Flags are the control bits of a header (§3.1), in their place in octet 13.
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

// Segment is one TCP segment: SEG.SEQ, SEG.ACK, SEG.WND, SEG.UP and SEG.CTL of §3.3.1, and the text.
type Segment struct {
	SrcPort, DstPort uint16
	Seq, Ack         Seq
	Flags            Flags
	Wnd              uint16 // as on the wire
	Up               uint16
	Options          Options
	Text             []byte
	ECN              ip.ECN // of the IP header around it, which Parse and Append do not see

	// Of what arrives:
	trueWnd uint32 // SEG.WND in octets, RFC 7323's TrueWindow
	up      Seq    // SEG.UP as a sequence number
	cut     bool   // text or FIN beyond the window was cut off
}

// Len is SEG.LEN: the octets that the segment occupies in the sequence space, counting SYN and FIN (§3.4).
func (s *Segment) Len() uint32 {
	n := uint32(len(s.Text))
	if s.Flags.Has(SYN) {
		n++
	}
	if s.Flags.Has(FIN) {
		n++
	}
	return n
}

// textSeq is the sequence number of the first octet of text: a SYN stands before it (§3.4).
func (s *Segment) textSeq() Seq {
	if s.Flags.Has(SYN) {
		return s.Seq + 1
	}
	return s.Seq
}

// Drop says why a segment was dropped before any connection saw it. It is an error.
type Drop uint8

// The reasons.
const (
	DropNone       Drop = iota
	DropShort           // fewer octets than a header
	DropDataOffset      // a data offset below 5, or beyond the segment
	DropChecksum        // MUST-3
	DropPort            // port 0
	Drops               // how many reasons there are
)

var dropNames = [Drops]string{"none", "short segment", "bad data offset", "bad checksum", "port zero"}

// Error is the reason in words.
func (d Drop) Error() string {
	if d < Drops {
		return dropNames[d]
	}
	return "unknown reason"
}

// Parse reads a segment that came from src to dst into s, whose Text then shares memory with b. The checksum is
// verified first: nothing of a segment that fails it is believed (§3.1, MUST-3). The error is a Drop.
func Parse(src, dst netip.Addr, b []byte, s *Segment) error {
	if len(b) < HeaderLen {
		return DropShort
	}
	if ip.Fold(ip.Sum(ip.PseudoSum(src, dst, ip.ProtocolTCP, len(b)), b)) != 0 {
		return DropChecksum
	}
	offset := int(b[12]>>4) * 4
	if offset < HeaderLen || offset > len(b) {
		return DropDataOffset
	}
	*s = Segment{
		SrcPort: binary.BigEndian.Uint16(b),
		DstPort: binary.BigEndian.Uint16(b[2:]),
		Seq:     Seq(binary.BigEndian.Uint32(b[4:])),
		Ack:     Seq(binary.BigEndian.Uint32(b[8:])),
		Flags:   Flags(b[13]),
		Wnd:     binary.BigEndian.Uint16(b[14:]),
		Up:      binary.BigEndian.Uint16(b[18:]),
		Text:    b[offset:],
	}
	if s.SrcPort == 0 || s.DstPort == 0 {
		return DropPort
	}
	s.Options.parse(b[HeaderLen:offset])
	return nil
}

// Append writes the segment, from src to dst, behind b, with its checksum (MUST-2).
func (s *Segment) Append(b []byte, src, dst netip.Addr) []byte {
	start := len(b)
	b = append(b, make([]byte, HeaderLen)...)
	b = s.Options.append(b)
	offset := len(b) - start
	b = append(b, s.Text...)
	h := b[start:]
	binary.BigEndian.PutUint16(h, s.SrcPort)
	binary.BigEndian.PutUint16(h[2:], s.DstPort)
	binary.BigEndian.PutUint32(h[4:], uint32(s.Seq))
	binary.BigEndian.PutUint32(h[8:], uint32(s.Ack))
	h[12] = byte(offset/4) << 4
	h[13] = byte(s.Flags)
	binary.BigEndian.PutUint16(h[14:], s.Wnd)
	binary.BigEndian.PutUint16(h[18:], s.Up)
	binary.BigEndian.PutUint16(h[16:], ip.Fold(ip.Sum(ip.PseudoSum(src, dst, ip.ProtocolTCP, len(h)), h)))
	return b
}
