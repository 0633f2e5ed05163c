package oracle

import "slices"

// Clone is a judge that goes on from here on its own: an entry path is judged once, and each case from there by a clone.
func (j *Judge) Clone() *Judge {
	n := *j
	n.listening = slices.Clone(j.listening)
	n.sockets = slices.Clone(j.sockets)
	n.past, n.steps = j.past, nil
	if last := len(j.steps) - 1; last >= 0 {
		if n.past = j.steps[:last:last]; len(j.past) > 0 {
			n.past = slices.Concat(j.past, n.past)
		}
		n.steps = append(make([]step, 0, 1+usualSteps), j.steps[last])
	}
	own := cloner{}
	n.conns, n.listeners = own.all(j.conns), own.all(j.listeners)
	for i := range n.sockets {
		s := &n.sockets[i]
		s.conn, s.set = own.conn(s.conn), slices.Clone(s.set)
	}
	return &n
}

// usualSteps is how many steps most cases have.
const usualSteps = 16

// cloner makes one copy of each connection.
type cloner struct{ old, own []*conn }

func (l *cloner) all(old []*conn) []*conn {
	own := make([]*conn, len(old))
	for i, c := range old {
		own[i] = l.conn(c)
	}
	return own
}

func (l *cloner) conn(c *conn) *conn {
	if c == nil {
		return nil
	}
	if i := slices.Index(l.old, c); i >= 0 {
		return l.own[i]
	}
	own := *c
	own.guesses = slices.Clone(c.guesses)
	l.old, l.own = append(l.old, c), append(l.own, &own)
	return &own
}
