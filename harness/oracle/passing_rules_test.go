package oracle

// Each rule that lets pass what the forbidding rules of its check leave, and that shows a requirement, with a trace at its
// very edge and one just beyond. What is beyond is told as the rule that forbids it.
func passingCases() []ruleCase {
	const (
		limit   = es + "+0 setsockopt(4, SOL_TCP, TCP_USER_TIMEOUT, [5000], 4) = 0\n" + write10
		minute  = "+60 fcntl(4, F_GETFL) = 2\n"
		gone    = "// state: CLOSED\n"
		after   = "+.1 fcntl(4, F_GETFL) = 2\n"
		silly   = es + "+.00001 < . 1:1(0) ack 1 win 500\n+0 write(4, ..., 700) = 700\n"
		filled  = es + "+.00001 < . 1:8001(8000) ack 1\n+0 > . 1:1(0) ack 8001\n"
		alive   = es + "+0 setsockopt(4, SOL_SOCKET, SO_KEEPALIVE, [1], 4) = 0\n+0 setsockopt(4, SOL_TCP, TCP_KEEPIDLE, [60], 4) = 0\n"
		narrow  = es + "+.00001 < . 1:1(0) ack 1 win 2000\n+0 write(4, ..., 4000) = 4000\n+0 > . 1:1001(1000) ack 1\n"
		soft    = "+.00001 < icmp unreachable host_unreachable [1:11(10)]\n+.1 getsockopt(4, SOL_SOCKET, SO_ERROR, "
		closing = es + "+0 write(4, ..., 10) = 10\n+0 shutdown(4, SHUT_WR) = 0\n// state: FIN-WAIT-1\n"
	)
	dead := again("P. 1:11(10) ack 1", 2) + "+2 fcntl(4, F_GETFL) = 2\n" + gone
	syn, synack := again("S 0:0(0) win 8000", 7)+minute, again("S. 0:0(0) ack 1 win 8000", 6)+minute
	return []ruleCase{
		{rule: "timeout.user", start: limit + dead,
			obeys: "+0 read(4, ..., 10) = -1 ETIMEDOUT\n", breaks: "+0 read(4, ..., 10) = 0\n", broken: "receive.closed.told"},
		{rule: "timeout.syn", start: ss + syn + gone,
			obeys: "+0 connect(3, ..., ...) = -1 ETIMEDOUT\n", breaks: "+0 connect(3, ..., ...) = 0\n", broken: "open.closed.told"},
		{rule: "timeout.synack", start: synced + synack,
			obeys: gone + after, breaks: gone + "+60 > S. 0:0(0) ack 1 win 8000\n", broken: "sends.closed"},
		{rule: "timewait.over", start: tw + "+240 fcntl(4, F_GETFL) = 2\n",
			obeys: gone + after, breaks: "+0 > R 2:2(0)\n" + gone + after, broken: "sends.rst"},

		{rule: "again.fin", start: fw1,
			obeys: "+1 > F. 1:1(0) ack 1\n", breaks: "+.9 > F. 1:1(0) ack 1\n", broken: "again.early"},
		{rule: "icmp.inflight", start: es + write10,
			obeys: soft + "[113], [4]) = 0\n", breaks: soft + "[104], [4]) = 0\n", broken: "status.error"},
		{rule: "sends.ack", start: es + text10 + "+0 write(4, ..., 10) = 10\n",
			obeys: "+0 > P. 1:11(10) ack 11\n", breaks: "+0 > P. 1:11(10) ack 1\n", broken: "sends.ack.value"},
		{rule: "keepalive", start: alive,
			obeys: "+60 > . 0:0(0) ack 1\n", breaks: "+60 > . 0:0(0) ack 2\n", broken: "sends.ack.value"},

		{rule: "new.fin", start: closing,
			obeys: "+0 > FP. 1:11(10) ack 1\n", breaks: "+0 > F. 1:10(9) ack 1\n", broken: "new.fin.early"},
		{rule: "new.window", start: narrow,
			obeys: "+0 > . 1001:2001(1000) ack 1\n", breaks: "+0 > . 1001:2001(1000) ack 1\n+0 > . 2001:3001(1000) ack 1\n", broken: "new.window.beyond"},
		{rule: "new.size", start: es + "+0 write(4, ..., 1001) = 1001\n",
			obeys: "+0 > . 1:1001(1000) ack 1\n", breaks: "+0 > P. 1:1002(1001) ack 1\n", broken: "new.size.over"},
		{rule: "new.sws.full", start: es + "+0 write(4, ..., 3000) = 3000\n",
			obeys: "+0 > . 1:1001(1000) ack 1\n", breaks: "+0 > . 1:1000(999) ack 1\n", broken: "new.sws.silly"},
		{rule: "new.sws.override", start: silly,
			obeys: "+.1 > . 1:501(500) ack 1\n", breaks: "+.05 > . 1:501(500) ack 1\n", broken: "new.sws.silly"},
		{rule: "new.psh", start: es + "+0 write(4, ..., 1010) = 1010\n+0 > . 1:1001(1000) ack 1\n",
			obeys: "+0 > P. 1001:1011(10) ack 1\n", breaks: "+0 > . 1001:1011(10) ack 1\n", broken: "new.psh.missing"},

		{rule: "window.fixed", start: filled + "+0 read(4, ..., 8000) = 8000\n+0 write(4, ..., 10) = 10\n",
			obeys: "+0 > P. 1:11(10) ack 8001 win 0\n", breaks: "+0 > P. 1:11(10) ack 8001 win 2\n", broken: "window.silly"},
		{rule: "window.opened", start: filled + "+0 read(4, ..., 1000) = 1000\n",
			obeys: "+0 > . 1:1(0) ack 8001 win 1000\n", breaks: "+0 > . 1:1(0) ack 8001 win 999\n", broken: "window.silly"},
	}
}
