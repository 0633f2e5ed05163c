package archive

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Words that a file may have.
var (
	families    = []string{"ipv4", "ipv6"}
	verdicts    = []string{"pass", "fail", "inconclusive", "unsupported", "error"}
	kinds       = []string{"received", "sent", "call", "state"}
	differences = []string{"segment", "time", "call", "states"}
	hows        = []string{"taken", "not offered", "otherwise", "not taken"}
)

// check says where a file contradicts itself: the first such place.
func (f *File) check() error {
	if err := lists(reflect.ValueOf(f).Elem(), "the file"); err != nil {
		return err
	}
	c := &checker{file: f, iuts: map[string]int{}, rows: map[string]bool{}, cases: map[string]bool{}, requirements: map[string]bool{}, arrows: map[string]bool{}}
	for _, part := range []func() error{c.frame, c.allCases, c.live, c.derived, c.matrix} {
		if err := part(); err != nil {
			return err
		}
	}
	return nil
}

// lists finds a list that is missing or null.
func lists(v reflect.Value, where string) error {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			return lists(v.Elem(), where)
		}
	case reflect.Slice:
		if k := v.Type().Elem().Kind(); k != reflect.Struct && k != reflect.Slice {
			return nil
		}
		for i := range v.Len() {
			if err := lists(v.Index(i), where); err != nil {
				return err
			}
		}
	case reflect.Struct:
		if id := v.FieldByName("ID"); id.IsValid() {
			where = fmt.Sprintf("%s %q", strings.ToLower(v.Type().Name()), id)
		}
		for i := range v.NumField() {
			tag := v.Type().Field(i).Tag.Get("json")
			name, options, _ := strings.Cut(tag, ",")
			if v.Field(i).Kind() == reflect.Slice && v.Field(i).IsNil() && options == "" {
				return fmt.Errorf("%s: no %q, expected a list", where, name)
			}
			if err := lists(v.Field(i), where); err != nil {
				return err
			}
		}
	}
	return nil
}

// checker has the names that there are.
type checker struct {
	file                              *File
	iuts                              map[string]int
	rows, cases, requirements, arrows map[string]bool
}

// add takes a name into a set, which must be the first of its kind.
func add(set map[string]bool, what, id string) error {
	if id == "" || set[id] {
		return fmt.Errorf("%s %q: empty or a second time, expected a name of its own", what, id)
	}
	set[id] = true
	return nil
}

func known(what, word string, words []string) error {
	if !slices.Contains(words, word) {
		return fmt.Errorf("unknown %s %q, expected one of %s", what, word, strings.Join(words, ", "))
	}
	return nil
}

func (c *checker) iut(name string) error {
	if _, ok := c.iuts[name]; !ok {
		return fmt.Errorf("unknown IUT %q, expected one of those in \"iuts\"", name)
	}
	return nil
}

func (c *checker) judgement(j Judgement) error {
	if j.Status == "" {
		return fmt.Errorf("no status")
	}
	for _, r := range j.Rows {
		if !c.rows[r] {
			return fmt.Errorf("row %q is not in \"ledger\"", r)
		}
	}
	return nil
}

// frame checks what every part of a run has alike.
func (c *checker) frame() error {
	f := c.file
	if len(f.IUTs) == 0 {
		return fmt.Errorf("no IUT, expected at least one")
	}
	names := map[string]bool{}
	for i, u := range f.IUTs {
		if err := add(names, "IUT", u.Name); err != nil {
			return err
		}
		c.iuts[u.Name] = i
	}
	for _, r := range f.Ledger {
		if err := add(c.rows, "row", r.ID); err != nil {
			return err
		}
		if err := c.iut(r.IUT); err != nil {
			return fmt.Errorf("row %q: %w", r.ID, err)
		}
	}
	for _, e := range f.Entries {
		switch _, ok := c.iuts[e.IUT]; {
		case !c.rows[e.Row]:
			return fmt.Errorf("entry %q: row %q is not in \"ledger\"", e.At, e.Row)
		case !ok || e.Status == "":
			return fmt.Errorf("entry %q: IUT %q and status %q, expected one of those in \"iuts\" and some status", e.At, e.IUT, e.Status)
		}
	}
	requirements, part := f.Requirements, f.Part
	if part != nil {
		requirements = part.Requirements
	}
	for _, r := range requirements {
		if err := add(c.requirements, "requirement", r.ID); err != nil {
			return err
		}
	}
	if part != nil {
		for _, a := range part.Arrows {
			if err := add(c.arrows, "arrow", a.Arrow); err != nil {
				return err
			}
		}
	}
	if f.Complete != (part == nil) {
		return fmt.Errorf("complete is %t, and there is a part: %t; expected one of them", f.Complete, part != nil)
	}
	for _, t := range f.Transitions {
		c.arrows[t.Arrow] = true
	}
	return nil
}

