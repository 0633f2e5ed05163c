package ledger

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

var (
	idForm     = regexp.MustCompile(`^[a-z0-9]+([.-][a-z0-9]+)*$`)
	clauseForm = regexp.MustCompile(`^RFC [1-9][0-9]* §[0-9A-Z]`)
	todoWord   = regexp.MustCompile(`\bTODO\b`)
	yamlLine   = regexp.MustCompile(`^yaml: line ([0-9]+): `)
)

// Parse reads a ledger. name is the file's, for errors. The error joins an *Error for every mistake, in the order of
// the file; the ledger is nil then.
func Parse(name string, data []byte) (*Ledger, error) {
	p := &parser{name: name, ids: map[string]Pos{}}
	ledger := &Ledger{Name: name, Rows: p.document(data)}
	if len(p.errs) > 0 {
		return nil, errors.Join(p.errs...)
	}
	return ledger, nil
}

type parser struct {
	name string
	ids  map[string]Pos
	errs []error
}

func (p *parser) errorf(at Pos, format string, args ...any) {
	p.errs = append(p.errs, &Error{p.name, at, fmt.Sprintf(format, args...)})
}

func posOf(n *yaml.Node) Pos { return Pos{n.Line, n.Column} }

// document reads the one YAML document of the file; an empty one has no rows.
func (p *parser) document(data []byte) []*Row {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var doc, second yaml.Node
	if err := decoder.Decode(&doc); err != nil {
		if !errors.Is(err, io.EOF) {
			p.syntax(data, err)
		}
		return nil
	}
	if err := decoder.Decode(&second); err == nil {
		p.errorf(posOf(&second), "a second YAML document, expected one")
	} else if !errors.Is(err, io.EOF) {
		p.syntax(data, err)
	}
	root := doc.Content[0]
	if root.Kind == yaml.ScalarNode && root.Tag == "!!null" {
		return nil
	}
	var rows []*Row
	for _, n := range p.list(root, "rows") {
		rows = append(rows, p.row(n))
	}
	return rows
}

// syntax places an error of the YAML library, which names the line at most: the column is where that line's text begins.
func (p *parser) syntax(data []byte, err error) {
	at, text := Pos{1, 1}, err.Error()
	if m := yamlLine.FindStringSubmatch(text); m != nil {
		at.Line, _ = strconv.Atoi(m[1])
		text = strings.TrimPrefix(text, m[0])
		if lines := strings.Split(string(data), "\n"); at.Line <= len(lines) {
			line := lines[at.Line-1]
			at.Col += len(line) - len(strings.TrimLeft(line, " \t"))
		}
	}
	p.errorf(at, "not YAML: %s, expected a list of rows", strings.TrimPrefix(text, "yaml: "))
}

// field is a key of a mapping and what reads its value.
type field struct {
	key      string
	required bool
	read     func(*yaml.Node)
}

// mapping reads a mapping with exactly the given fields. what names the mapping in errors.
func (p *parser) mapping(n *yaml.Node, what string, fields []field) {
	if n.Kind != yaml.MappingNode {
		p.errorf(posOf(n), "%s, expected %s as a mapping", kindOf(n), what)
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		at := slices.IndexFunc(fields, func(f field) bool { return f.key == key.Value })
		switch {
		case at < 0 || key.Kind != yaml.ScalarNode:
			p.errorf(posOf(key), "unknown key %q in %s, expected one of %s", key.Value, what, keys(fields))
		case seen[key.Value]:
			p.errorf(posOf(key), "%q a second time in %s, expected it once", key.Value, what)
		default:
			seen[key.Value] = true
			fields[at].read(value)
		}
	}
	for _, f := range fields {
		if f.required && !seen[f.key] {
			p.errorf(posOf(n), "%s without %q, expected it", what, f.key)
		}
	}
}

func keys(fields []field) string {
	var names []string
	for _, f := range fields {
		names = append(names, f.key)
	}
	return strings.Join(names, ", ")
}

func (p *parser) list(n *yaml.Node, of string) []*yaml.Node {
	if n.Kind != yaml.SequenceNode {
		p.errorf(posOf(n), "%s, expected a list of %s", kindOf(n), of)
		return nil
	}
	return n.Content
}

// text reads a string that is not empty.
func (p *parser) text(n *yaml.Node, what string) string {
	s := strings.TrimSpace(n.Value)
	if n.Kind != yaml.ScalarNode || n.Tag != "!!str" || s == "" {
		p.errorf(posOf(n), "%s, expected %s as text", kindOf(n), what)
		return ""
	}
	return s
}

// kindOf says in an error what stands there.
func kindOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "an alias"
	}
	switch {
	case n.Tag == "!!null" || strings.TrimSpace(n.Value) == "":
		return "nothing"
	case n.Tag == "!!str":
		return strconv.Quote(n.Value)
	}
	return fmt.Sprintf("%s (%s)", n.Value, strings.TrimPrefix(n.Tag, "!!"))
}

