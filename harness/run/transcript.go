package run

import (
	"time"

	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

// transcript writes down what is played behind a script, with what the IUT does as what is expected of it: played as a
// script, behind the same one, it passes on an IUT that does the same.
type transcript struct {
	write func(script.Event)
	at    time.Duration // of the last line that has a time, by the clock
	out   bool          // that was an outbound packet
	call  *script.Event // a call that has not returned yet
}

// begin is called when the script is over.
func (t *transcript) begin(c *course) {
	if t.write = c.r.o.Transcript; t.write != nil {
		t.at, t.out = c.base, c.afterOut
	}
}

// line writes a line that stands at a time, by the clock.
func (t *transcript) line(e script.Event, at time.Duration) {
	e.Time = script.Time{At: at - t.at}
	if t.out && at == t.at+Tick {
		e.Time.At = 0 // at once is one tick later
	}
	t.at, t.out = at, e.Packet != nil && e.Packet.Dir == script.Outbound
	e.Text = e.String()
	t.write(e)
}

// stimulus writes a packet for the IUT, or a call without its result.
func (t *transcript) stimulus(e *script.Event, at time.Duration) {
	if t.write == nil {
		return
	}
	if e.Call == nil {
		t.line(*e, at)
		return
	}
	called := *e.Call
	t.call = &script.Event{Pos: e.Pos, Call: &called}
}

// returned writes the call with its result.
func (t *transcript) returned(o outcome, at time.Duration) {
	if t.write == nil || t.call == nil {
		return
	}
	t.call.Call.Result, t.call.Call.Errno = &script.Expr{Kind: script.Int, Int: o.n}, string(o.errno)
	t.line(*t.call, at)
	t.call = nil
}

// sent writes a packet of the IUT's. One that no script can expect is left out: it is a failure anyway.
func (t *transcript) sent(c *course, s *sentPacket) {
	p := s.packet.TCP
	if t.write == nil || p == nil {
		return
	}
	n := uint32(len(p.Payload))
	seg := &script.Segment{Flags: p.Flags, Seq: p.Seq - s.shift.Seq, Len: n, AnyOptions: len(p.Options) > 0 || p.Flags.Has(trace.SYN)}
	seg.SeqEnd = seg.Seq + n
	if s.flow != c.flowOf(nil, script.Outbound) {
		seg.Ports = &script.Ports{Src: s.flow.local, Dst: s.flow.remote}
	}
	if p.Flags.Has(trace.ACK) {
		ack := p.Ack - s.shift.Ack
		seg.Ack = &ack
	}
	if p.Flags.Has(trace.URG) {
		up := p.Urgent
		seg.Urg = &up
	}
	packet := &script.Packet{Dir: script.Outbound, TCP: seg}
	if tos := s.packet.TOS; s.packet.ECN() != trace.NotECT {
		packet.TOS = &tos
	}
	t.line(script.Event{Packet: packet}, s.at)
}

// states writes the states that connections have been in since the assertion before, where the script has asserted any. If
// time has passed since the last line they wait for the next that has a time: an assertion lets none pass.
func (t *transcript) states(c *course) {
	if t.write == nil || t.at != c.clock.Now() {
		return
	}
	one := func(p *path, ports *script.Ports) {
		if !p.asserted || len(p.since) == 0 {
			return
		}
		e := script.Event{States: &script.States{Ports: ports, Path: append([]trace.State(nil), p.since...)}}
		e.Text = e.String()
		t.write(e)
		p.from, p.since = p.now, p.since[:0]
	}
	one(&c.course, nil)
	for _, f := range c.flows {
		one(&f.path, &script.Ports{Src: f.local, Dst: f.remote})
	}
}
