package trace

import "encoding/binary"

// Conduct follows one connection and notices what no TCP may do, whatever else is left to its choice: send an option that
// was not negotiated, take back the right edge of its window, let its timestamps go back. The zero value is a connection
// that has had no segment.
type Conduct struct {
	offered  [2]uint16 // by side: option kinds on its SYN, a bit each
	asked    uint16    // option kinds on the peer's last SYN, which the IUT has not answered yet
	bare     uint16    // option kinds on the IUT's last SYN without an ACK
	iss      uint32    // the number of that SYN
	scale    uint8     // the IUT's window shift (RFC 7323 §2.2)
	edge     uint32    // RCV.NXT + RCV.WND as the IUT last announced it
	hasEdge  bool
	tsval    uint32
	hasTSval bool
}

const (
	peer = iota
	self
)

func kinds(s *Segment) (set uint16) {
	for _, o := range s.Options {
		if o.Kind < 16 {
			set |= 1 << o.Kind
		}
	}
	return set
}

// Negotiated reports whether an option is in use: both SYNs had it. For OptSACK it is OptSACKPermitted that counts.
func (c *Conduct) Negotiated(kind uint8) bool {
	if kind == OptSACK {
		kind = OptSACKPermitted
	}
	return c.offered[peer]&c.offered[self]&(1<<kind) != 0
}

// Inbound takes in a segment for the IUT. A SYN counts once the IUT answers it with its own; an old one may come at any
// time and changes nothing.
func (c *Conduct) Inbound(s *Segment) {
	if !s.Flags.Has(SYN) {
		return
	}
	c.asked = kinds(s)
	if s.Flags.Has(ACK) && c.offered[peer] == 0 {
		c.offered[peer] = c.asked
	}
}

// Outbound takes in a segment of the IUT's and says what is wrong with it, nil if nothing is.
func (c *Conduct) Outbound(s *Segment) (wrong []string) {
	syn, got := s.Flags.Has(SYN), kinds(s)
	crossing := false // a SYN-ACK for a SYN that crossed the IUT's own
	if syn {
		*c = Conduct{asked: c.asked, bare: c.bare, iss: c.iss, offered: [2]uint16{self: got}}
		if s.Flags.Has(ACK) {
			c.offered[peer] = c.asked
			crossing = c.bare != 0 && c.iss == s.Seq
		} else {
			c.bare, c.iss = got, s.Seq
		}
		if o, ok := s.Option(OptWindowScale); ok && len(o.Data) == 1 {
			c.scale = min(o.Data[0], 14) // RFC 7323 §2.3
		}
	}
	if s.Flags.Has(RST) {
		return nil // it carries no window, and its options mean nothing
	}
	for _, o := range [...]struct {
		kind   uint8
		onSYN  bool
		needed uint8
		name   string
		clause string
	}{
		{OptWindowScale, true, OptWindowScale, "wscale", "RFC 7323 §2.2"},
		{OptSACKPermitted, true, OptSACKPermitted, "sackOK", "RFC 2018 §2"},
		{OptTimestamps, false, OptTimestamps, "TS", "RFC 7323 §3.2"},
		{OptSACK, false, OptSACKPermitted, "sack", "RFC 2018 §4"},
	} {
		if got&(1<<o.kind) == 0 {
			continue
		}
		allowed := c.offered[peer]&(1<<o.needed) != 0 && (syn || c.offered[self]&(1<<o.needed) != 0)
		if syn && !s.Flags.Has(ACK) {
			allowed = o.kind != OptSACK // its own offer
		}
		if crossing && o.kind == OptTimestamps && c.bare&(1<<o.kind) != 0 {
			// "In the case of crossing <SYN> segments where one <SYN> contains a TSopt and the other doesn't, both sides MAY
			// send a TSopt in the <SYN,ACK> segment" (RFC 7323 §3.2).
			allowed = true
		}
		if !allowed || o.onSYN && !syn {
			wrong = append(wrong, "option "+o.name+" was not negotiated ("+o.clause+")")
		}
	}
	if o, ok := s.Option(OptTimestamps); ok {
		if val, _, ok := o.Timestamps(); ok {
			if c.hasTSval && !syn && int32(val-c.tsval) < 0 {
				wrong = append(wrong, "TSval goes back (RFC 7323 §4.1)")
			}
			c.tsval, c.hasTSval = val, true
		}
	}
	if s.Flags.Has(ACK) {
		scale := c.scale
		if syn || !c.Negotiated(OptWindowScale) {
			scale = 0 // the window of a SYN is never scaled (RFC 7323 §2.2)
		}
		edge := s.Ack + uint32(s.Window)<<scale
		// Rounding to the scale may take back less than one unit of it (RFC 7323 §2.4).
		if c.hasEdge && !syn && int32(edge-c.edge) <= -int32(1<<scale) {
			wrong = append(wrong, "the window's right edge moves left (RFC 9293 §3.8.6)")
		}
		if !c.hasEdge || syn || int32(edge-c.edge) > 0 {
			c.edge, c.hasEdge = edge, true
		}
	}
	return wrong
}

// SACKBlocks reads the blocks of a SACK option, left and right edge each (RFC 2018 §3).
func (o Option) SACKBlocks() (edges [][2]uint32) {
	if o.Kind != OptSACK || len(o.Data)%8 != 0 {
		return nil
	}
	for d := o.Data; len(d) > 0; d = d[8:] {
		edges = append(edges, [2]uint32{binary.BigEndian.Uint32(d), binary.BigEndian.Uint32(d[4:])})
	}
	return edges
}
