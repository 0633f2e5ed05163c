package iut

import "time"

// Settings is the one configuration that every IUT of a comparison gets, so that a difference is one of behaviour and
// not of defaults.
type Settings struct {
	MSL               time.Duration // maximum segment lifetime; TIME-WAIT lasts 2MSL (RFC 9293 §3.4.2)
	RTOInitial        time.Duration // RFC 6298 (2.1)
	RTOMin            time.Duration // RFC 6298 (2.4)
	RTOMax            time.Duration // RFC 6298 (2.5)
	SynRetries        int           // retransmissions of a SYN before giving up (R2 for SYN, RFC 9293 §3.8.3)
	DataRetries       int           // retransmissions of data or FIN before giving up (R2)
	WindowScale       bool          // offer RFC 7323 §2
	Timestamps        bool          // offer RFC 7323 §3
	SACK              bool          // offer RFC 2018
	RACK              bool          // find losses by RFC 8985 where SACK is in use; false: by RFC 6675
	CongestionControl string        // "reno" (RFC 5681) or "cubic" (RFC 9438)
	SendBuffer        int           // octets
	ReceiveBuffer     int           // octets that a new connection offers as its window
	DelayedACK        bool          // RFC 9293 §3.8.6.3; false: every segment with text is acknowledged at once
	Nagle             bool          // RFC 9293 §3.7.4, the default of a new socket
	ChallengeACKLimit int           // RFC 5961 §7: challenge ACKs a second; 0: no limit
	SYNCookies        string        // which SYNs a listener answers by a cookie (RFC 4987 §3.6): "off", "full" for those that find the queue full, "always"
	MaxTimeWait       int           // connections in TIME-WAIT that are kept; 0: as many as the IUT likes
	AutoTuning        bool          // the receive buffer grows by itself
	ECN               bool          // offer and agree to RFC 3168
	BlackHole         bool          // smaller segments are tried where full ones time out (RFC 2923 §2.1, RFC 4821 §7.7)
	MTU               int           // octets, of the link
}

// Alike are the settings that comparisons run with: MSL 2 minutes (RFC 9293 §3.4.2), RTO of 1 s at first and at least
// (RFC 6298), a SYN tried for 183 s (MUST-23), ACKs at once, no throttle, nothing that tunes itself.
func Alike() Settings {
	return Settings{
		MSL:           2 * time.Minute,
		RTOInitial:    time.Second,
		RTOMin:        time.Second,
		RTOMax:        60 * time.Second,
		SynRetries:    7,
		DataRetries:   15,
		WindowScale:   false,
		Timestamps:    false,
		SACK:          false,
		RACK:          true,
		SendBuffer:    64 << 10,
		ReceiveBuffer: 28000,
		MTU:           1500,

		CongestionControl: "reno",
		SYNCookies:        "full",
	}
}

// How an IUT honours a setting.
type Honour uint8

// The ways.
const (
	Set    Honour = iota // as asked
	Fixed                // the IUT has its own value, named in Support.Value
	Absent               // the IUT has no such thing
)

// String is "set", "fixed" or "absent".
func (h Honour) String() string { return [...]string{"set", "fixed", "absent"}[h] }

// Support says how an IUT honours one setting.
type Support struct {
	Setting string // the field's name in Settings
	Honour  Honour
	Value   string // Set: the value in force; Fixed: the IUT's own; Absent: what that means, if it needs words
}
