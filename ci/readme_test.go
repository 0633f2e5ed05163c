package main

import (
	"os"
	"strings"
	"testing"

	"github.com/twinstack/twinstack/fixtures"
)

// The README shows what the command prints and a fixture as it is. With TWINSTACK_UPDATE=1 this test writes them anew.
func TestReadmeIsTrue(t *testing.T) {
	t.Parallel()
	const name = "../README.md"
	old, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	status, summary, stderr := ci(t, "..", "run", "--out", "")
	if status != good {
		t.Fatalf("exit status %d\n%s%s", status, summary, stderr)
	}
	script, err := fixtures.FS.ReadFile("reset/rst-in-window-draws-challenge-ack.pkt")
	if err != nil {
		t.Fatal(err)
	}
	readme := replaceBlock(t, string(old), "<!-- what run prints -->", summary)
	readme = replaceBlock(t, readme, "<!-- a fixture -->", string(script))
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

// replaceBlock puts text into the fenced block behind a marker.
func replaceBlock(t *testing.T, page, marker, text string) string {
	t.Helper()
	const fence = "```\n"
	before, rest, ok := strings.Cut(page, marker+"\n"+fence)
	_, after, closed := strings.Cut(rest, fence)
	if !ok || !closed {
		t.Fatalf("README.md has no fenced block behind %q", marker)
	}
	return before + marker + "\n" + fence + text + fence + after
}
