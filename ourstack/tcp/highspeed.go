package tcp

import "time"

// RFC 7323: window scale and timestamps. Both are offered on our SYN, and in use once both SYNs had them: what was not
// negotiated is never sent and never believed.

// TSTick is the period of the timestamp clock (RFC 7323 §5.4: 1 ms to 1 s).
const TSTick = time.Millisecond

const (
	// maxWindShift is the largest shift.cnt, "if … larger than 14, the TCP … MUST use 14" (RFC 7323 §2.3).
	maxWindShift = 14
	// timestampsLen is what the option takes of each segment, with its padding (RFC 7323 App. A).
	timestampsLen = 12
	// outdated is how long an idle connection's TS.Recent is good for (RFC 7323 §5.5).
	outdated = 24 * 24 * time.Hour
)

// HighSpeed are the connection state variables of RFC 7323. They mean something while the option is in use.
type HighSpeed struct {
	SndWsOK      bool   // both SYNs had the Window Scale option
	SndWindShift uint8  // what SEG.WND of the peer is shifted left by
	RcvWindShift uint8  // what our SEG.WND is shifted right by
	SndTsOK      bool   // both SYNs had the Timestamps option
	TsRecent     uint32 // the TSval to be echoed
	LastAckSent  Seq    // SEG.ACK of the last segment sent
}

// chooseOffers sets what our SYN will say: the shift count, the smallest that lets the window field say all that RCV.BUFF
// may become, and where the timestamp clock of this connection begins. A SYN that goes out again says the same.
func (t *TCB) chooseOffers() {
	t.windShift = 0
	for t.windShift < maxWindShift && t.mostBuffer() > 65535<<t.windShift {
		t.windShift++
	}
	if t.env.Config.Timestamps {
		// "The same function with a different secret key" as that of the ISN (RFC 7323 §5.4): a later incarnation of a
		// connection goes on where the clock is, which RFC 6191 lives by.
		t.tsOffset = uint32(t.env.stamps.f(t.Local, t.Remote))
	}
}

// synOptions are the options of our SYN, or SYN,ACK. On the latter only what the peer's SYN had may stand (RFC 7323 §2.2,
// §3.2).
func (t *TCB) synOptions(now time.Duration, s *Segment) {
	o, first := &s.Options, !s.Flags.Has(ACK)
	o.HasMSS, o.MSS = true, uint16(t.receiveMSS()) // MAY-3: always
	if first && t.env.Config.WindowScale || t.SndWsOK {
		o.HasWindowScale, o.WindowScale = true, t.windShift
	}
	if first && t.env.Config.Timestamps || t.SndTsOK {
		t.stamp(now, o)
	}
	o.SACKPermitted = first && t.env.Config.SACK || t.SackOK
}

// takeSynOptions reads what the peer's SYN offers. An option that comes on any other segment is not looked at.
func (t *TCB) takeSynOptions(now time.Duration, s *Segment) {
	o := &s.Options
	if o.HasMSS {
		t.sendMSS = int(o.MSS)
	}
	if t.SndWsOK = t.env.Config.WindowScale && o.HasWindowScale; t.SndWsOK {
		t.SndWindShift, t.RcvWindShift = min(o.WindowScale, maxWindShift), t.windShift
	}
	// A caller whose MSS has no room for the option beside text gets none (MUST-16). Only a passive opener has the choice.
	t.SndTsOK = t.env.Config.Timestamps && o.HasTimestamps && (t.state != Listen || t.sendMSS > timestampsLen)
	if t.SndTsOK {
		t.TsRecent, t.tsRecentAt = o.TSVal, now
	}
	t.SackOK = t.env.Config.SACK && o.SACKPermitted
}

// announce is the window field: SEG.WND = RCV.WND >> Rcv.Wind.Shift, and never scaled on a SYN (RFC 7323 §2.2). What a
// shift cuts off would look to the peer like a window that shrinks (§2.4). So it is rounded up where the buffer has the
// room, and then kept; where it has not, RCV.WND stays what it was promised to be and the field says less.
func (t *TCB) announce(syn bool) uint16 {
	if syn {
		return uint16(min(t.RcvWnd, 65535))
	}
	unit := uint32(1) << t.RcvWindShift
	if up := (t.RcvWnd + unit - 1) &^ (unit - 1); int(up) <= t.freeReceive() {
		t.RcvWnd = up
	}
	return uint16(t.RcvWnd >> t.RcvWindShift)
}

