package specs

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestLoadBreaks(t *testing.T) {
	t.Parallel()
	registry, err := NewRegistry(Labels()...)
	if err != nil {
		t.Fatal(err)
	}
	fixtures := fakeFixtures()
	cases, _, err := Load(fixtures, registry)
	if err != nil {
		t.Fatal(err)
	}
	if breaks, err := LoadBreaks(fixtures, cases); breaks != nil || err != nil {
		t.Errorf("%d breaks, error %v, expected none without a file", len(breaks), err)
	}
	const header = "id,case,line,instead\n"
	for _, test := range []struct{ text, want string }{
		{header + "MUST-1,reset/passes,6,nothing\n", ""},
		{header + "MUST-1,reset/passes,6,nothing\nMUST-1,reset/nowhere,6,nothing\n", `breaks.csv:3: unknown case "reset/nowhere"`},
		{header + "MAY-1,reset/passes,6,nothing\n", "breaks.csv:2: reset/passes does not name MAY-1, expected a case that does"},
		{header + "MUST-9,reset/passes,6,nothing\n", `breaks.csv:2:1: unknown requirement "MUST-9"`},
	} {
		fixtures["breaks.csv"] = &fstest.MapFile{Data: []byte(test.text)}
		_, err := LoadBreaks(fixtures, cases)
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%q: got %v, want %s", test.text, err, test.want)
		}
	}
}
