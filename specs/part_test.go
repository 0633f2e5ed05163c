package specs

import (
	"slices"
	"strings"
	"testing"

	"github.com/twinstack/twinstack/harness/iut"
)

func TestParsePart(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Part{"1/1": {1, 1}, "2/3": {2, 3}, "12/12": {12, 12}} {
		if got, err := ParsePart(text); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "1", "1/", "/2", "0/2", "3/2", "1/0", "-1/2", "1/2/3", "1/2 ", " 1/2", "+1/2", "01/2", "a/b", "1/2x", "1/99999999999999999999"} {
		if got, err := ParsePart(text); err == nil || !strings.Contains(err.Error(), "expected the like of 1/2") {
			t.Errorf("%q: %v, %v, expected an error", text, got, err)
		}
	}
}

// Parts have no case and no live pair in common, and together have all.
func TestParts(t *testing.T) {
	t.Parallel()
	all := []string{"close/error", "reset/mended", "reset/passes", "reset/recorded", "reset/unrecorded"}
	for _, test := range []struct {
		only  string
		of    int
		cases []string
		pairs int
	}{
		{"", 0, all, 8}, {"", 1, all, 8}, {"", 2, all, 8}, {"", 3, all, 8}, {"*/*", 5, all, 8},
		{"reset", 2, all[1:], 0}, {"reset/*e*", 1, all[1:], 0}, {"*/[mu]*", 2, []string{"reset/mended", "reset/unrecorded"}, 0}, {"textbook", 0, nil, 8}, {"*e*/*e*", 0, all, 8},
	} {
		var cases []string
		pairs := 0
		for n := 1; n <= max(1, test.of); n++ {
			o := Options{IUTs: []iut.IUT{fakeIUT("ours"), fakeIUT("other")}, Fixtures: fakeFixtures(), Only: test.only, Transitions: true}
			if test.of > 0 {
				o.Part = Part{n, test.of}
			}
			s, err := New(o)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range s.Cases {
				cases = append(cases, c.Name)
			}
			pairs += len(s.pairs)
			r := s.Results()
			if r.All != 10 || r.AllLive != 8 || r.Planned != 2*len(s.Cases) || len(r.Arrows) == 0 {
				t.Errorf("%q %v: %d of %d runs planned, %d live pairs, %d arrows", test.only, o.Part, r.Planned, r.All, r.AllLive, len(r.Arrows))
			}
			if whole := len(s.Cases) == len(all); s.judgesTransitions() != whole {
				t.Errorf("%q %v: transitions judged %t, expected %t", test.only, o.Part, !whole, whole)
			}
		}
		slices.Sort(cases)
		if !slices.Equal(cases, test.cases) || pairs != test.pairs {
			t.Errorf("%q in %d parts: %q and %d live pairs, expected %q and %d", test.only, test.of, cases, pairs, test.cases, test.pairs)
		}
	}
	for only, want := range map[string]string{"rset": `no case is like "rset"`, "reset/[": "syntax error in pattern", "[/a": "syntax error in pattern"} {
		if _, err := New(Options{IUTs: []iut.IUT{fakeIUT("ours")}, Fixtures: fakeFixtures(), Only: only}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", only, err, want)
		}
	}
}

func TestWorkers(t *testing.T) {
	t.Parallel()
	for asked, want := range map[int]int{1: 1, 3: 3, 100: maxWorkers} {
		if got := (&Suite{options: Options{Workers: asked}}).Workers(); got != want {
			t.Errorf("%d asked for: %d, expected %d", asked, got, want)
		}
	}
	if got := (&Suite{}).Workers(); got < 1 || got > maxWorkers {
		t.Errorf("%d by default, expected 1 to %d", got, maxWorkers)
	}
}
