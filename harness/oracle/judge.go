package oracle

import (
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/twinstack/twinstack/harness/trace"
)

// Verdict is what the judge says of a step.
type Verdict uint8

// The verdicts.
const (
	Allowed   Verdict = iota // what the RFCs allow
	NonStrict                // what a SHOULD speaks against
	Violation                // what they do not allow
	Unjudged                 // a violation came before: what the TCP knows is no longer known
)

func (v Verdict) String() string {
	return [...]string{"allowed", "non-strict", "violation", "unjudged"}[v]
}

// Step is one stimulus, a packet or a call, with all that the IUT did until the next.
type Step struct {
	Line     int           // of the script
	At       time.Duration // when the stimulus came
	Stimulus string        // in words: "segment FA", "call close"
	Verdict  Verdict
	Rules    []string // ids of the rules that allow what was done; of a Violation, that of the rule that was broken
	Options  []string // names of the choices that were made
	Against  []string // NonStrict: the requirements that were not followed
	Expected string   // Violation: what the rules allow
	Got      string   // Violation: what was done, in the script's numbers

	// Of a Violation and of what is NonStrict: the rule that was broken or whose SHOULD was not followed, nil if it is not
	// known which; what was done in place of what, the same for the same mistake anywhere; the kind of what it was an answer
	// to, "ACK at RCV.NXT-1", "close", "silence" where time has passed; and the group of states in which.
	Rule          *Rule
	Shape, After, In string
}

// Judge follows the trace of one run.
type Judge struct {
	p         Profile
	now       time.Duration
	conns     []*conn
	listeners []*conn // in LISTEN, for the calls on them
	sockets   map[int]*socket
	listening []netip.AddrPort
	steps     []Step
	stimulus  trace.Event // of the last step
	err       error
}

// socket is what a descriptor stands for.
type socket struct {
	conn *conn         // nil: none yet
	set  []*trace.Call // the options that were set
}

// conn is one connection, with all that it may be.
type conn struct {
	name     trace.Conn // zero until its SYN is sent
	guesses  []guess
	seen     trace.State // as the IUT tells it
	accepted bool
	listens  bool           // a listener, not a connection
	was      standing       // when the step began
	stimulus *trace.Segment // the last that arrived
	broken   bool
	shift    trace.Shift // for messages
}

// guess is one thing that a connection may be.
type guess struct {
	tcb   TCB
	owed  []owed
	rules []*Rule
	names []string
	// against are the requirements that were not followed if this is what it is, and that no step before has told.
	against []string
	moved   *Rule
}

// owed is a reply that has not come yet.
type owed struct {
	Reply
	by time.Duration
}

// New makes a judge of one run.
func New(p Profile) *Judge { return &Judge{p: p, sockets: map[int]*socket{}} }

// Feed takes the events that follow those of the Feeds before. The error is a *TableError.
func (j *Judge) Feed(events []trace.Event) error {
	for i := range events {
		if j.err == nil {
			j.event(&events[i])
		}
	}
	return j.err
}

// Until says that nothing more happened until now, and ends the last step.
func (j *Judge) Until(now time.Duration) error {
	if j.err == nil {
		j.advance(now)
		j.instant()
	}
	return j.err
}

// Steps are the judgements so far. The last is not final before the next stimulus or Until.
func (j *Judge) Steps() []Step { return j.steps }

// Now is what the connection that the case is about may be, the first that came to be, and what the IUT's numbers on the
// wire exceed the script's by. Nothing is left after a violation.
func (j *Judge) Now() (all []TCB, shift uint32) {
	if len(j.conns) == 0 {
		return []TCB{{Listening: len(j.listening) > 0}}, 0
	}
	c := j.conns[0]
	for i := range c.guesses {
		all = append(all, c.guesses[i].tcb)
	}
	return all, c.shift.Seq
}

func (j *Judge) event(e *trace.Event) {
	j.advance(e.At)
	switch e.Kind {
	case trace.Received:
		j.received(e)
	case trace.Called:
		j.called(e)
	case trace.Sent:
		if s := e.Packet.TCP; s != nil {
			c := j.find(trace.Conn{Local: netip.AddrPortFrom(e.Packet.Src, s.SrcPort), Remote: netip.AddrPortFrom(e.Packet.Dst, s.DstPort)}, s)
			c.shift = e.Shift
			j.sent(c, s)
		}
	case trace.StateIs:
		j.seen(e)
	}
}

