package oracle

import "slices"

// Clone is a judge that goes on from here on its own, also on another goroutine: runs that begin alike are judged once as
// far as they are alike. A judge that others are cloned from must not be fed meanwhile.
func (j *Judge) Clone() *Judge {
	c := *j
	c.listening = slices.Clone(j.listening)
	c.steps = slices.Clone(j.steps)
	if n := len(c.steps); n > 0 { // the last is not over yet
		last := &c.steps[n-1]
		last.Rules, last.Options, last.Against = slices.Clone(last.Rules), slices.Clone(last.Options), slices.Clone(last.Against)
	}
	clones := make(map[*conn]*conn, len(j.conns))
	clone := func(of *conn) *conn {
		if of == nil {
			return nil
		}
		if clones[of] == nil {
			n := *of
			n.guesses = slices.Clone(of.guesses) // what they hold is never changed in its place
			clones[of] = &n
		}
		return clones[of]
	}
	all := func(of []*conn) []*conn {
		out := make([]*conn, len(of))
		for i := range of {
			out[i] = clone(of[i])
		}
		return out
	}
	c.conns, c.listeners = all(j.conns), all(j.listeners)
	c.sockets = make(map[int]*socket, len(j.sockets))
	for fd, s := range j.sockets {
		c.sockets[fd] = &socket{conn: clone(s.conn), set: slices.Clip(s.set)}
	}
	return &c
}
