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

// proposedRow is a row as a proposal has it: everything but what only a reader of the RFC can say.
type proposedRow struct {
	ID, IUT, Class, Clause, Reason string
	Cases                          []*proposedEntry     `yaml:",omitempty"`
	Matrix                         []proposedMistake    `yaml:",omitempty"`
	Transitions                    []proposedTransition `yaml:",omitempty"`

	about []string // comments above it
}

type proposedMistake struct {
	Rule, Shape string
	After       string `yaml:",omitempty"`
	In          string `yaml:",omitempty"`
}

type proposedTransition struct{ Arrow, Instead string }

type proposedEntry struct {
	Case        string
	Family      string   `yaml:",omitempty"`
	Fails       string   `yaml:",omitempty"`
	Unsupported string   `yaml:",omitempty"`
	Differs     []string `yaml:",omitempty"`
}

func (e *proposedEntry) sameTexts(o *proposedEntry) bool {
	return e.Fails == o.Fails && e.Unsupported == o.Unsupported && slices.Equal(e.Differs, o.Differs)
}

// todoRow is a row with all to be filled in. clauses are those that the case is about.
func todoRow(id, iut string, clauses []string) *proposedRow {
	r := &proposedRow{ID: id, IUT: iut, Class: string(Todo), Clause: string(Todo),
		Reason: fmt.Sprintf("TODO: what the clause asks for, and what %s does instead.", iut)}
	if len(clauses) > 0 {
		r.Reason += " The case is about " + strings.Join(clauses, ", ") + "."
	}
	return r
}

// proposed gives rows for what is not recorded, one for each case and IUT. Nothing is proposed for ours, nor for what could
// not be judged. clauses are those of each case.
func proposed(findings []Finding, clauses map[string][]string) []*proposedRow {
	var rows []*proposedRow
	for _, f := range findings {
		if f.IUT == Ours || f.Status != Unrecorded && f.Status != Changed || len(f.Got) == 0 {
			continue
		}
		if arrow, ok := strings.CutPrefix(f.Case, TransitionTopic); ok {
			if f.Got[0] != noCase { // there is nothing to record where no case tries it
				r := todoRow(proposedID(f.Key), f.IUT, clauses[f.Case])
				r.Transitions = []proposedTransition{{arrow, f.Got[0]}}
				rows = append(rows, r)
			}
			continue
		}
		key := f.Key
		if f.Case == Live {
			if key = f.Row; key == (Key{}) || key.IUT == Ours {
				continue
			}
		}
		id := proposedID(key)
		at := slices.IndexFunc(rows, func(r *proposedRow) bool { return r.ID == id })
		if at < 0 {
			at = len(rows)
			rows = append(rows, todoRow(id, key.IUT, clauses[f.Case]))
		}
		r := rows[at]
		n := slices.IndexFunc(r.Cases, func(e *proposedEntry) bool { return e.Family == f.Family })
		if n < 0 {
			n = len(r.Cases)
			r.Cases = append(r.Cases, &proposedEntry{Case: key.Case, Family: f.Family})
		}
		e := r.Cases[n]
		lack, isLack := strings.CutPrefix(f.Got[0], lacks)
		switch {
		case f.With != "":
			e.Differs = append(e.Differs, f.Got...)
		case isLack:
			e.Unsupported = lack
		default:
			e.Fails = f.Got[0]
		}
	}
	for _, r := range rows {
		if len(r.Cases) == 2 && r.Cases[0].sameTexts(r.Cases[1]) {
			r.Cases[0].Family = ""
			r.Cases = r.Cases[:1]
		}
	}
	return rows
}

// MatrixUnknown is a mistake that is not recorded, with what a proposal is to say of it.
type MatrixUnknown struct {
	Mistake
	Clause string // of the rule
	About  []string
}

// proposedMatrix gives rows for mistakes, one for each, with what is known about them as comments. Nothing is proposed for
// a failure of ours.
func proposedMatrix(unknown []MatrixUnknown) []*proposedRow {
	var rows []*proposedRow
	for _, u := range unknown {
		if u.IUT == Ours && !strings.HasPrefix(u.Shape, against) {
			continue
		}
		r := todoRow(slug(u.IUT)+"-"+u.Slug(), u.IUT, nil)
		r.about = u.About
		if u.Clause != "" {
			r.Clause = u.Clause
		}
		r.Matrix = []proposedMistake{{u.Rule, u.Shape, u.After, u.In}}
		rows = append(rows, r)
	}
	return rows
}

// encodeRows writes rows as a ledger has them. taken are ids that are not free.
func encodeRows(rows []*proposedRow, taken map[string]bool) ([]byte, error) {
	list := &yaml.Node{Kind: yaml.SequenceNode}
	for _, r := range rows {
		id := r.ID
		for n := 2; taken[r.ID]; n++ {
			r.ID = fmt.Sprintf("%s-%d", id, n)
		}
		taken[r.ID] = true
		n := &yaml.Node{}
		if err := n.Encode(r); err != nil {
			return nil, fmt.Errorf("ledger: %w", err)
		}
		n.HeadComment = strings.Join(r.about, "\n")
		for _, key := range []string{"matrix", "transitions"} {
			for _, e := range itemsOf(n, key) {
				e.Style = yaml.FlowStyle // one a line
			}
		}
		list.Content = append(list.Content, n)
	}
	return encode(list)
}

// encode writes a node as this house does.
func encode(n *yaml.Node) ([]byte, error) {
	var out bytes.Buffer
	e := yaml.NewEncoder(&out)
	e.SetIndent(2)
	if err := errors.Join(e.Encode(n), e.Close()); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// Proposal writes rows for what is not recorded, one for each case and IUT, as a ledger would have them. Class, clause and
// reason are TODO: a ledger with such a row is red until somebody has said what it is. Nothing is proposed for ours, nor
// for what could not be judged. clauses are those that each case is about; nil where they are not known.
func Proposal(findings []Finding, clauses map[string][]string) ([]byte, error) {
	return encodeRows(proposed(findings, clauses), map[string]bool{})
}

// WriteProposal writes the proposal into a file.
func WriteProposal(name string, findings []Finding, clauses map[string][]string) error {
	rows, err := Proposal(findings, clauses)
	if err != nil {
		return err
	}
	return os.WriteFile(name, rows, 0o644)
}

// MatrixProposal writes rows for mistakes that are not recorded, one for each, with what is known about them as comments.
// Class and reason are TODO. Nothing is proposed for a failure of ours.
func MatrixProposal(unknown []MatrixUnknown) ([]byte, error) {
	return encodeRows(proposedMatrix(unknown), map[string]bool{})
}

// WriteMatrixProposal writes the proposal into a file.
func WriteMatrixProposal(name string, unknown []MatrixUnknown) error {
	rows, err := MatrixProposal(unknown)
	if err != nil {
		return err
	}
	return os.WriteFile(name, rows, 0o644)
}

func proposedID(k Key) string { return slug(k.IUT + " " + k.Case) }

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