// advance lets time go on: what was to be done by then must have been.
func (j *Judge) advance(to time.Duration) {
	if to <= j.now {
		return
	}
	j.instant()
	j.now = to
	for _, c := range j.all() {
		if c.broken {
			continue
		}
		var why string
		var of *Rule
		keep := c.guesses[:0:0]
		for _, g := range c.guesses {
			if o := g.unpaid(to - 1); o != nil { // its time ran out in between
				if of == nil {
					why, of = o.Name+" within "+o.Within.Round(time.Millisecond).String(), o.rule
				}
				continue
			}
			if r := overdue(&g.tcb, &j.p, to); r != nil {
				if of == nil {
					why, of = r.Says, r
				}
				continue
			}
			keep = append(keep, g)
		}
		j.left(c, keep, func() broken { return broken{rule: of, expected: why, got: "nothing", shape: "nothing: " + why} })
	}
}

// instant ends what happens at one moment: what was owed at once must have come, and the state must be the one that is seen.
func (j *Judge) instant() {
	for _, c := range j.all() {
		if c.broken {
			continue
		}
		keep := c.guesses[:0:0]
		var wrong *Outcome // what the state that is seen would come of, if that were allowed
		ran := false       // by a timer that runs
		for _, g := range c.guesses {
			if g.unpaid(j.now) != nil {
				continue
			}
			if g.tcb.State == c.seen {
				keep = append(keep, g)
				continue
			}
			for timer := UserTimeout; timer <= OrphanTimeout; timer++ {
				for _, o := range j.outcomes(expires, Turn{T: g.tcb, Expired: timer}) {
					switch n := g.with(o, j.now); {
					case o.TCB.State != c.seen:
					case o.Wrong == "" && n.unpaid(j.now) == nil:
						keep = append(keep, n)
					case o.Wrong != "" && (wrong == nil || !ran && g.tcb.runs(timer)):
						wrong, ran = &o, g.tcb.runs(timer)
					}
				}
			}
		}
		j.left(c, keep, func() broken {
			b := c.unmet(j.now)
			if wrong != nil && j.now > j.step().At {
				b.rule, b.expected = wrong.broken(), wrong.Wrong
			}
			return b
		})
	}
}

// runs says whether a timer runs, so that its expiry is the nearest explanation for the end of a connection.
func (t *TCB) runs(timer Timer) bool {
	switch timer {
	case UserTimeout:
		return t.Rexmit.On
	case TimeWaitTimeout:
		return t.TimeWaitOn
	}
	return false
}

// broken is the rule that says that an outcome is not allowed.
func (o *Outcome) broken() *Rule { return o.Rules[len(o.Rules)-1] }

// all are the connections, and the listeners.
func (j *Judge) all() []*conn { return slices.Concat(j.conns, j.listeners) }

// unpaid is the first reply that should have come by now.
func (g *guess) unpaid(now time.Duration) *owed {
	for i := range g.owed {
		if o := &g.owed[i]; !o.Optional && o.by <= now {
			return o
		}
	}
	return nil
}

// with is what a guess becomes by an outcome.
func (g *guess) with(o Outcome, now time.Duration) guess {
	n := guess{tcb: o.TCB, owed: slices.Clone(g.owed), moved: o.moved,
		rules:   slices.Concat(g.rules, o.Rules),
		names:   slices.Concat(g.names, o.Names),
		against: slices.Concat(g.against, o.Against)}
	for _, r := range o.Replies {
		n.owed = append(n.owed, owed{r, now + r.Within})
	}
	return n
}

func (g *guess) lastRule() *Rule {
	if len(g.rules) == 0 {
		return nil
	}
	return g.rules[len(g.rules)-1]
}

