package oracle

import "github.com/twinstack/twinstack/harness/trace"

// listenChecks are SEGMENT ARRIVES in LISTEN (§3.10.7.2).
var listenChecks = []Check{{
	Name: "LISTEN",
	Rules: []Rule{
		{
			ID: "listen.1.rst", Clause: "RFC 9293 §3.10.7.2", Says: "a RST is ignored",
			Requirements: []string{"RFC9293-3.10.7.2-1", "RFC9293-3.5.2-3"},
			When:         func(t *Turn) bool { return t.Has(trace.RST) },
			Then:         drop,
		},
		{
			ID: "listen.2.ack", Clause: "RFC 9293 §3.10.7.2", Says: "any acknowledgment is bad and draws <SEQ=SEG.ACK><CTL=RST>",
			Requirements: []string{"RFC9293-3.10.7.2-2"},
			When:         func(t *Turn) bool { return t.Has(trace.ACK) },
			Then:         func(t *Turn) []Branch { return answer(t, resetFor(t.Seg)) },
		},
		{
			ID: "listen.3.syn", Clause: "RFC 9293 §3.10.7.2", Says: "a SYN draws <SEQ=ISS><ACK=RCV.NXT><CTL=SYN,ACK>: SYN-RECEIVED",
			Requirements: []string{"RFC9293-3.5-1", "RFC9293-3.5-2"},
			When:         func(t *Turn) bool { return t.Has(trace.SYN) },
			Then: func(t *Turn) []Branch {
				return withCookie(t, queuedWithSYN(t, passiveTCB(t, nil)))
			},
		},
		{
			ID: "listen.4.other", Clause: "RFC 9293 §3.10.7.2", Says: "anything else is dropped",
			Requirements: []string{"RFC9293-3.10.7.2-3", "RFC9293-3.10.7.3-5"},
			When:         func(t *Turn) bool { return !t.Has(trace.SYN) },
			Then:         drop,
		},
	},
}}

// passiveTCB is the TCB that a SYN makes for a listener; old is the connection in TIME-WAIT that it opens anew, if any. ISS
// is not known before the SYN-ACK is seen; which options are in use, neither.
func passiveTCB(t *Turn, old *TCB) TCB {
	n := TCB{State: trace.SynReceived, Listening: true, Old: old}
	n.heardSYN(t)
	n.SndTsOK, n.SndWsOK, n.SackOK = true, true, true
	n.agree(t.Seg)
	return n
}

// heardSYN sets what a peer's SYN says: "Set RCV.NXT to SEG.SEQ+1, IRS is set to SEG.SEQ", its window, its options.
func (n *TCB) heardSYN(t *Turn) {
	n.Irs, n.RcvNxt, n.RcvUp = t.Seg.Seq, t.Seg.Seq+1, t.Seg.Seq+1
	n.ECN.hear(t.Seg)
	n.LastAckSent = n.RcvNxt // by what answers the SYN (RFC 7323 App. D)
	n.SndMss = sendMSS(t.Seg, t.P)
	if val, ok := stamp(t.Seg); ok {
		n.TsRecent, n.TsRecentAt = val, t.Now
	}
	n.SndWnd = uint32(t.Seg.Window) // never scaled
	n.MaxSndWnd = max(n.MaxSndWnd, n.SndWnd)
	n.SndWl1, n.SndWl2 = t.Seg.Seq, t.Seg.Ack
}

// queuedWithSYN are the ways with text and FIN on a SYN: they "should be queued for processing later", in small letters.
func queuedWithSYN(t *Turn, n TCB) []Branch {
	b := Branch{TCB: n, Replies: []Reply{firstSynACK(&n)}}
	text, fin := uint32(len(t.Seg.Payload)), t.Has(trace.FIN)
	if text == 0 && !fin {
		return []Branch{b}
	}
	queued := b
	queued.Name, queued.TCB = "O6: text and FIN on the SYN queued", n.withQueued(t.Seg)
	b.Name = "O6: text and FIN on the SYN thrown away"
	ways := []Branch{queued, b}
	if text > 0 {
		// "It is legal to send and receive application data on SYN segments" (§3.10.7.3): the SYN-ACK may cover it.
		covered := Branch{Name: "O6: text on the SYN acknowledged with it", TCB: n.withQueued(t.Seg)}
		covered.TCB.take(covered.TCB.Held[0])
		covered.TCB.LastAckSent = covered.TCB.RcvNxt
		covered.Replies = []Reply{firstSynACK(&covered.TCB)}
		ways = append(ways, covered)
	}
	return ways
}

// withQueued is the TCB with text and FIN of a SYN queued behind it.
func (n TCB) withQueued(s *trace.Segment) TCB {
	end := s.Seq + 1 + uint32(len(s.Payload))
	if len(s.Payload) > 0 {
		n.Held = []Span{{s.Seq + 1, end}}
	}
	if s.Flags.Has(trace.FIN) {
		n.HeldFin, n.HasHeldFin = end, true
	}
	return n
}

// firstSynACK is <SEQ=ISS><ACK=RCV.NXT><CTL=SYN,ACK> with an ISS that is the IUT's to choose; of a connection that opens
// another anew it is above all numbers of the old one (MAY-2 (1)).
func firstSynACK(n *TCB) Reply {
	r := Reply{Name: "SYN,ACK", Flags: trace.SYN | trace.ACK, Ack: n.RcvNxt, AnySeq: true}
	if n.Old != nil {
		r.Above, r.Seq = true, n.Old.SndNxt-1
	}
	return r
}
