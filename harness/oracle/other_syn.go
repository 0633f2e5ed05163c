package oracle

import "github.com/twinstack/twinstack/harness/trace"

// synCheck: "Fourth, check the SYN bit", with RFC 5961 §4. What comes here is acceptable; a SYN-ACK is a SYN like any other.
var synCheck = Check{
	Name: "fourth: SYN",
	When: func(t *Turn) bool { return t.Has(trace.SYN) },
	Rules: []Rule{
		{
			ID: "other.4.syn-received.passive", Clause: "RFC 9293 §3.10.7.4",
			Says:         "in SYN-RECEIVED after a passive OPEN: LISTEN, nothing is sent",
			Requirements: []string{"RFC9293-3.10.7.4-6"},
			When:         func(t *Turn) bool { return t.T.State == trace.SynReceived && !t.T.Active },
			Then: func(t *Turn) []Branch {
				return append(backToListen(t), challenge(t, "O16: a challenge ACK (RFC 5961)")...)
			},
		},
		{
			ID: "other.4.challenge", Clause: "RFC 5961 §4.2", Level: Must,
			Says: "otherwise: a challenge ACK, and dropped",
			Requirements: []string{"RFC5961-4.2-1", "RFC5961-4.2-2", "RFC5961-4.2-4", "RFC9293-3.10.7.4-6",
				"RFC9293-3.5.1-1"},
			When: func(t *Turn) bool { return t.T.State != trace.SynReceived || t.T.Active },
			Then: func(t *Turn) []Branch {
				ways := challenge(t, "O14: a challenge ACK (RFC 5961)")
				if !t.T.InWindow(t.Seg.Seq) {
					return ways
				}
				// "If the SYN is in the window it is an error: send a reset …, enter the CLOSED state."
				without := closedBy(t, Reset, "")
				if t.T.State >= trace.Closing {
					without = resetByState(t) // both streams have ended: nobody need be told
				}
				for i := range without {
					without[i].Replies = []Reply{resetFor(t.Seg)}
				}
				return append(ways, against(without, "O14: a RST (RFC 793)", "RFC5961-4.2-1")...)
			},
		},
	},
}
