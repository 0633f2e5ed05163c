package peers_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/twinstack/twinstack/harness/peers"
	"github.com/twinstack/twinstack/ourstack/sock"
)

// needs skips the test where a program or a right is missing, in one line.
func needs(t testing.TB, programs ...string) {
	t.Helper()
	for _, name := range append(programs, "ip") {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("the kernel as a peer: %s is not installed", name)
		}
	}
	if f, err := os.OpenFile("/dev/net/tun", os.O_RDWR, 0); err != nil {
		t.Skipf("the kernel as a peer: %v", err)
	} else {
		f.Close()
	}
	if os.Geteuid() != 0 {
		t.Skip("the kernel as a peer: a network namespace takes root")
	}
}

// kernel is a Linux kernel in a namespace of its own, with a TUN interface whose other end is the file.
func kernel(t testing.TB, own, peer [2]netip.Addr) (*peers.Namespace, *os.File) {
	t.Helper()
	n, err := peers.NewNamespace()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(n.Close)
	return n, tun(t, n, "tun0", own, peer)
}

// tun makes a TUN interface in a namespace, with its own addresses and those of its peer, and gives its other end.
func tun(t testing.TB, n *peers.Namespace, name string, own, peer [2]netip.Addr) (cable *os.File) {
	t.Helper()
	err := n.Do(func() (err error) {
		cable, err = sock.OpenTUN(name)
		return err
	})
	if err == nil {
		err = n.Address(name, 1500, own, peer)
	}
	if err != nil {
		t.Fatal(err)
	}
	return cable
}

// kernelHost is the kernel's sockets as a host. Where congestion is not empty it names what servers use of the kernel's
// algorithms.
func kernelHost(n *peers.Namespace, own [2]netip.Addr, congestion string) host {
	config := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) (err error) {
		if congestion != "" {
			const tcpCongestion = 13 // TCP_CONGESTION
			failed := c.Control(func(fd uintptr) {
				err = os.NewSyscallError("setsockopt", syscall.SetsockoptString(int(fd), syscall.IPPROTO_TCP, tcpCongestion, congestion))
			})
			err = errors.Join(err, failed)
		}
		return err
	}}
	config.SetMultipathTCP(false)
	return host{
		name: "kernel", addrs: own, close: func() {},
		listen: func(at netip.AddrPort) (l net.Listener, err error) {
			err = n.Do(func() (err error) {
				l, err = config.Listen(context.Background(), "tcp", at.String())
				return err
			})
			return l, err
		},
		dial: func(ctx context.Context, network, address string) (c net.Conn, err error) {
			err = n.Do(func() (err error) {
				c, err = new(net.Dialer).DialContext(ctx, network, address)
				return err
			})
			return c, err
		},
	}
}

// serve serves handler's at port 80 of a host until the test ends.
func serve(t *testing.T, h host, family int) (url string) {
	t.Helper()
	l, err := h.listen(netip.AddrPortFrom(h.addrs[family], 80))
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: handler()}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	return "http://" + l.Addr().String()
}

// curl runs curl in a namespace, with in on its standard input; out takes its standard output.
func curl(t *testing.T, n *peers.Namespace, in io.Reader, out func(io.Reader) error, args ...string) {
	t.Helper()
	run(t, n, exec.Command("curl", append([]string{"--silent", "--show-error", "--fail", "--globoff"}, args...)...), in, out)
}

// run runs a command in a namespace to its end.
func run(t *testing.T, n *peers.Namespace, cmd *exec.Cmd, in io.Reader, out func(io.Reader) error) {
	t.Helper()
	var stderr strings.Builder
	cmd.Stdin, cmd.Stderr = in, &stderr
	stdout, err := cmd.StdoutPipe()
	if err == nil {
		err = n.Start(cmd)
	}
	if err != nil {
		t.Fatal(err)
	}
	err = out(stdout)
	if err := errors.Join(err, cmd.Wait()); err != nil {
		t.Fatalf("%s: %v: %s", cmd, err, stderr.String())
	}
}

// curlDown has curl get a body of n octets and says how long that took.
func curlDown(t *testing.T, ns *peers.Namespace, url string, n int64) time.Duration {
	t.Helper()
	want, start := digest(t, 1, n), time.Now()
	curl(t, ns, nil, func(r io.Reader) error {
		got, came, err := sum(r)
		if err == nil && got != want {
			err = fmt.Errorf("sum %s of %d octets, expected %s of %d", got, came, want, n)
		}
		return err
	}, fmt.Sprintf("%s/body?n=%d", url, n))
	return time.Since(start)
}

