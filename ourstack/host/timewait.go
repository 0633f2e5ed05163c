package host

import "github.com/twinstack/twinstack/ourstack/tcp"

// defaultMaxTimeWait is Config.MaxTimeWait where that is 0: some 28 MiB.
const defaultMaxTimeWait = 16384

// timeWaits are the connections in TIME-WAIT, in the order in which their time is over. There is a bound to them, since each is
// kept for 2MSL, four minutes, whatever the rate at which connections come and go: the one that has waited longest makes
// room. MUST-13 (RFC 9293 §3.6.1) asks for the whole 2MSL, "to allow old duplicate segments to expire" (§3.4.2), and for
// somebody who answers the peer's FIN when it comes again. What the bound trades, on a host that ends more than 68 connections
// a second for minutes, is the last part of that time: a FIN that comes again then finds nobody and draws a RST, to a peer that
// has had all; and an old duplicate meets a new incarnation, if there is one so soon, with nothing but ISNs that follow the clock
// (RFC 6528) and PAWS between them.
type timeWaits struct {
	oldest, newest *conn
	n              int
}

// push puts a connection behind all others.
func (w *timeWaits) push(c *conn) {
	c.waits, c.older, c.newer = true, w.newest, nil
	if w.newest != nil {
		w.newest.newer = c
	} else {
		w.oldest = c
	}
	w.newest = c
	w.n++
}

// pushFirst puts a connection before all others: it has waited already.
func (w *timeWaits) pushFirst(c *conn) {
	c.waits, c.older, c.newer = true, nil, w.oldest
	if w.oldest != nil {
		w.oldest.older = c
	} else {
		w.newest = c
	}
	w.oldest = c
	w.n++
}

// remove takes a connection out, if it is in.
func (w *timeWaits) remove(c *conn) {
	if !c.waits {
		return
	}
	if c.older != nil {
		c.older.newer = c.newer
	} else {
		w.oldest = c.newer
	}
	if c.newer != nil {
		c.newer.older = c.older
	} else {
		w.newest = c.older
	}
	c.waits, c.older, c.newer = false, nil, nil
	w.n--
}

// wait puts a connection in its place among those in TIME-WAIT, where it has come there, or has begun its time anew; and ends
// the oldest of more than there may be.
func (h *Host) wait(c *conn) {
	if c.State() != tcp.TimeWait {
		return
	}
	if at, _ := c.Deadline(); c.waits && at == c.at {
		return
	}
	h.timeWaits.remove(c)
	h.timeWaits.push(c)
	for h.timeWaits.n > h.cfg.MaxTimeWait {
		old := h.timeWaits.oldest
		h.counters.TimeWaitsCut++
		h.expire(old)
		h.settle(old.at, old)
	}
}

// expire ends a TIME-WAIT before its time. Nothing but the 2MSL timer runs there, so that is what is due.
func (h *Host) expire(c *conn) {
	if at, ok := c.Deadline(); ok {
		c.Timeout(at)
	}
}
