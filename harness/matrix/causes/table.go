package causes

import (
	"cmp"
	"slices"

	"github.com/twinstack/twinstack/harness/archive"
	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/matrix"
	"github.com/twinstack/twinstack/harness/trace"
)

// table is the squares of states and events in the making.
type table struct {
	matrix  *matrix.Matrix
	Rows    []archive.Row
	Columns []archive.Column

	rows      map[trace.State]int
	entries   map[entry]int
	columns   map[column]int
	positions map[position]int
	squares   map[square]*archive.Square
	shares    map[share]*sharing
}

type entry struct {
	row  int
	name string
}

type column struct{ group, name string }

type position struct {
	column int
	name   string
}

type square struct{ iut, row, column int }

// share is a cause in a square. The cause is -1 where the cases are not judged, for a reason.
type share struct {
	square
	cause  int
	reason string
}

// sharing is a share in the making: all ids of each place.
type sharing struct {
	places map[[2]int]int
	out    archive.Share
	ids    [][]string
}

// place is where a case stands.
type place struct {
	square
	entry, position int
}

// newTable puts every case in its place. The order of Rows is that of the states, and of all else that in which the matrix has it.
func newTable(m *matrix.Matrix, all []Judged) *table {
	t := &table{matrix: m, rows: map[trace.State]int{}, entries: map[entry]int{}, columns: map[column]int{}, positions: map[position]int{},
		squares: map[square]*archive.Square{}, shares: map[share]*sharing{}}
	for s := trace.Closed; s <= trace.TimeWait; s++ {
		for _, b := range m.Blocks {
			if b.State() == s && len(b.Results) > 0 {
				t.row(b)
			}
		}
	}
	for _, b := range m.Blocks {
		for i := range b.Results {
			p := t.place(b, i)
			t.count(p)
			if v := b.Results[i].Verdict(); v == matrix.Inconclusive || v == matrix.Broken {
				t.share(p, share{p.square, -1, b.Results[i].Finding.Reason}, b.Case(i).ID())
			}
		}
	}
	for n, j := range all {
		if j.Group == nil {
			continue
		}
		for _, m := range j.Group.Members {
			p := t.place(m.Block, m.Index)
			t.share(p, share{p.square, n, ""}, m.Case().ID())
		}
	}
	return t
}

// row is the row of a block's state, and there the entry.
func (t *table) row(b *matrix.Block) (row, at int) {
	row, ok := t.rows[b.State()]
	if !ok {
		row = len(t.Rows)
		t.rows[b.State()] = row
		t.Rows = append(t.Rows, archive.Row{State: b.State().String()})
	}
	name := b.Place.Entry.Name + ", IPv4"
	if b.Place.IPv6 {
		name = b.Place.Entry.Name + ", IPv6"
	}
	if at, ok = t.entries[entry{row, name}]; !ok {
		at = len(t.Rows[row].Entries)
		t.entries[entry{row, name}] = at
		t.Rows[row].Entries = append(t.Rows[row].Entries, name)
	}
	return row, at
}

// place is where a case stands.
func (t *table) place(b *matrix.Block, i int) (p place) {
	p.iut = slices.IndexFunc(t.matrix.Options().IUTs, func(i iut.IUT) bool { return i.Name() == b.IUT.Name() })
	p.row, p.entry = t.row(b)
	group, name, at := matrix.Square(b.Events[i])
	n, ok := t.columns[column{group, name}]
	if !ok {
		n = len(t.Columns)
		t.columns[column{group, name}] = n
		t.Columns = append(t.Columns, archive.Column{Group: group, Name: name})
	}
	p.column = n
	if p.position, ok = t.positions[position{n, at}]; !ok {
		c := &t.Columns[n]
		p.position = len(c.Positions)
		t.positions[position{n, at}] = p.position
		c.Positions = append(c.Positions, at)
	}
	return p
}

// count takes a case in.
func (t *table) count(p place) {
	s := t.squares[p.square]
	if s == nil {
		s = &archive.Square{IUT: p.iut, Row: p.row, Column: p.column, Shares: []archive.Share{}}
		t.squares[p.square] = s
	}
	for len(s.Counts) <= p.entry {
		s.Counts = append(s.Counts, []int{})
	}
	of := &s.Counts[p.entry]
	for len(*of) <= p.position {
		*of = append(*of, 0)
	}
	(*of)[p.position]++
}

// share takes a case in that is not as the RFCs allow, or not judged.
func (t *table) share(p place, k share, id string) {
	s := t.shares[k]
	if s == nil {
		s = &sharing{places: map[[2]int]int{}, out: archive.Share{Cause: k.cause, Reason: k.reason}}
		t.shares[k] = s
	}
	at := [2]int{p.entry, p.position}
	n, ok := s.places[at]
	if !ok {
		n = len(s.ids)
		s.places[at] = n
		s.ids = append(s.ids, nil)
		s.out.Places = append(s.out.Places, [3]int{p.entry, p.position, 0})
	}
	s.out.Places[n][2]++
	s.ids[n] = append(s.ids[n], id)
}

// into gives the table to the matrix, sorted.
func (t *table) into(m *archive.Matrix) {
	for k, s := range t.shares {
		s.name()
		sq := t.squares[k.square]
		sq.Shares = append(sq.Shares, s.out)
	}
	m.Rows, m.Columns, m.Squares = append([]archive.Row{}, t.Rows...), append([]archive.Column{}, t.Columns...), []archive.Square{}
	for _, s := range t.squares {
		slices.SortFunc(s.Shares, func(a, b archive.Share) int {
			return cmp.Or(cmp.Compare(a.Cause, b.Cause), cmp.Compare(a.Reason, b.Reason))
		})
		m.Squares = append(m.Squares, *s)
	}
	slices.SortFunc(m.Squares, func(a, b archive.Square) int {
		return cmp.Or(cmp.Compare(a.IUT, b.IUT), cmp.Compare(a.Row, b.Row), cmp.Compare(a.Column, b.Column))
	})
}

// name names one case of each place, then a second of each, and so on.
func (s *sharing) name() {
	for round, more := 0, true; more; round++ {
		more = false
		for n, ids := range s.ids {
			if round < len(ids) && len(s.out.Named) < archive.MostNamed {
				s.out.Named = append(s.out.Named, archive.Named{Place: n, ID: ids[round]})
				more = true
			}
		}
	}
}
