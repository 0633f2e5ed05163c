package oracle

import (
	"encoding/binary"

	"github.com/twinstack/twinstack/harness/trace"
)

// The ways into ESTABLISHED with SACK in use: the peer's SYN permits it, and the IUT's.
const (
	sackSynced = listening + "+0 < S 0:0(0) <mss 1000,nop,nop,sackOK>\n+0 > S. 0:0(0) ack 1 win 8000 <mss 1000,nop,nop,sackOK>\n// state: SYN-RECEIVED\n"
	sackES     = sackSynced + "+.00001 < . 1:1(0) ack 1\n// state: ESTABLISHED\n+0 accept(3, ..., ...) = 4\n+0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n"
	sackHole   = sackES + "+.00001 < P. 101:111(10) ack 1\n+0 > . 1:1(0) ack 1 <nop,nop,sack 101:111>\n"
	// Four runs, and the next makes a fifth.
	sackRuns = sackHole + "+.00001 < P. 201:211(10) ack 1\n+0 > . 1:1(0) ack 1 <nop,nop,sack 201:211 101:111>\n" +
		"+.00001 < P. 301:311(10) ack 1\n+0 > . 1:1(0) ack 1 <nop,nop,sack 301:311 201:211 101:111>\n" +
		"+.00001 < P. 401:411(10) ack 1\n+0 > . 1:1(0) ack 1 <nop,nop,sack 401:411 301:311 201:211 101:111>\n"
	sackTwoRuns = sackHole + "+.00001 < P. 201:211(10) ack 1\n+0 > . 1:1(0) ack 1 <nop,nop,sack 201:211 101:111>\n"
)

