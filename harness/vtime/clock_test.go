package vtime

import (
	"math"
	"math/rand"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestTimersDueTogetherFireInTheOrderTheyWereSet(t *testing.T) {
	t.Parallel()
	c := New()
	var got []string
	note := func(s string) func() { return func() { got = append(got, s) } }
	c.AfterFunc(time.Second, note("a"))
	b := c.AfterFunc(time.Second, note("b"))
	c.AfterFunc(time.Second, note("c"))
	c.AfterFunc(time.Millisecond, note("early"))
	d := c.AfterFunc(time.Second, note("never"))
	b.Reset(time.Second) // setting again: now the last
	if !d.Stop() || d.Stop() {
		t.Error("Stop must report true once")
	}
	for c.Step() {
	}
	if want := []string{"early", "a", "c", "b"}; !slices.Equal(got, want) {
		t.Errorf("fired %v, want %v", got, want)
	}
	if c.Now() != time.Second {
		t.Errorf("time is %v, want 1s", c.Now())
	}
}

func TestStepFiresOneTimer(t *testing.T) {
	t.Parallel()
	c := New()
	fired := 0
	count := func() { fired++ }
	c.AfterFunc(5, count)
	c.AfterFunc(5, count)
	for want := 1; want <= 2; want++ {
		if next, ok := c.Next(); !ok || next != 5 {
			t.Fatalf("Next is %v %v, want 5ns true", next, ok)
		}
		if !c.Step() || fired != want || c.Now() != 5 {
			t.Fatalf("after step %d: fired %d at %v", want, fired, c.Now())
		}
	}
	if _, ok := c.Next(); ok || c.Step() {
		t.Error("an empty clock has no deadline and takes no step")
	}
}

func TestCallbackMaySetAndStopTimers(t *testing.T) {
	t.Parallel()
	c := New()
	var again *Timer
	fired := 0
	other := c.AfterFunc(2, func() { t.Error("stopped timer fired") })
	again = c.AfterFunc(1, func() {
		if again.Stop() {
			t.Error("a timer that fires is no longer pending")
		}
		other.Stop()
		if fired++; fired < 3 {
			again.Reset(10)
		}
	})
	for c.Step() {
	}
	if fired != 3 || c.Now() != 21 || c.Pending() != 0 {
		t.Errorf("fired %d, at %v, %d pending; want 3, 21ns, 0", fired, c.Now(), c.Pending())
	}
}

func TestOddDurations(t *testing.T) {
	t.Parallel()
	c := New()
	if err := c.AdvanceTo(time.Hour); err != nil {
		t.Fatal(err)
	}
	c.AfterFunc(-time.Second, func() {})
	if next, _ := c.Next(); next != time.Hour {
		t.Errorf("a negative duration is due at %v, want now", next)
	}
	c.Step()
	c.AfterFunc(math.MaxInt64, func() {})
	if next, _ := c.Next(); next != math.MaxInt64 {
		t.Errorf("an overflowing duration is due at %v, want the end of time", next)
	}
}

func TestAdvanceTo(t *testing.T) {
	t.Parallel()
	c := New()
	c.AfterFunc(10, func() { t.Error("AdvanceTo fired a timer") })
	for _, s := range []struct {
		to  time.Duration
		err string
	}{{7, ""}, {6, "cannot go back"}, {11, "due at 10ns"}, {10, ""}} {
		before := c.Now()
		err := c.AdvanceTo(s.to)
		if s.err == "" && (err != nil || c.Now() != s.to) {
			t.Errorf("to %v: %v, time %v", s.to, err, c.Now())
		}
		if s.err != "" && (err == nil || !strings.Contains(err.Error(), s.err) || c.Now() != before) {
			t.Errorf("to %v: error %v, want %q; time %v", s.to, err, s.err, c.Now())
		}
	}
}

func TestRunUntil(t *testing.T) {
	t.Parallel()
	c := New()
	var at []time.Duration
	settled := 0
	c.AfterFunc(10, func() { at = append(at, c.Now()) })
	c.AfterFunc(20, func() { at = append(at, c.Now()) })
	c.AfterFunc(21, func() { t.Error("fired beyond the end") })
	err := c.RunUntil(20, func() {
		if settled++; settled == 1 { // what settles may set timers that are due on the way
			c.AfterFunc(5, func() { at = append(at, c.Now()) })
		}
	})
	if want := []time.Duration{10, 15, 20}; err != nil || !slices.Equal(at, want) || settled != 3 || c.Now() != 20 {
		t.Errorf("fired at %v, settled %d times, time %v, error %v", at, settled, c.Now(), err)
	}
	if err := c.RunUntil(19, func() {}); err == nil {
		t.Error("running into the past must be an error")
	}
}

func TestRunUntilEndsPingPong(t *testing.T) {
	t.Parallel()
	for _, s := range []struct {
		name  string
		every time.Duration
		err   string
	}{{"standing still", 0, "time does not move"}, {"moving", 1, "timers fired between"}} {
		c := New()
		var timer *Timer
		timer = c.AfterFunc(s.every, func() { timer.Reset(s.every) })
		err := c.RunUntil(time.Hour, func() {})
		if err == nil || !strings.Contains(err.Error(), s.err) {
			t.Errorf("%s: error %v, want %q", s.name, err, s.err)
		}
	}
}

// Many timers, set, reset and stopped at random, fire exactly once each in the order of a stable sort.
func TestOrderOfManyTimers(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewSource(1))
	c := New()
	type entry struct {
		due time.Duration
		id  int
	}
	var got []entry
	timers := make([]*Timer, 2000)
	var set []entry // in the order of setting; a later entry of an id replaces an earlier one
	start := func(id int) {
		d := time.Duration(rng.Intn(50))
		if timers[id] == nil {
			timers[id] = c.AfterFunc(d, func() { got = append(got, entry{c.Now(), id}) })
		} else {
			timers[id].Reset(d)
		}
		set = append(slices.DeleteFunc(set, func(e entry) bool { return e.id == id }), entry{d, id})
	}
	for id := range timers {
		start(id)
	}
	for range 1000 {
		id := rng.Intn(len(timers))
		if rng.Intn(2) == 0 {
			start(id)
		} else if timers[id].Stop() {
			set = slices.DeleteFunc(set, func(e entry) bool { return e.id == id })
		}
	}
	if c.Pending() != len(set) {
		t.Fatalf("%d pending, want %d", c.Pending(), len(set))
	}
	slices.SortStableFunc(set, func(a, b entry) int { return int(a.due - b.due) })
	for c.Step() {
	}
	if !slices.Equal(got, set) {
		t.Error("timers fired in another order than that of their setting")
	}
}

