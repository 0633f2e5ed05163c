package tcp

import (
	"net/netip"
	"time"
)

// Status is what STATUS answers (§3.10.6).
type Status struct {
	State         State
	Local, Remote netip.AddrPort
	Vars
	Unread     int  // octets that RECEIVE would give
	Unsent     int  // octets of SEND that were not sent yet
	Unacked    int  // octets of SEND that were sent and not acknowledged
	SendFree   int  // octets that SEND would take
	EOF        bool // the peer's FIN was reached
	RTO        time.Duration
	SRTT       time.Duration
	RTTVAR     time.Duration
	CWND       int    // octets
	SSThresh   int    // octets
	Resent     uint64 // segments that went out again, SYNs and probes among them
	EffSendMSS int
	R1         bool // a segment has gone out again so often that something is wrong with the path (§3.8.3 (e), SHLD-9)

	Control       Algorithm
	Phase         Phase
	Retries       int           // retransmissions since SND.UNA last moved
	Probes        int           // keep-alives that were not answered yet
	Sacked        int           // octets on their way that SACK blocks have reported
	Lost          int           // octets on their way that are taken for lost, and not sent again yet
	MinRTT        time.Duration // the least of the last minutes; 0 where none was measured
	ReceiverRTT   time.Duration // the round trip as the receiver sees it, while RCV.BUFF tunes itself; 0 where none was measured
	PathMTU       int           // octets of a packet: the estimate, at most the link's
	PeerMSS       int           // octets: what the peer's MSS option says, or what stands for it (MUST-15)
	AnnouncedMSS  int           // octets: what our MSS option says
	SendBuffer    int           // octets
	ReceiveBuffer int           // octets: RCV.BUFF
	Reordering    bool          // the path has been seen to reorder (RACK.reordering_seen)
	LastSent      time.Duration // when text or a FIN was last sent, in the time of the calls; 0 for never
	LastHeard     time.Duration // when something last came
	Counts
}

// Counts are counts of a connection's life, which never wrap.
type Counts struct {
	SegmentsIn, SegmentsOut uint64 // of any kind, but for RSTs of our own
	TextIn, TextOut         uint64 // segments with text; what came twice and what goes out again count again
	OctetsOut               uint64 // of text that was sent, with what went out again
	OctetsResent            uint64 // of text that went out again
	OctetsAcked             uint64 // of text that the peer has acknowledged
	OctetsIn                uint64 // of text that came in order
	Duplicates              uint64 // D-SACKs of the peer's: so often it got what it had (RFC 2883)
}

// Phase is what congestion control is about.
type Phase uint8

// The phases.
const (
	PhaseOpen     Phase = iota // nothing is the matter
	PhaseDisorder              // something came out of order, or was sent twice
	PhaseRecovery              // fast recovery (RFC 5681 §3.2, RFC 6675 §5)
	PhaseLoss                  // recovery from a retransmission timeout
)

var phaseNames = [...]string{"open", "disorder", "recovery", "loss"}

// String is the name in small letters.
func (p Phase) String() string {
	if int(p) < len(phaseNames) {
		return phaseNames[p]
	}
	return "unknown phase"
}

// phase is the phase now.
func (t *TCB) phase() Phase {
	switch c := &t.cc; {
	case c.timeout && t.SndUna.Less(c.recover):
		return PhaseLoss
	case c.recovery:
		return PhaseRecovery
	case c.dupAcks > 0 || t.flight.disturbed():
		return PhaseDisorder
	}
	return PhaseOpen
}

// Status is STATUS (§3.10.6).
func (t *TCB) Status() Status {
	unsent := max(0, t.snd.end().Sub(t.SndNxt))
	return Status{
		State: t.state, Local: t.Local, Remote: t.Remote, Vars: t.Vars,
		Unread: t.rcv.user, Unsent: unsent, Unacked: t.snd.len() - unsent, SendFree: max(0, t.sndBuffer-t.snd.len()),
		EOF: t.eof, RTO: t.rto.rto, SRTT: t.rto.srtt, RTTVAR: t.rto.rttvar,
		CWND: t.cc.cwnd, SSThresh: t.cc.ssthresh, Resent: t.resent, EffSendMSS: t.mss(), R1: t.retries >= t.set.retries.R1,
		Control: t.env.Config.CongestionControl, Phase: t.phase(), Retries: t.retries, Probes: t.probesSent,
		Sacked: t.flight.sacked, Lost: t.flight.due, MinRTT: t.rk.minRTT.min(), ReceiverRTT: t.tuning.rtt.min(),
		PathMTU: t.mtu(), PeerMSS: t.sendMSS, AnnouncedMSS: t.receiveMSS(),
		SendBuffer: t.sndBuffer, ReceiveBuffer: t.rcvBuffer, Reordering: t.rk.reordering,
		LastSent: t.cc.lastSent, LastHeard: t.idleSince, Counts: t.counts,
	}
}