func (p *parser) row(n *yaml.Node) *Row {
	r := &Row{Pos: posOf(n)}
	var class, cases, matrix *yaml.Node
	p.mapping(n, "a row", []field{
		{"id", true, func(v *yaml.Node) {
			r.ID = p.text(v, "an id")
			first, twice := p.ids[r.ID]
			switch {
			case r.ID == "":
			case !idForm.MatchString(r.ID):
				p.errorf(posOf(v), "id %q, expected small letters and digits, joined by - or .", r.ID)
			case twice:
				p.errorf(posOf(v), "id %q a second time, expected another than in line %d", r.ID, first.Line)
			default:
				p.ids[r.ID] = posOf(v)
			}
		}},
		{"iut", true, func(v *yaml.Node) { r.IUT, r.iutPos = p.text(v, "the name of an IUT"), posOf(v) }},
		{"class", true, func(v *yaml.Node) { class = v }},
		{"clause", true, func(v *yaml.Node) {
			r.Clause = p.text(v, "a clause")
			switch {
			case r.Clause == string(Todo):
				r.todo = append(r.todo, &Error{p.name, posOf(v), "clause: TODO, expected the like of \"RFC 9293 §3.10.7.4\""})
			case r.Clause != "" && !clauseForm.MatchString(r.Clause):
				p.errorf(posOf(v), "clause %q, expected the like of \"RFC 9293 §3.10.7.4\"", r.Clause)
			}
		}},
		{"reason", true, func(v *yaml.Node) {
			r.Reason = p.text(v, "a reason")
			if todoWord.MatchString(r.Reason) {
				r.todo = append(r.todo, &Error{p.name, posOf(v), "reason: " + r.Reason})
			}
		}},
		{"like", false, func(v *yaml.Node) { r.Like, r.likePos = p.pattern(v, r.IUT), posOf(v) }},
		{"cases", false, func(v *yaml.Node) { cases = v }},
		{"matrix", false, func(v *yaml.Node) { matrix = v }},
		{"transitions", false, func(v *yaml.Node) { r.Transitions = p.transitions(v, r.IUT) }},
	})
	if class != nil { // it may stand in front of the IUT that it speaks of
		r.Class = p.class(class, r)
	}
	if matrix != nil {
		r.Matrix = p.matrix(matrix, r.IUT)
	}
	if cases == nil {
		if matrix == nil && len(r.Transitions) == 0 && n.Kind == yaml.MappingNode {
			p.errorf(posOf(n), "a row without \"cases\", \"matrix\" and \"transitions\", expected one of them")
		}
		return r
	}
	entries := p.list(cases, "cases")
	if cases.Kind == yaml.SequenceNode && len(entries) == 0 {
		p.errorf(posOf(cases), "no case, expected at least one")
	}
	for _, e := range entries {
		r.Cases = append(r.Cases, p.entry(e, r))
	}
	return r
}

// class reads the class of a row.
func (p *parser) class(n *yaml.Node, r *Row) Class {
	c, iut := Class(p.text(n, "a class")), r.IUT
	known := []Class{Both, Latitude, Policy}
	if iut != Ours && iut != "" {
		known = slices.Insert(known, 0, DefectOf(iut))
	}
	var names []string
	for _, k := range known {
		names = append(names, string(k))
	}
	switch {
	case c == Todo:
		r.todo = slices.Insert(r.todo, 0, &Error{p.name, posOf(n), "class: TODO, expected one of " + strings.Join(names, ", ")})
	case c == DefectOf(Ours):
		p.errorf(posOf(n), "class %s: a defect of ours is mended, not recorded; expected one of %s", c, strings.Join(names, ", "))
	case c != "" && iut != "" && !slices.Contains(known, c):
		p.errorf(posOf(n), "unknown class %q, expected one of %s", string(c), strings.Join(names, ", "))
	}
	return c
}

// pattern reads a regular expression that is to match all of a text.
func (p *parser) pattern(n *yaml.Node, iut string) *regexp.Regexp {
	text := p.text(n, "a regular expression")
	if iut == Ours {
		p.errorf(posOf(n), "a difference of %s, expected none: differences stand with the other IUT", iut)
	}
	if text == "" {
		return nil
	}
	pattern, err := regexp.Compile(`^(?:` + text + `)$`)
	if err != nil {
		p.errorf(posOf(n), "%v, expected a regular expression", err)
	}
	return pattern
}

func (p *parser) entry(n *yaml.Node, r *Row) Entry {
	e, iut := Entry{Pos: posOf(n)}, r.IUT
	if n.Kind == yaml.ScalarNode && r.Like != nil {
		e.Case = p.text(n, "the name of a case")
		return e
	}
	notOfOurs := func(key *yaml.Node, what string) {
		if iut == Ours {
			p.errorf(posOf(key), "%s of %s, expected none: %s is mended, and differences stand with the other IUT", what, iut, iut)
		}
	}
	errsBefore := len(p.errs)
	p.mapping(n, "a case", []field{
		{"case", true, func(v *yaml.Node) { e.Case, e.Pos = p.text(v, "the name of a case"), posOf(v) }},
		{"family", false, func(v *yaml.Node) {
			e.Family, e.familyPos = p.text(v, "a family"), posOf(v)
			if e.Family != "" && e.Family != "ipv4" && e.Family != "ipv6" {
				p.errorf(posOf(v), "unknown family %q, expected ipv4 or ipv6", e.Family)
			}
		}},
		{"fails", false, func(v *yaml.Node) {
			e.Fails = p.text(v, "the text of a failure")
			notOfOurs(v, "a failure")
		}},
		{"unsupported", false, func(v *yaml.Node) {
			e.Unsupported = p.text(v, "what is not supported")
		}},
		{"differs", false, func(v *yaml.Node) {
			notOfOurs(v, "a difference")
			e.differsPos = posOf(v)
			for _, d := range p.list(v, "differences") {
				e.Differs = append(e.Differs, p.text(d, "the text of a difference"))
			}
		}},
	})
	switch {
	case len(p.errs) > errsBefore:
	case e.Unsupported != "" && (e.Fails != "" || len(e.Differs) > 0 || r.Like != nil):
		p.errorf(e.Pos, "case %q is unsupported and more, expected unsupported alone", e.Case)
	case e.Unsupported == "" && e.Fails == "" && len(e.Differs) == 0 && r.Like == nil:
		p.errorf(e.Pos, "case %q with nothing recorded, expected fails, differs or unsupported", e.Case)
	}
	return e
}
