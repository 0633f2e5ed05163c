package oracle

import (
	"strconv"
	"strings"
	"time"
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

// keepAlive says whether a segment is a keep-alive probe: at SND.NXT-1, with an octet of garbage or with none.
func (t *Turn) keepAlive() bool {
	s := t.Seg
	return s.Seq == t.T.SndNxt-1 && t.T.SndUna == t.T.SndNxt && int(s.Len()) == len(s.Payload) && len(s.Payload) <= 1
}

// keepAliveChecks are a keep-alive probe (§3.8.4).
var keepAliveChecks = []Check{{
	Name: "keep-alive",
	Rules: []Rule{
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
