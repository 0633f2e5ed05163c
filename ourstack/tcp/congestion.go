package tcp

import "time"

// congestion is RFC 5681: slow start, congestion avoidance, fast retransmit and fast recovery, the latter ending as
// RFC 6582 says where there is no SACK. All in octets.
type congestion struct {
	cwnd     int
	ssthresh int
	dupAcks  int
	recovery bool // in fast recovery
	recover  Seq  // SND.NXT when loss was last found: no second reduction for the same flight (RFC 6582 §3.2)
	lastSent time.Duration
	marked   Seq           // SND.NXT when marks were last taken for congestion (RFC 3168 §6.1.2)
	reduced  time.Duration // when loss or marks were last taken for congestion
	timeout  bool          // recovering from a timeout
	limited  int           // octets that limited transmit has sent since SND.UNA moved
	idle     time.Duration // when the last of what was sent was acknowledged
	undo     undo
	control  control
	cubic    cubic
}

// control is what congestion control algorithms differ in. Slow start, and what a timeout makes of cwnd, they have in common.
type control interface {
	// avoid makes cwnd grow in congestion avoidance.
	avoid(now time.Duration, c *congestion, a ack)
	// slowAtSsthresh says whether it is slow start where cwnd is ssthresh.
	slowAtSsthresh() bool
	// reduce is what cwnd becomes where loss is found, with so many octets on their way; no less than least.
	reduce(c *congestion, least, flight int) int
	// slowStart is told of an ACK in slow start.
	slowStart()
	// timedOut is told of a timeout.
	timedOut()
	// paused is told of a time in which cwnd was of no consequence.
	paused(time.Duration)
}

// ack is an ACK of new data.
type ack struct {
	n      int // octets that it acknowledges
	flight int // octets that were on their way before it came
	mss    int
	srtt   time.Duration
}

// filled reports whether cwnd was what kept more from being sent. A window that is not used has not been tried, and does not
// grow: "CUBIC does not increase its congestion window if a flow is application-limited" (RFC 9438 §5.8), and RFC 5681 says
// only by how much it may, at most.
func (a *ack) filled(cwnd int) bool { return a.flight+a.mss > cwnd }

// Algorithm names a congestion control algorithm.
type Algorithm uint8

// The algorithms.
const (
	Reno  Algorithm = iota // RFC 5681
	CUBIC                  // RFC 9438
)

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
		marked:   t.Iss,
		control:  reno{},
	}
	if t.env.Config.CongestionControl == CUBIC {
		t.cc.control = &t.cc.cubic
	}
	if t.synResent && t.env.Config.RTOInitial < rtoAfterLostSyn { // RFC 6298 (5.7)
		t.rto.rto = min(rtoAfterLostSyn, t.env.Config.RTOMax)
	}
}

// recovering reports whether a loss recovery is under way, after duplicate ACKs or a timeout.
func (t *TCB) recovering() bool { return t.cc.recovery || t.SndUna.Less(t.cc.recover) }

// congestionAcked takes an ACK of n octets of new data, of so many that were on their way (RFC 5681 §3.1; RFC 6582 §3.2 and
// RFC 6675 §5 in fast recovery). grow says that nothing in it keeps cwnd from growing.
func (t *TCB) congestionAcked(now time.Duration, n, flight int, grow bool) {
	c, mss := &t.cc, t.mss()
	c.dupAcks, c.limited = 0, 0
	covered := !t.SndUna.Less(c.recover)
	a := ack{n: n, flight: flight, mss: mss, srtt: t.rto.srtt}
	switch {
	case c.recovery && covered:
		c.recovery = false
		c.cwnd = c.ssthresh
		if !t.SackOK {
			c.cwnd = min(c.ssthresh, max(t.outstanding(), mss)+mss)
		}
		t.rackRecovered()
	case c.recovery && t.SackOK:
		// What may be sent is for pipe to say.
	case c.recovery:
		// A partial ACK: the next hole is lost too. Deflate by what was acknowledged, and "if the partial ACK acknowledges
		// at least one SMSS of new data, then add back SMSS bytes".
		c.cwnd = max(c.cwnd-n, 0)
		if n >= mss {
			c.cwnd += mss
		}
		t.retransmitOne(now)
	case !grow:
	case c.cwnd < c.ssthresh || c.cwnd == c.ssthresh && c.control.slowAtSsthresh():
		c.control.slowStart()
		if a.filled(c.cwnd) {
			c.cwnd += min(n, mss) // slow start (equation 2)
		}
	default:
		c.control.avoid(now, c, a)
	}
	if t.outstanding() == 0 {
		c.idle = now
	}
	if covered && !c.recovery {
		if c.timeout {
			c.timeout = false
			t.rackRecovered()
		}
		// It is kept close: 2^31 octets on, it would seem to lie ahead.
		c.recover = maxSeq(c.recover, t.SndUna-1)
	}
	c.marked = maxSeq(c.marked, t.SndUna-1)
}

