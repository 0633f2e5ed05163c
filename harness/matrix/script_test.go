package matrix

import (
	"strings"
	"testing"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/iut/netstack"
	"github.com/twinstack/twinstack/harness/iut/ours"
	"github.com/twinstack/twinstack/harness/run"
	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

// A case with the answers of an IUT is a script like any other: printed and read again it passes on that IUT, and it has
// the trace of the case, line by line. Cases of all kinds are tried, from all entries.
func TestAnsweredScriptsPass(t *testing.T) {
	t.Parallel()
	for _, i := range []iut.IUT{ours.IUT{}, netstack.IUT{}} {
		m, err := New(Options{IUTs: []iut.IUT{i}, Scope: ReducedCore, Probe: poking})
		if err != nil {
			t.Fatal(err)
		}
		tried, answers := 0, 0
		for n, b := range m.Blocks {
			for k := n % 29; k < len(b.Events) && b.NotReached == ""; k += 29 {
				c := b.Case(k)
				r, lines, _ := m.Replay(b, k)
				if r.Verdict() != Pass { // octets that no script can expect
					continue
				}
				f, err := Answered(c, lines, i)
				if err != nil {
					t.Error(err)
					continue
				}
				text := script.Print(f)
				again, err := script.Parse(f.Name, text)
				if err != nil {
					t.Errorf("%v in\n%s", err, text)
					continue
				}
				for at := range again.Events {
					if got, want := again.Events[at].Pos.Line, f.Events[at].Pos.Line; got != want {
						t.Errorf("%s: event %d stands on line %d, expected %d", c.ID(), at, got, want)
					}
				}
				res := run.Run(again, i, run.Options{IPv6: c.IPv6, Settings: iut.Alike()})
				if res.Verdict != trace.Pass {
					t.Errorf("%s on %s: %v %s %v\n%s", c.ID(), i.Name(), res.Verdict, res.Reason, res.Failures, text)
				}
				tried++
				answers += len(again.Events) - len(b.Place.Entry.File(c.IPv6).Events) - len(lines)
			}
		}
		if tried < 1500 || answers < tried {
			t.Errorf("%s: %d cases with %d answers", i.Name(), tried, answers)
		}
	}
}

// A case is printed with its lines where results and traces have them.
func TestScript(t *testing.T) {
	t.Parallel()
	m, err := New(Options{IUTs: []iut.IUT{ours.IUT{}}, Only: "established-passive/ipv4/FA seq=inside ack=una text=one", Judge: newSilent, Probe: poking})
	if err != nil {
		t.Fatal(err)
	}
	r, lines, tr := m.Replay(m.Blocks[0], 0)
	text := strings.Split(string(script.Print(Script(m.Blocks[0].Case(0), lines))), "\n")
	if want := "// title: established-passive/ipv4/FA seq=inside ack=una text=one"; text[0] != want {
		t.Errorf("it begins with %q, expected %q", text[0], want)
	}
	if got, want := text[r.Finding.Line-1], "+0    < F. 5097:5098(1) ack 1 win 16000"; got != want {
		t.Errorf("line %d is %q, expected %q", r.Finding.Line, got, want)
	}
	last := tr.Events[len(tr.Events)-1].Line
	if got, want := text[last-1], "+10   poll([], 0, 0) = 0"; got != want || last != len(text)-1 {
		t.Errorf("line %d of %d is %q, expected %q", last, len(text)-1, got, want)
	}
	file, err := Answered(m.Blocks[0].Case(0), lines, ours.IUT{})
	if err != nil {
		t.Fatal(err)
	}
	if res := run.Run(file, netstack.IUT{}, run.Options{Settings: iut.Alike()}); res.Verdict != trace.Pass {
		t.Errorf("netstack answers otherwise: %v", res.Failures)
	}
	file, err = Answered(Case{entry(t, "established-active"), false, call{userCalls[9], 3, "conn"}}, userCalls[9].lines(Integer(3)), ours.IUT{})
	if err != nil {
		t.Fatal(err)
	}
	if text := string(script.Print(file)); !strings.HasSuffix(text, "listen(3, 5) = -1 EINVAL\n") {
		t.Errorf("listen is not answered in\n%s", text)
	}
	if _, err := Answered(Case{entry(t, "fin-wait-1-from-syn-received"), false, silence(0)}, nil, netstack.IUT{}); err == nil ||
		!strings.Contains(err.Error(), "on netstack: line 14: expected +0 > F. 1:1(0) ack 1001") {
		t.Errorf("an entry that netstack cannot be brought along: %v", err)
	}
}
