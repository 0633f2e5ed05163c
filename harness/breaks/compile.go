package breaks

import (
	"errors"
	"fmt"
	"net/netip"
	"time"

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
