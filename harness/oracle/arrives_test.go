package oracle

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twinstack/twinstack/fixtures"
	"github.com/twinstack/twinstack/harness/catalogue"
	"github.com/twinstack/twinstack/harness/trace"
)

// The numbers of the tests: both directions cross 2^32, the peer's in the window, the IUT's in what is in flight.
const wnd = 1000 // of both

var (
	iss = uint32(0xfffffffa) // of the IUT
	irs = uint32(0xffffff00) // of the peer
	rcv = irs + 0x81         // RCV.NXT in a synchronized state, before the peer's FIN
	snd = iss + 11           // SND.UNA: ten octets were sent and acknowledged

	profile = Profile{MSL: 2 * time.Minute, RTOMin: time.Second, RTOMax: time.Minute, Timestamps: true}
	now     = time.Hour
)

// tcbIn is a TCB in a state, as a TCP has it that was opened passively, or actively in SYN-SENT. In the states where it waits for
// the acknowledgment of its FIN that is in flight, in the others nothing is.
func tcbIn(s trace.State, more ...func(*TCB)) TCB {
	n := TCB{State: s, Listening: true, Iss: iss, SndUna: snd, SndNxt: snd, SndWnd: wnd, SndWl1: rcv, SndWl2: snd, MaxSndWnd: wnd,
		SndMss: 536, Irs: irs, RcvNxt: rcv, RcvWnd: wnd, RcvUp: irs + 1, LastAckSent: rcv}
	switch s {
	case trace.Closed:
		n = TCB{Listening: true}
	case trace.SynSent:
		n = TCB{State: s, Active: true, Iss: iss, SndUna: iss, SndNxt: iss + 1, RcvWnd: wnd}
	case trace.SynReceived:
		n.SndUna, n.SndNxt, n.RcvNxt, n.LastAckSent = iss, iss+1, irs+1, irs+1
		n.SndWl1, n.SndWl2 = irs, 0
	}
	if s >= trace.FinWait1 && s != trace.CloseWait {
		n.Closed, n.FinSent = true, true
		n.SndNxt++
		if s == trace.FinWait2 || s == trace.TimeWait {
			n.SndUna++
		} else {
		}
	}
	if s >= trace.CloseWait {
		n.PeerFin = true
		n.RcvNxt++
		n.RcvWnd--
		n.LastAckSent++
	}
	if s == trace.TimeWait {
		n.TimeWait, n.TimeWaitOn = now-time.Minute, true
	}
	for _, f := range more {
		f(&n)
	}
	return n
}

func active(n *TCB)     { n.Active, n.Listening = true, false }
func deaf(n *TCB)       { n.Listening = false }
func userGone(n *TCB)   { n.Gone = true }
func noRead(n *TCB)     { n.NoRead = true }
func unread(n *TCB)     { n.Unread = 10 }
func zeroWindow(n *TCB) { n.RcvWnd = 0 }
func stamps(n *TCB)     { n.SndTsOK, n.TsRecent, n.TsRecentAt = true, 1000, now-time.Second }
func oldStamps(n *TCB)  { stamps(n); n.TsRecentAt = now - 25*24*time.Hour }
func hole(n *TCB)       { n.Held = []Span{{n.RcvNxt + 100, n.RcvNxt + 200}} }
func finBeyond(n *TCB)  { n.HeldFin, n.HasHeldFin = n.RcvNxt+100, true }
func challenged(n *TCB) { n.Challenged, n.HasChallenged = now-time.Millisecond, true }
func closeQueued(n *TCB) {
	n.Closed = true
}
func reopens(n *TCB) {
	old := tcbIn(trace.TimeWait)
	n.Old = &old
}
func synText(n *TCB)     { n.Held = []Span{{n.RcvNxt, n.RcvNxt + 10}} }
func longSynText(n *TCB) { n.Held = []Span{{n.RcvNxt, n.RcvNxt + n.RcvWnd + 10}} }

// flight puts ten octets in flight before a FIN that is.
func flight(n *TCB) { n.SndNxt += 10 }

