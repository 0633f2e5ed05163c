package oracle

import (
	"time"

	"github.com/twinstack/twinstack/harness/trace"
)

// outdated is how long after it was set TS.Recent is no longer valid: a connection that was idle for 24 days (RFC 7323 §5.5).
const outdated = 24 * 24 * time.Hour

// timestampsCheck takes "precedence over the regular TCP acceptability check" (RFC 7323 §5.3). It is about segments whose
// timestamps are missing or old. A RST is not subject to it (§5.2).
var timestampsCheck = Check{
	Name: "RFC 7323: timestamps",
	When: func(t *Turn) bool {
		val, ok := stamp(t.Seg)
		return t.T.SndTsOK && !t.Has(trace.RST) && (!ok || lt(val, t.T.TsRecent))
	},
	Rules: []Rule{
		{
			ID: "other.0.no-timestamps", Clause: "RFC 7323 §3.2", Level: Should,
			Says:         "without the timestamps that were negotiated: dropped in silence, and never an abort",
			Requirements: []string{"RFC7323-3.2-7", "RFC7323-3.2-8"},
			When:         func(t *Turn) bool { return !stamped(t.Seg) },
			Then: func(t *Turn) []Branch {
				dropped := Branch{Name: "O26: dropped", TCB: t.T}
				if t.Has(trace.SYN) { // §3.5.1 and RFC 5961 §4.2 have any SYN answered
					return []Branch{{Name: "O26: the SYN answered", TCB: t.T, Next: true}, dropped}
				}
				return []Branch{dropped, {Name: "O26: taken", TCB: t.T, Next: true, Against: []string{"RFC7323-3.2-7"}}}
			},
		},
		{
			ID: "other.0.outdated", Clause: "RFC 7323 §5.5", Level: Must,
			Says:         "SEG.TSval < TS.Recent, 24 days after it was set: accepted, TS.Recent <- SEG.TSval",
			Requirements: []string{"RFC7323-5.5-1"},
			When:         func(t *Turn) bool { return t.Now-t.T.TsRecentAt > outdated },
			Then: func(t *Turn) []Branch {
				n := t.T
				n.TsRecent, _ = stamp(t.Seg)
				n.TsRecentAt = t.Now
				return []Branch{{TCB: n, Next: true}}
			},
		},
		{
			ID: "other.0.paws", Clause: "RFC 7323 §5.3", Says: "SEG.TSval < TS.Recent: an ACK, and dropped (R1)",
			Requirements: []string{"RFC7323-5.3-1"},
			When:         func(t *Turn) bool { return t.Now-t.T.TsRecentAt <= outdated },
			Then: func(t *Turn) []Branch {
				// "If the PAWS algorithm is used": nothing says that it must be. So the checks that every TCP has come
				// first, and a mistake is told as theirs.
				return append([]Branch{{Name: "no PAWS", TCB: t.T, Next: true}}, challenge(t, "PAWS")...)
			},
		},
	},
}

