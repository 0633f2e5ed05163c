package tcp

import "time"

// Who claims in a router's name that the path takes less than it does slows a connection down, and the quoted sequence number
// is all that he must guess. So a claim against the evidence has to wait (RFC 5927 §7.2): where packets larger than it says have
// come through, it is believed once the data that it speaks of has timed out, and forgotten if that is acknowledged. A path that
// did become narrower costs one retransmission timeout. What is larger than all that has come through is another matter: there
// the router is believed at once, as path MTU discovery wants it.

// claim is what an ICMP message says: a packet with this sequence number was too big.
type claim struct {
	seq      Seq
	mtu      int // in octets, 0 for none
	fragment bool
}

// provenSize is what is known of the path, in octets of a whole packet.
type provenSize struct {
	size    int   // maxsizeacked: that of the largest that has been acknowledged
	sent    int   // maxsizesent: that of the largest that is under way and larger; 0 if there is none
	end     Seq   // the number behind it
	doubted claim // the last claim that waits
}

// noteSize takes down the size of a packet with n octets of text up to a sequence number.
func (t *TCB) noteSize(n int, end Seq) {
	size, p := n+t.headers(), &t.proven
	if t.SndTsOK {
		size += timestampsLen
	}
	if size > p.size && size > p.sent {
		p.sent, p.end = size, end
	}
}

// acked is told of an acknowledgment.
func (p *provenSize) acked(ack Seq) {
	if p.sent > 0 && p.end.LessEq(ack) {
		p.size, p.sent = p.sent, 0
	}
	if p.doubted.seq.Less(ack) {
		p.doubted = claim{}
	}
}

// doubt reports whether a claim has to wait, and then keeps it.
func (t *TCB) doubt(c claim) bool {
	if c.mtu >= t.proven.size || t.retries > 0 {
		return false
	}
	t.proven.doubted = c
	return true
}

// believe takes a claim for true. What was sent before and is larger proves nothing: it may have been acknowledged in pieces.
func (t *TCB) believe(now time.Duration, c claim) {
	t.pathMTU, t.MayFragment, t.pathMTUSince = c.mtu, c.fragment, now
	t.proven = provenSize{size: min(t.proven.size, c.mtu)}
}