// outcomes asks the table.
func (j *Judge) outcomes(group func(*Turn) ([]Outcome, error), t Turn) []Outcome {
	t.P, t.Now = &j.p, j.now
	o, err := group(&t)
	if err != nil && j.err == nil {
		j.err = err
	}
	return o
}

// begin begins a step.
func (j *Judge) begin(e *trace.Event, stimulus string) {
	j.instant()
	j.steps = append(j.steps, Step{Line: e.Line, At: e.At, Stimulus: stimulus})
	j.stimulus = *e
	for _, c := range j.all() {
		if len(c.guesses) == 0 {
			continue
		}
		c.was = standingOf(&c.guesses[0].tcb)
		told := c.best().against
		for i := range c.guesses {
			g := &c.guesses[i]
			g.rules, g.names, g.moved = nil, nil, nil
			g.against = without(g.against, told)
			g.owed = slices.DeleteFunc(g.owed, func(o owed) bool { return o.Optional && o.by <= j.now })
		}
		c.guesses = distinct(c.guesses)
	}
}

// received takes a packet that the IUT was given.
func (j *Judge) received(e *trace.Event) {
	if unusable(e) {
		j.begin(e, "a packet that is discarded")
		return
	}
	if m := e.Packet.ICMP; m != nil {
		j.begin(e, fmt.Sprintf("ICMP %d %d", m.Type, m.Code))
		src, dst, _, ok := trace.QuotedTCP(m.Quoted)
		if !ok {
			return
		}
		name := trace.Conn{Local: netip.AddrPortFrom(e.Packet.Dst, src), Remote: netip.AddrPortFrom(e.Packet.Src, dst)}
		if c := j.known(name); c != nil {
			j.turn(c, reported, Turn{ICMP: m, Conn: c.name})
		}
		return
	}
	s := e.Packet.TCP
	if s == nil {
		return
	}
	j.begin(e, "segment "+s.Flags.String())
	c := j.find(trace.Conn{Local: netip.AddrPortFrom(e.Packet.Dst, s.DstPort), Remote: netip.AddrPortFrom(e.Packet.Src, s.SrcPort)}, nil)
	c.stimulus = s
	j.turn(c, arrives, Turn{Seg: s, Conn: c.name})
}

// unusable says whether TCP must discard a packet unseen: its checksum is wrong, its header does not hold together (§3.1,
// MUST-3), or its addresses are none of a connection (§3.9.2.3).
func unusable(e *trace.Event) bool {
	for _, lie := range []string{"checksum=", "offset="} {
		if strings.Contains(e.With, lie) {
			return true
		}
	}
	for _, a := range []netip.Addr{e.Packet.Src, e.Packet.Dst} {
		if a.IsMulticast() || a.IsUnspecified() || a.IsLoopback() || a == netip.AddrFrom4([4]byte{255, 255, 255, 255}) {
			return true
		}
	}
	return false
}

// turn makes of each guess what the table allows.
func (j *Judge) turn(c *conn, group func(*Turn) ([]Outcome, error), t Turn) {
	if c.broken {
		j.step().Verdict = max(j.step().Verdict, Unjudged)
		return
	}
	var next []guess
	for i := range c.guesses {
		g := &c.guesses[i]
		t.T = g.tcb
		for _, o := range j.outcomes(group, t) {
			next = append(next, g.with(o, j.now).settled(&j.p, j.now, t.Seg))
		}
	}
	c.guesses = distinct(next)
	j.judge(c)
}

// settled is a guess with the timers that go with what an event has changed.
func (g guess) settled(p *Profile, now time.Duration, arrived *trace.Segment) guess {
	g.tcb = g.tcb.Clone()
	g.tcb.settle(p, now, arrived)
	return g
}

// known is the connection of a name, nil if there is none.
func (j *Judge) known(name trace.Conn) *conn {
	for _, c := range j.conns {
		if c.name == name {
			return c
		}
	}
	return nil
}

