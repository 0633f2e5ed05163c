// Package adapter makes smalltcp an implementation under test. It is what somebody writes who wants to run the suite on a
// TCP of their own: three interfaces of package iut, IUT (this file), Host (this file, too) and Socket (socket.go).
package adapter

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/iut/example/smalltcp"
	"github.com/twinstack/twinstack/harness/trace"
)

// IUT is smalltcp as an implementation under test. A real one would have no fields: Mended is for the test that shows
// that it is the planted faults that the suite finds.
type IUT struct{ Mended smalltcp.Fault }

// Name stands in ledgers and reports, and in the class of what this TCP does wrong: smalltcp-defect.
func (IUT) Name() string { return "smalltcp" }

// Version is for reports. A real stack would tell its release or commit.
func (IUT) Version() string { return "1" }

// ISNTick is how often the clock in the stack's initial sequence numbers goes forward. The harness can then move the
// host's epoch so that a SYN has just the number that a case asks for. A stack whose numbers are all random says 0, and
// those few cases are unsupported.
func (IUT) ISNTick() time.Duration { return smalltcp.ISNTick() }

// Support says what the stack makes of each setting. Be honest here: a case that departs from the common settings, and
// needs one that is not honoured, is unsupported and not failed.
func (IUT) Support(s iut.Settings) []iut.Support {
	set := func(name string, value any) iut.Support {
		return iut.Support{Setting: name, Honour: iut.Set, Value: fmt.Sprint(value)}
	}
	// without is for what the stack cannot do: it is as asked where nobody asks for it.
	without := func(name string, asked bool, words string) iut.Support {
		if !asked {
			return set(name, false)
		}
		return iut.Support{Setting: name, Honour: iut.Absent, Value: words}
	}
	throttle := set("ChallengeACKLimit", s.ChallengeACKLimit)
	if s.ChallengeACKLimit > 0 {
		throttle = iut.Support{Setting: "ChallengeACKLimit", Honour: iut.Absent, Value: "challenge ACKs are not limited"}
	}
	cookies := set("SYNCookies", s.SYNCookies)
	if s.SYNCookies != "off" {
		cookies = iut.Support{Setting: "SYNCookies", Honour: iut.Absent, Value: "there is no such thing"}
	}
	return []iut.Support{
		set("MSL", s.MSL),
		set("RTOInitial", s.RTOInitial),
		{Setting: "RTOMin", Honour: iut.Fixed, Value: s.RTOInitial.String()}, // the RTO is not measured
		set("RTOMax", s.RTOMax),
		set("SynRetries", s.SynRetries),
		set("DataRetries", s.DataRetries),
		without("WindowScale", s.WindowScale, "never offered"),
		without("Timestamps", s.Timestamps, "never offered"),
		without("SACK", s.SACK, "never offered"),
		without("RACK", s.SACK && s.RACK, "losses are found by the timer alone"),
		{Setting: "CongestionControl", Honour: iut.Absent, Value: "the peer's window is the only limit"},
		set("SendBuffer", s.SendBuffer),
		set("ReceiveBuffer", s.ReceiveBuffer),
		without("DelayedACK", s.DelayedACK, "every segment is acknowledged at once"),
		without("Nagle", s.Nagle, "small segments are sent at once"),
		throttle,
		cookies,
		{Setting: "MaxTimeWait", Honour: iut.Absent, Value: "there is no bound"},
		without("AutoTuning", s.AutoTuning, "buffers keep their size"),
		without("ECN", s.ECN, "never offered"),
		without("BlackHole", s.BlackHole, "segments keep their size"),
		set("MTU", s.MTU),
	}
}

// New makes a host: the stack's own, on the harness's link and clock.
func (i IUT) New(cfg iut.Config) (iut.Host, error) {
	if cfg.Clock == nil || cfg.Link == nil {
		return nil, errors.New("smalltcp: a host needs a clock and a link")
	}
	h := &host{cfg: cfg}
	h.stack = smalltcp.NewHost(smalltcp.Config{
		Addrs:  cfg.Addrs,
		MTU:    cfg.Link.MTU(),
		Secret: cfg.Seed, // all randomness comes from the seed, or two runs would differ
		Mended: i.Mended,

		// What the stack sends goes on the link. Send copies it.
		Send: cfg.Link.Send,
		// The stack's clock is the case's clock, and reads Epoch when that reads zero.
		Now: func() time.Duration { return cfg.Epoch + cfg.Clock.Now() },
		// A timer of the virtual clock fires when the harness steps to it, on the goroutine that drives the case.
		AfterFunc: func(d time.Duration, f func()) smalltcp.Timer { return cfg.Clock.AfterFunc(d, f) },

		MSL:           cfg.Settings.MSL,
		RTO:           cfg.Settings.RTOInitial,
		MaxRTO:        cfg.Settings.RTOMax,
		SynRetries:    cfg.Settings.SynRetries,
		Retries:       cfg.Settings.DataRetries,
		SendBuffer:    cfg.Settings.SendBuffer,
		ReceiveBuffer: cfg.Settings.ReceiveBuffer,
	})
	// What the harness puts on the link goes to the stack, before the call that put it there returns.
	cfg.Link.Attach(h.stack.Deliver)
	return h, nil
}

// host is one host of smalltcp.
type host struct {
	cfg   iut.Config
	stack *smalltcp.Host
}

// Settle waits until the stack has done all that it is going to do. smalltcp does everything in the call that causes it,
// so there is nothing to wait for. A stack with goroutines of its own needs a barrier here, and not a sleep: "sends
// nothing" is a fact only behind a barrier. The adapter of netstack has one.
func (h *host) Settle() {}

// Socket opens a TCP socket.
func (h *host) Socket(ipv6 bool) (iut.Socket, error) {
	for _, a := range h.cfg.Addrs {
		if a.Is6() == ipv6 {
			return &socket{host: h, local: netip.AddrPortFrom(a, 0)}, nil
		}
	}
	return nil, iut.EAFNOSUPPORT
}

// Conns lists every listener and connection with its state, sorted. This is how the harness sees the states, also of
// connections that nobody has accepted; a stack that hides them cannot pass a case that asserts one.
func (h *host) Conns() []iut.ConnState {
	var conns []iut.ConnState
	h.stack.Each(func(local, remote netip.AddrPort, s smalltcp.State) {
		conns = append(conns, iut.ConnState{Conn: trace.Conn{Local: local, Remote: remote}, State: states[s]})
	})
	slices.SortFunc(conns, func(a, b iut.ConnState) int {
		if c := a.Local.Compare(b.Local); c != 0 {
			return c
		}
		return a.Remote.Compare(b.Remote)
	})
	return conns
}

// states are the stack's states as the harness names them.
var states = [...]trace.State{
	smalltcp.Closed: trace.Closed, smalltcp.Listen: trace.Listen, smalltcp.SynSent: trace.SynSent,
	smalltcp.SynReceived: trace.SynReceived, smalltcp.Established: trace.Established, smalltcp.FinWait1: trace.FinWait1,
	smalltcp.FinWait2: trace.FinWait2, smalltcp.CloseWait: trace.CloseWait, smalltcp.Closing: trace.Closing,
	smalltcp.LastAck: trace.LastAck, smalltcp.TimeWait: trace.TimeWait,
}

// Close takes the host off the link.
func (h *host) Close() { h.cfg.Link.Attach(nil) }
