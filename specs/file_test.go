package specs_test

import (
	"bytes"
	"context"
	"fmt"
	"reflect"
	"runtime"
	"testing"

	"github.com/twinstack/twinstack/harness/archive"
	"github.com/twinstack/twinstack/harness/results"
	"github.com/twinstack/twinstack/specs"
)

// file runs the suite and gives its results.json, as values and as octets.
func file(t *testing.T, o specs.Options) (*archive.File, []byte) {
	t.Helper()
	s, err := specs.New(o)
	if err != nil {
		t.Fatal(err)
	}
	if broken, err := s.Show(context.Background()); broken != nil || err != nil {
		t.Fatal(broken, err)
	}
	f := results.FileOf(s.Results())
	var b bytes.Buffer
	if err := archive.Write(&b, f); err != nil {
		t.Fatal(err)
	}
	return f, b.Bytes()
}

// results.json is the same octets in five runs, whatever workers and processors there are, and parts of a run, each with others,
// give it too.
func TestOneFile(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	o := options(t)
	whole, first := file(t, o)
	if !whole.Complete || len(whole.Requirements) == 0 || len(whole.Cases) == 0 {
		t.Fatalf("complete %t, %d requirements, %d cases, expected all", whole.Complete, len(whole.Requirements), len(whole.Cases))
	}
	for _, procs := range []int{1, 2} {
		for _, o.Workers = range []int{1, 2} {
			runtime.GOMAXPROCS(procs)
			if _, again := file(t, o); !bytes.Equal(again, first) {
				t.Errorf("other octets with %d workers at GOMAXPROCS %d", o.Workers, procs)
			}
		}
	}
	for _, cut := range [][]specs.Options{
		{{Part: specs.Part{N: 2, Of: 2}}, {Part: specs.Part{N: 1, Of: 2}}},
		{{Only: "[a-q]*"}, {Only: "[^a-q]*", Part: specs.Part{N: 1, Of: 3}}, {Only: "[^a-q]*", Part: specs.Part{N: 2, Of: 3}}, {Only: "[^a-q]*", Part: specs.Part{N: 3, Of: 3}}},
	} {
		var sources []results.Source
		for n, c := range cut {
			part := options(t)
			part.Only, part.Part, part.Workers = c.Only, c.Part, n+1
			f, _ := file(t, part)
			if f.Complete || f.Part == nil || len(f.Cases) == 0 {
				t.Errorf("part %+v: complete %t, %d cases", c.Part, f.Complete, len(f.Cases))
			}
			sources = append(sources, results.Source{Name: fmt.Sprint(n), File: f})
		}
		merged, err := results.Merge(sources)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := archive.Write(&b, merged); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(b.Bytes(), first) {
			t.Errorf("%d parts merged are other octets than the whole", len(cut))
		}
	}
}

// The file's transitions, which are made from what each run shows, are those that the specs judge by all traces together.
func TestTransitionsOfTheFile(t *testing.T) {
	s, err := specs.New(options(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Record(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	r := s.Results()
	f := results.FileOf(r)
	if len(f.Transitions) != len(r.Transitions) || len(f.Transitions) == 0 {
		t.Fatalf("%d transitions, expected %d", len(f.Transitions), len(r.Transitions))
	}
	for i, want := range r.Transitions {
		got := f.Transitions[i]
		var rows []string
		for _, row := range want.Finding.Rows {
			rows = append(rows, row.ID)
		}
		if got.IUT != want.IUT || got.Arrow != want.Arrow.ID() || got.How != want.How.String() || got.Cases != want.Cases || got.First != want.First ||
			got.Instead != want.Instead || got.Status != want.Finding.Status.String() || !reflect.DeepEqual(got.Rows, rows) {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
	}
}
