package oracle

import "github.com/twinstack/twinstack/harness/trace"

// "Fifth, check the ACK field": the bit, then the range of RFC 5961, then "the per-state processing".

var ackBitCheck = Check{
	Name: "fifth: ACK bit",
	When: func(t *Turn) bool { return !t.Has(trace.ACK) },
	Rules: []Rule{{
		ID: "other.5.no-ack", Clause: "RFC 9293 §3.10.7.4", Says: "the ACK bit is off: dropped",
		Requirements: []string{"RFC9293-3.10.7.4-7"},
		Then:         drop,
	}},
}

// ackRangeCheck is RFC 5961 §5.2, which is optional (MAY-12). What is above SND.NXT has per-state answers too: only in
// SYN-RECEIVED is there another.
var ackRangeCheck = Check{
	Name: "fifth: RFC 5961's range",
	When: func(t *Turn) bool {
		return t.belowRange() || t.T.State == trace.SynReceived && lt(t.T.SndNxt, t.Seg.Ack)
	},
	Rules: []Rule{
		{
			ID: "other.5.range.syn-received", Clause: "RFC 9293 §3.10.7.4", Level: May,
			Says:         "in SYN-RECEIVED, outside the range: the RST of that state, or an ACK",
			Requirements: []string{"MAY-12", "RFC9293-3.10.7.4-8"},
			When:         func(t *Turn) bool { return t.T.State == trace.SynReceived },
			Then: func(t *Turn) []Branch {
				return append([]Branch{{Name: "O18: per-state processing", TCB: t.T, Next: true}},
					challenge(t, "O18: an ACK (RFC 5961)")...)
			},
		},
		{
			ID: "other.5.range", Clause: "RFC 9293 §3.10.7.4", Level: May,
			Says:         "SEG.ACK < SND.UNA - MAX.SND.WND: an ACK, and dropped; or a duplicate like any",
			Requirements: []string{"MAY-12", "RFC5961-5.2-1", "RFC5961-5.2-2", "RFC5961-5.2-4"},
			When:         func(t *Turn) bool { return t.T.Synchronized() },
			Then: func(t *Turn) []Branch { // what every TCP has first, as with PAWS
				return append([]Branch{{Name: "without MAY-12", TCB: t.T, Next: true}}, challenge(t, "an ACK (MAY-12)")...)
			},
		},
	},
}

