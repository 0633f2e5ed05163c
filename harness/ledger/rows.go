package ledger

import (
	"fmt"
	"slices"
	"sort"
	"strings"
)

// Removed gives a finding for each entry that is one too many, whatever happens: its case does not exist, or not on its family,
// no case has a name like its pattern, its arrow does not exist, or another entry before it has that verdict or arrow already.
func (l *Ledger) Removed(k Known) []Finding {
	var findings []Finding
	verdicts, arrows := map[Key]Pos{}, map[Key]Pos{}
	for _, r := range l.Rows {
		for i := range r.Cases {
			e := &r.Cases[i]
			why, at := e.removed(k), e.Pos
			if e.pattern() || why != "" || e.verdict() == "" {
				if why != "" {
					findings = append(findings, l.removed(Key{e.Case, e.Family, r.IUT}, r, at, e.texts(r), why))
				}
				continue
			}
			for _, family := range k.Cases[e.Case] {
				key := Key{e.Case, family, r.IUT}
				if first, twice := verdicts[key]; e.covers(e.Case, family) && !twice {
					verdicts[key] = at
				} else if e.covers(e.Case, family) {
					why = fmt.Sprintf("line %d has its verdict already", first.Line)
					findings = append(findings, l.removed(Key{e.Case, e.Family, r.IUT}, r, at, e.texts(r), why))
					break
				}
			}
		}
		if len(k.Arrows) == 0 {
			continue
		}
		for _, t := range r.Transitions {
			key, why := Key{TransitionTopic + t.Arrow, "", r.IUT}, ""
			if first, twice := arrows[key]; twice {
				why = fmt.Sprintf("line %d has it already", first.Line)
			} else if arrows[key] = t.Pos; !slices.Contains(k.Arrows, t.Arrow) {
				why = fmt.Sprintf("no such transition, expected the like of %q (\"ci list transitions\" has them all)", k.Arrows[0])
			}
			if why != "" {
				findings = append(findings, l.removed(key, r, t.Pos, []string{t.Instead}, why))
			}
		}
	}
	return findings
}

// removed says why there is nothing that the entry could speak of; "" where there is.
func (e *Entry) removed(k Known) string {
	var families []string
	there := false
	for name, of := range k.Cases {
		if Like(e.Case, name) {
			there, families = true, append(families, of...)
		}
	}
	sort.Strings(families)
	switch {
	case there && (e.Family == "" || slices.Contains(families, e.Family)):
		return ""
	case there:
		return fmt.Sprintf("the case does not run on %s, expected %s", e.Family, strings.Join(slices.Compact(families), " or "))
	case e.pattern():
		return "no case has such a name"
	}
	return "no such case, expected " + nearest(e.Case, k.Cases)
}

func (l *Ledger) removed(k Key, r *Row, at Pos, recorded []string, why string) Finding {
	return Finding{Key: k, Status: Removed, Rows: []*Row{r}, Expected: recorded, Got: []string{why}, Place: (&Error{l.Name, at, ""}).Place(), pos: at}
}

// nearest says which known case may be meant: one with the same last part, or else those of the same topic.
func nearest(name string, cases map[string][]string) string {
	topic, last, _ := strings.Cut(name, "/")
	var same, ofTopic []string
	for c := range cases {
		t, l, _ := strings.Cut(c, "/")
		if l == last && l != "" {
			same = append(same, c)
		}
		if t == topic {
			ofTopic = append(ofTopic, c)
		}
	}
	sort.Strings(same)
	sort.Strings(ofTopic)
	switch {
	case len(same) > 0:
		return strings.Join(same, " or ")
	case len(ofTopic) > 0:
		return "one of " + strings.Join(ofTopic, ", ")
	}
	return "the name of a fixture, the like of \"reset/rst-in-window\""
}

// Patterns are the entries that are patterns, as findings that say nothing yet.
func (l *Ledger) Patterns() []Finding {
	var findings []Finding
	for _, r := range l.Rows {
		for i := range r.Cases {
			if e := &r.Cases[i]; e.pattern() {
				findings = append(findings, Finding{Key: Key{e.Case, e.Family, r.IUT}, Rows: []*Row{r}, Expected: e.texts(r),
					Place: (&Error{l.Name, e.Pos, ""}).Place(), pos: e.Pos, shows: []*Entry{e}})
			}
		}
	}
	return findings
}

// NotShown is what is told of a pattern that is Vanished.
const NotShown = "none of its cases shows it"

// JudgePatterns judges Patterns by the findings on runs, comparisons and live pairs: each must have shown in one of its cases
// at least. It is Vanished where none showed it, though all of them were run, and Clean where some were not, or where Removed
// tells more.
func (l *Ledger) JudgePatterns(k Known, judged []Finding) []Finding {
	run, shown := map[Key]bool{}, map[*Entry]bool{}
	for _, f := range judged {
		if f.Place != "" { // a pattern's own finding
			continue
		}
		switch client, server, _ := strings.Cut(f.IUT, " to "); {
		case f.Case == Live:
			run[Key{LiveAsClient, f.Family, client}], run[Key{LiveAsServer, f.Family, server}] = true, true
		case f.With == "":
			run[f.Key] = true
		}
		for _, e := range f.shows {
			shown[e] = true
		}
	}
	findings := l.Patterns()
	for i := range findings {
		f := &findings[i]
		e := f.shows[0]
		switch {
		case shown[e]:
			f.Status, f.Got = AsRecorded, f.Expected
		case e.removed(k) == "" && e.allRun(k, f.IUT, run):
			f.Status, f.Got = Vanished, []string{NotShown}
		}
	}
	return findings
}

// allRun says whether every case that a pattern is about was run on its IUT.
func (e *Entry) allRun(k Known, iut string, run map[Key]bool) bool {
	for name, families := range k.Cases {
		for _, family := range families {
			if e.covers(name, family) && !run[Key{name, family, iut}] {
				return false
			}
		}
	}
	return true
}

// Unfinished gives a finding for each row with a TODO: class, clause and reason are for somebody to fill in who has read the
// clause.
func (l *Ledger) Unfinished() []Finding {
	var findings []Finding
	for _, r := range l.Rows {
		if len(r.todo) == 0 {
			continue
		}
		f := Finding{Key: Key{IUT: r.IUT}, Status: Unfinished, Rows: []*Row{r}, Place: r.todo[0].Place(), pos: r.todo[0].Pos}
		for _, todo := range r.todo {
			f.Got = append(f.Got, todo.Text)
		}
		findings = append(findings, f)
	}
	return findings
}
