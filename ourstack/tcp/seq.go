package tcp

// Seq is a sequence number. All arithmetic on it is modulo 2^32 (RFC 9293 §3.4).
type Seq uint32

// Less reports a < b: b is ahead of a by less than 2^31.
func (a Seq) Less(b Seq) bool { return int32(a-b) < 0 }

// LessEq reports a =< b.
func (a Seq) LessEq(b Seq) bool { return int32(a-b) <= 0 }

// Sub is a - b in octets, negative where a is behind b.
func (a Seq) Sub(b Seq) int { return int(int32(a - b)) }

// In reports start =< a < start+size.
func (a Seq) In(start Seq, size uint32) bool { return uint32(a-start) < size }

// maxSeq is the later of two.
func maxSeq(a, b Seq) Seq {
	if a.Less(b) {
		return b
	}
	return a
}