// entries are the ways into the states that the walk goes through.
func entries() map[string]TCB {
	all := map[string]TCB{
		"CLOSED": tcbIn(trace.Closed, deaf), "LISTEN": tcbIn(trace.Closed),
		"SYN-SENT": tcbIn(trace.SynSent), "SYN-SENT with timestamps": tcbIn(trace.SynSent, stamps),
		"SYN-RECEIVED": tcbIn(trace.SynReceived), "SYN-RECEIVED by an active OPEN": tcbIn(trace.SynReceived, active),
		"SYN-RECEIVED out of TIME-WAIT": tcbIn(trace.SynReceived, reopens), "SYN-RECEIVED closed": tcbIn(trace.SynReceived, active, closeQueued),
		"SYN-RECEIVED with text": tcbIn(trace.SynReceived, synText), "SYN-RECEIVED with long text": tcbIn(trace.SynReceived, longSynText),
		"ESTABLISHED with a FIN held": tcbIn(trace.Established, finBeyond), "ESTABLISHED without reading": tcbIn(trace.Established, noRead),
		"FIN-WAIT-1 gone": tcbIn(trace.FinWait1, userGone), "FIN-WAIT-2 gone": tcbIn(trace.FinWait2, userGone),
		"FIN-WAIT-2 with a hole": tcbIn(trace.FinWait2, hole, finBeyond), "TIME-WAIT without listener": tcbIn(trace.TimeWait, deaf),
		"ESTABLISHED challenged": tcbIn(trace.Established, challenged), "CLOSE-WAIT with unread text": tcbIn(trace.CloseWait, unread),
		"LAST-ACK with unread text": tcbIn(trace.LastAck, unread),
		"ESTABLISHED after 25 days": tcbIn(trace.Established, oldStamps),
	}
	for s := trace.SynReceived; s <= trace.TimeWait; s++ {
		all[s.String()] = tcbIn(s)
		all[s.String()+" with a window of zero"] = tcbIn(s, zeroWindow)
		all[s.String()+" with timestamps"] = tcbIn(s, stamps)
		if s >= trace.Established {
			all[s.String()+" with a closed send window"] = tcbIn(s, flight, func(n *TCB) { n.SndWnd = 0 })
		}
		if s == trace.Established || s == trace.FinWait1 {
			all[s.String()+" with text in flight and a hole"] = tcbIn(s, flight, hole)
		}
	}
	return all
}

// segments calls f with every combination of flags, positions and lengths.
func segments(n *TCB, f func(*trace.Segment)) {
	seqs := []uint32{n.RcvNxt - 100000, n.Irs, n.RcvNxt - 1, n.RcvNxt, n.RcvNxt + 50, n.RcvEdge() - 1, n.RcvEdge(), n.RcvNxt + 100000}
	acks := []uint32{n.SndUna - 100000, n.SndUna - 1, n.SndUna, n.SndUna + 5, n.SndNxt, n.SndNxt + 1, n.SndNxt + 100000}
	lens := []int{0, 1, 60, int(n.RcvWnd), int(n.RcvWnd) + 10}
	payload := make([]byte, max(60, int(n.RcvWnd)+10))
	stamped := []trace.Option{ts(999), ts(1000), ts(1001)}
	for flags := range trace.Flags(64) {
		acks := acks
		if !flags.Has(trace.ACK) {
			acks = acks[:1]
		}
		for _, seq := range seqs {
			for _, ack := range acks {
				for _, l := range lens {
					s := &trace.Segment{Flags: flags, Seq: seq, Ack: ack, Window: 2 * wnd, Payload: payload[:l]}
					f(s)
					if n.SndTsOK || n.State == trace.TimeWait {
						for i := range stamped {
							s.Options = stamped[i : i+1]
							f(s)
						}
					}
				}
			}
		}
	}
}

func ts(val uint32) trace.Option {
	return trace.Option{Kind: trace.OptTimestamps, Data: []byte{byte(val >> 24), byte(val >> 16), byte(val >> 8), byte(val), 0, 0, 0, 0}}
}

// arrivalRules are all rules of SEGMENT ARRIVES.
func arrivalRules() map[string]*Rule {
	all := map[string]*Rule{}
	for _, checks := range [][]Check{closedChecks, listenChecks, {synSentCheck}, otherChecks} {
		for i := range checks {
			for k := range checks[i].Rules {
				all[checks[i].Rules[k].ID] = &checks[i].Rules[k]
			}
		}
	}
	return all
}

