package oracle

import (
	"time"

	"github.com/twinstack/twinstack/harness/trace"
)

// expires is a timeout (§3.10.8): what the IUT does if Turn.Expired has expired now.
func expires(t *Turn) ([]Outcome, error) { return through(timerChecks[t.Expired], t) }

var timerChecks = [...][]Check{
	Retransmission: againChecks, UserTimeout: userTimeoutChecks, TimeWaitTimeout: timeWaitChecks, OrphanTimeout: orphanChecks,
}

// userTimeoutChecks are USER TIMEOUT, and R2 of §3.8.3, which stands for it where the user has set none. The RFC sends no
// RST; many TCPs do, and it tells the peer no lie.
var userTimeoutChecks = []Check{{
	Name: "USER TIMEOUT",
	Rules: []Rule{
		{
			ID: "timeout.keepalive", Clause: "RFC 9293 §3.8.4", Level: Must, Requirements: []string{"MUST-29", "RFC2525-2.9-1"},
			Says: "several keep-alives were not answered; one is no proof. TIME-WAIT ends by its own timer (MUST-13)",
			When: func(t *Turn) bool {
				return !t.T.Rexmit.On && !t.T.WaitingOn && t.T.KeepProbes > 1 && t.T.State != trace.TimeWait
			},
			Then: givesUp,
		},
		{
			ID: "timeout.none", Clause: "RFC 9293 §3.8.3", Says: "nothing waits for an acknowledgment: nothing times out [O21]",
			When: func(t *Turn) bool { return !t.T.Rexmit.On && !t.T.WaitingOn },
			Then: notYet("the connection stays"),
		},
		{
			ID: "timeout.user.early", Clause: "RFC 9293 §3.10.8", Level: Must, Requirements: []string{"MUST-21", "RFC9293-3.10.8-1"},
			Says: "the user's timeout has not expired",
			When: func(t *Turn) bool { return t.T.Set.UserTimeout > 0 && t.waited() < less(t.T.Set.UserTimeout) },
			Then: notYet("the connection stays until the user timeout"),
		},
		{
			ID: "timeout.user", Clause: "RFC 9293 §3.10.8", Level: Must, Requirements: []string{"MUST-21", "RFC9293-3.10.8-1"},
			Says: "flush all queues, tell the user, enter CLOSED",
			When: func(t *Turn) bool { return t.T.Set.UserTimeout > 0 },
			Then: givesUp,
		},
		{
			ID: "timeout.syn.early", Clause: "RFC 9293 §3.8.3", Level: Must, Requirements: []string{"MUST-23"},
			Says: "a SYN is tried for at least 3 minutes",
			When: func(t *Turn) bool { return t.T.State == trace.SynSent && t.waited() < less(t.P.SynR2) },
			Then: notYet("the SYN is tried for 3 minutes"),
		},
		{
			ID: "timeout.syn", Clause: "RFC 9293 §3.8.3", Level: Must, Requirements: []string{"MUST-20", "MUST-22", "MUST-23"},
			Says: "R2 of the SYN: close, and tell the user",
			When: inState(trace.SynSent),
			Then: givesUp,
		},
		{
			ID: "timeout.synack.early", Clause: "RFC 9293 §3.8.3", Level: Must, Requirements: []string{"MUST-23"},
			Says: "a SYN,ACK is a SYN; one that nobody has asked for may be tried as long as text",
			When: func(t *Turn) bool {
				return t.T.SndUna == t.T.Iss && (t.T.Active && t.waited() < less(t.P.SynR2) || t.waited() < less(t.P.DataR2))
			},
			Then: notYet("the SYN,ACK is tried for as long as R2"),
		},
		{
			ID: "timeout.synack", Clause: "RFC 9293 §3.8.3", Level: Must, Requirements: []string{"MUST-20"},
			Says: "R2 of the SYN,ACK: close; the user of a passive OPEN goes on listening and is told nothing",
			When: func(t *Turn) bool { return t.T.SndUna == t.T.Iss },
			Then: givesUp,
		},
		{
			ID: "timeout.probe", Clause: "RFC 9293 §3.8.6.1", Level: Must, Requirements: []string{"MUST-37", "SHLD-17"},
			Says: "as long as probes are answered the connection stays open",
			When: func(t *Turn) bool { return t.T.Rexmit.Probe && t.Now-t.T.Heard < less(t.P.DataR2) },
			Then: notYet("the connection stays as long as probes are answered"),
		},
		{
			ID: "timeout.early", Clause: "RFC 9293 §3.8.3", Level: Should, Requirements: []string{"SHLD-11"},
			Says: "R2 is at least 100 s; not before something went out again three times (R1)",
			When: func(t *Turn) bool { return t.waited() < less(t.P.DataR2) },
			Then: func(t *Turn) []Branch {
				if t.T.Rexmit.Count < 3 {
					return untilR2(t)
				}
				ways := givesUp(t)
				for i := range ways {
					ways[i].Against = []string{"SHLD-11"}
				}
				return ways
			},
		},
		{
			ID: "timeout", Clause: "RFC 9293 §3.8.3", Level: Must, Requirements: []string{"MUST-20", "SHLD-11", "RFC9293-3.10.8-1", "RFC9293-3.9.1.4-1"},
			Says: "R2: close the connection, and tell the user",
			When: func(t *Turn) bool { return t.waited() >= less(t.P.DataR2) },
			Then: givesUp,
		},
	},
}}

