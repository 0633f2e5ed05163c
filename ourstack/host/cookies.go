package host

import (
	"time"

	"github.com/twinstack/twinstack/ourstack/tcp"
)

// A listener under pressure (RFC 4987): the SYN queue bounds what a flood of SYNs can make the host keep, and a SYN that finds it
// full is answered by a cookie, of which nothing is kept, so that who is no flood gets in all the same. Where the accept queue
// is full no SYN is answered: there would be no place for the connection.

// wantsCookie reports whether a SYN to a listener is to be answered by a cookie.
func (h *Host) wantsCookie(l *listener) bool {
	switch h.env.Config.SYNCookies {
	case tcp.CookiesAlways:
		return !l.full()
	case tcp.CookiesWhenFull:
		return !l.full() && !l.room()
	}
	return false
}

// sendCookie answers a SYN by a cookie, if there is one for it.
func (h *Host) sendCookie(now time.Duration, l *listener, t tuple, s *tcp.Segment) {
	if !h.asListening(now, l, t).SendCookie(now, s) {
		h.counters.SynsDropped++
		return
	}
	h.counters.CookiesSent++
	l.cookies, l.cookiesUntil = true, now+tcp.CookieLife
}

// asListening is a TCB of the listener's for one caller, in LISTEN. It is good until the next.
func (h *Host) asListening(now time.Duration, l *listener, t tuple) *tcp.TCB {
	c := &h.stray.TCB
	c.Init(h.env, t.local, t.remote)
	l.inherit(&h.stray)
	// A new TCB is CLOSED, from where a passive OPEN always succeeds.
	_ = c.OpenPassive(now)
	return c
}

// bringsCookie is the listener whose cookie a segment brings back; nil if it brings none. While a listener has no cookie out
// nobody can guess one. c is the connection that the segment belongs to, if there is one: that of another copy of the SYN,
// which came when there was room.
func (h *Host) bringsCookie(now time.Duration, t tuple, s *tcp.Segment, c *conn) *listener {
	if s.Flags&(tcp.ACK|tcp.SYN|tcp.RST) != tcp.ACK {
		return nil
	}
	if c != nil && (c.listener == nil || c.queued || s.Ack == c.SndNxt) {
		return nil
	}
	l := h.listening(t.local)
	if l == nil || !l.cookies || now > l.cookiesUntil || !h.asListening(now, l, t).AcksCookie(now, s) {
		return nil
	}
	return l
}

// deliverCookie makes a connection of the segment that brings a cookie back. If nobody has room for it the segment is dropped,
// as if it were lost: no SYN,ACK goes out again, but a peer that has text to send does so again.
func (h *Host) deliverCookie(now time.Duration, l *listener, t tuple, s *tcp.Segment, c *conn) {
	if l.full() {
		h.counters.AcksDeferred++
		return
	}
	h.counters.CookiesTaken++
	if c == nil {
		c = h.openPassive(now, l, t)
	}
	c.ArrivesOnCookie(now, s)
	h.settle(now, c)
}
