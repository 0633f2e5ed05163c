//go:build !mips && !mipsle && !mips64 && !mips64le && !ppc64 && !ppc64le

package sock

import (
	"fmt"
	"os"
	"syscall"
	"unsafe"
)

// OpenTUN attaches to the TUN interface of a name in the network namespace of the calling thread, and makes it if there is
// none. The file is a Device. Making one, or attaching to one that is not the user's own, takes CAP_NET_ADMIN; addresses,
// routes and the MTU are given to it by ip(8).
func OpenTUN(name string) (*os.File, error) {
	const (
		setInterface = 0x400454ca      // TUNSETIFF, where directions are numbered as on most processors
		flags        = 0x0001 | 0x1000 // IFF_TUN, IFF_NO_PI: IP packets, and nothing before them
		longest      = 15
	)
	if len(name) > longest {
		return nil, fmt.Errorf("sock: interface name %q is longer than %d octets", name, longest)
	}
	var request struct { // struct ifreq
		name  [longest + 1]byte
		flags uint16
		_     [22]byte
	}
	copy(request.name[:], name)
	request.flags = flags
	// Not os.OpenFile: the file can be polled only once it has an interface.
	fd, err := syscall.Open("/dev/net/tun", syscall.O_RDWR|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: "/dev/net/tun", Err: err}
	}
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), setInterface, uintptr(unsafe.Pointer(&request)))
	if errno != 0 {
		_ = syscall.Close(fd)
		return nil, fmt.Errorf("sock: TUN interface %q: %w", name, errno)
	}
	return os.NewFile(uintptr(fd), "/dev/net/tun"), nil
}
