package specs

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"github.com/twinstack/twinstack/harness/archive"
	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/results"
)

// patternLedger has patterns that are shown, that are not though their one case was run, that none of the cases of all parts
// shows, and that no case is like.
const patternLedger = `- id: other-fails
  iut: other
  class: both
  clause: RFC 9293 §3.5.2
  reason: It fails. Always.
  cases:
    - {case: "reset/*ecorded", fails: "line 6: expected *, got b (c)"}
    - {case: "*/mend*", fails: "line 6: *"}
    - {case: "nowhere/*", fails: "line 6: *"}
    - {case: reset/gone, fails: "line 6: *"}
    - {case: "reset/*", fails: "line 99: *"}
- id: other-todo
  iut: other
  class: TODO
  clause: TODO
  reason: TODO
  cases:
    - {case: "close/err*", fails: "line 6: *"}
`

// What the ledger says by itself, and its patterns, come out of merged parts as out of the whole run, byte for byte.
func TestPatternsOfParts(t *testing.T) {
	t.Parallel()
	known, err := ledger.Parse("/some/where/ledger.yaml", []byte(patternLedger))
	if err != nil {
		t.Fatal(err)
	}
	play := func(p Part) (*archive.File, string) {
		s, err := New(Options{IUTs: []iut.IUT{fakeIUT("ours"), fakeIUT("other")}, Fixtures: fakeFixtures(), Ledger: known, Part: p, Transitions: true})
		if err != nil {
			t.Fatal(err)
		}
		s.play = fakePlay
		if err := s.Record(context.Background(), nil); err != nil {
			t.Fatal(err)
		}
		r := s.Results()
		f := results.FileOf(r)
		if p == (Part{}) {
			if got, want := results.TallyOf(f), r.Tally(); got != want {
				t.Errorf("the file counts %v, the suite %v", got.Found, want.Found)
			}
		}
		return f, octets(t, f)
	}
	whole, want := play(Part{})
	status := map[string]string{}
	for _, e := range whole.Entries {
		status[e.Row+" "+e.Case+" "+e.Status] = e.At
	}
	for name, at := range map[string]string{
		"other-fails reset/*ecorded as recorded": "7:14", "other-fails */mend* vanished": "8:14", "other-fails nowhere/* removed": "9:14", "other-fails nowhere/* clean": "9:14",
		"other-fails reset/gone removed": "10:14", "other-fails reset/* vanished": "11:14",
		"other-todo  to be filled in": "14:10", "other-todo close/err* vanished": "18:14",
	} {
		if status[name] != at {
			t.Errorf("%s: at %q, expected %q; there are %v", name, status[name], at, status)
		}
	}
	for _, of := range []int{2, 3, 5} {
		var sources []results.Source
		for n := of; n > 0; n-- {
			f, _ := play(Part{n, of})
			sources = append(sources, results.Source{Name: fmt.Sprint(n), File: f})
		}
		merged, err := results.Merge(sources)
		if err != nil {
			t.Fatal(err)
		}
		if got := octets(t, merged); got != want {
			t.Errorf("%d parts give\n%s\nthe whole is\n%s", of, got, want)
		}
	}
}

func octets(t *testing.T, f *archive.File) string {
	t.Helper()
	var b bytes.Buffer
	if err := archive.Write(&b, f); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
