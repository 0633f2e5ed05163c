package sock

import (
	"context"
	"errors"
	"net"
	"os"
	"syscall"

	"github.com/twinstack/twinstack/ourstack/host"
)

// errnos are the system's numbers for the host's names.
var errnos = map[host.Errno]syscall.Errno{
	host.EACCES:        syscall.EACCES,
	host.EADDRINUSE:    syscall.EADDRINUSE,
	host.EADDRNOTAVAIL: syscall.EADDRNOTAVAIL,
	host.EAFNOSUPPORT:  syscall.EAFNOSUPPORT,
	host.EAGAIN:        syscall.EAGAIN,
	host.EALREADY:      syscall.EALREADY,
	host.EBADF:         syscall.EBADF,
	host.ECONNABORTED:  syscall.ECONNABORTED,
	host.ECONNREFUSED:  syscall.ECONNREFUSED,
	host.ECONNRESET:    syscall.ECONNRESET,
	host.EHOSTUNREACH:  syscall.EHOSTUNREACH,
	host.EINPROGRESS:   syscall.EINPROGRESS,
	host.EINVAL:        syscall.EINVAL,
	host.EISCONN:       syscall.EISCONN,
	host.ENETUNREACH:   syscall.ENETUNREACH,
	host.ENOPROTOOPT:   syscall.ENOPROTOOPT,
	host.ENOTCONN:      syscall.ENOTCONN,
	host.EPIPE:         syscall.EPIPE,
	host.ETIMEDOUT:     syscall.ETIMEDOUT,
}

// system makes of an error of the host's the one that package net would have had of the system call.
func system(call string, err error) error {
	var name host.Errno
	if !errors.As(err, &name) {
		return err
	}
	number, ok := errnos[name]
	if !ok {
		return os.NewSyscallError(call, name)
	}
	return os.NewSyscallError(call, number)
}

// cancelled is what the end of a context is called in package net.
func cancelled(ctx context.Context) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return os.ErrDeadlineExceeded
	}
	return ctx.Err()
}

// opError is the error of an operation of a network.
func opError(op, network string, source, addr *net.TCPAddr, err error) error {
	e := &net.OpError{Op: op, Net: network, Err: err}
	if source != nil { // a nil *net.TCPAddr is no nil net.Addr
		e.Source = source
	}
	if addr != nil {
		e.Addr = addr
	}
	return e
}