// resume is for text that goes out where nothing was on its way.
func (c *congestion) resume(now time.Duration) {
	if c.control != nil {
		c.control.paused(now - c.idle)
	}
}

// duplicateAck takes a duplicate acknowledgment (RFC 5681 §2) and does fast retransmit at the third (§3.2).
func (t *TCB) duplicateAck(now time.Duration) {
	c, mss := &t.cc, t.mss()
	c.dupAcks++
	switch {
	case c.recovery:
		c.cwnd += mss // each one tells of a segment that has left the network
	case c.dupAcks == dupThresh && c.recover.Less(t.SndUna):
		// The ACK "covers more than recover": it is not about what a timeout has had sent again.
		t.takeForCongestion(now, t.outstanding())
		c.recovery, c.recover = true, t.SndNxt
		t.retransmitOne(now)
		c.cwnd = c.ssthresh + dupThresh*mss
	}
}

// takeForCongestion takes loss for congestion, unless marks on the same window of data have been: cwnd "should be reduced only
// once in response to a series of dropped and/or CE packets" (RFC 3168 §6.1.2).
func (t *TCB) takeForCongestion(now time.Duration, flight int) {
	if !t.SndUna.Less(t.cc.marked) {
		t.reduceWindow(now, flight)
	}
}

// reduceWindow takes loss for congestion (RFC 5681 §3.2 (2)).
func (t *TCB) reduceWindow(now time.Duration, flight int) { t.reduceTo(now, flight, 2*t.mss()) }

// reduceTo reduces cwnd, to no less than least: "additional data sent in limited transmit MUST NOT be included in this
// calculation" (RFC 5681 §3.2 (2)), nor is what else lies beyond cwnd.
func (t *TCB) reduceTo(now time.Duration, flight, least int) {
	c := &t.cc
	w := c.control.reduce(c, least, min(flight-c.limited, c.cwnd))
	c.limited = 0
	c.ssthresh = max(w, 2*t.mss())
	c.cwnd = min(c.cwnd, w)
	c.reduced, t.ecn.reduced = now, true
}

// mayFly is how many octets from a sequence number on cwnd lets through. The first two duplicate ACKs each let one segment
// of new text go beyond it: limited transmit (RFC 5681 §3.2 (1)). With SACK it is what is in the network that counts; while
// anything is lost or out of order, a segment goes "if cwnd - pipe >= 1 SMSS" (RFC 6675 §5 (3.3), (C)).
func (t *TCB) mayFly(from Seq) int {
	if t.SackOK {
		n := t.cc.cwnd - t.flight.pipe()
		if n < t.mss() && (t.recovering() || t.flight.disturbed()) {
			return 0
		}
		return n
	}
	n := t.cc.cwnd - from.Sub(t.SndUna)
	if !t.cc.recovery && from == t.SndNxt {
		n += min(t.cc.dupAcks, 2) * t.mss()
	}
	return n
}

// congestionTimeout takes a retransmission timeout (RFC 5681 §3.1). Only the first for a segment says something new
// about the network. SACK marks are turned off: "the timeout might indicate that the data receiver has reneged" (RFC 2018
// §5), and "the data sender MUST ignore prior SACK information in determining which data to retransmit" (§5.1).
func (t *TCB) congestionTimeout(now time.Duration) {
	c, mss := &t.cc, t.mss()
	if t.retries <= 1 {
		c.ssthresh = c.control.reduce(c, 2*mss, t.outstanding())
	}
	c.control.timedOut()
	c.cwnd, c.reduced, t.ecn.reduced = mss, now, true
	c.recovery, c.recover, c.dupAcks, c.timeout = false, t.SndNxt, 0, true
	if !t.SackOK {
		return
	}
	t.tlp, c.undo, t.entered = lossProbe{}, undo{}, false
	t.flight.forget()
	if t.rack() {
		t.rackTimeout(now)
	} else {
		t.flight.loseAll()
	}
}

// congestionIdle restarts slow start where nothing was sent for an RTO (RFC 5681 §4.1).
func (t *TCB) congestionIdle(now time.Duration) {
	if t.outstanding() == 0 && now-t.cc.lastSent > t.rto.rto {
		t.cc.cwnd = min(t.cc.cwnd, initialWindow(t.mss(), false))
	}
}

// reno is the congestion avoidance of RFC 5681.
type reno struct{}

func (reno) avoid(_ time.Duration, c *congestion, a ack) {
	if a.filled(c.cwnd) {
		c.cwnd += max(a.mss*a.mss/c.cwnd, 1) // equation 3
	}
}

func (reno) reduce(_ *congestion, least, flight int) int { return max(flight/2, least) } // equation 4

func (reno) slowAtSsthresh() bool { return false } // "either" will do (RFC 5681 §3.1)

func (reno) slowStart() {}

func (reno) timedOut() {}

func (reno) paused(time.Duration) {}
