package results

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/twinstack/twinstack/harness/archive"
)

// Source is a file with its name, for errors.
type Source struct {
	Name string
	File *archive.File
}

// Merge makes one file of parts of a run. They must be of one run: of the same versions, settings, seed, IUTs, fixtures and
// ledger. What stands in two of them must be the same in both. The error names two files that do not fit. Parts that are all
// of a run give what the whole run gives; the order of the parts counts for nothing. The sources are not changed.
func Merge(parts []Source) (*archive.File, error) {
	if len(parts) == 0 {
		return nil, errors.New("no file to merge, expected at least one")
	}
	m := merging{cases: map[string]int{}, live: map[[3]string]int{}}
	first := parts[0]
	m.out = *first.File
	m.out.Cases, m.out.Live, m.out.Matrix, m.out.Part = []archive.Case{}, []archive.LivePair{}, nil, outline(first.File)
	for n, p := range parts {
		if what := apart(first.File, p.File); what != "" {
			return nil, fmt.Errorf("%s and %s are not parts of one run: %s", first.Name, p.Name, what)
		}
		if what, other := m.take(p.File, n); what != "" {
			return nil, fmt.Errorf("%s and %s: %s is not the same in both", parts[other].Name, p.Name, what)
		}
	}
	m.sort()
	for _, p := range parts {
		m.out.Entries = join(m.out.Entries, p.File.Entries)
	}
	derive(&m.out)
	return &m.out, nil
}

// apart says in what two files are not of one run; "" where they are.
func apart(a, b *archive.File) string {
	for _, d := range []struct {
		what string
		a, b any
		show bool
	}{
		{"twinstack", a.Twinstack, b.Twinstack, true},
		{"gvisor", a.GVisor, b.GVisor, true},
		{"seed", a.Seed, b.Seed, true},
		{"planned", a.Planned, b.Planned, true},
		{"planned_live", a.PlannedLive, b.PlannedLive, true},
		{"settings", a.Settings, b.Settings, true},
		{"iuts", a.IUTs, b.IUTs, true},
		{"ledger", a.Ledger, b.Ledger, false},
		{"requirements or arrows", outline(a), outline(b), false},
	} {
		switch {
		case reflect.DeepEqual(d.a, d.b):
		case d.show:
			return fmt.Sprintf("%s %v and %v", d.what, d.a, d.b)
		default:
			return "other " + d.what
		}
	}
	return ""
}

// merging is a file in the making, with the places of what it has so far and the numbers of the parts that had it.
type merging struct {
	out    archive.File
	cases  map[string]int
	live   map[[3]string]int
	matrix int
}

// take takes part n in. What is not the same as in another part is named, with the number of that part.
func (m *merging) take(f *archive.File, n int) (what string, other int) {
	for i := range f.Cases {
		c := &f.Cases[i]
		other, twice := m.cases[c.ID]
		if !twice {
			m.cases[c.ID] = n
			m.out.Cases = append(m.out.Cases, *c)
			continue
		}
		have := slices.IndexFunc(m.out.Cases, func(h archive.Case) bool { return h.ID == c.ID })
		if !reflect.DeepEqual(m.out.Cases[have], *c) {
			return fmt.Sprintf("case %q", c.ID), other
		}
	}
	for _, l := range f.Live {
		key := [3]string{l.Client, l.Server, l.Family}
		other, twice := m.live[key]
		if !twice {
			m.live[key] = n
			m.out.Live = append(m.out.Live, l)
			continue
		}
		have := slices.IndexFunc(m.out.Live, func(h archive.LivePair) bool { return [3]string{h.Client, h.Server, h.Family} == key })
		if !reflect.DeepEqual(m.out.Live[have], l) {
			return fmt.Sprintf("the live pair of %s to %s over %s", l.Client, l.Server, l.Family), other
		}
	}
	switch {
	case f.Matrix == nil:
	case m.out.Matrix == nil:
		m.out.Matrix, m.matrix = f.Matrix, n
	case !reflect.DeepEqual(m.out.Matrix, f.Matrix):
		return "the matrix", m.matrix
	}
	return "", 0
}

// sort brings what came from several parts into the order of a whole run.
func (m *merging) sort() {
	place := map[string]int{}
	for i, u := range m.out.IUTs {
		place[u.Name] = i
	}
	slices.SortFunc(m.out.Cases, func(a, b archive.Case) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(m.out.Live, func(a, b archive.LivePair) int {
		return cmp.Or(cmp.Compare(place[a.Client], place[b.Client]), cmp.Compare(place[a.Server], place[b.Server]), cmp.Compare(a.Family, b.Family))
	})
}
