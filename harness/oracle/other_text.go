package oracle

import (
	"slices"
	"time"

	"github.com/twinstack/twinstack/harness/trace"
)

// delayedACK is how long an ACK may be held back: "less than 0.5 seconds" (MUST-40).
const delayedACK = 500*time.Millisecond - 1

// urgCheck: "Sixth, check the URG bit". After a FIN it "should not occur": ignored.
var urgCheck = Check{
	Name: "sixth: URG",
	When: func(t *Turn) bool { return t.Has(trace.URG) },
	Rules: []Rule{
		{
			ID: "other.6.urg", Clause: "RFC 9293 §3.10.7.4", Says: "RCV.UP <- max(RCV.UP, SEG.UP)",
			When: func(t *Turn) bool { return t.takesText() },
			Then: func(t *Turn) []Branch {
				n := t.T
				n.RcvUp = later(n.RcvUp, t.Whole.Seq+uint32(t.Whole.Urgent))
				return []Branch{{TCB: n, Next: true}}
			},
		},
		{
			ID: "other.6.ignored", Clause: "RFC 9293 §3.10.7.4", Says: "after the peer's FIN: ignored",
			Requirements: []string{"RFC9293-3.10.7.4-15"},
			When:         func(t *Turn) bool { return !t.takesText() },
			Then:         same,
		},
	},
}

// textCheck: "Seventh, process the segment text": that of the segment, and what was queued with the SYN.
var textCheck = Check{
	Name: "seventh: text",
	When: func(t *Turn) bool { return len(t.Seg.Payload) > 0 || t.T.queued() && t.takesText() },
	Rules: []Rule{
		{
			ID: "other.7.ignored", Clause: "RFC 9293 §3.10.7.4", Says: "after the peer's FIN: ignored",
			Requirements: []string{"RFC9293-3.10.7.4-15"},
			When:         func(t *Turn) bool { return !t.takesText() },
			Then: func(t *Turn) []Branch {
				ack := emptyACK(&t.T)
				ack.Carry, ack.Optional = true, true
				return []Branch{{TCB: t.T, Replies: []Reply{ack}, Next: true}}
			},
		},
		{
			ID: "other.7.gone", Clause: "RFC 9293 §3.6.1", Level: Should, Says: "new data after CLOSE, for nobody: a RST, CLOSED",
			Requirements: []string{"SHLD-3", "RFC2525-2.16-1", "MAY-1"},
			When:         func(t *Turn) bool { return t.T.Gone },
			Then: func(t *Turn) []Branch {
				return append(refuseText(t), against(takeText(t), "O3: taken", "SHLD-3", "RFC2525-2.16-1")...)
			},
		},
		{
			ID: "other.7.no-read", Clause: "RFC 9293 §3.10.7.4",
			Says: "text for a user who has shut down reading, which no RFC knows: taken, or as after CLOSE",
			When: func(t *Turn) bool { return t.T.NoRead },
			Then: func(t *Turn) []Branch { return append(takeText(t), refuseText(t)...) },
		},
		{
			ID: "other.7.in-order", Clause: "RFC 9293 §3.10.7.4",
			Says: "text at RCV.NXT: RCV.NXT goes over it and over what was held, and it is acknowledged, within 0.5 s",
			Requirements: []string{"RFC9293-3.4-5", "MUST-40", "RFC5681-4.2-1", "SHLD-19", "RFC5681-4.2-2", "RFC5681-3.2-2",
				"RFC6582-5-1", "MUST-58", "RFC9293-3.8-1"},
			When: func(t *Turn) bool { return t.inOrder() || t.T.queued() },
			Then: takeText,
		},
		{
			ID: "other.7.beyond-hole", Clause: "RFC 9293 §3.10.7.4", Level: Should,
			Says:         "text beyond a hole: held, and an ACK at once",
			Requirements: []string{"SHLD-31", "MAY-13", "RFC5681-3.2-1", "RFC2525-2.5-1"},
			When:         func(t *Turn) bool { return !t.inOrder() },
			Then:         takeText,
		},
	},
}

// takesText says whether the state is one that text is processed in.
func (t *Turn) takesText() bool {
	switch t.T.State {
	case trace.Established, trace.FinWait1, trace.FinWait2:
		return true
	}
	return false
}

// queued says whether text that came with the SYN is next: "once in the ESTABLISHED state, it is possible to deliver" it.
func (n *TCB) queued() bool { return len(n.Held) > 0 && n.Held[0].From == n.RcvNxt }

func (t *Turn) inOrder() bool { return len(t.Seg.Payload) > 0 && t.Seg.Seq == t.T.RcvNxt }

// refuseText aborts the connection "to show that data was lost", with the reset of ABORT or of a segment that belongs nowhere.
func refuseText(t *Turn) []Branch {
	closed := t.T.Close(Aborted) // by what the user did: told or not
	return []Branch{
		{Name: "O3: a RST", TCB: closed, Replies: []Reply{abortRST(&t.T)}},
		{Name: "O3: a RST at SEG.ACK", TCB: closed, Replies: []Reply{resetFor(t.Seg)}},
	}
}

