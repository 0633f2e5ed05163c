package run

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/link"
	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
	"github.com/twinstack/twinstack/harness/vtime"
)

// course is one script on its way.
type course struct {
	r      *Runner
	file   *script.File
	plan   *plan
	events []script.Event // the script's; then what Options.More added last
	played int            // events before these
	goesOn bool           // the script itself is over, and what is played was added
	res    *trace.Result
	clock  *vtime.Clock

	start    time.Duration // what the clock read when the course began
	base     time.Duration // when the event before happened
	afterOut bool          // the event before was an outbound packet
	ticks    time.Duration // what the script's own ticks add up to
	firings  int
	lost     int // what the link had lost at the start

	at    int    // of events, the first that has not been met yet
	line  int    // of the event being played
	text  string // and its source
	cause int    // line of the last stimulus

	caused time.Duration // when that was

	queue   []sentPacket // sent and not yet expected, oldest first
	flows   []*flow
	main    *flow // of packets without ports
	first   *flow // the script's first connection
	names   []portName
	fds     []*descriptor
	pending *pending
	buf     []byte
	sampler
	transcript transcript
}

// sentPacket is a packet of the IUT's that waits to be expected.
type sentPacket struct {
	packet *trace.Packet
	flow   *flow // nil for what is no TCP
	shift  trace.Shift
	at     time.Duration // by the clock
	event  int           // its place in the trace; -1 if nothing is recorded
	wrong  []string      // what is wrong with it whatever is expected
}

// begin makes c ready for a new course. Slices are kept for reuse.
func (c *course) begin(r *Runner, res *trace.Result) {
	old := *c
	*c = course{r: r, file: r.plan.file, plan: r.plan, events: r.plan.file.Events, res: res, clock: r.clock,
		queue: old.queue[:0], flows: old.flows[:0], names: old.names[:0], fds: old.fds[:0], buf: old.buf}
	c.start = c.clock.Now()
	c.base, c.caused = c.start, c.start
	c.lost = r.end.Lost()
	c.sampler = sampler{on: !r.o.NoRecord || r.plan.states, before: old.before[:0], listening: old.listening[:0]}
	if !r.o.NoRecord {
		res.Trace.Events = make([]trace.Event, 0, 4*len(c.file.Events))
	}
}

// play goes through the events and makes the verdict.
func (c *course) play() {
	c.settle()
	for first := true; first || c.more(); first = false {
		for i := range c.events {
			c.event(i)
		}
	}
	if n := c.r.end.Lost() - c.lost; n > 0 {
		panic(fatal{fmt.Sprintf("the link lost %d packets: the IUT sent more at once than it holds", n)})
	}
	c.res.Virtual = c.clock.Now() - c.start
	if len(c.res.Failures) > 0 {
		c.res.Verdict = trace.Fail
	}
}

// event plays one of the events.
func (c *course) event(i int) {
	e := &c.events[i]
	c.at, c.line, c.text = i, e.Pos.Line, e.Text
	switch {
	case e.States != nil:
		c.assert(e)
	case e.Call != nil:
		c.call(c.played+i, e)
	case e.Packet.Dir == script.Inbound:
		c.inject(e)
	default:
		c.expect(e)
	}
}

// more ends the script, or what was added to it, and goes on with what Options.More gives. It reports whether there is any.
func (c *course) more() bool {
	c.at = len(c.events)
	c.finishPending()
	c.unexpected("by the end of the script")
	if !c.goesOn {
		c.assertEnd()
	}
	if c.r.o.More == nil || len(c.res.Failures) > 0 && !c.goesOn {
		return false
	}
	if !c.goesOn {
		c.transcript.begin(c)
	}
	added := c.r.o.More(c.res.Trace)
	for i := range added {
		if err := checkEvent(c.file, &added[i], c.plan.families); err != nil {
			panic(fatal{err.Error()})
		}
	}
	c.goesOn = true
	c.played += len(c.events)
	c.events, c.at = added, 0
	return len(added) > 0
}

// expected is the source of the event being played, as failures show it.
func (c *course) expected() string {
	if c.text == "" {
		return "the start of the script"
	}
	return c.text
}

func (c *course) fail(line int, expected, got, reason string) {
	expected = strings.Join(strings.Fields(expected), " ") // scripts are set in columns
	c.res.Failures = append(c.res.Failures, trace.Failure{Line: line, Expected: expected, Got: got, Reason: reason})
}

// since is a time of the clock as a script writes it.
func (c *course) since(t time.Duration) string { return trace.Seconds(t-c.start) + " s" }

// forever is the end of a time that has none.
const forever = time.Duration(math.MaxInt64)

