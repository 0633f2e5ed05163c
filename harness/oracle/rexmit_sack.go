package oracle

import "time"

// What goes out again where SACK is in use, besides what the timer and duplicate ACKs explain.

// tailProbe is RACK-TLP's probe (RFC 8985 §7): where there is nothing new to send, the last segment again, so that its ACK tells
// what was lost.
var tailProbe = Rule{
	ID: "again.tail", Clause: "RFC 8985 §7.3", Level: Should, Requirements: []string{"RFC8985-7.3-1", "RFC8985-7.2-2"},
	Says: "a tail loss probe: the last segment, once, two round trips after it was sent; the RTO then runs from there",
	When: func(t *Turn) bool {
		return t.T.mayProbe() && t.end() == t.T.SndNxt && t.Now >= t.lastSent()+less(t.probeTimeout())
	},
	Then: func(t *Turn) []Branch {
		tcb := t.T
		tcb.TailProbe = true
		// "re-arm the RTO timer to fire at timeout = now + RTO".
		tcb.Rexmit.From, tcb.Rexmit.Slip = t.Now, 0
		return []Branch{{Name: "a tail loss probe (RFC 8985)", TCB: tcb}}
	},
}

// tailProbeRTO is what may not follow it too soon.
var tailProbeRTO = Rule{
	ID: "again.tail.rto", Clause: "RFC 8985 §7.3", Level: Must, Requirements: []string{"RFC8985-7.3-3"},
	Says: "after a tail loss probe \"the sender MUST re-arm the RTO timer\"",
	When: func(t *Turn) bool { return t.T.TailProbe && t.T.Rexmit.Count == 0 && !t.T.Rexmit.due(t.Now) },
	Then: forbid("nothing before the RTO behind the probe"),
}

// mayProbe says whether a tail loss probe may come: none is out, and no loss is being repaired.
func (t *TCB) mayProbe() bool {
	return t.SackOK && t.Rexmit.On && !t.Rexmit.Probe && t.Rexmit.Count == 0 && !t.Recovery.On && !t.TailProbe && t.SndUna != t.Iss
}

// probeTimeout is the least that PTO may be (RFC 8985 §7.2): 2*SRTT, or a second.
func (t *Turn) probeTimeout() time.Duration {
	if t.T.RTO.Have {
		return 2 * t.T.RTO.Srtt.Min
	}
	return time.Second
}
