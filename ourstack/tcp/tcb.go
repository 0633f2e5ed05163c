// Package tcp is RFC 9293: one connection as a state machine without a goroutine, a lock or a clock.
//
// What happens to a connection is a user call (calls.go, §3.10.1-6), an arriving segment (arrives*.go, §3.10.7) or a
// timeout (timers.go, §3.10.8). Each takes the time as an argument, hands the segments that result to Env.Send, and
// leaves behind when the next timeout is due. Section signs without another name mean RFC 9293.
//
// Times are durations since any fixed instant, the same one for all that shares an Env.
package tcp

import (
	"net/netip"
	"time"
)

// Env is what the connections of one host share.
type Env struct {
	Config Config
	MTU    int // octets of the largest IP packet that the link takes
	ISNs   ISNs
	stamps ISNs // of where each connection's timestamp clock begins (RFC 7323 §5.4)
	cookie ISNs // the key of SYN cookies
	// Send takes each segment that a connection sends. The segment and its text are valid during the call only. It must
	// not call back into a connection.
	Send func(t *TCB, s *Segment)

	grown int // octets that receive buffers have grown by, of all connections (Config.AutoTune)

	out Segment // the segment being sent: one for all, so that sending allocates nothing
}

// NewEnv makes an Env. Its ISNs come from the seed.
func NewEnv(cfg Config, mtu int, seed uint64, send func(*TCB, *Segment)) *Env {
	if cfg == (Config{}) {
		cfg = Default()
	}
	return &Env{
		Config: cfg, MTU: mtu, Send: send,
		ISNs: NewISNs(seed), stamps: ISNs{secret("tcp time", seed)}, cookie: ISNs{secret("cookie  ", seed)},
	}
}

// Vars are the connection state variables of §3.3.1.
type Vars struct {
	SndUna Seq    // oldest unacknowledged sequence number
	SndNxt Seq    // next sequence number to be sent: nothing at or above it was ever sent
	SndWnd uint32 // send window, in octets from SND.UNA
	SndWl1 Seq    // segment sequence number used for the last window update
	SndWl2 Seq    // segment acknowledgment number used for the last window update
	SndUp  Seq    // send urgent pointer: the octet behind the last urgent one
	Iss    Seq    // initial send sequence number

	RcvNxt Seq    // next sequence number expected
	RcvWnd uint32 // receive window as the peer knows it: RCV.NXT+RCV.WND never moves left (SHLD-14)
	RcvUp  Seq    // receive urgent pointer
	Irs    Seq    // initial receive sequence number

	MaxSndWnd uint32 // the largest window that the peer ever offered (RFC 5961 §5; §3.8.6.2.1)

	SackOK bool // both SYNs had the SACK-permitted option (RFC 2018 §2)

	HighSpeed
}

// TCB is a transmission control block (§3.3.1).
//
//	Send sequence space (Figure 3)               Receive sequence space (Figure 4)
//
//	      1         2          3          4            1          2          3
//	 ----------|----------|----------|----------  ----------|----------|----------
//	        SND.UNA    SND.NXT    SND.UNA                RCV.NXT    RCV.NXT
//	                             +SND.WND                          +RCV.WND
//
//	 1 - acknowledged                             1 - acknowledged
//	 2 - sent, not yet acknowledged               2 - allowed for new reception
//	 3 - allowed for new text                     3 - not yet allowed
//	 4 - not yet allowed
type TCB struct {
	Vars
	Local, Remote netip.AddrPort

	env     *Env
	state   State
	passive bool  // came from LISTEN: SYN-RECEIVED must know (MUST-11)
	err     Error // what the connection died of; 0 while it lives, and after an orderly close

	// The user.
	nagle        bool // §3.7.4
	set          settings
	gone         bool          // the user can no longer RECEIVE: half-duplex close (§3.6.1, MAY-1)
	userTimeout  time.Duration // 0: R2 is a count of retransmissions (MUST-21)
	softErr      Error         // the last soft error, until it is told (SHLD-25)
	reason       Error         // the last soft error since SND.UNA moved
	lastProgress time.Duration // when SND.UNA last moved, or text was sent with nothing outstanding
	issAbove     Seq           // MAY-2: ISS must be above this, if haveAbove
	haveAbove    bool
	maxSeg       int // the user's own bound on Eff.snd.MSS; 0: none
	wantECN      bool

	// Keep-alives (§3.8.4).
	keepalive  Keepalive
	idleSince  time.Duration // when something last came
	probesSent int           // probes since then

	// The lower level (§3.9.2).
	TTL      uint8 // or hop limit (MUST-49)
	DiffServ uint8 // octet of DSCP, without ECN: TOS or traffic class (MUST-48)

	// MayFragment is set where the path takes less than we make packets for: Don't Fragment must be off (RFC 1191 §3).
	MayFragment  bool
	pathMTU      int           // what routers said that they take; 0: nothing
	pathMTUSince time.Duration // when
	hole         hole
	proven       provenSize

	// Sending.
	snd       sendBuffer
	resend    Seq  // the next octet to go out: SND.NXT, or below it while what was sent goes out again
	closed    bool // CLOSE was called: a FIN stands behind the queued text
	pushed    Seq  // text below is held back by no cork
	probing   bool // what is outstanding is a zero-window probe, which the peer need not have taken
	sendMSS   int  // SendMSS: what the peer's MSS option says, or the default (§3.7.1)
	rcvBuffer int  // RCV.BUFF
	sndBuffer int

	// RFC 7323.
	windShift  uint8         // R: the shift count that our SYN offers
	tsOffset   uint32        // what the timestamp clock of this connection reads at time zero
	tsRecentAt time.Duration // when TS.Recent was last recorded
	opened     time.Duration // when our first SYN was sent

	// Receiving.
	rcv     receiveBuffer
	tuning  tuning
	finSeen bool // a FIN came, with number finSeq; perhaps beyond a hole
	finSeq  Seq
	eof     bool // RCV.NXT stands behind the peer's FIN
	ackNow  bool // an ACK is owed
	urgent  bool // RCV.UP is the peer's, and not passed yet
	unacked int  // octets received since the last ACK that was sent (§3.8.6.3)
	dup     span // what of the segment that is arriving had come before (RFC 2883)

	// Timers (§3.10.8).
	rexmit   timer // retransmission; also the zero-window probe that repeats what is outstanding
	override timer // zero-window probe or SWS override, while nothing is outstanding (§3.8.6.2.1)
	delayed  timer // delayed ACK
	timeWait timer // 2MSL
	orphan   timer // the end of patience, once the user has gone
	corked   timer // the end of TCP_CORK's

	rto rtoEstimate
	cc  congestion
	ecn ecn

	// SACK and RACK-TLP.
	flight    flight
	rk        rack
	tlp       lossProbe
	early     earlyTimer // before the retransmission timeout; while it runs, that waits
	entered   bool       // a loss recovery has begun, and its first retransmission is still to go
	rescueRxt Seq        // RescueRxt of RFC 6675 §2
	sentNew   bool       // new text has gone out, or been acknowledged, since the loss probe was last scheduled

	waiting    bool // text waits for the override timer
	synSent    bool // a SYN went out
	retries    int  // retransmissions since SND.UNA last moved (R2)
	synResent  bool // the SYN was retransmitted (RFC 6298 (5.7), RFC 5681 §3.1)
	challenges int  // challenge ACKs sent in the second that began at challengeAt
	challenged time.Duration

	watch func(from, to State) // tests look at every transition

	resent uint64 // segments that went out again, ever
	counts Counts
}

