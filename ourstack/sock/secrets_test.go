package sock_test

import (
	"context"
	"encoding/binary"
	"testing"
	"time"

	"github.com/twinstack/twinstack/ourstack/sock"
)

// Without a seed each stack draws its secret from crypto/rand (RFC 6528 §4, RFC 6056 §3.3.3): two of them, with the same
// addresses, begin the same connection from another port and another ISN. That both are near by chance happens once in
// 30 million times; with one secret for both it would always.
func TestSecretIsDrawn(t *testing.T) {
	t.Parallel()
	var port [2]uint16
	var isn [2]uint32
	for i := range 2 {
		a, _, wire := two(t, sock.Config{})
		syn := make(chan []byte, 1)
		wire.losing(func(n int, p []byte) bool {
			if n == 1 {
				syn <- append([]byte(nil), p...)
			}
			return true
		})
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		done := make(chan struct{})
		go func() {
			defer close(done)
			if c, err := a.DialContext(ctx, "tcp", "10.0.0.2:80"); err == nil {
				must(t, c.Close())
			}
		}()
		p := <-syn
		cancel()
		<-done
		port[i], isn[i] = binary.BigEndian.Uint16(p[20:]), binary.BigEndian.Uint32(p[24:])
	}
	d := int32(isn[0] - isn[1])
	if port[0] == port[1] && -1<<20 < d && d < 1<<20 { // the clock is four seconds on in so many ticks
		t.Errorf("both stacks begin from port %d, with ISNs %d and %d", port[0], isn[0], isn[1])
	}
}
