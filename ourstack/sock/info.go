package sock

import (
	"time"

	"github.com/twinstack/twinstack/ourstack/tcp"
)

// TCPInfo is where a connection stands.
type TCPInfo struct {
	State           tcp.State
	SRTT            time.Duration // smoothed round-trip time; 0 before the first sample
	RTTVAR          time.Duration // its variation
	RTO             time.Duration // retransmission timeout
	CWND            int           // congestion window, in octets
	SSThresh        int           // slow start threshold, in octets
	MSS             int           // octets of text in a full segment: Eff.snd.MSS
	SendWindow      int           // what the peer offers, in octets
	ReceiveWindow   int           // what is offered to the peer, in octets
	Unread          int           // octets that Read would give
	Unsent          int           // octets that were written and not sent
	Unacked         int           // octets that were sent and not acknowledged
	Retransmissions uint64        // segments that went out again
}

// TCPInfo says where the connection stands. It fails with net.ErrClosed after Close.
func (c *Conn) TCPInfo() (TCPInfo, error) {
	var info TCPInfo
	err := c.set(func(time.Duration) {
		s, _ := c.sock.Status() // a Conn that is open has a connection
		info = TCPInfo{
			State: s.State, SRTT: s.SRTT, RTTVAR: s.RTTVAR, RTO: s.RTO, CWND: s.CWND, SSThresh: s.SSThresh, MSS: s.EffSendMSS,
			SendWindow: int(s.SndWnd), ReceiveWindow: int(s.RcvWnd),
			Unread: s.Unread, Unsent: s.Unsent, Unacked: s.Unacked, Retransmissions: s.Resent,
		}
	})
	return info, err
}
