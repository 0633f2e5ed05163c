package results

import (
	"bytes"
	"net/netip"
	"reflect"
	"slices"
	"testing"

	"github.com/twinstack/twinstack/harness/archive"
	"github.com/twinstack/twinstack/harness/catalogue"
	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/trace"
	"github.com/twinstack/twinstack/harness/transitions"
)

// whole is the suite with a catalogue, a live pair and a matrix, complete.
func whole(t *testing.T) *Suite {
	s := suite(t)
	s.Catalogue = []catalogue.Requirement{{ID: "MUST-1", Level: catalogue.Must, RFC: "RFC9293", Section: "3.5.2", Text: "T.", Testable: "blackbox"},
		{ID: "MUST-2", Level: catalogue.Must, RFC: "RFC9293", Section: "3.5.3", Text: "U.", Testable: "no"}}
	s.Cases[1].Shows = []string{"MUST-1"}
	s.Arrows = transitions.Arrows()
	s.AllLive = 1
	s.Live = []Live{{Client: "ours", Server: "netstack", Family: "ipv4", Wrong: []string{"x"}}}
	s.Findings = append(s.Findings, ledger.Finding{Key: ledger.Key{Case: ledger.Live, Family: "ipv4", IUT: "ours to netstack"}, Status: ledger.Unrecorded, Got: []string{"x"}})
	return s
}

