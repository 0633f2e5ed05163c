// Package run plays cases on implementations under test: one script on one IUT (Run, Runner), or two IUTs live against
// each other (Live).
//
// One goroutine drives everything. It moves virtual time to the next thing that is due, does it, lets the IUT settle,
// and takes what was sent; nothing happens in between. So what an IUT did not send by then it has not sent, and a run
// gives the same trace every time. What each form of a script means is said in harness/script/LANGUAGE.md.
package run

import (
	"fmt"
	"net/netip"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/link"
	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
	"github.com/twinstack/twinstack/harness/vtime"
)

// Match says how much of an expected packet must be met.
type Match uint8

// The ways to match.
const (
	// Strict compares all that the script wrote.
	Strict Match = iota
	// Behaviour lets pass what an implementation may choose: the size of a window that is not zero, the origin of TSval,
	// which options it offers, their order and padding. It compares flags, numbers, length, order and time, and what no
	// implementation may choose (trace.Conduct).
	Behaviour
)

// Options say how to run a script.
type Options struct {
	IPv6     bool
	Settings iut.Settings // for the host; the script's "set" lines depart from them
	Match    Match
	Seed     uint64 // of all the host's randomness
	NoRecord bool   // keep no trace: Result.Trace has no events. For benchmarks

	// More goes on with a script that has been played without a failure: it gives the events to play next, from what has
	// happened so far, and is asked again after those, until it gives none. The events are not changed, and each must have
	// Pos, and Text if it is a call. From then on a packet of the IUT's that no event expects is on record and no failure,
	// and a change of state needs no assertion: whoever reads the trace judges. What is wrong with a packet whatever is
	// expected (octets that nobody wrote) stays a failure, and so do wrong octets that a call gives. Not with NoRecord.
	More func(*trace.Trace) []script.Event
	// Transcript is given what is played behind the script, line by line, with what the IUT did in the place of what is
	// expected: packets that it sent, results of calls, states. Behind the same script, these lines pass.
	Transcript func(script.Event)

	// Late is called, from a goroutine of its own, where the run has taken Patience of real time and is not over: an IUT that
	// never returns from a call holds up everything, and who waits should learn which case it is. The result does not depend
	// on it. nil: nobody is told.
	Late     func()
	Patience time.Duration
}

// The numbers of the script language.
const (
	// Tick is what "+0" takes where it must not be at the same instant as its cause.
	Tick = 10 * time.Microsecond
	// IUTPort is the port that the IUT binds, and the peer's port that it connects to.
	IUTPort = 8080
	// PeerPort is the peer's port in a connection to the IUT.
	PeerPort = 40000
	// Patience is what a case may take of real time before somebody should be told, if nothing else is said. Most take less
	// than a millisecond.
	Patience = 30 * time.Second
	// MaxFirings is how many timers one run may fire before it is given up as endless.
	MaxFirings = 100_000
)

// Addrs are the addresses of the IUT and of its peer in a script.
func Addrs(ipv6 bool) (self, peer netip.Addr) {
	if ipv6 {
		return netip.AddrFrom16(addr6(0x0a0b, 0x17d6)), netip.AddrFrom16(addr6(0xfa7b, 0xd17d))
	}
	return netip.AddrFrom4([4]byte{192, 168, 0, 1}), netip.AddrFrom4([4]byte{192, 0, 2, 1})
}

// OtherAddr is the IUT's second address of a family: it is multihomed (RFC 9293 §3.9.1).
func OtherAddr(ipv6 bool) netip.Addr {
	self, _ := Addrs(ipv6)
	return self.Next()
}

// addr6 is fd3d:B:C::1.
func addr6(b, c uint16) [16]byte {
	return [16]byte{0xfd, 0x3d, byte(b >> 8), byte(b), byte(c >> 8), byte(c), 15: 1}
}

