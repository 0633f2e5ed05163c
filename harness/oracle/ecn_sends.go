package oracle

import "github.com/twinstack/twinstack/harness/trace"

// ecnChecks are what holds of ECN for every segment that the IUT sends, owed or not (RFC 3168).
var ecnChecks = []Check{
	{
		Name: "ECN on a RST",
		When: func(t *Turn) bool {
			return t.Has(trace.RST) && (t.Codepoint != trace.NotECT || t.Seg.Flags&(trace.ECE|trace.CWR) != 0)
		},
		Rules: []Rule{{
			ID: "ecn.rst", Clause: "RFC 3168 §5.2", Level: Must, Says: "nobody would notice the loss of a RST, so that it is not ECT; and it says nothing of congestion",
			Then: forbid("no ECN on a RST"),
		}},
	},
	{
		Name: "ECN on a SYN",
		When: func(t *Turn) bool { return t.Has(trace.SYN) },
		Rules: []Rule{
			{
				ID: "ecn.syn.ect", Clause: "RFC 3168 §6.1.1", Level: Must, Requirements: []string{"RFC3168-6.1.1-3"},
				Says: "\"a host MUST NOT set ECT on SYN or SYN-ACK packets\"",
				When: func(t *Turn) bool { return t.Codepoint != trace.NotECT },
				Then: forbid("no ECT"),
			},
			{
				ID: "ecn.syn.setup", Clause: "RFC 3168 §6.1.1", Says: "an ECN-setup SYN has both flags",
				When: func(t *Turn) bool { return t.Has(trace.ECE|trace.CWR) && !t.Has(trace.ACK) },
				Then: onECN(offered),
			},
			{
				ID: "ecn.synack.unasked", Clause: "RFC 3168 §6.1.1", Level: Must, Requirements: []string{"RFC3168-6.1.1-2"},
				Says: "an ECN-setup SYN-ACK answers an ECN-setup SYN: \"otherwise, it MUST NOT send\" one",
				When: func(t *Turn) bool { return t.Has(trace.ACK|trace.ECE) && !t.Has(trace.CWR) && !t.T.ECN.Heard },
				Then: forbid("no ECE"),
			},
			{
				ID: "ecn.synack.setup", Clause: "RFC 3168 §6.1.1", Requirements: []string{"RFC3168-6.1.1-2"}, Says: "an ECN-setup SYN-ACK has ECE alone",
				When: func(t *Turn) bool { return t.Has(trace.ACK|trace.ECE) && !t.Has(trace.CWR) },
				Then: onECN(offered),
			},
			{
				ID: "ecn.syn.odd", Clause: "RFC 3168 §6.1.1", Level: Should, Requirements: []string{"RFC3168-6.1.1-5"},
				Says: "a host that is not willing \"SHOULD clear both the ECE and CWR flags\"",
				When: func(t *Turn) bool { return t.Seg.Flags&(trace.ECE|trace.CWR) != 0 },
				Then: onECN(declined, "RFC3168-6.1.1-5"),
			},
			{
				ID: "ecn.syn.none", Clause: "RFC 3168 §6.1.1", Says: "neither: no ECN",
				When: func(t *Turn) bool { return t.Seg.Flags&(trace.ECE|trace.CWR) == 0 },
				Then: onECN(declined),
			},
		},
	},
	{
		Name: "the codepoint",
		When: func(t *Turn) bool { return plain(t) && t.Codepoint != trace.NotECT },
		Rules: []Rule{
			{
				ID: "ecn.ce", Clause: "RFC 3168 §5", Says: "CE is for routers to set",
				When: func(t *Turn) bool { return t.Codepoint == trace.CE },
				Then: forbid("no CE"),
			},
			{
				ID: "ecn.ect.unused", Clause: "RFC 3168 §6.1.1", Level: Must, Requirements: []string{"RFC3168-6.1.1-4"},
				Says: "no ECT unless each end has sent an ECN-setup SYN or SYN-ACK, and this one no other",
				When: func(t *Turn) bool { return !t.T.ECN.capable() },
				Then: forbid("no ECT"),
			},
			{
				ID: "ecn.ect.ack", Clause: "RFC 3168 §6.1.4", Level: Must, Requirements: []string{"RFC3168-6.1.4-1"},
				Says: "\"pure acknowledgement packets … MUST be sent with the not-ECT codepoint\"",
				When: func(t *Turn) bool { return t.Seg.Len() == 0 },
				Then: forbid("no ECT on an ACK"),
			},
			{
				ID: "ecn.ect.again", Clause: "RFC 3168 §6.1.5", Level: Must, Requirements: []string{"RFC3168-6.1.5-1"},
				Says: "TCPs \"MUST NOT set either ECT codepoint … for retransmitted data packets\"",
				When: func(t *Turn) bool { return t.Seg.Seq != t.T.SndNxt },
				Then: forbid("no ECT on what is sent again"),
			},
			{
				ID: "ecn.ect.probe", Clause: "RFC 3168 §6.1.6", Level: Must, Requirements: []string{"RFC3168-6.1.6-1"},
				Says: "\"the TCP data sender MUST NOT set either an ECT codepoint or the CWR bit on window probe packets\"",
				When: func(t *Turn) bool { return t.probes() },
				Then: forbid("no ECT on a window probe"),
			},
			{
				ID: "ecn.ect.refused", Clause: "RFC 3168 §6.1.1", Level: Should, Requirements: []string{"RFC3168-6.1.1-7"},
				Says: "where a non-ECN-setup SYN or SYN-ACK has come as well, text SHOULD NOT be ECT",
				When: func(t *Turn) bool { return t.T.ECN.Refused },
				Then: onECN(ect, "RFC3168-6.1.1-7"),
			},
			{
				ID: "ecn.ect.1", Clause: "RFC 3168 §6.1.2", Level: Should, Requirements: []string{"RFC3168-6.1.2-1"},
				Says: "\"when only one ECT codepoint is needed …, ECT(0) SHOULD be used\"",
				When: func(t *Turn) bool { return t.Codepoint == trace.ECT1 },
				Then: onECN(ect, "RFC3168-6.1.2-1"),
			},
			{
				ID: "ecn.ect", Clause: "RFC 3168 §6.1.2", Requirements: []string{"RFC3168-6.1.5-1"}, Says: "new text is ECT(0)",
				When: func(t *Turn) bool { return t.Codepoint == trace.ECT0 },
				Then: onECN(ect),
			},
		},
	},
	{
		Name: "CWR",
		When: func(t *Turn) bool {
			return plain(t) && (t.Has(trace.CWR) || t.T.ECN.CWR == CWRDue || t.T.ECN.ECT && t.T.ECN.CWR == CWRNo && t.again())
		},
		Rules: []Rule{
			{
				ID: "ecn.cwr.unused", Clause: "RFC 3168 §6.1.2", Says: "CWR is of ECN-capable senders",
				When: func(t *Turn) bool { return t.Has(trace.CWR) && !t.T.ECN.capable() },
				Then: forbid("no CWR"),
			},
			{
				ID: "ecn.cwr.probe", Clause: "RFC 3168 §6.1.6", Level: Must, Requirements: []string{"RFC3168-6.1.6-1"},
				Says: "nor the CWR bit on window probe packets",
				When: func(t *Turn) bool { return t.Has(trace.CWR) && t.probes() },
				Then: forbid("no CWR on a window probe"),
			},
			{
				ID: "ecn.cwr.unasked", Clause: "RFC 3168 §6.1.1", Level: Must, Requirements: []string{"RFC3168-6.1.2-3"},
				Says: "a sender of ECT \"MUST correctly set/clear the CWR TCP bit\": it tells of a window that was reduced, once",
				When: func(t *Turn) bool { return t.Has(trace.CWR) && t.T.ECN.CWR == CWRNo },
				Then: forbid("no CWR"),
			},
			{
				ID: "ecn.cwr.again", Clause: "RFC 3168 §6.1.2", Level: Should, Requirements: []string{"RFC3168-6.1.2-3"},
				Says: "CWR is for \"the first new data packet\": it \"SHOULD NOT be set on retransmitted packets\"",
				When: func(t *Turn) bool { return t.Has(trace.CWR) && (t.again() || t.text() == 0) },
				Then: onECN(func(*ECN, *Turn) {}, "RFC3168-6.1.2-3"),
			},
			{
				ID: "ecn.cwr", Clause: "RFC 3168 §6.1.2", Requirements: []string{"RFC3168-6.1.2-3"}, Says: "CWR on the first new text since the window was reduced",
				When: func(t *Turn) bool { return t.Has(trace.CWR) },
				Then: onECN(func(e *ECN, _ *Turn) { e.CWR = CWRNo }),
			},
			{
				ID: "ecn.cwr.missing", Clause: "RFC 3168 §6.1.1", Level: Must, Requirements: []string{"RFC3168-6.1.2-3"},
				Says: "an ECE reduces the window, and CWR says so: it must be set correctly",
				When: func(t *Turn) bool { return t.T.ECN.CWR == CWRDue && t.text() > 0 && !t.again() && !t.probes() },
				Then: forbid("CWR"),
			},
			{
				ID: "ecn.cwr.loss", Clause: "RFC 3168 §6.1.2", Says: "a loss reduces the window as well, \"for any reason\"",
				When: func(t *Turn) bool { return t.again() && !t.probes() },
				Then: onECN(mayTell),
			},
			{
				ID: "ecn.cwr.waits", Clause: "RFC 3168 §6.1.2", Says: "CWR waits for new text",
				When: func(t *Turn) bool { return t.text() == 0 || t.probes() },
				Then: same,
			},
		},
	},
	{
		Name: "ECE",
		When: func(t *Turn) bool { return plain(t) && (t.Has(trace.ECE) || t.T.ECN.Echo != EchoNo) },
		Rules: []Rule{
			{
				ID: "ecn.echo.unasked", Clause: "RFC 3168 §6.1.3", Requirements: []string{"RFC3168-6.1.3-1"},
				Says: "ECE tells of CE: none has come, or none since the CWR",
				When: func(t *Turn) bool { return t.T.ECN.Echo == EchoNo },
				Then: forbid("no ECE"),
			},
			{
				ID: "ecn.echo.missing", Clause: "RFC 3168 §6.1.3", Level: Must, Requirements: []string{"RFC3168-6.1.3-1", "RFC3168-6.1.1-6"},
				Says: "\"in all the ACK packets it sends … until it receives a CWR packet\"",
				When: func(t *Turn) bool { return t.T.ECN.Echo == EchoYes && !t.Has(trace.ECE) },
				Then: forbid("ECE"),
			},
			{
				ID: "ecn.echo.old", Clause: "RFC 3168 §6.1.5", Level: Should, Requirements: []string{"RFC3168-6.1.5-2"},
				Says: "\"the TCP data receiver SHOULD ignore the CE codepoint on out-of-window packets\"",
				When: func(t *Turn) bool { return t.T.ECN.Echo == EchoOld && t.Has(trace.ECE) },
				Then: onECN(echoed, "RFC3168-6.1.5-2"),
			},
			{
				ID: "ecn.echo.probe", Clause: "RFC 3168 §6.1.6", Level: Should, Requirements: []string{"RFC3168-6.1.6-2"},
				Says: "CE on a window probe: \"the receiver SHOULD respond to the ECN indications\"",
				When: func(t *Turn) bool { return t.T.ECN.Echo == EchoProbe && !t.Has(trace.ECE) },
				Then: onECN(echoed, "RFC3168-6.1.6-2"),
			},
			{
				ID: "ecn.echo", Clause: "RFC 3168 §6.1.3", Requirements: []string{"RFC3168-6.1.3-1"}, Says: "ECE as long as CE asks for it",
				When: func(t *Turn) bool { return t.Has(trace.ECE) },
				Then: onECN(echoed),
			},
			{
				ID: "ecn.echo.none", Clause: "RFC 3168 §6.1.3", Says: "no ECE, where the CE need not be heeded, or the CWR has come",
				When: func(t *Turn) bool { return !t.Has(trace.ECE) },
				Then: onECN(echoed),
			},
		},
	},
}
