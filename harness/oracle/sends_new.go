package oracle

import (
	"time"

	"github.com/twinstack/twinstack/harness/trace"
)

// newChecks are text that was never sent, and the FIN: a segment at SND.NXT that has a length.
var newChecks = []Check{
	{
		Name: "what is still to be sent",
		Rules: []Rule{
			{
				ID: "new.afterfin", Clause: "RFC 9293 §3.10.4", Level: Must, Requirements: []string{"RFC9293-3.10.4-3"},
				Says: "behind the FIN there is nothing to send, and no second FIN",
				When: func(t *Turn) bool { return t.T.FinSent },
				Then: forbid("nothing behind the FIN"),
			},
			{
				ID: "new.synreceived", Clause: "RFC 9293 §3.10.2", Requirements: []string{"RFC9293-3.10.2-1"},
				Says: "before ESTABLISHED text is queued",
				When: func(t *Turn) bool { return t.T.State == trace.SynReceived },
				Then: forbid("nothing before ESTABLISHED"),
			},
			{
				ID: "new.text.none", Clause: "RFC 9293 §3.10.2", Says: "no more text than SEND was given",
				When: func(t *Turn) bool { return t.text() > t.T.Queued },
				Then: forbid("no text that SEND was not given"),
			},
			{
				ID: "new.fin.unasked", Clause: "RFC 9293 §3.6", Level: Must, Requirements: []string{"RFC9293-3.6-2"},
				Says: "a FIN only after CLOSE",
				When: func(t *Turn) bool { return t.Has(trace.FIN) && !t.T.Closed },
				Then: forbid("no FIN before CLOSE"),
			},
			{
				ID: "new.fin.early", Clause: "RFC 9293 §3.10.4", Level: Must, Requirements: []string{"RFC9293-3.6-1", "RFC9293-3.9.1.4-1"},
				Says: "the FIN comes behind all text",
				When: func(t *Turn) bool { return t.Has(trace.FIN) && t.text() < t.T.Queued },
				Then: forbid("the FIN behind all text"),
			},
			{
				ID: "new.fin", Clause: "RFC 9293 §3.10.4", Requirements: []string{"RFC9293-3.6-1"}, Says: "the FIN behind the last of the text",
				When: func(t *Turn) bool { return t.Has(trace.FIN) },
				Then: same,
			},
			{
				ID: "new.text", Clause: "RFC 9293 §3.10.2", Says: "text that SEND was given",
				When: func(t *Turn) bool { return t.text() > 0 },
				Then: same,
			},
		},
	},
	{
		Name: "the window",
		Rules: []Rule{
			{
				ID: "new.window", Clause: "RFC 9293 §3.8.6", Requirements: []string{"RFC7323-2.4-3", "RFC5681-2-1"}, Says: "within the send window",
				When: func(t *Turn) bool { return int64(t.Seg.Len()) <= t.T.Usable() },
				Then: same,
			},
			{
				ID: "new.window.fin", Clause: "RFC 9293 §3.8.6", Says: "the window is of text: a FIN behind it may go",
				When: func(t *Turn) bool { return t.Has(trace.FIN) && int64(t.text()) <= max(0, t.T.Usable()) },
				Then: func(t *Turn) []Branch { return []Branch{{Name: "the FIN needs no window", TCB: t.T, Next: true}} },
			},
			{
				ID: "new.probe", Clause: "RFC 9293 §3.8.6.1", Level: Must, Requirements: []string{"MUST-35", "MUST-36"},
				Says: "a zero window is probed with \"at least one octet of new data\"",
				When: func(t *Turn) bool { return t.T.SndWnd == 0 && t.T.Rexmit.Probe && t.T.Rexmit.due(t.Now) },
				Then: func(t *Turn) []Branch {
					tcb := t.T
					tcb.expired(t.P, t.Now)
					return []Branch{{TCB: tcb}}
				},
			},
			{
				ID: "new.probe.early", Clause: "RFC 9293 §3.8.6.1", Level: Should, Requirements: []string{"SHLD-29", "SHLD-30"},
				Says: "the first probe after the RTO, the intervals growing",
				When: func(t *Turn) bool { return t.T.SndWnd == 0 && t.T.Rexmit.Probe && len(t.T.Flight) == 0 },
				Then: func(t *Turn) []Branch {
					tcb := t.T
					tcb.expired(t.P, t.Now)
					return []Branch{{TCB: tcb, Against: []string{"SHLD-29", "SHLD-30"}}}
				},
			},
			{
				ID: "new.window.beyond", Clause: "RFC 7323 §2.4", Level: Must, Requirements: []string{"RFC7323-2.4-3", "RFC5681-2-1", "SHLD-15"},
				Says: "text goes out first within the window",
				When: func(t *Turn) bool { return int64(t.text()) > t.T.Usable() },
				Then: forbid("nothing beyond SND.UNA+SND.WND"),
			},
		},
	},
	{
		Name: "the size",
		Rules: []Rule{
			{
				ID: "new.size.over", Clause: "RFC 9293 §3.7.1", Level: Must, Requirements: []string{"MUST-14", "MUST-15", "MUST-16", "RFC2525-2.18-1"},
				Says: "a segment is no larger than Eff.snd.MSS: the peer's MSS or what the path takes, less the options",
				When: func(t *Turn) bool { return t.text() > t.effSndMss() },
				Then: forbid("no segment larger than Eff.snd.MSS"),
			},
			{
				ID: "new.size", Clause: "RFC 9293 §3.7.1", Requirements: []string{"MUST-14", "MUST-15", "MUST-16"}, Says: "at most Eff.snd.MSS",
				When: func(t *Turn) bool { return t.text() <= t.effSndMss() },
				Then: same,
			},
		},
	},
	{
		Name: "silly windows",
		Rules: []Rule{
			{
				ID: "new.sws.full", Clause: "RFC 9293 §3.8.6.2.1", Requirements: []string{"SHLD-28"}, Says: "(1) a segment of maximum size",
				When: func(t *Turn) bool { return t.text() == t.effSndMss() || t.text() == t.leastSndMss() },
				Then: same,
			},
			{
				ID: "new.sws.sack", Clause: "RFC 9293 §3.8.6.2.1", Says: "(1) a segment of maximum size for a TCP that keeps the room of SACK options",
				When: func(t *Turn) bool { return t.T.SackOK && t.text() == t.sackSndMss() },
				Then: func(t *Turn) []Branch { return []Branch{{Name: "room kept for SACK options", TCB: t.T, Next: true}} },
			},
			{
				ID: "new.sws.all", Clause: "RFC 9293 §3.8.6.2.1", Says: "(2) all that is queued; by the Nagle algorithm, if nothing is outstanding [O23]",
				When: func(t *Turn) bool { return t.text() == t.T.Queued },
				Then: func(t *Turn) []Branch {
					name := ""
					if len(t.T.Flight) > 0 && !t.Has(trace.FIN) {
						name = "O23: no Nagle algorithm"
					}
					return []Branch{{Name: name, TCB: t.T, Next: true}}
				},
			},
			{
				ID: "new.sws.half", Clause: "RFC 9293 §3.8.6.2.1", Requirements: []string{"MUST-38"}, Says: "(3) half of the largest window",
				When: func(t *Turn) bool { return 2*t.text() >= t.T.MaxSndWnd },
				Then: same,
			},
			{
				ID: "new.sws.override", Clause: "RFC 9293 §3.8.6.2.1", Requirements: []string{"RFC9293-3.8.6.2.1-1"}, Says: "(4) the override timeout, 0.1 to 1.0 s",
				When: func(t *Turn) bool {
					const least = 100 * time.Millisecond
					return t.T.WaitingOn && t.Now >= t.T.Waiting+least-slack(least)
				},
				Then: same,
			},
			{
				ID: "new.sws.silly", Clause: "RFC 9293 §3.8.6.2.1", Level: Must, Requirements: []string{"MUST-38"},
				Says: "small pieces of a longer queue wait",
				When: func(t *Turn) bool { return t.text() < t.effSndMss() && t.text() < t.T.Queued },
				Then: forbid("no small piece of a longer queue"),
			},
		},
	},
	{
		Name: "PSH",
		Rules: []Rule{
			{
				ID: "new.psh.missing", Clause: "RFC 9293 §3.9.1.2", Level: Must, Requirements: []string{"MUST-61"},
				Says: "the last of the queued text has PSH",
				When: func(t *Turn) bool { return t.text() > 0 && t.text() == t.T.Queued && !t.Has(trace.PSH) },
				Then: forbid("PSH on the last of the text"),
			},
			{
				ID: "new.psh", Clause: "RFC 9293 §3.9.1.2", Requirements: []string{"MUST-60", "MUST-61"}, Says: "PSH on the last of the text; elsewhere it is free",
				When: func(t *Turn) bool { return t.Has(trace.PSH) || t.text() < t.T.Queued || t.text() == 0 },
				Then: drop,
			},
		},
	},
}

