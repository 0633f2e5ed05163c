package regress

import (
	"fmt"
	"strings"

	"github.com/twinstack/twinstack/harness/archive"
)

// cases compares case by case.
func (c *comparison) cases() {
	c.findRenamed()
	id := func(k *archive.Case) string { return k.ID }
	partial := 0
	var before []archive.Case
	for _, k := range c.before.Cases {
		if now, ok := c.renamed[k.ID]; ok {
			c.add(Change{Category: Renamed, Name: now, Was: k.ID, Old: Side{Text: k.ID}, New: Side{Text: now}})
			k.ID = now // this k is a copy
		}
		before = append(before, k)
	}
	pairs(before, c.after.Cases, id, func(old, new *archive.Case) {
		switch {
		case old == nil && !c.before.Complete, new == nil && !c.after.Complete:
			partial++
		case old == nil:
			c.add(Change{Category: Added, Name: new.ID, Clauses: new.Clauses, New: Side{Text: outcomes(new)}})
		case new == nil:
			c.add(Change{Category: Removed, Name: old.ID, Worse: true, Clauses: old.Clauses, Old: Side{Text: outcomes(old)}})
		default:
			c.oneCase(old, new)
		}
	})
	if partial > 0 {
		c.note(fmt.Sprintf("%d cases are in one of the files alone, and the other is a part of a run: not compared", partial))
	}
}

// findRenamed pairs the scripts that are gone under one id and new under another. In a part of a run an id that is not there
// is not gone.
func (c *comparison) findRenamed() {
	c.renamed = map[string]string{}
	if !c.before.Complete || !c.after.Complete {
		return
	}
	gone := map[string][]string{} // ids by script
	here := map[string]bool{}
	for _, k := range c.after.Cases {
		here[k.ID] = true
	}
	known := map[string]bool{}
	for _, k := range c.before.Cases {
		known[k.ID] = true
		if !here[k.ID] && k.Script != "" {
			gone[k.Script] = append(gone[k.Script], k.ID)
		}
	}
	for _, k := range c.after.Cases {
		if ids := gone[k.Script]; !known[k.ID] && len(ids) > 0 {
			c.renamed[ids[0]], gone[k.Script] = k.ID, ids[1:]
		}
	}
}

// now is what a case of OLD is called in NEW.
func (c *comparison) now(id string) string {
	if now, ok := c.renamed[id]; ok {
		return now
	}
	return id
}

// was is what a case of NEW was called in OLD, "" where that is the same.
func (c *comparison) was(id string) string {
	for old, now := range c.renamed {
		if now == id {
			return old
		}
	}
	return ""
}

// outcomes is how a case came out: "ours pass, netstack fail (ipv4), netstack pass (ipv6)".
func outcomes(k *archive.Case) string {
	var order []string
	families := map[string][]string{}
	perIUT := map[string]int{}
	for _, r := range k.Runs {
		what := r.IUT + " " + r.Verdict
		if families[what] == nil {
			order = append(order, what)
			perIUT[r.IUT]++
		}
		families[what] = append(families[what], r.Family)
	}
	for i, what := range order {
		iut, _, _ := strings.Cut(what, " ")
		if perIUT[iut] > 1 {
			order[i] += " (" + strings.Join(families[what], ", ") + ")"
		}
	}
	if len(order) == 0 {
		return "no run"
	}
	return strings.Join(order, ", ")
}

// caseOf is a case as both runs have it. Where the scripts are not the same, lines are not compared: they have moved. Where
// the ids are not, hashes are not: the id is in them.
type caseOf struct {
	*comparison
	old, new *archive.Case
	was      string // the old id, where it was another
	scripted bool
}

func (c *comparison) oneCase(old, new *archive.Case) {
	b := &caseOf{c, old, new, c.was(new.ID), old.Script != new.Script}
	if b.scripted {
		c.add(Change{Category: Script, Name: new.ID, Old: firstLine(old.Script, new.Script), New: firstLine(new.Script, old.Script)})
	}
	pairs(old.Runs, new.Runs, func(r *archive.Run) string { return r.IUT + "\x00" + r.Family }, b.run)
	pairs(old.Comparisons, new.Comparisons, func(x *archive.Compared) string { return x.IUT + "\x00" + x.With + "\x00" + x.Family }, b.compared)
	if !b.scripted {
		b.about()
	}
}

// about compares what the catalogue says of a case, which may change though the script does not.
func (b *caseOf) about() {
	texts := func(k *archive.Case) string {
		return fmt.Sprintf("%q, requirements %q, clauses %q, labels %q", k.Title, k.Requirements, k.Clauses, k.Labels)
	}
	if was, is := texts(b.old), texts(b.new); was != is {
		b.add(b.change(Script, Change{Old: Side{Text: was}, New: Side{Text: is}}))
	}
}

// change fills in what all changes of a case have.
func (b *caseOf) change(category Category, c Change) Change {
	c.Category, c.Name, c.Was, c.Scripted = category, b.new.ID, b.was, b.scripted
	for _, s := range []struct {
		side *Side
		of   *archive.Case
	}{{&c.Old, b.old}, {&c.New, b.new}} {
		s.side.Source = line(s.of.Script, s.side.Line)
	}
	if c.First != nil {
		c.First.Old.Source, c.First.New.Source = line(b.old.Script, c.First.Old.Line), line(b.new.Script, c.First.New.Line)
	}
	if c.IUT != "" {
		c.Clauses = b.new.Clauses
	}
	return c
}

// firstLine is the first line of a script that is not the same in another.
func firstLine(script, other string) Side {
	mine, theirs := strings.Split(strings.TrimSuffix(script, "\n"), "\n"), strings.Split(strings.TrimSuffix(other, "\n"), "\n")
	for i, text := range mine {
		if i >= len(theirs) || text != theirs[i] {
			return Side{Line: i + 1, Text: text}
		}
	}
	return Side{Text: "nothing more"}
}

// line is a line of a script, "" where there is none.
func line(script string, number int) string {
	lines := strings.Split(script, "\n")
	if number < 1 || number > len(lines) {
		return ""
	}
	return strings.TrimSpace(lines[number-1])
}

// judged compares what the ledgers say of something that did not change. make gives the change without what was and is.
func (c *comparison) judged(old, new archive.Judgement, change Change) {
	was, is := judgement(old), judgement(new)
	if was == is {
		return
	}
	change.Category, change.Status, change.Rows = Ledger, new.Status, new.Rows
	change.Worse = archive.Green(old.Status) && !archive.Green(new.Status)
	change.Old.Text, change.New.Text = was, is
	c.add(change)
}

// judgement is one in words.
func judgement(j archive.Judgement) string {
	text := j.Status
	for _, part := range []struct {
		name  string
		texts []string
	}{{"row", j.Rows}, {"on record", j.Recorded}, {"now", j.Now}} {
		if len(part.texts) > 0 {
			text += "; " + part.name + ": " + strings.Join(part.texts, " | ")
		}
	}
	return text
}
