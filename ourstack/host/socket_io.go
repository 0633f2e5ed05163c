package host

import (
	"time"

	"github.com/twinstack/twinstack/ourstack/tcp"
)

// Read gives what has come. It returns 0 and no error at the end of the stream. What a connection died of is told once,
// by the first call that meets it.
func (s *Socket) Read(now time.Duration, p []byte) (int, error) {
	switch {
	case s.closed:
		return 0, EBADF
	case s.c == nil:
		return 0, ENOTCONN
	}
	if s.c.Unread() > 0 {
		n, err := s.c.Receive(now, p)
		s.h.settleIfTabled(now, s.c)
		return n, err
	}
	if s.c.EOF() {
		return 0, nil
	}
	if err := s.takeError(); err != "" {
		return 0, err
	}
	if s.shutRD || s.c.State() == tcp.Closed {
		return 0, nil
	}
	return 0, EAGAIN
}

// Write takes octets to send, perhaps fewer than given.
func (s *Socket) Write(now time.Duration, p []byte) (int, error) {
	switch {
	case s.closed:
		return 0, EBADF
	case s.c == nil:
		return 0, EPIPE
	}
	if err := s.takeError(); err == ECONNRESET && s.c.EOF() {
		// The peer had ended its stream before: it is a reader that went away. SO_ERROR would have said ECONNRESET.
		return 0, EPIPE
	} else if err != "" {
		return 0, err
	}
	if s.shutWR {
		return 0, EPIPE
	}
	switch s.c.State() {
	case tcp.SynSent, tcp.SynReceived:
		return 0, EAGAIN
	case tcp.Established, tcp.CloseWait:
	default:
		return 0, EPIPE
	}
	n, err := s.c.Send(now, p)
	s.h.settle(now, s.c)
	if err != nil {
		return 0, EAGAIN // no other refusal is left in these states
	}
	return n, nil
}

func (h *Host) settleIfTabled(now time.Duration, c *conn) {
	if c.tabled {
		h.settle(now, c)
	}
}

// Events are what a socket is ready for.
type Events struct {
	In    bool // Read or Accept would not fail with EAGAIN
	Out   bool // Write would not
	Err   bool // an error waits to be told
	Hup   bool // both directions are closed
	RdHup bool // the peer, or Shutdown, has closed the receiving direction
}

// Poll says what the socket is ready for, as poll(2) does.
func (s *Socket) Poll() Events {
	switch {
	case s.l != nil:
		return Events{In: len(s.l.accepts) > 0}
	case s.c == nil:
		return Events{Out: true, Hup: true}
	}
	state := s.c.State()
	dead := state == tcp.Closed || state == tcp.TimeWait
	e := Events{Err: s.c.Err() != 0 && !s.errTaken}
	e.RdHup = s.shutRD || s.c.EOF() || dead
	e.Hup = dead || e.RdHup && s.shutWR
	if state == tcp.SynSent || state == tcp.SynReceived {
		return e
	}
	e.In = s.c.Unread() > 0 || e.RdHup
	e.Out = s.shutWR || dead || s.c.SendFree() > 0
	return e
}

// TakeError is SO_ERROR: the error that waits, which it clears; "" if none does.
func (s *Socket) TakeError() Errno { return s.takeError() }

// SetLinger is SO_LINGER. Close never blocks, so a time above zero is the same as off.
func (s *Socket) SetLinger(on bool, d time.Duration) {
	s.options.linger = nil
	if on {
		s.options.linger = &d
	}
}

// Linger reads SO_LINGER.
func (s *Socket) Linger() (on bool, d time.Duration) {
	if s.options.linger == nil {
		return false, 0
	}
	return true, *s.options.linger
}

// SetReuseAddr is SO_REUSEADDR.
func (s *Socket) SetReuseAddr(on bool) { s.options.reuseAddr = on }

// ReuseAddr reads SO_REUSEADDR.
func (s *Socket) ReuseAddr() bool { return s.options.reuseAddr }

// SetNoDelay is TCP_NODELAY: Nagle off (MUST-17).
func (s *Socket) SetNoDelay(now time.Duration, on bool) {
	s.options.noDelay = &on
	s.applied(now)
}

// NoDelay reads TCP_NODELAY.
func (s *Socket) NoDelay() bool {
	if s.options.noDelay == nil {
		return !s.h.env.Config.Nagle
	}
	return *s.options.noDelay
}

// SetUserTimeout is TCP_USER_TIMEOUT (MUST-21); 0 is off.
func (s *Socket) SetUserTimeout(now time.Duration, d time.Duration) error {
	if d < 0 {
		return EINVAL
	}
	s.options.userTimeout = d
	s.applied(now)
	return nil
}

// UserTimeout reads TCP_USER_TIMEOUT.
func (s *Socket) UserTimeout() time.Duration { return s.options.userTimeout }

// SetMaxSeg is TCP_MAXSEG, in octets; 0 is off.
func (s *Socket) SetMaxSeg(now time.Duration, n int) error {
	if n < 0 || n > 65535 {
		return EINVAL
	}
	s.options.maxSeg = n
	s.applied(now)
	return nil
}

// MaxSeg reads TCP_MAXSEG: Eff.snd.MSS of a connection, else what was set.
func (s *Socket) MaxSeg() int {
	if s.c != nil {
		return s.c.Status().EffSendMSS
	}
	return s.options.maxSeg
}

// SetBuffers is SO_SNDBUF and SO_RCVBUF, in octets, as given; 0 leaves one as it is. A window that was offered stays
// offered.
func (s *Socket) SetBuffers(now time.Duration, send, receive int) error {
	if send < 0 || receive < 0 {
		return EINVAL
	}
	if send > 0 {
		s.options.sendBuffer = send
	}
	if receive > 0 {
		s.options.receiveBuffer = receive
	}
	s.applied(now)
	return nil
}

// Buffers reads SO_SNDBUF and SO_RCVBUF.
func (s *Socket) Buffers() (send, receive int) { return s.options.sendBuffer, s.options.receiveBuffer }

// applied makes changed options hold for what the socket has.
func (s *Socket) applied(now time.Duration) {
	switch {
	case s.l != nil:
		s.l.options = s.options
	case s.c != nil:
		s.options.apply(now, &s.c.TCB)
		s.h.settleIfTabled(now, s.c)
	}
}
