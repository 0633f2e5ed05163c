package sock

import (
	"time"

	"github.com/twinstack/twinstack/ourstack/tcp"
)

// TCPInfo is where a connection stands. What Linux tells in struct tcp_info is in it, but for rates: of delivery and pacing
// nothing is measured.
type TCPInfo struct {
	State      tcp.State
	Phase      tcp.Phase // of congestion control
	Congestion tcp.Algorithm

	SRTT        time.Duration // smoothed round-trip time; 0 before the first sample
	RTTVAR      time.Duration // its variation
	MinRTT      time.Duration // the least of the last minutes; 0 before the first sample
	ReceiverRTT time.Duration // as the receiver of text sees it, while its buffer tunes itself; 0 before the first sample
	RTO         time.Duration // retransmission timeout

	CWND          int // congestion window, in octets
	SSThresh      int // slow start threshold, in octets
	MSS           int // octets of text in a full segment: Eff.snd.MSS
	PeerMSS       int // octets that the peer takes in a segment
	AnnouncedMSS  int // octets that the peer was told to be taken in one
	PathMTU       int // octets of a packet
	SendWindow    int // what the peer offers, in octets
	ReceiveWindow int // what is offered to the peer, in octets
	SendBuffer    int // octets
	ReceiveBuffer int // octets

	// What was negotiated.
	SACK         bool
	Timestamps   bool
	WindowScale  bool
	SendShift    uint8 // of the peer's windows, with WindowScale
	ReceiveShift uint8 // of ours

	Unread  int // octets that Read would give
	Unsent  int // octets that were written and not sent
	Unacked int // octets that were sent and not acknowledged
	Sacked  int // octets of those that the peer reports to have
	Lost    int // octets of those that are taken for lost, and not sent again yet

	Retransmissions uint64 // segments that went out again
	Retries         int    // those since the last that was acknowledged
	Trouble         bool   // they are so many that something is wrong with the path: see SetRetries
	Probes          int    // keep-alives that were not answered yet
	Reordering      bool   // the path has been seen to reorder
	tcp.Counts

	SinceSent  time.Duration // since text was last sent; 0 for never
	SinceHeard time.Duration // since something last came
}

// TCPInfo says where the connection stands. It fails with net.ErrClosed after Close.
func (c *Conn) TCPInfo() (TCPInfo, error) {
	var info TCPInfo
	err := c.set(func(now time.Duration) {
		s, _ := c.sock.Status() // a Conn that is open has a connection
		info = TCPInfo{
			State: s.State, Phase: s.Phase, Congestion: s.Control,
			SRTT: s.SRTT, RTTVAR: s.RTTVAR, MinRTT: s.MinRTT, ReceiverRTT: s.ReceiverRTT, RTO: s.RTO,
			CWND: s.CWND, SSThresh: s.SSThresh, MSS: s.EffSendMSS, PeerMSS: s.PeerMSS, AnnouncedMSS: s.AnnouncedMSS,
			PathMTU: s.PathMTU, SendWindow: int(s.SndWnd), ReceiveWindow: int(s.RcvWnd),
			SendBuffer: s.SendBuffer, ReceiveBuffer: s.ReceiveBuffer,
			SACK: s.SackOK, Timestamps: s.SndTsOK, WindowScale: s.SndWsOK, SendShift: s.SndWindShift, ReceiveShift: s.RcvWindShift,
			Unread: s.Unread, Unsent: s.Unsent, Unacked: s.Unacked, Sacked: s.Sacked, Lost: s.Lost,
			Retransmissions: s.Resent, Retries: s.Retries, Trouble: s.R1, Probes: s.Probes, Reordering: s.Reordering,
			Counts: s.Counts, SinceHeard: now - s.LastHeard,
		}
		if s.LastSent > 0 {
			info.SinceSent = now - s.LastSent
		}
	})
	return info, err
}
