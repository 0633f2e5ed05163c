package host

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/twinstack/twinstack/ourstack/ip"
)

// icmpAbout is an ICMP message of host 1 about a packet that host 0 sent; rest is its second word.
func icmpAbout(quoted []byte, kind, code byte, rest uint32) []byte {
	v6 := quoted[0]>>4 == 6
	header, protocol := ip.HeaderV4, byte(ip.ProtocolICMP)
	if v6 {
		header, protocol = ip.HeaderV6, ip.ProtocolICMPv6
	}
	b := append(make([]byte, header+8), quoted[:header+8]...)
	m := b[header:]
	m[0], m[1] = kind, code
	binary.BigEndian.PutUint32(m[4:], rest)
	if v6 {
		binary.BigEndian.PutUint16(m[2:], ip.Fold(ip.Sum(ip.PseudoSum(addr6[1], addr6[0], protocol, len(m)), m)))
		ip.PutV6(b, addr6[1], addr6[0], protocol, 64, 0, len(m))
	} else {
		binary.BigEndian.PutUint16(m[2:], ip.Fold(ip.Sum(0, m)))
		ip.PutV4(b, addr4[1], addr4[0], protocol, 64, 0, len(m))
	}
	return b
}

// A router that cannot pass a packet on is believed within limits, and what it dropped goes out in smaller pieces. Below
// 576 octets IPv4 packets go out with leave to fragment, each with an identification of its own.
func TestPacketTooBig(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		v6         bool
		kind, code byte
		rest       uint32
		largest    int // 0: nothing is sent
		fragment   bool
	}{
		{false, ip.V4Unreachable, ip.V4FragmentationNeeded, 1000, 1000, false},
		{false, ip.V4Unreachable, ip.V4FragmentationNeeded, 0xffff<<16 | 1000, 1000, false}, // 16 bits are unused
		{false, ip.V4Unreachable, ip.V4FragmentationNeeded, 68, 576, true},
		{false, ip.V4SourceQuench, 0, 1000, 0, false}, // MUST-55
		{true, ip.V6PacketTooBig, 0, 1300, 1300, false},
		{true, ip.V6PacketTooBig, 0, 1 << 31, 0, false},
		{true, ip.V6PacketTooBig, 0, 600, 0, false},
	} {
		p, a, _ := established(t, immediate(), c.v6)
		var sent [][]byte
		p.drop = func(_ int, b []byte) bool { sent = append(sent, bytes.Clone(b)); return true }
		_, err := a.Write(p.now, make([]byte, 1400))
		must(t, err)
		quoted := sent[0]
		sent = nil
		p.hosts[0].Deliver(p.now, icmpAbout(quoted, c.kind, c.code, c.rest))
		largest, ids := 0, map[uint16]bool{}
		for _, b := range sent {
			largest = max(largest, len(b))
			if !c.v6 {
				df := b[6]&0x40 != 0
				ids[binary.BigEndian.Uint16(b[4:])] = true
				if df == c.fragment {
					t.Errorf("%+v: Don't Fragment is %v", c, df)
				}
			}
			must(t, ip.Parse(b, new(ip.Packet)))
		}
		if largest != c.largest {
			t.Errorf("%+v: the largest packet has %d octets", c, largest)
		}
		if c.fragment && len(ids) != len(sent) {
			t.Errorf("%+v: %d identifications for %d packets", c, len(ids), len(sent))
		}
		if err := a.TakeError(); err != "" {
			t.Errorf("%+v: the user is told %q", c, err)
		}
	}
}

// SO_ERROR tells a soft error once (SHLD-25); it ends nothing and makes nobody ready (MUST-56).
func TestSoftErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		v6         bool
		kind, code byte
		want       Errno
	}{
		{false, ip.V4Unreachable, ip.V4NetUnreachable, ENETUNREACH},
		{false, ip.V4Unreachable, ip.V4HostUnreachable, EHOSTUNREACH},
		{false, ip.V4Unreachable, ip.V4SourceRouteFailed, EHOSTUNREACH},
		{false, ip.V4TimeExceeded, 0, EHOSTUNREACH},
		{false, ip.V4ParamProblem, 0, EHOSTUNREACH},
		{false, ip.V4Unreachable, ip.V4ProtocolUnreachable, ENOPROTOOPT}, // hard, but not where a connection stands
		{false, ip.V4Unreachable, ip.V4PortUnreachable, ECONNREFUSED},
		{false, ip.V4SourceQuench, 0, ""},
		{false, 5, 1, ""}, // redirect
		{true, ip.V6Unreachable, ip.V6NoRoute, ENETUNREACH},
		{true, ip.V6Unreachable, ip.V6AddressUnreachable, EHOSTUNREACH},
		{true, ip.V6Unreachable, ip.V6AdminProhibited, EHOSTUNREACH},
		{true, ip.V6Unreachable, ip.V6PortUnreachable, ECONNREFUSED},
		{true, ip.V6TimeExceeded, 0, EHOSTUNREACH},
		{true, ip.V6ParamProblem, 1, EHOSTUNREACH},
	} {
		p, a, _ := established(t, immediate(), c.v6)
		var sent []byte
		p.drop = func(_ int, b []byte) bool { sent = bytes.Clone(b); return true }
		_, err := a.Write(p.now, []byte("text"))
		must(t, err)
		p.hosts[0].Deliver(p.now, icmpAbout(sent, c.kind, c.code, 0))
		if e := a.Poll(); e.Err || e.Hup || !e.Out {
			t.Errorf("%+v: ready for %+v", c, e)
		}
		if first, second := a.TakeError(), a.TakeError(); first != c.want || second != "" {
			t.Errorf("%+v: the user is told %q, then %q", c, first, second)
		}
		if s := p.states(0); s != "ESTABLISHED " {
			t.Errorf("%+v: %s", c, s)
		}
	}
}
