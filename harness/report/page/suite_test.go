package page_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/twinstack/twinstack/fixtures"
	"github.com/twinstack/twinstack/harness/archive"
	"github.com/twinstack/twinstack/harness/iut"
	_ "github.com/twinstack/twinstack/harness/iut/netstack"
	_ "github.com/twinstack/twinstack/harness/iut/ours"
	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/report/page"
	"github.com/twinstack/twinstack/harness/results"
	"github.com/twinstack/twinstack/specs"
)

// whole is a run of the whole suite, with a matrix as large as the whole one. TWINSTACK_RESULTS names files of a run to take
// in its place, parted by commas: that of the suite and that of the matrix.
var whole = sync.OnceValues(func() (*archive.File, error) {
	if names := os.Getenv("TWINSTACK_RESULTS"); names != "" {
		var parts []results.Source
		for name := range strings.SplitSeq(names, ",") {
			f, err := archive.ReadFile(name)
			if err != nil {
				return nil, err
			}
			parts = append(parts, results.Source{Name: name, File: f})
		}
		return results.Merge(parts)
	}
	known, err := ledger.ReadFile("../../../ci/ledger.yaml")
	if err != nil {
		return nil, err
	}
	var iuts []iut.IUT
	for _, name := range []string{ledger.Ours, "netstack"} {
		i, err := iut.Lookup(name)
		if err != nil {
			return nil, err
		}
		iuts = append(iuts, i)
	}
	s, err := specs.New(specs.Options{IUTs: iuts, Fixtures: fixtures.FS, Ledger: known, Transitions: true})
	if err != nil {
		return nil, err
	}
	if err := s.Record(context.Background(), nil); err != nil {
		return nil, err
	}
	f := results.FileOf(s.Results())
	f.Matrix = largeMatrix()
	return f, nil
})

func wholeRun(t *testing.T) *archive.File {
	t.Helper()
	f, err := whole()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func write(t *testing.T, f *archive.File) string {
	t.Helper()
	var b bytes.Buffer
	if err := page.Write(&b, f); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// largeMatrix is as large as the whole matrix: 11 states, 98 events, 139 root causes, half a million cases.
func largeMatrix() *archive.Matrix {
	m := &archive.Matrix{Scope: "whole"}
	for _, name := range []string{"ours", "netstack"} {
		m.IUTs = append(m.IUTs, archive.Outline{IUT: name, Entries: 66})
	}
	for _, s := range strings.Fields("CLOSED LISTEN SYN-SENT SYN-RECEIVED ESTABLISHED FIN-WAIT-1 FIN-WAIT-2 CLOSE-WAIT CLOSING LAST-ACK TIME-WAIT") {
		r := archive.Row{State: s}
		for i := range 6 {
			r.Entries = append(r.Entries, fmt.Sprintf("%s-by-way-%d, IPv%d", strings.ToLower(s), i/2, 4+i%2*2))
		}
		m.Rows = append(m.Rows, r)
	}
	for i := range 98 {
		c := archive.Column{Group: fmt.Sprint("group ", i/25), Name: fmt.Sprint("EVENT-", i)}
		positions := 3
		if i < 16 { // flags
			positions = 72
		}
		for p := range positions {
			c.Positions = append(c.Positions, fmt.Sprintf("SEQ at %d, ACK at %d", p/6, p%6))
		}
		m.Columns = append(m.Columns, c)
	}
	for i := range 139 {
		m.Causes = append(m.Causes, archive.Cause{IUT: "netstack", Rule: fmt.Sprint("other.", i), Shape: "nothing instead of ACK!", After: "ACK", Verdict: "fail",
			Clause: "RFC 9293 §3.10.7.4", Level: "MUST", States: map[string]int{}, Example: fmt.Sprint("established/ipv4/A:", i), Expected: "<SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>",
			Got: "nothing", Status: ledger.AsRecorded.String(), Ledger: "netstack-rfc9293-3.10.7.4-ack-of-the-unsent", Class: "netstack-defect"})
	}
	for r := range m.Rows {
		for c := range m.Columns {
			for i := range m.IUTs {
				s := archive.Square{IUT: i, Row: r, Column: c, Shares: []archive.Share{}}
				for range m.Rows[r].Entries {
					counts := make([]int, len(m.Columns[c].Positions))
					for p := range counts {
						counts[p] = 1 + (r+c+p)%2
						m.IUTs[i].Generated += counts[p]
					}
					s.Counts = append(s.Counts, counts)
				}
				for n := range 2 * i * ((r + c) % 2) { // in every second square of netstack two root causes
					cause := (r*98 + c + 70*n) % 139
					share := archive.Share{Cause: cause}
					for p := range min(20, len(m.Columns[c].Positions)) {
						id := fmt.Sprintf("%s-by-way-%d/ipv4/EVENT-%d,seq=%d,ack=%d,text=10", strings.ToLower(m.Rows[r].State), n, c, p/6, p%6)
						share.Places = append(share.Places, [3]int{n, p, 1})
						share.Named = append(share.Named, archive.Named{Place: p, ID: id})
						m.Causes[cause].Cases++
						m.Causes[cause].States[m.Rows[r].State]++
					}
					s.Shares = append(s.Shares, share)
				}
				m.Squares = append(m.Squares, s)
			}
		}
	}
	return m
}
