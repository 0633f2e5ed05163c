package squares

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/iut/netstack"
	"github.com/twinstack/twinstack/harness/iut/ours"
	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/matrix/causes"
	"github.com/twinstack/twinstack/specs"
)

// absent is an IUT that makes no host: none of its cases can be played.
type absent struct{ ours.IUT }

func (absent) Name() string                     { return "absent" }
func (absent) New(iut.Config) (iut.Host, error) { return nil, iut.EOPNOTSUPP }

// part is an entry path with mistakes of several rows, and takenOut one of these rows.
const (
	part     = "closing-active/ipv4/*"
	takenOut = "netstack-rfc9293-3.10.7.4-text-in-closing"
)

// fakes are small suites, by their names.
var fakes = map[string]func(*testing.T) *suite{
	"a row taken out": func(t *testing.T) *suite {
		l := known(t)
		for _, r := range l.Rows {
			if r.ID == takenOut {
				r.Matrix = nil
			}
		}
		return made(t, Options{IUTs: both(), Ledger: l, Only: part})
	},
	"no ledger": func(t *testing.T) *suite {
		return made(t, Options{IUTs: both(), Only: part})
	},
	"everything": func(t *testing.T) *suite {
		s := made(t, Options{IUTs: both(), Ledger: known(t), Only: part})
		s.everything = true // as if the ledger were of this part alone
		return s
	},
	"absent": func(t *testing.T) *suite {
		return made(t, Options{IUTs: []iut.IUT{ours.IUT{}, absent{}}, Only: "closing-active/ipv4/R seq=* text=none"})
	},
	"absent alone": func(t *testing.T) *suite {
		return made(t, Options{IUTs: []iut.IUT{absent{}}, Ledger: parsed(t, "absent", "listen.3.syn"), Whole: true})
	},
	"not reached": func(t *testing.T) *suite {
		return made(t, Options{IUTs: both(), Ledger: known(t), Only: "fin-wait-1-from-syn-received/ipv4/R*"})
	},
}

