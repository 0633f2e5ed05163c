package regress

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/twinstack/twinstack/harness/archive"
)

// compared compares what sets a run apart from the reference's.
func (b *caseOf) compared(old, new *archive.Compared) {
	if old == nil || new == nil {
		b.alone(old, new)
		return
	}
	change := Change{IUT: new.IUT, With: new.With, Families: []string{new.Family}, Status: new.Status, Rows: new.Rows}
	was, is := b.texts(old.Differences), b.texts(new.Differences)
	gone, fresh := apart(was, is), apart(is, was)
	if old.NotCompared == new.NotCompared && len(gone) == 0 && len(fresh) == 0 {
		change.Status, change.Rows = "", nil
		b.judged(old.Judgement, new.Judgement, b.change(Ledger, change))
		return
	}
	change.Old, change.New = differing(old, gone), differing(new, fresh)
	change.Worse = old.NotCompared == "" && len(was) == 0
	b.add(b.change(Comparison, change))
}

// alone is a comparison that one of the runs has. Where a run or an IUT of it is gone or new, that is a change of its own.
func (b *caseOf) alone(old, new *archive.Compared) {
	c, change := new, Change{}
	if c == nil {
		c, change.Old = old, differing(old, all(old))
	} else {
		change.New = differing(new, all(new))
	}
	has := func(k *archive.Case, iut string) bool {
		return slices.ContainsFunc(k.Runs, func(r archive.Run) bool { return r.IUT == iut && r.Family == c.Family })
	}
	for _, iut := range []string{c.IUT, c.With} {
		if !has(b.old, iut) || !has(b.new, iut) {
			return
		}
	}
	change.IUT, change.With, change.Families = c.IUT, c.With, []string{c.Family}
	b.add(b.change(Comparison, change))
}

// all are the places of all differences.
func all(c *archive.Compared) (places []int) {
	for i := range c.Differences {
		places = append(places, i)
	}
	return places
}

// texts are differences in words that can be compared: without the line where the scripts are not the same.
func (b *caseOf) texts(all []archive.Difference) []string {
	var texts []string
	for _, d := range all {
		text := fmt.Sprintf("%s: %q %q", d.Kind, d.With, d.IUT)
		if !b.scripted {
			text = fmt.Sprintf("%s %d %s", text, d.Line, d.Text)
		}
		texts = append(texts, text)
	}
	return texts
}

// apart gives the places of the texts that are in a and not in b. A text that comes twice counts twice.
func apart(a, b []string) (places []int) {
	count := map[string]int{}
	for _, s := range b {
		count[s]++
	}
	for i, s := range a {
		if count[s]--; count[s] < 0 {
			places = append(places, i)
		}
	}
	return places
}

// place is how the text of a difference begins; a Side has the line apart.
var place = regexp.MustCompile(`^(after line \d+|line \d+|at the start): `)

// differing are the differences in some places, or in words what there is instead.
func differing(c *archive.Compared, places []int) Side {
	switch {
	case c.NotCompared != "":
		return Side{Text: "not compared: " + c.NotCompared}
	case len(c.Differences) == 0:
		return Side{Text: "alike"}
	case len(places) == 0:
		return Side{Text: "not that"}
	}
	s := Side{Line: c.Differences[places[0]].Line}
	var texts []string
	for _, i := range places {
		d := c.Differences[i]
		text := place.ReplaceAllString(d.Text, "")
		if d.Line != s.Line {
			text = d.Text
		}
		texts = append(texts, text)
	}
	s.Text = strings.Join(texts, " | ")
	return s
}

// live compares the live pairs.
func (c *comparison) live() {
	key := func(p *archive.LivePair) string { return p.Client + " to " + p.Server + "\x00" + p.Family }
	pairs(c.before.Live, c.after.Live, key, func(old, new *archive.LivePair) {
		p := new
		if p == nil {
			p = old
		}
		change := Change{Category: Live, Name: p.Client + " to " + p.Server, Families: []string{p.Family}}
		if old == nil || new == nil {
			if !c.inBoth(p.Client) || !c.inBoth(p.Server) || !c.before.Complete || !c.after.Complete {
				return
			}
			change.Worse = new == nil
			change.Old.Text, change.New.Text = went(old), went(new)
			c.add(change)
			return
		}
		was, is := went(old), went(new)
		switch {
		case was != is:
			change.Worse = is != asInTheTextbook && was == asInTheTextbook
		case old.SHA256 != new.SHA256:
			is = "differs in its trace"
			was = is
		default:
			c.judged(old.Judgement, new.Judgement, change)
			return
		}
		change.Status, change.Rows = new.Status, new.Rows
		change.Old.Text, change.New.Text = was, is
		c.add(change)
	})
}

const asInTheTextbook = "as in the textbook"

// went is how a live pair came out; nil is none.
func went(p *archive.LivePair) string {
	switch {
	case p == nil:
		return ""
	case p.NotPlayed != "":
		return "not played: " + p.NotPlayed
	case len(p.Wrong) > 0:
		return strings.Join(p.Wrong, " | ")
	}
	return asInTheTextbook
}

