package main

import (
	"encoding/json"
	"encoding/xml"
	"path/filepath"
	"strings"
	"testing"

	"github.com/onsi/ginkgo/v2"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/twinstack/twinstack/harness/archive"
)

// valid holds a file to schema.json, and reads it.
func valid(t *testing.T, name string) *archive.File {
	t.Helper()
	schema, err := jsonschema.UnmarshalJSON(strings.NewReader(archive.JSONSchema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", schema); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(read(t, name)))
	if err != nil {
		t.Fatal(err)
	}
	if err := compiled.Validate(v); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	v.(map[string]any)["iuts"] = []any{}
	if compiled.Validate(v) == nil {
		t.Errorf("%s: valid without IUTs", name)
	}
	f, err := archive.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// What a run leaves is of the schema; the files beside it tell the same, with real times.
func TestResults(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	status, stdout, stderr := ci(t, folder, "run", "--only", "*/*rst*", "--workers", "1")
	expect(t, good, []string{"as recorded: ", " runs, ", "written: out/summary.txt"}, status, stdout, stderr)
	f := valid(t, filepath.Join(folder, "out", "results.json"))
	if f.Complete || len(f.Cases) == 0 || f.Twinstack != archive.Version || !strings.HasPrefix(f.GVisor, "v0.0.0-") || f.IUTs[0].Version != archive.Version || f.IUTs[1].Version != f.GVisor {
		t.Errorf("complete %t, %d cases, %s, %s, %+v", f.Complete, len(f.Cases), f.Twinstack, f.GVisor, f.IUTs)
	}
	runs, tests := 0, len(f.Live)
	for _, c := range f.Cases {
		if !strings.Contains(c.ID, "rst") {
			t.Errorf("case %s was not asked for", c.ID)
		}
		runs += len(c.Runs)
		tests += len(c.Runs) + len(c.Comparisons)
	}

	info, err := archive.ReadRunInfo("run-info.json", strings.NewReader(read(t, filepath.Join(folder, "out", "run-info.json"))))
	if err != nil {
		t.Fatal(err)
	}
	if len(info.Runs) != runs || info.Workers != 1 || info.Cores < 1 || info.Began.IsZero() || info.MatrixNS != 0 || !strings.HasPrefix(info.Go, "go") {
		t.Errorf("%d runs, expected %d: %+v", len(info.Runs), runs, info)
	}
	sum := int64(0)
	for _, r := range info.Runs {
		sum += r.WallNS
	}
	if sum <= 0 || sum > info.TotalNS {
		t.Errorf("runs of %d ns by one worker in %d ns", sum, info.TotalNS)
	}

	var junit struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Cases    []struct {
			Name       string `xml:"name,attr"`
			Properties []struct {
				Name  string `xml:"name,attr"`
				Value string `xml:"value,attr"`
			} `xml:"properties>property"`
		} `xml:"testsuite>testcase"`
	}
	if err := xml.Unmarshal([]byte(read(t, filepath.Join(folder, "out", "junit.xml"))), &junit); err != nil {
		t.Fatal(err)
	}
	if junit.Tests != tests || len(junit.Cases) != tests || junit.Failures != 0 {
		t.Errorf("junit.xml: %d tests, %d cases, %d failures, expected %d, %[4]d, 0", junit.Tests, len(junit.Cases), junit.Failures, tests)
	}
	names := map[string]bool{}
	for _, c := range junit.Cases {
		for _, p := range c.Properties {
			names[p.Name] = true
		}
	}
	for _, name := range []string{"iut", "family", "clause", "requirement", "ledger", "verdict", "status"} {
		if !names[name] {
			t.Errorf("junit.xml: no property %s", name)
		}
	}

	var specs []ginkgo.Report
	if err := json.Unmarshal([]byte(read(t, filepath.Join(folder, "out", "ginkgo.json"))), &specs); err != nil {
		t.Fatal(err)
	}
	passed := 0
	for _, s := range specs[0].SpecReports {
		if s.State.String() == "passed" {
			passed++
		}
	}
	if !specs[0].SuiteSucceeded || passed < tests {
		t.Errorf("ginkgo.json: succeeded %t, %d specs passed, expected %d or more", specs[0].SuiteSucceeded, passed, tests)
	}
}

// A run in two halves, merged, is the run as a whole, and one with a fault in it is red.
func TestMerge(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	_, whole, _ := ci(t, folder, "run")
	for _, part := range []string{"1", "2"} {
		status, stdout, stderr := ci(t, folder, "run", "--part", part+"/2", "--out", part, "--workers", part)
		expect(t, good, []string{"as recorded: ", " of "}, status, stdout, stderr)
	}
	status, stdout, stderr := ci(t, folder, "merge", "2/results.json", "1/results.json", "-o", "all.json")
	expect(t, good, []string{"as recorded: "}, status, stdout, stderr)
	if !strings.Contains(whole, stdout) || strings.Count(stdout, "\n") != 1 {
		t.Errorf("merge says %q, expected the line that the run ends with", stdout)
	}
	if read(t, filepath.Join(folder, "all.json")) != read(t, filepath.Join(folder, "out", "results.json")) {
		t.Error("two halves merged are other octets than the whole")
	}

	status, stdout, stderr = ci(t, folder, "merge", "1/results.json", "-o", "half.json")
	expect(t, cannotRun, []string{"as recorded: ", "half.json is not the whole run"}, status, stdout, stderr)

	before, after, _ := strings.Cut(read(t, filepath.Join(folder, "1", "results.json")), `"comparisons"`) // entries of the ledger are derived
	red := before + `"comparisons"` + strings.Replace(after, `"status": "as recorded"`, `"status": "flop"`, 1)
	status, stdout, stderr = ci(t, folder, "merge", write(t, "red.json", red), "2/results.json", "-o", "red.json")
	expect(t, bad, []string{"flop", "not as recorded: ", "1 could not be judged"}, status, stdout, stderr)

	status, stdout, stderr = ci(t, folder, "merge", "1/results.json", write(t, "cut.json", red[:1000]), "-o", "cut")
	expect(t, cannotRun, []string{"cut.json:", "not JSON"}, status, stdout, stderr)
	other := strings.Replace(red, `"seed": 0`, `"seed": 1`, 1)
	status, stdout, stderr = ci(t, folder, "merge", "2/results.json", write(t, "other.json", other), "-o", "other")
	expect(t, cannotRun, []string{"2/results.json and ", "other.json are not parts of one run: seed 0 and 1"}, status, stdout, stderr)
}

// The matrix of some cases is of the schema, and a part of a run.
func TestMatrixFile(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	status, stdout, stderr := ci(t, folder, "matrix", "--only", "closing-active/ipv4/R*", "--out", "m")
	expect(t, good, []string{"written: m/matrix.html, m/matrix.json"}, status, stdout, stderr)
	f := valid(t, filepath.Join(folder, "m", "matrix.json"))
	if f.Matrix == nil || len(f.Cases) != 0 || f.Complete || f.Part == nil {
		t.Fatalf("matrix %v, %d cases, complete %t", f.Matrix, len(f.Cases), f.Complete)
	}
	all, wrong := 0, 0
	for _, s := range f.Matrix.Squares {
		for _, entry := range s.Counts {
			for _, n := range entry {
				all += n
			}
		}
		for _, h := range s.Shares {
			for _, p := range h.Places {
				wrong += p[2]
			}
		}
	}
	for _, i := range f.Matrix.IUTs {
		for _, s := range i.States {
			all -= s.Cases
			wrong -= s.Cases - s.Verdicts["pass"]
		}
	}
	if all != 0 || wrong != 0 || len(f.Matrix.Squares) == 0 {
		t.Errorf("%d squares; %d cases and %d that do not pass more than were played", len(f.Matrix.Squares), all, wrong)
	}

	ci(t, folder, "run", "--only", "textbook", "--out", "r")
	status, stdout, stderr = ci(t, folder, "merge", "m/matrix.json", "r/results.json", "-o", "both.json")
	expect(t, cannotRun, []string{"both.json is not the whole run"}, status, stdout, stderr)
	if both := valid(t, filepath.Join(folder, "both.json")); both.Matrix == nil || len(both.Cases) != 2 || len(both.Live) != 8 {
		t.Errorf("merged: %d cases, %d live pairs", len(both.Cases), len(both.Live))
	}
}
