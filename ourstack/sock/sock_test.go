package sock_test

import (
	"net"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/twinstack/twinstack/ourstack/sock"
	"github.com/twinstack/twinstack/ourstack/tcp"
)

var (
	addrsA = []netip.Addr{netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("fd00::1")}
	addrsB = []netip.Addr{netip.MustParseAddr("10.0.0.2"), netip.MustParseAddr("fd00::2")}
)

// tap is a device that may lose what is written to it, and sees it.
type tap struct {
	sock.Device
	mu   sync.Mutex
	seen int
	lose func(n int, packet []byte) bool
}

func (t *tap) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.seen++
	if t.lose != nil && t.lose(t.seen, p) {
		return len(p), nil
	}
	return t.Device.Write(p)
}

func (t *tap) losing(lose func(n int, packet []byte) bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.seen, t.lose = 0, lose
}

// two are two stacks on one cable, with a tap at the first one's end.
func two(t testing.TB, cfg sock.Config) (a, b *sock.Stack, wire *tap) {
	t.Helper()
	d, e := sock.Pipe()
	return over(t, cfg, d, e)
}

// over is two stacks at the ends of a cable.
func over(t testing.TB, cfg sock.Config, d, e sock.Device) (a, b *sock.Stack, wire *tap) {
	t.Helper()
	wire = &tap{Device: d}
	cfg.Addrs = addrsA
	a, err := sock.New(wire, cfg)
	must(t, err)
	cfg.Addrs = addrsB
	b, err = sock.New(e, cfg)
	must(t, err)
	t.Cleanup(func() { a.Close(); b.Close() })
	return a, b, wire
}

// joined is a connection from a to b.
func joined(t testing.TB, a, b *sock.Stack) (client, server *sock.Conn) {
	t.Helper()
	return join(t, a, b, addrsB[0])
}

