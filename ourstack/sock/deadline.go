package sock

import "time"

// deadline is one of a connection's, or a listener's. It is guarded by the stack's lock.
type deadline struct {
	at     time.Duration // the host's time
	set    bool
	passed bool
	timer  *time.Timer
}

// setTo moves the deadline; the zero time is none. Who waits at the gate learns when it passes.
func (d *deadline) setTo(t time.Time, s *Stack, g *gate) {
	d.stop()
	if t.IsZero() {
		return
	}
	d.set = true
	left := time.Until(t)
	if left <= 0 {
		d.passed = true
		g.wake()
		return
	}
	d.at = s.now() + left
	if d.timer != nil {
		d.timer.Reset(left)
		return
	}
	d.timer = time.AfterFunc(left, func() { d.fired(s, g) })
}

// fired is the timer's. The deadline may have been moved since the timer fired.
func (d *deadline) fired(s *Stack, g *gate) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d.set && d.at <= s.now() {
		d.passed = true
		g.wake()
	}
}

// stop forgets the deadline.
func (d *deadline) stop() {
	d.set, d.passed = false, false
	if d.timer != nil {
		d.timer.Stop()
	}
}