// Each rule of what a receiver reports.
func sackCases() []ruleCase {
	const (
		second  = "+.00001 < P. 201:211(10) ack 1\n"
		fifth   = "+.00001 < P. 501:511(10) ack 1\n"
		again   = "+.00001 < P. 101:111(10) ack 1\n"
		grown   = sackES + "+.00001 < P. 101:121(20) ack 1\n+0 > . 1:1(0) ack 1 <nop,nop,sack 101:121>\n"
		inOrder = sackES + "+.00001 < P. 1:11(10) ack 1\n+0 > . 1:1(0) ack 11\n"
		text    = "+0 write(4, ..., 10) = 10\n"
	)
	return []ruleCase{
		{rule: "sack.permitted.other", also: []string{"sack.permitted", "sack.past"}, start: sackSynced + "+.00001 < . 1:1(0) ack 1\n// state: ESTABLISHED\n+0 accept(3, ..., ...) = 4\n" + text,
			obeys: "+0 > P. 1:11(10) ack 1\n", breaks: "+0 > P. 1:11(10) ack 1 <nop,nop,sackOK>\n"},
		{rule: "sack.unasked", start: es + "+.00001 < P. 101:111(10) ack 1\n",
			obeys: "+0 > . 1:1(0) ack 1\n", breaks: "+0 > . 1:1(0) ack 1 <nop,nop,sack 101:111>\n"},
		{rule: "sack.unasked", // one SYN alone does not permit it
			start: listening + "+0 < S 0:0(0) <mss 1000,nop,nop,sackOK>\n+0 > S. 0:0(0) ack 1 win 8000 <mss 1000>\n// state: SYN-RECEIVED\n+.00001 < . 1:1(0) ack 1\n// state: ESTABLISHED\n+.00001 < P. 101:111(10) ack 1\n",
			obeys: "+0 > . 1:1(0) ack 1\n", breaks: "+0 > . 1:1(0) ack 1 <nop,nop,sack 101:111>\n"},
		{rule: "sack.syn", start: listening + "+0 < S 0:10(10) <mss 1000,nop,nop,sackOK>\n",
			obeys:  "+0 > S. 0:0(0) ack 1 win 8000 <mss 1000,nop,nop,sackOK>\n// state: SYN-RECEIVED\n",
			breaks: "+0 > S. 0:0(0) ack 1 win 8000 <mss 1000,nop,nop,sackOK,nop,nop,sack 1:11>\n// state: SYN-RECEIVED\n"},
		{rule: "sack.untrue", also: []string{"sack.blocks"}, start: sackHole + second,
			obeys: "+0 > . 1:1(0) ack 1 <nop,nop,sack 201:211 101:111>\n", breaks: "+0 > . 1:1(0) ack 1 <nop,nop,sack 201:211 101:112>\n"},
		{rule: "sack.blocks", start: sackHole + second, // two runs that do not touch are two blocks
			obeys: "+0 > . 1:1(0) ack 1 <nop,nop,sack 201:211 101:111>\n", breaks: "+0 > . 1:1(0) ack 1 <nop,nop,sack 101:211>\n", broken: "sack.untrue"},
		{rule: "sack.untrue", start: sackHole + "+.00001 < P. 111:121(10) ack 1\n", // and two that do are one
			obeys: "+0 > . 1:1(0) ack 1 <nop,nop,sack 101:121>\n", breaks: "+0 > . 1:1(0) ack 1 <nop,nop,sack 111:121 101:111>\n"},
		{rule: "sack.untrue", start: sackHole + text, // below RCV.NXT
			obeys: "+0 > P. 1:11(10) ack 1 <nop,nop,sack 101:111>\n", breaks: "+0 > P. 1:11(10) ack 1 <nop,nop,sack 101:111 0:1>\n"},
		{rule: "sack.first", start: sackHole + second,
			obeys: "+0 > . 1:1(0) ack 1 <nop,nop,sack 201:211 101:111>\n", breaks: "+0 > . 1:1(0) ack 1 <nop,nop,sack 101:111 201:211>\n"},
		{rule: "sack.blocks", start: sackTwoRuns + "+.00001 < P. 1:11(10) ack 1\n", // it advanced the acknowledgment: any order
			obeys: "+0 > . 1:1(0) ack 11 <nop,nop,sack 101:111 201:211>\n", breaks: "+0 > . 1:1(0) ack 11 <nop,nop,sack 1:11 101:111 201:211>\n", broken: "sack.untrue"},
		{rule: "sack.blocks", start: sackTwoRuns + "+.00001 < P. 1:101(100) ack 1\n", // what the text has filled is gone
			obeys: "+0 > . 1:1(0) ack 111 <nop,nop,sack 201:211>\n", breaks: "+0 > . 1:1(0) ack 111 <nop,nop,sack 101:111 201:211>\n", broken: "sack.untrue"},
		{rule: "sack.blocks", start: sackRuns + fifth,
			obeys:  "+0 > . 1:1(0) ack 1 <nop,nop,sack 501:511 401:411 301:311 201:211>\n",
			breaks: "+0 > . 1:1(0) ack 1 <nop,nop,sack 501:511 401:411 301:311 501:512>\n", broken: "sack.untrue"},
		{rule: "sack.blocks", start: sackES + "+.00001 < F. 101:111(10) ack 1\n", // whether a FIN is an octet of it is not said
			obeys: "+0 > . 1:1(0) ack 1 <nop,nop,sack 101:112>\n", breaks: "+0 > . 1:1(0) ack 1 <nop,nop,sack 101:113>\n", broken: "sack.untrue"},
		{rule: "sack.dsack", start: inOrder + "+.00001 < P. 1:11(10) ack 1\n",
			obeys: "+0 > . 1:1(0) ack 11 <nop,nop,sack 1:11>\n", breaks: "+0 > . 1:1(0) ack 11 <nop,nop,sack 0:11>\n", broken: "sack.untrue"},
		{rule: "sack.none", start: inOrder + "+.00001 < P. 1:11(10) ack 1\n", // it is an extension
			obeys: "+0 > . 1:1(0) ack 11\n", breaks: "+0 > . 1:1(0) ack 11 <nop,nop,sack 11:12>\n", broken: "sack.untrue"},
		{rule: "sack.dsack", start: inOrder + "+.00001 < P. 1:11(10) ack 1\n+0 > . 1:1(0) ack 11 <nop,nop,sack 1:11>\n" + text, // once
			obeys: "+0 > P. 1:11(10) ack 11\n", breaks: "+0 > P. 1:11(10) ack 11 <nop,nop,sack 1:11>\n", broken: "sack.untrue"},
		{rule: "sack.dsack", start: sackHole + again, // the run itself, or the duplicate first
			obeys: "+0 > . 1:1(0) ack 1 <nop,nop,sack 101:111>\n", breaks: "+0 > . 1:1(0) ack 1 <nop,nop,sack 102:112>\n", broken: "sack.untrue"},
		{rule: "sack.dsack", start: grown + again,
			obeys: "+0 > . 1:1(0) ack 1 <nop,nop,sack 101:111 101:121>\n", breaks: "+0 > . 1:1(0) ack 1 <nop,nop,sack 101:121 101:111>\n", broken: "sack.untrue"},
	}
}

