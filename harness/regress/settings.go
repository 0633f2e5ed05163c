package regress

import (
	"fmt"
	"slices"
	"strings"

	"github.com/twinstack/twinstack/harness/archive"
)

// versions are those of twinstack, gVisor and the IUTs, the reference first.
func versions(before, after *archive.File) []Version {
	all := []Version{{"twinstack", before.Twinstack, after.Twinstack}, {"gVisor", before.GVisor, after.GVisor}}
	var names []string
	for _, f := range []*archive.File{after, before} {
		for _, i := range f.IUTs {
			if !slices.Contains(names, i.Name) {
				names = append(names, i.Name)
			}
		}
	}
	for _, name := range names {
		v := Version{Of: name}
		if i := implementation(before, name); i != nil {
			v.Old = i.Version
		}
		if i := implementation(after, name); i != nil {
			v.New = i.Version
		}
		all = append(all, v)
	}
	return all
}

func implementation(f *archive.File, name string) *archive.Implementation {
	for i := range f.IUTs {
		if f.IUTs[i].Name == name {
			return &f.IUTs[i]
		}
	}
	return nil
}

// inBoth says that an IUT took part in both runs.
func (c *comparison) inBoth(iut string) bool {
	return implementation(c.before, iut) != nil && implementation(c.after, iut) != nil
}

// settings compares what the runs were made with.
func (c *comparison) settings() {
	setting := func(name, iut, old, new string, worse bool) {
		if old != new {
			c.add(Change{Category: Settings, Name: name, IUT: iut, Worse: worse, Old: Side{Text: old}, New: Side{Text: new}})
		}
	}
	setting("seed", "", fmt.Sprint(c.before.Seed), fmt.Sprint(c.after.Seed), false)
	setting("extent", "", whole(c.before), whole(c.after), c.before.Complete)
	pairs(c.before.Settings, c.after.Settings, func(s *archive.CommonSetting) string { return s.Name }, func(old, new *archive.CommonSetting) {
		was, is := "", ""
		if old != nil {
			was = old.Value
		}
		if new != nil {
			is = new.Value
		}
		setting(either(old, new, func(s *archive.CommonSetting) string { return s.Name }), "", was, is, false)
	})
	if len(c.before.IUTs) > 0 && len(c.after.IUTs) > 0 {
		setting("reference", "", c.before.IUTs[0].Name, c.after.IUTs[0].Name, false)
	}
	pairs(c.before.IUTs, c.after.IUTs, func(i *archive.Implementation) string { return i.Name }, func(old, new *archive.Implementation) {
		switch {
		case old == nil:
			setting("took part", new.Name, "no", "yes", false)
		case new == nil:
			setting("took part", old.Name, "yes", "no", true)
		default:
			c.honours(old, new, setting)
		}
	})
}

// whole says how much of the fixtures a run has. Of whole runs the number is told by the cases themselves.
func whole(f *archive.File) string {
	if f.Complete {
		return "every case"
	}
	return "a part"
}

// honours compares which settings an IUT does not take as they are.
func (c *comparison) honours(old, new *archive.Implementation, setting func(name, iut, old, new string, worse bool)) {
	name := func(h *archive.Honour) string { return h.Setting }
	pairs(old.Honours, new.Honours, name, func(was, is *archive.Honour) {
		setting(either(was, is, name), new.Name, honour(was), honour(is), false)
	})
}

func honour(h *archive.Honour) string {
	if h == nil {
		return "as set"
	}
	return strings.TrimSpace(h.Honour + " " + h.Value)
}

// either is the name of whichever is there.
func either[T any](old, new *T, name func(*T) string) string {
	if new != nil {
		return name(new)
	}
	return name(old)
}