// The table covers every segment in every state, and no rule and no option point is dead.
func TestEverySegment(t *testing.T) {
	t.Parallel()
	p := profile
	p.Throttle = time.Second
	used, names, against := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for name, n := range entries() {
		segments(&n, func(s *trace.Segment) {
			out, err := arrives(&Turn{T: n.Clone(), P: &p, Now: now, Seg: s})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if why := sound(&n, s, out); why != "" {
				t.Fatalf("%s, %s SEQ %d ACK %d, %d octets: %s", name, s.Flags, s.Seq-n.RcvNxt, s.Ack-n.SndUna, len(s.Payload), why)
			}
			for _, o := range out {
				for _, r := range o.Rules {
					used[r.ID] = true
				}
				for _, n := range o.Names {
					names[n] = true
				}
				for _, id := range o.Against {
					against[id] = true
				}
			}
		})
	}
	for id := range arrivalRules() {
		if !used[id] {
			t.Errorf("rule %s is never used", id)
		}
	}
	all := requirements(t)
	for id := range against {
		if r, ok := all.Lookup(id); !ok || r.Level != catalogue.Should && !strings.HasPrefix(id, "RFC5961") { // §3.2, §4.2: "SHOULD"
			t.Errorf("a way is against %q, which is no SHOULD", id)
		}
	}
	for _, point := range []int{3, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 26} {
		is := func(n string) bool {
			before, _, _ := strings.Cut(n, ":")
			return slices.Contains(strings.Split(before, ", "), fmt.Sprintf("O%d", point))
		}
		if !slices.ContainsFunc(keys(names), is) {
			t.Errorf("no way names option point O%d", point)
		}
	}
}

func keys(m map[string]bool) (all []string) {
	for k := range m {
		all = append(all, k)
	}
	return all
}

// sound says what is wrong with outcomes whatever the rules say, "" if nothing is.
func sound(before *TCB, s *trace.Segment, out []Outcome) string {
	strict := false
	for _, o := range out {
		n := &o.TCB
		strict = strict || len(o.Against) == 0
		acks := 0
		for _, r := range o.Replies {
			switch {
			case r.Flags.Has(trace.RST) && s.Flags.Has(trace.RST):
				return "a RST for a RST (§3.5.2)"
			case r.Flags == trace.ACK && !r.apart:
				acks++
			}
		}
		switch {
		case acks > 1:
			return "more than one ACK (RFC 5681 §4.2)"
		case n.State == trace.Listen:
			return "LISTEN, which is no connection"
		case n.State == trace.Closed || before.State <= trace.SynSent || n.State == trace.SynReceived || before.Old != nil && n.Old == nil:
			continue // another connection, or none
		case lt(n.SndUna, before.SndUna), lt(n.SndNxt, n.SndUna):
			return "SND.UNA is out of order"
		case lt(n.RcvNxt, before.RcvNxt):
			return "RCV.NXT goes back"
		case lt(n.RcvEdge(), before.RcvEdge()):
			return "the right edge moves left (§3.10.7.4, seventh)"
		}
		at := n.RcvNxt
		for _, h := range n.Held {
			if !lt(at, h.From) || !lt(h.From, h.To) {
				return fmt.Sprintf("held %v, RCV.NXT %d", n.Held, n.RcvNxt)
			}
			at = h.To
		}
	}
	if !strict {
		return "every way is against something"
	}
	return ""
}

func requirements(t *testing.T) *catalogue.Catalogue {
	t.Helper()
	file, err := fixtures.FS.Open("requirements.csv")
	if err != nil {
		t.Fatal(err)
	}
	all, err := catalogue.Read("requirements.csv", file)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Rules have ids of their own, say where they stand, and name requirements that there are.
func TestRulesAreOnRecord(t *testing.T) {
	t.Parallel()
	all := requirements(t)
	n := 0
	for _, checks := range [][]Check{closedChecks, listenChecks, {synSentCheck}, otherChecks} {
		for _, c := range checks {
			for _, r := range c.Rules {
				n++
				if r.ID == "" || r.Says == "" || !strings.HasPrefix(r.Clause, "RFC ") {
					t.Errorf("%q lacks a name, a clause or what it says", r.ID)
				}
				for _, id := range r.Requirements {
					if _, ok := all.Lookup(id); !ok {
						t.Errorf("%s: no requirement %q", r.ID, id)
					}
				}
			}
		}
	}
	if n != len(arrivalRules()) {
		t.Errorf("%d rules have %d ids", n, len(arrivalRules()))
	}
}
