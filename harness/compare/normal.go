package compare

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/twinstack/twinstack/harness/trace"
)

// The normal form of a trace: what is left once everything that two runs may differ in without meaning anything is taken
// out. It is:
//
//   - Sequence numbers, acknowledgment numbers and SACK blocks are the script's own (trace.Event.Shift): each IUT chooses
//     its ISNs (RFC 9293 §3.4.1).
//   - TSval counts from the first one of its connection: its origin is the IUT's choice (RFC 7323 §5.4). TSecr stays, since
//     it repeats what the peer sent.
//   - The IUT's port of a connection that it opened is named by the order of first appearance: it is ephemeral
//     (RFC 6056).
//   - Addresses, IP identification, TTL and checksums are left out: they say nothing about TCP. So is the ECN codepoint where
//     behaviour is compared: agreeing to ECN "does not commit the TCP sender to setting the ECT codepoint in any or all of the
//     packets" (RFC 3168 §6.1.1).
//   - Times count from the stimulus, the call or inbound packet, that came last. Else one late packet would show in every
//     time after it.
//   - What happened is grouped by that stimulus, so that a packet too many does not shift all that follow it.

// group is what followed one stimulus.
type group struct {
	line   int // of the stimulus; 0 is the start
	sends  []item
	states []item
	calls  []item
}

// item is one thing that an IUT did.
type item struct {
	key   string // equal where two are the same in the mode of the comparison
	text  string // as shown
	at    time.Duration
	after time.Duration // since the stimulus
	line  int           // calls: their own line
	conn  string        // states
}

// normal is a trace in normal form.
type normal struct {
	groups map[int]*group
	calls  []int // lines of calls, each once
}

// namer gives connections names that do not depend on ephemeral ports.
type namer struct {
	opened map[uint16]string // ephemeral ports of the IUT's
	seen   map[[2]uint16]bool
	ports  bool
}

// conn is the name of a connection; active says that the IUT opened it, which counts when it is seen first.
func (n *namer) conn(local, remote uint16, active bool) string {
	pair := [2]uint16{local, remote}
	if active && !n.seen[pair] && n.opened[local] == "" {
		n.opened[local] = fmt.Sprintf("ephemeral-%d", len(n.opened)+1)
	}
	n.seen[pair] = true
	name := n.opened[local]
	if name == "" {
		name = fmt.Sprint(local)
	}
	return fmt.Sprintf("%s > %d", name, remote)
}

// normalise brings a trace into normal form.
func normalise(t *trace.Trace, mode Mode) *normal {
	n := &normal{groups: make(map[int]*group)}
	names := &namer{opened: make(map[uint16]string), seen: make(map[[2]uint16]bool), ports: t.ManyConns()}
	conduct := make(map[string]*trace.Conduct)
	tsval := make(map[string]uint32)
	for i := range t.Events {
		e := &t.Events[i]
		g := n.groups[e.Cause]
		if g == nil {
			g = &group{line: e.Cause}
			n.groups[e.Cause] = g
		}
		it := item{at: e.At, after: e.After, line: e.Line}
		switch e.Kind {
		case trace.Received:
			if s := e.Packet.TCP; s != nil {
				follow(conduct, names.conn(s.DstPort, s.SrcPort, false)).Inbound(s)
			}
		case trace.Sent:
			it.normalPacket(e, mode, names, conduct, tsval)
			g.sends = append(g.sends, it)
		case trace.Called:
			it.text = e.Call.Notation()
			it.key = it.text
			if e.Call.Errno == "" && e.Call.Result >= 0 && (e.Call.Name == "socket" || e.Call.Name == "accept") {
				it.key = "a descriptor"
			}
			g.calls = append(g.calls, it)
			if !slices.Contains(n.calls, e.Line) {
				n.calls = append(n.calls, e.Line)
			}
		case trace.StateIs:
			it.conn = "listener " + fmt.Sprint(e.Conn.Local.Port())
			if e.Conn.Remote.IsValid() {
				it.conn = names.conn(e.Conn.Local.Port(), e.Conn.Remote.Port(), e.State == trace.SynSent)
			}
			it.text = e.State.String()
			it.key = it.conn + " " + it.text
			g.states = append(g.states, it)
		}
	}
	return n
}

func follow(all map[string]*trace.Conduct, conn string) *trace.Conduct {
	c := all[conn]
	if c == nil {
		c = new(trace.Conduct)
		all[conn] = c
	}
	return c
}

// normalPacket makes the item of a packet that the IUT sent.
func (it *item) normalPacket(e *trace.Event, mode Mode, names *namer, conduct map[string]*trace.Conduct, tsval map[string]uint32) {
	s := e.Packet.TCP
	if s == nil {
		it.text = e.Packet.Notation(trace.Sent, e.Shift, trace.Full)
		it.key = it.text
		return
	}
	conn := names.conn(s.SrcPort, s.DstPort, s.Flags&(trace.SYN|trace.ACK) == trace.SYN)
	shift := e.Shift
	if o, ok := s.Option(trace.OptTimestamps); ok {
		if val, _, ok := o.Timestamps(); ok {
			if _, known := tsval[conn]; !known {
				tsval[conn] = val
			}
			shift.TSval = tsval[conn]
		}
	}
	wrong := follow(conduct, conn).Outbound(s)
	it.text = e.Packet.Notation(trace.Sent, shift, detail(s, mode))
	if names.ports {
		it.text = "> " + conn + " " + strings.TrimPrefix(it.text, "> ")
	}
	if len(wrong) > 0 {
		it.text += " (" + strings.Join(wrong, "; ") + ")"
	}
	if mode == Strict {
		it.key = it.text + hex.EncodeToString(s.Payload)
		return
	}
	it.key = conn + behaviour(s, shift) + strings.Join(wrong, ";") + hex.EncodeToString(s.Payload)
}

// detail is what of a segment is shown: what is compared.
func detail(s *trace.Segment, mode Mode) trace.Detail {
	if mode == Strict {
		return trace.Full
	}
	for _, kind := range []uint8{trace.OptSACK, trace.OptTimestamps} {
		if _, ok := s.Option(kind); ok && !s.Flags.Has(trace.SYN) {
			return trace.Options
		}
	}
	return 0
}

// behaviour is a segment without what an implementation may choose: the size of a window that is not zero, which options it
// offers, their order and padding, how fast TSval grows. What it may not choose besides is told by trace.Conduct.
func behaviour(s *trace.Segment, shift trace.Shift) string {
	b := fmt.Sprintf(" %v %d %d", s.Flags, s.Seq-shift.Seq, len(s.Payload))
	if s.Flags.Has(trace.ACK) {
		b += fmt.Sprintf(" ack %d", s.Ack-shift.Ack)
	}
	if !s.Flags.Has(trace.RST) {
		b += fmt.Sprintf(" closed %t", s.Window == 0)
	}
	if s.Flags.Has(trace.URG) {
		b += fmt.Sprintf(" urg %d", s.Urgent)
	}
	if _, ok := s.Option(trace.OptMSS); ok && s.Flags.Has(trace.SYN) {
		b += " mss"
	}
	for _, kind := range []uint8{trace.OptSACK, trace.OptTimestamps} {
		o, ok := s.Option(kind)
		if !ok {
			continue
		}
		if _, ecr, ok := o.Timestamps(); ok {
			if s.Flags&(trace.SYN|trace.ACK) == trace.SYN {
				continue // an offer, with nothing to repeat
			}
			b += fmt.Sprintf(" ecr %d", ecr)
		} else {
			b += " " + o.Notation(shift)
		}
	}
	return b
}
