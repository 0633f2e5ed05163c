package results

import (
	"reflect"
	"testing"

	"github.com/twinstack/twinstack/harness/archive"
	"github.com/twinstack/twinstack/harness/ledger"
)

// A pattern is as recorded where a part shows it, has vanished where none of all parts does, and is left open while parts are
// missing. What is red whatever happens stays so, once.
func TestEntries(t *testing.T) {
	t.Parallel()
	entry := func(at, name string, s ledger.Status) archive.Entry {
		e := archive.Entry{At: at, Row: "r", IUT: "netstack", Case: name, Status: s.String(), Recorded: []string{"x"}}
		if !s.Green() {
			e.Now = []string{ledger.NotShown}
		}
		return e
	}
	const clean, shown, gone, removed, todo = ledger.Clean, ledger.AsRecorded, ledger.Vanished, ledger.Removed, ledger.Unfinished
	for _, test := range []struct {
		name       string
		a, b       []archive.Entry
		half, full []archive.Entry // where parts are missing, and where none is
	}{
		{"shown in the second", []archive.Entry{entry("1:1", "a/*", clean)}, []archive.Entry{entry("1:1", "a/*", shown)},
			[]archive.Entry{entry("1:1", "a/*", shown)}, []archive.Entry{entry("1:1", "a/*", shown)}},
		{"shown in the first", []archive.Entry{entry("1:1", "a/*", shown)}, []archive.Entry{entry("1:1", "a/*", gone)},
			[]archive.Entry{entry("1:1", "a/*", shown)}, []archive.Entry{entry("1:1", "a/*", shown)}},
		{"shown in none", []archive.Entry{entry("1:1", "a/*", clean)}, []archive.Entry{entry("1:1", "a/*", clean)},
			[]archive.Entry{entry("1:1", "a/*", clean)}, []archive.Entry{entry("1:1", "a/*", gone)}},
		{"gone in the part that has its cases", []archive.Entry{entry("1:1", "a/*", clean)}, []archive.Entry{entry("1:1", "a/*", gone)},
			[]archive.Entry{entry("1:1", "a/*", gone)}, []archive.Entry{entry("1:1", "a/*", gone)}},
		{"of no case", []archive.Entry{entry("1:1", "a/*", removed), entry("1:1", "a/*", clean)}, []archive.Entry{entry("1:1", "a/*", removed), entry("1:1", "a/*", clean)},
			[]archive.Entry{entry("1:1", "a/*", removed), entry("1:1", "a/*", clean)}, []archive.Entry{entry("1:1", "a/*", removed), entry("1:1", "a/*", clean)}},
		{"in their order", []archive.Entry{entry("2:1", "a/*", shown), entry("9:1", "", todo)}, []archive.Entry{entry("10:1", "b", removed), entry("9:1", "", todo), entry("9:7", "c", removed)},
			[]archive.Entry{entry("9:7", "c", removed), entry("10:1", "b", removed), entry("9:1", "", todo), entry("2:1", "a/*", shown)},
			[]archive.Entry{entry("9:7", "c", removed), entry("10:1", "b", removed), entry("9:1", "", todo), entry("2:1", "a/*", shown)}},
	} {
		for _, parts := range [][2][]archive.Entry{{test.a, test.b}, {test.b, test.a}} {
			joined := join(join(nil, parts[0]), parts[1])
			if got := settle(joined, false, nil); !reflect.DeepEqual(got, test.half) {
				t.Errorf("%s, not complete: got %v, want %v", test.name, got, test.half)
			}
			if got := settle(joined, true, nil); !reflect.DeepEqual(got, test.full) {
				t.Errorf("%s, complete: got %v, want %v", test.name, got, test.full)
			}
		}
	}
}

// A pattern that is about live pairs has vanished only where they were played.
func TestPatternOfLivePairs(t *testing.T) {
	t.Parallel()
	pair := func(client, server, family, notPlayed string) archive.LivePair {
		return archive.LivePair{Client: client, Server: server, Family: family, NotPlayed: notPlayed}
	}
	for _, test := range []struct {
		pattern, family string
		live            []archive.LivePair
		want            ledger.Status
	}{
		{"reset/*", "", nil, ledger.Vanished},
		{"textbook/*", "", nil, ledger.Clean},
		{"textbook/*", "", []archive.LivePair{pair("ours", "netstack", "ipv4", ""), pair("netstack", "ours", "ipv4", "")}, ledger.Vanished},
		{"textbook/*", "", []archive.LivePair{pair("ours", "netstack", "ipv4", ""), pair("netstack", "ours", "ipv4", "why")}, ledger.Clean},
		{"*client", "", []archive.LivePair{pair("netstack", "ours", "ipv4", "why"), pair("netstack", "netstack", "ipv4", "")}, ledger.Vanished},
		{"*client", "", []archive.LivePair{pair("netstack", "ours", "ipv4", ""), pair("netstack", "ours", "ipv6", "why")}, ledger.Clean},
		{"*client", "ipv4", []archive.LivePair{pair("netstack", "ours", "ipv4", ""), pair("netstack", "ours", "ipv6", "why")}, ledger.Vanished},
		{"*server", "ipv4", []archive.LivePair{pair("netstack", "ours", "ipv4", "")}, ledger.Clean},
	} {
		e := archive.Entry{At: "1:1", IUT: "netstack", Case: test.pattern, Family: test.family, Status: ledger.Clean.String()}
		if got := settle([]archive.Entry{e}, true, test.live)[0].Status; got != test.want.String() {
			t.Errorf("%s %s with %v: %s, want %v", test.pattern, test.family, test.live, got, test.want)
		}
	}
}

// Findings on the ledger itself stand in the file with their place and not with the ledger's name, and in the divergences of their rows.
func TestEntriesOfTheFile(t *testing.T) {
	t.Parallel()
	s := whole(t)
	row := s.Ledger.Rows[2]
	s.Entries = []ledger.Finding{
		{Key: ledger.Key{Case: "reset/gone", IUT: "netstack"}, Status: ledger.Removed, Rows: []*ledger.Row{row}, Expected: []string{"e"}, Got: []string{"no such case"}, Place: "/home/me/c:d/l.yaml:20:7"},
		{Key: ledger.Key{Case: "reset/*", IUT: "netstack"}, Status: ledger.AsRecorded, Rows: []*ledger.Row{row}, Expected: []string{"e"}, Got: []string{"e"}, Place: "l.yaml:21:7"},
	}
	s.Findings = append(s.Findings, s.Entries[0])
	f := FileOf(s)
	want := []archive.Entry{
		{At: "20:7", Row: "unseen", IUT: "netstack", Case: "reset/gone", Status: ledger.Removed.String(), Recorded: []string{"e"}, Now: []string{"no such case"}},
		{At: "21:7", Row: "unseen", IUT: "netstack", Case: "reset/*", Status: ledger.AsRecorded.String(), Recorded: []string{"e"}},
	}
	if !reflect.DeepEqual(f.Entries, want) {
		t.Errorf("got  %+v\nwant %+v", f.Entries, want)
	}
	found := false
	for _, d := range f.Divergences {
		found = found || d.ID == "unseen" && d.Status == ledger.Removed.String()
	}
	if !found {
		t.Errorf("no divergence of the row: %+v", f.Divergences)
	}
	s.Arrows = nil
	if got := TallyOf(FileOf(s)); got != s.Tally() || got.Found[ledger.Removed] != 1 {
		t.Errorf("the file counts %+v, the suite %+v", got, s.Tally())
	}
}