// find is the connection of a name; it is made if there is none. A SYN that the IUT sends is that of the connect before.
func (j *Judge) find(name trace.Conn, sent *trace.Segment) *conn {
	if sent != nil && sent.Flags&(trace.SYN|trace.ACK) == trace.SYN {
		if c := j.known(trace.Conn{}); c != nil {
			j.conns = slices.DeleteFunc(j.conns, func(old *conn) bool { return old.name == name && old.seen == trace.Closed })
			c.name = name
			return c
		}
	}
	if c := j.known(name); c != nil {
		return c
	}
	none := TCB{Listening: j.listens(name.Local)}
	c := &conn{name: name, guesses: []guess{{tcb: none}}, was: standingOf(&none)}
	j.conns = append(j.conns, c)
	return c
}

func (j *Judge) listens(local netip.AddrPort) bool {
	for _, l := range j.listening {
		if l.Port() == local.Port() && (l.Addr() == local.Addr() || l.Addr().IsUnspecified()) {
			return true
		}
	}
	return false
}

// sent holds a segment of the IUT's against what it may send.
func (j *Judge) sent(c *conn, s *trace.Segment) {
	if c.broken {
		return
	}
	var next []guess
	var wrong, window *Outcome // the first that is not allowed; the first of which that is so for its window alone
	send := func(n guess) {
		for _, o := range j.outcomes(announces, Turn{T: n.tcb, Seg: s, Conn: c.name}) {
			if o.Wrong != "" {
				if window == nil {
					window = &o
				}
				continue
			}
			sent := n.with(o, j.now)
			sent.rules, sent.moved = slices.Concat(o.Rules, n.rules), n.moved // what moved the state stays the last
			next = append(next, sent)
		}
	}
	for i := range c.guesses {
		g := &c.guesses[i]
		for _, n := range g.pays(s) {
			send(n)
		}
		for _, o := range j.outcomes(sends, Turn{T: g.tcb, Seg: s, Conn: c.name}) {
			if o.Wrong != "" {
				if wrong == nil {
					wrong = &o
				}
				continue
			}
			send(g.with(o, j.now).acknowledges(s))
		}
		for timer := UserTimeout; timer <= OrphanTimeout; timer++ {
			for _, o := range j.outcomes(expires, Turn{T: g.tcb, Expired: timer, Conn: c.name}) {
				if o.Wrong != "" {
					continue
				}
				n := g.with(o, j.now)
				for _, n := range n.pays(s) {
					send(n)
				}
			}
		}
	}
	j.left(c, distinct(next), func() broken {
		b := c.mismatch(s, wrong)
		if window != nil {
			b.rule, b.expected, b.shape = window.broken(), window.Wrong, "a window of small steps"
		}
		return b
	})
}

// pays is what a guess may become by a segment that it owes. What may also not come, or not yet, can be passed over.
func (g *guess) pays(s *trace.Segment) []guess {
	var ways []guess
	for i := range g.owed {
		o := &g.owed[i]
		if o.fits(s) == "" {
			n := *g
			n.owed = append(slices.Clone(g.owed[:i]), g.owed[i+1:]...)
			if o.AnySeq {
				n.tcb.Iss, n.tcb.SndUna, n.tcb.SndNxt = s.Seq, s.Seq, s.Seq+1
			}
			ways = append(ways, n.acknowledges(s))
		}
		if !o.Optional && o.Within == 0 {
			break
		}
	}
	return ways
}

// acknowledges is a guess without the ACKs that a segment does for: those that it can carry, and those that were delayed, of
// no more than it acknowledges.
func (g guess) acknowledges(s *trace.Segment) guess {
	if s.Flags.Has(trace.ACK) && !s.Flags.Has(trace.RST) {
		g.owed = slices.DeleteFunc(slices.Clone(g.owed), func(o owed) bool {
			return o.Carry && (s.Len() > 0 || o.Within > 0) && le(o.Ack, s.Ack)
		})
	}
	return g
}

// seen takes note of the state that the IUT is in.
func (j *Judge) seen(e *trace.Event) {
	if e.Conn.Remote.IsValid() {
		c := j.find(e.Conn, nil)
		if e.State == trace.SynReceived && c.seen != trace.SynSent {
			j.anew(c)
		}
		c.seen = e.State
		return
	}
	for _, l := range j.listeners {
		if l.name.Local == e.Conn.Local || !l.name.Local.IsValid() && e.State == trace.Listen {
			l.name.Local, l.seen = e.Conn.Local, e.State
			break
		}
	}
	j.listening = slices.DeleteFunc(j.listening, func(l netip.AddrPort) bool { return l == e.Conn.Local })
	if e.State == trace.Listen {
		j.listening = append(j.listening, e.Conn.Local)
	}
	for _, c := range j.conns {
		for i := range c.guesses {
			c.guesses[i].tcb.Listening = j.listens(c.name.Local)
		}
	}
}

