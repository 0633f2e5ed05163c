package run

import (
	"fmt"
	"testing"
)

// A stretch of a stream is its octets one by one, wherever it begins, and a wrong one is told by its position.
func TestStream(t *testing.T) {
	t.Parallel()
	for _, key := range []byte{0, 31, 255} {
		for _, at := range []uint64{0, 1, 255, 256, 1000, 65535, 1<<32 - 3} {
			b := make([]byte, 700)
			fill(b, key, at)
			for i, got := range b {
				if want := octet(key, at+uint64(i)); got != want {
					t.Fatalf("octet %d from %d with key %d is %d, expected %d", i, at, key, got, want)
				}
			}
			if wrong := differ(b, key, at); wrong != "" {
				t.Errorf("from %d with key %d: %s", at, key, wrong)
			}
			for _, i := range []int{0, 1, 255, 256, 699} {
				b[i]++
				if got, want := differ(b, key, at), fmt.Sprintf("octet %d of the stream is wrong", at+uint64(i)); got != want {
					t.Errorf("from %d with key %d: %q, expected %q", at, key, got, want)
				}
				b[i]--
			}
		}
	}
}
