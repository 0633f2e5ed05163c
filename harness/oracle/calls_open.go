package oracle

import (
	"net/netip"
	"strings"

	"github.com/twinstack/twinstack/harness/trace"
)

// connection is every state of a connection that exists (§3.10.1: "SYN-SENT STATE … TIME-WAIT STATE").
var connection = inState(trace.SynSent, trace.SynReceived, trace.Established, trace.FinWait1, trace.FinWait2, trace.CloseWait,
	trace.Closing, trace.LastAck, trace.TimeWait)

// openPassiveChecks are OPEN, passive (§3.10.1).
var openPassiveChecks = []Check{{
	Name: "OPEN, passive",
	Rules: []Rule{
		{
			ID: "open.passive.closed", Clause: "RFC 9293 §3.10.1", Requirements: []string{"MUST-41"},
			Says: "enter the LISTEN state; or an error where that is not allowed or there is no room",
			When: inState(trace.Closed),
			Then: func(t *Turn) []Branch {
				if t.Call.Errno != "" {
					return []Branch{{TCB: t.T, Results: []Result{refusedCall}}}
				}
				return []Branch{{TCB: TCB{State: trace.Listen, Listening: true, Set: t.T.Set}, Results: []Result{done}}}
			},
		},
		{
			ID: "open.passive.listen", Clause: "RFC 9293 §3.9.1.1", Level: Must, Requirements: []string{"MUST-41"},
			Says: "it affects no connection that is there: sockets let the backlog be changed",
			When: inState(trace.Listen),
			Then: func(t *Turn) []Branch { return []Branch{{TCB: t.T, Results: []Result{done, exists}}} },
		},
		{
			ID: "open.passive.exists", Clause: "RFC 9293 §3.10.1", Level: Must, Requirements: []string{"MUST-41"},
			Says: "connection already exists",
			When: connection,
			Then: func(t *Turn) []Branch { return []Branch{{TCB: t.T, Results: []Result{exists}}} },
		},
	},
}}

// openActiveChecks are OPEN, active (§3.10.1). A call that waits until the connection stands is told when it returns; what
// it began with is judged as a SYN that is sent (open.waits).
var openActiveChecks = []Check{{
	Name: "OPEN, active",
	Rules: []Rule{
		{
			ID: "open.invalid", Clause: "RFC 9293 §3.9.1.1", Level: Must, Requirements: []string{"MUST-46"},
			Says: "a broadcast or multicast address is rejected",
			When: func(t *Turn) bool { return t.T.State <= trace.Listen && invalidRemote(t.arg(1)) },
			Then: func(t *Turn) []Branch { return []Branch{{TCB: t.T, Results: []Result{refusedCall}}} },
		},
		{
			ID: "open.closed.told", Clause: "RFC 9293 §3.8.3", Level: Must, Requirements: []string{"MUST-22"},
			Says: "what became of the OPEN before is told",
			When: func(t *Turn) bool { return t.T.State == trace.Closed && t.T.Told != Nothing },
			Then: func(t *Turn) []Branch {
				tcb := t.T
				tcb.Told = Nothing
				ways := []Branch{{TCB: tcb, Results: []Result{signals[t.T.Told], signals[Aborted]}}}
				if t.T.Told != Refused && t.T.existed() {
					ways = append(ways, Branch{Name: "a socket is opened once", TCB: t.T, Results: []Result{exists}})
				}
				return ways
			},
		},
		{
			ID: "open.closed", Clause: "RFC 9293 §3.10.1", Requirements: []string{"RFC9293-3.10.1-1"},
			Says: "<SEQ=ISS><CTL=SYN> is sent, and SYN-SENT entered; or an error, and nothing is",
			When: inState(trace.Closed),
			Then: opens,
		},
		{
			ID: "open.listen", Clause: "RFC 9293 §3.10.1",
			Says: "the connection changes from passive to active, where sockets offer that",
			When: inState(trace.Listen),
			Then: opens,
		},
		{
			ID: "open.opening", Clause: "RFC 9293 §3.10.1", Requirements: []string{"RFC9293-3.10.1-1"},
			Says: "connection already exists",
			When: inState(trace.SynSent, trace.SynReceived),
			Then: func(t *Turn) []Branch { return []Branch{{TCB: t.T, Results: []Result{exists}}} },
		},
		{
			ID: "open.exists", Clause: "RFC 9293 §3.10.1", Requirements: []string{"RFC9293-3.10.1-1"},
			Says: "connection already exists; asked for the first time a socket tells that its OPEN has come to that",
			When: connection,
			Then: func(t *Turn) []Branch {
				if t.T.Active {
					return []Branch{{TCB: t.T, Results: []Result{done, exists}}}
				}
				return []Branch{{TCB: t.T, Results: []Result{exists}}}
			},
		},
	},
}}

// opens is an active OPEN that is made, or is not.
func opens(t *Turn) []Branch {
	const begun = "EINPROGRESS" // sockets' word for it where the call does not wait
	if t.Call.Errno != "" && t.Call.Errno != begun {
		return []Branch{{TCB: t.T, Results: []Result{refusedCall}}}
	}
	return []Branch{{
		TCB: TCB{State: trace.SynSent, Active: true, Listening: t.T.Listening && t.T.State != trace.Listen, Set: t.T.Set,
			SndTsOK: true, SndWsOK: true, SackOK: true},
		Replies: []Reply{{Name: "SYN", Flags: trace.SYN, AnySeq: true}},
		Results: []Result{{Says: "begun", Errnos: []string{begun}}, done},
	}}
}

// invalidRemote says whether a script's address is one that no connection can be opened to.
func invalidRemote(arg string) bool {
	_, arg, _ = strings.Cut(arg, `("`)
	text, _, _ := strings.Cut(arg, `"`)
	a, err := netip.ParseAddr(text)
	return err == nil && (a.IsMulticast() || a == netip.AddrFrom4([4]byte{255, 255, 255, 255}))
}
