package oracle

import (
	"encoding/binary"
	"slices"

	"github.com/twinstack/twinstack/harness/trace"
)

// announces is what holds for every segment that the IUT sends, owed or not: what it says of congestion, of the receive
// window, and of what has come beyond a hole. The outcome has noted that it was sent.
func announces(t *Turn) ([]Outcome, error) { return through(everySentChecks, t) }

var everySentChecks = slices.Concat(ecnChecks, []Check{permittedCheck, blocksCheck, windowCheck})

// A RST says nothing of the window: no clause has a value for it [O24].
var windowCheck = Check{
	Name: "the receive window",
	When: func(t *Turn) bool { return !t.Has(trace.RST) },
	Rules: []Rule{
		{
			ID: "window.first", Clause: "RFC 9293 §3.8.6", Says: "the first window: those behind it are held against it",
			When: func(t *Turn) bool { return t.Has(trace.SYN) || t.T.MaxRcvWnd == 0 },
			Then: transmitted,
		},
		{
			ID: "window.left", Clause: "RFC 9293 §3.8.6", Level: Should, Requirements: []string{"SHLD-14"},
			Says: "the right edge does not move to the left; a window that is scaled is rounded",
			When: func(t *Turn) bool { return lt(t.edge()+1<<t.shift()-1, t.T.RcvEdge()) },
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
			When: func(t *Turn) bool { return lt(t.T.RcvEdge(), t.edge()) && !t.silly() },
			Then: transmitted,
		},
		{
			ID: "window.silly", Clause: "RFC 9293 §3.8.6.2.2", Level: Must, Requirements: []string{"MUST-39", "RFC2525-2.12-1"},
			Says: "the right edge does not move in small steps",
			When: func(t *Turn) bool { return t.silly() },
			Then: forbid("no small step of the window"), Shape: "a window of small steps",
		},
	},
}

// edge is the right edge of the window that the segment advertises.
func (t *Turn) edge() uint32 { return t.Seg.Ack + t.window() }

// window is the segment's window in octets.
func (t *Turn) window() uint32 {
	return uint32(t.Seg.Window) << t.shift()
}

// shift is the IUT's window shift, as far as it counts in this segment: not in a SYN (RFC 7323 §2.2).
func (t *Turn) shift() uint8 {
	if t.Has(trace.SYN) || !t.T.SndWsOK {
		return 0
	}
	return t.T.RcvWindShift
}

// silly says that the window opens by a small step (§3.8.6.2.2). Nothing is known of RCV.BUFF but the largest window. A
// step up to it is one of a buffer that is empty; one of the unit of a scaled window is a rounding.
func (t *Turn) silly() bool {
	step := t.edge() - t.T.RcvEdge()
	whole := t.window() >= t.T.MaxRcvWnd
	return !whole && step < min(t.T.MaxRcvWnd/2, t.effSndMss()) && step > 1<<t.shift()
}

// transmitted notes that the segment was sent.
func transmitted(t *Turn) []Branch {
	tcb := t.T
	tcb.transmit(t)
	return t.only(Branch{TCB: tcb})
}

// transmit notes what a segment of the IUT's changes: SND.NXT, the queue, the flight and the timer, the window.
func (t *TCB) transmit(turn *Turn) {
	s := turn.Seg
	switch {
	case s.Flags.Has(trace.SYN) && t.Cookie != nil && t.State == trace.Closed:
		t.Cookie = t.Cookie.cookieSent(turn)
		return
	case s.Flags.Has(trace.SYN):
		t.RcvWnd = turn.window()
		t.offered(s)
	case s.Flags.Has(trace.ACK):
		if opened := int32(turn.edge() - t.RcvEdge()); opened > 0 {
			t.Freed -= min(t.Freed, uint32(opened))
		}
		t.RcvWnd = turn.edge() - t.RcvNxt
		if lt(turn.edge(), t.RcvNxt) {
			t.RcvWnd = 0 // an ACK that was owed before what has come since
		}
	}
	t.MaxRcvWnd = max(t.MaxRcvWnd, t.RcvWnd)
	if s.Flags.Has(trace.ACK) {
		t.LastAckSent = s.Ack
	}
	if t.SackOK {
		t.told(turn)
	}
	if t.Set.KeepAlive.On {
		t.KeepSince = turn.Now
	}
	if s.Flags.Has(trace.URG) {
		t.Urgent = false
	}
	end := s.Seq + s.Len()
	if s.Len() == 0 || le(end, t.SndUna) {
		return
	}
	again := lt(s.Seq, t.SndNxt)
	if lt(t.SndNxt, end) {
		fresh := end - t.SndNxt
		if s.Flags.Has(trace.FIN) {
			fresh--
			t.FinSent = true
		}
		t.Queued -= min(fresh, t.Queued)
		t.SndNxt = end
	}
	if (s.Seq == t.SndUna || t.SackOK && again) && t.Rexmit.On && t.Rexmit.From != turn.Now {
		t.Rexmit.slip(turn.Now) // the front again, or with SACK anything (RFC 6675 §6), and not by the timer
	}
	t.launch(s.Seq, end, turn.Now)
	if t.FinSent && t.State == trace.CloseWait {
		t.State = trace.LastAck // "then send a FIN segment, enter LAST-ACK state" (§3.10.4)
	}
	t.arm(turn.P, turn.Now)
}

// offered notes the options of the IUT's own SYN.
func (t *TCB) offered(s *trace.Segment) {
	shift, ok := windowShift(s)
	t.SndWsOK, t.RcvWindShift = t.SndWsOK && ok, shift
	t.SndTsOK = t.SndTsOK && stamped(s)
	t.SackOK = t.SackOK && permits(s)
	if o, ok := s.Option(trace.OptMSS); ok && len(o.Data) == 2 {
		t.RcvMss = uint32(binary.BigEndian.Uint16(o.Data))
	}
}
