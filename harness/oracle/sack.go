package oracle

import "github.com/twinstack/twinstack/harness/trace"

// What the IUT says in SACK options of what it has received (RFC 2018, RFC 2883), and when it may.

// Report is what the next SACK option is about. The zero Report is that of a connection without SACK.
type Report struct {
	// Arrived are the numbers of the last segment that arrived, and Dup the first of them in a row that had come before (RFC
	// 2883 §4); DupFin says that the last of Dup is a FIN. A D-SACK has told of it, or Dup is empty.
	Arrived, Dup Span
	DupFin       bool
	// Newest is the run beyond a hole that the last segment is in, if nothing was sent since (RFC 2018 §4).
	Newest Span
	// Recent are the runs that are held, the last that was added to first. Vague says that one was heard of again since: then
	// it may stand first, too.
	Recent []Span
	Vague  bool
}

func (s Span) empty() bool { return s.From == s.To }

// within says whether all of a span lies in another.
func (s Span) within(o Span) bool { return le(o.From, s.From) && le(s.To, o.To) && lt(s.From, s.To) }

// repeats begins the report of a segment that arrives: what of it is old.
func (n *TCB) repeats(s *trace.Segment) {
	r := &n.Report
	r.Arrived, r.Dup, r.DupFin, r.Newest = Span{}, Span{}, false, Span{}
	whole := Span{s.Seq, s.Seq + s.Len()}
	if s.Flags.Has(trace.SYN) {
		whole.From++
	}
	if whole.empty() || n.State < trace.SynReceived {
		return
	}
	r.Arrived = whole
	if lt(whole.From, n.RcvNxt) {
		r.Dup = Span{whole.From, whole.To}
		if lt(n.RcvNxt, whole.To) {
			r.Dup.To = n.RcvNxt
		}
	} else {
		for _, h := range n.Held {
			if from, to := later(whole.From, h.From), h.To; lt(from, to) && lt(from, whole.To) {
				if lt(whole.To, to) {
					to = whole.To
				}
				r.Dup = Span{from, to}
				break
			}
		}
	}
	r.DupFin = s.Flags.Has(trace.FIN) && r.Dup.To == whole.To && !r.Dup.empty()
}

// reports notes the run that text beyond a hole is in, which the next SACK option is about, whether the text is kept or not:
// "the first SACK block MUST reflect the newest segment", even one "that is going to be discarded" (RFC 2018 §8).
func (n *TCB) reports(text Span, kept bool) {
	if !n.SackOK {
		return
	}
	all := TCB{Held: n.Held}
	all.hold(text)
	for _, h := range all.Held {
		if !text.within(h) {
			continue
		}
		n.Report.Newest = h
		if kept {
			n.rank(h)
		}
	}
}

// rank puts a run in the first place, and takes out those that are none any more.
func (n *TCB) rank(first Span) {
	r := &n.Report
	old := r.Recent
	for _, h := range old {
		if h == first { // nothing of it was new
			r.Vague = true
			return
		}
	}
	r.Recent = append(make([]Span, 0, len(n.Held)), first)
	for _, h := range old {
		if !h.within(first) {
			r.Recent = append(r.Recent, h)
		}
	}
}

// unrank takes out of the ranking what is no longer beyond a hole.
func (n *TCB) unrank() {
	r := &n.Report
	if len(r.Recent) == 0 {
		return
	}
	var left []Span
	for _, h := range r.Recent {
		if lt(n.RcvNxt, h.From) {
			left = append(left, h)
		}
	}
	r.Recent = left
	if len(left) == 0 {
		r.Vague = false
	}
}

// beyondHole are the runs that a SACK option is of: not what was queued with a SYN, before which there is no hole.
func (n *TCB) beyondHole() []Span {
	if n.queued() {
		return n.Held[1:]
	}
	return n.Held
}

// blocks are those of the segment's SACK option; ok is false where it is none.
func (t *Turn) blocks() (all []Span, ok bool) {
	o, found := t.Seg.Option(trace.OptSACK)
	if !found {
		return nil, false
	}
	for _, b := range o.SACKBlocks() {
		all = append(all, Span{b[0], b[1]})
	}
	return all, len(all) > 0
}

// sacks says whether the segment has a SACK option, well-formed or not.
func (t *Turn) sacks() bool {
	_, ok := t.Seg.Option(trace.OptSACK)
	return ok
}

