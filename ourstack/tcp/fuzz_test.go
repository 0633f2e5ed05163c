package tcp

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/twinstack/twinstack/ourstack/ip"
)

// stepLen is how many octets of a script make one step of anyEvents: what, flags, place, acknowledgment, amount, window.
const stepLen = 6

// FuzzSegmentArrives plays any calls, segments and times against a TCB. Whatever comes: no panic, only transitions of Figure 5,
// all that Check knows (no wait without a timer that runs or a reason), every octet at its place in the stream, no right edge
// that moves left, no text outside the window of the peer but one octet of a probe, bounded memory, and no deadline in the
// past or beyond what the configuration says. In the end the peer falls silent, or behaves: see silence and amends.
func FuzzSegmentArrives(f *testing.F) {
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
	// Much text through buffers and a record of segments that are never empty.
	sends, takes, small := open, open, join(open, []byte{7, 0, 0, 0, 1, 0})
	for range 40 {
		sends = join(sends, bytes.Repeat([]byte{2, 0, 0, 0, 250, 0}, 4), []byte{9, ack, 8, 2, 0, 3 | 8})
		takes = join(takes, []byte{9, ack, 0, 2, 250, 3 | 8, 3, 0, 0, 0, 200, 0})
	}
	for range 90 {
		small = join(small, []byte{2, 0, 0, 0, 250, 0, 9, ack, 8, 1 | 0xf8, 0, 3 | 8})
	}
	f.Add(uint32(4), sends)
	f.Add(uint32(4), takes)
	f.Add(uint32(4), small)
	// Two floods of runs beyond a hole.
	f.Add(uint32(1), join(open, []byte{10, 0x80, 0, 0, 255, 0, 10, 0x80, 255, 0, 255, 0}))
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

// TestAnyEvents is FuzzSegmentArrives with scripts out of a generator.
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
	cfg.SACK, cfg.RACK, cfg.CongestionControl, cfg.ECN = isn&4 != 0, isn&8 != 0, Algorithm(isn>>4&1), isn&64 != 0
	if isn&32 != 0 {
		cfg.FinWait2 = time.Minute
	}
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
	var peak peak
	b.env.Send = func(tcb *TCB, s *Segment) {
		peak.note(tcb)
		if s.Flags&(SYN|RST|ACK) == ACK {
			// What the shift cuts off does not count (RFC 7323 §2.4).
			shift := tcb.RcvWindShift
			if now := s.Ack + Seq(s.Wnd)<<shift; haveEdge && (now + 1<<shift - 1).Less(edge) {
				t.Fatalf("the right edge moved left by %d", edge.Sub(now))
			} else {
				edge, haveEdge = now, true
			}
		}
		if s.ECN != ip.NotECT && (!cfg.ECN || s.ECN != ip.ECT0 || s.Flags&(SYN|RST) != 0 || len(s.Text) == 0 || s.Seq != tcb.SndNxt) {
			t.Fatalf("codepoint %d on %v", s.ECN, s.Flags)
		}
		beyond := (s.Seq + Seq(len(s.Text))).Sub(tcb.SndUna + Seq(tcb.MaxSndWnd))
		if len(s.Text) > 1 && beyond > 0 {
			t.Fatalf("%d octets beyond any window that was offered", beyond)
		}
		for i, x := range s.Text {
			if x != octet(s.Seq+Seq(i)) {
				t.Fatalf("octet %d of what was sent is wrong", (s.Seq + Seq(i)).Sub(tcb.Iss))
			}
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
		if c.rcv.user > max(cfg.ReceiveBuffer, maxSmall) || c.snd.len() > max(cfg.SendBuffer, maxSmall) {
			t.Fatalf("buffers: %d unread, %d to send", c.rcv.user, c.snd.len())
		}
		peak.note(c)
		if err := peak.exceeded(c); err != "" {
			t.Fatal(err)
		}
		b.deadline()
	}
	b.env.Send = func(*TCB, *Segment) {}
	if isn&64 != 0 {
		b.amends()
	} else {
		b.silence()
	}
}

// maxSmall is how many octets the buffers have at most that event sets.
const maxSmall = 255*16 + 1

// peak is how much there was at most, in octets and records.
type peak struct{ text, received, held, segments int }

func (p *peak) note(c *TCB) {
	p.text, p.received = max(p.text, c.snd.len()), max(p.received, c.rcv.user+int(c.RcvWnd))
	p.held, p.segments = max(p.held, len(c.rcv.held)), max(p.segments, len(c.flight.list()))
}

// exceeded says what takes more memory than what there was needs: twice as much and a little, since buffers grow by that.
func (p *peak) exceeded(c *TCB) string {
	for _, x := range []struct {
		what                 string
		takes, needs, little int
	}{
		{"text to send", cap(c.snd.b), p.text, 600}, {"text received", cap(c.rcv.b), p.received, 600},
		{"runs held", cap(c.rcv.held), p.held, 16}, {"segments on their way", cap(c.flight.b), p.segments, 16},
	} {
		if x.takes > 2*x.needs+x.little {
			return fmt.Sprintf("%s: memory for %d, there were %d", x.what, x.takes, x.needs)
		}
	}
	return ""
}

// deadline fails the test where the next deadline is in the past, or so far ahead that nothing it could be for explains it.
func (b *bench) deadline() {
	b.t.Helper()
	c := b.tcb
	longest := max(2*b.env.Config.MSL, b.env.Config.RTOMax, c.keepalive.Idle, 255*time.Second, c.userTimeout)
	if at, ok := c.Deadline(); ok && (at < b.now || at > b.now+longest) {
		b.t.Fatalf("%v: the deadline is %v away", c.state, at-b.now)
	}
}

// event is one step of a script.
func (b *bench) event(x, text []byte) {
	c, n := b.tcb, len(text)
	// fill writes what stands in a stream from a number on.
	fill := func(from Seq) []byte {
		for i := range text {
			text[i] = octet(from + Seq(i))
		}
		return text
	}
	next := c.snd.end()
	if c.state == Listen {
		next = b.env.ISNs.At(b.now, c.Local, c.Remote) + 1 // SEND makes an active OPEN of it
	}
	switch x[0] % 15 {
	case 0:
		c.OpenPassive(b.now)
	case 1:
		c.OpenActive(b.now)
	case 2:
		c.Send(b.now, fill(next))
	case 3:
		b.read(text)
	case 4:
		c.Close(b.now)
	case 5:
		c.Leave(b.now)
		if n%2 == 0 {
			c.Linger(b.now, time.Duration(n)*time.Second)
		}
	case 6:
		c.SetBuffers(n*16+1, n*16+1)
		c.SetUserTimeout(time.Duration(x[1]/64) * time.Minute)
		if at, ok := c.Deadline(); ok && at < b.now {
			c.Timeout(b.now) // its patience has ended already
		}
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
			Ack:   [...]Seq{c.SndUna, c.SndUna + 1 + Seq(x[3]&0xf8), c.SndNxt, c.SndNxt, c.SndNxt + 1, c.SndUna - 1, c.Iss, c.finNumber()}[x[3]%8],
			Up:    uint16(x[2]),
			ECN:   ip.ECN(x[5] >> 1 & 3),
			Wnd:   [...]uint16{0, uint16(c.SndWnd), 1, 1000, 300, 65535, uint16(c.SndWnd), uint16(c.SndWnd)}[x[5]%8],
		}
		if x[2]%16 < 8 {
			s.Text = fill(s.textSeq())
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
		switch {
		case x[1]&0x80 != 0:
			// A flood of runs that do not touch.
			for i := range n {
				s := &Segment{Flags: ACK, Seq: c.RcvNxt + Seq(x[2]) + Seq(2*i+1), Ack: c.SndUna, Wnd: 1000}
				s.Text = []byte{octet(s.Seq)}
				s.Options.HasTimestamps, s.Options.TSVal, s.Options.TSEcr = c.SndTsOK, c.TsRecent, b.clock
				c.Arrives(b.now, s)
			}
		case x[1]%2 == 0:
			c.Unreachable(b.now, c.SndUna+Seq(n), ErrConnectionRefused)
		default:
			c.SoftError(c.SndUna+Seq(n), ErrHostUnreachable)
		}
	case 11:
		c.LimitMSS(n * 10)
	case 12:
		c.SendUrgent(b.now, fill(next))
	case 13:
		// It fails where the amounts make no sense.
		_ = c.SetKeepalive(b.now, Keepalive{On: n%2 == 0, Idle: time.Duration(n) * time.Second, Interval: time.Second, Probes: n})
		_ = c.SetRetries(Retries{R1: n % 5, Syn: n, Data: n})
		_ = c.SetFinWait2(time.Duration(n-1) * time.Second)
	case 14:
		c.PacketTooBig(b.now, c.SndUna+Seq(x[2]), n*6)
	}
}

// read is RECEIVE, and fails the test where an octet is not what stands at its place in the stream.
func (b *bench) read(p []byte) {
	b.t.Helper()
	first := b.tcb.consumed()
	n, _ := b.tcb.Receive(b.now, p)
	for i, o := range p[:n] {
		if at := first + Seq(i); o != octet(at) {
			b.t.Fatalf("octet %d of what was received is wrong", at.Sub(b.tcb.Irs))
		}
	}
}
