package tcp

import (
	"fmt"
	"net/netip"
	"testing"
	"time"
)

func scaled(c *Config)  { c.WindowScale, c.ReceiveBuffer = true, 200_000 }
func stamped(c *Config) { c.Timestamps = true }

// Both options are offered on our SYN, and afterwards only what both SYNs had is ever sent, in a SYN,ACK that goes out
// again, too.
func TestNegotiation(t *testing.T) {
	t.Parallel()
	both := func(c *Config) { scaled(c); stamped(c) }
	for _, s := range []steps{
		{
			{"open", "S 0(0) win 65535 ws 2 ts 0 0, SYN-SENT"},
			{"wait 1s", "1s: S 0(0) win 65535 ws 2 ts 1000 0, SYN-SENT"},
			{"< S. 0(0) 1 ws 3 ts 70 1000", ". 1(0) 1 win 50000 ts 1000 70, ESTABLISHED"},
			{"abort", "R. 1(0) 1 win 0 ts 1000 70, CLOSED"}},
		{
			{"open", "S 0(0) win 65535 ws 2 ts 0 0, SYN-SENT"},
			{"< S. 0(0) 1", ". 1(0) 1 win 65535, ESTABLISHED"}, {"send 1", "P. 1(1) 1 win 65535, ESTABLISHED"},
			{"< . 1(5) 2 ws 4 ts 5 5", ". 2(0) 6 win 65530, ESTABLISHED"}}, // not negotiated: ignored
		{
			{"listen", "LISTEN"}, {"< S 0(0) ws 3 ts 70 0", "S. 0(0) 1 win 65535 ws 2 ts 0 70, SYN-RECEIVED"},
			{"wait 1s", "1s: S. 0(0) 1 win 65535 ws 2 ts 1000 70, SYN-RECEIVED"},
			{"< . 1(0) 1 ts 71 1000", "ESTABLISHED"}, {"send 1", "P. 1(1) 1 win 50000 ts 1000 71, ESTABLISHED"}},
		{
			{"listen", "LISTEN"}, {"< S 0(0) ws 0", "S. 0(0) 1 win 65535 ws 2, SYN-RECEIVED"}, {"< . 1(0) 1", "ESTABLISHED"}},
		{
			{"listen", "LISTEN"}, {"< S 0(0) ts 70 0", "S. 0(0) 1 win 65535 ts 0 70, SYN-RECEIVED"}, {"wait 1s", "1s: S. 0(0) 1 win 65535 ts 1000 70, SYN-RECEIVED"}},
		{
			{"listen", "LISTEN"}, {"< S 0(0)", "S. 0(0) 1 win 65535, SYN-RECEIVED"}, {"wait 1s", "1s: S. 0(0) 1 win 65535, SYN-RECEIVED"}},
		{ // an old duplicate SYN leaves nothing of its options behind
			{"listen", "LISTEN"}, {"< S 0(0) ws 3 ts 70 0", "S. 0(0) 1 win 65535 ws 2 ts 0 70, SYN-RECEIVED"}, {"< R 1(0)", "LISTEN"},
			{"< S 0(0)", "S. 0(0) 1 win 65535, SYN-RECEIVED"}},
		{ // SYNs that cross: the window on the SYN,ACK is not scaled
			{"open", "S 0(0) win 65535 ws 2 ts 0 0, SYN-SENT"}, {"< S 0(0) ws 3 ts 70 0 win 50", "S. 0(0) 1 win 65535 ws 2 ts 0 70, SYN-RECEIVED"},
			{"< S. 0(0) 1 ws 3 ts 71 0 win 50", ". 1(0) 1 win 50000 ts 0 71, ESTABLISHED"},
			{"send 70", ". 1(50) 1 win 50000 ts 0 71, ESTABLISHED"}},
		{
			{"open", "S 0(0) win 65535 ws 2 ts 0 0, SYN-SENT"}, {"< S 0(0)", "S. 0(0) 1 win 65535, SYN-RECEIVED"}},
	} {
		play(t, both, s)
	}
	neither := steps{{"listen", "LISTEN"}, {"< S 0(0) ws 3 ts 70 0", "S. 0(0) 1, SYN-RECEIVED"}, {"< . 1(0) 1", "ESTABLISHED"}, {"send 1", "P. 1(1) 1, ESTABLISHED"}}
	play(t, nil, neither)
}

