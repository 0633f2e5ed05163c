package oracle

import (
	"encoding/binary"

	"github.com/twinstack/twinstack/harness/trace"
)

// What the options of a peer's SYN say.

// maxShift is the largest window shift that counts (RFC 7323 §2.3).
const maxShift = 14

// sendMSS is the MSS option of a SYN, or the default (MUST-15). Octets.
func sendMSS(s *trace.Segment, p *Profile) uint32 {
	if o, ok := s.Option(trace.OptMSS); ok && len(o.Data) == 2 {
		return uint32(binary.BigEndian.Uint16(o.Data))
	}
	return defaultMSS(p)
}

// defaultMSS is what counts without an MSS option (MUST-15). Octets.
func defaultMSS(p *Profile) uint32 {
	if p.IPv6 {
		return 1220
	}
	return 536
}

// windowShift is the window scale option of a SYN (RFC 7323 §2.2).
func windowShift(s *trace.Segment) (shift uint8, ok bool) {
	if o, ok := s.Option(trace.OptWindowScale); ok && len(o.Data) == 1 {
		return min(o.Data[0], maxShift), true
	}
	return 0, false
}

// stamp is the TSval of a segment (RFC 7323 §3.2).
func stamp(s *trace.Segment) (val uint32, ok bool) {
	o, found := s.Option(trace.OptTimestamps)
	if !found {
		return 0, false
	}
	val, _, ok = o.Timestamps()
	return val, ok
}

// agree takes away what the peer's SYN does not offer.
func (n *TCB) agree(s *trace.Segment) {
	shift, ok := windowShift(s)
	n.SndWsOK = n.SndWsOK && ok
	if n.SndWsOK {
		n.SndWindShift = shift
	}
	n.SndTsOK = n.SndTsOK && stamped(s)
	n.SackOK = n.SackOK && permits(s)
}

// permits says whether a SYN has SACK-permitted (RFC 2018 §2).
func permits(s *trace.Segment) bool {
	_, ok := s.Option(trace.OptSACKPermitted)
	return ok
}

// stamped says whether a segment has timestamps.
func stamped(s *trace.Segment) bool {
	_, ok := stamp(s)
	return ok
}

// trueWindow is TrueWindow, the window of a segment that has arrived; that of a SYN is never scaled (RFC 7323 §2.2, App. D).
// Octets.
func (t *Turn) trueWindow() uint32 {
	if t.Whole.Flags.Has(trace.SYN) || !t.T.SndWsOK {
		return uint32(t.Whole.Window)
	}
	return uint32(t.Whole.Window) << t.T.SndWindShift
}
