package tcp

import (
	"crypto/sha256"
	"encoding/binary"
	"time"
)

// SYN cookies (RFC 4987 §3.6, App. A): a SYN,ACK whose sequence number says all that must be known of the SYN, so that nothing
// is kept until an ACK brings it back. That RFC is informational; what it has is one way to do this.
//
// A cookie is an ISN as any other, M + F (RFC 6528 §3), but that the clock M is read in counts of 67 s, and below the count
// stand the index of the peer's MSS, 3 bits, and 21 bits of a keyed hash of the connection's four numbers, the peer's ISN, the
// count, the index, and what the SYN,ACK promises. So of MUST-8 (§3.4.1) there is the clock component, which advances once every 4 µs on average;
// but two ISNs of one count are in no order. That is what cookies cost, and why only a listener in need has them: a new
// incarnation within the count may begin below the numbers of the one before.
//
// An outsider who guesses hits a cookie with one ACK of 2^28: two counts are good, and eight indices.

// SYNCookies says which SYNs are answered by a cookie.
type SYNCookies uint8

// The choices.
const (
	CookiesOff      SYNCookies = iota // none: a SYN that finds the queue full is dropped
	CookiesWhenFull                   // those that find the queue full
	CookiesAlways                     // all
)

const (
	// CookieLife is how long an ACK may bring a cookie back, at most: two counts, so that it always has one of them.
	CookieLife  = 2 * cookieCount
	cookieCount = ISNTick << cookieBits
	cookieBits  = 24 // below the count
	hashBits    = 21 // below the index
)

// cookieMSS are the MSSs that a cookie can say. The peer's is rounded down, for MUST-16 forbids to send more than it said.
// The smallest is that of the smallest MTU that there is (RFC 791 §3.2): who says less gets no cookie.
var cookieMSS = [...]int{28, 256, 536, 1024, 1220, 1380, 1440, 1460}

// Besides the sequence number there is TSval, which the peer echoes: where both sides have timestamps its lowest bits say what
// else the SYN offered. The clock is set back to where these bits are as they should be, by less than 32 ms, so that it never
// runs backwards (RFC 7323 §5.4). Without timestamps neither window scale nor SACK is agreed to.
const (
	stampShift   = 0x0f // the peer's shift count, or noShift
	stampSACK    = 0x10
	stampOptions = stampShift | stampSACK
	noShift      = 15 // above all that are legal
)

// SendCookie answers a SYN by a cookie and keeps nothing: t, in LISTEN, serves to form the SYN,ACK and is of no use after that.
// Text and FIN of the SYN are the peer's to send again. It reports whether there was an answer.
func (t *TCB) SendCookie(now time.Duration, s *Segment) bool {
	mss := t.sendMSS // the default
	if s.Options.HasMSS {
		mss = int(s.Options.MSS)
	}
	index := len(cookieMSS) - 1
	for index >= 0 && cookieMSS[index] > mss {
		index--
	}
	if index < 0 {
		return false
	}
	t.chooseOffers()
	offer := s.Options
	if !t.env.Config.Timestamps || !offer.HasTimestamps {
		offer = Options{}
	}
	t.takeSynOptions(now, &Segment{Options: offer})
	out := &t.env.out
	*out = Segment{
		SrcPort: t.Local.Port(), DstPort: t.Remote.Port(), Flags: SYN | ACK, Ack: s.Seq + 1,
		Seq: t.cookie(t.cookieClock(now), uint32(index), s.Seq),
	}
	t.synOptions(now, out)
	if t.SndTsOK {
		out.Options.TSVal = stampWith(out.Options.TSVal, t.optionBits())
	}
	out.Wnd = t.announce(true)
	t.env.Send(t, out)
	return true
}

// AcksCookie reports whether a segment acknowledges a cookie that t, in LISTEN, could have sent.
func (t *TCB) AcksCookie(now time.Duration, s *Segment) bool {
	_, ok := t.readCookie(now, s)
	return ok
}

