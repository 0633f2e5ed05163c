package ledger

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Proposal writes rows for what is not recorded, one for each case and IUT, as a ledger would have them. Class, clause and
// reason are empty: a ledger with such a row is refused until somebody has said what it is. The row of a transition has
// no cases: its entry belongs into the row of the case that it names. Nothing is proposed for ours, nor for what could
// not be judged.
func Proposal(findings []Finding) ([]byte, error) {
	type entry struct {
		Case        string
		Family      string   `yaml:",omitempty"`
		Fails       string   `yaml:",omitempty"`
		Unsupported string   `yaml:",omitempty"`
		Differs     []string `yaml:",omitempty"`
	}
	type transition struct{ Arrow, Instead string }
	type row struct {
		ID, IUT, Class, Clause, Reason string
		Cases                          []*entry
		Transitions                    []transition `yaml:",omitempty"`
	}
	var rows []*row
	for _, f := range findings {
		if f.IUT == Ours || f.Status != Unrecorded && f.Status != Changed || len(f.Got) == 0 {
			continue
		}
		if arrow, ok := strings.CutPrefix(f.Case, TransitionTopic); ok {
			if f.Got[0] != noCase { // there is nothing to record where no case tries it
				rows = append(rows, &row{ID: proposedID(f.Key), IUT: f.IUT, Transitions: []transition{{arrow, f.Got[0]}}})
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
		at := slices.IndexFunc(rows, func(r *row) bool { return r.ID == id })
		if at < 0 {
			at = len(rows)
			rows = append(rows, &row{ID: id, IUT: key.IUT})
		}
		r := rows[at]
		n := slices.IndexFunc(r.Cases, func(e *entry) bool { return e.Family == f.Family })
		if n < 0 {
			n = len(r.Cases)
			r.Cases = append(r.Cases, &entry{Case: key.Case, Family: f.Family})
		}
		e := r.Cases[n]
		lack, isLack := strings.CutPrefix(f.Got[0], "unsupported: ")
		switch {
		case f.With != "":
			e.Differs = f.Got
		case isLack:
			e.Unsupported = lack
		default:
			e.Fails = f.Got[0]
		}
	}
	for _, r := range rows {
		if len(r.Cases) != 2 {
			continue
		}
		a, b := r.Cases[0], r.Cases[1]
		if a.Fails == b.Fails && a.Unsupported == b.Unsupported && slices.Equal(a.Differs, b.Differs) {
			a.Family = ""
			r.Cases = r.Cases[:1]
		}
	}
	var out bytes.Buffer
	e := yaml.NewEncoder(&out)
	e.SetIndent(2)
	if err := e.Encode(rows); err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	return out.Bytes(), e.Close()
}

// WriteProposal writes the proposal into a file.
func WriteProposal(name string, findings []Finding) error {
	rows, err := Proposal(findings)
	if err != nil {
		return err
	}
	return os.WriteFile(name, rows, 0o644)
}

func proposedID(k Key) string { return k.IUT + "-" + strings.ReplaceAll(k.Case, "/", "-") }
