package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// The page of a file is that which the run wrote, and of two parts it is one of both.
func TestReport(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if status, stdout, stderr := ci(t, folder, "run", "--only", "textbook/*"); status != good {
		t.Fatalf("exit status %d\n%s%s", status, stdout, stderr)
	}
	status, stdout, stderr := ci(t, folder, "report", filepath.Join("out", "results.json"))
	expect(t, good, []string{"written: report.html\n"}, status, stdout, stderr)
	page := read(t, filepath.Join(folder, "report.html"))
	if page != read(t, filepath.Join(folder, "out", "report.html")) {
		t.Error("the page of results.json is not that of the run")
	}
	if !strings.Contains(page, "? A part of a run") {
		t.Error("the page does not say that it is of a part")
	}
	if status, stdout, stderr := ci(t, folder, "run", "--only", "keepalive/*", "--out", "more"); status != good {
		t.Fatalf("exit status %d\n%s%s", status, stdout, stderr)
	}
	status, stdout, stderr = ci(t, folder, "report", "-o", "both.html", filepath.Join("out", "results.json"), filepath.Join("more", "results.json"))
	expect(t, good, []string{"written: both.html\n"}, status, stdout, stderr)
	for _, topic := range []string{"textbook", "keepalive"} {
		if link := `href="#cases?topic=` + topic + `"`; !strings.Contains(read(t, filepath.Join(folder, "both.html")), link) {
			t.Errorf("no %s in the page of both", link)
		}
	}
}

func TestReportErrors(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for want, args := range map[string][]string{
		"no file, expected RESULTS.json": {},
		"none.json":                      {"none.json"},
	} {
		status, stdout, stderr := ci(t, folder, append([]string{"report"}, args...)...)
		if status != cannotRun || !strings.Contains(stderr, want) {
			t.Errorf("report %v: exit status %d, %s%s, expected %d and %q", args, status, stdout, stderr, cannotRun, want)
		}
	}
}
