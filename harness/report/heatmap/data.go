package heatmap

// data is the map as the page's script reads it.
type data struct {
	IUTs    []string     `json:"iuts"`
	Rows    []dataRow    `json:"rows"`
	Columns []dataColumn `json:"columns"`
	// Counts is by IUT, row, entry, column and position. A number is of cases that are all allowed, a list is by verdict.
	// Positions without a case are 0, and left out at the end.
	Counts [][][][][]any `json:"counts"`
	Causes []dataCause   `json:"causes"`
	Shares []share       `json:"shares"`
	Replay string        `json:"replay"`
}

type dataRow struct {
	State   string   `json:"state"`
	Entries []string `json:"entries"`
}

type dataColumn struct {
	Group     string   `json:"group"`
	Name      string   `json:"name"`
	Positions []string `json:"positions"`
}

type dataCause struct {
	ID       string  `json:"id"`
	Verdict  Verdict `json:"verdict"`
	Rule     string  `json:"rule"`
	Clause   string  `json:"clause"`
	Level    string  `json:"level"`
	Expected string  `json:"expected"`
	Got      string  `json:"got"`
	Row      string  `json:"row"`
	Class    string  `json:"class"`
	Script   string  `json:"script"`
	Cases    int     `json:"cases"`
}

// share is what a cause has in a square of an IUT.
type share struct {
	Cause  int      `json:"cause"`
	IUT    int      `json:"iut"`
	Row    int      `json:"row"`
	Column int      `json:"column"`
	Places [][3]int `json:"places"` // entry, position, cases
	Cases  []listed `json:"cases"`  // as many as naming says: from each place one, then from each a second, …
}

// listed is a case that is named, with the index of its place.
type listed struct {
	Place int    `json:"place"`
	ID    string `json:"id"`
}

// naming is how many cases a page names for a cause in a square.
type naming struct {
	most  int
	every bool // and one of each place, even if that makes more
}

func (m *Map) dataOf(n naming) data {
	d := data{IUTs: m.IUTs, Rows: []dataRow{}, Columns: []dataColumn{}, Causes: []dataCause{}, Shares: []share{}, Replay: m.Replay}
	for _, r := range m.Rows {
		d.Rows = append(d.Rows, dataRow(r))
	}
	for _, c := range m.Columns {
		d.Columns = append(d.Columns, dataColumn(c))
	}
	d.Counts = m.dense()
	for i := range m.Causes {
		c := &m.Causes[i]
		d.Causes = append(d.Causes, dataCause{c.ID, c.Verdict, c.Rule, c.Clause, c.Level, c.Expected, c.Got, c.Row, c.Class, c.Script, c.all()})
		d.Shares = append(d.Shares, shares(i, c, n)...)
	}
	return d
}

// dense gives the counts as the page has them.
func (m *Map) dense() [][][][][]any {
	counts := m.counts()
	iuts := make([][][][][]any, len(m.IUTs))
	for i := range iuts {
		iuts[i] = make([][][][]any, len(m.Rows))
		for r := range m.Rows {
			iuts[i][r] = make([][][]any, len(m.Rows[r].Entries))
			for e := range m.Rows[r].Entries {
				iuts[i][r][e] = make([][]any, len(m.Columns))
				for c := range m.Columns {
					iuts[i][r][e][c] = []any{}
				}
			}
		}
	}
	m.each(func(p Place) {
		n := counts[p]
		if n.All() == 0 {
			return
		}
		at := &iuts[p.IUT][p.Row][p.Entry][p.Column]
		for len(*at) < p.Position {
			*at = append(*at, 0)
		}
		if n.All() == n[Allowed] {
			*at = append(*at, n[Allowed])
		} else {
			*at = append(*at, n)
		}
	})
	return iuts
}

// shares are the squares of a cause, in the order of their first cases.
func shares(cause int, c *Cause, n naming) []share {
	type square struct{ iut, row, column int }
	type spot struct{ square, entry, position int }
	squares, spots := map[square]int{}, map[spot]int{}
	var out []share
	var byPlace [][][]string // by share and place
	at := func(k Place) (s, p int) {
		sq := square{k.IUT, k.Row, k.Column}
		s, seen := squares[sq]
		if !seen {
			s = len(out)
			squares[sq] = s
			out = append(out, share{Cause: cause, IUT: k.IUT, Row: k.Row, Column: k.Column, Cases: []listed{}})
			byPlace = append(byPlace, nil)
		}
		sp := spot{s, k.Entry, k.Position}
		p, seen = spots[sp]
		if !seen {
			p = len(out[s].Places)
			spots[sp] = p
			out[s].Places = append(out[s].Places, [3]int{k.Entry, k.Position, 0})
			byPlace[s] = append(byPlace[s], nil)
		}
		return s, p
	}
	for _, k := range c.Cases {
		s, p := at(k.Place)
		out[s].Places[p][2]++
		byPlace[s][p] = append(byPlace[s][p], k.ID)
	}
	for _, u := range c.Unnamed {
		s, p := at(u.Place)
		out[s].Places[p][2] += u.Cases
	}
	for s := range out {
		out[s].Cases = n.spread(byPlace[s])
	}
	return out
}

// spread takes one case of each place, then a second of each, and so on.
func (n naming) spread(byPlace [][]string) []listed {
	out := []listed{}
	for round, more := 0, true; more; round++ {
		more = false
		for p, ids := range byPlace {
			if round < len(ids) && (len(out) < n.most || n.every && round == 0) {
				out, more = append(out, listed{p, ids[round]}), true
			}
		}
	}
	return out
}
