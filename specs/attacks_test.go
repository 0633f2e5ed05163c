package specs

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/twinstack/twinstack/fixtures"
)

// The table of attacks in ourstack/README.md: each row has a clause, a place in the code that is there, and a case that is there.
func TestAttacksHaveFixtures(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../ourstack/README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(text), "\n## Attacks\n")
	if !found {
		t.Fatal("there is no section of attacks")
	}
	section, _, _ = strings.Cut(section, "\n## ")
	named := regexp.MustCompile("`([^`]+)`")
	rows, fixture := 0, map[string]bool{}
	for line := range strings.Lines(section) {
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| attack |") {
			continue
		}
		rows++
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 4 {
			t.Errorf("%s: %d cells, want 4", line, len(cells))
			continue
		}
		attack := strings.TrimSpace(cells[0])
		if !strings.Contains(cells[1], "RFC ") {
			t.Errorf("%s: no clause", attack)
		}
		code, cases := named.FindAllStringSubmatch(cells[2], -1), named.FindAllStringSubmatch(cells[3], -1)
		if len(code) == 0 || len(cases) == 0 {
			t.Errorf("%s: %d places in the code and %d fixtures, want one of each at least", attack, len(code), len(cases))
		}
		for _, c := range code {
			if _, err := os.Stat(filepath.Join("../ourstack", c[1])); err != nil {
				t.Errorf("%s: %v", attack, err)
			}
		}
		for _, c := range cases {
			fixture[c[1]] = true
			if _, err := fs.Stat(fixtures.FS, c[1]+".pkt"); err != nil {
				t.Errorf("%s: %v", attack, err)
			}
		}
	}
	if rows < 10 {
		t.Errorf("%d rows", rows)
	}
	all, err := fs.Glob(fixtures.FS, "security/*.pkt")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range all {
		if name = strings.TrimSuffix(name, ".pkt"); !fixture[name] && name != "security/cookie-with-timestamps" { // that is no attack
			t.Errorf("%s is in no row", name)
		}
	}
}
