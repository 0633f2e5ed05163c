package run

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/script"
)

// maxBuffer is the longest read or write of a script, in octets.
const maxBuffer = 16 << 20

func addrPort(a netip.Addr, port uint16) netip.AddrPort { return netip.AddrPortFrom(a, port) }

// connect begins an active open, or asks what has become of it.
func (c *course) connect(d *descriptor, p *pending) outcome {
	_, peer := Addrs(c.r.o.IPv6)
	to := c.sockaddr(&p.event.Call.Args[1], addrPort(peer, c.plan.targetOf(p.index)))
	err := d.sock.Connect(to)
	if (err == nil || err == iut.EINPROGRESS) && d.flow == nil {
		if local := d.sock.LocalAddr(); local.Port() != 0 {
			d.flow = c.find(local, to)
			d.flow.named = true
			c.main = d.flow // from now on packets without ports are of this connection
		}
	}
	if (err == iut.EINPROGRESS || err == iut.EALREADY) && !d.nonblock {
		return outcome{blocks: true}
	}
	return result(err)
}

// buffer is n octets, to be used up before the next call.
func (c *course) buffer(e *script.Expr) []byte {
	n := c.number(e)
	if n < 0 || n > maxBuffer {
		panic(fatal{fmt.Sprintf("%s:%v: a buffer of %d octets; it may have up to %d", c.file.Name, e.Pos, n, maxBuffer)})
	}
	if int64(cap(c.buf)) < n {
		c.buf = make([]byte, n)
	}
	return c.buf[:n]
}

// checkFlags refuses flags that change what a call does in ways that are not built here.
func (c *course) checkFlags(call *script.Call) {
	if f := c.flags(call); f&^(msgDontWait|msgNoSignal|msgOOB) != 0 {
		panic(fatal{fmt.Sprintf("%s:%v: %s with flags %#x is not known here", c.file.Name, call.Args[3].Pos, call.Name, f)})
	}
}

// read takes octets and checks that they are those that the peer sent at this place of its stream.
func (c *course) read(d *descriptor, call *script.Call) outcome {
	c.checkFlags(call)
	b := c.buffer(&call.Args[2])
	if c.flags(call)&msgOOB != 0 {
		return c.readUrgent(d, b)
	}
	n, err := d.sock.Read(b)
	if err != nil {
		return failed(err)
	}
	o := outcome{n: int64(n)}
	if n > 0 && d.flow != nil {
		o.wrong = differ(b[:n], d.flow.key(script.Inbound), d.read)
	}
	d.read += uint64(n)
	return o
}

// write gives the next octets of the stream. On a blocking socket it returns once all are taken.
func (c *course) write(d *descriptor, p *pending, call *script.Call) outcome {
	c.checkFlags(call)
	b := c.buffer(&call.Args[2])
	whole := !d.nonblock && c.flags(call)&msgDontWait == 0
	write := d.sock.Write
	if c.flags(call)&msgOOB != 0 {
		u, ok := d.sock.(iut.Urgent)
		if !ok {
			return noUrgent
		}
		write = u.SendUrgent
	}
	for {
		rest := b[p.done:]
		if d.flow != nil {
			fill(rest, d.flow.key(script.Outbound), d.written)
		}
		n, err := write(rest)
		if n > 0 {
			p.done += n
			p.progress = true
			d.written += uint64(n)
			if d.flow != nil {
				d.flow.written += uint64(n)
			}
		}
		switch {
		case err != nil && (p.done == 0 || whole && err == iut.EAGAIN):
			o := failed(err)
			if c.flags(call)&msgOOB != 0 {
				o = o.unless(iut.EOPNOTSUPP, urgentData)
			}
			return o
		case err != nil, p.done == len(b), !whole, n == 0:
			return outcome{n: int64(p.done)}
		}
	}
}

