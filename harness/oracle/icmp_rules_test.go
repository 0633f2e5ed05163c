package oracle

// Each rule of ICMP with a trace that obeys it and one that breaks just it.
func icmpCases() []ruleCase {
	const (
		gone  = "// state: CLOSED\n+.1 close(3) = 0\n"
		later = "+.1 getsockopt(4, SOL_SOCKET, SO_ERROR, "
		big   = es + "+0 write(4, ..., 1000) = 1000\n+0 > P. 1:1001(1000) ack 1\n"
	)
	return []ruleCase{
		{rule: "icmp.none", start: wasReset + "+0 read(4, ..., 10) = -1 ECONNRESET\n",
			obeys:  "+.00001 < icmp unreachable net_unreachable [1:1(0)]\n" + later + "[0], [4]) = 0\n",
			breaks: "+.00001 < icmp unreachable net_unreachable [1:1(0)]\n" + later + "[101], [4]) = 0\n", broken: "status.error"},
		{rule: "icmp.stale", start: es + write10,
			obeys:  "+.00001 < icmp unreachable port_unreachable [11:12(1)]\n" + later + "[0], [4]) = 0\n",
			breaks: "+.00001 < icmp source_quench [11:12(1)]\n" + later + "[111], [4]) = 0\n", broken: "status.error"},
		{rule: "icmp.noerror", icmp: 5, start: es + write10, // a Redirect (RFC 792)
			obeys:  "+.00001 < icmp source_quench [1:11(10)]\n" + later + "[0], [4]) = 0\n",
			breaks: "+.00001 < icmp source_quench [1:11(10)]\n" + gone},
		{rule: "icmp.quench", start: es + write10,
			obeys:  "+.00001 < icmp source_quench [1:11(10)]\n" + later + "[0], [4]) = 0\n",
			breaks: "+.00001 < icmp source_quench [1:11(10)]\n" + gone},
		{rule: "icmp.soft", also: []string{"icmp.inflight"}, start: es + write10,
			obeys:  "+.00001 < icmp unreachable host_unreachable [1:11(10)]\n" + later + "[113], [4]) = 0\n",
			breaks: "+.00001 < icmp unreachable host_unreachable [1:11(10)]\n" + gone},
		{rule: "icmp.hard", start: ss,
			obeys:  "+.00001 < icmp unreachable port_unreachable [0:0(0)]\n// state: CLOSED\n+0 connect(3, ..., ...) = -1 ECONNREFUSED\n",
			breaks: "+.00001 < icmp unreachable port_unreachable [0:0(0)]\n// state: CLOSED\n+0 connect(3, ..., ...) = -1 EAGAIN\n", broken: "open.closed.told"},
		{rule: "icmp.hard.synchronized", start: es + write10,
			obeys:  "+.00001 < icmp unreachable protocol_unreachable [1:11(10)]\n+0 > R. 11:11(0) ack 1\n// state: CLOSED\n",
			breaks: "+.00001 < icmp unreachable protocol_unreachable [1:11(10)]\n// state: FIN-WAIT-1\n+.1 close(3) = 0\n"},
		{rule: "icmp.toobig.syn", start: ss,
			obeys:  "+.00001 < icmp unreachable frag_needed mtu 1000 [0:0(0)]\n+1 > S 0:0(0) win 8000\n",
			breaks: "+.00001 < icmp unreachable frag_needed mtu 1000 [0:0(0)]\n// state: CLOSED\n+.1 read(3, ..., 0) = 0\n"},
		{rule: "icmp.toobig", start: big,
			obeys:  "+.00001 < icmp unreachable frag_needed mtu 640 [1:1001(1000)]\n+0 > . 1:601(600) ack 1\n+0 > P. 601:1001(400) ack 1\n",
			breaks: "+.00001 < icmp unreachable frag_needed mtu 640 [1:1001(1000)]\n+0 > P. 1:1001(1000) ack 1\n", broken: "again.size"},
		{rule: "icmp.toobig.raise", start: big,
			obeys:  "+.00001 < icmp unreachable frag_needed mtu 1500 [1:1001(1000)]\n+1 > P. 1:1001(1000) ack 1\n",
			breaks: "+.00001 < icmp unreachable frag_needed mtu 1500 [1:1001(1000)]\n+0 > P. 1:1001(1000) ack 1\n", broken: "again.early"},
		{rule: "icmp.unlisted", start: es + write10,
			obeys:  "+.00001 < icmp unreachable net_prohibited [1:11(10)]\n" + later + "[113], [4]) = 0\n",
			breaks: "+.00001 < icmp unreachable net_prohibited [1:11(10)]\n// state: FIN-WAIT-1\n+.1 close(3) = 0\n"},
	}
}
