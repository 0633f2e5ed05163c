package catalogue

import (
	"fmt"
	"testing"
)

func TestTotals(t *testing.T) {
	t.Parallel()
	row := func(id string, l Level, rfc, testable string) *Requirement {
		return &Requirement{ID: id, Level: l, RFC: rfc, Testable: testable}
	}
	all := []Standing{
		{row("A", May, "RFC2", "blackbox"), []string{"x"}, nil, []string{"ours"}, nil},                  // named and not shown
		{row("B", Must, "RFC2", "api"), []string{"x", "y"}, []string{"y"}, []string{"ours", "un"}, nil}, // shown
		{row("C", Must, "RFC2", "internal"), []string{"x"}, []string{"x"}, []string{"ours"}, nil},       // counts as a row alone
		{row("D", Must, "RFC1", "no"), nil, nil, nil, nil},
		{row("E", Must, "RFC1", "blackbox"), nil, nil, nil, []string{"rule"}}, // no case, and a rule is none
	}
	want := []string{
		"RFC2 MUST 2 1 1 map[ours:1 un:1]",
		"RFC2 MAY 1 1 0 map[ours:1]",
		"RFC1 MUST 2 1 0 map[]",
		"  5 3 1 map[ours:2 un:1]",
	}
	got := Totals(all)
	if len(got) != len(want) {
		t.Fatalf("got %d lines, expected %d", len(got), len(want))
	}
	for i, c := range got {
		if text := fmt.Sprintf("%s %s %d %d %d %v", c.RFC, c.Level, c.Rows, c.Testable, c.Shown, c.Passed); text != want[i] {
			t.Errorf("line %d: %s, expected %s", i, text, want[i])
		}
	}
}
