package matrix

import (
	"fmt"
	"testing"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/iut/ours"
	"github.com/twinstack/twinstack/harness/trace"
)

// sent are the octets that the harness put on the wire for a case, packet by packet, and its calls and silences.
func sent(t testing.TB, p *Place, e Event) (all string) {
	t.Helper()
	player := player{iut: ours.IUT{}}
	_, res := player.play(p, e, nil)
	if player.first[0] == 0 || res.Verdict != trace.Pass {
		t.Fatalf("%s: %v %s %v", Case{p.Entry, p.IPv6, e}.ID(), res.Verdict, res.Reason, res.Failures)
	}
	for i := range res.Trace.Events {
		switch e := &res.Trace.Events[i]; {
		case e.Line < player.first[0]:
		case e.Kind == trace.Received:
			all += string(e.Packet.Raw)
		case e.Kind == trace.Called:
			all += fmt.Sprint(e.At, e.Call.Name, e.Call.Args)
		}
	}
	return all
}

// core is the full product for a place, in its order.
func core(p *Place) (all []Event) {
	g := newGenerator(p)
	seqs, acks := g.axes()
	for _, f := range flagSets {
		for _, s := range seqs {
			for _, a := range acks {
				for x := range texts {
					all = append(all, Segment{Flags: f, Seq: s, Ack: a, Text: x})
				}
			}
		}
	}
	return all
}

// What is left out of the core is left out for one of the two reasons, and for that one: with the octets that were really
// on the wire, all cases differ, and what was left out as the same is the same as one of them.
func TestReductions(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"closed", "syn-sent", "established-in-flight", "fin-wait-1-shutdown"} {
		for _, ipv6 := range []bool{false, true} {
			p := place(t, ours.IUT{}, name, ipv6)
			events, count, err := generate(p, Whole)
			if err != nil {
				t.Fatal(err)
			}
			kept := make(map[Event]bool)
			wire := make(map[string]string)
			for _, e := range events {
				s, ok := e.(Segment)
				if !ok || s.Cross != Plain {
					continue
				}
				octets := sent(t, p, e)
				if other, twice := wire[octets]; twice {
					t.Errorf("%s over %s: %s and %s are the same on the wire", name, family(ipv6), other, e.Name())
				}
				wire[octets], kept[e] = e.Name(), true
			}
			same, none := 0, 0
			for _, e := range core(p) {
				if _, ok := e.Lines(p); !ok {
					none++
				} else if !kept[e] {
					if _, ok := wire[sent(t, p, e)]; !ok {
						t.Errorf("%s over %s: %s was left out, and no other case is the same on the wire", name, family(ipv6), e.Name())
					}
					same++
				}
			}
			if count.Product != count.SameOctets+count.NoPosition+count.Cases || count.Cases != len(events) {
				t.Errorf("%s over %s: %+v with %d events", name, family(ipv6), count, len(events))
			}
			if len(kept) == 0 || same == 0 || (none == 0) != (name != "syn-sent" && name != "fin-wait-1-shutdown") {
				t.Errorf("%s over %s: %d cases, %d as others, %d without a position", name, family(ipv6), len(kept), same, none)
			}
		}
	}
}

// The figures of one place, worked out by hand. In ESTABLISHED with text in flight all positions exist. The eight flag sets
// with ACK have 8 × 7 × 4 cases each, those without 8 × 4, less those whose text is the same: text that fills the window
// from its last number is one octet, on either.
func TestCountOfTheCore(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]int{
		"established-in-flight": 8*(8*7*4-7) + 8*(8*4-1),
		"established-passive":   8*(8*5*4-5) + 8*(8*4-1), // nothing in flight, and SND.UNA is SND.NXT
		"syn-sent":              8*3*6*4 + 8*3*4,         // three numbers without a window; nothing between ISS and ISS + 1
		"listen":                8*3*3*4 + 8*3*4,
	} {
		p := place(t, ours.IUT{}, name, false)
		g := newGenerator(p)
		g.product()
		if g.err != nil || g.count.Cases != want || g.count.Product != 16*8*7*4 {
			t.Errorf("%s: %+v %v, expected %d cases of %d", name, g.count, g.err, want, 16*8*7*4)
		}
	}
}

