package tcp

import (
	"slices"
)

// maxHeld bounds how many separate runs of octets are held beyond a hole. Of a segment that would make one more and the
// run that is farthest from RCV.NXT, the nearer is kept; the sender of the other will send it again.
const maxHeld = 256

// receiveBuffer holds the octets that came and the user has not read (RCV.USER), and behind them, at their place, what
// came beyond a hole (SHLD-31). Since only what lies in the window is ever put in, RCV.BUFF bounds it.
type receiveBuffer struct {
	b    []byte
	head int    // octets of b that were read
	user int    // RCV.USER: octets in order and not read
	held []held // beyond RCV.NXT: ascending, apart from each other

	additions uint64 // how often a run was begun or added to
	newest    span   // came last and was not kept: to be reported once (RFC 2018 §8)
}

// held is a run that is held.
type held struct {
	span
	added uint64 // which of the additions was the last to this run, or a duplicate of it
}

// span is a run of sequence numbers, from up to, but not with, to.
type span struct{ from, to Seq }

func (s span) empty() bool { return s.from == s.to }

// overlap is what two runs have in common, the empty span if that is nothing.
func (s span) overlap(o span) span {
	s.from = maxSeq(s.from, o.from)
	if o.to.Less(s.to) {
		s.to = o.to
	}
	if !s.from.Less(s.to) {
		return span{}
	}
	return s
}

// put stores text that begins at seq, at or behind next, which is RCV.NXT. It returns RCV.NXT as it is after that.
func (r *receiveBuffer) put(next, seq Seq, text []byte) Seq {
	if seq != next {
		r.hold(next, seq, text)
		return next
	}
	r.store(0, text)
	r.user += len(text)
	return r.advance(next + Seq(len(text)))
}

// hold stores text for later, even where it is next in order: text that came with a SYN waits for ESTABLISHED.
func (r *receiveBuffer) hold(next, seq Seq, text []byte) {
	if len(text) > 0 && r.note(span{seq, seq + Seq(len(text))}) {
		r.store(seq.Sub(next), text)
	}
}

// store copies text to its place, which is offset octets behind RCV.NXT.
func (r *receiveBuffer) store(offset int, text []byte) {
	need := r.user + offset + len(text)
	if r.head > 0 && r.head+need > cap(r.b) {
		// What was read makes way.
		r.b = r.b[:copy(r.b, r.b[r.head:])]
		r.head = 0
	}
	if n := r.head + need - len(r.b); n > 0 {
		r.b = slices.Grow(r.b, n)[:len(r.b)+n]
	}
	copy(r.b[r.head+r.user+offset:], text)
}

// note remembers a run beyond the hole, and joins it with those that it touches. It reports whether there is room for it.
func (r *receiveBuffer) note(s span) bool {
	// Most of what comes is the highest yet.
	j := len(r.held)
	for j > 0 && s.to.Less(r.held[j-1].from) {
		j--
	}
	i := j
	for i > 0 && s.from.LessEq(r.held[i-1].to) {
		i--
		if r.held[i].from.Less(s.from) {
			s.from = r.held[i].from
		}
		s.to = maxSeq(s.to, r.held[i].to)
	}
	if i == j && len(r.held) == maxHeld {
		if i == maxHeld {
			r.newest = s
			return false
		}
		r.held = r.held[:maxHeld-1]
	}
	r.additions++
	r.held = slices.Replace(r.held, i, j, held{s, r.additions})
	return true
}

// addedBefore is the index of the run that was last added to before an addition, -1 if there is none.
func (r *receiveBuffer) addedBefore(addition uint64) int {
	best := -1
	for i := range r.held {
		if a := r.held[i].added; a < addition && (best < 0 || a > r.held[best].added) {
			best = i
		}
	}
	return best
}

// due reports whether text that is held has become in order.
func (r *receiveBuffer) due(next Seq) bool { return len(r.held) > 0 && r.held[0].from.LessEq(next) }

// advance moves RCV.NXT over the runs that have become in order.
func (r *receiveBuffer) advance(next Seq) Seq {
	n := 0
	for n < len(r.held) && r.held[n].from.LessEq(next) {
		if next.Less(r.held[n].to) {
			r.user += r.held[n].to.Sub(next)
			next = r.held[n].to
		}
		n++
	}
	if n > 0 {
		r.held = slices.Delete(r.held, 0, n)
	}
	return next
}

// read moves octets in order to the user.
func (r *receiveBuffer) read(p []byte) int {
	n := copy(p, r.b[r.head:r.head+r.user])
	r.head += n
	r.user -= n
	if r.user == 0 && len(r.held) == 0 {
		r.b, r.head = r.b[:0], 0
	}
	return n
}

// dropHeld forgets what came beyond a hole.
func (r *receiveBuffer) dropHeld() {
	r.held = r.held[:0]
	r.b = r.b[:r.head+r.user]
}

// release gives back the memory of an empty buffer that has more than keep octets.
func (r *receiveBuffer) release(keep int) {
	if r.user > 0 || len(r.held) > 0 {
		return
	}
	if cap(r.b) > keep {
		r.b, r.head = nil, 0
	}
	if cap(r.held) > keep/recordLen {
		r.held = nil
	}
}

func (r *receiveBuffer) flush() {
	r.b, r.head, r.user, r.held, r.newest = r.b[:0], 0, 0, r.held[:0], span{}
}
