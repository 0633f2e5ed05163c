package script

import (
	"net/netip"
	"reflect"
	"strings"
	"testing"
)

func TestWith(t *testing.T) {
	t.Parallel()
	const in, out = "+0 < S 0:0(0) <mss 1460>", "+0 > S. 0:0(0) ack 1 <...>"
	literal := func(s string) *Addr { return &Addr{Literal: netip.MustParseAddr(s)} }
	for _, c := range []struct {
		head, line, packet string
		want               With
	}{
		{"", "// with: checksum=bad", in, With{BadChecksum: true}},
		{"", "//with:checksum=bad", "+0 < icmp time_exceeded", With{BadChecksum: true}},
		{"", "#  with:  reserved=15   offset=0 ", in, With{Reserved: ptr[uint8](15), Offset: ptr[uint8](0)}},
		{"", "/* with: offset=4 */", in, With{Offset: ptr[uint8](4)}},
		{"--ip_version=ipv4\n", "// with: ip-checksum=bad src=255.255.255.255 dst=224.0.0.1", in,
			With{BadIPChecksum: true, Src: literal("255.255.255.255"), Dst: literal("224.0.0.1")}},
		{"--ip_version=ipv6\n", "// with: dst=ff02::1 src=::", in, With{Src: literal("::"), Dst: literal("ff02::1")}},
		{"", "// with: src=multicast dst=other", in, With{Src: &Addr{Name: "multicast"}, Dst: &Addr{Name: "other"}}},
		{"", "// with: src=other dst=loopback", out, With{Src: &Addr{Name: "other"}, Dst: &Addr{Name: "loopback"}}},
		{"", "// with: code=255", "+0 < icmp unreachable", With{Code: ptr[uint8](255)}},
		{"", "// with: pointer=20 code=1", "+0 < icmp parameter_problem [1:2(1)]", With{Code: ptr[uint8](1), Pointer: ptr[uint8](20)}},
		{"", "// with: ip-options=1E020000", in, With{IPOptions: []byte{0x1e, 2, 0, 0}}},
		{"", "// with: opt=253:0e10 opt=4: opt-first=2/0:05B4", in, With{
			Options: []RawOption{{Kind: 253, Data: []byte{0x0e, 0x10}}, {Kind: 4, Data: []byte{}}},
			First:   []RawOption{{Kind: 2, Length: ptr[uint8](0), Data: []byte{5, 0xb4}}}}},
	} {
		for _, before := range []string{"", "+0 close(3) = 0\n", "+0 close(3) = 0 // closed\n\n// prose with a word\n"} {
			f, err := Parse("x.pkt", []byte(c.head+before+c.line+"\n// why\n"+c.packet+"\n"))
			if err != nil {
				t.Errorf("%q: %v", c.line, err)
				continue
			}
			e := f.Events[len(f.Events)-1]
			if !reflect.DeepEqual(e.With, &c.want) || e.Packet == nil {
				t.Errorf("%q: got %v, want %v", c.line, e.With, &c.want)
			}
			if c.head == "" && before != "" {
				roundTrip(t, f)
			}
		}
	}
}

// A "with" line is of the one packet behind it.
func TestWithIsOfOnePacket(t *testing.T) {
	t.Parallel()
	f, err := Parse("x.pkt", []byte("// with: checksum=bad\n+0 < S 0:0(0)\n+0 < S 0:0(0)\n"))
	if err != nil || len(f.Events) != 2 || f.Events[0].With == nil || f.Events[1].With != nil || len(f.Header.Comments) != 0 {
		t.Errorf("%v, %+v", err, f)
	}
}

