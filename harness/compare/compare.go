// Package compare lists the differences between two traces of one script: same stimulus, two normal forms, every
// difference. It knows no right and no wrong, and neither stack.
package compare

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/twinstack/twinstack/harness/trace"
)

// Mode says what counts as a difference.
type Mode uint8

// The modes.
const (
	Strict    Mode = iota // every field of every segment
	Behaviour             // not what an implementation may choose; see behaviour in normal.go
)

// Kind is what a difference is in.
type Kind uint8

// The kinds.
const (
	Segment Kind = iota // a segment that one sends and the other does not, or sends otherwise
	Time                // the same thing at another time
	Call                // the result of a call
	States              // the path of a connection through the states
)

// String is "segment", "time", "call" or "states".
func (k Kind) String() string { return [...]string{"segment", "time", "call", "states"}[k] }

// Difference is one difference between two traces. A and B are what each did, in packetdrill's notation with the script's
// numbers; "" is nothing.
type Difference struct {
	Line int           // of the stimulus that both had just had, or of the call
	At   time.Duration // since the start of the case, in the first trace that has it
	Kind Kind
	A, B string
	Text string // the whole in words
}

// Traces lists every difference between two traces of the same script, by the order of the script's lines. It is nil where
// they are alike.
func Traces(a, b *trace.Trace, mode Mode) []Difference {
	c := &comparison{names: [2]string{a.IUT, b.IUT}, a: normalise(a, mode), b: normalise(b, mode)}
	if a.IUT == b.IUT {
		c.names = [2]string{a.IUT + " (first)", b.IUT + " (second)"}
	}
	c.states = [2]map[string]string{{}, {}}
	for _, line := range c.lines() {
		ga, gb := c.a.groups[line], c.b.groups[line]
		if ga == nil {
			ga = &group{line: line}
		}
		if gb == nil {
			gb = &group{line: line}
		}
		c.segments(ga, gb)
		c.paths(ga, gb)
	}
	c.calls()
	slices.SortStableFunc(c.found, func(x, y Difference) int { return cmp.Compare(x.Line, y.Line) })
	return c.found
}

// comparison is two traces under comparison.
type comparison struct {
	names  [2]string
	a, b   *normal
	states [2]map[string]string // by connection: where it is now
	found  []Difference
}

// lines are the lines of the stimuli that either trace has.
func (c *comparison) lines() []int {
	var all []int
	for line := range c.a.groups {
		all = append(all, line)
	}
	for line := range c.b.groups {
		if c.a.groups[line] == nil {
			all = append(all, line)
		}
	}
	slices.Sort(all)
	return all
}

func after(line int) string {
	if line == 0 {
		return "at the start"
	}
	return fmt.Sprintf("after line %d", line)
}

// segments compares what the two sent after one stimulus. Segments that are the same are paired in order, as many as can
// be; what lies between two pairs is paired one by one, and the rest is sent by one alone.
func (c *comparison) segments(ga, gb *group) {
	i, j := 0, 0
	for _, m := range append(common(ga.sends, gb.sends), [2]int{len(ga.sends), len(gb.sends)}) {
		for ; i < m[0] || j < m[1]; i, j = min(i+1, m[0]), min(j+1, m[1]) {
			var x, y *item
			if i < m[0] {
				x = &ga.sends[i]
			}
			if j < m[1] {
				y = &gb.sends[j]
			}
			c.segment(ga.line, x, y)
		}
		if m[0] < len(ga.sends) && m[1] < len(gb.sends) {
			c.moment(ga.line, &ga.sends[m[0]], &gb.sends[m[1]])
		}
		i, j = m[0]+1, m[1]+1
	}
}

// common pairs equal items of two lists, in order and as many as can be (a longest common subsequence).
func common(a, b []item) [][2]int {
	best := make([][]int, len(a)+1) // best[i][j]: how many pairs a[i:] and b[j:] have
	for i := range best {
		best[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i].key == b[j].key {
				best[i][j] = best[i+1][j+1] + 1
			} else {
				best[i][j] = max(best[i+1][j], best[i][j+1])
			}
		}
	}
	var pairs [][2]int
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i].key == b[j].key:
			pairs = append(pairs, [2]int{i, j})
			i, j = i+1, j+1
		case best[i+1][j] >= best[i][j+1]:
			i++
		default:
			j++
		}
	}
	return pairs
}

// segment notes a segment that differs, or that one alone sends.
func (c *comparison) segment(line int, x, y *item) {
	d := Difference{Line: line, Kind: Segment}
	sends := [2]string{"nothing", "nothing"}
	if y != nil {
		d.B, d.At = y.text, y.at
		sends[1] = fmt.Sprintf("%q", y.text)
	}
	if x != nil {
		d.A, d.At = x.text, x.at
		sends[0] = fmt.Sprintf("%q", x.text)
	}
	if sends[0] == sends[1] {
		sends[1] += " with other octets"
	}
	d.Text = fmt.Sprintf("%s: %s sends %s, %s sends %s", after(line), c.names[0], sends[0], c.names[1], sends[1])
	c.found = append(c.found, d)
}

