package ledger

import (
	"fmt"
	"os"
	"regexp"
	"slices"
)

// Ours is the name of our own TCP. No failure of it can be recorded: it is mended.
const Ours = "ours"

// Class says on which side the RFC is.
type Class string

// The classes, besides DefectOf.
const (
	Both     Class = "both"     // neither does what the clause asks, each in a way of its own
	Latitude Class = "latitude" // the clause allows both answers
	Policy   Class = "policy"   // a default or a throttle of the implementation
)

// DefectOf is the class of what an IUT does and the clause forbids, by the IUT's name: "netstack-defect". A row may have
// that of its own IUT, but none may have "ours-defect".
func DefectOf(iut string) Class { return Class(iut + "-defect") }

// Rank orders the classes as reports show them: defects, Both, Latitude, Policy. It counts from 0.
func (c Class) Rank() int { return 1 + slices.Index([]Class{Both, Latitude, Policy}, c) }

// Pos is a place in the ledger: both count from 1, Col in characters.
type Pos struct {
	Line, Col int
}

// Ledger is a parsed ledger.
type Ledger struct {
	Name string // of the file, for error messages
	Rows []*Row // in the order of the file
}

// ReadFile reads the ledger in a file. The error is that of reading it, or joins an *Error for every mistake in it.
func ReadFile(name string) (*Ledger, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	return Parse(name, data)
}

// Row is one root cause.
type Row struct {
	ID     string
	IUT    string
	Class  Class
	Clause string // "RFC 9293 §3.10.7.4"
	Reason string // the first sentence stands for itself
	// Like, if not nil, matches the whole text of the differences that this cause makes in its cases. It is for a cause
	// that shows in nearly every case and in the same words but for numbers.
	Like        *regexp.Regexp
	Cases       []Entry
	Matrix      []MatrixEntry // what it does in the matrix of states and events
	Transitions []Transition  // arrows that the IUT does not go along, for the same reason
	Pos         Pos

	iutPos, likePos Pos
}

// Entry is what a root cause does to one case.
type Entry struct {
	Case        string
	Family      string   // "ipv4" or "ipv6"; "" is each that the case runs on
	Fails       string   // trace.Failure.String() of the first failure; "" where the script passes
	Unsupported string   // trace.Result.Reason where the IUT has not got what the case is about
	Differs     []string // compare.Difference.Text; a text that comes twice stands here twice
	Pos         Pos

	familyPos, differsPos Pos
}

// covers says whether the entry speaks of a case on a family.
func (e *Entry) covers(caseName, family string) bool {
	return e.Case == caseName && (e.Family == "" || e.Family == family)
}

// Error is one mistake in a ledger.
type Error struct {
	Name string // of the file
	Pos  Pos
	Text string // what is there, and what was expected
}

// Error is "ci/ledger.yaml:12:3: …".
func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.Name, e.Pos.Line, e.Pos.Col, e.Text)
}
