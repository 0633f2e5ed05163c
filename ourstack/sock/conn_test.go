package sock_test

import (
	"bytes"
	"io"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/twinstack/twinstack/ourstack/sock"
)

// Each direction ends by itself.
func TestHalfClose(t *testing.T) {
	t.Parallel()
	a, b, _ := two(t, sock.Config{})
	client, server := joined(t, a, b)
	must(t, second(client.Write([]byte("question"))))
	must(t, client.CloseWrite())
	question, err := io.ReadAll(server)
	must(t, err)
	must(t, second(server.Write([]byte("answer to "))))
	must(t, second(server.Write(question)))
	must(t, server.Close())
	answer, err := io.ReadAll(client)
	must(t, err)
	if string(answer) != "answer to question" {
		t.Errorf("read %q", answer)
	}

	client, server = joined(t, a, b)
	read := make(chan error)
	go func() {
		_, err := client.Read(make([]byte, 1))
		read <- err
	}()
	must(t, client.CloseRead())
	if err := <-read; err != io.EOF {
		t.Errorf("Read fails with %v at CloseRead, expected io.EOF", err)
	}
	must(t, second(client.Write([]byte("x")))) // the other direction stands
	must(t, second(server.Read(make([]byte, 1))))
}

// What was written before Close arrives, and then the end.
func TestCloseSendsTheRest(t *testing.T) {
	t.Parallel()
	a, b, _ := two(t, sock.Config{})
	client, server := joined(t, a, b)
	must(t, client.SetWriteBuffer(1<<20))
	must(t, server.SetReadBuffer(5000))
	sent := bytes.Repeat([]byte("0123456789"), 50_000)
	must(t, second(client.Write(sent)))
	must(t, client.Close())
	got, err := io.ReadAll(server)
	must(t, err)
	if !bytes.Equal(got, sent) {
		t.Errorf("%d octets came of %d", len(got), len(sent))
	}
}

// Octets of Writes that are made at the same time do not mix.
func TestWritesDoNotMix(t *testing.T) {
	t.Parallel()
	a, b, _ := two(t, sock.Config{})
	client, server := joined(t, a, b)
	must(t, client.SetWriteBuffer(5000))
	const length, writers = 100_000, 4
	for i := range writers {
		go client.Write(bytes.Repeat([]byte{byte(i)}, length))
	}
	got := make([]byte, writers*length)
	must(t, second(io.ReadFull(server, got)))
	for i := range writers {
		if part := got[i*length : (i+1)*length]; bytes.Count(part, part[:1]) != length {
			t.Errorf("part %d is of several writers", i)
		}
	}
}

// A listener on a port alone takes both families; their connections say who they are.
func TestListenBothFamilies(t *testing.T) {
	t.Parallel()
	a, b, _ := two(t, sock.Config{})
	for network, want := range map[string][2]bool{"tcp": {true, true}, "tcp4": {true, false}, "tcp6": {false, true}} {
		l, err := b.Listen(network, ":0")
		must(t, err)
		port := uint16(l.Addr().(*net.TCPAddr).Port)
		for i, addr := range addrsB {
			to := netip.AddrPortFrom(addr, port)
			c, err := a.Dial("tcp", to.String())
			if (err == nil) != want[i] {
				t.Errorf("%s: %v to %v, expected %v", network, err, to, want[i])
			}
			if err != nil {
				continue
			}
			s, err := l.Accept()
			must(t, err)
			if c.LocalAddr().String() != s.RemoteAddr().String() || c.RemoteAddr().String() != s.LocalAddr().String() ||
				c.RemoteAddr().String() != to.String() {
				t.Errorf("%v>%v at one end, %v>%v at the other", c.LocalAddr(), c.RemoteAddr(), s.LocalAddr(), s.RemoteAddr())
			}
		}
		must(t, l.Close())
	}
}

// A server may listen again at once, while connections of before are in TIME-WAIT.
func TestListenAgain(t *testing.T) {
	t.Parallel()
	a, b, _ := two(t, sock.Config{})
	for range 2 {
		l, err := b.Listen("tcp", ":80")
		must(t, err)
		c, err := a.Dial("tcp", "10.0.0.2:80")
		must(t, err)
		s, err := l.Accept()
		must(t, err)
		must(t, s.Close()) // it closes first: its end will be in TIME-WAIT
		must(t, second(io.Copy(io.Discard, c)))
		must(t, c.Close())
		must(t, l.Close())
	}
}

// Nagle's algorithm is off until it is asked for: then small text waits for the ACK of what is under way.
func TestNoDelay(t *testing.T) {
	t.Parallel()
	a, b, wire := two(t, sock.Config{})
	dialled, _ := joined(t, a, b)
	_, accepted := join(t, b, a, addrsA[0])
	for name, conn := range map[string]*sock.Conn{"dialled": dialled, "accepted": accepted} {
		count := func() int {
			wire.losing(func(int, []byte) bool { return true }) // no ACK comes
			for range 5 {
				must(t, second(conn.Write([]byte("x"))))
			}
			wire.mu.Lock()
			defer wire.mu.Unlock()
			return wire.seen
		}
		if n := count(); n < 5 {
			t.Errorf("%s: %d segments for 5 writes, expected one each", name, n)
		}
		must(t, conn.SetNoDelay(false))
		if n := count(); n >= 5 {
			t.Errorf("%s: %d segments for 5 writes with Nagle, expected none but what goes out again", name, n)
		}
	}
}

// A deadline that is moved away in time does not pass.
func TestDeadlineMoves(t *testing.T) {
	t.Parallel()
	a, b, _ := two(t, sock.Config{})
	client, server := joined(t, a, b)
	for i := range 2000 {
		// It fires about when it is moved away.
		must(t, client.SetReadDeadline(time.Now().Add(time.Duration(i%20)*time.Microsecond)))
		must(t, client.SetReadDeadline(time.Now().Add(time.Hour)))
		must(t, second(server.Write([]byte("x"))))
		must(t, second(client.Read(make([]byte, 1))))
	}
}
