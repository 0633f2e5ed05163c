package tcp

import "time"

// Receive buffers that tune themselves. A sender can have no more on its way than the window, so RCV.BUFF has to hold what
// comes in a round trip, and in slow start twice as much in the next. What the user takes in a round trip is what came in one,
// and what it is worth to have room for: a user that does not read gets none.

const (
	// tuneFactor is how much larger than what was read in a round trip the buffer is made: two for slow start (RFC 5681 §3.1),
	// and one more, since a round that is measured begins anywhere in one of the sender's.
	tuneFactor = 3
	// tuneLife is for how long a measured round trip counts, or up to twice that.
	tuneLife = 10 * time.Second
)

// tuning is what is known of a round trip, as the receiver of text sees it.
type tuning struct {
	fixed bool // the user has set the size
	grown int  // octets that RCV.BUFF has grown by

	read  int           // octets that the user has read since the round began
	since time.Duration // when that was
	rtt   minFilter

	edge   Seq           // without timestamps: text beyond it answers to an ACK that has moved the edge of the window on
	edgeAt time.Duration // when that went out
	timing bool
}

// mostBuffer is the largest that RCV.BUFF may become.
func (t *TCB) mostBuffer() int {
	if t.tuning.fixed {
		return t.rcvBuffer
	}
	return max(t.rcvBuffer, t.env.Config.AutoTune)
}

// tunes reports whether RCV.BUFF may grow yet.
func (t *TCB) tunes() bool {
	return t.rcvBuffer < t.env.Config.AutoTune && !t.tuning.fixed && t.state.receivesText() && !t.eof
}

// timeText takes the time since what an arriving segment with text answers to. With timestamps that is the segment whose TSval
// it echoes; without, the ACK without which the text would not have had room. Either is a round trip where the sender waits
// for just that, and longer where it has nothing to send; so the least counts. One of less than a tick is next to none:
// then each read is a round of its own, for so short a path needs no more than a few of them.
func (t *TCB) timeText(now time.Duration, s *Segment) {
	u := &t.tuning
	if t.SndTsOK {
		if rtt := time.Duration(int32(t.tsClock(now)-s.Options.TSEcr)) * TSTick; s.Options.TSEcr != 0 && rtt >= 0 && rtt <= now-t.opened+TSTick {
			u.rtt.addFor(tuneLife, now, rtt)
		}
		return
	}
	if u.timing && u.edge.Less(t.RcvNxt) {
		u.rtt.addFor(tuneLife, now, now-u.edgeAt)
		u.timing = false
	}
}

// timeEdge begins to take the time of an ACK that moves the right edge of the window on.
func (t *TCB) timeEdge(now time.Duration) {
	if u := &t.tuning; !u.timing && !t.SndTsOK && t.tunes() {
		u.timing, u.edge, u.edgeAt = true, t.RcvNxt+Seq(t.RcvWnd), now
	}
}

// tune is told of octets that the user has read, and lets RCV.BUFF grow at the end of a round. It never shrinks, and neither
// does the window.
func (t *TCB) tune(now time.Duration, n int) {
	u := &t.tuning
	u.read += n
	rtt := u.rtt.min()
	if hand := t.rto.srtt; rtt == 0 || !t.SndTsOK && hand > 0 && hand < rtt {
		rtt = hand // of the handshake, or of what we sent; a window's worth may have taken the sender any time
	}
	if rtt == 0 || now-u.since < rtt {
		return
	}
	want := min(tuneFactor*u.read, t.env.Config.AutoTune)
	if all := t.env.Config.AutoTuneAll; all > 0 {
		want = min(want, t.rcvBuffer+all-t.env.grown)
	}
	u.read, u.since = 0, now
	if more := want - t.rcvBuffer; more > 0 {
		t.rcvBuffer += more
		u.grown += more
		t.env.grown += more
	}
}

// Grown is how many octets the receive buffer has grown by.
func (t *TCB) Grown() int { return t.tuning.grown }

// Grown is how many octets all receive buffers have grown by.
func (e *Env) Grown() int { return e.grown }

// untune gives back what RCV.BUFF has grown by to the other connections of the host: no more text will come.
func (t *TCB) untune() {
	t.rcvBuffer -= t.tuning.grown
	t.env.grown -= t.tuning.grown
	t.tuning.grown = 0
}
