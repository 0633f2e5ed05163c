package specs

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/run"
	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

// fakeIUT has a name and no hosts: the suite's own tests take the place of run.Run.
type fakeIUT string

func (f fakeIUT) Name() string                   { return string(f) }
func (fakeIUT) Version() string                  { return "1" }
func (fakeIUT) ISNTick() time.Duration           { return 0 }
func (fakeIUT) New(iut.Config) (iut.Host, error) { return nil, iut.EOPNOTSUPP }
func (fakeIUT) Support(iut.Settings) (s []iut.Support) {
	return []iut.Support{{Setting: "MSL", Honour: iut.Set}, {Setting: "Nagle", Honour: iut.Fixed, Value: "true"}}
}

const requirementsCSV = "id,level,rfc,section,topic,requirement,testable,how\n" +
	"MUST-1,MUST,RFC9293,3.5.2,reset,Text.,blackbox,How.\n" +
	"MAY-1,MAY,RFC9293,3.5.3,reset,Text.,blackbox,How.\n"

// fixture is a script that one fake IUT can be told apart by.
func fixture(title string) *fstest.MapFile {
	return &fstest.MapFile{Data: []byte("// title: " + title + "\n// requirements: MUST-1\n// labels: passive\n--ip_version=ipv4\n\n" +
		"+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n// state: CLOSED\n")}
}

func fakeFixtures() fstest.MapFS {
	return fstest.MapFS{
		"requirements.csv":     {Data: []byte(requirementsCSV)},
		"reset/passes.pkt":     fixture("passes"),
		"reset/recorded.pkt":   fixture("recorded"),
		"reset/mended.pkt":     fixture("mended"),
		"reset/unrecorded.pkt": fixture("unrecorded"),
		"close/error.pkt":      fixture("error"),
	}
}

const fakeLedger = `- id: other-fails
  iut: other
  class: both
  clause: RFC 9293 §3.5.2
  reason: It fails. Always.
  cases:
    - {case: reset/recorded, fails: "line 6: expected a, got b (c)"}
    - {case: reset/mended, fails: "line 6: expected a, got b (c)"}
`

// tooMuch is a case that does not exist, a row that is to be filled in, and two patterns of which one shows.
const tooMuch = `- id: other-gone
  iut: other
  class: both
  clause: TODO
  reason: It fails.
  cases:
    - {case: reset/gone, fails: "line 6: expected a, got b (c)"}
    - {case: "close/*", fails: "never"}
    - {case: "reset/unrec*", fails: "line *: expected a, got b (c)"}
`

// fakePlay fails as its name says, and only on the other IUT.
func fakePlay(f *script.File, i iut.IUT, o run.Options) *trace.Result {
	name := strings.TrimSuffix(f.Name, ".pkt")
	r := &trace.Result{Trace: &trace.Trace{Case: name, IUT: i.Name(), Family: FamilyName(o.IPv6), Events: []trace.Event{
		{At: time.Millisecond, Kind: trace.Called, Line: 6, Call: &trace.Call{Name: "socket", Result: 3}}}}}
	if i.Name() != "other" {
		return r
	}
	switch name {
	case "reset/recorded", "reset/unrecorded":
		r.Verdict, r.Failures = trace.Fail, []trace.Failure{{Line: 6, Expected: "a", Got: "b", Reason: "c"}}
	case "close/error":
		r.Verdict, r.Reason = trace.Error, "out of order"
	}
	return r
}

func fakeSuite(t *testing.T, fixtures fs.FS) *Suite {
	t.Helper()
	return fakeSuiteWith(t, fixtures, fakeLedger)
}

func fakeSuiteWith(t *testing.T, fixtures fs.FS, rows string) *Suite {
	t.Helper()
	known, err := ledger.Parse("ledger.yaml", []byte(rows))
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Options{IUTs: []iut.IUT{fakeIUT("ours"), fakeIUT("other")}, Fixtures: fixtures, Ledger: known})
	if err != nil {
		t.Fatal(err)
	}
	s.play = fakePlay
	return s
}

const childVariable = "TWINSTACK_FAKE_SPECS"

// TestFakeSpecs is what TestSpecs runs in a process of its own, since Ginkgo runs once a process.
func TestFakeSpecs(t *testing.T) {
	if os.Getenv(childVariable) != "" {
		fakeSuite(t, fakeFixtures()).test(t)
	}
}

// What is not as recorded is a red spec that shows the line, what was expected, what came, and the trace. It stands in the
// summary, too, with its clause, and in the rows that are proposed.
func TestSpecs(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run=^TestFakeSpecs$", "-ginkgo.no-color", "-ginkgo.v")
	rows := filepath.Join(t.TempDir(), "rows.yaml")
	cmd.Env = append(os.Environ(), childVariable+"=1", ProposeVariable+"="+rows)
	out, err := cmd.CombinedOutput()
	if err == nil {
		t.Error("the specs are green, expected red")
	}
	for _, want := range []string{
		"reset/mended on ipv4: other: unexpectedly passing",
		"reset/unrecorded on ipv4: other: new",
		"line 6: expected a, got b (c)",
		"close/error on ipv4: other: could not be judged",
		"error: out of order",
		"close/error on ipv4: ours and other: could not be judged",
		"as recorded",
		"other-fails (both, RFC 9293 §3.5.2)",
		"trace of other",
		"socket(", // the trace in packetdrill's notation
		"Ran 23 of 23 Specs",
		"19 Passed | 4 Failed | 0 Pending | 0 Skipped",
		"reset/unrecorded  other over ipv4  RFC 9293 §3.5.2",
		"not as recorded: 1 new, 1 unexpectedly passing, 2 could not be judged; 10 runs, 5 comparisons, 1 ledger rows seen",
	} {
		if !strings.Contains(string(out), want) {
			t.Errorf("no %q in the report", want)
		}
	}
	proposed, err := os.ReadFile(rows)
	if err != nil || !strings.Contains(string(proposed), "id: other-reset-unrecorded") || strings.Contains(string(proposed), "mended") {
		t.Errorf("proposed %q, %v, expected a row for reset/unrecorded alone", proposed, err)
	}
	if t.Failed() {
		t.Logf("%s", out)
	}
}
