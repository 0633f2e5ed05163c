package oracle

import (
	"fmt"
	"strings"
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
func timeoutCases() []ruleCase {
	const (
		closed  = "// state: CLOSED\n+1 socket(..., SOCK_STREAM, IPPROTO_TCP) = 7\n"
		limit   = es + "+0 setsockopt(4, SOL_TCP, TCP_USER_TIMEOUT, [5000], 4) = 0\n" + write10
		seconds = "+%d fcntl(4, F_GETFL) = 2\n"
		alive   = es + "+0 setsockopt(4, SOL_SOCKET, SO_KEEPALIVE, [1], 4) = 0\n+0 setsockopt(4, SOL_TCP, TCP_KEEPIDLE, [60], 4) = 0\n+60 > . 0:0(0) ack 1\n"
	)
	syn, text, synack := again("S 0:0(0) win 8000", 7), again("P. 1:11(10) ack 1", 8), again("S. 0:0(0) ack 1 win 8000", 6)
	wait := func(s int) string { return fmt.Sprintf(seconds, s) }
	return []ruleCase{
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
	}
}

// probes are n probes of a zero window that are answered.
func probes(n int) string {
	var b strings.Builder
	for i, d := 0, 1; i < n; i, d = i+1, min(2*d, 60) {
		fmt.Fprintf(&b, "+%d > . 1:2(1) ack 1\n+0 < . 1:1(0) ack 1 win 0\n", d)
	}
	return b.String()
}
