package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/matrix"
	"github.com/twinstack/twinstack/harness/results"
)

// gated runs the gate against a ledger in a folder of its own, and expects of it an exit status and parts of the output. The
// report must be there whatever the status, unless it could not run.
func gated(t *testing.T, rows string, want int, parts ...string) (folder, stdout string) {
	t.Helper()
	folder = t.TempDir()
	if err := os.MkdirAll(filepath.Join(folder, "ci"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, defaultLedger), []byte(rows), 0o644); err != nil {
		t.Fatal(err)
	}
	status, stdout, stderr := ci(t, folder, "gate")
	expect(t, want, parts, status, stdout, stderr)
	for name, wanted := range map[string]bool{"summary.txt": want != cannotRun, "results.json": want != cannotRun, "traces.txt": want == bad} {
		if _, err := os.Stat(filepath.Join(folder, "out", name)); wanted != (err == nil) {
			t.Errorf("%s is there: %v, expected %v", name, err == nil, wanted)
		}
	}
	return folder, stdout
}

// replaced is the house's ledger with a text in the place of another.
func replaced(t *testing.T, old, with string) string {
	t.Helper()
	text := read(t, "ledger.yaml")
	if !strings.Contains(text, old) {
		t.Fatalf("no %q in ledger.yaml", old)
	}
	return strings.Replace(text, old, with, 1)
}

func TestGate(t *testing.T) {
	t.Parallel()
	_, stdout := gated(t, read(t, "ledger.yaml"), good, "as recorded: ", "written: out/summary.txt")
	if strings.Contains(stdout, "built in") {
		t.Errorf("got %q", stdout)
	}
}

// A gate whose output nobody reads leaves its report and its status all the same.
func TestGateIntoAClosedPipe(t *testing.T) {
	t.Parallel()
	name, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	cmd := exec.Command(name, "gate", "--ledger", write(t, "empty.yaml", "[]\n"))
	cmd.Dir, cmd.Stdout, cmd.Stderr = folder, w, w
	_ = cmd.Run() // its status is looked at
	if status := cmd.ProcessState.ExitCode(); status != bad {
		t.Errorf("exit status %d (%v), expected %d", status, cmd.ProcessState, bad)
	}
	valid(t, filepath.Join(folder, "out", "results.json"))
}

// A gate without a report leaves none.
func TestGateWithoutReport(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	status, stdout, stderr := ci(t, folder, "gate", "--ledger", write(t, "ledger.yaml", read(t, "ledger.yaml")), "--out", "")
	expect(t, good, []string{"as recorded: "}, status, stdout, stderr)
	if _, err := os.Stat(filepath.Join(folder, "out")); err == nil {
		t.Error("a report is there, expected none")
	}
}

var firstFailing = regexp.MustCompile(`(?s)- case: (\S+)\n(?:      family: \S+\n)?      fails:`)

// withoutARow is the house's ledger without its first row that has a failure, and a case of that.
func withoutARow(t *testing.T) (text, caseName string) {
	t.Helper()
	rows := strings.SplitAfter(read(t, "ledger.yaml"), "\n- id: ")
	for i, row := range rows {
		m := firstFailing.FindStringSubmatch(row)
		if m == nil || i == 0 || i == len(rows)-1 {
			continue
		}
		return strings.Join(rows[:i], "") + strings.Join(rows[i+1:], ""), m[1]
	}
	t.Fatal("no row with a failure in ledger.yaml, expected one to take away")
	return "", ""
}

// Take one row of the ledger away, and the gate says on its first screen which case is new, its clause, and both answers.
func TestGateMissesARow(t *testing.T) {
	t.Parallel()
	text, caseName := withoutARow(t)
	_, stdout := gated(t, text, bad)
	screen := strings.Join(strings.SplitAfterN(stdout, "\n", 25)[:24], "")
	for _, want := range []string{"not as recorded: ", " new; ", " runs, ", "\nnew: ", caseName + "  netstack over ipv4, ipv6  RFC ", "    on record: pass\n    now:       line ",
		"    ours:      pass\n", "  ours and netstack over ipv4, ipv6  RFC ", `    now:       after line `, ": ours ", ", netstack "} {
		if !strings.Contains(screen, want) {
			t.Errorf("no %q on the first screen:\n%s", want, screen)
		}
	}
}

