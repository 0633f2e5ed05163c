package oracle

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twinstack/twinstack/harness/oracle/oracletest"
)

// pair tries one rule: traces that obey it and traces that break it, and it alone. All begin with the same course and the same
// stimulus.
type pair struct {
	rule   string
	course string // up to the stimulus
	at     string // the stimulus
	obeys  []string
	lax    []string // do not follow a SHOULD
	breaks []string
}

// The courses to the states. The peer's numbers begin at 0, or at 300 where the IUT opens; the IUT's begin at 0. Its window is
// 1000 throughout.
const (
	toListening = `
		socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
		bind(3, ..., ...) = 0
		listen(3, 5) = 0
		state: LISTEN`
	toSynReceived = toListening + `
		< S 0:0(0) win 1000 <mss 1000>
		> S. 0:0(0) ack 1 <mss 1000>
		state: SYN-RECEIVED`
	toEstablished = toSynReceived + `
		< . 1:1(0) ack 1 win 1000
		state: ESTABLISHED
		accept(3, ..., ...) = 4`
	toFinWait1 = toEstablished + `
		shutdown(4, SHUT_WR) = 0
		> F. 1:1(0) ack 1
		state: FIN-WAIT-1`
	toFinWait2 = toFinWait1 + `
		< . 1:1(0) ack 2 win 1000
		state: FIN-WAIT-2`
	toCloseWait = toEstablished + `
		< F. 1:1(0) ack 1 win 1000
		> . 1:1(0) ack 2
		state: CLOSE-WAIT`
	toClosing = toFinWait1 + `
		< F. 1:1(0) ack 1 win 1000
		> . 2:2(0) ack 2
		state: CLOSING`
	toLastAck = toCloseWait + `
		shutdown(4, SHUT_WR) = 0
		> F. 1:1(0) ack 2
		state: LAST-ACK`
	toTimeWait = toFinWait2 + `
		< F. 1:1(0) ack 2 win 1000
		> . 2:2(0) ack 2
		state: TIME-WAIT`
	toSynSent = `
		socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
		fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0
		connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)
		> S 0:0(0) <mss 1000>
		state: SYN-SENT`
	toSynReceivedActive = toSynSent + `
		< S 300:300(0) win 1000 <mss 1000>
		> S. 0:0(0) ack 301 <mss 1000>
		state: SYN-RECEIVED`
	toGone = toEstablished + `
		close(4) = 0
		> F. 1:1(0) ack 1
		state: FIN-WAIT-1
		< . 1:1(0) ack 2 win 1000
		state: FIN-WAIT-2`

	toStamped = toListening + `
		< S 0:0(0) win 1000 <mss 1000,nop,nop,TS val 10 ecr 0>
		> S. 0:0(0) ack 1 <mss 1000,nop,nop,TS val 100 ecr 10>
		state: SYN-RECEIVED
		< . 1:1(0) ack 1 win 1000 <nop,nop,TS val 11 ecr 100>
		state: ESTABLISHED
		accept(3, ..., ...) = 4`
	toStampedTimeWait = toStamped + `
		shutdown(4, SHUT_WR) = 0
		> F. 1:1(0) ack 1 <nop,nop,TS val 101 ecr 11>
		state: FIN-WAIT-1
		< F. 1:1(0) ack 2 win 1000 <nop,nop,TS val 12 ecr 101>
		> . 2:2(0) ack 2 <nop,nop,TS val 102 ecr 12>
		state: TIME-WAIT`
)

// full is a script of the short form above: a line without a time is "+0".
func full(short string) string {
	var b strings.Builder
	for line := range strings.Lines(short) {
		line = strings.TrimSpace(line)
		switch {
		case line == "":
			continue
		case strings.HasPrefix(line, "state:"):
			line = "// " + line
		case line[0] != '+':
			line = "+0 " + line
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

// verdicts judges a course and what follows it, for a second more than the longest delay of an ACK.
func verdicts(t *testing.T, script string) []Step {
	t.Helper()
	events, err := oracletest.Events(full(script))
	if err != nil {
		t.Fatalf("%v\n%s", err, full(script))
	}
	j := New(Profile{MSL: 2 * time.Minute, RTOInitial: time.Second, RTOMin: time.Second, RTOMax: time.Minute, SynR2: 3 * time.Minute,
		DataR2: 100 * time.Second, Horizon: time.Hour, MTU: 1500, Timestamps: true})
	if err := j.Feed(events); err != nil {
		t.Fatalf("%v\n%s", err, full(script))
	}
	if err := j.Until(events[len(events)-1].At + 600*time.Millisecond); err != nil {
		t.Fatalf("%v\n%s", err, full(script))
	}
	return j.Steps()
}

// worst is the gravest verdict of the steps from one on, and the first step that has it.
func worst(steps []Step) (Verdict, *Step) {
	at := &steps[0]
	for i := range steps {
		if v := steps[i].Verdict; v != Unjudged && v > at.Verdict {
			at = &steps[i]
		}
	}
	return at.Verdict, at
}

// Each rule of SEGMENT ARRIVES accepts a trace that obeys it and rejects one that breaks it alone.
func TestEachRuleIsObeyedAndBroken(t *testing.T) {
	t.Parallel()
	obeyed, broken := map[string]bool{}, map[string]bool{}
	for _, p := range slices.Concat(openingPairs, checkPairs, textPairs, timeWaitPairs) {
		course := p.course + "\n"
		before := 0
		if p.course != "" {
			steps := verdicts(t, p.course)
			if v, at := worst(steps); v != Allowed {
				t.Fatalf("%s: the course is %v: %+v", p.rule, v, at)
			}
			before = len(steps)
		}
		try := func(tail string, want Verdict) []Step {
			steps := verdicts(t, course+p.at+"\n"+tail)[before:]
			if v, at := worst(steps); v != want {
				t.Errorf("%s: %q, %q is %v, want %v: %+v", p.rule, strings.TrimSpace(p.at), tail, v, want, at)
			}
			return steps
		}
		for _, tail := range p.obeys {
			for _, s := range try(tail, Allowed) {
				obeyed[p.rule] = obeyed[p.rule] || slices.Contains(s.Rules, p.rule)
			}
		}
		for _, tail := range p.lax {
			try(tail, NonStrict)
		}
		for _, tail := range p.breaks {
			try(tail, Violation)
			broken[p.rule] = true
		}
	}
	for id := range arrivalRules() {
		if !obeyed[id] || !broken[id] {
			t.Errorf("rule %s: obeyed %t, broken %t", id, obeyed[id], broken[id])
		}
	}
}
