//go:build !mips && !mipsle && !mips64 && !mips64le && !ppc64 && !ppc64le

package sock_test

import (
	"os"
	"syscall"
	"testing"

	"github.com/twinstack/twinstack/ourstack/sock"
)

func TestOpenTUNErrors(t *testing.T) {
	t.Parallel()
	if f, err := sock.OpenTUN("a-name-of-sixteen"); err == nil {
		f.Close()
		t.Error("a name that is too long was taken")
	}
	if f, err := sock.OpenTUN("lo"); err == nil {
		f.Close()
		t.Error("lo was taken for a TUN interface")
	} else if !os.IsPermission(err) && !is(err, syscall.EINVAL) && !is(err, syscall.ENOENT) && !is(err, syscall.EPERM) {
		t.Errorf("lo: %v", err)
	}
}
