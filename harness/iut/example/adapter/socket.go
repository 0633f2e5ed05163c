package adapter

import (
	"net/netip"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/iut/example/smalltcp"
)

// socket makes sockets of what the stack has, listeners and connections. It has at most one of the two.
type socket struct {
	host     *host
	local    netip.AddrPort // as bound
	listener *smalltcp.Listener
	conn     *smalltcp.Conn
	told     bool // the outcome of connect
	toldErr  bool // the error of the connection, by SO_ERROR
	shutRD   bool
	linger   iut.Linger
}

// errnos are the stack's errors as sockets call them. Scripts compare these names.
var errnos = map[error]iut.Errno{
	smalltcp.ErrWouldBlock: iut.EAGAIN,
	smalltcp.ErrRefused:    iut.ECONNREFUSED,
	smalltcp.ErrReset:      iut.ECONNRESET,
	smalltcp.ErrTimeout:    iut.ETIMEDOUT,
	smalltcp.ErrClosed:     iut.EPIPE,
	smalltcp.ErrInUse:      iut.EADDRINUSE,
	smalltcp.ErrNotOurs:    iut.EADDRNOTAVAIL,
}

// errno is an error of the stack as an iut.Errno; nil stays nil.
func errno(err error) error {
	if e, ok := errnos[err]; ok {
		return e
	}
	return err
}

func (s *socket) Bind(a netip.AddrPort) error {
	switch {
	case s.listener != nil || s.conn != nil || s.local.Port() != 0:
		return iut.EINVAL
	case !s.host.stack.Owns(a.Addr()):
		return iut.EADDRNOTAVAIL
	}
	s.local = a
	return nil
}

// Listen queues one more than listen(2) says, as Linux does.
func (s *socket) Listen(backlog int) error {
	if s.listener != nil || s.conn != nil || s.local.Port() == 0 {
		return iut.EINVAL
	}
	l, err := s.host.stack.Listen(s.local, max(backlog, 0)+1)
	s.listener = l
	return errno(err)
}

// Accept does not block, as no call does here: the harness makes blocking calls by trying again.
func (s *socket) Accept() (iut.Socket, netip.AddrPort, error) {
	if s.listener == nil {
		return nil, netip.AddrPort{}, iut.EINVAL
	}
	c, err := s.listener.Accept()
	if err != nil {
		return nil, netip.AddrPort{}, errno(err)
	}
	return &socket{host: s.host, local: c.LocalAddr(), conn: c, told: true}, c.RemoteAddr(), nil
}

// Connect begins an open, says that it is under way, tells the outcome once, and then that there is a connection.
func (s *socket) Connect(to netip.AddrPort) error {
	if s.listener != nil {
		return iut.EOPNOTSUPP
	}
	if s.conn == nil {
		c, err := s.host.stack.Dial(s.local, to)
		if err == smalltcp.ErrInUse {
			return iut.EADDRNOTAVAIL // sockets have two names for it; bind's is the other
		}
		if err != nil {
			return errno(err)
		}
		s.conn, s.local = c, c.LocalAddr()
		return iut.EINPROGRESS
	}
	switch state := s.conn.State(); {
	case s.opening():
		return iut.EALREADY
	case s.told && state != smalltcp.Closed:
		return iut.EISCONN
	case s.told:
		return iut.ECONNABORTED
	}
	s.told, s.toldErr = true, true
	return errno(s.conn.Err())
}

// opening says whether there is no outcome of connect yet.
func (s *socket) opening() bool {
	state := s.conn.State()
	return state == smalltcp.SynSent || state == smalltcp.SynReceived
}

func (s *socket) Read(b []byte) (int, error) {
	if s.conn == nil {
		return 0, iut.ENOTCONN
	}
	if s.shutRD {
		return 0, nil
	}
	n, err := s.conn.Read(b)
	return n, errno(err)
}

func (s *socket) Write(b []byte) (int, error) {
	if s.conn == nil {
		return 0, iut.ENOTCONN
	}
	n, err := s.conn.Write(b)
	return n, errno(err)
}

func (s *socket) Shutdown(how iut.How) error {
	switch {
	case how != iut.ShutRD && how != iut.ShutWR && how != iut.ShutRDWR:
		return iut.EINVAL
	case s.conn == nil || s.conn.State() == smalltcp.Closed:
		return iut.ENOTCONN
	}
	s.shutRD = s.shutRD || how != iut.ShutWR
	if how != iut.ShutRD {
		s.conn.CloseWrite()
	}
	return nil
}

// Close gives the descriptor up. With a linger time of zero it is the RFC's ABORT.
func (s *socket) Close() error {
	switch {
	case s.listener != nil:
		s.listener.Close()
	case s.conn == nil:
	case s.linger.On && s.linger.Seconds == 0:
		s.conn.Abort()
	default:
		s.conn.Close()
	}
	return nil
}

// SetOption knows what the stack can do. ENOPROTOOPT for the rest makes a case that needs it unsupported.
func (s *socket) SetOption(name string, v iut.OptionValue) error {
	switch {
	case name == "SO_REUSEADDR": // this stack lets ports be bound again in any case
		return nil
	case name != "SO_LINGER":
		return iut.ENOPROTOOPT
	case v.Linger == nil:
		return iut.EINVAL
	}
	s.linger = *v.Linger
	return nil
}

// GetOption reads an option. SO_ERROR is told once.
func (s *socket) GetOption(name string) (iut.OptionValue, error) {
	switch name {
	case "SO_LINGER":
		linger := s.linger
		return iut.OptionValue{Linger: &linger}, nil
	case "SO_ERROR":
		if s.conn == nil || s.conn.Err() == nil || s.toldErr {
			return iut.OptionValue{}, nil
		}
		s.toldErr = true
		n, _ := errnos[s.conn.Err()].Number()
		return iut.OptionValue{Int: n}, nil
	}
	return iut.OptionValue{}, iut.ENOPROTOOPT
}

// Poll says which of poll(2)'s events there are.
func (s *socket) Poll() (e iut.Events) {
	add := func(on bool, event iut.Events) {
		if on {
			e |= event
		}
	}
	switch {
	case s.listener != nil:
		add(s.listener.Ready(), iut.PollIn)
	case s.conn == nil:
		e = iut.PollOut | iut.PollHup
	default:
		add(s.conn.Readable() || s.shutRD, iut.PollIn)
		add(s.conn.Writable(), iut.PollOut)
		add(s.conn.Err() != nil && !s.toldErr, iut.PollErr)
		add(s.conn.State() == smalltcp.Closed, iut.PollHup)
	}
	return e
}

func (s *socket) LocalAddr() netip.AddrPort { return s.local }

func (s *socket) RemoteAddr() netip.AddrPort {
	if s.conn == nil {
		return netip.AddrPort{}
	}
	return s.conn.RemoteAddr()
}
