// Package regress says what changed from one run of the suite to another: case by case, IUT by IUT, in categories that are
// kept apart. It is a pure function of two results files: it reads nothing, and the same files give the same Diff.
//
// Speed and versions are told and are no change. A case that has another id and the same script is renamed: its results
// are still compared.
package regress

import (
	"cmp"
	"reflect"
	"slices"

	"github.com/twinstack/twinstack/harness/archive"
)

// Schema names the form of a Diff as JSON.
const Schema = "twinstack-diff/1"

// Category is what a change is in.
type Category string

// The categories.
const (
	NewlyFailing Category = "newly-failing"     // fails, and did not
	NoVerdict    Category = "no-verdict"        // unsupported, inconclusive or error, and was not, or with other words
	Otherwise    Category = "failing-otherwise" // fails in both: at another place or with other words
	NewlyPassing Category = "newly-passing"     // passes, and did not
	Behaviour    Category = "behaviour"         // passes in both, and the traces are not the same
	SameFailure  Category = "same-failure"      // fails in both, or cannot be judged, in the same words, and the traces are not the same
	Comparison   Category = "comparison"        // differs from the reference otherwise than before
	Transitions  Category = "transitions"       // goes along an arrow of the state diagram otherwise than before
	Requirements Category = "requirements"      // is shown or passed, and was not, or the other way round
	Live         Category = "live"              // a live pair
	Matrix       Category = "matrix"            // root causes and counts of the matrix of states and events
	Removed      Category = "removed"           // cases
	Added        Category = "added"             // cases
	Renamed      Category = "renamed"           // cases: the same script under another id
	Script       Category = "script"            // cases: another script under the same id
	Ledger       Category = "ledger"            // rows, and what they say of results that did not change
	Settings     Category = "settings"          // settings, seed, the IUTs that took part, how much was run
)

// Categories are all of them, in the order in which they are told.
func Categories() []Category {
	return []Category{NewlyFailing, NoVerdict, Otherwise, NewlyPassing, Behaviour, SameFailure, Comparison, Transitions, Requirements, Live, Matrix,
		Removed, Added, Renamed, Script, Ledger, Settings}
}

// Title is the category in words.
func (c Category) Title() string {
	return map[Category]string{NewlyFailing: "newly failing", NoVerdict: "no verdict, newly or otherwise", Otherwise: "failing otherwise",
		NewlyPassing: "newly passing", Behaviour: "behaviour changed, though both pass", Comparison: "comparison with the reference",
		SameFailure: "behaviour changed, failing in the same words", Transitions: "transitions", Requirements: "requirements", Live: "live pairs", Matrix: "matrix of states and events",
		Removed: "cases removed", Added: "cases added", Renamed: "cases renamed", Script: "scripts changed", Ledger: "ledger",
		Settings: "settings and extent"}[c]
}

// Diff is what changed. Every slice is sorted and none is nil.
type Diff struct {
	Schema   string    `json:"schema"`
	Versions []Version `json:"versions"` // of all that has one, changed or not
	Old      Extent    `json:"old"`
	New      Extent    `json:"new"`
	Changes  []Change  `json:"changes"`         // by category, name, IUT and family
	Notes    []string  `json:"notes"`           // what could not be compared, and why
	Speed    *Speed    `json:"speed,omitempty"` // where the times of both runs are known; never a change
}

// Version is the version of something in both runs; "" is none.
type Version struct {
	Of  string `json:"of"`
	Old string `json:"old"`
	New string `json:"new"`
}

// Extent is how much a run has.
type Extent struct {
	Cases    int  `json:"cases"`
	Runs     int  `json:"runs"` // a case on an IUT and a family
	Complete bool `json:"complete"`
}

// Change is one thing that changed. On families on which it is the same it is one.
type Change struct {
	Category Category `json:"category"`
	Name     string   `json:"name"`               // the case as NEW has it, the arrow, the requirement, the pair, the root cause, the row, the setting
	Was      string   `json:"was,omitempty"`      // the id in OLD of a case that was renamed
	IUT      string   `json:"iut,omitempty"`      // "" where it is not one IUT's
	With     string   `json:"with,omitempty"`     // the reference of a comparison
	Families []string `json:"families,omitempty"` // where there are families
	Worse    bool     `json:"worse"`              // for the worse; else for the better, or neither
	Scripted bool     `json:"script_changed,omitempty"`
	Clauses  []string `json:"clauses,omitempty"`
	Status   string   `json:"status,omitempty"` // how the ledger of NEW judges it
	Rows     []string `json:"rows,omitempty"`   // of that ledger
	Old      Side     `json:"old"`
	New      Side     `json:"new"`
	// First is the first event in which the traces are not the same, where Old and New do not tell it already.
	First *Pair `json:"first_event,omitempty"`
}