func TestConcurrentSetting(t *testing.T) {
	t.Parallel()
	c := New()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 500 {
				timer := c.AfterFunc(5, func() {})
				c.AfterFunc(3, func() {})
				timer.Reset(1)
				timer.Stop()
			}
		})
	}
	wg.Wait()
	fired := 0
	for c.Step() {
		fired++
	}
	if fired != 4000 {
		t.Errorf("%d timers fired, want 4000", fired)
	}
}

func TestViews(t *testing.T) {
	t.Parallel()
	c := New()
	a, b := c.View(0), c.View(time.Hour)
	start := a.NowMonotonic()
	b.AfterFunc(time.Minute, func() {})
	c.Step()
	if d := a.NowMonotonic().Sub(start); d != time.Minute {
		t.Errorf("a minute took %v", d)
	}
	if d := b.NowMonotonic().Sub(a.NowMonotonic()); d != time.Hour {
		t.Errorf("the epochs are %v apart, want 1h", d)
	}
	if want := Base.Add(time.Hour + time.Minute); !b.Now().Equal(want) {
		t.Errorf("date %v, want %v", b.Now(), want)
	}
}

func BenchmarkSetAndStop(b *testing.B) {
	c := New()
	for i := range 5000 {
		c.AfterFunc(time.Duration(i), func() {})
	}
	timer := c.AfterFunc(1, func() {})
	for i := 0; b.Loop(); i++ {
		timer.Reset(time.Duration(i % 5000))
		timer.Stop()
	}
}
