// Package trace says what happened in one run of one case: decoded segments, calls, states and times.
//
// It is the record that every judge reads. It knows neither stack: only the standard library.
package trace

import (
	"fmt"
	"net/netip"
	"time"
)

// State is the state of a connection (RFC 9293 §3.3.2).
type State uint8

// The eleven states, in the order of RFC 9293 §3.3.2. CLOSED comes first since it is the state of "no TCB".
const (
	Closed State = iota
	Listen
	SynSent
	SynReceived
	Established
	FinWait1
	FinWait2
	CloseWait
	Closing
	LastAck
	TimeWait
)

var stateNames = [...]string{"CLOSED", "LISTEN", "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED",
	"FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT", "CLOSING", "LAST-ACK", "TIME-WAIT"}

// String is the RFC's own name of the state.
func (s State) String() string {
	if int(s) < len(stateNames) {
		return stateNames[s]
	}
	return fmt.Sprintf("STATE-%d", uint8(s))
}

// ParseState reads the RFC's own name of a state.
func ParseState(name string) (State, bool) {
	for i, n := range stateNames {
		if n == name {
			return State(i), true
		}
	}
	return Closed, false
}

// States are all state names in order, for error messages.
func States() []string { return stateNames[:] }

// Conn names a connection or a listener of the IUT: Remote is the zero AddrPort for a listener.
type Conn struct {
	Local, Remote netip.AddrPort
}

// Kind is the kind of an Event.
type Kind uint8

// The kinds of events.
const (
	Received Kind = iota // a packet was handed to the IUT
	Sent                 // the IUT sent a packet
	Called               // a socket call returned
	StateIs              // a connection was seen in another state than before
)

// Event is one thing that happened. Line is the script line that caused or expected it, 0 if none did.
type Event struct {
	At   time.Duration // virtual time since the start of the case
	Kind Kind
	Line int

	Cause int           // the line of the last stimulus (call begun, packet handed over) up to this event; 0 before the first
	After time.Duration // virtual time since that stimulus

	Packet *Packet // Received, Sent
	Shift  Shift   // Received, Sent: from the wire's numbers to the script's
	With   string  // Received, Sent: what a script's "with" line says of the packet: lies, unusual addresses; "" if nothing

	Call *Call // Called

	Conn  Conn  // StateIs
	State State // StateIs
}

// Shift is what the numbers of a packet on the wire exceed the script's by, modulo 2^32: script = wire - shift.
type Shift struct {
	Seq   uint32 // sequence number
	Ack   uint32 // acknowledgment number and SACK blocks
	TSval uint32 // RFC 7323 §3.2
	TSecr uint32
}

// Call is one finished socket call, with its arguments as the script wrote them.
type Call struct {
	Name   string
	Args   string
	Result int64
	Errno  string // "" where the call succeeded, else ECONNRESET, …
	Note   string // further results as the script would write them: poll's revents, getsockopt's value; "" if none
}

// Trace is the record of one case on one IUT.
type Trace struct {
	Case   string // script name without .pkt: "reset/rst-in-window"
	IUT    string
	Family string // "ipv4" or "ipv6"
	Events []Event
}
