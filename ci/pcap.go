package main

import (
	"flag"
	"fmt"
	"io/fs"
	"strings"

	"github.com/twinstack/twinstack/fixtures"
	"github.com/twinstack/twinstack/harness/catalogue"
	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/report/capture"
	"github.com/twinstack/twinstack/harness/results"
	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

// pcap is the flag of every command that plays cases: captures of them in a folder.
type pcap struct {
	dir    string
	folder *capture.Folder // nil: none are wanted
	err    error           // the first; nothing is written behind it
}

// pcapFlag defines the flag.
func pcapFlag(flags *flag.FlagSet) *pcap {
	p := &pcap{}
	flags.StringVar(&p.dir, "pcap", "", "write each case as a packet capture with comments, for Wireshark and tshark, into a `DIR`: DIR/IUT/FAMILY/CASE.pcapng")
	return p
}

// open makes the folder before anything is played, and says whether the command can go on.
func (p *pcap) open(c console, command string) bool {
	if p.dir == "" {
		return true
	}
	if p.folder, p.err = capture.Open(p.dir); p.err != nil {
		p.end(c, command, cannotRun)
	}
	return p.err == nil
}

// wanted says whether captures are to be written.
func (p *pcap) wanted() bool { return p.folder != nil && p.err == nil }

// add writes a capture.
func (p *pcap) add(c *capture.Case) {
	if p.wanted() {
		p.err = p.folder.Add(c)
	}
}

// end tells what was written, behind all else that the command tells, and gives its exit status.
func (p *pcap) end(c console, command string, status int) int {
	if p.folder != nil {
		fmt.Fprintf(c.out, "written: %d captures, in %s\n", p.folder.Len(), p.folder)
	}
	if p.err != nil {
		fmt.Fprintf(c.err, "ci %s: --pcap %s: %v\n", command, p.dir, p.err)
		return cannotRun
	}
	return status
}

// suite writes every run of the suite that was made, and every live pair that was played.
func (p *pcap) suite(j *judged) {
	files := map[string]*script.File{}
	for _, c := range j.specs.Cases {
		files[c.Name] = c.File
	}
	for i, r := range j.Runs {
		if !p.wanted() {
			return
		}
		path := r.Case + ".pkt"
		source, err := fs.ReadFile(fixtures.FS, path)
		if err != nil {
			p.err = err
			return
		}
		c := runCapture(r, files[r.Case], source)
		c.Clauses = j.Clauses[r.Case]
		for _, row := range j.Findings[i].Rows {
			c.Notes = append(c.Notes, fmt.Sprintf("on record: %s (%s, %s)", row.ID, row.Class, row.Clause))
		}
		c.Notes = append(c.Notes, again("script -v --iut "+r.IUT+" fixtures/"+path))
		p.add(c)
	}
	for _, l := range j.Live {
		if l.NotPlayed == "" {
			p.add(liveCapture(l, j.Clauses[ledger.Live]))
		}
	}
}

// runCapture is the capture of a run of a script, as far as the run itself tells.
func runCapture(r results.Run, file *script.File, source []byte) *capture.Case {
	t := &trace.Trace{}
	if r.Result.Trace != nil {
		*t = *r.Result.Trace
	}
	t.Case, t.IUT, t.Family = strings.TrimSuffix(r.Case, ".pkt"), r.IUT, r.Family
	return &capture.Case{Trace: t, Title: file.Header.Title, Verdict: r.Result.Verdict.String(), Reason: r.Result.Reason,
		Failures: r.Result.Failures, Notes: versions(r.IUT), Script: source}
}

// script writes the run of a script that need not be a fixture: it names requirements only if it wants to.
func (p *pcap) script(r results.Run, file *script.File, source []byte) {
	if !p.wanted() {
		return
	}
	known, err := readRequirements()
	if err != nil {
		p.err = err
		return
	}
	c := runCapture(r, file, source)
	for _, w := range file.Header.Requirements {
		if requirement, ok := known.Lookup(w.Text); ok {
			c.Clauses = append(c.Clauses, requirement.Clause())
		}
	}
	c.Notes = append(c.Notes, again("script -v --iut "+r.IUT+" "+quoted(r.Case)))
	p.add(c)
}

// readRequirements reads the catalogue.
func readRequirements() (*catalogue.Catalogue, error) {
	const name = "requirements.csv"
	file, err := fixtures.FS.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return catalogue.Read(name, file)
}

// liveCapture is the capture of a live pair.
func liveCapture(l results.Live, clauses []string) *capture.Case {
	c := &capture.Case{Trace: l.Trace, Title: "the textbook, live, " + l.String(), Verdict: trace.Pass.String(), Clauses: clauses,
		Notes: versions(l.Client, l.Server)}
	if len(l.Wrong) > 0 {
		c.Verdict = trace.Fail.String()
	}
	for _, w := range l.Wrong {
		c.Notes = append(c.Notes, "FAIL: "+w)
	}
	for _, e := range l.Trace.Events {
		if e.Kind == trace.Sent {
			c.Client = e.Packet.Src // it opens the connection: the first packet is its SYN
			break
		}
	}
	return c
}

// versions are those of twinstack and of IUTs, a line each.
func versions(iuts ...string) (lines []string) {
	if ours, err := iut.Lookup(ledger.Ours); err == nil {
		lines = append(lines, "twinstack: "+ours.Version())
	}
	for _, name := range iuts {
		if i, err := iut.Lookup(name); err == nil && name != ledger.Ours {
			lines = append(lines, name+": "+i.Version())
		}
	}
	return lines
}

// again is how to play a case once more.
func again(command string) string { return "again: go run ./ci " + command }

// quoted is a word as a shell reads it.
func quoted(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }
