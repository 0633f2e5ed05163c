package report

import (
	"strings"
	"testing"

	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/matrix/causes"
)

// What is on record and nothing shows, or nothing can show, is told first, with its place and row.
func TestMatrixCausesVanished(t *testing.T) {
	t.Parallel()
	row := &ledger.Row{ID: "netstack-row", IUT: "netstack", Class: ledger.Latitude}
	m := ledger.Mistake{IUT: "netstack", Rule: "other.4.challenge", Shape: "nothing instead of ACK!", After: "SYN"}
	var b strings.Builder
	MatrixCauses(&b, []causes.Judged{{MatrixFinding: ledger.MatrixFinding{Mistake: m, Status: ledger.Removed, Row: row, Place: "l.yaml:9:7", Why: "no such rule"}},
		{MatrixFinding: ledger.MatrixFinding{Mistake: m, Status: ledger.Vanished, Row: row, Place: "l.yaml:8:7"}}}, false)
	want := "l.yaml:8:7  netstack vanished: other.4.challenge: nothing instead of ACK!, after SYN\n         netstack-row: no case of the matrix shows it\n" +
		"l.yaml:9:7  netstack removed: other.4.challenge: nothing instead of ACK!, after SYN\n         netstack-row: no such rule\n" +
		"not as recorded: 1 vanished, 1 removed; 0 cases of 0 root causes, 0 ledger rows seen\n"
	if b.String() != want {
		t.Errorf("got\n%s", b.String())
	}
	b.Reset()
	if MatrixCauses(&b, nil, false); b.String() != "as recorded: 0 cases of 0 root causes, 0 ledger rows seen\n" {
		t.Errorf("of nothing: %q", b.String())
	}
}