// window is when an event may happen, by the clock.
func (c *course) window(t script.Time) (from, to time.Duration) {
	origin := c.base
	switch t.Kind {
	case script.Anytime:
		return 0, forever
	case script.Absolute:
		origin = c.start
	}
	if from, to = origin+t.At, origin+t.At; t.Range || t.Blocking {
		to = origin + t.Until
	}
	return from, to
}

// reach lets time go on to the moment of a call or an inbound packet: at once is one tick later where an outbound packet
// came just before. What the IUT sent until then was not expected.
func (c *course) reach(e *script.Event) {
	if c.goesOn {
		c.unexpected("before line " + itoa(uint64(c.line)))
	}
	target, _ := c.window(e.Time)
	if c.afterOut && target <= c.base {
		target = c.base + Tick
		c.ticks += Tick
	}
	c.run(max(target, c.clock.Now()), false)
	c.unexpected("before line " + itoa(uint64(c.line)))
}

// stimulus notes that the event at hand acts on the IUT now.
func (c *course) stimulus() {
	now := c.clock.Now()
	c.base, c.afterOut, c.cause, c.caused = now, false, c.line, now
	c.at++ // what the IUT sends from now on is expected by later events
}

// run lets time go on to target, timer by timer, or if toPacket is set no further than to the next packet of the IUT's.
// A target of forever is reached when no timer is left.
func (c *course) run(target time.Duration, toPacket bool) {
	for !toPacket || len(c.queue) == 0 {
		limit := target
		if c.pending != nil {
			limit = min(limit, c.pending.limit(c))
		}
		if due, ok := c.clock.Next(); ok && due <= limit {
			c.step()
			continue
		}
		if limit == forever {
			return
		}
		if now := c.clock.Now(); limit > now {
			if err := c.clock.AdvanceTo(limit); err != nil {
				panic(fatal{err.Error()})
			}
		}
		if c.pending != nil && c.pending.limit(c) <= limit {
			c.pendingDue(limit < target)
			if limit < target {
				continue
			}
		}
		return
	}
}

// step fires one timer.
func (c *course) step() {
	if c.firings++; c.firings > MaxFirings {
		panic(fatal{fmt.Sprintf("ping-pong: more than %d timers fired by %s", MaxFirings, c.since(c.clock.Now()))})
	}
	c.clock.Step()
	c.settle()
}

// settle waits for the IUT to have done all that it does, takes what it sent and looks at its states; a call that blocks
// is tried again, and that may set off more.
func (c *course) settle() {
	for {
		c.r.host.Settle()
		c.collect()
		if c.sampler.on {
			c.sample()
		}
		if c.pending == nil || !c.pending.begun || !c.retry() {
			return
		}
	}
}

// collect takes what the IUT sent.
func (c *course) collect() {
	for raw := c.r.end.Take(); raw != nil; raw = c.r.end.Take() {
		s := sentPacket{packet: link.Decode(raw), at: c.clock.Now(), event: -1}
		if t := s.packet.TCP; t != nil {
			s.flow = c.find(addrPort(s.packet.Src, t.SrcPort), addrPort(s.packet.Dst, t.DstPort))
			s.shift, s.wrong = c.sent(s.flow, t)
			s.wrong = append(s.wrong, headerFaults(raw)...)
		}
		if !c.r.o.NoRecord {
			s.event = len(c.res.Trace.Events)
			c.record(trace.Event{Kind: trace.Sent, Packet: s.packet, Shift: s.shift, With: c.with(s.packet)})
		}
		c.queue = append(c.queue, s)
	}
}

// with is what a "with" line would say of a packet of the IUT's: its addresses, where they are not the usual ones.
func (c *course) with(p *trace.Packet) string {
	self, peer := Addrs(c.r.o.IPv6)
	if p.Src == self && p.Dst == peer {
		return ""
	}
	return fmt.Sprintf("src=%s dst=%s", c.addrName(p.Src), c.addrName(p.Dst))
}

// record writes an event of now into the trace.
func (c *course) record(e trace.Event) {
	if !c.r.o.NoRecord {
		now := c.clock.Now()
		e.At, e.Cause, e.After = now-c.start, c.cause, now-c.caused
		c.res.Trace.Events = append(c.res.Trace.Events, e)
	}
}

// notation is a packet of the IUT's as the script would write it: with the window and the options if want writes them. So
// the same failure reads the same on either family, whatever the MSS and the timestamps are.
func (c *course) notation(s *sentPacket, want *script.Packet) string {
	var d trace.Detail
	if len(c.flows) > 1 || s.flow == nil {
		d |= trace.Ports
	}
	if want != nil && want.TCP != nil {
		if want.TCP.Win != nil {
			d |= trace.Win
		}
		if !want.TCP.AnyOptions {
			d |= trace.Options
		}
	}
	return s.packet.Notation(trace.Sent, s.shift, d)
}

