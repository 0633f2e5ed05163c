package netstack

import (
	"encoding/binary"
	"math/rand/v2"
	"sync"
)

// random is all of a stack's randomness: its RandSource and its SecureRNG. It is a function of the seed and of how much
// was drawn before; the stack draws from several goroutines, but only from one at a time between two settlings.
type random struct {
	mu     sync.Mutex
	source *rand.ChaCha8
}

func newRandom(seed uint64) *random {
	r := &random{}
	r.Seed(int64(seed))
	return r
}

// Int63 implements math/rand.Source.
func (r *random) Int63() int64 { return int64(r.Uint64() >> 1) }

// Uint64 implements math/rand.Source64.
func (r *random) Uint64() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.source.Uint64()
}

// Seed implements math/rand.Source.
func (r *random) Seed(seed int64) {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], uint64(seed))
	r.mu.Lock()
	defer r.mu.Unlock()
	r.source = rand.NewChaCha8(key)
}

// Read implements io.Reader; it fills b and never fails.
func (r *random) Read(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.source.Read(b)
}
