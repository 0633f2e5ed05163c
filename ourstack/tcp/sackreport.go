package tcp

// What the receiver reports: SACK blocks (RFC 2018 §4) and D-SACK blocks (RFC 2883 §4).

const (
	// sackLen is what a SACK option takes of a segment, with its padding: so much, and sackBlockLen for each block.
	sackLen, sackBlockLen = 4, 8
	// maxBlocks is how many blocks fit in 40 octets of options; with timestamps it is one fewer (RFC 2018 §3).
	maxBlocks = 4
)

// roomForBlocks is how many blocks a segment can have: what a peer takes whose MSS is tiny has less room (MUST-16).
func (t *TCB) roomForBlocks() int {
	n := maxBlocks
	if t.SndTsOK {
		n--
	}
	return max(0, min(n, (t.mss()-1-sackLen)/sackBlockLen))
}

// blocksLen is how many octets of options the blocks take of the next segment: text makes way for them.
func (t *TCB) blocksLen() int {
	if !t.SackOK || len(t.rcv.held) == 0 && t.dup.empty() {
		return 0
	}
	n := len(t.rcv.held)
	if !t.dup.empty() {
		n++
	}
	if n = min(n, t.roomForBlocks()); n == 0 {
		return 0
	}
	return sackLen + sackBlockLen*n
}

// reportBlocks writes the SACK option: "SACK options SHOULD be included in all ACKs which do not ACK the highest sequence
// number in the data receiver's queue" (RFC 2018 §4). First comes the duplicate that the ACK answers, if it does; "each
// duplicate … is reported in at most one D-SACK block" (RFC 2883 §4). Then come the runs that are held, the one that was
// last added to first: so "the first SACK block MUST specify the contiguous block … containing the segment which triggered
// this ACK", and the others are "the most recently reported".
func (t *TCB) reportBlocks(o *Options) {
	if !t.SackOK {
		return
	}
	room := t.roomForBlocks()
	add := func(s span) {
		o.SACK[o.Blocks] = Block{s.from, s.to}
		o.Blocks++
	}
	if !t.dup.empty() && room > 0 {
		add(t.dup)
		t.dup = span{}
	}
	if !t.rcv.newest.empty() && o.Blocks < room {
		add(t.rcv.newest)
		t.rcv.newest = span{}
	}
	for last := ^uint64(0); o.Blocks < room; {
		i := t.rcv.addedBefore(last)
		if i < 0 || !t.RcvNxt.Less(t.rcv.held[i].from) { // what came with a SYN is no block: no hole is before it
			return
		}
		add(t.rcv.held[i].span)
		last = t.rcv.held[i].added
	}
}

// noteDuplicate remembers which octets of a segment have come before, for the ACK that answers it: "the first duplicate
// sub-segment", below RCV.NXT or in a run that is held (RFC 2883 §4.2).
func (t *TCB) noteDuplicate(s *Segment) {
	if !t.SackOK || !t.env.Config.DSACK || !t.state.Synchronized() || s.Flags&(SYN|RST) != 0 {
		return
	}
	whole := span{s.Seq, s.Seq + Seq(s.Len())}
	if whole.from.Less(t.RcvNxt) {
		t.dup = whole.overlap(span{whole.from, t.RcvNxt})
		return
	}
	for _, h := range t.rcv.held {
		if d := whole.overlap(h.span); !d.empty() {
			t.dup = d
			return
		}
	}
}
