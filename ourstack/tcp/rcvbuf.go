package tcp

import "slices"

// maxHeld bounds how many separate runs of octets are held beyond a hole. A segment that would make one more is not
// kept: its sender will send it again.
const maxHeld = 64

// receiveBuffer holds the octets that came and the user has not read (RCV.USER), and behind them, at their place, what
// came beyond a hole (SHLD-31). Since only what lies in the window is ever put in, RCV.BUFF bounds it.
type receiveBuffer struct {
	b    []byte
	head int    // octets of b that were read
	user int    // RCV.USER: octets in order and not read
	held []span // beyond RCV.NXT: ascending, apart from each other
}

// span is a run of sequence numbers, from up to, but not with, to.
type span struct{ from, to Seq }

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

// note remembers a run beyond the hole, and joins it with those that it touches.
func (r *receiveBuffer) note(s span) bool {
	i := 0
	for i < len(r.held) && r.held[i].to.Less(s.from) {
		i++
	}
	j := i
	for j < len(r.held) && r.held[j].from.LessEq(s.to) {
		if r.held[j].from.Less(s.from) {
			s.from = r.held[j].from
		}
		s.to = maxSeq(s.to, r.held[j].to)
		j++
	}
	if i == j && len(r.held) == maxHeld {
		return false
	}
	r.held = slices.Replace(r.held, i, j, s)
	return true
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

// release gives back the memory of a buffer that is empty and large.
func (r *receiveBuffer) release() {
	if r.user == 0 && len(r.held) == 0 && cap(r.b) > keepBuffer {
		r.b, r.head = nil, 0
	}
}

func (r *receiveBuffer) flush() {
	r.b, r.head, r.user, r.held = r.b[:0], 0, 0, r.held[:0]
}
