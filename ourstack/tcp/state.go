package tcp

import "time"

// State is the state of a connection (§3.3.2).
type State uint8

// The eleven states.
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

var stateNames = [...]string{"CLOSED", "LISTEN", "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2",
	"CLOSE-WAIT", "CLOSING", "LAST-ACK", "TIME-WAIT"}

// String is the RFC's own name.
func (s State) String() string {
	if int(s) < len(stateNames) {
		return stateNames[s]
	}
	return "unknown state"
}

// Synchronized reports whether the state is one of the synchronized states (§3.5.2, group 3).
func (s State) Synchronized() bool { return s >= Established }

// receivesText reports whether text and FIN of the peer are still to come (seventh and eighth check of §3.10.7.4).
func (s State) receivesText() bool { return s == Established || s == FinWait1 || s == FinWait2 }

// sendsText reports whether queued text or a FIN may be on its way. SYN-RECEIVED is not among them: text waits until
// ESTABLISHED (§3.10.2).
func (s State) sendsText() bool {
	switch s {
	case Established, CloseWait, FinWait1, Closing, LastAck:
		return true
	}
	return false
}

// successors is Figure 5 of §3.3.2 with what §3.10 adds in words: a user's CLOSE in SYN-RECEIVED, the abort from any
// state, the FIN that comes with the ACK of ours. The tests hold every transition against it.
var successors = [...][]State{
	Closed:      {Listen, SynSent},
	Listen:      {SynReceived, SynSent, Closed},
	SynSent:     {SynReceived, Established, Closed},
	SynReceived: {Established, FinWait1, Listen, Closed},
	Established: {FinWait1, CloseWait, Closed},
	FinWait1:    {FinWait2, Closing, Closed},
	FinWait2:    {TimeWait, Closed},
	CloseWait:   {LastAck, Closed},
	Closing:     {TimeWait, Closed},
	LastAck:     {Closed},
	TimeWait:    {Closed},
}

// enter is the one place where the state changes; what entering a state always brings with it is done here.
func (t *TCB) enter(now time.Duration, to State) {
	if t.watch != nil {
		t.watch(t.state, to)
	}
	t.state = to
	switch to {
	case TimeWait:
		// "start the time-wait timer, turn off the other timers" (§3.10.7.4, eighth)
		t.stopTimers()
		t.timeWait.start(now, 2*t.env.Config.MSL)
		t.untune()
		t.release(keepTimeWait)
	case FinWait2:
		t.orphanFinWait2(now)
	case Closed, Listen:
		t.stopTimers()
		t.flight.init(t.SndNxt)
		t.untune()
		t.release(keepClosed)
	}
}

// release gives back the memory of each buffer that is empty and has more than keep octets.
func (t *TCB) release(keep int) {
	t.snd.release(keep)
	t.rcv.release(keep)
	t.flight.release(keep)
}

// fail ends the connection at once: "all segment queues should be flushed, … enter the CLOSED state, delete the TCB"
// (§3.10.7.4, §3.10.8). err is what the user is told.
func (t *TCB) fail(now time.Duration, err Error) {
	t.err = err
	t.snd.flush()
	t.rcv.flush()
	t.enter(now, Closed)
}