// takeText takes the text, or holds it.
func takeText(t *Turn) []Branch {
	text := Span{t.Seg.Seq, t.Seg.Seq + uint32(len(t.Seg.Payload))}
	n := t.T
	if !t.inOrder() && !n.queued() {
		return holdText(t, n, text)
	}
	if len(t.Seg.Payload) > 0 {
		n.take(text)
	} else {
		n.take(n.Held[0])
	}
	n.unrank()
	all := ends(t, n)
	ways := ackText(t, all[0])
	for _, w := range all[1:] {
		ways = append(ways, ackText(t, w)...)
	}
	return ways
}

// holdText holds text beyond a hole (SHLD-31), and acknowledges at once what came before the hole (MAY-13; RFC 5681 §4.2).
func holdText(t *Turn, n TCB, text Span) []Branch {
	held := n
	held.hold(text)
	held.reports(text, true)
	n.reports(text, false)
	ack := emptyACK(&n)
	ack.Carry = true
	const silent, dropped = "RFC5681-3.2-1", "SHLD-31"
	return []Branch{
		{TCB: held, Replies: []Reply{ack}, Next: true},
		{Name: "no ACK of text beyond a hole", TCB: held, Next: true, Against: []string{silent}},
		{Name: "text beyond a hole dropped", TCB: n, Replies: []Reply{ack}, Next: true, Against: []string{dropped}},
		{Name: "text beyond a hole dropped, no ACK", TCB: n, Next: true, Against: []string{dropped, silent}},
	}
}

// ackText acknowledges text that was taken: at once where it fills a hole or makes two full-sized segments.
func ackText(t *Turn, b Branch) []Branch {
	n := &b.TCB
	ack := emptyACK(n)
	ack.Name, ack.Carry, ack.Within = "ACK", true, delayedACK
	mss := n.RcvMss
	if mss == 0 {
		mss = defaultMSS(t.P)
	}
	var hurry string
	switch {
	case len(t.T.Held) > 0 && !t.T.queued() || len(n.Held) > 0 || n.finReached():
		hurry = "RFC5681-3.2-2"
	case n.RcvNxt-n.LastAckSent >= 2*mss:
		hurry = "SHLD-19"
	}
	b.Next = true
	if hurry == "" {
		b.Replies = []Reply{ack}
		return t.only(b)
	}
	late := b
	late.Name, late.Replies = join(b.Name, "the ACK delayed"), []Reply{ack}
	late.Against = append(slices.Clone(b.Against), hurry)
	ack.Within = 0
	b.Replies = []Reply{ack}
	return []Branch{b, late}
}

// ends are the ways where text stands at or behind the number of a FIN, which no peer sends: either of them counts.
func ends(t *Turn, n TCB) []Branch {
	fin, ok := n.HeldFin, n.HasHeldFin
	if t.Has(trace.FIN) {
		own := t.Seg.Seq + uint32(len(t.Seg.Payload))
		if !ok || lt(own, fin) {
			fin, ok = own, true
		}
	}
	if !ok || le(n.RcvNxt, fin) {
		return t.only(Branch{TCB: n})
	}
	ended := n
	if ended.Unread > 0 {
		ended.Unread -= n.RcvNxt - fin
	}
	ended.RcvNxt, ended.RcvWnd, ended.Held = fin, t.T.RcvEdge()-fin, nil
	ended.RcvUp = later(t.T.RcvUp, fin)
	on := n
	on.HasHeldFin, on.HeldFin = false, 0
	seg := *t.Seg
	seg.Flags &^= trace.FIN
	return []Branch{{Name: "the FIN ends the text", TCB: ended}, {Name: "the text overtakes the FIN", TCB: on, Seg: &seg}}
}

// hold puts text to what is held.
func (n *TCB) hold(text Span) {
	var held []Span
	for _, h := range n.Held {
		switch {
		case lt(h.To, text.From):
			held = append(held, h)
		case lt(text.To, h.From):
			held = append(held, text)
			text = h
		default:
			if lt(h.From, text.From) {
				text.From = h.From
			}
			text.To = later(text.To, h.To)
		}
	}
	n.Held = append(held, text)
}

// take moves RCV.NXT over text that begins there and over what was held behind it. "The total of RCV.NXT and RCV.WND should not
// be reduced": the right edge stays.
func (n *TCB) take(text Span) {
	n.hold(text)
	to := n.Held[0].To
	taken := to - n.RcvNxt
	n.RcvNxt, n.RcvWnd = to, n.RcvWnd-min(n.RcvWnd, taken)
	n.RcvUp = later(n.RcvUp, n.RcvNxt)
	if !n.Gone { // after SHUT_RD it may be given all the same: no RFC knows that
		n.Unread += taken
	}
	if n.Held = n.Held[1:]; len(n.Held) == 0 {
		n.Held = nil
	}
}