func TestWindowScale(t *testing.T) {
	t.Parallel()
	open := func(shift string) steps {
		return steps{{"open", "S 0(0) win 65535 ws 2, SYN-SENT"}, {"< S. 0(0) 1 mss 1000 win 2 ws " + shift, ". 1(0) 1 win 50000, ESTABLISHED"}}
	}
	for _, s := range [][]steps{
		{open("3"), {
			{"send 3000", ". 1(2) 1 win 50000, ESTABLISHED"}, // the window of a SYN is as it stands
			{"< . 1(0) 3 win 125", ". 3(1000) 1 win 50000, ESTABLISHED"}}},
		// A window that cannot be said is rounded up while the buffer has the room.
		{open("0"), {
			{"< . 1(1) 1", ". 1(0) 2 win 49999, ESTABLISHED"}, {"receive 1", "ESTABLISHED"},
			{"< . 2(1) 1", ". 1(0) 3 win 49999, ESTABLISHED"}, {"< . 3(5) 1", ". 1(0) 8 win 49998, ESTABLISHED"}}},
	} {
		play(t, scaled, s...)
	}
	play(t, func(c *Config) { c.WindowScale, c.ReceiveBuffer = true, 1<<31-1 }, steps{{"open", "S 0(0) win 65535 ws 14, SYN-SENT"}})
	play(t, func(c *Config) { c.WindowScale, c.ReceiveBuffer = true, 65535 }, steps{{"open", "S 0(0) win 65535 ws 0, SYN-SENT"}})
	for shift, want := range map[uint8]uint32{0: 3, 7: 3 << 7, 14: 3 << 14, 15: 3 << 14, 255: 3 << 14} { // above 14 is taken for 14
		cfg := Default()
		cfg.Timestamps = false
		b := newBench(t, cfg, 77, 88)
		b.do("open")
		b.do(fmt.Sprintf("< S. 0(0) 1 ws %d", shift))
		b.do("< . 1(0) 1 win 3")
		if b.tcb.SndWnd != want {
			t.Errorf("shift.cnt %d: SND.WND %d, want %d", shift, b.tcb.SndWnd, want)
		}
	}
}

// PAWS, TS.Recent and RTTM (RFC 7323 §3 - §5).
func TestTimestamps(t *testing.T) {
	t.Parallel()
	open := steps{{"open", "S 0(0) ts 0 0, SYN-SENT"}, {"< S. 0(0) 1 mss 1000 ts 70 0", ". 1(0) 1 ts 0 70, ESTABLISHED"}}
	for name, s := range map[string]steps{
		"Eff.snd.MSS leaves room": {{"send 1500", ". 1(988) 1 ts 0 70, P. 989(512) 1 ts 0 70, ESTABLISHED"}},
		"R1: an old timestamp": {
			{"< . 1(5) 1 ts 69 0", ". 1(0) 1 ts 0 70, ESTABLISHED"}, {"< F. 1(0) 1 ts 69 0", ". 1(0) 1 ts 0 70, ESTABLISHED"},
			{"< . 1(5) 1 ts 70 0", ". 1(0) 6 ts 0 70, ESTABLISHED"}, {"< . 6(0) 1 ts -2147483578 0", ". 1(0) 6 ts 0 70, ESTABLISHED"}},
		"R1 before the window":     {{"< . 200000(5) 1 ts 69 0", ". 1(0) 1 ts 0 70, ESTABLISHED"}, {"< S 5(0) ts 69 0", ". 1(0) 1 ts 0 70, ESTABLISHED"}},
		"a RST is exempt":          {{"< R 1(0) ts 1 0", "CLOSED"}},
		"a RST needs no timestamp": {{"< R 1(0)", "CLOSED"}},
		"a RST moves nothing":      {{"< R 5(0) ts 99 0", ". 1(0) 1 ts 0 70, ESTABLISHED"}},
		"§3.2: without one, silence": {
			{"< . 1(5) 1", "ESTABLISHED"}, {"< S 1(0)", "ESTABLISHED"}, {"< F. 1(0) 1", "ESTABLISHED"}, {"receive 1", "insufficient resources, ESTABLISHED"}},
		"R2 before R3: outside the window nothing is recorded": {
			{"< . 0(0) 1 ts 90 0", ". 1(0) 1 ts 0 70, ESTABLISHED"}, {"< . 1(5) 1 ts 80 0", ". 1(0) 6 ts 0 80, ESTABLISHED"}},
		"beyond a hole nothing is recorded (B), the filling is (C)": {
			{"< . 6(5) 1 ts 90 0", ". 1(0) 1 ts 0 70, ESTABLISHED"}, {"< . 1(5) 1 ts 91 0", ". 1(0) 11 ts 0 91, ESTABLISHED"}},
		"§5.5: 24 days of silence": {
			{"wait 576h", "ESTABLISHED"}, {"< . 1(5) 1 ts 69 0", ". 1(0) 1 ts 2073600000 70, ESTABLISHED"},
			{"wait 1ms", "ESTABLISHED"}, {"< . 1(5) 1 ts 69 0", ". 1(0) 6 ts 2073600001 69, ESTABLISHED"},
			{"< . 6(5) 1 ts 68 0", ". 1(0) 6 ts 2073600001 69, ESTABLISHED"}},
		"SHLD-3": {{"leave", "F. 1(0) 1 ts 0 70, FIN-WAIT-1"}, {"< . 1(5) 2 ts 71 0", "R. 2(0) 1 ts zero 71, CLOSED"}},
		"every segment has one": {
			{"send 5", "P. 1(5) 1 ts 0 70, ESTABLISHED"}, {"wait 1s", "1s: P. 1(5) 1 ts 1000 70, ESTABLISHED"}, {"close", "F. 6(0) 1 ts 1000 70, FIN-WAIT-1"},
			{"< F. 1(0) 7 ts 75 1000", ". 7(0) 2 ts 1000 75, TIME-WAIT"}, {"< S 1(0) ts 74 0", ". 7(0) 2 ts 1000 75, TIME-WAIT"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, stamped, open, s)
		})
	}
	for _, s := range []steps{
		{{"< . 5(0) 3 ts 9 0", "R 3(0) ts zero 9, CLOSED"}, {"< . 5(0) 3", "R 3(0), CLOSED"}},
		{{"listen", "LISTEN"}, {"< . 5(0) 3 ts 9 0", "R 3(0) ts zero 9, LISTEN"}},
	} {
		play(t, stamped, s)
	}
	play(t, nil, steps{{"< . 5(0) 3 ts 9 0", "R 3(0), CLOSED"}})
	play(t, func(c *Config) { stamped(c); c.DelayedACK = true }, open, steps{ // (A): the earliest unacknowledged
		{"< . 1(5) 1 ts 80 0", "ESTABLISHED"}, {"wait 10ms", "ESTABLISHED"}, {"< . 6(5) 1 ts 81 0", "ESTABLISHED"}, {"wait 1s", "190ms: . 1(0) 11 ts 200 80, ESTABLISHED"}})
}

