package archive

import "fmt"

func (c *checker) live() error {
	seen := map[string]bool{}
	for i := range c.file.Live {
		l := &c.file.Live[i]
		name := fmt.Sprintf("%s to %s over %s", l.Client, l.Server, l.Family)
		if err := add(seen, "live pair", name); err != nil {
			return err
		}
		for _, err := range []error{c.iut(l.Client), c.iut(l.Server), known("family", l.Family, families), c.judgement(l.Judgement)} {
			if err != nil {
				return fmt.Errorf("live pair %q: %w", name, err)
			}
		}
	}
	return nil
}

// derived checks what follows from the cases, as far as it names them.
func (c *checker) derived() error {
	for _, r := range c.file.Requirements {
		for _, ids := range [][]string{r.Cases, r.Shown} {
			for _, id := range ids {
				if !c.cases[id] {
					return fmt.Errorf("requirement %q: unknown case %q", r.ID, id)
				}
			}
		}
		for _, name := range r.Passed {
			if err := c.iut(name); err != nil {
				return fmt.Errorf("requirement %q: %w", r.ID, err)
			}
		}
	}
	seen := map[string]bool{}
	for _, t := range c.file.Transitions {
		name := t.Arrow + " on " + t.IUT
		if err := add(seen, "transition", name); err != nil {
			return err
		}
		for _, err := range []error{c.iut(t.IUT), known("way to stand to an arrow", t.How, hows), c.judgement(t.Judgement)} {
			if err != nil {
				return fmt.Errorf("transition %q: %w", name, err)
			}
		}
	}
	divergences := map[string]bool{}
	for _, d := range c.file.Divergences {
		if err := add(divergences, "divergence", d.ID); err != nil {
			return err
		}
	}
	return nil
}

// matrix checks the table: no index beyond what there is, and no share larger than its place.
func (c *checker) matrix() error {
	m := c.file.Matrix
	if m == nil {
		return nil
	}
	for _, i := range m.IUTs {
		if err := c.iut(i.IUT); err != nil {
			return fmt.Errorf("matrix: %w", err)
		}
	}
	for _, k := range m.Causes {
		if err := c.iut(k.IUT); err != nil {
			return fmt.Errorf("matrix, cause %q: %w", k.Rule, err)
		}
		if k.Ledger != "" && !c.rows[k.Ledger] {
			return fmt.Errorf("matrix, cause %q: row %q is not in \"ledger\"", k.Rule, k.Ledger)
		}
	}
	seen := map[[3]int]bool{}
	for i := range m.Squares {
		s := &m.Squares[i]
		at := [3]int{s.IUT, s.Row, s.Column}
		if seen[at] {
			return fmt.Errorf("matrix: square %d: IUT, row and column %v a second time", i, at)
		}
		seen[at] = true
		if err := m.square(s); err != nil {
			return fmt.Errorf("matrix: square %d: %w", i, err)
		}
	}
	return nil
}

func (m *Matrix) square(s *Square) error {
	within := func(what string, i, n int) error {
		if i < 0 || i >= n {
			return fmt.Errorf("%s %d, expected one of %d", what, i, n)
		}
		return nil
	}
	for _, err := range []error{within("iut", s.IUT, len(m.IUTs)), within("row", s.Row, len(m.Rows)), within("column", s.Column, len(m.Columns))} {
		if err != nil {
			return err
		}
	}
	entries, positions := m.Rows[s.Row].Entries, m.Columns[s.Column].Positions
	if len(s.Counts) > len(entries) {
		return fmt.Errorf("counts of %d entries, expected at most %d", len(s.Counts), len(entries))
	}
	left := map[[2]int]int{} // cases that no share has
	for e, counts := range s.Counts {
		if len(counts) > len(positions) {
			return fmt.Errorf("entry %d has counts of %d positions, expected at most %d", e, len(counts), len(positions))
		}
		for p, n := range counts {
			if n < 0 {
				return fmt.Errorf("%d cases at entry %d, position %d", n, e, p)
			}
			left[[2]int{e, p}] = n
		}
	}
	for _, h := range s.Shares {
		if h.Cause < -1 || h.Cause >= len(m.Causes) {
			return fmt.Errorf("cause %d, expected one of %d, or -1", h.Cause, len(m.Causes))
		}
		for _, p := range h.Places {
			at := [2]int{p[0], p[1]}
			if left[at] -= p[2]; left[at] < 0 || p[2] < 0 {
				return fmt.Errorf("shares of %d cases too many at entry %d, position %d", -left[at], p[0], p[1])
			}
		}
		named := make([]int, len(h.Places))
		for _, k := range h.Named {
			if err := within("place", k.Place, len(named)); err != nil {
				return fmt.Errorf("case %q: %w", k.ID, err)
			}
			if named[k.Place]++; named[k.Place] > h.Places[k.Place][2] {
				return fmt.Errorf("case %q: one more at its place than there are", k.ID)
			}
		}
	}
	return nil
}
