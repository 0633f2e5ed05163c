package vtime

import (
	"time"

	"gvisor.dev/gvisor/pkg/tcpip"
)

// Base is the date at which every View's uptime is zero.
var Base = time.Date(2022, time.August, 1, 0, 0, 0, 0, time.UTC)

// View gives c as one host sees it: a tcpip.Clock that reads epoch when c reads zero, a host's uptime. Views of one
// clock move together and their timers are in one order.
func (c *Clock) View(epoch time.Duration) tcpip.Clock { return &view{c, epoch} }

type view struct {
	clock *Clock
	epoch time.Duration
}

// Now implements tcpip.Clock.
func (v *view) Now() time.Time { return Base.Add(v.epoch + v.clock.Now()) }

// NowMonotonic implements tcpip.Clock.
func (v *view) NowMonotonic() tcpip.MonotonicTime {
	return tcpip.MonotonicTime{}.Add(v.epoch + v.clock.Now())
}

// AfterFunc implements tcpip.Clock; unlike a real clock it calls f on the driver's goroutine.
func (v *view) AfterFunc(d time.Duration, f func()) tcpip.Timer { return v.clock.AfterFunc(d, f) }
