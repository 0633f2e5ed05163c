package specs

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestLoad(t *testing.T) {
	t.Parallel()
	registry, err := NewRegistry(Labels()...)
	if err != nil {
		t.Fatal(err)
	}
	cases, broken, err := Load(fakeFixtures(), registry)
	if err != nil || len(broken) > 0 || len(cases) != 5 {
		t.Fatalf("%d cases, broken %v, error %v, expected 5 cases", len(cases), broken, err)
	}
	c := cases[0]
	var labels []string
	for _, l := range c.Labels {
		labels = append(labels, l.String())
	}
	if want := "Topic: close|Role: passive|Requirement: MUST-1|Level: MUST|State: CLOSED"; strings.Join(labels, "|") != want {
		t.Errorf("labels %q, expected %s", labels, want)
	}
	if c.Name != "close/error" || len(c.Families) != 1 || c.Families[0] {
		t.Errorf("case %q on families %v, expected close/error on ipv4 alone", c.Name, c.Families)
	}
}

// A fixture that is wrong is told with its place, and the others are there.
func TestLoadBroken(t *testing.T) {
	t.Parallel()
	registry, err := NewRegistry(Labels()...)
	if err != nil {
		t.Fatal(err)
	}
	changed := func(old, new string) string {
		text := string(fixture("title").Data)
		if !strings.Contains(text, old) {
			t.Fatalf("no %q in %q", old, text)
		}
		return strings.Replace(text, old, new, 1)
	}
	tests := []struct{ name, path, text, want string }{
		{"syntax", "reset/x.pkt", changed("+0 socket(", "+0 socket{"), "reset/x.pkt:6:"},
		{"title", "reset/x.pkt", changed("// title: title\n", ""), "reset/x.pkt:1:1: no title"},
		{"title twice", "reset/x.pkt", changed("title: title", "title: passes"), "reset/x.pkt:1:1: the title of reset/passes.pkt"},
		{"requirement", "reset/x.pkt", changed("MUST-1", "MUST-1 MUST-7"), `reset/x.pkt:2:25: unknown requirement "MUST-7"`},
		{"no requirement", "reset/x.pkt", changed("// requirements: MUST-1\n", ""), "reset/x.pkt:1:1: no requirement"},
		{"label", "reset/x.pkt", changed("passive", "pasive"), `reset/x.pkt:3:12: unknown label "pasive", expected one of active`},
		{"topic", "rst/x.pkt", changed("passive", "passive"), `rst/x.pkt:1:1: unknown topic "rst", expected one of api, close`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			fixtures := fakeFixtures()
			fixtures[test.path] = &fstest.MapFile{Data: []byte(test.text)}
			cases, broken, err := Load(fixtures, registry)
			if err != nil || len(cases) != 5 || len(broken) != 1 {
				t.Fatalf("%d cases, %d broken, error %v; expected 5 and 1", len(cases), len(broken), err)
			}
			if got := broken[0].Err.Error(); broken[0].Path != test.path || !strings.Contains(got, test.want) {
				t.Errorf("got  %s: %s\nwant %s", broken[0].Path, got, test.want)
			}
		})
	}
}

func TestLoadNothing(t *testing.T) {
	t.Parallel()
	registry, err := NewRegistry(Labels()...)
	if err != nil {
		t.Fatal(err)
	}
	for want, fixtures := range map[string]fstest.MapFS{
		"no .pkt file, expected at least one": {"requirements.csv": {Data: []byte(requirementsCSV)}},
		"requirements.csv":                    {"reset/x.pkt": fixture("x")},
	} {
		if _, _, err := Load(fixtures, registry); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
