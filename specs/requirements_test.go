package specs_test

import (
	"context"
	"slices"
	"testing"

	"github.com/twinstack/twinstack/fixtures"
	"github.com/twinstack/twinstack/harness/breaks"
	"github.com/twinstack/twinstack/harness/catalogue"
	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/run"
	"github.com/twinstack/twinstack/specs"
)

// oursAlone is the suite on our stack.
func oursAlone(t *testing.T) (*specs.Suite, iut.IUT) {
	t.Helper()
	ours, err := iut.Lookup("ours")
	if err != nil {
		t.Fatal(err)
	}
	s, err := specs.New(specs.Options{IUTs: []iut.IUT{ours}, Fixtures: fixtures.FS})
	if err != nil {
		t.Fatal(err)
	}
	return s, ours
}

// Every break of fixtures/breaks.csv names a requirement, a case that names it and a line of its script, and is rejected
// there on every family. Every MUST and MUST NOT of RFC 9293, 5961 and 7323 that is testable, every row of RFC 1337 and
// 6191, and every row of RFC 6298, 5681, 6582, 2018 and 5927 that is testable, whatever its level, is so shown.
func TestRequirements(t *testing.T) {
	t.Parallel()
	s, _ := oursAlone(t)
	all, broken, err := s.Requirements(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if broken != nil {
		t.Error(broken)
	}
	for i := range all {
		r := &all[i]
		binds := r.Level == catalogue.Must || r.Level == catalogue.MustNot
		must := slices.Contains([]string{"RFC9293", "RFC5961", "RFC7323"}, r.RFC) && binds && r.CanBeShown()
		every := slices.Contains([]string{"RFC6298", "RFC5681", "RFC6582", "RFC2018", "RFC5927"}, r.RFC) && r.CanBeShown()
		whole := slices.Contains([]string{"RFC1337", "RFC6191"}, r.RFC)
		if !r.Shown() && (must || every || whole) {
			t.Errorf("%s (%s) is not shown: %s", r.ID, r.Clause(), r.Text)
		}
		if r.CanBeShown() && len(r.Cases) > 0 && !r.Shown() {
			t.Errorf("%s is named by %v, and none of them rejects a stack that breaks it", r.ID, r.Cases)
		}
	}
}

// What makes a stack break a requirement changes nothing by itself, and never loses its place in a script.
func TestUnbroken(t *testing.T) {
	t.Parallel()
	s, ours := oursAlone(t)
	for _, c := range s.Cases {
		for _, ipv6 := range c.Families {
			o := run.Options{IPv6: ipv6, Settings: iut.Alike(), Match: run.Strict}
			if err := breaks.Unbroken(c.File, ours, o, run.Run(c.File, ours, o)); err != nil {
				t.Errorf("%s over %s: %v", c.Name, specs.FamilyName(ipv6), err)
			}
		}
	}
}
