// Package sock is a TCP for Go programs: net.Conn and net.Listener on a host of package host, in real time, over any packet
// device. It needs the standard library only, and no privilege but what the device asks for.
//
//	device, err := sock.OpenTUN("tun0") // or anything that reads and writes IP packets
//	stack, err := sock.New(device, sock.Config{Addrs: []netip.Addr{netip.MustParseAddr("10.0.0.2")}})
//	listener, err := stack.Listen("tcp", ":80")
//	http.Serve(listener, handler)
//
// DialContext fits http.Transport, and Listen gives what http.Server takes. What Go programs know of package net holds:
// errors are *net.OpError around what errors.Is finds (syscall.ECONNREFUSED, os.ErrDeadlineExceeded, net.ErrClosed), the end
// of the stream is io.EOF, methods may be called from many goroutines, and Nagle's algorithm is off until SetNoDelay(false)
// asks for it. Names are not looked up: addresses are literal.
package sock
