package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/twinstack/twinstack/harness/archive"
	"github.com/twinstack/twinstack/harness/regress"
)

// Two runs of the command are the same; a run with one thing changed is not, and each of the files says it.
func TestDiff(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for _, name := range []string{"old", "new"} {
		if status, stdout, stderr := ci(t, folder, "run", "--out", name); status != good {
			t.Fatalf("exit status %d\n%s%s", status, stdout, stderr)
		}
	}
	status, stdout, stderr := ci(t, folder, "diff", "old", "new/results.json")
	expect(t, good, []string{"same versions: ", " runs in both\n", "nothing changed\n"}, status, stdout, stderr)

	changed, err := archive.ReadFile(filepath.Join(folder, "new", "results.json"))
	if err != nil {
		t.Fatal(err)
	}
	changed.GVisor = "v2"
	save := func(name string) {
		var b bytes.Buffer
		if err := archive.Write(&b, changed); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	save("version.json")
	changed.Cases[0].Runs[0].Trace[0].Text = "close(3) = 0"
	save("behaviour.json")
	changed.Cases[0].Runs[0].Verdict = "fail"
	changed.Cases[0].Runs[0].Failures = []archive.Failure{{Line: 8, Expected: "a", Got: "b", Reason: "c"}}
	save("failing.json")

	name := changed.Cases[0].ID
	for _, test := range []struct {
		args   string
		status int
		want   []string
	}{
		{"old version.json", good, []string{"gVisor ", " → v2", "nothing changed"}},
		{"old behaviour.json", bad, []string{"behaviour changed, though both pass: 1", name, "now: line 8: close(3) = 0", "1 change, 0 for the worse"}},
		{"old behaviour.json --fail-on worse", good, []string{"1 change, 0 for the worse"}},
		{"old failing.json --fail-on worse", bad, []string{"newly failing: 1", "now: line 8: expected a, got b (c)", "1 change, 1 for the worse"}},
		{"old failing.json --fail-on none", good, []string{"1 change, 1 for the worse"}},
		{"old failing.json --fail-on newly-passing,removed", good, []string{"newly failing: 1"}},
		{"old failing.json --fail-on removed,newly-failing", bad, []string{"newly failing: 1"}},
		{"failing.json old", bad, []string{"newly passing: 1", "1 change, 0 for the worse"}},
		{"old failing.json --html d.html --markdown d.md --json d.json", bad, nil},
	} {
		status, stdout, stderr := ci(t, folder, append([]string{"diff"}, strings.Fields(test.args)...)...)
		expect(t, test.status, test.want, status, stdout, stderr)
	}
	for file, want := range map[string]string{
		"d.html": "expected a, got b (c)",
		"d.md":   "\n- pass\n+ line 8: expected a, got b (c)\n",
		"d.json": `"category": "newly-failing"`,
	} {
		if text := read(t, filepath.Join(folder, file)); !strings.Contains(text, want) {
			t.Errorf("no %q in %s:\n%s", want, file, text)
		}
	}
	var d regress.Diff
	if err := json.Unmarshal([]byte(read(t, filepath.Join(folder, "d.json"))), &d); err != nil || len(d.Changes) != 1 || d.Changes[0].Name != name {
		t.Errorf("%v: read back %+v, want one change, of %s", err, d.Changes, name)
	}
}

// emptyRun is the results file of a run of nothing.
func emptyRun(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := archive.Write(&b, &archive.File{Schema: archive.Schema, Complete: true, Settings: []archive.CommonSetting{},
		IUTs: []archive.Implementation{{Name: "ours", Version: "1", Honours: []archive.Honour{}}}, Ledger: []archive.LedgerRow{},
		Requirements: []archive.Requirement{}, Cases: []archive.Case{}, Live: []archive.LivePair{}, Transitions: []archive.Transition{},
		Divergences: []archive.Divergence{}}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// How fast the runs were is told where both say it, and is no change.
func TestDiffSpeed(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for name, ms := range map[string]int64{"old": 100, "new": 250} {
		var info bytes.Buffer
		if err := archive.WriteRunInfo(&info, &archive.RunInfo{Schema: archive.RunInfoSchema, TotalNS: ms * 1e6,
			Runs: []archive.RunTime{{Case: "a", IUT: "ours", Family: "ipv4", WallNS: ms * 1e6}}}); err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(filepath.Join(folder, name), 0o755); err != nil {
			t.Fatal(err)
		}
		for file, data := range map[string][]byte{"results.json": emptyRun(t), "run-info.json": info.Bytes()} {
			if err := os.WriteFile(filepath.Join(folder, name, file), data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	want := []string{"speed, for information: 0.100 s → 0.250 s (×2.50); 1 run at least", "a on ours over ipv4: 0.100 s → 0.250 s", "nothing changed"}
	for _, args := range [][]string{{"old", "new"}, {"old/results.json", "new/results.json", "--info", "old/run-info.json,new/run-info.json"}} {
		status, stdout, stderr := ci(t, folder, append([]string{"diff"}, args...)...)
		expect(t, good, want, status, stdout, stderr)
	}
	if err := os.Remove(filepath.Join(folder, "new", "run-info.json")); err != nil {
		t.Fatal(err)
	}
	if status, stdout, _ := ci(t, folder, "diff", "old", "new"); status != good || strings.Contains(stdout, "speed") {
		t.Errorf("exit status %d, %q, expected nothing of speed", status, stdout)
	}
}

// What cannot be read is told with its place, and is not "nothing changed".
func TestDiffCannot(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for name, text := range map[string]string{"good.json": string(emptyRun(t)), "bad.json": "{\n  \"schema\": x\n}", "other.json": `{"schema": "x/1"}`,
		"info.json": `{"schema": "` + archive.RunInfoSchema + `"}`} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for args, want := range map[string]string{
		"":                                     "0 files, expected two",
		"good.json":                            "1 files, expected two",
		"good.json a b":                        "3 files, expected two",
		"good.json no.json":                    "no.json: no such file",
		"bad.json good.json":                   "bad.json:2:13: ",
		"good.json other.json":                 `other.json: schema "x/1", expected`,
		"good.json .":                          "results.json: no such file",
		"good.json good.json --info info.json": `--info "info.json": one file, expected two`,
		"good.json good.json --info info.json,no.json":   "no.json: no such file",
		"good.json good.json --info info.json,bad.json":  "bad.json:2:13: ",
		"good.json good.json --fail-on newer":            `--fail-on "newer": expected any, worse, none or some of newly-failing, `,
		"good.json good.json --json no/such/folder.json": "no/such/folder.json: no such file",
	} {
		t.Run(args, func(t *testing.T) {
			t.Parallel()
			status, stdout, stderr := ci(t, folder, append([]string{"diff"}, strings.Fields(args)...)...)
			expect(t, cannotRun, []string{want}, status, stdout, stderr)
		})
	}
}
