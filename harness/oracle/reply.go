package oracle

import "github.com/twinstack/twinstack/harness/trace"

// The replies of §3.10.7, by the names of the table of states and events.

// emptyACK is <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>: for what is unacceptable, and the challenge ACK of RFC 5961.
func emptyACK(t *TCB) Reply {
	return Reply{Name: "ACK!", Flags: trace.ACK, Seq: t.SndNxt, Ack: t.RcvNxt, Probing: t.probing(), Una: t.SndUna}
}

// resetFor is the reset for a segment that belongs nowhere (§3.5.2, §3.10.7.1): <SEQ=SEG.ACK><CTL=RST> where it has an ACK,
// else <SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>.
func resetFor(s *trace.Segment) Reply {
	if s.Flags.Has(trace.ACK) {
		return Reply{Name: "RST(a)", Flags: trace.RST, Seq: s.Ack}
	}
	return Reply{Name: "RST(0)", Flags: trace.RST | trace.ACK, Seq: 0, Ack: s.Seq + s.Len()}
}

// abortRST is the reset of ABORT (§3.10.5): <SEQ=SND.NXT><CTL=RST>. Once a connection is established the acknowledgment is
// always sent (§3.1), so it may have one.
func abortRST(t *TCB) Reply {
	return Reply{Name: "RST(n)", Flags: trace.RST, May: trace.ACK, Seq: t.SndNxt, Ack: t.RcvNxt}
}

// synACK is <SEQ=ISS><ACK=RCV.NXT><CTL=SYN,ACK> of a connection that has its ISS.
func synACK(t *TCB) Reply {
	return Reply{Name: "SYN,ACK", Flags: trace.SYN | trace.ACK, Seq: t.Iss, Ack: t.RcvNxt}
}

// fits says what of a segment is not as the reply has it, "" if all is. It must carry no text.
func (r *Reply) fits(s *trace.Segment) string {
	const counted = trace.FIN | trace.SYN | trace.RST | trace.ACK
	switch got := s.Flags & counted; {
	case got&^r.May != r.Flags&^r.May || !got.Has(r.Flags):
		return "flags"
	case s.Seq != r.Seq && !r.AnySeq && !(r.Probing && s.Seq == r.Una), r.Above && le(s.Seq, r.Seq):
		return "sequence number"
	case got.Has(trace.ACK) && s.Ack != r.Ack:
		return "acknowledgment number"
	case len(s.Payload) > 0:
		return "text"
	}
	return ""
}
