package oracle

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// again is a segment that goes out n times more, a second after it went out first, then two, up to a minute.
func again(segment string, n int) string {
	var b strings.Builder
	for i, d := 0, 1; i < n; i, d = i+1, min(2*d, 60) {
		fmt.Fprintf(&b, "+%d > %s\n", d, segment)
	}
	return b.String()
}

// Each rule of the timeouts with a trace that obeys it and one that breaks just it. The SYN has gone out at 0, 1, 3, 7, 15,
// 31, 63, 123 and 183 s.
func TestRulesOfTimeouts(t *testing.T) {
	t.Parallel()
	const (
		closed  = "// state: CLOSED\n+1 socket(..., SOCK_STREAM, IPPROTO_TCP) = 7\n"
		limit   = es + "+0 setsockopt(4, SOL_TCP, TCP_USER_TIMEOUT, [5000], 4) = 0\n" + write10
		seconds = "+%d fcntl(4, F_GETFL) = 2\n"
		alive   = es + "+0 setsockopt(4, SOL_SOCKET, SO_KEEPALIVE, [1], 4) = 0\n+0 setsockopt(4, SOL_TCP, TCP_KEEPIDLE, [60], 4) = 0\n+60 > . 0:0(0) ack 1\n"
	)
	syn, text, synack := again("S 0:0(0) win 8000", 7), again("P. 1:11(10) ack 1", 8), again("S. 0:0(0) ack 1 win 8000", 6)
	wait := func(s int) string { return fmt.Sprintf(seconds, s) }
	holdRules(t, []ruleCase{
		{rule: "timeout.none", start: es, obeys: wait(9000), breaks: wait(600) + closed},
		{rule: "timeout.user.early", also: []string{"timeout.user"}, start: limit,
			obeys: again("P. 1:11(10) ack 1", 2) + wait(2) + closed, breaks: again("P. 1:11(10) ack 1", 2) + wait(1) + closed},
		{rule: "overdue.user", start: limit,
			obeys: again("P. 1:11(10) ack 1", 3) + closed, breaks: again("P. 1:11(10) ack 1", 5) + closed},
		{rule: "timeout.syn.early", also: []string{"timeout.syn"}, start: ss,
			obeys: syn + "+60 fcntl(3, F_GETFL) = 2\n" + closed, breaks: syn + closed},
		{rule: "timeout.synack.early", also: []string{"timeout.synack"}, start: synced,
			obeys: synack + "+60 fcntl(3, F_GETFL) = 2\n" + closed, breaks: synack + closed},
		{rule: "timeout.probe", start: zero + "+0 write(4, ..., 10) = 10\n",
			obeys:  probes(20),
			breaks: probes(9) + wait(1) + closed},
		{rule: "timeout.early", start: es + write10,
			obeys: text + closed, breaks: again("P. 1:11(10) ack 1", 2) + closed},
		{rule: "timeout", start: es + write10, obeys: text + wait(30) + "// state: CLOSED\n+0 read(4, ..., 10) = -1 ETIMEDOUT\n",
			breaks: text + wait(30) + "// state: CLOSED\n+0 read(4, ..., 10) = 0\n", broken: "receive.closed.told"},
		{rule: "overdue.r2", start: es + write10, obeys: text + closed, breaks: again("P. 1:11(10) ack 1", 26) + closed},
		{rule: "timeout.keepalive", start: alive,
			obeys: "+10 > . 0:0(0) ack 1\n+10 > . 0:0(0) ack 1\n" + wait(10) + closed, breaks: wait(10) + closed, broken: "timeout.none"},
		{rule: "timewait.early", also: []string{"timewait.over"}, start: tw,
			obeys: wait(240) + closed, breaks: wait(237) + closed},
		{rule: "timewait.other", start: fw2, obeys: wait(240), breaks: wait(240) + closed, broken: "timeout.none"},
		{rule: "orphan.finwait2", start: fw1 + "+0 close(4) = 0\n+.00001 < . 1:1(0) ack 2\n// state: FIN-WAIT-2\n",
			obeys: "+60 > R. 2:2(0) ack 1\n" + closed, breaks: "+60 > R. 3:3(0) ack 1\n" + closed, broken: "sends.rst"},
		{rule: "orphan.linger", start: es + "+0 setsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=5}, 8) = 0\n+0 close(4) = 0\n+0 > F. 1:1(0) ack 1\n// state: FIN-WAIT-1\n" + again("F. 1:1(0) ack 1", 2),
			obeys: "+2 > R. 2:2(0) ack 1\n" + closed, breaks: "+1 > R. 2:2(0) ack 1\n" + closed, broken: "sends.rst"},
		{rule: "orphan.none", start: fw2, obeys: wait(600), breaks: "+60 > R. 2:2(0) ack 1\n" + closed, broken: "sends.rst"},
	})
}

// probes are n probes of a zero window that are answered.
func probes(n int) string {
	var b strings.Builder
	for i, d := 0, 1; i < n; i, d = i+1, min(2*d, 60) {
		fmt.Fprintf(&b, "+%d > . 1:2(1) ack 1\n+0 < . 1:1(0) ack 1 win 0\n", d)
	}
	return b.String()
}

// What a SHOULD speaks against is no violation, and is told.
func TestAgainst(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, trace string
		want        []string
	}{
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
	} {
		events, end := played(t, c.trace)
		j := New(playedProfile)
		if err := j.Feed(events); err != nil {
			t.Fatal(err)
		}
		if err := j.Until(end); err != nil {
			t.Fatal(err)
		}
		found := false
		for i, s := range j.Steps() {
			if s.Verdict == Violation {
				t.Errorf("%s: %s", c.name, told(&j.Steps()[i]))
			}
			found = found || s.Verdict == NonStrict && slices.Equal(s.Against, c.want)
		}
		if !found {
			t.Errorf("%s: nothing is told to be against %v", c.name, c.want)
		}
	}
}
