package oracle

import (
	"time"

	"github.com/twinstack/twinstack/harness/trace"
)

// overdue is what must have happened by now and has not: the rule that says so, nil if all has. It finds the TCP that is
// stuck.
func (j *Judge) overdue(tcb *TCB) *Rule {
	if !tcb.TimeWaitOn && !tcb.Rexmit.On && !tcb.WaitingOn && len(tcb.Flight) == 0 && !tcb.idles() {
		return nil // nothing runs
	}
	t := &j.w.turn
	*t = Turn{P: &j.p, Now: j.now}
	t.T = *tcb
	for i := range overdueRules {
		if r := &overdueRules[i]; r.When(t) {
			return r
		}
	}
	return nil
}

// past says that more than an interval has gone by since a moment, and the tolerance.
func (t *Turn) past(since, d time.Duration) bool { return t.Now > since+d+slack(d) }

// overdueRules are no check: any that holds is a fault.
var overdueRules = []Rule{
	{
		ID: "overdue.timewait", Clause: "RFC 9293 §3.10.8", Level: Must, Requirements: []string{"MUST-13"},
		Says: "TIME-WAIT ends after 2 MSL",
		When: func(t *Turn) bool {
			return t.T.State == trace.TimeWait && t.T.TimeWaitOn && t.past(t.T.TimeWait, 2*t.P.MSL)
		},
	},
	{
		ID: "overdue.probe", Clause: "RFC 9293 §3.8.6.1", Level: Must, Requirements: []string{"MUST-35", "MUST-36", "SHLD-29"},
		Says: "a zero window is probed",
		When: func(t *Turn) bool { return t.T.Rexmit.Probe && t.tardy() },
	},
	{
		ID: "overdue.syn", Clause: "RFC 9293 §3.8.3", Level: Must, Requirements: []string{"MUST-22", "RFC6298-5-6"},
		Says: "a SYN that is not acknowledged goes out again, or the open is given up",
		When: func(t *Turn) bool { return len(t.T.Flight) > 0 && t.T.Flight[0].From == t.T.Iss && t.tardy() },
	},
	{
		ID: "overdue.fin", Clause: "RFC 9293 §3.6", Level: Must, Requirements: []string{"RFC9293-3.6-4", "RFC6298-5-6"},
		Says: "a FIN that is not acknowledged goes out again, or the connection is given up",
		When: func(t *Turn) bool { return t.T.FinSent && t.T.SndUna == t.T.SndNxt-1 && t.tardy() },
	},
	{
		ID: "overdue.text", Clause: "RFC 6298 §5", Level: Must, Requirements: []string{"RFC9293-3.10.8-2", "SHLD-16", "RFC6298-5-2", "RFC6298-5-5", "RFC6298-5-6"},
		Says: "text that is not acknowledged goes out again, or the connection is given up",
		When: func(t *Turn) bool { return len(t.T.Flight) > 0 && t.tardy() },
	},
	{
		ID: "overdue.r2", Clause: "RFC 9293 §3.8.3", Level: Must, Requirements: []string{"MUST-20", "MUST-22"},
		Says: "a connection whose peer does not answer is closed",
		When: func(t *Turn) bool {
			return len(t.T.Flight) > 0 && !t.T.Rexmit.Probe && t.P.Horizon > 0 && t.past(t.T.Flight[0].First, t.P.Horizon)
		},
	},
	{
		ID: "overdue.user", Clause: "RFC 9293 §3.10.8", Level: Must, Requirements: []string{"MUST-21", "RFC9293-3.10.8-1"},
		Says: "the user timeout ends the connection, at the next time that something would go out again",
		When: func(t *Turn) bool {
			return t.T.Set.UserTimeout > 0 && len(t.T.Flight) > 0 && !t.T.Rexmit.Probe &&
				t.past(t.T.Flight[0].First, t.T.Set.UserTimeout+t.T.Rexmit.Max)
		},
	},
	{
		ID: "overdue.send.fin", Clause: "RFC 9293 §3.10.4", Level: Must, Requirements: []string{"RFC9293-3.6-1", "RFC2525-2.15-1"},
		Says: "the FIN goes out when all text has",
		When: func(t *Turn) bool { return t.T.WaitingOn && t.T.Queued == 0 && t.past(t.T.Waiting, t.longest()) },
	},
	{
		ID: "overdue.send", Clause: "RFC 9293 §3.8.6.2.1", Level: Must, Requirements: []string{"MUST-60", "RFC9293-3.8.6.2.1-1"},
		Says: "text that the window takes goes out: the override timeout is 1 s at most",
		When: func(t *Turn) bool { return t.T.WaitingOn && t.past(t.T.Waiting, t.longest()) },
	},
	{
		ID: "overdue.keepalive", Clause: "RFC 9293 §3.8.4", Level: Must, Requirements: []string{"MUST-24", "MUST-27"},
		Says: "keep-alives that the user has turned on come after the interval that he has set, until the connection is given up",
		When: func(t *Turn) bool {
			due, ok := t.T.keepAliveDue()
			return ok && t.T.idles() && t.past(due, 0) && t.Now > due+slack(t.T.Set.KeepAlive.Idle)
		},
	},
}

// longest is the longest override timeout (§3.8.6.2.1), or an RTO where ECE has come to a window that may be of one segment: "the
// sending TCP will then be able to send a new packet only when the retransmit timer expires" (RFC 3168 §6.1.2).
func (t *Turn) longest() time.Duration {
	if t.T.ECN.Echoed {
		return max(time.Second, t.T.RTO.get(t.P).Max)
	}
	return time.Second
}

// tardy says that the retransmission timer must have expired.
func (t *Turn) tardy() bool {
	x := &t.T.Rexmit
	return x.On && t.Now > t.T.deadline()+slack(x.Max)
}