// transitions compares how the IUTs stand to the arrows of the state diagram. How many cases go along one says nothing new.
func (c *comparison) transitions() {
	if !c.haveBoth("transitions", len(c.before.Transitions), len(c.after.Transitions)) {
		return
	}
	key := func(t *archive.Transition) string { return t.Arrow + "\x00" + t.IUT }
	pairs(c.before.Transitions, c.after.Transitions, key, func(old, new *archive.Transition) {
		t := new
		if t == nil {
			t = old
		}
		if !c.inBoth(t.IUT) {
			return
		}
		change := Change{Category: Transitions, Name: fmt.Sprintf("%s > %s, %s", t.From, t.To, t.On), IUT: t.IUT, Clauses: []string{t.Clause}}
		was, is := goesAlong(old, c.now), goesAlong(new, nil)
		if old != nil && new != nil && arrow(old) != arrow(new) {
			was, is = arrow(old)+": "+was, arrow(new)+": "+is
		}
		if was == is {
			c.judged(old.Judgement, new.Judgement, change)
			return
		}
		if new != nil {
			change.Status, change.Rows = new.Status, new.Rows
		}
		change.Worse = old != nil && old.How == taken && (new == nil || new.How != taken)
		change.Old.Text, change.New.Text = was, is
		c.add(change)
	})
}

const taken = "taken"

func arrow(t *archive.Transition) string {
	return fmt.Sprintf("%s > %s, %s (%s)", t.From, t.To, t.On, t.Clause)
}

// goesAlong is how an IUT stands to an arrow. What it does instead begins with the id of a case, which may have been renamed.
func goesAlong(t *archive.Transition, now func(string) string) string {
	if t == nil {
		return ""
	}
	id, rest, ok := strings.Cut(t.Instead, ", ")
	if ok && now != nil {
		id = now(id)
	}
	switch {
	case ok:
		return fmt.Sprintf("%s: %s, %s", t.How, id, rest)
	case t.Instead != "":
		return fmt.Sprintf("%s: %s", t.How, t.Instead)
	}
	return t.How
}

// requirements compares which rows of the catalogue are shown, and who passes them.
func (c *comparison) requirements() {
	if !c.haveBoth("requirements", len(c.before.Requirements), len(c.after.Requirements)) {
		return
	}
	pairs(c.before.Requirements, c.after.Requirements, func(r *archive.Requirement) string { return r.ID }, func(old, new *archive.Requirement) {
		change := Change{Category: Requirements}
		switch {
		case old == nil:
			change.Name, change.Clauses, change.New.Text = new.ID, []string{new.Clause}, c.row(new)+"; "+stands(new)
		case new == nil:
			change.Name, change.Clauses, change.Old.Text = old.ID, []string{old.Clause}, c.row(old)+"; "+stands(old)
			change.Worse = len(old.Shown) > 0
		default:
			before := *old
			before.Shown, before.Cases = c.nowAll(old.Shown), c.nowAll(old.Cases)
			change.Name, change.Clauses = new.ID, []string{new.Clause}
			change.Old.Text, change.New.Text = requirementChanges(&before, new, c.row)
			change.Worse = len(old.Shown) > 0 && len(new.Shown) == 0
			for _, iut := range old.Passed {
				change.Worse = change.Worse || c.inBoth(iut) && !slices.Contains(new.Passed, iut)
			}
			if change.Old.Text == change.New.Text {
				return
			}
		}
		c.add(change)
	})
}

// requirementChanges gives what of two rows is not the same; "" and "" is nothing.
func requirementChanges(old, new *archive.Requirement, row func(*archive.Requirement) string) (was, is string) {
	var w, i []string
	differ := func(a, b string) {
		if a != b {
			w, i = append(w, a), append(i, b)
		}
	}
	differ(row(old), row(new))
	differ(listed("named by", old.Cases), listed("named by", new.Cases))
	differ(listed("shown by", old.Shown), listed("shown by", new.Shown))
	differ(listed("passed by", old.Passed), listed("passed by", new.Passed))
	return strings.Join(w, "; "), strings.Join(i, "; ")
}

func (c *comparison) row(r *archive.Requirement) string {
	return fmt.Sprintf("%s %s, testable %s: %s", r.Clause, r.Level, r.Testable, r.Text)
}

// stands is how a requirement stands.
func stands(r *archive.Requirement) string {
	return listed("shown by", r.Shown) + "; " + listed("passed by", r.Passed)
}

func listed(what string, names []string) string {
	if len(names) == 0 {
		return what + " none"
	}
	return what + " " + strings.Join(names, " ")
}

// nowAll gives what cases of OLD are called in NEW, sorted.
func (c *comparison) nowAll(ids []string) []string {
	var now []string
	for _, id := range ids {
		now = append(now, c.now(id))
	}
	slices.Sort(now)
	return now
}

// haveBoth says whether both runs have something. Where one alone has it that is noted.
func (c *comparison) haveBoth(what string, old, new int) bool {
	if old > 0 && new > 0 {
		return true
	}
	if old != new {
		in := "OLD"
		if old == 0 {
			in = "NEW"
		}
		c.note(what + ": in " + in + " alone, not compared")
	}
	return false
}