// ackCheck is the per-state processing.
var ackCheck = Check{
	Name: "fifth: ACK field",
	Rules: []Rule{
		{
			ID: "other.5.syn-received", Clause: "RFC 9293 §3.10.7.4",
			Says:         "in SYN-RECEIVED, SND.UNA < SEG.ACK =< SND.NXT: ESTABLISHED",
			Requirements: []string{"RFC9293-3.5-1", "MUST-1", "RFC7323-2.2-2", "RFC7323-2.3-2"},
			When:         func(t *Turn) bool { return t.T.State == trace.SynReceived && t.newACK() },
			Then:         established,
		},
		{
			ID: "other.5.syn-received.bad", Clause: "RFC 9293 §3.10.7.4",
			Says:         "in SYN-RECEIVED, not acceptable: <SEQ=SEG.ACK><CTL=RST>",
			Requirements: []string{"RFC9293-3.10.7.4-8"},
			When:         func(t *Turn) bool { return t.T.State == trace.SynReceived },
			Then:         func(t *Turn) []Branch { return answer(t, resetFor(t.Seg)) },
		},
		{
			ID: "other.5.time-wait.unsent", Clause: "RFC 9293 §3.5.2", Says: "in TIME-WAIT, of something not yet sent: an ACK",
			Requirements: []string{"RFC9293-3.5.2-4"},
			When:         func(t *Turn) bool { return t.T.State == trace.TimeWait && t.unsent() },
			Then: func(t *Turn) []Branch {
				restarted := *t
				restarted.T.enterTimeWait(t.Now)
				return append(challenge(t, "§3.5.2: 2MSL goes on"), challenge(&restarted, "fifth check: 2MSL restarted")...)
			},
		},
		{
			ID: "other.5.last-ack.unsent", Clause: "RFC 9293 §3.5.2", Says: "in LAST-ACK, of something not yet sent: an ACK",
			Requirements: []string{"RFC9293-3.5.2-4"},
			When:         func(t *Turn) bool { return t.T.State == trace.LastAck && t.unsent() },
			Then: func(t *Turn) []Branch {
				return append(challenge(t, "§3.5.2: an ACK"), Branch{Name: "fifth check: ignored", TCB: t.T})
			},
		},
		{
			ID: "other.5.unsent", Clause: "RFC 9293 §3.10.7.4", Says: "of something not yet sent: an ACK, and the segment dropped",
			Requirements: []string{"RFC9293-3.10.7.4-9", "RFC9293-3.5.2-4", "RFC5961-5.2-2"},
			When:         func(t *Turn) bool { return t.unsent() },
			Then:         func(t *Turn) []Branch { return challenge(t, "") },
		},
		{
			ID: "other.5.established", Clause: "RFC 9293 §3.10.7.4",
			Says:         "in ESTABLISHED, CLOSE-WAIT: SND.UNA <- SEG.ACK, or a duplicate is ignored; the window, if not from an old segment",
			Requirements: []string{"RFC9293-3.10.7.4-10", "RFC9293-3.8.6-1"},
			When:         func(t *Turn) bool { return t.T.State == trace.Established || t.T.State == trace.CloseWait },
			Then:         func(t *Turn) []Branch { return acked(t, func(*TCB) bool { return true }) },
		},
		{
			ID: "other.5.fin-wait-1", Clause: "RFC 9293 §3.10.7.4", Says: "in FIN-WAIT-1, our FIN acknowledged: FIN-WAIT-2",
			Requirements: []string{"RFC9293-3.10.7.4-11"},
			When:         func(t *Turn) bool { return t.T.State == trace.FinWait1 },
			Then: func(t *Turn) []Branch {
				return acked(t, func(n *TCB) bool {
					if n.FinAcked() {
						n.State = trace.FinWait2
					}
					return true
				})
			},
		},
		{
			ID: "other.5.fin-wait-2", Clause: "RFC 9293 §3.10.7.4", Says: "in FIN-WAIT-2: as in ESTABLISHED",
			Requirements: []string{"RFC9293-3.10.7.4-10"},
			When:         func(t *Turn) bool { return t.T.State == trace.FinWait2 },
			Then:         func(t *Turn) []Branch { return acked(t, func(*TCB) bool { return true }) },
		},
		{
			ID: "other.5.closing", Clause: "RFC 9293 §3.10.7.4",
			Says:         "in CLOSING, our FIN acknowledged: TIME-WAIT; otherwise the segment is ignored",
			Requirements: []string{"RFC9293-3.10.7.4-11", "RFC9293-3.6-3"},
			When:         func(t *Turn) bool { return t.T.State == trace.Closing },
			Then: func(t *Turn) []Branch {
				return acked(t, func(n *TCB) bool {
					if !n.FinAcked() {
						return false
					}
					n.enterTimeWait(t.Now)
					return true
				})
			},
		},
		{
			ID: "other.5.last-ack", Clause: "RFC 9293 §3.10.7.4", Says: "in LAST-ACK, our FIN acknowledged: CLOSED",
			Requirements: []string{"RFC9293-3.10.7.4-11"},
			When:         func(t *Turn) bool { return t.T.State == trace.LastAck },
			Then: func(t *Turn) []Branch {
				return acked(t, func(n *TCB) bool {
					if !n.FinAcked() {
						return true
					}
					*n = n.Close(Nothing)
					return false
				})
			},
		},
		{
			ID: "other.5.time-wait.fin", Clause: "RFC 9293 §3.10.7.4", Says: "in TIME-WAIT, a FIN at RCV.NXT: see the eighth check",
			When: func(t *Turn) bool { return t.T.State == trace.TimeWait && t.finAtRcvNxt() },
			Then: same,
		},
		{
			ID: "other.5.time-wait", Clause: "RFC 9293 §3.10.7.4",
			Says:         "in TIME-WAIT, what is no FIN: acknowledged, and 2MSL restarted, to the letter; no more is needed than to drop it",
			Requirements: []string{"RFC9293-3.10.7.4-15", "RFC1337-1-1"},
			When:         func(t *Turn) bool { return t.T.State == trace.TimeWait },
			Then: func(t *Turn) []Branch {
				restarted := *t
				restarted.T.enterTimeWait(t.Now)
				ways := append([]Branch{{Name: "O19: dropped", TCB: t.T}}, challenge(t, "O19: an ACK")...)
				return append(ways, challenge(&restarted, "O19: an ACK, 2MSL restarted")...)
			},
		},
	},
}

// unsent says whether SEG.ACK > SND.NXT: "the ACK acks something not yet sent".
func (t *Turn) unsent() bool { return lt(t.T.SndNxt, t.Seg.Ack) }

