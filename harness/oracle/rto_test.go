package oracle

import (
	"testing"
	"time"
)

// What is known of RTO after measurements (RFC 6298 §2), in milliseconds.
func TestRTO(t *testing.T) {
	t.Parallel()
	type sample struct {
		min, max int
		must     bool
	}
	p := &Profile{RTOInitial: time.Second, RTOMin: 200 * time.Millisecond, RTOMax: 60 * time.Second}
	for _, c := range []struct {
		name     string
		samples  []sample
		min, max int
	}{
		{"none (2.1)", nil, 1000, 1000},
		{"the first (2.2)", []sample{{100, 100, true}}, 300, 300},
		{"the second (2.3): RTTVAR 62.5, SRTT 112.5", []sample{{100, 100, true}, {200, 200, true}}, 362, 363},
		{"the lower bound (2.4)", []sample{{10, 10, true}}, 200, 200},
		{"the upper bound (2.5)", []sample{{40000, 40000, true}}, 60000, 60000},
		{"one that may be left out", []sample{{100, 100, true}, {200, 200, false}}, 300, 363},
		{"one of several segments", []sample{{100, 300, true}}, 300, 900},
		{"a first that may be left out", []sample{{100, 100, false}}, 300, 1000},
	} {
		var r RTO
		for _, s := range c.samples {
			r.sample(p, Range{time.Duration(s.min) * time.Millisecond, time.Duration(s.max) * time.Millisecond}, s.must)
		}
		if got := r.get(p); got.Min.Milliseconds() != int64(c.min) || got.Max.Round(time.Millisecond).Milliseconds() != int64(c.max) {
			t.Errorf("%s: %v to %v, want %d to %d ms", c.name, got.Min, got.Max, c.min, c.max)
		}
	}
}

// The intervals of expiries (5.5), (5.6), whatever was known of the first.
func TestExpiries(t *testing.T) {
	t.Parallel()
	p := &Profile{RTOMin: time.Second, RTOMax: 10 * time.Second}
	n := TCB{Timers: Timers{Rexmit: Rexmit{On: true, Min: time.Second, Max: 3 * time.Second}}}
	at := time.Duration(0)
	for i, want := range []Range{{4 * time.Second, 4 * time.Second}, {8 * time.Second, 8 * time.Second}, {10 * time.Second, 16 * time.Second}} {
		at += max(n.Rexmit.Min, 2*time.Second)
		n.expired(p, at)
		if x := n.Rexmit; (Range{x.Min, x.Max}) != want || x.From != at || x.Count != i+1 || n.RTO.Now != want {
			t.Errorf("expiry %d: %+v, want %v", i+1, x, want)
		}
	}
	n.Rexmit.Probe = true
	was := n.RTO.Now
	n.expired(p, at+10*time.Second)
	if n.RTO.Now.Min != was.Min || n.Rexmit.Min != 10*time.Second {
		t.Errorf("a probe: RTO %v, next after %v", n.RTO.Now, n.Rexmit.Min)
	}
}
