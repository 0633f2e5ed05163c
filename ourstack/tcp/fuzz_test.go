package tcp

import (
	"math/rand/v2"
	"testing"
	"time"
)

// stepLen is how many octets of a script make one step of anyEvents: what, flags, place, acknowledgment, amount, window.
const stepLen = 6

// FuzzArrives plays any calls, segments and times against a TCB. Whatever comes: no panic, only transitions of Figure 5,
// all that Check knows, no right edge that moves left, no text outside the window of the peer but one octet of a probe,
// bounded memory, and no deadline in the past.
func FuzzArrives(f *testing.F) {
	join := func(parts ...[]byte) (b []byte) {
		for _, p := range parts {
			b = append(b, p...)
		}
		return b
	}
	syn, ack, fin := byte(SYN), byte(ACK), byte(FIN)
	open := join([]byte{0, 0, 0, 0, 0, 0}, []byte{9, syn, 0, 0, 0, 3}, []byte{9, ack, 0, 1, 0, 3})
	f.Add(uint32(8000), open)
	f.Add(uint32(1<<32-1), join(open, []byte{9, ack, 7, 0, 10, 3, 9, ack | fin, 0, 0, 10, 0, 2, 0, 0, 0, 200, 0, 8, 0, 0, 0, 200, 0}))
	f.Add(uint32(1<<31), join(open, []byte{4, 0, 0, 0, 0, 0, 9, ack | fin, 0, 1, 0, 2, 8, 0, 0, 0, 255, 0}))
	f.Add(uint32(0), []byte{1, 0, 0, 0, 0, 0, 9, syn | fin, 0, 0, 9, 0, 9, ack, 0, 1, 0, 0, 2, 0, 0, 0, 9, 0, 8, 0, 0, 0, 90, 0})
	f.Add(uint32(77), join(open, []byte{5, 0, 0, 0, 0, 0, 9, ack, 0, 1, 9, 2, 9, byte(RST), 0, 1, 9, 2}))
	f.Fuzz(anyEvents)
}

// openings are scripts that lead far in.
var openings = [][]byte{
	{},
	{0, 0, 0, 0, 0, 0, 9, byte(SYN), 8, 0, 0, 3, 9, byte(ACK), 8, 2, 0, 5},                         // ESTABLISHED, passive
	{1, 0, 0, 0, 0, 0, 9, byte(SYN | ACK), 8, 2, 0, 3},                                             // ESTABLISHED, active
	{1, 0, 0, 0, 0, 0, 9, byte(SYN), 0, 0, 0, 5},                                                   // SYN-RECEIVED, active
	{1, 0, 0, 0, 0, 0, 9, byte(SYN), 0, 0, 0, 0},                                                   // and the window is zero
	{0, 0, 0, 0, 0, 0, 9, byte(SYN), 8, 0, 0, 3, 9, byte(ACK | FIN), 8, 2, 0, 5, 4, 0, 0, 0, 0, 0}, // LAST-ACK
	{0, 0, 0, 0, 0, 0, 9, byte(SYN), 8, 0, 0, 3, 9, byte(ACK), 8, 2, 0, 5, 4, 0, 0, 0, 0, 0},       // FIN-WAIT-1
}

// TestAnyEvents is FuzzArrives with scripts out of a generator.
func TestAnyEvents(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 9293))
	script := make([]byte, stepLen*40)
	for range 20_000 {
		for i := range script {
			script[i] = byte(r.Uint32())
		}
		for i := 0; i < len(script); i += stepLen {
			// Mostly segments that go far, and few calls that end everything.
			script[i] = [...]byte{0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 8, 9, 9, 9, 9, 9, 9, 9, 9, 9, 10, 11, 12, 13, 14}[r.IntN(25)]
			if script[i] == 9 && r.IntN(20) > 0 {
				script[i+1] = byte([...]Flags{SYN, ACK, ACK, ACK, ACK | FIN, SYN | ACK, ACK | PSH, SYN | FIN}[r.IntN(8)])
				script[i+1] |= byte(r.IntN(4)) << 6 // SACK blocks
			}
			if r.IntN(4) > 0 {
				script[i+2] = [...]byte{0, 8}[r.IntN(2)] // in order, with and without text
			}
		}
		copy(script, openings[r.IntN(len(openings))])
		anyEvents(t, r.Uint32(), script)
	}
}

