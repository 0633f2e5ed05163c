package run_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/twinstack/twinstack/harness/run"
	"github.com/twinstack/twinstack/harness/trace"
)

const (
	anyAt90   = `{sa_family=AF_INET, sin_port=htons(90), sin_addr=inet_addr("0.0.0.0")}`
	otherAt91 = `{sa_family=AF_INET, sin_port=htons(91), sin_addr=inet_addr("192.168.0.2")}`
	peerAt92  = `{sa_family=AF_INET, sin_port=htons(92), sin_addr=inet_addr("192.0.2.1")}`
)

// Addresses that a script writes reach the calls; over IPv6 they are those that stand beside them on the language page.
func TestSockaddrs(t *testing.T) {
	t.Parallel()
	const src = "+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 bind(3, " + anyAt90 + ", 16) = 0\n+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 4\n" +
		"+0 bind(4, " + otherAt91 + ", 16) = 0\n+0 bind(4, ..., ...) = 0\n+0 fcntl(4, F_SETFL, O_NONBLOCK) = 0\n+0 connect(4, " + peerAt92 + ", 16) = -1 EINPROGRESS\n"
	for _, v6 := range []bool{false, true} {
		var got []string
		f := &fake{onCall: func(call string, a netip.AddrPort) { got = append(got, call+" "+a.String()) }}
		o := options()
		o.IPv6 = v6
		check(t, run.Run(parse(t, src), f, o))
		want := []string{"bind 0.0.0.0:90", "bind 192.168.0.2:91", "bind 192.168.0.1:90", "connect 192.0.2.1:92"}
		if v6 {
			want = []string{"bind [::]:90", "bind [fd3d:a0b:17d6::2]:91", "bind [fd3d:a0b:17d6::1]:90", "connect [fd3d:fa7b:d17d::1]:92"}
		}
		if !slices.Equal(got, want) {
			t.Errorf("calls %q, want %q", got, want)
		}
	}
}

func TestSockaddrsThatCannotBe(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ src, want string }{
		{`+0 bind(3, {sa_family=AF_INET, sin_port=htons(1), sin_addr=inet_addr("255.255.255.255")}, 16) = 0`,
			"case.pkt:1:12: 255.255.255.255 has no counterpart in IPv6, so it needs --ip_version"},
		{`+0 bind(3, {sa_family=AF_INET6, sin_port=htons(1), sin_addr=inet_addr("::")}, 16) = 0`, "case.pkt:1:12: an IPv6 address needs --ip_version"},
		{`+0 connect(3, 7, 16) = 0`, `case.pkt:1:15: this must be a socket address or "..."`},
		{`+0 accept(3, [], 16) = 0`, `case.pkt:1:14: this must be a socket address or "..."`},
	} {
		refused(t, play(t, &fake{}, c.src+"\n"), trace.Error, c.want)
	}
	got := ""
	f := &fake{onCall: func(_ string, a netip.AddrPort) { got = a.String() }}
	check(t, play(t, f, `--ip_version=ipv4
+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 bind(3, {sa_family=AF_INET6, sin_port=htons(1), sin_addr=inet_addr("ff02::1")}, 16) = 0
`))
	if got != "[ff02::1]:1" {
		t.Errorf("bound to %s", got)
	}
}

// Packets without ports are of the port that the first bind names.
func TestFirstBindNamesThePort(t *testing.T) {
	t.Parallel()
	ports := func(h *host, s *trace.Segment) {
		if s.DstPort == 90 {
			server(h, s)
		}
	}
	check(t, play(t, &fake{onTCP: ports}, strings.Replace(opened, "bind(3, ...", "bind(3, "+anyAt90, 1)))
}

func TestAcceptedFrom(t *testing.T) {
	t.Parallel()
	src := strings.Replace(accepted, "accept(3, ...", "accept(3, "+peerAt92, 1)
	check(t, play(t, &fake{onTCP: server}, src), "from 192.0.2.1:40000, expected 192.0.2.1:92")
	check(t, play(t, &fake{onTCP: server}, strings.Replace(src, "htons(92)", "htons(40000)", 1)))
}
