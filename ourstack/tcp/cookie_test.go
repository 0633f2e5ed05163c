package tcp

import (
	"testing"
	"time"
)

// A SYN and the ACK of its cookie, with nothing kept in between: what the peer sees is one connection, whatever it has offered.
func TestCookieHandshake(t *testing.T) {
	t.Parallel()
	const offer = "S 0(0) mss 1000 ws 3 ts 5 0 sackOK"
	for _, c := range []struct {
		syn, synACK, ack string // the cookie's own number and the clock's stand as zero
		want             string
		mss              int
	}{
		{"S 0(0)", "S. 0(0) 1 win 65535", "< . 1(0) 1", "ESTABLISHED", 536},
		{"S 0(0) mss 27", "", "< . 1(0) 1", "R 1(0) win 0, LISTEN", 0},
		{"S 0(0) mss 28", "S. 0(0) 1 win 65535", "< . 1(3) 1", ". 1(0) 4 win 65532, ESTABLISHED", 28},
		{"SF 0(5) mss 1219", "S. 0(0) 1 win 65535", "< F. 1(5) 1", ". 1(0) 7 win 65529, CLOSE-WAIT", 1024},
		{"S 0(0) mss 1400 ws 3 sackOK", "S. 0(0) 1 win 65535", "< . 1(0) 1", "ESTABLISHED", 1380},
		{offer, "S. 0(0) 1 win 65535 ws 1 ts 0 5 sackOK", "< . 1(0) 1 ts 6 0", "ESTABLISHED", 536 - timestampsLen},
		{offer, "S. 0(0) 1 win 65535 ws 1 ts 0 5 sackOK", "< . 1(0) 2 ts 6 0", "R 2(0) win 0 ts zero 6, LISTEN", 0},
	} {
		cfg := Default()
		cfg.DelayedACK = false
		b := newBench(t, cfg, 0, 1<<32-9)
		b.now += time.Hour
		b.do("listen")
		var cookie Segment
		b.env.Send = func(_ *TCB, s *Segment) { cookie = *s }
		sent := b.tcb.SendCookie(b.now, b.parse(c.syn))
		if sent != (c.synACK != "") {
			t.Errorf("%s: answered %v", c.syn, sent)
			continue
		}
		b.env.Send = func(_ *TCB, s *Segment) { b.out = append(b.out, b.show(s)) }
		b.tcb = New(b.env, local4, remote4) // nothing is kept
		if b.do("listen"); sent {
			b.iss, b.clock = cookie.Seq, cookie.Options.TSVal
			if got := b.show(&cookie); got != c.synACK {
				t.Errorf("%s: the cookie is %s, want %s", c.syn, got, c.synACK)
			}
		}
		ack := b.parse(c.ack[2:])
		b.now += 50 * time.Millisecond
		var got string
		if b.tcb.AcksCookie(b.now, ack) {
			b.out = nil
			b.tcb.ArrivesOnCookie(b.now, ack)
			if err := b.tcb.Check(); err != nil {
				t.Errorf("%s: %v", c.syn, err)
			}
			for _, s := range b.out {
				got += s + ", "
			}
			got += b.tcb.State().String()
		} else {
			got = b.do(c.ack)
		}
		if got != c.want {
			t.Errorf("%s, %s: %s, want %s", c.syn, c.ack, got, c.want)
		}
		if c.mss > 0 && b.tcb.mss() != c.mss {
			t.Errorf("%s: Eff.snd.MSS %d, want %d", c.syn, b.tcb.mss(), c.mss)
		}
	}
}
