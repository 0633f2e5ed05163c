package matrix

import (
	"slices"
	"time"

	"github.com/twinstack/twinstack/harness/oracle"
	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

// The probe holds an IUT to what its state promises. It goes on from the state that the IUT is in, by the table below, step
// by step, until the connection is gone, and then lets time pass until no timer can be left. Whether the answers are right
// the judge says, as of the event.

// afterwards is how long an IUT is left alone at the end: ten minutes past the longest timer, which is R2 of text with
// fifteen retransmissions, about eleven minutes.
const afterwards = 25 * time.Minute

// stepsAtMost bounds a probe: no way through the states is as long.
const stepsAtMost = 40

// prober goes on with one case.
type prober struct {
	entry *Entry
	conn  int // descriptor of the connection; 0 if the user has none
	state trace.State
	at    int // step of the state
	steps int
	// accepting says that accept was called last.
	accepting bool
	anew      bool // the port was tried with a new SYN: that is the last thing
	ended     bool
}

// NewProbe makes the probe of one case.
func NewProbe(c Case) Probe {
	p := &prober{entry: c.Entry, conn: c.Entry.Conn}
	return func(m *Moment) []script.Event {
		j, ok := m.Judge.(byOracle)
		if !ok || p.ended {
			return nil
		}
		tcb, shift := j.Now()
		if tcb == nil {
			return nil // it has failed: what it knows is no longer known
		}
		if lines := p.accepted(m.Trace); lines != nil {
			return lines
		}
		return p.next(&view{tcb, shift, m.Position})
	}
}

// step is one line of the table: what is done next, nil if it does not apply.
type step func(*prober, *view) []script.Event

// view is what is known of the connection.
type view struct {
	*oracle.TCB
	shift uint32   // what the IUT's numbers on the wire exceed the script's by
	at    Position // where the record says that it stands: for timestamps
}

func (v *view) ack() uint32 { return v.SndNxt - v.shift }

// table says by state what is done, in this order.
var table = map[trace.State][]step{
	trace.SynSent:     {soError, synAck},
	trace.SynReceived: {giveUp, handshakeACK},
	trace.Established: {accept, fill, text, readAll, write, ackAll, shutdown},
	trace.FinWait1:    {fill, text, readAll, ackAll},
	trace.FinWait2:    {fill, text, readAll, fin},
	trace.CloseWait:   {accept, readAll, write, ackAll, shutdown},
	trace.Closing:     {readAll, finAgain, ackAll},
	trace.LastAck:     {readAll, finAgain, ackAll},
	trace.TimeWait:    {readAll, finAgain},
	trace.Closed:      {soError, readAll, stray, syn},
}

// accepted takes the descriptor that accept has given, so that calls do not block.
func (p *prober) accepted(t *trace.Trace) []script.Event {
	if !p.accepting {
		return nil
	}
	p.accepting = false
	for _, e := range slices.Backward(t.Events) {
		if e.Kind == trace.Called && e.Call.Name == "accept" {
			if e.Call.Errno != "" {
				return nil
			}
			p.conn = int(e.Call.Result)
			return []script.Event{Call("fcntl", AnyResult, Integer(p.conn), Word("F_SETFL"), Word("O_RDWR|O_NONBLOCK"))}
		}
	}
	return nil
}

// next are the lines to go on with. None: the case is over.
func (p *prober) next(v *view) []script.Event {
	if v.State != p.state || p.steps == 0 {
		p.state, p.at = v.State, 0
		if v.State == trace.SynReceived && !v.Active {
			p.conn = 0 // whatever the user has is of the connection before
		}
	}
	for p.steps < stepsAtMost && p.at < len(table[v.State]) {
		s := table[v.State][p.at]
		p.at++
		p.steps++
		if lines := s(p, v); len(lines) > 0 {
			return lines
		}
	}
	if p.ended {
		return nil
	}
	p.ended = true
	return []script.Event{Silence(afterwards)}
}

// segment is one for the IUT from where the peer stands.
func (v *view) segment(flags trace.Flags, seq, n uint32) []script.Event {
	wnd := uint16(usualWnd)
	s := &script.Segment{Flags: flags, Seq: seq, Len: n, Win: &wnd}
	if flags.Has(trace.ACK) {
		ack := v.ack()
		s.Ack = &ack
	}
	if v.SndTsOK && v.State != trace.Closed && v.State != trace.SynSent {
		// The peer's clock has gone on (RFC 7323 §3.2).
		o := script.Option{Kind: trace.OptTimestamps, Value: v.TsRecent + 1}
		if flags.Has(trace.ACK) {
			o.Ecr = v.at.TSval
		}
		s.Options = []script.Option{{Kind: trace.OptNOP}, {Kind: trace.OptNOP}, o}
	}
	return []script.Event{Inbound(s)}
}

func synAck(_ *prober, v *view) []script.Event {
	return v.segment(trace.SYN|trace.ACK, 1000, 0)
}

func handshakeACK(_ *prober, v *view) []script.Event { return v.segment(trace.ACK, v.RcvNxt, 0) }

// fillAtMost is how many octets one segment of a fill has.
const fillAtMost = 30000

// fill sends what is missing in front of what is held, in as many segments as it takes.
func fill(p *prober, v *view) []script.Event {
	var missing uint32
	switch {
	case v.PeerFin:
	case len(v.Held) > 0:
		missing = v.Held[0].From - v.RcvNxt
	case v.HasHeldFin:
		missing = v.HeldFin - v.RcvNxt
	}
	if missing == 0 {
		return nil
	}
	if missing > fillAtMost {
		p.at-- // once more
	}
	return v.segment(trace.ACK|trace.PSH, v.RcvNxt, min(missing, fillAtMost))
}

func text(_ *prober, v *view) []script.Event {
	if v.PeerFin || v.RcvWnd < 10 {
		return nil
	}
	return v.segment(trace.ACK|trace.PSH, v.RcvNxt, 10)
}

func fin(_ *prober, v *view) []script.Event {
	return v.segment(trace.FIN|trace.ACK, v.RcvNxt, 0)
}

// finAgain sends the peer's FIN once more: it is acknowledged, and in TIME-WAIT the timer starts anew.
func finAgain(_ *prober, v *view) []script.Event {
	return v.segment(trace.FIN|trace.ACK, v.RcvNxt-1, 0)
}

func ackAll(_ *prober, v *view) []script.Event {
	if v.SndUna == v.SndNxt {
		return nil
	}
	return v.segment(trace.ACK, v.RcvNxt, 0)
}

// accept gives the user the connection, if it has not got it.
func accept(p *prober, v *view) []script.Event {
	if p.conn != 0 || p.entry.Listener == 0 || v.Active {
		return nil
	}
	p.accepting = true
	dots := script.Expr{Kind: script.Ellipsis}
	return []script.Event{Call("accept", AnyResult, Integer(p.entry.Listener), dots, dots)}
}

func readAll(p *prober, _ *view) []script.Event {
	if p.conn == 0 {
		return nil
	}
	dots := script.Expr{Kind: script.Ellipsis}
	return []script.Event{Call("read", AnyResult, Integer(p.conn), dots, Integer(65536))}
}

func write(p *prober, v *view) []script.Event {
	if p.conn == 0 || v.Closed {
		return nil
	}
	dots := script.Expr{Kind: script.Ellipsis}
	return []script.Event{Call("write", AnyResult, Integer(p.conn), dots, Integer(10))}
}

func shutdown(p *prober, v *view) []script.Event {
	if p.conn == 0 || v.Closed {
		return nil
	}
	return []script.Event{Call("shutdown", AnyResult, Integer(p.conn), Word("SHUT_WR"))}
}

func soError(p *prober, _ *view) []script.Event {
	if p.conn == 0 {
		return nil
	}
	value := script.Expr{Kind: script.List, Elems: []script.Expr{{Kind: script.Ellipsis}}}
	size := script.Expr{Kind: script.List, Elems: []script.Expr{Integer(4)}}
	return []script.Event{Call("getsockopt", AnyResult, Integer(p.conn), Word("SOL_SOCKET"), Word("SO_ERROR"), value, size)}
}

// stray is a segment for a connection that is gone: it draws a RST.
func stray(_ *prober, v *view) []script.Event { return v.segment(trace.ACK, v.RcvNxt, 0) }

// syn is for a listener, or draws a RST.
func syn(p *prober, v *view) []script.Event {
	if p.anew {
		return nil
	}
	p.anew = true
	return v.segment(trace.SYN, anewISN, 0)
}

// giveUp ends the connection that syn has begun.
func giveUp(p *prober, v *view) []script.Event {
	if !p.anew {
		return nil
	}
	return v.segment(trace.RST, anewISN+1, 0)
}

// anewISN is far from the numbers of the entries.
const anewISN = 700000
