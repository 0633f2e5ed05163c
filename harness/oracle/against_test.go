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
