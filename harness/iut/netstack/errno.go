package netstack

import (
	"gvisor.dev/gvisor/pkg/tcpip"

	"github.com/twinstack/twinstack/harness/iut"
)

// errno is the error number that gVisor's system-call layer makes of a netstack error (pkg/syserr/netstack.go). The
// result is nil for no error, and for ErrClosedForReceive, which is the end of the stream.
func errno(err tcpip.Error) error {
	switch err.(type) {
	case nil, *tcpip.ErrClosedForReceive:
		return nil
	case *tcpip.ErrWouldBlock, *tcpip.ErrNoPortAvailable:
		return iut.EAGAIN
	case *tcpip.ErrConnectStarted:
		return iut.EINPROGRESS
	case *tcpip.ErrAlreadyConnecting:
		return iut.EALREADY
	case *tcpip.ErrAlreadyConnected:
		return iut.EISCONN
	case *tcpip.ErrNotConnected:
		return iut.ENOTCONN
	case *tcpip.ErrClosedForSend, *tcpip.ErrAborted:
		return iut.EPIPE
	case *tcpip.ErrPortInUse:
		return iut.EADDRINUSE
	case *tcpip.ErrBadLocalAddress:
		return iut.EADDRNOTAVAIL
	case *tcpip.ErrAddressFamilyNotSupported:
		return iut.EAFNOSUPPORT
	case *tcpip.ErrConnectionRefused:
		return iut.ECONNREFUSED
	case *tcpip.ErrConnectionReset:
		return iut.ECONNRESET
	case *tcpip.ErrConnectionAborted:
		return iut.ECONNABORTED
	case *tcpip.ErrTimeout:
		return iut.ETIMEDOUT
	case *tcpip.ErrHostUnreachable:
		return iut.EHOSTUNREACH
	case *tcpip.ErrNetworkUnreachable:
		return iut.ENETUNREACH
	case *tcpip.ErrUnknownProtocolOption:
		return iut.ENOPROTOOPT
	case *tcpip.ErrNotSupported:
		return iut.EOPNOTSUPP
	case *tcpip.ErrDestinationRequired:
		return iut.EDESTADDRREQ
	case *tcpip.ErrMessageTooLong:
		return iut.EMSGSIZE
	case *tcpip.ErrNoBufferSpace:
		return iut.ENOBUFS
	case *tcpip.ErrBroadcastDisabled:
		return iut.EACCES
	case *tcpip.ErrHostDown:
		return iut.Errno("EHOSTDOWN")
	case *tcpip.ErrNoNet:
		return iut.Errno("ENONET")
	case *tcpip.ErrBadAddress, *tcpip.ErrBadBuffer:
		return iut.Errno("EFAULT")
	case *tcpip.ErrNotPermitted:
		return iut.Errno("EPERM")
	case *tcpip.ErrEndpointBusy:
		return iut.Errno("EBUSY")
	case *tcpip.ErrNoSuchFile:
		return iut.Errno("ENOENT")
	case *tcpip.ErrUnknownNICID, *tcpip.ErrUnknownDevice:
		return iut.Errno("ENODEV")
	case *tcpip.ErrDuplicateNICID, *tcpip.ErrDuplicateAddress:
		return iut.Errno("EEXIST")
	case *tcpip.ErrQueueSizeNotSupported:
		return iut.Errno("ENOTTY")
	default: // ErrAlreadyBound, ErrInvalidEndpointState, ErrInvalidOptionValue, ErrInvalidPortRange, …
		return iut.EINVAL
	}
}
