package ours

import "github.com/twinstack/twinstack/harness/iut"

// SendUrgent implements iut.Urgent.
func (s *socket) SendUrgent(b []byte) (int, error) {
	n, err := s.s.SendUrgent(s.host.now(), b)
	return n, s.done(err)
}

// ReceiveUrgent implements iut.Urgent: urgent octets are in the stream alone.
func (s *socket) ReceiveUrgent([]byte) (int, error) {
	if s.closed {
		return 0, iut.EBADF
	}
	return 0, iut.EINVAL
}

// Ioctl implements iut.Ioctl.
func (s *socket) Ioctl(request string) (int64, error) {
	if s.closed {
		return 0, iut.EBADF
	}
	status, _ := s.s.Status() // all zero where there is no connection
	switch request {
	case "SIOCATMARK":
		if s.s.AtMark() {
			return 1, nil
		}
		return 0, nil
	case "SIOCINQ":
		return int64(status.Unread), nil
	case "SIOCOUTQ":
		return int64(status.Unsent + status.Unacked), nil
	}
	return 0, iut.EOPNOTSUPP
}
