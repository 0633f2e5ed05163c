package tcp

import (
	"time"

	"github.com/twinstack/twinstack/ourstack/ip"
)

// settings is what a user may set of one connection, and Config of all of a host, and that stands nowhere else in the TCB.
type settings struct {
	retries  Retries
	finWait2 time.Duration
	cork     bool
}

// Retries are the thresholds of §3.8.3 as counts of retransmissions of one segment. None may be below 0. R1 should be at
// least 3 (SHLD-10); R2 is what MUST-20 and, for the SYN, MUST-22 and MUST-23 are about. There is no negative advice for IP
// at R1, (b): a host with one link has no other gateway to try.
type Retries struct {
	R1   int // Status.R1 tells the user that something is wrong
	Syn  int // R2 for SYN: the open fails
	Data int // R2: the connection fails, unless the user timeout stands in its place
}

// Linger is SO_LINGER: what becomes of text that is not sent and acknowledged where the user closes.
type Linger struct {
	On   bool          // false: it has for ever
	Time time.Duration // 0: it is discarded, and the peer reset; above: it has so long
}

// applyConfig sets what a connection begins with.
func (t *TCB) applyConfig(c *Config) {
	t.set = settings{retries: Retries{R1: c.R1, Syn: c.SynRetries, Data: c.DataRetries}, finWait2: c.FinWait2}
	t.userTimeout, t.maxSeg = c.UserTimeout, c.MaxSegment
	t.TTL, t.DiffServ, t.wantECN = c.HopLimit(), c.DiffServ, c.ECN
}

// HopLimit is TTL, or what stands for it.
func (c *Config) HopLimit() uint8 {
	if c.TTL == 0 {
		return ip.DefaultTTL
	}
	return c.TTL
}

// SetRetries sets R1 and R2 of this connection (MUST-21). It fails with ErrInvalid for counts below 0.
func (t *TCB) SetRetries(r Retries) error {
	if r.R1 < 0 || r.Syn < 0 || r.Data < 0 {
		return ErrInvalid
	}
	t.set.retries = r
	return nil
}

// SetFinWait2 sets how long FIN-WAIT-2 of this connection lasts once the user has gone; 0: for ever. It fails with ErrInvalid
// for less, and where the user has gone already.
func (t *TCB) SetFinWait2(d time.Duration) error {
	if d < 0 || t.gone {
		return ErrInvalid
	}
	t.set.finWait2 = d
	return nil
}
