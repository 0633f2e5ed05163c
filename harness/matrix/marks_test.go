package matrix

import (
	"slices"
	"strings"
	"testing"

	"github.com/twinstack/twinstack/harness/iut/ours"
	"github.com/twinstack/twinstack/harness/trace"
)

// What speaks of congestion says so on the wire: every such event has a mark on one packet at least, that of its name, or it is
// one that shows what the IUT's own packets have.
func TestMarksAreOnTheWire(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"established-in-flight", "established-ecn-in-flight", "listen-ecn", "syn-sent-ecn"} {
		p := place(t, ours.IUT{}, name, true)
		for _, e := range congested(p) {
			lines, ok := e.Lines(p)
			if !ok {
				continue
			}
			flags, codepoint := trace.Flags(0), trace.NotECT // of all its packets
			for i := range lines {
				if k := lines[i].Packet; k != nil {
					flags |= k.TCP.Flags & (trace.ECE | trace.CWR)
					if k.TOS != nil {
						codepoint = max(codepoint, *k.TOS)
					}
				}
			}
			words := strings.FieldsFunc(e.Name(), func(r rune) bool { return strings.ContainsRune(" ,+", r) })
			has := func(word string) bool { return slices.Contains(words, word) }
			if flags.Has(trace.ECE) != has("ece") || flags.Has(trace.CWR) != has("cwr") || (codepoint == trace.CE) != has("ce") {
				t.Errorf("%s: %v, codepoint %d: %s", name, flags, codepoint, e.Name())
			}
		}
	}
}

// Two events that differ in their marks alone are two cases: the codepoint counts among the octets.
func TestMarksMakeCases(t *testing.T) {
	t.Parallel()
	text := Segment{Flags: trace.ACK, Seq: SeqNxt, Ack: AckUna, Text: TextOne}
	g := newGenerator(place(t, ours.IUT{}, "established-ecn", false))
	for _, m := range append(append([]mark{{}}, flagMarks...), textMarks...) {
		g.take(marked{text, m})
		g.take(marked{text, m})
	}
	if g.err != nil || g.count.Cases != 8 || g.count.SameOctets != 8 {
		t.Errorf("%+v %v, expected 8 cases and 8 that are the same", g.count, g.err)
	}
}

// ECN's own entries take nothing else, in either scope; of others the leading ones take some of it.
func TestWhoTakesMarks(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct{ few, most int }{
		"established-ecn": {80, 130}, "established-in-flight": {20, 40}, "established-hole": {0, 0}, "listen": {12, 25}, "syn-sent-ecn": {60, 100},
	} {
		p := place(t, ours.IUT{}, name, false)
		for _, scope := range []Scope{Whole, ReducedCore} {
			events, _, err := generate(p, scope)
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for _, e := range events {
				switch e.(type) {
				case marked, *marksInARow, echoes, echoWrites:
					n++
				}
			}
			if n < want.few || n > want.most || p.Entry.ECN && n+1+len(flagSets) < len(events) {
				t.Errorf("%s, %v: %d of %d events speak of congestion, expected %d to %d", name, scope, n, len(events), want.few, want.most)
			}
		}
	}
}
