package ours

import (
	"errors"
	"math"
	"net/netip"
	"time"

	"github.com/twinstack/twinstack/harness/iut"
	stack "github.com/twinstack/twinstack/ourstack/host"
)

// socket is a socket of ourstack.
type socket struct {
	host   *host
	s      *stack.Socket
	closed bool
}

// errno is the stack's error as the harness's: the names are the same. nil stays nil.
func errno(err error) error {
	var e stack.Errno
	if errors.As(err, &e) {
		return iut.Errno(e)
	}
	return err
}

// done ends a call that may have sent something, or have changed what is due.
func (s *socket) done(err error) error {
	s.host.arm()
	return errno(err)
}

// Bind implements iut.Socket.
func (s *socket) Bind(a netip.AddrPort) error { return errno(s.s.Bind(a)) }

// Listen implements iut.Socket: the stack queues n+1 for a backlog of n.
func (s *socket) Listen(backlog int) error { return errno(s.s.Listen(backlog)) }

// Accept implements iut.Socket.
func (s *socket) Accept() (iut.Socket, netip.AddrPort, error) {
	c, remote, err := s.s.Accept()
	if err != nil {
		return nil, netip.AddrPort{}, errno(err)
	}
	return &socket{host: s.host, s: c}, remote, nil
}

// Connect implements iut.Socket.
func (s *socket) Connect(a netip.AddrPort) error { return s.done(s.s.Connect(s.host.now(), a)) }

// Read implements iut.Socket.
func (s *socket) Read(b []byte) (int, error) {
	n, err := s.s.Read(s.host.now(), b)
	return n, s.done(err)
}

// Write implements iut.Socket.
func (s *socket) Write(b []byte) (int, error) {
	n, err := s.s.Write(s.host.now(), b)
	return n, s.done(err)
}

// Shutdown implements iut.Socket.
func (s *socket) Shutdown(how iut.How) error {
	switch how {
	case iut.ShutRD, iut.ShutWR, iut.ShutRDWR:
		return s.done(s.s.Shutdown(s.host.now(), how != iut.ShutWR, how != iut.ShutRD))
	}
	return iut.EINVAL
}

// Close implements iut.Socket.
func (s *socket) Close() error {
	s.closed = true
	return s.done(s.s.Close(s.host.now()))
}

// Poll implements iut.Socket.
func (s *socket) Poll() iut.Events {
	if s.closed {
		return 0
	}
	is := s.s.Poll()
	var e iut.Events
	for _, c := range []struct {
		ready bool
		event iut.Events
	}{{is.In, iut.PollIn}, {is.Out, iut.PollOut}, {is.Err, iut.PollErr}, {is.Hup, iut.PollHup}, {is.RdHup, iut.PollRdHup}} {
		if c.ready {
			e |= c.event
		}
	}
	return e
}

// LocalAddr implements iut.Socket.
func (s *socket) LocalAddr() netip.AddrPort { return s.s.LocalAddr() }

// RemoteAddr implements iut.Socket.
func (s *socket) RemoteAddr() netip.AddrPort { return s.s.RemoteAddr() }

// SetOption implements iut.Socket.
func (s *socket) SetOption(name string, value iut.OptionValue) error {
	if s.closed {
		return iut.EBADF
	}
	o, ok := options[name]
	if !ok || o.set == nil {
		return iut.ENOPROTOOPT
	}
	if linger := name == "SO_LINGER"; linger != (value.Linger != nil) {
		return iut.EINVAL
	}
	if value.Int < 0 || value.Int > math.MaxInt32 {
		return iut.EINVAL
	}
	return s.done(o.set(s, value))
}

// GetOption implements iut.Socket.
func (s *socket) GetOption(name string) (iut.OptionValue, error) {
	if s.closed {
		return iut.OptionValue{}, iut.EBADF
	}
	o, ok := options[name]
	if !ok {
		return iut.OptionValue{}, iut.ENOPROTOOPT
	}
	return o.get(s), nil
}

// option is how a socket option is set and read; set is nil where it cannot be.
type option struct {
	set func(*socket, iut.OptionValue) error
	get func(*socket) iut.OptionValue
}

var options = map[string]option{
	"SO_LINGER": {
		set: func(s *socket, v iut.OptionValue) error {
			s.s.SetLinger(v.Linger.On, time.Duration(v.Linger.Seconds)*time.Second)
			return nil
		},
		get: func(s *socket) iut.OptionValue {
			on, d := s.s.Linger()
			return iut.OptionValue{Linger: &iut.Linger{On: on, Seconds: int(d / time.Second)}}
		},
	},
	"SO_REUSEADDR": flag((*stack.Socket).ReuseAddr, func(s *socket, on bool) { s.s.SetReuseAddr(on) }),
	"TCP_NODELAY":  flag((*stack.Socket).NoDelay, func(s *socket, on bool) { s.s.SetNoDelay(s.host.now(), on) }),
	"SO_ERROR": {get: func(s *socket) iut.OptionValue {
		n, _ := iut.Errno(s.s.TakeError()).Number()
		return iut.OptionValue{Int: n}
	}},
	"SO_SNDBUF": {
		set: func(s *socket, v iut.OptionValue) error { return s.s.SetBuffers(s.host.now(), int(v.Int), 0) },
		get: func(s *socket) iut.OptionValue { n, _ := s.s.Buffers(); return iut.OptionValue{Int: int64(n)} },
	},
	"SO_RCVBUF": {
		set: func(s *socket, v iut.OptionValue) error { return s.s.SetBuffers(s.host.now(), 0, int(v.Int)) },
		get: func(s *socket) iut.OptionValue { _, n := s.s.Buffers(); return iut.OptionValue{Int: int64(n)} },
	},
	"TCP_USER_TIMEOUT": {
		set: func(s *socket, v iut.OptionValue) error {
			return s.s.SetUserTimeout(s.host.now(), time.Duration(v.Int)*time.Millisecond)
		},
		get: func(s *socket) iut.OptionValue {
			return iut.OptionValue{Int: s.s.UserTimeout().Milliseconds()}
		},
	},
	"TCP_MAXSEG": {
		set: func(s *socket, v iut.OptionValue) error { return s.s.SetMaxSeg(s.host.now(), int(v.Int)) },
		get: func(s *socket) iut.OptionValue { return iut.OptionValue{Int: int64(s.s.MaxSeg())} },
	},
}

// flag is an option that is on or off.
func flag(get func(*stack.Socket) bool, set func(*socket, bool)) option {
	return option{
		set: func(s *socket, v iut.OptionValue) error {
			set(s, v.Int != 0)
			return nil
		},
		get: func(s *socket) iut.OptionValue {
			if get(s.s) {
				return iut.OptionValue{Int: 1}
			}
			return iut.OptionValue{}
		},
	}
}
