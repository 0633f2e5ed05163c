package ip

// ECN is the codepoint in the two lowest bits of TOS or traffic class (RFC 3168 §5).
type ECN uint8

// The codepoints.
const (
	NotECT ECN = iota // the transport does not take part
	ECT1              // it does
	ECT0              // it does; the one to be used where one is enough (RFC 3168 §6.1.2)
	CE                // and the packet has met congestion
)

// ECN is the packet's codepoint.
func (p *Packet) ECN() ECN { return ECN(p.TOS & 3) }