// Each flag set comes once with each position in the reduced core, and only one number at a time is out of its place.
func TestReducedCore(t *testing.T) {
	t.Parallel()
	p := place(t, ours.IUT{}, "established-in-flight", false)
	events, _, err := generate(p, ReducedCore)
	if err != nil {
		t.Fatal(err)
	}
	seqs, acks, lengths := make(map[string]bool), make(map[string]bool), make(map[string]bool)
	for _, e := range events {
		s, ok := e.(Segment)
		if !ok {
			continue
		}
		out := 0
		for _, departs := range []bool{s.Seq != SeqNxt, s.Ack != AckUna, s.Text != TextNone} {
			if departs {
				out++
			}
		}
		if out > 1 || s.Cross != Plain {
			t.Errorf("%s is in the reduced core", e.Name())
		}
		seqs[fmt.Sprint(s.Flags, s.Seq)] = true
		if s.Flags.Has(trace.ACK) {
			acks[fmt.Sprint(s.Flags, s.Ack)] = true
		}
		lengths[fmt.Sprint(s.Flags, s.Text)] = true
	}
	if len(seqs) != 16*8 || len(acks) != 8*7 || len(lengths) != 16*4 {
		t.Errorf("%d flag sets with sequence numbers, %d with acknowledgment numbers, %d with texts; expected 128, 56, 64", len(seqs), len(acks), len(lengths))
	}
}

// Ids are unique.
func TestIDs(t *testing.T) {
	t.Parallel()
	m, err := New(Options{IUTs: []iut.IUT{ours.IUT{}}})
	if err != nil {
		t.Fatal(err)
	}
	ids := make(map[string]bool, m.Cases())
	for _, b := range m.Blocks {
		for i := range b.Events {
			id := b.Case(i).ID()
			if ids[id] {
				t.Fatalf("two cases are called %s", id)
			}
			ids[id] = true
		}
	}
	for _, id := range []string{"established-passive/ipv4/FA seq=inside ack=una text=one", "listen/ipv6/S seq=some text=none", "closed/ipv4/- seq=zero text=none",
		"time-wait-closing-close/ipv6/call accept on listener", "established-in-flight/ipv4/icmp unreachable 3 quoted=in",
		"syn-sent/ipv6/A seq=some ack=nxt text=none ×12", "established-timestamps/ipv4/FA seq=nxt ack=una text=none ts=old", "established-active/ipv4/S seq=nxt text=none options=all"} {
		if !ids[id] {
			t.Errorf("there is no case %s", id)
		}
	}
}

// What is crossed differs from the core in what it says.
func TestCrossings(t *testing.T) {
	t.Parallel()
	p := place(t, ours.IUT{}, "established-active", false)
	ts := place(t, ours.IUT{}, "established-timestamps", false)
	for _, c := range []struct {
		p     *Place
		cross Cross
		flags trace.Flags
		want  string
	}{
		{p, Plain, trace.ACK, "< . 1001:1001(0) ack 1 win 16000"},
		{p, Push, trace.ACK, "< P. 1001:1001(0) ack 1 win 16000"},
		{p, Urgent, trace.ACK, "< U. 1001:1001(0) ack 1 win 16000 urg 1"},
		{p, WinZero, trace.ACK, "< . 1001:1001(0) ack 1 win 0"},
		{p, WinSmall, trace.ACK, "< . 1001:1001(0) ack 1 win 8000"},
		{p, WinLarge, trace.ACK, "< . 1001:1001(0) ack 1 win 17000"},
		{p, Offers, trace.SYN, "< S 1001:1001(0) win 16000 <mss 1000,sackOK,TS val 10 ecr 0,nop,wscale 4>"},
		{ts, TSNew, trace.ACK, "< . 1001:1001(0) ack 1 win 16000 <nop,nop,TS val 511 ecr 100>"},
		{ts, TSOld, trace.ACK, "< . 1001:1001(0) ack 1 win 16000 <nop,nop,TS val 491 ecr 100>"},
		{ts, TSNew, trace.FIN, "< F 1001:1001(0) win 16000 <nop,nop,TS val 511 ecr 0>"},
		{ts, TSMissing, trace.ACK, "< . 1001:1001(0) ack 1 win 16000"},
	} {
		lines, ok := Segment{Flags: c.flags, Seq: SeqNxt, Ack: AckUna, Text: TextNone, Cross: c.cross}.Lines(c.p)
		if !ok || len(lines) != 1 || lines[0].Packet.String() != c.want {
			t.Errorf("%s: %v, expected %s", crossNames[c.cross], lines, c.want)
		}
	}
}
