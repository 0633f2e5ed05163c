package report

import (
	"strings"
	"testing"

	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/results"
	"github.com/twinstack/twinstack/harness/transitions"
)

// covered is a suite in which ours takes every arrow; the other does so but for those that change says.
func covered(t *testing.T, change map[string]transitions.Outcome) *results.Suite {
	t.Helper()
	l, err := ledger.Parse("l.yaml", []byte(`- id: netstack-stays
  iut: netstack
  class: latitude
  clause: RFC 1337 §3
  reason: It may.
  cases: [{case: a, fails: x}]
  transitions: [{arrow: time-wait-closed-rcv-rst, instead: "a, line 3: stays in TIME-WAIT"}]
`))
	if err != nil {
		t.Fatal(err)
	}
	s := &results.Suite{IUTs: []results.IUT{{Name: "ours"}, {Name: "netstack"}}}
	for _, i := range s.IUTs {
		for _, a := range transitions.Arrows() {
			o := transitions.Outcome{How: transitions.Taken, Cases: 2, First: "close/a"}
			if c, ok := change[a.ID()]; ok && i.Name == "netstack" {
				o = c
			}
			o.IUT, o.Arrow = i.Name, a
			s.Transitions = append(s.Transitions, results.Transition{Outcome: o,
				Finding: l.JudgeTransition(i.Name, a.ID(), o.How == transitions.Taken, o.Instead)})
		}
	}
	return s
}

var change = map[string]transitions.Outcome{
	"listen-syn-sent-send":     {How: transitions.NotOffered, Instead: "b, line 2: connect(3, ..., ...) = -1 EINVAL"},
	"time-wait-closed-rcv-rst": {How: transitions.Otherwise, Instead: "a, line 3: stays in TIME-WAIT"},
	"time-wait-closed-2msl":    {How: transitions.NotTaken},
}

func TestTransitions(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	Transitions(&b, covered(t, change), true)
	const want = `transitions: ours 49 of 49 taken, netstack 46 of 49 taken (1 not offered, 1 otherwise, 1 not taken)
    LISTEN > SYN-SENT, SEND or active OPEN (RFC 9293 §3.10.1): netstack ` + "\x1b[31mnot offered: b, line 2: connect(3, ..., ...) = -1 EINVAL\x1b[0m" + `
    TIME-WAIT > CLOSED, timeout=2MSL (RFC 9293 §3.3.2): netstack ` + "\x1b[31mnot taken\x1b[0m" + `
    TIME-WAIT > CLOSED, rcv RST (RFC 9293 §3.10.7.4): netstack otherwise: a, line 3: stays in TIME-WAIT; latitude, RFC 1337 §3 (netstack-stays)
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", &b, want)
	}
	b.Reset()
	Transitions(&b, &results.Suite{}, false)
	if b.Len() > 0 {
		t.Errorf("%q where nothing was judged", &b)
	}
}

// An arrow that is recorded as not taken and is taken is told in red.
func TestTransitionTakenThoughRecorded(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	Transitions(&b, covered(t, nil), true)
	if want := "\x1b[31mtaken, 2: close/a; latitude, RFC 1337 §3 (netstack-stays)\x1b[0m"; !strings.Contains(b.String(), want) {
		t.Errorf("got\n%s\nwant %s in it", &b, want)
	}
}

func TestAllTransitions(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	AllTransitions(&b, covered(t, change), false)
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	if len(lines) != 1+len(transitions.Arrows()) {
		t.Fatalf("%d lines, expected a head and one for each arrow", len(lines))
	}
	for n, want := range map[int]string{0: "transition on clause ours netstack", 1: "CLOSED > LISTEN passive OPEN RFC 9293 §3.3.2 taken, 2: close/a taken, 2: close/a",
		6: "LISTEN > SYN-SENT SEND or active OPEN RFC 9293 §3.10.1 taken, 2: close/a not offered: b, line 2: connect(3, ..., ...) = -1 EINVAL"} {
		if got := strings.Join(strings.Fields(lines[n]), " "); got != want {
			t.Errorf("line %d: %q, expected %q", n, got, want)
		}
	}
}

// A transition that is not as it should be is part of the verdict, with its clause.
func TestVerdictOfATransition(t *testing.T) {
	t.Parallel()
	s := covered(t, change)
	for _, tr := range s.Transitions {
		s.Findings = append(s.Findings, tr.Finding)
	}
	s.Clauses = map[string][]string{"transition/time-wait-closed-2msl": {"RFC 9293 §3.3.2"}}
	var b strings.Builder
	Verdict(&b, s, false)
	const want = `not as recorded: 2 new; 0 runs, 0 comparisons, 0 ledger rows seen

new: 2
transition/listen-syn-sent-send  netstack  
    on record: taken
    now:       b, line 2: connect(3, ..., ...) = -1 EINVAL
transition/time-wait-closed-2msl  netstack  RFC 9293 §3.3.2
    on record: taken
    now:       not taken, and no case shows why
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", &b, want)
	}
}
