package oracle

import (
	"fmt"
	"testing"
	"time"

	"github.com/twinstack/twinstack/harness/oracle/oracletest"
	"github.com/twinstack/twinstack/harness/trace"
)

const (
	shapeListens = "+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 bind(3, ..., ...) = 0\n+0 listen(3, 5) = 0\n// state: LISTEN\n"
	shapeOpened  = shapeListens + "+0 < S 1000:1000(0) win 16000\n+0 > S. 0:0(0) ack 1001\n// state: SYN-RECEIVED\n"
	shapeStands  = shapeOpened + "+0 < . 1001:1001(0) ack 1 win 16000\n// state: ESTABLISHED\n+0 accept(3, ..., ...) = 4\n"
	shapeClosed  = shapeStands + "+0 shutdown(4, SHUT_WR) = 0\n+0 > F. 1:1(0) ack 1001\n// state: FIN-WAIT-1\n"
	shapeWaits   = shapeClosed + "+0 < F. 1001:1001(0) ack 2 win 16000\n+0 > . 2:2(0) ack 1002\n// state: TIME-WAIT\n"
)

// A mistake reads the same in every state of a group and with all numbers, and other mistakes read otherwise.
func TestShapes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ text, want string }{
		// No answer to what is not acceptable.
		{shapeStands + "+0 < . 900:900(0) ack 1 win 16000", "nothing instead of ACK!, after ACK, in synchronized"},
		{shapeClosed + "+0 < . 800:800(0) ack 1 win 16000", "nothing instead of ACK!, after ACK, in synchronized"},
		{shapeClosed + "+0 < P. 5000:5010(10) ack 1 win 16000", "nothing instead of ACK!, after ACK, in synchronized"},
		{shapeStands + "+0 < . 1000:1000(0) ack 1 win 16000", "nothing instead of ACK!, after ACK at RCV.NXT-1, in synchronized"},
		{shapeStands + "+0 < . 2001:2001(0) ack 1 win 16000", "nothing instead of ACK!, after ACK at RCV.NXT+RCV.WND, in synchronized"},
		{shapeStands + "+0 < - 900:900(0) win 16000", "nothing instead of ACK!, after no ACK bit, in synchronized"},
		{shapeStands + "+0 < - 1000:1000(0) win 16000", "nothing instead of ACK!, after no ACK bit, in synchronized"},
		{shapeWaits + "+0 < - 900:900(0) win 16000", "nothing instead of ACK!, after no ACK bit, in TIME-WAIT"},
		{shapeOpened + "+0 < F 900:900(0) win 16000", "nothing instead of ACK!, after no ACK bit, in SYN-RECEIVED"},
		{shapeStands + "+0 < S 1000:1000(0) win 16000", "nothing instead of ACK!, after SYN, in synchronized"},
		{shapeStands + "+0 < SF. 1100:1100(0) ack 1 win 16000", "nothing instead of ACK!, after SYN,ACK, in synchronized"},
		// Other answers.
		{shapeStands + "+0 < . 900:900(0) ack 1 win 16000\n+0 > R 1:1(0)", "RST instead of ACK!, after ACK, in synchronized"},
		{shapeStands + "+0 < . 900:900(0) ack 77 win 16000\n+0 > R 77:77(0)", "RST instead of ACK!, after ACK, in synchronized"},
		{shapeStands + "+0 < P. 1001:1011(10) ack 1 win 16000\n+0 > . 1:1(0) ack 1005", "ACK of less than RCV.NXT instead of ACK, after ACK, in synchronized"},
		{shapeStands + "+0 < P. 1001:1011(10) ack 1 win 16000\n+0 > . 1:1(0) ack 1012", "ACK of more than RCV.NXT instead of ACK, after ACK, in synchronized"},
		{shapeStands + "+0 < . 900:900(0) ack 1 win 16000\n+0 > . 0:0(0) ack 1001", "ACK SEQ=SND.UNA-1 instead of ACK!, after ACK, in synchronized"},
		{shapeStands + "+0 < R 2001:2001(0)\n+0 > . 1:1(0) ack 1001", "ACK instead of nothing, after RST at RCV.NXT+RCV.WND, in synchronized"},
		{shapeListens + "+0 < R 500:500(0)\n+0 > R. 0:0(0) ack 500", "RST,ACK instead of nothing, after RST, in LISTEN"},
		// A RST to text where the stream has ended, and one to what may come.
		{shapeClosed + "+0 < F. 1001:1001(0) ack 1 win 16000\n+0 > . 2:2(0) ack 1002\n// state: CLOSING\n+0 < P. 1002:1012(10) ack 1 win 16000\n+0 > R. 2:2(0) ack 1002",
			"RST,ACK instead of nothing, to text behind the FIN, after ACK, in synchronized"},
		{shapeClosed + "+0 < F. 1001:1001(0) ack 1 win 16000\n+0 > . 2:2(0) ack 1002\n// state: CLOSING\n+0 < . 1002:1002(0) ack 1 win 16000\n+0 > R. 2:2(0) ack 1002",
			"RST,ACK instead of nothing, after ACK, in synchronized"},
		// States: whichever it is that stays.
		{shapeStands + "+0 < F. 1001:1001(0) ack 1 win 16000\n+0 > . 1:1(0) ack 1002", "stays instead of CLOSE-WAIT, after ACK, in synchronized"},
		{shapeClosed + "+0 < . 1001:1001(0) ack 2 win 16000\n// state: TIME-WAIT", "TIME-WAIT instead of FIN-WAIT-2, after ACK, in synchronized"},
		{shapeStands + "+0 < . 1001:1001(0) ack 1 win 16000\n// state: CLOSE-WAIT", "CLOSE-WAIT instead of staying, after ACK, in synchronized"},
		// Calls, whatever the number.
		{shapeStands + "+0 < P. 1001:1011(10) ack 1 win 16000\n+0 > . 1:1(0) ack 1011\n+0 read(4, ..., 100) = 20", "read gives n instead of n to n, after read, in synchronized"},
		{shapeStands + "+0 < P. 1001:1301(300) ack 1 win 16000\n+0 > . 1:1(0) ack 1301\n+0 read(4, ..., 1000) = 301", "read gives n instead of n to n, after read, in synchronized"},
		{shapeStands + "+0 < P. 1001:1011(10) ack 1 win 16000\n+0 > . 1:1(0) ack 1011\n+0 read(4, ..., 100) = -1 EAGAIN", "read gives EAGAIN instead of n to n, after read, in synchronized"},
		// Time: whatever came last.
		{shapeStands + "+0 poll([], 0, 0) = 0\n+7 > R 1:1(0)", "RST instead of nothing, after silence, in synchronized"},
		{shapeStands + "+0 < . 1001:1001(0) ack 1 win 16000\n+9 > R 1:1(0)", "RST instead of nothing, after silence, in synchronized"},
	} {
		events, err := oracletest.Events(test.text + "\n")
		if err != nil {
			t.Errorf("%v in\n%s", err, test.text)
			continue
		}
		j := New(Profile{MSL: 2 * time.Minute, RTOMin: time.Second, DataR2: 100 * time.Second})
		if err := j.Feed(events); err != nil {
			t.Fatal(err)
		}
		if err := j.Until(events[len(events)-1].At + time.Microsecond); err != nil {
			t.Fatal(err)
		}
		steps := j.Steps()
		for _, s := range steps[:len(steps)-1] {
			if s.Verdict != Allowed {
				t.Errorf("line %d of\n%s\nis a %v: expected %s, got %s", s.Line, test.text, s.Verdict, s.Expected, s.Got)
			}
		}
		s := steps[len(steps)-1]
		if got := fmt.Sprintf("%s, after %s, in %s", s.Shape, s.After, s.In); got != test.want || s.Verdict != Violation {
			t.Errorf("%s\n%v: %s\nexpected %s", test.text, s.Verdict, got, test.want)
		}
	}
}

