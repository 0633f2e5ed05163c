package ledger

import (
	"slices"
	"strings"
)

// Changes are what a ledger is to be brought up to.
type Changes struct {
	Findings []Finding
	Clauses  map[string][]string // those that each case is about
	Matrix   []MatrixFinding
	Unknown  []MatrixUnknown // the mistakes that Matrix finds new
}

// Updated says what Update did, in rows and entries: of a case, a matrix entry, a transition.
type Updated struct {
	Added  int // rows, each to be filled in
	Edited int // entries
	Taken  int // entries taken out, and rows with the last of theirs
	Left   int // findings that are left alone: what ours does wrong, what differs from it then, what could not be judged
}

// Update gives the text of a ledger, edited so that it records what the changes say. data is the text that l was parsed from.
// What is new becomes rows with TODO for class, clause and reason; a text that has changed is changed where it stands; what
// has vanished, is removed or passes is taken out. All else stays as it is, octet for octet. As long as ours is wrong anywhere,
// nothing is changed about what differs from it.
func (l *Ledger) Update(data []byte, c Changes) ([]byte, Updated, error) {
	u := &update{l: l, plans: map[*Entry]map[string]*content{}, gone: map[Pos]bool{}, instead: map[Pos]string{}, families: map[string][]string{}}
	u.look(c.Findings)
	for _, f := range c.Findings {
		u.take(f)
	}
	for _, f := range c.Matrix {
		if f.Status == Vanished || f.Status == Removed {
			u.gone[f.Entry.Pos] = true
		}
	}
	edits, moved := u.edits()
	rows := proposed(append(moved, u.fresh...), c.Clauses)
	more := proposedMatrix(c.Unknown)
	u.done.Left += len(c.Unknown) - len(more)
	rows = append(rows, more...)
	u.done.Added = len(rows)
	text, err := edit(l, data, edits, rows)
	return text, u.done, err
}

// content is what an entry is to record on one family.
type content struct {
	fails, unsupported string
	differs            []string
	like               bool // shows what its row is like
}

func (c *content) same(o *content) bool {
	return c.fails == o.fails && c.unsupported == o.unsupported && slices.Equal(c.differs, o.differs) && c.like == o.like
}

func (c *content) empty() bool {
	return c.fails == "" && c.unsupported == "" && len(c.differs) == 0 && !c.like
}

// update gathers what is to become of each entry.
type update struct {
	l        *Ledger
	families map[string][]string            // that each case was run on
	ours     bool                           // is wrong somewhere
	lacking  map[Key]bool                   // runs that the IUT cannot make
	plans    map[*Entry]map[string]*content // by family; those that findings speak of
	gone     map[Pos]bool                   // entries to be taken out
	instead  map[Pos]string                 // of transitions
	fresh    []Finding                      // for new rows
	done     Updated
}

// look learns from the findings which families there are, and where there is nothing to compare: where the other cannot run
// the case, and nowhere if ours is wrong, for that shows in cases, too, that ours passes.
func (u *update) look(findings []Finding) {
	u.lacking = map[Key]bool{}
	for _, f := range findings {
		if f.Place != "" {
			continue
		}
		if f.With == "" && !f.Green() && (f.IUT == Ours || f.IUT == Ours+" to "+Ours) {
			u.ours = true
		}
		if f.With == "" && len(f.Got) > 0 && strings.HasPrefix(f.Got[0], lacks) {
			u.lacking[f.Key] = true
		}
		for _, name := range []string{f.Case, f.Row.Case} {
			if f.Family != "" && !slices.Contains(u.families[name], f.Family) {
				u.families[name] = append(u.families[name], f.Family)
			}
		}
	}
}

