package oracle

import "testing"

// checkPairs are the rules of §3.10.7.4, first to fifth, and of the timestamps.
var checkPairs = []pair{
	{rule: "other.0.no-timestamps", course: toStamped, at: "< P. 1:11(10) ack 1", obeys: []string{""},
		lax:    []string{"> . 1:1(0) ack 11 <nop,nop,TS val 101 ecr 11>"},
		breaks: []string{"> R 1:1(0)\nstate: CLOSED", "> . 1:1(0) ack 1 <nop,nop,TS val 101 ecr 11>"}},
	{rule: "other.0.outdated", course: toStamped, at: "+2160000 < P. 1:11(10) ack 1 <nop,nop,TS val 5 ecr 100>",
		obeys: []string{"> . 1:1(0) ack 11 <nop,nop,TS val 101 ecr 5>"}, breaks: []string{"", "> . 1:1(0) ack 1 <nop,nop,TS val 101 ecr 11>"}},
	{rule: "other.0.outdated", course: toStamped,
		at:    "+2160000 < P. 1:11(10) ack 1 <nop,nop,TS val 5 ecr 100>\n> . 1:1(0) ack 11 <nop,nop,TS val 101 ecr 5>",
		obeys: []string{"< P. 11:21(10) ack 1 <nop,nop,TS val 4 ecr 100>\n> . 1:1(0) ack 11 <nop,nop,TS val 101 ecr 5>"}, breaks: []string{"> . 1:1(0) ack 11"}},
	{rule: "other.0.paws", course: toStamped, at: "< P. 1:11(10) ack 1 <nop,nop,TS val 5 ecr 100>",
		obeys:  []string{"> . 1:1(0) ack 1 <nop,nop,TS val 101 ecr 11>", "> . 1:1(0) ack 11 <nop,nop,TS val 101 ecr 11>"},
		breaks: []string{"", "> R 1:1(0)\nstate: CLOSED"}},

	{rule: "other.1.acceptable", course: toEstablished, at: "< . 1000:1000(0) ack 1", obeys: []string{""},
		breaks: []string{"> . 1:1(0) ack 1"}},
	{rule: "other.1.acceptable", course: toEstablished, at: "< . 0:11(11) ack 1", obeys: []string{"> . 1:1(0) ack 11"},
		breaks: []string{"", "> . 1:1(0) ack 12", "> . 1:1(0) ack 1"}},
	{rule: "other.1.unacceptable", course: toEstablished, at: "< . 1001:1001(0) ack 1", obeys: []string{"> . 1:1(0) ack 1"},
		breaks: []string{"", "> . 1:1(0) ack 2", "> R 1:1(0)"}},
	{rule: "other.1.unacceptable", course: toEstablished, at: "< P 0:1(1)", obeys: []string{"> . 1:1(0) ack 1"}, breaks: []string{""}},
	{rule: "other.1.unacceptable", course: toLastAck, at: "< F. 1:1(0) ack 2", obeys: []string{"> . 2:2(0) ack 2"},
		breaks: []string{"", "state: CLOSED"}},
	{rule: "other.1.zero-window", course: toEstablished + "\n< . 1:1001(1000) ack 1\n> . 1:1(0) ack 1001 win 0",
		at: "< . 1001:1011(10) ack 1", obeys: []string{"> . 1:1(0) ack 1001"}, breaks: []string{"", "> . 1:1(0) ack 1011"}},
	{rule: "other.1.zero-window",
		course: toEstablished + "\n< . 1:1001(1000) ack 1\n> . 1:1(0) ack 1001 win 0\nwrite(4, ..., 10) = 10\n> P. 1:11(10) ack 1001",
		at:     "< . 1001:1011(10) ack 11",
		obeys: []string{"> . 11:11(0) ack 1001\n+3 < . 1001:1001(0) ack 11 win 1000",
			"> . 11:11(0) ack 1001\n+1 > P. 1:11(10) ack 1001"},
		breaks: []string{"> . 11:11(0) ack 1001\n+0.5 > P. 1:11(10) ack 1001"}},
	{rule: "other.1.crossing", course: toClosing, at: "< F. 1:1(0) ack 2",
		obeys: []string{"> . 2:2(0) ack 2", "> . 2:2(0) ack 2\nstate: TIME-WAIT"}, breaks: []string{"", "> . 2:2(0) ack 2\nstate: CLOSED"}},

	{rule: "other.2.outside", course: toEstablished, at: "< R 1001:1001(0)", obeys: []string{""},
		breaks: []string{"> . 1:1(0) ack 1", "state: CLOSED", "> R. 0:0(0) ack 1001"}},
	{rule: "other.2.outside", course: toEstablished, at: "< R 0:10(10)", obeys: []string{""}, breaks: []string{"state: CLOSED"}},
	{rule: "other.2.in-window", course: toEstablished, at: "< R 2:2(0)", obeys: []string{"> . 1:1(0) ack 1"},
		lax: []string{"state: CLOSED"}, breaks: []string{"", "> . 1:1(0) ack 2", "> R. 0:0(0) ack 2"}},
	{rule: "other.2.synchronized", course: toEstablished, at: "< R 1:11(10)",
		obeys:  []string{"state: CLOSED\nread(4, ..., 100) = -1 ECONNRESET (Connection reset by peer)"},
		breaks: []string{"", "> . 1:1(0) ack 1", "state: CLOSED\nread(4, ..., 100) = 0", "> R 1:1(0)\nstate: CLOSED"}},
	{rule: "other.2.synchronized", course: toEstablished + "\n< . 1:1001(1000) ack 1\n> . 1:1(0) ack 1001 win 0", at: "< R 1001:1001(0)",
		obeys: []string{"state: CLOSED"}, breaks: []string{"", "> . 1:1(0) ack 1001"}},
	{rule: "other.2.synchronized", course: toStamped, at: "< R 1:1(0) <nop,nop,TS val 5 ecr 100>",
		obeys: []string{"state: CLOSED"}, breaks: []string{"", "> . 1:1(0) ack 1 <nop,nop,TS val 101 ecr 11>"}},
	{rule: "other.2.synchronized", course: toEstablished + "\n< R 2:2(0)\n> . 1:1(0) ack 1", at: "< R 1:1(0)",
		obeys: []string{"state: CLOSED"}, breaks: []string{""}},
	{rule: "other.2.in-window", course: toEstablished, at: "< FR 2:12(10)", obeys: []string{"> . 1:1(0) ack 1"},
		breaks: []string{"> . 1:1(0) ack 13", "> . 1:1(0) ack 1\nstate: CLOSE-WAIT"}},
	{rule: "other.2.closing", course: toLastAck, at: "< R 2:2(0)", obeys: []string{"state: CLOSED"}, breaks: []string{"", "> . 2:2(0) ack 2"}},

	{rule: "other.4.challenge", course: toEstablished, at: "< S 50:60(10)", obeys: []string{"> . 1:1(0) ack 1"},
		lax: []string{"> R. 0:0(0) ack 61\nstate: CLOSED"}, breaks: []string{"", "> . 1:1(0) ack 61", "> S. 0:0(0) ack 51", "state: CLOSED"}},
	{rule: "other.4.challenge", course: toSynReceivedActive, at: "< S 350:350(0)", obeys: []string{"> . 1:1(0) ack 301"},
		breaks: []string{"", "> R. 0:0(0) ack 351\n> S 8312:8312(0)", "state: CLOSED"}},

	{rule: "other.4.challenge", course: toEstablished, at: "< S 4000:4000(0)\n> . 1:1(0) ack 1\n< R 1:1(0)\nstate: CLOSED\n< S 4000:4000(0) win 1000",
		obeys: []string{"> S. 400:400(0) ack 4001\nstate: SYN-RECEIVED"}, breaks: []string{"", "> . 1:1(0) ack 1"}},
	{rule: "other.5.no-ack", course: toEstablished, at: "< P 1:11(10)", obeys: []string{""}, breaks: []string{"> . 1:1(0) ack 11"}},
	{rule: "other.5.range", course: toEstablished, at: "< P. 1:11(10) ack 4294966296",
		obeys:  []string{"> . 1:1(0) ack 1", "> . 1:1(0) ack 11"},
		breaks: []string{"", "> R 4294966296:4294966296(0)\nstate: CLOSED"}},
	{rule: "other.5.unsent", course: toEstablished, at: "< FP. 1:11(10) ack 2", obeys: []string{"> . 1:1(0) ack 1"},
		breaks: []string{"", "> . 1:1(0) ack 11", "> . 1:1(0) ack 12\nstate: CLOSE-WAIT", "> R 2:2(0)\nstate: CLOSED"}},
	{rule: "other.5.unsent", course: toFinWait1, at: "< . 1:1(0) ack 3", obeys: []string{"> . 2:2(0) ack 1"},
		breaks: []string{"", "state: FIN-WAIT-2"}},
	{rule: "other.5.last-ack.unsent", course: toLastAck, at: "< . 2:2(0) ack 3", obeys: []string{"> . 2:2(0) ack 2", ""},
		breaks: []string{"state: CLOSED", "> R 3:3(0)\nstate: CLOSED"}},
	{rule: "other.5.established", course: toEstablished + "\nwrite(4, ..., 2000) = 2000\n> . 1:1001(1000) ack 1",
		at: "< . 1:1(0) ack 0 win 2000", obeys: []string{""}, breaks: []string{"> P. 1001:2001(1000) ack 1", "> . 1001:1001(0) ack 1"}},
	{rule: "other.5.established", course: toEstablished + "\nwrite(4, ..., 2000) = 2000\n> . 1:1001(1000) ack 1",
		at: "< . 1:1(0) ack 1001 win 1000", obeys: []string{"> P. 1001:2001(1000) ack 1"}, breaks: []string{"+0.5 > . 1:1001(1000) ack 1"}},
	{rule: "other.5.fin-wait-1", course: toFinWait1, at: "< . 1:1(0) ack 2 win 1000", obeys: []string{"state: FIN-WAIT-2"},
		breaks: []string{"", "state: TIME-WAIT"}},
	{rule: "other.5.fin-wait-2", course: toFinWait2, at: "< . 1:1(0) ack 1 win 1000", obeys: []string{""},
		breaks: []string{"> . 2:2(0) ack 1", "state: CLOSED"}},
	{rule: "other.5.closing", course: toClosing, at: "< . 2:2(0) ack 2 win 1000", obeys: []string{"state: TIME-WAIT"},
		breaks: []string{"", "state: CLOSED", "> . 2:2(0) ack 2\nstate: TIME-WAIT"}},
	{rule: "other.5.closing", course: toClosing, at: "< F. 2:2(0) ack 1 win 1000", obeys: []string{""},
		breaks: []string{"> . 2:2(0) ack 3", "> . 2:2(0) ack 2"}},
	{rule: "other.5.last-ack", course: toLastAck, at: "< . 2:2(0) ack 2 win 1000", obeys: []string{"state: CLOSED"},
		breaks: []string{"", "state: TIME-WAIT"}},
}

// A check that a TCP need not have hides no mistake in the others: what is wrong with or without it is told as theirs.
func TestOptionalChecksTakeNoBlame(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ course, answer, want string }{
		{toStamped + "\n< . 5000:5000(0) ack 1 <nop,nop,TS val 5 ecr 100>", "", "other.1.unacceptable"},
		{toStamped + "\n< . 1:1(0) ack 2 <nop,nop,TS val 5 ecr 100>", "> R 2:2(0)\nstate: CLOSED", "other.5.unsent"},
		{toClosing + "\n< P. 2:12(10) ack 4294966296", "> R. 2:2(0) ack 12\nstate: CLOSED", "sends.rst"},
	} {
		v, at := worst(verdicts(t, c.course+"\n"+c.answer))
		if v != Violation || at.Rule == nil || at.Rule.ID != c.want {
			t.Errorf("%s\nanswered %q is a %v of %v, want %s", c.course, c.answer, v, at.Rules, c.want)
		}
	}
}
