// Package heatmap writes the matrix of states and events as one page of HTML: a square for each state and event, which
// opens to its cases, by root cause.
//
// The page is one file. It fetches nothing, so it works from a disk, and its text is in its data: what is written there
// by scripts and stacks cannot become markup. Cases that are allowed are counted; the others are listed under their root
// cause, at most 20 of a cause in a square or a part of it, and the rest is counted. Where that makes more than 5 MB fewer
// are listed.
//
// Everything here is a plain value: the page knows neither stack, oracle nor matrix.
package heatmap

import "fmt"

// Verdict is what was said of a case. The higher is the worse.
type Verdict uint8

// The verdicts.
const (
	Allowed      Verdict = iota // as the RFCs allow
	NonStrict                   // against a SHOULD
	Inconclusive                // not judged to the end; the cause says why
	Violation                   // what the RFCs do not allow
	verdicts
)

// String is the verdict in words.
func (v Verdict) String() string {
	if v >= verdicts {
		return fmt.Sprintf("verdict %d", uint8(v))
	}
	return [...]string{"allowed", "non-strict", "inconclusive", "violation"}[v]
}

// Map is what there is to show. The order of its slices is the order on the page.
type Map struct {
	Title   string
	IUTs    []string // their names; side by side in each square
	Rows    []Row
	Columns []Column
	Cells   []Cell
	Causes  []Cause
	Replay  string // the command that plays a case, without the case's ID behind it: "go run ./ci matrix --case"
}

// Row is a state.
type Row struct {
	State   string   // "FIN-WAIT-1"
	Entries []string // the ways into it: "active, by shutdown"
}

// Column is an event. Those of one group stand together.
type Column struct {
	Group     string   // "flags", "ICMP", "calls"
	Name      string   // "SYN,ACK"; once in its group
	Positions []string // where it can be: "SEQ inside, ACK old". Those of all states; a state need not have all
}

// Place is where a case stands, by indices that count from 0.
type Place struct {
	IUT      int // in Map.IUTs
	Row      int // in Map.Rows
	Entry    int // in Row.Entries
	Column   int // in Map.Columns
	Position int // in Column.Positions
}

// Count is how many cases came out in each way, by Verdict.
type Count [verdicts]int

// All is how many cases there are.
func (c Count) All() int {
	n := 0
	for _, one := range c {
		n += one
	}
	return n
}

// Cell counts all the cases of a place. A place may have several: they add up.
type Cell struct {
	Place
	Count Count
}

// Cause is a root cause: cases that fail in one way.
type Cause struct {
	ID       string
	Verdict  Verdict // not Allowed
	Rule     string  // of the oracle; "" where there is none
	Clause   string  // "RFC 9293 §3.10.7.4"
	Level    string  // "MUST"
	Expected string
	Got      string
	Row      string // of the ledger: its ID; "" where it has none
	Class    string // of that row: "netstack-defect"
	Script   string // the command that plays its smallest case; "" where there is none
	Cases    []Case // all of them, but for
	Unnamed  []Unnamed
}

// Unnamed is cases of a cause whose IDs are not known.
type Unnamed struct {
	Place
	Cases int
}

// all is how many cases a cause has.
func (c *Cause) all() int {
	n := len(c.Cases)
	for _, u := range c.Unnamed {
		n += u.Cases
	}
	return n
}

// Case is a case of a cause. It may be one of several causes, and one ID may stand for a case on each IUT.
type Case struct {
	ID string
	Place
}
