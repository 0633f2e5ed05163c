package regression

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/twinstack/twinstack/harness/regress"
)

//go:embed page.html
var pageText string

//go:embed page.css
var style string

var page = template.Must(template.New("page").Funcs(template.FuncMap{"code": inCode}).Parse(pageText))

// HTML writes what changed as one page. It fetches nothing and has no script, so it works from a disk and anywhere.
func HTML(w io.Writer, d *regress.Diff) error {
	iuts, rows := table(d)
	view := struct {
		Headline string
		Changed  bool
		Policy   string
		Style    template.CSS
		Versions []version
		Extents  string
		Notes    []string
		IUTs     []string
		Rows     []counts
		Sections []*section
		Pace     string
		Beyond   []string
	}{
		Headline: Headline(d), Changed: len(d.Changes) > 0,
		// Nothing but the page's own style: not even a mistake here could fetch or run anything.
		Policy: "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
		Style:  template.CSS(style), Versions: versions(d), Extents: extents(d), Notes: d.Notes,
		IUTs: iuts, Rows: rows, Sections: sections(d), Pace: pace(d),
	}
	if d.Speed != nil {
		for _, t := range d.Speed.Beyond {
			view.Beyond = append(view.Beyond, timed(t))
		}
	}
	return page.Execute(w, view)
}

// Fewest is how many cases of an entry stand in its first line; all of them stand in it.
const fewest = 3

// Short is a group's cases, for its first line.
func (g *group) Short() string { return g.where(fewest) }

// All are a group's cases, where the first line has not all.
func (g *group) All() []place {
	if len(g.Places) <= fewest {
		return nil
	}
	return g.Places
}

// Anchor is what a link to the entry names. It is the first case's, so it lasts from one page to the next.
func (g *group) Anchor() string {
	return strings.Join([]string{string(g.Category), g.Name, g.IUT, g.With, strings.Join(g.Families, ".")}, ".")
}

// Sides are both sides of the entry, and of the first event that is not the same.
func (g *group) Sides() []side {
	all := []side{{"was", g.Old, g.OldText(), ""}, {"now", g.New, g.NewText(), ""}}
	if g.First != nil {
		all = append(all, side{"first event, was", g.First.Old, g.told(g.First.Old, true), ""}, side{"first event, now", g.First.New, g.told(g.First.New, true), ""})
	}
	for i := range all {
		if all[i].Source != "" {
			all[i].At = fmt.Sprintf("line %d of %s: %s", all[i].Line, g.caseOf(i%2 == 0), all[i].Source)
		}
	}
	return all
}

// side is one side of an entry, with the line of the script that it is about.
type side struct {
	Name string
	regress.Side
	Told string
	At   string
}

func (g *group) caseOf(old bool) string {
	if old && g.Was != "" {
		return g.Was
	}
	return g.Name
}

// Replay is the command that plays the first case, "" where there is none.
func (g *group) Replay() string {
	switch g.Category {
	case regress.NewlyFailing, regress.NoVerdict, regress.Otherwise, regress.NewlyPassing, regress.Behaviour, regress.Comparison, regress.Added:
		return "go run ./ci script -v fixtures/" + g.Name + ".pkt"
	}
	return ""
}

// inCode is a text with the characters that cannot be seen told as a dot.
func inCode(s string) string { return plain(s) }
