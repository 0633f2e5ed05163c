package capture

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/twinstack/twinstack/harness/trace"
)

// comments are those of each captured packet, by its place in the trace.
func (c *Case) comments() map[int][]string {
	source := strings.Split(string(c.Script), "\n")
	line := func(n int) string { // "line 14: > . 1:1(0) ack 1"
		if n > len(source) || c.Script == nil {
			return fmt.Sprintf("line %d", n)
		}
		return fmt.Sprintf("line %d: %s", n, strings.Join(strings.Fields(source[n-1]), " ")) // scripts are set in columns
	}
	detail := trace.Full
	if c.Trace.ManyConns() {
		detail |= trace.Ports
	}
	failures := c.failuresByPacket()
	states := states{}
	all, last := map[int][]string{}, -1
	for i := range c.Trace.Events {
		e := &c.Trace.Events[i]
		if e.Kind == trace.StateIs {
			states[e.Conn] = e.State
		}
		if !c.captured(e) {
			continue
		}
		var list []string
		say := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
		judged := e.Kind == trace.Sent && e.Line > 0 || len(failures[i]) > 0
		switch {
		case c.Client.IsValid():
			say("segment: %d of the pair", e.Line)
		case e.Line > 0:
			say("%s", line(e.Line))
		default:
			say("line: none")
		}
		say("packet: %s", e.Packet.Notation(e.Kind, e.Shift, detail))
		if e.With != "" {
			say("with: %s", e.With)
		}
		if e.Kind == trace.Sent && e.Cause > 0 {
			when := "at once"
			if e.After > 0 {
				when = trace.Seconds(e.After) + " s later"
			}
			say("cause: %s, %s", line(e.Cause), when)
		}
		after := i
		if c.Client.IsValid() {
			if after = c.arrival(i); after > i {
				say("arrives: %s s after the start", trace.Seconds(c.Trace.Events[after].At))
			}
		}
		if s := c.after(after, e, states); s != "" {
			say("state: %s", s)
		}
		for _, f := range failures[i] {
			say("%s: %s", c.word(), f)
		}
		if judged && len(failures[i]) == 0 && !c.Client.IsValid() {
			say("pass: as expected")
		}
		if judged && len(c.Clauses) > 0 {
			say("clause: %s", strings.Join(c.Clauses, ", "))
		}
		all[i], last = list, i
	}
	if last >= 0 {
		all[last] = append(all[last], "verdict: "+c.verdict())
	}
	return all
}

// failuresByPacket gives each failure to the packet that shows it: the one that its line sent or got; that which nothing
// expected; or, where a packet or a call is missing, the last one before.
func (c *Case) failuresByPacket() map[int][]trace.Failure {
	by := map[int][]trace.Failure{}
	taken := map[int]bool{} // packets that nothing expected
	for _, f := range c.Failures {
		at, before, first := -1, -1, -1
		for i := range c.Trace.Events {
			e := &c.Trace.Events[i]
			if !c.captured(e) {
				continue
			}
			if first < 0 {
				first = i
			}
			extra := e.Kind == trace.Sent && e.Line == 0
			switch {
			case at >= 0:
			case extra && f.Expected == "nothing" && !taken[i] && strings.HasPrefix(f.Reason, "sent at "+trace.Seconds(e.At)+" s"):
				at, taken[i] = i, true
			case e.Line == f.Line && f.Expected != "nothing":
				at = i
			}
			if e.Line > 0 && e.Line <= f.Line {
				before = i
			}
		}
		switch {
		case at < 0 && before >= 0:
			at = before
		case at < 0:
			at = first
		}
		if at >= 0 {
			by[at] = append(by[at], f)
		}
	}
	return by
}

// arrival is the place at which the packet that was sent at i arrived, i if it never did.
func (c *Case) arrival(i int) int {
	sent := &c.Trace.Events[i]
	for j := i + 1; j < len(c.Trace.Events); j++ {
		if e := &c.Trace.Events[j]; e.Kind == trace.Received && e.Line == sent.Line {
			return j
		}
	}
	return i
}

// states are those of connections and listeners as last seen.
type states map[trace.Conn]trace.State

// after says in which state the connection of a packet is once the IUT has done all that it does at that moment: the
// changes that the trace tells behind the event at i, and before the next thing that acts on the IUT. Of a live pair it says both.
func (c *Case) after(i int, packet *trace.Event, before states) string {
	now := states{}
	for conn, s := range before {
		now[conn] = s
	}
	at := c.Trace.Events[i].At
	changed := false
	for j := i + 1; j < len(c.Trace.Events); j++ {
		e := &c.Trace.Events[j]
		if e.At != at || e.Kind != trace.StateIs && (changed || e.Kind != trace.Sent) {
			break
		}
		if e.Kind == trace.StateIs {
			now[e.Conn], changed = e.State, true
		}
	}
	conn, ok := connOf(packet)
	if !ok {
		return ""
	}
	other := trace.Conn{Local: conn.Remote, Remote: conn.Local}
	if c.Client.IsValid() {
		if conn.Local.Addr() != c.Client {
			conn, other = other, conn
		}
		return fmt.Sprintf("client %v, server %v", now.of(conn), now.of(other))
	}
	return now.of(conn).String()
}

// of is the state of a connection: LISTEN where only a listener has the local port, CLOSED where nothing has.
func (s states) of(conn trace.Conn) trace.State {
	if state, ok := s[conn]; ok {
		return state
	}
	for c, state := range s { // whichever comes first: LISTEN is LISTEN
		if !c.Remote.IsValid() && c.Local.Port() == conn.Local.Port() && state == trace.Listen {
			return trace.Listen
		}
	}
	return trace.Closed
}

// connOf is the connection that a packet is of, as the IUT sees it; ok is false where it is of none.
func connOf(e *trace.Event) (conn trace.Conn, ok bool) {
	p := e.Packet
	local, remote := p.Src, p.Dst
	if e.Kind == trace.Received {
		local, remote = remote, local
	}
	switch {
	case p.TCP != nil && e.Kind == trace.Received:
		return trace.Conn{Local: netip.AddrPortFrom(local, p.TCP.DstPort), Remote: netip.AddrPortFrom(remote, p.TCP.SrcPort)}, true
	case p.TCP != nil:
		return trace.Conn{Local: netip.AddrPortFrom(local, p.TCP.SrcPort), Remote: netip.AddrPortFrom(remote, p.TCP.DstPort)}, true
	case p.ICMP != nil && e.Kind == trace.Received: // it speaks of a packet that the IUT has sent
		src, dst, _, quoted := trace.QuotedTCP(p.ICMP.Quoted)
		if !quoted {
			return conn, false
		}
		return trace.Conn{Local: netip.AddrPortFrom(local, src), Remote: quotedPeer(p.ICMP.Quoted, dst)}, true
	}
	return conn, false
}

// quotedPeer is where a quoted packet went to.
func quotedPeer(quoted []byte, port uint16) netip.AddrPort {
	to := quoted[16:20]
	if quoted[0]>>4 == 6 {
		to = quoted[24:40]
	}
	addr, _ := netip.AddrFromSlice(to)
	return netip.AddrPortFrom(addr, port)
}
