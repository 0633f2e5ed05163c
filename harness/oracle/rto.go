package oracle

import "time"

// Range is from a shortest to a longest time. The zero Range is none.
type Range struct{ Min, Max time.Duration }

// with is the range stretched to a time.
func (r Range) with(d time.Duration) Range { return r.hull(Range{d, d}) }

// hull is the range that has both in it.
func (r Range) hull(o Range) Range {
	if r == (Range{}) {
		return o
	}
	return Range{min(r.Min, o.Min), max(r.Max, o.Max)}
}

// slack is how far an interval may be off what the clauses say: 1 % of it, for clocks and roundings, and a millisecond, for
// the granularity of clocks (RFC 6298 §4). It is the one tolerance of this package.
func slack(d time.Duration) time.Duration { return d/100 + time.Millisecond }

// RTO is what is known of the retransmission timeout (RFC 6298). Which segments are timed is the TCP's choice, as long as
// it is one a round trip (§3), so ranges are known. The zero RTO is before the first measurement.
type RTO struct {
	Have bool  // a round trip was measured
	Srtt Range // SRTT
	Var  Range // RTTVAR
	Now  Range // RTO; zero: (2.1)
}

// get is the RTO.
func (r *RTO) get(p *Profile) Range {
	if r.Now != (Range{}) {
		return r.Now
	}
	if p.RTOInitial > 0 {
		return Range{p.RTOInitial, p.RTOInitial}
	}
	return Range{time.Second, p.cap(3 * time.Minute)} // "1 second … or any other value > 1 second" (2.1)
}

// cap is the bound of (2.5).
func (p *Profile) cap(d time.Duration) time.Duration {
	if p.RTOMax > 0 {
		return min(d, p.RTOMax)
	}
	return d
}

// sample takes in a measured round trip, (2.2) to (2.4); must says that the TCP cannot have left it out.
func (r *RTO) sample(p *Profile, rtt Range, must bool) {
	n := RTO{Have: true, Srtt: rtt, Var: Range{rtt.Min / 2, rtt.Max / 2}}
	if r.Have { // alpha 1/8, beta 1/4
		far := max(r.Srtt.Max-rtt.Min, rtt.Max-r.Srtt.Min)
		near := max(0, r.Srtt.Min-rtt.Max, rtt.Min-r.Srtt.Max)
		n.Var = Range{(3*r.Var.Min + near) / 4, (3*r.Var.Max + far) / 4}
		n.Srtt = Range{(7*r.Srtt.Min + rtt.Min) / 8, (7*r.Srtt.Max + rtt.Max) / 8}
	}
	n.Now = Range{p.cap(max(p.RTOMin, n.Srtt.Min+4*n.Var.Min)), p.cap(max(p.RTOMin, n.Srtt.Max+4*n.Var.Max))}
	if !must {
		n.Now = n.Now.hull(r.get(p))
		n.Srtt, n.Var = n.Srtt.hull(r.Srtt), n.Var.hull(r.Var)
	}
	*r = n
}

// synLost is (5.7): after a SYN timed out, text begins with 3 s, or with the SYN's RTO where that is more. Timestamps tell
// which of the SYNs was acknowledged, so that the round trip may have been measured (§3).
func (r *RTO) synLost(p *Profile, timestamps bool) {
	const after = 3 * time.Second
	r.Now = Range{p.cap(after), max(p.cap(after), r.Now.Max)}
	if timestamps {
		r.Now.Min = p.RTOMin
	}
}

// Rexmit is the retransmission timer. Its exact time depends on the round trips that were measured, so a range is known.
type Rexmit struct {
	On       bool
	Probe    bool          // it is to probe a zero window (§3.8.6.1)
	From     time.Duration // when it was started
	Min, Max time.Duration // it expires between From+Min and From+Max+Slip
	// Slip is how much later it may have been started again, by a segment that went out again for another reason: the
	// timer may run on (RFC 6298 (5.1)), or run its full time from there (RFC 6675 §6).
	Slip  time.Duration
	Count int // expiries since something new was acknowledged
}

// start starts the timer.
func (r *RTO) start(p *Profile, now time.Duration) Rexmit {
	d := r.get(p)
	return Rexmit{On: true, From: now, Min: d.Min, Max: d.Max}
}

// due says whether the timer may have expired now, or must have not.
func (r *Rexmit) due(now time.Duration) bool { return r.On && now >= r.From+r.Min-slack(r.Min) }

// slip notes that the segment at the front went out again for another reason.
func (r *Rexmit) slip(now time.Duration) { r.Slip = now - r.From }

// deadline is when the timer must have expired. A probe's may have been started again by the answer to the probe before.
func (t *TCB) deadline() time.Duration {
	x := &t.Rexmit
	if x.Probe {
		return max(x.From, t.Heard) + x.Max + x.Slip
	}
	at := x.From + x.Max + x.Slip
	if t.mayProbe() {
		at += x.Max // an attempt that sends nothing restarts it, too (RFC 8985 §7.3)
	}
	return at
}

// expired is (5.5) and (5.6): from now on the interval is twice what it was.
func (t *TCB) expired(p *Profile, now time.Duration) {
	x := &t.Rexmit
	was := Range{x.Min, x.Max}
	if x.Slip == 0 {
		d := max(x.Min, min(x.Max, now-x.From))
		was = Range{d, d}
	}
	twice := Range{p.cap(2 * was.Min), 2 * was.Max} // a bound is no duty: (2.5) is a MAY
	*x = Rexmit{On: true, Probe: x.Probe, From: now, Min: twice.Min, Max: twice.Max, Count: x.Count + 1}
	t.Board.Sacked = nil
	if !x.Probe {
		t.RTO.Now = twice
		t.Recovery = Recovery{On: true, To: t.SndNxt, Since: now}
		return
	}
	// Probes are to be farther and farther apart (SHLD-30), by which factor is not said; nor whether that counts for text.
	x.Min = min(twice.Min, was.Min+was.Min/10)
	t.RTO.Now = t.RTO.get(p).hull(twice)
}
