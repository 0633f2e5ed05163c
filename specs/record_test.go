package specs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/results"
	"github.com/twinstack/twinstack/harness/run"
	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

func TestRecord(t *testing.T) {
	t.Parallel()
	s := fakeSuite(t, fakeFixtures())
	var played atomic.Int32
	s.play = func(f *script.File, i iut.IUT, o run.Options) *trace.Result {
		played.Add(1)
		return fakePlay(f, i, o)
	}
	heard := 0
	for range 2 { // recorded once, judged twice
		if err := s.Record(context.Background(), func(results.Run) { heard++ }); err != nil {
			t.Fatal(err)
		}
	}
	if played.Load() != 10 || heard != 20 || s.Planned() != 10 {
		t.Errorf("%d played, %d heard of, %d planned, expected 10, 20, 10", played.Load(), heard, s.Planned())
	}
	r := s.Results()
	if !r.Complete() || len(r.Comparisons) != 5 || len(r.Findings) != 15 {
		t.Errorf("complete %v, %d comparisons, %d findings, expected true, 5, 15", r.Complete(), len(r.Comparisons), len(r.Findings))
	}
	var red []string
	for _, f := range r.Red() {
		red = append(red, f.String()+": "+f.Status.String())
	}
	want := []string{
		"close/error on ipv4: other: could not be judged",
		"reset/mended on ipv4: other: unexpectedly passing",
		"reset/unrecorded on ipv4: other: new",
		"close/error on ipv4: ours and other: could not be judged",
	}
	if !slices.Equal(red, want) {
		t.Errorf("red %q, expected %q", red, want)
	}
	if set := r.Settings; len(set) != 2 || set[1] != (results.Setting{IUT: "other", Setting: "Nagle", Honour: "fixed", Value: "true"}) {
		t.Errorf("settings %v, expected Nagle of both", set)
	}
	if c := r.Clauses["reset/passes"]; !slices.Equal(c, []string{"RFC 9293 §3.5.2"}) {
		t.Errorf("clauses %q", c)
	}
}

// What was recorded before the stop is there, and no more.
func TestRecordStops(t *testing.T) {
	t.Parallel()
	s := fakeSuite(t, fakeFixtures())
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	err := s.Record(ctx, func(results.Run) { stop() })
	r := s.Results()
	if !errors.Is(err, context.Canceled) || r.Complete() || len(r.Runs) == 0 {
		t.Errorf("error %v, complete %v, %d runs; expected a stop after some", err, r.Complete(), len(r.Runs))
	}
}

// A suite of some topics runs those alone, and lets the ledger's rows about the others be.
func TestTopics(t *testing.T) {
	t.Parallel()
	known, err := ledger.Parse("ledger.yaml", []byte(fakeLedger))
	if err != nil {
		t.Fatal(err)
	}
	fixtures := fakeFixtures()
	fixtures["close/broken.pkt"] = &fstest.MapFile{Data: []byte("+0 nonsense")}
	fixtures["lab/own.pkt"] = fixture("of one's own")
	o := Options{IUTs: []iut.IUT{fakeIUT("ours"), fakeIUT("other")}, Fixtures: fixtures, Ledger: known, Labels: []Label{{Topic, "lab"}}}
	for _, test := range []struct {
		topics              []string
		runs, pairs, broken int
		want                string // in the error
	}{
		{nil, 12, 8, 1, ""},
		{[]string{"close"}, 2, 0, 1, ""},
		{[]string{"lab", "reset"}, 10, 0, 0, ""},
		{[]string{"rset"}, 0, 0, 0, `no topic "rset", expected one of close, lab, reset`},
	} {
		o.Topics = test.topics
		s, err := New(o)
		if test.want != "" {
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v: got %v, want %s", test.topics, err, test.want)
			}
			continue
		}
		if err != nil || s.Planned() != test.runs || len(s.pairs) != test.pairs || len(s.Broken) != test.broken {
			t.Errorf("%v: %v, %d runs, %d pairs, %d broken; expected %+v", test.topics, err, s.Planned(), len(s.pairs), len(s.Broken), test)
		}
	}
}