// What goes out again where SACK is in use.
func sackAgainCases() []ruleCase {
	const two = sackES + "+0 write(4, ..., 1010) = 1010\n+0 > . 1:1001(1000) ack 1\n+0 > P. 1001:1011(10) ack 1\n"
	return []ruleCase{
		{rule: "again.tail", start: two, // not the first segment, and once
			obeys: "+.3 > P. 1001:1011(10) ack 1\n+1 > . 1:1001(1000) ack 1\n", breaks: "+.3 > . 1:1001(1000) ack 1\n", broken: "again.early"},
		{rule: "again.tail", start: two,
			obeys: "+.3 > P. 1001:1011(10) ack 1\n+1 > . 1:1001(1000) ack 1\n", breaks: "+.3 > P. 1001:1011(10) ack 1\n+.3 > P. 1001:1011(10) ack 1\n", broken: "again.inner"},
		{rule: "again.tail.rto", start: two, // the RTO runs from the probe on
			obeys: "+.3 > P. 1001:1011(10) ack 1\n+1 > . 1:1001(1000) ack 1\n", breaks: "+.3 > P. 1001:1011(10) ack 1\n+.7 > . 1:1001(1000) ack 1\n"},
		{rule: "again.tail", start: sackSynced + "+.8 < . 1:1(0) ack 1\n// state: ESTABLISHED\n+0 accept(3, ..., ...) = 4\n+0 write(4, ..., 10) = 10\n+0 > P. 1:11(10) ack 1\n",
			obeys: "+1.6 > P. 1:11(10) ack 1\n", breaks: "+1.5 > P. 1:11(10) ack 1\n", broken: "again.early"},
	}
}

