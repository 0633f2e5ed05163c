package tcp

import (
	"math/bits"
	"net/netip"
	"testing"
	"time"
)

// unlike fails unless values look as if drawn by chance: no two alike, no step between neighbours that comes twice, and each bit
// set in about half of them, by six standard deviations.
func unlike(t *testing.T, what string, values []uint32) {
	t.Helper()
	seen, steps := map[uint32]bool{}, map[uint32]bool{}
	var set [32]int
	for i, v := range values {
		if seen[v] {
			t.Errorf("%s: %d twice", what, v)
		}
		seen[v] = true
		if i > 0 {
			d := v - values[i-1]
			if steps[d] {
				t.Errorf("%s: the step %d twice", what, d)
			}
			steps[d] = true
		}
		for v != 0 {
			set[bits.TrailingZeros32(v)]++
			v &= v - 1
		}
	}
	n := len(values)
	for i, k := range set {
		if d := 2*k - n; d*d > 36*n {
			t.Errorf("%s: bit %d is set in %d of %d", what, i, k, n)
		}
	}
}

// RFC 6528 §3: F differs with each of the four numbers and with the secret, and says nothing of one by another. So do the
// timestamp clock's origin (RFC 7323 §5.4) and SYN cookies, each by a key of its own; a cookie also with the peer's ISN.
func TestNumbersAreUnrelated(t *testing.T) {
	t.Parallel()
	const n = 300
	numbers := func(i int, vary string) (local, remote netip.AddrPort, seed uint64, isn Seq) {
		local, remote, seed, isn = local4, remote4, 1, 77
		switch vary {
		case "local address":
			local = netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}), 80)
		case "local port":
			local = netip.AddrPortFrom(local.Addr(), uint16(1000+i))
		case "remote address":
			remote = netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}), 80)
		case "remote port":
			remote = netip.AddrPortFrom(remote.Addr(), uint16(1000+i))
		case "secret":
			seed = uint64(i + 1)
		case "peer's ISN":
			isn = Seq(i)
		}
		return local, remote, seed, isn
	}
	for _, vary := range []string{"local address", "local port", "remote address", "remote port", "secret", "peer's ISN"} {
		var isns, stamps, cookies, both []uint32
		for i := range n {
			local, remote, seed, isn := numbers(i, vary)
			env := NewEnv(Default(), 1500, seed, nil)
			c := New(env, local, remote)
			isns = append(isns, uint32(env.ISNs.At(time.Hour, local, remote)))
			stamps = append(stamps, uint32(env.stamps.f(local, remote)))
			cookies = append(cookies, uint32(c.cookie(5, 7, isn)))
			both = append(both, isns[i]^stamps[i])
		}
		if vary == "peer's ISN" {
			for i := range cookies {
				cookies[i] = cookies[i]<<11 | uint32(i)*0x9e3779b9>>21 // the 21 bits of the hash alone are its
			}
			unlike(t, "cookies by peer's ISN", cookies)
			continue
		}
		unlike(t, "ISNs by "+vary, isns)
		unlike(t, "timestamp clocks by "+vary, stamps)
		unlike(t, "cookies by "+vary, cookies)
		unlike(t, "ISNs against timestamp clocks, by "+vary, both)
	}
}

// RFC 6528 §3, SHLD-1: the ISNs of one connection follow the clock. Cookies do count by count, and lie within two counts of them.
func TestCookiesFollowTheClock(t *testing.T) {
	t.Parallel()
	env := NewEnv(Default(), 1500, 1, nil)
	c := New(env, local4, remote4)
	for now := time.Duration(0); now < 10*time.Hour; now += cookieCount / 3 {
		cookie, isn := c.cookie(c.cookieClock(now), 3, 9), env.ISNs.At(now, local4, remote4)
		if d := cookie.Sub(isn); d < -1<<cookieBits || d > 1<<cookieBits {
			t.Errorf("at %v the cookie is %d from the ISN", now, d)
		}
		if next := c.cookie(c.cookieClock(now+2*cookieCount), 3, 9); !cookie.Less(next) {
			t.Errorf("at %v and two counts later: %d and %d", now, cookie, next)
		}
	}
}

// What TSval says of a SYN costs less than 32 ms, and never sets the clock forward.
func TestStampWith(t *testing.T) {
	t.Parallel()
	for _, val := range []uint32{0, 1, 31, 32, 1<<31 - 1, 1 << 31, 1<<32 - 1} {
		for bits := range uint32(32) {
			got := stampWith(val, bits)
			if back := int32(val - got); back < 0 || back > stampOptions || got&stampOptions != bits {
				t.Errorf("%d with %d: %d", val, bits, got)
			}
		}
	}
}