// timeWaitChecks are TIME-WAIT TIMEOUT.
var timeWaitChecks = []Check{{
	Name: "TIME-WAIT TIMEOUT",
	Rules: []Rule{
		{
			ID: "timewait.other", Clause: "RFC 9293 §3.10.8", Says: "the timer runs in TIME-WAIT alone",
			When: func(t *Turn) bool { return t.T.State != trace.TimeWait },
			Then: notYet("the connection stays"),
		},
		{
			ID: "timewait.early", Clause: "RFC 9293 §3.6.1", Level: Must, Requirements: []string{"MUST-13"},
			Says: "TIME-WAIT lasts 2 MSL",
			When: func(t *Turn) bool { return t.Now < t.T.TimeWait+less(2*t.P.MSL) },
			Then: notYet("TIME-WAIT for 2 MSL"),
		},
		{
			ID: "timewait.over", Clause: "RFC 9293 §3.10.8", Level: Must, Requirements: []string{"MUST-13"},
			Says: "delete the TCB, enter CLOSED",
			When: inState(trace.TimeWait),
			Then: func(t *Turn) []Branch { return []Branch{{TCB: t.T.Close(Nothing)}} },
		},
	},
}}

// orphanChecks are what becomes of a connection whose user has gone. No RFC has it.
var orphanChecks = []Check{{
	Name: "nobody is there",
	Rules: []Rule{
		{
			ID: "orphan.finwait2", Clause: "RFC 9293 §3.10.8", Level: May, Says: "no timer runs in FIN-WAIT-2; many TCPs have one where the user is gone [O22]",
			When: func(t *Turn) bool { return t.T.State == trace.FinWait2 && t.T.Gone },
			Then: abandons("O22: FIN-WAIT-2 ends when nobody is there"),
		},
		{
			ID: "orphan.linger", Clause: "RFC 9293 §3.9.1.4", Level: May, Requirements: []string{"RFC9293-3.9.1.4-1"},
			Says: "the time that the user gave is over (SO_LINGER): \"CLOSE turns into ABORT\"",
			When: func(t *Turn) bool {
				return t.T.Gone && t.T.LingerEnd > 0 && t.Now >= t.T.LingerEnd-time.Millisecond && t.T.State != trace.TimeWait && t.T.State > trace.Listen
			},
			Then: abandons("O22: the linger time is over"),
		},
		{
			ID: "orphan.none", Clause: "RFC 9293 §3.10.8", Says: "nothing ends a connection but these",
			When: func(t *Turn) bool { return !t.T.Gone || t.T.State != trace.FinWait2 },
			Then: notYet("the connection stays"),
		},
	},
}}

// less is an interval, less the tolerance.
func less(d time.Duration) time.Duration { return d - slack(d) }

// waited is how long the oldest of what is unacknowledged has been on its way, or text has waited to be.
func (t *Turn) waited() time.Duration {
	switch {
	case len(t.T.Flight) > 0:
		return t.Now - t.T.Flight[0].First
	case t.T.Rexmit.On:
		return t.Now - t.T.Heard // a window that the peer closed then or before
	}
	return t.Now - t.T.Waiting
}

// untilR2 is notYet of timeout.early.
var untilR2 = notYet("the connection stays until R2")

// notYet is a timer that has not expired: the IUT does as if it had.
func notYet(says string) func(*Turn) []Branch {
	ways := []Branch{{Wrong: says}} // CLOSED
	return func(*Turn) []Branch { return ways }
}

// givesUp is the end of a connection whose peer does not answer, with a RST or without.
func givesUp(t *Turn) []Branch {
	told := TimedOut
	if t.T.SndUna == t.T.Iss && !t.T.Active {
		told = Nothing
	}
	rst := abortRST(&t.T)
	return []Branch{
		{TCB: t.T.Close(told)},
		{Name: "a RST when the connection is given up", TCB: t.T.Close(told), Replies: []Reply{rst}},
	}
}

func abandons(name string) func(*Turn) []Branch {
	return func(t *Turn) []Branch {
		rst := abortRST(&t.T)
		return []Branch{
			{Name: name, TCB: t.T.Close(Nothing)},
			{Name: name + ", with a RST", TCB: t.T.Close(Nothing), Replies: []Reply{rst}},
		}
	}
}