func (c *checker) allCases() error {
	f, before, runs := c.file, "", 0
	for i := range f.Cases {
		one := &f.Cases[i]
		switch {
		case c.cases[one.ID] || one.ID == "":
			return fmt.Errorf("case %q: empty or a second time, expected a name of its own", one.ID)
		case one.ID < before:
			return fmt.Errorf("case %q stands behind %q, expected cases to be sorted by id", one.ID, before)
		}
		before, c.cases[one.ID] = one.ID, true
		runs += len(one.Runs)
		if err := c.oneCase(one); err != nil {
			return fmt.Errorf("case %q: %w", one.ID, err)
		}
	}
	if runs > f.Planned || len(f.Live) > f.PlannedLive {
		return fmt.Errorf("%d runs and %d live pairs, expected at most %d and %d, as planned", runs, len(f.Live), f.Planned, f.PlannedLive)
	}
	if f.Complete != (runs == f.Planned && len(f.Live) == f.PlannedLive) {
		return fmt.Errorf("complete is %t with %d of %d runs and %d of %d live pairs", f.Complete, runs, f.Planned, len(f.Live), f.PlannedLive)
	}
	return nil
}

func (c *checker) oneCase(one *Case) error {
	for _, id := range one.Requirements {
		if !c.requirements[id] {
			return fmt.Errorf("requirement %q is not in the catalogue", id)
		}
	}
	for _, id := range one.Shows {
		if !slices.Contains(one.Requirements, id) {
			return fmt.Errorf("it shows %q, which it does not name", id)
		}
	}
	runs, compared := map[string]bool{}, map[string]bool{}
	before := ""
	for i := range one.Runs {
		r := &one.Runs[i]
		name := r.IUT + " over " + r.Family
		if err := c.oneRun(r); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		at := fmt.Sprintf("%s %06d", r.Family, c.iuts[r.IUT])
		if at < before {
			return fmt.Errorf("%s: out of its place, expected runs to be sorted by family and IUT", name)
		}
		before = at
		if err := add(runs, "the run of", name); err != nil {
			return err
		}
	}
	for i := range one.Comparisons {
		d := &one.Comparisons[i]
		name := d.IUT + " over " + d.Family
		if err := add(compared, "the comparison of", name); err != nil {
			return err
		}
		if !runs[name] || !runs[d.With+" over "+d.Family] || d.IUT == d.With {
			return fmt.Errorf("a comparison of %s with %q, expected runs of two IUTs", name, d.With)
		}
		for _, one := range d.Differences {
			if err := known("kind of difference", one.Kind, differences); err != nil {
				return fmt.Errorf("comparison of %s: %w", name, err)
			}
		}
		if err := c.judgement(d.Judgement); err != nil {
			return fmt.Errorf("comparison of %s: %w", name, err)
		}
	}
	return nil
}

func (c *checker) oneRun(r *Run) error {
	if err := c.iut(r.IUT); err != nil {
		return err
	}
	if err := known("family", r.Family, families); err != nil {
		return err
	}
	if err := known("verdict", r.Verdict, verdicts); err != nil {
		return err
	}
	for _, e := range r.Trace {
		if err := known("kind of event", e.Kind, kinds); err != nil {
			return err
		}
	}
	for _, a := range r.Arrows {
		if len(c.arrows) > 0 && !c.arrows[a] {
			return fmt.Errorf("unknown arrow %q", a)
		}
	}
	for _, d := range r.Detours {
		if err := known("way to stand to an arrow", d.How, hows); err != nil {
			return err
		}
	}
	return c.judgement(r.Judgement)
}
