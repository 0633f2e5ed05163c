package oracle

// Each rule of what a TCP sends by itself.
func sendCases() []ruleCase {
	const (
		full   = "+0 write(4, ..., 3000) = 3000\n+0 > . 1:1001(1000) ack 1\n+0 > . 1001:2001(1000) ack 1\n+0 > P. 2001:3001(1000) ack 1\n"
		silly  = es + "+.00001 < . 1:1(0) ack 1 win 500\n+0 write(4, ..., 700) = 700\n"
		readIt = "+0 read(4, ..., 8000) = 8000\n"
		filled = es + "+.00001 < . 1:8001(8000) ack 1\n+0 > . 1:1(0) ack 8001\n"
		alive  = es + "+0 setsockopt(4, SOL_SOCKET, SO_KEEPALIVE, [1], 4) = 0\n+0 setsockopt(4, SOL_TCP, TCP_KEEPIDLE, [60], 4) = 0\n"
	)
	return []ruleCase{
		{rule: "sends.open.waits", start: socketed,
			obeys:  "+0 > S 0:0(0) win 8000\n// state: SYN-SENT\n+.1 < S. 0:0(0) ack 1\n+0 > . 1:1(0) ack 1 win 8000\n// state: ESTABLISHED\n+0 connect(3, ..., ...) = 0\n",
			breaks: "+0 > S. 0:0(0) ack 1 win 8000\n+0 connect(3, ..., ...) = 0\n", broken: "sends.closed"},
		{rule: "sends.closed", start: wasReset,
			obeys: "", breaks: "+1 > . 1:1(0) ack 1\n"},
		{rule: "sends.rst", also: []string{"sends.norst", "sends.connection"}, start: es,
			obeys: write10, breaks: "+1 > R 1:1(0)\n"},
		{rule: "sends.syn.second", also: []string{"sends.nosyn"}, start: es,
			obeys: write10, breaks: "+1 > S. 0:0(0) ack 1 win 8000\n"},
		{rule: "sends.nosyn.synsent", also: []string{"sends.ack.none", "sends.syn.again", "again.syn"}, start: ss,
			obeys: "+1 > S 0:0(0) win 8000\n", breaks: "+.1 > P 1:11(10)\n"},
		{rule: "sends.ack.synsent", start: ss,
			obeys: "+1 > S 0:0(0) win 8000\n", breaks: "+1 > S. 0:0(0) ack 0 win 8000\n"},
		{rule: "sends.ack.missing", also: []string{"sends.ack"}, start: es,
			obeys: write10, breaks: "+0 write(4, ..., 10) = 10\n+0 > P 1:11(10)\n"},
		{rule: "sends.ack.value", start: es,
			obeys: write10, breaks: "+0 write(4, ..., 10) = 10\n+0 > P. 1:11(10) ack 2\n"},
		{rule: "sends.seq.beyond", also: []string{"sends.seq"}, start: es,
			obeys: write10, breaks: "+0 write(4, ..., 10) = 10\n+0 > P. 2:12(10) ack 1\n"},

		{rule: "pure.seq.old", start: es + write10,
			obeys: "", breaks: "+.1 > . 1:1(0) ack 1\n"},
		{rule: "pure.update", also: []string{"pure.seq"}, start: filled,
			obeys: readIt + "+0 > . 1:1(0) ack 8001 win 8000\n", breaks: readIt + "+0 > . 1:1(0) ack 8001 win 0\n", broken: "pure.more"},
		{rule: "pure.more", start: es,
			obeys: "", breaks: "+1 > . 1:1(0) ack 1\n"},
		{rule: "pure.urgent", start: zero + "+0 send(4, ..., 10, MSG_OOB) = 10\n",
			obeys: "+0 > .U 1:1(0) ack 1 urg 10\n", breaks: "+0 > . 1:1(0) ack 1\n", broken: "pure.more"},

		{rule: "new.afterfin", start: fw1,
			obeys: "", breaks: "+0 > F. 2:2(0) ack 1\n"},
		{rule: "new.synreceived", start: sr + "+0 write(3, ..., 10) = 10\n",
			obeys: "", breaks: "+0 > P. 1:11(10) ack 1\n"},
		{rule: "new.text.none", also: []string{"new.text", "new.window"}, start: es,
			obeys: write10, breaks: "+0 write(4, ..., 10) = 10\n+0 > P. 1:12(11) ack 1\n"},
		{rule: "new.fin.unasked", start: es,
			obeys: write10, breaks: "+0 > F. 1:1(0) ack 1\n"},
		{rule: "new.fin.early", also: []string{"new.fin"}, start: es + "+0 write(4, ..., 10) = 10\n+0 shutdown(4, SHUT_WR) = 0\n// state: FIN-WAIT-1\n",
			obeys: "+0 > FP. 1:11(10) ack 1\n", breaks: "+0 > F. 1:1(0) ack 1\n"},
		{rule: "new.window.beyond", start: es + "+.00001 < . 1:1(0) ack 1 win 500\n+0 write(4, ..., 10000) = 10000\n",
			obeys: "", breaks: "+0 > . 1:1001(1000) ack 1\n"},
		{rule: "new.window.fin", start: es + "+.00001 < . 1:1(0) ack 1 win 10\n+0 write(4, ..., 10) = 10\n+0 shutdown(4, SHUT_WR) = 0\n// state: FIN-WAIT-1\n",
			obeys: "+0 > FP. 1:11(10) ack 1\n", breaks: "+0 > FP. 1:12(11) ack 1\n", broken: "new.text.none"},
		{rule: "new.probe", start: zero + "+0 write(4, ..., 10) = 10\n",
			obeys: "+1 > . 1:2(1) ack 1\n+2 > . 1:2(1) ack 1\n", breaks: "+3 read(4, ..., 0) = 0\n", broken: "overdue.probe"},
		{rule: "new.size.over", also: []string{"new.size", "new.sws.full"}, start: es,
			obeys: full, breaks: "+0 write(4, ..., 1001) = 1001\n+0 > P. 1:1002(1001) ack 1\n"},
		{rule: "new.sws.silly", also: []string{"new.sws.override"}, start: silly,
			obeys: "+.5 > . 1:501(500) ack 1\n", breaks: "+.05 > . 1:501(500) ack 1\n"},
		{rule: "new.sws.half", start: listening + "+0 < S 0:0(0) win 800 <mss 1000>\n+0 > S. 0:0(0) ack 1 win 8000\n// state: SYN-RECEIVED\n+0 < . 1:1(0) ack 1 win 400\n// state: ESTABLISHED\n+0 accept(3, ..., ...) = 4\n+0 write(4, ..., 700) = 700\n",
			obeys: "+0 > . 1:401(400) ack 1\n", breaks: "+0 > . 1:400(399) ack 1\n", broken: "new.sws.silly"},
		{rule: "new.psh.missing", also: []string{"new.psh", "new.sws.all"}, start: es,
			obeys: write10, breaks: "+0 write(4, ..., 10) = 10\n+0 > . 1:11(10) ack 1\n"},

		{rule: "window.first", start: es + "+.00001 < . 1:5001(5000) ack 1\n+0 > . 1:1(0) ack 5001 win 3000\n+0 read(4, ..., 5000) = 5000\n",
			obeys: "+0 > . 1:1(0) ack 5001 win 4000\n", breaks: "+0 > . 1:1(0) ack 5001 win 3999\n", broken: "window.silly"},
		{rule: "window.silly", also: []string{"window.fixed", "window.opened"}, start: filled,
			obeys:  "+0 read(4, ..., 1000) = 1000\n+0 > . 1:1(0) ack 8001 win 1000\n",
			breaks: "+0 read(4, ..., 500) = 500\n+0 > . 1:1(0) ack 8001 win 500\n"},
		{rule: "keepalive.off", start: es,
			obeys: "+9000 read(4, ..., 0) = 0\n", breaks: "+7200 > . 0:0(0) ack 1\n"},
		{rule: "keepalive.early", also: []string{"keepalive"}, start: alive,
			obeys: "+60 > . 0:0(0) ack 1\n", breaks: "+30 > . 0:0(0) ack 1\n"},
		{rule: "keepalive.early", start: alive + "+0 setsockopt(4, SOL_TCP, TCP_KEEPINTVL, [10], 4) = 0\n+60 > . 0:0(0) ack 1\n",
			obeys: "+10 > . 0:0(0) ack 1\n", breaks: "+9 > . 0:0(0) ack 1\n"},
		{rule: "overdue.keepalive", also: []string{"keepalive"}, start: alive,
			obeys: "+60 > . 0:0(0) ack 1\n", breaks: "+62 > . 0:0(0) ack 1\n"},
		{rule: "overdue.keepalive", start: alive + "+0 setsockopt(4, SOL_TCP, TCP_KEEPINTVL, [10], 4) = 0\n+60 > . 0:0(0) ack 1\n",
			obeys: "+10 > . 0:0(0) ack 1\n", breaks: "+12 > . 0:0(0) ack 1\n"},
		{rule: "overdue.keepalive", start: alive + "+50 < P. 1:11(10) ack 1\n+0 > . 1:1(0) ack 11\n", // traffic puts it off
			obeys: "+60 > . 0:0(0) ack 11\n", breaks: "+62 > . 0:0(0) ack 11\n"},
		{rule: "keepalive.outstanding", start: alive + write10,
			obeys: "+1 > P. 1:11(10) ack 1\n+2 > P. 1:11(10) ack 1\n+.9 < . 1:1(0) ack 11\n+60 > . 10:10(0) ack 1\n", breaks: "+.9 > . 10:10(0) ack 1\n"},
		{rule: "keepalive.time-wait", start: es + "+0 setsockopt(4, SOL_SOCKET, SO_KEEPALIVE, [1], 4) = 0\n+0 setsockopt(4, SOL_TCP, TCP_KEEPIDLE, [60], 4) = 0\n+0 shutdown(4, SHUT_WR) = 0\n+0 > F. 1:1(0) ack 1\n// state: FIN-WAIT-1\n+.00001 < F. 1:1(0) ack 2\n+0 > . 2:2(0) ack 2\n// state: TIME-WAIT\n",
			obeys: "+60 > . 1:1(0) ack 2\n", breaks: "+50 > . 1:1(0) ack 2\n", broken: "keepalive.early"},
		{rule: "keepalive.probe", start: zero + "+0 write(4, ..., 10) = 10\n",
			obeys: "+1 > . 1:2(1) ack 1\n", breaks: "+1 > . 0:1(1) ack 1\n"},
	}
}

