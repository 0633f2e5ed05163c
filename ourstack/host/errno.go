package host

import "github.com/twinstack/twinstack/ourstack/tcp"

// Errno is the name of an error number: what a socket call fails with, as errno(3) calls it.
type Errno string

// Error is the name.
func (e Errno) Error() string { return string(e) }

// The error numbers that socket calls give.
const (
	EACCES        Errno = "EACCES"
	EADDRINUSE    Errno = "EADDRINUSE"
	EADDRNOTAVAIL Errno = "EADDRNOTAVAIL"
	EAFNOSUPPORT  Errno = "EAFNOSUPPORT"
	EAGAIN        Errno = "EAGAIN"
	EALREADY      Errno = "EALREADY"
	EBADF         Errno = "EBADF"
	ECONNABORTED  Errno = "ECONNABORTED"
	ECONNREFUSED  Errno = "ECONNREFUSED"
	ECONNRESET    Errno = "ECONNRESET"
	EHOSTUNREACH  Errno = "EHOSTUNREACH"
	EINPROGRESS   Errno = "EINPROGRESS"
	EINVAL        Errno = "EINVAL"
	EISCONN       Errno = "EISCONN"
	ENETUNREACH   Errno = "ENETUNREACH"
	ENOPROTOOPT   Errno = "ENOPROTOOPT"
	ENOTCONN      Errno = "ENOTCONN"
	EPIPE         Errno = "EPIPE"
	ETIMEDOUT     Errno = "ETIMEDOUT"
)

// errnoOf is what a socket says of what its connection died of, or suffers from.
func errnoOf(err tcp.Error) Errno {
	switch err {
	case tcp.ErrConnectionReset:
		return ECONNRESET
	case tcp.ErrConnectionRefused:
		return ECONNREFUSED
	case tcp.ErrTimedOut:
		return ETIMEDOUT
	case tcp.ErrHostUnreachable:
		return EHOSTUNREACH
	case tcp.ErrNetworkUnreachable:
		return ENETUNREACH
	case tcp.ErrProtocolUnreachable:
		return ENOPROTOOPT
	case tcp.ErrClosing:
		return ECONNRESET // the open was called off (shutdown in SYN-SENT)
	case tcp.ErrAborted:
		return ECONNABORTED
	}
	return ""
}
