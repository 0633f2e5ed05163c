package breaks

import (
	"fmt"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/link"
	"github.com/twinstack/twinstack/harness/trace"
	"github.com/twinstack/twinstack/harness/vtime"
)

// broken is an IUT that does as another but for one fault.
type broken struct {
	iut.IUT
	fault *fault
	host  *host // the last that it made
}

// New implements iut.IUT: the host's packets go through a link end of its own, where they can be caught.
func (b *broken) New(cfg iut.Config) (iut.Host, error) {
	h := &host{fault: b.fault, clock: cfg.Clock, out: cfg.Link, in: link.NewEnd(cfg.Link.MTU()), call: -1,
		armed: make([]bool, len(b.fault.extra))}
	cfg.Link = h.in
	var err error
	if h.of, err = b.IUT.New(cfg); err != nil {
		return nil, err
	}
	h.out.Attach(h.receive)
	b.host = h
	return h, nil
}

// host is a host of a broken IUT.
type host struct {
	of    iut.Host
	fault *fault
	clock *vtime.Clock
	in    *link.End // the host's own
	out   *link.End // the harness's

	sent     int // packets that the IUT has sent
	received int // packets that it was handed
	call     int // the last call that has begun, -1 before the first
	underway bool
	done     int64 // what the call's methods have taken or looked at so far
	armed    []bool
	due      [][]byte // packets of the fault's to be sent at the next Settle
}

func (h *host) receive(raw []byte) {
	h.received++
	h.in.Inject(raw)
	h.arm()
}

// reached reports whether a moment has come.
func (h *host) reached(m moment) bool { return h.received >= m.packets && h.call+1 >= m.calls }

// arm sets the time of the fault's packets whose moment has come.
func (h *host) arm() {
	for i, e := range h.fault.extra {
		switch {
		case h.armed[i] || !h.reached(e.from):
			continue
		case e.after == 0:
			h.due = append(h.due, e.raw)
		default:
			h.clock.AfterFunc(e.after, func() { h.due = append(h.due, e.raw) })
		}
		h.armed[i] = true
	}
}

// Settle implements iut.Host. The fault's own packets come after those that the IUT sends at the same time.
func (h *host) Settle() {
	h.of.Settle()
	for raw := h.in.Take(); raw != nil; raw = h.in.Take() {
		instead, changed := h.fault.sent[h.sent]
		h.sent++
		switch {
		case !changed:
			h.out.Send(raw)
		case instead != nil:
			h.out.Send(instead)
		}
	}
	if n := h.in.Lost(); n > 0 {
		panic(fmt.Sprintf("breaks: the link lost %d packets", n))
	}
	for _, raw := range h.due {
		h.out.Send(raw)
	}
	h.due = h.due[:0]
}

// Conns implements iut.Host.
func (h *host) Conns() []iut.ConnState {
	conns := h.of.Conns()
	s := h.fault.state
	if s == nil || !h.reached(s.from) {
		return conns
	}
	var kept []iut.ConnState
	for _, c := range conns {
		listener := c.Local == s.listener && !c.Remote.IsValid()
		if c.Conn != s.conn && !(listener && (s.is == trace.Closed || s.is == trace.Listen)) {
			kept = append(kept, c)
		}
	}
	switch s.is {
	case trace.Closed:
	case trace.Listen:
		kept = append(kept, iut.ConnState{Conn: trace.Conn{Local: s.listener}, State: s.is})
	default:
		kept = append(kept, iut.ConnState{Conn: s.conn, State: s.is})
	}
	return kept
}

// Close implements iut.Host.
func (h *host) Close() {
	h.out.Attach(nil)
	h.of.Close()
}

// Socket implements iut.Host.
func (h *host) Socket(ipv6 bool) (iut.Socket, error) {
	if a := h.begin(); a != nil && a.errno != "" {
		return nil, a.errno
	}
	s, err := h.of.Socket(ipv6)
	h.end(0, err)
	if err != nil {
		return nil, err
	}
	return &socket{host: h, of: s}, nil
}

// begin is told of each use of a socket's method. It gives the fault's answer where the call is the fault's.
func (h *host) begin() *answer {
	if !h.underway {
		h.done = 0
		for h.call++; h.call < len(h.fault.calls) && !h.fault.calls[h.call].reaches; h.call++ {
		}
		h.underway = true
		h.arm()
	}
	if a := h.fault.answer; a != nil && a.call == h.call {
		return a
	}
	return nil
}

// end is told what a method came to: so many octets taken or descriptors looked at, or an error. What blocks, or has not
// taken all that it took when it was recorded, will be tried again.
func (h *host) end(n int64, err error) {
	if h.call >= len(h.fault.calls) {
		h.underway = false
		return
	}
	was := h.fault.calls[h.call]
	h.done += n
	switch {
	case err != nil:
		h.underway = blocks(err) && err != was.errno
	case n > 0:
		h.underway = h.done < was.whole
	default:
		h.underway = false
	}
}

// blocks reports whether an error says that there is nothing yet.
func blocks(err error) bool {
	return err == iut.EAGAIN || err == iut.EINPROGRESS || err == iut.EALREADY
}
