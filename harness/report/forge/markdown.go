package forge

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/twinstack/twinstack/harness/archive"
)

// Octets that each table may take. With the few lines between them a page stays below 60,000: a comment on GitHub takes
// 65,536 characters, and a job summary 1 MiB.
const (
	redOctets         = 32_000
	topicOctets       = 6_000
	classOctets       = 14_000
	requirementOctets = 4_000
	// textRunes is how much of one text is told, and texts how many of one kind.
	textRunes = 400
	texts     = 4
)

// Markdown writes how the run stands: the verdict in words, what is not as recorded, the table by topic, the root causes
// by class, and how many requirements are covered. What does not fit is counted: results.json has all.
func Markdown(w io.Writer, f *archive.File) error {
	var b strings.Builder
	verdict(&b, f)
	red(&b, f)
	topics(&b, f)
	states(&b, f)
	classes(&b, f)
	requirements(&b, f)
	_, err := io.WriteString(w, b.String())
	return err
}

// verdict says how it stands, and of what.
func verdict(b *strings.Builder, f *archive.File) {
	runs, comparisons := 0, 0
	for _, c := range f.Cases {
		runs += len(c.Runs)
		comparisons += len(c.Comparisons)
	}
	found := len(findingsOf(f))
	switch {
	case found == 1:
		fmt.Fprint(b, "## twinstack: one thing is not as recorded\n\n")
	case found > 1:
		fmt.Fprintf(b, "## twinstack: %d things are not as recorded\n\n", found)
	case !f.Complete:
		fmt.Fprint(b, "## twinstack: as far as it ran, as recorded\n\n")
	default:
		fmt.Fprint(b, "## twinstack: all is as recorded\n\n")
	}
	if !f.Complete {
		fmt.Fprintf(b, "**Not the whole suite:** %d of %d runs.\n", runs, f.Planned)
	}
	var iuts []string
	for _, i := range f.IUTs {
		iuts = append(iuts, code(i.Name)+" "+plain(i.Version))
	}
	rows := 0
	for _, d := range f.Divergences {
		if d.Class != "" {
			rows++
		}
	}
	fmt.Fprintf(b, "%d cases, %d runs and %d comparisons on %s; %d rows of the ledger seen.\n",
		len(f.Cases), runs, comparisons, strings.Join(iuts, " and "), rows)
}

// red is the table of what is not as recorded.
func red(b *strings.Builder, f *archive.File) {
	all := findingsOf(f)
	if len(all) == 0 {
		return
	}
	t := newTable(b, "Not as recorded", redOctets, "case", "on", "status", "clause", "on record", "now")
	for _, n := range all {
		t.row(code(n.name), plain(n.where()), plain(n.status), plain(n.clause()), codes(n.was()), codes(n.came()))
	}
	t.end()
	fmt.Fprint(b, "\nreport.html, kept beside results.json, draws each with both stacks side by side.\n")
}

// topics is the table of verdicts by topic. Runs count a case once for each family that it runs on.
func topics(b *strings.Builder, f *archive.File) {
	head := []string{"topic", "cases"}
	for _, i := range f.IUTs {
		head = append(head, plain(i.Name)+" pass", "fail", "other")
	}
	head = append(head, "alike", "different", "not compared")
	t := newTable(b, "Cases by topic", topicOctets, head...)
	t.numbers = 1
	var names []string
	sums := map[string][]int{}
	count := func(topic string, c *archive.Case) {
		sum := sums[topic]
		if sum == nil {
			names = append(names, topic)
			sum = make([]int, len(head)-1)
			sums[topic] = sum
		}
		sum[0]++
		for _, r := range c.Runs {
			at := 1 + 3*slices.IndexFunc(f.IUTs, func(i archive.Implementation) bool { return i.Name == r.IUT })
			switch {
			case at < 1: // of no IUT that took part
			case r.Verdict == "pass":
				sum[at]++
			case r.Verdict == "fail":
				sum[at+1]++
			default:
				sum[at+2]++
			}
		}
		alike := len(sum) - 3
		for _, d := range c.Comparisons {
			switch {
			case d.NotCompared != "":
				sum[alike+2]++
			case len(d.Differences) > 0:
				sum[alike+1]++
			default:
				sum[alike]++
			}
		}
	}
	for i := range f.Cases {
		topic, _, _ := strings.Cut(f.Cases[i].ID, "/")
		count(topic, &f.Cases[i])
	}
	for i := range f.Cases {
		count("all", &f.Cases[i])
	}
	for _, name := range names {
		row := []string{plain(name)}
		for _, n := range sums[name] {
			row = append(row, fmt.Sprint(n))
		}
		t.row(row...)
	}
	t.end()
}

// states is what the matrix came to, a line for each IUT.
func states(b *strings.Builder, f *archive.File) {
	if f.Matrix == nil {
		return
	}
	fmt.Fprintf(b, "\n### Every case of states and events (%s)\n\n", plain(f.Matrix.Scope))
	for _, i := range f.Matrix.IUTs {
		var verdicts []string
		sum := map[string]int{}
		for _, s := range i.States {
			for v, n := range s.Verdicts {
				if sum[v] += n; !slices.Contains(verdicts, v) {
					verdicts = append(verdicts, v)
				}
			}
		}
		slices.Sort(verdicts)
		var parts []string
		for _, v := range verdicts {
			if sum[v] > 0 {
				parts = append(parts, fmt.Sprintf("%d %s", sum[v], plain(v)))
			}
		}
		causes := 0
		for _, c := range f.Matrix.Causes {
			if c.IUT == i.IUT && c.Cases > 0 {
				causes++
			}
		}
		fmt.Fprintf(b, "- %s: %d cases: %s; %d root causes\n", code(i.IUT), i.Generated, strings.Join(parts, ", "), causes)
	}
}

