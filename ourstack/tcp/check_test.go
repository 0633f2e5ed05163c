package tcp

import (
	"strings"
	"testing"
	"time"
)

// Check finds each thing that never may be.
func TestCheckFinds(t *testing.T) {
	t.Parallel()
	sack := func(b *bench) {
		for _, x := range []string{"open", "< S. 0(0) 1 mss 1000 sackOK", "wait 10ms", "send 5000", "wait 10ms", "< . 1(0) 1 sack 2001:3001", "< . 2001(100) 1"} {
			b.do(x)
		}
	}
	opened := func(steps ...string) func(*bench) {
		return func(b *bench) {
			for _, x := range append([]string{"open", "< S. 0(0) 1 mss 1000"}, steps...) {
				b.do(x)
			}
		}
	}
	for what, x := range map[string]struct {
		way  func(*bench)
		harm func(*TCB)
	}{
		"next to send":           {sack, func(c *TCB) { c.resend = c.SndNxt + 1 }},
		"the send buffer begins": {sack, func(c *TCB) { c.snd.base++ }},
		"scoreboard: {":          {sack, func(c *TCB) { c.flight.list()[1].from++ }},
		"the scoreboard ends":    {sack, func(c *TCB) { c.flight.b = c.flight.b[:len(c.flight.b)-1] }},
		"sums of the scoreboard": {sack, func(c *TCB) { c.flight.octets++ }},
		"SND.UNA is SACKed": {sack, func(c *TCB) {
			l := c.flight.list()
			c.flight.count(&l[0], -1)
			l[0].sacked = true
			c.flight.count(&l[0], 1)
		}},
		"segments on the scoreboard":  {opened(), func(c *TCB) { c.flight.push(sent{span: span{1, 2}}) }},
		"retransmission timer, text":  {sack, func(c *TCB) { c.rexmit.stop() }},
		"override timer, text":        {opened("< . 1(0) 1 win 0", "send 10"), func(c *TCB) { c.override.stop() }},
		"delayed ACK timer, text":     {opened(), func(c *TCB) { c.delayed.start(0, 1) }},
		"2MSL timer, TIME-WAIT":       {opened("close", "< F. 1(0) 2"), func(c *TCB) { c.timeWait.stop() }},
		"early timer":                 {sack, func(c *TCB) { c.early.reason, c.early.on = overdue, false }},
		"an ACK that is owed":         {opened(), func(c *TCB) { c.ackNow = true }},
		"held [":                      {sack, func(c *TCB) { c.rcv.held[0].to = c.rcv.held[0].from }},
		"octets stored":               {sack, func(c *TCB) { c.rcv.b = c.rcv.b[:1] }},
		"octets held":                 {sack, func(c *TCB) { c.RcvWnd = 1 }},
		"runs held":                   {sack, func(c *TCB) { c.rcv.held = scattered(c.RcvNxt) }},
		"CLOSE called":                {opened("close", "< . 1(0) 2"), func(c *TCB) { c.eof = true }},
		"text or FIN of the peer":     {opened(), func(c *TCB) { c.LastAckSent-- }},
		"nobody reads":                {opened("close", "< . 1(0) 2"), func(c *TCB) { c.gone = true }},
		"no timer runs, and there is": {func(b *bench) { b.do("open") }, func(c *TCB) { c.SndUna = c.SndNxt; c.rexmit.stop() }},
		"is due at":                   {func(b *bench) { b.do("listen") }, func(c *TCB) { c.orphan.start(0, 1) }},
		"octets to send, 60535 in":    {opened("send 5000"), func(c *TCB) { c.snd.b = append(c.snd.b, make([]byte, 2000)...) }},
	} {
		cfg := Default()
		cfg.Timestamps, cfg.WindowScale, cfg.FinWait2, cfg.DelayedACK = false, false, time.Minute, false
		b := newBench(t, cfg, 77, 88)
		x.way(b)
		c := b.tcb
		if err := c.Check(); err != nil {
			t.Errorf("%s: %v before it", what, err)
		}
		if x.harm(c); c.Check() == nil || !strings.Contains(c.Check().Error(), what) {
			t.Errorf("%s: %v", what, c.Check())
		}
	}
}

// scattered are more runs beyond a hole than are ever held.
func scattered(next Seq) []held {
	var runs []held
	for i := range Seq(maxHeld + 1) {
		runs = append(runs, held{span{next + 2*i + 1, next + 2*i + 2}, 0})
	}
	return runs
}
