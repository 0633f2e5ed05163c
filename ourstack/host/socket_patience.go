package host

import (
	"time"

	"github.com/twinstack/twinstack/ourstack/tcp"
)

// SetCork is TCP_CORK: less than a full segment waits for more text, for 200 ms at most. What it held back goes out when
// the cork is taken out, or behind Close.
func (s *Socket) SetCork(now time.Duration, on bool) {
	s.options.cork = on
	s.applied(now)
}

// Cork reads TCP_CORK.
func (s *Socket) Cork() bool { return s.options.cork }

// SetRetries is R1 and R2 of RFC 9293 §3.8.3 (MUST-21), of which sockets know TCP_SYNCNT: EINVAL for a count below 0.
func (s *Socket) SetRetries(now time.Duration, r tcp.Retries) error {
	if r.R1 < 0 || r.Syn < 0 || r.Data < 0 {
		return EINVAL
	}
	s.options.retries = r
	s.applied(now)
	return nil
}

// Retries reads them.
func (s *Socket) Retries() tcp.Retries { return s.options.retries }

// SetFinWait2 is TCP_LINGER2: how long FIN-WAIT-2 lasts after Close; 0: for as long as the peer likes. EINVAL for less.
func (s *Socket) SetFinWait2(now, d time.Duration) error {
	if d < 0 {
		return EINVAL
	}
	s.options.finWait2 = d
	s.applied(now)
	return nil
}

// FinWait2 reads TCP_LINGER2.
func (s *Socket) FinWait2() time.Duration { return s.options.finWait2 }
