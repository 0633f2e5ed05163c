package tcp

// sendBuffer holds what the user gave to SEND and the peer has not acknowledged: the retransmission queue and, behind
// it, what was not sent yet. It is one run of octets, so text is sent without a copy and may be cut anew at each
// retransmission (§3.8.6).
type sendBuffer struct {
	b    []byte
	head int // octets of b that were acknowledged
	base Seq // sequence number of b[head]
}

func (s *sendBuffer) len() int { return len(s.b) - s.head }

// end is the sequence number behind the last octet.
func (s *sendBuffer) end() Seq { return s.base + Seq(s.len()) }

// text is n octets from a sequence number on.
func (s *sendBuffer) text(from Seq, n int) []byte {
	i := s.head + from.Sub(s.base)
	return s.b[i : i+n]
}

// add takes as much of p as fits into limit octets and says how much that is.
func (s *sendBuffer) add(p []byte, limit int) int {
	n := min(len(p), limit-s.len())
	if n <= 0 {
		return 0
	}
	if s.head > 0 && len(s.b)+n > cap(s.b) {
		s.b = s.b[:copy(s.b, s.b[s.head:])]
		s.head = 0
	}
	s.b = append(s.b, p[:n]...)
	return n
}

// acked drops the octets before una, and says how many those are.
func (s *sendBuffer) acked(una Seq) int {
	n := min(una.Sub(s.base), s.len())
	if n <= 0 {
		return 0
	}
	s.head += n
	s.base += Seq(n)
	if s.len() == 0 {
		s.b, s.head = s.b[:0], 0
	}
	return n
}

// How many octets of memory an empty buffer keeps: of a connection that is CLOSED, for the next that uses it; in TIME-WAIT,
// which lasts for minutes, next to nothing.
const (
	keepClosed   = 128 << 10
	keepTimeWait = 2 << 10

	recordLen = 32 // octets of memory of a run or a segment on record, no less than that
)

// release gives back the memory of an empty buffer that has more than keep octets.
func (s *sendBuffer) release(keep int) {
	if s.len() == 0 && cap(s.b) > keep {
		s.b, s.head = nil, 0
	}
}

func (s *sendBuffer) flush() { s.b, s.head = s.b[:0], 0 }
