package heatmap

import (
	"errors"
	"fmt"
)

// check says what is wrong with a map: places that are not there, and counts that the causes do not bear out.
func (m *Map) check() error {
	var errs []error
	errorf := func(format string, args ...any) { errs = append(errs, fmt.Errorf("heatmap: "+format, args...)) }
	type name struct{ group, name string }
	named := map[name]bool{}
	for _, c := range m.Columns {
		n := name{c.Group, c.Name}
		if named[n] {
			errorf("column %q of group %q a second time, expected it once", c.Name, c.Group)
		}
		named[n] = true
	}
	for i, c := range m.Cells {
		if wrong := m.wrong(c.Place); wrong != "" {
			errorf("cell %d: %s", i, wrong)
		}
		for v, n := range c.Count {
			if n < 0 {
				errorf("cell %d: %d cases are %s, expected none or more", i, n, Verdict(v))
			}
		}
	}
	for _, c := range m.Causes {
		if c.Verdict == Allowed || c.Verdict >= verdicts {
			errorf("cause %q: %s, expected non-strict, inconclusive or violation", c.ID, c.Verdict)
		}
		for _, k := range c.Cases {
			if wrong := m.wrong(k.Place); wrong != "" {
				errorf("cause %q, case %q: %s", c.ID, k.ID, wrong)
			}
		}
		for _, u := range c.Unnamed {
			if wrong := m.wrong(u.Place); wrong != "" {
				errorf("cause %q: %s", c.ID, wrong)
			}
		}
	}
	if len(errs) == 0 {
		errs = m.unexplained()
	}
	return errors.Join(errs...)
}

// wrong says which index of a place is beyond what there is; "" where none is.
func (m *Map) wrong(p Place) string {
	beyond := func(what string, i, n int) string {
		if i >= 0 && i < n {
			return ""
		}
		return fmt.Sprintf("%s %d, expected one of %d", what, i, n)
	}
	for _, part := range []struct {
		what string
		i, n int
	}{{"IUT", p.IUT, len(m.IUTs)}, {"row", p.Row, len(m.Rows)}, {"column", p.Column, len(m.Columns)}} {
		if text := beyond(part.what, part.i, part.n); text != "" {
			return text
		}
	}
	if text := beyond("entry", p.Entry, len(m.Rows[p.Row].Entries)); text != "" {
		return text
	}
	return beyond("position", p.Position, len(m.Columns[p.Column].Positions))
}

// unexplained holds the cells against the causes: each case that is not Allowed stands under a cause, and counts as the
// worst of its causes.
func (m *Map) unexplained() []error {
	type run struct {
		iut int
		id  string
	}
	type known struct {
		place   Place
		verdict Verdict
	}
	var errs []error
	cases := map[run]known{}
	for _, c := range m.Causes {
		for _, k := range c.Cases {
			r := run{k.IUT, k.ID}
			before, seen := cases[r]
			if seen && before.place != k.Place {
				errs = append(errs, fmt.Errorf("heatmap: cause %q, case %q: stands in %s, and in %s before", c.ID, k.ID, m.at(k.Place), m.at(before.place)))
				continue
			}
			cases[r] = known{k.Place, max(before.verdict, c.Verdict)}
		}
	}
	counts := m.counts()
	explained := map[Place]Count{}
	for _, c := range m.Causes {
		for _, u := range c.Unnamed {
			n := explained[u.Place]
			n[c.Verdict] += u.Cases
			explained[u.Place] = n
		}
	}
	for _, k := range cases {
		n := explained[k.place]
		n[k.verdict]++
		explained[k.place] = n
	}
	// In the order of the page, so that the error is the same each time.
	m.each(func(p Place) {
		for v := NonStrict; v < verdicts; v++ {
			if got, want := explained[p][v], counts[p][v]; got != want {
				errs = append(errs, fmt.Errorf("heatmap: %s: %d cases are %s, and %d of them have a cause", m.at(p), want, v, got))
			}
		}
	})
	return errs
}

// counts adds up the cells.
func (m *Map) counts() map[Place]Count {
	counts := map[Place]Count{}
	for _, c := range m.Cells {
		n := counts[c.Place]
		for v := range n {
			n[v] += c.Count[v]
		}
		counts[c.Place] = n
	}
	return counts
}

// each goes through all places, in the order of the page.
func (m *Map) each(do func(Place)) {
	for i := range m.IUTs {
		for r := range m.Rows {
			for e := range m.Rows[r].Entries {
				for c := range m.Columns {
					for p := range m.Columns[c].Positions {
						do(Place{i, r, e, c, p})
					}
				}
			}
		}
	}
}

// at names a place.
func (m *Map) at(p Place) string {
	return fmt.Sprintf("%s, %s (%s), %s (%s)", m.IUTs[p.IUT], m.Rows[p.Row].State, m.Rows[p.Row].Entries[p.Entry],
		m.Columns[p.Column].Name, m.Columns[p.Column].Positions[p.Position])
}