// Side is what one of the runs has; an empty Text is nothing.
type Side struct {
	Line   int    `json:"line,omitempty"`   // of the script; 0 is none
	Source string `json:"source,omitempty"` // that line
	NS     int64  `json:"ns,omitempty"`     // virtual time since the start of the case, of an event
	Text   string `json:"text"`
}

// Pair is what both runs have in one place.
type Pair struct {
	Old Side `json:"old"`
	New Side `json:"new"`
}

// Of says what changed from one run to another.
func Of(before, after *archive.File) *Diff {
	c := &comparison{before: before, after: after, diff: &Diff{Schema: Schema, Versions: versions(before, after),
		Old: extent(before), New: extent(after), Changes: []Change{}, Notes: []string{}}}
	c.settings()
	c.cases()
	c.live()
	c.transitions()
	c.requirements()
	c.matrix()
	c.ledger()
	c.entries()
	c.sort()
	return c.diff
}

// Count is how many things changed of those that keep wants: a case on an IUT is one in a category, though it changed
// otherwise on each of the families.
func (d *Diff) Count(keep func(*Change) bool) int {
	type thing struct {
		category        Category
		name, iut, with string
	}
	seen := map[thing]bool{}
	for i := range d.Changes {
		if c := &d.Changes[i]; keep(c) {
			seen[thing{c.Category, c.Name, c.IUT, c.With}] = true
		}
	}
	return len(seen)
}

// All is how many things changed.
func (d *Diff) All() int { return d.Count(func(*Change) bool { return true }) }

// Worse is how many things changed for the worse.
func (d *Diff) Worse() int { return d.Count(func(c *Change) bool { return c.Worse }) }

// In is how many things changed in a category.
func (d *Diff) In(of Category) int { return d.Count(func(c *Change) bool { return c.Category == of }) }

// comparison is two runs under comparison.
type comparison struct {
	before, after *archive.File
	diff          *Diff
	renamed       map[string]string // the id in NEW of a case, by that in OLD
}

func (c *comparison) add(change Change) { c.diff.Changes = append(c.diff.Changes, change) }

func (c *comparison) note(text string) { c.diff.Notes = append(c.diff.Notes, text) }

func extent(f *archive.File) Extent {
	e := Extent{Cases: len(f.Cases), Complete: f.Complete}
	for i := range f.Cases {
		e.Runs += len(f.Cases[i].Runs)
	}
	return e
}

// sort brings the changes into order and joins those that are the same but for the family.
func (c *comparison) sort() {
	rank := map[Category]int{}
	for i, category := range Categories() {
		rank[category] = i
	}
	slices.SortStableFunc(c.diff.Changes, func(a, b Change) int {
		return cmp.Or(cmp.Compare(rank[a.Category], rank[b.Category]), cmp.Compare(a.Name, b.Name), cmp.Compare(a.IUT, b.IUT),
			cmp.Compare(a.With, b.With), slices.Compare(a.Families, b.Families))
	})
	joined := []Change{}
	for _, one := range c.diff.Changes {
		into := -1
		for i := len(joined) - 1; i >= 0 && one.Families != nil && joined[i].Name == one.Name; i-- {
			if same(joined[i], one) {
				into = i
				break
			}
		}
		if into < 0 {
			joined = append(joined, one)
		} else {
			joined[into].Families = append(slices.Clone(joined[into].Families), one.Families...)
		}
	}
	c.diff.Changes = joined
}

// same says that two changes are one on different families.
func same(a, b Change) bool {
	if a.Families == nil {
		return false
	}
	a.Families, b.Families = nil, nil
	return reflect.DeepEqual(a, b)
}

// pairs goes through all keys that either side has, sorted, with the value of each side; nil where it has none. Of two
// values with one key the second counts as another thing of that name.
func pairs[T any](before, after []T, key func(*T) string, each func(old, new *T)) {
	type both struct{ old, new []*T }
	all := map[string]*both{}
	at := func(v *T) *both {
		k := key(v)
		if all[k] == nil {
			all[k] = &both{}
		}
		return all[k]
	}
	for i := range before {
		b := at(&before[i])
		b.old = append(b.old, &before[i])
	}
	for i := range after {
		b := at(&after[i])
		b.new = append(b.new, &after[i])
	}
	var keys []string
	for k := range all {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		b := all[k]
		for i := range max(len(b.old), len(b.new)) {
			var o, n *T
			if i < len(b.old) {
				o = b.old[i]
			}
			if i < len(b.new) {
				n = b.new[i]
			}
			each(o, n)
		}
	}
}
