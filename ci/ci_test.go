package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/twinstack/twinstack/harness/results"
)

// binary builds the command once for all tests.
var binary = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "ci")
	if err != nil {
		return "", err
	}
	name := filepath.Join(folder, "ci")
	if out, err := exec.Command("go", "build", "-o", name, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return name, nil
})

func TestMain(m *testing.M) {
	status := m.Run()
	if name, err := binary(); err == nil {
		os.RemoveAll(filepath.Dir(name))
	}
	os.Exit(status)
}

// ci runs the built command in a folder and gives its exit status and both its outputs.
func ci(t *testing.T, folder string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	name, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(name, args...)
	cmd.Dir = folder
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err = cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), out.String(), errs.String()
}

// expect fails the test where the status or a part of the outputs is missing.
func expect(t *testing.T, want int, parts []string, status int, stdout, stderr string) {
	t.Helper()
	if status != want {
		t.Errorf("exit status %d, expected %d", status, want)
	}
	for _, p := range parts {
		if !strings.Contains(stdout+stderr, p) {
			t.Errorf("no %q in the output", p)
		}
	}
	if t.Failed() {
		t.Logf("stdout:\n%s\nstderr:\n%s", stdout, stderr)
	}
}

func TestUsage(t *testing.T) {
	t.Parallel()
	tests := []struct {
		args   string
		status int
		want   string
	}{
		{"--help", 0, "commands:"},
		{"help", 0, "commands:"},
		{"run --help", 0, "usage: ci run"},
		{"gate --help", 0, "usage: ci gate"},
		{"script --help", 0, "usage: ci script"},
		{"list --help", 0, "usage: ci list"},
		{"walk", 2, `ci: unknown command "walk", expected one of run, gate, script, matrix, merge, report, diff, annotate, list`},
		{"--fast", 2, "ci run: flag provided but not defined: -fast"},
		{"gate --fast", 2, "ci gate: flag provided but not defined: -fast"},
		{"gate now", 2, `ci gate: unexpected argument "now", expected none`},
		{"run --part 3/2", 2, `ci run: --part: part "3/2", expected the like of 1/2`},
		{"run --workers -1", 2, "ci run: --workers -1, expected 1 or more"},
		{"run --matrix half", 2, `ci run: --matrix "half", expected none, reduced or whole`},
		{"run --only nowhere", 2, `no case is like "nowhere"`},
		{"merge --help", 0, "usage: ci merge"},
		{"merge -o all.json", 2, "ci merge: no file"},
		{"merge a.json", 2, "ci merge: no -o FILE"},
		{"merge a.json -o all.json", 2, "ci merge: open a.json: "},
		{"run now", 2, `ci run: unexpected argument "now", expected none`},
		{"gate --ledger nowhere.yaml", 2, "ci gate: there is no ledger nowhere.yaml"},
		{"gate", 2, "ci gate: there is no ledger ci/ledger.yaml"},
		{"gate --matrix some", 2, `ci gate: --matrix "some", expected none, reduced or whole`},
		{"list trees", 2, `unknown list "trees", expected cases, requirements, iuts, settings or transitions`},
		{"list cases iuts", 2, `unexpected argument "iuts"`},
		{"script", 2, "no path, expected scripts or folders"},
		{"script nowhere.pkt", 2, "nowhere.pkt"},
		{"script --match loose .", 2, `--match "loose", expected strict or behaviour`},
		{"script --iut ours,ours .", 2, `"ours" a second time`},
		{"script --iut theirs .", 2, "theirs"},
		{"script .", 2, "no .pkt file in this folder"},
	}
	for _, test := range tests {
		t.Run(test.args, func(t *testing.T) {
			t.Parallel()
			status, stdout, stderr := ci(t, t.TempDir(), strings.Fields(test.args)...)
			expect(t, test.status, []string{test.want}, status, stdout, stderr)
		})
	}
}

