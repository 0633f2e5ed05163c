package main

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/twinstack/twinstack/fixtures"
	"github.com/twinstack/twinstack/harness/ledger"
)

// The README shows what the command prints, a fixture, the example's test and the ledger as they are. With TWINSTACK_UPDATE=1 this test writes them anew.
func TestReadmeIsTrue(t *testing.T) {
	t.Parallel()
	const name = "../README.md"
	old, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	status, shown, stderr := ci(t, t.TempDir(), "run", "--ledger", write(t, "ledger.yaml", read(t, "ledger.yaml")))
	if status != good {
		t.Fatalf("exit status %d\n%s%s", status, shown, stderr)
	}
	script, err := fixtures.FS.ReadFile("reset/rst-in-window-draws-challenge-ack.pkt")
	if err != nil {
		t.Fatal(err)
	}
	readme := replaceBlock(t, string(old), "<!-- what run prints -->", beginning(shown))
	readme = replaceBlock(t, readme, "<!-- a fixture -->", string(script))
	readme = replaceBlock(t, readme, "<!-- the example's test -->", function(t, "../harness/iut/example/suite_test.go", "TestSuite"))
	readme = replaceSection(t, readme, "<!-- what differs -->", "<!-- that was what differs -->", differs(t))
	if readme == string(old) {
		return
	}
	if os.Getenv("TWINSTACK_UPDATE") == "" {
		t.Fatal("README.md does not show what is: run TWINSTACK_UPDATE=1 go test ./ci -run TestReadmeIsTrue")
	}
	if err := os.WriteFile(name, []byte(readme), 0o644); err != nil {
		t.Fatal(err)
	}
}

// function is a function of a file as it is written, up to the first line that is a closing brace alone.
func function(t *testing.T, file, name string) string {
	t.Helper()
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(source), "\nfunc "+name+"(")
	body, _, closed := strings.Cut(rest, "\n}\n")
	if !ok || !closed {
		t.Fatalf("%s has no function %s", file, name)
	}
	return "func " + name + "(" + body + "\n}\n"
}

// replaceBlock puts text into the fenced block behind a marker. The fence may name a language.
func replaceBlock(t *testing.T, page, marker, text string) string {
	t.Helper()
	const fence = "```"
	before, rest, ok := strings.Cut(page, marker+"\n"+fence)
	language, rest, opened := strings.Cut(rest, "\n")
	_, after, closed := strings.Cut(rest, fence+"\n")
	if !ok || !opened || !closed {
		t.Fatalf("README.md has no fenced block behind %q", marker)
	}
	return before + marker + "\n" + fence + language + "\n" + text + fence + "\n" + after
}

// replaceSection puts text between two markers.
func replaceSection(t *testing.T, page, begin, end, text string) string {
	t.Helper()
	before, rest, ok := strings.Cut(page, begin+"\n")
	_, after, closed := strings.Cut(rest, end+"\n")
	if !ok || !closed {
		t.Fatalf("README.md has nothing between %q and %q", begin, end)
	}
	return before + begin + "\n" + text + end + "\n" + after
}

// differs is the ledger for people: a list for each class, by clause.
func differs(t *testing.T) string {
	t.Helper()
	known, err := ledger.ReadFile("ledger.yaml")
	if err != nil {
		t.Fatal(err)
	}
	rows := slices.Clone(known.Rows)
	slices.SortStableFunc(rows, func(a, b *ledger.Row) int {
		return cmp.Or(a.Class.Rank()-b.Class.Rank(), strings.Compare(string(a.Class), string(b.Class)), strings.Compare(a.Clause, b.Clause))
	})
	var b strings.Builder
	for len(rows) > 0 {
		class, n := rows[0].Class, 0
		for n < len(rows) && rows[n].Class == class {
			n++
		}
		fmt.Fprintf(&b, "\n<details><summary>%s: %d</summary>\n\n", class, n)
		for _, r := range rows[:n] {
			fmt.Fprintf(&b, "- **%s** (%s): %s\n", r.Clause, r.IUT, strings.NewReplacer("<", "&lt;", ">", "&gt;", "*", "\\*", "_", "\\_").Replace(r.Summary()))
		}
		b.WriteString("\n</details>\n")
		rows = rows[n:]
	}
	return b.String() + "\n"
}

// beginning is what fits a page: all before the causes, the first three of them, the verdict and what was written.
func beginning(shown string) string {
	const causes, end = 3, 2
	lines := strings.SplitAfter(strings.TrimSuffix(shown, "\n"), "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, "known differences") && len(lines) > i+2*causes+1+end {
			head := strings.Join(lines[:i+1+2*causes], "")
			return head + "…\n" + strings.Join(lines[len(lines)-end:], "") + "\n"
		}
	}
	return shown
}
