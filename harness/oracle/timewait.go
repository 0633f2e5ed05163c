package oracle

import (
	"time"

	"github.com/twinstack/twinstack/harness/trace"
)

// newConnectionCheck is RFC 6191 §2: a SYN in TIME-WAIT may open a new connection where somebody listens. It goes before all
// checks, which are "not applicable" to such a SYN (§3.10.7.4, first). A SYN-ACK asks for no connection.
//
// The RFC's two halves are one list here, in its order. "Greater than the last sequence number" is greater than that of the
// old FIN, so at RCV.NXT or beyond.
var newConnectionCheck = Check{
	Name: "RFC 6191: a SYN in TIME-WAIT",
	When: func(t *Turn) bool {
		return t.T.State == trace.TimeWait && t.T.Listening && t.Seg.Flags&(trace.SYN|trace.ACK|trace.RST) == trace.SYN
	},
	Rules: []Rule{
		{
			ID: "time-wait.later-timestamp", Clause: "RFC 6191 §2", Level: Should,
			Says:         "timestamps before and now, a later one: a new connection",
			Requirements: []string{"RFC6191-2-1", "SHLD-4", "MAY-2"},
			When:         func(t *Turn) bool { return t.T.SndTsOK && t.wouldStamp() && t.laterStamp() },
			Then:         openAnew("RFC6191-2-1"),
		},
		{
			ID: "time-wait.same-timestamp", Clause: "RFC 6191 §2", Level: Should,
			Says:         "timestamps before and now, the same, SEG.SEQ above the old FIN: a new connection",
			Requirements: []string{"RFC6191-2-2", "SHLD-4", "MAY-2"},
			When: func(t *Turn) bool {
				val, _ := stamp(t.Seg)
				return t.T.SndTsOK && t.wouldStamp() && val == t.T.TsRecent && t.aboveFIN()
			},
			Then: openAnew("RFC6191-2-2"),
		},
		{
			ID: "time-wait.no-more-timestamps", Clause: "RFC 6191 §2", Level: Should,
			Says:         "timestamps before and not now, SEG.SEQ above the old FIN: a new connection",
			Requirements: []string{"RFC6191-2-3", "MAY-2"},
			When:         func(t *Turn) bool { return t.T.SndTsOK && !t.wouldStamp() && t.aboveFIN() },
			Then:         openAnew("RFC6191-2-3"),
		},
		{
			ID: "time-wait.first-timestamp", Clause: "RFC 6191 §2", Level: Should,
			Says:         "timestamps now and not before: a new connection",
			Requirements: []string{"RFC6191-2-4", "SHLD-4", "MAY-2"},
			When:         func(t *Turn) bool { return !t.T.SndTsOK && t.wouldStamp() },
			Then:         openAnew("RFC6191-2-4"),
		},
		{
			ID: "time-wait.no-timestamps", Clause: "RFC 6191 §2", Level: Should,
			Says:         "no timestamps, SEG.SEQ above the old FIN: a new connection",
			Requirements: []string{"RFC6191-2-5", "MAY-2"},
			When:         func(t *Turn) bool { return !t.T.SndTsOK && !t.wouldStamp() && t.aboveFIN() },
			Then:         openAnew("RFC6191-2-5"),
		},
		{
			ID: "time-wait.otherwise", Clause: "RFC 6191 §2", Level: Should,
			Says:         "otherwise: dropped in silence, or answered as any SYN in a synchronized state (RFC 9293 §3.10.7.4)",
			Requirements: []string{"RFC6191-2-6", "RFC1337-1-1"},
			When:         func(t *Turn) bool { return t.wouldStamp() || !t.aboveFIN() },
			Then: func(t *Turn) []Branch {
				return append([]Branch{
					{Name: "O17: an ACK (RFC 9293, RFC 5961)", TCB: t.T, Next: true},
					{Name: "O17: silence (RFC 6191)", TCB: t.T},
				}, against(reopened(t), "O17: a new connection (MAY-2)", "RFC6191-2-6")...)
			},
		},
	},
}

// openAnew opens a new connection. A TCP that does not follow RFC 6191 goes on with the checks, and an ACK.
func openAnew(id string) func(*Turn) []Branch {
	return func(t *Turn) []Branch {
		return append(against(reopened(t), "O17: a new connection"),
			Branch{Name: "O17: an ACK (RFC 9293, RFC 5961)", TCB: t.T, Next: true, Against: []string{id}})
	}
}

// reopened is a new connection in SYN-RECEIVED, "directly from TIME-WAIT state" (MAY-2).
func reopened(t *Turn) []Branch {
	old := t.T
	return queuedWithSYN(t, passiveTCB(t, &old))
}

// wouldStamp says whether "TCP Timestamps would be enabled for the new incarnation of the connection": the SYN has the
// option, and the SYN-ACK would.
func (t *Turn) wouldStamp() bool { return stamped(t.Seg) && t.P.Timestamps }

func (t *Turn) laterStamp() bool {
	val, _ := stamp(t.Seg)
	return lt(t.T.TsRecent, val)
}

func (t *Turn) aboveFIN() bool { return le(t.T.RcvNxt, t.Seg.Seq) }

// enterTimeWait enters TIME-WAIT, or begins it anew: "Start the time-wait timer, turn off the other timers."
func (n *TCB) enterTimeWait(now time.Duration) {
	n.State = trace.TimeWait
	n.Timers = Timers{TimeWait: now, TimeWaitOn: true}
}
