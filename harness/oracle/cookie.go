package oracle

import (
	"slices"
	"time"

	"github.com/twinstack/twinstack/harness/trace"
)

// SYN cookies (RFC 4987 §3.6, App. A; informational). From outside a connection whose SYN was answered by a cookie is one in
// SYN-RECEIVED of which nothing is kept: so no SYN-ACK goes out again by itself, whatever else comes is the listener's, and the
// ACK that brings the cookie back makes the connection.

// cookieGood is for how long a cookie must be good: appendix A counts by 64 s and takes the last few.
const cookieGood = time.Minute

// withCookie adds to the ways with a SYN that of a listener that has no room: text and FIN are the peer's to send again.
func withCookie(t *Turn, ways []Branch) []Branch {
	if !t.P.SYNCookies {
		return ways
	}
	n := passiveTCB(t, nil)
	b := Branch{Name: "O27: a SYN cookie, of which nothing is kept (RFC 4987)", TCB: t.T, Replies: []Reply{firstSynACK(&n)}}
	b.TCB.Cookie, b.TCB.CookieAt = &n, t.Now
	return append(ways, b)
}

// cookieSent is what a cookie stands for once it is seen.
func (t *TCB) cookieSent(turn *Turn) *TCB {
	n, s := *t, turn.Seg
	n.Iss, n.SndUna, n.SndNxt = s.Seq, s.Seq, s.Seq+1
	n.RcvWnd = turn.window()
	n.MaxRcvWnd = n.RcvWnd
	n.offered(s)
	return &n
}

// bringsCookie says that the segment that arrives brings back the cookie that is out.
func (t *Turn) bringsCookie() bool {
	k := t.T.Cookie
	return k != nil && t.T.State == trace.Closed && t.T.Listening && t.Seg.Flags&(trace.ACK|trace.SYN|trace.RST) == trace.ACK &&
		t.Seg.Seq == k.RcvNxt && t.Seg.Ack == k.SndNxt
}

// cookieChecks are those of a segment that brings a cookie back.
var cookieChecks = slices.Concat([]Check{cookieCheck}, otherChecks)

var cookieCheck = Check{
	Name: "SYN cookie",
	Rules: []Rule{
		{
			ID: "cookie.back", Clause: "RFC 4987 §3.6", Requirements: []string{"RFC4987-3.6-2"},
			Says: "the ACK that brings a SYN cookie back ends the handshake as if the SYN had been kept",
			When: func(t *Turn) bool { return t.Now-t.T.CookieAt <= cookieGood },
			Then: func(t *Turn) []Branch { return t.only(takesCookie(t)) },
		},
		{
			ID: "cookie.old", Clause: "RFC 4987 §3.6",
			Says: "a cookie is good for a while: after that its ACK is bad as any in LISTEN",
			When: func(t *Turn) bool { return t.Now-t.T.CookieAt > cookieGood },
			Then: func(t *Turn) []Branch {
				b := takesCookie(t)
				b.Name = "O28: an old cookie taken"
				return []Branch{b, {Name: "O28: an old cookie refused", Unchanged: true, Replies: []Reply{resetFor(t.Seg)}}}
			},
		},
	},
}

// takesCookie goes on with the SYN-RECEIVED that a cookie stands for.
func takesCookie(t *Turn) Branch { return Branch{TCB: *t.T.Cookie, Next: true} }
