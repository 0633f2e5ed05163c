package ledger

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Known is what a ledger may speak of.
type Known struct {
	Cases map[string][]string // the families that each case runs on
	IUTs  []string            // the first is the reference, which the others are compared with
	// Arrows are the names of the transitions; with none, those of the ledger are let be.
	Arrows []string
}

// Check looks for what makes no sense in the ledger, whatever happens: every IUT must be known, a row names a case once, a
// live pair only fails, and differences stand with the IUT that is compared with the reference. The error joins an *Error for
// every mistake. What has made sense once and is no more is not wrong: Removed tells it.
func (l *Ledger) Check(k Known) error {
	var errs []error
	errorf := func(at Pos, format string, args ...any) {
		errs = append(errs, &Error{l.Name, at, fmt.Sprintf(format, args...)})
	}
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
		}
	}
	return errors.Join(errs...)
}
