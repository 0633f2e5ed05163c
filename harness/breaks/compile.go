package breaks

import (
	"errors"
	"fmt"
	"math"
	"net/netip"
	"time"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/run"
	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

// compiler makes a fault of a break, by the trace of a run without it.
type compiler struct {
	file  *script.File
	trace *trace.Trace
	at    int // the script's event at which the fault is
	fault *fault
	until time.Duration // in the trace's time: when the last packet of the fault goes out; -1 where it changes no time
}

// compile makes the fault. The error says what is wrong with the break, or why it cannot be made of this trace.
func compile(f *script.File, t *trace.Trace, line int, instead string) (*compiler, error) {
	c := &compiler{file: f, trace: t, at: -1, fault: &fault{sent: map[int][]byte{}}, until: -1}
	for i := range f.Events {
		if f.Events[i].Pos.Line == line {
			c.at = i
		}
	}
	if c.at < 0 {
		return nil, fmt.Errorf("no event begins in line %d of the script", line)
	}
	if err := c.calls(); err != nil {
		return nil, err
	}
	items, err := parse(instead)
	if err != nil {
		return nil, err
	}
	e := &f.Events[c.at]
	switch {
	case e.States != nil:
		err = c.states(e, items)
	case len(items) == 1 && items[0].call != nil:
		err = c.answer(e, items[0].call)
	case e.Packet != nil && e.Packet.Dir == script.Outbound:
		err = c.instead(e, items)
	default:
		err = c.extras(items, c.begin(c.at))
	}
	return c, err
}

// calls tells the fault which calls the script makes and what they came to.
func (c *compiler) calls() error {
	came := map[int]*trace.Call{}
	for i := range c.trace.Events {
		if e := &c.trace.Events[i]; e.Kind == trace.Called {
			came[e.Line] = e.Call
		}
	}
	for i := range c.file.Events {
		e := &c.file.Events[i]
		if e.Call == nil {
			continue
		}
		was := came[e.Pos.Line]
		if was == nil {
			return fmt.Errorf("the call of line %d is not in the trace", e.Pos.Line)
		}
		r := recorded{reaches: e.Call.Name != "fcntl" && was.Errno != string(iut.EBADF), whole: was.Result}
		if was.Errno != "" {
			r.errno = iut.Errno(was.Errno)
		}
		if e.Call.Name == "poll" {
			if len(e.Call.Args) > 2 && (e.Call.Args[2].Kind != script.Int || e.Call.Args[2].Int != 0) && i <= c.at {
				return fmt.Errorf("the poll of line %d waits: behind it a break cannot tell which call it is in", e.Pos.Line)
			}
			r.whole = int64(len(e.Call.Args[0].Elems))
		}
		c.fault.calls = append(c.fault.calls, r)
	}
	return nil
}

// stimulus reports whether an event of the script acts on the IUT.
func (c *compiler) stimulus(i int) bool {
	e := &c.file.Events[i]
	if e.Call != nil {
		return c.fault.calls[c.call(i)].reaches
	}
	return e.Packet != nil && e.Packet.Dir == script.Inbound
}

// call is which call of the script event i is, or the last before it; -1 if there is none.
func (c *compiler) call(i int) int {
	n := -1
	for j := range c.file.Events[:i+1] {
		if c.file.Events[j].Call != nil {
			n++
		}
	}
	return n
}

// moment is that of the last stimulus at or before event i. It is an error if there is none.
func (c *compiler) moment(i int) (m moment, at time.Duration, err error) {
	for ; i >= 0 && !c.stimulus(i); i-- {
	}
	if i < 0 {
		return m, 0, errors.New("nothing acts on the stack before this line")
	}
	for j := range c.file.Events[:i+1] {
		switch {
		case !c.stimulus(j):
		case c.file.Events[j].Call != nil:
			m.calls = c.call(j) + 1
		default:
			m.packets++
		}
	}
	return m, c.begin(i), nil
}

// begin is when an event of the script happened: a packet, or the beginning of a call; never is a packet that did not
// come.
func (c *compiler) begin(i int) time.Duration {
	line := c.file.Events[i].Pos.Line
	at := never
	for j := range c.trace.Events {
		e := &c.trace.Events[j]
		if e.Cause == line && c.file.Events[i].Call != nil {
			return e.At - e.After
		}
		if e.Line == line && e.Kind != trace.StateIs {
			at = e.At
		}
	}
	return at
}

const never = time.Duration(math.MinInt64)

// before is when the timed event before event i happened: what "+0.1" at its place counts from.
func (c *compiler) before(i int) time.Duration {
	for i--; i >= 0; i-- {
		if e := &c.file.Events[i]; e.States == nil {
			if at := c.begin(i); at != never {
				return at
			}
		}
	}
	return 0
}

// instead puts packets, or nothing, in the place of the one that the script expects.
func (c *compiler) instead(e *script.Event, items []item) error {
	n, like := c.met(e.Pos.Line)
	if like == nil { // the script allows that nothing comes, and nothing came
		if items[0].nothing || items[0].packet == nil {
			return errors.New("the stack sends nothing at this line: expected packets")
		}
		at := c.before(c.at)
		if items[0].time == nil {
			at += e.Time.At
		}
		return c.extras(items, at)
	}
	c.fault.sent[n] = nil
	at := like.At
	if e.OrNothing { // another packet is then one that nothing expects
		c.until = at
	}
	for i, it := range items {
		if it.nothing {
			continue
		}
		if it.packet == nil {
			return errors.New("the line is a packet: expected packets or nothing")
		}
		raw, err := c.packet(it, like)
		switch {
		case err != nil:
			return err
		case i == 0 && it.time == nil:
			c.fault.sent[n] = raw
			continue
		case i == 0:
			at = c.before(c.at)
		}
		if at, err = c.send(raw, at, it.time); err != nil {
			return err
		}
	}
	return nil
}

// send has a packet go out at a time, counted from another, and gives that time.
func (c *compiler) send(raw []byte, from time.Duration, t *script.Time) (time.Duration, error) {
	at := from
	switch {
	case t == nil:
	case t.Kind == script.Absolute:
		at = t.At
	default:
		at += t.At
	}
	// The last stimulus by then; of those at this very time, only what stands before the line.
	last := c.at
	if c.stimulus(c.at) {
		last++
	}
	i := last
	for i < len(c.file.Events) && !(c.stimulus(i) && c.begin(i) >= at) {
		i++
	}
	for i--; i >= 0 && !(c.stimulus(i) && c.begin(i) <= at); i-- {
	}
	m, began, err := c.moment(i)
	if err != nil {
		return 0, err
	}
	c.fault.extra = append(c.fault.extra, extra{from: m, after: at - began, raw: raw})
	c.until = max(c.until, at)
	return at, nil
}

// extras are packets that go out besides what the stack does, the first at a time unless it says one of its own, which
// counts from there.
func (c *compiler) extras(items []item, at time.Duration) error {
	for _, it := range items {
		if it.packet == nil {
			return errors.New("the line acts on the stack: expected packets, or what its call gives")
		}
		like, err := c.like(it.packet, c.file.Events[c.at].Pos.Line)
		if err != nil {
			return err
		}
		raw, err := c.packet(it, like)
		if err != nil {
			return err
		}
		if at, err = c.send(raw, at, it.time); err != nil {
			return err
		}
	}
	return nil
}

// states puts a connection into another state than the script asserts, from the last stimulus on.
func (c *compiler) states(e *script.Event, items []item) error {
	if len(items) != 1 || items[0].state == nil {
		return errors.New("the line is a state assertion: expected \"state: NAME\"")
	}
	s := &state{is: *items[0].state}
	var err error
	if s.from, _, err = c.moment(c.at); err != nil {
		return err
	}
	s.conn = c.connOf(e.States.Ports)
	s.listener = netip.AddrPortFrom(s.conn.Local.Addr(), s.conn.Local.Port())
	for i := range c.trace.Events {
		if l := &c.trace.Events[i]; l.Kind == trace.StateIs && l.State == trace.Listen {
			s.listener = l.Conn.Local
			break
		}
	}
	if !s.listener.IsValid() {
		return errors.New("no connection and no listener so far whose state could be another")
	}
	c.fault.state = s
	return nil
}

// connOf is the connection that an assertion speaks of: with these ports, or the script's first.
func (c *compiler) connOf(ports *script.Ports) trace.Conn {
	var found trace.Conn
	for i := range c.trace.Events {
		e := &c.trace.Events[i]
		conn := e.Conn
		if e.Packet != nil && e.Packet.TCP != nil {
			conn = ends(e)
		}
		if !conn.Remote.IsValid() {
			continue
		}
		switch {
		case ports == nil:
			return conn
		case conn.Remote.Port() == ports.Dst && conn.Local.Port() == ports.Src:
			return conn
		case conn.Remote.Port() == ports.Dst && !found.Remote.IsValid():
			found = conn // the script has a name of its own for the port
		}
	}
	return found
}

// ends are the two ends of a packet's connection.
func ends(e *trace.Event) trace.Conn {
	p := e.Packet
	src, dst := netip.AddrPortFrom(p.Src, p.TCP.SrcPort), netip.AddrPortFrom(p.Dst, p.TCP.DstPort)
	if e.Kind == trace.Received {
		src, dst = dst, src
	}
	return trace.Conn{Local: src, Remote: dst}
}

// answer makes a call give something else.
func (c *compiler) answer(e *script.Event, say *script.Call) error {
	if e.Call == nil {
		return fmt.Errorf("the line is no call, expected one for %s", say.Name)
	}
	if say.Name != e.Call.Name || say.Result == nil {
		return fmt.Errorf("expected what %s gives", e.Call.Name)
	}
	n, err := run.Number(say.Result)
	if err != nil {
		return err
	}
	a := &answer{call: c.call(c.at), n: n, errno: iut.Errno(say.Errno), octets: func(remote uint16, at uint64, n int) []byte {
		return run.Octets(script.Inbound, remote, at, n)
	}}
	if n < 0 && a.errno == "" {
		return errors.New("a call that fails needs its errno")
	}
	if !c.fault.calls[a.call].reaches {
		return errors.New("the call does not come to the stack")
	}
	c.fault.answer = a
	switch say.Name {
	case "accept":
		a.conn = c.connOf(nil)
	case "poll":
		for _, fd := range say.Args[0].Elems {
			for _, f := range fd.Fields {
				if f.Name != "revents" {
					continue
				}
				n, err := run.Number(&f.Value)
				if err != nil {
					return err
				}
				a.events = append(a.events, iut.Events(n))
			}
		}
	case "getsockopt", "ioctl":
		if a.errno == "" {
			a.value, err = run.OptionValue(&say.Args[map[string]int{"getsockopt": 3, "ioctl": 2}[say.Name]])
		}
	}
	return err
}
