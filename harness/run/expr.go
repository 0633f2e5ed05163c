package run

import (
	"fmt"
	"strings"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/script"
)

// constants are the names that arguments and results may be made of, with Linux's numbers.
var constants = map[string]int64{
	"AF_INET": 2, "AF_INET6": 10, "PF_INET": 2, "PF_INET6": 10, "SOCK_STREAM": 1, "SOCK_NONBLOCK": oNonblock, "SOCK_CLOEXEC": 0o2000000,
	"IPPROTO_TCP": 6, "SOL_SOCKET": 1, "SOL_TCP": 6,
	"F_GETFL": fGetFL, "F_SETFL": fSetFL, "O_RDONLY": 0, "O_WRONLY": 1, "O_RDWR": oRDWR, "O_NONBLOCK": oNonblock,
	"IP_PMTUDISC_DONT": 0, "IP_PMTUDISC_WANT": 1, "IP_PMTUDISC_DO": 2, "IP_PMTUDISC_PROBE": 3,
	"SHUT_RD": int64(iut.ShutRD), "SHUT_WR": int64(iut.ShutWR), "SHUT_RDWR": int64(iut.ShutRDWR),
	"MSG_OOB": msgOOB, "MSG_DONTWAIT": msgDontWait, "MSG_NOSIGNAL": msgNoSignal, "SOMAXCONN": 4096,
	"POLLIN": int64(iut.PollIn), "POLLPRI": int64(iut.PollPri), "POLLOUT": int64(iut.PollOut), "POLLERR": int64(iut.PollErr),
	"POLLHUP": int64(iut.PollHup), "POLLRDHUP": int64(iut.PollRdHup),
}

const (
	fGetFL, fSetFL = 3, 4
	oRDWR          = 2
	oNonblock      = 0o4000
	msgOOB         = 0x1
	msgDontWait    = 0x40
	msgNoSignal    = 0x4000
)

// errnos are Linux's numbers of the errors that a SO_ERROR may hold.
var errnos = map[iut.Errno]int64{
	iut.EAGAIN: 11, iut.EBADF: 9, iut.EACCES: 13, iut.EINVAL: 22, iut.EPIPE: 32, iut.EDESTADDRREQ: 89, iut.EMSGSIZE: 90,
	iut.ENOPROTOOPT: 92, iut.EPROTONOSUPPORT: 93, iut.EOPNOTSUPP: 95, iut.EAFNOSUPPORT: 97, iut.EADDRINUSE: 98,
	iut.EADDRNOTAVAIL: 99, iut.ENETUNREACH: 101, iut.ECONNABORTED: 103, iut.ECONNRESET: 104, iut.ENOBUFS: 105, iut.EISCONN: 106,
	iut.ENOTCONN: 107, iut.ETIMEDOUT: 110, iut.ECONNREFUSED: 111, iut.EHOSTUNREACH: 113, iut.EALREADY: 114, iut.EINPROGRESS: 115,
}

// number is the value of a number, of a constant, or of constants joined by "|".
func number(e *script.Expr) (n int64, err error) {
	switch e.Kind {
	case script.Int:
		return e.Int, nil
	case script.List:
		if len(e.Elems) == 1 {
			return number(&e.Elems[0])
		}
	case script.Name:
		for _, name := range strings.Split(e.Text, "|") {
			v, ok := constants[name]
			if !ok {
				v, ok = errnos[iut.Errno(name)]
			}
			if !ok {
				return 0, fmt.Errorf("%v: %q has no value here", e.Pos, name)
			}
			n |= v
		}
		return n, nil
	}
	return 0, fmt.Errorf("%v: this must be a number", e.Pos)
}

// optionValue is the value of a socket option as the script wrote it.
func optionValue(e *script.Expr) (iut.OptionValue, error) {
	if e.Kind == script.List && len(e.Elems) == 1 {
		e = &e.Elems[0]
	}
	if e.Kind != script.Struct {
		n, err := number(e)
		return iut.OptionValue{Int: n}, err
	}
	var l iut.Linger
	for i := range e.Fields {
		n, err := number(&e.Fields[i].Value)
		if err != nil {
			return iut.OptionValue{}, err
		}
		switch e.Fields[i].Name {
		case "onoff", "l_onoff":
			l.On = n != 0
		case "linger", "l_linger":
			l.Seconds = int(n)
		default:
			return iut.OptionValue{}, fmt.Errorf("%v: struct linger has no field %q", e.Pos, e.Fields[i].Name)
		}
	}
	return iut.OptionValue{Linger: &l}, nil
}

// optionText is the value of a socket option as a script writes it.
func optionText(v iut.OptionValue) string {
	if v.Linger == nil {
		return fmt.Sprintf("[%d]", v.Int)
	}
	on := 0
	if v.Linger.On {
		on = 1
	}
	return fmt.Sprintf("{onoff=%d, linger=%d}", on, v.Linger.Seconds)
}

func sameOptionValue(a, b iut.OptionValue) bool {
	if a.Linger == nil || b.Linger == nil {
		return a.Linger == b.Linger && a.Int == b.Int
	}
	return a.Linger.On == b.Linger.On && (!a.Linger.On || a.Linger.Seconds == b.Linger.Seconds)
}

// pollText is events as a script writes them.
func pollText(e iut.Events) string {
	var names []string
	for _, n := range []struct {
		bit  iut.Events
		name string
	}{{iut.PollIn, "POLLIN"}, {iut.PollPri, "POLLPRI"}, {iut.PollOut, "POLLOUT"}, {iut.PollErr, "POLLERR"},
		{iut.PollHup, "POLLHUP"}, {iut.PollRdHup, "POLLRDHUP"}} {
		if e&n.bit != 0 {
			names = append(names, n.name)
		}
	}
	if names == nil {
		return "0"
	}
	return strings.Join(names, "|")
}
