package oracle

import "github.com/twinstack/twinstack/harness/trace"

// closeChecks are CLOSE (§3.10.4): shutdown of the sending side, and close(2), by which a user goes for good. The latter
// never fails: there is nobody left to tell.
var closeChecks = []Check{{
	Name: "CLOSE",
	Rules: []Rule{
		{
			ID: "close.closed", Clause: "RFC 9293 §3.10.4", Says: "connection does not exist",
			When: inState(trace.Closed),
			Then: func(t *Turn) []Branch { return closedAgain(t, notThere) },
		},
		{
			ID: "close.listen.half", Clause: "RFC 9293 §3.10.4", Says: "half of a listener is no thing of the RFC's: it goes, or it stays",
			When: func(t *Turn) bool { return t.T.State == trace.Listen && !t.leaves() },
			Then: func(t *Turn) []Branch {
				return []Branch{{TCB: noListener(t), Results: []Result{done}}, {TCB: t.T, Results: []Result{done, notOffered}}}
			},
		},
		{
			ID: "close.listen", Clause: "RFC 9293 §3.10.4", Requirements: []string{"RFC9293-3.10.4-1"},
			Says: "delete the TCB, enter CLOSED",
			When: inState(trace.Listen),
			Then: func(t *Turn) []Branch { return []Branch{{TCB: noListener(t), Results: []Result{done}}} },
		},
		{
			ID: "close.synsent", Clause: "RFC 9293 §3.10.4", Requirements: []string{"RFC9293-3.10.4-1"},
			Says: "delete the TCB; no segment",
			When: inState(trace.SynSent),
			Then: func(t *Turn) []Branch {
				tcb := closer(t)
				return append([]Branch{{TCB: tcb.Close(Aborted), Results: []Result{done}}}, refusing(t)...)
			},
		},
		{
			ID: "close.synreceived", Clause: "RFC 9293 §3.10.4", Requirements: []string{"RFC9293-3.10.4-2"},
			Says: "with nothing to send form a FIN and enter FIN-WAIT-1; otherwise queue until ESTABLISHED",
			When: func(t *Turn) bool { return t.T.State == trace.SynReceived && !t.T.Closed },
			Then: func(t *Turn) []Branch {
				tcb := closer(t)
				held := Branch{Name: "O2: CLOSE waits for ESTABLISHED", TCB: tcb, Results: []Result{done}}
				ways := []Branch{held}
				if tcb.Queued == 0 {
					tcb.State = trace.FinWait1
					ways = []Branch{{Name: "O2: FIN at once", TCB: tcb, Replies: []Reply{fin(&tcb)}, Results: []Result{done}}, held}
				}
				return append(ways, refusing(t)...)
			},
		},
		{
			ID: "close.established.unread", Clause: "RFC 9293 §3.6.1", Level: Should, Requirements: []string{"SHLD-3", "RFC2525-2.17-1"},
			Says: "a user who goes while text is unread: a RST shows that it was lost",
			When: func(t *Turn) bool { return inState(trace.Established, trace.CloseWait)(t) && !t.T.Closed && lost(t) },
			Then: func(t *Turn) []Branch {
				ways := finNow(t)
				for i := range ways {
					ways[i].Name, ways[i].Against = "O3: FIN though text is lost", []string{"SHLD-3", "RFC2525-2.17-1"}
				}
				return append([]Branch{aborts(t)}, ways...)
			},
		},
		{
			ID: "close.synchronized", Clause: "RFC 9293 §3.10.4", Requirements: []string{"RFC9293-3.6-1", "RFC9293-3.6-2", "RFC2525-2.15-1", "MAY-1"},
			Says: "when all text is sent, form a FIN and send it; ESTABLISHED becomes FIN-WAIT-1 in any case, CLOSE-WAIT LAST-ACK with the FIN",
			When: func(t *Turn) bool { return inState(trace.Established, trace.CloseWait)(t) && !t.T.Closed },
			Then: func(t *Turn) []Branch {
				ways := finNow(t)
				if t.T.Unread > 0 && !t.leaves() && t.how() == shutRDWR {
					r := aborts(t)
					r.Name = "O3: a user who shuts both sides has lost what is unread (SHLD-3)"
					ways = append(ways, r)
				}
				if t.leaves() && len(t.T.Held) > 0 {
					r := aborts(t)
					r.Name = "O3: text behind a hole is lost, too (SHLD-3)"
					ways = append(ways, r)
				}
				return ways
			},
		},
		{
			ID: "close.finwait.unread", Clause: "RFC 9293 §3.6.1", Level: Should, Requirements: []string{"SHLD-3", "RFC2525-2.17-1"},
			Says: "a user who has closed goes while text is unread: a RST shows that it was lost",
			When: func(t *Turn) bool {
				return inState(trace.SynReceived, trace.Established, trace.CloseWait, trace.FinWait1, trace.FinWait2)(t) && lost(t)
			},
			Then: func(t *Turn) []Branch {
				return []Branch{aborts(t), {Name: "O3: no RST though text is lost", TCB: closer(t), Results: []Result{done}, Against: []string{"SHLD-3", "RFC2525-2.17-1"}}}
			},
		},
		{
			ID: "close.again", Clause: "RFC 9293 §3.10.4", Level: Must, Requirements: []string{"RFC9293-3.10.4-3"},
			Says: "connection closing, or \"ok\" as long as no second FIN is emitted",
			When: inState(trace.SynReceived, trace.Established, trace.FinWait1, trace.FinWait2, trace.CloseWait),
			Then: func(t *Turn) []Branch {
				ways := closedAgain(t, closing)
				if !t.leaves() {
					ways[0].Name, ways[1].Name = "O4: error", "O4: ok"
				}
				return ways
			},
		},
		{
			ID: "close.last", Clause: "RFC 9293 §3.10.4", Says: "connection closing",
			When: inState(trace.Closing, trace.LastAck, trace.TimeWait),
			Then: func(t *Turn) []Branch {
				ways := closedAgain(t, closing)
				if lost(t) {
					r := aborts(t)
					r.Name = "O3: a RST for the text that is lost, though both have closed (SHLD-3)"
					ways = append(ways, r)
				}
				return ways
			},
		},
	},
}}

