// Package page writes a run of the suite as one page of HTML: how it stands and the comparison by topic, each divergence with
// both IUTs side by side, every case, the requirements, the state diagrams, the matrix and the settings.
//
// Its only input is results.json. What is short is written as HTML and can be read without scripts; the rest is data, and is
// drawn when it is looked at.
package page

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/twinstack/twinstack/harness/archive"
	"github.com/twinstack/twinstack/harness/report/browser"
	"github.com/twinstack/twinstack/harness/report/diagram"
	"github.com/twinstack/twinstack/harness/report/heatmap"
)

//go:embed page.html overview.html views.html *.css *.js
var files embed.FS

var page = template.Must(template.New("page.html").Funcs(template.FuncMap{
	"join": strings.Join,
	"plural": func(n int, one string) string {
		if n == 1 {
			return "1 " + one
		}
		return fmt.Sprintf("%d %ss", n, one)
	},
}).ParseFS(files, "*.html"))

// scripts are the page's own, in this order: app.js starts it all.
var scripts = []string{"data.js", "ladder.js", "case.js", "lists.js", "views.js", "keys.js", "app.js"}

// read joins embedded files.
func read(names ...string) string {
	var b strings.Builder
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			panic(err) // it was embedded
		}
		b.Write(text)
	}
	return b.String()
}

// content is what the template shows.
type content struct {
	*archive.File
	Policy   string
	Style    template.CSS
	Script   template.JS
	Report   template.JS // data
	Ladders  template.JS // [][]ladder
	Heatmap  *heatmap.Section
	Diagrams []template.HTML // in the order of File.IUTs; none where transitions were not judged

	Green    bool
	Statuses []string
	Judged   []judged
	Reds     []red
	Topics   []topic
	Other    []bool // by IUT: there are runs that neither pass nor fail
	Required []required
	Arrows   []gone
	Classes  []class
	Runs     int
}

// Write writes the page. The same file gives the same octets. The error is that of writing, or says what in the file cannot be
// shown.
func Write(w io.Writer, f *archive.File) error {
	c, err := contentOf(f)
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	var b bytes.Buffer
	if err := page.Execute(&b, c); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	_, err = w.Write(b.Bytes())
	return err
}

func contentOf(f *archive.File) (*content, error) {
	script := browser.Script + heatmap.Script + read(scripts...)
	c := &content{
		File: f, Policy: browser.Policy(script), Script: template.JS(script),
		Style:  template.CSS(browser.Style + heatmap.Style + diagram.Style() + read("page.css", "ladder.css")),
		Topics: topics(f), Required: requirements(f), Arrows: arrowsOf(f), Classes: classes(f),
	}
	c.Judged, c.Reds, c.Statuses = count(f)
	c.Green = len(c.Reds) == 0 && f.Complete
	c.Other = make([]bool, len(f.IUTs))
	for i, came := range c.Topics[len(c.Topics)-1].ByIUT {
		c.Other[i] = came.Other > 0
		c.Runs += came.Pass + came.Fail + came.Other
	}
	var err error
	if c.Report, err = browser.Data(dataOf(f)); err != nil {
		return nil, err
	}
	all := make([][]ladder, len(f.Cases))
	for i := range f.Cases {
		all[i] = ladders(&f.Cases[i])
	}
	if c.Ladders, err = browser.Data(all); err != nil {
		return nil, err
	}
	if c.Heatmap, err = heatmapOf(f.Matrix); err != nil {
		return nil, err
	}
	c.Diagrams, err = diagrams(f)
	return c, err
}
