package oracle

import (
	"time"

	"github.com/twinstack/twinstack/harness/trace"
)

// Timers are the timers that run (§3.10.8), and what they are about. What does not run is zero.
type Timers struct {
	Flight []Flight // what was sent and is not acknowledged, in order
	RTO    RTO
	// Rexmit runs while something is in flight, or a zero window is to be probed (§3.8.6.1).
	Rexmit   Rexmit
	Recovery Recovery
	// TailProbe says that a tail loss probe is out (RFC 8985 §7.3): no second, before something is acknowledged.
	TailProbe bool
	// Waiting is since when text or a FIN could be sent, with the window open and nothing in flight, if WaitingOn.
	Waiting   time.Duration
	WaitingOn bool
	Heard     time.Duration // when an acknowledgment last came: a peer that answers probes is there (MUST-37)
	// KeepProbes are the keep-alives since then (§3.8.4), the last of them at KeepAt. KeepSince is when something last came or was
	// sent, or the user set something of them.
	KeepProbes        int
	KeepAt, KeepSince time.Duration
	// TimeWait is when TIME-WAIT was entered or its timer restarted.
	TimeWait   time.Duration
	TimeWaitOn bool
	// LingerEnd is when what a user has left behind is given up; 0: never (SO_LINGER).
	LingerEnd time.Duration
}

// Flight is a stretch of numbers on its way. SYN and FIN have one each.
type Flight struct {
	Span
	First, Last time.Duration // when it was sent for the first and the last time
	Times       int           // how often
	// Timed says that its round trip must be measured, since nothing else was in flight (RFC 6298 §3: at least one
	// measurement a round trip).
	Timed bool
}

// Recovery is the repair of a loss (RFC 5681 §3.2 and §4.3, RFC 6582): what was sent before it began may go out once more.
type Recovery struct {
	On     bool
	To     uint32 // SND.NXT when it began
	Since  time.Duration
	Credit int // segments that the ACKs since then let out again
	// Rescued says that the rescue retransmission has been made (RFC 6675 §4).
	Rescued bool
}

// launch notes that the numbers from and up to to were sent.
func (t *TCB) launch(from, to uint32, now time.Duration) {
	var all []Flight
	end := t.SndUna // of what is in flight
	for _, f := range t.Flight {
		for _, piece := range f.cut(from, to) {
			if le(from, piece.From) && le(piece.To, to) {
				piece.Last = now
				piece.Times++
			}
			all = append(all, piece)
		}
		end = f.To
	}
	if lt(end, to) {
		all = append(all, Flight{Span: Span{later(end, from), to}, First: now, Last: now, Times: 1, Timed: len(all) == 0})
	}
	t.Flight = all
}

// cut is a stretch in the pieces before, within and behind from and to.
func (f Flight) cut(from, to uint32) []Flight {
	var out []Flight
	for _, at := range []uint32{from, to} {
		if lt(f.From, at) && lt(at, f.To) {
			piece := f
			piece.To, f.From = at, at
			out = append(out, piece)
		}
	}
	return append(out, f)
}

