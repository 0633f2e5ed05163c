package page

import (
	"reflect"
	"strings"
	"testing"

	"github.com/twinstack/twinstack/harness/archive"
)

// a trace, an event a line: "12 12 received < S 0:0(0)" is line, line of the stimulus, kind and text.
func traceOf(lines ...string) (all []archive.Event) {
	for i, l := range lines {
		f := strings.SplitN(l, " ", 4)
		e := archive.Event{NS: int64(i/2) * 1000, Kind: f[2], Text: f[3]}
		for n, to := range []*int{&e.Line, &e.Cause} {
			for _, digit := range f[n] {
				*to = *to*10 + int(digit-'0')
			}
		}
		all = append(all, e)
	}
	return all
}

func TestLadder(t *testing.T) {
	t.Parallel()
	ours := traceOf("8 8 call socket() = 3", "12 12 received < 40000 > 8080 R 2:2(0)", "13 12 sent > 8080 > 40000 . 1:1(0) ack 1 win 28000",
		"0 12 state ESTABLISHED", "15 15 received < 40000 > 8080 . 1:1(0) ack 1", "16 16 call read(4) = 5")
	theirs := traceOf("8 8 call socket() = 3", "12 12 received < 40000 > 8080 R 2:2(0)", "0 12 state CLOSED", "15 15 received < 40000 > 8080 . 1:1(0) ack 1",
		"0 15 sent > 8080 > 40000 R 1:1(0) win 0", "16 16 call read(4) = -1 EAGAIN")
	c := &archive.Case{
		Runs: []archive.Run{{IUT: "a", Family: "ipv4", Trace: ours}, {IUT: "b", Family: "ipv4", Trace: theirs, Failures: []archive.Failure{
			{Line: 13, Expected: "an ACK", Got: "nothing"}, {Line: 16, Expected: "5", Got: "-1"}}}},
		Comparisons: []archive.Compared{{IUT: "b", With: "a", Family: "ipv4", Differences: []archive.Difference{
			{Line: 12, Kind: "segment", With: "> . 1:1(0) ack 1", Text: "one"},
			{Line: 12, Kind: "states", With: "ESTABLISHED", IUT: "CLOSED", Text: "two"},
			{Line: 15, Kind: "segment", IUT: "> R 1:1(0)", Text: "three"},
			{Line: 16, Kind: "call", With: "5", IUT: "-1 EAGAIN", Text: "four"}}}},
	}
	all := ladders(c)
	if len(all) != 1 {
		t.Fatalf("%d ladders, expected one", len(all))
	}
	l := all[0]
	if want := []row{{8, 0, 0, 0}, {12, 1, 1, 0}, {12, 2, -1, 1}, {12, 3, 2, 2}, {15, 4, 3, 0}, {15, -1, 4, 3}, {16, 5, 5, 4}}; !reflect.DeepEqual(l.Rows, want) {
		t.Errorf("rows %v, expected %v", l.Rows, want)
	}
	if want := []failed{{1, 3, 13, "an ACK", "nothing", ""}, {1, 6, 16, "5", "-1", ""}}; !reflect.DeepEqual(l.Failures, want) {
		t.Errorf("failures %v, expected %v", l.Failures, want)
	}
	if got := l.Events[0][2]; got.Kind != "out" || got.Text != ". 1:1(0) ack 1 win 28000" {
		t.Errorf("event %+v, expected it without the ports that all packets have", got)
	}
}

// A time is told from another by when the thing came.
func TestMarkTimes(t *testing.T) {
	t.Parallel()
	events := []archive.Event{{NS: 1000, Kind: "received", Line: 3, Cause: 3, Text: "< . 1:1(0)"}, {NS: 5_000_000, Kind: "sent", Cause: 3, Text: "> P. 1:2(1) win 7"},
		{NS: 9_001_000, Kind: "sent", Cause: 3, Text: "> P. 1:2(1) win 7"}, {NS: 9_001_000, Kind: "state", Cause: 3, Text: "CLOSED"}, {NS: 12_000_000, Kind: "call", Line: 4, Cause: 3, Text: "read(4) = 0"}}
	for _, test := range []struct {
		line      int
		did, text string
		want      int
	}{
		{3, "0.009000", `after line 3: "> P. 1:2(1)" comes from a after 0.009000 s, from b after 0.005000 s`, 2},
		{3, "0.009000", "after line 3: a is in CLOSED after 0.009000 s, b after 1.000000 s", 3},
		{4, "0.012000", "line 4: the call returns 0.011999 s after line 3 in a, 0.100000 s after line 3 in b", 4},
	} {
		marks := make([]int, len(events))
		mark(events, marks, &archive.Difference{Line: test.line, Kind: "time", Text: test.text}, test.did, 7)
		want := make([]int, len(events))
		want[test.want] = 7
		if !reflect.DeepEqual(marks, want) {
			t.Errorf("%s: %v, expected %v", test.text, marks, want)
		}
	}
}

// Families have one ladder where only numbers by lot differ, and the other number is kept.
func TestJoin(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		four, six string
		together  bool
		other     string
	}{
		{"> 8080 > 9 S. 0:0(0) ack 1 win 7 <mss 1460>", "> 8080 > 9 S. 0:0(0) ack 1 win 7 <mss 1440>", true, "S. 0:0(0) ack 1 win 7 <mss 1440>"},
		{"> 50123 > 8080 S 0:0(0) win 7 <TS val 5 ecr 0>", "> 61999 > 8080 S 0:0(0) win 7 <TS val 9 ecr 0>", true, "S 0:0(0) win 7 <TS val 9 ecr 0>"},
		{"> 8080 > 9 . 1:1(0) ack 1 win 7", "> 8080 > 9 . 1:1(0) ack 1 win 7", true, ""},
		{"> 8080 > 9 . 1:1(0) ack 1 win 7", "> 8080 > 9 . 1:1(0) ack 1 win 8", false, ""},
		{"> 8080 > 9 . 1:1(0) ack 1 win 7", "> 8080 > 9 . 1:1(0) ack 2 win 7", false, ""},
	} {
		run := func(family, text string) archive.Run {
			return archive.Run{IUT: "a", Family: family, Trace: []archive.Event{{Kind: "sent", Cause: 1, Text: text}}}
		}
		all := ladders(&archive.Case{Runs: []archive.Run{run("ipv4", test.four), run("ipv6", test.six)}})
		if together := len(all) == 1; together != test.together {
			t.Errorf("%s and %s: together %t, expected %t", test.four, test.six, together, test.together)
			continue
		}
		if got := all[0].Events[0][0].Other; got != test.other {
			t.Errorf("%s and %s: the other is %q, expected %q", test.four, test.six, got, test.other)
		}
	}
}
