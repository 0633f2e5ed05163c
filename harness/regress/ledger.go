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

// entries compares the entries of the ledgers that are judged by themselves. Where one stands says nothing: rows above it move it.
func (c *comparison) entries() {
	key := func(e *archive.Entry) string { return strings.Join([]string{e.Row, e.IUT, e.Case, e.Family}, "\x00") }
	judged := func(e *archive.Entry) archive.Judgement {
		return archive.Judgement{Status: e.Status, Recorded: e.Recorded, Now: e.Now}
	}
	pairs(c.before.Entries, c.after.Entries, key, func(old, new *archive.Entry) {
		change := Change{Category: Ledger}
		either := new
		if new != nil {
			change.New.Text, change.Status, change.Rows = judgement(judged(new)), new.Status, []string{new.Row}
		} else {
			either = old
		}
		if old != nil {
			change.Old.Text = judgement(judged(old))
		}
		change.Name, change.IUT = strings.TrimSpace(either.Row+" "+either.Case), either.IUT
		if either.Family != "" {
			change.Families = []string{either.Family}
		}
		change.Worse = new != nil && !archive.Green(new.Status) && (old == nil || archive.Green(old.Status))
		if change.Old.Text != change.New.Text {
			c.add(change)
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
