package regress

import (
	"fmt"
	"strings"

	"github.com/twinstack/twinstack/harness/archive"
)

// ledger compares the rows of the ledgers.
func (c *comparison) ledger() {
	pairs(c.before.Ledger, c.after.Ledger, func(r *archive.LedgerRow) string { return r.ID }, func(old, new *archive.LedgerRow) {
		switch {
		case old == nil:
			c.add(Change{Category: Ledger, Name: new.ID, IUT: new.IUT, Clauses: []string{new.Clause}, New: Side{Text: rowText(new)}})
		case new == nil:
			c.add(Change{Category: Ledger, Name: old.ID, IUT: old.IUT, Clauses: []string{old.Clause}, Old: Side{Text: rowText(old)}})
		default:
			was, is := rowChanges(old, new)
			if was != is {
				c.add(Change{Category: Ledger, Name: new.ID, IUT: new.IUT, Clauses: []string{new.Clause}, Old: Side{Text: was}, New: Side{Text: is}})
			}
		}
	})
}

func rowText(r *archive.LedgerRow) string {
	return fmt.Sprintf("row: %s, %s: %s", r.Class, r.Clause, oneLine(r.Reason))
}

// rowChanges gives what of two rows is not the same; "" and "" is nothing.
func rowChanges(old, new *archive.LedgerRow) (was, is string) {
	var w, i []string
	differ := func(name, a, b string) {
		if a != b {
			w, i = append(w, name+": "+a), append(i, name+": "+b)
		}
	}
	differ("iut", old.IUT, new.IUT)
	differ("class", old.Class, new.Class)
	differ("clause", old.Clause, new.Clause)
	differ("reason", oneLine(old.Reason), oneLine(new.Reason))
	return strings.Join(w, "; "), strings.Join(i, "; ")
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
