// Package transitions says which arrows of RFC 9293's state diagram an implementation went along, from its traces.
//
// The arrows are those of figure 5 (§3.3.2), of the three notes under it, and what §3.10 adds to them. Left out, with
// their reason, are:
//
//   - Note 3 sends a RST from any state "with a corresponding transition to TIME-WAIT"; §3.10.5 deletes the TCB. The
//     arrow here is §3.10.5's, which has the processing. A stack that goes to TIME-WAIT shows as going otherwise.
//   - The user timeout in LISTEN, FIN-WAIT-2 and TIME-WAIT: it is the timeout of a SEND or an OPEN that waits to be
//     acknowledged (§3.9.1), and there nothing does.
//   - Closing by a SYN in the synchronized states: RFC 5961's challenge ACK has taken its place (§3.10.7.4, fourth).
//   - Closing by a mismatch of security or compartment, which nobody has (§A.1).
package transitions

import (
	"slices"
	"strings"

	"github.com/twinstack/twinstack/harness/trace"
)

// Event is what an arrow is labelled with, in the words of the RFC.
type Event uint8

// The events. One stimulus may be several: a segment may acknowledge our SYN and bear a FIN.
const (
	PassiveOpen Event = iota
	ActiveOpen
	ToActive // a LISTEN that is told its remote socket
	Close
	Abort
	RcvSYN
	RcvSYNACK
	RcvACKOfSYN
	RcvFIN
	RcvACKOfFIN
	RcvFINAndACKOfFIN
	RcvRST
	Timeout2MSL
	UserTimeout
)

var events = [...]struct{ name, slug string }{
	{"passive OPEN", "passive-open"},
	{"active OPEN", "active-open"},
	{"SEND or active OPEN", "send"},
	{"CLOSE", "close"},
	{"ABORT", "abort"},
	{"rcv SYN", "rcv-syn"},
	{"rcv SYN,ACK", "rcv-syn-ack"},
	{"rcv ACK of SYN", "rcv-ack-of-syn"},
	{"rcv FIN", "rcv-fin"},
	{"rcv ACK of FIN", "rcv-ack-of-fin"},
	{"rcv FIN, ACK of FIN", "rcv-fin-and-ack-of-fin"},
	{"rcv RST", "rcv-rst"},
	{"timeout=2MSL", "2msl"},
	{"user timeout", "user-timeout"},
}

// String is the label of the arrow: "rcv ACK of SYN".
func (e Event) String() string { return events[e].name }

// Origin says for which connections an arrow out of SYN-RECEIVED is (note 1).
type Origin uint8

// The origins.
const (
	Any     Origin = iota
	Passive        // came from LISTEN
	Active         // came from SYN-SENT
)

// Arrow is one transition.
type Arrow struct {
	From, To trace.State
	On       Event
	Origin   Origin
	Clause   string // "RFC 9293 §3.3.2"
}

// ID names the arrow in ledgers and results: "listen-syn-received-rcv-syn". No two are alike.
func (a Arrow) ID() string {
	return strings.ToLower(a.From.String() + "-" + a.To.String() + "-" + events[a.On].slug)
}

// String is "LISTEN > SYN-RECEIVED, rcv SYN".
func (a Arrow) String() string { return a.From.String() + " > " + a.To.String() + ", " + a.On.String() }

const (
	figure5 = "RFC 9293 §3.3.2"
	open    = "RFC 9293 §3.10.1"
	abort   = "RFC 9293 §3.10.5"
	arrives = "RFC 9293 §3.10.7.4"
	timeout = "RFC 9293 §3.10.8"
)

