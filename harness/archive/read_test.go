package archive

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

func written(t testing.TB, f *File) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, f); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// What is written is read again as it was, and written again to the same octets.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	text := written(t, sample())
	f, err := Read("r.json", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(f, sample()) {
		t.Errorf("got %+v", f)
	}
	if again := written(t, f); again != text {
		t.Errorf("another text:\n%s\nat first:\n%s", again, text)
	}
}

func TestReadErrors(t *testing.T) {
	t.Parallel()
	whole := written(t, sample())
	replaced := func(old, with string) string {
		if !strings.Contains(whole, old) {
			t.Fatalf("no %q in the sample", old)
		}
		return strings.Replace(whole, old, with, 1)
	}
	for name, test := range map[string]struct{ text, want string }{
		"nothing":             {"", "r.json:1:1: not JSON: unexpected end of JSON input"},
		"no JSON":             {"{\n\t\"schema\": }", "r.json:2:12: not JSON: invalid character '}'"},
		"cut off":             {whole[:len(whole)/2], "not JSON: unexpected end of JSON input"},
		"two of them":         {whole + whole, "not JSON: invalid character '{' after top-level value"},
		"a list":              {"[]", "r.json:1:1: the file: a array, expected an object"},
		"no schema":           {"{}", `r.json: no schema, expected "twinstack-results/1"`},
		"another schema":      {replaced("results/1", "results/2"), `r.json: schema "twinstack-results/2", expected "twinstack-results/1"`},
		"a text for a number": {replaced(`"planned": 2`, `"planned": "2"`), `r.json:6:15: planned: a string, expected a number (int)`},
		"half a number":       {replaced(`"virtual_ns": 10`, `"virtual_ns": 1.5`), "a number 1.5, expected a number (int64)"},
		"a missing list":      {replaced(`"live": [`, `"lives": [`), `r.json: the file: no "live", expected a list`},
		"a null in a case":    {replaced(`"labels": ["Topic: reset"]`, `"labels": null`), `r.json: case "reset/a": no "labels", expected a list`},
		"no IUT":              {replaced(`"iuts": [`, `"iuts": [], "x": [`), "no IUT"},
		"an IUT twice":        {replaced(`"name":"netstack"`, `"name":"ours"`), `IUT "ours": empty or a second time`},
		"an unknown row":      {replaced(`"rows": ["row"]`, `"rows": ["raw"]`), `case "reset/a": netstack over ipv4: row "raw" is not in "ledger"`},
		"an unknown IUT":      {replaced(`"iut": "netstack",`, `"iut": "lwip",`), `row "row": unknown IUT "lwip"`},
		"an unknown verdict":  {replaced(`"verdict": "fail"`, `"verdict": "flop"`), `unknown verdict "flop", expected one of pass, fail`},
		"an unknown event":    {replaced(`"kind":"state"`, `"kind":"mood"`), `unknown kind of event "mood"`},
		"an entry of no row":  {replaced(`"row": "row"`, `"row": "raw"`), `entry "7:5": row "raw" is not in "ledger"`},
		"an entry of nobody":  {replaced("\"row\": \"row\",\n\t\t\t\"iut\": \"netstack\"", `"row": "row", "iut": "lwip"`), `entry "7:5": IUT "lwip" and status "vanished"`},
		"no status":           {replaced(`"status": "clean"`, `"status": ""`), "ours over ipv4: no status"},
		"not as many":         {replaced(`"planned": 2`, `"planned": 3`), "complete is true with 2 of 3 runs"},
		"too many":            {replaced(`"planned": 2`, `"planned": 1`), "2 runs and 1 live pairs, expected at most 1 and 1"},
		"part of what":        {replaced(`"complete": true`, `"complete": false`), "complete is false, and there is a part: false"},
		"a requirement":       {replaced(`"cases": ["reset/a"]`, `"cases": ["reset/b"]`), `requirement "MUST-1": unknown case "reset/b"`},
		"a cause beyond":      {replaced(`"cause":0`, `"cause":1`), "matrix: square 0: cause 1, expected one of 1"},
		"a place beyond":      {replaced(`"place":0`, `"place":1`), `case "closed/ipv4/R y": place 1, expected one of 1`},
		"one name too many":   {replaced(`{"place":0,"id":"closed/ipv4/R y"}`, `{"place":0,"id":"a"}, {"place":0,"id":"b"}`), `case "b": one more at its place`},
		"a share too large":   {replaced(`[[0,1,1]]`, `[[0,1,2]]`), "shares of 1 cases too many at entry 0, position 1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := Read("r.json", strings.NewReader(test.text)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

func TestDuplicates(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*File)
		want   string
	}{
		"a case":       {func(f *File) { f.Cases = append(f.Cases, f.Cases[0]) }, `case "reset/a": empty or a second time`},
		"out of order": {func(f *File) { f.Cases = append(f.Cases, f.Cases[0]); f.Cases[1].ID = "close/z" }, `case "close/z" stands behind "reset/a"`},
		"a run":        {func(f *File) { f.Cases[0].Runs[1] = f.Cases[0].Runs[0] }, "the run of \"ours over ipv4\": empty or a second time"},
		"runs turned": {func(f *File) { r := f.Cases[0].Runs; r[0], r[1] = r[1], r[0] },
			"ours over ipv4: out of its place, expected runs to be sorted by family and IUT"},
		"a comparison": {func(f *File) { c := &f.Cases[0]; c.Comparisons = append(c.Comparisons, c.Comparisons[0]) }, "the comparison of"},
		"with itself":  {func(f *File) { f.Cases[0].Comparisons[0].With = "netstack" }, "expected runs of two IUTs"},
		"a pair":       {func(f *File) { f.Live, f.PlannedLive = append(f.Live, f.Live[0]), 2 }, `live pair "ours to netstack over ipv4"`},
		"a row":        {func(f *File) { f.Ledger = append(f.Ledger, f.Ledger[0]) }, `row "row"`},
		"a divergence": {func(f *File) { f.Divergences = append(f.Divergences, f.Divergences[0]) }, `divergence "row"`},
		"a transition": {func(f *File) { f.Transitions[1] = f.Transitions[0] }, `transition "a-b on ours"`},
		"a square":     {func(f *File) { f.Matrix.Squares = append(f.Matrix.Squares, f.Matrix.Squares[0]) }, "a second time"},
	} {
		f := sample()
		test.change(f)
		if _, err := Read("r.json", strings.NewReader(written(t, f))); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %s", name, err, test.want)
		}
	}
}

