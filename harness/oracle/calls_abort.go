package oracle

import "github.com/twinstack/twinstack/harness/trace"

// abortChecks are ABORT (§3.10.5): close(2) with SO_LINGER {1, 0}. The user is gone with it.
var abortChecks = []Check{{
	Name: "ABORT",
	Rules: []Rule{
		{
			ID: "abort.closed", Clause: "RFC 9293 §3.10.5", Says: "connection does not exist",
			When: inState(trace.Closed),
			Then: func(t *Turn) []Branch { return closedAgain(t, notThere) },
		},
		{
			ID: "abort.listen", Clause: "RFC 9293 §3.10.5", Requirements: []string{"RFC9293-3.10.5-2"},
			Says: "delete the TCB, enter CLOSED",
			When: inState(trace.Listen),
			Then: func(t *Turn) []Branch { return []Branch{{TCB: noListener(t), Results: []Result{done}}} },
		},
		{
			ID: "abort.synsent", Clause: "RFC 9293 §3.10.5", Requirements: []string{"RFC9293-3.10.5-2"},
			Says: "delete the TCB, enter CLOSED; no segment",
			When: inState(trace.SynSent),
			Then: func(t *Turn) []Branch { return []Branch{vanishes(t)} },
		},
		{
			ID: "abort.synchronized", Clause: "RFC 9293 §3.10.5", Requirements: []string{"RFC9293-3.10.5-1"},
			Says: "<SEQ=SND.NXT><CTL=RST>, flush all queues, enter CLOSED",
			When: inState(trace.SynReceived, trace.Established, trace.FinWait1, trace.FinWait2, trace.CloseWait),
			Then: func(t *Turn) []Branch {
				closed, waits := aborts(t), aborts(t)
				closed.Name = "O24: the ACK bit of the RST is free"
				waits.Name = "O5: who resets enters TIME-WAIT (§3.5.2)"
				waits.TCB = closer(t)
				waits.TCB.State, waits.TCB.Queued, waits.TCB.FinSent, waits.TCB.Timers = trace.TimeWait, 0, true, Timers{}
				waits.TCB.SndUna = waits.TCB.SndNxt
				return []Branch{closed, waits}
			},
		},
		{
			ID: "abort.last", Clause: "RFC 9293 §3.10.5", Requirements: []string{"RFC9293-3.10.5-2"},
			Says: "\"ok\", delete the TCB, enter CLOSED",
			When: inState(trace.Closing, trace.LastAck, trace.TimeWait),
			Then: func(t *Turn) []Branch {
				rst := aborts(t)
				rst.Name = "O5: a RST all the same (§3.9.1.6)"
				return []Branch{vanishes(t), rst}
			},
		},
	},
}}

// vanishes is an ABORT that sends nothing.
func vanishes(t *Turn) Branch {
	tcb := closer(t)
	return Branch{TCB: tcb.Close(Aborted), Results: []Result{done}}
}