// arrows is the table: figure 5 from top to bottom, its notes, and what §3.10 adds.
var arrows = []Arrow{
	{From: trace.Closed, To: trace.Listen, On: PassiveOpen, Clause: figure5},
	{From: trace.Closed, To: trace.SynSent, On: ActiveOpen, Clause: figure5},
	{From: trace.Listen, To: trace.Closed, On: Close, Clause: figure5},
	{From: trace.SynSent, To: trace.Closed, On: Close, Clause: figure5},
	{From: trace.Listen, To: trace.SynReceived, On: RcvSYN, Clause: figure5},
	// The figure's label is SEND; an active OPEN does the same. Sockets name the remote socket by connect.
	{From: trace.Listen, To: trace.SynSent, On: ToActive, Clause: open},
	{From: trace.SynReceived, To: trace.Listen, On: RcvRST, Origin: Passive, Clause: figure5}, // note 1
	{From: trace.SynSent, To: trace.SynReceived, On: RcvSYN, Clause: figure5},
	{From: trace.SynReceived, To: trace.Established, On: RcvACKOfSYN, Clause: figure5},
	{From: trace.SynSent, To: trace.Established, On: RcvSYNACK, Clause: figure5},
	{From: trace.SynReceived, To: trace.FinWait1, On: Close, Clause: figure5},
	{From: trace.Established, To: trace.FinWait1, On: Close, Clause: figure5},
	{From: trace.Established, To: trace.CloseWait, On: RcvFIN, Clause: figure5},
	{From: trace.FinWait1, To: trace.FinWait2, On: RcvACKOfFIN, Clause: figure5},
	{From: trace.FinWait1, To: trace.Closing, On: RcvFIN, Clause: figure5},
	{From: trace.CloseWait, To: trace.LastAck, On: Close, Clause: figure5},
	{From: trace.FinWait2, To: trace.TimeWait, On: RcvFIN, Clause: figure5},
	{From: trace.Closing, To: trace.TimeWait, On: RcvACKOfFIN, Clause: figure5},
	{From: trace.LastAck, To: trace.Closed, On: RcvACKOfFIN, Clause: figure5},
	{From: trace.TimeWait, To: trace.Closed, On: Timeout2MSL, Clause: figure5},

	{From: trace.FinWait1, To: trace.TimeWait, On: RcvFINAndACKOfFIN, Clause: figure5}, // note 2

	{From: trace.SynSent, To: trace.Closed, On: RcvRST, Clause: "RFC 9293 §3.10.7.3"}, // note 3, to the end of the RSTs
	{From: trace.SynReceived, To: trace.Closed, On: RcvRST, Origin: Active, Clause: arrives},
	{From: trace.Established, To: trace.Closed, On: RcvRST, Clause: arrives},
	{From: trace.FinWait1, To: trace.Closed, On: RcvRST, Clause: arrives},
	{From: trace.FinWait2, To: trace.Closed, On: RcvRST, Clause: arrives},
	{From: trace.CloseWait, To: trace.Closed, On: RcvRST, Clause: arrives},
	{From: trace.Closing, To: trace.Closed, On: RcvRST, Clause: arrives},
	{From: trace.LastAck, To: trace.Closed, On: RcvRST, Clause: arrives},
	{From: trace.TimeWait, To: trace.Closed, On: RcvRST, Clause: arrives},

	{From: trace.SynReceived, To: trace.Listen, On: RcvSYN, Origin: Passive, Clause: arrives},
	{From: trace.TimeWait, To: trace.SynReceived, On: RcvSYN, Clause: "RFC 9293 §3.6.1"}, // MAY-2

	{From: trace.Listen, To: trace.Closed, On: Abort, Clause: abort},
	{From: trace.SynSent, To: trace.Closed, On: Abort, Clause: abort},
	{From: trace.SynReceived, To: trace.Closed, On: Abort, Clause: abort},
	{From: trace.Established, To: trace.Closed, On: Abort, Clause: abort},
	{From: trace.FinWait1, To: trace.Closed, On: Abort, Clause: abort},
	{From: trace.FinWait2, To: trace.Closed, On: Abort, Clause: abort},
	{From: trace.CloseWait, To: trace.Closed, On: Abort, Clause: abort},
	{From: trace.Closing, To: trace.Closed, On: Abort, Clause: abort},
	{From: trace.LastAck, To: trace.Closed, On: Abort, Clause: abort},
	{From: trace.TimeWait, To: trace.Closed, On: Abort, Clause: abort},

	// R2 is the user timeout of a stack that has no other (§3.8.3).
	{From: trace.SynSent, To: trace.Closed, On: UserTimeout, Clause: timeout},
	{From: trace.SynReceived, To: trace.Closed, On: UserTimeout, Clause: timeout},
	{From: trace.Established, To: trace.Closed, On: UserTimeout, Clause: timeout},
	{From: trace.FinWait1, To: trace.Closed, On: UserTimeout, Clause: timeout},
	{From: trace.CloseWait, To: trace.Closed, On: UserTimeout, Clause: timeout},
	{From: trace.Closing, To: trace.Closed, On: UserTimeout, Clause: timeout},
	{From: trace.LastAck, To: trace.Closed, On: UserTimeout, Clause: timeout},
}

// Arrows are all arrows, in the order of the table.
func Arrows() []Arrow { return slices.Clone(arrows) }

// IDs are the names of all arrows, in the order of the table.
func IDs() []string {
	ids := make([]string, len(arrows))
	for i, a := range arrows {
		ids[i] = a.ID()
	}
	return ids
}
