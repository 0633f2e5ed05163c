package diagram

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/results"
	"github.com/twinstack/twinstack/harness/transitions"
)

// stand is how an IUT stands to an arrow, as the drawing shows it.
type stand uint8

const (
	taken   stand = iota
	against       // otherwise, and no clause allows it
	allowed       // otherwise, and a clause allows it or no RFC speaks of it
	refused       // not offered by its API
	untried       // no case shows why it is not taken
)

// classes are the names of the stands in the style sheet.
var classes = [...]string{"taken", "against", "allowed", "refused", "untried"}

// legend says what each stand means.
var legend = [...]string{"taken: the wider, the more cases", "× otherwise: a defect, or not on record",
	"~ otherwise: a clause allows it, or no RFC speaks", "not offered by its API", "not taken, and no case shows why"}

func standOf(t *results.Transition) stand {
	switch t.How {
	case transitions.Taken:
		return taken
	case transitions.NotOffered:
		return refused
	case transitions.NotTaken:
		return untried
	}
	for _, r := range t.Finding.Rows {
		if r.Class != ledger.Latitude && r.Class != ledger.Policy {
			return against
		}
	}
	if len(t.Finding.Rows) == 0 {
		return against
	}
	return allowed
}

// coverage is the line under an arrow: how many cases take it, or what happens instead.
func coverage(t *results.Transition) string {
	var text string
	switch standOf(t) {
	case taken:
		text = count(t.Cases)
	case against:
		text = "× " + brief(t.Instead)
	case allowed:
		text = "~ " + brief(t.Instead)
	case refused:
		text = "not offered: " + brief(t.Instead)
	case untried:
		text = "no case"
	}
	if !t.Finding.Green() {
		text = "! " + text
	}
	return text
}

func count(cases int) string {
	if cases == 1 {
		return "1 case"
	}
	return fmt.Sprintf("%d cases", cases)
}

// failedCall is a call that failed, as an Outcome tells it: "connect(3, ..., ...) = -1 EINVAL".
var failedCall = regexp.MustCompile(`^(\w+)\(.*\) = -1 (E\w+)`)

// brief is what an IUT does instead, without the place where it shows: "stays in TIME-WAIT", "EINVAL of connect".
func brief(instead string) string {
	_, text, found := strings.Cut(instead, ": ")
	if !found {
		text = instead
	}
	if m := failedCall.FindStringSubmatch(text); m != nil {
		return m[2] + " of " + m[1]
	}
	return text
}

// cut shortens a text to so many characters.
func cut(text string, room int) string {
	if r := []rune(text); len(r) > room {
		return string(r[:room-1]) + "…"
	}
	return text
}

// what says all of how the IUT stands to the arrow, without the ledger.
func what(t *results.Transition) string {
	text := t.How.String()
	switch {
	case t.How == transitions.Taken:
		text = fmt.Sprintf("taken by %s, the first is %s", count(t.Cases), t.First)
	case t.Instead != "":
		text += ": " + t.Instead
	}
	if !t.Finding.Green() {
		text += "; " + t.Finding.Status.String()
	}
	return text
}

// why are the rows of the ledger that speak of the arrow, a line for each.
func why(t *results.Transition) []string {
	var lines []string
	for _, r := range t.Finding.Rows {
		lines = append(lines, fmt.Sprintf("%s, %s (%s)", r.Class, r.Clause, r.ID))
	}
	return lines
}

// tooltip is all that is known of the arrow.
func tooltip(t *results.Transition) string {
	lines := append([]string{fmt.Sprintf("%s (%s)", t.Arrow, t.Arrow.Clause), t.IUT + ": " + what(t)}, why(t)...)
	return strings.Join(lines, "\n")
}
