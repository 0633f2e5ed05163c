package diagram

import (
	"bytes"
	"fmt"
	"html"
	"math/bits"
	"strings"

	"github.com/twinstack/twinstack/harness/results"
)

// svg is a drawing in the making.
type svg struct {
	bytes.Buffer
	prefix string // of the ids
}

func (s *svg) f(format string, args ...any) { fmt.Fprintf(s, format, args...) }

// text writes a text with its baseline at a point. anchor is start, middle or end.
func (s *svg) text(class, anchor string, x, y int, text string) {
	s.f(`<text class="%s" text-anchor="%s" x="%d" y="%d">%s</text>`+"\n", class, anchor, x, y, html.EscapeString(text))
}

// page writes the whole drawing, with a style sheet or without.
func (s *svg) page(iut results.IUT, drawn []drawing, style string) {
	notes := listed(drawn)
	height := figureHeight
	if len(notes) > 0 {
		height += 40 + 40*len(notes)
	}
	n := 0
	for _, d := range drawn {
		if standOf(d.Transition) == taken {
			n++
		}
	}
	summary := fmt.Sprintf("%d of %d transitions taken", n, len(drawn))
	s.f(`<svg xmlns="http://www.w3.org/2000/svg" class="diagram" viewBox="0 0 %d %d" width="%d" height="%d" role="img">`+"\n", Width, height, Width, height)
	s.f("<title>%s in the state diagram of RFC 9293</title>\n<desc>%s</desc>\n", html.EscapeString(iut.Name), summary)
	if style != "" {
		s.f("<style>\n%s</style>\n", style)
	}
	s.f(`<rect class="page" width="%d" height="%d"/>`+"\n", Width, height)
	s.heading(iut, summary)
	for _, d := range drawn {
		s.arrow(d)
	}
	for _, b := range boxes {
		s.box(b)
	}
	for _, b := range bundles {
		s.pill(b.pill())
	}
	if len(notes) > 0 {
		s.text("heading", "start", 24, figureHeight+26, "Not taken, or not as recorded")
	}
	for i, d := range notes {
		y := figureHeight + 52 + 40*i
		s.text("note "+classes[standOf(d.Transition)], "start", 24, y, cut(fmt.Sprintf("%s: %s", d.Arrow, what(d.Transition)), noteRoom))
		s.text("note muted", "start", 44, y+17, cut(strings.Join(why(d.Transition), "; "), noteRoom))
	}
	s.f("</svg>\n")
}

// noteRoom is how many characters a line below the figure may have.
const noteRoom = 180

// listed are the arrows that are told of below the figure.
func listed(drawn []drawing) []drawing {
	var out []drawing
	for _, d := range drawn {
		if standOf(d.Transition) != taken || !d.Finding.Green() {
			out = append(out, d)
		}
	}
	return out
}

// textWidth is the width of a character of a label, in tenths of a pixel: the fonts of the style sheet are 0.6 em wide.
const textWidth = 78

// heading writes the title, the legend and the notes of figure 5 into the corner that the figure leaves.
func (s *svg) heading(iut results.IUT, summary string) {
	s.text("title", "start", 24, 46, cut(iut.Name, 40))
	s.text("muted", "start", 24, 68, cut("RFC 9293, figure 5, its notes and §3.10; "+iut.Version, 78))
	s.text("heading", "start", 24, 92, summary)
	for i, text := range legend {
		y := 116 + 20*i
		s.f(`<path class="line %s" stroke-width="3" d="M24 %dH64"/>`+"\n", classes[i], y-4)
		s.text("label", "start", 74, y, text)
	}
	s.text("muted", "start", 24, 222, "Short arrows lead to CLOSED and delete the TCB.")
}

// arrow writes one arrow with its label and its tooltip.
func (s *svg) arrow(d drawing) {
	class := classes[standOf(d.Transition)]
	width := 16 // tenths of a pixel
	if standOf(d.Transition) == taken {
		width += 4 * bits.Len(uint(d.Cases))
	}
	s.f(`<g class="arrow" id="%s">`+"\n<title>%s</title>\n", html.EscapeString(s.prefix+d.arrow), html.EscapeString(tooltip(d.Transition)))
	s.f(`<path class="hit" d="%s"/>`+"\n", rounded(d.path))
	s.f(`<path class="line %s" stroke-width="%d.%d" d="%s"/>`+"\n", class, width/10, width%10, rounded(shortened(d.path)))
	s.f(`<path class="head %s" d="%s"/>`+"\n", class, head(d.path))
	event := d.event
	if event == "" {
		event = d.Arrow.On.String()
	}
	below := cut(coverage(d.Transition), d.room)
	switch d.side {
	case along:
		if d.action != "" {
			event += " / " + d.action
		}
		s.text("label", "middle", d.at.x, d.at.y-7, event)
		s.text("count "+class, "middle", d.at.x, d.at.y+15, below)
	default:
		bar := textWidth * max(len(event), len(d.action)) / 10
		anchor, from := "start", d.at.x
		if d.side == left {
			anchor, from = "end", d.at.x-bar
		}
		s.text("label", "middle", from+bar/2, d.at.y-9, event)
		s.f(`<path class="fraction" d="M%d %dh%d"/>`+"\n", from, d.at.y-3, bar)
		s.text("label", "middle", from+bar/2, d.at.y+10, d.action)
		s.text("count "+class, anchor, d.at.x, d.at.y+27, below)
	}
	s.f("</g>\n")
}

func (s *svg) box(b box) {
	class := "box"
	if b.again {
		class = "box again"
	}
	s.f(`<rect class="%s" x="%d" y="%d" width="%d" height="%d" rx="8"/>`+"\n", class, b.x, b.y, b.w, b.h)
	s.text("state", "middle", b.x+b.w/2, b.y+b.h/2+5, b.state.String())
}

func (s *svg) pill(b box) {
	s.f(`<rect class="box again" x="%d" y="%d" width="%d" height="%d" rx="6"/>`+"\n", b.x, b.y, b.w, b.h)
	x, y := b.x+b.w/2, b.y+b.h/2
	if b.h > b.w {
		s.f(`<text class="small" text-anchor="middle" transform="translate(%d %d) rotate(90)" y="4">%s</text>`+"\n", x, y, b.state)
		return
	}
	s.text("small", "middle", x, y+4, b.state.String())
}
