package sock_test

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"

	"github.com/twinstack/twinstack/ourstack/sock"
)

// cable is two stacks that are joined by a cable.
func cable() (a, b *sock.Stack) {
	d, e := sock.Pipe()
	a, err := sock.New(d, sock.Config{Addrs: []netip.Addr{netip.MustParseAddr("10.0.0.1")}})
	if err != nil {
		log.Fatal(err)
	}
	b, err = sock.New(e, sock.Config{Addrs: []netip.Addr{netip.MustParseAddr("10.0.0.2")}})
	if err != nil {
		log.Fatal(err)
	}
	return a, b
}

// Two stacks in one program, and no network of the system's.
func Example() {
	client, server := cable()
	defer client.Close()
	defer server.Close()

	listener, err := server.Listen("tcp", ":7")
	if err != nil {
		log.Fatal(err)
	}
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		io.Copy(conn, conn)
	}()

	conn, err := client.Dial("tcp", "10.0.0.2:7")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Fprint(conn, "hello")
	conn.(*sock.Conn).CloseWrite()
	echo, err := io.ReadAll(conn)
	fmt.Printf("%s %v\n", echo, err)
	// Output: hello <nil>
}

// Package net/http on a stack: Listen gives what a server takes, and DialContext is what a client dials with.
func ExampleStack_DialContext() {
	a, b := cable()
	defer a.Close()
	defer b.Close()

	listener, err := b.Listen("tcp", ":80")
	if err != nil {
		log.Fatal(err)
	}
	go http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, _ := net.SplitHostPort(r.RemoteAddr)
		fmt.Fprintf(w, "you are %s", host)
	}))

	client := http.Client{Transport: &http.Transport{DialContext: a.DialContext}}
	response, err := client.Get("http://10.0.0.2/")
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	fmt.Printf("%s %v\n", text, err)
	// Output: you are 10.0.0.1 <nil>
}

// What TCP has measured of a path, and how it stands.
func ExampleConn_TCPInfo() {
	a, b := cable()
	defer a.Close()
	defer b.Close()
	if _, err := b.Listen("tcp", ":80"); err != nil {
		log.Fatal(err)
	}
	conn, err := a.Dial("tcp", "10.0.0.2:80")
	if err != nil {
		log.Fatal(err)
	}
	info, err := conn.(*sock.Conn).TCPInfo()
	fmt.Println(info.State, info.MSS, info.CWND/info.MSS, err)
	// Output: ESTABLISHED 1448 10 <nil>
}
