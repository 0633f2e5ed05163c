package catalogue

import (
	"encoding/csv"
	"errors"
	"fmt"
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
	in := csv.NewReader(r)
	in.FieldsPerRecord = -1
	columns := strings.Split(BreakHeader, ",")
	var breaks []Break
	var errs []error
	seen := map[Break]int{}
	for first := true; ; first = false {
		f, err := in.Read()
		if errors.Is(err, io.EOF) {
			if first {
				errs = append(errs, fmt.Errorf("%s:1:1: nothing, expected the header %s", name, BreakHeader))
			}
			break
		}
		var syntax *csv.ParseError
		if errors.As(err, &syntax) {
			errs = append(errs, fmt.Errorf("%s:%d:%d: %w", name, syntax.Line, syntax.Column, syntax.Err))
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		errorf := func(field int, format string, args ...any) {
			line, column := in.FieldPos(field)
			errs = append(errs, fmt.Errorf("%s:%d:%d: %s", name, line, column, fmt.Sprintf(format, args...)))
		}
		if first {
			if got := strings.Join(f, ","); got != BreakHeader {
				errorf(0, "header %q, expected %s", got, BreakHeader)
				break
			}
			continue
		}
		if len(f) != len(columns) {
			errorf(0, "%d fields, expected %d: %s", len(f), len(columns), BreakHeader)
			continue
		}
		b := Break{ID: f[0], Case: f[1], Instead: strings.TrimSpace(f[3])}
		if _, ok := c.Lookup(b.ID); !ok {
			errorf(0, "unknown requirement %q, expected an id of the catalogue", b.ID)
		}
		if b.At, err = strconv.Atoi(f[2]); err != nil || b.At < 1 {
			errorf(2, "line %q, expected one of the case's script", f[2])
		}
		if b.Instead == "" {
			errorf(3, "no instead, expected what the stack does")
		}
		line, _ := in.FieldPos(0)
		if before, twice := seen[b]; twice {
			errorf(0, "the break of line %d a second time", before)
		}
		seen[b] = line
		b.Line = line
		breaks = append(breaks, b)
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return breaks, nil
}
