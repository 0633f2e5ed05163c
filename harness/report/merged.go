package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/twinstack/twinstack/harness/archive"
	"github.com/twinstack/twinstack/harness/results"
)

// Merged writes what is not as recorded of a file that parts were merged into, each in a line, and then the line that a run
// ends with.
func Merged(w io.Writer, f *archive.File, p Paint) {
	for _, d := range f.Divergences {
		if archive.Green(d.Status) {
			continue
		}
		where := compact(d.Cases)
		if d.Matrix > 0 {
			where = strings.TrimPrefix(fmt.Sprintf("%s, %d cases of the matrix", where, d.Matrix), ", ")
		}
		fmt.Fprintf(w, "%s  %s  %s  %s\n", p.Red(d.ID), d.Status, d.Clause, where)
	}
	t := results.TallyOf(f)
	if t.Red() > 0 {
		fmt.Fprintf(w, "%s: %s; %s\n", p.Red("not as recorded"), counts(t.Found), t)
	} else {
		fmt.Fprintf(w, "%s: %s\n", p.Green("as recorded"), t)
	}
}
