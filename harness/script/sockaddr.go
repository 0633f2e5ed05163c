package script

import (
	"fmt"
	"math"
	"net/netip"
)

// sockaddr reads the rest of a socket address behind its "{", as packetdrill writes it in either family:
//
//	{sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("192.168.0.1")}
func (p *parser) sockaddr() netip.AddrPort {
	p.expect("sa_family")
	p.expect("=")
	v6 := p.is("AF_INET6")
	if !v6 && !p.is("AF_INET") {
		p.fail("AF_INET or AF_INET6")
	}
	p.advance()
	p.expect(",")
	p.expect("sin_port")
	p.expect("=")
	p.expect("htons")
	p.expect("(")
	port := uint16(p.number("a port", math.MaxUint16))
	p.expect(")")
	p.expect(",")
	p.expect("sin_addr")
	p.expect("=")
	p.expect("inet_addr")
	p.expect("(")
	if p.tok.kind != tokString {
		p.fail("an address in quotes")
	}
	addr, err := netip.ParseAddr(p.unquote(p.tok))
	if err != nil || addr.Is4() == v6 || addr.Zone() != "" {
		p.fail(map[bool]string{false: "an IPv4 address in quotes", true: "an IPv6 address in quotes"}[v6])
	}
	p.advance()
	p.expect(")")
	p.expect("}")
	return netip.AddrPortFrom(addr, port)
}

// sockaddrText is a socket address as a script writes it.
func sockaddrText(a netip.AddrPort) string {
	family := "AF_INET"
	if !a.Addr().Is4() {
		family = "AF_INET6"
	}
	return fmt.Sprintf("{sa_family=%s, sin_port=htons(%d), sin_addr=inet_addr(%q)}", family, a.Port(), a.Addr())
}