// anyEvents plays a script against a TCB. Sequence and acknowledgment numbers stand where it is most likely to matter.
func anyEvents(t *testing.T, isn uint32, script []byte) {
	cfg := Default()
	cfg.ReceiveBuffer, cfg.SendBuffer = 3000, 3000
	cfg.SACK, cfg.RACK, cfg.CongestionControl = isn&4 != 0, isn&8 != 0, Algorithm(isn>>4&1)
	if cfg.WindowScale, cfg.Timestamps = isn&1 != 0, isn&2 != 0; cfg.WindowScale {
		cfg.ReceiveBuffer = 100_000 // takes a shift of 1
	}
	if cfg.BlackHole = isn&32 != 0; isn&64 != 0 {
		cfg.AutoTune, cfg.AutoTuneAll = 20_000, 12_000
	}
	b := newBench(t, cfg, Seq(isn), Seq(isn)^0x5555)
	c := b.tcb
	var edge Seq
	haveEdge := false
	figure5 := c.watch
	c.watch = func(from, to State) {
		figure5(from, to)
		haveEdge = haveEdge && to != Closed && to != Listen // the next connection begins anew
	}
	b.env.Send = func(tcb *TCB, s *Segment) {
		if s.Flags&(SYN|RST|ACK) == ACK {
			// What the shift cuts off does not count (RFC 7323 §2.4).
			shift := tcb.RcvWindShift
			if now := s.Ack + Seq(s.Wnd)<<shift; haveEdge && (now + 1<<shift - 1).Less(edge) {
				t.Fatalf("the right edge moved left by %d", edge.Sub(now))
			} else {
				edge, haveEdge = now, true
			}
		}
		beyond := (s.Seq + Seq(len(s.Text))).Sub(tcb.SndUna + Seq(tcb.MaxSndWnd))
		if len(s.Text) > 1 && beyond > 0 {
			t.Fatalf("%d octets beyond any window that was offered", beyond)
		}
	}
	var p [300]byte
	for n := 0; n < 200 && len(script) >= stepLen; n++ {
		x := script[:stepLen]
		script = script[stepLen:]
		b.event(x, p[:x[4]])
		if err := c.Check(); err != nil {
			t.Fatalf("after %v: %v", x, err)
		}
		if len(c.rcv.b)-c.rcv.head > 100_000 || c.rcv.user > max(cfg.ReceiveBuffer, cfg.AutoTune, 255*16+1) || c.snd.len() > 1<<16 {
			t.Fatalf("buffers: %d in, %d unread, %d to send", len(c.rcv.b)-c.rcv.head, c.rcv.user, c.snd.len())
		}
		if at, ok := c.Deadline(); ok && at < b.now {
			t.Fatalf("a deadline %v in the past, in %v", b.now-at, c.state)
		}
	}
}

// event is one step of a script.
func (b *bench) event(x, text []byte) {
	c, n := b.tcb, len(text)
	switch x[0] % 15 {
	case 0:
		c.OpenPassive(b.now)
	case 1:
		c.OpenActive(b.now)
	case 2:
		c.Send(b.now, text)
	case 3:
		c.Receive(b.now, text)
	case 4:
		c.Close(b.now)
	case 5:
		c.Leave(b.now)
		if n%2 == 0 {
			c.Linger(b.now, time.Duration(n)*time.Second)
		}
	case 6:
		c.SetBuffers(n*16+1, n*16+1)
	case 7:
		if n == 0 {
			c.Abort(b.now)
		}
		c.SetNagle(b.now, n%2 == 0)
		c.SetCork(b.now, n%4 > 1)
	case 8:
		b.wait(time.Duration(n) * 100 * time.Millisecond)
	case 9:
		k := Seq(n)
		s := &Segment{
			Flags: Flags(x[1]),
			Seq:   [...]Seq{c.RcvNxt, c.RcvNxt - 1, c.Irs, c.RcvNxt - k, c.RcvNxt + Seq(c.RcvWnd) - k, c.RcvNxt + Seq(c.RcvWnd), c.finSeq, c.RcvNxt + 10}[x[2]%8],
			Ack:   [...]Seq{c.SndUna, c.SndUna + 1, c.SndNxt, c.SndNxt, c.SndNxt + 1, c.SndUna - 1, c.Iss, c.finNumber()}[x[3]%8],
			Up:    uint16(x[2]),
			Wnd:   [...]uint16{0, uint16(c.SndWnd), 1, 1000, 300, 65535, uint16(c.SndWnd), uint16(c.SndWnd)}[x[5]%8],
		}
		if x[2]%16 < 8 {
			s.Text = text
		}
		if x[5]&8 == 0 {
			s.Options.HasTimestamps, s.Options.TSVal, s.Options.TSEcr = true, c.TsRecent+[...]uint32{0, 0, 1, 1<<32 - 1}[x[5]>>6], b.clock+uint32(n)
		}
		if x[5]&16 == 0 {
			s.Options.HasWindowScale, s.Options.WindowScale = true, uint8(n)
		}
		s.Options.SACKPermitted = x[5]&32 == 0
		// Blocks of what is on its way, and of what is not.
		if l := c.flight.list(); x[1]&0xc0 != 0 && len(l) > 0 {
			for i := range 1 + int(x[1]>>6) {
				first, last := &l[(int(x[3])+i*n)%len(l)], &l[(int(x[3])>>3+i)%len(l)]
				s.Options.SACK[s.Options.Blocks] = Block{first.from - Seq(x[3]>>7), last.to + Seq(x[3]>>6&1)}
				s.Options.Blocks++
			}
		}
		c.Arrives(b.now, s)
	case 10:
		c.Unreachable(b.now, c.SndUna+Seq(n), ErrConnectionRefused)
	case 11:
		c.LimitMSS(n * 10)
	case 12:
		c.SendUrgent(b.now, text)
	case 13:
		// It fails where the amounts make no sense.
		_ = c.SetKeepalive(b.now, Keepalive{On: n%2 == 0, Idle: time.Duration(n) * time.Second, Interval: time.Second, Probes: n})
		_ = c.SetRetries(Retries{R1: n % 5, Syn: n, Data: n})
		_ = c.SetFinWait2(time.Duration(n-1) * time.Second)
	case 14:
		c.PacketTooBig(b.now, c.SndUna+Seq(x[2]), n*6)
	}
}
