package breaks

import (
	"errors"
	"fmt"
	"math"
	"net/netip"
	"time"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

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
