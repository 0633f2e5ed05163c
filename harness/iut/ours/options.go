package ours

import (
	"math"
	"time"

	"github.com/twinstack/twinstack/harness/iut"
	stack "github.com/twinstack/twinstack/ourstack/host"
	"github.com/twinstack/twinstack/ourstack/tcp"
)

// SetOption implements iut.Socket.
func (s *socket) SetOption(name string, value iut.OptionValue) error {
	if s.closed {
		return iut.EBADF
	}
	o, ok := options[name]
	if !ok || o.set == nil || !o.has(s.ipv6) {
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
	if !ok || !o.has(s.ipv6) {
		return iut.OptionValue{}, iut.ENOPROTOOPT
	}
	return o.get(s), nil
}

// option is how a socket option is set and read; set is nil where it cannot be.
type option struct {
	set func(*socket, iut.OptionValue) error
	get func(*socket) iut.OptionValue
	v4  bool // there for IPv4 only
	v6  bool // there for IPv6 only
}

// has reports whether a socket of a family has the option.
func (o *option) has(ipv6 bool) bool { return !o.v4 && !o.v6 || o.v6 == ipv6 }

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
	"TCP_CORK":     flag((*stack.Socket).Cork, func(s *socket, on bool) { s.s.SetCork(s.host.now(), on) }),
	"TCP_SYNCNT": {
		set: func(s *socket, v iut.OptionValue) error {
			if v.Int < 1 || v.Int > 255 { // Linux's limits
				return iut.EINVAL
			}
			r := s.s.Retries()
			r.Syn = int(v.Int)
			return s.s.SetRetries(s.host.now(), r)
		},
		get: func(s *socket) iut.OptionValue { return iut.OptionValue{Int: int64(s.s.Retries().Syn)} },
	},
	"TCP_LINGER2": {
		set: func(s *socket, v iut.OptionValue) error {
			return s.s.SetFinWait2(s.host.now(), time.Duration(v.Int)*time.Second)
		},
		get: func(s *socket) iut.OptionValue { return iut.OptionValue{Int: int64(s.s.FinWait2() / time.Second)} },
	},
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
	"SO_KEEPALIVE": flag(func(s *stack.Socket) bool { return s.Keepalive().On }, func(s *socket, on bool) {
		k := s.s.Keepalive()
		k.On = on
		_ = s.s.SetKeepalive(s.host.now(), k) // the rest of it is valid already
	}),
	"TCP_KEEPIDLE": keepalive(func(k *tcp.Keepalive) int64 { return int64(k.Idle / time.Second) },
		func(k *tcp.Keepalive, v int64) { k.Idle = time.Duration(v) * time.Second }),
	"TCP_KEEPINTVL": keepalive(func(k *tcp.Keepalive) int64 { return int64(k.Interval / time.Second) },
		func(k *tcp.Keepalive, v int64) { k.Interval = time.Duration(v) * time.Second }),
	"TCP_KEEPCNT": keepalive(func(k *tcp.Keepalive) int64 { return int64(k.Probes) },
		func(k *tcp.Keepalive, v int64) { k.Probes = int(v) }),
	"IP_TTL":            lower(false, (*stack.Socket).TTL, (*stack.Socket).SetTTL),
	"IP_TOS":            lower(false, (*stack.Socket).TOS, (*stack.Socket).SetTOS),
	"IPV6_UNICAST_HOPS": lower(true, (*stack.Socket).TTL, (*stack.Socket).SetTTL),
	"IPV6_TCLASS":       lower(true, (*stack.Socket).TOS, (*stack.Socket).SetTOS),
	"TCP_MAXSEG": {
		set: func(s *socket, v iut.OptionValue) error { return s.s.SetMaxSeg(s.host.now(), int(v.Int)) },
		get: func(s *socket) iut.OptionValue { return iut.OptionValue{Int: int64(s.s.MaxSeg())} },
	},
}

// keepalive is one of the options that together are tcp.Keepalive.
func keepalive(get func(*tcp.Keepalive) int64, set func(*tcp.Keepalive, int64)) option {
	return option{
		set: func(s *socket, v iut.OptionValue) error {
			k := s.s.Keepalive()
			set(&k, v.Int)
			return s.s.SetKeepalive(s.host.now(), k)
		},
		get: func(s *socket) iut.OptionValue {
			k := s.s.Keepalive()
			return iut.OptionValue{Int: get(&k)}
		},
	}
}

// lower is an option of the level below TCP, for one of the families.
func lower(ipv6 bool, get func(*stack.Socket) int, set func(*stack.Socket, time.Duration, int) error) option {
	return option{
		v4: !ipv6, v6: ipv6,
		set: func(s *socket, v iut.OptionValue) error { return set(s.s, s.host.now(), int(v.Int)) },
		get: func(s *socket) iut.OptionValue { return iut.OptionValue{Int: int64(get(s.s))} },
	}
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
