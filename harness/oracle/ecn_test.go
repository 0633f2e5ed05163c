package oracle

import "github.com/twinstack/twinstack/harness/trace"

// Ways to a connection that is ECN-capable.
const (
	setupSynced = listening + "+0 < SEW 0:0(0) <mss 1000>\n+0 > S.E 0:0(0) ack 1 win 8000 <mss 1000>\n// state: SYN-RECEIVED\n"
	setupAccept = "+0 accept(3, ..., ...) = 4\n+0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n"
	setup       = setupSynced + "+.00001 < . 1:1(0) ack 1\n// state: ESTABLISHED\n" + setupAccept
	setupWrite  = "+0 write(4, ..., 10) = 10\n+0 > [ect0] P. 1:11(10) ack 1\n"
	setupFilled = "+.00001 < [ect0] . 1:8001(8000) ack 1\n+0 > . 1:1(0) ack 8001\n"
	setupZero   = setup + "+.00001 < . 1:1(0) ack 1 win 0\n+0 write(4, ..., 10) = 10\n"
	setupOpen   = opening + "+0 connect(3, ..., ...) = -1 EINPROGRESS\n+0 > SEW 0:0(0) win 8000 <mss 1000>\n// state: SYN-SENT\n"
)

// Each rule of ECN.
func ecnCases() []ruleCase {
	const (
		ce      = "+.00001 < [ce] P. 1:11(10) ack 1\n+0 > .E 1:1(0) ack 11\n"
		opens   = opening + "+0 connect(3, ..., ...) = -1 EINPROGRESS\n"
		joined  = "+.00001 < S.E 0:0(0) ack 1 <mss 1000>\n+0 > . 1:1(0) ack 1 win 8000\n// state: ESTABLISHED\n"
		writes  = "+0 write(3, ..., 10) = 10\n"
		probed  = "+1 > . 1:2(1) ack 1\n"
		ece     = setup + setupWrite + "+.00001 < .E 1:1(0) ack 11\n+0 write(4, ..., 10) = 10\n"
		ackCE   = "+.00001 < [ce] P. 1:11(10) ack 1\n"
		unasked = setup + text10
	)
	return []ruleCase{
		{rule: "ecn.rst", start: setup,
			obeys:  "+.00001 < P. 1:11(10) ack 1\n+0 > . 1:1(0) ack 11\n+0 close(4) = 0\n+0 > R. 1:1(0) ack 11\n// state: CLOSED\n",
			breaks: "+.00001 < P. 1:11(10) ack 1\n+0 > . 1:1(0) ack 11\n+0 close(4) = 0\n+0 > [ect0] R. 1:1(0) ack 11\n// state: CLOSED\n"},
		{rule: "ecn.syn.ect", also: []string{"ecn.syn.setup"}, start: opens,
			obeys: "+0 > SEW 0:0(0) win 8000\n// state: SYN-SENT\n", breaks: "+0 > [ect0] SEW 0:0(0) win 8000\n// state: SYN-SENT\n"},
		{rule: "ecn.syn.ect", start: listening + "+0 < SEW 0:0(0) <mss 1000>\n",
			obeys: "+0 > S.E 0:0(0) ack 1 win 8000\n// state: SYN-RECEIVED\n", breaks: "+0 > [ect1] S.E 0:0(0) ack 1 win 8000\n// state: SYN-RECEIVED\n"},
		{rule: "ecn.synack.unasked", also: []string{"ecn.syn.none"}, start: listening + "+0 < SE 0:0(0) <mss 1000>\n",
			obeys: "+0 > S. 0:0(0) ack 1 win 8000\n// state: SYN-RECEIVED\n", breaks: "+0 > S.E 0:0(0) ack 1 win 8000\n// state: SYN-RECEIVED\n"},
		{rule: "ecn.synack.setup", start: setupOpen + "+.00001 < SEW 0:0(0) <mss 1000>\n",
			obeys: "+0 > S.E 0:0(0) ack 1 win 8000\n// state: SYN-RECEIVED\n", breaks: "+0 > [ect0] S.E 0:0(0) ack 1 win 8000\n// state: SYN-RECEIVED\n", broken: "ecn.syn.ect"},

		{rule: "ecn.ce", start: setup,
			obeys: setupWrite, breaks: "+0 write(4, ..., 10) = 10\n+0 > [ce] P. 1:11(10) ack 1\n"},
		{rule: "ecn.ect.unused", start: setupOpen + "+.00001 < S.EW 0:0(0) ack 1 <mss 1000>\n+0 > . 1:1(0) ack 1 win 8000\n// state: ESTABLISHED\n" + writes,
			obeys: "+0 > P. 1:11(10) ack 1\n", breaks: "+0 > [ect0] P. 1:11(10) ack 1\n"},
		// After a fallback: both have sent an ECN-setup packet, and the IUT one that is none.
		{rule: "ecn.ect.unused", also: []string{"ecn.syn.none"}, start: setupOpen + "+1 > S 0:0(0) win 8000\n" + joined + writes,
			obeys: "+0 > P. 1:11(10) ack 1\n", breaks: "+0 > [ect0] P. 1:11(10) ack 1\n"},
		{rule: "ecn.ect.ack", start: setup,
			obeys: text10, breaks: "+.00001 < P. 1:11(10) ack 1\n+0 > [ect0] . 1:1(0) ack 11\n"},
		{rule: "ecn.ect.again", also: []string{"ecn.ect", "ecn.cwr.loss"}, start: setup,
			obeys: setupWrite + "+1 > P. 1:11(10) ack 1\n", breaks: setupWrite + "+1 > [ect0] P. 1:11(10) ack 1\n"},
		{rule: "ecn.ect", start: setup,
			obeys: setupWrite, breaks: setupWrite + "+1 > [ect0] P. 1:11(10) ack 1\n", broken: "ecn.ect.again"},
		{rule: "ecn.ect.probe", start: setupZero,
			obeys: probed, breaks: "+1 > [ect0] . 1:2(1) ack 1\n"},

		{rule: "ecn.cwr.unused", start: es,
			obeys: write10, breaks: "+0 write(4, ..., 10) = 10\n+0 > P.W 1:11(10) ack 1\n"},
		{rule: "ecn.cwr.probe", start: setupZero,
			obeys: probed, breaks: "+1 > .W 1:2(1) ack 1\n"},
		{rule: "ecn.cwr.unasked", start: setup,
			obeys: setupWrite, breaks: "+0 write(4, ..., 10) = 10\n+0 > [ect0] P.W 1:11(10) ack 1\n"},
		{rule: "ecn.cwr", start: ece,
			obeys:  "+0 > [ect0] P.W 11:21(10) ack 1\n+0 write(4, ..., 10) = 10\n+0 > [ect0] P. 21:31(10) ack 1\n",
			breaks: "+0 > [ect0] P.W 11:21(10) ack 1\n+0 write(4, ..., 10) = 10\n+0 > [ect0] P.W 21:31(10) ack 1\n", broken: "ecn.cwr.unasked"},
		{rule: "ecn.cwr.missing", also: []string{"ecn.cwr.waits", "ecn.cwr"}, start: ece,
			obeys: "+.00001 < P. 1:11(10) ack 11\n+0 > . 11:11(0) ack 11\n+0 > [ect0] P.W 11:21(10) ack 11\n", breaks: "+0 > [ect0] P. 11:21(10) ack 1\n"},

		{rule: "ecn.echo.unasked", start: setup,
			obeys: "+.00001 < [ect0] P. 1:11(10) ack 1\n+0 > . 1:1(0) ack 11\n", breaks: "+.00001 < [ect0] P. 1:11(10) ack 1\n+0 > .E 1:1(0) ack 11\n"},
		{rule: "ecn.echo.unasked", start: es,
			obeys: ackCE + "+0 > . 1:1(0) ack 11\n", breaks: ackCE + "+0 > .E 1:1(0) ack 11\n"},
		{rule: "ecn.echo.missing", also: []string{"ecn.echo"}, start: setup,
			obeys: ackCE + "+0 > .E 1:1(0) ack 11\n", breaks: ackCE + "+0 > . 1:1(0) ack 11\n"},
		{rule: "ecn.echo", also: []string{"ecn.echo.none"}, start: setup + ce,
			obeys:  "+.00001 < P.W 11:21(10) ack 1\n+0 > . 1:1(0) ack 21\n+.00001 < P. 21:31(10) ack 1\n+0 > . 1:1(0) ack 31\n",
			breaks: "+.00001 < P. 11:21(10) ack 1\n+0 > . 1:1(0) ack 21\n", broken: "ecn.echo.missing"},
		// What answers the CWR may have it still; what comes behind may not.
		{rule: "ecn.echo.unasked", start: setup + ce + "+.00001 < P.W 11:21(10) ack 1\n+0 > .E 1:1(0) ack 21\n+.00001 < P. 21:31(10) ack 1\n",
			obeys: "+0 > . 1:1(0) ack 31\n", breaks: "+0 > .E 1:1(0) ack 31\n"},
		// After a fallback the peer's CE counts all the same.
		{rule: "ecn.echo.missing", start: setupOpen + "+1 > S 0:0(0) win 8000\n" + joined,
			obeys: ackCE + "+0 > .E 1:1(0) ack 11\n", breaks: ackCE + "+0 > . 1:1(0) ack 11\n"},
		{rule: "ecn.echo.none", start: unasked,
			obeys:  "+.00001 < [ce] P. 1:11(10) ack 1\n+0 > . 1:1(0) ack 11\n+.00001 < P. 11:21(10) ack 1\n+0 > . 1:1(0) ack 21\n",
			breaks: "+.00001 < [ce] P. 1:11(10) ack 1\n+0 > . 1:1(0) ack 11\n+.00001 < P. 11:21(10) ack 1\n+0 > .E 1:1(0) ack 21\n", broken: "ecn.echo.unasked"},
		{rule: "ecn.echo", start: setup + setupFilled,
			obeys:  "+.00001 < [ce] P. 8001:8002(1) ack 1\n+0 > .E 1:1(0) ack 8001 win 0\n+.00001 < P. 8001:8002(1) ack 1\n+0 > .E 1:1(0) ack 8001 win 0\n",
			breaks: "+.00001 < [ce] P. 8001:8002(1) ack 1\n+0 > .E 1:1(0) ack 8001 win 0\n+.00001 < P. 8001:8002(1) ack 1\n+0 > . 1:1(0) ack 8001 win 0\n", broken: "ecn.echo.missing"},
		// A window of one segment: the next waits for the timer, however long that is.
		{rule: "overdue.send", start: setupSynced + "+.8 < . 1:1(0) ack 1\n// state: ESTABLISHED\n" + setupAccept + setupWrite + "+.00001 < .E 1:1(0) ack 11\n+0 write(4, ..., 10) = 10\n",
			obeys: "+2.6 > [ect0] P.W 11:21(10) ack 1\n", breaks: "+4 read(4, ..., 0) = 0\n"},
	}
}

