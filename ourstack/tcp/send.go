package tcp

import "time"

// emit sends one segment; any but a RST goes through here. With an ACK goes all that is owed to the peer: the
// acknowledgment of everything received, and the window.
func (t *TCB) emit(now time.Duration, seq Seq, flags Flags, text []byte) {
	s := &t.env.out
	*s = Segment{SrcPort: t.Local.Port(), DstPort: t.Remote.Port(), Seq: seq, Flags: flags, Text: text}
	if flags.Has(ACK) {
		s.Ack, t.LastAckSent = t.RcvNxt, t.RcvNxt
		t.ackNow, t.unacked = false, 0
		t.delayed.stop()
	}
	syn := flags.Has(SYN)
	switch {
	case syn:
		t.synOptions(now, s)
	case t.SndTsOK:
		t.stamp(now, &s.Options) // "MUST be sent in every non-<RST> segment" (RFC 7323 §3.2)
	}
	t.putECN(s)
	if !syn {
		t.reportBlocks(&s.Options)
		t.urge(s)
		t.openWindow(now)
	}
	s.Wnd = t.announce(syn)
	t.counts.SegmentsOut++
	t.env.Send(t, s)
}

// emitRST sends a RST, which says nothing of what is owed. cause is the segment that it answers; nil where the user wants
// it.
func (t *TCB) emitRST(now time.Duration, seq Seq, flags Flags, cause *Segment) {
	s := &t.env.out
	*s = Segment{SrcPort: t.Local.Port(), DstPort: t.Remote.Port(), Seq: seq, Flags: RST | flags}
	if flags.Has(ACK) {
		s.Ack = t.RcvNxt
	}
	switch {
	case cause != nil:
		stampReset(&s.Options, cause, t.env.Config.Timestamps)
	case t.SndTsOK:
		t.stamp(now, &s.Options) // "because of a user abort" (RFC 7323 §5.2)
	}
	t.env.Send(t, s)
}

// sendSYN sends <SEQ=ISS><CTL=SYN>, or with an ACK where the peer's SYN is known.
func (t *TCB) sendSYN(now time.Duration) {
	flags := SYN
	if t.state != SynSent {
		flags |= ACK
	}
	t.emit(now, t.Iss, flags, nil)
	if t.synSent {
		t.rto.resent()
		t.resent++
	} else {
		t.synSent = true
		t.rto.begin(now, t.Iss)
		t.lastProgress, t.opened = now, now
	}
	t.rexmit.startIfOff(now, t.rto.rto)
}

// sendACK sends <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>.
func (t *TCB) sendACK(now time.Duration) {
	seq := t.SndNxt
	if t.probing {
		// A zero-window probe lies beyond the window, and so would a segment behind it: the peer accepts SEG.SEQ =
		// RCV.NXT alone (Table 6), and RCV.NXT of a peer that does not take the probe is our SND.UNA.
		seq = t.SndUna
	}
	t.emit(now, seq, ACK, nil)
}

// sendRST sends <SEQ=SND.NXT><CTL=RST> (§3.10.5). The acknowledgment number stands in it as in any other segment: "once a
// connection is established, this is always sent" (§3.1).
func (t *TCB) sendRST(now time.Duration) { t.emitRST(now, t.SndNxt, ACK, nil) }

// reject answers a segment that does not belong to this connection with <SEQ=SEG.ACK><CTL=RST> (§3.5.2, group 2).
// That is the whole answer.
func (t *TCB) reject(now time.Duration, s *Segment) {
	t.ackNow = false
	t.emitRST(now, s.Ack, 0, s)
}

// challengeACK sends the ACK that makes the peer prove or correct itself (RFC 5961 §3-5), within the limit of §7. The
// ACKs that answer unacceptable segments count too, so that two ends that have lost step cannot keep each other busy.
//
// The limit is the connection's own, and there is none for the host. One that connections share is a channel: who has used it up
// on his own can tell by what is left whether a segment of his in somebody else's name was in the window (erratum 4772 of RFC
// 5961, CVE-2016-5696); and a limit drawn by chance, as others have, only blurs that. What a shared limit would save is little:
// no more than one ACK goes out for a segment that comes in.
func (t *TCB) challengeACK(now time.Duration) {
	if limit := t.env.Config.ChallengeACKLimit; limit > 0 {
		if now-t.challenged >= time.Second {
			t.challenged, t.challenges = now, 0
		}
		if t.challenges >= limit {
			return
		}
		t.challenges++
	}
	t.sendACK(now)
}

