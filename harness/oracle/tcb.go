package oracle

import (
	"time"

	"github.com/twinstack/twinstack/harness/trace"
)

// TCB is one guess at what a TCP knows of a connection (RFC 9293 §3.3.1). The zero TCB is no TCB: CLOSED. Copies share what
// is in slices: that is never changed in its place.
type TCB struct {
	State  trace.State // never LISTEN: a listener is not a connection, see Listening
	Active bool        // it began with an active OPEN (MUST-11)
	// Listening says that a listener stands on the local port: what finds no TCB is then judged by §3.10.7.2.
	Listening bool

	// Send sequence variables.
	Iss       uint32
	SndUna    uint32
	SndNxt    uint32
	SndWnd    uint32 // octets
	SndWl1    uint32
	SndWl2    uint32
	MaxSndWnd uint32 // octets; RFC 5961 §5.2
	SndMss    uint32 // octets: the peer's MSS option, or the default (MUST-15)
	// PathMTU is what ICMP said at PathMTUSince that the path takes (§3.7.2), in octets; 0: nothing.
	PathMTU      uint32
	PathMTUSince time.Duration
	// SndWindShift and RcvWindShift are the peer's window shift and the IUT's where SndWsOK (RFC 7323 §2.3).
	SndWindShift, RcvWindShift uint8

	// Receive sequence variables. RcvNxt+RcvWnd is the right edge that was last advertised.
	Irs    uint32
	RcvNxt uint32
	RcvWnd uint32 // octets
	// MaxRcvWnd is the largest window that was advertised: the estimate of RCV.BUFF (§3.8.6.2.2). In octets.
	MaxRcvWnd uint32
	RcvUp     uint32 // RCV.UP: just behind the last urgent octet (MUST-62); IRS+1 where none was ever
	RcvMss    uint32 // octets: the MSS option of the IUT's own SYN; 0: it had none
	Held      []Span // text beyond a hole, in order, apart from each other (SHLD-31)
	// HeldFin is the number of a FIN beyond a hole, if HasHeldFin.
	HeldFin    uint32
	HasHeldFin bool

	// The user.
	Queued  uint32 // octets given to SEND and never sent
	Unread  uint32 // octets that RECEIVE would give
	Freed   uint32 // octets that RECEIVE gave and the advertised window does not show yet
	Urgent  bool   // text was given with the URGENT flag, and nothing has told of it yet
	Closed  bool   // CLOSE was called: a FIN is to follow what is queued
	FinSent bool   // it was sent: its number is SND.NXT-1
	PeerFin bool   // the peer's FIN was reached: RECEIVE gives "connection closing" when all is read
	NoRead  bool   // the user receives no more (shutdown SHUT_RD)
	Gone    bool   // the user has gone for good (close), MAY-1
	Told    Told   // what the user has not been told yet; in a connection that lives on it is a soft error (§3.9.1.8)
	Set     Set    // what the user has set

	// RFC 7323. SndTsOK and SndWsOK: each SYN so far had the option, so the peer's takes away what it lacks, and the IUT's.
	SndTsOK     bool
	SndWsOK     bool
	TsRecent    uint32
	TsRecentAt  time.Duration // when TS.Recent was set
	LastAckSent uint32

	SackOK bool   // each SYN so far had SACK-permitted (RFC 2018 §2)
	Report Report // what the next SACK option is about
	Board  Scoreboard
	ECN    ECN

	DupAcks int // ACKs in a row that acknowledge nothing new (RFC 5681 §2)

	// Challenged is when the last ACK! was sent (RFC 5961 §7), if HasChallenged.
	Challenged    time.Duration
	HasChallenged bool

	// Cookie is the SYN-RECEIVED that a SYN cookie stands for, and of which the IUT keeps nothing (RFC 4987 §3.6): its TCB is in no
	// state. nil: there is none. What it points to never changes.
	Cookie   *TCB
	CookieAt time.Duration // when it was sent

	// Old is the connection in TIME-WAIT that a SYN opened anew, and that comes back if the SYN was an old duplicate (MAY-2).
	// What it points to never changes.
	Old *TCB

	Timers
}

// Span is a range of sequence numbers, To not in it.
type Span struct{ From, To uint32 }

// Set is what the user has set. It stays with the socket.
type Set struct {
	// Linger is SO_LINGER, if LingerOn: a user who goes gives the rest so long, and with 0 he ABORTs. No RFC knows it.
	Linger   time.Duration
	LingerOn bool
	// UserTimeout is how long text may be unacknowledged (§3.9.1.1); 0: R2 counts.
	UserTimeout time.Duration
	MaxSeg      uint32 // octets: a limit to Eff.snd.MSS (TCP_MAXSEG); 0: none
	KeepAlive   KeepAlive
}

// Told is what the user of a connection is told, once (§3.9.1, §3.10.7).
type Told uint8

// The signals.
const (
	Nothing Told = iota
	Refused
	Reset
	TimedOut
	Unreachable // an ICMP error (§3.9.2.2)
	Aborted     // the user's own ABORT
)

// Close takes the TCB away: what is left is CLOSED, what the user has still to hear, and whether somebody listens.
func (t *TCB) Close(told Told) TCB {
	if told == Nothing && t.Told == Unreachable {
		told = t.Told // a soft error is still to be told
	}
	return TCB{Listening: t.Listening, Active: t.Active, Told: told, Gone: t.Gone, NoRead: t.NoRead, Set: t.Set,
		Unread: t.Unread, PeerFin: t.PeerFin, // what was acknowledged can still be on hand
		Iss: t.Iss, Irs: t.Irs, SndNxt: t.SndNxt, RcvNxt: t.RcvNxt} // the numbers are for the messages of a judge alone
}

// Synchronized says whether the state is one of §3.5.2's third group.
func (t *TCB) Synchronized() bool { return t.State >= trace.Established }

// RcvEdge is the right edge of the receive window: the first number beyond it.
func (t *TCB) RcvEdge() uint32 { return t.RcvNxt + t.RcvWnd }

// InWindow says whether a number lies in the receive window.
func (t *TCB) InWindow(seq uint32) bool { return seq-t.RcvNxt < t.RcvWnd }

// FinAcked says whether the user's FIN has been acknowledged.
func (t *TCB) FinAcked() bool { return t.FinSent && t.SndUna == t.SndNxt }
