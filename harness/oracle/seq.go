package oracle

// Sequence numbers are compared modulo 2^32 (RFC 9293 §3.4).

func lt(a, b uint32) bool { return int32(a-b) < 0 }
func le(a, b uint32) bool { return int32(a-b) <= 0 }

// later is the one of two numbers that comes later.
func later(a, b uint32) uint32 {
	if lt(a, b) {
		return b
	}
	return a
}