// output sends what there is to send: queued text and FIN with the ACK on them, else the ACK alone, if one is owed
// ("piggybacked on a segment being transmitted if possible", §3.10.7.4, seventh).
func (t *TCB) output(now time.Duration) {
	t.transmit(now)
	if t.ackNow && t.state > SynSent {
		t.sendACK(now)
	}
	t.ackNow = false
}

// maxBurst is how many segments one event makes go out at most: as many full ones as there are in a third of a megabyte. What
// more there could be goes when one of these is acknowledged. So a peer with an MSS of an octet has no more than that for an ACK
// that opens all of the window at once.
const maxBurst = 256

// transmit sends as much of the queued text, and then the FIN, as the windows and the rules of §3.8.6.2.1 let through.
func (t *TCB) transmit(now time.Duration) {
	if !t.state.sendsText() {
		return
	}
	t.agePathMTU(now)
	t.congestionIdle(now)
	if t.entered {
		t.retransmitFirst(now)
	}
	n := 0
	for n < maxBurst && t.transmitOne(now, byRules) {
		n++
	}
	if t.SackOK && !t.rack() {
		for n < maxBurst && t.lastResort(now) {
			n++
		}
	}
	t.scheduleOverride(now)
	t.scheduleCork(now)
	t.scheduleProbe(now, t.sentNew)
	t.sentNew = false
}

// room is how many octets of text a segment can have now: Eff.snd.MSS without the SACK blocks that go with it.
func (t *TCB) room() int { return max(1, t.mss()-t.blocksLen()) }

// unsent is D of §3.8.6.2.1 in octets from a sequence number on, and whether the FIN is still to go.
func (t *TCB) unsent(from Seq) (text int, fin bool) {
	return max(0, t.snd.end().Sub(from)), t.closed && from.LessEq(t.finNumber())
}

// leave is what holds back a segment and may be overridden.
type leave uint8

// What may be overridden.
const (
	byRules    leave = iota // nothing
	pastCwnd                // cwnd
	pastWindow              // the window and the SWS rules, for one octet (§3.8.6.1, §3.8.6.2.1 rule (4))
)

// anyLength is no limit to the length of a segment.
const anyLength = 1 << 30

// next is where what goes out next begins, and how much of it there is in one piece: what was lost, then what was never
// sent. Without SACK that is all that follows t.resend.
func (t *TCB) next() (from Seq, most int) {
	if !t.SackOK {
		return t.resend, anyLength
	}
	if run, ok := t.flight.nextDue(t.room()); ok {
		if run.to == t.SndNxt {
			return run.from, anyLength // text that was never sent may go with it
		}
		return run.from, run.to.Sub(run.from)
	}
	return t.SndNxt, anyLength
}

// transmitOne sends the next segment and reports whether it did.
func (t *TCB) transmitOne(now time.Duration, leave leave) bool {
	from, most := t.next()
	return t.transmitFrom(now, from, most, leave)
}

// transmitFrom sends one segment of at most so many octets from a sequence number on and reports whether it did.
func (t *TCB) transmitFrom(now time.Duration, from Seq, most int, leave leave) bool {
	mss := t.room()
	d, fin := t.unsent(from)
	usable := (t.SndUna + Seq(t.SndWnd)).Sub(from) // U; negative where the peer shrank its window (MUST-34)
	n := min(d, mss, usable, most)
	if leave != pastCwnd {
		n = min(n, t.mayFly(from))
	}
	n = max(0, n)
	force := leave == pastWindow
	if force {
		n = max(n, min(d, 1))
	}
	// The FIN goes with the last of the text, and needs room in the window like an octet.
	fin = fin && n == d && n < most && (usable > n || force && n == 0)
	if n == 0 && !fin {
		return false
	}
	again := from != t.SndNxt
	if !again && (t.SackOK && t.flight.full(t.sndBuffer) || now < t.ecn.until && !force) {
		return false
	}
	if !force && !t.worthSending(from, n, d, mss, fin) {
		if !again {
			return false
		}
		// What goes out again goes alone; of the text behind it there is too little.
		if sent := t.SndNxt.Sub(from); sent < n {
			n, fin = sent, false
		}
	}
	if t.outstanding() == 0 {
		t.lastProgress = now
		t.cc.resume(now)
	}
	end := t.emitText(now, from, n, fin)
	t.noteSmall(now, end, n)
	if again {
		t.rto.resent()
		t.cc.undo.resent(from)
	} else {
		t.rto.begin(now, from)
		t.sentNew = t.sentNew || leave != pastCwnd // a probe schedules no probe
	}
	t.SndNxt = maxSeq(t.SndNxt, end)
	if !again && t.outstanding() > t.cc.cwnd && !t.recovering() {
		t.cc.limited += n
	}
	t.resend = end
	if t.SackOK {
		t.flight.note(now, from, end, t.rack())
		t.resend = t.SndNxt
	}
	if fin && t.state == CloseWait {
		t.enter(now, LastAck) // the CLOSE that was queued (§3.10.4)
	}
	t.rexmit.startIfOff(now, t.rto.rto) // RFC 6298 (5.1)
	t.cc.lastSent = now
	return true
}

