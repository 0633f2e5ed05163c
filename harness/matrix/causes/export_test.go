package causes

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/iut/ours"
	"github.com/twinstack/twinstack/harness/run"
	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

func known(id string) bool { return strings.HasPrefix(id, "RFC9293") }

// Every root cause of a stack with a mistake becomes a script that passes on ours and fails on it, over each family that it
// runs on; and what did not matter has gone from it.
func TestScripts(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		only   string
		iut    iut.IUT
		groups int
	}{
		{"[ct]*-wait-[pf]*e/*/? seq=*", plant(deaf), 3},
		{"established-*/ipv6/F* seq=nxt ack=* text=none", plant(talkative), 1},
	} {
		m := play(t, test.only, 0, test.iut)
		e := &Exporter{Matrix: m, Reference: ours.IUT{}, Known: known}
		groups := Groups(m)
		if len(groups) < test.groups {
			t.Errorf("%s: %d groups, expected %d or more", test.only, len(groups), test.groups)
		}
		dir := t.TempDir()
		out, err := e.Write(context.Background(), dir, groups)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range out {
			if o.Err != nil {
				t.Errorf("%v: %v", o.Group.Mistake, o.Err)
				continue
			}
			src, err := os.ReadFile(o.Path)
			if err != nil {
				t.Fatal(err)
			}
			f, err := script.Parse(o.Path, src)
			if err != nil {
				t.Errorf("%v\n%s", err, src)
				continue
			}
			for _, ipv6 := range run.Families(f) {
				ro := run.Options{IPv6: ipv6, Settings: iut.Alike()}
				if res := run.Run(f, ours.IUT{}, ro); res.Verdict != trace.Pass {
					t.Errorf("%s on ours: %v %v\n%s", o.Name, res.Verdict, res.Failures, src)
				}
				if res := run.Run(f, test.iut, ro); res.Verdict != trace.Fail {
					t.Errorf("%s on %s: %v\n%s", o.Name, test.iut.Name(), res.Verdict, src)
				}
			}
			if o.Left > o.Lines {
				t.Errorf("%s: %d lines of %d are left:\n%s", o.Name, o.Left, o.Lines, src)
			}
			if again, err := e.Script(o.Group); err != nil || string(again.Text)+"\n" != string(src) {
				t.Errorf("%s: another script the second time", o.Name)
			}
		}
	}
}

// What a script looks like.
func TestScriptText(t *testing.T) {
	t.Parallel()
	m := play(t, "close-wait-passive/*/- seq=*", 0, plant(deaf))
	e := &Exporter{Matrix: m, Reference: ours.IUT{}, Known: known}
	x, err := e.Script(Groups(m)[0])
	if err != nil {
		t.Fatal(err)
	}
	const want = `// title: not acceptable: <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>, dropped
// requirements: RFC9293-3.10.7.4-1 RFC9293-3.5.2-4 RFC9293-3.4-2 RFC9293-3.4-3
// labels: passive
// set: ReceiveBuffer=8192
// RFC 9293 §3.5.2: rule other.1.unacceptable of the oracle.
// planted, after "+0 < - 10193:10193(0)": nothing
// RFC: > . 1:1(0) ack 1001
// In the matrix: other.1.unacceptable: nothing instead of ACK!, after no ACK bit, in synchronized. 14 cases: CLOSE-WAIT 14.

+0    socket(..., SOCK_STREAM|SOCK_NONBLOCK, IPPROTO_TCP) = 3
+0    bind(3, ..., ...) = 0
+0    listen(3, 5) = 0
// state: LISTEN
+0    < S 1000:1000(0)
+0    > S. 0:0(0) ack 1001 <...>
// state: SYN-RECEIVED
+0    < . 1001:1001(0) ack 1
// state: ESTABLISHED
+0    < - 10193:10193(0)
+0    > . 1:1(0) ack 1001
// state: ESTABLISHED`
	if string(x.Text) != want {
		t.Errorf("got\n%s", x.Text)
	}
	if want := "other.1.unacceptable-nothing-instead-of-ack-no-ack-bit-synchronized.pkt"; x.Name != want {
		t.Errorf("it is called %s, expected %s", x.Name, want)
	}
}

// An export takes the place of the one before, and leaves what is none.
func TestExportAgain(t *testing.T) {
	t.Parallel()
	m := play(t, "close-wait-passive/ipv4/- seq=*", 0, plant(deaf))
	e := &Exporter{Matrix: m, Reference: ours.IUT{}, Known: known}
	dir := t.TempDir()
	folder := filepath.Join(dir, "planted")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"old.pkt": "// title: x\n// In the matrix: y\n+0 close(3) = 0\n", "own.pkt": "+0 close(3) = 0\n"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, err := e.Write(context.Background(), dir, Groups(m))
	if err != nil {
		t.Fatal(err)
	}
	left, err := filepath.Glob(filepath.Join(folder, "*"))
	if want := []string{out[0].Path, filepath.Join(folder, "own.pkt")}; err != nil || !slices.Equal(left, want) {
		t.Errorf("there are %q, expected %q", left, want)
	}
}

// renamed is an IUT under another name.
type renamed struct{ iut.IUT }

// Name implements iut.IUT.
func (renamed) Name() string { return "reference" }

func TestNoScript(t *testing.T) {
	t.Parallel()
	m := play(t, "close-wait-passive/ipv4/- seq=*", 0, plant(deaf))
	g := Groups(m)[0]
	e := &Exporter{Matrix: m, Reference: plant(deaf), Known: known}
	if _, err := e.Script(g); err == nil || !strings.Contains(err.Error(), "a mistake of the reference") {
		t.Errorf("the reference's own: %v", err)
	}
	e.Reference = renamed{plant(deaf)}
	if _, err := e.Script(g); !errors.Is(err, errShared) {
		t.Errorf("a mistake that both make: %v", err)
	}
	e.Reference = renamed{plant(func(s *trace.Segment) (bool, trace.Flags) { return !s.Flags.Has(trace.SYN), 0 })}
	if _, err := e.Script(g); err == nil || !strings.Contains(err.Error(), "the reference makes a mistake, too: listen.3.syn") {
		t.Errorf("a reference that does not get there: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := e.Write(ctx, t.TempDir(), []*Group{g}); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
	e.Reference = ours.IUT{}
	if _, err := e.Write(context.Background(), "/dev/null/x", []*Group{g}); err == nil {
		t.Error("a folder that cannot be: no error")
	}
}
