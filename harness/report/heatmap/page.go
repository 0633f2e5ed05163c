package heatmap

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"

	"github.com/twinstack/twinstack/harness/report/browser"
)

//go:embed page.html
var pageText string

//go:embed section.html
var sectionText string

//go:embed page.css
var style string

//go:embed page.js
var squares string

//go:embed detail.js
var details string

//go:embed start.js
var start string

// Style is the look of a section. It goes behind browser.Style.
var Style = style

// Script has the function heatmap(map, address): it fills a section, the squares and what they open to, and gives a function
// that opens the square that the address names. It goes behind browser.Script.
var Script = squares + details

var (
	page    = template.Must(template.New("page").Parse(pageText))
	section = template.Must(template.New("section").Parse(sectionText))
)

// maxSize is how large a section may be, in octets.
const maxSize = 5_000_000

// namings are tried from the first: the page takes the one with which it is small enough.
var namings = []naming{{20, true}, {20, false}, {10, false}, {5, false}, {2, false}, {1, false}, {0, false}}

// Section is a map as a part of a page.
type Section struct {
	Markup template.HTML // empty but for the totals and the filter: Script fills it
	Data   template.JS   // for a script element, and from there for heatmap(map, address)
}

// NewSection makes the section. The same map gives the same octets. The error says what is wrong with the map: an index beyond
// what there is, a case that is not Allowed and has no cause, more than 5 MB of text.
func NewSection(m *Map) (Section, error) {
	var s Section
	if err := m.check(); err != nil {
		return s, err
	}
	var markup bytes.Buffer
	if err := section.Execute(&markup, struct {
		Totals     []total
		States     int
		Events     int
		CauseCount int
	}{m.totals(), len(m.Rows), len(m.Columns), len(m.Causes)}); err != nil {
		return s, fmt.Errorf("heatmap: %w", err)
	}
	s.Markup = template.HTML(markup.String())
	for _, n := range namings {
		var err error
		if s.Data, err = browser.Data(m.dataOf(n)); err != nil {
			return s, fmt.Errorf("heatmap: %w", err)
		}
		if len(s.Data)+len(s.Markup) <= maxSize {
			return s, nil
		}
	}
	return s, fmt.Errorf("heatmap: the page has %d octets with no case named, expected at most %d", len(s.Data)+len(s.Markup), maxSize)
}

// Write writes a page of its own, with the section alone. The error is that of writing, or that of NewSection.
func Write(w io.Writer, m *Map) error {
	s, err := NewSection(m)
	if err != nil {
		return err
	}
	script := browser.Script + Script + start
	var b bytes.Buffer
	if err := page.Execute(&b, struct {
		Title   string
		Policy  string
		Style   template.CSS
		Section Section
		Script  template.JS
	}{m.Title, browser.Policy(script), template.CSS(browser.Style + Style), s, template.JS(script)}); err != nil {
		return fmt.Errorf("heatmap: %w", err)
	}
	_, err = w.Write(b.Bytes())
	return err
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
