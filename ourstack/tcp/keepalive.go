package tcp

import "time"

// Keepalive is what a user may set of keep-alives (§3.8.4). A connection begins with the configured values, and off
// (MUST-25).
type Keepalive struct {
	On       bool          // MUST-24
	Idle     time.Duration // how long nothing came before the first probe (MUST-26, MUST-27)
	Interval time.Duration // between probes that are not answered
	Probes   int           // how many go without an answer before the connection is given up
}

// Valid reports whether the values can be used: no time of nothing, and no verdict on one probe, since an ACK without
// text is not reliably transmitted: "it MUST NOT interpret failure to respond to any specific probe as a dead connection"
// (MUST-29).
func (k *Keepalive) Valid() bool { return k.Idle > 0 && k.Interval > 0 && k.Probes > 1 }

// SetKeepalive sets the keep-alives of this connection; the time of silence begins anew. It fails with ErrInvalid for
// times that are not above zero, and for fewer than two probes.
func (t *TCB) SetKeepalive(now time.Duration, k Keepalive) error {
	if !k.Valid() {
		return ErrInvalid
	}
	t.keepalive = k
	t.heard(now)
	return nil
}

// Keepalive is what is set.
func (t *TCB) Keepalive() Keepalive { return t.keepalive }

// heard notes that something came of the peer.
func (t *TCB) heard(now time.Duration) { t.idleSince, t.probesSent = now, 0 }

// keepaliveDeadline is when the next probe is due: "only … when no sent data is outstanding, and no data or
// acknowledgment packets have been received for the connection within an interval" (MUST-26). "Idle" means, too, that
// nothing waits to be sent (§3.8.4).
func (t *TCB) keepaliveDeadline() (time.Duration, bool) {
	if !t.keepalive.On || !t.state.Synchronized() || t.state == TimeWait || t.rexmit.on || t.override.on {
		return 0, false
	}
	return t.idleSince + t.keepalive.Idle + time.Duration(t.probesSent)*t.keepalive.Interval, true
}

// keepaliveTimeout sends a probe: SEG.SEQ = SND.NXT-1, and no text (SHLD-12). Nothing is expected there, so it must be
// answered with an ACK (§3.10.7.4, first), or with a RST by a peer that knows of no connection.
func (t *TCB) keepaliveTimeout(now time.Duration) {
	if t.probesSent >= t.keepalive.Probes {
		t.giveUp(now)
		return
	}
	t.probesSent++
	t.emit(now, t.SndNxt-1, ACK, nil)
}
