package oracle

import (
	"strconv"
	"strings"
	"time"

	"github.com/twinstack/twinstack/harness/trace"
)

// KeepAlive is what the user has set of keep-alives (§3.8.4).
type KeepAlive struct {
	On       bool          // they "MUST default to off" (MUST-25)
	Idle     time.Duration // before the first probe; 0: the default, 2 hours or more (MUST-28)
	Interval time.Duration // between probes; 0: not set
}

// idle is how long nothing may have come before a probe.
func (k *KeepAlive) idle() time.Duration {
	if k.Idle > 0 {
		return k.Idle
	}
	return 2 * time.Hour
}

// keepAlive says whether a segment is a keep-alive probe: at SND.NXT-1, with an octet of garbage or with none. While something
// is outstanding the octet there goes out again, and with a probe out beyond a window of zero the number is that of an ACK.
func (t *Turn) keepAlive() bool {
	s := t.Seg
	if s.Seq != t.T.SndNxt-1 || int(s.Len()) != len(s.Payload) {
		return false
	}
	return t.T.SndUna == t.T.SndNxt && len(s.Payload) <= 1 || len(s.Payload) == 0 && t.T.Set.KeepAlive.On && !t.T.probing()
}

// idles says whether keep-alives have something to do, if they are on: what is to be sent has been, and is acknowledged.
func (t *TCB) idles() bool {
	switch t.State {
	case trace.Established, trace.CloseWait:
		return t.Set.KeepAlive.On && t.SndUna == t.SndNxt && !t.Rexmit.On && !t.WaitingOn && !t.Gone
	}
	return false
}

// keepAliveDue is when a probe must have come: the interval has gone by since something came or was sent, or the user set
// something. Later ones are so far apart as the user has set; if he has not, nothing is known. What came in between may have put
// them off, whatever it was.
func (t *TCB) keepAliveDue() (at time.Duration, ok bool) {
	k := &t.Set.KeepAlive
	if t.KeepProbes > 0 && t.KeepSince <= t.KeepAt {
		return t.KeepAt + k.Interval, k.Interval > 0
	}
	return t.KeepSince + max(k.idle(), k.Interval), k.Idle > 0
}

// keepAliveChecks are a keep-alive probe (§3.8.4).
var keepAliveChecks = []Check{{
	Name: "keep-alive",
	Rules: []Rule{
		{
			ID: "keepalive.outstanding", Clause: "RFC 9293 §3.8.4", Level: Must, Requirements: []string{"MUST-26"},
			Says: "\"Keep-alive packets MUST only be sent when no sent data is outstanding\"",
			When: func(t *Turn) bool { return t.T.SndUna != t.T.SndNxt },
			Then: forbid("no keep-alive while something is outstanding"),
		},
		{
			ID: "keepalive.off", Clause: "RFC 9293 §3.8.4", Level: Must, Requirements: []string{"MUST-24", "MUST-25"},
			Says: "keep-alives are off, unless the user turns them on",
			When: func(t *Turn) bool { return !t.T.Set.KeepAlive.On && !t.T.Rexmit.Probe },
			Then: forbid("no keep-alive"),
		},
		{
			ID: "keepalive.probe", Clause: "RFC 9293 §3.8.6.1", Says: "a zero window is probed with new data, or a retransmission: not with what is acknowledged",
			When: func(t *Turn) bool { return t.T.Rexmit.Probe },
			Then: forbid("a probe at SND.UNA"),
		},
		{
			ID: "keepalive.early", Clause: "RFC 9293 §3.8.4", Level: Must, Requirements: []string{"MUST-26", "MUST-27", "MUST-28", "RFC2525-2.11-1"},
			Says: "nothing has come for the interval that the user has set, or 2 hours; nor a probe been sent for that between probes",
			When: func(t *Turn) bool {
				k := &t.T.Set.KeepAlive
				return t.Now < t.T.Heard+less(k.idle()) || t.T.KeepProbes > 0 && t.Now < t.T.KeepAt+k.Interval-min(k.Interval, slack(k.Interval))
			},
			Then: forbid("no keep-alive before the connection is idle"),
		},
		{
			ID: "keepalive.octet", Clause: "RFC 9293 §3.8.4", Level: Should, Requirements: []string{"SHLD-12", "MAY-6"},
			Says: "an octet of garbage: a keep-alive should have no data",
			When: func(t *Turn) bool { return t.text() > 0 },
			Then: func(t *Turn) []Branch {
				ways := probed(t)
				ways[0].Against = []string{"SHLD-12"}
				return ways
			},
		},
		{
			ID: "keepalive.time-wait", Clause: "RFC 9293 §3.8.4", Says: "whether a connection in TIME-WAIT is idle or gone no clause says",
			When: func(t *Turn) bool { return t.T.State == trace.TimeWait && t.text() == 0 },
			Then: func(t *Turn) []Branch {
				ways := probed(t)
				ways[0].Name = "a keep-alive in TIME-WAIT"
				return ways
			},
		},
		{
			ID: "keepalive", Clause: "RFC 9293 §3.8.4", Level: May, Requirements: []string{"MAY-5", "SHLD-12", "MUST-24", "MUST-26", "MUST-27"},
			Says: "a keep-alive of an idle connection",
			When: func(t *Turn) bool { return t.text() == 0 },
			Then: probed,
		},
	},
}}

func probed(t *Turn) []Branch {
	tcb := t.T
	tcb.KeepProbes++
	tcb.KeepAt = t.Now
	return []Branch{{TCB: tcb}}
}

// keepAliveSetting is a setsockopt about them: SO_KEEPALIVE, TCP_KEEPIDLE and TCP_KEEPINTVL, in seconds.
func keepAliveSetting(t *Turn) []Branch {
	tcb, value := t.T, t.integer()
	tcb.KeepSince = t.Now
	switch k := &tcb.Set.KeepAlive; t.arg(2) {
	case "SO_KEEPALIVE":
		k.On = value != 0
	case "TCP_KEEPIDLE":
		k.Idle = time.Duration(value) * time.Second
	case "TCP_KEEPINTVL":
		k.Interval = time.Duration(value) * time.Second
	}
	return []Branch{{TCB: tcb, Results: []Result{done}}}
}

// integer is the value of a setsockopt, written "1" or "[1]"; 0 if it is none.
func (t *Turn) integer() int64 {
	n, _ := strconv.ParseInt(strings.Trim(t.arg(3), "[]"), 0, 64)
	return n
}
