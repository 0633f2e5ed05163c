package tcp

// cwnd validation: a window that was not made use of has shown nothing of the path, and does not grow. "CUBIC does not increase
// its congestion window if a flow is application limited" (RFC 9438 §5.8), be it by the sender or by the receiver's window;
// RFC 7661 says the same of Reno, and when: where less than half of cwnd was on its way in a round trip (§4.3), which slow
// start could double.

// usage is how much of cwnd was made use of, in octets on their way at a time.
type usage struct {
	now, last int // in this round trip, and in the one before
	end       Seq // this one ends where it is acknowledged
}

// sent is told of octets on their way.
func (u *usage) sent(outstanding int) { u.now = max(u.now, outstanding) }

// acked is told of an ACK, and of what is on its way after it.
func (u *usage) acked(una, nxt Seq, outstanding int) {
	if u.end.LessEq(una) {
		u.last, u.now, u.end = u.now, outstanding, nxt
	}
}

// validates reports whether a congestion window may grow.
func (u *usage) validates(cwnd int) bool { return 2*max(u.now, u.last) >= cwnd }