// A step that does not follow a SHOULD tells which, and of which rule.
func TestShapeOfNonStrict(t *testing.T) {
	t.Parallel()
	events, err := oracletest.Events(shapeStands + "+0 < . 1001:1001(0) ack 1 win 16000\n+0 < P. 1001:1011(10) ack 1 win 16000\n+0 > . 1:1(0) ack 1011 win 1000\n" +
		"+0 < P. 1011:1021(10) ack 1 win 16000\n+0 > . 1:1(0) ack 1021 win 900\n")
	if err != nil {
		t.Fatal(err)
	}
	j := New(Profile{MSL: 2 * time.Minute})
	if err := j.Feed(events); err != nil {
		t.Fatal(err)
	}
	steps := j.Steps()
	s := steps[len(steps)-1]
	if s.Verdict != NonStrict || s.Rule == nil || s.Rule.ID != "window.left" || s.Shape != "against SHLD-14" || s.After != "ACK" || s.In != "synchronized" {
		t.Errorf("%v %+v", s.Verdict, s)
	}
}

// Rules are told once each, and each has what a report says of it.
func TestRulesOfTheTable(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, r := range Rules() {
		if seen[r.ID] {
			t.Errorf("%s a second time", r.ID)
		}
		seen[r.ID] = true
	}
	for _, r := range ownRules() {
		if !seen[r.ID] {
			t.Errorf("%s is missing", r.ID)
		}
	}
	for _, checks := range [][]Check{closedChecks, listenChecks, synSentChecks, otherChecks} {
		for _, c := range checks {
			for _, r := range c.Rules {
				if !seen[r.ID] {
					t.Errorf("%s is missing", r.ID)
				}
			}
		}
	}
	if standingOf(&TCB{State: trace.Closed, Listening: true}).group() != "LISTEN" {
		t.Error("a closed connection of a listener is not in LISTEN")
	}
}
