package regression

import (
	"encoding/json"
	"io"

	"github.com/twinstack/twinstack/harness/regress"
)

// JSON writes a Diff as it is, indented. Without speed the same two runs give the same octets.
func JSON(w io.Writer, d *regress.Diff) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(d)
}