// ArrivesOnCookie is SEGMENT ARRIVES for a segment of which AcksCookie holds: t is put into the SYN-RECEIVED that it would be in
// had the SYN been kept, and the ACK ends the handshake. From a SYN-RECEIVED that another copy of the SYN has made, t goes back
// to LISTEN first: the peer has taken the cookie, and both SYN,ACKs were ours.
func (t *TCB) ArrivesOnCookie(now time.Duration, s *Segment) {
	if t.state == SynReceived {
		t.backToListen(now)
	}
	mss, _ := t.readCookie(now, s)
	syn := Segment{Options: Options{HasMSS: true, MSS: uint16(mss)}}
	if o := &syn.Options; t.env.Config.Timestamps && s.Options.HasTimestamps {
		// "A timestamp on the ACK … indicates that Timestamp use was successfully negotiated" (RFC 4987 §3.6).
		bits := s.Options.TSEcr & stampOptions
		o.HasTimestamps, o.TSVal = true, s.Options.TSVal
		o.SACKPermitted = bits&stampSACK != 0
		o.HasWindowScale, o.WindowScale = bits&stampShift != noShift, uint8(bits&stampShift)
	}
	t.Irs, t.RcvNxt, t.RcvUp, t.LastAckSent = s.Seq-1, s.Seq, s.Seq, s.Seq
	t.Iss = s.Ack - 1
	t.setISS()
	t.takeSynOptions(now, &syn)
	t.SndNxt, t.SndUna, t.SndWl1, t.SndWl2 = t.Iss+1, t.Iss, t.Irs, t.Iss
	t.synSent, t.opened, t.lastProgress = true, now, now
	t.enter(now, SynReceived)
	t.Arrives(now, s)
}

// cookieClock is the count that the clock of ISNs has come to.
func (t *TCB) cookieClock(now time.Duration) uint64 { return uint64(now/ISNTick) >> cookieBits }

// cookie is the cookie of a count for a peer's MSS and ISN.
func (t *TCB) cookie(count uint64, index uint32, peerISN Seq) Seq {
	var b [16 + 2*18 + 4 + 8 + 4 + 4]byte
	copy(b[:16], t.env.cookie.secret[:])
	l, r := t.Local.Addr().As16(), t.Remote.Addr().As16()
	copy(b[16:], l[:])
	copy(b[32:], r[:])
	binary.BigEndian.PutUint16(b[48:], t.Local.Port())
	binary.BigEndian.PutUint16(b[50:], t.Remote.Port())
	binary.BigEndian.PutUint32(b[52:], uint32(peerISN))
	binary.BigEndian.PutUint64(b[56:], count)
	binary.BigEndian.PutUint32(b[64:], index)
	// What the SYN,ACK promises: who sets the listener's buffer to another size makes its cookies void.
	binary.BigEndian.PutUint32(b[68:], uint32(t.rcvBuffer))
	h := sha256.Sum256(b[:])
	low := index<<hashBits | binary.BigEndian.Uint32(h[:])>>(32-hashBits)
	return t.env.ISNs.f(t.Local, t.Remote) + Seq(count<<cookieBits) + Seq(low)
}

// readCookie finds the peer's MSS in the cookie that a segment acknowledges; false if there is none, or it is too old.
func (t *TCB) readCookie(now time.Duration, s *Segment) (mss int, ok bool) {
	iss := s.Ack - 1
	index := uint32(iss-t.env.ISNs.f(t.Local, t.Remote)) >> hashBits % uint32(len(cookieMSS))
	for age := range uint64(2) {
		if iss == t.cookie(t.cookieClock(now)-age, index, s.Seq-1) {
			return cookieMSS[index], true
		}
	}
	return 0, false
}

// optionBits is what TSval says of the peer's SYN.
func (t *TCB) optionBits() uint32 {
	bits := uint32(noShift)
	if t.SndWsOK {
		bits = uint32(t.SndWindShift)
	}
	if t.SackOK {
		bits |= stampSACK
	}
	return bits
}

// stampWith is the latest time at or before val whose lowest bits are these.
func stampWith(val, bits uint32) uint32 {
	stamp := val&^stampOptions | bits
	if stampLess(val, stamp) {
		stamp -= stampOptions + 1
	}
	return stamp
}
