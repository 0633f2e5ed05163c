package oracle

import "github.com/twinstack/twinstack/harness/trace"

// deserted is what becomes of a connection that nobody has accepted when its listener is closed. The RFC knows no such
// user: a connection of its own has been there since the SYN.
func deserted(t *Turn) ([]Outcome, error) { return through(desertedChecks, t) }

// perhapsDeserted is deserted where the listener may also have stayed.
func perhapsDeserted(t *Turn) ([]Outcome, error) {
	out, err := deserted(t)
	t.w.end(&t.T, "")
	return t.w.last(len(out) + 1), err
}

var desertedChecks = []Check{{
	Name: "the listener is closed",
	Rules: []Rule{
		{
			ID: "deserted.none", Clause: "RFC 9293 §3.10.4", Says: "no connection, or one that ends by itself",
			When: inState(trace.Closed, trace.Closing, trace.LastAck, trace.TimeWait),
			Then: drop,
		},
		{
			ID: "deserted", Clause: "RFC 9293 §3.10.5", Level: May, Says: "a user who goes: ABORT, or CLOSE; or a connection without a user",
			When: connection,
			Then: func(t *Turn) []Branch {
				tcb := t.T
				tcb.Gone = true
				alone := []Branch{{Name: "the listener goes: what nobody accepted is aborted", TCB: tcb.Close(Nothing), Replies: []Reply{abortRST(&t.T)}}}
				if t.T.State == trace.SynReceived {
					return append(alone, Branch{Name: "the listener goes: what was not established is forgotten", TCB: tcb.Close(Nothing)},
						Branch{Name: "the listener goes: what was not established stays", TCB: tcb})
				}
				tcb.Closed = true
				if tcb.State == trace.Established {
					tcb.State = trace.FinWait1
				}
				return append(alone, Branch{Name: "the listener goes: what nobody accepted is closed", TCB: tcb})
			},
		},
	},
}}
