package oracle

import (
	"strings"

	"github.com/twinstack/twinstack/harness/trace"
)

// sendChecks are SEND (§3.10.2).
var sendChecks = []Check{{
	Name: "SEND",
	Rules: []Rule{
		{
			ID: "send.nothing", Clause: "RFC 9293 §3.9.1.2", Says: "no octet is given: none is taken, and nothing follows from that",
			When: func(t *Turn) bool { return t.count() == 0 },
			Then: asked,
		},
		{
			ID: "send.urgent.not", Clause: "RFC 9293 §3.8.5", Level: Must, Says: "an API without the URGENT flag takes nothing; that the flag is missing the suite tells by itself",
			When: func(t *Turn) bool { return strings.Contains(t.arg(3), "MSG_OOB") && t.Call.Errno == "EOPNOTSUPP" },
			Then: drop,
		},
		{
			ID: "send.closed.told", Clause: "RFC 9293 §3.6", Level: Must, Requirements: []string{"MUST-12", "RFC9293-3.10.7.4-4"},
			Says: "what the connection died of is told, once",
			When: func(t *Turn) bool { return t.T.State == trace.Closed && t.T.Told != Nothing },
			Then: func(t *Turn) []Branch {
				tcb := t.T
				tcb.Told = Nothing
				return []Branch{{TCB: tcb, Results: []Result{signals[t.T.Told]}}, {TCB: t.T, Results: []Result{closing}}}
			},
		},
		{
			ID: "send.closed", Clause: "RFC 9293 §3.10.2", Requirements: []string{"RFC9293-3.10.2-1"},
			Says: "connection does not exist",
			When: inState(trace.Closed),
			Then: func(t *Turn) []Branch {
				ways := []Branch{{TCB: t.T, Results: []Result{notThere}}}
				if !t.T.existed() && t.Call.Errno == "" {
					open := opens(t)[0] // §3.9.1.2: "an automatic OPEN would be done"
					open.Name, open.Results = "O1: SEND opens the connection (§3.9.1.2)", []Result{number(1, t.count())}
					open.TCB.Queued = t.took(uint32(t.count()))
					ways = append(ways, open)
				}
				return ways
			},
		},
		{
			ID: "send.listen", Clause: "RFC 9293 §3.10.2", Requirements: []string{"RFC9293-3.10.2-1"}, Says: "remote socket unspecified",
			When: inState(trace.Listen),
			Then: func(t *Turn) []Branch { return []Branch{{TCB: t.T, Results: []Result{notThere}}} },
		},
		{
			ID: "send.opening.closed", Clause: "RFC 9293 §3.9.1.4", Requirements: []string{"RFC9293-3.10.2-1"},
			Says: "connection closing: CLOSE means \"I have no more to send\"",
			When: func(t *Turn) bool { return inState(trace.SynSent, trace.SynReceived)(t) && t.T.Closed },
			Then: func(t *Turn) []Branch { return []Branch{{TCB: t.T, Results: []Result{closing, queued}}} },
		},
		{
			ID: "send.opening", Clause: "RFC 9293 §3.10.2", Requirements: []string{"RFC9293-3.10.2-1"},
			Says: "the text is queued until ESTABLISHED; or there is no room",
			When: inState(trace.SynSent, trace.SynReceived),
			Then: func(t *Turn) []Branch { return []Branch{taken(t), {TCB: t.T, Results: []Result{queued}}} },
		},
		{
			ID: "send.synchronized.closed", Clause: "RFC 9293 §3.9.1.4", Requirements: []string{"RFC9293-3.10.2-1"},
			Says: "connection closing: a CLOSE waits until all text is sent",
			When: func(t *Turn) bool { return inState(trace.Established, trace.CloseWait)(t) && t.T.Closed },
			Then: func(t *Turn) []Branch { return []Branch{{TCB: t.T, Results: []Result{closing}}} },
		},
		{
			ID: "send.synchronized", Clause: "RFC 9293 §3.10.2", Requirements: []string{"RFC9293-3.10.2-1"},
			Says: "the text is taken; there is no room only where some is still to be sent or acknowledged",
			When: inState(trace.Established, trace.CloseWait),
			Then: func(t *Turn) []Branch {
				ways := []Branch{taken(t)}
				if t.T.Queued > 0 || len(t.T.Flight) > 0 {
					ways = append(ways, Branch{TCB: t.T, Results: []Result{wouldBlock}})
				}
				return append(ways, softError(t)...)
			},
		},
		{
			ID: "send.closing", Clause: "RFC 9293 §3.10.2", Requirements: []string{"RFC9293-3.10.2-1"},
			Says: "connection closing",
			When: inState(trace.FinWait1, trace.FinWait2, trace.Closing, trace.LastAck, trace.TimeWait),
			Then: func(t *Turn) []Branch {
				return append([]Branch{{TCB: t.T, Results: []Result{closing}}}, softError(t)...)
			},
		},
	},
}}

// taken is a SEND of which all, or as much as there is room for, is taken.
func taken(t *Turn) Branch {
	tcb := t.T
	tcb.Queued += t.took(uint32(t.count()))
	tcb.Urgent = tcb.Urgent || strings.Contains(t.arg(3), "MSG_OOB")
	return Branch{TCB: tcb, Results: []Result{number(1, t.count())}}
}

// softError is a call that tells of a soft error in a connection that lives on (§3.9.1.8).
func softError(t *Turn) []Branch {
	if t.T.Told == Nothing {
		return nil
	}
	tcb := t.T
	tcb.Told = Nothing
	return []Branch{{Name: "the call tells of the soft error (§3.9.1.8)", TCB: tcb, Results: []Result{signals[t.T.Told]}}}
}

// existed says that there was a connection, or is.
func (t *TCB) existed() bool { return t.Iss|t.SndNxt|t.RcvNxt != 0 || t.Active }
