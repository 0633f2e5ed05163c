package oracle

import (
	"slices"
	"strconv"
	"strings"
)

// The RFC answers calls in words; sockets do it in error numbers, each stack a little otherwise. What tells the user the
// same is one answer here.
var (
	// queued is a call that is "queued for processing", or finds no room to be: it is to be made again.
	queued = Result{Says: "queued", Errnos: []string{"EAGAIN", "EINPROGRESS", "EALREADY", "ENOTCONN", "ENOBUFS"}}
	// wouldBlock is the same in a connection that stands.
	wouldBlock = Result{Says: "insufficient resources", Errnos: []string{"EAGAIN", "ENOBUFS"}}
	notThere   = Result{Says: "connection does not exist", Errnos: []string{"ENOTCONN", "EPIPE", "EINVAL", "EBADF", "ECONNRESET", "ECONNABORTED", "EDESTADDRREQ", "EOPNOTSUPP"}}
	closing    = Result{Says: "connection closing", Errnos: []string{"EPIPE", "ENOTCONN", "EINVAL", "ESHUTDOWN"}}
	exists     = Result{Says: "connection already exists", Errnos: []string{"EISCONN", "EALREADY", "EINPROGRESS", "EINVAL", "EADDRINUSE", "EOPNOTSUPP"}}
	// refusedCall is an OPEN that is not made: no room, no right, no such address.
	refusedCall = Result{Says: "insufficient resources, or illegal for this process", Errnos: []string{"EACCES", "EADDRINUSE", "EADDRNOTAVAIL", "EAFNOSUPPORT", "EAGAIN",
		"ECONNABORTED", "ECONNREFUSED", "ECONNRESET", "EDESTADDRREQ", "EHOSTUNREACH", "EINVAL", "EISCONN", "ENETUNREACH", "ENOBUFS", "ENOTCONN", "EOPNOTSUPP", "EPERM"}}
	// notOffered is a call of the RFC's that sockets do not have in this state.
	notOffered = Result{Says: "not offered", Errnos: []string{"ENOTCONN", "EINVAL", "EISCONN", "EOPNOTSUPP", "EALREADY"}}
	done       = number(0, 0)
)

// signals are the errors that each Told is told by.
var signals = [...]Result{
	Refused:     {Says: "connection refused", Errnos: []string{"ECONNREFUSED", "ECONNRESET"}},
	Reset:       {Says: "connection reset", Errnos: []string{"ECONNRESET", "EPIPE", "ECONNABORTED"}},
	TimedOut:    {Says: "connection aborted due to user timeout", Errnos: append([]string{"ETIMEDOUT"}, unreachable...)},
	Unreachable: {Says: "ICMP error", Errnos: unreachable},
	Aborted:     {Says: "connection aborted", Errnos: []string{"ECONNABORTED", "ECONNRESET", "EPIPE", "ENOTCONN"}},
}

// unreachable is what ICMP errors are told by.
var unreachable = []string{"EHOSTUNREACH", "ENETUNREACH", "ECONNREFUSED", "ENOPROTOOPT", "EPROTO", "EHOSTDOWN", "ENONET", "EACCES", "EOPNOTSUPP", "EMSGSIZE"}

// linux are the numbers by which SO_ERROR tells them.
var linux = map[int]string{13: "EACCES", 32: "EPIPE", 64: "ENONET", 71: "EPROTO", 90: "EMSGSIZE", 92: "ENOPROTOOPT", 95: "EOPNOTSUPP", 101: "ENETUNREACH",
	103: "ECONNABORTED", 104: "ECONNRESET", 107: "ENOTCONN", 110: "ETIMEDOUT", 111: "ECONNREFUSED", 112: "EHOSTDOWN", 113: "EHOSTUNREACH"}

// tells says whether a value of SO_ERROR, "[104]", is the signal.
func (t Told) tells(value string) bool {
	n, err := strconv.Atoi(strings.Trim(value, "[]"))
	return err == nil && slices.Contains(signals[t].Errnos, linux[n])
}