// What goes out again, and what must not.
func againCases() []ruleCase {
	const (
		three  = es + "+0 write(4, ..., 3000) = 3000\n+0 > . 1:1001(1000) ack 1\n+0 > . 1001:2001(1000) ack 1\n+0 > P. 2001:3001(1000) ack 1\n"
		dups   = "+.00001 < . 1:1(0) ack 1\n+.00001 < . 1:1(0) ack 1\n"
		probed = zero + "+0 write(4, ..., 10) = 10\n+1 > . 1:2(1) ack 1\n"
	)
	return []ruleCase{
		{rule: "again.probe.old", start: probed,
			obeys: "+2 > . 1:2(1) ack 1\n", breaks: "+2 > . 0:2(2) ack 1\n"},
		{rule: "again.old", start: es + write10 + "+.00001 < . 1:1(0) ack 11\n",
			obeys: "", breaks: "+1 > P. 1:11(10) ack 1\n"},
		{rule: "again.syn.flags", start: synced,
			obeys: "+1 > S. 0:0(0) ack 1 win 8000\n", breaks: "+1 > P. 0:10(10) ack 1\n"},
		{rule: "again.fin.number", also: []string{"again.fin"}, start: fw1,
			obeys: "+1 > F. 1:1(0) ack 1\n", breaks: "+1 > F. 1:2(1) ack 1\n"},
		{rule: "again.text.none", also: []string{"again.text"}, start: es + write10,
			obeys: "+1 > P. 1:11(10) ack 1\n", breaks: "+1 > P. 1:12(11) ack 1\n"},
		{rule: "again.window", start: es + "+.00001 < . 1:1(0) ack 1 win 500\n+0 write(4, ..., 700) = 700\n+.5 > . 1:401(400) ack 1\n",
			obeys: "+1 > . 1:501(500) ack 1\n", breaks: "+1 > . 1:502(501) ack 1\n"},
		{rule: "again.size", start: es + "+0 write(4, ..., 2000) = 2000\n+0 > . 1:1001(1000) ack 1\n+0 > P. 1001:2001(1000) ack 1\n",
			obeys: "+1 > . 1:1001(1000) ack 1\n", breaks: "+1 > P. 1:2001(2000) ack 1\n"},
		{rule: "again.timer", start: es + write10,
			obeys: "+1 > P. 1:11(10) ack 1\n+2 > P. 1:11(10) ack 1\n+4 > P. 1:11(10) ack 1\n", breaks: "+1 > P. 1:11(10) ack 1\n+1 > P. 1:11(10) ack 1\n", broken: "again.early"},
		// (2.2): a round trip of 0.8 s makes an RTO of 0.8 + 4 * 0.4 s.
		{rule: "again.timer", start: synced + "+.8 < . 1:1(0) ack 1\n// state: ESTABLISHED\n+0 accept(3, ..., ...) = 4\n" + write10,
			obeys: "+2.4 > P. 1:11(10) ack 1\n+4.8 > P. 1:11(10) ack 1\n", breaks: "+1.2 > P. 1:11(10) ack 1\n", broken: "again.early"},
		{rule: "overdue.text", also: []string{"again.timer"}, start: synced + "+.8 < . 1:1(0) ack 1\n// state: ESTABLISHED\n+0 accept(3, ..., ...) = 4\n" + write10,
			obeys: "+2.4 > P. 1:11(10) ack 1\n", breaks: "+2.5 > P. 1:11(10) ack 1\n"},
		// (5.7): after a SYN that was lost text begins with 3 s.
		{rule: "again.timer", start: ss + "+1 > S 0:0(0) win 8000\n+.00001 < S. 0:0(0) ack 1 <mss 1000>\n+0 > . 1:1(0) ack 1 win 8000\n// state: ESTABLISHED\n+0 write(3, ..., 10) = 10\n+0 > P. 1:11(10) ack 1\n",
			obeys: "+3 > P. 1:11(10) ack 1\n", breaks: "+1 > P. 1:11(10) ack 1\n", broken: "again.early"},
		// Karn's algorithm: the ACK of what went out again measures nothing, and the interval stays backed off.
		{rule: "again.timer", start: es + write10 + "+1 > P. 1:11(10) ack 1\n+.9 < . 1:1(0) ack 11\n+0 write(4, ..., 10) = 10\n+0 > P. 11:21(10) ack 1\n",
			obeys: "+2 > P. 11:21(10) ack 1\n", breaks: "+1 > P. 11:21(10) ack 1\n", broken: "again.early"},
		{rule: "again.early", start: es + write10,
			obeys: "+1 > P. 1:11(10) ack 1\n", breaks: "+.9 > P. 1:11(10) ack 1\n"},
		{rule: "again.fast", start: three + dups,
			obeys: "+.00001 < . 1:1(0) ack 1\n+0 > . 1:1001(1000) ack 1\n", breaks: "+0 > . 1:1001(1000) ack 1\n", broken: "again.early"},
		{rule: "again.recovery", start: three + "+1 > . 1:1001(1000) ack 1\n+.00001 < . 1:1(0) ack 1001\n",
			obeys: "+0 > . 1001:2001(1000) ack 1\n+0 > P. 2001:3001(1000) ack 1\n", breaks: "+0 > . 1001:2001(1000) ack 1\n+0 > . 1001:2001(1000) ack 1\n", broken: "again.early"},
		{rule: "again.inner", start: three,
			obeys: "+1 > . 1:1001(1000) ack 1\n", breaks: "+1 > . 1:1001(1000) ack 1\n+0 > . 1001:2001(1000) ack 1\n"},

		{rule: "overdue.syn", start: ss,
			obeys: "+1 > S 0:0(0) win 8000\n+2 > S 0:0(0) win 8000\n", breaks: "+1 > S 0:0(0) win 8000\n+2.1 > S 0:0(0) win 8000\n"},
		{rule: "overdue.fin", start: fw1,
			obeys: "+1 > F. 1:1(0) ack 1\n", breaks: "+1.1 > F. 1:1(0) ack 1\n"},
		{rule: "overdue.text", start: es + write10,
			obeys: "+1 > P. 1:11(10) ack 1\n", breaks: "+1.1 > P. 1:11(10) ack 1\n"},
		{rule: "overdue.probe", start: probed + "+.00001 < . 1:1(0) ack 1 win 0\n",
			obeys: "+2 > . 1:2(1) ack 1\n", breaks: "+4 read(4, ..., 0) = 0\n"},
		{rule: "overdue.send", start: zero + "+0 write(4, ..., 10) = 10\n+.00001 < . 1:1(0) ack 1\n",
			obeys: "+0 > P. 1:11(10) ack 1\n", breaks: "+1.1 > P. 1:11(10) ack 1\n"},
		{rule: "overdue.send.fin", start: zero + "+0 shutdown(4, SHUT_WR) = 0\n// state: FIN-WAIT-1\n+.00001 < . 1:1(0) ack 1\n",
			obeys: "+0 > F. 1:1(0) ack 1\n", breaks: "+1.1 > F. 1:1(0) ack 1\n"},
		{rule: "overdue.timewait", start: tw,
			obeys: "+240 read(4, ..., 0) = 0\n// state: CLOSED\n+1 read(4, ..., 0) = 0\n", breaks: "+243 read(4, ..., 0) = 0\n"},
	}
}
