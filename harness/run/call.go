package run

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

// calls are the calls that there are, with how many arguments each needs.
var calls = map[string]int{"socket": 3, "bind": 3, "listen": 2, "accept": 3, "connect": 3, "read": 3, "recv": 4, "write": 3, "send": 4,
	"shutdown": 2, "close": 1, "setsockopt": 5, "getsockopt": 5, "fcntl": 2, "poll": 3, "ioctl": 3}

// descriptor is one file descriptor of the script's.
type descriptor struct {
	num      int64 // -1: the script does not know of it
	sock     iut.Socket
	nonblock bool
	closed   bool
	flow     *flow  // once it is connected
	read     uint64 // octets taken from it
	written  uint64 // octets given to it
}

// pending is the call at hand, which may block.
type pending struct {
	index    int
	event    *script.Event
	line     int
	begun    bool          // it has been tried once and blocks
	until    time.Duration // by the clock: when it must have returned
	timeout  time.Duration // poll: when it gives up; 0 where it does not
	done     int           // write: octets taken so far
	progress bool          // the last try did something
}

// limit is the next moment at which time alone changes something about a pending call.
func (p *pending) limit(c *course) time.Duration {
	if p.timeout != 0 && p.timeout < p.until+c.ticks {
		return p.timeout
	}
	return p.until + c.ticks
}

// outcome is what a call came to.
type outcome struct {
	n      int64
	errno  iut.Errno
	note   string
	wrong  string // what is wrong with it beyond number and errno
	lacks  string // what the IUT has not got, where the error says so
	blocks bool   // it has not returned
	sock   *descriptor
}

// failed is the outcome of a call that gave an error.
func failed(err error) outcome {
	var errno iut.Errno
	if !errors.As(err, &errno) {
		errno = iut.Errno(err.Error())
	}
	return outcome{n: -1, errno: errno}
}

// unless names what the IUT has not got where the outcome is the error that says so.
func (o outcome) unless(absent iut.Errno, what string) outcome {
	if o.errno == absent {
		o.lacks = what
	}
	return o
}

// result is 0 or the error.
func result(err error) outcome {
	if err != nil {
		return failed(err)
	}
	return outcome{}
}

// call plays a call of the script's.
func (c *course) call(i int, e *script.Event) {
	c.reach(e)
	c.finishPending() // one call at a time: a thread that blocks makes no other
	c.unexpected("before line " + strconv.Itoa(c.line))
	_, until := c.window(e.Time)
	c.stimulus()
	p := &pending{index: i, event: e, line: c.line, until: max(until, c.clock.Now())}
	c.transcript.stimulus(e, c.clock.Now())
	o := c.try(p)
	switch {
	case !o.blocks:
		c.complete(p, o)
	case e.Time.Blocking:
		p.begun, c.pending = true, p
	default:
		c.complete(p, outcome{n: -1, errno: iut.EAGAIN, note: "would block", wrong: `it would block; a call that may block is written with a time like "+0...0.2"`})
	}
	c.settle()
}

// retry tries the pending call again and reports whether that did anything.
func (c *course) retry() bool {
	p := c.pending
	p.progress = false
	o := c.try(p)
	if o.blocks {
		return p.progress
	}
	c.pending = nil
	c.complete(p, o)
	return true
}

// pendingDue is called when the clock has come to the limit of the pending call; past says that time goes on beyond.
func (c *course) pendingDue(past bool) {
	p := c.pending
	if p.timeout != 0 && c.clock.Now() >= p.timeout {
		c.settle()
		return
	}
	if past {
		c.expire()
	}
}

// expire gives up the pending call.
func (c *course) expire() {
	p := c.pending
	c.pending = nil
	c.complete(p, outcome{n: -1, errno: iut.EAGAIN, note: "would block", wrong: "it still blocks at " + c.since(p.until)})
}

// finishPending lets time go on until the pending call has returned or must have.
func (c *course) finishPending() {
	for c.pending != nil {
		p := c.pending
		limit := p.limit(c)
		if due, ok := c.clock.Next(); ok && due <= limit {
			c.step()
			continue
		}
		c.run(limit, false)
		if c.pending == p && limit == p.until+c.ticks {
			c.expire()
		}
	}
}

// complete records what a call came to and holds it against what the script says.
func (c *course) complete(p *pending, o outcome) {
	e := p.event
	want, cares := int64(0), e.Call.Result != nil
	if cares {
		var err error
		if want, err = number(e.Call.Result); err != nil {
			panic(fatal{fmt.Sprintf("%s:%v", c.file.Name, err)})
		}
	}
	if o.sock != nil {
		o.n = c.register(o.sock, want, cares)
	} else if opens(e.Call.Name) && cares && want >= 0 {
		c.fds = append(c.fds, &descriptor{num: want}) // later calls on it are skipped
	}
	c.transcript.returned(o, c.clock.Now())
	if !c.r.o.NoRecord {
		c.record(trace.Event{Kind: trace.Called, Line: p.line, Call: &trace.Call{Name: e.Call.Name, Args: c.plan.argsOf(p.index, e),
			Result: o.n, Errno: string(o.errno), Note: o.note}})
	}
	if met := o.n == want && (e.Call.Errno == "" || e.Call.Errno == string(o.errno)); o.lacks != "" && cares && !met {
		panic(lacking{fmt.Sprintf("%s has no %s: %s", c.r.iut.Name(), o.lacks, o.errno)})
	}
	reason := o.wrong
	switch {
	case reason != "" || !cares:
	case o.n != want:
		reason = fmt.Sprintf("result %d, expected %d", o.n, want)
	case e.Call.Errno != "" && string(o.errno) != e.Call.Errno:
		reason = fmt.Sprintf("errno %s, expected %s", nothing(string(o.errno)), e.Call.Errno)
	}
	if reason == "" {
		return
	}
	got := trace.Call{Result: o.n, Errno: string(o.errno), Note: o.note}
	c.fail(p.line, e.Text, fmt.Sprintf("%s(%s) = %s", e.Call.Name, c.plan.argsOf(p.index, e), got.Notation()), reason)
}

