package tcp

import (
	"fmt"
	"testing"
	"time"
)

// tuner is a connection whose receive buffer of 4000 octets may grow to 100,000. Its handshake took 100 ms.
func tuner(t *testing.T, change func(*Config)) *bench {
	cfg := Default()
	cfg.ReceiveBuffer, cfg.AutoTune, cfg.DelayedACK, cfg.Timestamps = 4000, 100_000, false, false
	change(&cfg)
	b := newBench(t, cfg, 1000, 2000)
	b.do("open")
	b.do("wait 100ms")
	b.do("< S. 0(0) 1 mss 1000 ws 5 sackOK")
	return b
}

// round lets a round trip pass in which the peer sends what the window has room for, at most so much, and the user reads so
// much of it.
func (b *bench) round(most, read int) {
	b.t.Helper()
	b.do("wait 100ms")
	for most = min(most, int(b.tcb.RcvWnd)); most > 0; most -= 1000 {
		b.do(fmt.Sprintf("< . %d(%d) 1", int32(b.tcb.RcvNxt-b.irs), min(most, 1000)))
	}
	for read = min(read, b.tcb.Unread()); read > 0; read -= 1000 {
		b.do(fmt.Sprintf("receive %d", min(read, 1000))) // in pieces: it is the round that counts
	}
}

func TestAutoTune(t *testing.T) {
	t.Parallel()
	const lot = 1 << 20
	for name, c := range map[string]struct {
		change     func(*Config)
		most, read int // of a round
		want       int // octets of the buffer in the end
	}{
		"a user that reads all gets all":            {func(*Config) {}, lot, lot, 100_000},
		"off":                                       {func(c *Config) { c.AutoTune = 0 }, lot, lot, 4000},
		"a bound below what it has":                 {func(c *Config) { c.AutoTune = 3000 }, lot, lot, 4000},
		"a user that reads little":                  {func(*Config) {}, lot, 1000, 4000},
		"a user that does not read":                 {func(*Config) {}, lot, 0, 4000},
		"a peer that sends little":                  {func(*Config) {}, 1300, lot, 4000},
		"three times of what comes in a round":      {func(*Config) {}, 3000, lot, 9000},
		"the host has so much for all":              {func(c *Config) { c.AutoTuneAll = 10_000 }, lot, lot, 14_000},
		"without window scaling 16 bits are enough": {func(c *Config) { c.WindowScale = false }, lot, lot, 100_000},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := tuner(t, c.change)
			for range 20 {
				edge := b.tcb.RcvNxt + Seq(b.tcb.RcvWnd)
				b.round(c.most, c.read)
				if now := b.tcb.RcvNxt + Seq(b.tcb.RcvWnd); now.Less(edge) {
					t.Fatalf("the right edge moves left by %d", edge.Sub(now))
				}
			}
			if _, got := b.tcb.Buffers(); got != c.want {
				t.Errorf("the buffer has %d octets, expected %d", got, c.want)
			}
			if n := b.env.grown; n != max(0, c.want-4000) {
				t.Errorf("the host counts %d", n)
			}
			if b.do("abort"); b.env.grown != 0 {
				t.Errorf("%d octets are not given back", b.env.grown)
			}
		})
	}
}

// What the user sets stays; the shift count has room for the largest that the buffer may become.
func TestAutoTuneSettings(t *testing.T) {
	t.Parallel()
	b := tuner(t, func(*Config) {})
	b.round(1<<20, 1<<20)
	b.tcb.SetBuffers(0, 5000)
	if b.env.grown != 0 {
		t.Errorf("%d octets are not given back where the user sets the size", b.env.grown)
	}
	for range 10 {
		b.round(1<<20, 1<<20)
	}
	if send, receive := b.tcb.Buffers(); send != Default().SendBuffer || receive != 5000 {
		t.Errorf("buffers of %d and %d octets", send, receive)
	}
	for _, c := range []struct {
		most, own int
		shift     uint8
	}{{0, 0, 0}, {65535, 0, 0}, {65536, 0, 1}, {6 << 20, 0, 7}, {6 << 20, 4000, 0}, {6 << 20, 1 << 20, 5}} {
		cfg := Default()
		cfg.ReceiveBuffer, cfg.AutoTune = 4000, c.most
		b := newBench(t, cfg, 1000, 2000)
		b.tcb.SetBuffers(0, c.own)
		b.do("open")
		if b.tcb.windShift != c.shift {
			t.Errorf("buffer %d that may grow to %d: shift %d, expected %d", c.own, c.most, b.tcb.windShift, c.shift)
		}
	}
}

// What is read when no more text can come makes nothing grow, for nobody would give it back.
func TestAutoTuneEnds(t *testing.T) {
	t.Parallel()
	b := tuner(t, func(*Config) {})
	for i := range 4 {
		b.do(fmt.Sprintf("< . %d(1000) 1", 1+1000*i))
	}
	b.do("receive 1000")
	b.do("< F. 4001(0) 1")
	b.do("close")
	b.do("< . 4002(0) 2")
	b.do("wait 1s")
	if b.do("receive 3000"); b.tcb.state != Closed || b.env.grown != 0 {
		t.Errorf("%v: %d octets", b.tcb.state, b.env.grown)
	}
}

// The round trip is the least that was seen lately: with timestamps of each segment with text, without of what
// a window that opens has made room for.
func TestRoundTripOfReceiver(t *testing.T) {
	t.Parallel()
	b := tuner(t, func(c *Config) { c.Timestamps = true })
	if b.tcb.SndTsOK {
		t.Fatal("timestamps, which the peer did not agree to")
	}
	for _, do := range []string{"< . 1(1000) 1", "receive 1000", "< . 1001(1000) 1", "< . 2001(1000) 1", "< . 3001(1000) 1"} {
		b.do(do)
	}
	if got := b.tcb.tuning.rtt.min(); !b.tcb.tuning.timing || got != 0 {
		t.Errorf("what had room before the window moved took %v", got)
	}
	b = tuner(t, func(*Config) {})
	for _, rtt := range []time.Duration{60 * time.Millisecond, 40 * time.Millisecond} {
		b.do("wait 100ms")
		for b.tcb.RcvWnd > 0 {
			b.do(fmt.Sprintf("< . %d(%d) 1", int32(b.tcb.RcvNxt-b.irs), min(1000, b.tcb.RcvWnd)))
		}
		b.do("wait 500ms")
		for b.tcb.Unread() > 0 {
			b.do("receive 1000") // the window opens
		}
		b.do("wait " + rtt.String())
		b.do(fmt.Sprintf("< . %d(1000) 1", int32(b.tcb.RcvNxt-b.irs)))
		if got := b.tcb.tuning.rtt.min(); got != rtt {
			t.Errorf("what came %v after the window has opened: %v", rtt, got)
		}
	}

	cfg := Default()
	cfg.AutoTune = 1 << 20
	b = newBench(t, cfg, 1000, 2000)
	b.do("open")
	b.do("wait 100ms")
	b.do("< S. 0(0) 1 mss 1000 ts 500 0")
	b.do("wait 80ms")
	b.do("< . 1(1000) 1 ts 501 100") // answers to the ACK of 100 ms
	b.do("wait 30ms")
	b.do("< . 1001(1000) 1 ts 502 100")
	if got := b.tcb.tuning.rtt.min(); got != 80*time.Millisecond {
		t.Errorf("by timestamps %v", got)
	}
}
