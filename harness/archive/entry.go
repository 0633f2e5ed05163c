package archive

import (
	"strconv"
	"strings"
)

// Place is where an entry stands in its ledger, line and column, from 1; zeros where At is no place.
func (e *Entry) Place() (line, col int) {
	l, c, _ := strings.Cut(e.At, ":")
	line, _ = strconv.Atoi(l)
	col, _ = strconv.Atoi(c)
	return line, col
}
