package ledger

import (
	"slices"

	"go.yaml.in/yaml/v3"
)

// entryNodes writes entries in the place of one, in its style.
func entryNodes(old *yaml.Node, to []Entry) []*yaml.Node {
	var out []*yaml.Node
	for _, e := range to {
		n := &yaml.Node{Kind: yaml.MappingNode}
		if old.Kind == yaml.MappingNode {
			*n = *old
			n.Content = slices.Clone(old.Content)
		}
		setText(n, "case", e.Case)
		setText(n, "family", e.Family)
		setText(n, "fails", e.Fails)
		setText(n, "unsupported", e.Unsupported)
		setTexts(n, "differs", e.Differs)
		out = append(out, n)
	}
	return out
}

// setText sets a text in a mapping; "" takes it out. A text that is the same stays the same node.
func setText(n *yaml.Node, key, text string) {
	old := valueOf(n, key)
	switch {
	case text == "":
		drop(n, key)
	case old == nil && key == "family": // behind the case
		n.Content = slices.Insert(n.Content, 2, plainText(key), plainText(text))
	case old == nil:
		n.Content = append(n.Content, plainText(key), plainText(text))
	case old.Value != text:
		set(n, key, inPlaceOf(old, text))
	}
}

// setTexts sets a list of texts; none takes it out. Those that are there already stay the same nodes.
func setTexts(n *yaml.Node, key string, texts []string) {
	old := valueOf(n, key)
	if len(texts) == 0 {
		drop(n, key)
		return
	}
	list := &yaml.Node{Kind: yaml.SequenceNode}
	var before, there []*yaml.Node
	if old != nil {
		*list = *old
		before, there = old.Content, slices.Clone(old.Content)
	}
	list.Content = nil
	for i, text := range texts {
		at := slices.IndexFunc(there, func(t *yaml.Node) bool { return t.Value == text })
		if at >= 0 {
			list.Content = append(list.Content, there[at])
			there = slices.Delete(there, at, at+1)
			continue
		}
		fresh := plainText(text)
		if i < len(before) && !slices.Contains(texts, before[i].Value) {
			fresh = inPlaceOf(before[i], text)
		} else if len(before) > 0 {
			fresh.Style = quoted(before[0].Style)
		}
		list.Content = append(list.Content, fresh)
	}
	if old == nil {
		n.Content = append(n.Content, plainText(key), list)
		return
	}
	set(n, key, list)
}

// inPlaceOf is a text with the quotes and the comment of the one whose place it takes.
func inPlaceOf(old *yaml.Node, text string) *yaml.Node {
	n := plainText(text)
	n.Style, n.LineComment = quoted(old.Style), old.LineComment
	return n
}

// quoted is a style without blocks of lines.
func quoted(s yaml.Style) yaml.Style { return s & (yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle) }

func plainText(text string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
}

func set(n *yaml.Node, key string, value *yaml.Node) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			n.Content[i+1] = value
		}
	}
}

func drop(n *yaml.Node, key string) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			n.Content = slices.Delete(n.Content, i, i+2)
			return
		}
	}
}
