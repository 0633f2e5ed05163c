package sock

import (
	"testing"
	"time"
)

// A timer that has fired while its deadline is moved away, or taken away, finds it so.
func TestDeadlineFiresLate(t *testing.T) {
	t.Parallel()
	s := &Stack{start: time.Now()}
	for name, to := range map[string]time.Time{"moved": time.Now().Add(time.Hour), "none": {}} {
		var d deadline
		var g gate
		d.setTo(time.Now().Add(time.Hour), s, &g)
		d.setTo(to, s, &g)
		d.fired(s, &g)
		if d.passed {
			t.Errorf("%s: it has passed", name)
		}
		d.stop()
	}
}
