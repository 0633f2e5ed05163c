package oracle

import "github.com/twinstack/twinstack/harness/trace"

// ECN is what a TCP knows of Explicit Congestion Notification (RFC 3168). The zero ECN is a connection without. Sections here
// are RFC 3168's.
type ECN struct {
	// §6.1.1: whether there has been an ECN-setup SYN or SYN-ACK of the IUT's, or one that is none; and the same of the peer's.
	Offered, Declined, Heard, Refused bool

	Echo Echo
	Told bool // an ACK has had ECE since CE last came

	ECT    bool // text has been sent with an ECT codepoint
	Echoed bool // ECE has come since
	CWR    CWR
	// Marked is what SND.NXT was when the window was last reduced for an ECE; 0 if it never was.
	Marked uint32
}

// Echo says of ECE whether the next ACK has it (§6.1.3).
type Echo uint8

// What is known of it.
const (
	EchoNo     Echo = iota // no
	EchoYes                // yes: text with CE was taken, and no CWR has come
	EchoOpen               // as it likes: it is not known whether it has heeded the CE, or the CWR. What it does now it goes on with
	EchoEnding             // as it likes, and then no more: it answers the CWR
	EchoOld                // CE came on text outside of the window, which SHOULD be ignored (§6.1.5)
	EchoProbe              // CE came on a window probe, which SHOULD be heeded (§6.1.6)
)

// CWR says of CWR whether the next text that is new has it (§6.1.2).
type CWR uint8

// What is known of it.
const (
	CWRNo  CWR = iota // no: nothing has reduced the window
	CWRDue            // yes: ECE has
	CWRMay            // as it likes: it is not known whether something has
)

// capable says whether text may be ECT: both have sent an ECN-setup packet, and the IUT none that is none (§6.1.1).
func (e *ECN) capable() bool { return e.Offered && e.Heard && !e.Declined }

// hear takes the peer's SYN.
func (e *ECN) hear(s *trace.Segment) {
	setup := trace.ECE | trace.CWR
	if s.Flags.Has(trace.ACK) {
		setup = trace.ECE
	}
	if s.Flags&(trace.ECE|trace.CWR) == setup {
		e.Heard = true
	} else {
		e.Refused = true
	}
}

// marked notes in an outcome what a segment that arrived says of congestion: its CE, ECE and CWR.
func (t *Turn) marked(o *Outcome) {
	n, e := &o.TCB, &o.TCB.ECN
	switch {
	case n.State == trace.Closed || t.Has(trace.RST) || !e.Offered && !t.Has(trace.SYN):
		return
	case t.Has(trace.SYN):
		if t.T.State == trace.SynReceived && t.Seg.Seq == t.T.Irs {
			e.hear(t.Seg) // once more, or as the SYN-ACK of a simultaneous open
		}
		return
	}
	taken := n.RcvNxt != t.T.RcvNxt || len(n.Held) != len(t.T.Held) || len(n.Held) > 0 && n.Held[len(n.Held)-1] != t.T.Held[len(n.Held)-1]
	if t.Has(trace.CWR) {
		e.heardCWR(taken)
	}
	if t.Codepoint == trace.CE && t.text() > 0 {
		e.heardCE(t, taken)
	}
	if t.Has(trace.ECE|trace.ACK) && e.ECT {
		e.heardECE(t, n)
	}
}

// heardCWR ends the echo, once an ACK has had it. Of a CWR without text that was taken it is not known whether it counts.
func (e *ECN) heardCWR(taken bool) {
	switch {
	case e.Echo == EchoNo || !e.Told && e.Echo == EchoYes:
	case taken:
		e.Echo = EchoEnding
	default:
		e.Echo = EchoOpen
	}
}

// heardCE begins the echo. It must where the peer has not refused ECN and the text was taken.
func (e *ECN) heardCE(t *Turn, taken bool) {
	e.Told = false
	switch {
	case taken && !e.Refused:
		e.Echo = EchoYes
	case !e.Heard && e.Refused || e.Echo == EchoYes:
		// it never was an ECN-capable connection; or it echoes anyway
	case e.Echo != EchoNo || acceptable(t) || e.Refused:
		e.Echo = EchoOpen
	case t.T.RcvWnd == 0 && t.Seg.Seq == t.T.RcvNxt:
		// One that is dropped for what it acknowledges is none.
		if e.Echo = EchoOpen; t.takesText() && t.Has(trace.ACK) && le(t.T.SndUna, t.Seg.Ack) && le(t.Seg.Ack, t.T.SndNxt) {
			e.Echo = EchoProbe
		}
	default:
		e.Echo = EchoOld
	}
}

// heardECE reduces the window "not … more than once every window of data": where what is acknowledged was sent behind the last
// reduction, and no loss is being repaired. It is new where the outcome has taken the acknowledgment.
func (e *ECN) heardECE(t *Turn, n *TCB) {
	e.Echoed = true
	switch fresh := e.Marked == 0 || lt(e.Marked, t.Seg.Ack); {
	case n.SndUna != t.T.SndUna && t.T.SndUna != t.T.Iss && fresh && !t.T.Recovery.On && e.CWR != CWRMay:
		e.CWR, e.Marked = CWRDue, t.T.SndNxt
	default:
		mayTell(e, t)
	}
}

// again says whether the segment is text that was sent before.
func (t *Turn) again() bool { return t.text() > 0 && t.Seg.Seq != t.T.SndNxt }

// probes says whether it is a window probe.
func (t *Turn) probes() bool { return t.text() > 0 && t.T.SndWnd == 0 }

// onECN is the way on with another ECN.
func onECN(change func(*ECN, *Turn), ids ...string) func(*Turn) []Branch {
	return func(t *Turn) []Branch {
		tcb := t.T
		change(&tcb.ECN, t)
		return []Branch{{TCB: tcb, Next: true, Against: ids}}
	}
}

func declined(e *ECN, _ *Turn) { e.Declined = true }

func offered(e *ECN, _ *Turn) { e.Offered = true }

func ect(e *ECN, _ *Turn) { e.ECT = true }

// mayTell leaves it open whether CWR goes with the next new text.
func mayTell(e *ECN, _ *Turn) {
	if e.CWR == CWRNo {
		e.CWR = CWRMay
	}
}

// echoed takes an ACK: one with ECE is gone on with until CWR comes, one without where nothing made it.
func echoed(e *ECN, t *Turn) {
	e.Told = t.Has(trace.ECE)
	if e.Echo == EchoEnding || !e.Told {
		e.Echo, e.Told = EchoNo, false
	} else {
		e.Echo = EchoYes
	}
}

// plain says that the segment is neither SYN nor RST.
func plain(t *Turn) bool { return t.Seg.Flags&(trace.SYN|trace.RST) == 0 }
