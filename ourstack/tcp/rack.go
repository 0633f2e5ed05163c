package tcp

import "time"

// RACK (RFC 8985 §6): a segment is lost if one that was sent later has arrived, and the time that reordering may take has
// passed.

const (
	// reoWndPersist is how many recoveries a reordering window that D-SACKs have widened is kept for (RFC 8985 §6.2).
	reoWndPersist = 16
	// minRTTLife is for how long a sample counts for RACK.min_RTT, at least: "a windowed min-filtered estimate".
	minRTTLife = 5 * time.Minute
)

// rack are the per-connection variables of RFC 8985 §5.3. RACK.segs_sacked and RACK.fack are the flight's.
type rack struct {
	xmit          time.Duration // RACK.xmit_ts
	end           Seq           // RACK.end_seq
	rtt           time.Duration // RACK.rtt
	any           bool          // a segment has been delivered, so that these three mean something
	minRTT        minFilter     // RACK.min_RTT
	reordering    bool          // RACK.reordering_seen
	reoWndMult    int           // RACK.reo_wnd_mult, less the one that it begins with
	reoWndPersist int           // RACK.reo_wnd_persist
	inRound       bool          // RACK.dsack_round is not None
	dsackRound    Seq           // RACK.dsack_round
}

// minFilter is the least of what was seen in the last period, minRTTLife, or up to twice that.
type minFilter struct {
	now, last time.Duration // of the current and of the last period; 0 if nothing was seen
	since     time.Duration
}

func (m *minFilter) add(at, x time.Duration) { m.addFor(minRTTLife, at, x) }

// addFor has a period of its own.
func (m *minFilter) addFor(life, at, x time.Duration) {
	x = max(x, 1)
	if at-m.since >= life {
		m.since, m.last, m.now = at, m.now, 0
	}
	if m.now == 0 || x < m.now {
		m.now = x
	}
}

// min is 0 where nothing was seen.
func (m *minFilter) min() time.Duration {
	if m.last > 0 && m.last < m.now || m.now == 0 {
		return m.last
	}
	return m.now
}

// sentAfter is RACK_sent_after().
func sentAfter(t1 time.Duration, seq1 Seq, t2 time.Duration, seq2 Seq) bool {
	return t1 > t2 || t1 == t2 && seq2.Less(seq1)
}

// rackDelivered looks at a segment that has been delivered (RFC 8985 §6.2, steps 1 and 2).
func (t *TCB) rackDelivered(now time.Duration, x *sent, s *Segment, n *news) {
	rtt := now - x.xmit
	switch {
	case !x.again:
		t.rk.minRTT.add(now, rtt)
	case t.SndTsOK && s.Options.HasTimestamps && stampLess(s.Options.TSEcr, t.tsClock(x.xmit)):
		return // "the ACK was not acknowledging the last retransmission"
	case rtt < t.rk.minRTT.min():
		return
	}
	if !n.any || sentAfter(x.xmit, x.to, n.xmit, n.end) {
		n.any, n.xmit, n.end = true, x.xmit, x.to
	}
}

// rackACK is what RACK-TLP makes of an ACK. una is what SND.UNA was before.
func (t *TCB) rackACK(now time.Duration, s *Segment, n *news, una Seq) {
	r := &t.rk
	if n.any {
		r.rtt = now - n.xmit
		if !r.any || sentAfter(n.xmit, n.end, r.xmit, r.end) {
			r.any, r.xmit, r.end = true, n.xmit, n.end
		}
	}
	r.reordering = r.reordering || n.reordered // step 3
	// Step 4: the reordering window grows with each round trip that has a D-SACK.
	if r.inRound && r.dsackRound.LessEq(t.SndUna) {
		r.inRound = false
	}
	if n.dsack && !r.inRound {
		r.inRound, r.dsackRound = true, t.SndNxt
		r.reoWndMult++
		r.reoWndPersist = reoWndPersist
	}
	t.probeACK(now, s, n, una)
	t.detectLoss(now)
}

// rackRecovered is for the end of a loss recovery (RFC 8985 §6.2, step 4).
func (t *TCB) rackRecovered() {
	if r := &t.rk; r.reoWndPersist > 0 {
		if r.reoWndPersist--; r.reoWndPersist == 0 {
			r.reoWndMult = 0
		}
	}
}

// reoWnd is RACK.reo_wnd, "with an upper-bound of SRTT" (RFC 8985 §6.2): SRTT is measured in ticks of the timestamp clock, and
// where the path takes less than a tick it is none. Then the bound is what a round trip takes at least.
func (t *TCB) reoWnd() time.Duration {
	r := &t.rk
	if !r.reordering && (t.recovering() || t.flight.segsSacked >= dupThresh) {
		return 0
	}
	least := r.minRTT.min()
	return min(time.Duration(1+r.reoWndMult)*least/4, max(t.rto.srtt, least))
}

// detectLoss is RACK_detect_loss_and_arm_timer(), and the reaction to what is found: recovery, and where what went out again
// is lost again, "an additional congestion response" (RFC 8985 §9.3).
func (t *TCB) detectLoss(now time.Duration) {
	r, f := &t.rk, &t.flight
	if t.early.reason == reordering {
		t.early.stop()
	}
	if !r.any {
		return
	}
	wnd := t.reoWnd()
	var wait time.Duration
	found, anew := false, false
	for l, i := f.list(), 0; i < len(l); i++ {
		x := &l[i]
		f.looks++
		if !sentAfter(r.xmit, r.end, x.xmit, x.to) {
			if !x.again {
				break // and so was all that is behind it
			}
			continue
		}
		if x.sacked || x.lost {
			continue
		}
		remaining := x.xmit + r.rtt + wnd - now
		if remaining > 0 {
			wait = max(wait, remaining)
			continue
		}
		f.lose(x)
		found = true
		// Sent after the window was last reduced: a second indication of congestion (RFC 5681 §4.3).
		anew = anew || x.again && x.xmit >= t.cc.reduced
	}
	switch {
	case found && !t.recovering():
		t.enterRecovery(now)
	case anew:
		t.cc.recover, t.cc.undo.on = t.SndNxt, false
		t.reduceWindow(now, t.outstanding())
	}
	if wait > 0 {
		t.armEarly(now, wait, reordering)
	}
}

// rackTimeout is RACK_mark_losses_on_RTO() (RFC 8985 §6.3). What was SACKed counts no more: see flight.forget.
func (t *TCB) rackTimeout(now time.Duration) {
	f, wnd := &t.flight, t.reoWnd()
	for l, i := f.list(), 0; i < len(l); i++ {
		if x := &l[i]; !x.lost && (i == 0 || x.xmit+t.rk.rtt+wnd <= now) {
			f.lose(x)
		}
	}
}
