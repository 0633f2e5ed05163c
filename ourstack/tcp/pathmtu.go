package tcp

import "time"

// Path MTU discovery (§3.7.2): RFC 1191 and RFC 8201.

const (
	// minMTU4 is what every host can take in one piece (RFC 791 §3.1), and what MSS 536 goes with. A router that claims less
	// is given this, with leave to fragment: RFC 1191 §3 forbids an estimate below 68 octets only, but one so small would
	// let anybody slow us down (RFC 5927 §7.2).
	minMTU4 = 576
	// minMTU6 is IPv6's: "a node MUST NOT reduce its estimate … below" it, and a message that claims less is discarded
	// (RFC 8201 §4).
	minMTU6 = 1280
	// pathMTULife is how long an estimate is good for (RFC 1191 §6.3, RFC 8201 §5.3: ten minutes).
	pathMTULife = 10 * time.Minute
)

// plateaus are RFC 1191 §7.1's likely MTUs, for routers that give none.
var plateaus = [...]int{65535, 32000, 17914, 8166, 4352, 2002, 1492, 1006}

// PacketTooBig takes "fragmentation needed" or "packet too big" about a segment with this sequence number. mtu is what the
// router says it can take, in octets, 0 where it is too old to say (RFC 1191 §5). The segments that were lost go out again
// at once, in the new size; that is no sign of congestion (§6.4). A number that is not of a segment on its way is no
// answer to anything that we sent: ignored (RFC 5927 §4.1).
func (t *TCB) PacketTooBig(now time.Duration, seq Seq, mtu int) {
	if !t.inFlight(seq) || !t.synAcked() {
		return
	}
	t.leaveHole() // it is none: a router tells
	current, fragment := t.mtu(), false
	if t.Remote.Addr().Is4() {
		if mtu == 0 {
			mtu = below(current)
		}
		fragment = mtu < minMTU4
		mtu = max(mtu, minMTU4)
	} else if mtu < minMTU6 {
		return
	}
	if mtu >= current && (!fragment || t.MayFragment) {
		return // "must not increase"; or another answer to the same flight
	}
	c := claim{seq, min(mtu, current), fragment}
	if t.doubt(c) {
		return
	}
	t.believe(now, c)
	if t.SndWnd == 0 {
		return // probes are small
	}
	t.rto.resent()
	t.rexmit.stop()
	t.early.stop()
	t.goBack()
	t.transmit(now)
	t.rexmit.startIfOff(now, t.rto.rto)
}

// below is the plateau under an MTU that was too big.
func below(mtu int) int {
	for _, p := range plateaus {
		if p < mtu {
			return p
		}
	}
	return minMTU4
}

// mtu is the estimate of the path's MTU in octets, at most that of the link.
func (t *TCB) mtu() int {
	if t.pathMTU > 0 {
		return t.pathMTU
	}
	return t.env.MTU
}

// agePathMTU gives a path that may have become wider another try.
func (t *TCB) agePathMTU(now time.Duration) {
	if t.pathMTU > 0 && now-t.pathMTUSince >= pathMTULife {
		t.pathMTU, t.MayFragment = 0, false
	}
}
