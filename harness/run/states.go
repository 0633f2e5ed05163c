package run

import (
	"fmt"
	"net/netip"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

// sampler looks at the IUT's states each time it has settled.
type sampler struct {
	on        bool
	before    []iut.ConnState
	listening []netip.AddrPort // listeners
	course    path             // of the script's first connection
}

// path is the way of one connection through the states.
type path struct {
	now      trace.State
	from     trace.State   // where the last assertion left it
	since    []trace.State // the states that it has been in since then
	asserted bool
}

func (p *path) see(s trace.State) {
	if s != p.now {
		p.now = s
		p.since = append(p.since, s)
	}
}

// sample takes the states of now and records what has changed.
func (c *course) sample() {
	now := c.r.host.Conns()
	c.changes(now)
	c.listening = c.listening[:0]
	for _, f := range c.flows {
		f.seen = trace.Closed
	}
	for i := range now {
		n := &now[i]
		if !n.Remote.IsValid() {
			if n.State == trace.Listen {
				c.listening = append(c.listening, n.Local)
			}
			continue
		}
		f := c.find(n.Local, n.Remote)
		f.seen = n.State
		if c.first == nil {
			c.first = f
		}
	}
	for _, f := range c.flows {
		f.state = f.seen
		if f.state == trace.Closed && c.listens(f) {
			f.state = trace.Listen
		}
		f.path.see(f.state)
	}
	switch {
	case c.first != nil:
		c.course.see(c.first.state)
	case len(c.listening) > 0:
		c.course.see(trace.Listen)
	default:
		c.course.see(trace.Closed)
	}
	c.before = append(c.before[:0], now...)
}

// listens reports whether a listener would take a SYN on the flow.
func (c *course) listens(f *flow) bool {
	for _, l := range c.listening {
		if l.Port() == f.local && (l.Addr() == f.self || l.Addr().IsUnspecified()) {
			return true
		}
	}
	return false
}

// changes records every connection and listener that is in another state than before.
func (c *course) changes(now []iut.ConnState) {
	if c.r.o.NoRecord {
		return
	}
	for i := range now {
		if stateOfConn(c.before, now[i].Conn) != now[i].State {
			c.record(trace.Event{Kind: trace.StateIs, Conn: now[i].Conn, State: now[i].State})
		}
	}
	for i := range c.before {
		old := &c.before[i]
		if old.State != trace.Closed && !has(now, old.Conn) {
			c.record(trace.Event{Kind: trace.StateIs, Conn: old.Conn, State: trace.Closed})
		}
	}
}

func stateOfConn(conns []iut.ConnState, c trace.Conn) trace.State {
	for i := range conns {
		if conns[i].Conn == c {
			return conns[i].State
		}
	}
	return trace.Closed
}

func has(conns []iut.ConnState, c trace.Conn) bool {
	for i := range conns {
		if conns[i].Conn == c {
			return true
		}
	}
	return false
}

// pathOf is the path that an assertion speaks of.
func (c *course) pathOf(s *script.States) *path {
	if s.Ports == nil {
		return &c.course
	}
	known := len(c.flows)
	f := c.flowOf(s.Ports, script.Outbound)
	if f == c.first {
		return &c.course
	}
	if len(c.flows) > known && c.listens(f) { // no packet has named it yet, and it was not sampled
		f.state = trace.Listen
		f.path.see(f.state)
	}
	return &f.path
}

// assert holds the path of a connection since the assertion before against the one that the script names. The script may
// begin with the state that the connection was in before, and in the first assertion about a connection that it names by
// ports it may leave out the LISTEN that was there before the connection.
func (c *course) assert(e *script.Event) {
	p := c.pathOf(e.States)
	got, want := p.since, e.States.Path
	ok := p.is(want, e.States.Ports != nil)
	for _, or := range e.States.Or {
		ok = ok || p.is(or, e.States.Ports != nil)
	}
	if !ok {
		shown, reason := pathText(got), "since the assertion before"
		if !p.asserted {
			reason = "since the start"
		}
		if len(got) == 0 {
			shown, reason = p.now.String(), "no other state "+reason
		}
		expected := "state: " + pathText(want)
		for _, or := range e.States.Or {
			expected += " or " + pathText(or)
		}
		c.fail(c.line, expected, "state: "+shown, reason)
	}
	p.from, p.since, p.asserted = p.now, p.since[:0], true
}

// is reports whether the path since the assertion before is want; byPorts says that the script names the connection by
// its ports.
func (p *path) is(want []trace.State, byPorts bool) bool {
	got := p.since
	return same(got, want) ||
		len(want) == len(got)+1 && want[0] == p.from && same(got, want[1:]) ||
		byPorts && !p.asserted && len(got) > 0 && got[0] == trace.Listen && same(got[1:], want)
}

// assertEnd fails the case for changes after the last assertion.
func (c *course) assertEnd() {
	check := func(p *path, whose string) {
		if p.asserted && len(p.since) > 0 {
			c.fail(c.line, "state: "+p.from.String(), "state: "+pathText(p.since), "no assertion names it by the end of the script"+whose)
		}
	}
	check(&c.course, "")
	for _, f := range c.flows {
		check(&f.path, fmt.Sprintf(", for %d > %d", f.local, f.remote))
	}
}

func same(a, b []trace.State) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func pathText(path []trace.State) string {
	text := ""
	for i, s := range path {
		if i > 0 {
			text += " > "
		}
		text += s.String()
	}
	return text
}
