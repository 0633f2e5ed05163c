package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gopacket/gopacket/pcapgo"

	"github.com/twinstack/twinstack/harness/link"
	"github.com/twinstack/twinstack/harness/report/capture"
	"github.com/twinstack/twinstack/harness/trace"
)

// captured is one capture with the trace that it is of.
type captured struct {
	file   []byte
	trace  *trace.Trace
	live   bool
	failed bool
}

// packets are the events of the trace that are in the capture.
func (c *captured) packets() (events []*trace.Event) {
	for i := range c.trace.Events {
		if e := &c.trace.Events[i]; e.Kind == trace.Sent || e.Kind == trace.Received && !c.live {
			events = append(events, e)
		}
	}
	return events
}

// inbound says which way a packet goes, seen from the IUT, or from the client of a pair, who sends the first.
func (c *captured) inbound(e *trace.Event) bool {
	return e.Kind == trace.Received || c.live && e.Packet.Src != c.packets()[0].Packet.Src
}

// record runs the whole suite and captures all of it.
func record(t *testing.T) []captured {
	t.Helper()
	s, err := newSuite()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Record(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	folder, err := capture.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	j, p := &judged{Suite: s.Results(), specs: s}, &pcap{dir: dir, folder: folder}
	if p.suite(j); p.err != nil {
		t.Fatal(p.err)
	}
	var all []captured
	add := func(c captured) {
		if c.file, err = os.ReadFile(filepath.Join(dir, filepath.FromSlash(capture.Name(c.trace.IUT, c.trace.Family, c.trace.Case)+".pcapng"))); err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	for _, r := range j.Runs {
		add(captured{trace: r.Result.Trace, failed: len(r.Result.Failures) > 0})
	}
	for _, l := range j.Live {
		add(captured{trace: l.Trace, live: true})
	}
	if len(all) != folder.Len() || len(j.Live) != 8 {
		t.Fatalf("%d captures, expected %d runs and 8 live pairs", folder.Len(), len(j.Runs))
	}
	return all
}

// recorded is the suite's captures, made once for all tests.
var recorded struct {
	sync.Mutex
	all []captured
}

func captures(t *testing.T) []captured {
	t.Helper()
	recorded.Lock()
	defer recorded.Unlock()
	if recorded.all == nil {
		recorded.all = record(t)
	}
	return recorded.all
}

// Every capture of the suite holds the packets of its trace, in their order, with their times, directions and octets but for
// IPv4 identifications, and says of each failing case where it fails.
func TestCapturesAreTheTraces(t *testing.T) {
	t.Parallel()
	for _, c := range captures(t) {
		r, err := pcapgo.NewNgReader(bytes.NewReader(c.file), pcapgo.DefaultNgReaderOptions)
		if err != nil {
			t.Fatal(err)
		}
		failed := false
		for n, e := range c.packets() {
			raw, info, options, err := r.ReadPacketDataWithOptions()
			if err != nil {
				t.Fatalf("%s on %s: packet %d: %v", c.trace.Case, c.trace.IUT, n+1, err)
			}
			got, want := notation(raw, e), notation(e.Packet.Raw, e)
			inbound := options.Flags.Direction == pcapgo.NgEpbFlagDirectionInbound
			if at := time.Duration(info.Timestamp.UnixNano()); at != e.At || inbound != c.inbound(e) || got != want {
				t.Errorf("%s on %s: packet %d: at %v, inbound %t, %s; expected %v, %t, %s", c.trace.Case, c.trace.IUT, n+1, at, inbound, got, e.At, c.inbound(e), want)
			}
			failed = failed || slices.ContainsFunc(options.Comments, func(said string) bool { return strings.HasPrefix(said, "FAIL: line ") })
		}
		if _, _, err := r.ReadPacketData(); !errors.Is(err, io.EOF) {
			t.Errorf("%s on %s: more than the trace has: %v", c.trace.Case, c.trace.IUT, err)
		}
		if failed != c.failed && len(c.packets()) > 0 {
			t.Errorf("%s on %s: a packet says FAIL: %t, expected %t", c.trace.Case, c.trace.IUT, failed, c.failed)
		}
	}
}

// notation is a packet by its octets: with its addresses, and why it is malformed, if it is.
func notation(raw []byte, e *trace.Event) string {
	p := link.Decode(raw)
	text := ""
	if p.TCP != nil {
		text = string(p.TCP.Payload)
	}
	return fmt.Sprintf("%v to %v, %d octets: %s %q", p.Src, p.Dst, len(raw), p.Notation(e.Kind, e.Shift, trace.Full|trace.Ports), text)
}

// The same suite gives the same captures in every process.
func TestCapturesAreTheSame(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	var first map[string][]byte
	for _, p := range []string{"first", "second"} {
		status, out, errs := ci(t, folder, "gate", "--ledger", houseLedger(t), "--pcap", p)
		expect(t, good, []string{"captures, in " + p}, status, out, errs)
		files := map[string][]byte{}
		root := os.DirFS(filepath.Join(folder, p))
		err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				files[name], err = fs.ReadFile(root, name)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = files
			continue
		}
		if len(files) != len(first) || len(files) < 1600 {
			t.Errorf("%d captures, expected %d as the first time", len(files), len(first))
		}
		for name, data := range files {
			if !bytes.Equal(data, first[name]) {
				t.Errorf("%s: another capture the second time", name)
			}
		}
	}
}

// Every command that plays cases takes --pcap, and tells what it wrote behind all else.
func TestPcap(t *testing.T) {
	t.Parallel()
	const one = "closing-active/ipv4/- seq=nxt-1 text=none"
	for _, test := range []struct {
		name   string
		args   []string
		status int
		want   []string // in the output
		files  []string // in the folder, patterns of Glob
	}{
		{"gate", []string{"gate", "--ledger", houseLedger(t)}, good, []string{"as recorded: ", " captures, in p"}, []string{
			"ours/ipv6/reset/rst-at-rcv-nxt", "netstack/ipv4/reset/rst-at-rcv-nxt", "netstack_to_ours/ipv4/textbook/live"}},
		{"run", []string{"run", "--out", ""}, good, []string{"as recorded: ", " captures, in p"}, []string{"ours/ipv4/close/*"}},
		{"script", []string{"script", "a.pkt", "s", "--iut", "ours"}, bad, []string{"2 runs: 1 pass", "written: 2 captures, in p"}, []string{
			"ours/ipv4/a", "ours/ipv4/s/b"}},
		{"matrix --only", []string{"matrix", "--only", "closing-active/ipv4/R seq=n*"}, good, []string{"root causes", "written: "}, []string{
			"ours/ipv4/matrix/closing-active/R_seq=nxt_text=none", "netstack/ipv4/matrix/closing-active/R_seq=nxt_text=none"}},
		{"matrix --show", []string{"matrix", "--show", one}, bad, []string{"written: 2 captures, in p"}, []string{
			"ours/ipv4/matrix/closing-active/-_seq=nxt-1_text=none", "netstack/ipv4/matrix/closing-active/-_seq=nxt-1_text=none"}},
		{"matrix, very many", []string{"matrix", "--only", "established-*"}, cannotRun, []string{
			`ci matrix: --pcap with --only "established-*": `, "captures, expected 10000 at most; choose fewer cases, or leave --only out"}, nil},
		{"matrix --list", []string{"matrix", "--list", "--only", one}, cannotRun, []string{"--pcap with --list: no case is played"}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			for name, text := range map[string]string{"a.pkt": passing, "s/b.pkt": failing} {
				if err := errors.Join(os.MkdirAll(filepath.Dir(filepath.Join(folder, name)), 0o755), os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644)); err != nil {
					t.Fatal(err)
				}
			}
			status, out, errs := ci(t, folder, append(test.args, "--pcap", "p")...)
			expect(t, test.status, test.want, status, out, errs)
			for _, name := range test.files {
				if found, err := filepath.Glob(filepath.Join(folder, "p", filepath.FromSlash(name)+".pcapng")); err != nil || len(found) == 0 {
					t.Errorf("no capture %s: %v", name, err)
				}
			}
			if _, err := os.Stat(filepath.Join(folder, "p")); test.files == nil && err == nil {
				t.Error("a folder of captures, expected none")
			}
		})
	}
}

