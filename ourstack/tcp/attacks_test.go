package tcp

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
	"unsafe"
)

// oneByOne is a connection with SACK, MSS 1, and a congestion window that holds back nothing.
func oneByOne(t testing.TB, change func(*Config)) *bench {
	cfg := Default()
	cfg.WindowScale, cfg.Timestamps, cfg.Nagle = false, false, false
	if change != nil {
		change(&cfg)
	}
	b := newBench(t, cfg, 1<<32-5, 1<<32-9)
	b.do("open")
	b.do("< S. 0(0) 1 mss 1 sackOK")
	b.tcb.cc.cwnd, b.tcb.cc.lastSent = 1<<20, b.now
	return b
}

// However short the segments: so many are on their way and no more, and an ACK lets the next go. Their record takes no more
// memory than the send buffer.
func TestFlightIsBounded(t *testing.T) {
	t.Parallel()
	for buffer, want := range map[int]int{1 << 20: maxFlight, 64 << 10: 2048, 1000: minFlight} {
		b := oneByOne(t, func(c *Config) { c.SendBuffer = buffer })
		for range maxFlight + 3 {
			_ = b.send("1", b.tcb.Send)
		}
		if n := len(b.tcb.flight.list()); n != want || b.tcb.outstanding() != want {
			t.Fatalf("a buffer of %d: %d segments, %d octets", buffer, n, b.tcb.outstanding())
		}
		if got, want := b.do("< . 1(0) 2")[:8], fmt.Sprintf(". %d(1) 1, ESTABLISHED", want+1)[:8]; got != want {
			t.Errorf("a buffer of %d: got %s, want %s", buffer, got, want)
		}
	}
	if n := unsafe.Sizeof(sent{}); n > recordLen {
		t.Errorf("a record has %d octets", n)
	}
}

// A peer that says MSS 1 gets one octet a segment (MUST-16), and all of the text; but an ACK of everything at once draws no
// more than maxBurst of them, and what is kept on record of them is bounded.
func TestTinyMSS(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Config){
		"RACK": nil, "RFC 6675": func(c *Config) { c.RACK = false }, "no SACK": func(c *Config) { c.SACK = false },
	} {
		b := oneByOne(t, change)
		sent, most, records := 0, 0, 0
		b.env.Send = func(_ *TCB, s *Segment) {
			if sent++; len(s.Text) > 1 || s.Options.Blocks > 0 {
				t.Fatalf("%s: %d octets and %d blocks", name, len(s.Text), s.Options.Blocks)
			}
		}
		text := make([]byte, 64<<10)
		if n, err := b.tcb.Send(b.now, text); n != len(text) || err != nil {
			t.Fatalf("SEND: %d, %v", n, err)
		}
		for b.tcb.outstanding() > 0 {
			b.now += time.Millisecond
			most, sent = max(most, sent), 0
			records = max(records, cap(b.tcb.flight.b))
			b.tcb.Arrives(b.now, &Segment{Seq: b.tcb.RcvNxt, Ack: b.tcb.SndNxt, Flags: ACK, Wnd: 65535})
			if err := b.tcb.Check(); err != nil {
				t.Fatal(err)
			}
		}
		if b.tcb.snd.len() != 0 {
			t.Errorf("%s: %d octets were never sent", name, b.tcb.snd.len())
		}
		if most != maxBurst {
			t.Errorf("%s: %d segments at once, want %d", name, most, maxBurst)
		}
		if n := records * int(unsafe.Sizeof(b.tcb.flight.b[0])); n > 2*len(text) {
			t.Errorf("%s: %d octets of records for %d of text", name, n, len(text))
		}
	}
}

// What is told of a hole has no room in a segment to a peer with a tiny MSS (MUST-16), and is left out then.
func TestTinyMSSAndBlocks(t *testing.T) {
	t.Parallel()
	for mss, want := range map[uint16]int{1: 0, 12: 0, 13: 1, 20: 1, 21: 2, 29: 3, 37: 4, 1000: 4} {
		cfg := Default()
		cfg.Timestamps = false
		b := newBench(t, cfg, 8000, 8000)
		b.do("open")
		s := b.parse("S. 0(0) 1 sackOK")
		s.Options.HasMSS, s.Options.MSS = true, mss
		b.tcb.Arrives(b.now, s)
		blocks := -1
		b.env.Send = func(_ *TCB, s *Segment) { blocks = s.Options.Blocks }
		for i := range 6 {
			b.do(fmt.Sprintf("< . %d(1) 1", 3+2*i))
		}
		if blocks != want {
			t.Errorf("MSS %d: %d blocks, want %d", mss, blocks, want)
		}
		if room := b.tcb.room(); room+b.tcb.blocksLen() > int(mss) {
			t.Errorf("MSS %d: %d octets of text, %d of blocks", mss, room, b.tcb.blocksLen())
		}
	}
}

