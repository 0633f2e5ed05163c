package netstack

import (
	"math"
	"time"

	"gvisor.dev/gvisor/pkg/tcpip"

	"github.com/twinstack/twinstack/harness/iut"
)

// SetOption implements iut.Socket. The limits are those of gVisor's system-call layer.
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
	return o.set(s, value)
}

// GetOption implements iut.Socket.
func (s *socket) GetOption(name string) (iut.OptionValue, error) {
	if s.closed {
		return iut.OptionValue{}, iut.EBADF
	}
	o, ok := options[name]
	if !ok || o.get == nil {
		return iut.OptionValue{}, iut.ENOPROTOOPT
	}
	return o.get(s)
}

// option is how a socket option is set and read; nil where it cannot be.
type option struct {
	set func(*socket, iut.OptionValue) error
	get func(*socket) (iut.OptionValue, error)
}

var options = map[string]option{
	"SO_REUSEADDR": flag((*tcpip.SocketOptions).SetReuseAddress, (*tcpip.SocketOptions).GetReuseAddress),
	"SO_REUSEPORT": flag((*tcpip.SocketOptions).SetReusePort, (*tcpip.SocketOptions).GetReusePort),
	"SO_KEEPALIVE": flag((*tcpip.SocketOptions).SetKeepAlive, (*tcpip.SocketOptions).GetKeepAlive),
	"SO_LINGER":    {set: setLinger, get: getLinger},
	"SO_ERROR":     {get: getError},
	"SO_RCVBUF": {
		set: func(s *socket, v iut.OptionValue) error {
			o := s.endpoint.SocketOptions()
			low, high := o.ReceiveBufferLimits()
			o.SetReceiveBufferSize(doubled(v.Int, low, high), true)
			return nil
		},
		get: func(s *socket) (iut.OptionValue, error) {
			return number(s.endpoint.SocketOptions().GetReceiveBufferSize())
		},
	},
	"SO_SNDBUF": {
		set: func(s *socket, v iut.OptionValue) error {
			o := s.endpoint.SocketOptions()
			low, high := o.SendBufferLimits()
			o.SetSendBufferSize(doubled(v.Int, low, high), true)
			return nil
		},
		get: func(s *socket) (iut.OptionValue, error) {
			return number(s.endpoint.SocketOptions().GetSendBufferSize())
		},
	},
	"TCP_NODELAY": flag(func(o *tcpip.SocketOptions, on bool) { o.SetDelayOption(!on) },
		func(o *tcpip.SocketOptions) bool { return !o.GetDelayOption() }),
	"TCP_CORK":         flag((*tcpip.SocketOptions).SetCorkOption, (*tcpip.SocketOptions).GetCorkOption),
	"TCP_QUICKACK":     flag((*tcpip.SocketOptions).SetQuickAck, (*tcpip.SocketOptions).GetQuickAck),
	"TCP_MAXSEG":       integer(tcpip.MaxSegOption, 0, math.MaxInt32),
	"TCP_KEEPCNT":      integer(tcpip.KeepaliveCountOption, 1, 127),
	"TCP_SYNCNT":       integer(tcpip.TCPSynCountOption, 1, 255),
	"TCP_WINDOW_CLAMP": integer(tcpip.TCPWindowClampOption, 0, math.MaxInt32),
	"TCP_KEEPIDLE": duration(time.Second, 1, 32767,
		func(d time.Duration) tcpip.SettableSocketOption { o := tcpip.KeepaliveIdleOption(d); return &o },
		func(e tcpip.Endpoint) (time.Duration, tcpip.Error) {
			var o tcpip.KeepaliveIdleOption
			err := e.GetSockOpt(&o)
			return time.Duration(o), err
		}),
	"TCP_KEEPINTVL": duration(time.Second, 1, 32767,
		func(d time.Duration) tcpip.SettableSocketOption { o := tcpip.KeepaliveIntervalOption(d); return &o },
		func(e tcpip.Endpoint) (time.Duration, tcpip.Error) {
			var o tcpip.KeepaliveIntervalOption
			err := e.GetSockOpt(&o)
			return time.Duration(o), err
		}),
	"TCP_USER_TIMEOUT": duration(time.Millisecond, 0, math.MaxInt32,
		func(d time.Duration) tcpip.SettableSocketOption { o := tcpip.TCPUserTimeoutOption(d); return &o },
		func(e tcpip.Endpoint) (time.Duration, tcpip.Error) {
			var o tcpip.TCPUserTimeoutOption
			err := e.GetSockOpt(&o)
			return time.Duration(o), err
		}),
	"TCP_LINGER2": duration(time.Second, math.MinInt32, math.MaxInt32,
		func(d time.Duration) tcpip.SettableSocketOption { o := tcpip.TCPLingerTimeoutOption(d); return &o },
		func(e tcpip.Endpoint) (time.Duration, tcpip.Error) {
			var o tcpip.TCPLingerTimeoutOption
			err := e.GetSockOpt(&o)
			if o < 0 {
				return -time.Second, err
			}
			return time.Duration(o), err
		}),
	"TCP_DEFER_ACCEPT": duration(time.Second, math.MinInt32, math.MaxInt32,
		func(d time.Duration) tcpip.SettableSocketOption {
			o := tcpip.TCPDeferAcceptOption(max(d, 0))
			return &o
		},
		func(e tcpip.Endpoint) (time.Duration, tcpip.Error) {
			var o tcpip.TCPDeferAcceptOption
			err := e.GetSockOpt(&o)
			return time.Duration(o), err
		}),
	// -1 is the stack's default, which the IPv4 endpoint calls 0.
	"IP_TTL": {
		set: func(s *socket, v iut.OptionValue) error {
			if v.Int == -1 {
				return errno(s.endpoint.SetSockOptInt(tcpip.IPv4TTLOption, 0))
			}
			return setInteger(s, tcpip.IPv4TTLOption, v.Int, 1, 255)
		},
		get: func(s *socket) (iut.OptionValue, error) { return getTTL(s, tcpip.IPv4TTLOption, 0, false) },
	},
	"IPV6_UNICAST_HOPS": {
		set: func(s *socket, v iut.OptionValue) error {
			return setInteger(s, tcpip.IPv6HopLimitOption, v.Int, -1, 255)
		},
		get: func(s *socket) (iut.OptionValue, error) { return getTTL(s, tcpip.IPv6HopLimitOption, -1, true) },
	},
	"IP_TOS":      integer(tcpip.IPv4TOSOption, math.MinInt32, math.MaxInt32),
	"IPV6_TCLASS": integer(tcpip.IPv6TrafficClassOption, 0, 255),
}

