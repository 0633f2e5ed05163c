package tcp

import "time"

// congestion is RFC 5681: slow start, congestion avoidance, fast retransmit and fast recovery, the latter ending as
// RFC 6582 says. All in octets.
type congestion struct {
	cwnd     int
	ssthresh int
	dupAcks  int
	recovery bool // in fast recovery
	recover  Seq  // SND.NXT when loss was last found: no second reduction for the same flight (RFC 6582 §3.2)
	lastSent time.Duration
}

// initialWindow is RFC 6928 §2, and one segment where the SYN was lost (RFC 5681 §3.1).
func initialWindow(mss int, synLost bool) int {
	if synLost {
		return mss
	}
	return min(10*mss, max(2*mss, 14600))
}

// beginDataTransfer sets what may only be known once both SYNs have been exchanged.
func (t *TCB) beginDataTransfer() {
	t.cc = congestion{
		cwnd:     initialWindow(t.mss(), t.synResent),
		ssthresh: 1 << 30, // "arbitrarily high" (RFC 5681 §3.1)
		recover:  t.Iss,
	}
	if t.synResent && t.env.Config.RTOInitial < rtoAfterLostSyn { // RFC 6298 (5.7)
		t.rto.rto = min(rtoAfterLostSyn, t.env.Config.RTOMax)
	}
}

// congestionAcked takes an ACK of n octets of new data (RFC 5681 §3.1; RFC 6582 §3.2 in fast recovery).
func (t *TCB) congestionAcked(now time.Duration, n int) {
	c, mss := &t.cc, t.mss()
	c.dupAcks = 0
	switch {
	case c.recovery && t.SndUna.Less(c.recover):
		// A partial ACK: the next hole is lost too. Deflate by what was acknowledged, and "if the partial ACK acknowledges
		// at least one SMSS of new data, then add back SMSS bytes".
		c.cwnd = max(c.cwnd-n, 0)
		if n >= mss {
			c.cwnd += mss
		}
		t.retransmitOne(now)
	case c.recovery:
		c.recovery = false
		c.cwnd = min(c.ssthresh, max(t.outstanding(), mss)+mss)
	case c.cwnd < c.ssthresh:
		c.cwnd += min(n, mss) // slow start (equation 2)
	default:
		c.cwnd += max(mss*mss/c.cwnd, 1) // congestion avoidance (equation 3)
	}
}

// duplicateAck takes a duplicate acknowledgment (RFC 5681 §2) and does fast retransmit at the third (§3.2).
func (t *TCB) duplicateAck(now time.Duration) {
	c, mss := &t.cc, t.mss()
	c.dupAcks++
	switch {
	case c.recovery:
		c.cwnd += mss // each one tells of a segment that has left the network
	case c.dupAcks == 3 && c.recover.Less(t.SndUna):
		// The ACK "covers more than recover": it is not about what a timeout has had sent again. Equation 4 leaves out what
		// was sent by limited transmit, which is what lies beyond cwnd.
		c.ssthresh = max(min(t.outstanding(), c.cwnd)/2, 2*mss)
		c.recovery, c.recover = true, t.SndNxt
		t.retransmitOne(now)
		c.cwnd = c.ssthresh + 3*mss
	}
}

// mayFly is how many octets from a sequence number on cwnd lets through. The first two duplicate ACKs each let one segment
// of new text go beyond it: limited transmit (RFC 5681 §3.2 (1)).
func (t *TCB) mayFly(from Seq) int {
	n := t.cc.cwnd - from.Sub(t.SndUna)
	if !t.cc.recovery && from == t.SndNxt {
		n += min(t.cc.dupAcks, 2) * t.mss()
	}
	return n
}

// congestionTimeout takes a retransmission timeout (RFC 5681 §3.1). Only the first for a segment says something new
// about the network.
func (t *TCB) congestionTimeout() {
	c, mss := &t.cc, t.mss()
	if t.retries <= 1 {
		c.ssthresh = max(t.outstanding()/2, 2*mss)
	}
	c.cwnd = mss
	c.recovery, c.recover, c.dupAcks = false, t.SndNxt, 0
}

// congestionIdle restarts slow start where nothing was sent for an RTO (RFC 5681 §4.1).
func (t *TCB) congestionIdle(now time.Duration) {
	if t.outstanding() == 0 && now-t.cc.lastSent > t.rto.rto {
		t.cc.cwnd = min(t.cc.cwnd, initialWindow(t.mss(), false))
	}
}