// A row too many is red and names its place: of a case that passes, of one that is no more, of an arrow that is no more, a
// second one for the same.
func TestGateRowTooMany(t *testing.T) {
	t.Parallel()
	row := func(what string) string {
		return read(t, "ledger.yaml") + "- id: too-much\n  iut: netstack\n  class: policy\n  clause: RFC 9293 §3.5\n  reason: So.\n" + what + "\n"
	}
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"of a case that passes", row("  cases: [{case: reset/rst-at-rcv-nxt, fails: x}]"),
			[]string{"not as recorded: 2 unexpectedly passing;", "\nreset/rst-at-rcv-nxt  netstack over ipv4, ipv6  RFC 9293 §3.5 (too-much)\n    on record: x\n    now:       pass"}},
		{"of cases that are alike", row("  cases: [{case: reset/rst-at-rcv-nxt, differs: [x]}]"),
			[]string{"not as recorded: 2 vanished;", "\nreset/rst-at-rcv-nxt  ours and netstack over ipv4, ipv6  RFC 9293 §3.5 (too-much)\n    on record: x\n    now:       nothing else"}},
		{"of a case that is no more", row("  cases: [{case: reset/rst-at-rcv-next, fails: x}]"),
			[]string{"not as recorded: 1 removed;", "\nci/ledger.yaml:", "reset/rst-at-rcv-next on netstack  RFC 9293 §3.5 (too-much)\n    on record: x\n    now:       no such case, expected one of reset/"}},
		{"of cases that are no more", row("  cases: [{case: 'rst/*', fails: x}]"), []string{"not as recorded: 1 removed;", "now:       no case has such a name"}},
		{"a pattern that nothing shows", row("  cases: [{case: 'reset/*', fails: x}]"), []string{"not as recorded: 1 vanished;", "reset/* on netstack", "none of its cases shows it"}},
		{"a second time", strings.TrimSuffix(row("  cases: [{case: close/ack-of-unsent-fin, fails: x}]"), "\n"), []string{"not as recorded: 1 removed;", "has its verdict already"}},
		{"of an arrow that is no more", replaced(t, "arrow: listen-syn-sent-send,", "arrow: listen-syn-sent-sned,"),
			[]string{"not as recorded: 1 new, 1 removed;", "transition/listen-syn-sent-sned on netstack", "no such transition"}},
		{"of an arrow that is taken", replaced(t, "arrow: listen-syn-sent-send,", "arrow: closed-listen-passive-open,"),
			[]string{"not as recorded: 1 new, 1 unexpectedly passing;", "\ntransition/listen-syn-sent-send  netstack  RFC 9293 §3.10.1\n    on record: taken\n    now:       handshake/",
				"\ntransition/closed-listen-passive-open  netstack  RFC", "    now:       taken"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			gated(t, test.text, bad, test.want...)
		})
	}
}

// A row with a TODO is refused with its place, and so is a file that is no ledger.
func TestGateRefuses(t *testing.T) {
	t.Parallel()
	gated(t, replaced(t, "  class: netstack-defect\n", "  class: TODO\n"), bad, "not as recorded: 1 to be filled in;",
		"\nci/ledger.yaml:4:10  netstack  RFC 9293 §3.10.7.4 (netstack-rfc9293-3.10.7.4-ack-of-the-unsent)\n    now:       class: TODO, expected one of netstack-defect, both, latitude, policy")
	gated(t, "- id: a\n  iut: netstack\n  clawse: RFC 9293 §3.5\n", cannotRun, `ci/ledger.yaml:3:3: unknown key "clawse"`)
	gated(t, strings.Replace(read(t, "ledger.yaml"), "iut: netstack", "iut: nutstack", 1), cannotRun, `unknown class "netstack-defect"`)
}

// A text that has changed is told with both.
func TestGateChanged(t *testing.T) {
	t.Parallel()
	text := read(t, "ledger.yaml")
	m := regexp.MustCompile(`fails: "(line \d+: expected [^"]*)"`).FindStringSubmatch(text)
	if m == nil {
		t.Fatal("no failure in ledger.yaml")
	}
	gated(t, strings.Replace(text, m[1], "line 1: else", 1), bad, "not as recorded: 2 changed;", "    on record: line 1: else\n    now:       "+m[1]+"\n    ours:      pass\n")
}

