// Package ours is the adapter of our own TCP, ourstack: one host on the harness's link and clock.
//
// The stack does everything in the call that causes it, so there is nothing to settle. One timer of the clock stands at
// its next deadline.
package ours

import (
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/twinstack/twinstack/harness/archive"
	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/link"
	"github.com/twinstack/twinstack/harness/trace"
	"github.com/twinstack/twinstack/harness/vtime"
	stack "github.com/twinstack/twinstack/ourstack/host"
	"github.com/twinstack/twinstack/ourstack/tcp"
)

func init() { iut.Register(IUT{}) }

// IUT is ourstack as an implementation under test. The zero value is ready for use.
type IUT struct {
	// Unchecked leaves out what Settle does otherwise: to check all that may never be true of a host, above all that
	// nothing waits without a timer. A host that fails panics, which fails the case. The time it takes grows with all
	// connections of the host, so benchmarks leave it out.
	Unchecked bool
}

// Name implements iut.IUT.
func (IUT) Name() string { return "ours" }

// Version is the version of twinstack: the same however it was built.
func (IUT) Version() string { return archive.Version }

// ISNTick implements iut.IUT.
func (IUT) ISNTick() time.Duration { return tcp.ISNTick }

// New implements iut.IUT. The error says which part of cfg does not do.
func (i IUT) New(cfg iut.Config) (iut.Host, error) {
	if cfg.Clock == nil || cfg.Link == nil {
		return nil, errors.New("ours: a host needs a clock and a link")
	}
	settings, err := settingsOf(cfg.Settings)
	if err != nil {
		return nil, err
	}
	for _, a := range cfg.Addrs {
		if !a.IsValid() {
			return nil, errors.New("ours: an address of the host is the zero Addr")
		}
	}
	h := &host{clock: cfg.Clock, epoch: cfg.Epoch, link: cfg.Link, unchecked: i.Unchecked}
	h.stack = stack.New(stack.Config{
		Addrs: cfg.Addrs,
		MTU:   cfg.Link.MTU(),
		Seed:  cfg.Seed,
		TCP:   settings,

		MaxTimeWait: cfg.Settings.MaxTimeWait,

		Send: cfg.Link.Send,
	})
	cfg.Link.Attach(h.deliver)
	return h, nil
}

// host is one host of ourstack.
type host struct {
	stack *stack.Host
	clock *vtime.Clock
	epoch time.Duration
	link  *link.End
	timer *vtime.Timer // nil until something was due for the first time
	armed bool
	at    time.Duration // what the timer is set to, in the host's time

	unchecked bool
}

// now is the host's time.
func (h *host) now() time.Duration { return h.clock.Now() + h.epoch }

func (h *host) deliver(raw []byte) {
	h.stack.Deliver(h.now(), raw)
	h.arm()
}

func (h *host) poll() {
	h.armed = false
	h.stack.Poll(h.now())
	h.arm()
}

// arm sets the timer to the next deadline. A timer that is right already stays, and with it its turn among others that
// are due at the same instant.
func (h *host) arm() {
	at, ok := h.stack.NextDeadline()
	switch {
	case !ok:
		if h.armed {
			h.timer.Stop()
			h.armed = false
		}
		return
	case h.armed && at == h.at:
		return
	case h.timer == nil:
		h.timer = h.clock.AfterFunc(at-h.now(), h.poll)
	default:
		h.timer.Reset(at - h.now())
	}
	h.armed, h.at = true, at
}

// Settle implements iut.Host: everything has been done already, and is checked.
func (h *host) Settle() {
	if h.unchecked {
		return
	}
	if err := h.stack.Check(); err != nil {
		panic(fmt.Errorf("ours: %w", err))
	}
}

// Socket implements iut.Host.
func (h *host) Socket(ipv6 bool) (iut.Socket, error) {
	return &socket{host: h, s: h.stack.Socket(ipv6), ipv6: ipv6}, nil
}

// Conns implements iut.Host.
func (h *host) Conns() []iut.ConnState {
	var conns []iut.ConnState
	h.stack.Conns(func(local, remote netip.AddrPort, state tcp.State) {
		conns = append(conns, iut.ConnState{Conn: trace.Conn{Local: local, Remote: remote}, State: states[state]})
	})
	return conns
}

// states are the stack's states as the harness has them: both have the RFC's names.
var states = func() (named [tcp.TimeWait + 1]trace.State) {
	for s := range named {
		named[s], _ = trace.ParseState(tcp.State(s).String())
	}
	return named
}()

// Close implements iut.Host.
func (h *host) Close() {
	h.link.Attach(nil)
	if h.armed {
		h.timer.Stop()
		h.armed = false
	}
}
