package ledger

import (
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
)

// Known is what a ledger may speak of.
type Known struct {
	Cases map[string][]string // the families that each case runs on
	IUTs  []string            // the first is the reference, which the others are compared with
	// Arrows are the names of the transitions; with none, those of the ledger are let be.
	Arrows []string
}

// Check holds the ledger against what there is: every case and IUT must be known, a row names a case once, a case on an
// IUT and a family fails in one way only, and differences stand with the IUT that is compared with the reference. The error joins an *Error for every mistake.
func (l *Ledger) Check(k Known) error {
	var errs []error
	errorf := func(at Pos, format string, args ...any) {
		errs = append(errs, &Error{l.Name, at, fmt.Sprintf(format, args...)})
	}
	type cell struct{ caseName, family, iut string }
	verdicts := map[cell]Pos{}
	for _, r := range l.Rows {
		if !slices.Contains(k.IUTs, r.IUT) {
			errorf(r.iutPos, "unknown IUT %q, expected one of %s", r.IUT, strings.Join(k.IUTs, ", "))
		}
		reference := len(k.IUTs) > 0 && r.IUT == k.IUTs[0]
		ofReference := func(at Pos) {
			errorf(at, "a difference of %s, expected none: it is the reference, and differences stand with the other IUT", r.IUT)
		}
		if reference && r.Like != nil {
			ofReference(r.likePos)
		}
		for i, e := range r.Cases {
			for _, before := range r.Cases[:i] {
				if before.Case == e.Case && (before.Family == e.Family || before.Family == "" || e.Family == "") {
					errorf(e.Pos, "case %q a second time in this row, expected it once", e.Case)
				}
			}
			if reference && len(e.Differs) > 0 {
				ofReference(e.differsPos)
			}
			if (e.Case == LiveAsClient || e.Case == LiveAsServer) && e.Fails == "" {
				errorf(e.Pos, "case %q with something else than fails, expected that alone", e.Case)
			}
			families, ok := k.Cases[e.Case]
			if !ok {
				errorf(e.Pos, "unknown case %q, expected %s", e.Case, nearest(e.Case, k.Cases))
				continue
			}
			if e.Family != "" && !slices.Contains(families, e.Family) {
				errorf(e.familyPos, "case %q does not run on %s, expected %s", e.Case, e.Family, strings.Join(families, " or "))
			}
			if e.Fails == "" && e.Unsupported == "" {
				continue
			}
			for _, f := range families {
				if !e.covers(e.Case, f) {
					continue
				}
				c := cell{e.Case, f, r.IUT}
				if first, twice := verdicts[c]; twice {
					errorf(e.Pos, "case %q on %s has a verdict in line %d already, expected one", e.Case, f, first.Line)
					break
				}
				verdicts[c] = e.Pos
			}
		}
	}
	l.checkTransitions(k, errorf)
	return errors.Join(errs...)
}

// nearest says which known case may be meant: one with the same last part, or else those of the same topic.
func nearest(name string, cases map[string][]string) string {
	topic, last, _ := strings.Cut(name, "/")
	var same, ofTopic []string
	for c := range cases {
		t, l, _ := strings.Cut(c, "/")
		if l == last && l != "" {
			same = append(same, c)
		}
		if t == topic {
			ofTopic = append(ofTopic, c)
		}
	}
	sort.Strings(same)
	sort.Strings(ofTopic)
	switch {
	case len(same) > 0:
		return strings.Join(same, " or ")
	case len(ofTopic) > 0:
		return "one of " + strings.Join(ofTopic, ", ")
	}
	return "the name of a fixture, the like of \"reset/rst-in-window\""
}