// unexpected fails the case for every packet that nothing expected; once the script is over, for those alone that no
// script may expect.
func (c *course) unexpected(when string) {
	for i := range c.queue {
		s := &c.queue[i]
		if c.goesOn {
			c.afterOut = true // as if it had been expected
			c.transcript.sent(c, s)
			if len(s.wrong) == 0 {
				continue
			}
		}
		reason := fmt.Sprintf("sent at %s, %s", c.since(s.at), when)
		for _, w := range s.wrong {
			reason += "; " + w
		}
		c.fail(c.line, "nothing", c.notation(s, nil), reason)
	}
	c.queue = c.queue[:0]
	if c.goesOn {
		c.transcript.states(c)
	}
}

// inject gives the IUT a packet of the script's.
func (c *course) inject(e *script.Event) {
	c.reach(e)
	p, lies, shift := c.inbound(e)
	raw, err := link.EncodeLies(p, lies)
	if err != nil {
		panic(fatal{fmt.Sprintf("%s:%v: %v", c.file.Name, e.Pos, err)})
	}
	c.stimulus()
	if !c.r.o.NoRecord {
		p.Raw = raw
		with := ""
		if e.With != nil {
			with = e.With.Words()
		}
		c.record(trace.Event{Kind: trace.Received, Line: c.line, Packet: p, Shift: shift, With: with})
	}
	c.transcript.stimulus(e, c.clock.Now())
	c.r.end.Inject(raw)
	c.settle()
}

// expect waits for the packet that the script expects. A packet that comes in its place counts as that one, so that the
// case goes on; one that comes before its time and is another is extra.
func (c *course) expect(e *script.Event) {
	from, to := c.window(e.Time)
	var d differences
	for {
		limit := to
		if to != forever {
			limit = max(to+c.ticks, c.clock.Now())
		}
		c.run(limit, true)
		if len(c.queue) == 0 {
			c.at++
			c.base, c.afterOut = max(c.base, min(to, c.clock.Now())), true
			if e.OrNothing {
				return
			}
			reason := "never sent"
			if to != forever {
				reason = "not sent by " + c.since(to)
			}
			c.fail(c.line, e.Text, "nothing", reason)
			return
		}
		s := &c.queue[0]
		d.list = d.list[:0]
		early := s.at < from-c.ticks
		c.matchAny(e, s, &d)
		if early && len(d.list) > 0 {
			c.fail(c.line, "nothing", c.notation(s, nil), fmt.Sprintf("sent at %s, before line %d", c.since(s.at), c.line))
			c.queue = c.queue[1:]
			continue
		}
		if len(d.list) > 0 && e.OrNothing {
			c.at++
			return // the packet may be what a later line expects
		}
		if early || to != forever && s.at > to+c.ticks {
			d.add("sent at %s, expected %s", c.since(s.at), c.span(from, to))
		}
		c.met(s, &d, e)
		return
	}
}

// met takes the oldest packet for the expected one.
func (c *course) met(s *sentPacket, d *differences, e *script.Event) {
	c.at++
	c.base, c.afterOut = s.at, true
	if s.event >= 0 {
		c.res.Trace.Events[s.event].Line = c.line
		c.res.Trace.Events[s.event].Shift = s.shift
	}
	if len(d.list) > 0 {
		reason := d.list[0]
		for _, more := range d.list[1:] {
			reason += "; " + more
		}
		c.fail(c.line, e.Text, c.notation(s, e.Packet), reason)
	}
	if c.goesOn {
		c.transcript.sent(c, s)
	}
	c.queue = c.queue[1:]
}

// span is a time or a range as failures show it.
func (c *course) span(from, to time.Duration) string {
	if from == to {
		return c.since(from)
	}
	return c.since(from) + " to " + c.since(to)
}

// clear takes away what the course before left on the host: its sockets, its connections, its packets.
func (c *course) clear() {
	c.pending = nil
	for _, d := range c.fds {
		if d.sock != nil && !d.closed {
			// An ABORT (RFC 9293 §3.10.5) leaves nothing behind; where the IUT has no SO_LINGER it closes in its own time.
			_ = d.sock.SetOption("SO_LINGER", iut.OptionValue{Linger: &iut.Linger{On: true}})
			_ = d.sock.Close()
		}
	}
	c.r.host.Settle()
	for c.firings = 0; len(c.r.host.Conns()) > 0; c.firings++ {
		if c.firings > MaxFirings || !c.clock.Step() {
			panic(fatal{fmt.Sprintf("a connection of the script before stays: %v", c.r.host.Conns()[0])})
		}
		c.r.host.Settle()
	}
	for c.r.end.Take() != nil {
	}
}
