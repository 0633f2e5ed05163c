package tcp

import (
	"testing"
	"time"
)

// R1, R2 and the FIN-WAIT-2 timeout of one connection, in place of those of the host.
func TestSettingsOfOneConnection(t *testing.T) {
	t.Parallel()
	for name, s := range map[string][]steps{
		"R2":                            {passive, {{"retries 3 9 1", "ESTABLISHED"}, {"send 10", "P. 1(10) 1, ESTABLISHED"}, {"wait 3s", "1s: P. 1(10) 1, CLOSED"}}},
		"R2 for SYN":                    {{{"retries 3 1 9", "CLOSED"}, {"open", "S 0(0), SYN-SENT"}, {"wait 3s", "1s: S 0(0), CLOSED"}}},
		"R2 that was passed already":    {passive, {{"send 10", "P. 1(10) 1, ESTABLISHED"}, {"wait 3s", "1s: P. 1(10) 1, 3s: P. 1(10) 1, ESTABLISHED"}, {"retries 3 9 1", "ESTABLISHED"}, {"wait 4s", "CLOSED"}}},
		"the FIN-WAIT-2 timeout":        {passive, {{"finwait2 10s", "ESTABLISHED"}, {"leave", "F. 1(0) 1, FIN-WAIT-1"}, {"< . 1(0) 2", "FIN-WAIT-2"}, {"wait 10s", "10s: R. 2(0) 1, CLOSED"}}},
		"none":                          {passive, {{"finwait2 0s", "ESTABLISHED"}, {"leave", "F. 1(0) 1, FIN-WAIT-1"}, {"< . 1(0) 2", "FIN-WAIT-2"}, {"wait 1000h", "FIN-WAIT-2"}}},
		"kept by one who listens again": {{{"retries 3 0 9", "CLOSED"}, {"listen", "LISTEN"}, {"< S 0(0)", "S. 0(0) 1, SYN-RECEIVED"}, {"< R 1(0)", "LISTEN"}, {"< S 0(0)", "S. 0(0) 1, SYN-RECEIVED"}, {"wait 1s", "CLOSED"}}},
		"bad":                           {{{"retries -1 0 0", "invalid value, CLOSED"}, {"retries 0 -1 0", "invalid value, CLOSED"}, {"retries 0 0 -1", "invalid value, CLOSED"}, {"finwait2 -1s", "invalid value, CLOSED"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, func(c *Config) { c.FinWait2 = time.Minute }, s...)
		})
	}
}

// What Config says is what a connection begins with.
func TestSettingsOfTheHost(t *testing.T) {
	t.Parallel()
	play(t, func(c *Config) { c.UserTimeout = 2500 * time.Millisecond }, passive,
		steps{{"send 10", "P. 1(10) 1, ESTABLISHED"}, {"wait 2500ms", "1s: P. 1(10) 1, CLOSED"}})
	play(t, func(c *Config) { c.MaxSegment = 700 }, passive, steps{{"send 1000", ". 1(700) 1, P. 701(300) 1, ESTABLISHED"}})
	cfg := Default()
	cfg.MaxSegment, cfg.TTL, cfg.DiffServ, cfg.R1 = 700, 9, 0x28, 1
	b := newBench(t, cfg, 1000, 2000)
	var syn Segment
	b.env.Send = func(_ *TCB, s *Segment) { syn = *s }
	b.do("open")
	if b.tcb.TTL != 9 || b.tcb.DiffServ != 0x28 || syn.Options.MSS != 700 {
		t.Errorf("TTL %d, DiffServ %#x, MSS option %d", b.tcb.TTL, b.tcb.DiffServ, syn.Options.MSS)
	}
	if b.do("wait 1s"); !b.tcb.Status().R1 {
		t.Error("R1 is not told after one retransmission")
	}
	if ttl := New(NewEnv(Default(), 1500, 1, nil), local4, remote4).TTL; ttl != 64 {
		t.Errorf("the default TTL is %d", ttl)
	}
}
