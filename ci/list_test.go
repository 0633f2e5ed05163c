package main

import (
	"slices"
	"testing"

	"github.com/twinstack/twinstack/harness/catalogue"
	"github.com/twinstack/twinstack/harness/oracle"
)

// A requirement has all rules that name it. An id that is none is an error, each with its rule.
func TestNameRules(t *testing.T) {
	t.Parallel()
	all := []catalogue.Standing{{Requirement: &catalogue.Requirement{ID: "MUST-1"}}, {Requirement: &catalogue.Requirement{ID: "MUST-2"}}}
	rules := []*oracle.Rule{{ID: "a", Requirements: []string{"MUST-2", "MUST-9"}}, {ID: "b", Requirements: []string{"MUST-2"}}, {ID: "c"}}
	const want = `rule a of the oracle: unknown requirement "MUST-9", expected an id of the catalogue`
	if err := nameRules(all, rules); err == nil || err.Error() != want {
		t.Errorf("got %v, expected %s", err, want)
	}
	if len(all[0].Rules) > 0 || !slices.Equal(all[1].Rules, []string{"a", "b"}) || all[1].Shown() {
		t.Errorf("got %v and %v", all[0].Rules, all[1])
	}
}
