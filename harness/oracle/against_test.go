package oracle

import (
	"slices"
	"testing"
)

// againstCase is a rule with a trace that does not follow what it says SHOULD.
type againstCase struct {
	rule, trace string
	want        []string
}

func againstCases() []againstCase {
	return []againstCase{
		{"close.established.unread", es + text10 + "+0 close(4) = 0\n+0 > F. 1:1(0) ack 11\n// state: FIN-WAIT-1\n", []string{"SHLD-3", "RFC2525-2.17-1"}},
		{"close.finwait.unread", fw1 + "+.00001 < P. 1:11(10) ack 1\n+0 > . 2:2(0) ack 11\n+0 close(4) = 0\n", []string{"SHLD-3", "RFC2525-2.17-1"}},
		{"new.probe.early", zero + "+0 write(4, ..., 10) = 10\n+.5 > . 1:2(1) ack 1\n", []string{"SHLD-29", "SHLD-30"}},
		{"again.probe.early", zero + "+0 write(4, ..., 10) = 10\n+1 > . 1:2(1) ack 1\n+1 > . 1:2(1) ack 1\n", []string{"SHLD-29", "SHLD-30"}},
		{"again.restart", es + "+0 write(4, ..., 10) = 10\n+0 > P. 1:11(10) ack 1\n+0 write(4, ..., 10) = 10\n+0 > P. 11:21(10) ack 1\n+.5 < . 1:1(0) ack 11\n+.5 > P. 11:21(10) ack 1\n", []string{"RFC6298-5-4"}},
		{"timeout.early", es + write10 + again("P. 1:11(10) ack 1", 5) + "// state: CLOSED\n+1 read(4, ..., 0) = 0\n", []string{"SHLD-11"}},
		{"window.left", es + "+.00001 < P. 1:11(10) ack 1\n+0 > . 1:1(0) ack 11 win 7000\n", []string{"SHLD-14"}},
		{"keepalive.octet", es + "+0 setsockopt(4, SOL_SOCKET, SO_KEEPALIVE, [1], 4) = 0\n+7200 > . 0:1(1) ack 1\n", []string{"SHLD-12"}},
		{"icmp.hard", ss + "+0 < icmp unreachable port_unreachable [0:0(0)]\n+.5 read(3, ..., 0) = 0\n", []string{"SHLD-26"}},
		{"icmp.hard.synchronized", es + write10 + "+0 < icmp unreachable port_unreachable [1:11(10)]\n", []string{"SHLD-26"}},
		{"ecn.syn.odd", opening + "+0 connect(3, ..., ...) = -1 EINPROGRESS\n+0 > SE 0:0(0) win 8000 <mss 1000>\n// state: SYN-SENT\n", []string{"RFC3168-6.1.1-5"}},
		{"ecn.syn.odd", listening + "+0 < SEW 0:0(0) <mss 1000>\n+0 > S.EW 0:0(0) ack 1 win 8000 <mss 1000>\n// state: SYN-RECEIVED\n", []string{"RFC3168-6.1.1-5"}},
		{"ecn.ect.refused", setupSynced + "+.5 < S 0:0(0) <mss 1000>\n+0 > . 1:1(0) ack 1\n+.00001 < . 1:1(0) ack 1\n// state: ESTABLISHED\n" + setupAccept + setupWrite, []string{"RFC3168-6.1.1-7"}},
		{"ecn.ect.1", setup + "+0 write(4, ..., 10) = 10\n+0 > [ect1] P. 1:11(10) ack 1\n", []string{"RFC3168-6.1.2-1"}},
		{"ecn.cwr.again", setup + setupWrite + "+1 > P. 1:11(10) ack 1\n+2 > P.W 1:11(10) ack 1\n", []string{"RFC3168-6.1.2-3"}},
		{"ecn.echo.old", setup + text10 + "+.00001 < [ce] P. 1:11(10) ack 1\n+0 > .E 1:1(0) ack 11\n", []string{"RFC3168-6.1.5-2"}},
		{"ecn.echo.probe", setup + setupFilled + "+.00001 < [ce] P. 8001:8002(1) ack 1\n+0 > . 1:1(0) ack 8001 win 0\n", []string{"RFC3168-6.1.6-2"}},
		{"status.error", es + write10 + "+0 < icmp unreachable net_unreachable [1:11(10)]\n+0 getsockopt(4, SOL_SOCKET, SO_ERROR, [0], [4]) = 0\n", []string{"SHLD-25"}},
	}
}

// What a SHOULD speaks against is no violation, and is told.
func TestAgainst(t *testing.T) {
	t.Parallel()
	for _, c := range slices.Concat(againstCases(), sackAgainst()) {
		found := false
		for _, s := range steps(t, c.trace) {
			if s.Verdict == Violation {
				t.Errorf("%s: %s", c.rule, told(&s))
			}
			found = found || s.Verdict == NonStrict && slices.Equal(s.Against, c.want)
		}
		if !found {
			t.Errorf("%s: nothing is told to be against %v", c.rule, c.want)
		}
	}
}
