package archive

import (
	"strconv"
	"strings"
)

// The statuses that ask nothing of anybody, in the words of package ledger.
const (
	clean      = "clean"
	asRecorded = "as recorded"
)

// Green says whether a status is one of what is as recorded.
func Green(status string) bool { return status == clean || status == asRecorded }

// Place is where an entry stands in its ledger, line and column, from 1; zeros where At is no place.
func (e *Entry) Place() (line, col int) {
	l, c, _ := strings.Cut(e.At, ":")
	line, _ = strconv.Atoi(l)
	col, _ = strconv.Atoi(c)
	return line, col
}
