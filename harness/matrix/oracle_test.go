package matrix

import (
	"reflect"
	"testing"
	"time"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/iut/netstack"
	"github.com/twinstack/twinstack/harness/iut/ours"
	"github.com/twinstack/twinstack/harness/trace"
)

// A judge that was cloned behind the entry says of a case what a fresh one says that has heard all of it, whatever its
// other clones have heard.
func TestClonesJudgeLikeFreshJudges(t *testing.T) {
	t.Parallel()
	for name, iuts := range map[string][]iut.IUT{
		"established-in-flight": {ours.IUT{}, netstack.IUT{}}, "fin-wait-1-unread": {ours.IUT{}}, "listen": {ours.IUT{}, netstack.IUT{}},
		"time-wait-fin-wait-2-close": {ours.IUT{}}, "established-timestamps": {ours.IUT{}}, "syn-received-crossing-retransmitted": {ours.IUT{}},
	} {
		for _, i := range iuts {
			m, err := New(Options{IUTs: []iut.IUT{i}, Only: name + "/ipv4", Scope: ReducedCore, Judge: ByOracle, Probe: poking})
			if err != nil {
				t.Fatal(err)
			}
			b := m.Blocks[0]
			if b.NotReached != "" {
				t.Fatalf("%s on %s: %s", name, i.Name(), b.NotReached)
			}
			for k, e := range b.Events {
				got, _, _ := m.Replay(b, k)
				own := Place{Entry: b.Place.Entry}
				fresh := ByOracle(i, &own, iut.Alike())
				if v, reason := own.approach(i, fresh); v != Pass {
					t.Fatalf("%s on %s: %v %s", name, i.Name(), v, reason)
				}
				want, _ := (&player{iut: i, probing: poking}).play(&own, e, fresh)
				if !reflect.DeepEqual(got, want) {
					t.Errorf("%s on %s: by a clone %v %v %+v, by a judge of its own %v %v %+v", b.Case(k).ID(), i.Name(),
						got.Event, got.Probe, got.Finding, want.Event, want.Probe, want.Finding)
				}
			}
		}
	}
}

// The oracle tells event and probe apart, what a SHOULD speaks against, and what it cannot judge after a violation.
func TestOracleAsJudge(t *testing.T) {
	t.Parallel()
	p := &Place{Entry: entry(t, "syn-received")}
	j := ByOracle(ours.IUT{}, p, iut.Alike())
	if v, reason := p.approach(ours.IUT{}, j); v != Pass {
		t.Fatalf("%v %s", v, reason)
	}
	// A reset that is answered breaks a rule, wherever it comes.
	answer := func(line int, s trace.Segment) trace.Event {
		s.SrcPort, s.DstPort = p.Conn.Local.Port(), p.Conn.Remote.Port()
		return trace.Event{At: time.Second / 2, Kind: trace.Sent, Cause: line, Packet: &trace.Packet{Src: p.Conn.Local.Addr(), Dst: p.Conn.Remote.Addr(), TCP: &s}}
	}
	come := func(line int, s trace.Segment) trace.Event {
		s.SrcPort, s.DstPort = p.Conn.Remote.Port(), p.Conn.Local.Port()
		return trace.Event{At: time.Second / 2, Kind: trace.Received, Line: line, Packet: &trace.Packet{Src: p.Conn.Remote.Addr(), Dst: p.Conn.Local.Addr(), TCP: &s}}
	}
	for _, first := range []int{20, 30} { // as the event, as the probe
		c := j.Clone()
		rst := trace.Segment{Seq: p.RcvNxt - far, Flags: trace.RST}
		events := []trace.Event{come(first, rst), answer(first, trace.Segment{Seq: p.SndNxt, Flags: trace.RST}), come(40, rst)}
		if err := c.Feed(events); err != nil {
			t.Fatal(err)
		}
		if err := c.Until(time.Second * 3 / 4); err != nil {
			t.Fatal(err)
		}
		for _, part := range []struct {
			first, end int
			want       Verdict
		}{{1, 20, Pass}, {20, 30, map[int]Verdict{20: Fail, 30: Pass}[first]}, {30, 40, map[int]Verdict{20: Pass, 30: Fail}[first]}, {40, 50, Inconclusive}} {
			v, f := c.Judgement(part.first, part.end)
			if v != part.want || (f == nil) != (v < Fail) {
				t.Errorf("a violation on line %d: lines %d to %d are %v %+v, expected %v", first, part.first, part.end, v, f, part.want)
			}
			if v == Fail && (f.Line != first || f.Clause == "" || f.Shape == "" || f.Expected == "" || f.Got == "") {
				t.Errorf("a violation on line %d is told as %+v", first, f)
			}
		}
	}
	if Table(j) == nil || Table(newSilent(nil, nil, iut.Settings{})) != nil {
		t.Error("the table behind a judge")
	}
}
