package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/twinstack/twinstack/harness/matrix"
	"github.com/twinstack/twinstack/harness/matrix/causes"
	"github.com/twinstack/twinstack/harness/report/heatmap"
	"github.com/twinstack/twinstack/harness/results"
	"github.com/twinstack/twinstack/harness/trace"
)

// writeOut leaves the matrix in a folder, as a page of HTML and as JSON: the same run gives the same octets.
func writeOut(c console, folder string, m *matrix.Matrix, all []causes.Judged, iuts []string) error {
	var page, object bytes.Buffer
	if err := errors.Join(heatmap.Write(&page, mapOf(m, all, iuts)), results.WriteJSON(&object, causes.FileOf(m, all))); err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	html, data := filepath.Join(folder, "matrix.html"), filepath.Join(folder, "matrix.json")
	if err := errors.Join(os.WriteFile(html, page.Bytes(), 0o644), os.WriteFile(data, object.Bytes(), 0o644)); err != nil {
		return err
	}
	fmt.Fprintf(c.out, "written: %s, %s\n", html, data)
	return nil
}

// mapping finds the place of each case.
type mapping struct {
	heatmap.Map
	rows    map[trace.State]int
	columns map[[2]string]int
	places  map[[3]string]int // position in a column
	entries map[string]int    // in a row, by name of entry and family
}

// mapOf is the matrix as plain values: a row a state, a column an event, a cause a root cause or a reason.
func mapOf(m *matrix.Matrix, all []causes.Judged, iuts []string) *heatmap.Map {
	p := &mapping{rows: map[trace.State]int{}, columns: map[[2]string]int{}, places: map[[3]string]int{}, entries: map[string]int{}}
	p.Title, p.IUTs, p.Replay = "States and events", iuts, "go run ./ci matrix --show"
	for s := trace.Closed; s <= trace.TimeWait; s++ {
		for _, b := range m.Blocks {
			if b.State() == s && len(b.Results) > 0 {
				p.row(b)
			}
		}
	}
	reasons := map[string]int{} // places in Causes
	for _, b := range m.Blocks {
		for i := range b.Results {
			r := &b.Results[i]
			at := p.place(b, i)
			cell := heatmap.Cell{Place: at}
			cell.Count[verdictOf(r.Verdict())] = 1
			p.Cells = append(p.Cells, cell)
			if v := r.Verdict(); v == matrix.Inconclusive || v == matrix.Broken {
				id := "not judged: " + r.Finding.Reason
				n, ok := reasons[id]
				if !ok {
					n = len(p.Causes)
					reasons[id] = n
					p.Causes = append(p.Causes, heatmap.Cause{ID: id, Verdict: heatmap.Inconclusive, Got: r.Finding.Reason})
				}
				p.Causes[n].Cases = append(p.Causes[n].Cases, heatmap.Case{ID: b.Case(i).ID(), Place: at})
			}
		}
	}
	for _, j := range all {
		if j.Group != nil {
			p.Causes = append(p.Causes, p.cause(&j))
		}
	}
	return &p.Map
}

func verdictOf(v matrix.Verdict) heatmap.Verdict {
	switch v {
	case matrix.Pass:
		return heatmap.Allowed
	case matrix.NonStrict:
		return heatmap.NonStrict
	case matrix.Fail:
		return heatmap.Violation
	}
	return heatmap.Inconclusive
}

// row is the row of a block's state, and there the entry.
func (p *mapping) row(b *matrix.Block) (row, entry int) {
	row, ok := p.rows[b.State()]
	if !ok {
		row = len(p.Rows)
		p.rows[b.State()] = row
		p.Rows = append(p.Rows, heatmap.Row{State: b.State().String()})
	}
	name := b.Place.Entry.Name + ", IPv4"
	if b.Place.IPv6 {
		name = b.Place.Entry.Name + ", IPv6"
	}
	r := &p.Rows[row]
	key := r.State + " " + name
	if entry, ok = p.entries[key]; !ok {
		entry = len(r.Entries)
		p.entries[key] = entry
		r.Entries = append(r.Entries, name)
	}
	return row, entry
}

// place is where a case stands.
func (p *mapping) place(b *matrix.Block, i int) (at heatmap.Place) {
	at.IUT = slices.Index(p.IUTs, b.IUT.Name())
	at.Row, at.Entry = p.row(b)
	group, name, position := matrix.Square(b.Events[i])
	column := [2]string{group, name}
	n, ok := p.columns[column]
	if !ok {
		n = len(p.Columns)
		p.columns[column] = n
		p.Columns = append(p.Columns, heatmap.Column{Group: group, Name: name})
	}
	at.Column = n
	key := [3]string{group, name, position}
	if at.Position, ok = p.places[key]; !ok {
		c := &p.Columns[n]
		at.Position = len(c.Positions)
		p.places[key] = at.Position
		c.Positions = append(c.Positions, position)
	}
	return at
}

// cause is a root cause with what the ledger says of it.
func (p *mapping) cause(j *causes.Judged) heatmap.Cause {
	g := j.Group
	expected, got := g.Short()
	c := heatmap.Cause{ID: g.IUT + " " + g.Rule + ": " + g.Shape + " " + g.Where(), Verdict: verdictOf(g.Verdict),
		Rule: g.Rule, Clause: g.Clause, Level: g.Level, Expected: expected, Got: got}
	if j.Row != nil {
		c.Row, c.Class = j.Row.ID, string(j.Row.Class)
	}
	for _, m := range g.Members {
		c.Cases = append(c.Cases, heatmap.Case{ID: m.Case().ID(), Place: p.place(m.Block, m.Index)})
	}
	return c
}
