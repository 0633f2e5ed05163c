package oracle

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/twinstack/twinstack/harness/trace"
)

// broken is why no guess is left.
type broken struct {
	rule                 *Rule
	expected, got, shape string
}

// unmet tells what was owed and did not come, or the state that no guess has.
func (c *conn) unmet(now time.Duration) broken {
	g := &c.guesses[0]
	if o := g.unpaid(now); o != nil {
		return broken{o.rule, c.expected(), "nothing", "nothing instead of " + o.Name}
	}
	rule := g.moved
	if rule == nil {
		rule = g.lastRule()
	}
	return broken{rule, "state " + c.states(), "state " + c.seen.String(), stateShape(c.was.state, c.seen, g.tcb.State)}
}

// mismatch tells what was sent in place of what might have been. Where nothing was owed the rule that was broken is the one
// that forbids what was sent.
func (c *conn) mismatch(e *stimulus, p *trace.Packet, wrong wrong) broken {
	g, s := &c.guesses[0], p.TCP
	b := broken{rule: g.lastRule(), expected: c.expected(), got: p.Notation(trace.Sent, c.shift, 0)}
	instead := "nothing"
	if len(g.owed) > 0 {
		b.rule, instead = g.owed[0].rule, g.owed[0].Name
	} else if wrong.rule != nil {
		b.rule, b.expected = wrong.rule, wrong.says
	}
	if c.was.behind(e) && s.Flags.Has(trace.RST) {
		instead += ", to text behind the FIN"
	}
	b.shape = sentShape(&g.tcb, c.stimulus, s, instead)
	return b
}

// expected says what the guesses would have taken.
func (c *conn) expected() string {
	var all []string
	for i := range c.guesses {
		var names []string
		for _, o := range c.guesses[i].owed {
			names = append(names, c.reply(&o.Reply))
		}
		text := strings.Join(names, ", ")
		if text == "" {
			text = "nothing"
		}
		if !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	return strings.Join(all, ", or ")
}

func (c *conn) states() string {
	var all []string
	for i := range c.guesses {
		if n := c.guesses[i].tcb.State.String(); !slices.Contains(all, n) {
			all = append(all, n)
		}
	}
	return strings.Join(all, " or ")
}

// reply is a reply in the script's numbers.
func (c *conn) reply(r *Reply) string {
	seq := r.Seq
	if r.Seq != 0 || !r.Flags.Has(trace.RST|trace.ACK) {
		seq -= c.shift.Seq
	}
	if r.AnySeq {
		seq = 0
	}
	text := fmt.Sprintf("> %s %d:%d(0)", r.Flags, seq, seq)
	if r.Flags.Has(trace.ACK) {
		text += fmt.Sprintf(" ack %d", r.Ack-c.shift.Ack)
	}
	return text
}