func TestList(t *testing.T) {
	t.Parallel()
	for what, want := range map[string][]string{
		"cases": {"reset/rst-at-rcv-nxt  "},
		"requirements": {"testable", "passed by ours  by netstack\n", "RFC9293  MUST ", "testable, and no case names it:\n", "    RFC9293: ",
			"\nMUST-3  ", "RFC 9293 §3.1", "handshake/bad-checksum* reset/bad-checksum*\n", "rules: icmp.toobig\n"},
		"iuts":        {"ours  ", "netstack  "},
		"settings":    {"MSL ", "2m0s", "ChallengeACKLimit"},
		"transitions": {"LISTEN > SYN-RECEIVED  ", "rcv SYN,ACK", "RFC 9293 §3.10.8", "taken, ", "connect(3, ..., ...) = -1 EINVAL"},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			status, stdout, stderr := ci(t, t.TempDir(), "list", what)
			expect(t, 0, want, status, stdout, stderr)
		})
	}
}

// A run leaves the same octets whenever it is made, and says how it stands.
func TestRun(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	status, stdout, stderr := ci(t, folder)
	expect(t, 0, []string{"as recorded: ", "textbook", "different", "runs\n", "transitions: ours 49 of 49 taken, netstack "}, status, stdout, stderr)
	summary := read(t, filepath.Join(folder, "out", "summary.txt"))
	files := []string{"summary.txt", "summary.md", "results.json", "run-info.json", "junit.xml", "ginkgo.json", "report.html", "states-ours.svg", "states-netstack.svg"}
	const builtIn = "ledger: the one built in, for there is no ci/ledger.yaml here\n"
	if want := summary + "written: out/" + strings.Join(files, ", out/") + "\n" + builtIn; stdout != want {
		t.Errorf("summary.txt and the names of the files are not what was shown:\n%s", want)
	}
	ci(t, folder, "run", "--out", "again", "--workers", "1")
	for _, name := range files {
		if name == "run-info.json" || name == "junit.xml" || name == "ginkgo.json" {
			continue // they have real times
		}
		if read(t, filepath.Join(folder, "again", name)) != read(t, filepath.Join(folder, "out", name)) {
			t.Errorf("%s of a second run differs from the first", name)
		}
	}
	for name, want := range map[string]string{"states-ours.svg": "<desc>49 of 49 transitions taken</desc>", "states-netstack.svg": "netstack-rfc9293-3.10.5-abort-while-closing"} {
		if !strings.Contains(read(t, filepath.Join(folder, "out", name)), want) {
			t.Errorf("no %q in %s", want, name)
		}
	}
}

// What an earlier run left and this one has not is no part of the report.
func TestReportOfARunWithoutTransitions(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	old := []string{"traces.txt", "ginkgo.json", "states-ours.svg"}
	for _, name := range old {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("old"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	j := &judged{Suite: &results.Suite{IUTs: []results.IUT{{Name: "ours"}}}}
	written, err := j.write(folder, good)
	var want []string
	for _, name := range []string{"summary.txt", "summary.md", "results.json", "run-info.json", "junit.xml", "report.html"} {
		want = append(want, filepath.Join(folder, name))
	}
	if err != nil || !slices.Equal(written, want) {
		t.Errorf("written %v, %v, expected %v", written, err, want)
	}
	for _, name := range old {
		if _, err := os.Stat(filepath.Join(folder, name)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is still there: %v", name, err)
		}
	}
}

// passing is a script that every stack passes; failing expects a segment that nobody sends.
const (
	passing = `--ip_version=ipv4
+0 < R 1:1(0) win 1000
`
	failing = passing + `+0 > S 0:0(0) <...>
`
	broken = `--ip_version=ipv4
+0 < Q 1:1(0) win 1000
`
)

func TestScript(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		scripts map[string]string
		status  int
		want    []string
	}{
		{"all pass", map[string]string{"a.pkt": passing}, 0, []string{"pass  s/a.pkt on ours over ipv4", "pass  s/a.pkt on netstack over ipv4", "2 runs: 2 pass"}},
		{"one fails", map[string]string{"a.pkt": passing, "b.pkt": failing}, 1, []string{"fail  s/b.pkt on ours", "s/b.pkt:3: expected", "4 runs: 2 pass, 2 do not"}},
		{"one is broken", map[string]string{"a.pkt": broken, "b.pkt": passing}, 1, []string{"s/a.pkt:2:6: ", "expected", "pass  s/b.pkt on ours", "1 scripts could not be read"}},
		{"all are broken", map[string]string{"a.pkt": broken}, 2, []string{"s/a.pkt:2:6: "}},
		{"in a folder of a folder", map[string]string{"c/a.pkt": passing, "c/not-a-script.txt": "x"}, 0, []string{"pass  s/c/a.pkt on ours", "2 runs"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			for name, text := range test.scripts {
				path := filepath.Join(folder, "s", name)
				if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
					t.Fatal(err)
				}
			}
			status, stdout, stderr := ci(t, folder, "script", "s")
			expect(t, test.status, test.want, status, stdout, stderr)
		})
	}
}