// --update edits the ledger: rows with TODO for what is new, what has changed where it stands, nothing else; the gate refuses
// them until they are filled in.
func TestGateUpdate(t *testing.T) {
	t.Parallel()
	text, caseName := withoutARow(t)
	const gone = "- id: too-much\n  iut: netstack\n  class: policy\n  clause: RFC 9293 §3.5\n  reason: So.\n  cases: [{case: reset/rst-at-rcv-next, fails: x}]\n"
	name := write(t, "ledger.yaml", text+gone)
	folder := t.TempDir()
	status, stdout, stderr := ci(t, folder, "gate", "--update", "--ledger", name)
	expect(t, bad, []string{"not as recorded: ", name + ": ", " rows added, 0 entries edited, 1 taken out", "TODO"}, status, stdout, stderr)
	after := read(t, name)
	if !strings.HasPrefix(after, text+"- id: netstack-") || strings.Contains(after, "too-much") || !strings.Contains(after, "case: "+caseName+"\n") {
		t.Errorf("the ledger is not what it was with rows behind it, but begins to differ at %q", after[min(len(after), len(text)):])
	}
	status, stdout, stderr = ci(t, folder, "gate", "--ledger", name)
	expect(t, bad, []string{" to be filled in;", name + ":", "class: TODO, expected one of netstack-defect, both, latitude, policy"}, status, stdout, stderr)
	if strings.Contains(stdout, " new") || strings.Contains(stdout, "removed") {
		t.Errorf("not all was recorded:\n%s", stdout)
	}
	filled := strings.NewReplacer("class: TODO", "class: netstack-defect", "clause: TODO", "clause: RFC 9293 §3.5.2", "'TODO: ", "'So: ").Replace(after)
	if err := os.WriteFile(name, []byte(filled), 0o644); err != nil {
		t.Fatal(err)
	}
	status, stdout, stderr = ci(t, folder, "gate", "--update", "--ledger", name)
	expect(t, good, []string{"as recorded: ", "0 rows added, 0 entries edited, 0 taken out"}, status, stdout, stderr)
	if read(t, name) != filled {
		t.Error("an update with nothing to update has changed the ledger")
	}
}

// The matrix is held against the same ledger, and --update takes in what it shows.
func TestGateWithMatrix(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	out, err := os.Create(filepath.Join(folder, "stdout"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	c, only := console{out, out}, matrix.Options{Only: oneMistake}
	known, err := ledger.ReadFile("ledger.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p, err := playMatrix(t.Context(), c, only, known)
	if err != nil || len(p.causes()) != 1 || p.status() != good || !slices.Equal(p.iuts, []string{"ours", "netstack"}) {
		t.Fatalf("by the house's ledger: %+v, %v", p, err)
	}
	const text = "# nothing yet\n"
	g := gate{ledger: write(t, "ledger.yaml", text), update: true, matrix: &only}
	if known, err = ledger.Parse(g.ledger, []byte(text)); err != nil {
		t.Fatal(err)
	}
	if p, err = playMatrix(t.Context(), c, only, known); err != nil || p.status() != bad || p.causes()[0].Status != ledger.Unrecorded {
		t.Fatalf("by an empty ledger: %+v, %v", p, err)
	}
	j := &judged{Suite: &results.Suite{Ledger: known}}
	if err := g.updateLedger(c, j, p, []byte(text), cannotRun); err == nil || read(t, g.ledger) != text {
		t.Errorf("updated by what could not run: %v", err)
	}
	if err := g.updateLedger(c, j, p, []byte(text), bad); err != nil {
		t.Fatal(err)
	}
	if known, err = ledger.ReadFile(g.ledger); err != nil || len(known.Rows) != 1 || len(known.Unfinished()) != 1 {
		t.Fatalf("updated: %v\n%s", err, read(t, g.ledger))
	}
	if p, err = playMatrix(t.Context(), c, only, known); err != nil || p.status() != good {
		t.Errorf("by the updated ledger: %+v, %v", p, err)
	}
}
