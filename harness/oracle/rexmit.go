package oracle

import (
	"time"

	"github.com/twinstack/twinstack/harness/trace"
)

// againChecks are what goes out again: text, a SYN or a FIN below SND.NXT.
var againChecks = []Check{
	{
		Name: "what goes out again",
		Rules: []Rule{
			{
				ID: "again.probe.old", Clause: "RFC 9293 §3.8.6.1", Says: "a probe is new data, or a retransmission: not an octet that is acknowledged",
				When: func(t *Turn) bool { return t.T.Rexmit.Probe && lt(t.Seg.Seq, t.T.SndUna) },
				Then: forbid("a probe at SND.UNA"),
			},
			{
				ID: "again.old", Clause: "RFC 9293 §3.8", Says: "what is acknowledged does not go out again",
				When: func(t *Turn) bool { return lt(t.Seg.Seq, t.T.SndUna) },
				Then: forbid("nothing below SND.UNA"),
			},
			{
				ID: "again.syn.flags", Clause: "RFC 9293 §3.10.8", Requirements: []string{"RFC9293-3.10.8-2"},
				Says: "the segment at the front of the queue again: the SYN",
				When: func(t *Turn) bool { return t.Has(trace.SYN) != (t.Seg.Seq == t.T.Iss) },
				Then: forbid("the SYN at ISS"),
			},
			{
				ID: "again.syn", Clause: "RFC 9293 §3.10.8", Says: "the SYN",
				When: func(t *Turn) bool { return t.Has(trace.SYN) && t.text() == 0 && !t.Has(trace.FIN) },
				Then: same,
			},
			{
				ID: "again.fin.number", Clause: "RFC 9293 §3.6", Level: Must, Requirements: []string{"RFC9293-3.6-4", "RFC9293-3.10.4-3"},
				Says: "the FIN keeps its number",
				When: func(t *Turn) bool { return t.Has(trace.FIN) && t.end() != t.ownFin()+1 },
				Then: forbid("the FIN with its number"),
			},
			{
				ID: "again.text.none", Clause: "RFC 9293 §3.10.2", Says: "no more text than SEND was given",
				When: func(t *Turn) bool { return lt(t.T.SndNxt+t.T.Queued, t.end()) && !t.Has(trace.FIN) },
				Then: forbid("no text that SEND was not given"),
			},
			{
				ID: "again.window", Clause: "RFC 7323 §2.4", Level: Must, Requirements: []string{"RFC7323-2.4-3"},
				Says: "what goes with it for the first time is within the window",
				When: func(t *Turn) bool {
					return lt(t.T.SndNxt, t.end()) && lt(t.T.SndUna+t.T.SndWnd, t.end()) && !t.Has(trace.FIN)
				},
				Then: forbid("nothing new beyond the window"),
			},
			{
				ID: "again.size", Clause: "RFC 9293 §3.7.1", Level: Must, Requirements: []string{"MUST-14", "MUST-16"},
				Says: "at most Eff.snd.MSS",
				When: func(t *Turn) bool { return t.text() > t.effSndMss() && t.text() > 1 },
				Then: forbid("no segment larger than Eff.snd.MSS"),
			},
			{
				ID: "again.fin", Clause: "RFC 9293 §3.6", Requirements: []string{"RFC9293-3.6-4"}, Says: "the FIN, with text before it or without",
				When: func(t *Turn) bool { return t.Has(trace.FIN) },
				Then: same,
			},
			{
				ID: "again.text", Clause: "RFC 9293 §3.8.6", Says: "text; it may be packaged anew",
				When: func(t *Turn) bool { return t.text() > 0 },
				Then: same,
			},
		},
	},
	{
		Name: "why it goes out again",
		Rules: []Rule{
			{
				ID: "again.timer", Clause: "RFC 6298 §5", Level: Must,
				Requirements: []string{"RFC9293-3.10.8-2", "MUST-18", "MUST-19", "MUST-35", "RFC6298-2-1", "RFC6298-2-2", "RFC6298-5-1", "RFC6298-5-5", "RFC6298-5-6", "RFC6298-5-7", "RFC2525-2.10-1", "RFC2525-2.14-1"},
				Says:         "the timer has expired: the segment at the front goes out again, and the interval doubles",
				When:         func(t *Turn) bool { return t.Seg.Seq == t.T.SndUna && t.T.Rexmit.due(t.Now) },
				Then: func(t *Turn) []Branch {
					tcb := t.T
					tcb.expired(t.P, t.Now)
					return []Branch{{TCB: tcb}}
				},
			},
			sackedAgain,
			leftEdge,
			{
				ID: "again.fast", Clause: "RFC 5681 §3.2", Level: Should, Requirements: []string{"RFC5681-3.2-5"},
				Says: "the third duplicate ACK: the segment at the front goes out without waiting",
				When: func(t *Turn) bool {
					return t.Seg.Seq == t.T.SndUna && t.T.DupAcks >= 3 && !t.T.Recovery.On && !t.T.Rexmit.Probe
				},
				Then: func(t *Turn) []Branch {
					tcb := t.T
					tcb.Recovery = Recovery{On: true, To: t.T.SndNxt, Since: t.Now}
					return []Branch{{TCB: tcb}}
				},
			},
			{
				ID: "again.recovery", Clause: "RFC 5681 §4.3", Requirements: []string{"RFC6582-3.2-3", "RFC5681-3.1-9"},
				Says: "after a loss, what was sent before goes out once more as ACKs come in",
				When: func(t *Turn) bool {
					return t.T.Recovery.On && t.T.Recovery.Credit > 0 && lt(t.Seg.Seq, t.T.Recovery.To) && t.lastSent() < t.T.Recovery.Since
				},
				Then: func(t *Turn) []Branch {
					tcb := t.T
					tcb.Recovery.Credit--
					return []Branch{{TCB: tcb}}
				},
			},
			sackEvidence,
			rescue,
			tailProbe,
			{
				ID: "again.inner", Clause: "RFC 9293 §3.10.8", Level: Must, Requirements: []string{"RFC9293-3.10.8-2", "RFC2525-2.14-1"},
				Says: "the segment at the front, and no other",
				When: func(t *Turn) bool { return t.Seg.Seq != t.T.SndUna },
				Then: forbid("the segment at SND.UNA"),
			},
			{
				ID: "again.probe.early", Clause: "RFC 9293 §3.8.6.1", Level: Should, Requirements: []string{"SHLD-29", "SHLD-30"},
				Says: "the intervals of probes grow",
				When: func(t *Turn) bool { return t.T.Rexmit.Probe },
				Then: func(t *Turn) []Branch {
					tcb := t.T
					tcb.expired(t.P, t.Now)
					return []Branch{{TCB: tcb, Against: []string{"SHLD-29", "SHLD-30"}}}
				},
			},
			tailProbeRTO,
			{
				ID: "again.early", Clause: "RFC 6298 §5", Level: Must, Requirements: []string{"RFC6298-5-1", "RFC6298-1-1", "MUST-18"},
				Says: "\"never … less than one RTO after the previous transmission of that segment\"",
				When: func(t *Turn) bool { return t.Now < t.lastSent()+t.T.Rexmit.Min-slack(t.T.Rexmit.Min) },
				Then: forbid("nothing before the RTO"),
			},
			{
				ID: "again.restart", Clause: "RFC 6298 §5", Level: Should, Requirements: []string{"RFC6298-5-4"},
				Says: "(5.3) an ACK of new data restarts the timer",
				When: func(t *Turn) bool { return t.T.Rexmit.On },
				Then: func(t *Turn) []Branch {
					tcb := t.T
					tcb.expired(t.P, t.Now)
					return []Branch{{TCB: tcb, Against: []string{"RFC6298-5-4"}}}
				},
			},
		},
	},
}

// end is the number behind the segment.
func (t *Turn) end() uint32 { return t.Seg.Seq + t.Seg.Len() }

// ownFin is the number of the user's FIN: behind all text.
func (t *Turn) ownFin() uint32 {
	switch {
	case t.T.FinSent:
		return t.T.SndNxt - 1
	case t.T.Closed:
		return t.T.SndNxt + t.T.Queued
	}
	return t.T.SndUna - 1 // none: no segment that goes out again ends there
}

// lastSent is when the number at which the segment begins was sent last.
func (t *Turn) lastSent() time.Duration {
	for _, f := range t.T.Flight {
		if lt(t.Seg.Seq, f.To) {
			return f.Last
		}
	}
	return 0
}
