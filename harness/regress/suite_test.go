package regress_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/twinstack/twinstack/fixtures"
	"github.com/twinstack/twinstack/harness/archive"
	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/iut/netstack"
	"github.com/twinstack/twinstack/harness/iut/ours"
	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/link"
	"github.com/twinstack/twinstack/harness/regress"
	"github.com/twinstack/twinstack/harness/results"
	"github.com/twinstack/twinstack/harness/trace"
	"github.com/twinstack/twinstack/specs"
)

// faulty is an IUT whose packets go through a function on their way out; nil is no packet.
type faulty struct {
	iut.IUT
	out func(raw []byte) []byte
}

func (f faulty) New(cfg iut.Config) (iut.Host, error) {
	h := &faultyHost{out: cfg.Link, in: link.NewEnd(cfg.Link.MTU()), fault: f.out}
	cfg.Link = h.in
	var err error
	if h.Host, err = f.IUT.New(cfg); err != nil {
		return nil, err
	}
	h.out.Attach(h.in.Inject)
	return h, nil
}

type faultyHost struct {
	iut.Host
	in, out *link.End
	fault   func([]byte) []byte
}

func (h *faultyHost) Settle() {
	h.Host.Settle()
	for raw := h.in.Take(); raw != nil; raw = h.in.Take() {
		if raw = h.fault(raw); raw != nil {
			h.out.Send(raw)
		}
	}
}

func (h *faultyHost) Close() {
	h.out.Attach(nil)
	h.Host.Close()
}

