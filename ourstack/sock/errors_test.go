package sock_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/twinstack/twinstack/ourstack/sock"
)

func is(err, target error) bool { return errors.Is(err, target) }
func isClosed(err error) bool   { return errors.Is(err, net.ErrClosed) }
func isReset(err error) bool    { return errors.Is(err, syscall.ECONNRESET) }

// Each call fails with what programs that know package net test for, in an *net.OpError that names the call.
func TestErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		op   string
		want error
		call func(t *testing.T, a, b *sock.Stack, wire *tap) error
	}{
		{"nobody listens", "dial", syscall.ECONNREFUSED, func(t *testing.T, a, b *sock.Stack, _ *tap) error {
			return second(a.Dial("tcp", "10.0.0.2:80"))
		}},
		{"nobody answers until the context ends", "dial", os.ErrDeadlineExceeded, func(t *testing.T, a, b *sock.Stack, _ *tap) error {
			ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
			defer cancel()
			return second(a.DialContext(ctx, "tcp", "10.0.0.9:80"))
		}},
		{"the context is cancelled", "dial", context.Canceled, func(t *testing.T, a, b *sock.Stack, wire *tap) error {
			ctx, cancel := context.WithCancel(context.Background())
			wire.losing(func(int, []byte) bool { cancel(); return true })
			return second(a.DialContext(ctx, "tcp", "10.0.0.2:80"))
		}},
		{"the context was cancelled before", "dial", context.Canceled, func(t *testing.T, a, b *sock.Stack, _ *tap) error {
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			return second(a.DialContext(ctx, "tcp", "10.0.0.2:80"))
		}},
		{"nobody answers", "dial", syscall.ETIMEDOUT, func(t *testing.T, _, _ *sock.Stack, _ *tap) error {
			cfg := sock.DefaultTCP()
			cfg.RTOInitial, cfg.RTOMax, cfg.SynRetries = time.Millisecond, time.Millisecond, 2
			a, _, _ := two(t, sock.Config{TCP: cfg})
			return second(a.Dial("tcp", "10.0.0.9:80"))
		}},
		{"multicast", "dial", syscall.ENETUNREACH, func(t *testing.T, a, b *sock.Stack, _ *tap) error {
			return second(a.Dial("tcp", "224.0.0.1:80"))
		}},
		{"a port in use", "listen", syscall.EADDRINUSE, func(t *testing.T, a, b *sock.Stack, _ *tap) error {
			_, err := a.Listen("tcp", ":80")
			must(t, err)
			return second(a.Listen("tcp", "10.0.0.1:80"))
		}},
		{"an address of another's", "listen", syscall.EADDRNOTAVAIL, func(t *testing.T, a, b *sock.Stack, _ *tap) error {
			return second(a.Listen("tcp", "10.0.0.2:80"))
		}},
		{"Accept after Close", "accept", net.ErrClosed, func(t *testing.T, a, b *sock.Stack, _ *tap) error {
			l, err := a.Listen("tcp", ":80")
			must(t, err)
			must(t, l.Close())
			return second(l.Accept())
		}},
		{"Accept while it is closed", "accept", net.ErrClosed, func(t *testing.T, a, b *sock.Stack, _ *tap) error {
			l, err := a.Listen("tcp", ":80")
			must(t, err)
			time.AfterFunc(time.Millisecond, func() { l.Close() })
			return second(l.Accept())
		}},
		{"Close twice", "close", net.ErrClosed, func(t *testing.T, a, b *sock.Stack, _ *tap) error {
			l, err := a.Listen("tcp", ":80")
			must(t, err)
			must(t, l.Close())
			return l.Close()
		}},
		{"Accept past its deadline", "accept", os.ErrDeadlineExceeded, func(t *testing.T, a, b *sock.Stack, _ *tap) error {
			l, err := a.Listen("tcp", ":80")
			must(t, err)
			must(t, l.(*sock.Listener).SetDeadline(time.Now().Add(time.Millisecond)))
			return second(l.Accept())
		}},
		{"Read after a reset", "read", syscall.ECONNRESET, func(t *testing.T, a, b *sock.Stack, _ *tap) error {
			client, server := joined(t, a, b)
			must(t, server.SetLinger(0))
			must(t, server.Close())
			return second(client.Read(make([]byte, 1)))
		}},
		{"Read while a reset comes", "read", syscall.ECONNRESET, func(t *testing.T, a, b *sock.Stack, _ *tap) error {
			client, server := joined(t, a, b)
			must(t, server.SetLinger(0))
			time.AfterFunc(time.Millisecond, func() { server.Close() })
			return second(client.Read(make([]byte, 1)))
		}},
		{"Write while a reset comes", "write", syscall.ECONNRESET, func(t *testing.T, a, b *sock.Stack, _ *tap) error {
			client, server := joined(t, a, b)
			must(t, server.SetLinger(0))
			time.AfterFunc(time.Millisecond, func() { server.Close() })
			return second(client.Write(make([]byte, 10<<20)))
		}},
		{"Close with text unread", "read", syscall.ECONNRESET, func(t *testing.T, a, b *sock.Stack, _ *tap) error {
			client, server := joined(t, a, b)
			must(t, second(client.Write(make([]byte, 2))))
			must(t, second(server.Read(make([]byte, 1))))
			must(t, server.Close())
			return second(client.Read(make([]byte, 1)))
		}},
		{"Write after CloseWrite", "write", syscall.EPIPE, func(t *testing.T, a, b *sock.Stack, _ *tap) error {
			client, _ := joined(t, a, b)
			must(t, client.CloseWrite())
			return second(client.Write([]byte("x")))
		}},
		{"Read after Close", "read", net.ErrClosed, func(t *testing.T, a, b *sock.Stack, _ *tap) error {
			client, _ := joined(t, a, b)
			must(t, client.Close())
			return second(client.Read(make([]byte, 1)))
		}},
		{"Read past its deadline", "read", os.ErrDeadlineExceeded, func(t *testing.T, a, b *sock.Stack, _ *tap) error {
			client, _ := joined(t, a, b)
			must(t, client.SetReadDeadline(time.Now().Add(time.Millisecond)))
			return second(client.Read(make([]byte, 1)))
		}},
		{"nothing is acknowledged for the user timeout", "read", syscall.ETIMEDOUT, func(t *testing.T, a, b *sock.Stack, wire *tap) error {
			client, _ := joined(t, a, b)
			must(t, client.SetUserTimeout(10*time.Millisecond))
			wire.losing(func(int, []byte) bool { return true })
			must(t, second(client.Write([]byte("x"))))
			return second(client.Read(make([]byte, 1)))
		}},
		{"keep-alives are not answered", "read", syscall.ETIMEDOUT, func(t *testing.T, a, b *sock.Stack, wire *tap) error {
			client, _ := joined(t, a, b)
			wire.losing(func(int, []byte) bool { return true })
			must(t, client.SetKeepAliveConfig(net.KeepAliveConfig{Enable: true, Idle: time.Millisecond, Interval: time.Millisecond, Count: 2}))
			return second(client.Read(make([]byte, 1)))
		}},
		{"a keep-alive period of nothing", "set", syscall.EINVAL, func(t *testing.T, a, b *sock.Stack, _ *tap) error {
			client, _ := joined(t, a, b)
			return client.SetKeepAlivePeriod(0)
		}},
		{"a buffer below nothing", "set", syscall.EINVAL, func(t *testing.T, a, b *sock.Stack, _ *tap) error {
			client, _ := joined(t, a, b)
			return client.SetReadBuffer(-1)
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a, b, wire := two(t, sock.Config{})
			err := test.call(t, a, b, wire)
			var op *net.OpError
			if !errors.Is(err, test.want) || !errors.As(err, &op) || op.Op != test.op || op.Net != "tcp" {
				t.Fatalf("%#v: %v, expected a *net.OpError of %q around %v", err, err, test.op, test.want)
			}
			if timeout := is(err, os.ErrDeadlineExceeded) || is(err, syscall.ETIMEDOUT); op.Timeout() != timeout {
				t.Errorf("%v: Timeout() is %v", err, op.Timeout())
			}
		})
	}
}

