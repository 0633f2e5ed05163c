package regression

import (
	"fmt"
	"strings"
	"time"

	"github.com/twinstack/twinstack/harness/regress"
)

func duration(ns int64) time.Duration { return time.Duration(ns) }

// Headline is what changed in one line: "12 changes, 3 for the worse".
func Headline(d *regress.Diff) string {
	switch n := d.All(); n {
	case 0:
		return "nothing changed"
	case 1:
		return fmt.Sprintf("1 change, %d for the worse", d.Worse())
	default:
		return fmt.Sprintf("%d changes, %d for the worse", n, d.Worse())
	}
}

// version is a version of something, or how it changed.
type version struct {
	Of, Old, New string
	Changed      bool
}

func versions(d *regress.Diff) []version {
	var all []version
	for _, v := range d.Versions {
		o := version{v.Of, v.Old, v.New, v.Old != v.New}
		if o.Old == "" {
			o.Old = "none"
		}
		if o.New == "" {
			o.New = "none"
		}
		all = append(all, o)
	}
	return all
}

// upgraded is which versions changed, in words.
func upgraded(d *regress.Diff) string {
	var changed, same []string
	for _, v := range versions(d) {
		if v.Changed {
			changed = append(changed, fmt.Sprintf("%s %s → %s", v.Of, v.Old, v.New))
		} else {
			same = append(same, v.Of+" "+v.New)
		}
	}
	if len(changed) == 0 {
		return "same versions: " + strings.Join(same, ", ")
	}
	return strings.Join(changed, ", ")
}

// extents is how much there is on either side.
func extents(d *regress.Diff) string {
	of := func(e regress.Extent) string {
		s := fmt.Sprintf("%d cases, %d runs", e.Cases, e.Runs)
		if !e.Complete {
			s += " (a part)"
		}
		return s
	}
	if d.Old == d.New {
		return of(d.New) + " in both"
	}
	return of(d.Old) + " → " + of(d.New)
}

// counts is a line of the table of categories and IUTs.
type counts struct {
	Category regress.Category
	ByIUT    []int
	All      int
}

// table counts by category and IUT. The IUTs are those that have a change, in the order of the versions.
func table(d *regress.Diff) (iuts []string, rows []counts) {
	has := map[string]bool{}
	for i := range d.Changes {
		has[d.Changes[i].IUT] = true
	}
	for _, v := range d.Versions {
		if has[v.Of] {
			iuts = append(iuts, v.Of)
		}
	}
	for _, category := range regress.Categories() {
		row := counts{Category: category, All: d.In(category)}
		if row.All == 0 {
			continue
		}
		for _, iut := range iuts {
			row.ByIUT = append(row.ByIUT, d.Count(func(c *regress.Change) bool { return c.Category == category && c.IUT == iut }))
		}
		rows = append(rows, row)
	}
	return iuts, rows
}

// pace is how the times of the runs stand to each other in one line, "" where they are not known.
func pace(d *regress.Diff) string {
	s := d.Speed
	if s == nil {
		return ""
	}
	text := fmt.Sprintf("speed, for information: %s → %s", took(s.OldNS), took(s.NewNS))
	if s.OldNS > 0 {
		text += fmt.Sprintf(" (×%.2f)", float64(s.NewNS)/float64(s.OldNS))
	}
	if s.OldMachine != s.NewMachine {
		text += fmt.Sprintf("; not made alike (%s; %s)", s.OldMachine, s.NewMachine)
	}
	if n := len(s.Beyond); n > 0 {
		runs := "runs"
		if n == 1 {
			runs = "run"
		}
		text += fmt.Sprintf("; %d %s at least ×%d slower or faster, and %v apart", n, runs, regress.Ratio, regress.Least)
	}
	return text
}

// took is a real time, as exact as anybody needs.
func took(ns int64) string { return fmt.Sprintf("%.3f s", duration(ns).Seconds()) }

// timed is a run that takes another time.
func timed(t regress.Timed) string {
	return fmt.Sprintf("%s on %s over %s: %s → %s", t.Case, t.IUT, t.Family, took(t.OldNS), took(t.NewNS))
}
