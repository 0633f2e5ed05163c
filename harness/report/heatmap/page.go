package heatmap

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
)

//go:embed page.html
var pageText string

//go:embed page.css
var style string

//go:embed page.js
var squares string

//go:embed detail.js
var details string

// script is the page's one script: the squares, then what they open to, which starts it all.
var script = squares + details

var page = template.Must(template.New("page").Parse(pageText))

// maxSize is how large a page may be, in octets.
const maxSize = 5_000_000

// namings are tried from the first: the page takes the one with which it is small enough.
var namings = []naming{{20, true}, {20, false}, {10, false}, {5, false}, {2, false}, {1, false}, {0, false}}

// Write writes the page. The same map gives the same octets. The error is that of writing, or says what is wrong with the
// map: an index beyond what there is, a case that is not Allowed and has no cause, more than 5 MB of text.
func Write(w io.Writer, m *Map) error {
	if err := m.check(); err != nil {
		return err
	}
	var b bytes.Buffer
	for _, n := range namings {
		b.Reset()
		if err := m.render(&b, n); err != nil {
			return fmt.Errorf("heatmap: %w", err)
		}
		if b.Len() <= maxSize {
			_, err := w.Write(b.Bytes())
			return err
		}
	}
	return fmt.Errorf("heatmap: the page has %d octets with no case named, expected at most %d", b.Len(), maxSize)
}

// total is a line of the table at the head of the page.
type total struct {
	IUT     string
	All     int
	Count   Count
	Squares int // with a violation
}

func (m *Map) totals() []total {
	out := make([]total, len(m.IUTs))
	type square struct{ iut, row, column int }
	broken := map[square]bool{}
	for i, name := range m.IUTs {
		out[i].IUT = name
	}
	for _, c := range m.Cells {
		t := &out[c.IUT]
		t.All += c.Count.All()
		for v, n := range c.Count {
			t.Count[v] += n
		}
		if s := (square{c.IUT, c.Row, c.Column}); c.Count[Violation] > 0 && !broken[s] {
			broken[s] = true
			t.Squares++
		}
	}
	return out
}

func (m *Map) render(w io.Writer, n naming) error {
	// json.Marshal writes <, > and & as escapes, so that no text ends the script element that holds it.
	blob, err := json.Marshal(m.dataOf(n))
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(script))
	return page.Execute(w, struct {
		Title      string
		Policy     string
		Style      template.CSS
		Data       template.JS
		Script     template.JS
		Totals     []total
		States     int
		Events     int
		CauseCount int
	}{
		m.Title,
		// Nothing but the page's own style and its one script: not even a mistake here could fetch anything.
		"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; script-src 'sha256-" +
			base64.StdEncoding.EncodeToString(sum[:]) + "'",
		template.CSS(style), template.JS(blob), template.JS(script), m.totals(), len(m.Rows), len(m.Columns), len(m.Causes),
	})
}