// What a sender makes of what a peer reports.
func scoreboardCases() []ruleCase {
	const (
		four   = sackES + "+0 write(4, ..., 4000) = 4000\n+0 > . 1:1001(1000) ack 1\n+0 > . 1001:2001(1000) ack 1\n+0 > . 2001:3001(1000) ack 1\n+0 > P. 3001:4001(1000) ack 1\n"
		second = "+.00001 < . 1:1(0) ack 1 <nop,nop,sack 1001:2001>\n"
		three  = "+.00001 < . 1:1(0) ack 1 <nop,nop,sack 1001:4001>\n"
		first  = "> . 1:1001(1000) ack 1\n"
		// The first of two segments was sent 0.1 s before the second.
		apart = sackES + "+0 write(4, ..., 10) = 10\n+0 > P. 1:11(10) ack 1\n+.1 write(4, ..., 10) = 10\n+0 > P. 11:21(10) ack 1\n"
	)
	return []ruleCase{
		{rule: "again.sack", start: four, // three segments at once are evidence
			obeys: three + "+0 " + first, breaks: "+.00001 < . 1:1(0) ack 1\n+0 " + first, broken: "again.early"},
		{rule: "again.sack", start: four + second, // one is not, but for RACK when the reordering window has passed
			obeys: "+.001 " + first, breaks: "+0 " + first, broken: "again.early"},
		{rule: "again.sack", start: apart + "+.00001 < . 1:1(0) ack 1 <nop,nop,sack 11:21>\n", // unless what has come was sent later
			obeys: "+0 > P. 1:11(10) ack 1\n", breaks: "+0 > P. 1:11(10) ack 1\n+0 > P. 1:11(10) ack 1\n", broken: "again.early"},
		{rule: "again.sack", start: four, // blocks of what is not in flight are none
			obeys:  second + "+.00001 < . 1:1(0) ack 1 <nop,nop,sack 1001:2001>\n+0 " + first,
			breaks: "+.00001 < . 1:1(0) ack 1 <nop,nop,sack 4001:9001>\n+.00001 < . 1:1(0) ack 1 <nop,nop,sack 4294960000:1>\n+0 " + first, broken: "again.early"},
		{rule: "again.sack", start: four, // nor are those the wrong way round
			obeys: three + "+0 " + first, breaks: "+.00001 < . 1:1(0) ack 1 <nop,nop,sack 4001:1001>\n+0 " + first, broken: "again.early"},
		{rule: "again.sack", start: es + "+0 write(4, ..., 10) = 10\n+0 > P. 1:11(10) ack 1\n+0 write(4, ..., 10) = 10\n+0 > P. 11:21(10) ack 1\n+.00001 < . 1:1(0) ack 1 <nop,nop,sack 11:21>\n", whose: "no SACK",
			obeys: "", breaks: "+.1 > P. 1:11(10) ack 1\n", broken: "again.early"},
		{rule: "again.left", start: four + three + "+0 " + first + "+.00001 < . 1:1(0) ack 1001\n",
			obeys: "+1 > . 1001:2001(1000) ack 1\n", breaks: "+1 > . 2001:3001(1000) ack 1\n"},
		{rule: "again.rescue", start: four + "+.00001 < . 1:1(0) ack 1 <nop,nop,sack 1001:2001>\n+.001 " + first,
			obeys: "+0 > P. 3001:4001(1000) ack 1\n", breaks: "+0 > P. 3001:4001(1000) ack 1\n+0 > . 2001:3001(1000) ack 1\n", broken: "again.inner"},
		{rule: "new.sws.sack", start: sackES + "+0 write(4, ..., 4000) = 4000\n",
			obeys: "+0 > . 1:965(964) ack 1\n", breaks: "+0 > . 1:964(963) ack 1\n", broken: "new.sws.silly"},
	}
}

// What a receiver that reports does not follow of a SHOULD.
func sackAgainst() []againstCase {
	const second = "+.00001 < P. 201:211(10) ack 1\n"
	const reported = sackES + "+0 write(4, ..., 3000) = 3000\n+0 > . 1:1001(1000) ack 1\n+0 > . 1001:2001(1000) ack 1\n+0 > P. 2001:3001(1000) ack 1\n" +
		"+.00001 < . 1:1(0) ack 1 <nop,nop,sack 1001:3001>\n"
	return []againstCase{
		{"again.sacked", reported + "+.001 > . 1:1001(1000) ack 1\n+0 > . 1001:2001(1000) ack 1\n", []string{"RFC2018-5-1"}},
		{"sack.missing", sackHole + second + "+0 > . 1:1(0) ack 1\n", []string{"RFC2018-4-2"}},
		{"sack.fewer", sackHole + second + "+0 > . 1:1(0) ack 1 <nop,nop,sack 201:211>\n", []string{"RFC2018-4-5"}},
		{"sack.recent", sackRuns + "+.00001 < P. 501:511(10) ack 1\n+0 > . 1:1(0) ack 1 <nop,nop,sack 501:511 101:111 201:211 301:311>\n", []string{"RFC2018-4-6"}},
		{"sack.dsack.run", sackES + "+.00001 < P. 101:121(20) ack 1\n+0 > . 1:1(0) ack 1 <nop,nop,sack 101:121>\n" +
			"+.00001 < P. 201:211(10) ack 1\n+0 > . 1:1(0) ack 1 <nop,nop,sack 201:211 101:121>\n" +
			"+.00001 < P. 101:111(10) ack 1\n+0 > . 1:1(0) ack 1 <nop,nop,sack 101:111 201:211 101:121>\n", []string{"RFC2883-4-2"}},
		{"sack.dsack.part", sackTwoRuns + "+.00001 < P. 101:221(120) ack 1\n+0 > . 1:1(0) ack 1 <nop,nop,sack 201:211 101:221>\n", []string{"RFC2883-4.2-1"}},
	}
}