func (c *course) fcntl(d *descriptor, call *script.Call) outcome {
	switch cmd := c.number(&call.Args[1]); {
	case cmd == fGetFL:
		n := int64(oRDWR)
		if d.nonblock {
			n |= oNonblock
		}
		return outcome{n: n}
	case cmd == fSetFL && len(call.Args) > 2:
		d.nonblock = c.number(&call.Args[2])&oNonblock != 0
		return outcome{}
	default:
		panic(fatal{fmt.Sprintf("%s:%v: fcntl knows F_GETFL and F_SETFL with its flags", c.file.Name, call.Args[1].Pos)})
	}
}

// getsockopt reads an option and compares it with what the script wrote in its place.
func (c *course) getsockopt(d *descriptor, call *script.Call) outcome {
	name := c.option(&call.Args[2])
	got, err := d.sock.GetOption(name)
	if err != nil {
		return failed(err).unless(iut.ENOPROTOOPT, "socket option "+name)
	}
	return c.value(&call.Args[3], got)
}

// value compares what a call gave with what the script wrote in its place.
func (c *course) value(arg *script.Expr, got iut.OptionValue) outcome {
	o := outcome{note: optionText(got)}
	if arg.Kind == script.Ellipsis || arg.Kind == script.List && len(arg.Elems) == 1 && arg.Elems[0].Kind == script.Ellipsis {
		return o
	}
	want, err := optionValue(arg)
	if err != nil {
		panic(fatal{fmt.Sprintf("%s:%v", c.file.Name, err)})
	}
	if !sameOptionValue(got, want) {
		o.wrong = fmt.Sprintf("value %s, expected %s", o.note, optionText(want))
	}
	return o
}

// poll says which descriptors are ready. It blocks for its timeout, in milliseconds; below zero for ever.
func (c *course) poll(p *pending, call *script.Call) outcome {
	if call.Args[0].Kind != script.List {
		panic(fatal{fmt.Sprintf("%s:%v: poll takes a list", c.file.Name, call.Args[0].Pos)})
	}
	var o outcome
	var seen []string
	for i := range call.Args[0].Elems {
		ready, text, wrong := c.pollOne(&call.Args[0].Elems[i])
		if ready {
			o.n++
		}
		if wrong != "" && o.wrong == "" {
			o.wrong = wrong
		}
		seen = append(seen, text)
	}
	o.note = "[" + strings.Join(seen, ", ") + "]"
	timeout := c.number(&call.Args[2])
	if o.n > 0 || timeout == 0 {
		return o
	}
	if timeout > 0 && p.timeout == 0 {
		p.timeout = c.clock.Now() + time.Duration(timeout)*time.Millisecond
	}
	if timeout > 0 && c.clock.Now() >= p.timeout {
		return o
	}
	return outcome{blocks: true}
}

// pollOne looks at one struct pollfd.
func (c *course) pollOne(e *script.Expr) (ready bool, text, wrong string) {
	var num, events, revents int64
	if e.Kind != script.Struct {
		panic(fatal{fmt.Sprintf("%s:%v: poll takes a list of {fd=, events=, revents=}", c.file.Name, e.Pos)})
	}
	cares := false
	for i := range e.Fields {
		f := &e.Fields[i]
		if f.Value.Kind == script.Ellipsis {
			continue
		}
		switch n := c.number(&f.Value); f.Name {
		case "fd":
			num = n
		case "events":
			events = n
		case "revents":
			revents, cares = n, true
		default:
			panic(fatal{fmt.Sprintf("%s:%v: struct pollfd has no field %q", c.file.Name, e.Pos, f.Name)})
		}
	}
	d := c.descriptor(num)
	if d == nil || d.sock == nil {
		return false, fmt.Sprintf("{fd=%d}", num), fmt.Sprintf("skipped: fd %d was never opened", num)
	}
	got := d.sock.Poll() & (iut.Events(events) | iut.PollErr | iut.PollHup) // these two need not be asked for: poll(2)
	text = fmt.Sprintf("{fd=%d, revents=%s}", num, pollText(got))
	if cares && got != iut.Events(revents) {
		wrong = fmt.Sprintf("fd %d: revents %s, expected %s", num, pollText(got), pollText(iut.Events(revents)))
	}
	return got != 0, text, wrong
}