// Where captures cannot be written, a command says so and leaves with 2, and what it had to tell is told all the same.
func TestPcapFails(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args []string
		said string // in spite of it; "": it does not begin
		dir  string
	}{
		{[]string{"gate", "--ledger", houseLedger(t)}, "", "file"},
		{[]string{"run", "--out", ""}, "", "file"},
		{[]string{"script", "a.pkt"}, "", "file"},
		{[]string{"matrix", "--only", "closing-active/ipv4/R seq=n*"}, "", "file"},
		{[]string{"gate", "--ledger", houseLedger(t)}, "as recorded: ", "p"},
		{[]string{"run", "--out", "out"}, "written: out/summary.txt", "p"},
		{[]string{"script", "a.pkt", "--json", "r.json"}, "2 runs: 2 pass", "p"},
		{[]string{"matrix", "--only", "closing-active/ipv4/R seq=n*"}, "root causes", "p"},
	} {
		folder := t.TempDir()
		p := filepath.Join(folder, "p")
		if err := errors.Join(os.Mkdir(p, 0o755), os.WriteFile(filepath.Join(p, "ours"), nil, 0o644), // where a folder must go
			os.WriteFile(filepath.Join(folder, "file"), nil, 0o644), os.WriteFile(filepath.Join(folder, "a.pkt"), []byte(passing), 0o644)); err != nil {
			t.Fatal(err)
		}
		status, out, errs := ci(t, folder, append(test.args, "--pcap", test.dir)...)
		if status != cannotRun || !strings.Contains(errs, "ci "+test.args[0]+": --pcap "+test.dir+": mkdir ") || !strings.Contains(out, test.said) || test.said == "" && out != "" {
			t.Errorf("%q --pcap %s: status %d\n%s\n%s", test.args, test.dir, status, out, errs)
		}
	}
}
