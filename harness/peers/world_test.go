package peers_test

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"testing"

	"github.com/twinstack/twinstack/harness/link"
	"github.com/twinstack/twinstack/harness/peers"
	"github.com/twinstack/twinstack/ourstack/sock"
)

// host is one end of a cable, whichever stack is on it.
type host struct {
	name   string
	addrs  [2]netip.Addr // IPv4, IPv6
	listen func(at netip.AddrPort) (net.Listener, error)
	dial   func(ctx context.Context, network, address string) (net.Conn, error)
	close  func()
}

var addrs = [2][2]netip.Addr{
	{netip.MustParseAddr("10.9.0.1"), netip.MustParseAddr("fd09::1")},
	{netip.MustParseAddr("10.9.0.2"), netip.MustParseAddr("fd09::2")},
}

// ours is ours on a device.
func ours(t testing.TB, device sock.Device, addrs [2]netip.Addr, cfg sock.Config) host {
	t.Helper()
	cfg.Addrs = addrs[:]
	s, err := sock.New(device, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return host{
		name: "ours", addrs: addrs, dial: s.DialContext,
		listen: func(at netip.AddrPort) (net.Listener, error) { return s.Listen("tcp", at.String()) },
		close: func() {
			if err := s.Close(); err != nil {
				t.Errorf("close of ours: %v", err)
			}
		},
	}
}

// netstack is netstack on a cable.
func netstack(t testing.TB, device *link.Device, addrs [2]netip.Addr) host {
	t.Helper()
	s, err := peers.NewNetstack(device.LinkEndpoint(), addrs[:]...)
	if err != nil {
		t.Fatal(err)
	}
	return host{name: "netstack", addrs: addrs, dial: s.DialContext, listen: s.Listen, close: s.Close}
}

// pair is two hosts, and the end of both.
type pair struct {
	a, b  host
	close func()
}

func oursOurs(t testing.TB, cfg sock.Config) pair {
	t.Helper()
	d, e := sock.Pipe()
	a, b := ours(t, d, addrs[0], cfg), ours(t, e, addrs[1], cfg)
	return pair{a, b, func() { a.close(); b.close() }}
}

func oursNetstack(t testing.TB, cfg sock.Config) pair {
	t.Helper()
	d := link.NewDevice(1500)
	a, b := ours(t, d, addrs[0], cfg), netstack(t, d, addrs[1])
	return pair{a, b, func() { b.close(); a.close() }}
}

func netstackOurs(t testing.TB, cfg sock.Config) pair {
	t.Helper()
	p := oursNetstack(t, cfg)
	p.a, p.b = p.b, p.a
	return p
}

var pairs = []struct {
	name string
	make func(testing.TB, sock.Config) pair
}{{"ours-ours", oursOurs}, {"ours-netstack", oursNetstack}, {"netstack-ours", netstackOurs}}

// connect opens a connection from a to b. stop closes both ends and the listener.
func (p pair) connect(family int) (client, server net.Conn, stop func(), err error) {
	l, err := p.b.listen(netip.AddrPortFrom(p.b.addrs[family], 80))
	if err != nil {
		return nil, nil, nil, err
	}
	accepted := make(chan error, 1)
	go func() {
		var err error
		server, err = l.Accept()
		accepted <- err
	}()
	client, err = p.a.dial(context.Background(), "tcp", l.Addr().String())
	if err != nil {
		l.Close()
		<-accepted
		return nil, nil, nil, err
	}
	if err := <-accepted; err != nil {
		return nil, nil, nil, fmt.Errorf("accept: %w", err)
	}
	return client, server, func() { client.Close(); server.Close(); l.Close() }, nil
}
