package specs

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

const ledgerVariable = "TWINSTACK_FAKE_LEDGER"

// TestFakeLedgerSpecs is what TestLedgerSpecs runs in a process of its own, since Ginkgo runs once a process.
func TestFakeLedgerSpecs(t *testing.T) {
	if os.Getenv(ledgerVariable) != "" {
		fakeSuiteWith(t, fakeFixtures(), fakeLedger+tooMuch).test(t)
	}
}

// What is wrong with the ledger itself is a red spec, also where a filter leaves all cases out.
func TestLedgerSpecs(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run=^TestFakeLedgerSpecs$", "-ginkgo.no-color", "-ginkgo.focus=^twinstack ledger.yaml")
	cmd.Env = append(os.Environ(), ledgerVariable+"=1")
	out, err := cmd.CombinedOutput()
	if err == nil {
		t.Error("the specs are green, expected red")
	}
	for _, want := range []string{"1 Passed | 3 Failed", "ledger.yaml:15:14: reset/gone on other: removed", "no such case, expected one of reset/mended",
		"ledger.yaml:12:11: other-gone: to be filled in", "ledger.yaml:16:14: close/* on other: vanished"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("no %q in the report", want)
		}
	}
	if t.Failed() {
		t.Logf("%s", out)
	}
}