// Families says on which families a script runs: false is IPv4, true IPv6. It is empty where the script asks for a
// family that there is not.
func Families(f *script.File) []bool {
	families := []bool{false, true}
	for _, o := range f.Options {
		if o.Name != "ip_version" {
			continue
		}
		switch o.Value {
		case "ipv4":
			families = []bool{false}
		case "ipv6":
			families = []bool{true}
		default:
			families = nil
		}
	}
	return families
}

// Run plays a script once on a fresh host. It always returns a result: what keeps the script from being played is
// verdict Error or Unsupported with its reason.
func Run(f *script.File, i iut.IUT, o Options) *trace.Result {
	if o.Late != nil {
		defer time.AfterFunc(o.Patience, o.Late).Stop()
	}
	settings, err := Settings(f, o.Settings)
	if err != nil {
		return refuse(f, i, o, trace.Error, err.Error())
	}
	if reason := unsupported(f, i, settings); reason != "" {
		return refuse(f, i, o, trace.Unsupported, reason)
	}
	o.Settings = settings
	if f.Header.ISN == nil {
		res, _ := fresh(f, i, o, 0)
		return res
	}
	if i.ISNTick() == 0 {
		return refuse(f, i, o, trace.Unsupported,
			fmt.Sprintf("%v: %s does not let its initial sequence number be chosen", f.Header.ISNPos, i.Name()))
	}
	res, learnt := fresh(f, i, o, 0)
	if learnt == nil { // the script fails, or it is not about a connection
		if res.Verdict == trace.Pass {
			res.Verdict, res.Reason = trace.Error, fmt.Sprintf("%v: %s sent no SYN", f.Header.ISNPos, i.Name())
		}
		return res
	}
	epoch, err := epochFor(i, learnt, *f.Header.ISN)
	if err != nil {
		return refuse(f, i, o, trace.Error, fmt.Sprintf("%v: %v", f.Header.ISNPos, err))
	}
	res, got := fresh(f, i, o, epoch)
	if got == nil || *got != *f.Header.ISN {
		res.Verdict = trace.Error
		res.Reason = fmt.Sprintf("%v: %s did not use the initial sequence number %d", f.Header.ISNPos, i.Name(), *f.Header.ISN)
	}
	return res
}

// fresh plays f on a host of its own. isn is the first initial sequence number of the IUT on the wire, nil if there was
// none.
func fresh(f *script.File, i iut.IUT, o Options, epoch time.Duration) (res *trace.Result, isn *uint32) {
	r := &Runner{iut: i, o: o, epoch: epoch}
	defer r.Close()
	buf := buffers.Get().(*[]byte)
	r.last.buf = *buf
	res = r.play(f)
	*buf = r.last.buf
	buffers.Put(buf)
	if r.isnSeen {
		isn = &r.isn
	}
	return res, isn
}

// buffers are for reads and writes, from one host to the next.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// Runner plays scripts on one host, one after the other, with the same addresses and ports each time. In between it
// closes what a script left open and lets virtual time pass until the host has no connection left.
type Runner struct {
	iut   iut.IUT
	o     Options
	epoch time.Duration

	clock *vtime.Clock
	end   *link.End
	host  iut.Host

	isn     uint32 // the first one on the wire
	isnSeen bool
	plan    *plan // of the last script
	last    course
}

// NewRunner makes a runner; the host is made at the first Run.
func NewRunner(i iut.IUT, o Options) *Runner { return &Runner{iut: i, o: o} }

// Run plays a script. A script that asks for an initial sequence number or for settings of its own needs a fresh host:
// that is verdict Error here.
func (r *Runner) Run(f *script.File) *trace.Result {
	if f.Header.ISN != nil || len(f.Header.Settings) > 0 {
		return refuse(f, r.iut, r.o, trace.Error, `a script with "isn" or "set" cannot run on a used host`)
	}
	return r.play(f)
}

// Close ends the host.
func (r *Runner) Close() {
	if r.host != nil {
		h := r.host
		r.host = nil
		defer func() { _ = recover() }() // a host whose call panicked may be past closing; the panic is on record
		h.Close()
	}
}

// fatal is the panic by which a course gives up: the case could not be run.
type fatal struct{ reason string }

