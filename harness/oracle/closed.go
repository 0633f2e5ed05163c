package oracle

import "github.com/twinstack/twinstack/harness/trace"

// closedChecks are SEGMENT ARRIVES in CLOSED (§3.10.7.1).
var closedChecks = []Check{{
	Name: "CLOSED",
	Rules: []Rule{
		{
			ID: "closed.1.rst", Clause: "RFC 9293 §3.10.7.1", Requirements: []string{"RFC9293-3.5.2-3"}, Says: "a RST is discarded",
			When: func(t *Turn) bool { return t.Has(trace.RST) },
			Then: drop,
		},
		{
			ID: "closed.2.ack", Clause: "RFC 9293 §3.10.7.1", Requirements: []string{"RFC9293-3.5.2-1"},
			Says: "what has an ACK draws <SEQ=SEG.ACK><CTL=RST>",
			When: func(t *Turn) bool { return t.Has(trace.ACK) },
			Then: func(t *Turn) []Branch { return answer(t, resetFor(t.Seg)) },
		},
		{
			ID: "closed.3.none", Clause: "RFC 9293 §3.10.7.1", Requirements: []string{"RFC9293-3.5.2-2"},
			Says: "what has none draws <SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>",
			When: func(t *Turn) bool { return !t.Has(trace.ACK) },
			Then: func(t *Turn) []Branch { return answer(t, resetFor(t.Seg)) },
		},
	},
}}
