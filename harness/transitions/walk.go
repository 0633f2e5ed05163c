package transitions

import (
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/twinstack/twinstack/harness/trace"
)

// Step is one transition that a trace shows, with all that its stimulus may be called.
type Step struct {
	Line     int  // the script line of the stimulus
	Timer    bool // time did it, after that stimulus
	Conn     trace.Conn
	From, To trace.State
	Passive  bool // the connection came from LISTEN
	On       []Event
}

// Takes says whether the step goes along an arrow.
func (s Step) Takes(a Arrow) bool {
	return s.From == a.From && s.To == a.To && slices.Contains(s.On, a.On) &&
		(a.Origin == Any || s.Passive == (a.Origin == Passive))
}

// Walk gives the transitions of a trace in their order. Sockets split what the RFC has as one TCB in two, and a trace
// shows states only once the IUT has settled, so three things are read into it:
//
//   - A connection that a segment makes while its port has a listener was in LISTEN. One from a listener that a RST or a
//     SYN ends in SYN-RECEIVED, while the listener is still there, returns to LISTEN; any other end of it is CLOSED.
//   - A listener that is gone when its port goes to SYN-SENT has itself become that connection.
//   - One segment may go along two arrows: its ACK completes the handshake, its FIN (or one that was held) ends the
//     stream. SYN-RECEIVED or SYN-SENT to CLOSE-WAIT is by ESTABLISHED then, since a FIN is processed nowhere else
//     (§3.10.7.4, fifth and eighth; §3.10.7.3, fourth). A CLOSE that waits in SYN-RECEIVED is "queued for processing after
//     entering ESTABLISHED" (§3.10.4). FIN-WAIT-1 to TIME-WAIT is note 2's one arrow, and is not counted as two.
//
// Segments are held to their numbers where an arrow names what they acknowledge.
func Walk(t *trace.Trace) []Step {
	w := walker{calls: map[int]*trace.Call{}, states: map[trace.Conn]trace.State{}, conns: map[trace.Conn]*memory{}, lingers: map[string]bool{}}
	for i := range t.Events {
		if e := &t.Events[i]; e.Kind == trace.Called { // a call that blocks may return after what it did
			w.calls[e.Line] = e.Call
		}
	}
	for i := range t.Events {
		e := &t.Events[i]
		switch e.Kind {
		case trace.Called:
			w.called(e.Call)
		case trace.Received:
			w.received(e)
		case trace.Sent:
			w.sent(e)
		case trace.StateIs:
			w.changed(e, t.Events[i+1:])
		}
	}
	return w.steps
}

// memory is what a connection sent and got so far. Numbers are the wire's.
type memory struct {
	passive bool
	synSent bool
	iss     uint32
	nxt     uint32 // the number behind the highest that was sent
	finSent bool
	finEnd  uint32 // the number behind our FIN
	finRcvd bool   // a FIN came, perhaps beyond a hole
	rstLine int    // the stimulus that a RST was last sent for
}

type walker struct {
	calls   map[int]*trace.Call // by line
	states  map[trace.Conn]trace.State
	conns   map[trace.Conn]*memory
	lingers map[string]bool // descriptors whose close is an ABORT
	inbound *trace.Packet   // the last one,
	line    int             // and its line
	became  trace.Conn      // the listener that became a connection
	steps   []Step
}

func (w *walker) memory(c trace.Conn) *memory {
	if w.conns[c] == nil {
		w.conns[c] = &memory{}
	}
	return w.conns[c]
}

var (
	onoff  = regexp.MustCompile(`\bonoff=(\w+)`)
	linger = regexp.MustCompile(`\blinger=(\w+)`)
)

// called notes whether a descriptor's close is an ABORT: SO_LINGER with a time of zero.
func (w *walker) called(c *trace.Call) {
	fd, _, _ := strings.Cut(c.Args, ",")
	switch {
	case c.Name == "socket" || c.Name == "accept":
		delete(w.lingers, strconv.FormatInt(c.Result, 10))
	case c.Name == "setsockopt" && c.Errno == "" && strings.Contains(c.Args, "SO_LINGER"):
		w.lingers[fd] = number(onoff, c.Args) != 0 && number(linger, c.Args) == 0
	}
}

