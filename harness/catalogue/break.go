package catalogue

import (
	"io"
	"strconv"
	"strings"
)

// BreakHeader is the first line of the file of breaks.
const BreakHeader = "id,case,line,instead"

// Break says what a stack that breaks a requirement would do in a case. The case counts for the requirement only if it
// rejects this.
type Break struct {
	ID      string // of the requirement
	Case    string // "reset/rst-in-window"
	At      int    // the line of the case's script at which the stack departs
	Instead string // what it does there, as harness/breaks reads it
	Line    int    // in the file, from 1
}

// ReadBreaks reads the breaks of a catalogue's requirements. name is the file's, for errors, which read
// "breaks.csv:12:3: …" and are joined, one for each mistake.
func ReadBreaks(name string, r io.Reader, c *Catalogue) ([]Break, error) {
	var breaks []Break
	seen := map[Break]int{}
	err := readTable(name, r, BreakHeader, func(f []string, line int, errorf func(field int, format string, args ...any)) {
		b := Break{ID: f[0], Case: f[1], Instead: strings.TrimSpace(f[3])}
		if _, ok := c.Lookup(b.ID); !ok {
			errorf(0, "unknown requirement %q, expected an id of the catalogue", b.ID)
		}
		at, err := strconv.Atoi(f[2])
		if err != nil || at < 1 {
			errorf(2, "line %q, expected a line of the case's script, from 1", f[2])
		}
		b.At = at
		if before, twice := seen[b]; twice {
			errorf(0, "what line %d says a second time, expected another break", before)
		}
		seen[b] = line
		b.Line = line
		breaks = append(breaks, b)
	})
	if err != nil {
		return nil, err
	}
	return breaks, nil
}