// second is the error of a call that gives something else, too.
func second[T any](_ T, err error) error { return err }

func TestAddresses(t *testing.T) {
	t.Parallel()
	a, _, _ := two(t, sock.Config{})
	for _, test := range [][2]string{
		{"udp", "10.0.0.2:80"}, {"tcp", "10.0.0.2"}, {"tcp", "10.0.0.2:http"}, {"tcp", "10.0.0.2:65536"},
		{"tcp", "example.org:80"}, {"tcp4", "[fd00::2]:80"}, {"tcp6", "10.0.0.2:80"}, {"tcp", ":80"}, {"tcp", "10.0.0.2:0"},
	} {
		if c, err := a.Dial(test[0], test[1]); err == nil {
			c.Close()
			t.Errorf("Dial(%q, %q): expected an error", test[0], test[1])
		} else if is(err, syscall.ECONNREFUSED) {
			t.Errorf("Dial(%q, %q): %v, expected that it does not get so far", test[0], test[1], err)
		}
	}
	// Once told, a reset is told no more: as from a socket of the system's, what follows is the end of the stream, and EPIPE.
	a, b, _ := two(t, sock.Config{})
	client, server := joined(t, a, b)
	must(t, server.SetLinger(0))
	must(t, server.Close())
	if err := second(client.Read(make([]byte, 1))); !isReset(err) {
		t.Errorf("first Read: %v", err)
	}
	if err := second(client.Read(make([]byte, 1))); err != io.EOF {
		t.Errorf("second Read: %v, expected io.EOF", err)
	}
	if err := second(client.Write(make([]byte, 1))); !is(err, syscall.EPIPE) {
		t.Errorf("Write: %v, expected EPIPE", err)
	}
}
