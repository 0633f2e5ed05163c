package oracle

import "github.com/twinstack/twinstack/harness/trace"

// arrives is SEGMENT ARRIVES (§3.10.7).
func arrives(t *Turn) ([]Outcome, error) {
	switch {
	case t.bringsCookie():
	case t.T.State == trace.Closed && t.T.Listening:
		return through(listenChecks, t)
	case t.T.State == trace.Closed:
		return through(closedChecks, t)
	}
	checks := otherChecks
	switch t.T.State {
	case trace.SynSent:
		checks = synSentChecks
	case trace.Closed:
		checks = cookieChecks
	}
	out, err := through(checks, t)
	for i := range out {
		oneACK(&out[i])
		t.marked(&out[i])
	}
	return out, err
}

// synSentChecks are those of §3.10.7.3. After a SYN-ACK it goes on "at the sixth step under Section 3.10.7.4".
var synSentChecks = []Check{synSentCheck, urgCheck, textCheck, finCheck}

// otherChecks are those of §3.10.7.4, first to eighth. The third, security and compartment, is left out: but for
// multi-level secure systems it "can be ignored" (§A.1.2). What RFC 6191 and RFC 7323 add goes before the first.
var otherChecks = []Check{
	newConnectionCheck, timestampsCheck, sequenceCheck,
	rstCheck,
	synCheck,
	ackBitCheck, ackRangeCheck, ackCheck,
	urgCheck,
	textCheck,
	finCheck,
}

// oneACK makes one of all the ACKs that the checks owe: a segment draws no more than one (RFC 5681 §4.2), of all that was
// taken of it (MUST-58). Where there is a RST too, or the TCB is deleted, it may also not come.
func oneACK(o *Outcome) {
	closed := o.TCB.State == trace.Closed
	ended := closed
	at := -1
	kept := o.Replies[:0]
	for _, r := range o.Replies {
		ended = ended || r.Flags.Has(trace.RST)
		switch {
		case r.Flags != trace.ACK || r.apart:
		case at < 0:
			at = len(kept)
		default:
			kept[at] = kept[at].and(r)
			continue
		}
		kept = append(kept, r)
	}
	if at >= 0 {
		ack := &kept[at]
		ack.Optional = ack.Optional || ended
		if !closed {
			now := emptyACK(&o.TCB)
			ack.Seq, ack.Ack, ack.Probing, ack.Una = now.Seq, now.Ack, now.Probing, now.Una
		}
	}
	o.Replies = kept
}

// and is the one ACK that does for two.
func (r Reply) and(other Reply) Reply {
	if r.Optional && !other.Optional || other.Within < r.Within && other.Optional == r.Optional {
		r, other = other, r
	}
	if !other.Optional {
		r.Within = min(r.Within, other.Within)
	}
	r.Carry = r.Carry && other.Carry
	return r
}
