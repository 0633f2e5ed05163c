package oracle

import "github.com/twinstack/twinstack/harness/trace"

// finCheck: "Eighth, check the FIN bit": of the segment, or of one that was held and is reached now.
var finCheck = Check{
	Name: "eighth: FIN",
	When: func(t *Turn) bool { return t.Has(trace.FIN) || t.takesText() && t.T.finReached() },
	Rules: []Rule{
		{
			ID: "other.8.beyond-hole", Clause: "RFC 9293 §3.10.7.4", Level: Should,
			Says:         "a FIN beyond a hole: held",
			Requirements: []string{"SHLD-31", "MAY-13", "RFC9293-3.10.7.4-13"},
			When:         func(t *Turn) bool { return t.takesText() && !t.finAtRcvNxt() && !t.T.finReached() },
			Then:         holdFIN,
		},
		{
			ID: "other.8.established", Clause: "RFC 9293 §3.10.7.4",
			Says:         "in ESTABLISHED: RCV.NXT goes over the FIN, an ACK, the user is told, CLOSE-WAIT",
			Requirements: []string{"RFC9293-3.10.7.4-13", "RFC9293-3.10.7.4-16", "RFC9293-3.6-2", "MUST-12"},
			When:         func(t *Turn) bool { return t.T.State == trace.Established },
			Then:         func(t *Turn) []Branch { return takeFIN(t, trace.CloseWait) },
		},
		{
			ID: "other.8.fin-wait-1", Clause: "RFC 9293 §3.10.7.4",
			Says:         "in FIN-WAIT-1, our FIN not acknowledged (else the fifth check has made FIN-WAIT-2 of it): an ACK, CLOSING",
			Requirements: []string{"RFC9293-3.10.7.4-14", "RFC9293-3.6-3"},
			When:         func(t *Turn) bool { return t.T.State == trace.FinWait1 },
			Then:         func(t *Turn) []Branch { return takeFIN(t, trace.Closing) },
		},
		{
			ID: "other.8.fin-wait-2", Clause: "RFC 9293 §3.10.7.4", Says: "in FIN-WAIT-2: an ACK, TIME-WAIT",
			Requirements: []string{"RFC9293-3.10.7.4-14", "RFC9293-3.10.7.4-13"},
			When:         func(t *Turn) bool { return t.T.State == trace.FinWait2 },
			Then:         func(t *Turn) []Branch { return takeFIN(t, trace.TimeWait) },
		},
		{
			ID: "other.8.again", Clause: "RFC 9293 §3.10.7.4", Says: "in CLOSE-WAIT, LAST-ACK: an ACK, the state remains",
			Requirements: []string{"RFC9293-3.10.7.4-13"},
			When:         func(t *Turn) bool { return t.T.State == trace.CloseWait || t.T.State == trace.LastAck },
			Then:         func(t *Turn) []Branch { return secondFIN(t, t.T) },
		},
		{
			ID: "other.8.time-wait", Clause: "RFC 9293 §3.10.7.4", Says: "in TIME-WAIT: an ACK, 2MSL restarts",
			Requirements: []string{"RFC9293-3.10.7.4-12"},
			When:         func(t *Turn) bool { return t.T.State == trace.TimeWait },
			Then: func(t *Turn) []Branch {
				n := t.T
				n.enterTimeWait(t.Now)
				return secondFIN(t, n)
			},
		},
	},
}

// segFIN is the number of the segment's FIN.
func (t *Turn) segFIN() uint32 { return t.Seg.Seq + t.Seg.Len() - 1 }

func (t *Turn) finAtRcvNxt() bool { return t.Has(trace.FIN) && t.segFIN() == t.T.RcvNxt }

// finReached says whether a FIN that was held is next.
func (n *TCB) finReached() bool { return n.HasHeldFin && n.HeldFin == n.RcvNxt }

// ackFIN acknowledges a FIN. §3.8.6.3's delay is for any ACK.
func ackFIN(n *TCB) Reply {
	ack := emptyACK(n)
	ack.Name, ack.Carry, ack.Within = "ACK", true, delayedACK
	return ack
}

// takeFIN: "signal the user 'connection closing' …, advance RCV.NXT over the FIN, and send an acknowledgment for the FIN".
func takeFIN(t *Turn, to trace.State) []Branch {
	n := t.T
	n.RcvNxt++
	n.RcvWnd -= min(n.RcvWnd, 1)
	n.RcvUp = later(n.RcvUp, n.RcvNxt)
	n.PeerFin = true
	n.Held, n.HeldFin, n.HasHeldFin = nil, 0, false // nothing stands behind a FIN
	n.State = to
	if to == trace.TimeWait {
		n.enterTimeWait(t.Now)
	}
	return []Branch{{TCB: n, Replies: []Reply{ackFIN(&n)}}}
}

// holdFIN holds a FIN beyond a hole (SHLD-31). An ACK is allowed (MAY-13). Of two FINs with different numbers either counts.
func holdFIN(t *Turn) []Branch {
	ack := emptyACK(&t.T)
	ack.Carry, ack.Optional = true, true
	way := func(name string, n TCB, against ...string) Branch {
		return Branch{Name: name, TCB: n, Replies: []Reply{ack}, Against: against}
	}
	held := t.T
	held.HeldFin, held.HasHeldFin = t.segFIN(), true
	switch {
	case !t.T.HasHeldFin:
		return []Branch{way("", held), way("FIN beyond a hole dropped", t.T, "SHLD-31")}
	case t.T.HeldFin == held.HeldFin:
		return []Branch{way("", held)}
	}
	return []Branch{way("the first FIN counts", t.T), way("the last FIN counts", held)}
}

// secondFIN acknowledges a FIN that comes when the peer's stream has ended. It has no number of its own any more; that "RCV.NXT
// advances over the FIN" may be read as counting it. One beyond RCV.NXT is beyond a hole: an ACK is allowed (MAY-13).
func secondFIN(t *Turn, n TCB) []Branch {
	ack := ackFIN(&n)
	if !t.finAtRcvNxt() {
		ack.Optional, ack.Within = true, 0
		return []Branch{{TCB: n, Replies: []Reply{ack}}}
	}
	over := n
	over.RcvNxt++
	over.RcvWnd -= min(over.RcvWnd, 1)
	return []Branch{
		{Name: "RCV.NXT stays", TCB: n, Replies: []Reply{ack}},
		{Name: "RCV.NXT advances over the second FIN", TCB: over, Replies: []Reply{ackFIN(&over)}},
	}
}