func octets(t *testing.T, f *archive.File) string {
	t.Helper()
	var b bytes.Buffer
	if err := archive.Write(&b, f); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestFileOf(t *testing.T) {
	t.Parallel()
	s := whole(t)
	f := FileOf(s)
	if text := octets(t, f); text != octets(t, FileOf(whole(t))) {
		t.Error("the same suite twice, expected the same octets")
	} else if _, err := archive.Read("f", bytes.NewReader([]byte(text))); err != nil {
		t.Error(err)
	}
	if !f.Complete || f.Part != nil || len(f.Cases) != 4 || len(f.Transitions) != 2*len(s.Arrows) {
		t.Errorf("complete %t, part %v, %d cases, %d transitions", f.Complete, f.Part, len(f.Cases), len(f.Transitions))
	}
	if r := f.Requirements; len(r) != 2 || !slices.Equal(r[0].Cases, []string{"close/a", "reset/a", "reset/b", "reset/c"}) ||
		!slices.Equal(r[0].Shown, []string{"reset/a"}) || !slices.Equal(r[0].Passed, []string{"ours"}) || len(r[1].Cases)+len(r[1].Passed) != 0 {
		t.Errorf("requirements %+v", r)
	}
	failed := f.Cases[0].Runs[1]
	if failed.Verdict != "fail" || failed.Status != "as recorded" || !slices.Equal(failed.Rows, []string{"defect"}) || len(failed.Recorded)+len(failed.Now) != 0 ||
		!slices.Equal(failed.Failures, []archive.Failure{{Line: 3, Expected: "x", Got: "y", Reason: "z"}}) {
		t.Errorf("the run that fails: %+v", failed)
	}
	if d := f.Cases[0].Comparisons[0]; !reflect.DeepEqual(d.Differences, []archive.Difference{{Line: 3, Kind: "segment", Text: "e"}}) {
		t.Errorf("the comparison: %+v", d)
	}
	if broken := f.Cases[3].Runs[1]; broken.Verdict != "error" || broken.Reason != "<no host>" || broken.Status != ledger.Broken.String() || len(broken.Now) != 1 {
		t.Errorf("the run that could not be made: %+v", broken)
	}
	s.AllLive = 2
	if FileOf(s).Complete {
		t.Error("complete without a live pair")
	}
	s.Planned, s.All, s.AllLive = 9, 9, 1
	if part := FileOf(s); part.Complete || len(part.Requirements)+len(part.Transitions) != 0 || len(part.Part.Requirements) != 2 || len(part.Part.Arrows) != len(s.Arrows) {
		t.Errorf("a part: complete %t, %d requirements, %d transitions, part %+v", part.Complete, len(part.Requirements), len(part.Transitions), part.Part)
	}
}

func TestEvents(t *testing.T) {
	t.Parallel()
	local, remote := netip.MustParseAddrPort("192.168.0.1:8080"), netip.MustParseAddrPort("192.0.2.1:40000")
	got := events(&trace.Trace{Events: []trace.Event{
		{At: 1, Kind: trace.Called, Line: 1, Cause: 1, Call: &trace.Call{Name: "accept", Args: "3, ..., ...", Result: 4}},
		{At: 2, Kind: trace.Received, Line: 2, Cause: 2, With: "bad_checksum", Packet: &trace.Packet{TCP: &trace.Segment{SrcPort: 40000, DstPort: 8080, Seq: 7, Flags: trace.SYN, Window: 9}},
			Shift: trace.Shift{Seq: 7}},
		{At: 3, Kind: trace.Sent, Cause: 2, Packet: &trace.Packet{Bad: "short", Raw: []byte{1}}},
		{At: 3, Kind: trace.StateIs, Cause: 2, Conn: trace.Conn{Local: local}, State: trace.Listen},
		{At: 3, Kind: trace.StateIs, Cause: 2, Conn: trace.Conn{Local: local, Remote: remote}, State: trace.SynReceived},
	}})
	want := []archive.Event{
		{NS: 1, Kind: "call", Line: 1, Cause: 1, Text: "accept(3, ..., ...) = 4"},
		{NS: 2, Kind: "received", Line: 2, Cause: 2, Text: "< 40000 > 8080 S 0:0(0) win 9", With: "bad_checksum"},
		{NS: 3, Kind: "sent", Cause: 2, Text: "> undecodable packet of 1 octets (short)"},
		{NS: 3, Kind: "state", Cause: 2, Text: "LISTEN", Conn: "192.168.0.1:8080"},
		{NS: 3, Kind: "state", Cause: 2, Text: "SYN-RECEIVED", Conn: "192.168.0.1:8080 - 192.0.2.1:40000"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestDivergences(t *testing.T) {
	t.Parallel()
	s := whole(t)
	s.Arrows = nil
	s.Matrix = &archive.Matrix{Causes: []archive.Cause{
		{IUT: "netstack", Rule: "r", Shape: "s", Cases: 3, Status: ledger.AsRecorded.String(), Ledger: "may"},
		{IUT: "netstack", Rule: "r", Shape: "t", Cases: 4, Status: ledger.Vanished.String(), Ledger: "unseen"},
		{IUT: "ours", Rule: "r", Shape: "u", In: "LISTEN", Clause: "RFC 9293 §3.4", Verdict: "fail", Cases: 5, Status: ledger.Unrecorded.String()},
		{IUT: "ours", Rule: "r", Shape: "u", In: "LISTEN", Clause: "RFC 9293 §3.4", Verdict: "non-strict", Cases: 2, Status: ledger.Unrecorded.String()},
	}}
	want := []archive.Divergence{
		{ID: "may", IUT: "netstack", Class: "latitude", Clause: "RFC 9293 §3.5.3", Status: ledger.AsRecorded.String(), Cases: []string{"reset/b"}, Matrix: 3},
		{ID: "defect", IUT: "netstack", Class: "netstack-defect", Clause: "RFC 9293 §3.5.2", Status: ledger.AsRecorded.String(), Cases: []string{"close/a", "reset/a"}},
		{ID: "unseen", IUT: "netstack", Class: "both", Clause: "RFC 9293 §3.5.4", Status: ledger.Vanished.String(), Cases: []string{}, Matrix: 4},
		{ID: "unrecorded: reset/c on ipv4: netstack", IUT: "netstack", Clause: "RFC 9293 §3.5.2", Status: ledger.Broken.String(), Cases: []string{"reset/c"}},
		{ID: "unrecorded: reset/c on ipv4: ours and netstack", IUT: "netstack", Clause: "RFC 9293 §3.5.2", Status: ledger.Broken.String(), Cases: []string{"reset/c"}},
		{ID: "unrecorded: textbook/live on ipv4: ours to netstack", IUT: "ours to netstack", Clause: "RFC 9293 §3.5, RFC 9293 §3.6", Status: ledger.Unrecorded.String(), Cases: []string{ledger.Live}},
		{ID: "unrecorded: matrix r u LISTEN on ours", IUT: "ours", Clause: "RFC 9293 §3.4", Status: ledger.Unrecorded.String(), Cases: []string{}, Matrix: 7},
	}
	got := FileOf(s).Divergences
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || !reflect.DeepEqual(got[i], want[i]) {
			t.Errorf("divergence %d: got %+v, want %+v", i, got[min(i, len(got)-1)], want[min(i, len(want)-1)])
		}
	}
}

// A row with findings of several kinds has the worst.
func TestWorst(t *testing.T) {
	t.Parallel()
	s := whole(t)
	s.Findings[8].Status = ledger.Vanished // the comparison of close/a; its run is as recorded
	s.Findings[9].Status = ledger.Changed  // that of reset/a
	worst := max(ledger.Vanished, ledger.Changed)
	for _, d := range FileOf(s).Divergences {
		if d.ID == "defect" && d.Status != worst.String() {
			t.Errorf("status %q, expected %q", d.Status, worst)
		}
	}
}

// A file counts as the suite does that it was made of.
func TestTally(t *testing.T) {
	t.Parallel()
	s := whole(t)
	s.Arrows = nil
	want := Tally{Runs: 8, All: 8, Comparisons: 4, Rows: 2}
	want.Found[ledger.Clean], want.Found[ledger.AsRecorded], want.Found[ledger.Unrecorded], want.Found[ledger.Broken] = 6, 4, 1, 2
	if got := s.Tally(); got != want {
		t.Errorf("the suite: %+v, want %+v", got, want)
	}
	if got := TallyOf(FileOf(s)); got != want {
		t.Errorf("the file: %+v, want %+v", got, want)
	}
	if want.Red() != 3 {
		t.Errorf("%d are red, expected 3", want.Red())
	}
	want.All = 10
	if got := want.String(); got != "8 of 10 runs, 4 comparisons, 2 ledger rows seen" {
		t.Errorf("got %q", got)
	}
}