// belowRange says whether SEG.ACK < SND.UNA - MAX.SND.WND.
func (t *Turn) belowRange() bool {
	return !t.unsent() && lt(t.Seg.Ack, t.T.SndUna-t.T.MaxSndWnd)
}

// established enters ESTABLISHED, or FIN-WAIT-1 where a CLOSE waited for that (§3.10.4). What was queued with the SYN may be
// more than the SYN-ACK's window.
func established(t *Turn) []Branch {
	n := t.T
	n.State = trace.Established
	if n.Closed {
		n.State = trace.FinWait1
	}
	n.Old = nil
	n.acknowledged(t)
	n.setWindow(t, t.Seg.Seq)
	if !n.queued() && !n.finReached() || n.queuedEnd()-n.RcvNxt <= n.RcvWnd {
		return t.only(Branch{TCB: n, Next: true})
	}
	cut := n
	cut.HeldFin, cut.HasHeldFin = 0, false
	if n.queued() {
		cut.Held = nil
		if n.RcvWnd > 0 {
			cut.Held = []Span{{n.RcvNxt, n.RcvNxt + min(n.RcvWnd, n.Held[0].To-n.RcvNxt)}}
		}
	}
	return []Branch{
		{Name: "trimmed to the window", TCB: cut, Next: true},
		{Name: "taken beyond the window", TCB: n, Next: true},
	}
}

// queuedEnd is the first number behind what came with the SYN.
func (n *TCB) queuedEnd() uint32 {
	end := n.RcvNxt
	if n.queued() {
		end = n.Held[0].To
	}
	if n.HasHeldFin && n.HeldFin == end {
		end++
	}
	return end
}

// acked is the fifth check's ESTABLISHED STATE, where SEG.ACK =< SND.NXT; then says whether it goes on with what becomes of it.
// SEG.SEQ in the test for an old window is that of the segment as it came, or of what is left of it.
func acked(t *Turn, then func(*TCB) bool) []Branch {
	n := t.T
	if t.newACK() {
		n.acknowledged(t)
	} else if t.duplicate() {
		n.DupAcks++
	}
	if t.noted() {
		n.note(t)
	}
	ways := t.only(Branch{TCB: n})
	left := &ways[0]
	left.TCB.updateWindow(t, t.Seg.Seq)
	n.updateWindow(t, t.Whole.Seq)
	differs := left.TCB.SndWnd != n.SndWnd || left.TCB.SndWl1 != n.SndWl1 || left.TCB.SndWl2 != n.SndWl2
	left.Next = then(&left.TCB)
	if !differs {
		return ways
	}
	left.Name = "SND.WL1 by the trimmed segment"
	whole := Branch{Name: "SND.WL1 by the whole segment", TCB: n, Next: left.Next}
	then(&whole.TCB)
	return append(ways, whole)
}

// acknowledged sets SND.UNA <- SEG.ACK, which is new. What that does to the timers follows from it.
func (n *TCB) acknowledged(t *Turn) { n.SndUna, n.DupAcks = t.Seg.Ack, 0 }

// updateWindow: "If SND.UNA =< SEG.ACK =< SND.NXT, the send window should be updated. If (SND.WL1 < SEG.SEQ or (SND.WL1 =
// SEG.SEQ and SND.WL2 =< SEG.ACK)), set SND.WND <- SEG.WND, set SND.WL1 <- SEG.SEQ, and set SND.WL2 <- SEG.ACK."
func (n *TCB) updateWindow(t *Turn, seq uint32) {
	if t.Seg.Ack == n.SndUna && (lt(n.SndWl1, seq) || n.SndWl1 == seq && le(n.SndWl2, t.Seg.Ack)) {
		n.setWindow(t, seq)
	}
}

// setWindow sets SND.WND <- SEG.WND, SND.WL1 <- SEG.SEQ, SND.WL2 <- SEG.ACK.
func (n *TCB) setWindow(t *Turn, seq uint32) {
	n.SndWnd, n.SndWl1, n.SndWl2 = t.trueWindow(), seq, t.Seg.Ack
	n.MaxSndWnd = max(n.MaxSndWnd, n.SndWnd)
}

// duplicate is RFC 5681 §2's definition; new SACK blocks make one too (RFC 6675 §2).
func (t *Turn) duplicate() bool {
	_, sack := t.Seg.Option(trace.OptSACK)
	return t.Seg.Ack == t.T.SndUna && t.T.SndUna != t.T.SndNxt && t.Whole.Len() == 0 &&
		(t.trueWindow() == t.T.SndWnd || sack)
}
