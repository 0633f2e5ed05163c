package oracle

import (
	"slices"
	"strconv"
	"strings"

	"github.com/twinstack/twinstack/harness/trace"
)

// called takes a call that returned.
func (j *Judge) called(e *trace.Event) {
	call := e.Call
	j.begin(e, stimulus{call: call})
	if call.Name == "socket" {
		if call.Errno == "" {
			j.open(socket{fd: int(call.Result)})
		}
		return
	}
	fd, ok := descriptor(call)
	sock := j.socket(fd)
	if !ok || sock == nil {
		return
	}
	switch call.Name {
	case "bind", "fcntl":
		return
	case "listen":
		if sock.conn == nil {
			sock.conn = &conn{listens: true, accepted: true, guesses: []guess{{}}}
			j.listeners = append(j.listeners, sock.conn)
		}
	case "setsockopt":
		sock.set = append(sock.set, call) // what is set stays with the socket
	case "connect":
		j.connect(sock)
	case "accept":
		j.accept(e, sock)
		return
	}
	if sock.conn != nil {
		j.call(sock.conn, call)
		if sock.conn.listens {
			j.listener(sock.conn, call)
		}
	}
	if call.Name == "close" {
		j.sockets = slices.DeleteFunc(j.sockets, func(s socket) bool { return s.fd == fd })
	}
}

// socket is the one of a descriptor, nil if there is none.
func (j *Judge) socket(fd int) *socket {
	for i := range j.sockets {
		if j.sockets[i].fd == fd {
			return &j.sockets[i]
		}
	}
	return nil
}

// open puts a socket in the place of its descriptor.
func (j *Judge) open(s socket) {
	if old := j.socket(s.fd); old != nil {
		*old = s
		return
	}
	j.sockets = append(j.sockets, s)
}

// descriptor is the descriptor that a call is about: its first argument, in poll's list the first.
func descriptor(call *trace.Call) (int, bool) {
	first, _, _ := strings.Cut(call.Args, ",")
	if call.Name == "poll" {
		_, first, _ = strings.Cut(first, "fd=")
	}
	fd, err := strconv.Atoi(strings.TrimSpace(first))
	return fd, err == nil
}

// connect finds the connection that a connect is about, or makes one.
func (j *Judge) connect(sock *socket) {
	if sock.conn == nil {
		sock.conn = j.opened()
	}
	if sock.conn == nil {
		sock.conn = &conn{accepted: true, guesses: []guess{{}}}
		j.conns = append(j.conns, sock.conn)
	}
	j.inherit(sock.conn, sock.set)
}

// listener draws what a call on a listener has changed: whom it leaves without a user, and whether it is a connection now.
func (j *Judge) listener(l *conn, call *trace.Call) {
	port, leaves := l.name.Local.Port(), deserted
	switch {
	case l.broken:
	case call.Name == "connect" && l.guesses[0].tcb.State == trace.SynSent:
		l.listens, l.name = false, trace.Conn{}
		j.listeners = slices.DeleteFunc(j.listeners, func(o *conn) bool { return o == l })
		j.conns = append(j.conns, l)
	case call.Name == "shutdown" && j.mayClose(l):
		leaves = perhapsDeserted
	case call.Name != "close":
		return
	}
	for _, c := range j.conns {
		if !c.accepted && c != l && c.name.Local.Port() == port {
			j.turn(c, leaves, func(t *Turn) { t.Call = call })
		}
	}
}

// mayClose says whether a listener may be closed.
func (j *Judge) mayClose(l *conn) bool {
	return slices.ContainsFunc(l.guesses, func(g guess) bool { return g.tcb.State == trace.Closed })
}

// held says whether a descriptor stands for a connection.
func (j *Judge) held(c *conn) bool {
	for _, s := range j.sockets {
		if s.conn == c {
			return true
		}
	}
	return false
}

// anew says that a connection has begun anew, by a SYN: no descriptor stands for it yet.
func (j *Judge) anew(c *conn) {
	c.accepted = false
	for i := range j.sockets {
		if s := &j.sockets[i]; s.conn == c {
			s.conn = nil
		}
	}
}

// inherit makes a connection have what was set on its socket before, or on its listener.
func (j *Judge) inherit(c *conn, set []*trace.Call) {
	for _, call := range set {
		if !c.broken {
			j.call(c, call)
		}
	}
}

// opened is the connection of a connect that returns only now, nil if there is none: it is known by its SYN (open.waits).
func (j *Judge) opened() *conn {
	for _, c := range j.conns {
		if !j.held(c) && len(c.guesses) > 0 && c.guesses[0].tcb.Active && !c.guesses[0].tcb.Gone {
			c.accepted = true
			return c
		}
	}
	return nil
}

// accept gives a descriptor to the oldest connection that has none.
func (j *Judge) accept(e *trace.Event, sock *socket) {
	if e.Call.Errno != "" {
		return
	}
	for _, c := range j.conns {
		if !c.accepted && c.name.Remote.IsValid() && j.passive(c) {
			c.accepted = true
			set := sock.set
			j.open(socket{fd: int(e.Call.Result), conn: c})
			j.inherit(c, set)
			return
		}
	}
	j.open(socket{fd: int(e.Call.Result)})
}

// passive says whether a connection began with a passive OPEN and was established.
func (j *Judge) passive(c *conn) bool {
	for i := range c.guesses {
		if t := &c.guesses[i].tcb; !t.Active && (t.Synchronized() || t.State == trace.Closed && t.existed()) {
			return true
		}
	}
	return c.broken
}

// call makes of each guess what the table allows, and keeps those that the result of the call fits.
func (j *Judge) call(c *conn, call *trace.Call) {
	if c.broken {
		j.unjudged()
		return
	}
	next := j.w.next[:0]
	var bad wrong // the first
	for i := range c.guesses {
		g := &c.guesses[i]
		t := j.ask(c, &g.tcb)
		t.Call = call
		j.outcomes(called, t, func(o *Outcome) {
			if o.Wrong == "" && o.returns(call) {
				next = append(next, j.w.with(g, o, j.now))
				next[len(next)-1].tcb.settle(&j.p, j.now, nil)
				return
			}
			if bad.rule == nil {
				if bad = o.wrong(); o.Wrong == "" {
					bad.says = o.results()
				}
			}
		})
	}
	j.w.next = next
	j.left(c, distinct(next), func() broken {
		return broken{bad.rule, bad.says, call.Notation(), callShape(call, bad.says)}
	})
}
