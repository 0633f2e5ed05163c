package squares

import (
	"testing"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/iut/netstack"
	"github.com/twinstack/twinstack/harness/iut/ours"
	"github.com/twinstack/twinstack/harness/ledger"
)

// raced says that the race detector is at work: everything takes eight times as long.
var raced bool

// some is played in place of the whole where time is short: one way or two into each state from SYN-RECEIVED on.
const some = "*-timestamps/ipv4/*"

func known(t *testing.T) *ledger.Ledger {
	t.Helper()
	l, err := ledger.ReadFile("../../ci/ledger.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func both() []iut.IUT { return []iut.IUT{ours.IUT{}, netstack.IUT{}} }

// The squares of both stacks are as recorded.
func TestSquares(t *testing.T) {
	o := Options{IUTs: both(), Ledger: known(t)}
	if raced || testing.Short() {
		o.Only = some
		t.Logf("time is short: %s alone", some) // how many that are of all Run tells
	}
	Run(t, o)
}
