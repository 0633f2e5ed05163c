package oracle

import (
	"github.com/twinstack/twinstack/harness/trace"
)

// announces is what holds for every segment that the IUT sends, owed or not: what it says of the receive window. The
// outcome has noted that it was sent.
func announces(t *Turn) ([]Outcome, error) { return through(announceChecks, *t) }

var announceChecks = []Check{{
	Name: "the receive window",
	Rules: []Rule{
		{
			ID: "window.rst", Clause: "RFC 9293 §3.5.2", Says: "a RST says nothing of the window [O24]",
			When: func(t *Turn) bool { return t.Has(trace.RST) },
			Then: drop,
		},
		{
			ID: "window.first", Clause: "RFC 9293 §3.8.6", Says: "the first window",
			When: func(t *Turn) bool { return t.Has(trace.SYN) || t.T.MaxRcvWnd == 0 },
			Then: transmitted,
		},
		{
			ID: "window.left", Clause: "RFC 9293 §3.8.6", Level: Should, Requirements: []string{"SHLD-14"},
			Says: "the right edge does not move to the left; a window that is scaled is rounded",
			When: func(t *Turn) bool { return lt(t.edge()+1<<t.T.RcvWindShift-1, t.T.RcvEdge()) },
			Then: func(t *Turn) []Branch {
				ways := transmitted(t)
				ways[0].Against = []string{"SHLD-14"}
				return ways
			},
		},
		{
			ID: "window.fixed", Clause: "RFC 9293 §3.8.6.2.2", Requirements: []string{"SHLD-14", "MUST-39"}, Says: "the right edge stays",
			When: func(t *Turn) bool { return le(t.edge(), t.T.RcvEdge()) },
			Then: transmitted,
		},
		{
			ID: "window.opened", Clause: "RFC 9293 §3.8.6.2.2", Requirements: []string{"MUST-39"},
			Says: "the right edge moves by min(RCV.BUFF/2, Eff.snd.MSS) or more",
			When: func(t *Turn) bool { return !t.silly() },
			Then: transmitted,
		},
		{
			ID: "window.silly", Clause: "RFC 9293 §3.8.6.2.2", Level: Must, Requirements: []string{"MUST-39", "RFC2525-2.12-1"},
			Says: "the right edge does not move in small steps",
			When: func(t *Turn) bool { return t.silly() },
			Then: forbid("no small step of the window"),
		},
	},
}}

// edge is the right edge of the window that the segment advertises.
func (t *Turn) edge() uint32 { return t.Seg.Ack + t.window() }

// window is the segment's window in octets. Those of SYNs are not scaled (RFC 7323 §2.2).
func (t *Turn) window() uint32 {
	if t.Has(trace.SYN) {
		return uint32(t.Seg.Window)
	}
	return uint32(t.Seg.Window) << t.T.RcvWindShift
}

// silly says that the window opens by a small step (§3.8.6.2.2). Nothing is known of RCV.BUFF but the largest window. A
// step up to it is one of a buffer that is empty.
func (t *Turn) silly() bool {
	step := t.edge() - t.T.RcvEdge()
	whole := t.window() >= t.T.MaxRcvWnd
	return !whole && step < min(t.T.MaxRcvWnd/2, t.effSndMss()) && step >= 1<<t.T.RcvWindShift
}

// transmitted notes that the segment was sent.
func transmitted(t *Turn) []Branch {
	tcb := t.T.Clone()
	tcb.transmit(t)
	return []Branch{{TCB: tcb}}
}

// transmit notes what a segment of the IUT's changes: SND.NXT, the queue, the flight and the timer, the window.
func (t *TCB) transmit(turn *Turn) {
	s := turn.Seg
	switch {
	case s.Flags.Has(trace.SYN):
		t.RcvWnd, t.RcvWindShift = turn.window(), shiftCount(s)
	case s.Flags.Has(trace.ACK):
		t.RcvWnd = turn.edge() - t.RcvNxt
	}
	t.MaxRcvWnd = max(t.MaxRcvWnd, t.RcvWnd)
	if s.Flags.Has(trace.ACK) {
		t.LastAckSent = s.Ack
		t.Freed = 0
	}
	end := s.Seq + s.Len()
	if s.Len() == 0 || le(end, t.SndUna) {
		return
	}
	if lt(t.SndNxt, end) {
		fresh := end - t.SndNxt
		if s.Flags.Has(trace.FIN) {
			fresh--
			t.FinSent = true
		}
		t.Queued -= min(fresh, t.Queued)
		t.SndNxt = end
	}
	t.launch(s.Seq, end, turn.Now)
	if t.FinSent && t.State == trace.CloseWait {
		t.State = trace.LastAck // "then send a FIN segment, enter LAST-ACK state" (§3.10.4)
	}
	t.arm(turn.P, turn.Now)
}

// shiftCount is the shift count that a SYN offers (RFC 7323 §2.2, §2.3), 0 if it has none.
func shiftCount(s *trace.Segment) uint8 {
	if o, ok := s.Option(trace.OptWindowScale); ok && len(o.Data) == 1 {
		return min(o.Data[0], 14)
	}
	return 0
}