// floods are ways to make SACK expensive, each an option for the i-th ACK of a flight of n one-octet segments, from 1 on.
var floods = map[string]func(r *rand.Rand, i, n int) []Block{
	"any blocks": func(r *rand.Rand, _, n int) []Block {
		var b []Block
		for range 4 {
			left := 2 + r.IntN(n-1)
			b = append(b, Block{Seq(left), Seq(left + r.IntN(n+2-left))})
		}
		return b
	},
	"all, from elsewhere each time": func(_ *rand.Rand, i, n int) []Block {
		var b []Block
		for k := range 4 {
			b = append(b, Block{Seq(2 + (7*i+k)%(n/2)), Seq(n + 1)})
		}
		return b
	},
	"all and nothing in turn": func(_ *rand.Rand, i, n int) []Block {
		if i%2 == 0 {
			return []Block{{3, 4}}
		}
		return []Block{{2, Seq(n + 1)}}
	},
	"every second one, the last first": func(_ *rand.Rand, i, n int) []Block {
		at := n - 2*(4*i%(n/2))
		return []Block{{Seq(at), Seq(at + 1)}, {Seq(at - 2), Seq(at - 1)}, {Seq(at - 4), Seq(at - 3)}, {Seq(at - 6), Seq(at - 5)}}
	},
	"bogus": func(_ *rand.Rand, i, n int) []Block {
		return []Block{{Seq(n + 5), Seq(n + 9)}, {9, 3}, {1 << 31, 1<<31 + 9}, {0, Seq(n + 1)}}
	},
}

// flood plays one on a full flight and gives the most records that one ACK has had looked at.
func flood(t testing.TB, b *bench, acks int, blocks func(r *rand.Rand, i, n int) []Block) (most, n int) {
	_ = b.send("65000", b.tcb.Send)
	for range 100 {
		b.tcb.transmit(b.now)
	}
	n = len(b.tcb.flight.list())
	r := rand.New(rand.NewPCG(1, 2))
	s := new(Segment)
	if bench, ok := t.(*testing.B); ok {
		bench.ResetTimer()
	}
	for i := range acks {
		*s = Segment{Seq: b.tcb.RcvNxt, Ack: b.tcb.SndUna, Flags: ACK, Wnd: 65535}
		for _, x := range blocks(r, i, n) {
			s.Options.SACK[s.Options.Blocks] = Block{s.Ack - 1 + x.Left, s.Ack - 1 + x.Right}
			s.Options.Blocks++
		}
		before := b.tcb.flight.looks
		b.now += time.Millisecond
		b.tcb.Arrives(b.now, s)
		most = max(most, b.tcb.flight.looks-before)
	}
	return most, n
}

// Whatever blocks a peer makes up, one ACK has no more records looked at than a few times what is on its way: as often as it
// has blocks, and a few times more. It is never the square (as in CVE-2019-11478).
func TestFloodOfSACK(t *testing.T) {
	t.Parallel()
	for name, blocks := range floods {
		for _, rack := range []bool{true, false} {
			b := oneByOne(t, func(c *Config) { c.RACK = rack })
			b.env.Send = func(*TCB, *Segment) {}
			most, n := flood(t, b, 3000, blocks)
			if n != 2032 && n != 2048 {
				t.Fatalf("%d on their way", n)
			}
			t.Logf("%s, RACK %v: %d looked at, %d on their way", name, rack, most, n)
			if limit := 8*n + maxBurst; most > limit {
				t.Errorf("%s, RACK %v: one ACK has %d records looked at, of %d on their way", name, rack, most, n)
			}
			if err := b.tcb.Check(); err != nil {
				t.Errorf("%s, RACK %v: %v", name, rack, err)
			}
		}
	}
}

// BenchmarkFloodOfSACK is what one ACK of the worst of them costs, on the fullest flight there is.
func BenchmarkFloodOfSACK(b *testing.B) {
	for name, blocks := range floods {
		b.Run(name, func(b *testing.B) {
			x := oneByOne(b, func(c *Config) { c.SendBuffer = 1 << 20 })
			x.env.Send = func(*TCB, *Segment) {}
			b.ReportAllocs()
			flood(b, x, b.N, blocks)
		})
	}
}

// Many single octets, each beyond a hole, are held to a bound, in runs and in memory, wherever in the window they come.
func TestReassemblyIsBounded(t *testing.T) {
	t.Parallel()
	for name, at := range map[string]func(r *rand.Rand, i int) int{
		"upwards":   func(_ *rand.Rand, i int) int { return 3 + 2*i%60000 },
		"downwards": func(_ *rand.Rand, i int) int { return 60001 - 2*i%60000 },
		"anywhere":  func(r *rand.Rand, _ int) int { return 2 + r.IntN(60000) },
		"at the end of the window, again and again": func(_ *rand.Rand, i int) int { return 60000 - i%2 },
	} {
		b := newBench(t, Default(), 8000, 1<<32-9)
		b.env.Send = func(*TCB, *Segment) {}
		b.do("listen")
		b.do("< S 0(0) mss 1000")
		b.do("< . 1(0) 1")
		r := rand.New(rand.NewPCG(1, 2))
		for i := range 30_000 {
			b.tcb.Arrives(b.now, &Segment{Seq: b.irs + Seq(at(r, i)), Ack: b.iss + 1, Flags: ACK, Wnd: 1000, Text: []byte{1}})
			x := &b.tcb.rcv
			if len(x.held) > maxHeld || cap(x.held) > 2*maxHeld || cap(x.b) > 2*b.tcb.rcvBuffer {
				t.Fatalf("%s: %d runs in room for %d, and %d octets", name, len(x.held), cap(x.held), cap(x.b))
			}
		}
		if err := b.tcb.Check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
