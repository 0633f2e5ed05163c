package host

import (
	"net/netip"
	"testing"
)

// RFC 6056 §3.3.3: the ports of one host tell nothing of those of another, nor those to one peer of those to another; and ports
// to one peer come in turn, so that one is used again as late as can be.
func TestEphemeralPortsAreUnrelated(t *testing.T) {
	t.Parallel()
	const n = 400
	free := func(netip.AddrPort) bool { return true }
	first := func(seed uint64, remote netip.AddrPort) uint16 {
		h := New(Config{Addrs: addr4[:1], Seed: seed, Send: func([]byte) {}})
		port, _ := h.ephemeral(addr4[0], remote, free)
		return port
	}
	remote := func(i int) netip.AddrPort {
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 1, byte(i >> 8), byte(i)}), 80)
	}
	for name, port := range map[string]func(i int) uint16{
		"hosts":        func(i int) uint16 { return first(uint64(i+1), remote(0)) },
		"remotes":      func(i int) uint16 { return first(1, remote(i)) },
		"remote ports": func(i int) uint16 { return first(1, netip.AddrPortFrom(remote(0).Addr(), uint16(1+i))) },
	} {
		steps, quarters := map[uint16]int{}, [4]int{}
		for i := range n {
			p := port(i)
			steps[port(i+1)-p]++
			quarters[int(p-firstEphemeral)*4/ephemerals]++
		}
		for step, k := range steps {
			if k > 4 {
				t.Errorf("%s: the step %d comes %d times", name, step, k)
			}
		}
		for i, k := range quarters {
			if k < n/4-60 || k > n/4+60 { // more than six standard deviations
				t.Errorf("%s: %d of %d in quarter %d", name, k, n, i)
			}
		}
	}
	h := New(Config{Addrs: addr4[:1], Seed: 1, Send: func([]byte) {}})
	used := map[uint16]bool{}
	for range ephemerals {
		port, ok := h.ephemeral(addr4[0], remote(0), free)
		if !ok || used[port] {
			t.Fatalf("port %d is used again before all were", port)
		}
		used[port] = true
	}
}