func nothing(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// opens reports whether a call's result is a new descriptor.
func opens(name string) bool { return name == "socket" || name == "accept" }

// register gives a new descriptor the number that the script has for it, or the lowest that is free where the script did
// not expect one.
func (c *course) register(d *descriptor, want int64, cares bool) int64 {
	d.num = want
	c.fds = append(c.fds, d)
	if cares && want >= 0 {
		return want
	}
	lowest := int64(3)
	for c.descriptor(lowest) != nil {
		lowest++
	}
	d.num = -1
	if c.goesOn { // who adds events reads the number in the trace
		d.num = lowest
	}
	return lowest
}

// descriptor is the open descriptor of a number, nil if there is none.
func (c *course) descriptor(num int64) *descriptor {
	for i := len(c.fds) - 1; i >= 0; i-- {
		if d := c.fds[i]; d.num == num && !d.closed {
			return d
		}
	}
	return nil
}

// number is an argument's value.
func (c *course) number(e *script.Expr) int64 {
	n, err := number(e)
	if err != nil {
		panic(fatal{fmt.Sprintf("%s:%v", c.file.Name, err)})
	}
	return n
}

// name is an argument that must be one name.
func (c *course) name(e *script.Expr) string {
	if e.Kind != script.Name {
		panic(fatal{fmt.Sprintf("%s:%v: this must be a name", c.file.Name, e.Pos)})
	}
	return e.Text
}

// try makes a call, for the first time or again. What would block on a blocking socket says so and has done nothing, or
// for a write what p.done says.
func (c *course) try(p *pending) outcome {
	call := p.event.Call
	if len(call.Args) < calls[call.Name] {
		panic(fatal{fmt.Sprintf("%s:%v: %s takes %d arguments", c.file.Name, p.event.Pos, call.Name, calls[call.Name])})
	}
	switch call.Name {
	case "socket":
		s, err := c.r.host.Socket(c.r.o.IPv6)
		if err != nil {
			return failed(err)
		}
		return outcome{sock: &descriptor{sock: s, nonblock: c.number(&call.Args[1])&oNonblock != 0}}
	case "poll":
		return c.poll(p, call)
	}
	num := c.number(&call.Args[0])
	d := c.descriptor(num)
	if d == nil {
		return failed(iut.EBADF)
	}
	if d.sock == nil {
		return outcome{n: -1, errno: iut.EBADF, wrong: fmt.Sprintf("skipped: fd %d was never opened", num)}
	}
	o := c.on(d, p, call)
	if o.errno == iut.EAGAIN && !d.nonblock && blocking(call.Name) && c.flags(call)&msgDontWait == 0 {
		return outcome{blocks: true}
	}
	return o
}

func blocking(name string) bool {
	switch name {
	case "accept", "read", "recv", "write", "send":
		return true
	}
	return false
}

// flags are the flags of a send or a recv.
func (c *course) flags(call *script.Call) int64 {
	if call.Name != "send" && call.Name != "recv" {
		return 0
	}
	return c.number(&call.Args[3])
}

// on makes a call on a socket.
func (c *course) on(d *descriptor, p *pending, call *script.Call) outcome {
	switch call.Name {
	case "bind":
		self, _ := Addrs(c.r.o.IPv6)
		return result(d.sock.Bind(c.sockaddr(&call.Args[1], addrPort(self, c.plan.bound))))
	case "listen":
		return result(d.sock.Listen(int(c.number(&call.Args[1]))))
	case "accept":
		s, from, err := d.sock.Accept()
		if err != nil {
			return failed(err)
		}
		o := outcome{sock: &descriptor{sock: s, flow: c.find(s.LocalAddr(), from)}}
		if want := c.sockaddr(&call.Args[1], from); want != from {
			o.wrong = fmt.Sprintf("from %v, expected %v", from, want)
		}
		return o
	case "connect":
		return c.connect(d, p)
	case "read", "recv":
		return c.read(d, call)
	case "write", "send":
		return c.write(d, p, call)
	case "shutdown":
		return result(d.sock.Shutdown(iut.How(c.number(&call.Args[1]))))
	case "close":
		d.closed = true
		return result(d.sock.Close())
	case "fcntl":
		return c.fcntl(d, call)
	case "setsockopt":
		v, err := optionValue(&call.Args[3])
		if err != nil {
			panic(fatal{fmt.Sprintf("%s:%v", c.file.Name, err)})
		}
		name := c.option(&call.Args[2])
		return result(d.sock.SetOption(name, v)).unless(iut.ENOPROTOOPT, "socket option "+name)
	case "ioctl":
		return c.ioctl(d, call)
	default: // getsockopt: newPlan lets no other pass
		return c.getsockopt(d, call)
	}
}