func TestScriptJSON(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for name, text := range map[string]string{"a.pkt": passing, "b.pkt": failing, "c.pkt": broken} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	status, stdout, stderr := ci(t, folder, "script", "a.pkt", "--iut", "ours", "b.pkt", "c.pkt", "--json", "r.json", "--timing", "-v")
	expect(t, 1, []string{"b.pkt:3: "}, status, stdout, stderr)
	var objects []map[string]any
	if err := json.Unmarshal([]byte(read(t, filepath.Join(folder, "r.json"))), &objects); err != nil {
		t.Fatal(err)
	}
	if len(objects) != 3 {
		t.Fatalf("%d objects, expected 3", len(objects))
	}
	for i, want := range []struct {
		script, verdict string
		line            float64
	}{{"a.pkt", "pass", 0}, {"b.pkt", "fail", 3}, {"c.pkt", "error", 2}} {
		o := objects[i]
		if o["script"] != want.script || o["verdict"] != want.verdict || o["line"] != want.line || o["iut"] != "ours" {
			t.Errorf("got %v, want %v", o, want)
		}
		for _, key := range []string{"family", "expected", "got", "reason", "virtual_ns"} {
			if _, ok := o[key]; !ok {
				t.Errorf("%s: no %q", want.script, key)
			}
		}
	}
	if _, ok := objects[0]["wall_ns"]; !ok {
		t.Error("no wall_ns with --timing")
	}
}

// A signal stops between two runs; what was done is printed and written.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	const copies = 5000
	for n := range copies {
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%04d.pkt", n)), []byte(passing), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	name, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(name, "script", "--json", "r.json", ".")
	cmd.Dir = folder
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	first := make([]byte, 1)
	if _, err := io.ReadFull(out, first); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(out)
	if err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != 2 {
		t.Errorf("got %v, expected exit status 2", err)
	}
	if !strings.Contains(errs.String(), "stopped") {
		t.Errorf("stderr %q, expected it to say that it stopped", errs.String())
	}
	var objects []map[string]any
	if err := json.Unmarshal([]byte(read(t, filepath.Join(folder, "r.json"))), &objects); err != nil {
		t.Fatal(err)
	}
	if n := len(objects); n == 0 || n >= 2*copies || !strings.Contains(string(rest), fmt.Sprintf("%d runs: ", n)) {
		t.Errorf("%d objects, expected some, not all, and the summary to count them", n)
	}
}

// A suite that is stopped before it begins says so, and is not green.
func TestStopped(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(context.Background())
	stop()
	folder := t.TempDir()
	out, err := os.Create(filepath.Join(folder, "stdout"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	if status := dispatch(ctx, console{out, out}, []string{"run", "--out", filepath.Join(folder, "out")}); status != 2 {
		t.Errorf("exit status %d, expected 2", status)
	}
	if text := read(t, out.Name()); !strings.Contains(text, "stopped: 0 of ") {
		t.Errorf("got %q, expected \"stopped: 0 of …\"", text)
	}
	if text := read(t, filepath.Join(folder, "out", "results.json")); !strings.Contains(text, `"complete": false`) {
		t.Errorf("got %s, expected an incomplete result", text)
	}
}

// houseLedger is the path of the house's ledger.
func houseLedger(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs("ledger.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}
