package oracle

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/twinstack/twinstack/harness/trace"
)

// Judge follows the trace of one run.
type Judge struct {
	p         Profile
	now       time.Duration
	conns     []*conn
	listeners []*conn // in LISTEN, for the calls on them
	sockets   []socket
	listening []netip.AddrPort
	past      []step // those of the judge that this is a clone of; nobody may change them
	steps     []step
	err       error

	w *work // while it is fed
}

// socket is what a descriptor stands for.
type socket struct {
	fd   int
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

// New makes a judge of one run.
func New(p Profile) *Judge { return &Judge{p: p} }

// Feed takes the events that follow those of the Feeds before. The error is a *TableError.
func (j *Judge) Feed(events []trace.Event) error {
	j.w = works.Get().(*work)
	for i := range events {
		if j.err == nil {
			j.event(&events[i])
		}
	}
	j.rest()
	return j.err
}

// Until says that nothing more happened until now, and ends the last step.
func (j *Judge) Until(now time.Duration) error {
	if j.err == nil {
		j.w = works.Get().(*work)
		j.advance(now)
		j.instant()
		j.rest()
	}
	return j.err
}

// rest gives back what was borrowed.
func (j *Judge) rest() {
	works.Put(j.w)
	j.w = nil
}

// Now is the first of what the connection that the case is about may be, the first that came to be, and what the IUT's
// numbers on the wire exceed the script's by. Nothing is left after a violation: then it is nil. It stands until the judge is
// fed.
func (j *Judge) Now() (tcb *TCB, shift uint32) {
	if len(j.conns) == 0 {
		return &TCB{Listening: len(j.listening) > 0}, 0
	}
	c := j.conns[0]
	if len(c.guesses) == 0 {
		return nil, 0
	}
	return &c.guesses[0].tcb, c.shift.Seq
}

// Guesses is how many different things that connection may be.
func (j *Judge) Guesses() int {
	if len(j.conns) == 0 {
		return 1
	}
	return len(j.conns[0].guesses)
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
			j.sent(c, e.Packet)
		}
	case trace.StateIs:
		j.seen(e)
	}
}

// wrong is the rule that says that an outcome is not allowed.
func (o *Outcome) wrong() wrong { return wrong{o.Rules[len(o.Rules)-1], o.Wrong} }

// each goes through the connections and the listeners that have done nothing wrong.
func (j *Judge) each(f func(*conn)) {
	for _, all := range [...][]*conn{j.conns, j.listeners} {
		for _, c := range all {
			if !c.broken {
				f(c)
			}
		}
	}
}

// ask is the turn of a TCB now, for one walk through the table.
func (j *Judge) ask(c *conn, tcb *TCB) *Turn {
	t := &j.w.turn
	*t = Turn{P: &j.p, Now: j.now, Conn: c.name, w: j.w}
	t.T = *tcb
	return t
}

// outcomes asks the table, and calls f with each outcome, which is gone when f returns.
func (j *Judge) outcomes(group func(*Turn) ([]Outcome, error), t *Turn, f func(*Outcome)) {
	m := j.w.mark()
	all, err := group(t)
	if err != nil && j.err == nil {
		j.err = err
	}
	for i := range all {
		f(&all[i])
	}
	j.w.forget(m)
}

// begin begins a step.
func (j *Judge) begin(e *trace.Event, what stimulus) {
	j.instant()
	j.steps = append(j.steps, step{line: e.Line, at: e.At, stimulus: what})
	j.each(func(c *conn) {
		if len(c.guesses) == 0 {
			return
		}
		c.was = standingOf(&c.guesses[0].tcb)
		told := c.best().against
		for i := range c.guesses {
			g := &c.guesses[i]
			g.rules, g.names, g.moved = nil, nil, nil
			g.against = untold(g.against, told)
			g.without(func(o *owed) bool { return o.Optional && o.by <= j.now })
		}
		c.guesses = distinct(c.guesses)
	})
}