// sequenceCheck: "First, check sequence number". It is not about a RST, whose SEG.SEQ the second check judges alone: text on
// it counts for nothing (§3.5.3, SHLD-2), nor does a window of zero (MUST-66), and what is outside is dropped there as here.
var sequenceCheck = Check{
	Name: "first: sequence number",
	When: func(t *Turn) bool { return !t.Has(trace.RST) },
	Rules: []Rule{
		{
			ID: "other.1.acceptable", Clause: "RFC 9293 §3.10.7.4", Level: Must,
			Says:         "acceptable by Table 6: what lies outside the window may be trimmed off",
			Requirements: []string{"RFC9293-3.4-2", "RFC9293-3.4-3", "RFC9293-3.4-5"},
			When:         acceptable,
			Then:         trimmed,
		},
		{
			ID: "other.1.time-wait.fin", Clause: "RFC 9293 §3.10.7.4",
			Says:         "the peer's FIN again, in TIME-WAIT: an ACK, and the 2MSL timer restarts (fifth; it never comes so far)",
			Requirements: []string{"RFC9293-3.10.7.4-12"},
			When: func(t *Turn) bool {
				return t.T.State == trace.TimeWait && t.Has(trace.FIN) && t.Seg.Seq+t.Seg.Len() == t.T.RcvNxt
			},
			Then: func(t *Turn) []Branch {
				restarted := *t
				restarted.T.enterTimeWait(t.Now)
				return append(challenge(&restarted, "O20: 2MSL restarted"), challenge(t, "O20: 2MSL goes on (first check)")...)
			},
		},
		{
			ID: "other.1.crossing-syn", Clause: "RFC 9293 §3.5",
			Says:         "the SYN-ACK of a peer whose SYN crossed ours: an ACK (first check), or ESTABLISHED (figure 7)",
			Requirements: []string{"MUST-10", "RFC9293-A.2-1"},
			When: func(t *Turn) bool {
				return t.T.State == trace.SynReceived && t.T.Active && t.Has(trace.SYN|trace.ACK) && t.Seg.Seq == t.T.Irs
			},
			Then: func(t *Turn) []Branch {
				figure7 := ackAlone(t, "O11: figure 7")
				figure7.Replies[0].Optional = true // the figure has none
				return append(challenge(t, "O11: an ACK (first check)"), synACKAgain(t), figure7)
			},
		},
		{
			ID: "other.1.syn-again", Clause: "RFC 9293 §3.10.7.4", Says: "the peer's SYN again, in SYN-RECEIVED: an ACK",
			Requirements: []string{"RFC9293-3.10.7.4-2", "RFC9293-3.10.7.4-1"},
			When: func(t *Turn) bool {
				return t.T.State == trace.SynReceived && t.Has(trace.SYN) && t.Seg.Seq == t.T.Irs
			},
			Then: func(t *Turn) []Branch { return append(challenge(t, "O11: an ACK"), synACKAgain(t)) },
		},
		{
			ID: "other.1.zero-window", Clause: "RFC 9293 §3.10.7.4",
			Says:         "a window of zero, text or FIN at RCV.NXT: an ACK; special allowance for ACK and URG",
			Requirements: []string{"RFC9293-3.4-4", "RFC9293-3.8.6.1-1"},
			When: func(t *Turn) bool {
				return t.T.RcvWnd == 0 && t.Seg.Seq == t.T.RcvNxt && !t.Has(trace.SYN)
			},
			Then: func(t *Turn) []Branch {
				return append([]Branch{ackAlone(t, "O10: ACK and URG processed")}, challenge(t, "O10: not used")...)
			},
		},
		{
			ID: "other.1.crossing", Clause: "RFC 9293 §A.2",
			Says:         "the number before RCV.NXT, where probes or FINs cross: an ACK; its ACK may count",
			Requirements: []string{"RFC9293-A.2-1"},
			When: func(t *Turn) bool {
				probing := t.T.SndWnd == 0 && t.T.SndUna != t.T.SndNxt
				return (probing || t.T.State == trace.Closing) && t.Seg.Seq == t.T.RcvNxt-1 && t.Seg.Len() <= 1 && !t.Has(trace.SYN)
			},
			Then: func(t *Turn) []Branch {
				return append(challenge(t, "an ACK (first check)"), ackAlone(t, "its ACK processed (§A.2)"))
			},
		},
		{
			ID: "other.1.unacceptable", Clause: "RFC 9293 §3.5.2", Says: "not acceptable: <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>, dropped",
			Requirements: []string{"RFC9293-3.10.7.4-1", "RFC9293-3.5.2-4", "RFC9293-3.4-2", "RFC9293-3.4-3"},
			When:         func(t *Turn) bool { return !acceptable(t) },
			Then: func(t *Turn) []Branch {
				ways := challenge(t, "")
				if recorded := *t; recorded.T.recordTimestamp(t) {
					ways = append(ways, challenge(&recorded, "TS.Recent first (RFC 7323 App. D)")...)
				}
				return ways
			},
		},
	},
}

// acceptable is Table 6.
func acceptable(t *Turn) bool {
	n, seq := t.Seg.Len(), t.Seg.Seq
	switch {
	case n == 0 && t.T.RcvWnd == 0:
		return seq == t.T.RcvNxt
	case n == 0:
		return t.T.InWindow(seq)
	case t.T.RcvWnd == 0:
		return false
	}
	return t.T.InWindow(seq) || t.T.InWindow(seq+n-1)
}

// trimmed goes on with "the idealized segment": TS.Recent is recorded (RFC 7323 §5.3, R3), and what lies outside the window
// is trimmed off, "including SYN and FIN".
func trimmed(t *Turn) []Branch {
	n := t.T
	n.recordTimestamp(t)
	if t.Has(trace.SYN) && lt(t.Seg.Seq, n.RcvNxt) {
		return oldSYN(t, n)
	}
	return t.withinWindow(n, beginning(t.Seg, n.RcvNxt))
}

