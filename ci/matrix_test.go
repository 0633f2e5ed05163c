package main

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/twinstack/twinstack/harness/matrix"
)

func TestMatrixFlags(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args   string
		status int
		want   string
	}{
		{"--help", good, "usage: ci matrix [FLAGS]"},
		{"--only closed/ipv4/[", cannotRun, "syntax error in pattern"},
		{"--only nowhere", cannotRun, `--only "nowhere": no case has an id like that`},
		{"--iut ours,lwip", cannotRun, `no IUT is called "lwip"`},
		{"--iut ours,ours", cannotRun, `"ours" a second time`},
		{"--workers -1", cannotRun, "--workers -1, expected 1 or more"},
		{"closed", cannotRun, `unexpected argument "closed"`},
	} {
		status, out, errs := ci(t, t.TempDir(), append([]string{"matrix"}, strings.Fields(test.args)...)...)
		if status != test.status || !strings.Contains(out+errs, test.want) {
			t.Errorf("%s: status %d, expected %d with %q:\n%s%s", test.args, status, test.status, test.want, out, errs)
		}
	}
}

func TestMatrixLists(t *testing.T) {
	t.Parallel()
	status, out, errs := ci(t, t.TempDir(), "matrix", "--list", "--only", "closed/ipv6/R seq=*")
	want := "closed/ipv6/R seq=some text=none\n"
	if status != good || !strings.HasPrefix(out, want) || strings.Count(out, "\n") != strings.Count(out, "closed/ipv6/R seq=") {
		t.Errorf("status %d, expected ids from %q on:\n%s%s", status, want, out, errs)
	}
}

// The summary and the JSON tell the same, whatever the number of workers.
func TestMatrixRuns(t *testing.T) {
	t.Parallel()
	var first string
	for _, workers := range []string{"1", "3"} {
		file := filepath.Join(t.TempDir(), "cases.json")
		status, out, errs := ci(t, t.TempDir(), "matrix", "--only", "fin-wait-1-from-syn-received/ipv4/R seq=* text=none", "--workers", workers, "--json", file)
		if status != good {
			t.Fatalf("status %d:\n%s%s", status, out, errs)
		}
		if first == "" {
			first = out
		} else if out != first {
			t.Errorf("with %s workers:\n%s\nwith 1:\n%s", workers, out, first)
		}
		for _, want := range []string{"ours: 1 entry paths × families", "FIN-WAIT-1      8     8", "8 cases from fin-wait-1-from-syn-received/ipv4: line 14: expected +0 > F. 1:1(0) ack 1001, got nothing"} {
			if !strings.Contains(out, want) {
				t.Errorf("%q is not in\n%s", want, out)
			}
		}
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		records := 0
		for lines := bufio.NewScanner(f); lines.Scan(); records++ {
			var r matrix.Record
			if err := json.Unmarshal(lines.Bytes(), &r); err != nil || r.IUT != "netstack" || r.Event != "inconclusive" || r.Reason == "" || r.State != "FIN-WAIT-1" {
				t.Errorf("%s: %v", lines.Text(), err)
			}
		}
		if records != 8 {
			t.Errorf("%d records, expected 8", records)
		}
	}
}