// played runs the whole suite with another netstack, and gives its results as they come back from disk.
func played(t *testing.T, other iut.IUT) *archive.File {
	t.Helper()
	known, err := ledger.ReadFile("../../ci/ledger.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s, err := specs.New(specs.Options{IUTs: []iut.IUT{ours.IUT{}, other}, Fixtures: fixtures.FS, Ledger: known, Transitions: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Record(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "results.json")
	var b bytes.Buffer
	if err := archive.Write(&b, results.FileOf(s.Results())); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	f, err := archive.Read(name, &b)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

var healthy sync.Once
var wasHealthy *archive.File

// base is a run without a fault.
func base(t *testing.T) *archive.File {
	t.Helper()
	healthy.Do(func() { wasHealthy = played(t, netstack.IUT{}) })
	return wasHealthy
}

// Two runs of the same are equal.
func TestEqualRuns(t *testing.T) {
	d := regress.Of(base(t), played(t, netstack.IUT{}))
	if len(d.Changes) > 0 || len(d.Notes) > 0 {
		t.Errorf("%d changes, the first %+v; notes %q", len(d.Changes), d.Changes[0], d.Notes)
	}
	if d.New.Runs < 1000 || !d.New.Complete {
		t.Errorf("%+v, expected a whole run", d.New)
	}
}

// ofRuns are the categories that a run can be in. It is in one.
var ofRuns = []regress.Category{regress.NewlyFailing, regress.NoVerdict, regress.Otherwise, regress.NewlyPassing, regress.Behaviour, regress.SameFailure}

// runs gives the runs that changed, "reset/a netstack ipv4", by category.
func runs(t *testing.T, d *regress.Diff) map[regress.Category][]string {
	t.Helper()
	by := map[regress.Category][]string{}
	seen := map[string]bool{}
	for _, c := range d.Changes {
		if !slices.Contains(ofRuns, c.Category) {
			continue
		}
		for _, family := range c.Families {
			name := c.Name + " " + c.IUT + " " + family
			if seen[name] {
				t.Errorf("%s a second time", name)
			}
			seen[name] = true
			by[c.Category] = append(by[c.Category], name)
		}
	}
	for _, names := range by {
		slices.Sort(names)
	}
	return by
}

// expected says by the verdicts alone in which category each of the runs is that touched chooses by what it was.
func expected(before, after *archive.File, touched func(*archive.Run) bool) map[regress.Category][]string {
	by := map[regress.Category][]string{}
	for i := range before.Cases {
		for j := range before.Cases[i].Runs {
			old, new := &before.Cases[i].Runs[j], &after.Cases[i].Runs[j]
			if old.IUT == ledger.Ours || !touched(old) {
				continue
			}
			var category regress.Category
			same := fmt.Sprint(old.Failures, old.Reason) == fmt.Sprint(new.Failures, new.Reason)
			switch was, is := old.Verdict, new.Verdict; {
			case was == "pass" && is == "pass":
				category = regress.Behaviour
			case is == "fail" && was != "fail":
				category = regress.NewlyFailing
			case is == "pass":
				category = regress.NewlyPassing
			case was == is && same:
				category = regress.SameFailure
			case is == "fail":
				category = regress.Otherwise
			default:
				category = regress.NoVerdict
			}
			by[category] = append(by[category], before.Cases[i].ID+" "+old.IUT+" "+old.Family)
		}
	}
	for _, names := range by {
		slices.Sort(names)
	}
	return by
}

func sent(r *archive.Run, like func(flags string) bool) bool {
	for _, e := range r.Trace {
		fields := strings.Fields(e.Text) // > 8080 > 40000 R. 1:1(0) ack 1
		if e.Kind == "sent" && len(fields) > 4 && like(fields[4]) {
			return true
		}
	}
	return false
}

// A stack that never sends a RST: exactly the runs in which it sent one change, each in its category, and what hangs on them.
func TestNoRST(t *testing.T) {
	before := base(t)
	after := played(t, faulty{netstack.IUT{}, func(raw []byte) []byte {
		if p := link.Decode(raw); p.TCP != nil && p.TCP.Flags&trace.RST != 0 {
			return nil
		}
		return raw
	}})
	d := regress.Of(before, after)
	got := runs(t, d)
	want := expected(before, after, func(r *archive.Run) bool {
		return sent(r, func(flags string) bool { return strings.Contains(flags, "R") })
	})
	compareRuns(t, got, want)
	if n := len(got[regress.NewlyFailing]); n < 50 {
		t.Errorf("%d runs newly failing, expected many", n)
	}
	if known := "close/unread-data netstack ipv4"; !slices.Contains(got[regress.NewlyFailing], known) {
		t.Errorf("%s is not newly failing: it closes with unread data, which sends a RST (RFC 9293 §3.6.1)", known)
	}
	for _, c := range d.Changes {
		if c.IUT == ledger.Ours || c.Category == regress.Added || c.Category == regress.Removed || c.Category == regress.Settings {
			t.Errorf("%+v, expected changes of netstack alone", c)
		}
	}
	// Mended again, what was newly failing passes.
	if back := runs(t, regress.Of(after, before)); !slices.Equal(back[regress.NewlyPassing], got[regress.NewlyFailing]) || len(back[regress.NewlyFailing]) > 0 {
		t.Errorf("turned round, %d pass and %d fail, expected %d and none", len(back[regress.NewlyPassing]), len(back[regress.NewlyFailing]), len(got[regress.NewlyFailing]))
	}
	for _, category := range []regress.Category{regress.Comparison, regress.Requirements} {
		if d.In(category) == 0 {
			t.Errorf("nothing in %q", category.Title())
		}
	}
}

// A stack with another hop limit: everything that it sends is otherwise, and the notation does not show it.
func TestHopLimit(t *testing.T) {
	before := base(t)
	after := played(t, faulty{netstack.IUT{}, func(raw []byte) []byte {
		if raw[0]>>4 == 6 {
			raw[7]--
			return raw
		}
		raw[8]--
		sum := uint32(binary.BigEndian.Uint16(raw[10:])) + 0x100 // RFC 1624 §3: the sum falls as its complement rises
		binary.BigEndian.PutUint16(raw[10:], uint16(sum+sum>>16))
		return raw
	}})
	d := regress.Of(before, after)
	want := expected(before, after, func(r *archive.Run) bool { return sent(r, func(string) bool { return true }) })
	compareRuns(t, runs(t, d), want)
	if len(want[regress.Behaviour]) < 500 {
		t.Errorf("%d runs behave otherwise, expected most", len(want[regress.Behaviour]))
	}
	for _, c := range d.Changes {
		if c.Category == regress.Behaviour && !strings.Contains(c.New.Text, "octets that the notation does not show") {
			t.Errorf("%+v, expected octets alone", c)
		}
	}
}

func compareRuns(t *testing.T, got, want map[regress.Category][]string) {
	t.Helper()
	for _, category := range ofRuns {
		t.Logf("%s: %d", category.Title(), len(want[category]))
		if !slices.Equal(got[category], want[category]) {
			t.Errorf("%s: got %d, want %d\n\tnot expected: %q\n\tmissing: %q", category.Title(), len(got[category]), len(want[category]),
				without(got[category], want[category]), without(want[category], got[category]))
		}
	}
}

func without(a, b []string) []string {
	m := map[string]bool{}
	for _, s := range a {
		m[s] = true
	}
	for _, s := range b {
		delete(m, s)
	}
	return slices.Sorted(maps.Keys(m))
}
