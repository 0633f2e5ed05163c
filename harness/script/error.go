package script

import (
	"errors"
	"fmt"
	"sort"
	"strings"
)

// maxErrors is how many errors of one file Parse reports before it stops.
const maxErrors = 10

// Error is one thing in a script that is not understood.
type Error struct {
	File     string
	Pos      Pos
	Found    string // what stands there: `"ak"`, `end of line`
	Expected string // what may stand there
	// Unsupported is set where the script is sound packetdrill, as far as can be told, and asks for something that is not
	// built here: a shell command, an unknown call. Such a script is counted apart from a broken one.
	Unsupported bool
}

// Error is one line: place, what was found, what was expected.
func (e *Error) Error() string {
	not := ""
	if e.Unsupported {
		not = ", which is not supported"
	}
	return fmt.Sprintf("%s:%v: found %s%s, expected %s", e.File, e.Pos, e.Found, not, e.Expected)
}

// ErrorList is several errors of one file, in the order of their places.
type ErrorList []*Error

// Error is one line an error.
func (l ErrorList) Error() string {
	lines := make([]string, len(l))
	for i, e := range l {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives each error to errors.As and errors.Is.
func (l ErrorList) Unwrap() []error {
	all := make([]error, len(l))
	for i, e := range l {
		all[i] = e
	}
	return all
}

// Unsupported reports whether err says no more than that the script needs what is not built here: every error in it is
// an Error with Unsupported set. One broken line makes the script broken.
func Unsupported(err error) bool {
	var list ErrorList
	if errors.As(err, &list) {
		for _, e := range list {
			if !e.Unsupported {
				return false
			}
		}
		return len(list) > 0
	}
	var one *Error
	return errors.As(err, &one) && one.Unsupported
}

// asError is nil, the one error, or the list in the order of the places.
func asError(list ErrorList) error {
	switch len(list) {
	case 0:
		return nil
	case 1:
		return list[0]
	}
	sort.SliceStable(list, func(i, j int) bool {
		a, b := list[i].Pos, list[j].Pos
		return a.Line < b.Line || a.Line == b.Line && a.Col < b.Col
	})
	return list[:min(len(list), maxErrors)]
}