// classes is the root causes that were seen, by class, the clauses of each folded away.
func classes(b *strings.Builder, f *archive.File) {
	var names []string
	by := map[string][]*archive.Divergence{}
	for i := range f.Divergences {
		d := &f.Divergences[i]
		name := d.Class
		if name == "" {
			name = "not classified"
		}
		if by[name] == nil {
			names = append(names, name)
		}
		by[name] = append(by[name], d)
	}
	if len(names) == 0 {
		return
	}
	slices.SortStableFunc(names, func(a, c string) int { return len(by[c]) - len(by[a]) })
	t := newTable(b, "Root causes by class", classOctets, "class", "root causes", "cases", "of the matrix")
	t.numbers = 1
	for _, name := range names {
		cases, generated := map[string]bool{}, 0
		for _, d := range by[name] {
			generated += d.Matrix
			for _, c := range d.Cases {
				cases[c] = true
			}
		}
		t.row(plain(name), fmt.Sprint(len(by[name])), fmt.Sprint(len(cases)), fmt.Sprint(generated))
	}
	t.end()
	fmt.Fprint(b, "\n<details><summary>each root cause</summary>\n")
	t = newTable(b, "", classOctets, "clause", "class", "row", "cases")
	for _, name := range names {
		for _, d := range by[name] {
			t.row(plain(d.Clause), plain(name), code(d.ID), fmt.Sprint(len(d.Cases)))
		}
	}
	t.end()
	fmt.Fprint(b, "\n</details>\n")
}

// requirements is how many there are by level, can be tested, are shown, and are passed.
func requirements(b *strings.Builder, f *archive.File) {
	if len(f.Requirements) == 0 {
		return
	}
	head := []string{"level", "rows", "testable", "shown"}
	for _, i := range f.IUTs {
		head = append(head, "passed by "+plain(i.Name))
	}
	t := newTable(b, "Requirements", requirementOctets, head...)
	t.numbers = 1
	var levels []string
	sums := map[string][]int{}
	count := func(level string, r *archive.Requirement) {
		sum := sums[level]
		if sum == nil {
			levels = append(levels, level)
			sum = make([]int, len(head)-1)
			sums[level] = sum
		}
		sum[0]++
		if r.Testable != "blackbox" && r.Testable != "api" {
			return
		}
		sum[1]++
		if len(r.Shown) > 0 {
			sum[2]++
		}
		for i := range f.IUTs {
			if slices.Contains(r.Passed, f.IUTs[i].Name) {
				sum[3+i]++
			}
		}
	}
	for i := range f.Requirements {
		count(f.Requirements[i].Level, &f.Requirements[i])
	}
	for i := range f.Requirements {
		count("all", &f.Requirements[i])
	}
	for _, level := range levels {
		row := []string{plain(level)}
		for _, n := range sums[level] {
			row = append(row, fmt.Sprint(n))
		}
		t.row(row...)
	}
	t.end()
}

// table writes rows for as long as they fit, and then says how many do not.
type table struct {
	b       *strings.Builder
	heading string
	head    []string
	numbers int // the first column of numbers, which stand on the right; 0 is none
	left    int // octets
	begun   bool
	more    int
}

func newTable(b *strings.Builder, heading string, octets int, head ...string) *table {
	return &table{b: b, heading: heading, head: head, left: octets}
}

func (t *table) row(cells ...string) {
	if !t.begun {
		t.begun = true
		if t.heading != "" {
			t.write("\n### " + t.heading + "\n")
		}
		rule := make([]string, len(t.head))
		for i := range rule {
			rule[i] = "---"
			if t.numbers > 0 && i >= t.numbers {
				rule[i] = "--:"
			}
		}
		t.write("\n" + line(t.head) + line(rule))
	}
	if text := line(cells); t.more == 0 && len(text) <= t.left {
		t.write(text)
	} else {
		t.more++
	}
}

func (t *table) write(s string) {
	t.left -= len(s)
	t.b.WriteString(s)
}

func (t *table) end() {
	if t.more > 0 {
		fmt.Fprintf(t.b, "\n… and %d more: results.json has them all.\n", t.more)
	}
}

func line(cells []string) string { return "| " + strings.Join(cells, " | ") + " |\n" }

// short is a text on one line, no longer than what is told of one.
func short(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) > textRunes {
		s = string([]rune(s)[:textRunes]) + "…"
	}
	return s
}

// plain is a text in which nothing is Markdown or HTML.
func plain(s string) string { return escape.Replace(short(s)) }

var escape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "|", `\|`, "*", `\*`, "_", `\_`, "`", "\\`",
	"[", `\[`, "]", `\]`, `\`, `\\`, "@", "&#64;", "#", "&#35;")

// code is a text as it is, in a span of code that may stand in a cell of a table.
func code(s string) string {
	s = strings.ReplaceAll(short(s), "|", `\|`)
	if s == "" {
		return ""
	}
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if len(fence) > 1 {
		return fence + " " + s + " " + fence
	}
	return fence + s + fence
}

// codes is texts below each other in a cell.
func codes(all []string) string {
	more := ""
	if len(all) > texts+1 {
		all, more = all[:texts], fmt.Sprintf("<br>… and %d more", len(all)-texts)
	}
	var spans []string
	for _, s := range all {
		spans = append(spans, code(s))
	}
	return strings.Join(spans, "<br>") + more
}