// number reads a field of a struct as C has it; -1 where there is none.
func number(field *regexp.Regexp, args string) int64 {
	if m := field.FindStringSubmatch(args); m != nil {
		if n, err := strconv.ParseInt(m[1], 0, 64); err == nil {
			return n
		}
	}
	return -1
}

func (w *walker) received(e *trace.Event) {
	w.inbound, w.line = e.Packet, e.Line
	s := e.Packet.TCP
	if s == nil {
		return
	}
	m := w.memory(trace.Conn{Local: netip.AddrPortFrom(e.Packet.Dst, s.DstPort), Remote: netip.AddrPortFrom(e.Packet.Src, s.SrcPort)})
	m.finRcvd = m.finRcvd || s.Flags.Has(trace.FIN) && !s.Flags.Has(trace.RST)
}

func (w *walker) sent(e *trace.Event) {
	s := e.Packet.TCP
	if s == nil {
		return
	}
	m := w.memory(trace.Conn{Local: netip.AddrPortFrom(e.Packet.Src, s.SrcPort), Remote: netip.AddrPortFrom(e.Packet.Dst, s.DstPort)})
	if s.Flags.Has(trace.RST) {
		m.rstLine = e.Cause
		return
	}
	if s.Flags.Has(trace.SYN) && (!m.synSent || m.iss != s.Seq) { // a new incarnation; a FIN may have come with its SYN
		held := w.inbound != nil && w.line == e.Cause && w.inbound.TCP != nil && w.inbound.TCP.Flags.Has(trace.SYN|trace.FIN)
		*m = memory{synSent: true, iss: s.Seq, nxt: s.Seq, finRcvd: held}
	}
	end := s.Seq + s.Len()
	if int32(end-m.nxt) > 0 {
		m.nxt = end
	}
	if s.Flags.Has(trace.FIN) {
		m.finSent, m.finEnd = true, end
	}
}

// listening says whether a port has a listener.
func (w *walker) listening(port uint16) bool {
	for c, s := range w.states {
		if s == trace.Listen && !c.Remote.IsValid() && c.Local.Port() == port {
			return true
		}
	}
	return false
}

// changed takes in a new state. rest is what the trace has behind it.
func (w *walker) changed(e *trace.Event, rest []trace.Event) {
	from, to, m := w.states[e.Conn], e.State, w.memory(e.Conn)
	step := Step{Line: e.Cause, Timer: e.After > 0, Conn: e.Conn, From: from, To: to}
	step.On = w.events(e, m, from)
	w.states[e.Conn] = to
	if to == trace.Closed {
		delete(w.states, e.Conn)
		delete(w.conns, e.Conn)
	}
	if e.Conn == w.became {
		w.became = trace.Conn{}
		return // told with the connection
	}
	port := e.Conn.Local.Port()
	segment := !step.Timer && w.segment(e) != nil
	switch {
	case from == trace.Closed && segment && w.listening(port):
		step.From, m.passive = trace.Listen, true
	case from == trace.Closed && to == trace.SynSent && slices.Contains(step.On, ToActive):
		if l, ok := w.vanishing(e, rest); ok {
			step.From, w.became = trace.Listen, l
		}
	case (from == trace.TimeWait || from == trace.Listen) && to == trace.SynReceived:
		m.passive = true // a LISTEN for one caller is the connection itself
	case from == trace.SynReceived && to == trace.Closed && m.passive && w.listening(port) &&
		(slices.Contains(step.On, RcvRST) || slices.Contains(step.On, RcvSYN)):
		step.To = trace.Listen
	}
	step.Passive = m.passive
	w.steps = append(w.steps, split(step)...)
}

