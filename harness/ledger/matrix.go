package ledger

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Mistake is what a case of the matrix of states and events shows: the rule of the oracle, the shape of the wrong answer, the
// kind of what it was an answer to, and the group of states. The same mistake is the same here in every case.
type Mistake struct {
	IUT, Rule, Shape, After, In string
}

// String names the mistake without the IUT.
func (m Mistake) String() string {
	text := m.Rule + ": " + m.Shape
	if m.Rule == "" {
		text = m.Shape
	}
	if m.After != "" {
		text += ", after " + m.After
	}
	if m.In != "" {
		text += ", in " + m.In
	}
	return text
}

// Slug names the mistake without the IUT in small letters and digits, joined by "-" or ".", for the names of rows and files.
func (m Mistake) Slug() string { return slug(m.Rule + " " + m.Shape + " " + m.After + " " + m.In) }

// against begins the shape of what is allowed though a SHOULD speaks against it.
const against = "against "

// MatrixEntry is what a root cause does in the matrix: a mistake, or all that are like it. In each field a * stands for any
// text, and one that is left out for *.
type MatrixEntry struct {
	Rule, Shape, After, In string
	Pos                    Pos
}

func (e *MatrixEntry) fields() [4]string { return [...]string{e.Rule, e.Shape, e.After, e.In} }

// plain says that the entry names one mistake.
func (e *MatrixEntry) plain() bool {
	fields := e.fields()
	return e.After != "" && e.In != "" && !slices.ContainsFunc(fields[:], func(f string) bool { return strings.Contains(f, "*") })
}

func (e *MatrixEntry) covers(m Mistake) bool {
	of := [...]string{m.Rule, m.Shape, m.After, m.In}
	for i, f := range e.fields() {
		if f != "" && !Like(f, of[i]) {
			return false
		}
	}
	return true
}

// matrix reads a row's list of entries.
func (p *parser) matrix(n *yaml.Node, iut string) []MatrixEntry {
	list := p.list(n, "entries")
	if n.Kind == yaml.SequenceNode && len(list) == 0 {
		p.errorf(posOf(n), "no entry, expected at least one")
	}
	var out []MatrixEntry
	for _, node := range list {
		e := MatrixEntry{Pos: posOf(node)}
		p.mapping(node, "an entry of the matrix", []field{
			{"rule", true, func(v *yaml.Node) { e.Rule = p.text(v, "the id of a rule") }},
			{"shape", true, func(v *yaml.Node) {
				e.Shape = p.text(v, "the shape of an answer")
				if iut == Ours && e.Shape != "" && !strings.HasPrefix(e.Shape, against) {
					p.errorf(posOf(v), "a failure of %s, expected %q and a requirement: %s is mended", iut, against, iut)
				}
			}},
			{"after", false, func(v *yaml.Node) { e.After = p.text(v, "the kind of a stimulus") }},
			{"in", false, func(v *yaml.Node) { e.In = p.text(v, "a group of states") }},
		})
		out = append(out, e)
	}
	return out
}

// MatrixFinding is the judgement on one mistake, or on an entry that none is like.
type MatrixFinding struct {
	Mistake
	Status Status       // AsRecorded, Unrecorded, Vanished or Removed
	Row    *Row         // nil where there is none
	Entry  *MatrixEntry // of the row
	Place  string       // in the ledger, "ci/ledger.yaml:12:3", of what is Vanished or Removed
	Why    string       // it is Removed
}

// JudgeMatrix holds the mistakes that the matrix has shown against the ledger: a finding for each, in their order, and then one
// for each entry that is one too many (Removed): none of the rules has an id like its own, or another entry is the same; and,
// if everything was played, one for each that nothing shows (Vanished). An entry that names one mistake goes before those that
// are like several, otherwise the order of the ledger counts. rules are the ids of those that there are, iuts those that were
// played.
func (l *Ledger) JudgeMatrix(shown []Mistake, rules, iuts []string, everything bool) []MatrixFinding {
	var out []MatrixFinding
	used := map[*MatrixEntry]bool{}
	for _, m := range shown {
		f := MatrixFinding{Mistake: m, Status: Unrecorded}
		for _, row := range l.Rows {
			for i := range row.Matrix {
				e := &row.Matrix[i]
				if row.IUT == m.IUT && e.covers(m) && (f.Row == nil || e.plain() && !f.Entry.plain()) {
					f.Row, f.Entry, f.Status = row, e, AsRecorded
				}
			}
		}
		if f.Entry != nil {
			used[f.Entry] = true
		}
		out = append(out, f)
	}
	first := map[Mistake]Pos{}
	for _, row := range l.Rows {
		for i := range row.Matrix {
			e := &row.Matrix[i]
			f := MatrixFinding{Mistake{row.IUT, e.Rule, e.Shape, e.After, e.In}, Clean, row, e, (&Error{l.Name, e.Pos, ""}).Place(), ""}
			before, twice := first[f.Mistake]
			switch {
			case twice:
				f.Status, f.Why = Removed, fmt.Sprintf("line %d has it already", before.Line)
			case !slices.ContainsFunc(rules, func(id string) bool { return Like(e.Rule, id) }):
				f.Status, f.Why = Removed, fmt.Sprintf("no such rule, expected the like of %q", rules[0])
			case everything && !used[e] && slices.Contains(iuts, row.IUT):
				f.Status = Vanished
			}
			if !twice {
				first[f.Mistake] = e.Pos
			}
			if f.Status != Clean {
				out = append(out, f)
			}
		}
	}
	return out
}

// Green says that it is as recorded.
func (f MatrixFinding) Green() bool { return f.Status.Green() }