// text is the octets of text in the segment.
func (t *Turn) text() uint32 { return uint32(len(t.Seg.Payload)) }

// effSndMss is Eff.snd.MSS in octets (§3.7.1, MUST-16): what of text a segment with the options of this one may have.
func (t *Turn) effSndMss() uint32 { return t.sendMss(t.T.SndMss, t.pathMTU()) }

// leastSndMss is the Eff.snd.MSS of a TCP that keeps to the limit of its user, and does not try again what the path did not
// take.
func (t *Turn) leastSndMss() uint32 {
	mss := t.T.SndMss
	if t.T.Set.MaxSeg > 0 {
		mss = min(mss, t.T.Set.MaxSeg)
	}
	return t.sendMss(mss, t.leastPathMTU())
}

// sackSndMss is the Eff.snd.MSS of a TCP that keeps the room of as many SACK blocks as fit (RFC 2018 §3), whether it has any to
// tell of or not: 36 octets, or 40 with timestamps.
func (t *Turn) sackSndMss() uint32 {
	bare, options := *t.Seg, uint32(36)
	if t.T.SndTsOK {
		options = 40
	}
	bare.Options = nil
	without := *t
	without.Seg = &bare
	mss := without.leastSndMss()
	return max(1, mss-min(mss, options))
}

func (t *Turn) sendMss(mss, mtu uint32) uint32 {
	headers, options := uint32(40), uint32(0)
	if t.P.IPv6 {
		headers = 60
	}
	for _, o := range t.Seg.Options {
		if options++; o.Kind > trace.OptNOP {
			options += 1 + uint32(len(o.Data))
		}
	}
	if mtu > 0 {
		mss = min(mss, mtu-min(mtu, headers))
	}
	return max(1, mss-min(mss, options))
}
