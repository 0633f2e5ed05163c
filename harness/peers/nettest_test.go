package peers_test

import (
	"net"
	"testing"

	"golang.org/x/net/nettest"

	"github.com/twinstack/twinstack/ourstack/sock"
)

// The Go project's own test of what a net.Conn owes its users.
func TestConn(t *testing.T) {
	for _, p := range pairs {
		for family, name := range []string{"IPv4", "IPv6"} {
			t.Run(p.name+"/"+name, func(t *testing.T) {
				t.Parallel()
				nettest.TestConn(t, func() (c1, c2 net.Conn, stop func(), err error) {
					hosts := p.make(t, sock.Config{})
					c1, c2, done, err := hosts.connect(family)
					if err != nil {
						hosts.close()
						return nil, nil, nil, err
					}
					return c1, c2, func() { done(); hosts.close() }, nil
				})
			})
		}
	}
}
