package run

import (
	"fmt"
	"net/netip"

	"github.com/twinstack/twinstack/harness/script"
)

// checkSockaddr says what is wrong with the address of a call. A script that runs on both families writes IPv4 addresses
// that have a counterpart in IPv6, one that is of one family may write any.
func checkSockaddr(f *script.File, e *script.Expr, families []bool) error {
	switch {
	case e.Kind == script.Ellipsis:
		return nil
	case e.Kind != script.SockAddr:
		return fmt.Errorf("%s:%v: this must be a socket address or \"...\"", f.Name, e.Pos)
	case len(families) < 2:
		return nil
	case !e.Addr.Addr().Is4():
		return fmt.Errorf("%s:%v: an IPv6 address needs --ip_version", f.Name, e.Pos)
	}
	if _, ok := counterpart(e.Addr.Addr()); !ok {
		return fmt.Errorf("%s:%v: %v has no counterpart in IPv6, so it needs --ip_version", f.Name, e.Pos, e.Addr.Addr())
	}
	return nil
}

// named are the addresses that have a name in "with" lines, in IPv4 and in IPv6.
var named = func() map[string][2]netip.Addr {
	all := map[string][2]netip.Addr{
		"other":       {OtherAddr(false), OtherAddr(true)},
		"multicast":   {netip.AddrFrom4([4]byte{224, 0, 0, 1}), netip.IPv6LinkLocalAllNodes()}, // RFC 1112 §4, RFC 4291 §2.7.1
		"unspecified": {netip.IPv4Unspecified(), netip.IPv6Unspecified()},
		"loopback":    {netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback()},
	}
	for i, ipv6 := range []bool{false, true} {
		self, peer := Addrs(ipv6)
		s, p := all["self"], all["peer"]
		s[i], p[i] = self, peer
		all["self"], all["peer"] = s, p
	}
	return all
}()

// namedAddr is the address of a name in a family.
func namedAddr(name string, ipv6 bool) (netip.Addr, bool) {
	a, ok := named[name]
	if ipv6 {
		return a[1], ok
	}
	return a[0], ok
}

// counterpart is the IPv6 address that has the name of an IPv4 address.
func counterpart(a netip.Addr) (netip.Addr, bool) {
	for _, pair := range named {
		if pair[0] == a {
			return pair[1], true
		}
	}
	return a, false
}

// sockaddr is the address that a call names, usual where it leaves that open. In a script that runs on both families an
// IPv4 address means its counterpart over IPv6.
func (c *course) sockaddr(e *script.Expr, usual netip.AddrPort) netip.AddrPort {
	if e.Kind != script.SockAddr {
		return usual
	}
	if c.r.o.IPv6 && len(c.plan.families) == 2 {
		v6, _ := counterpart(e.Addr.Addr())
		return netip.AddrPortFrom(v6, e.Addr.Port())
	}
	return e.Addr
}
