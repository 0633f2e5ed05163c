package ledger

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// edit gives the text of a ledger with edits made and rows added at its end. Lines that no edit speaks of stay as they are:
// what is edited is written anew entry by entry, and a larger part only where it is written on one line.
func edit(l *Ledger, data []byte, e edits, rows []*proposedRow) ([]byte, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	t := &text{lines: strings.SplitAfter(string(data), "\n")}
	taken := map[string]bool{}
	if len(doc.Content) > 0 && doc.Content[0].Kind == yaml.SequenceNode {
		root := doc.Content[0]
		switch {
		case len(root.Content) == 0: // "[]"
			if len(rows) > 0 {
				t.cuts = append(t.cuts, cut{root.Line - 1, root.Line, ""})
			}
		case !t.inLines(root):
			return nil, fmt.Errorf("ledger: %s:%d: a list of rows that do not begin lines, expected each behind a \"- \" of its own, below the others", l.Name, root.Line)
		}
		places := t.places(root.Content, len(t.lines), root.Column-1)
		for i, row := range l.Rows {
			taken[row.ID] = true
			if err := t.row(root.Content[i], row, places[i], root.Column-1, e); err != nil {
				return nil, err
			}
		}
	}
	added, err := encodeRows(rows, taken)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	out.WriteString(t.String())
	if len(rows) > 0 {
		if b := out.Bytes(); len(b) > 0 && b[len(b)-1] != '\n' {
			out.WriteByte('\n')
		}
		indent := 0
		if len(doc.Content) > 0 && len(l.Rows) > 0 {
			indent = doc.Content[0].Column - 1
		}
		out.WriteString(indented(added, indent))
	}
	if _, err := Parse(l.Name, out.Bytes()); err != nil {
		return nil, fmt.Errorf("ledger: the text as edited cannot be read, and is not written: %w", err)
	}
	return out.Bytes(), nil
}

// text is a file, line by line, with what takes the place of some.
type text struct {
	lines []string
	cuts  []cut
}

// cut is the lines from one up to another, which count from 0, and what stands there instead.
type cut struct {
	from, to int
	instead  string
}

func (t *text) String() string {
	slices.SortFunc(t.cuts, func(a, b cut) int { return a.from - b.from })
	var out strings.Builder
	at := 0
	for _, c := range t.cuts {
		out.WriteString(strings.Join(t.lines[at:c.from], ""))
		out.WriteString(c.instead)
		at = c.to
	}
	out.WriteString(strings.Join(t.lines[at:], ""))
	return out.String()
}

// row edits the entries of a row, which has its place in the file.
func (t *text) row(n *yaml.Node, row *Row, at cut, indent int, e edits) error {
	changed := map[string][][]*yaml.Node{} // by key: what comes in the place of each entry
	for i, entry := range row.Cases {
		item := itemsOf(n, "cases")[i]
		switch to, ok := e.cases[entry.Pos]; {
		case e.gone[entry.Pos]:
			put(changed, n, "cases", i, nil)
		case ok:
			put(changed, n, "cases", i, entryNodes(item, to))
		}
	}
	for i, entry := range row.Matrix {
		if e.gone[entry.Pos] {
			put(changed, n, "matrix", i, nil)
		}
	}
	for i, tr := range row.Transitions {
		item := itemsOf(n, "transitions")[i]
		switch instead, ok := e.instead[tr.Pos]; {
		case e.gone[tr.Pos]:
			put(changed, n, "transitions", i, nil)
		case ok:
			other := *item
			other.Content = slices.Clone(item.Content)
			setText(&other, "instead", instead)
			put(changed, n, "transitions", i, []*yaml.Node{&other})
		}
	}
	if len(changed) == 0 {
		return nil
	}
	return t.lists(n, at, indent, changed)
}

// put notes what comes in the place of an entry.
func put(changed map[string][][]*yaml.Node, row *yaml.Node, key string, at int, to []*yaml.Node) {
	if changed[key] == nil {
		for _, item := range itemsOf(row, key) {
			changed[key] = append(changed[key], []*yaml.Node{item})
		}
	}
	changed[key][at] = to
}

