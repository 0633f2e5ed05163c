package oracle

import "github.com/twinstack/twinstack/harness/trace"

// rstCheck: "Second, check the RST bit", with RFC 5961 §3. No RST ever draws a RST (§3.5.2).
var rstCheck = Check{
	Name: "second: RST",
	When: func(t *Turn) bool { return t.Has(trace.RST) },
	Rules: []Rule{
		{
			ID: "other.2.outside", Clause: "RFC 5961 §3.2", Level: Must,
			Says:         "1) outside the window: dropped in silence",
			Requirements: []string{"RFC5961-3.2-1", "RFC9293-3.5.3-1", "RFC9293-3.5.2-3"},
			When:         func(t *Turn) bool { return t.Seg.Seq != t.T.RcvNxt && !t.T.InWindow(t.Seg.Seq) },
			Then:         drop,
		},
		{
			ID: "other.2.in-window", Clause: "RFC 5961 §3.2", Level: Must,
			Says: "3) in the window but not at RCV.NXT: a challenge ACK, and dropped",
			Requirements: []string{"RFC5961-3.2-3", "RFC5961-3.2-4", "RFC5961-3.2-7", "RFC1337-2.4-1", "RFC7323-5.2-1",
				"RFC9293-3.5.2-3"},
			When: func(t *Turn) bool { return t.Seg.Seq != t.T.RcvNxt },
			Then: func(t *Turn) []Branch {
				ways := challenge(t, "O14: a challenge ACK (RFC 5961)")
				if t.T.State == trace.TimeWait {
					ways = append(ways, ignoredRST(t))
				}
				ids := []string{"RFC5961-3.2-3"}
				if t.T.State == trace.SynReceived {
					ids = append(ids, "RFC5961-3.2-7")
				}
				return append(ways, against(resetByState(t), "O14: without RFC 5961", ids...)...)
			},
		},
		{
			ID: "other.2.syn-received.passive", Clause: "RFC 9293 §3.10.7.4",
			Says:         "2) at RCV.NXT, after a passive OPEN: LISTEN, and the user need not be informed",
			Requirements: []string{"RFC9293-3.10.7.4-3", "MUST-11", "RFC9293-3.5-3", "RFC5961-3.2-2", "SHLD-2"},
			When:         func(t *Turn) bool { return t.T.State == trace.SynReceived && !t.T.Active },
			Then:         resetByState,
		},
		{
			ID: "other.2.syn-received.active", Clause: "RFC 9293 §3.10.7.4",
			Says:         "2) at RCV.NXT, after an active OPEN: connection refused, CLOSED",
			Requirements: []string{"RFC9293-3.10.7.4-3", "MUST-11", "RFC5961-3.2-2", "SHLD-2"},
			When:         func(t *Turn) bool { return t.T.State == trace.SynReceived },
			Then:         resetByState,
		},
		{
			ID: "other.2.synchronized", Clause: "RFC 9293 §3.10.7.4",
			Says: "2) at RCV.NXT in ESTABLISHED, FIN-WAIT-1, FIN-WAIT-2, CLOSE-WAIT: the user is told of the reset, CLOSED",
			Requirements: []string{"RFC9293-3.10.7.4-4", "RFC5961-3.2-2", "RFC5961-3.2-5", "RFC5961-4.2-3", "RFC9293-3.5.1-1",
				"MUST-12", "MUST-66", "SHLD-2", "RFC7323-5.2-1"},
			When: func(t *Turn) bool {
				switch t.T.State {
				case trace.Established, trace.FinWait1, trace.FinWait2, trace.CloseWait:
					return true
				}
				return false
			},
			Then: resetByState,
		},
		{
			ID: "other.2.closing", Clause: "RFC 9293 §3.10.7.4", Says: "2) at RCV.NXT in CLOSING, LAST-ACK: CLOSED",
			Requirements: []string{"RFC9293-3.10.7.4-5", "RFC5961-3.2-2", "SHLD-2"},
			When:         func(t *Turn) bool { return t.T.State == trace.Closing || t.T.State == trace.LastAck },
			Then:         resetByState,
		},
		{
			ID: "other.2.time-wait", Clause: "RFC 9293 §3.10.7.4", Says: "2) at RCV.NXT in TIME-WAIT: CLOSED, or ignored (RFC 1337)",
			Requirements: []string{"RFC9293-3.10.7.4-5", "RFC1337-3-1", "RFC1337-3-2", "SHLD-2"},
			When:         func(t *Turn) bool { return t.T.State == trace.TimeWait },
			Then:         func(t *Turn) []Branch { return append(resetByState(t), ignoredRST(t)) },
		},
	},
}

// ignoredRST is RFC 1337's cure for the hazards of TIME-WAIT: always (F1), or for a time (F2).
func ignoredRST(t *Turn) Branch { return Branch{Name: "O13: ignored (RFC 1337)", TCB: t.T} }

// resetByState is what a RST does that is valid, "according to the connection state".
func resetByState(t *Turn) []Branch {
	switch t.T.State {
	case trace.SynReceived:
		if !t.T.Active {
			return backToListen(t)
		}
		return []Branch{{TCB: t.T.Close(Refused)}}
	case trace.Closing, trace.LastAck, trace.TimeWait:
		return append(closedBy(t, Nothing, ""), closedBy(t, Reset, "the user is told (§3.5.3)")...)
	}
	return closedBy(t, Reset, "")
}

// closedBy deletes the TCB. "All segment queues should be flushed", in small letters: what was not read may still be read.
func closedBy(t *Turn, told Told, name string) []Branch {
	flushed := t.T.Close(told)
	flushed.Unread = 0
	if t.T.Unread == 0 {
		return []Branch{{Name: name, TCB: flushed}}
	}
	kept := flushed
	kept.Unread = t.T.Unread
	return []Branch{
		{Name: join(name, "unread text flushed"), TCB: flushed},
		{Name: join(name, "unread text can still be read"), TCB: kept},
	}
}

// backToListen returns a connection to LISTEN: it is gone, and the user never heard of it. One that a SYN opened anew out of
// TIME-WAIT goes back there, since "the SYN turns out to be an old duplicate" (MAY-2 (2)), if its time is not over.
func backToListen(t *Turn) []Branch {
	if t.T.Old == nil {
		return []Branch{{TCB: t.T.Close(Nothing)}}
	}
	old := *t.T.Old
	old.Listening = t.T.Listening
	anew := old
	anew.enterTimeWait(t.Now)
	goesOn := Branch{Name: "2MSL goes on", TCB: old}
	if t.Now-old.TimeWait >= 2*t.P.MSL {
		goesOn = Branch{Name: "2MSL is over", TCB: t.T.Close(Nothing)}
	}
	return []Branch{goesOn, {Name: "2MSL begins anew", TCB: anew}}
}