// lacking is the panic by which a course gives up where the IUT has not got what the case is about.
type lacking struct{ reason string }

// play runs f on the runner's host, which it makes if there is none.
func (r *Runner) play(f *script.File) (res *trace.Result) {
	res = &trace.Result{Trace: newTrace(f, r.iut, r.o)}
	c := &r.last
	defer func() {
		if p := recover(); p != nil {
			r.broken(c, res, p)
		}
	}()
	if r.plan == nil || r.plan.file != f {
		r.plan = newPlan(f)
	}
	if r.plan.err != nil || !r.plan.family(r.o.IPv6) {
		res.Verdict, res.Reason = trace.Error, "the script does not run on "+res.Trace.Family
		if r.plan.err != nil {
			res.Reason = r.plan.err.Error()
		}
		return res
	}
	if r.host == nil {
		if err := r.boot(); err != nil {
			res.Verdict, res.Reason = trace.Error, fmt.Sprintf("%s made no host: %v", r.iut.Name(), err)
			return res
		}
	} else {
		c.res = res // for a failure while the last run is cleared away
		c.clear()
	}
	c.begin(r, res)
	c.play()
	return res
}

func (r *Runner) boot() error {
	r.clock = vtime.New()
	r.end = link.NewEnd(r.o.Settings.MTU)
	self4, _ := Addrs(false)
	self6, _ := Addrs(true)
	var err error
	r.host, err = r.iut.New(iut.Config{Clock: r.clock, Epoch: r.epoch, Link: r.end,
		Addrs: []netip.Addr{self4, self6, OtherAddr(false), OtherAddr(true)}, Seed: r.o.Seed, Settings: r.o.Settings})
	return err
}

// broken makes a verdict of a panic. A panic of the IUT is a failure of the IUT's at the event that was being played; one
// of the harness's own is an error. Either way the host is given up.
func (r *Runner) broken(c *course, res *trace.Result, p any) {
	defer r.Close()
	if f, ok := p.(fatal); ok {
		res.Verdict, res.Reason = trace.Error, f.reason
		return
	}
	if l, ok := p.(lacking); ok {
		if len(res.Failures) == 0 {
			res.Verdict, res.Reason = trace.Unsupported, l.reason
			return
		}
		// What went wrong before it came to that is a failure all the same.
		res.Verdict = trace.Fail
		res.Failures = append(res.Failures, trace.Failure{Line: c.line, Expected: c.expected(), Got: "nothing", Reason: l.reason})
		return
	}
	where, own := panicPlace()
	text := fmt.Sprintf("panic: %v, in %s", p, where)
	if own {
		res.Verdict, res.Reason = trace.Error, text
		return
	}
	res.Verdict = trace.Fail
	res.Failures = append(res.Failures, trace.Failure{Line: c.line, Expected: c.expected(), Got: text, Reason: "the IUT panicked"})
}

// panicPlace is the function that panicked, with its file and line, and whether it is of this package. It must be called
// while the panic is being recovered.
func panicPlace() (where string, own bool) {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(0, pcs)])
	panicking := false
	for {
		f, more := frames.Next()
		switch {
		case f.Function == "runtime.gopanic":
			panicking = true
		case panicking && !strings.HasPrefix(f.Function, "runtime."):
			return fmt.Sprintf("%s (%s:%d)", f.Function, filepath.Base(f.File), f.Line), strings.Contains(f.Function, "/harness/run.")
		}
		if !more {
			return "an unknown place", false
		}
	}
}

func newTrace(f *script.File, i iut.IUT, o Options) *trace.Trace {
	t := &trace.Trace{Case: strings.TrimSuffix(f.Name, ".pkt"), IUT: i.Name(), Family: "ipv4"}
	if o.IPv6 {
		t.Family = "ipv6"
	}
	return t
}

// refuse is the result of a script that was not played.
func refuse(f *script.File, i iut.IUT, o Options, v trace.Verdict, reason string) *trace.Result {
	return &trace.Result{Trace: newTrace(f, i, o), Verdict: v, Reason: reason}
}
