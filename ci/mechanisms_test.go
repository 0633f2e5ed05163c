package main

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"github.com/twinstack/twinstack/fixtures"
	"github.com/twinstack/twinstack/harness/ledger"
)

// mechanism is a row of the table in ourstack's README.
type mechanism struct {
	name, clause, ours, netstack string
	cases                        []string
}

var (
	namedRFC     = regexp.MustCompile(`RFC \d+`)
	namedFixture = regexp.MustCompile("\\[`([a-z0-9-]+/[a-z0-9-]+)`\\]\\(\\.\\./fixtures/([a-z0-9-]+/[a-z0-9-]+)\\.pkt\\)")
)

// mechanisms reads the table.
func mechanisms(t *testing.T, readme string) []mechanism {
	t.Helper()
	_, rest, ok := strings.Cut(readme, "\n## Mechanisms\n")
	section, _, _ := strings.Cut(rest, "\n## ")
	_, table, ok2 := strings.Cut(section, "\n|---|---|---|---|---|\n")
	if !ok || !ok2 {
		t.Fatal("no table of five columns under Mechanisms")
	}
	var rows []mechanism
	for line := range strings.Lines(table) {
		if !strings.HasPrefix(line, "|") {
			break
		}
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 5 {
			t.Fatalf("%d columns: %s", len(cells), line)
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		row := mechanism{name: cells[0], clause: cells[1], ours: cells[2], netstack: cells[3]}
		for _, m := range namedFixture.FindAllStringSubmatch(cells[4], -1) {
			if m[1] != m[2] {
				t.Errorf("%s: %s is a link to %s", row.name, m[1], m[2])
			}
			row.cases = append(row.cases, m[1])
		}
		rows = append(rows, row)
	}
	return rows
}

// Each mechanism that ourstack's README names has a fixture, which is about one of the RFCs named, and netstack does with it as
// the ledger has it: "yes" where it passes them all, "no" where it fails one or cannot run it. ours passes: nobody's ledger may
// say otherwise.
func TestMechanisms(t *testing.T) {
	t.Parallel()
	known, err := ledger.ReadFile("ledger.yaml")
	if err != nil {
		t.Fatal(err)
	}
	passes := func(name string) bool {
		for _, r := range known.Rows {
			for i := range r.Cases {
				e := &r.Cases[i]
				if r.IUT == "netstack" && ledger.Like(e.Case, name) && (e.Fails != "" || e.Unsupported != "") {
					return false
				}
			}
		}
		return true
	}
	rows := mechanisms(t, read(t, "../ourstack/README.md"))
	if len(rows) < 40 {
		t.Errorf("%d mechanisms", len(rows))
	}
	seen := map[string]bool{}
	for _, row := range rows {
		if seen[row.name] {
			t.Errorf("%s stands twice", row.name)
		}
		seen[row.name] = true
		if len(row.cases) == 0 {
			t.Errorf("%s has no fixture", row.name)
			continue
		}
		var scripts strings.Builder
		netstack := "yes"
		for _, name := range row.cases {
			script, err := fs.ReadFile(fixtures.FS, name+".pkt")
			if err != nil {
				t.Errorf("%s: %v", row.name, err)
			}
			scripts.Write(script)
			if !passes(name) {
				netstack = "no"
			}
		}
		named := namedRFC.FindAllString(row.clause, -1)
		if len(named) == 0 {
			t.Errorf("%s: no RFC in %q", row.name, row.clause)
		}
		for _, rfc := range named {
			if !strings.Contains(scripts.String(), rfc) && !strings.Contains(scripts.String(), strings.ReplaceAll(rfc, " ", "")) {
				t.Errorf("%s: %v does not speak of %s", row.name, row.cases, rfc)
			}
		}
		if row.netstack != netstack {
			t.Errorf("%s: netstack %q, by the ledger %q", row.name, row.netstack, netstack)
		}
		if row.ours != "yes" && row.ours != "when asked" {
			t.Errorf("%s: ours %q, want \"yes\" or \"when asked\"", row.name, row.ours)
		}
	}
}
