package specs

import (
	"context"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/run"
	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
	"github.com/twinstack/twinstack/harness/transitions"
)

// playListen has each IUT listen, and ours close the listener, too.
func playListen(f *script.File, i iut.IUT, o run.Options) *trace.Result {
	r := fakePlay(f, i, o)
	listener := trace.Conn{Local: netip.MustParseAddrPort("192.0.2.1:80")}
	r.Trace.Events = append(r.Trace.Events,
		trace.Event{Kind: trace.Called, Line: 7, Cause: 7, Call: &trace.Call{Name: "listen", Args: "3, 5"}},
		trace.Event{Kind: trace.StateIs, Cause: 7, Conn: listener, State: trace.Listen},
		trace.Event{Kind: trace.Called, Line: 8, Cause: 8, Call: &trace.Call{Name: "close", Args: "3"}})
	if i.Name() == ledger.Ours {
		r.Trace.Events = append(r.Trace.Events, trace.Event{Kind: trace.StateIs, Cause: 8, Conn: listener, State: trace.Closed})
	}
	return r
}

func transitionSuite(t *testing.T) *Suite {
	t.Helper()
	s := fakeSuite(t, fakeFixtures())
	s.options.Transitions, s.play = true, playListen
	return s
}

func TestTransitions(t *testing.T) {
	t.Parallel()
	s := transitionSuite(t)
	if got := s.Results().Transitions; got != nil {
		t.Errorf("%d transitions before all runs are made, expected none", len(got))
	}
	if err := s.Record(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	r := s.Results()
	found := map[string]ledger.Finding{}
	for _, f := range r.Findings {
		found[f.String()] = f
	}
	for _, tr := range r.Transitions {
		want, instead := transitions.NotTaken, ""
		switch tr.IUT + " " + tr.Arrow.ID() {
		case "ours closed-listen-passive-open", "other closed-listen-passive-open", "ours listen-closed-close":
			want = transitions.Taken
		case "other listen-closed-close":
			want, instead = transitions.Otherwise, "close/error, line 8: stays in LISTEN"
		}
		if tr.How != want || tr.Instead != instead {
			t.Errorf("%s on %s: %v %q, expected %v %q", tr.Arrow, tr.IUT, tr.How, tr.Instead, want, instead)
		}
		f, ok := found[tr.Finding.String()]
		if !ok || f.Green() != (want == transitions.Taken) {
			t.Errorf("%s: found %t, green %t", tr.Finding, ok, f.Green())
		}
	}
	s = transitionSuite(t)
	s.options.Topics = []string{"reset"}
	if err := s.Record(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	if got := s.Results().Transitions; got != nil {
		t.Errorf("%d transitions of some topics alone, expected none", len(got))
	}
}

const transitionVariable = "TWINSTACK_FAKE_TRANSITIONS"

// TestFakeTransitionSpecs is what TestTransitionSpecs runs in a process of its own.
func TestFakeTransitionSpecs(t *testing.T) {
	if os.Getenv(transitionVariable) != "" {
		transitionSuite(t).Specs(t)
	}
}

// An arrow that an IUT does not go along, and no row of the ledger says why, is a red spec.
func TestTransitionSpecs(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run=^TestFakeTransitionSpecs$", "-ginkgo.no-color", "-ginkgo.label-filter=/State: LISTEN/")
	cmd.Env = append(os.Environ(), transitionVariable+"=1")
	out, err := cmd.CombinedOutput()
	if err == nil {
		t.Error("the specs are green, expected red")
	}
	for _, want := range []string{
		"[FAIL] transitions [It] LISTEN > CLOSED, CLOSE on other",
		"transition/listen-closed-close on other: new",
		"close/error, line 8: stays in LISTEN",
		"[FAIL] transitions [It] LISTEN > SYN-RECEIVED, rcv SYN on ours",
		"Ran 14 of",
		"3 Passed | 11 Failed",
	} {
		if !strings.Contains(string(out), want) {
			t.Errorf("no %q in the report", want)
		}
	}
	if t.Failed() {
		t.Logf("%s", out)
	}
}