func zeroSend(n *TCB) { n.SndWnd = 0 }

// everyECN calls f with all that may be known of ECN.
func everyECN(f func(ECN)) {
	for setup := range 16 {
		for echo := EchoNo; echo <= EchoProbe; echo++ {
			for cwr := CWRNo; cwr <= CWRMay; cwr++ {
				e := ECN{Offered: setup&1 != 0, Declined: setup&2 != 0, Heard: setup&4 != 0, Refused: setup&8 != 0, Echo: echo, CWR: cwr}
				f(e)
				e.Told, e.ECT, e.Echoed, e.Marked = true, true, true, 1
				f(e)
			}
		}
	}
}

// ecn goes through the checks of ECN with every segment, new, again, of text and not, and everything that may be known.
func (w *walker) ecn(name string, n TCB, p *Profile) {
	var all []trace.Segment
	for _, flags := range []trace.Flags{trace.SYN, trace.SYN | trace.ACK, trace.RST, trace.ACK, trace.FIN | trace.ACK} {
		for _, marks := range []trace.Flags{0, trace.ECE, trace.CWR, trace.ECE | trace.CWR} {
			for _, seq := range []uint32{n.SndUna, n.SndNxt} {
				for _, text := range []int{0, 5} {
					all = append(all, trace.Segment{Flags: flags | marks, Seq: seq, Ack: n.RcvNxt, Payload: make([]byte, text)})
				}
			}
		}
	}
	everyECN(func(e ECN) {
		n.ECN = e
		for i := range all {
			for codepoint := trace.NotECT; codepoint <= trace.CE; codepoint++ {
				w.try(name, func(t *Turn) ([]Outcome, error) { return through(ecnChecks, t) }, Turn{T: n, P: p, Now: now, Seg: &all[i], Codepoint: codepoint})
			}
		}
	})
}
