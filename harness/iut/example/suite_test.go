package example

import (
	"testing"

	"github.com/twinstack/twinstack/fixtures"
	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/iut/example/adapter"
	"github.com/twinstack/twinstack/harness/iut/ours"
	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/specs"
)

func TestSuite(t *testing.T) {
	known, err := ledger.ReadFile("ledger.yaml")
	if err != nil {
		t.Fatal(err)
	}
	specs.Run(t, specs.Options{
		IUTs:     []iut.IUT{ours.IUT{}, adapter.IUT{}}, // the first is what the others are compared with
		Fixtures: fixtures.FS,
		Topics:   topics, // nil: all of them
		Ledger:   known,
	})
}

// topics are what smalltcp is meant to be right in: the life of a connection.
var topics = []string{"textbook", "handshake", "close", "simultaneous-open", "simultaneous-close", "reset", "time-wait"}