// oldSYN is for a segment with new text and a SYN from before the window. In the synchronized states RFC 5961 has the SYN
// answered "irrespective of the sequence number"; in SYN-RECEIVED it is trimmed off, or drops the segment, as "if the SYN is
// not in the window, this step would not be reached and an ACK would have been sent in the first step".
func oldSYN(t *Turn, n TCB) []Branch {
	cut := t.withinWindow(n, beginning(t.Seg, n.RcvNxt))
	if !n.Synchronized() {
		again := *t
		again.T = n
		return append(cut, append(challenge(&again, "O11: an ACK"), synACKAgain(&again))...)
	}
	cut = against(cut, "O14: SYN before the window trimmed off (RFC 793)", "RFC5961-4.2-1")
	return append([]Branch{{TCB: n, Next: true}}, cut...)
}

// beginning is the segment from a number on: what is older is cut off, SYN first.
func beginning(s *trace.Segment, from uint32) *trace.Segment {
	left := *s
	if left.Flags.Has(trace.SYN) && lt(left.Seq, from) {
		left.Seq, left.Flags = left.Seq+1, left.Flags&^trace.SYN
	}
	if lt(left.Seq, from) {
		old := min(from-left.Seq, uint32(len(left.Payload)))
		left.Seq, left.Payload = left.Seq+old, left.Payload[old:]
	}
	return &left
}

// withinWindow goes on with a segment without what lies beyond the window, FIN first; or with that too, since trimming is
// what one "could" do.
func (t *Turn) withinWindow(n TCB, s *trace.Segment) []Branch {
	first := s.Seq
	if s.Flags.Has(trace.SYN) {
		first++
	}
	room := n.RcvEdge() - first
	if s.Seq+s.Len()-n.RcvNxt <= n.RcvWnd || s.Len() == 0 {
		return t.only(Branch{TCB: n, Seg: s, Next: true})
	}
	cut := *s
	cut.Flags &^= trace.FIN
	cut.Payload = cut.Payload[:min(room, uint32(len(cut.Payload)))]
	return []Branch{
		{Name: "trimmed to the window", TCB: n, Seg: &cut, Next: true},
		{Name: "taken beyond the window", TCB: n, Seg: s, Next: true},
	}
}

// ackAlone goes on with a segment of which nothing that has a number is left, and an ACK is owed to it.
func ackAlone(t *Turn, name string) Branch {
	s := *t.Seg
	s.Seq, s.Payload, s.Flags = t.T.RcvNxt, nil, s.Flags&^(trace.SYN|trace.FIN)
	owed := emptyACK(&t.T)
	owed.Carry = true
	return Branch{Name: name, TCB: t.T, Seg: &s, Replies: []Reply{owed}, Next: true}
}

// synACKAgain answers the peer's SYN with the SYN-ACK, as many do.
func synACKAgain(t *Turn) Branch {
	return Branch{Name: "O11: the SYN-ACK again", TCB: t.T, Replies: []Reply{synACK(&t.T)}}
}

// challenge drops the segment with ACK!, the answer to an unacceptable segment and the challenge ACK. It may be throttled:
// left out for a while after another (RFC 5961 §7).
func challenge(t *Turn, name string) []Branch {
	n := t.T
	n.Challenged, n.HasChallenged = t.Now, true
	ways := t.only(Branch{Name: name, TCB: n, Replies: []Reply{emptyACK(&n)}})
	if t.T.HasChallenged && t.Now-t.T.Challenged < t.P.Throttle {
		ways = append(ways, Branch{Name: "O12, O15: throttled", TCB: t.T})
	}
	return ways
}

// recordTimestamp is: if SEG.TSval >= TS.Recent and SEG.SEQ <= Last.ACK.sent, "then record its timestamp in TS.Recent" (RFC
// 7323 §5.3, R3). It says whether that is another than before.
func (n *TCB) recordTimestamp(t *Turn) bool {
	val, ok := stamp(t.Seg)
	if !ok || !n.SndTsOK || lt(val, n.TsRecent) || lt(n.LastAckSent, t.Seg.Seq) {
		return false
	}
	changed := val != n.TsRecent
	n.TsRecent, n.TsRecentAt = val, t.Now
	return changed
}