// New makes a TCB in the CLOSED state. One of OpenPassive and OpenActive comes next.
func New(env *Env, local, remote netip.AddrPort) *TCB {
	t := new(TCB)
	t.Init(env, local, remote)
	return t
}

// Init makes t what New returns. Buffers of an earlier life are used again.
func (t *TCB) Init(env *Env, local, remote netip.AddrPort) {
	snd, rcv, flight := t.snd, t.rcv, t.flight
	*t = TCB{env: env, Local: local, Remote: remote, snd: snd, rcv: rcv, flight: flight}
	t.flight.init(0)
	t.snd.flush()
	t.rcv.flush()
	t.release(keepClosed)
	t.nagle = env.Config.Nagle
	t.keepalive = env.Config.Keepalive
	t.keepalive.On = false
	t.applyConfig(&env.Config)
	t.rcvBuffer, t.sndBuffer = env.Config.ReceiveBuffer, env.Config.SendBuffer
	t.sendMSS = t.defaultMSS()
	t.rto.init(&env.Config)
}

// renew forgets a connection and keeps what the user has set: the TCB is as it was before OPEN. The state is the
// caller's business.
func (t *TCB) renew() {
	old := *t
	t.Init(old.env, old.Local, old.Remote)
	t.state, t.passive, t.nagle, t.userTimeout, t.maxSeg = old.state, old.passive, old.nagle, old.userTimeout, old.maxSeg
	t.rcvBuffer, t.sndBuffer, t.issAbove, t.haveAbove, t.watch = old.rcvBuffer, old.sndBuffer, old.issAbove, old.haveAbove, old.watch
	t.tuning.fixed = old.tuning.fixed
	t.keepalive, t.TTL, t.DiffServ, t.set, t.wantECN = old.keepalive, old.TTL, old.DiffServ, old.set, old.wantECN
}

// State is the state now.
func (t *TCB) State() State { return t.state }

// Err is what ended the connection: 0 while it lives and after an orderly close (MUST-12).
func (t *TCB) Err() Error { return t.err }

// finNumber is the sequence number of our FIN, once CLOSE was called.
func (t *TCB) finNumber() Seq { return t.snd.end() }

// finAcked reports whether our FIN has been acknowledged.
func (t *TCB) finAcked() bool { return t.closed && t.finNumber().Less(t.SndUna) }

// synAcked reports whether our SYN has been acknowledged.
func (t *TCB) synAcked() bool { return t.Iss.Less(t.SndUna) }

// outstanding is what has been sent and not acknowledged, in sequence numbers.
func (t *TCB) outstanding() int { return t.SndNxt.Sub(t.SndUna) }

// defaultMSS is the send MSS where the peer gave none (§3.7.1, MUST-15).
func (t *TCB) defaultMSS() int {
	if t.Remote.Addr().Is4() {
		return 536
	}
	return 1220
}

// headers is the length of fixed IP and TCP headers.
func (t *TCB) headers() int {
	if t.Remote.Addr().Is4() {
		return 20 + HeaderLen
	}
	return 40 + HeaderLen
}

// receiveMSS goes into our MSS option: the MTU without the fixed headers (§3.7.1, MUST-67).
func (t *TCB) receiveMSS() int {
	n := min(t.env.MTU-t.headers(), 65535)
	if t.maxSeg > 0 {
		n = min(n, t.maxSeg)
	}
	return max(1, n)
}

// mss is Eff.snd.MSS (§3.7.1, MUST-16), without the octets of the options that go with text.
func (t *TCB) mss() int { return t.mssOf(t.mtu()) }

// mssOf is what Eff.snd.MSS is where the path takes packets of so many octets.
func (t *TCB) mssOf(mtu int) int {
	n := min(t.sendMSS, mtu-t.headers())
	if t.maxSeg > 0 {
		n = min(n, t.maxSeg)
	}
	if t.SndTsOK {
		n -= timestampsLen
	}
	return max(1, n)
}
