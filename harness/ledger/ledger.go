package ledger

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
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
	// Todo is no class: it stands where one is to be filled in, as it does in place of a clause and in a reason. A row with
	// a TODO is Unfinished.
	Todo Class = "TODO"
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
	todo            []*Error // what is to be filled in
}

// Summary is the first sentence of the reason, on one line.
func (r *Row) Summary() string {
	s := strings.Join(strings.Fields(r.Reason), " ")
	if i := strings.Index(s, ". "); i >= 0 {
		return s[:i+1]
	}
	return s
}

// Entry is what a root cause does to one case, or to those whose names are like its own.
type Entry struct {
	Case        string   // a name; with a * in it a pattern, and the texts beneath are patterns then, too
	Family      string   // "ipv4" or "ipv6"; "" is each that the case runs on
	Fails       string   // trace.Failure.String() of the first failure; "" where the script passes
	Unsupported string   // trace.Result.Reason where the IUT has not got what the case is about
	Differs     []string // compare.Difference.Text; a text that comes twice stands here twice
	Pos         Pos

	familyPos, differsPos Pos
}

// covers says whether the entry speaks of a case on a family.
func (e *Entry) covers(caseName, family string) bool {
	return Like(e.Case, caseName) && (e.Family == "" || e.Family == family)
}

// pattern says that the entry speaks of every case with a name like its own.
func (e *Entry) pattern() bool { return strings.Contains(e.Case, "*") }

// verdict is the recorded text of a run, as outcome has it; "" where the script passes.
func (e *Entry) verdict() string {
	if e.Unsupported != "" {
		return lacks + e.Unsupported
	}
	return e.Fails
}

// texts is all that the entry records, for those who read it.
func (e *Entry) texts(r *Row) []string {
	var all []string
	if v := e.verdict(); v != "" {
		all = append(all, v)
	}
	all = append(all, e.Differs...)
	if r.Like != nil {
		all = append(all, likeText(r))
	}
	return all
}

// Error is one mistake in a ledger.
type Error struct {
	Name string // of the file
	Pos  Pos
	Text string // what is there, and what was expected
}

// Error is "ci/ledger.yaml:12:3: …".
func (e *Error) Error() string { return e.Place() + ": " + e.Text }

// Place is "ci/ledger.yaml:12:3".
func (e *Error) Place() string { return fmt.Sprintf("%s:%d:%d", e.Name, e.Pos.Line, e.Pos.Col) }
