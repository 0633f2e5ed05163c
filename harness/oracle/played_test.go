package oracle

import (
	"fmt"
	"testing"
	"time"

	"github.com/twinstack/twinstack/harness/oracle/oracletest"
	"github.com/twinstack/twinstack/harness/trace"
)

// The ways into the states. The IUT's buffer has 8000 octets, the peer's 10000; each MSS is 1000.
const (
	socketed  = "+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
	listening = socketed + "+0 bind(3, ..., ...) = 0\n+0 listen(3, 5) = 0\n// state: LISTEN\n"
	synced    = listening + "+0 < S 0:0(0) <mss 1000>\n+0 > S. 0:0(0) ack 1 win 8000 <mss 1000>\n// state: SYN-RECEIVED\n"
	es        = synced + "+.00001 < . 1:1(0) ack 1\n// state: ESTABLISHED\n+0 accept(3, ..., ...) = 4\n+0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n"
	fw1       = es + "+0 shutdown(4, SHUT_WR) = 0\n+0 > F. 1:1(0) ack 1\n// state: FIN-WAIT-1\n"
	fw2       = fw1 + "+.00001 < . 1:1(0) ack 2\n// state: FIN-WAIT-2\n"
	tw        = fw2 + "+.00001 < F. 1:1(0) ack 2\n+0 > . 2:2(0) ack 2\n// state: TIME-WAIT\n"
	cw        = es + "+.00001 < F. 1:1(0) ack 1\n+0 > . 1:1(0) ack 2\n// state: CLOSE-WAIT\n"
	la        = cw + "+0 shutdown(4, SHUT_WR) = 0\n+0 > F. 1:1(0) ack 2\n// state: LAST-ACK\n"
	wasReset  = es + "+.00001 < R. 1:1(0) ack 1\n// state: CLOSED\n"
	text10    = "+.00001 < P. 1:11(10) ack 1\n+0 > . 1:1(0) ack 11\n"
	write10   = "+0 write(4, ..., 10) = 10\n+0 > P. 1:11(10) ack 1\n" // from es
	zero      = es + "+.00001 < . 1:1(0) ack 1 win 0\n"
	lingerNow = "+0 setsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0\n"

	opening = socketed + "+0 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n"
	ss      = opening + "+0 connect(3, ..., ...) = -1 EINPROGRESS\n+0 > S 0:0(0) win 8000 <mss 1000>\n// state: SYN-SENT\n"
	sr      = ss + "+.00001 < S 0:0(0) <mss 1000>\n+0 > S. 0:0(0) ack 1 win 8000 <mss 1000>\n// state: SYN-RECEIVED\n"
	active1 = ss + "+.00001 < S. 0:0(0) ack 1 <mss 1000>\n+0 > . 1:1(0) ack 1 win 8000\n// state: ESTABLISHED\n"
	refused = ss + "+.00001 < R. 0:0(0) ack 1\n// state: CLOSED\n"
)

// firstViolation is nil if there is none.
func firstViolation(steps []Step) *Step {
	for i := range steps {
		if steps[i].Verdict == Violation {
			return &steps[i]
		}
	}
	return nil
}

// steps are the judgements of a trace, whose events may be changed. Time ends with it.
func steps(t *testing.T, text string, change ...func(*trace.Event)) []Step {
	t.Helper()
	events, err := oracletest.Events(text + "+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 9\n") // up to here time goes
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	for i := range events {
		for _, f := range change {
			f(&events[i])
		}
	}
	j := New(Profile{MSL: 2 * time.Minute, RTOInitial: time.Second, RTOMin: time.Second, RTOMax: time.Minute, SynR2: 3 * time.Minute,
		DataR2: 100 * time.Second, Horizon: 20 * time.Minute, MTU: 1500, Timestamps: true})
	if err = j.Feed(events); err == nil {
		err = j.Until(events[len(events)-1].At)
	}
	if err != nil {
		t.Errorf("%v in\n%s", err, text)
	}
	return j.Steps()
}

// ruleCase is a rule with a trace that obeys it and one that breaks just it.
type ruleCase struct {
	rule   string
	also   []string // rules that let pass what obeys, and have no other trace
	start  string   // of both traces
	obeys  string
	breaks string
	whose  string // of another connection than the step tells: which
	broken string // the rule that the break is told as; "": rule
	icmp   uint8  // the type of the ICMP messages of both, where scripts have no word for it; 0: as written
}

// steps are the judgements of what obeys or breaks.
func (c *ruleCase) steps(t *testing.T, text string) []Step {
	t.Helper()
	return steps(t, c.start+text, func(e *trace.Event) {
		if e.Packet != nil && e.Packet.ICMP != nil && c.icmp != 0 {
			e.Packet.ICMP.Type, e.Packet.ICMP.Code = c.icmp, 0
		}
	})
}

// holdRules goes through a table.
func holdRules(t *testing.T, table []ruleCase) {
	t.Helper()
	for _, c := range table {
		t.Run(c.rule, func(t *testing.T) {
			t.Parallel()
			by := map[string]bool{}
			for _, s := range c.steps(t, c.obeys) {
				if s.Verdict != Allowed {
					t.Errorf("what obeys is %v: %s, against %v\n%s", s.Verdict, told(&s), s.Against, c.obeys)
				}
				for _, r := range s.Rules {
					by[r] = true
				}
			}
			for _, r := range append(c.also, c.rule) {
				if !by[r] && !forbids(r) && c.whose == "" {
					t.Errorf("what obeys does not go by %s\n%s", r, c.obeys)
				}
			}
			v := firstViolation(c.steps(t, c.breaks))
			want := c.broken
			if want == "" {
				want = c.rule
			}
			switch {
			case v == nil:
				t.Errorf("nothing is told of\n%s", c.breaks)
			case len(v.Rules) == 0 || v.Rules[0] != want:
				t.Errorf("%s, want %s for\n%s", told(v), want, c.breaks)
			}
		})
	}
}

// forbids says whether a rule only says what is not allowed, so that nothing goes by it.
func forbids(id string) bool {
	for _, r := range ownRules() {
		if r.ID != id {
			continue
		}
		if r.Then == nil {
			return true
		}
		for _, b := range r.Then(&Turn{P: &Profile{}, Seg: &trace.Segment{}, Call: &trace.Call{}, ICMP: &trace.ICMP{}}) {
			if b.Wrong == "" {
				return false
			}
		}
	}
	return true
}

func told(s *Step) string {
	return fmt.Sprintf("line %d, %s: %v: expected %s, got %s", s.Line, s.Stimulus, s.Rules, s.Expected, s.Got)
}
