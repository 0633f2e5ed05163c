package host

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"

	"github.com/twinstack/twinstack/ourstack/tcp"
)

// Check says what is wrong with a host between two events: the table, the deadlines, the queues and the free list must
// agree about every connection, and each must be right in itself (tcp.TCB.Check). It is for tests; no input makes it fail.
// The time it takes grows with all connections of the host.
func (h *Host) Check() error {
	grown := 0
	halfOpen, locals := map[*listener]int{}, map[netip.AddrPort]int{}
	for t, c := range h.conns {
		if err := c.Check(); err != nil {
			return fmt.Errorf("%v > %v: %w", t.local, t.remote, err)
		}
		locals[t.local]++
		grown += c.Grown()
		switch state := c.State(); {
		case !c.tabled || t != (tuple{c.Local, c.Remote}):
			return fmt.Errorf("%v is in the table as %v", tuple{c.Local, c.Remote}, t)
		case state == tcp.Closed || state == tcp.Listen && !c.listens:
			return fmt.Errorf("%v is in the table", state)
		case c.listener != nil && !c.queued:
			halfOpen[c.listener]++
		}
		at, ok := c.Deadline()
		if ok != (c.heap >= 0) || ok && (c.at != at || h.due[c.heap] != c) {
			return fmt.Errorf("%v: due %v at %v, the heap has it at %d for %v", c.State(), ok, at, c.heap, c.at)
		}
		if old := c.previous; old != nil && (!old.shadow || old.tabled || old.heap >= 0 || slices.Contains(h.free, old)) {
			return fmt.Errorf("the TIME-WAIT behind %v is in use", c.State())
		}
	}
	if err := h.checkTimeWaits(); err != nil {
		return err
	}
	if grown != h.env.Grown() {
		return fmt.Errorf("receive buffers have grown by %d octets, counted %d", grown, h.env.Grown())
	}
	if !maps.Equal(locals, h.locals) {
		return fmt.Errorf("connections by port are counted as %v, which is not what is in the table", h.locals)
	}
	for i, c := range h.due {
		if !c.tabled || c.heap != i || i > 0 && h.due.less(i, (i-1)/2) {
			return fmt.Errorf("place %d of the heap is wrong", i)
		}
	}
	for i, c := range h.free {
		if c.tabled || c.queued || c.socket || c.heap >= 0 || slices.Contains(h.free[:i], c) {
			return fmt.Errorf("a connection on the free list is in use")
		}
	}
	for at, l := range h.listeners {
		if l.halfOpen != halfOpen[l] {
			return fmt.Errorf("%v: %d half open, counted %d", at, halfOpen[l], l.halfOpen)
		}
		for i, c := range l.accepts {
			if !c.queued || c.listener != l || slices.Contains(l.accepts[:i], c) || slices.Contains(h.free, c) {
				return fmt.Errorf("%v: entry %d of the accept queue is wrong", at, i)
			}
		}
	}
	return nil
}

// checkTimeWaits: the list of those in TIME-WAIT has each once, and no other, in order of time but for what came back, and is
// bounded.
func (h *Host) checkTimeWaits() error {
	n := 0
	for _, c := range h.conns {
		if c.waits != (c.State() == tcp.TimeWait) {
			return fmt.Errorf("%v is in the list of TIME-WAIT: %v", c.State(), c.waits)
		}
		if c.waits {
			n++
		}
	}
	for c := h.timeWaits.oldest; c != nil; c = c.newer {
		n--
		if !c.tabled || c.newer == nil && c != h.timeWaits.newest || c.newer != nil && c.newer.older != c {
			return fmt.Errorf("the list of TIME-WAIT is broken at %v", c.Remote)
		}
	}
	if n != 0 || h.timeWaits.n > h.cfg.MaxTimeWait {
		return fmt.Errorf("the list of TIME-WAIT has %d of at most %d, and %d are missing", h.timeWaits.n, h.cfg.MaxTimeWait, n)
	}
	return nil
}
