package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/twinstack/twinstack/harness/archive"
	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/matrix/causes"
)

// oneMistake is a case in which netstack makes a mistake and ours none.
const oneMistake = "closing-active/ipv4/- seq=nxt-1 text=none"

// A root cause that no row speaks of is red and proposed; once a row does it is green.
func TestMatrixLedger(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	proposal := filepath.Join(folder, "proposal.yaml")
	status, out, errs := ci(t, folder, "matrix", "--only", oneMistake, "--ledger", file("empty.yaml", ""), "--propose", proposal)
	expect(t, bad, []string{"1  netstack  new: other.1.crossing: nothing instead of ACK!, after no ACK bit, in synchronized  RFC 9293 §A.2",
		oneMistake + ": expected > . 2:2(0) ack 1002, got nothing", "not as recorded: 1 new; 1 cases of 1 root causes, 0 ledger rows seen"}, status, out, errs)
	rows, err := os.ReadFile(proposal)
	if err != nil {
		t.Fatal(err)
	}
	filled := strings.NewReplacer("class: TODO", "class: netstack-defect", "'TODO: ", "'So: ").Replace(string(rows))
	status, out, errs = ci(t, folder, "matrix", "--only", oneMistake, "--ledger", file("filled.yaml", filled))
	expect(t, good, []string{"(netstack-defect)  other.1.crossing: nothing instead of ACK!", "as recorded: 1 cases of 1 root causes, 1 ledger rows seen"}, status, out, errs)
	status, out, errs = ci(t, folder, "matrix", "--only", oneMistake) // the ledger that is built in
	expect(t, good, []string{"as recorded: 1 cases of 1 root causes, 1 ledger rows seen"}, status, out, errs)
	status, out, errs = ci(t, folder, "matrix", "--only", oneMistake, "--ledger", file("wrong.yaml", strings.Replace(filled, "rule: other.1.crossing", "rule: other.1.crosing", 1)))
	expect(t, bad, []string{"not as recorded: 1 new, 1 removed; ", "wrong.yaml:9:7  netstack removed: other.1.crosing: ", "no such rule"}, status, out, errs)
	if _, err := os.Stat(filepath.Join(folder, "out")); !os.IsNotExist(err) {
		t.Error("some cases alone have written into out")
	}
}

// What is exported fails on netstack and passes on ours as "ci script" runs it.
func TestMatrixExport(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	status, out, errs := ci(t, folder, "matrix", "--only", oneMistake, "--export", "causes")
	expect(t, good, []string{"written: 1 scripts of 1 root causes, in causes"}, status, out, errs)
	status, out, errs = ci(t, folder, "script", "causes")
	expect(t, bad, []string{"pass  causes/netstack/other.1.crossing-nothing-instead-of-ack-no-ack-bit-synchronized.pkt on ours over ipv4",
		"fail  causes/netstack/other.1.crossing-nothing-instead-of-ack-no-ack-bit-synchronized.pkt on netstack over ipv6", "4 runs: 2 pass, 2 do not"}, status, out, errs)
	status, out, errs = ci(t, folder, "matrix", "--only", oneMistake, "--export", "/dev/null/causes")
	expect(t, cannotRun, []string{"ci matrix: mkdir /dev/null"}, status, out, errs)
}

