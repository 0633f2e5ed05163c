package regress

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/twinstack/twinstack/harness/archive"
)

// matrix compares what the matrix came to: counts, what could not be judged, and root causes.
func (c *comparison) matrix() {
	old, new := c.before.Matrix, c.after.Matrix
	switch {
	case old == nil && new == nil:
		return
	case old == nil:
		c.note("matrix: in NEW alone, not compared")
		return
	case new == nil:
		c.note("matrix: in OLD alone, not compared")
		return
	case old.Scope != new.Scope || old.Only != new.Only:
		c.note(fmt.Sprintf("matrix: %s in OLD, %s in NEW, not compared", scope(old), scope(new)))
		return
	}
	causes := c.causes(old, new)
	pairs(old.IUTs, new.IUTs, func(o *archive.Outline) string { return o.IUT }, func(was, is *archive.Outline) {
		if was == nil || is == nil {
			o := is
			if o == nil {
				o = was
			}
			c.add(Change{Category: Matrix, Name: "cases", IUT: o.IUT, Worse: is == nil, Old: Side{Text: generated(was)}, New: Side{Text: generated(is)}})
			return
		}
		n := len(c.diff.Changes)
		c.outline(was, is)
		if len(c.diff.Changes) > n || causes[is.IUT] {
			return
		}
		differ := squares(old, new, is.IUT)
		if was.Hash != is.Hash || len(differ) > 0 {
			side := Side{Text: "differs in the outcome of single cases"}
			if len(differ) > 0 {
				side.Text += " of " + strings.Join(differ, "; ")
			}
			c.add(Change{Category: Matrix, Name: "outcomes", IUT: is.IUT, Old: side, New: side})
		}
	})
}

// squares names the squares of states and events of an IUT that are not the same.
func squares(old, new *archive.Matrix, iut string) []string {
	var differ []string
	was, is := squaresOf(old, iut), squaresOf(new, iut)
	for _, name := range slices.Sorted(maps.Keys(is)) {
		if was[name] != is[name] {
			differ = append(differ, name)
		}
		delete(was, name)
	}
	differ = append(differ, slices.Collect(maps.Keys(was))...)
	slices.Sort(differ)
	return differ
}

// squaresOf are the squares of an IUT by name, "LISTEN, flags SYN,ACK", with all that is in them. Indices are resolved: they
// may be others in another run.
func squaresOf(m *archive.Matrix, iut string) map[string]string {
	all := map[string]string{}
	for _, s := range m.Squares {
		if !within(s.IUT, m.IUTs) || !within(s.Row, m.Rows) || !within(s.Column, m.Columns) || m.IUTs[s.IUT].IUT != iut {
			continue
		}
		row, column := m.Rows[s.Row], m.Columns[s.Column]
		text := fmt.Sprintf("%q %q %v", row.Entries, column.Positions, s.Counts)
		for _, share := range s.Shares {
			cause := "not judged"
			if within(share.Cause, m.Causes) {
				cause = causeKey(&m.Causes[share.Cause])
			}
			text += fmt.Sprintf(" %q %q %v %v", cause, share.Reason, share.Places, share.Named)
		}
		all[fmt.Sprintf("%s, %s %s", row.State, column.Group, column.Name)] += text
	}
	return all
}

func within[T any](i int, of []T) bool { return i >= 0 && i < len(of) }

func scope(m *archive.Matrix) string {
	if m.Only != "" {
		return m.Scope + ", only " + m.Only
	}
	return m.Scope
}

// outline compares the counts of an IUT.
func (c *comparison) outline(old, new *archive.Outline) {
	count := func(name, was, is string, worse bool) {
		if was != is {
			c.add(Change{Category: Matrix, Name: name, IUT: new.IUT, Worse: worse, Old: Side{Text: was}, New: Side{Text: is}})
		}
	}
	count("cases", generated(old), generated(new), new.Generated < old.Generated)
	state := func(s *archive.StateCount) string { return s.State }
	pairs(old.States, new.States, state, func(was, is *archive.StateCount) {
		count("cases that begin in "+either(was, is, state), verdicts(was), verdicts(is), false)
	})
	reason := func(n *archive.NotJudged) string { return n.Reason }
	pairs(old.NotJudged, new.NotJudged, reason, func(was, is *archive.NotJudged) {
		count("not judged: "+either(was, is, reason), notJudged(was), notJudged(is), was == nil || is != nil && is.Cases > was.Cases)
	})
}

