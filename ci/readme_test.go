package main

import (
	"os"
	"strings"
	"testing"

	"github.com/twinstack/twinstack/fixtures"
)

// The README shows what the command prints, a fixture and the example's test as they are. With TWINSTACK_UPDATE=1 this test writes them anew.
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
