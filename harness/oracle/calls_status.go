package oracle

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/twinstack/twinstack/harness/trace"
)

// statusChecks are STATUS (§3.10.6), in every state: getsockopt, poll, ioctl. It changes nothing, but that an error is told
// once.
var statusChecks = []Check{{
	Name: "STATUS",
	Rules: []Rule{
		{
			ID: "status.error", Clause: "RFC 9293 §3.9.1.8", Level: Must, Requirements: []string{"MUST-47", "SHLD-25", "MUST-12"},
			Says: "SO_ERROR tells what the connection died of, or a soft error, once; 0 where there is none",
			When: func(t *Turn) bool { return t.arg(2) == "SO_ERROR" && t.Call.Errno == "" },
			Then: errorOption,
		},
		{
			ID: "status.unread", Clause: "RFC 9293 §3.9.1.5", Says: "the octets that RECEIVE would give",
			When: func(t *Turn) bool {
				return t.arg(1) == "SIOCINQ" && t.Call.Errno == "" && t.T.Synchronized() && !t.T.NoRead
			},
			Then: func(t *Turn) []Branch {
				if want := fmt.Sprintf("[%d]", t.T.Unread); t.Call.Note != want {
					return []Branch{{TCB: t.T, Wrong: "SIOCINQ " + want}}
				}
				return drop(t)
			},
		},
		{
			ID: "status.poll", Clause: "RFC 9293 §3.10.3", Says: "ready to be read where RECEIVE would not be queued, and only there",
			When: func(t *Turn) bool {
				return t.Call.Name == "poll" && strings.Contains(t.arg(0), "POLLIN") && t.T.Synchronized() && t.T.Told == Nothing
			},
			Then: func(t *Turn) []Branch {
				ready := t.T.Unread > 0 || t.T.PeerFin
				if told := strings.Contains(t.Call.Note, "POLLIN"); told != ready && !t.T.NoRead {
					return []Branch{{TCB: t.T, Wrong: fmt.Sprintf("POLLIN %t", ready)}}
				}
				return drop(t)
			},
		},
		{
			ID: "status.other", Clause: "RFC 9293 §3.9.1.5", Says: "an implementation-dependent user command: it changes nothing",
			Then: drop,
		},
	},
}}

func errorOption(t *Turn) []Branch {
	none := t.Call.Note == "[0]"
	told := t.T
	told.Told = Nothing
	switch {
	case t.T.Told == Nothing && none:
		return drop(t)
	case t.T.Told == Nothing:
		return []Branch{{TCB: t.T, Wrong: "SO_ERROR [0]"}}
	case t.T.Told.tells(t.Call.Note):
		return []Branch{{TCB: told}}
	case none && t.T.State != trace.Closed:
		return []Branch{{Name: "the soft error is not told", TCB: told, Against: []string{"SHLD-25"}}}
	case none && (t.T.Told == Aborted || t.T.Told == Unreachable):
		return drop(t) // the user's own doing; or a soft error, when the connection has come to its end
	}
	return []Branch{{TCB: t.T, Wrong: fmt.Sprintf("SO_ERROR %q", signals[t.T.Told].Says)}}
}

// settingChecks are the calls that the RFC leaves to each system.
var settingChecks = []Check{{
	Name: "a setting",
	Rules: []Rule{
		{
			ID: "set.linger", Clause: "RFC 9293 §3.9.1", Says: "SO_LINGER makes of CLOSE an ABORT, or gives it a limit",
			When: func(t *Turn) bool { return t.arg(2) == "SO_LINGER" && t.Call.Errno == "" },
			Then: func(t *Turn) []Branch {
				tcb := t.T
				tcb.Set.LingerOn = field(t.arg(3), "onoff") != 0
				tcb.Set.Linger = time.Duration(field(t.arg(3), "linger")) * time.Second
				return []Branch{{TCB: tcb, Results: []Result{done}}}
			},
		},
		{
			ID: "set.timeout", Clause: "RFC 9293 §3.8.3", Level: Must, Requirements: []string{"MUST-21"},
			Says: "the user sets R2: TCP_USER_TIMEOUT, in milliseconds",
			When: func(t *Turn) bool { return t.arg(2) == "TCP_USER_TIMEOUT" && t.Call.Errno == "" },
			Then: func(t *Turn) []Branch {
				tcb := t.T
				tcb.Set.UserTimeout = time.Duration(t.integer()) * time.Millisecond
				return []Branch{{TCB: tcb, Results: []Result{done}}}
			},
		},
		{
			ID: "set.mss", Clause: "RFC 9293 §3.7.1", Says: "TCP_MAXSEG limits Eff.snd.MSS, in octets",
			When: func(t *Turn) bool { return t.arg(2) == "TCP_MAXSEG" && t.Call.Errno == "" },
			Then: func(t *Turn) []Branch {
				tcb := t.T
				tcb.Set.MaxSeg = uint32(t.integer())
				return []Branch{{TCB: tcb, Results: []Result{done}}}
			},
		},
		{
			ID: "set.keepalive", Clause: "RFC 9293 §3.8.4", Level: Must, Requirements: []string{"MUST-24", "MUST-27"},
			Says: "the user turns keep-alives on or off, and says how long is idle",
			When: func(t *Turn) bool {
				return (t.arg(2) == "SO_KEEPALIVE" || t.arg(2) == "TCP_KEEPIDLE" || t.arg(2) == "TCP_KEEPINTVL") && t.Call.Errno == ""
			},
			Then: keepAliveSetting,
		},
		{
			ID: "set.shutread", Clause: "RFC 9293 §3.6.1", Says: "the user receives no more; no segment",
			When: func(t *Turn) bool {
				return t.Call.Name == "shutdown" && t.Call.Errno == "" && t.T.State != trace.Listen
			},
			Then: func(t *Turn) []Branch {
				tcb := t.T
				tcb.NoRead = true
				return []Branch{{TCB: tcb, Results: []Result{done}}}
			},
		},
		{
			ID: "set.shutread.listen", Clause: "RFC 9293 §3.10.4", Says: "half of a listener is no thing of the RFC's: it goes, or it stays",
			When: func(t *Turn) bool { return t.Call.Name == "shutdown" && t.T.State == trace.Listen },
			Then: func(t *Turn) []Branch {
				return []Branch{{TCB: noListener(t), Results: []Result{done}}, {TCB: t.T, Results: []Result{done, notOffered}}}
			},
		},
		{
			ID: "set.shutread.refused", Clause: "RFC 9293 §3.6.1", Says: "refused where there is no connection that stands; done in one that does",
			When: func(t *Turn) bool { return t.Call.Name == "shutdown" },
			Then: func(t *Turn) []Branch {
				if inState(trace.Established, trace.CloseWait, trace.FinWait1, trace.FinWait2)(t) {
					return []Branch{{TCB: t.T, Results: []Result{done}}}
				}
				return []Branch{{TCB: t.T, Results: []Result{notThere, notOffered}}}
			},
		},
		{
			ID: "set.other", Clause: "RFC 9293 §3.9.1", Says: "each system defines its own: it changes nothing of the connection",
			Then: drop,
		},
	},
}}

// field is a number in a struct of a script's, "{onoff=1, linger=0}" or "{.onoff=1, .linger=0}"; 0 if it is not there.
func field(arg, name string) int64 {
	for _, f := range strings.Split(strings.Trim(arg, "{}"), ",") {
		key, value, _ := strings.Cut(f, "=")
		if strings.TrimPrefix(strings.TrimSpace(key), ".") == name {
			n, _ := strconv.ParseInt(strings.TrimSpace(value), 0, 64)
			return n
		}
	}
	return 0
}
