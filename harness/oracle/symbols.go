package oracle

import (
	"github.com/twinstack/twinstack/harness/trace"
)

// symbols describes a segment by the names of its numbers, so that the same mistake reads the same whatever the numbers
// are: "RST,ACK SEQ=SND.NXT ACK=RCV.NXT".
func symbols(t *TCB, cause, s *trace.Segment) string {
	text := s.Flags.String() + " SEQ=" + sendSymbol(t, cause, s.Seq)
	if s.Flags.Has(trace.ACK) {
		text += " ACK=" + receiveSymbol(t, cause, s.Ack)
	}
	if len(s.Payload) > 0 {
		text += " text"
	}
	return text
}

func sendSymbol(t *TCB, cause *trace.Segment, n uint32) string {
	switch {
	case t.State != trace.Closed && n == t.SndNxt:
		return "SND.NXT"
	case t.State != trace.Closed && n == t.SndUna:
		return "SND.UNA"
	case cause != nil && cause.Flags.Has(trace.ACK) && n == cause.Ack:
		return "SEG.ACK"
	case n == 0:
		return "0"
	case n == t.Iss:
		return "ISS"
	case t.State != trace.Closed && n == t.SndUna-1:
		return "SND.UNA-1"
	case lt(t.SndUna, n) && lt(n, t.SndNxt):
		return "in flight"
	}
	return "another"
}

func receiveSymbol(t *TCB, cause *trace.Segment, n uint32) string {
	switch d := int32(n - t.RcvNxt); {
	case t.State != trace.Closed && d == 0:
		return "RCV.NXT"
	case cause != nil && n == cause.Seq+cause.Len():
		return "SEG.SEQ+SEG.LEN"
	case t.State != trace.Closed && d == 1:
		return "RCV.NXT+1"
	case t.State != trace.Closed && d > 1:
		return "beyond RCV.NXT"
	case n == 0:
		return "0"
	}
	return "before RCV.NXT"
}