// A row about a live pair can be proposed where the reference is in it: then it is the other's.
func TestLiveRow(t *testing.T) {
	t.Parallel()
	s := fakeSuite(t, fakeFixtures())
	for _, test := range []struct{ client, server, wantCase, wantIUT string }{
		{"ours", "other", ledger.LiveAsServer, "other"},
		{"other", "ours", ledger.LiveAsClient, "other"},
		{"other", "other", "", ""},
	} {
		row := s.judgeLive(results.Live{Client: test.client, Server: test.server, Family: "ipv4"}).Row
		if row.Case != test.wantCase || row.IUT != test.wantIUT {
			t.Errorf("%s to %s: a row would name %+v, expected %s of %s", test.client, test.server, row, test.wantCase, test.wantIUT)
		}
	}
}

// What is wrong with the ledger itself is found whatever the runs give: an entry that is one too many, a row that is to be filled
// in, a pattern that shows in none of its cases. One that shows is as recorded, and so is what it is about.
func TestLedgerFindings(t *testing.T) {
	t.Parallel()
	s := fakeSuiteWith(t, fakeFixtures(), fakeLedger+tooMuch)
	const removed = "ledger.yaml:15:14: reset/gone on other: removed"
	const todo = "ledger.yaml:12:11: other-gone: to be filled in"
	tell := func() (red []string) {
		for _, f := range s.Results().Red() {
			if f.Place != "" {
				red = append(red, f.String()+": "+f.Status.String())
			}
		}
		return red
	}
	if got := tell(); !slices.Equal(got, []string{removed, todo}) {
		t.Errorf("before any run: %q", got)
	}
	if err := s.Record(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if got := tell(); !slices.Equal(got, []string{removed, todo, "ledger.yaml:16:14: close/* on other: vanished"}) {
		t.Errorf("after all runs: %q", got)
	}
	for _, f := range s.Results().Findings {
		if f.Case == "reset/unrecorded" && f.IUT == "other" && f.With == "" && (f.Status != ledger.AsRecorded || f.Rows[0].ID != "other-gone") {
			t.Errorf("%s: %v, expected the pattern to be about it", f, f.Status)
		}
	}
}

func TestNewErrors(t *testing.T) {
	t.Parallel()
	two := []iut.IUT{fakeIUT("ours"), fakeIUT("other")}
	tests := []struct {
		name   string
		iuts   []iut.IUT
		ledger string
		want   string
	}{
		{"no IUT", nil, "", "no IUT, expected at least one"},
		{"one IUT twice", []iut.IUT{fakeIUT("ours"), fakeIUT("ours")}, "", `IUT "ours" a second time`},
		{"a ledger of another stack", two, strings.Replace(fakeLedger, "iut: other", "iut: third", 1),
			`l.yaml:2:8: unknown IUT "third", expected one of ours, other`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			known, err := ledger.Parse("l.yaml", []byte(test.ledger))
			if err != nil {
				t.Fatal(err)
			}
			_, err = New(Options{IUTs: test.iuts, Fixtures: fakeFixtures(), Ledger: known})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

// Where an IUT does not return, somebody is told which case it is that all wait for.
func TestLateRun(t *testing.T) {
	t.Parallel()
	s := fakeSuite(t, fakeFixtures())
	s.patience = time.Second
	var told []string
	s.options.Late = func(k ledger.Key, after time.Duration) {
		told = append(told, fmt.Sprint(k.Case, k.Family, k.IUT, after))
	}
	s.play = func(f *script.File, i iut.IUT, o run.Options) *trace.Result {
		if f.Name == "reset/passes.pkt" && i.Name() == "other" && o.Patience == time.Second {
			o.Late()
		}
		return fakePlay(f, i, o)
	}
	s.options.Workers = 1
	if err := s.Record(context.Background(), func(results.Run) {}); err != nil {
		t.Fatal(err)
	}
	if want := []string{"reset/passesipv4other1s"}; !slices.Equal(told, want) {
		t.Errorf("told %q, expected %q", told, want)
	}
}
