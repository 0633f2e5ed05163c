package results

import (
	"slices"
	"strings"
	"testing"

	"github.com/twinstack/twinstack/harness/archive"
)

// parts are the file, cut in two by cases: the live pair is in the second.
func parts(t *testing.T) (file *archive.File, a, b Source) {
	t.Helper()
	cut := func(name string, cases []int, live bool) Source {
		f := copied(t, FileOf(whole(t)))
		all := f.Cases
		f.Cases = nil
		for _, i := range cases {
			f.Cases = append(f.Cases, all[i])
		}
		if !live {
			f.Live = []archive.LivePair{}
		}
		derive(f)
		return Source{name, f}
	}
	return FileOf(whole(t)), cut("a.json", []int{1, 2}, false), cut("b.json", []int{0, 3}, true)
}

// copied is a file with nothing in common with another.
func copied(t *testing.T, f *archive.File) *archive.File {
	t.Helper()
	out, err := archive.Read("copy", strings.NewReader(octets(t, f)))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Parts in any order, some of them twice, give what the whole gives, and are left as they were.
func TestMerge(t *testing.T) {
	t.Parallel()
	file, a, b := parts(t)
	want, before := octets(t, file), octets(t, a.File)+octets(t, b.File)
	for _, sources := range [][]Source{{a, b}, {b, a}, {b, a, b}, {{"whole", file}}, {a, {"whole", file}}} {
		merged, err := Merge(sources)
		if err != nil {
			t.Fatal(err)
		}
		if got := octets(t, merged); got != want {
			t.Errorf("%d parts give\n%s\nthe whole is\n%s", len(sources), got, want)
		}
	}
	if octets(t, a.File)+octets(t, b.File) != before {
		t.Error("the parts were changed")
	}
	half, err := Merge([]Source{a})
	if err != nil || half.Complete || octets(t, half) != octets(t, a.File) {
		t.Errorf("one part alone: %v, expected it as it is", err)
	}
}

// A matrix is a part like others.
func TestMergeMatrix(t *testing.T) {
	t.Parallel()
	s := whole(t)
	s.Matrix = &archive.Matrix{Scope: "whole", IUTs: []archive.Outline{}, Rows: []archive.Row{}, Columns: []archive.Column{}, Squares: []archive.Square{},
		Causes: []archive.Cause{{IUT: "netstack", Rule: "r", Shape: "s", Cases: 3, Status: "as recorded", Ledger: "may"}}}
	want := octets(t, FileOf(s))
	alone := *s
	alone.Cases, alone.Runs, alone.Comparisons, alone.Live, alone.Findings = nil, nil, nil, nil, nil
	s.Matrix = nil
	merged, err := Merge([]Source{{"results.json", FileOf(s)}, {"matrix.json", FileOf(&alone)}})
	if err != nil || octets(t, merged) != want {
		t.Errorf("%v, or not what one run of both gives", err)
	}
	other := copied(t, FileOf(&alone))
	other.Matrix.Causes[0].Cases++
	if _, err := Merge([]Source{{"matrix.json", FileOf(&alone)}, {"other.json", other}}); err == nil || err.Error() != "matrix.json and other.json: the matrix is not the same in both" {
		t.Errorf("got %v", err)
	}
}

func TestMergeErrors(t *testing.T) {
	t.Parallel()
	const apart = "a.json and b.json are not parts of one run: "
	for name, test := range map[string]struct {
		change func(*archive.File)
		want   string
	}{
		"version": {func(f *archive.File) { f.Twinstack = "9" }, apart + "twinstack " + archive.Version + " and 9"},
		"gvisor":  {func(f *archive.File) { f.GVisor = "v9" }, apart + "gvisor "},
		"seed":    {func(f *archive.File) { f.Seed = 4 }, apart + "seed 0 and 4"},
		"setting": {func(f *archive.File) {
			f.Settings = append(f.Settings, archive.CommonSetting{Name: "MSL", Value: "1s"})
		}, apart + "settings"},
		"iut":          {func(f *archive.File) { f.IUTs[1].Version = "3" }, apart + "iuts"},
		"ledger":       {func(f *archive.File) { f.Ledger = slices.Clone(f.Ledger); f.Ledger[0].Reason = "So." }, apart + "other ledger"},
		"fixtures":     {func(f *archive.File) { f.Planned++ }, apart + "planned 8 and 9"},
		"requirements": {func(f *archive.File) { f.Part.Requirements[0].Text = "V." }, apart + "other requirements"},
		"a case":       {func(f *archive.File) { f.Cases[0].ID = "reset/a" }, `a.json and b.json: case "reset/a" is not the same in both`},
	} {
		_, a, b := parts(t)
		test.change(b.File)
		if _, err := Merge([]Source{a, b}); err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %s", name, err, test.want)
		}
	}
	_, a, b := parts(t)
	c := Source{"c.json", copied(t, b.File)}
	c.File.Live[0].Wrong = []string{"y"}
	if _, err := Merge([]Source{a, b, c}); err == nil || err.Error() != "b.json and c.json: the live pair of ours to netstack over ipv4 is not the same in both" {
		t.Errorf("got %v", err)
	}
	if _, err := Merge(nil); err == nil {
		t.Error("nothing merged, expected an error")
	}
}
