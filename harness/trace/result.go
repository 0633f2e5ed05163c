package trace

import (
	"fmt"
	"time"
)

// Verdict is what a judge says of one run (ISO 9646's three, and two that are counted apart).
type Verdict uint8

// The verdicts.
const (
	Pass         Verdict = iota
	Fail                 // the IUT did what the script does not allow
	Inconclusive         // the run says nothing about the IUT: Reason says why
	Unsupported          // the IUT has not got what the case is about: Reason says what
	Error                // the case could not be run: Reason says why
)

var verdictNames = [...]string{"pass", "fail", "inconclusive", "unsupported", "error"}

func (v Verdict) String() string { return verdictNames[v] }

// Failure is one expectation that was not met.
type Failure struct {
	Line     int
	Expected string // as the script wrote it
	Got      string // the same kind of thing, in the same notation; "nothing" where nothing came
	Reason   string // what differs: "ack 2, expected 1"
}

// String is one line without the time of day of anything: the same failure always reads the same.
func (f Failure) String() string {
	return fmt.Sprintf("line %d: expected %s, got %s (%s)", f.Line, f.Expected, f.Got, f.Reason)
}

// Result is the outcome of one case on one IUT.
type Result struct {
	Trace    *Trace
	Verdict  Verdict
	Failures []Failure     // every one, in order; the first decides
	Reason   string        // Inconclusive, Unsupported, Error
	Virtual  time.Duration // virtual time that the case took
}
