// Package vtime is virtual time: a clock that only its driver moves, and that always knows its next deadline.
//
// The driver takes one deadline at a time: Step moves time to it and fires one timer; the driver then lets everything
// settle before it takes the next. So nothing that a timer set off is ever mixed with what the next one sets off.
//
// Timers that are due at the same instant fire in the order in which they were set. That order is the program's own, and
// so the same in every run, as long as one goroutine at a time sets timers. gVisor's netstack handles segments in
// several goroutines, which could set timers in either order; the rule "one segment, then settle" keeps it to one
// goroutine at work at a time, and with it the order of timers deterministic.
package vtime

import (
	"fmt"
	"math"
	"sync"
	"time"
)

// Clock is a virtual clock that begins at zero. Its methods may be called from several goroutines, but only the driver
// moves it (Step, AdvanceTo, RunUntil), from one goroutine.
type Clock struct {
	mu     sync.Mutex
	now    time.Duration
	set    uint64 // how many times a timer has been set: the tie-breaker
	timers timerHeap
}

// New makes a clock that reads zero and has no timers.
func New() *Clock { return &Clock{} }

// Timer is one pending or past call of a function. It is a tcpip.Timer.
type Timer struct {
	clock *Clock
	f     func()
	due   time.Duration
	set   uint64
	index int // in the clock's heap; idle when not pending
}

// idle is the index of a timer that is not pending.
const idle = -1

// Now is the virtual time since the clock began.
func (c *Clock) Now() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// AfterFunc has f called by the Step that reaches the instant d from now; a d below zero is zero.
func (c *Clock) AfterFunc(d time.Duration, f func()) *Timer {
	t := &Timer{clock: c, f: f, index: idle}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.start(t, d)
	return t
}

// start makes t pending. The lock is held.
func (c *Clock) start(t *Timer, d time.Duration) {
	d = max(d, 0)
	t.due = c.now + d
	if t.due < c.now { // past the end of time
		t.due = math.MaxInt64
	}
	c.set++
	t.set = c.set
	c.timers.push(t)
}

// Stop keeps t from firing. It reports whether t was pending.
func (t *Timer) Stop() bool {
	t.clock.mu.Lock()
	defer t.clock.mu.Unlock()
	return t.stop()
}

// stop takes t off the heap. The lock is held.
func (t *Timer) stop() bool {
	if t.index == idle {
		return false
	}
	t.clock.timers.remove(t.index)
	return true
}

// Reset sets t anew, d from now, whether it is pending, stopped or has fired. Among timers due at the same instant it is
// then the last.
func (t *Timer) Reset(d time.Duration) {
	t.clock.mu.Lock()
	defer t.clock.mu.Unlock()
	t.stop()
	t.clock.start(t, d)
}

// Next is the time of the next deadline; false where no timer is pending.
func (c *Clock) Next() (time.Duration, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.timers) == 0 {
		return 0, false
	}
	return c.timers[0].due, true
}

// Pending is the number of timers that are set.
func (c *Clock) Pending() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.timers)
}

// Step moves time to the next deadline and fires exactly one timer, on the caller's goroutine and without holding the
// clock's lock. It reports false, and does nothing, where no timer is pending.
func (c *Clock) Step() bool {
	c.mu.Lock()
	if len(c.timers) == 0 {
		c.mu.Unlock()
		return false
	}
	t := c.timers[0]
	c.timers.remove(0)
	c.now = max(c.now, t.due)
	c.mu.Unlock()
	t.f()
	return true
}

// AdvanceTo moves time to t and fires nothing. It is an error, and time stays, if t is in the past or if a deadline
// earlier than t is pending; a deadline at t is then due.
func (c *Clock) AdvanceTo(t time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t < c.now {
		return fmt.Errorf("vtime: cannot go back from %v to %v", c.now, t)
	}
	if len(c.timers) > 0 && c.timers[0].due < t {
		return fmt.Errorf("vtime: a timer is due at %v, before %v", c.timers[0].due, t)
	}
	c.now = t
	return nil
}

// The bounds of RunUntil.
const (
	MaxFirings          = 1_000_000 // timers that one RunUntil fires
	MaxFiringsAtInstant = 10_000    // of them, timers due at one and the same instant
)

// RunUntil fires every timer that is due at or before t, one at a time, with a call of settle after each, and then moves
// time to t. Timers that settle or a callback set are fired as well if they are due. It is an error if t is in the past,
// and if more than MaxFirings timers fire, or more than MaxFiringsAtInstant without time moving: then something answers
// itself for ever.
func (c *Clock) RunUntil(t time.Duration, settle func()) error {
	start, instant, atInstant := c.Now(), c.Now(), 0
	for n := 0; ; n++ {
		due, ok := c.Next()
		if !ok || due > t {
			return c.AdvanceTo(t)
		}
		if n == MaxFirings {
			return fmt.Errorf("vtime: endless ping-pong: more than %d timers fired between %v and %v, on the way to %v",
				MaxFirings, start, c.Now(), t)
		}
		if due > instant {
			instant, atInstant = due, 0
		}
		if atInstant++; atInstant > MaxFiringsAtInstant {
			return fmt.Errorf("vtime: endless ping-pong: more than %d timers fired at %v and time does not move",
				MaxFiringsAtInstant, instant)
		}
		c.Step()
		settle()
	}
}