// dsack says whether the first block is a D-SACK: what the last segment repeated. Whether a FIN counts as an octet of it is
// not said.
func (t *Turn) dsack(b Span) bool {
	r := &t.T.Report
	if r.Dup.empty() {
		return false
	}
	return b == r.Dup || r.DupFin && b == Span{r.Dup.From, r.Dup.To - 1} && !b.empty()
}

// dsackPart says whether it tells of another part of the segment than the first that is old.
func (t *Turn) dsackPart(b Span) bool {
	r := &t.T.Report
	return !r.Dup.empty() && b.within(r.Arrived) && !t.dsack(b) && !t.held(b)
}

// held says whether a block is a run that is held, or the newest: its octets, and not one next to them. Whether a FIN counts is
// not said.
func (t *Turn) held(b Span) bool {
	n := &t.T
	if n.PeerFin && lt(n.RcvNxt, b.From) {
		return true // text behind the FIN, which no peer sends: it was received, whatever has become of it
	}
	for _, h := range n.beyondHole() {
		if b == h || n.HasHeldFin && n.HeldFin == h.To && b == (Span{h.From, h.To + 1}) {
			return true
		}
	}
	return n.HasHeldFin && b == Span{n.HeldFin, n.HeldFin + 1} || !n.Report.Newest.empty() && b == n.Report.Newest
}

// untrue says whether some block is of what is not held. The first may be a D-SACK.
func (t *Turn) untrue() bool {
	all, ok := t.blocks()
	for i, b := range all {
		if !t.held(b) && !(i == 0 && (t.dsack(b) || t.dsackPart(b))) {
			return true
		}
	}
	return !ok && t.sacks()
}

// misplaced says whether the run that the segment before was in is not in the first block, nor in the second behind a D-SACK.
func (t *Turn) misplaced() bool {
	newest := t.T.Report.Newest
	all, ok := t.blocks()
	if !ok || newest.empty() || newest.within(all[0]) {
		return false
	}
	return !t.dsack(all[0]) && !t.dsackPart(all[0])
}

// unnamed says that the second block, behind a D-SACK of a part of a run that is held, is not that run.
func (t *Turn) unnamed() bool {
	newest := t.T.Report.Newest
	all, ok := t.blocks()
	return ok && !newest.empty() && all[0] != newest && t.dsack(all[0]) && (len(all) < 2 || !newest.within(all[1]))
}

// room is how many blocks fit: 40 octets of options, less the others.
func (t *Turn) room() int {
	left := 40 - 2
	for _, o := range t.Seg.Options {
		if o.Kind > trace.OptNOP && o.Kind != trace.OptSACK {
			left -= 2 + len(o.Data)
		}
	}
	return left / 8
}

// fewer says that there is room for a run that is not told of.
func (t *Turn) fewer() bool {
	all, ok := t.blocks()
	return ok && len(all) < t.room() && len(t.untold(all)) > 0
}

// untold are the runs that no block is of.
func (t *Turn) untold(all []Span) (left []Span) {
next:
	for _, h := range t.T.beyondHole() {
		for _, b := range all {
			if h.within(b) {
				continue next
			}
		}
		left = append(left, h)
	}
	return left
}

// outranked says that a run was left out for one that was reported longer ago.
func (t *Turn) outranked() bool {
	all, ok := t.blocks()
	if !ok || t.T.Report.Vague || len(t.untold(all)) == 0 {
		return false
	}
	left := false
	for i, h := range t.T.Report.Recent {
		told := false
		for _, b := range all {
			told = told || h.within(b)
		}
		if told && left && i > 0 {
			return true
		}
		left = left || !told
	}
	return false
}

// current says that the segment is of now: not an ACK that was owed before what has come since.
func (t *Turn) current() bool { return t.Has(trace.ACK) && t.Seg.Ack == t.T.RcvNxt }

// told notes that a segment was sent, and with it what its SACK option says. "Each duplicate contiguous sequence of data
// received is reported in at most one D-SACK block" (RFC 2883 §4).
func (n *TCB) told(t *Turn) {
	if all, ok := t.blocks(); ok && (t.dsack(all[0]) || t.dsackPart(all[0])) {
		n.Report.Dup, n.Report.DupFin = Span{}, false
	}
	n.Report.Newest = Span{}
}
