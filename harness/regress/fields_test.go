package regress

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/twinstack/twinstack/harness/archive"
)

// unseen are the fields of a results file that may change alone and are no change: what is told as a version, and what
// follows from other fields, which are seen.
var unseen = map[string]string{
	"Schema":      "archive.Read refuses another",
	"Twinstack":   "a version",
	"GVisor":      "a version",
	"Planned":     "follows from the cases",
	"PlannedLive": "follows from the IUTs",

	"IUTs.Version":                     "a version",
	"Cases.Shows":                      "what a case shows stands with the requirements",
	"Cases.Runs.Arrows":                "follows from the trace",
	"Cases.Runs.Detours":               "follows from the traces",
	"Cases.Comparisons.Differences.NS": "the time of a difference that is the same",
	"Entries.At":                       "where an entry stands says nothing",
	"Ledger.Transitions":               "what they say stands with the transitions",
	"Transitions.Cases":                "follows from the traces",
	"Transitions.First":                "follows from the traces",
	"Divergences":                      "follows from rows and judgements",
	"Part":                             "the catalogue and the diagram, once more",
	"Matrix.Causes.Class":              "stands with the row",
}

// Of two files that differ in any field whatever, something is told: a field that is added to results.json and forgotten
// here fails this test.
func TestEveryFieldIsSeen(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	full := sample()
	fill(reflect.ValueOf(full).Elem())
	eachField(reflect.ValueOf(full).Elem(), "", func(path string, n int) {
		after := copied(t, full)
		i := 0
		eachField(reflect.ValueOf(after).Elem(), "", func(string, int) { i++ }, func(v reflect.Value) bool {
			if i-1 != n {
				return false
			}
			mutate(v)
			return true
		})
		for name := range unseen {
			if path == name || strings.HasPrefix(path, name+".") {
				seen[name] = true
				return
			}
		}
		if d := Of(full, after); len(d.Changes)+len(d.Notes) == 0 {
			t.Errorf("%s changes and nothing is told", path)
		}
	}, nil)
	for name := range unseen {
		if !seen[name] {
			t.Errorf("no field %s, expected all exceptions to be fields", name)
		}
	}
}

// fill gives every slice that is empty one element, so that its fields are seen, too.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		fill(v.Elem())
	case reflect.Slice:
		if v.Len() == 0 {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		}
		for i := range v.Len() {
			fill(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	}
}

// eachField calls each for all scalars and maps within a value, with the path of their fields and their number; then may
// change it, and ends the walk by true.
func eachField(v reflect.Value, path string, each func(path string, n int), then func(reflect.Value) bool) {
	n := 0
	var walk func(reflect.Value, string) bool
	walk = func(v reflect.Value, path string) bool {
		switch v.Kind() {
		case reflect.Pointer:
			return !v.IsNil() && walk(v.Elem(), path)
		case reflect.Slice, reflect.Array:
			for i := range v.Len() {
				if walk(v.Index(i), path) {
					return true
				}
			}
			return false
		case reflect.Struct:
			for i := range v.NumField() {
				name := v.Type().Field(i).Name
				if v.Type().Field(i).Anonymous {
					name = ""
				}
				if walk(v.Field(i), strings.Trim(path+"."+name, ".")) {
					return true
				}
			}
			return false
		}
		each(path, n)
		n++
		return then != nil && then(v)
	}
	walk(v, path)
}

// mutate makes a value another.
func mutate(v reflect.Value) {
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.String:
		v.SetString(v.String() + "~")
	case reflect.Int, reflect.Int64:
		v.SetInt(v.Int() + 1)
	case reflect.Uint64:
		v.SetUint(v.Uint() + 1)
	case reflect.Map:
		m := reflect.MakeMap(v.Type())
		m.SetMapIndex(reflect.ValueOf("x"), reflect.ValueOf(1))
		v.Set(m)
	default:
		panic(fmt.Sprintf("cannot change a %v", v.Type()))
	}
}

// Turned round, as much has changed; and a change is never for the worse both ways unless nothing can be said of it.
func TestTurnedRound(t *testing.T) {
	t.Parallel()
	before, after := sample(), copied(t, sample())
	after.Cases[1].ID, after.Seed, after.Ledger = "reset/y", 1, nil
	after.Transitions[1].Instead = "reset/y, line 4: stays in CLOSED"
	eachFamily("reset/a", "ours", func(r *archive.Run) { r.Verdict, r.Failures = "fail", []archive.Failure{{Line: 1}} })(after)
	there, back := Of(before, after), Of(after, before)
	if len(there.Changes) != len(back.Changes) || there.Worse() == 0 {
		t.Errorf("%d changes, and back %d; %d for the worse", len(there.Changes), len(back.Changes), there.Worse())
	}
	if there.In(NewlyFailing) != 1 || back.In(NewlyPassing) != 1 || back.In(NewlyFailing) != 0 {
		t.Errorf("newly failing %d, and back newly passing %d", there.In(NewlyFailing), back.In(NewlyPassing))
	}
}

// What was not as recorded already is none the worse for being so otherwise.
func TestJudgedRedAgain(t *testing.T) {
	t.Parallel()
	before, after := sample(), sample()
	runOf(before, "reset/a", "ours", "ipv4").Status = "not recorded"
	runOf(after, "reset/a", "ours", "ipv4").Status = "fails otherwise than recorded"
	if d := Of(before, after); d.In(Ledger) != 1 || d.Worse() != 0 {
		t.Errorf("%+v, expected one change of the ledger, not for the worse", d.Changes)
	}
}

// Notes say what was not compared.
func TestNotes(t *testing.T) {
	t.Parallel()
	part := copied(t, sample())
	part.Complete, part.Cases, part.Transitions, part.Requirements, part.Matrix = false, part.Cases[:1], nil, nil, nil
	notes := strings.Join(Of(sample(), part).Notes, "\n")
	for _, want := range []string{`1 cases are in one of the files alone`, `transitions: in OLD alone`, `requirements: in OLD alone`, `matrix: in OLD alone`} {
		if !regexp.MustCompile(want).MatchString(notes) {
			t.Errorf("no %q in %q", want, notes)
		}
	}
	if notes := Of(sample(), sample()).Notes; len(notes) > 0 {
		t.Errorf("notes %q of equal runs", notes)
	}
}