// tsClock is Snd.TSclock.
func (t *TCB) tsClock(now time.Duration) uint32 { return uint32(now/TSTick) + t.tsOffset }

// stamp writes the Timestamps option. Before the peer's SYN came TS.Recent is zero, as TSecr of a SYN has to be.
func (t *TCB) stamp(now time.Duration, o *Options) {
	o.HasTimestamps, o.TSVal, o.TSEcr = true, t.tsClock(now), t.TsRecent
}

// stampReset writes the Timestamps option of a RST: "If the segment causing the <RST> … contains a Timestamps option, the
// <RST> should also contain" one, with the TSval echoed and zero as its own (RFC 7323 §5.2).
func stampReset(r *Options, cause *Segment, inUse bool) {
	if inUse && cause.Options.HasTimestamps {
		r.HasTimestamps, r.TSVal, r.TSEcr = true, 0, cause.Options.TSVal
	}
}

// stampLess is "s < t if 0 < (t - s) < 2^31" (RFC 7323 §5.2).
func stampLess(s, t uint32) bool { return int32(s-t) < 0 }

// checkTimestamps is what comes before the first check (RFC 7323 §5.3, App. D). A RST is never subject to it (§5.2).
func (t *TCB) checkTimestamps(now time.Duration, s *Segment) bool {
	if !t.SndTsOK || s.Flags.Has(RST) {
		return true
	}
	if !s.Options.HasTimestamps {
		// "If a non-<RST> segment is received without a TSopt, a TCP SHOULD silently drop the segment" (§3.2).
		return false
	}
	if stampLess(s.Options.TSVal, t.TsRecent) && !t.recentOutdated(now) {
		// R1): "treat the arriving segment as not acceptable: Send an acknowledgment in reply … and drop the segment."
		t.challengeACK(now)
		return false
	}
	return true
}

// recentOutdated is §5.5's "idle for more than 24 days": TS.Recent tells nothing any more.
func (t *TCB) recentOutdated(now time.Duration) bool { return now-t.tsRecentAt > outdated }

// recordTimestamp is R3) for a segment within the window: "If … SEG.TSval >= TS.Recent and SEG.SEQ <= Last.ACK.sent, then
// record its timestamp". Appendix D has it before the test of the window, §5.3 after it: the latter is the one with the
// MUST, and lets nobody outside the window move TS.Recent. The first condition holds: checkTimestamps saw to it.
func (t *TCB) recordTimestamp(now time.Duration, s *Segment) {
	if t.SndTsOK && s.Seq.LessEq(t.LastAckSent) {
		t.TsRecent, t.tsRecentAt = s.Options.TSVal, now
	}
}

// measure takes the RTT of what an ACK of new text ends the measurement of. With timestamps that is Snd.TSclock -
// SEG.TSecr (RFC 7323 §4.1), which tells one copy of a segment from another; without, the copies cannot be told apart and
// there is no sample (Karn: RFC 6298 §3, MUST-18). One a round trip is taken in either case, for which RFC 6298's
// weights are made (RFC 7323 §4.2).
func (t *TCB) measure(now time.Duration, s *Segment) {
	since, again, ended := t.rto.ended(s.Ack)
	if ended && !again {
		t.rk.minRTT.add(now, now-since)
	}
	switch {
	case !ended:
	case !t.SndTsOK:
		if !again {
			t.rto.sample(now - since)
		}
	case s.Options.HasTimestamps:
		// An echo of what we cannot have sent is no measure of anything.
		if rtt := time.Duration(int32(t.tsClock(now)-s.Options.TSEcr)) * TSTick; rtt >= 0 && rtt <= now-t.opened+TSTick {
			t.rto.sample(rtt)
		}
	}
}
