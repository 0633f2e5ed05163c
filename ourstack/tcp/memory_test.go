package tcp

import (
	"net/netip"
	"testing"
	"time"
)

// TIME-WAIT lasts for minutes: what it keeps of buffers that a transfer has made large is next to nothing, whenever the user
// reads the last of what came.
func TestTimeWaitKeepsNoBuffers(t *testing.T) {
	t.Parallel()
	for _, unread := range []int{0, 3000} {
		c := New(NewEnv(Default(), 1500, 1, func(*TCB, *Segment) {}), netip.MustParseAddrPort("192.0.2.1:80"), netip.MustParseAddrPort("192.0.2.2:5000"))
		c.snd.b = make([]byte, 0, 100<<10)
		c.rcv.b, c.rcv.user = make([]byte, unread, 100<<10), unread
		c.rcv.held = make([]held, 0, maxHeld)
		c.flight.b = make([]sent, 0, 1000)
		c.enter(0, TimeWait)
		if unread > 0 {
			if err := c.Leave(time.Second); err != ErrClosing {
				t.Error(err)
			}
		}
		if n := cap(c.snd.b) + cap(c.rcv.b) + recordLen*(cap(c.rcv.held)+cap(c.flight.b)); n > 4*keepTimeWait {
			t.Errorf("%d octets after %d were unread", n, unread)
		}
	}
}