// closer is the TCB of a user who has called CLOSE.
func closer(t *Turn) TCB {
	tcb := t.T
	tcb.Closed = true
	switch {
	case t.leaves():
		tcb.Gone = true
		if tcb.Set.LingerOn {
			tcb.LingerEnd = t.Now + tcb.Set.Linger
		}
	case t.how() == shutRDWR:
		tcb.NoRead = true
	}
	return tcb
}

// closedAgain is a CLOSE with nothing to close: close(2) is done, shutdown(2) says so or says nothing.
func closedAgain(t *Turn, says Result) []Branch {
	if t.leaves() {
		return []Branch{{TCB: closer(t), Results: []Result{done}}}
	}
	return []Branch{{TCB: t.T, Results: []Result{says}}, {TCB: closer(t), Results: []Result{done}}}
}

// noListener is what is left of a listener.
func noListener(t *Turn) TCB { return TCB{Set: t.T.Set} }

// refusing is a shutdown that sockets do not offer in this state.
func refusing(t *Turn) []Branch {
	if t.leaves() {
		return nil
	}
	return []Branch{{Name: "CLOSE is not offered in this state", TCB: t.T, Results: []Result{notOffered}}}
}

// lost says that text is on hand which nobody will read.
func lost(t *Turn) bool { return t.leaves() && t.T.Unread > 0 }

// finNow is a CLOSE that is made: its FIN goes at once where nothing holds it back. An open window and a congestion window
// of one segment, the least that there is (RFC 5681 §3.1), hold nothing back that is not full.
func finNow(t *Turn) []Branch {
	tcb := closer(t)
	if tcb.State == trace.Established {
		tcb.State = trace.FinWait1
	}
	way := Branch{TCB: tcb, Results: []Result{done}}
	if tcb.Queued == 0 && tcb.Usable() > 0 && tcb.SndNxt-tcb.SndUna < tcb.SndMss && !tcb.Recovery.On {
		way.Replies = []Reply{fin(&tcb)}
	}
	return []Branch{way}
}

// fin is <SEQ=SND.NXT><ACK=RCV.NXT><CTL=FIN,ACK>.
func fin(t *TCB) Reply {
	return Reply{Name: "FIN", Flags: trace.FIN | trace.ACK, Seq: t.SndNxt, Ack: t.RcvNxt}
}

// aborts is the RST by which a user's going tells that text was lost, or an ABORT.
func aborts(t *Turn) Branch {
	tcb := closer(t)
	return Branch{TCB: tcb.Close(Aborted), Replies: []Reply{abortRST(&t.T)}, Results: []Result{done}}
}