// sackOptions are SACK options that an IUT might send.
func sackOptions(n *TCB, f func(*trace.Segment)) {
	edges := []uint32{n.SndUna, n.RcvNxt - 10, n.RcvNxt, n.RcvNxt + 10, n.RcvNxt + 15, n.RcvNxt + 20, n.RcvNxt + 30, n.RcvNxt + 40}
	var four []byte // of six: the newest, and the oldest
	for _, run := range []uint32{110, 10, 30, 50} {
		four = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(four, n.RcvNxt+run), n.RcvNxt+run+10)
	}
	f(&trace.Segment{Flags: trace.ACK, Seq: n.SndNxt, Ack: n.RcvNxt, Options: []trace.Option{{Kind: trace.OptSACK, Data: four}}})
	for _, flags := range []trace.Flags{trace.ACK, trace.SYN | trace.ACK} {
		f(&trace.Segment{Flags: flags, Seq: n.SndNxt, Ack: n.RcvNxt, Options: []trace.Option{{Kind: trace.OptSACKPermitted}}})
		f(&trace.Segment{Flags: flags, Seq: n.SndNxt, Ack: n.RcvNxt, Options: []trace.Option{{Kind: trace.OptSACK}}})
		f(&trace.Segment{Flags: flags, Seq: n.SndNxt, Ack: n.RcvNxt})
		for i, from := range edges {
			for _, to := range edges[i:] {
				for _, second := range [][2]uint32{{}, {n.RcvNxt + 10, n.RcvNxt + 20}, {n.RcvNxt + 30, n.RcvNxt + 40}} {
					data := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, from), to)
					if second != [2]uint32{} {
						data = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(data, second[0]), second[1])
					}
					f(&trace.Segment{Flags: flags, Seq: n.SndNxt, Ack: n.RcvNxt, Window: uint16(n.RcvWnd), Options: []trace.Option{{Kind: trace.OptSACK, Data: data}}})
				}
			}
		}
	}
}

// reporting are TCBs with SACK in use that hold runs, and have heard of one again.
func reporting() (all []TCB) {
	for _, permitted := range []bool{false, true} {
		n := tcbIn(trace.Established)
		n.SackOK, n.MaxRcvWnd = permitted, n.RcvWnd
		all = append(all, n)
		for i := range uint32(6) {
			text := Span{n.RcvNxt + 20*i + 10, n.RcvNxt + 20*i + 20}
			n = n.Clone()
			n.hold(text)
			n.reports(text, true)
			all = append(all, n)
			for _, old := range []*trace.Segment{seg(".", n.RcvNxt-10, n.SndNxt, 10), seg(".", n.RcvNxt+12, n.SndNxt, 30), seg(".", n.RcvNxt+10, n.SndNxt, 5)} {
				again := n.Clone()
				if again.SackOK {
					again.repeats(old)
				}
				if lt(n.RcvNxt, old.Seq) {
					span := Span{old.Seq, old.Seq + old.Len()}
					again.hold(span)
					again.reports(span, true)
				}
				all = append(all, again)
			}
		}
	}
	return all
}

// sacks goes through the rules of what an IUT announces with every option.
func (w *walker) sacks() {
	for _, n := range reporting() {
		sackOptions(&n, func(s *trace.Segment) { w.try("with SACK", announces, Turn{T: n, P: &profile, Now: now, Seg: s}) })
	}
}
