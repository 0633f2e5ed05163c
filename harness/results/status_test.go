package results

import (
	"testing"

	"github.com/twinstack/twinstack/harness/archive"
	"github.com/twinstack/twinstack/harness/ledger"
)

// A file and the ledger mean the same by their words.
func TestGreen(t *testing.T) {
	t.Parallel()
	for s := ledger.Clean; s < ledger.Statuses; s++ {
		if archive.Green(s.String()) != s.Green() {
			t.Errorf("%v: green in a file %t, by the ledger %t", s, archive.Green(s.String()), s.Green())
		}
	}
}
