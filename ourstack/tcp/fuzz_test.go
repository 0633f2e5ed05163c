package tcp

import (
	"encoding/binary"
	"testing"
	"time"
)

// FuzzArrives plays any calls, segments and times against a TCB. Whatever comes: no panic, only transitions of Figure 5,
// SND.UNA =< SND.NXT, no right edge that moves left, no text outside the window of the peer but one octet of a probe,
// bounded memory, and no deadline in the past.
func FuzzArrives(f *testing.F) {
	step := func(op byte, flags Flags, seq, ack int16, n byte, wnd uint16) []byte {
		b := []byte{op, byte(flags)}
		b = binary.BigEndian.AppendUint16(b, uint16(seq))
		b = binary.BigEndian.AppendUint16(b, uint16(ack))
		b = append(b, n)
		return binary.BigEndian.AppendUint16(b, wnd)
	}
	join := func(parts ...[]byte) (b []byte) {
		for _, p := range parts {
			b = append(b, p...)
		}
		return b
	}
	open := join(step(0, 0, 0, 0, 0, 0), step(9, SYN, 0, 0, 0, 1000), step(9, ACK, 0, 1, 0, 1000))
	f.Add(uint32(8000), open)
	f.Add(uint32(1<<32-1), join(open, step(9, ACK, 10, 0, 10, 1000), step(9, ACK|FIN, 0, 0, 10, 0), step(2, 0, 0, 0, 200, 0), step(8, 0, 0, 0, 200, 0)))
	f.Add(uint32(1<<31), join(open, step(4, 0, 0, 0, 0, 0), step(9, ACK|FIN, 0, 1, 0, 9), step(8, 0, 0, 0, 255, 0)))
	f.Add(uint32(0), join(step(1, 0, 0, 0, 0, 0), step(9, SYN|FIN, 0, 0, 9, 0), step(9, ACK, 0, 1, 0, 0), step(2, 0, 0, 0, 9, 0), step(8, 0, 0, 0, 90, 0)))
	f.Add(uint32(77), join(open, step(5, 0, 0, 0, 0, 0), step(9, ACK, 0, 1, 9, 9), step(9, RST, 0, 1, 9, 9)))
	f.Fuzz(func(t *testing.T, isn uint32, script []byte) {
		cfg := Default()
		cfg.ReceiveBuffer, cfg.SendBuffer = 3000, 3000
		b := newBench(t, cfg, Seq(isn), Seq(isn)^0x5555)
		var edge Seq
		haveEdge := false
		figure5 := b.tcb.watch
		b.tcb.watch = func(from, to State) {
			figure5(from, to)
			haveEdge = haveEdge && to != Closed && to != Listen // the next connection begins anew
		}
		b.env.Send = func(tcb *TCB, s *Segment) {
			if s.Flags.Has(ACK) && !s.Flags.Has(RST) {
				if now := s.Ack + Seq(s.Wnd)<<tcb.RcvWindShift; haveEdge && now.Less(edge) {
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
		for range 200 {
			if len(script) < 9 {
				break
			}
			x := script[:9]
			script = script[9:]
			n := int(x[6])
			switch x[0] % 10 {
			case 0:
				b.tcb.OpenPassive(b.now)
			case 1:
				b.tcb.OpenActive(b.now)
			case 2:
				b.tcb.Send(b.now, p[:n])
			case 3:
				b.tcb.Receive(b.now, p[:n])
			case 4:
				b.tcb.Close(b.now)
			case 5:
				b.tcb.Leave(b.now)
			case 6:
				b.tcb.SetBuffers(n*16+1, n*16+1)
			case 7:
				if n == 0 {
					b.tcb.Abort(b.now)
				}
				b.tcb.SetNagle(b.now, n%2 == 0)
			case 8:
				b.wait(time.Duration(n) * time.Second)
			case 9:
				s := &Segment{Flags: Flags(x[1]), Wnd: binary.BigEndian.Uint16(x[7:]), Text: p[:n],
					Seq: b.tcb.RcvNxt + Seq(int16(binary.BigEndian.Uint16(x[2:]))),
					Ack: b.tcb.SndUna + Seq(int16(binary.BigEndian.Uint16(x[4:])))}
				if o := n >> 4; o > 0 { // some octets of text count as what RFC 7323 puts into the header
					s.Options.HasWindowScale, s.Options.WindowScale = o&1 != 0, uint8(n)
					s.Options.HasTimestamps, s.Options.TSVal, s.Options.TSEcr = o&2 != 0, uint32(n)<<24|uint32(b.now), b.clock
				}
				b.tcb.Arrives(b.now, s)
			}
			c := b.tcb
			if c.SndNxt.Less(c.SndUna) || c.resend.Less(c.SndUna) || c.SndNxt.Less(c.resend) {
				t.Fatalf("SND.UNA %d, next %d, SND.NXT %d", c.SndUna, c.resend, c.SndNxt)
			}
			if len(c.rcv.b)-c.rcv.head > 65535 || c.rcv.user < 0 || len(c.rcv.held) > maxHeld || c.snd.len() > 1<<16 {
				t.Fatalf("buffers: %d in %d, %d held, %d to send", c.rcv.user, len(c.rcv.b), len(c.rcv.held), c.snd.len())
			}
			if at, ok := c.Deadline(); ok && at < b.now {
				t.Fatalf("a deadline %v in the past, in %v", b.now-at, c.state)
			}
			if c.state == Closed && (c.rexmit.on || c.override.on || c.delayed.on || c.timeWait.on) {
				t.Fatal("a timer runs in CLOSED")
			}
		}
	})
}