// take notes what a finding asks for.
func (u *update) take(f Finding) {
	arrow, isTransition := strings.CutPrefix(f.Case, TransitionTopic)
	if f.Case == Live {
		f.Key = f.Row
	}
	switch {
	case f.Green() || f.Status == Unfinished || f.With != "" && u.lacking[f.Key]:
	case f.Place != "":
		u.gone[f.pos] = true
	case f.IUT == Ours || f.IUT == "" || f.Status == Broken || f.With == Ours && u.ours:
		u.done.Left++
	case isTransition:
		u.transition(f, arrow)
	case f.Status == Unrecorded:
		u.fresh = append(u.fresh, f)
		if f.With == "" && strings.HasPrefix(f.Got[0], lacks) {
			u.forget(f.Key, nil)
		}
	case f.With == "":
		u.run(f)
	default:
		u.comparison(f)
	}
}

func (u *update) transition(f Finding, arrow string) {
	if f.Status == Unrecorded && f.Got[0] != noCase {
		u.fresh = append(u.fresh, f)
		return
	}
	for _, row := range f.Rows {
		for _, t := range row.Transitions {
			switch {
			case t.Arrow != arrow:
			case f.Status == Passes:
				u.gone[t.Pos] = true
				return
			case f.Got[0] != noCase:
				u.instead[t.Pos] = f.Got[0]
				return
			}
		}
	}
	u.done.Left++
}

// on gives what an entry is to record on a family, to be changed.
func (u *update) on(r *Row, e *Entry, family string) *content {
	if u.plans[e] == nil {
		u.plans[e] = map[string]*content{}
		for _, family := range u.families[e.Case] {
			if e.covers(e.Case, family) {
				u.plans[e][family] = &content{e.Fails, e.Unsupported, slices.Clone(e.Differs), r.Like != nil}
			}
		}
	}
	return u.plans[e][family]
}

// run changes or takes out the verdict of a run.
func (u *update) run(f Finding) {
	for row, e := range u.l.entries(f.Case, f.Family) {
		if row.IUT != f.IUT || e.pattern() || e.verdict() == "" {
			continue
		}
		c := u.on(row, e, f.Family)
		c.fails, c.unsupported = "", ""
		if f.Status != Changed {
			return
		}
		if lack, isLack := strings.CutPrefix(f.Got[0], lacks); isLack {
			c.unsupported = lack
			u.forget(f.Key, e)
		} else {
			c.fails = f.Got[0]
		}
		return
	}
}

// forget takes the differences of a case out: an IUT that cannot run it cannot be compared. An entry but one has nothing left
// then.
func (u *update) forget(k Key, but *Entry) {
	for row, e := range u.l.entries(k.Case, k.Family) {
		if row.IUT != k.IUT || e.pattern() {
			continue
		}
		c := u.on(row, e, k.Family)
		c.differs, c.like = nil, false
		if e != but {
			c.fails, c.unsupported = "", ""
		}
	}
}

// comparison puts the differences that are new into the places of those that are gone.
func (u *update) comparison(f Finding) {
	type slot struct {
		c  *content
		at int
	}
	var slots []slot
	gone := slices.Clone(f.Expected)
	for row, e := range u.l.entries(f.Case, f.Family) {
		if row.IUT != f.IUT || e.pattern() {
			continue
		}
		c := u.on(row, e, f.Family)
		if row.Like != nil && slices.Contains(gone, likeText(row)) {
			c.like = false
		}
		for at, text := range c.differs {
			if n := slices.Index(gone, text); n >= 0 {
				gone = slices.Delete(gone, n, n+1)
				slots = append(slots, slot{c, at})
			}
		}
	}
	fresh := f.Got
	if len(slots) == 0 && len(fresh) > 0 {
		f.Status, f.Expected, f.Rows = Unrecorded, nil, nil
		u.fresh = append(u.fresh, f)
		return
	}
	for n := len(slots) - 1; n >= 0; n-- { // from behind, so that the places before stay
		s := slots[n]
		var in []string
		switch {
		case n == len(slots)-1 && n < len(fresh):
			in = fresh[n:]
		case n < len(fresh):
			in = fresh[n : n+1]
		}
		s.c.differs = slices.Replace(s.c.differs, s.at, s.at+1, in...)
	}
}
