package peers_test

import (
	"crypto/sha256"
	"fmt"
	"hash"
	"io"
	"math/rand/v2"
	"os"
	"testing"
	"time"
)

// long reports whether the large transfers are asked for.
func long() bool { return os.Getenv("TWINSTACK_LONG") != "" }

// size is how many octets a transfer has, and says so where it is not the full measure.
func size(t testing.TB, full, short int64) int64 {
	t.Helper()
	switch {
	case long():
		return full
	case raceDetector:
		short /= 10
	}
	t.Logf("a body of %d MB; TWINSTACK_LONG=1 makes it %d MB", short>>20, full>>20)
	return short
}

// times is how often something is done: a tenth of the full measure under the race detector.
func times(full int) int {
	if raceDetector {
		return full / 10
	}
	return full
}

// body is n octets that no path can compress or guess, the same for the same seed, and hashes what was read of them.
type body struct {
	source *rand.ChaCha8
	left   int64
	sum    hash.Hash
}

func newBody(seed byte, n int64) *body {
	return &body{rand.NewChaCha8([32]byte{seed}), n, sha256.New()}
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	if b.left == 0 {
		return 0, io.EOF
	}
	p = p[:min(int64(len(p)), b.left)]
	n, err := b.source.Read(p)
	b.left -= int64(n)
	b.sum.Write(p[:n])
	return n, err
}

// digest is the sum of what a body of n octets has.
func digest(t testing.TB, seed byte, n int64) string {
	t.Helper()
	b := newBody(seed, n)
	if _, err := io.Copy(io.Discard, b); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", b.sum.Sum(nil))
}

// sum reads to the end and gives the sum and how many octets there were.
func sum(r io.Reader) (string, int64, error) {
	h := sha256.New()
	n, err := io.CopyBuffer(h, struct{ io.Reader }{r}, make([]byte, 256<<10))
	return fmt.Sprintf("%x", h.Sum(nil)), n, err
}

// rate is a transfer's in words.
func rate(n int64, took time.Duration) string {
	return fmt.Sprintf("%d MB in %.2f s, %.0f MB/s", n>>20, took.Seconds(), float64(n)/1e6/took.Seconds())
}
