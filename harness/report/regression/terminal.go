package regression

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/twinstack/twinstack/harness/regress"
	"github.com/twinstack/twinstack/harness/report"
)

// How much of it the terminal tells, for all to stand on a screen.
const (
	terminalGroups = 3   // entries of a category
	terminalPlaces = 3   // cases of an entry
	terminalText   = 220 // characters of a side
)

// Terminal writes what changed: the table, the entries of each category, and one line that says how it stands. all leaves
// nothing out.
func Terminal(w io.Writer, d *regress.Diff, all bool, p report.Paint) {
	fmt.Fprintf(w, "%s\n%s\n", plain(upgraded(d)), extents(d))
	for _, n := range d.Notes {
		fmt.Fprintln(w, plain(n))
	}
	writeTable(w, d, p)
	for _, s := range sections(d) {
		fmt.Fprintf(w, "%s: %d\n", p.Bold(s.Category.Title()), s.Count)
		for i, g := range s.Groups {
			if i == terminalGroups && !all {
				fmt.Fprintf(w, "  and %d more entries (--all shows them)\n", len(s.Groups)-i)
				break
			}
			g.terminal(w, all, p)
		}
	}
	if text := pace(d); text != "" {
		fmt.Fprintln(w, plain(text))
		for i, t := range d.Speed.Beyond {
			if i == terminalPlaces && !all {
				fmt.Fprintf(w, "  and %d more (--all shows them)\n", len(d.Speed.Beyond)-i)
				break
			}
			fmt.Fprintf(w, "  %s\n", plain(timed(t)))
		}
	}
	paint := p.Green
	if len(d.Changes) > 0 {
		paint = p.Red
	}
	fmt.Fprintln(w, paint(Headline(d)))
}

func writeTable(w io.Writer, d *regress.Diff, p report.Paint) {
	iuts, rows := table(d)
	if len(rows) == 0 {
		return
	}
	var b strings.Builder
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, iut := range iuts {
		fmt.Fprintf(t, "\t%s", plain(iut))
	}
	fmt.Fprint(t, "\tall\t\n")
	for _, row := range rows {
		fmt.Fprintf(t, "%s\t", row.Category.Title())
		for _, n := range row.ByIUT {
			fmt.Fprintf(t, "%d\t", n)
		}
		fmt.Fprintf(t, "%d\t\n", row.All)
	}
	t.Flush() // into a strings.Builder, which takes all
	head, rest, _ := strings.Cut(b.String(), "\n")
	fmt.Fprintf(w, "%s\n%s", p.Bold(head), rest)
}

func (g *group) terminal(w io.Writer, all bool, p report.Paint) {
	places, text := terminalPlaces, terminalText
	if all {
		places, text = len(g.Places), 1<<20
	}
	where, head := plain(g.where(places)), plain(g.Head())
	if g.Worse {
		where = p.Red(where)
	}
	fmt.Fprintf(w, "  %s\n", strings.TrimRight(where+"  "+head, " "))
	if was := g.Renamed(); was != "" {
		fmt.Fprintf(w, "      renamed, was %s\n", plain(was))
	}
	fmt.Fprintf(w, "      was: %s\n      now: %s\n", clip(g.OldText(), text), clip(g.NewText(), text))
	if text := g.InAll(); text != "" {
		fmt.Fprintf(w, "      in all of them: %s\n", clip(text, 2*terminalText))
	}
	if g.First != nil && all {
		fmt.Fprintf(w, "      first event, was: %s\n      first event, now: %s\n",
			clip(g.told(g.First.Old, true), text), clip(g.told(g.First.New, true), text))
	}
}