func number(n int64) (iut.OptionValue, error) {
	return iut.OptionValue{Int: min(n, math.MaxInt32)}, nil
}

// flag is an option that is on or off.
func flag(set func(*tcpip.SocketOptions, bool), get func(*tcpip.SocketOptions) bool) option {
	return option{
		set: func(s *socket, v iut.OptionValue) error {
			set(s.endpoint.SocketOptions(), v.Int != 0)
			return nil
		},
		get: func(s *socket) (iut.OptionValue, error) {
			if get(s.endpoint.SocketOptions()) {
				return number(1)
			}
			return number(0)
		},
	}
}

// integer is an option that netstack keeps as an integer, between two limits.
func integer(name tcpip.SockOptInt, low, high int64) option {
	return option{
		set: func(s *socket, v iut.OptionValue) error { return setInteger(s, name, v.Int, low, high) },
		get: func(s *socket) (iut.OptionValue, error) {
			n, err := s.endpoint.GetSockOptInt(name)
			if err != nil {
				return iut.OptionValue{}, errno(err)
			}
			return number(int64(n))
		},
	}
}

func setInteger(s *socket, name tcpip.SockOptInt, n, low, high int64) error {
	if n < low || n > high {
		return iut.EINVAL
	}
	return errno(s.endpoint.SetSockOptInt(name, int(n)))
}

// duration is an option that applications give in a unit, between two limits, and netstack keeps as a duration.
func duration(unit time.Duration, low, high int64, make func(time.Duration) tcpip.SettableSocketOption,
	get func(tcpip.Endpoint) (time.Duration, tcpip.Error)) option {
	return option{
		set: func(s *socket, v iut.OptionValue) error {
			if v.Int < low || v.Int > high {
				return iut.EINVAL
			}
			return errno(s.endpoint.SetSockOpt(make(time.Duration(v.Int) * unit)))
		},
		get: func(s *socket) (iut.OptionValue, error) {
			d, err := get(s.endpoint)
			if err != nil {
				return iut.OptionValue{}, errno(err)
			}
			return number(int64(d / unit))
		},
	}
}

// doubled is what becomes of a buffer size that is asked for: at most the limit, then doubled, at least the limit.
func doubled(n, low, high int64) int64 {
	n = int64(uint32(n))
	n = min(n, high)
	if n >= math.MaxInt32/2 {
		return math.MaxInt32
	}
	return max(2*n, low)
}

func setLinger(s *socket, v iut.OptionValue) error {
	s.endpoint.SocketOptions().SetLinger(tcpip.LingerOption{
		Enabled: v.Linger.On, Timeout: time.Duration(v.Linger.Seconds) * time.Second})
	return nil
}

func getLinger(s *socket) (iut.OptionValue, error) {
	v := s.endpoint.SocketOptions().GetLinger()
	return iut.OptionValue{Linger: &iut.Linger{On: v.Enabled, Seconds: int(v.Timeout / time.Second)}}, nil
}

// getError reads and clears the pending error, as its number.
func getError(s *socket) (iut.OptionValue, error) {
	pending, _ := errno(s.endpoint.SocketOptions().GetLastError()).(iut.Errno)
	n, _ := pending.Number()
	return number(n)
}

// getTTL reads a TTL or hop limit; where the endpoint has the value that means the default, that is the stack's.
func getTTL(s *socket, name tcpip.SockOptInt, unset int, ipv6 bool) (iut.OptionValue, error) {
	n, err := s.endpoint.GetSockOptInt(name)
	if err == nil && n == unset {
		var ttl tcpip.DefaultTTLOption
		err = s.host.stack.NetworkProtocolOption(family(ipv6), &ttl)
		n = int(ttl)
	}
	if err != nil {
		return iut.OptionValue{}, errno(err)
	}
	return number(int64(n))
}
