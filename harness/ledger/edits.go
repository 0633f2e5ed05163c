package ledger

import (
	"maps"
	"slices"
)

// edits are what is to be done to the entries of a ledger, by the place of each.
type edits struct {
	gone    map[Pos]bool    // taken out
	cases   map[Pos][]Entry // in the place of one: itself otherwise, or one for each family
	instead map[Pos]string  // of a transition
}

// edits gives what has been gathered, and what no longer belongs into the row where it stands, as findings for new rows.
func (u *update) edits() (edits, []Finding) {
	out := edits{gone: u.gone, cases: map[Pos][]Entry{}, instead: u.instead}
	var moved []Finding
	for _, r := range u.l.Rows {
		for i := range r.Cases {
			e := &r.Cases[i]
			plan := u.plans[e]
			if plan == nil || u.gone[e.Pos] {
				continue
			}
			var left []Entry
			families := slices.Sorted(maps.Keys(plan))
			changed, alike := false, true
			for _, family := range families {
				c := plan[family]
				if r.Like != nil && !c.like && !c.empty() {
					moved = append(moved, c.findings(Key{e.Case, family, r.IUT})...)
					*c = content{}
				}
				changed = changed || !c.same(&content{e.Fails, e.Unsupported, e.Differs, r.Like != nil})
				alike = alike && c.same(plan[families[0]])
				if !c.empty() {
					left = append(left, Entry{Case: e.Case, Family: family, Fails: c.fails, Unsupported: c.unsupported, Differs: c.differs})
				}
			}
			switch {
			case !changed:
			case len(left) == 0:
				out.gone[e.Pos] = true
			case alike:
				left[0].Family = e.Family
				out.cases[e.Pos] = left[:1]
			default:
				out.cases[e.Pos] = left
			}
		}
	}
	u.done.Taken, u.done.Edited = len(out.gone), len(out.cases)+len(out.instead)
	return out, moved
}

// findings are what is recorded here, as if it was on record nowhere.
func (c *content) findings(k Key) []Finding {
	var out []Finding
	if v := (&Entry{Fails: c.fails, Unsupported: c.unsupported}).verdict(); v != "" {
		out = append(out, Finding{Key: k, Status: Unrecorded, Got: []string{v}})
	}
	if len(c.differs) > 0 {
		out = append(out, Finding{Key: k, With: Ours, Status: Unrecorded, Got: c.differs})
	}
	return out
}
