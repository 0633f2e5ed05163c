package breaks

import (
	"net/netip"

	"github.com/twinstack/twinstack/harness/iut"
)

// socket is a socket of a broken host.
type socket struct {
	host *host
	of   iut.Socket
	read uint64 // octets read so far
}

// do makes a call that gives no more than an error.
func (s *socket) do(call func() error) error {
	if a := s.host.begin(); a != nil {
		return a.err()
	}
	err := call()
	s.host.end(0, err)
	return err
}

// Bind implements iut.Socket.
func (s *socket) Bind(a netip.AddrPort) error { return s.do(func() error { return s.of.Bind(a) }) }

// Listen implements iut.Socket.
func (s *socket) Listen(backlog int) error { return s.do(func() error { return s.of.Listen(backlog) }) }

// Connect implements iut.Socket.
func (s *socket) Connect(a netip.AddrPort) error {
	return s.do(func() error { return s.of.Connect(a) })
}

// Shutdown implements iut.Socket.
func (s *socket) Shutdown(how iut.How) error { return s.do(func() error { return s.of.Shutdown(how) }) }

// Close implements iut.Socket.
func (s *socket) Close() error { return s.do(s.of.Close) }

// SetOption implements iut.Socket.
func (s *socket) SetOption(name string, value iut.OptionValue) error {
	return s.do(func() error { return s.of.SetOption(name, value) })
}

// Accept implements iut.Socket. A fault may give a connection that there is not: it is dead.
func (s *socket) Accept() (iut.Socket, netip.AddrPort, error) {
	a := s.host.begin()
	if a != nil && a.errno != "" {
		return nil, netip.AddrPort{}, a.errno
	}
	c, from, err := s.of.Accept()
	if a != nil && err != nil {
		return dead{local: a.conn.Local, remote: a.conn.Remote}, a.conn.Remote, nil
	}
	s.host.end(0, err)
	if err != nil {
		return nil, from, err
	}
	return &socket{host: s.host, of: c}, from, nil
}

// Read implements iut.Socket. A fault gives the octets that the peer's stream has at this place.
func (s *socket) Read(b []byte) (int, error) {
	if a := s.host.begin(); a != nil {
		return a.read(b, s.of.RemoteAddr().Port(), s.read)
	}
	n, err := s.of.Read(b)
	s.host.end(0, err)
	s.read += uint64(n)
	return n, err
}

// read fills b as far as the answer says.
func (a *answer) read(b []byte, remote uint16, at uint64) (int, error) {
	if a.errno != "" {
		return 0, a.errno
	}
	n := min(int(a.n), len(b))
	copy(b, a.octets(remote, at, n))
	return n, nil
}

// Write implements iut.Socket.
func (s *socket) Write(b []byte) (int, error) { return s.write(s.of.Write, b) }

func (s *socket) write(write func([]byte) (int, error), b []byte) (int, error) {
	if a := s.host.begin(); a != nil {
		return min(max(int(a.n), 0), len(b)), a.err()
	}
	n, err := write(b)
	s.host.end(int64(n), err)
	return n, err
}

// SendUrgent implements iut.Urgent.
func (s *socket) SendUrgent(b []byte) (int, error) {
	u, ok := s.of.(iut.Urgent)
	if !ok {
		return 0, iut.EOPNOTSUPP
	}
	return s.write(u.SendUrgent, b)
}

// ReceiveUrgent implements iut.Urgent.
func (s *socket) ReceiveUrgent(b []byte) (int, error) {
	u, ok := s.of.(iut.Urgent)
	if !ok {
		return 0, iut.EOPNOTSUPP
	}
	if a := s.host.begin(); a != nil {
		return a.read(b, s.of.RemoteAddr().Port(), s.read)
	}
	n, err := u.ReceiveUrgent(b)
	s.host.end(0, err)
	return n, err
}

// GetOption implements iut.Socket.
func (s *socket) GetOption(name string) (iut.OptionValue, error) {
	if a := s.host.begin(); a != nil {
		return a.value, a.err()
	}
	v, err := s.of.GetOption(name)
	s.host.end(0, err)
	return v, err
}

// Ioctl implements iut.Ioctl.
func (s *socket) Ioctl(request string) (int64, error) {
	i, ok := s.of.(iut.Ioctl)
	if !ok {
		return 0, iut.EOPNOTSUPP
	}
	if a := s.host.begin(); a != nil {
		return a.value.Int, a.err()
	}
	n, err := i.Ioctl(request)
	s.host.end(0, err)
	return n, err
}

// Poll implements iut.Socket.
func (s *socket) Poll() iut.Events {
	a := s.host.begin()
	at := s.host.done
	s.host.end(1, nil)
	if a != nil && at < int64(len(a.events)) {
		return a.events[at]
	}
	return s.of.Poll()
}

// LocalAddr implements iut.Socket.
func (s *socket) LocalAddr() netip.AddrPort { return s.of.LocalAddr() }

// RemoteAddr implements iut.Socket.
func (s *socket) RemoteAddr() netip.AddrPort { return s.of.RemoteAddr() }

// dead is a connection that is none: the peer has heard nothing of it.
type dead struct {
	iut.Socket
	local, remote netip.AddrPort
}

// LocalAddr implements iut.Socket.
func (d dead) LocalAddr() netip.AddrPort { return d.local }

// RemoteAddr implements iut.Socket.
func (d dead) RemoteAddr() netip.AddrPort { return d.remote }

// Read implements iut.Socket.
func (dead) Read([]byte) (int, error) { return 0, iut.EAGAIN }

// Write implements iut.Socket.
func (dead) Write([]byte) (int, error) { return 0, iut.EAGAIN }

// Close implements iut.Socket.
func (dead) Close() error { return nil }

// Poll implements iut.Socket.
func (dead) Poll() iut.Events { return 0 }

// SetOption implements iut.Socket.
func (dead) SetOption(string, iut.OptionValue) error { return iut.ENOTCONN }

// GetOption implements iut.Socket.
func (dead) GetOption(string) (iut.OptionValue, error) { return iut.OptionValue{}, iut.ENOTCONN }

// Shutdown implements iut.Socket.
func (dead) Shutdown(iut.How) error { return iut.ENOTCONN }
