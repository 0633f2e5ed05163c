package tcp

import "time"

// Config is what all connections of a host begin with. The zero Config stands for Default(); in any other each field
// means what it says.
type Config struct {
	MSL               time.Duration // maximum segment lifetime; TIME-WAIT lasts 2MSL (§3.4.2: 2 minutes)
	RTOInitial        time.Duration // before the first RTT sample (RFC 6298 (2.1))
	RTOMin            time.Duration // (2.4)
	RTOMax            time.Duration // (2.5)
	SynRetries        int           // retransmissions of a SYN before giving up: R2 for SYN (§3.8.3)
	DataRetries       int           // retransmissions of text or FIN before giving up: R2 (§3.8.3)
	R1                int           // retransmissions after which Status says that something is wrong (§3.8.3)
	UserTimeout       time.Duration // in place of R2, what a connection begins with (§3.8.3 (d)); 0: the counts
	SendBuffer        int           // octets that a user may have queued or unacknowledged
	ReceiveBuffer     int           // octets: RCV.BUFF (§3.8.6.2.2)
	AutoTune          int           // octets that RCV.BUFF may grow to by what the user reads; 0: it keeps its size
	AutoTuneAll       int           // octets that all of a host may grow by; 0: no limit
	DelayedACK        bool          // §3.8.6.3; false: every segment with text is acknowledged at once
	Nagle             bool          // §3.7.4, the default of a connection
	ChallengeACKLimit int           // challenge ACKs a second and connection (RFC 5961 §7); 0: no limit
	RFC1337           bool          // ignore a RST in TIME-WAIT (RFC 1337 fix F1)
	Keepalive         Keepalive     // §3.8.4, what a connection begins with; off, whatever On says (MUST-25)
	FinWait2          time.Duration // how long FIN-WAIT-2 lasts once the user has gone; 0: for ever, as in RFC 9293
	Linger            Linger        // SO_LINGER, what a socket begins with
	MaxSegment        int           // octets: bound of Eff.snd.MSS and of our MSS option; 0: none
	TTL               uint8         // or hop limit (MUST-49); 0: ip.DefaultTTL
	DiffServ          uint8         // octet of DSCP, without ECN (MUST-48)
	BlackHole         bool          // try smaller segments where full ones time out and no ICMP tells why (RFC 2923 §2.1)
	WindowScale       bool          // offer and accept RFC 7323 §2
	Timestamps        bool          // offer and accept RFC 7323 §3, and with it RTTM and PAWS
	SACK              bool          // offer and accept RFC 2018
	DSACK             bool          // report duplicates where SACK is in use (RFC 2883)
	RACK              bool          // find losses by RFC 8985 where SACK is in use; false: by RFC 6675
	CongestionControl Algorithm     // of new connections
	ECN               bool          // offer and agree to RFC 3168
	SYNCookies        SYNCookies    // which SYNs a listener answers without keeping anything (RFC 4987 §3.6)
}

// Default is a configuration within the RFCs' bounds. SYN goes out again 7 times: the open is given up after 183 s,
// which is more than the three minutes of MUST-23; text is given up after 15 retransmissions, more than the 100 s of
// SHLD-11. What no RFC of TCP asks for is off, so that another TCP can be held beside this one: what a timeout sends again is
// the same octets, whatever the path does.
func Default() Config {
	return Config{
		MSL:               2 * time.Minute,
		RTOInitial:        time.Second,
		RTOMin:            time.Second,
		RTOMax:            60 * time.Second,
		SynRetries:        7,
		DataRetries:       15,
		R1:                3, // SHLD-10
		SendBuffer:        64 << 10,
		ReceiveBuffer:     64 << 10,
		DelayedACK:        true,
		Nagle:             true,
		ChallengeACKLimit: 100,
		Keepalive:         Keepalive{Idle: 2 * time.Hour, Interval: 75 * time.Second, Probes: 9}, // MUST-28
		WindowScale:       true,
		Timestamps:        true,
		SACK:              true,
		DSACK:             true,
		RACK:              true,
		CongestionControl: CUBIC,
		SYNCookies:        CookiesWhenFull,
	}
}