// parsed is a ledger of one row, with one entry for the matrix.
func parsed(t *testing.T, iut, rule string) *ledger.Ledger {
	t.Helper()
	l, err := ledger.Parse("its.yaml", []byte("- id: x\n  iut: "+iut+"\n  class: latitude\n  clause: RFC 9293 §3.5.2\n  reason: So.\n"+
		"  matrix:\n    - {rule: "+rule+", shape: nothing instead of SYN}\n"))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func made(t *testing.T, o Options) *suite {
	t.Helper()
	s, err := newSuite(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const fakeVariable = "TWINSTACK_FAKE_SQUARES"

// TestFakeSquares is what the tests below run in a process of its own, since Ginkgo runs once a process.
func TestFakeSquares(t *testing.T) {
	if name := os.Getenv(fakeVariable); name != "" {
		fakes[name](t).test(t)
	}
}

// play runs a fake suite. It gives the output, the specs by their names, and the rows that are proposed.
func play(t *testing.T, name string, flags ...string) (out string, all map[string]types.SpecReport, rows string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	file, proposal := filepath.Join(folder, "report.json"), filepath.Join(folder, "rows.yaml")
	cmd := exec.Command(self, append(flags, "-test.run=^TestFakeSquares$", "-ginkgo.no-color", "-ginkgo.json-report="+file)...)
	cmd.Env = append(os.Environ(), fakeVariable+"="+name, specs.ProposeVariable+"="+proposal)
	text, failed := cmd.CombinedOutput()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	var reports []types.Report
	if err := json.Unmarshal(data, &reports); err != nil {
		t.Fatal(err)
	}
	all = map[string]types.SpecReport{}
	red := false
	for _, s := range reports[0].SpecReports {
		all[s.FullText()] = s
		red = red || s.Failed()
	}
	if red != (failed != nil) {
		t.Errorf("a spec is red: %t, and the test ends with %v", red, failed)
	}
	proposed, err := os.ReadFile(proposal)
	if err != nil {
		t.Error(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("%s", text)
		}
	})
	return string(text), all, string(proposed)
}

// named are the names of the specs that have come out so, in order.
func named(all map[string]types.SpecReport, state types.SpecState) (names []string) {
	for name, s := range all {
		if s.State == state {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func contains(t *testing.T, text string, all ...string) {
	t.Helper()
	for _, want := range all {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in it", want)
		}
	}
}

// Without a row of the ledger just those squares are red that have a case of it. What they say is enough to look at it.
func TestRowTakenOut(t *testing.T) {
	t.Parallel()
	l, s := known(t), made(t, Options{IUTs: both(), Only: part})
	if err := s.matrix.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, b := range s.matrix.Blocks {
		for i, r := range b.Results {
			if f := r.Finding; f != nil {
				m := ledger.Mistake{IUT: b.IUT.Name(), Rule: f.Rule, Shape: f.Shape, After: f.After, In: f.In}
				if by := l.JudgeMatrix([]ledger.Mistake{m}, causes.Rules(), nil, false)[0]; by.Row != nil && by.Row.ID == takenOut {
					c := at(b, i)
					want = append(want, c.iut+" in "+c.state.String()+" "+c.event)
				}
			}
		}
	}
	slices.Sort(want)
	want = slices.Compact(want)
	out, all, rows := play(t, "a row taken out")
	if got := named(all, types.SpecStateFailed); !slices.Equal(got, want) {
		t.Errorf("red are\n%q, expected\n%q", got, want)
	}
	if green := named(all, types.SpecStatePassed); len(want) < 2 || len(green) < 2*len(want) {
		t.Errorf("%d squares are to be red, %d are green: expected some of the first and more of the others", len(want), len(green))
	}
	const example = "netstack in CLOSING flags A"
	if labels := all[example].Labels(); !slices.Equal(labels, []string{"IUT: netstack", "State: CLOSING", "Event: flags-A"}) {
		t.Errorf("labels of %s: %q", example, labels)
	}
	contains(t, all[example].Failure.Message, "cases are not as recorded\n",
		"sends.rst: RST,ACK instead of nothing, to text behind the FIN, after ACK, in synchronized, fail (RFC 9293 §3.5.2 MUST): 3 cases\n",
		"\n    closing-active/ipv4/A seq=", ", got > R. ",
		"\n    go run github.com/twinstack/twinstack/ci matrix --show 'closing-active/ipv4/A seq=")
	contains(t, out, "the smallest case of sends.rst: RST,ACK instead of nothing, to text behind the FIN, after ACK, in synchronized",
		" on netstack: event fail", "           > R. ",
		"netstack  new: sends.rst: RST,ACK instead of nothing")
	contains(t, rows, "sends.rst", "class: TODO")
	if strings.Contains(rows, "iut: ours") {
		t.Errorf("rows of ours are proposed:\n%s", rows)
	}
}

// Without a ledger each root cause is shown once, by its smallest case, wherever in its square that stands.
func TestSmallestCases(t *testing.T) {
	t.Parallel()
	s := made(t, Options{IUTs: both(), Only: part})
	if err := s.play(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, all, _ := play(t, "no ledger")
	shown := map[string]int{}
	for _, spec := range all {
		for _, e := range spec.ReportEntries {
			if strings.HasPrefix(e.Name, "the smallest case of ") {
				shown[e.StringRepresentation()[:strings.Index(e.StringRepresentation(), ":")]+", "+e.Name]++
			}
		}
	}
	for _, j := range s.judged {
		what := j.Group.Example.Case().ID() + " on " + j.IUT + ", the smallest case of " + j.Mistake.String()
		if shown[what] != 1 {
			t.Errorf("shown %d times, expected once: %s", shown[what], what)
		}
	}
	if len(shown) != len(s.judged) || len(shown) < 5 {
		t.Errorf("%d shown, expected %d, and more than a few", len(shown), len(s.judged))
	}
}

// What the ledger has and nothing shows is red once everything is played.
func TestVanished(t *testing.T) {
	t.Parallel()
	_, all, _ := play(t, "everything")
	const spec = "all that the ledger has of the matrix is seen"
	if got := named(all, types.SpecStateFailed); !slices.Equal(got, []string{spec}) {
		t.Errorf("red are %q", got)
	}
	message := all[spec].Failure.Message
	contains(t, message, "../../ci/ledger.yaml:", "netstack-rfc9293-3.9.1-half-shut-listener on netstack: vanished: listen.3.syn: RST,ACK instead of SYN,ACK")
	if strings.Contains(message, "sends.rst: RST,ACK instead of nothing, to text behind the FIN, after ACK, in synchronized") {
		t.Error("a mistake that is there is said to have vanished")
	}
}

// A case that cannot be played is red in its square and as a whole.
func TestInError(t *testing.T) {
	t.Parallel()
	_, all, _ := play(t, "absent")
	want := []string{"absent in CLOSING flags R", "every case is played and judged"}
	if got := named(all, types.SpecStateFailed); !slices.Equal(got, want) {
		t.Fatalf("red are %q, expected %q", got, want)
	}
	contains(t, all[want[0]].Failure.Message, "cases in error: ", "matrix --show 'closing-active/ipv4/R seq=")
	contains(t, all[want[1]].Failure.Message, "cases in error on absent\n")
	if got := named(all, types.SpecStatePassed); !slices.Equal(got, []string{"ours in CLOSING flags R"}) {
		t.Errorf("green are %q", got)
	}
}

// An entry path that nobody gets along has no cases, and that is told. All is played, and so what the ledger has is missed.
func TestNobodyGetsThere(t *testing.T) {
	t.Parallel()
	_, all, _ := play(t, "absent alone")
	const seen, played = "all that the ledger has of the matrix is seen", "every case is played and judged"
	if got := named(all, types.SpecStateFailed); !slices.Equal(got, []string{seen, played}) || len(all) != 2 {
		t.Fatalf("red of %d are %q", len(all), got)
	}
	contains(t, all[seen].Failure.Message, "its.yaml:7:7: x on absent: vanished: listen.3.syn: nothing instead of SYN\n")
	contains(t, all[played].Failure.Message, "no IUT gets along closing-active/ipv4: absent: ", "no IUT gets along time-wait-timestamps/ipv6: absent: ")
}

// A square of which nothing can be said is neither green nor red.
func TestNotJudged(t *testing.T) {
	t.Parallel()
	_, all, _ := play(t, "not reached")
	if got := named(all, types.SpecStateFailed); got != nil {
		t.Errorf("red are %q", got)
	}
	skipped := named(all, types.SpecStateSkipped)
	if !slices.Contains(skipped, "netstack in FIN-WAIT-1 flags R") || slices.Contains(skipped, "ours in FIN-WAIT-1 flags R") {
		t.Errorf("skipped are %q", skipped)
	}
	contains(t, all["netstack in FIN-WAIT-1 flags R"].Failure.Message, "none of its cases can be judged: line 14: expected")
}

// A filter of labels picks squares.
func TestLabelFilter(t *testing.T) {
	t.Parallel()
	_, all, _ := play(t, "absent", "-ginkgo.label-filter=/State: CLOSING/ && /IUT: ours/ && /Event: flags-R/")
	if got := named(all, types.SpecStatePassed); !slices.Equal(got, []string{"ours in CLOSING flags R"}) || len(all) != 4 {
		t.Errorf("green of %d are %q", len(all), got)
	}
	if got := named(all, types.SpecStateFailed); got != nil {
		t.Errorf("red are %q", got)
	}
}

func TestBadOptions(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		o    Options
		want string
	}{
		{Options{}, "no IUT, expected at least one"},
		{Options{IUTs: []iut.IUT{netstack.IUT{}, netstack.IUT{}}}, `IUT "netstack" a second time`},
		{Options{IUTs: both(), Only: "closed/ipv4/["}, "syntax error in pattern"},
		{Options{IUTs: both(), Only: "nowhere"}, `"nowhere": no case has an id like that`},
		{Options{IUTs: both(), Only: "closed/ipv4/nothing"}, `"closed/ipv4/nothing": no case has an id like that`},
	} {
		if _, err := newSuite(test.o); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%+v: error %v, expected %s", test.o, err, test.want)
		}
	}
}
