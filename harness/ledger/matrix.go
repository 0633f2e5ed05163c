package ledger

import (
	"bytes"
	"errors"
	"fmt"
	"os"
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

	rulePos Pos
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
		if f != "" && !like(f, of[i]) {
			return false
		}
	}
	return true
}

// like says whether a text is as a pattern has it, in which * stands for any text.
func like(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	last := len(parts) - 1
	if last == 0 {
		return pattern == text
	}
	if !strings.HasPrefix(text, parts[0]) {
		return false
	}
	text = text[len(parts[0]):]
	for _, part := range parts[1:last] {
		at := strings.Index(text, part)
		if at < 0 {
			return false
		}
		text = text[at+len(part):]
	}
	return strings.HasSuffix(text, parts[last])
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
			{"rule", true, func(v *yaml.Node) { e.Rule, e.rulePos = p.text(v, "the id of a rule"), posOf(v) }},
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

// CheckMatrix holds the entries against the rules that there are, by their ids, and against each other: no two are the same.
// The error joins an *Error for every mistake.
func (l *Ledger) CheckMatrix(rules []string) error {
	var errs []error
	errorf := func(at Pos, format string, args ...any) {
		errs = append(errs, &Error{l.Name, at, fmt.Sprintf(format, args...)})
	}
	type cell struct {
		iut    string
		fields [4]string
	}
	first := map[cell]Pos{}
	for _, r := range l.Rows {
		for i := range r.Matrix {
			e := &r.Matrix[i]
			if !slices.ContainsFunc(rules, func(id string) bool { return like(e.Rule, id) }) {
				errorf(e.rulePos, "unknown rule %q, expected the id of one, the like of %q", e.Rule, rules[0])
			}
			c := cell{r.IUT, e.fields()}
			if before, twice := first[c]; twice {
				errorf(e.Pos, "this entry of %s stands in line %d already, expected it once", r.IUT, before.Line)
				continue
			}
			first[c] = e.Pos
		}
	}
	return errors.Join(errs...)
}

// MatrixFinding is the judgement on one mistake: Clean is none of its statuses.
type MatrixFinding struct {
	Mistake
	Status Status       // AsRecorded, Unrecorded, or Vanished
	Row    *Row         // nil where there is none
	Entry  *MatrixEntry // of the row
}

// JudgeMatrix holds the mistakes that the matrix has shown against the ledger: a finding for each, in their order, and then,
// if everything was played, one for each entry that nothing shows. An entry that names one mistake goes before those that are
// like several, otherwise the order of the ledger counts. iuts are those that were played.
func (l *Ledger) JudgeMatrix(shown []Mistake, iuts []string, everything bool) []MatrixFinding {
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
	if !everything {
		return out
	}
	for _, row := range l.Rows {
		for i := range row.Matrix {
			if e := &row.Matrix[i]; !used[e] && slices.Contains(iuts, row.IUT) {
				out = append(out, MatrixFinding{Mistake{row.IUT, e.Rule, e.Shape, e.After, e.In}, Vanished, row, e})
			}
		}
	}
	return out
}

// Green says that it is as recorded.
func (f MatrixFinding) Green() bool { return f.Status <= AsRecorded }

// MatrixUnknown is a mistake that is not recorded, with what a proposal is to say of it.
type MatrixUnknown struct {
	Mistake
	Clause string // of the rule
	About  []string
}

// MatrixProposal writes rows for mistakes that are not recorded, one for each, as a ledger would have them, with what is known
// about them as comments. Class and reason are empty: a ledger with such a row is refused until somebody has said what it is.
// Nothing is proposed for a failure of ours.
func MatrixProposal(unknown []MatrixUnknown) ([]byte, error) {
	type entry struct {
		Rule, Shape string
		After       string `yaml:",omitempty"`
		In          string `yaml:",omitempty"`
	}
	type row struct {
		ID, IUT, Class, Clause, Reason string
		Matrix                         []entry
	}
	list := &yaml.Node{Kind: yaml.SequenceNode}
	ids := map[string]int{}
	for _, u := range unknown {
		if u.IUT == Ours && !strings.HasPrefix(u.Shape, against) {
			continue
		}
		id := slug(u.IUT) + "-" + u.Slug()
		if ids[id]++; ids[id] > 1 {
			id += fmt.Sprintf("-%d", ids[id])
		}
		n := &yaml.Node{}
		if err := n.Encode(row{ID: id, IUT: u.IUT, Clause: u.Clause, Matrix: []entry{{u.Rule, u.Shape, u.After, u.In}}}); err != nil {
			return nil, fmt.Errorf("ledger: %w", err)
		}
		n.HeadComment = strings.Join(u.About, "\n")
		list.Content = append(list.Content, n)
	}
	var out bytes.Buffer
	e := yaml.NewEncoder(&out)
	e.SetIndent(2)
	if err := e.Encode(list); err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	return out.Bytes(), e.Close()
}

// WriteMatrixProposal writes the proposal into a file.
func WriteMatrixProposal(name string, unknown []MatrixUnknown) error {
	rows, err := MatrixProposal(unknown)
	if err != nil {
		return err
	}
	return os.WriteFile(name, rows, 0o644)
}

// slug makes an id of a text: small letters and digits, joined by "-" or ".".
func slug(text string) string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.')
	})
	for i := range words {
		words[i] = strings.Trim(words[i], ".")
	}
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), "-")
}
