package host

import (
	"testing"
	"time"

	"github.com/twinstack/twinstack/ourstack/ip"
	"github.com/twinstack/twinstack/ourstack/tcp"
)

// away is a path of 100 ms there and back that loses nothing.
func away(int) []time.Duration { return []time.Duration{50 * time.Millisecond} }

// tuned begins with a buffer of 64 KiB, which may grow to so many octets.
func tuned(most int) func(*tcp.Config) {
	return func(c *tcp.Config) { c.SendBuffer, c.ReceiveBuffer, c.AutoTune = 16<<20, 64<<10, most }
}

// narrow is a path of 100 ms there and back that takes 1500 octets in 120 µs, 100 Mbit/s, and keeps what waits for that.
func narrow(p *pair) func(int) []time.Duration {
	var free [2]time.Duration
	return func(from int) []time.Duration {
		free[from] = max(free[from], p.now) + 120*time.Microsecond
		return []time.Duration{free[from] - p.now + 50*time.Millisecond}
	}
}

// The window grows to what a long path holds, and stays there: with timestamps and without, over both families. Its right
// edge never moves left, and the shift count has room for the largest.
func TestAutoTune(t *testing.T) {
	t.Parallel()
	const (
		length = 20_000_000
		bdp    = 100_000_000 / 8 / 10 // what the path holds
	)
	for _, v6 := range []bool{false, true} {
		for _, stamps := range []bool{false, true} {
			var took [2]time.Duration
			for i, most := range []int{0, 16 << 20} {
				cfg := tcp.Default()
				tuned(most)(&cfg)
				cfg.Timestamps = stamps
				p := newPair(cfg)
				p.path = narrow(p)
				p.drop = edges(t, p)
				l, a := p.listen(t, v6), p.connect(t, v6)
				p.run(p.now + 200*time.Millisecond)
				b, _, err := l.Accept()
				must(t, err)
				must(t, a.Connect(p.now, b.LocalAddr()))
				began := p.now
				var text, buf [64 << 10]byte
				for sent, got := 0, 0; got < length; {
					for sent < length {
						n, err := a.Write(p.now, text[:min(len(text), length-sent)])
						if err != nil {
							break
						}
						sent += n
					}
					for {
						n, err := b.Read(p.now, buf[:])
						if err != nil {
							break
						}
						got += n
					}
					if got < length && !p.step(p.now+time.Minute) {
						t.Fatalf("%d octets came", got)
					}
				}
				took[i] = p.now - began
				if _, receive := b.Buffers(); i == 1 && (receive < bdp || receive > 5*bdp) {
					t.Errorf("IPv6 %v, timestamps %v: the buffer has grown to %d, the path holds %d", v6, stamps, receive, bdp)
				} else if i == 0 && receive != 64<<10 {
					t.Errorf("a buffer that does not tune itself has %d octets", receive)
				}
			}
			if 8*took[1] > took[0] {
				t.Errorf("IPv6 %v, timestamps %v: %v with a buffer that grows, %v without", v6, stamps, took[1], took[0])
			}
		}
	}
}

// edges sees to it that the right edge of host 1's window never moves left. It loses nothing.
func edges(t *testing.T, p *pair) func(int, []byte) bool {
	var packet ip.Packet
	var s tcp.Segment
	var edge tcp.Seq
	shift, synced := uint8(0), false
	return func(from int, b []byte) bool {
		if from == 0 {
			return false
		}
		must(t, ip.Parse(b, &packet))
		must(t, tcp.Parse(packet.Src, packet.Dst, packet.Payload, &s))
		if s.Flags.Has(tcp.SYN) {
			shift = s.Options.WindowScale
			return false
		}
		if right := s.Ack + tcp.Seq(s.Wnd)<<shift; synced && right.Less(edge) {
			t.Fatalf("the right edge moves left by %d at %v", edge.Sub(right), p.now)
		} else {
			edge, synced = right, true
		}
		return false
	}
}

// BenchmarkLongPath carries 50 MB over 100 ms, with a receive buffer that keeps its 64 KiB, that grows, and that is large from
// the beginning: the goodput is of virtual time.
func BenchmarkLongPath(b *testing.B) {
	text := random(50_000_000)
	for _, c := range []struct {
		name   string
		change func(*tcp.Config)
	}{
		{"64KiB", tuned(0)},
		{"64KiB-to-6MiB", tuned(6 << 20)},
		{"6MiB", func(c *tcp.Config) { c.SendBuffer, c.ReceiveBuffer = 16<<20, 6<<20 }},
	} {
		b.Run(c.name, func(b *testing.B) {
			var sum time.Duration
			for b.Loop() {
				d, _ := carry(b, c.change, away, text)
				sum += d
			}
			b.ReportMetric(float64(len(text)*b.N)*8e-6/sum.Seconds(), "Mbit/virtual-s")
			b.ReportMetric(0, "ns/op")
		})
	}
}
