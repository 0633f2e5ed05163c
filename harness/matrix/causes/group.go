package causes

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"

	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/matrix"
	"github.com/twinstack/twinstack/harness/oracle"
	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

// Group is the cases in which one IUT makes one mistake.
type Group struct {
	ledger.Mistake
	Verdict matrix.Verdict // NonStrict or Fail
	Clause  string         // of the rule, "" where there is none
	Level   string
	Members []Member // in the order of the matrix
	// Example is the smallest: with the fewest lines up to the mistake, the simplest flags, the least text, IPv4 first.
	Example Member
}

// Member is a case with its result.
type Member struct {
	Block *matrix.Block
	Index int
}

// Case is the case.
func (m Member) Case() matrix.Case { return m.Block.Case(m.Index) }

// Result is its result.
func (m Member) Result() *matrix.Result { return &m.Block.Results[m.Index] }

// States is how many of the cases begin in each state.
func (g *Group) States() (n [trace.TimeWait + 1]int) {
	for _, m := range g.Members {
		n[m.Block.State()]++
	}
	return n
}

// Groups are the groups of all cases that fail or are not strict: by IUT, failures first, in the order of the rules.
func Groups(m *matrix.Matrix) []*Group {
	type key struct {
		verdict matrix.Verdict
		ledger.Mistake
	}
	known := map[key]*Group{}
	iuts := map[string]int{} // in the order of the matrix
	var all []*Group
	for _, b := range m.Blocks {
		name := b.IUT.Name()
		if _, ok := iuts[name]; !ok {
			iuts[name] = len(iuts)
		}
		for i := range b.Results {
			r := &b.Results[i]
			v := r.Verdict()
			if v != matrix.Fail && v != matrix.NonStrict {
				continue
			}
			f := r.Finding
			k := key{v, ledger.Mistake{IUT: name, Rule: f.Rule, Shape: f.Shape, After: f.After, In: f.In}}
			g := known[k]
			if g == nil {
				g = &Group{Mistake: k.Mistake, Verdict: v, Clause: f.Clause, Level: f.Level}
				known[k] = g
				all = append(all, g)
			}
			g.Members = append(g.Members, Member{b, i})
		}
	}
	order := ruleOrder()
	slices.SortFunc(all, func(a, b *Group) int {
		return cmp.Or(cmp.Compare(iuts[a.IUT], iuts[b.IUT]), cmp.Compare(b.Verdict, a.Verdict),
			cmp.Compare(order[a.Rule], order[b.Rule]), strings.Compare(a.Rule, b.Rule), strings.Compare(a.Shape, b.Shape),
			strings.Compare(a.After, b.After), strings.Compare(a.In, b.In))
	})
	for _, g := range all {
		g.Example = slices.MinFunc(g.Members, smaller)
	}
	return all
}

// Rules are the ids of all rules that a group may be of: those of the oracle, and those that hold whatever a judge says.
func Rules() []string {
	ids := []string{matrix.NoPanic, matrix.StreamOctets, matrix.Expectation}
	for _, r := range oracle.Rules() {
		ids = append(ids, r.ID)
	}
	return ids
}

func ruleOrder() map[string]int {
	order := map[string]int{}
	for i, id := range Rules() {
		order[id] = i
	}
	return order
}

// smaller compares cases by how much there is to read in them.
func smaller(a, b Member) int {
	return cmp.Or(slices.Compare(sizeOf(a), sizeOf(b)), strings.Compare(a.Case().ID(), b.Case().ID()))
}

// sizeOf is what makes a case large, the weightiest first: what happens up to the mistake, the flags of the event's segment,
// its text and what it is crossed with, the family.
func sizeOf(m Member) []int {
	c := m.Case()
	lines := m.Result().Finding.Line - c.Entry.Lines()
	for _, e := range c.Entry.File(c.IPv6).Events {
		if stimulus(&e) {
			lines++
		}
	}
	size := []int{lines, 0, 0, 0, 0}
	if s, ok := c.Event.(matrix.Segment); ok {
		size[1], size[2], size[3] = bits.OnesCount8(uint8(s.Flags)), int(s.Text), int(s.Cross)
	}
	if c.IPv6 {
		size[4] = 1
	}
	return size
}

// stimulus says whether a line does something to the IUT: a call, or a packet for it.
func stimulus(e *script.Event) bool {
	return e.Call != nil || e.Packet != nil && e.Packet.Dir == script.Inbound
}
