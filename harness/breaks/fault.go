package breaks

import (
	"net/netip"
	"time"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/trace"
)

// fault is the one thing that a broken host does otherwise than the IUT that it is made of.
type fault struct {
	sent   map[int][]byte // by the number of the packet, in the order in which the IUT sends them from 0: what goes in its place; nil: nothing
	extra  []extra        // packets that the IUT does not send, or not then
	answer *answer
	state  *state
	calls  []recorded // every call of the script, in order
}

// moment is a point of a script: when so many inbound packets have come and so many calls have begun.
type moment struct{ packets, calls int }

// extra is a packet that goes out at a time after a moment.
type extra struct {
	from  moment
	after time.Duration
	raw   []byte
}

// answer is what a call gives whatever the IUT would.
type answer struct {
	call   int // in the order of the script, from 0
	n      int64
	errno  iut.Errno // "" for success
	value  iut.OptionValue
	events []iut.Events                                 // of poll, by its descriptors
	conn   trace.Conn                                   // of what accept gives
	octets func(remote uint16, at uint64, n int) []byte // the peer's stream
}

// err is the answer's error, nil for success.
func (a *answer) err() error {
	if a.errno == "" {
		return nil
	}
	return a.errno
}

// state is the state that a connection is in from a moment on. CLOSED is no TCB and no listener, LISTEN a listener alone.
type state struct {
	from     moment
	conn     trace.Conn
	listener netip.AddrPort
	is       trace.State
}

// recorded is a call of the script and what it came to, for a host to know which call it is in: all that it sees is
// its sockets' methods, which a call that blocks has called again and again.
type recorded struct {
	reaches bool  // it comes to a socket's method
	errno   error // "" is nil
	whole   int64 // how many octets it took, or descriptors it looked at, in all: a write and a poll use a method several times
}