// join opens a connection to an address of the second stack's.
func join(t testing.TB, a, b *sock.Stack, to netip.Addr) (client, server *sock.Conn) {
	t.Helper()
	l, err := b.Listen("tcp", ":0")
	must(t, err)
	defer l.Close()
	c, err := a.Dial("tcp", netip.AddrPortFrom(to, uint16(l.Addr().(*net.TCPAddr).Port)).String())
	must(t, err)
	s, err := l.Accept()
	must(t, err)
	return c.(*sock.Conn), s.(*sock.Conn)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// goroutines are those that run code of this package's.
func goroutines() int {
	all := make([]byte, 1<<20)
	return strings.Count(string(all[:runtime.Stack(all, true)]), "created by github.com/twinstack/twinstack/ourstack/sock.")
}

// Close ends everything: what waits fails, the peer is told by a reset, and no goroutine is left.
func TestCloseEndsAll(t *testing.T) {
	a, b, wire := two(t, sock.Config{})
	before := goroutines()
	if before < 2 {
		t.Fatalf("%d goroutines of two stacks, expected the readers: they are counted wrongly", before)
	}
	client, server := joined(t, a, b)
	l, err := a.Listen("tcp", ":80")
	must(t, err)
	errs := make(chan error)
	waits := map[string]func() error{
		"Accept": func() error { _, err := l.Accept(); return err },
		"Read":   func() error { _, err := client.Read(make([]byte, 1)); return err },
		"Write": func() error {
			for {
				if _, err := client.Write(make([]byte, 1<<20)); err != nil {
					return err
				}
			}
		},
		"Dial": func() error { _, err := a.Dial("tcp", "10.0.0.99:80"); return err },
	}
	wire.losing(func(n int, p []byte) bool { return p[19] == 99 })
	for _, wait := range waits {
		go func() { errs <- wait() }()
	}
	for n := 0; n == 0; { // until Dial is under way
		wire.mu.Lock()
		n = wire.seen
		wire.mu.Unlock()
		runtime.Gosched()
	}
	must(t, a.Close())
	for range waits {
		if err := <-errs; !isClosed(err) {
			t.Errorf("a call that waited failed with %v, expected net.ErrClosed", err)
		}
	}
	for what, call := range map[string]func() error{
		"Dial":   func() error { _, err := a.Dial("tcp", "10.0.0.2:80"); return err },
		"Listen": func() error { _, err := a.Listen("tcp", ":81"); return err },
		"Accept": func() error { _, err := l.Accept(); return err },
		"Read":   func() error { _, err := client.Read(nil); return err },
		"Write":  func() error { _, err := client.Write(nil); return err },
		"Close":  client.Close,
		"set":    func() error { return client.SetNoDelay(true) },
	} {
		if err := call(); !isClosed(err) {
			t.Errorf("%s after Close: %v, expected net.ErrClosed", what, err)
		}
	}
	// What the client had sent is read, or not, before the reset is seen.
	for err = nil; err == nil; {
		_, err = server.Read(make([]byte, 1<<20))
	}
	if !isReset(err) && !isClosed(err) {
		t.Errorf("the peer reads %v, expected a reset", err)
	}
	b.Close()
	if left := goroutines(); left > before-2 {
		t.Errorf("%d goroutines of %d are left", left, before)
	}
}

// A device that fails ends the stack, and everybody is told why.
func TestDeviceFails(t *testing.T) {
	t.Parallel()
	failing := &failer{fail: make(chan error)}
	s, err := sock.New(failing, sock.Config{Addrs: addrsA})
	must(t, err)
	l, err := s.Listen("tcp", ":80")
	must(t, err)
	go func() { failing.fail <- syscall.EIO }()
	if _, err := l.Accept(); !is(err, syscall.EIO) {
		t.Errorf("Accept fails with %v, expected the device's error", err)
	}
	if _, err := s.Dial("tcp", "10.0.0.2:80"); !is(err, syscall.EIO) {
		t.Errorf("Dial fails with %v, expected the device's error", err)
	}
	must(t, s.Close())
}

type failer struct{ fail chan error }

func (f *failer) Read([]byte) (int, error)    { return 0, <-f.fail }
func (f *failer) Write(p []byte) (int, error) { return len(p), nil }
func (f *failer) Close() error                { return nil }

func TestConfig(t *testing.T) {
	t.Parallel()
	noBuffer := sock.DefaultTCP()
	noBuffer.SendBuffer = 0
	for name, cfg := range map[string]sock.Config{
		"no address":        {Addrs: []netip.Addr{{}}},
		"multicast address": {Addrs: []netip.Addr{netip.MustParseAddr("224.0.0.1")}},
		"mapped address":    {Addrs: []netip.Addr{netip.MustParseAddr("::ffff:10.0.0.1")}},
		"zone":              {Addrs: []netip.Addr{netip.MustParseAddr("fe80::1%eth0")}},
		"small MTU":         {MTU: 67},
		"large MTU":         {MTU: 65536},
		"no buffer":         {TCP: noBuffer},
	} {
		d, _ := sock.Pipe()
		if s, err := sock.New(d, cfg); err == nil {
			s.Close()
			t.Errorf("%s: taken, expected an error", name)
		}
	}
}

// A segment that is lost is sent again, and TCPInfo tells of it.
func TestTCPInfo(t *testing.T) {
	t.Parallel()
	cfg := sock.DefaultTCP()
	cfg.RTOInitial = time.Minute // once there is an RTT, the timer is needed long before that
	a, b, wire := two(t, sock.Config{TCP: cfg})
	client, server := joined(t, a, b)
	must(t, server.SetReadDeadline(time.Now().Add(30*time.Second)))
	wire.losing(func(n int, p []byte) bool { return n == 1 })
	_, err := client.Write(make([]byte, 1000))
	must(t, err)
	info, err := client.TCPInfo()
	must(t, err)
	if info.Unacked != 1000 {
		t.Errorf("%d octets are unacknowledged, expected the 1000 that were lost", info.Unacked)
	}
	if n, err := server.Read(make([]byte, 2000)); n != 1000 || err != nil {
		t.Fatalf("read %d octets, %v", n, err)
	}
	// The octet is acknowledged with what comes back.
	_, err = server.Write(make([]byte, 1))
	must(t, err)
	_, err = client.Read(make([]byte, 1))
	must(t, err)
	info, err = client.TCPInfo()
	must(t, err)
	if info.Retransmissions != 1 || info.Unacked != 0 {
		t.Errorf("%d segments sent again and %d octets unacknowledged, expected 1 and 0", info.Retransmissions, info.Unacked)
	}
	if info.State.String() != "ESTABLISHED" || info.MSS != 1448 || info.RTO < 200*time.Millisecond || info.CWND == 0 ||
		info.SendWindow == 0 || info.ReceiveWindow == 0 || info.SSThresh == 0 {
		t.Errorf("%+v", info)
	}
	if !info.SACK || !info.Timestamps || !info.WindowScale || info.PathMTU != 1500 || info.PeerMSS != 1460 || info.AnnouncedMSS != 1460 ||
		info.OctetsOut != 2000 || info.OctetsResent != 1000 || info.OctetsAcked != 1000 || info.OctetsIn != 1 || info.TextIn != 1 ||
		info.Phase != tcp.PhaseOpen || info.SinceHeard <= 0 || info.SinceHeard > info.SinceSent || info.Trouble {
		t.Errorf("%+v", info)
	}
	must(t, client.Close())
	if _, err := client.TCPInfo(); !isClosed(err) {
		t.Errorf("after Close: %v", err)
	}
}

// What is sent in the steady state allocates nothing.
func TestNoAllocations(t *testing.T) {
	d, e := warmPipe(t)
	a, b, _ := over(t, sock.Config{Seed: 1}, d, e)
	client, server := joined(t, a, b)
	p, q := make([]byte, 10000), make([]byte, 10000)
	trip := func() {
		for _, way := range [2][2]net.Conn{{client, server}, {server, client}} {
			if _, err := way[0].Write(p); err != nil {
				t.Error(err)
				return
			}
			for n := 0; n < len(p); {
				m, err := way[1].Read(q)
				if err != nil {
					t.Error(err)
					return
				}
				n += m
			}
		}
	}
	for range 1000 { // buffers and rings have grown
		trip()
	}
	if n := testing.AllocsPerRun(1000, trip); n != 0 {
		t.Errorf("%v allocations for 10000 octets there and back, expected none", n)
	}
}

// Package sock, and all that it stands on, is the standard library and this tree.
func TestStandardLibraryAlone(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", ".").Output()
	must(t, err)
	deps := strings.Fields(string(out))
	if len(deps) < 4 {
		t.Fatalf("reaches %v, expected ip, tcp, host and sock at least", deps)
	}
	for _, d := range deps {
		if !strings.HasPrefix(d, "github.com/twinstack/twinstack/ourstack/") {
			t.Errorf("reaches %s", d)
		}
	}
}

// The README shows the example as it is.
func TestReadmeShowsTheExample(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../README.md")
	must(t, err)
	source, err := os.ReadFile("example_tun_test.go")
	must(t, err)
	_, rest, found := strings.Cut(string(source), "func ExampleOpenTUN() {\n")
	body, _, closed := strings.Cut(rest, "\n}\n")
	if !found || !closed {
		t.Fatal("example_tun_test.go has no ExampleOpenTUN")
	}
	if body = strings.ReplaceAll(body[1:], "\n\t", "\n"); !strings.Contains(string(readme), "```go\n"+body+"\n```\n") {
		t.Errorf("ourstack/README.md does not show ExampleOpenTUN, which is\n%s", body)
	}
}
