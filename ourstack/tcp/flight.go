package tcp

import (
	"slices"
	"time"
)

// maxFlight bounds how many segments are on their way at a time: so the record of them is bounded, and what it costs to go
// through it. Text that would make one more waits for an ACK. A peer whose MSS is an octet must have it so (MUST-16); but what
// is on record of its segments takes no more memory than the send buffer has, for which minFlight is always enough.
const (
	minFlight = 1 << 6
	maxFlight = 1 << 13
)

// sent is a segment on its way, as it was last sent: the per-segment variables of RFC 8985 §5.2, and what RFC 6675 §4 marks.
type sent struct {
	span                 // to is Segment.end_seq
	xmit   time.Duration // Segment.xmit_ts
	again  bool          // Segment.retransmitted: something of it was sent before
	sacked bool          // reported by a SACK block
	lost   bool          // taken for lost, and not sent again since; without RACK it stays set
	rexmit bool          // sent again in this loss recovery (at or below HighRxt); never with RACK
}

// due reports whether the segment is to be sent again.
func (s *sent) due() bool { return s.lost && !s.sacked && !s.rexmit }

// flight is the scoreboard (RFC 6675 §3) as the list of the segments between SND.UNA and SND.NXT, without a SYN. It is kept
// where SACK is in use. A block marks the segments that are wholly within it (RFC 2018 §5), so that no peer can make us
// cut the list into pieces. The sums are in octets, and those of lost and rexmit leave out what is SACKed.
type flight struct {
	b    []sent
	head int

	octets, sacked, lost, rexmit, due int

	segsSacked int      // RACK.segs_sacked
	fack       Seq      // RACK.fack: the highest sequence number that was acknowledged, selectively or cumulatively
	dueFrom    Seq      // nothing below is due
	seen       [4]Block // the blocks of the last ACK, whose segments are marked
	looks      int      // how many records an ACK or a transmission has had looked at, ever: what a peer can make us do
}

func (f *flight) list() []sent { return f.b[f.head:] }

// init makes the list empty, in front of a first sequence number.
func (f *flight) init(first Seq) { *f = flight{b: f.b[:0], fack: first, dueFrom: first} }

// release gives back the memory of an empty list that has more than keep octets.
func (f *flight) release(keep int) {
	if len(f.b) == f.head && cap(f.b) > keep/recordLen {
		f.b, f.head = nil, 0
	}
}

// full reports whether there is no room for another segment, with a send buffer of so many octets.
func (f *flight) full(buffer int) bool {
	return len(f.b)-f.head >= max(minFlight, min(buffer/recordLen, maxFlight))
}

// pipe is RFC 6675 §4's SetPipe: how many octets are taken to be in the network.
func (f *flight) pipe() int { return f.octets - f.sacked - f.lost + f.rexmit }

// disturbed reports whether anything has been lost or come out of order.
func (f *flight) disturbed() bool { return f.sacked|f.lost|f.rexmit != 0 }

// count adds a segment to the sums, or takes it off them with sign -1.
func (f *flight) count(s *sent, sign int) {
	n := sign * s.to.Sub(s.from)
	f.octets += n
	if s.sacked {
		f.sacked += n
		f.segsSacked += sign
		return
	}
	if s.lost {
		f.lost += n
	}
	if s.rexmit {
		f.rexmit += n
	}
	if s.due() {
		f.due += n
	}
}