// step is the step at hand.
func (j *Judge) step() *Step {
	if len(j.steps) == 0 {
		j.steps = append(j.steps, Step{Stimulus: "the start"})
	}
	return &j.steps[len(j.steps)-1]
}

// left keeps the guesses that are left. Where none is, it was a violation.
func (j *Judge) left(c *conn, keep []guess, why func() broken) {
	if len(keep) > 0 || len(c.guesses) == 0 {
		c.guesses = keep
		j.judge(c)
		return
	}
	b := why()
	s := j.step()
	c.broken, c.guesses = true, nil
	if s.Verdict == Violation {
		return // of another connection in the same step: the first is told
	}
	*s = Step{Line: s.Line, At: s.At, Stimulus: s.Stimulus, Verdict: Violation, Expected: b.expected, Got: b.got, Shape: b.shape, Rule: b.rule}
	if b.rule != nil {
		s.Rules = []string{b.rule.ID}
	}
	j.about(c)
}

// judge writes into the step what the guess that asks least of the reader's patience says: one that follows every SHOULD,
// if any does.
func (j *Judge) judge(c *conn) {
	s := j.step()
	if s.Verdict == Violation || len(c.guesses) == 0 {
		return
	}
	best := c.best()
	if len(best.rules) == 0 {
		return
	}
	s.Rules, s.Options, s.Against = s.Rules[:0], slices.Clone(best.names), slices.Clone(best.against)
	for _, r := range best.rules {
		s.Rules = append(s.Rules, r.ID)
	}
	s.Verdict, s.Rule, s.Shape, s.After, s.In = Allowed, nil, "", "", ""
	if len(best.against) > 0 {
		s.Verdict, s.Rule, s.Shape = NonStrict, ignored(best.rules, s.Against), "against "+strings.Join(s.Against, " ")
		j.about(c)
	}
}

// best is the guess that is against the least; there is one.
func (c *conn) best() *guess {
	best := &c.guesses[0]
	for i := range c.guesses {
		if len(c.guesses[i].against) < len(best.against) {
			best = &c.guesses[i]
		}
	}
	return best
}

// without is what is in all and not in told, each counted as often as it is there: what a guess is against, and no step has
// told yet, since another guess did as well.
func without(all, told []string) (left []string) {
	told = slices.Clone(told)
	for _, id := range all {
		if i := slices.Index(told, id); i >= 0 {
			told = slices.Delete(told, i, i+1)
			continue
		}
		left = append(left, id)
	}
	return left
}

// distinct drops guesses that another one equals, and which is against as little.
func distinct(all []guess) []guess {
	if len(all) < 2 {
		return all
	}
	var out []guess
next:
	for _, g := range all {
		for i := range out {
			if reflect.DeepEqual(out[i].tcb, g.tcb) && len(out[i].owed) == len(g.owed) && sameOwed(out[i].owed, g.owed) {
				if len(g.against) < len(out[i].against) {
					out[i] = g
				}
				continue next
			}
		}
		out = append(out, g)
	}
	return out
}

func sameOwed(a, b []owed) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

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
func (c *conn) mismatch(s *trace.Segment, wrong *Outcome) broken {
	g := &c.guesses[0]
	b := broken{rule: g.lastRule(), expected: c.expected(), got: c.notation(s)}
	instead := "nothing"
	if len(g.owed) > 0 {
		b.rule, instead = g.owed[0].rule, g.owed[0].Name
	} else if wrong != nil {
		b.rule, b.expected = wrong.broken(), wrong.Wrong
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

func (c *conn) notation(s *trace.Segment) string {
	p := trace.Packet{TCP: s}
	return p.Notation(trace.Sent, c.shift, 0)
}