// lists edits the lists of a row: what stays of a list stays in its lines.
func (t *text) lists(n *yaml.Node, at cut, indent int, changed map[string][][]*yaml.Node) error {
	inLines := n.Style&yaml.FlowStyle == 0 // the row is not one {…}
	var keys []*yaml.Node
	for i := 0; i < len(n.Content); i += 2 {
		keys = append(keys, n.Content[i])
	}
	places := t.places(keys, at.to, n.Column-1)
	whole := *n // the row as it is to be
	whole.Content = nil
	var cuts []cut
	left := false // something is on record
	for i, key := range keys {
		value := n.Content[2*i+1]
		entries, ok := changed[key.Value]
		if !ok {
			whole.Content = append(whole.Content, key, value)
			left = left || slices.Contains([]string{"cases", "matrix", "transitions"}, key.Value)
			continue
		}
		list := *value
		list.Content = slices.Concat(entries...)
		behindDash := i == 0 // of the row: the key cannot go alone
		switch {
		case len(list.Content) == 0:
			inLines = inLines && !behindDash
			cuts = append(cuts, places[i])
		case t.inLines(value):
			for j, item := range t.places(value.Content, places[i].to, value.Column-1) {
				if to := entries[j]; len(to) != 1 || to[0] != value.Content[j] {
					c, err := t.written(item, value.Column-1, &yaml.Node{Kind: yaml.SequenceNode, Content: to})
					if err != nil {
						return err
					}
					cuts = append(cuts, c)
				}
			}
		default:
			inLines = inLines && !behindDash
			c, err := t.written(places[i], n.Column-1, &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{key, &list}})
			if err != nil {
				return err
			}
			cuts = append(cuts, c)
		}
		if len(list.Content) > 0 {
			left = true
			whole.Content = append(whole.Content, key, &list)
		}
	}
	switch {
	case !left:
		t.cuts = append(t.cuts, t.withHead(at, indent))
	case inLines:
		t.cuts = append(t.cuts, cuts...)
	default:
		c, err := t.written(at, indent, &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{&whole}})
		if err != nil {
			return err
		}
		t.cuts = append(t.cuts, c)
	}
	return nil
}

// written is a place with a node in it, or with nothing where the node is an empty list.
func (t *text) written(at cut, indent int, n *yaml.Node) (cut, error) {
	if len(n.Content) == 0 {
		return at, nil
	}
	lines := map[string]bool{}
	for _, line := range t.lines[at.from:at.to] {
		lines[strings.TrimSpace(line)] = true
	}
	out, err := encode(within(n, lines))
	at.instead = indented(out, indent)
	return at, err
}

// within is a copy of a node with those comments alone that stand in certain lines: the others stay where they are.
func within(n *yaml.Node, lines map[string]bool) *yaml.Node {
	c := *n
	for _, comment := range []*string{&c.HeadComment, &c.FootComment} {
		if slices.ContainsFunc(strings.Split(*comment, "\n"), func(line string) bool { return !lines[strings.TrimSpace(line)] }) {
			*comment = ""
		}
	}
	c.Content = nil
	for _, child := range n.Content {
		c.Content = append(c.Content, within(child, lines))
	}
	return &c
}

// inLines says whether every item of a list begins a line behind a dash.
func (t *text) inLines(list *yaml.Node) bool {
	return len(list.Content) > 0 && list.Style&yaml.FlowStyle == 0 && !slices.ContainsFunc(list.Content, func(n *yaml.Node) bool {
		line := t.lines[n.Line-1]
		return len(line) < list.Column || line[list.Column-1] != '-' || strings.TrimSpace(line[:list.Column-1]) != ""
	})
}

// places are the lines of nodes below each other, which end before a limit. Comments and blank lines behind the last line of
// one, which are not indented more than it, are outside.
func (t *text) places(nodes []*yaml.Node, limit, indent int) []cut {
	out := make([]cut, len(nodes))
	for i := len(nodes) - 1; i >= 0; i-- {
		from, to := nodes[i].Line-1, limit
		limit = from
		for to-1 > from {
			line := t.lines[to-1]
			rest := strings.TrimLeft(line, " ")
			if blank := strings.TrimSpace(rest) == ""; !blank && !(rest[0] == '#' && len(line)-len(rest) <= indent) {
				break
			}
			to--
		}
		out[i] = cut{from: from, to: to}
	}
	return out
}

// withHead is a place with the comments right above it, which speak of it; those at the top of the file speak of all of it.
func (t *text) withHead(at cut, indent int) cut {
	from := at.from
	for from > 0 && strings.HasPrefix(t.lines[from-1], strings.Repeat(" ", indent)+"#") {
		from--
	}
	if from > 0 {
		at.from = from
	}
	return at
}

// indented moves lines to the right.
func indented(lines []byte, by int) string {
	var out strings.Builder
	for line := range strings.Lines(string(lines)) {
		if strings.TrimSpace(line) != "" {
			out.WriteString(strings.Repeat(" ", by))
		}
		out.WriteString(line)
	}
	return out.String()
}

// itemsOf are the items of a list in a mapping; none where there is no such key.
func itemsOf(n *yaml.Node, key string) []*yaml.Node {
	if v := valueOf(n, key); v != nil {
		return v.Content
	}
	return nil
}

func valueOf(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}
