package matrix

import "github.com/twinstack/twinstack/harness/script"

// userCall is a call of the user on a descriptor, or several in a row.
type userCall struct {
	name  string
	lines func(fd script.Expr) []script.Event
}

// userCalls are the calls of the socket API.
var userCalls = []userCall{
	{"read", one("read", dots, Integer(20000))},
	{"write 1", one("write", dots, Integer(1))},
	{"write 20000", one("write", dots, Integer(20000))},
	{"shutdown SHUT_RD", one("shutdown", Word("SHUT_RD"))},
	{"shutdown SHUT_WR", one("shutdown", Word("SHUT_WR"))},
	{"shutdown SHUT_RDWR", one("shutdown", Word("SHUT_RDWR"))},
	{"close", one("close")},
	{"close with linger 0", func(fd script.Expr) []script.Event {
		linger := script.Expr{Kind: script.Struct, Fields: []script.Field{{Name: "onoff", Value: Integer(1)}, {Name: "linger", Value: Integer(0)}}}
		return []script.Event{Call("setsockopt", AnyResult, fd, Word("SOL_SOCKET"), Word("SO_LINGER"), linger, Integer(8)), Call("close", AnyResult, fd)}
	}},
	{"connect", one("connect", dots, dots)},
	{"listen", one("listen", Integer(5))},
	{"accept", one("accept", dots, dots)},
	{"poll", func(fd script.Expr) []script.Event { return []script.Event{poll(fd)} }},
	{"getsockopt SO_ERROR", one("getsockopt", Word("SOL_SOCKET"), Word("SO_ERROR"), list(dots), list(Integer(4)))},
}

var dots = script.Expr{Kind: script.Ellipsis}

func list(e ...script.Expr) script.Expr { return script.Expr{Kind: script.List, Elems: e} }

// one is a single call, whose first argument is the descriptor.
func one(name string, args ...script.Expr) func(script.Expr) []script.Event {
	return func(fd script.Expr) []script.Event {
		return []script.Event{Call(name, AnyResult, append([]script.Expr{fd}, args...)...)}
	}
}

// poll asks for all that can be asked for.
func poll(fd script.Expr) script.Event {
	what := script.Expr{Kind: script.Struct, Fields: []script.Field{{Name: "fd", Value: fd},
		{Name: "events", Value: Word("POLLIN|POLLOUT|POLLPRI|POLLRDHUP")}, {Name: "revents", Value: dots}}}
	return Call("poll", AnyResult, list(what), Integer(1), Integer(0))
}

// call is a call of the user.
type call struct {
	userCall
	fd   int
	whom string // "conn" or "listener"
}

// Name implements Event.
func (c call) Name() string { return "call " + c.name + " on " + c.whom }

// Lines implements Event. The position of a call is its descriptor: there is none once the user has closed it.
func (c call) Lines(*Place) ([]script.Event, bool) {
	if c.fd == 0 {
		return nil, false
	}
	return c.lines(Integer(c.fd)), true
}