// vanishing finds the listener on the port of a connection that is gone at the same look at the states.
func (w *walker) vanishing(e *trace.Event, rest []trace.Event) (trace.Conn, bool) {
	for i := range rest {
		r := &rest[i]
		if r.Kind != trace.StateIs || r.At != e.At {
			break
		}
		if r.State == trace.Closed && !r.Conn.Remote.IsValid() && r.Conn.Local.Port() == e.Conn.Local.Port() &&
			w.states[r.Conn] == trace.Listen {
			return r.Conn, true
		}
	}
	return trace.Conn{}, false
}

// segment is the segment that caused an event, nil if none did.
func (w *walker) segment(e *trace.Event) *trace.Segment {
	if w.inbound == nil || w.line != e.Cause {
		return nil
	}
	return w.inbound.TCP
}

// events says what the stimulus of a change was to a connection in a state.
func (w *walker) events(e *trace.Event, m *memory, from trace.State) []Event {
	switch s := w.segment(e); {
	case e.After > 0 && from == trace.TimeWait:
		return []Event{Timeout2MSL}
	case e.After > 0:
		return []Event{UserTimeout}
	case s != nil:
		return segmentEvents(s, m)
	case w.inbound != nil && w.line == e.Cause:
		return nil // an ICMP message
	}
	call := w.calls[e.Cause]
	if call == nil {
		return nil
	}
	fd, how, _ := strings.Cut(call.Args, ",")
	switch call.Name {
	case "listen":
		return []Event{PassiveOpen}
	case "connect":
		return []Event{ActiveOpen, ToActive}
	case "write", "send":
		return []Event{ToActive}
	case "shutdown":
		if how = strings.TrimSpace(how); how == "SHUT_WR" || how == "SHUT_RDWR" {
			return []Event{Close}
		}
	case "close":
		// With unread data, too, a close may be an ABORT (§3.6.1, SHLD-3): the RST tells.
		if w.lingers[fd] || m.rstLine == e.Cause {
			return []Event{Abort}
		}
		return []Event{Close}
	}
	return nil
}

// segmentEvents says what a segment is to a connection. A RST is that alone (§3.10.7.4, second).
func segmentEvents(s *trace.Segment, m *memory) (on []Event) {
	has := s.Flags.Has
	if has(trace.RST) {
		return []Event{RcvRST}
	}
	ofSYN := has(trace.ACK) && m.synSent && int32(s.Ack-m.iss) > 0 && int32(m.nxt-s.Ack) >= 0 // SND.UNA < SEG.ACK =< SND.NXT
	ofFIN := has(trace.ACK) && m.finSent && s.Ack == m.finEnd
	for _, e := range []struct {
		event Event
		is    bool
	}{
		{RcvSYN, has(trace.SYN) && !has(trace.ACK)},
		{RcvSYNACK, has(trace.SYN) && ofSYN},
		{RcvACKOfSYN, ofSYN},
		{RcvFIN, m.finRcvd},
		{RcvACKOfFIN, ofFIN},
		{RcvFINAndACKOfFIN, m.finRcvd && ofFIN},
	} {
		if e.is {
			on = append(on, e.event)
		}
	}
	return on
}

// split parts a step that goes by ESTABLISHED in two.
func split(s Step) []Step {
	for _, way := range []struct {
		from, to      trace.State
		needs         []Event
		first, second Event
	}{
		{trace.SynReceived, trace.CloseWait, []Event{RcvACKOfSYN, RcvFIN}, RcvACKOfSYN, RcvFIN},
		{trace.SynSent, trace.CloseWait, []Event{RcvSYNACK, RcvFIN}, RcvSYNACK, RcvFIN},
		{trace.SynReceived, trace.FinWait1, []Event{RcvACKOfSYN}, RcvACKOfSYN, Close},
	} {
		missing := func(e Event) bool { return !slices.Contains(s.On, e) }
		if s.From != way.from || s.To != way.to || slices.ContainsFunc(way.needs, missing) {
			continue
		}
		first, second := s, s
		first.To, first.On = trace.Established, []Event{way.first}
		second.From, second.On = trace.Established, []Event{way.second}
		return []Step{first, second}
	}
	return []Step{s}
}
