package oracle

import "github.com/twinstack/twinstack/harness/trace"

// receiveChecks are RECEIVE (§3.10.3). The end of the stream, which sockets tell by 0, is the RFC's "connection closing".
var receiveChecks = []Check{{
	Name: "RECEIVE",
	Rules: []Rule{
		{
			ID: "receive.nothing", Clause: "RFC 9293 §3.9.1.3", Says: "no octet is asked for: none is given, and nothing follows from that",
			When: func(t *Turn) bool { return t.count() == 0 },
			Then: asked,
		},
		{
			ID: "receive.urgent", Clause: "RFC 6093 §3.1", Says: "urgent octets by themselves: sockets know that, the RFC does not; no more than are asked for",
			When: func(t *Turn) bool { return t.arg(3) == "MSG_OOB" },
			Then: asked,
		},
		{
			ID: "receive.closed.unread", Clause: "RFC 9293 §3.10.7.4", Says: "what is on hand is given, or it was flushed with the queues",
			When: func(t *Turn) bool { return t.T.State == trace.Closed && t.T.Unread > 0 },
			Then: func(t *Turn) []Branch {
				flushed := t.T
				flushed.Unread, flushed.Told = 0, Nothing
				results := []Result{notThere, done}
				if t.T.Told != Nothing {
					results = []Result{signals[t.T.Told]}
				}
				return []Branch{given(t), {Name: "text on hand is flushed with the TCB", TCB: flushed, Results: results}}
			},
		},
		{
			ID: "receive.closed.told", Clause: "RFC 9293 §3.6", Level: Must, Requirements: []string{"MUST-12", "RFC9293-3.10.7.4-4"},
			Says: "what the connection died of is told, once; not where the stream had ended before",
			When: func(t *Turn) bool { return t.T.State == trace.Closed && t.T.Told != Nothing },
			Then: func(t *Turn) []Branch {
				tcb := t.T
				tcb.Told = Nothing
				ways := []Branch{{TCB: tcb, Results: []Result{signals[t.T.Told]}}}
				if t.T.PeerFin {
					ways = append(ways, Branch{Name: "the end of the stream is told first", TCB: t.T, Results: []Result{done}})
				}
				return ways
			},
		},
		{
			ID: "receive.closed", Clause: "RFC 9293 §3.10.3", Says: "connection does not exist; a socket whose connection was there can say that it has ended",
			When: inState(trace.Closed),
			Then: func(t *Turn) []Branch {
				if t.T.existed() {
					return []Branch{{TCB: t.T, Results: []Result{done, notThere}}}
				}
				return []Branch{{TCB: t.T, Results: []Result{notThere}}}
			},
		},
		{
			ID: "receive.opening", Clause: "RFC 9293 §3.10.3", Says: "queued until ESTABLISHED",
			When: inState(trace.Listen, trace.SynSent, trace.SynReceived),
			Then: func(t *Turn) []Branch {
				if t.T.NoRead {
					return []Branch{{TCB: t.T, Results: []Result{queued, done}}}
				}
				return []Branch{{TCB: t.T, Results: []Result{queued, notThere}}}
			},
		},
		{
			ID: "receive.text", Clause: "RFC 9293 §3.10.3", Says: "what is on hand is given",
			When: func(t *Turn) bool {
				return inState(trace.Established, trace.FinWait1, trace.FinWait2)(t) && t.T.Unread > 0
			},
			Then: func(t *Turn) []Branch {
				ways := []Branch{given(t)}
				if t.T.NoRead {
					ways = append(ways, Branch{Name: "a user who shut the receiving side gets no more", TCB: t.T, Results: []Result{done, wouldBlock}})
				}
				return append(ways, softError(t)...)
			},
		},
		{
			ID: "receive.wait", Clause: "RFC 9293 §3.10.3", Level: Must, Requirements: []string{"MUST-12"},
			Says: "the request is queued: the stream has not ended",
			When: inState(trace.Established, trace.FinWait1, trace.FinWait2),
			Then: func(t *Turn) []Branch {
				results := []Result{wouldBlock}
				if t.T.NoRead {
					results = append(results, done)
				}
				return append([]Branch{{TCB: t.T, Results: results}}, softError(t)...)
			},
		},
		{
			ID: "receive.closewait.text", Clause: "RFC 9293 §3.10.3", Requirements: []string{"RFC9293-3.10.3-1"},
			Says: "what is on hand and was not given yet satisfies the RECEIVE",
			When: func(t *Turn) bool { return t.T.State == trace.CloseWait && t.T.Unread > 0 },
			Then: func(t *Turn) []Branch {
				ways := []Branch{given(t)}
				if t.T.NoRead {
					ways = append(ways, Branch{Name: "a user who shut the receiving side gets no more", TCB: t.T, Results: []Result{done}})
				}
				return append(ways, softError(t)...)
			},
		},
		{
			ID: "receive.closewait", Clause: "RFC 9293 §3.10.3", Level: Must, Requirements: []string{"RFC9293-3.10.3-1", "MUST-12"},
			Says: "connection closing",
			When: inState(trace.CloseWait),
			Then: func(t *Turn) []Branch {
				return append([]Branch{{TCB: t.T, Results: []Result{done}}}, softError(t)...)
			},
		},
		{
			ID: "receive.closing.text", Clause: "RFC 9293 §3.10.3", Says: "connection closing; or what is on hand, since the user \"continues to RECEIVE\" until told (§3.6)",
			When: func(t *Turn) bool {
				return inState(trace.Closing, trace.LastAck, trace.TimeWait)(t) && t.T.Unread > 0
			},
			Then: func(t *Turn) []Branch {
				ended := t.T
				ended.Unread = 0
				return []Branch{given(t), {Name: "text on hand is not given after both FINs (§3.10.3)", TCB: ended, Results: []Result{done}}}
			},
		},
		{
			ID: "receive.closing", Clause: "RFC 9293 §3.10.3", Says: "connection closing",
			When: inState(trace.Closing, trace.LastAck, trace.TimeWait),
			Then: func(t *Turn) []Branch {
				return append([]Branch{{TCB: t.T, Results: []Result{done}}}, softError(t)...)
			},
		},
	},
}}

// asked is a call that gives no more octets than it is about, or fails, and changes nothing either way.
func asked(t *Turn) []Branch {
	if most := number(0, t.count()); t.Call.Result > most.Max {
		return []Branch{{Unchanged: true, Wrong: most.String()}}
	}
	return drop(t)
}

// given is a RECEIVE that gets some of what is on hand, or all.
func given(t *Turn) Branch {
	tcb := t.T
	n := t.took(t.T.Unread)
	tcb.Unread -= n
	tcb.Freed += n
	return Branch{TCB: tcb, Results: []Result{number(1, min(t.count(), int64(t.T.Unread)))}}
}
