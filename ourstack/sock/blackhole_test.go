package sock_test

import (
	"io"
	"testing"
	"time"

	"github.com/twinstack/twinstack/ourstack/sock"
)

// By default a transfer finds its way through a path that eats large packets and says nothing.
func TestBlackHole(t *testing.T) {
	t.Parallel()
	cfg := sock.Config{TCP: sock.DefaultTCP()}
	cfg.TCP.RTOMin = 10 * time.Millisecond
	a, b, wire := two(t, cfg)
	for i := range addrsB {
		client, server := join(t, a, b, addrsB[i])
		wire.losing(func(_ int, p []byte) bool { return len(p) > 1300 })
		const length = 300_000
		go func() {
			_, _ = client.Write(make([]byte, length))
			_ = client.CloseWrite()
		}()
		must(t, server.SetReadDeadline(time.Now().Add(time.Minute)))
		if n, err := io.Copy(io.Discard, server); n != length || err != nil {
			t.Errorf("to %v: %d octets of %d, %v", addrsB[i], n, length, err)
		}
		must(t, client.Close())
		must(t, server.Close())
	}
}
