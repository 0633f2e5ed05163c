// Package regression renders what changed from one run to another (harness/regress): for the terminal, as Markdown for a
// comment or a job summary, and as one page of HTML. In all of them changes that read the same in several cases are one
// entry with its cases.
//
// Nothing of a script or a stack can become markup: it is escaped in HTML, and stands in code in Markdown.
package regression

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/twinstack/twinstack/harness/regress"
	"github.com/twinstack/twinstack/harness/trace"
)

// section is a category with its changes.
type section struct {
	Category regress.Category
	Count    int
	Groups   []*group
}

// group is a change that several cases have.
type group struct {
	regress.Change // the first, with the clauses and rows of all
	Places         []place
	various        bool // not all of them read wholly the same
}

// place is where a change of a group is.
type place struct {
	Name     string
	Was      string // the id that it had in OLD, if another
	Line     int
	Families []string
}

// add adds a place. What is in two places but for the family is in one.
func (g *group) add(p place) {
	if n := len(g.Places); n > 0 && p.Families != nil && g.Places[n-1].Name == p.Name && g.Places[n-1].Line == p.Line {
		g.Places[n-1].Families = slices.Concat(g.Places[n-1].Families, p.Families)
		return
	}
	g.Places = append(g.Places, p)
}

// union adds to a list what it has not; the list that was is left as it is.
func union(list, more []string) []string {
	list = slices.Clip(list)
	for _, s := range more {
		if !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

// String is "reset/a:18 (ipv4)". Families are only told where there is one.
func (p place) String() string {
	s := p.Name
	if p.Line > 0 {
		s += fmt.Sprintf(":%d", p.Line)
	}
	if len(p.Families) == 1 {
		s += " (" + p.Families[0] + ")"
	}
	return s
}

// sections are the categories that have changes, in order.
func sections(d *regress.Diff) []*section {
	var all []*section
	for _, category := range regress.Categories() {
		s := &section{Category: category, Count: d.In(category)}
		at := map[string]*group{}
		for i := range d.Changes {
			c := &d.Changes[i]
			if c.Category != category {
				continue
			}
			g := at[alike(c)]
			if g == nil {
				g = &group{Change: *c}
				at[alike(c)] = g
				s.Groups = append(s.Groups, g)
			}
			line := c.New.Line
			if line == 0 {
				line = c.Old.Line
			}
			g.various = g.various || c.Old.Text != g.Old.Text || c.New.Text != g.New.Text
			g.Rows, g.Clauses = union(g.Rows, c.Rows), union(g.Clauses, c.Clauses)
			g.add(place{c.Name, c.Was, line, c.Families})
		}
		if len(s.Groups) > 0 {
			// What is worse comes first, and what many cases have.
			slices.SortStableFunc(s.Groups, func(a, b *group) int {
				if a.Worse != b.Worse {
					if a.Worse {
						return -1
					}
					return 1
				}
				return len(b.Places) - len(a.Places)
			})
			all = append(all, s)
		}
	}
	return all
}

// alike is the same for changes that are told in one entry. Of two texts only the words count in which they are not the
// same: "win 29200" and "win 65535" of two segments.
func alike(c *regress.Change) string {
	was, is := apart(c.Old.Text, c.New.Text)
	key := fmt.Sprintf("%q %q %v %v %q %q %q", c.IUT, c.With, c.Worse, c.Scripted, c.Status, was, is)
	if was == is {
		key += fmt.Sprint(c.New.NS - c.Old.NS)
	}
	return key
}

// apart gives the words in which two texts are not the same: without those that both begin and end with.
func apart(a, b string) (string, string) {
	x, y := strings.Fields(a), strings.Fields(b)
	from, until := common(x, y)
	return strings.Join(x[from:len(x)-until], " "), strings.Join(y[from:len(y)-until], " ")
}

// common is how many words both begin with, and how many more both end with.
func common(x, y []string) (from, until int) {
	for from < min(len(x), len(y)) && x[from] == y[from] {
		from++
	}
	for until < min(len(x), len(y))-from && x[len(x)-1-until] == y[len(y)-1-until] {
		until++
	}
	return from, until
}

// headTold is how many clauses, and rows of the ledger, an entry names.
const headTold = 3

// Head is a group's first line but for its cases: "ours and netstack, not recorded, RFC 9293 §3.10.7.4 (row)".
func (g *group) Head() string {
	var parts []string
	if g.IUT != "" {
		on := g.IUT
		if g.With != "" {
			on = g.With + " and " + g.IUT
		}
		parts = append(parts, on)
	}
	if g.Status != "" && g.Status != "clean" {
		parts = append(parts, g.Status)
	}
	if g.Scripted && g.Category != regress.Script {
		parts = append(parts, "script changed")
	}
	for _, list := range []struct {
		what string
		of   []string
	}{{"clauses", g.Clauses}, {"rows", g.Rows}} {
		if len(list.of) > headTold {
			parts = append(parts, fmt.Sprintf("%d %s", len(list.of), list.what))
		} else {
			parts = append(parts, list.of...)
		}
	}
	return strings.Join(parts, ", ")
}

// Renamed names the case as OLD had it, where the results of a renamed case changed.
func (g *group) Renamed() string {
	if g.Was == "" || g.Category == regress.Renamed {
		return ""
	}
	return g.Was
}

// where is a group's cases, as many as told, and how many more.
func (g *group) where(most int) string {
	var names []string
	for _, p := range g.Places[:min(most, len(g.Places))] {
		names = append(names, p.String())
	}
	text := strings.Join(names, ", ")
	if more := len(g.Places) - len(names); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// told is a side in words: "line 18, 1.000000 s: > . 1:1(0) ack 1". A line of several cases is told with each of them.
func (g *group) told(s regress.Side, line bool) string {
	if s.Text == "" && s.Line == 0 {
		return "nothing"
	}
	var at []string
	if line && s.Line > 0 {
		at = append(at, fmt.Sprintf("line %d", s.Line))
	}
	if s.NS > 0 {
		at = append(at, trace.Seconds(duration(s.NS))+" s")
	}
	if len(at) == 0 {
		return s.Text
	}
	return strings.Join(at, ", ") + ": " + s.Text
}

// InAll is what is the same in all cases of an entry though not all is: the words that changed, and the one before them:
// "win 28000 → win 65535"; or how much later the same comes. "" where all is the same.
func (g *group) InAll() string {
	x, y := strings.Fields(g.Old.Text), strings.Fields(g.New.Text)
	from, until := common(x, y)
	if later := g.New.NS - g.Old.NS; g.various && slices.Equal(x, y) && later != 0 {
		return fmt.Sprintf("%s s later", trace.Seconds(duration(later)))
	}
	if !g.various || from+until == max(len(x), len(y)) {
		return ""
	}
	from = max(0, from-1)
	return strings.Join(x[from:len(x)-until], " ") + " → " + strings.Join(y[from:len(y)-until], " ")
}

// OldText and NewText are the two sides. Of several cases they are the first's.
func (g *group) OldText() string { return g.told(g.Old, g.lines()) }

// NewText is OldText of the other side.
func (g *group) NewText() string { return g.told(g.New, g.lines()) }

// lines says whether the sides need their lines: where the cases do not tell them.
func (g *group) lines() bool {
	return g.Old.Line != g.New.Line && g.Old.Line > 0 && g.New.Line > 0 || len(g.Places) == 1
}

// clip cuts a text that is long, on one line. Characters that would steer a terminal are told as a dot.
func clip(s string, most int) string {
	s = plain(s)
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most-1]) + "…"
}

func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return '·'
		}
		return r
	}, strings.Join(strings.Fields(s), " "))
}
