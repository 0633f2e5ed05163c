package transitions

import (
	"testing"

	"github.com/twinstack/twinstack/harness/trace"
)

// tell makes the trace of a case on an IUT.
func tell(caseName, iut string, parts ...func(*story)) *trace.Trace {
	s := &story{t: trace.Trace{Case: caseName, IUT: iut, Family: "ipv4"}}
	for _, p := range parts {
		p(s)
	}
	return &s.t
}

func connectHere(s *story) { // what the reference does
	s.call("connect", "3, ..., ...", "EINPROGRESS")
	s.is(conn, trace.SynSent)
	s.is(listener, trace.Closed)
}

func TestCover(t *testing.T) {
	t.Parallel()
	rst := func(s *story) { s.in(trace.RST, 2, 0) }
	gone := func(s *story) { s.is(conn, trace.Closed) }
	for _, test := range []struct {
		name, arrow string
		reference   []*trace.Trace
		other       []*trace.Trace
		how         How
		cases       int
		text        string // First, or Instead
	}{
		{"taken, once for a case", "time-wait-closed-rcv-rst",
			[]*trace.Trace{tell("a", "ref", timeWait, rst, gone)},
			[]*trace.Trace{tell("b", "other", timeWait, rst, gone), tell("b", "other", timeWait, rst, gone), tell("c", "other", timeWait, rst, gone)}, Taken, 2, "b"},
		{"stays", "time-wait-closed-rcv-rst",
			[]*trace.Trace{tell("a", "ref", timeWait, rst, gone)}, []*trace.Trace{tell("a", "other", timeWait, rst)},
			Otherwise, 0, "a, line 7: stays in TIME-WAIT"},
		{"goes elsewhere", "time-wait-closed-rcv-rst",
			[]*trace.Trace{tell("a", "ref", timeWait, rst, gone)},
			[]*trace.Trace{tell("a", "other", timeWait, rst, func(s *story) { s.is(conn, trace.Established) })},
			Otherwise, 0, "a, line 7: goes to ESTABLISHED"},
		{"was elsewhere; another case shows it better", "fin-wait-1-closed-rcv-rst",
			[]*trace.Trace{tell("a", "ref", finWait1, rst, gone), tell("b", "ref", finWait1, rst, gone)},
			[]*trace.Trace{tell("a", "other", established, func(s *story) { s.line++ }, rst), tell("b", "other", finWait1, rst)},
			Otherwise, 0, "b, line 5: stays in FIN-WAIT-1"},
		{"was elsewhere", "fin-wait-1-closed-rcv-rst",
			[]*trace.Trace{tell("a", "ref", finWait1, rst, gone)},
			[]*trace.Trace{tell("a", "other", established, func(s *story) { s.line++ }, rst)},
			Otherwise, 0, "a, line 5: is in ESTABLISHED"},
		{"the call is refused", "listen-syn-sent-send",
			[]*trace.Trace{tell("a", "ref", listening, connectHere)},
			[]*trace.Trace{tell("a", "other", listening, func(s *story) { s.call("connect", "3, ..., ...", "EINVAL") })},
			NotOffered, 0, "a, line 2: connect(3, ..., ...) = 0 EINVAL"},
		{"the same errno refuses nothing", "listen-syn-sent-send",
			[]*trace.Trace{tell("a", "ref", listening, connectHere)},
			[]*trace.Trace{tell("a", "other", listening, func(s *story) { s.call("connect", "3, ..., ...", "EINPROGRESS") })},
			Otherwise, 0, "a, line 2: stays in LISTEN"},
		{"not played", "listen-syn-sent-send",
			[]*trace.Trace{tell("a", "ref", listening, connectHere)}, []*trace.Trace{tell("a", "other")}, NotOffered, 0, "a: not played"},
		{"nobody takes it", "time-wait-closed-rcv-rst",
			[]*trace.Trace{tell("a", "ref", timeWait, rst)}, []*trace.Trace{tell("a", "other", timeWait, rst)}, NotTaken, 0, ""},
	} {
		out := Cover([]string{"ref", "other"}, append(test.reference, test.other...))
		if len(out) != 2*len(arrows) {
			t.Fatalf("%d outcomes, expected two for each of %d arrows", len(out), len(arrows))
		}
		for n, o := range out {
			if o.Arrow != arrows[n%len(arrows)] || o.IUT != []string{"ref", "other"}[n/len(arrows)] {
				t.Fatalf("outcome %d is of %s on %s", n, o.Arrow, o.IUT)
			}
			if o.IUT != "other" || o.Arrow.ID() != test.arrow {
				continue
			}
			if o.How != test.how || o.Cases != test.cases || o.First+o.Instead != test.text {
				t.Errorf("%s: %v %d %q %q, expected %v %d %q", test.name, o.How, o.Cases, o.First, o.Instead, test.how, test.cases, test.text)
			}
		}
	}
}
