package oracle

import "github.com/twinstack/twinstack/harness/trace"

// synSentCheck is SEGMENT ARRIVES in SYN-SENT (§3.10.7.3). The third step, security, is left out, see otherChecks. After a
// SYN-ACK the state is ESTABLISHED and what is left of the segment goes on at the sixth step of §3.10.7.4.
var synSentCheck = Check{
	Name: "SYN-SENT",
	When: func(t *Turn) bool { return t.T.State == trace.SynSent },
	Rules: []Rule{
		{
			ID: "synsent.1.bad-ack", Clause: "RFC 9293 §3.10.7.3",
			Says:         "SEG.ACK =< ISS or SEG.ACK > SND.NXT draws <SEQ=SEG.ACK><CTL=RST>",
			Requirements: []string{"RFC9293-3.10.7.3-1"},
			When:         func(t *Turn) bool { return t.Has(trace.ACK) && !t.newACK() && !t.Has(trace.RST) },
			Then:         func(t *Turn) []Branch { return answer(t, resetFor(t.Seg)) },
		},
		{
			ID: "synsent.1.bad-ack-rst", Clause: "RFC 9293 §3.10.7.3", Says: "… unless the RST bit is set",
			Requirements: []string{"RFC9293-3.10.7.3-2", "RFC5961-3.2-6", "RFC9293-3.5.2-3"},
			When:         func(t *Turn) bool { return t.Has(trace.ACK) && !t.newACK() },
			Then:         drop,
		},
		{
			ID: "synsent.2.rst", Clause: "RFC 9293 §3.10.7.3", Says: "a RST with an acceptable ACK: the user is told, CLOSED",
			Requirements: []string{"RFC9293-3.10.7.3-2", "RFC5961-3.2-6", "MUST-12"},
			When:         func(t *Turn) bool { return t.Has(trace.RST | trace.ACK) },
			// RFC 5961's test for RCV.NXT has nothing to test: RCV.NXT is not known yet.
			Then: func(t *Turn) []Branch {
				return []Branch{
					{Name: "O7: told of a reset", TCB: t.T.Close(Reset)},
					{Name: "O7: told of a refusal (§3.10.7.4's word)", TCB: t.T.Close(Refused)},
				}
			},
		},
		{
			ID: "synsent.2.rst-no-ack", Clause: "RFC 9293 §3.10.7.3", Says: "a RST without an ACK is dropped",
			Requirements: []string{"RFC9293-3.10.7.3-2", "RFC5961-3.2-6", "RFC9293-3.5.2-3"},
			When:         func(t *Turn) bool { return t.Has(trace.RST) },
			Then:         drop,
		},
		{
			ID: "synsent.4.syn-ack", Clause: "RFC 9293 §3.10.7.3", Says: "a SYN with an acceptable ACK: ESTABLISHED, an ACK",
			Requirements: []string{"RFC9293-3.10.7.3-3", "RFC9293-3.5-1", "RFC7323-2.2-5"},
			When:         func(t *Turn) bool { return t.Has(trace.SYN | trace.ACK) },
			Then:         establishedBySynACK,
		},
		{
			ID: "synsent.4.syn", Clause: "RFC 9293 §3.10.7.3",
			Says:         "a SYN without an ACK: SYN-RECEIVED, <SEQ=ISS><ACK=RCV.NXT><CTL=SYN,ACK>; text and FIN are queued",
			Requirements: []string{"MUST-10"},
			When:         func(t *Turn) bool { return t.Has(trace.SYN) },
			Then: func(t *Turn) []Branch {
				n := t.T
				n.State, n.Active = trace.SynReceived, true
				n.heardOurs(t)
				n = n.withQueued(t.Seg)
				return []Branch{{TCB: n, Replies: []Reply{synACK(&n)}}}
			},
		},
		{
			ID: "synsent.5.neither", Clause: "RFC 9293 §3.10.7.3", Says: "neither SYN nor RST: dropped",
			Requirements: []string{"RFC9293-3.10.7.3-4", "RFC9293-3.10.7.3-5"},
			When:         func(t *Turn) bool { return !t.Has(trace.SYN) },
			Then:         drop,
		},
	},
}

// establishedBySynACK advances SND.UNA to SEG.ACK, enters ESTABLISHED, and acknowledges the SYN.
func establishedBySynACK(t *Turn) []Branch {
	n := t.T
	n.State = trace.Established
	n.heardOurs(t)
	n.acknowledged(t) // O9: the window is that of the SYN-ACK, unscaled
	first := emptyACK(&n)
	first.Carry, first.apart = true, true // "Data or controls that were queued for transmission MAY be included."

	left := *t.Seg
	left.Seq, left.Flags = left.Seq+1, left.Flags&^trace.SYN
	if left.Len() == 0 {
		return []Branch{{TCB: n, Replies: []Reply{first}, Seg: &left, Next: true}}
	}
	var ways []Branch
	for _, seg := range t.withinWindow(n, &left) {
		if seg.Seg.Len() > 0 {
			ways = append(ways, Branch{Name: join(seg.Name, "O8: the ACK of text or FIN does for the SYN"), TCB: n, Seg: seg.Seg, Next: true})
		}
		ways = append(ways, Branch{Name: join(seg.Name, "O8: the SYN acknowledged on its own"), TCB: n, Replies: []Reply{first},
			Seg: seg.Seg, Next: true})
	}
	return ways
}

// heardOurs is heardSYN where the IUT's own SYN has said which options it offers.
func (n *TCB) heardOurs(t *Turn) {
	n.heardSYN(t)
	n.agree(t.Seg)
}

// newACK says whether SND.UNA < SEG.ACK =< SND.NXT: "then the ACK is acceptable".
func (t *Turn) newACK() bool { return lt(t.T.SndUna, t.Seg.Ack) && le(t.Seg.Ack, t.T.SndNxt) }
