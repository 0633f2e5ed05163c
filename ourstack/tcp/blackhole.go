package tcp

import "time"

// Black holes: a path that takes small packets and loses large ones, of which no router tells (RFC 2923 §2.1). "TCP should
// notice that the connection is timing out. After several timeouts, TCP should attempt to send smaller packets, perhaps
// turning off the DF flag … If this succeeds, it should continue … for some reasonable period of time." When that is, and how
// small, is RFC 4821 §7.7: where R1 is reached and no ICMP message has given a reason.

// safeMTU4 is what is "probably safe enough" (RFC 4821 §7.2: search_low); half of it would be below minMTU4.
const safeMTU4 = 1024

// hole is what is known of a black hole.
type hole struct {
	trying bool // a smaller packet is on its way
	end    Seq  // behind it

	// What held before.
	pathMTU  int
	fragment bool
	since    time.Duration

	smallEnd Seq           // behind the last segment that went out small enough for any path
	smallAt  time.Duration // when it did
}

// smaller are the sizes to be tried, in turn; after the last it is as it was before, for the path may have been down and be
// there again.
func (t *TCB) smaller() []int {
	if t.Remote.Addr().Is4() {
		return []int{safeMTU4, minMTU4}
	}
	return []int{minMTU6}
}

// seekHole chooses the size of what a retransmission timeout sends again: from R1 on one of the smaller, unless something
// else is the matter: an ICMP message tells what, or small segments are lost as well.
func (t *TCB) seekHole(now time.Duration) {
	t.leaveHole()
	h, tries := &t.hole, t.retries-1-t.set.retries.R1
	switch {
	case !t.env.Config.BlackHole || tries < 0 || t.reason != 0 || t.MayFragment:
		return
	case t.SndUna.Less(h.smallEnd) && t.idleSince <= h.smallAt:
		return
	}
	sizes := t.smaller()
	tries %= len(sizes) + 1
	if tries == len(sizes) || t.front() <= t.mssOf(sizes[tries]) {
		return
	}
	h.trying, h.pathMTU, h.fragment, h.since = true, t.pathMTU, t.MayFragment, t.pathMTUSince
	t.pathMTU, t.MayFragment, t.pathMTUSince = sizes[tries], sizes[tries] == minMTU4, now
}

// front is how many octets of text the segment at SND.UNA has if it goes out again now.
func (t *TCB) front() int {
	n := min(t.snd.end().Sub(t.SndUna), t.outstanding(), t.room(), int(t.SndWnd))
	if t.SackOK {
		n = min(n, t.flight.unsacked())
	}
	return n
}

// foundHole is for an ACK of new text: if it covers the small packet and nothing of what was sent in one piece with it before,
// that is what got through.
func (t *TCB) foundHole(ack Seq) {
	h := &t.hole
	if !h.trying {
		return
	}
	if h.end.Less(ack) {
		t.leaveHole()
		return
	}
	h.trying = false
}

// leaveHole takes back a size that got nothing through.
func (t *TCB) leaveHole() {
	if h := &t.hole; h.trying {
		h.trying, t.pathMTU, t.MayFragment, t.pathMTUSince = false, h.pathMTU, h.fragment, h.since
	}
}

// noteSmall remembers that a segment went out small enough for any path.
func (t *TCB) noteSmall(now time.Duration, end Seq, n int) {
	if n <= minMTU4-20-HeaderLen-timestampsLen {
		t.hole.smallEnd, t.hole.smallAt = end, now
	}
}
