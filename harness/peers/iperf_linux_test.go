package peers_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os/exec"
	"sync"
	"testing"

	"github.com/twinstack/twinstack/harness/peers"
	"github.com/twinstack/twinstack/ourstack/sock"
)

// iperf3's two ends run on the kernel and meet through ours, which passes on what either sends: so ours sends and receives
// at once, with a peer that measures for a living.
func TestKernelIperf(t *testing.T) {
	needs(t, "iperf3")
	ns, tun := kernel(t, addrs[1], addrs[0])
	h := ours(t, tun, addrs[0], sock.Config{})
	defer h.close()
	at, to := netip.AddrPortFrom(addrs[0][0], 5201), netip.AddrPortFrom(addrs[1][0], 5201)
	l, err := h.listen(at)
	if err != nil {
		t.Fatal(err)
	}
	go relay(t, l, h, to.String())
	n := size(t, 1<<30, 20<<20)
	for _, direction := range []string{"", "--reverse"} {
		iperf(t, ns, at, to, n, direction)
	}
}

// iperf has one server and one client, that dials at and reaches to, send n octets.
func iperf(t *testing.T, ns *peers.Namespace, at, to netip.AddrPort, n int64, direction string) {
	server := exec.Command("iperf3", "--server", "--one-off", "--bind", to.Addr().String(), "--port", fmt.Sprint(to.Port()), "--forceflush")
	said, err := server.StdoutPipe()
	if err == nil {
		err = ns.Start(server)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer server.Wait()
	defer server.Process.Kill()
	// It says that it listens, before the first connection.
	if _, err := said.Read(make([]byte, 1000)); err != nil {
		t.Fatalf("iperf3 --server ended: %v", err)
	}
	go io.Copy(io.Discard, said)

	args := []string{"--client", at.Addr().String(), "--port", fmt.Sprint(at.Port()), "--bytes", fmt.Sprint(n), "--json"}
	if direction != "" {
		args = append(args, direction)
	}
	var report struct {
		Error string
		End   struct {
			Received struct {
				Bytes int64
				Rate  float64 `json:"bits_per_second"`
			} `json:"sum_received"`
		}
	}
	run(t, ns, exec.Command("iperf3", args...), nil, func(r io.Reader) error { return json.NewDecoder(r).Decode(&report) })
	// The client ends when it has sent, with some of it still on its way.
	got := report.End.Received
	if report.Error != "" || got.Bytes < n/2 {
		t.Errorf("%s: %d octets were received of %d; iperf3 says %q", direction, got.Bytes, n, report.Error)
	}
	t.Logf("%s through ours, twice: %d MB, %.0f MB/s", direction, got.Bytes>>20, got.Rate/8e6)
}

// relay passes on what a listener of h's takes to an address, and back, until the listener closes.
func relay(t *testing.T, l net.Listener, h host, to string) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer c.Close()
			d, err := h.dial(t.Context(), "tcp", to)
			if err != nil {
				return
			}
			defer d.Close()
			var both sync.WaitGroup
			pass := func(to, from net.Conn) {
				_, _ = io.Copy(to, from) // whichever end fails, the other learns it
				_ = to.(*sock.Conn).CloseWrite()
			}
			both.Go(func() { pass(c, d) })
			both.Go(func() { pass(d, c) })
			both.Wait()
		}()
	}
}
