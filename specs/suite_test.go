package specs_test

import (
	"os"
	"testing"

	"github.com/twinstack/twinstack/fixtures"
	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/specs"

	_ "github.com/twinstack/twinstack/harness/iut/netstack"
	_ "github.com/twinstack/twinstack/harness/iut/ours"
)

// options are what this repository's suite runs with.
func options(t *testing.T) specs.Options {
	t.Helper()
	const name = "../ci/ledger.yaml"
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	known, err := ledger.Parse("ci/ledger.yaml", data)
	if err != nil {
		t.Fatal(err)
	}
	var iuts []iut.IUT
	for _, n := range []string{"ours", "netstack"} {
		i, err := iut.Lookup(n)
		if err != nil {
			t.Fatal(err)
		}
		iuts = append(iuts, i)
	}
	return specs.Options{IUTs: iuts, Fixtures: fixtures.FS, Ledger: known, Transitions: true}
}

func TestSuite(t *testing.T) {
	specs.Run(t, options(t))
}