// received takes a packet that the IUT was given.
func (j *Judge) received(e *trace.Event) {
	if unusable(e) {
		j.begin(e, stimulus{packet: e.Packet, unusable: true})
		return
	}
	if m := e.Packet.ICMP; m != nil {
		j.begin(e, stimulus{packet: e.Packet})
		src, dst, _, ok := trace.QuotedTCP(m.Quoted)
		if !ok {
			return
		}
		name := trace.Conn{Local: netip.AddrPortFrom(e.Packet.Dst, src), Remote: netip.AddrPortFrom(e.Packet.Src, dst)}
		if c := j.known(name); c != nil {
			j.turn(c, reported, func(t *Turn) { t.ICMP = m })
		}
		return
	}
	s := e.Packet.TCP
	if s == nil {
		return
	}
	j.begin(e, stimulus{packet: e.Packet})
	c := j.find(trace.Conn{Local: netip.AddrPortFrom(e.Packet.Dst, s.DstPort), Remote: netip.AddrPortFrom(e.Packet.Src, s.SrcPort)}, nil)
	c.stimulus = s
	j.turn(c, arrives, func(t *Turn) { t.Seg, t.Codepoint = s, e.Packet.ECN() })
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

// turn makes of each guess what the table allows at an event, which at puts into a turn.
func (j *Judge) turn(c *conn, group func(*Turn) ([]Outcome, error), at func(*Turn)) {
	if c.broken {
		j.unjudged()
		return
	}
	next := j.w.next[:0]
	for i := range c.guesses {
		g := &c.guesses[i]
		t := j.ask(c, &g.tcb)
		at(t)
		seg := t.Seg
		if seg != nil && t.T.SackOK {
			t.T.repeats(seg)
		}
		j.outcomes(group, t, func(o *Outcome) {
			next = append(next, j.w.with(g, o, j.now))
			next[len(next)-1].tcb.settle(&j.p, j.now, seg)
		})
	}
	j.w.next = next
	c.guesses = append(c.guesses[:0], distinct(next)...)
	j.judge(c)
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
func (j *Judge) sent(c *conn, p *trace.Packet) {
	if c.broken {
		return
	}
	s := p.TCP
	next := j.w.next[:0]
	var bad, announced wrong // the first that is not allowed; the first of which that is so for what it announces alone
	send := func(n *guess) {
		t := j.ask(c, &n.tcb)
		t.Seg, t.Codepoint = s, p.ECN()
		j.outcomes(announces, t, func(o *Outcome) {
			if o.Wrong != "" {
				if announced.rule == nil {
					announced = o.wrong()
				}
				return
			}
			sent := j.w.becomes(n, o, j.now)
			sent.rules, sent.moved = j.w.kept.rules.join(o.Rules, n.rules), n.moved // what moved the state stays the last
			next = append(next, sent)
		})
	}
	pay := func(g *guess) {
		for k := range g.owed {
			if n, ok := g.pays(k, s); ok {
				send(&n)
			}
			if g.owed[k].before() {
				return
			}
		}
	}
	for i := range c.guesses {
		g := &c.guesses[i]
		pay(g)
		t := j.ask(c, &g.tcb)
		t.Seg = s
		j.outcomes(sends, t, func(o *Outcome) {
			if o.Wrong != "" {
				if bad.rule == nil {
					bad = o.wrong()
				}
				return
			}
			n := j.w.with(g, o, j.now)
			n.acknowledges(s)
			send(&n)
		})
		for timer := UserTimeout; timer <= OrphanTimeout; timer++ {
			t := j.ask(c, &g.tcb)
			t.Expired = timer
			j.outcomes(expires, t, func(o *Outcome) {
				if o.Wrong == "" {
					n := j.w.with(g, o, j.now)
					pay(&n)
				}
			})
		}
	}
	j.w.next = next
	j.left(c, distinct(next), func() broken {
		b := c.mismatch(&j.step().stimulus, p, bad)
		if announced.rule != nil {
			b.rule, b.expected, b.shape = announced.rule, announced.says, announcedShape(announced)
		}
		return b
	})
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