// land takes out of the flight what SND.UNA has passed: RFC 6298 (5.2) and (5.3), and what it tells of the round trip.
func (t *TCB) land(p *Profile, now time.Duration) {
	if len(t.Flight) == 0 || le(t.SndUna, t.Flight[0].From) {
		return
	}
	var left []Flight
	var clear, unclear Range // round trips of what was sent once, and of what was sent again
	timed, resent := false, 0
	for _, f := range t.Flight {
		if !le(f.To, t.SndUna) {
			if lt(f.From, t.SndUna) {
				// A sender that times octets has now measured, one that times segments has not.
				clear, f.From, f.Timed = clear.with(now-f.First), t.SndUna, false
			}
			left = append(left, f)
			continue
		}
		if f.Times == 1 {
			clear, timed = clear.with(now-f.First), timed || f.Timed
		} else {
			unclear = unclear.with(now - f.First).with(now - f.Last)
		}
		if f.From == t.Iss && t.Rexmit.Count > 0 {
			t.RTO.synLost(p, t.SndTsOK) // (5.7)
		}
		if t.Recovery.On && f.Last >= t.Recovery.Since {
			resent++
		}
	}
	probe := t.Rexmit
	t.Board.passed(t.SndUna)
	t.Flight, t.Rexmit, t.DupAcks, t.TailProbe = left, Rexmit{}, 0, false
	switch { // Karn's algorithm
	case clear != Range{}:
		t.RTO.sample(p, clear, timed)
	case t.SndTsOK && unclear != Range{}:
		t.RTO.sample(p, unclear, false)
	}
	if probe.Probe && len(left) == 0 && t.SndWnd == 0 && t.pending() {
		// The probe was taken, and the window is as it was: the interval goes on, or begins anew.
		t.Rexmit = Rexmit{On: true, Probe: true, From: now, Min: t.RTO.get(p).Min, Max: max(probe.Max, t.RTO.get(p).Max)}
	}
	if t.Recovery.On {
		t.Recovery.Credit += resent + 1 // slow start: one more for each ACK
		if le(t.Recovery.To, t.SndUna) {
			t.Recovery = Recovery{}
		}
	}
}

// pending says whether there is text or a FIN that was never sent, in a state that sends it.
func (t *TCB) pending() bool {
	switch t.State {
	case trace.Established, trace.FinWait1, trace.CloseWait, trace.Closing, trace.LastAck:
		return t.Queued > 0 || t.Closed && !t.FinSent
	}
	return false
}

// Usable is the usable window U of §3.8.6.2.1 in octets; below 0 where the peer has shrunk it (MUST-34).
func (t *TCB) Usable() int64 { return int64(int32(t.SndUna + t.SndWnd - t.SndNxt)) }

// settle draws from what an event has changed what the timers make of it. seg is the segment that arrived, nil if none
// did.
func (t *TCB) settle(p *Profile, now time.Duration, seg *trace.Segment) {
	if t.State <= trace.Listen {
		t.Timers = Timers{}
		return
	}
	if t.State == trace.Established && t.Closed {
		t.State = trace.FinWait1 // the CLOSE that was queued in SYN-RECEIVED (§3.10.4)
	}
	if seg != nil {
		if t.Set.KeepAlive.On {
			t.KeepSince = now
		}
		if seg.Flags.Has(trace.ACK) {
			t.Heard, t.KeepProbes = now, 0
		}
	}
	probed := t.Rexmit.Probe
	t.land(p, now)
	t.arm(p, now)
	if probed && !t.Rexmit.Probe && len(t.Flight) > 0 {
		t.Recovery = t.resend(now) // what the peer had no room for need not wait for the timer
	}
	if t.State == trace.TimeWait && !t.TimeWaitOn {
		t.TimeWait, t.TimeWaitOn = now, true
	}
}

// resend is the leave to send all that is in flight again, at once.
func (t *TCB) resend(now time.Duration) Recovery {
	return Recovery{On: true, To: t.SndNxt, Since: now, Credit: int(t.SndNxt - t.SndUna)}
}

// arm starts and stops what runs while something is in flight or waits to be.
func (t *TCB) arm(p *Profile, now time.Duration) {
	zero := t.SndWnd == 0 && t.SndUna != t.Iss && t.Synchronized()
	pending := t.pending()
	switch {
	case len(t.Flight) > 0:
		if !t.Rexmit.On {
			t.Rexmit = t.RTO.start(p, now) // (5.1)
		}
		t.Rexmit.Probe = zero
	case pending && zero:
		if !t.Rexmit.Probe {
			t.Rexmit = t.RTO.start(p, now)
			t.Rexmit.Probe = true
		}
	default:
		t.Rexmit = Rexmit{}
	}
	waiting := pending && !zero && len(t.Flight) == 0
	if waiting && !t.WaitingOn {
		t.Waiting = now
	}
	if t.WaitingOn = waiting; !waiting {
		t.Waiting = 0
	}
}
