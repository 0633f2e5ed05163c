// Package catalogue reads the requirement catalogue: what the RFCs ask of a TCP, one requirement a line.
package catalogue

import (
	"io"
	"regexp"
	"slices"
	"strings"
)

// Header is the first line of the file.
const Header = "id,level,rfc,section,topic,requirement,testable,how"

// Level is how strongly a requirement binds (RFC 2119).
type Level string

// The levels.
const (
	Must      Level = "MUST"
	MustNot   Level = "MUST NOT"
	Should    Level = "SHOULD"
	ShouldNot Level = "SHOULD NOT"
	May       Level = "MAY"
)

// Levels are all the levels, the strongest first.
func Levels() []Level { return []Level{Must, MustNot, Should, ShouldNot, May} }

// testable are the ways in which a requirement can be shown.
var testable = []string{"blackbox", "api", "internal", "no"}

// Requirement is one line of the catalogue.
type Requirement struct {
	ID       string // "MUST-3": RFC 9293's own where it has one; else by clause, "RFC5961-3.2-2"
	Level    Level
	RFC      string // "RFC9293"
	Section  string // "3.10.7.4"
	Topic    string
	Text     string
	Testable string // "blackbox": from the link; "api": through calls; "internal": only from within; "no"
	How      string // how to show it
	Line     int    // in the file, from 1
}

// Clause is "RFC 9293 §3.10.7.4".
func (r *Requirement) Clause() string {
	return "RFC " + strings.TrimPrefix(r.RFC, "RFC") + " §" + r.Section
}

// Catalogue is all requirements.
type Catalogue struct {
	Requirements []Requirement // in the order of the file
	byID         map[string]int
}

// Lookup finds a requirement by its id.
func (c *Catalogue) Lookup(id string) (*Requirement, bool) {
	i, ok := c.byID[id]
	if !ok {
		return nil, false
	}
	return &c.Requirements[i], true
}

var (
	idForm  = regexp.MustCompile(`^[A-Z][A-Za-z0-9.-]*$`)
	rfcForm = regexp.MustCompile(`^RFC[1-9][0-9]*$`)
)

// CanBeShown says whether a case can show the requirement, from the link or through calls.
func (r *Requirement) CanBeShown() bool { return r.Testable == "blackbox" || r.Testable == "api" }

// Read reads a catalogue. name is the file's, for errors, which read "requirements.csv:12:3: …" and are joined, one
// for each mistake.
func Read(name string, r io.Reader) (*Catalogue, error) {
	c := &Catalogue{byID: map[string]int{}}
	if err := readTable(name, r, Header, c.add); err != nil {
		return nil, err
	}
	return c, nil
}

// add takes one record in.
func (c *Catalogue) add(f []string, line int, errorf func(field int, format string, args ...any)) {
	req := Requirement{f[0], Level(f[1]), f[2], f[3], f[4], f[5], f[6], f[7], line}
	if !idForm.MatchString(req.ID) {
		errorf(0, "id %q, expected the like of MUST-3 or RFC5961-3.2-2", req.ID)
	}
	if at, twice := c.byID[req.ID]; twice {
		errorf(0, "id %q a second time, expected another than in line %d", req.ID, c.Requirements[at].Line)
	}
	if !slices.Contains(Levels(), req.Level) {
		errorf(1, "unknown level %q, expected one of MUST, MUST NOT, SHOULD, SHOULD NOT, MAY", f[1])
	}
	if !rfcForm.MatchString(req.RFC) {
		errorf(2, "rfc %q, expected the like of RFC9293", req.RFC)
	}
	if !slices.Contains(testable, req.Testable) {
		errorf(6, "testable %q, expected one of %s", req.Testable, strings.Join(testable, ", "))
	}
	c.byID[req.ID] = len(c.Requirements)
	c.Requirements = append(c.Requirements, req)
}
