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
	switch n, err := s.c.Receive(now, p); err {
	case nil:
		s.h.settleIfTabled(now, s.c)
		return n, nil
	case tcp.ErrWouldBlock:
		if s.shutRD {
			return 0, nil
		}
		return 0, EAGAIN
	}
	if s.c.EOF() {
		return 0, nil // what came after the end of the stream is not told here
	}
	if err := s.takeError(); err != "" {
		return 0, err
	}
	return 0, nil
}

// Write takes octets to send, perhaps fewer than given.
func (s *Socket) Write(now time.Duration, p []byte) (int, error) {
	return s.write(now, p, (*tcp.TCB).Send)
}

// SendUrgent is Write with the URGENT flag (MSG_OOB): the last octet taken is the last urgent one (MUST-30, MUST-62).
func (s *Socket) SendUrgent(now time.Duration, p []byte) (int, error) {
	return s.write(now, p, (*tcp.TCB).SendUrgent)
}

// UrgentPending is how many octets of urgent data are still to be read; above 0 the user is in "urgent mode" (MUST-33).
// It is read in line, and no Read goes beyond its end.
func (s *Socket) UrgentPending() int {
	if s.c == nil {
		return 0
	}
	return s.c.UrgentPending()
}

// AtMark reports whether the last octet of urgent data has just been read (SIOCATMARK). The mark is where RFC 9293 has it,
// behind the urgent data (MUST-62), and not before its last octet as in BSD.
func (s *Socket) AtMark() bool { return s.c != nil && s.c.AtMark() }

func (s *Socket) write(now time.Duration, p []byte, send func(*tcp.TCB, time.Duration, []byte) (int, error)) (int, error) {
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
	if state := s.c.State(); state == tcp.SynSent || state == tcp.SynReceived {
		return 0, EAGAIN // RFC 9293 §3.10.2 would queue the text; sockets wait until they can write
	}
	n, err := send(&s.c.TCB, now, p)
	s.h.settleIfTabled(now, s.c)
	switch err {
	case nil:
		return n, nil
	case tcp.ErrWouldBlock:
		return 0, EAGAIN
	}
	return 0, EPIPE // closing, closed, or told already what it died of
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
	Pri   bool // urgent data is to be read
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
	if state == tcp.Listen || state == tcp.SynSent || state == tcp.SynReceived {
		return e
	}
	e.In = s.c.Unread() > 0 || e.RdHup
	e.Pri = s.c.UrgentPending() > 0
	e.Out = s.shutWR || dead || s.c.SendFree() > 0
	return e
}

// TakeError is SO_ERROR: the error that waits, which it clears; "" if none does. While the connection lives that may be a
// soft one of ICMP's (SHLD-25): it ends nothing, and no other call and no event tells of it.
func (s *Socket) TakeError() Errno {
	if err := s.takeError(); err != "" || s.c == nil {
		return err
	}
	return errnoOf(s.c.TakeSoftErr())
}
