package tcp

import "time"

// granularity is G of RFC 6298 §2: one nanosecond, the unit of time here.
const granularity = time.Nanosecond

// rtoAfterLostSyn is RFC 6298 (5.7).
const rtoAfterLostSyn = 3 * time.Second

// rtoEstimate is RFC 6298: SRTT, RTTVAR and RTO, and the one segment that is being timed.
type rtoEstimate struct {
	cfg         *Config
	srtt        time.Duration
	rttvar      time.Duration
	rto         time.Duration
	haveSample  bool
	timing      bool          // a segment is being timed
	again       bool          // something was sent again since: which copy an ACK answers, it does not tell
	timedSeq    Seq           // an ACK above this ends the measurement
	timedSentAt time.Duration // when it was sent
	fresh       bool          // there is a sample since the last loss probe (RFC 8985 §7.3)
	bogus       bool          // SRTT and RTTVAR are of a path that is no more: the next sample is as the first
}

// init is (2.1).
func (r *rtoEstimate) init(cfg *Config) {
	*r = rtoEstimate{cfg: cfg, rto: min(cfg.RTOInitial, cfg.RTOMax)}
}

// begin times a segment that starts at seq, if none is being timed (RFC 6298 §3: one a round trip is enough).
func (r *rtoEstimate) begin(now time.Duration, seq Seq) {
	if !r.timing || r.again {
		r.timing, r.again, r.timedSeq, r.timedSentAt = true, false, seq, now
	}
}

// resent is for Karn's algorithm (RFC 6298 §3, MUST-18).
func (r *rtoEstimate) resent() { r.again = true }

// ended reports whether an ACK covers the timed segment, and so ends the measurement; since when it was taken, and
// whether it is ambiguous.
func (r *rtoEstimate) ended(ack Seq) (since time.Duration, again, ok bool) {
	if !r.timing || !r.timedSeq.Less(ack) {
		return 0, false, false
	}
	r.timing = false
	return r.timedSentAt, r.again, true
}

func (r *rtoEstimate) sample(rtt time.Duration) {
	if !r.haveSample || r.bogus { // (2.2)
		r.haveSample, r.bogus = true, false
		r.srtt, r.rttvar = rtt, rtt/2
	} else { // (2.3), alpha 1/8, beta 1/4
		r.rttvar += ((r.srtt - rtt).Abs() - r.rttvar) / 4
		r.srtt += (rtt - r.srtt) / 8
	}
	r.fresh = true
	r.compute()
}

// compute is the last line of (2.2) and (2.3), with the bounds of (2.4) and (2.5). Before the first sample it is (2.1).
func (r *rtoEstimate) compute() {
	r.rto = r.cfg.RTOInitial
	if r.haveSample {
		r.rto = max(r.srtt+max(granularity, 4*r.rttvar), r.cfg.RTOMin)
	}
	r.rto = min(r.rto, r.cfg.RTOMax)
}

// backOff is (5.5). "A TCP implementation MAY clear SRTT and RTTVAR after backing off the timer multiple times as it is likely
// that the current SRTT and RTTVAR are bogus" (RFC 6298 §5): where they are they stand until the next sample, and have no part
// in it.
func (r *rtoEstimate) backOff(bogus bool) {
	r.rto = min(2*r.rto, r.cfg.RTOMax)
	r.bogus = r.bogus || bogus
}