func generated(o *archive.Outline) string {
	if o == nil {
		return ""
	}
	return fmt.Sprintf("%d cases from %d entry paths; %d in the product, %d without such a position, %d of the same octets",
		o.Generated, o.Entries, o.Product, o.NoPosition, o.SameOctets)
}

// verdicts are the counts of a state, by verdict.
func verdicts(s *archive.StateCount) string {
	if s == nil {
		return ""
	}
	parts := []string{fmt.Sprintf("%d cases", s.Cases)}
	for _, v := range slices.Sorted(maps.Keys(s.Verdicts)) {
		if n := s.Verdicts[v]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, v))
		}
	}
	if s.Probes > 0 {
		parts = append(parts, fmt.Sprintf("%d of them in the probe", s.Probes))
	}
	return strings.Join(parts, ", ")
}

func notJudged(n *archive.NotJudged) string {
	if n == nil {
		return ""
	}
	return fmt.Sprintf("%d cases, the first from %s", n.Cases, n.Where)
}

// causes compares root causes, and says on which IUTs one changed.
func (c *comparison) causes(old, new *archive.Matrix) map[string]bool {
	changed := map[string]bool{}
	pairs(old.Causes, new.Causes, causeKey, func(was, is *archive.Cause) {
		if was == nil && is.Cases == 0 || is == nil && was.Cases == 0 {
			return // a row that nothing shows: the ledger's
		}
		k := is
		if k == nil {
			k = was
		}
		change := Change{Category: Matrix, Name: causeName(k), IUT: k.IUT, Clauses: clause(k)}
		change.Old.Text, change.New.Text = causeText(was), causeText(is)
		switch {
		case change.Old.Text != change.New.Text:
			if is != nil {
				change.Status, change.Rows = is.Status, rows(is)
				change.Worse = is.Cases > 0 && (was == nil || is.Cases > was.Cases)
			}
			changed[k.IUT] = true
			c.add(change)
		default:
			c.judged(archive.Judgement{Status: was.Status, Rows: rows(was)},
				archive.Judgement{Status: is.Status, Rows: rows(is)}, change)
		}
	})
	return changed
}

func causeKey(k *archive.Cause) string {
	return strings.Join([]string{k.IUT, k.Rule, k.Shape, k.After, k.In}, "\x00")
}

func causeName(k *archive.Cause) string {
	name := k.Shape
	if k.Rule != "" {
		name = k.Rule + ": " + k.Shape
	}
	if k.After != "" {
		name += ", after " + k.After
	}
	if k.In != "" {
		name += ", in " + k.In
	}
	return name
}

// causeText is what a root cause comes to: verdict, cases by state, what was expected and what came.
func causeText(k *archive.Cause) string {
	if k == nil || k.Cases == 0 {
		return "no case"
	}
	var states []string
	for _, s := range slices.Sorted(maps.Keys(k.States)) {
		states = append(states, fmt.Sprintf("%s %d", s, k.States[s]))
	}
	text := fmt.Sprintf("%d cases", k.Cases)
	for _, part := range []string{strings.Join(states, " "), strings.TrimSpace(k.Verdict + " " + k.Level), k.Clause} {
		if part != "" {
			text += ", " + part
		}
	}
	if k.Expected != "" || k.Got != "" {
		text += fmt.Sprintf("; expected %s, got %s", k.Expected, k.Got)
	}
	if k.Example != "" {
		text += "; " + k.Example
	}
	return text
}

func clause(k *archive.Cause) []string {
	if k.Clause == "" {
		return nil
	}
	return []string{k.Clause}
}

func rows(k *archive.Cause) []string {
	if k.Ledger == "" {
		return nil
	}
	return []string{k.Ledger}
}