// curlUp has curl send a body of n octets and says how long that took.
func curlUp(t *testing.T, ns *peers.Namespace, url string, n int64) time.Duration {
	t.Helper()
	sent, start := newBody(2, n), time.Now()
	curl(t, ns, sent, func(r io.Reader) error {
		got, err := io.ReadAll(r)
		if want := fmt.Sprintf("%x %d", sent.sum.Sum(nil), n); err == nil && string(got) != want {
			err = fmt.Errorf("sum %q, expected %q", got, want)
		}
		return err
	}, "--upload-file", "-", "--header", "Expect:", url+"/body")
	return time.Since(start)
}

// BenchmarkKernel is BenchmarkBulk with the kernel.
func BenchmarkKernel(b *testing.B) {
	for _, name := range []string{"ours-kernel", "kernel-ours"} {
		b.Run(name, func(b *testing.B) {
			needs(b)
			ns, tun := kernel(b, addrs[1], addrs[0])
			h := ours(b, tun, addrs[0], sock.Config{})
			p := pair{h, kernelHost(ns, addrs[1], ""), h.close}
			if name == "kernel-ours" {
				p.a, p.b = p.b, p.a
			}
			bulk(b, p)
		})
	}
}

// curl of the kernel's gets from a server on ours and sends to it.
func TestKernelCurl(t *testing.T) {
	needs(t, "curl")
	for family, name := range []string{"IPv4", "IPv6"} {
		t.Run(name, func(t *testing.T) {
			ns, tun := kernel(t, addrs[1], addrs[0])
			h := ours(t, tun, addrs[0], sock.Config{})
			defer h.close()
			url := serve(t, h, family)
			n := size(t, 1<<30, 20<<20)
			t.Logf("ours sends: %s", rate(n, curlDown(t, ns, url, n)))
			t.Logf("ours receives: %s", rate(n, curlUp(t, ns, url, n)))
		})
	}
}

// net/http on ours gets a file from python3's http.server on the kernel.
func TestKernelPython(t *testing.T) {
	needs(t, "python3")
	ns, tun := kernel(t, addrs[1], addrs[0])
	h := ours(t, tun, addrs[0], sock.Config{})
	defer h.close()
	n := size(t, 1<<30, 20<<20)
	directory := t.TempDir()
	file, err := os.Create(filepath.Join(directory, "body"))
	if err == nil {
		_, err = io.Copy(file, newBody(1, n))
	}
	if err = errors.Join(err, file.Close()); err != nil {
		t.Fatal(err)
	}
	// It says where it serves once it does.
	python := exec.Command("python3", "-u", "-m", "http.server", "--directory", directory, "--bind", addrs[1][0].String(), "0")
	said, err := python.StdoutPipe()
	if err == nil {
		err = ns.Start(python)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer python.Wait()
	defer python.Process.Kill()
	line := make([]byte, 200)
	m, err := said.Read(line)
	_, rest, found := bytes.Cut(line[:m], []byte("(http://"))
	url, _, closed := bytes.Cut(rest, []byte("/)"))
	if err != nil || !found || !closed {
		t.Fatalf("python3 says %q, %v; expected its address", line[:m], err)
	}

	transport := &http.Transport{DialContext: h.dial}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	want, start := digest(t, 1, n), time.Now()
	response, err := client.Get(fmt.Sprintf("http://%s/body", url))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if got, came, err := sum(response.Body); err != nil || got != want {
		t.Fatalf("sum %s of %d octets, %v; expected %s of %d", got, came, err, want, n)
	}
	t.Logf("ours receives: %s", rate(n, time.Since(start)))
}

// bad is the path that ours and the kernel are held to.
var bad = peers.Impairment{Delay: 10 * time.Millisecond, Loss: 0.02, Reorder: 0.05, Duplicate: 0.01, Seed: 1}

// bridged puts the path between two devices in user space. What it returns waits for its end, which comes when either device
// is closed.
func bridged(_ *testing.T, a, b io.ReadWriter) (wait func()) {
	ended := peers.Bridge(a, b, bad)
	return func() { <-ended }
}

// netem puts the same path between two devices by a kernel: a namespace that forwards from one to the other, with tc-netem(8)
// at the way out to either.
func netem(t *testing.T, a, b io.ReadWriter) (wait func()) {
	t.Helper()
	needs(t, "tc")
	router, err := peers.NewNamespace()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(router.Close)
	err = router.Do(func() error { return os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("1"), 0) })
	if err != nil {
		t.Fatal(err)
	}
	var cables []*os.File
	var ended []<-chan struct{}
	for i, device := range []io.ReadWriter{a, b} {
		name := fmt.Sprintf("tun%d", i)
		cable := tun(t, router, name, hops[i], addrs[i])
		t.Cleanup(func() { cable.Close() }) // for the second time, where all went well
		cables = append(cables, cable)
		if err := router.Run("tc", strings.Fields(fmt.Sprintf("qdisc add dev %s root netem limit 20000 delay %dms loss %g%% reorder %g%% duplicate %g%%",
			name, bad.Delay.Milliseconds(), 100*bad.Loss, 100*bad.Reorder, 100*bad.Duplicate))...); err != nil {
			t.Skipf("the kernel's netem: %v", err)
		}
		ended = append(ended, peers.Bridge(device, cable, peers.Impairment{}))
	}
	return func() {
		for i := range ended {
			cables[i].Close()
			<-ended[i]
		}
	}
}