func TestReadFile(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "results.json")
	if _, err := ReadFile(name); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v, want that there is no such file", err)
	}
	if err := os.WriteFile(name, []byte(written(t, sample())), 0o644); err != nil {
		t.Fatal(err)
	}
	if f, err := ReadFile(name); err != nil || f.Twinstack != Version {
		t.Errorf("got %v, %v", f, err)
	}
	if _, err := Read("r.json", iotest.ErrReader(errors.New("gone"))); err == nil || err.Error() != "r.json: gone" {
		t.Errorf("got %v", err)
	}
}

// A later version of the schema may have fields that this one does not know.
func TestUnknownField(t *testing.T) {
	t.Parallel()
	text := strings.Replace(written(t, sample()), `"seed": 0`, `"seed": 0, "weather": ["rain"]`, 1)
	f, err := Read("r.json", strings.NewReader(text))
	if err != nil || !reflect.DeepEqual(f, sample()) {
		t.Errorf("got %v, %v, expected the sample", f, err)
	}
}

func TestRunInfo(t *testing.T) {
	t.Parallel()
	info := &RunInfo{Schema: RunInfoSchema, Began: time.Unix(1e9, 5).UTC(), TotalNS: 3, Go: "go1.26", OS: "plan9", Arch: "arm64", Cores: 2, Workers: 1,
		Revision: "abc", Modified: true, Runs: []RunTime{{"reset/a", "ours", "ipv4", 7}}}
	var b bytes.Buffer
	if err := WriteRunInfo(&b, info); err != nil {
		t.Fatal(err)
	}
	if got, err := ReadRunInfo("i.json", strings.NewReader(b.String())); err != nil || !reflect.DeepEqual(got, info) {
		t.Errorf("got %+v, %v", got, err)
	}
	if _, err := ReadRunInfo("i.json", strings.NewReader(written(t, sample()))); err == nil || !strings.Contains(err.Error(), `i.json: schema "twinstack-results/1", expected "twinstack-run-info/1"`) {
		t.Errorf("results.json as run-info.json: %v", err)
	}
}

// Nothing makes Read panic, and what it lets pass it can write and read again.
func FuzzRead(f *testing.F) {
	whole := written(f, sample())
	f.Add([]byte(whole))
	f.Add([]byte(whole[:len(whole)/3]))
	for _, cut := range []string{`"ours"`, `"reset/a"`, `[`, `]`, `1`, `"row"`, `"cause":0`, `"counts": [[1,2]]`} {
		f.Add([]byte(strings.Replace(whole, cut, `-7`, 1)))
		f.Add([]byte(strings.ReplaceAll(whole, cut, `null`)))
	}
	f.Add([]byte(`{"schema":"twinstack-results/1"}`))
	f.Add([]byte(`{"schema":"twinstack-results/1","matrix":{},"part":{}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Read("fuzz", bytes.NewReader(data))
		if err != nil {
			if !strings.HasPrefix(err.Error(), "fuzz:") {
				t.Errorf("an error without the file's name: %v", err)
			}
			return
		}
		text := written(t, file)
		again, err := Read("again", strings.NewReader(text))
		if err != nil || !reflect.DeepEqual(again, file) {
			t.Errorf("what was read and written cannot be read again: %v\n%s", err, text)
		}
	})
}
