package host

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/twinstack/twinstack/ourstack/tcp"
)

// lossy is a path that loses 2 % of the packets each way, takes 20 ms, and doubles 1 %. Of 5 % the delay is another: without
// any they overtake what was sent before, as netem does it; with more they come behind what was sent after.
func lossy(seed uint64, other time.Duration) func(int) []time.Duration {
	r := rand.New(rand.NewPCG(seed, 6675))
	var both [2]time.Duration
	return func(int) []time.Duration {
		delay := 20 * time.Millisecond
		switch n := r.IntN(100); {
		case n < 2:
			return nil
		case n < 7:
			delay = other
		}
		both = [2]time.Duration{delay, delay}
		if r.IntN(100) == 0 {
			return both[:]
		}
		return both[:1]
	}
}

// The other delays.
const (
	overtaking = 0
	late       = 30 * time.Millisecond
)

// senders are the ways of sending, from the oldest on.
var senders = []struct {
	name   string
	change func(*tcp.Config)
}{
	{"NewReno", func(c *tcp.Config) { c.SACK, c.CongestionControl = false, tcp.Reno }},
	{"SACK", func(c *tcp.Config) { c.RACK, c.CongestionControl = false, tcp.Reno }},
	{"SACK+RACK", func(c *tcp.Config) { c.CongestionControl = tcp.Reno }},
	{"SACK+RACK+CUBIC", func(*tcp.Config) {}},
}

// carry moves octets from host 0 to host 1 and gives the virtual time from the SYN to the last of them, and how many
// packets host 0 sent.
func carry(t testing.TB, change func(*tcp.Config), path func(int) []time.Duration, text []byte) (time.Duration, int) {
	cfg := tcp.Default()
	cfg.SendBuffer, cfg.ReceiveBuffer = 1<<20, 1<<20
	change(&cfg)
	p := newPair(cfg)
	p.path = path
	p.checked(t)
	l := p.listen(t, false)
	from := p.connect(t, false)
	var to *Socket
	got, sent, packets := make([]byte, 0, len(text)), 0, 0
	p.drop = func(from int, _ []byte) bool {
		packets += 1 - from
		return false
	}
	buf := make([]byte, 64<<10)
	for len(got) < len(text) {
		for sent < len(text) {
			n, err := from.Write(p.now, text[sent:min(len(text), sent+len(buf))])
			if n <= 0 || err != nil {
				break
			}
			sent += n
		}
		if to == nil {
			to, _, _ = l.Accept()
		}
		for to != nil {
			n, err := to.Read(p.now, buf)
			if n <= 0 || err != nil {
				break
			}
			got = append(got, buf[:n]...)
		}
		if len(got) < len(text) && !p.step(time.Hour) {
			t.Fatalf("after %v nothing happens any more: %d of %d octets", p.now, len(got), len(text))
		}
	}
	if !bytes.Equal(got, text) {
		t.Fatal("what came is not what was sent")
	}
	return p.now, packets
}

func random(n int) []byte {
	b := make([]byte, n)
	r := rand.NewChaCha8([32]byte{1})
	r.Read(b) // never fails
	return b
}

// TestLossyPath: all that is sent arrives, and each mechanism is worth its while, on so many paths that it is not by chance.
func TestLossyPath(t *testing.T) {
	t.Parallel()
	text := random(2 << 20)
	for name, other := range map[string]time.Duration{"overtaking": overtaking, "late": late} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			took := map[string]time.Duration{}
			for _, s := range senders {
				for seed := range uint64(32) {
					d, packets := carry(t, s.change, lossy(seed, other), text)
					t.Logf("%-16s %v, %d packets", s.name, d, packets)
					took[s.name] += d
				}
			}
			for _, s := range senders[1:] {
				if took[s.name] >= took["NewReno"] {
					t.Errorf("%s takes %v, NewReno %v", s.name, took[s.name], took["NewReno"])
				}
			}
			if other == late && took["SACK+RACK"] >= took["SACK"] {
				t.Errorf("with RACK it takes %v, without %v", took["SACK+RACK"], took["SACK"])
			}
		})
	}
}

// Nor does anything that has to do with losses allocate, once the lists have grown.
func TestNoAllocationsUnderLoss(t *testing.T) {
	for _, rack := range []bool{false, true} {
		cfg := tcp.Default()
		cfg.RACK = rack
		p, a, b := established(t, cfg, false)
		p.path = lossy(7, late)
		text, buf := make([]byte, 20_000), make([]byte, 40_000)
		wrote, read := 0, 0
		round := func() {
			n, _ := a.Write(p.now, text)
			wrote += max(n, 0)
			p.run(p.now + 200*time.Millisecond)
			for {
				n, _ := b.Read(p.now, buf)
				if n <= 0 {
					return
				}
				read += n
			}
		}
		for range 300 {
			round()
		}
		p.wire = slices.Grow(p.wire, 4096)
		if n := testing.AllocsPerRun(300, round); n != 0 {
			t.Errorf("RACK %v: %v allocations a round", rack, n)
		}
		if read < 600*1000 {
			t.Errorf("%d of %d octets came: no test", read, wrote)
		}
	}
}

// BenchmarkLossyPath carries 10 MB over the path: the goodput is of virtual time.
func BenchmarkLossyPath(b *testing.B) {
	text := random(10_000_000)
	for _, s := range senders {
		b.Run(s.name, func(b *testing.B) {
			var sum time.Duration
			var packets int
			for i := 0; b.Loop(); i++ {
				d, n := carry(b, s.change, lossy(uint64(i), overtaking), text)
				sum, packets = sum+d, packets+n
			}
			b.ReportMetric(float64(len(text)*b.N)*8e-6/sum.Seconds(), "Mbit/virtual-s")
			b.ReportMetric(float64(packets)/float64(b.N), "packets")
			b.ReportMetric(0, "ns/op")
		})
	}
}