// moment notes the same thing at another time.
func (c *comparison) moment(line int, x, y *item) {
	if x.after == y.after {
		return
	}
	c.found = append(c.found, Difference{Line: line, At: x.at, Kind: Time, A: trace.Seconds(x.after), B: trace.Seconds(y.after),
		Text: fmt.Sprintf("%s: %q comes from %s after %s s, from %s after %s s", after(line), x.text,
			c.names[0], trace.Seconds(x.after), c.names[1], trace.Seconds(y.after))})
}

// calls compares the results of calls. One that blocked may have returned after another stimulus.
func (c *comparison) calls() {
	type place struct {
		item  item
		cause int
	}
	find := func(n *normal) map[int]place {
		all := make(map[int]place)
		for line, g := range n.groups {
			for _, it := range g.calls {
				all[it.line] = place{it, line}
			}
		}
		return all
	}
	a, b := find(c.a), find(c.b)
	lines := slices.Clone(c.a.calls)
	for _, line := range c.b.calls {
		if !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	for _, line := range lines {
		x, inA := a[line]
		y, inB := b[line]
		d := Difference{Line: line, At: x.item.at, Kind: Call, A: x.item.text, B: y.item.text}
		switch {
		case !inA || !inB:
			d.At = max(x.item.at, y.item.at)
			did := map[bool]string{true: "returns ", false: "does not return"}
			d.Text = fmt.Sprintf("line %d: in %s the call %s%s, in %s it %s%s", line, c.names[0], did[inA], d.A, c.names[1], did[inB], d.B)
		case x.item.key != y.item.key:
			d.Text = fmt.Sprintf("line %d: %s gives %s, %s gives %s", line, c.names[0], d.A, c.names[1], d.B)
		case x.cause != y.cause || x.item.after != y.item.after:
			d.Kind, d.A, d.B = Time, trace.Seconds(x.item.at), trace.Seconds(y.item.at)
			d.Text = fmt.Sprintf("line %d: the call returns %s s %s in %s, %s s %s in %s", line,
				trace.Seconds(x.item.after), after(x.cause), c.names[0], trace.Seconds(y.item.after), after(y.cause), c.names[1])
		default:
			continue
		}
		c.found = append(c.found, d)
	}
}

// paths compares the ways through the states after one stimulus, connection by connection.
func (c *comparison) paths(ga, gb *group) {
	var conns []string
	for _, g := range []*group{ga, gb} {
		for _, it := range g.states {
			if !slices.Contains(conns, it.conn) {
				conns = append(conns, it.conn)
			}
		}
	}
	for _, conn := range conns {
		from := [2]string{c.state(0, conn), c.state(1, conn)}
		x, y := c.path(0, conn, ga), c.path(1, conn, gb)
		if !slices.EqualFunc(x, y, func(a, b item) bool { return a.key == b.key }) {
			d := Difference{Line: ga.line, At: firstAt(x, y), Kind: States, A: pathText(x), B: pathText(y)}
			d.Text = fmt.Sprintf("%s: %s %s, %s %s", after(ga.line), c.names[0], goes(x, from[0], y), c.names[1], goes(y, from[1], x))
			if strings.HasPrefix(conn, "listener") || c.many() {
				d.Text += " (" + conn + ")"
			}
			c.found = append(c.found, d)
			continue
		}
		for i := range x {
			if x[i].after != y[i].after {
				c.found = append(c.found, Difference{Line: ga.line, At: x[i].at, Kind: Time,
					A: trace.Seconds(x[i].after), B: trace.Seconds(y[i].after),
					Text: fmt.Sprintf("%s: %s is in %s after %s s, %s after %s s", after(ga.line), c.names[0], x[i].text,
						trace.Seconds(x[i].after), c.names[1], trace.Seconds(y[i].after))})
			}
		}
	}
}

// many reports whether more than one connection has been seen in a state.
func (c *comparison) many() bool { return len(c.states[0]) > 2 || len(c.states[1]) > 2 }

func (c *comparison) state(side int, conn string) string {
	if s, ok := c.states[side][conn]; ok {
		return s
	}
	return trace.Closed.String()
}

// path is the way of one connection in a group; where it ends is kept.
func (c *comparison) path(side int, conn string, g *group) (path []item) {
	for _, it := range g.states {
		if it.conn == conn {
			path = append(path, it)
			c.states[side][conn] = it.text
		}
	}
	return path
}

func firstAt(x, y []item) time.Duration {
	if len(x) > 0 {
		return x[0].at
	}
	return y[0].at
}

func pathText(path []item) string {
	names := make([]string, len(path))
	for i, it := range path {
		names[i] = it.text
	}
	return strings.Join(names, " > ")
}

// goes says where a connection goes to, or that it stays; other is where it goes in the other trace.
func goes(path []item, from string, other []item) string {
	switch {
	case len(path) > 0:
		return "goes to " + pathText(path)
	case other[len(other)-1].text == from:
		return "is in " + from + " already"
	}
	return "stays in " + from
}
