package regression

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/twinstack/twinstack/harness/regress"
)

// MarkdownLimit is how long the Markdown is at most, in octets. A comment of GitHub's holds 65,536 characters, a job summary
// 1 MiB; both take this, with room for what a workflow puts around it.
const MarkdownLimit = 60_000

const (
	markdownPlaces = 40  // cases of an entry
	markdownText   = 600 // characters of a side
	markdownHead   = 300 // characters of a version or a note
)

// Markdown writes what changed for a comment on a pull request or a job summary: the verdict, the table, and the entries of
// each category behind a fold. It is never longer than MarkdownLimit; what does not fit is counted.
func Markdown(w io.Writer, d *regress.Diff) error {
	m := &markdown{limit: MarkdownLimit}
	m.head(d)
	m.sections(sections(d))
	if d.Speed != nil {
		m.speed(d)
	}
	if m.left > 0 {
		m.b.WriteString(leftOut(m.left))
	}
	_, err := io.WriteString(w, m.b.String())
	return err
}

// leftOut counts the entries that did not fit.
func leftOut(n int) string {
	return fmt.Sprintf("\n%d more entries did not fit here; the page (`--html`) and the JSON (`--json`) have them all.\n", n)
}

// markdown is a text under a limit.
type markdown struct {
	b     strings.Builder
	limit int
	left  int // entries that did not fit
}

// reserve is kept for what closes a fold and for the count of what is left out.
const reserve = 400

// fits adds a text if there is room for it.
func (m *markdown) fits(text string) bool {
	if m.b.Len()+len(text)+reserve > m.limit {
		return false
	}
	m.b.WriteString(text)
	return true
}

// head is the verdict, the versions and the table. It is short whatever the runs hold.
func (m *markdown) head(d *regress.Diff) {
	var b strings.Builder
	fmt.Fprintf(&b, "### twinstack: %s\n\n", Headline(d))
	changed := 0
	for _, v := range versions(d) {
		if v.Changed && changed < 10 {
			fmt.Fprintf(&b, "- %s %s → %s\n", code(v.Of, markdownHead), code(v.Old, markdownHead), code(v.New, markdownHead))
			changed++
		}
	}
	if changed == 0 {
		fmt.Fprintln(&b, "- same versions of all")
	}
	fmt.Fprintf(&b, "- %s\n", extents(d))
	for i, n := range d.Notes {
		if i < 10 {
			fmt.Fprintf(&b, "- %s\n", code(n, markdownHead))
		}
	}
	iuts, rows := table(d)
	if len(rows) > 0 {
		if len(iuts) > 10 {
			iuts = iuts[:10]
		}
		b.WriteString("\n| |")
		for _, iut := range iuts {
			fmt.Fprintf(&b, " %s |", strings.ReplaceAll(code(iut, 40), "|", "\\|"))
		}
		b.WriteString(" all |\n|:--|" + strings.Repeat("--:|", len(iuts)+1) + "\n")
		for _, row := range rows {
			fmt.Fprintf(&b, "| %s |", row.Category.Title())
			for i := range iuts {
				fmt.Fprintf(&b, " %d |", row.ByIUT[i])
			}
			fmt.Fprintf(&b, " %d |\n", row.All)
		}
	}
	m.b.WriteString(b.String())
}

// sections are the folds. One that has something for the worse is open.
func (m *markdown) sections(all []*section) {
	for _, s := range all {
		open := ""
		if s.Category == regress.NewlyFailing {
			open = " open"
		}
		opened := m.fits(fmt.Sprintf("\n<details%s><summary>%s: %d</summary>\n", open, s.Category.Title(), s.Count))
		told := 0
		for _, g := range s.Groups {
			if opened && m.fits(g.markdown()) {
				told++
			}
		}
		m.left += len(s.Groups) - told
		if opened {
			m.b.WriteString("\n</details>\n")
		}
	}
}

// markdown is an entry: its cases, and both sides in a block that shows them as a change.
func (g *group) markdown() string {
	var b strings.Builder
	var names []string
	for _, p := range g.Places[:min(markdownPlaces, len(g.Places))] {
		names = append(names, code(p.String(), markdownHead))
	}
	fmt.Fprintf(&b, "\n**%s**", strings.Join(names, ", "))
	if more := len(g.Places) - len(names); more > 0 {
		fmt.Fprintf(&b, " and %d more", more)
	}
	if head := g.Head(); head != "" {
		fmt.Fprintf(&b, " on %s", code(head, markdownHead))
	}
	if was := g.Renamed(); was != "" {
		fmt.Fprintf(&b, ", renamed from %s", code(was, markdownHead))
	}
	lines := []string{"- " + clip(g.OldText(), markdownText), "+ " + clip(g.NewText(), markdownText)}
	if text := g.InAll(); text != "" {
		lines = append(lines, "  in all of them: "+clip(text, markdownText))
	}
	if g.First != nil {
		lines = append(lines, "  first event that is not the same:",
			"- "+clip(g.told(g.First.Old, true), markdownText), "+ "+clip(g.told(g.First.New, true), markdownText))
	}
	fence := strings.Repeat("`", max(3, longestRun(strings.Join(lines, "\n"))+1))
	fmt.Fprintf(&b, "\n\n%sdiff\n%s\n%s\n", fence, strings.Join(lines, "\n"), fence)
	return b.String()
}

func (m *markdown) speed(d *regress.Diff) {
	if !m.fits(fmt.Sprintf("\n<details><summary>speed, for information</summary>\n\n%s\n", code(pace(d), markdownHead))) {
		return
	}
	for i, t := range d.Speed.Beyond {
		if !m.fits(fmt.Sprintf("- %s\n", code(timed(t), markdownHead))) {
			m.fits(fmt.Sprintf("- and %d more\n", len(d.Speed.Beyond)-i))
			break
		}
	}
	m.b.WriteString("\n</details>\n")
}

// code is a text as a code span, which nothing in it ends (CommonMark §6.1): its fence is longer than any run of backticks
// in it.
func code(s string, most int) string {
	s = clip(s, most)
	if s == "" {
		return ""
	}
	fence := strings.Repeat("`", longestRun(s)+1)
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") {
		s = " " + s + " "
	}
	return fence + s + fence
}

// longestRun is how many backticks stand in a row at most.
func longestRun(s string) int {
	longest, run := 0, 0
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		s = s[n:]
		if r != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}
