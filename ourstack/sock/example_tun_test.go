//go:build linux && !mips && !mipsle && !mips64 && !mips64le && !ppc64 && !ppc64le

package sock_test

import (
	"fmt"
	"log"
	"net/http"
	"net/netip"

	"github.com/twinstack/twinstack/ourstack/sock"
)

// A web server with an address of its own, next to the system's stack. Before, as root:
//
//	ip tuntap add dev tun0 mode tun user $USER
//	ip addr add 10.0.0.1 peer 10.0.0.2 dev tun0
//	ip link set tun0 up
//
// and then: curl http://10.0.0.2/
func ExampleOpenTUN() {
	tun, err := sock.OpenTUN("tun0")
	if err != nil {
		log.Fatal(err)
	}
	stack, err := sock.New(tun, sock.Config{Addrs: []netip.Addr{netip.MustParseAddr("10.0.0.2")}})
	if err != nil {
		log.Fatal(err)
	}
	defer stack.Close()
	listener, err := stack.Listen("tcp", ":80")
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "hello from a TCP of one's own")
	})))
}