// RTTM: the echo tells which copy was answered, so a retransmission ends no measurement.
func TestRTTM(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		steps steps
		srtt  time.Duration
	}{
		{steps{{"wait 500ms", ""}, {"< S. 0(0) 1 ts 70 0", ""}}, 500 * time.Millisecond},
		{steps{{"wait 1200ms", ""}, {"< S. 0(0) 1 ts 70 1000", ""}}, 200 * time.Millisecond},
		{steps{{"wait 1200ms", ""}, {"< S. 0(0) 1 ts 70 0", ""}}, 1200 * time.Millisecond},
		{steps{{"wait 1200ms", ""}, {"< S. 0(0) 1", ""}}, 0},          // Karn
		{steps{{"wait 500ms", ""}, {"< S. 0(0) 1 ts 70 501", ""}}, 0}, // from the future
		{steps{{"wait 500ms", ""}, {"< S. 0(0) 1 ts 70 -10", ""}}, 0}, // from before the SYN
		{steps{{"< S. 0(0) 1 ts 70 0", ""}, {"send 5", ""}, {"wait 1300ms", ""}, // RTTVAR 0, SRTT 0 before
			{"< . 1(0) 6 ts 71 1000", ""}}, 300 * time.Millisecond / 8},
	} {
		cfg := Default()
		b := newBench(t, cfg, 77, 88)
		b.do("open")
		for _, x := range c.steps {
			b.do(x[0])
		}
		if got := b.tcb.Status().SRTT; got != c.srtt {
			t.Errorf("%v: SRTT %v, want %v", c.steps, got, c.srtt)
		}
	}
}

// RFC 6191 §2: what SYN may open a connection anew out of TIME-WAIT.
func TestReopensWithTimestamps(t *testing.T) {
	t.Parallel()
	for ways, want := range map[[2]string]map[string]bool{
		{" ts 70 0", " ts 71 0"}: {
			"S 3(0) ts 70 0": false, "S 1(0) ts 72 0": true, "S 1(0) ts 71 0": false, "S 2(0) ts 71 0": true, "S 2(0)": true, "S 1(0)": false},
		{"", ""}: {"S 1(0) ts 1 0": true, "S 1(0)": false, "S 2(0)": true},
	} {
		b := newBench(t, Default(), 77, 88)
		for _, x := range []string{"open", "< S. 0(0) 1" + ways[0], "close", "< F. 1(0) 2" + ways[1]} {
			b.do(x)
		}
		for text, want := range want {
			if got := b.tcb.Reopens(b.parse(text)); got != want {
				t.Errorf("previous with %q: Reopens(%s) is %v", ways[0], text, got)
			}
		}
	}
}

// Each connection's timestamp clock begins at a place of its own, which only the key tells (RFC 7323 §5.4, §7): the same for a
// later incarnation, another for another port, and none a fixed step from the next.
func TestTimestampClocksAreUnrelated(t *testing.T) {
	t.Parallel()
	env := NewEnv(Default(), 1500, 1, func(*TCB, *Segment) {})
	clock := func(env *Env, port uint16) uint32 {
		c := New(env, local4, netip.AddrPortFrom(remote4.Addr(), port))
		if err := c.OpenActive(time.Hour); err != nil {
			t.Fatal(err)
		}
		return c.tsClock(time.Hour)
	}
	steps := map[uint32]bool{}
	for port := range uint16(100) {
		steps[clock(env, port+2)-clock(env, port+1)] = true
	}
	if first, later := clock(env, 7), clock(env, 7); len(steps) < 100 || first != later {
		t.Errorf("%d different steps between 101 clocks", len(steps))
	}
	if other := NewEnv(Default(), 1500, 2, func(*TCB, *Segment) {}); clock(other, 7) == clock(env, 7) {
		t.Error("another key makes the same clock")
	}
}
