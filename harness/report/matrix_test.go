package report

import (
	"strings"
	"testing"

	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/matrix/causes"
)

// What is on record and nothing shows is told first, with its row.
func TestMatrixCausesVanished(t *testing.T) {
	t.Parallel()
	row := &ledger.Row{ID: "netstack-row", IUT: "netstack", Class: ledger.Latitude}
	m := ledger.Mistake{IUT: "netstack", Rule: "other.4.challenge", Shape: "nothing instead of ACK!", After: "SYN"}
	var b strings.Builder
	MatrixCauses(&b, []causes.Judged{{MatrixFinding: ledger.MatrixFinding{Mistake: m, Status: ledger.Vanished, Row: row}}}, false)
	want := "      0  netstack  vanished though recorded: other.4.challenge: nothing instead of ACK!, after SYN\n         netstack-row\n" +
		"not as recorded: 0 cases of 0 root causes, 0 ledger rows seen; 1 not as recorded\n"
	if b.String() != want {
		t.Errorf("got\n%s", b.String())
	}
	b.Reset()
	if MatrixCauses(&b, nil, false); b.String() != "as recorded: 0 cases of 0 root causes, 0 ledger rows seen\n" {
		t.Errorf("of nothing: %q", b.String())
	}
}