// hops are the addresses of the namespace in the middle.
var hops = [2][2]netip.Addr{
	{netip.MustParseAddr("192.0.2.11"), netip.MustParseAddr("fd00::11")},
	{netip.MustParseAddr("192.0.2.12"), netip.MustParseAddr("fd00::12")},
}

// Over a bad path transfers complete, and what they take is held against what the kernel takes to itself, with CUBIC at the
// server of either. Where curl sends it is with what the kernel has by default, to either.
func TestKernelImpaired(t *testing.T) {
	t.Run("in user space", func(t *testing.T) { impaired(t, bridged) })
	t.Run("netem", func(t *testing.T) { impaired(t, netem) })
}

func impaired(t *testing.T, between func(t *testing.T, a, b io.ReadWriter) (wait func())) {
	needs(t, "curl")
	const available = "/proc/sys/net/ipv4/tcp_available_congestion_control"
	if names, err := os.ReadFile(available); err != nil || !slices.Contains(strings.Fields(string(names)), "cubic") {
		t.Skipf("the kernel's CUBIC: %s says %q, %v", available, names, err)
	}
	n := size(t, 100<<20, 2<<20)

	// Kernel to kernel: two namespaces, two TUN interfaces, the path between.
	client, tunC := kernel(t, addrs[1], addrs[0])
	server, tunS := kernel(t, addrs[0], addrs[1])
	wait := between(t, tunS, tunC)
	url := serve(t, kernelHost(server, addrs[0], "cubic"), 0)
	kernelDown := curlDown(t, client, url, n)
	kernelUp := curlUp(t, client, url, n)
	tunC.Close()
	tunS.Close()
	wait()

	// Kernel to ours: the same, with ours in the place of the server's kernel.
	client, tunC = kernel(t, addrs[1], addrs[0])
	d, e := sock.Pipe()
	wait = between(t, e, tunC)
	cfg := sock.DefaultTCP()
	cfg.SendBuffer, cfg.ReceiveBuffer = 4<<20, 6<<20 // what the kernel's grow to
	h := ours(t, d, addrs[0], sock.Config{TCP: cfg})
	url = serve(t, h, 0)
	oursDown := curlDown(t, client, url, n)
	oursUp := curlUp(t, client, url, n)
	h.close()
	tunC.Close()
	wait()

	t.Logf("%d MB, 2 %% lost, 20 ms, 5 %% out of order, 1 %% twice:", n>>20)
	t.Logf("%-24s %12s %12s %8s", "", "kernel", "ours", "ratio")
	t.Logf("%-24s %12.2f %12.2f %8.2f", "sends to the kernel, s", kernelDown.Seconds(), oursDown.Seconds(), oursDown.Seconds()/kernelDown.Seconds())
	t.Logf("%-24s %12.2f %12.2f %8.2f", "receives, s", kernelUp.Seconds(), oursUp.Seconds(), oursUp.Seconds()/kernelUp.Seconds())
}
