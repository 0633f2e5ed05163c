package heatmap

import (
	"fmt"
	"strings"

	"github.com/twinstack/twinstack/harness/archive"
)

// Of is the map of a matrix that was played, for Write. replay is the command that plays a case: "go run ./ci matrix --show". The matrix is one
// that archive.Read has let pass.
func Of(m *archive.Matrix, replay string) *Map {
	out := &Map{Title: "States and events", Replay: replay}
	for _, i := range m.IUTs {
		out.IUTs = append(out.IUTs, i.IUT)
	}
	for _, r := range m.Rows {
		out.Rows = append(out.Rows, Row(r))
	}
	for _, c := range m.Columns {
		out.Columns = append(out.Columns, Column(c))
	}
	causes := make([]Cause, len(m.Causes))
	for i, c := range m.Causes {
		causes[i] = Cause{ID: c.IUT + " " + c.Rule + ": " + c.Shape + " " + where(m, c.States), Verdict: verdictOf(c.Verdict),
			Rule: c.Rule, Clause: c.Clause, Level: c.Level, Expected: c.Expected, Got: c.Got, Row: c.Ledger, Class: c.Class}
	}
	reasons := map[string]*Cause{}
	var order []*Cause
	for i := range m.Squares {
		s := &m.Squares[i]
		places := map[Place]Count{}
		for _, share := range s.Shares {
			var c *Cause
			if share.Cause >= 0 {
				c = &causes[share.Cause]
			} else if c = reasons[share.Reason]; c == nil {
				c = &Cause{ID: "not judged: " + share.Reason, Verdict: Inconclusive, Got: share.Reason}
				reasons[share.Reason], order = c, append(order, c)
			}
			place := func(i int) Place { return Place{s.IUT, s.Row, share.Places[i][0], s.Column, share.Places[i][1]} }
			rest := make([]int, len(share.Places)) // cases without a name
			for i, at := range share.Places {
				n := places[place(i)]
				n[c.Verdict] += at[2]
				places[place(i)], rest[i] = n, at[2]
			}
			for _, k := range share.Named {
				c.Cases = append(c.Cases, Case{k.ID, place(k.Place)})
				rest[k.Place]--
			}
			for i, n := range rest {
				if n > 0 {
					c.Unnamed = append(c.Unnamed, Unnamed{place(i), n})
				}
			}
		}
		for entry, counts := range s.Counts {
			for position, all := range counts {
				p := Place{s.IUT, s.Row, entry, s.Column, position}
				n := places[p]
				n[Allowed] = all - n.All()
				if all > 0 {
					out.Cells = append(out.Cells, Cell{p, n})
				}
			}
		}
	}
	for _, c := range order {
		out.Causes = append(out.Causes, *c)
	}
	for i, c := range m.Causes {
		if c.Cases > 0 { // else it is an entry of the ledger that nothing shows
			out.Causes = append(out.Causes, causes[i])
		}
	}
	return out
}

func verdictOf(name string) Verdict {
	if name == "non-strict" {
		return NonStrict
	}
	return Violation
}

// where says in which states cases begin, and how many in each: "ESTABLISHED 12, TIME-WAIT 3".
func where(m *archive.Matrix, states map[string]int) string {
	var parts []string
	for _, r := range m.Rows {
		if n := states[r.State]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", r.State, n))
		}
	}
	return strings.Join(parts, ", ")
}
