package host

import (
	"testing"
	"time"

	"github.com/twinstack/twinstack/ourstack/tcp"
)

// BenchmarkBulk carries text from one host to the other on a path that loses nothing: what a segment and its ACK cost.
func BenchmarkBulk(b *testing.B) {
	p, from, to := established(b, tcp.Default(), false)
	text, buf := make([]byte, 32<<10), make([]byte, 64<<10)
	round := func() {
		if n, err := from.Write(p.now, text); n != len(text) || err != nil {
			b.Fatal(n, err)
		}
		for got := 0; got < len(text); {
			p.step(p.now + time.Second)
			if n, err := to.Read(p.now, buf); err == nil {
				got += n
			}
		}
		p.for10ms() // the last ACKs
	}
	for range 100 {
		round()
	}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		round()
	}
}
