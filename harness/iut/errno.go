package iut

// numbers are Linux's error numbers, as getsockopt(SO_ERROR) gives them.
var numbers = map[Errno]int64{
	"EPERM": 1, "ENOENT": 2, "EBADF": 9, "EAGAIN": 11, "EACCES": 13, "EFAULT": 14, "EBUSY": 16, "EEXIST": 17, "ENODEV": 19,
	"EINVAL": 22, "ENOTTY": 25, "EPIPE": 32, "ENONET": 64, "EDESTADDRREQ": 89, "EMSGSIZE": 90, "ENOPROTOOPT": 92,
	"EPROTONOSUPPORT": 93, "EOPNOTSUPP": 95, "EAFNOSUPPORT": 97, "EADDRINUSE": 98, "EADDRNOTAVAIL": 99, "ENETUNREACH": 101,
	"ECONNABORTED": 103, "ECONNRESET": 104, "ENOBUFS": 105, "EISCONN": 106, "ENOTCONN": 107, "ETIMEDOUT": 110,
	"ECONNREFUSED": 111, "EHOSTDOWN": 112, "EHOSTUNREACH": 113, "EALREADY": 114, "EINPROGRESS": 115,
}

// Number is Linux's number of the error, as a script compares SO_ERROR with; false where the name is not known.
func (e Errno) Number() (int64, bool) {
	n, ok := numbers[e]
	return n, ok
}