// goBack has everything sent again that was sent and is not acknowledged, or SACKed.
func (t *TCB) goBack() {
	if t.SackOK {
		t.flight.loseAll()
		return
	}
	t.resend = t.SndUna
}

// worthSending is the sender's SWS avoidance (§3.8.6.2.1, MUST-38) with the Nagle algorithm (§3.7.4, SHLD-7) in its
// brackets, and the cork. All text counts as PUSHed. A FIN says that no more text will come that could be waited for ("close also
// implies push", §3.9.1.4). What is outstanding is no reason to wait if it is to go out again with this very segment.
func (t *TCB) worthSending(from Seq, n, d, mss int, fin bool) bool {
	if n == d && n < mss && !fin && t.holdsBack(from) {
		return false
	}
	bracket := !t.nagle || from == t.SndUna
	switch {
	case n >= mss: // (1)
		return true
	case n == d: // (2)
		return bracket || fin
	}
	return bracket && 2*n >= int(t.MaxSndWnd) // (3), Fs = 1/2
}

// emitText sends n octets of text from a sequence number on, and the FIN behind them; it returns the number behind that.
// PSH stands on the last of the queued text (MUST-61).
func (t *TCB) emitText(now time.Duration, from Seq, n int, fin bool) Seq {
	flags, end := ACK, from+Seq(n)
	if from.Less(t.SndNxt) {
		t.resent++
	}
	var text []byte
	if n > 0 {
		text = t.snd.text(from, n)
		t.noteSize(n, end)
		t.counts.TextOut++
		t.counts.OctetsOut += uint64(n)
		if again := min(n, t.SndNxt.Sub(from)); again > 0 {
			t.counts.OctetsResent += uint64(again)
		}
		if end == t.snd.end() {
			flags |= PSH
		}
	}
	if fin {
		flags |= FIN
		end++
	}
	t.emit(now, from, flags, text)
	return end
}

// retransmitOne sends the segment at SND.UNA again, cut to the window, but always at least one octet: with a window of
// zero that is the probe (§3.8.6.1). It returns the number behind it.
func (t *TCB) retransmitOne(now time.Duration) Seq {
	from := t.SndUna
	sent := min(t.snd.end().Sub(from), t.outstanding())
	if t.SackOK {
		sent = min(sent, t.flight.unsacked())
	}
	n := max(0, min(sent, t.room(), max(1, int(t.SndWnd))))
	fin := t.closed && from+Seq(n) == t.finNumber() && t.finNumber().Less(t.SndNxt)
	if n > 0 && int(t.SndWnd) <= n {
		fin = false
	}
	t.rto.resent()
	end := t.emitText(now, from, n, fin)
	if t.SackOK {
		t.flight.note(now, from, end, t.rack())
	}
	t.rexmit.startIfOff(now, t.rto.rto)
	t.cc.lastSent = now
	return end
}

// scheduleOverride sets the timer that keeps held-back text from waiting for ever: nothing is outstanding, so no ACK
// and no retransmission will come to move it. A zero window is probed after an RTO (SHLD-29); text that the SWS rules
// hold back goes out after the override timeout.
func (t *TCB) scheduleOverride(now time.Duration) {
	d, fin := t.unsent(t.resend)
	switch {
	case t.outstanding() > 0 || d == 0 && !fin:
		t.override.stop()
	case t.SndWnd == 0:
		t.override.startIfOff(now, t.rto.rto)
	case now < t.ecn.until:
		t.override.start(now, t.ecn.until-now)
	default:
		t.override.startIfOff(now, overrideTimeout)
	}
	if t.override.on && !t.waiting {
		t.lastProgress = now
	}
	t.waiting = t.override.on
}

// overrideTimedOut sends one segment in spite of the window: the zero-window probe (MUST-36), or rule (4).
func (t *TCB) overrideTimedOut(now time.Duration) {
	if !t.state.sendsText() {
		return
	}
	zero := t.SndWnd == 0
	if zero {
		t.rto.backOff(false) // until the next probe (SHLD-30)
	}
	t.transmitOne(now, pastWindow)
	if zero {
		t.probing = true
		t.goBack()
	} else {
		t.transmit(now)
	}
}