// index is the place of the first segment that ends behind a sequence number.
func (f *flight) index(seq Seq) int {
	l := f.list()
	lo, hi := 0, len(l)
	for lo < hi {
		if mid := (lo + hi) / 2; seq.Less(l[mid].to) {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
}

// note records that a segment goes out: new, or in the place of what it sends again. Segments are as they were last sent: of
// one that goes out in part, the rest stays as it is. With RACK it is lost no more (RFC 8985 §6.1); without, it is at or
// below HighRxt (RFC 6675 §5 (C.2)).
func (f *flight) note(now time.Duration, from, to Seq, rack bool) {
	s := sent{span: span{from, to}, xmit: now}
	i := f.index(from)
	l := f.list()
	if i == len(l) {
		f.push(s)
		return
	}
	j := i
	for j < len(l) && l[j].from.Less(to) {
		f.count(&l[j], -1)
		j++
	}
	s.again = true
	if !rack {
		s.lost, s.rexmit = l[i].lost, true
	}
	var pieces [3]sent
	p := pieces[:0]
	if before := l[i]; before.from.Less(from) {
		before.to = from
		p = append(p, before)
	}
	p = append(p, s)
	if behind := l[j-1]; to.Less(behind.to) {
		behind.from = to
		p = append(p, behind)
	}
	for k := range p {
		f.count(&p[k], 1)
	}
	f.b = slices.Replace(f.b, f.head+i, f.head+j, p...)
}

func (f *flight) push(s sent) {
	if f.head > 0 && len(f.b) == cap(f.b) {
		f.b = f.b[:copy(f.b, f.b[f.head:])]
		f.head = 0
	}
	f.b = append(f.b, s)
	f.count(&s, 1)
}

// acked takes off what lies before una, and gives each segment that was not SACKed to deliver.
func (f *flight) acked(una Seq, deliver func(*sent)) {
	for f.head < len(f.b) {
		s := &f.b[f.head]
		if una.LessEq(s.from) {
			break
		}
		f.looks++
		f.count(s, -1)
		if una.Less(s.to) {
			s.from = una
			f.count(s, 1)
			break
		}
		if !s.sacked {
			deliver(s)
		}
		f.head++
	}
	if f.head == len(f.b) {
		f.b, f.head = f.b[:0], 0
	}
	f.dueFrom = maxSeq(f.dueFrom, una)
	if l := f.list(); len(l) > 0 && l[0].sacked {
		// The octet at SND.UNA was reported, and is not acknowledged by an ACK that reaches it: "the data receiver has
		// reneged" (RFC 2018 §8). Nothing that it reported is to be believed.
		f.forget()
	}
}

// sack marks what a block reports, and gives each segment that was not marked before to deliver.
func (f *flight) sack(b Block, deliver func(*sent)) {
	from := b.Left
	for _, old := range f.seen {
		if old.Left.LessEq(from) && from.Less(old.Right) {
			from = old.Right // marked already
		}
	}
	l := f.list()
	for i := f.index(from); i < len(l) && l[i].to.LessEq(b.Right); i++ {
		s := &l[i]
		f.looks++
		if s.sacked || s.from.Less(b.Left) {
			continue
		}
		f.count(s, -1)
		s.sacked = true
		f.count(s, 1)
		deliver(s)
	}
}

// lose takes a segment for lost.
func (f *flight) lose(s *sent) {
	f.count(s, -1)
	s.lost, s.rexmit = true, false
	f.count(s, 1)
	if s.from.Less(f.dueFrom) {
		f.dueFrom = s.from
	}
}

// loseAll takes everything for lost that is not SACKed.
func (f *flight) loseAll() {
	l := f.list()
	for i := range l {
		if !l[i].sacked {
			f.lose(&l[i])
		}
	}
}

// forget turns off all SACK marks (RFC 2018 §5).
func (f *flight) forget() {
	l := f.list()
	for i := range l {
		if s := &l[i]; s.sacked {
			f.count(s, -1)
			s.sacked = false
			f.count(s, 1)
			if s.due() && s.from.Less(f.dueFrom) {
				f.dueFrom = s.from
			}
		}
	}
	f.seen = [4]Block{}
	if len(l) > 0 {
		f.fack = l[0].from
	}
}

// unmark takes nothing for lost any more, and nothing for sent again.
func (f *flight) unmark() {
	l := f.list()
	for i := range l {
		f.count(&l[i], -1)
		l[i].lost, l[i].rexmit = false, false
		f.count(&l[i], 1)
	}
}

// nextDue is the lowest run of octets that are to be sent again, or so much of it that it is enough.
func (f *flight) nextDue(enough int) (run span, ok bool) {
	if f.due == 0 {
		return span{}, false
	}
	l := f.list()
	i := f.index(f.dueFrom)
	for !l[i].due() {
		i++
		f.looks++
	}
	run = l[i].span
	f.dueFrom = run.from
	for i++; i < len(l) && l[i].due() && run.to.Sub(run.from) < enough; i++ {
		run.to = l[i].to
		f.looks++
	}
	return run, true
}

// unsacked is how many octets at the front have not been SACKed.
func (f *flight) unsacked() int {
	l := f.list()
	n := 0
	for i := 0; i < len(l) && !l[i].sacked; i++ {
		n += l[i].to.Sub(l[i].from)
		f.looks++
	}
	return n
}
