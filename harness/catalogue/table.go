package catalogue

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// readTable reads a file of comma-separated values with a header and hands each record that is whole to add, with its line
// and a way to say what is wrong with one of its fields. The errors have their places and are joined.
func readTable(name string, r io.Reader, header string, add func(record []string, line int, errorf func(field int, format string, args ...any))) error {
	in := csv.NewReader(r)
	in.FieldsPerRecord = -1 // counted below, so that the error says what was expected
	columns := strings.Split(header, ",")
	var errs []error
	for first := true; ; first = false {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			if first {
				errs = append(errs, fmt.Errorf("%s:1:1: nothing, expected the header %s", name, header))
			}
			break
		}
		var syntax *csv.ParseError
		if errors.As(err, &syntax) {
			errs = append(errs, fmt.Errorf("%s:%d:%d: %w", name, syntax.Line, syntax.Column, syntax.Err))
			break // what follows cannot be told apart
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		errorf := func(field int, format string, args ...any) {
			line, column := in.FieldPos(field)
			errs = append(errs, fmt.Errorf("%s:%d:%d: %s", name, line, column, fmt.Sprintf(format, args...)))
		}
		if first {
			if got := strings.Join(record, ","); got != header {
				errorf(0, "header %q, expected %s", got, header)
				break
			}
			continue
		}
		if len(record) != len(columns) {
			errorf(0, "%d fields, expected %d: %s", len(record), len(columns), header)
			continue
		}
		empty := -1
		for i, value := range record {
			if strings.TrimSpace(value) == "" && empty < 0 {
				empty = i
			}
		}
		if empty >= 0 {
			errorf(empty, "no %s, expected one", columns[empty])
			continue
		}
		line, _ := in.FieldPos(0)
		add(record, line, errorf)
	}
	return errors.Join(errs...)
}