func TestWithThatCannotBe(t *testing.T) {
	t.Parallel()
	const in, call = "+0 < S 0:0(0)\n", "+0 close(3) = 0\n"
	for _, c := range []struct{ src, want string }{
		{call + "// with: checksum=bad\n", `2:1: found "// with: checksum=bad", expected a packet on the next line`},
		{call + "// with: checksum=bad\n" + call, `2:1: found "// with: checksum=bad", expected a packet on the next line`},
		{call + "// with: checksum=bad\n// state: CLOSED\n" + in, `2:1: found "// with: checksum=bad", expected a packet on the next line`},
		{"+0 > R 1:1(0)\n// with: checksum=bad\n// or: nothing\n" + in, `2:1: found "// with: checksum=bad", expected a packet on the next line`},
		{"// with: checksum=bad\n--flag\n" + in, `1:1: found "// with: checksum=bad", expected a packet on the next line`},
		{"// with: checksum=bad\n// title: x\n" + in, `2:4: found "title:", expected header lines in front`},
		{"// with: checksum=bad\n// with: offset=1\n" + in, `2:1: found "// with: offset=1", expected one "with:" line in front of a packet`},
		{call + "// with: checksum=bad\n+0 > R 1:1(0)\n", `2:1: found "// with: checksum=bad", expected src and dst alone in front of an outbound packet`},
		{call + "// with: code=1\n" + in, `2:1: found "// with: code=1", expected an ICMP message behind it`},
		{call + "// with: pointer=1\n+0 < icmp unreachable\n", `2:1: found "// with: pointer=1", expected a parameter_problem behind it`},
		{call + "// with: code=256\n+0 < icmp unreachable\n", `2:10: found "code=256", expected code=VALUE`},
		{call + "// with: offset=1\n+0 < icmp source_quench\n", `2:1: found "// with: offset=1", expected a TCP segment behind it`},
		{call + "// with: opt=9:" + strings.Repeat("00", 35) + "\n+0 < S 0:0(0) <mss 1>\n", `expected at most 40 octets of TCP options, not 41`},
		{call + "// with:\n" + in, `2:9: found end of line, expected name=value behind "with:"`},
		{call + "// with: checksum\n" + in, `2:10: found "checksum", expected checksum=VALUE, where VALUE is bad`},
		{call + "// with: checksum=good\n" + in, `2:10: found "checksum=good", expected checksum=VALUE, where VALUE is bad`},
		{call + "// with: checksum=bad checksum=bad\n" + in, `2:23: found "checksum=bad", expected one checksum`},
		{call + "// with: chksum=bad\n" + in, `2:10: found "chksum=bad", expected one of checksum, ip-checksum, src, dst, offset, reserved, ip-options, code, pointer, opt or opt-first, with a value`},
		{call + "// with: offset=16\n" + in, `2:10: found "offset=16", expected offset=VALUE, where VALUE is a number of 32-bit words, 0 to 15`},
		{call + "// with: reserved=-1\n" + in, `2:10: found "reserved=-1", expected reserved=VALUE`},
		{call + "// with: ip-options=\n" + in, `2:10: found "ip-options=", expected ip-options=VALUE, where VALUE is up to 40 octets`},
		{call + "// with: ip-options=" + strings.Repeat("01", 41) + "\n" + in, `expected ip-options=VALUE`},
		{call + "// with: opt=1:01\n" + in, `2:10: found "opt=1:01", expected opt=VALUE, where VALUE is KIND:OCTETS or KIND/LENGTH:OCTETS`},
		{call + "// with: opt=9\n" + in, `2:10: found "opt=9", expected opt=VALUE`},
		{call + "// with: opt=9/256:00\n" + in, `2:10: found "opt=9/256:00", expected opt=VALUE`},
		{call + "// with: opt=9:012\n" + in, `2:10: found "opt=9:012", expected opt=VALUE`},
		{call + "// with: dst=here\n" + in, `2:10: found "dst=here", expected dst=VALUE, where VALUE is an address or one of self, other, peer,`},
		{call + "// with: dst=fe80::1%eth0\n" + in, `2:10: found "dst=fe80::1%eth0", expected dst=VALUE`},
		{call + "// with: dst=224.0.0.1\n" + in, `2:10: found "dst=224.0.0.1", expected it in a script with --ip_version=ipv4`},
		{"--ip_version=ipv4\n// with: src=ff02::1\n" + in, `2:10: found "src=ff02::1", expected it in a script with --ip_version=ipv6`},
		{"--ip_version=ipv6\n// with: ip-checksum=bad\n" + in, `2:10: found "ip-checksum=bad", expected it in a script with --ip_version=ipv4`},
		{call + "// With: checksum=bad\n" + in, `2:4: found "With:", expected "with:", or words that do not look like it`},
		{call + "// wiht: checksum=bad\n" + in, `2:4: found "wiht:", expected "with:"`},
		{call + "// with checksum=bad\n" + in, `2:4: found "with", expected "with:"`},
		{call + "// with : checksum=bad\n" + in, `2:4: found "with", expected "with:"`},
		{call + "//- with: checksum=bad\n" + in, `2:5: found "with:", expected "with:"`},
		{"// With: checksum=bad\n" + in, `1:4: found "With:", expected "with:"`},
		{call + "+0 close(3) // with: checksum=bad\n= 0\n" + in, `found a "with" line, expected`},
		{call + "+0 < [bad-checksum] S 0:0(0)\n", `2:7: found "bad", expected one of ttl, tos, noecn, ect0, ect1, ce`},
		{call + "+0 < S 0:0(0) <opt 253 0102>\n", `2:16: found "opt", expected an option: mss,`},
	} {
		_, err := Parse("x.pkt", []byte(c.src))
		if err == nil || !strings.Contains(strings.SplitN(err.Error(), "\n", 2)[0], c.want) {
			t.Errorf("%q:\n got %v\nwant %s", c.src, err, c.want)
		}
	}
}

// Every slip of one character in a "with" line is refused or still one, but for a broken line and those in values.
func TestWithIsNotLost(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"// with: checksum=bad", "//with:checksum=bad", "# with: offset=4"} {
		for i := range len(line) {
			for _, in := range []string{"", " ", "x", "S", "0", ".", ":", ">", "/", "*", "-", "_", "'", "\"", "é"} {
				for _, rest := range []string{line[i:], line[i+1:]} {
					slip := line[:i] + in + rest
					f, err := Parse("x.pkt", []byte("+0 close(3) = 0\n"+slip+"\n+0 < S 0:0(0)\n"))
					if err == nil && (len(f.Events) != 2 || f.Events[1].With == nil) {
						t.Errorf("%q is lost", slip)
					}
				}
			}
		}
	}
}

// What prose may say.
func TestProseWith(t *testing.T) {
	t.Parallel()
	for _, prose := range []string{"with the clause: RFC 9293", "within the window: nothing", "without it=0 nothing", "with win=0 closed", "what: this", "width"} {
		f, err := Parse("x.pkt", []byte("// "+prose+"\n+0 close(3) = 0\n// "+prose+"\n+0 < S 0:0(0)\n"))
		if err != nil || f.Events[1].With != nil {
			t.Errorf("%q: %v", prose, err)
		}
	}
}
