package matrix

import (
	"context"
	"errors"
	"maps"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/iut/netstack"
	"github.com/twinstack/twinstack/harness/iut/ours"
	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

// silent is a judge that allows nothing to be sent at some lines: a stimulus is answered if a packet has its line as cause.
type silent struct {
	answered map[int]string
	fed      int
	until    time.Duration
	err      error // of Feed
}

func newSilent(iut.IUT, *Place, iut.Settings) Judge { return &silent{answered: make(map[int]string)} }

func (j *silent) Feed(events []trace.Event) error {
	j.fed += len(events)
	for i := range events {
		if e := &events[i]; e.Kind == trace.Sent && e.Line == 0 {
			j.answered[e.Cause] = e.Packet.Notation(e.Kind, e.Shift, 0)
		}
	}
	return j.err
}

func (j *silent) Until(now time.Duration) error {
	j.until = now
	return nil
}

func (j *silent) Clone() Judge {
	c := *j
	c.answered = maps.Clone(j.answered)
	return &c
}

func (j *silent) Judgement(first, end int) (Verdict, *Finding) {
	for line := first; line < end; line++ {
		if got := j.answered[line]; got != "" {
			return Fail, &Finding{Line: line, Rule: "silence", Expected: "nothing", Got: got}
		}
	}
	return Pass, nil
}

func playAll(t *testing.T, o Options) *Matrix {
	t.Helper()
	m, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	return m
}

// poke is a probe of two rounds: a segment of old text, then a silence.
func poke(m *Moment) []script.Event {
	switch m.Round {
	case 0:
		n := m.Position.RcvNxt - 1
		ack, win := m.Position.SndNxt, uint16(16000)
		return []script.Event{Inbound(&script.Segment{Flags: trace.ACK, Seq: n, Len: 1, Ack: &ack, Win: &win})}
	case 1:
		return []script.Event{Silence(10 * time.Second)}
	}
	return nil
}

func poking(Case) Probe { return poke }

// Results are the same in every run and with any number of workers, on both stacks, to the last octet of every trace.
func TestSameResults(t *testing.T) {
	t.Parallel()
	for _, only := range []string{"established-in-flight/ipv4/FA*", "listen/ipv6/S*", "time-wait-closing-close/ipv4/*A* text=one", "established-timestamps/ipv6/A*"} {
		var first *Matrix
		for _, workers := range []int{1, 1, 2, 7} {
			m := playAll(t, Options{IUTs: []iut.IUT{ours.IUT{}, netstack.IUT{}}, Only: only, Workers: workers, Judge: ByOracle, Probe: poking})
			if first == nil {
				first = m
				if m.Cases() < 80 {
					t.Errorf("%s: only %d cases", only, m.Cases())
				}
				continue
			}
			for i, b := range m.Blocks {
				if !reflect.DeepEqual(b.Results, first.Blocks[i].Results) {
					t.Errorf("%s on %s: other results with %d workers", only, b.IUT.Name(), workers)
				}
			}
		}
	}
}

// Each trace has a hash of its own where what was played differs.
func TestHashesDiffer(t *testing.T) {
	t.Parallel()
	m := playAll(t, Options{IUTs: []iut.IUT{ours.IUT{}}, Only: "established-passive/ipv4/* text=*"})
	seen := make(map[uint64]string)
	for _, b := range m.Blocks {
		for i := range b.Results {
			h := b.Results[i].Hash
			if other := seen[h]; other != "" {
				t.Errorf("%s and %s have one hash", other, b.Case(i).ID())
			}
			seen[h] = b.Case(i).ID()
		}
	}
	if len(seen) < 1000 {
		t.Errorf("only %d cases", len(seen))
	}
}

// Event and probe are judged apart.
func TestEventAndProbeAreJudgedApart(t *testing.T) {
	t.Parallel()
	m := playAll(t, Options{IUTs: []iut.IUT{ours.IUT{}}, Only: "established-passive/ipv4/?A seq=*xt ack=una text=none", Judge: newSilent, Probe: poking})
	got := make(map[string]string)
	for _, b := range m.Blocks {
		for i := range b.Results {
			r := &b.Results[i]
			got[b.Events[i].Name()] = r.Event.String() + " " + r.Probe.String() + " " + r.Finding.Got
		}
	}
	want := map[string]string{
		"FA seq=nxt ack=una text=none": "fail fail > . 1:1(0) ack 1002", // acknowledged, and the probe's old text as well
		"SA seq=nxt ack=una text=none": "fail fail > . 1:1(0) ack 1001",
		"RA seq=nxt ack=una text=none": "pass fail > R 1:1(0)", // gone; the probe finds a listener
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, expected %v", got, want)
	}
}

// An IUT that cannot be brought along an entry has the cases that another has from there, and they are inconclusive with
// the line that it did not answer as expected.
func TestNotReached(t *testing.T) {
	t.Parallel()
	m := playAll(t, Options{IUTs: []iut.IUT{ours.IUT{}, netstack.IUT{}}, Only: "fin-wait-1-from-syn-received/ipv4/R seq=* text=none"})
	var mine, theirs *Block
	for _, b := range m.Blocks {
		switch {
		case len(b.Events) == 0:
		case b.IUT.Name() == "ours":
			mine = b
		default:
			theirs = b
		}
	}
	if len(mine.Events) != 8 || len(theirs.Events) != 8 || mine.NotReached != "" {
		t.Fatalf("%d and %d cases, expected 8; ours: %s", len(mine.Events), len(theirs.Events), mine.NotReached)
	}
	for i := range theirs.Results {
		r := &theirs.Results[i]
		if r.Verdict() != Inconclusive || !strings.HasPrefix(r.Finding.Reason, "line ") || !strings.Contains(r.Finding.Reason, "expected +0 > F. 1:1(0) ack 1001, got nothing") {
			t.Errorf("%s: %v %+v", theirs.Case(i).ID(), r.Verdict(), r.Finding)
		}
		if mine.Results[i].Verdict() != Pass {
			t.Errorf("ours: %s: %v %+v", mine.Case(i).ID(), mine.Results[i].Verdict(), mine.Results[i].Finding)
		}
	}
}

// What is wrong whatever the judge says fails the event, or the probe.
func TestOctets(t *testing.T) {
	t.Parallel()
	// A zero-window probe of netstack's has an octet that nobody wrote.
	m := playAll(t, Options{IUTs: []iut.IUT{netstack.IUT{}}, Only: "established-queued/ipv4/silence 2s"})
	for _, b := range m.Blocks {
		for _, r := range b.Results {
			if r.Event != Fail || r.Probe != Pass || r.Finding.Rule != "octets of the stream" || !strings.Contains(r.Finding.Shape, "octets that nobody wrote") {
				t.Errorf("%v %v %+v", r.Event, r.Probe, r.Finding)
			}
		}
	}
}

// A fault of the harness is no verdict on the IUT.
func TestBroken(t *testing.T) {
	t.Parallel()
	p := place(t, ours.IUT{}, "established-passive", false)
	event := Segment{Flags: trace.ACK, Seq: SeqNxt, Ack: AckUna}
	holds := func(what string, r Result, reason string) {
		t.Helper()
		if r.Event != Broken || r.Probe != Broken || r.Finding == nil || !strings.Contains(r.Finding.Reason, reason) {
			t.Errorf("%s: %v %v %+v", what, r.Event, r.Probe, r.Finding)
		}
	}
	fails := &silent{answered: make(map[int]string), err: errors.New("no rule covers this")}
	r, _ := (&player{iut: ours.IUT{}}).play(p, event, fails)
	holds("a judge that fails", r, "no rule covers this")
	unknown := func(*Moment) []script.Event { return []script.Event{Call("frobnicate", AnyResult)} }
	r, _ = (&player{iut: ours.IUT{}, probing: func(Case) Probe { return unknown }}).play(p, event, nil)
	holds("an unknown call", r, "frobnicate")
	r, _ = (&player{iut: ours.IUT{}}).play(place(t, netstack.IUT{}, "established-passive", false), event, nil)
	holds("another way to the same place", r, "ours did not do the same as before on the same entry")
	elsewhere := &Place{Entry: p.Entry}
	if v, reason := elsewhere.approach(ours.IUT{}, fails.Clone()); v != Broken || reason != "no rule covers this" {
		t.Errorf("a judge that fails on the entry: %v %s", v, reason)
	}
}

// panicky is ours, but for a panic at the third time that a host settles.
type panicky struct{ ours.IUT }

func (p panicky) New(c iut.Config) (iut.Host, error) {
	h, err := p.IUT.New(c)
	return &panickyHost{Host: h}, err
}

type panickyHost struct {
	iut.Host
	settled int
}

func (h *panickyHost) Settle() {
	if h.settled++; h.settled == 3 {
		panic("at last")
	}
	h.Host.Settle()
}

// A panic of the IUT is a failure of the event.
func TestPanic(t *testing.T) {
	t.Parallel()
	r, _ := (&player{iut: panicky{}}).play(place(t, ours.IUT{}, "closed", false), Segment{Flags: trace.ACK, Seq: SeqSome, Ack: AckSome}, nil)
	if r.Event != Fail || r.Probe != Pass || r.Finding.Rule != "no panic" || !strings.Contains(r.Finding.Got, "panic: at last") {
		t.Errorf("%v %v %+v", r.Event, r.Probe, r.Finding)
	}
}

// The judge gets the whole trace, once, and hears when it is over; one that goes wrong on the entry keeps all its cases from
// being judged.
func TestJudgeIsFed(t *testing.T) {
	t.Parallel()
	p := &Place{Entry: entry(t, "established-passive")}
	j := newSilent(nil, nil, iut.Settings{})
	if v, reason := p.approach(ours.IUT{}, j); v != Pass {
		t.Fatalf("%v %s", v, reason)
	}
	own := j.Clone().(*silent)
	_, res := (&player{iut: ours.IUT{}, probing: poking}).play(p, Segment{Flags: trace.ACK, Seq: SeqNxt, Ack: AckUna, Text: TextOne}, own)
	if own.fed != len(res.Trace.Events) || own.until != res.Virtual || own.until < 10*time.Second {
		t.Errorf("%d of %d events until %v of %v", own.fed, len(res.Trace.Events), own.until, res.Virtual)
	}
	strict := &silent{answered: map[int]string{1: "> R 0:0(0)"}}
	if v, reason := p.approach(ours.IUT{}, strict); v != Inconclusive || !strings.HasPrefix(reason, "line 1: expected nothing, got > R 0:0(0) (silence") {
		t.Errorf("a wrong answer on the entry: %v %s", v, reason)
	}
}

// What comes of a silence is of the silence, and not of the line before.
func TestSilenceHasALine(t *testing.T) {
	t.Parallel()
	p := place(t, ours.IUT{}, "syn-received", false)
	pl := player{iut: ours.IUT{}}
	_, res := pl.play(p, silence(2*time.Second), nil)
	retransmitted := 0
	for _, e := range res.Trace.Events {
		if e.Kind == trace.Sent && e.Line == 0 {
			retransmitted++
			if e.Cause != pl.first[0] {
				t.Errorf("what was sent in the silence is of line %d, expected %d", e.Cause, pl.first[0])
			}
		}
	}
	if retransmitted != 1 || len(pl.added) != 2 || pl.added[1].Time.At != 2*time.Second || pl.added[1].Pos.Line != p.Entry.Lines()+2 {
		t.Errorf("%d retransmissions in %v", retransmitted, pl.added)
	}
}

func TestProgressAndStop(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var calls, last, total atomic.Int64
	o := Options{IUTs: []iut.IUT{ours.IUT{}}, Only: "closed/*/A*", Workers: 3, Progress: func(done, all int) {
		calls.Add(1)
		last.Store(int64(done))
		total.Store(int64(all))
	}}
	m := playAll(t, o)
	if n := int64(m.Cases()); last.Load() != n || total.Load() != n || calls.Load() < 2 {
		t.Errorf("%d of %d in %d calls, expected %d", last.Load(), total.Load(), calls.Load(), n)
	}
	cancel()
	if err := m.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("a run that was stopped: %v", err)
	}
	if _, err := New(Options{Only: "[x"}); err == nil {
		t.Error("a pattern that is none was taken")
	}
}

// A probe may say what a call must give.
func TestProbeThatExpects(t *testing.T) {
	t.Parallel()
	probe := func(m *Moment) []script.Event {
		if m.Round > 0 {
			return nil
		}
		return []script.Event{Call("read", Integer(5), Integer(4), dots, Integer(5))}
	}
	for text, want := range map[Text]Verdict{TextOne: Fail, TextFills: Pass} {
		r, _ := (&player{iut: ours.IUT{}, probing: func(Case) Probe { return probe }}).play(place(t, ours.IUT{}, "established-passive", true), Segment{Flags: trace.ACK, Seq: SeqNxt, Ack: AckUna, Text: text}, nil)
		if r.Event != Pass || r.Probe != want || want == Fail && (r.Finding.Rule != "what a line expects" || !strings.Contains(r.Finding.Shape, "result 1, expected 5")) {
			t.Errorf("text %v: %v %v %+v", text, r.Event, r.Probe, r.Finding)
		}
	}
}
