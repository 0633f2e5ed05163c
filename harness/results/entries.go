package results

import (
	"cmp"
	"slices"
	"strings"

	"github.com/twinstack/twinstack/harness/archive"
	"github.com/twinstack/twinstack/harness/ledger"
)

// join gives the entries of the ledger of two parts of a run, each once: a pattern is shown where either part shows it, and
// what is red in one of them else is red.
func join(a, b []archive.Entry) []archive.Entry {
	same := func(x, y archive.Entry) bool {
		return x.At == y.At && x.Row == y.Row && x.Case == y.Case && pattern(x) == pattern(y)
	}
	all := slices.Clone(a)
	for _, e := range b {
		n := slices.IndexFunc(all, func(have archive.Entry) bool { return same(have, e) })
		switch {
		case n < 0:
			all = append(all, e)
		case all[n].Status != ledger.AsRecorded.String() && (e.Status == ledger.AsRecorded.String() || !archive.Green(e.Status)):
			all[n] = e
		}
	}
	return all
}

// pattern says whether an entry is judged by what its cases show, and not red whatever happens.
func pattern(e archive.Entry) bool {
	return strings.Contains(e.Case, "*") && e.Status != ledger.Removed.String()
}

// settle says of the patterns that nothing has shown that they are no more, where all has been run: but for those of which no
// case has the name, and those that are about live pairs which could not be played. Entries that are red whatever happens stand
// first; each kind is in the order of the ledger.
func settle(entries []archive.Entry, complete bool, live []archive.LivePair) []archive.Entry {
	removed := map[string]bool{}
	for _, e := range entries {
		removed[e.At] = removed[e.At] || e.Status == ledger.Removed.String()
	}
	out := slices.Clone(entries)
	for i := range out {
		if e := &out[i]; complete && pattern(*e) && e.Status == ledger.Clean.String() && !removed[e.At] && !unplayed(*e, live) {
			e.Status, e.Now = ledger.Vanished.String(), []string{ledger.NotShown}
		}
	}
	slices.SortStableFunc(out, func(a, b archive.Entry) int {
		return cmp.Or(rank(a)-rank(b), slices.Compare(place(a), place(b)))
	})
	return out
}

// unplayed says whether a pattern is about the part of its IUT in live pairs, and one of these was not played.
func unplayed(e archive.Entry, live []archive.LivePair) bool {
	for _, side := range []struct {
		name string
		iut  func(archive.LivePair) string
	}{
		{ledger.LiveAsClient, func(l archive.LivePair) string { return l.Client }},
		{ledger.LiveAsServer, func(l archive.LivePair) string { return l.Server }},
	} {
		if !ledger.Like(e.Case, side.name) {
			continue
		}
		played, asked := map[string]bool{}, map[string]bool{} // by family: with any other IUT will do
		for _, l := range live {
			if side.iut(l) == e.IUT && (e.Family == "" || e.Family == l.Family) {
				asked[l.Family] = true
				played[l.Family] = played[l.Family] || l.NotPlayed == ""
			}
		}
		if len(asked) == 0 {
			return true
		}
		for family := range asked {
			if !played[family] {
				return true
			}
		}
	}
	return false
}

// rank is the kind of an entry, in the order of the specs: removed, to be filled in, patterns.
func rank(e archive.Entry) int {
	return slices.Index([]bool{e.Status == ledger.Removed.String(), e.Status == ledger.Unfinished.String(), true}, true)
}

// place is an entry's line and column.
func place(e archive.Entry) []int {
	line, col := e.Place()
	return []int{line, col}
}