// The page and the JSON are the same in every run.
func TestMatrixOut(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	var pages []string
	for _, name := range []string{"a", "b"} {
		status, out, errs := ci(t, folder, "matrix", "--only", "closing-active/ipv4/*", "--out", name, "--workers", map[string]string{"a": "1", "b": "3"}[name])
		expect(t, good, []string{"written: " + name + "/matrix.html, " + name + "/matrix.json"}, status, out, errs)
		for _, file := range []string{"matrix.html", "matrix.json"} {
			text, err := os.ReadFile(filepath.Join(folder, name, file))
			if err != nil {
				t.Fatal(err)
			}
			pages = append(pages, string(text))
		}
	}
	if pages[0] != pages[2] || pages[1] != pages[3] {
		t.Error("another page or JSON with three workers")
	}
	var file archive.File
	if err := json.Unmarshal([]byte(pages[1]), &file); err != nil {
		t.Fatal(err)
	}
	f := file.Matrix
	cases := 0
	for _, i := range f.IUTs {
		if i.Product != i.NoPosition+i.SameOctets+i.Generated {
			t.Errorf("%s: a product of %d is not %d + %d + %d", i.IUT, i.Product, i.NoPosition, i.SameOctets, i.Generated)
		}
		of := 0
		for _, s := range i.States {
			n := 0
			for _, v := range s.Verdicts {
				n += v
			}
			if n != s.Cases {
				t.Errorf("%s: %d cases of %s by verdict, expected %d", i.IUT, n, s.State, s.Cases)
			}
			of += n
			cases += s.Verdicts["fail"] + s.Verdicts["non-strict"]
		}
		if of != i.Generated {
			t.Errorf("%s: %d cases by state, expected %d", i.IUT, of, i.Generated)
		}
	}
	if f.Scope != "whole" || f.Only != "closing-active/ipv4/*" || len(f.IUTs) != 2 {
		t.Errorf("scope %q, only %q, %d IUTs", f.Scope, f.Only, len(f.IUTs))
	}
	for _, c := range f.Causes {
		cases -= c.Cases
		if c.Ledger == "" || c.Status != ledger.AsRecorded.String() || c.Example == "" || c.States["CLOSING"] != c.Cases {
			t.Errorf("cause %+v", c)
		}
	}
	if cases != 0 || len(f.Causes) < 5 {
		t.Errorf("%d causes leave %d cases without one", len(f.Causes), cases)
	}
}

func TestMatrixShow(t *testing.T) {
	t.Parallel()
	status, out, errs := ci(t, t.TempDir(), "matrix", "--show", oneMistake)
	expect(t, bad, []string{
		oneMistake + " on ours: event pass, probe pass",
		"   19  +0    < - 1001:1001(0) win 16000\n           > . 2:2(0) ack 1002 win 8191\n           allowed window.fixed, other.1.crossing [an ACK (first check)]\n   20  +0    read",
		oneMistake + " on netstack: event fail, probe pass",
		"   19  +0    < - 1001:1001(0) win 16000\n           violation other.1.crossing (RFC 9293 §A.2: the number before RCV.NXT",
		"             expected > . 2:2(0) ack 1002, got nothing\n             nothing instead of ACK!, after no ACK bit, in synchronized",
	}, status, out, errs)
	status, out, errs = ci(t, t.TempDir(), "matrix", "--show", "closing-active/ipv4/R seq=nxt text=none", "--iut", "ours")
	expect(t, good, []string{"on ours: event pass, probe pass"}, status, out, errs)
	status, out, errs = ci(t, t.TempDir(), "matrix", "--show", "fin-wait-1-from-syn-received/ipv4/R seq=nxt text=none", "--iut", "ours,netstack")
	expect(t, bad, []string{"on netstack: event inconclusive, probe inconclusive\n    line 14: expected"}, status, out, errs)
	for _, id := range []string{"nowhere", "closing-active/ipv4/*"} {
		status, out, errs = ci(t, t.TempDir(), "matrix", "--show", id)
		expect(t, cannotRun, []string{id, `"ci matrix --list" tells them`}, status, out, errs)
	}
}

func TestMatrixStatus(t *testing.T) {
	t.Parallel()
	of := func(all ...ledger.Status) (judged []causes.Judged) {
		for _, s := range all {
			judged = append(judged, causes.Judged{MatrixFinding: ledger.MatrixFinding{Status: s}})
		}
		return judged
	}
	for _, test := range []struct {
		all    []causes.Judged
		broken int
		want   int
	}{
		{nil, 0, good}, {of(ledger.AsRecorded, ledger.AsRecorded), 0, good}, {of(ledger.AsRecorded, ledger.Unrecorded), 0, bad},
		{of(ledger.Vanished), 0, bad}, {of(ledger.AsRecorded), 1, cannotRun}, {of(ledger.Unrecorded), 1, cannotRun},
	} {
		if got := matrixStatus(test.all, test.broken); got != test.want {
			t.Errorf("%+v and %d that could not be played: status %d, expected %d", test.all, test.broken, got, test.want)
		}
	}
}
