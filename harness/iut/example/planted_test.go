package example

import (
	"slices"
	"testing"

	"github.com/twinstack/twinstack/fixtures"
	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/iut/example/adapter"
	"github.com/twinstack/twinstack/harness/iut/example/smalltcp"
	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/results"
	"github.com/twinstack/twinstack/specs"
)

// planted are the faults that were put into smalltcp, each with a case that finds it and the clause that it breaks.
var planted = []struct {
	name   string
	fault  smalltcp.Fault
	caseID string
	clause string
}{
	{"TIME-WAIT lasts one MSL", smalltcp.ShortTimeWait, "time-wait/lasts-2msl", "RFC 9293 §3.6.1"},
	{"a RST in the window is believed", smalltcp.BelieveRST, "reset/rst-in-window-draws-challenge-ack", "RFC 5961 §3.2"},
	{"a FIN beyond a hole is taken at once", smalltcp.HastyFIN, "close/fin-beyond-a-hole", "RFC 9293 §3.10.7.4"},
	{"the peer's MSS is ignored", smalltcp.DeafToMSS, "handshake/mss-obeyed", "RFC 9293 §3.7.1"},
	{"checksums are not verified", smalltcp.NoChecksum, "handshake/bad-checksum", "RFC 9293 §3.1"},
}

// Without a ledger the suite shows every planted fault as a failure, with its clause, over both families; with the fault
// mended the same case passes.
func TestPlantedFaults(t *testing.T) {
	faulty := play(t, adapter.IUT{})
	for _, p := range planted {
		if !slices.Contains(faulty.Clauses[p.caseID], p.clause) {
			t.Errorf("%s is not about %s, but about %q", p.caseID, p.clause, faulty.Clauses[p.caseID])
		}
		found := red(faulty, p.caseID)
		if len(found) != 2 {
			t.Errorf("%s: %d red findings in %s, expected one over IPv4 and one over IPv6", p.name, len(found), p.caseID)
			continue
		}
		for _, f := range found {
			if f.Status != ledger.Unrecorded {
				t.Errorf("%s: %s, expected a failure that is not recorded", f, f.Status)
			}
		}
		t.Logf("%s (%s): found by %s\n    %s", p.name, p.clause, p.caseID, found[0].Got[0])
		if left := red(play(t, adapter.IUT{Mended: p.fault}), p.caseID); len(left) > 0 {
			t.Errorf("%s: mended, and yet %s: %q", p.name, left[0], left[0].Got)
		}
	}
}

// play runs the suite on one stack alone, with no ledger and nothing to compare it with. This is the way to the results for
// a program of one's own; it needs no Ginkgo and may be gone as often as one likes.
func play(t *testing.T, i iut.IUT) *results.Suite {
	t.Helper()
	s, err := specs.New(specs.Options{IUTs: []iut.IUT{i}, Fixtures: fixtures.FS, Topics: topics})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Record(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	return s.Results()
}

// red are the findings of one case that are not as recorded.
func red(r *results.Suite, caseID string) []ledger.Finding {
	return slices.DeleteFunc(r.Red(), func(f ledger.Finding) bool { return f.Case != caseID })
}
