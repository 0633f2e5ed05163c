package oracle

import (
	"maps"
	"slices"
)

// Clone is a judge that goes on from here on its own: an entry path is judged once, and each case from there by a clone.
func (j *Judge) Clone() *Judge {
	n := *j
	same := make(map[*conn]*conn, len(j.conns))
	copied := func(c *conn) *conn {
		if c == nil {
			return nil
		}
		if same[c] == nil {
			own := *c
			own.guesses = make([]guess, len(c.guesses))
			for i := range c.guesses {
				g := c.guesses[i]
				g.tcb = g.tcb.Clone()
				g.owed = slices.Clone(g.owed)
				own.guesses[i] = g
			}
			same[c] = &own
		}
		return same[c]
	}
	n.conns = make([]*conn, len(j.conns))
	for i, c := range j.conns {
		n.conns[i] = copied(c)
	}
	n.listeners = make([]*conn, len(j.listeners))
	for i, l := range j.listeners {
		n.listeners[i] = copied(l)
	}
	n.sockets = maps.Clone(j.sockets)
	for fd, s := range n.sockets {
		own := *s
		own.conn = copied(s.conn)
		own.set = slices.Clone(s.set)
		n.sockets[fd] = &own
	}
	n.listening = slices.Clone(j.listening)
	n.steps = slices.Clone(j.steps)
	return &n
}
