package oracle

import (
	"reflect"
	"testing"

	"github.com/twinstack/twinstack/harness/oracle/oracletest"
	"github.com/twinstack/twinstack/harness/trace"
)

// laxThenWrong takes back the window (SHLD-14), then acknowledges what has not come; from there on nothing is judged.
const laxThenWrong = es + "+.00001 < P. 1:11(10) ack 1\n+0 > . 1:1(0) ack 11 win 7000\n+.00001 < P. 11:21(10) ack 1\n+0 > . 1:1(0) ack 99\n+1 < . 21:21(0) ack 1\n"

// What a clone, and a clone of a clone, say of a trace is what one judge says that has seen all of it.
func TestStepsOfClones(t *testing.T) {
	t.Parallel()
	events, err := oracletest.Events(laxThenWrong)
	if err != nil {
		t.Fatal(err)
	}
	whole := New(Profile{})
	if err := whole.Feed(events); err != nil {
		t.Fatal(err)
	}
	want := whole.Steps()
	for first := range events {
		one := New(Profile{})
		if err := one.Feed(events[:first]); err != nil {
			t.Fatal(err)
		}
		other := one.Clone()
		for _, e := range events[first:] {
			if err := other.Feed([]trace.Event{e}); err != nil {
				t.Fatal(err)
			}
			other = other.Clone()
		}
		if got := other.Steps(); !reflect.DeepEqual(got, want) {
			t.Fatalf("cloned after %d events: %d steps\n%+v\nwant %d\n%+v", first, len(got), got, len(want), want)
		}
		if err := one.Feed(events[first:]); err != nil {
			t.Fatal(err)
		}
		if got := one.Steps(); !reflect.DeepEqual(got, want) {
			t.Fatalf("the judge itself, cloned after %d events: %+v", first, got)
		}
	}
}

// The deciding step is the first that cannot stand, or else the first that is against a SHOULD.
func TestDeciding(t *testing.T) {
	t.Parallel()
	events, err := oracletest.Events(laxThenWrong)
	if err != nil {
		t.Fatal(err)
	}
	judge := New(Profile{})
	if err := judge.Feed(events); err != nil {
		t.Fatal(err)
	}
	lines := map[Verdict]int{}
	for _, s := range judge.Steps() {
		if lines[s.Verdict] == 0 {
			lines[s.Verdict] = s.Line
		}
	}
	lax, wrong, unjudged := lines[NonStrict], lines[Violation], lines[Unjudged]
	if lax == 0 || wrong <= lax || unjudged <= wrong {
		t.Fatalf("the trace has them at %v", lines)
	}
	for _, c := range []struct {
		first, end int
		want       Verdict
		line       int
	}{{1, lax, Allowed, 0}, {1, lax + 1, NonStrict, lax}, {1, 99, Violation, wrong}, {lax, wrong, NonStrict, lax}, {wrong, 99, Violation, wrong},
		{wrong + 1, 99, Unjudged, unjudged}, {unjudged + 1, 99, Allowed, 0}} {
		s, ok := judge.Deciding(c.first, c.end)
		if ok != (c.want != Allowed) || s.Verdict != c.want || s.Line != c.line {
			t.Errorf("lines %d to %d: %t, %v at %d, want %v at %d", c.first, c.end, ok, s.Verdict, s.Line, c.want, c.line)
		}
	}
}
