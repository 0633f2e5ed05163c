package tcp

import (
	"fmt"
	"testing"
)

func withSACK(c *Config) { c.SACK = true }

// selective are ways into ESTABLISHED with SACK in use.
var selective = steps{
	{"listen", "LISTEN"},
	{"< S 0(0) mss 1000 sackOK", "S. 0(0) 1 sackOK, SYN-RECEIVED"},
	{"< . 1(0) 1", "ESTABLISHED"},
}

func TestSACKPermitted(t *testing.T) {
	t.Parallel()
	outOfOrder := steps{{"< . 11(10) 1", ". 1(0) 1, ESTABLISHED"}}
	for name, c := range map[string]struct {
		change func(*Config)
		steps  []steps
	}{
		"RFC 2018 §2: a SYN offers it, and so does the one that goes out again": {withSACK, []steps{{
			{"open", "S 0(0) sackOK, SYN-SENT"}, {"wait 1s", "1s: S 0(0) sackOK, SYN-SENT"}}}},
		"§4: no blocks where the peer did not offer": {withSACK, []steps{{
			{"open", "S 0(0) sackOK, SYN-SENT"}, {"< S. 0(0) 1", ". 1(0) 1, ESTABLISHED"}}, outOfOrder}},
		"nor in a passive open": {withSACK, []steps{passive, outOfOrder}},
		"§2: on another segment it is not looked at": {withSACK, []steps{passive, {
			{"< . 1(0) 1 sackOK", "ESTABLISHED"}}, outOfOrder}},
		"switched off": {nil, []steps{{
			{"open", "S 0(0), SYN-SENT"}, {"< S. 0(0) 1 sackOK", ". 1(0) 1, ESTABLISHED"}}, outOfOrder}},
		"switched off, passive": {nil, []steps{{
			{"listen", "LISTEN"}, {"< S 0(0) sackOK", "S. 0(0) 1, SYN-RECEIVED"}, {"< . 1(0) 1", "ESTABLISHED"}}, outOfOrder}},
		"SYNs that cross": {withSACK, []steps{{
			{"open", "S 0(0) sackOK, SYN-SENT"}, {"< S 0(0) sackOK", "S. 0(0) 1 sackOK, SYN-RECEIVED"}, {"< . 1(0) 1", "ESTABLISHED"},
			{"< . 11(10) 1", ". 1(0) 1 sack 11:21, ESTABLISHED"}}}},
		"an old duplicate SYN leaves nothing of it": {withSACK, []steps{{
			{"listen", "LISTEN"}, {"< S 0(0) sackOK", "S. 0(0) 1 sackOK, SYN-RECEIVED"}, {"< R 1(0)", "LISTEN"}, {"< S 0(0)", "S. 0(0) 1, SYN-RECEIVED"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, c.change, c.steps...)
		})
	}
}

func TestSACKBlocks(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]steps{
		"RFC 2018 §7, case 2": {
			{"< . 501(500) 1", ". 1(0) 1 sack 501:1001, ESTABLISHED"}, {"< . 1001(500) 1", ". 1(0) 1 sack 501:1501, ESTABLISHED"},
			{"< . 1501(500) 1", ". 1(0) 1 sack 501:2001, ESTABLISHED"}, {"< . 1(500) 1", ". 1(0) 2001, ESTABLISHED"}},
		"case 3": {
			{"< . 1(500) 1", ". 1(0) 501, ESTABLISHED"}, {"< . 1001(500) 1", ". 1(0) 501 sack 1001:1501, ESTABLISHED"},
			{"< . 2001(500) 1", ". 1(0) 501 sack 2001:2501 sack 1001:1501, ESTABLISHED"},
			{"< . 3001(500) 1", ". 1(0) 501 sack 3001:3501 sack 2001:2501 sack 1001:1501, ESTABLISHED"},
			{"< . 1501(500) 1", ". 1(0) 501 sack 1001:2501 sack 3001:3501, ESTABLISHED"},
			{"< . 501(500) 1", ". 1(0) 2501 sack 3001:3501, ESTABLISHED"}},
		"§3: four blocks at most, the latest first": {
			{"< . 11(5) 1", ". 1(0) 1 sack 11:16, ESTABLISHED"}, {"< . 21(5) 1", ". 1(0) 1 sack 21:26 sack 11:16, ESTABLISHED"},
			{"< . 31(5) 1", ". 1(0) 1 sack 31:36 sack 21:26 sack 11:16, ESTABLISHED"}, {"< . 41(5) 1", ". 1(0) 1 sack 41:46 sack 31:36 sack 21:26 sack 11:16, ESTABLISHED"},
			{"< . 51(5) 1", ". 1(0) 1 sack 51:56 sack 41:46 sack 31:36 sack 21:26, ESTABLISHED"}, {"< . 16(2) 1", ". 1(0) 1 sack 11:18 sack 51:56 sack 41:46 sack 31:36, ESTABLISHED"}},
		"§4: text bears them, too, and makes way for them": {
			{"< . 11(10) 1", ". 1(0) 1 sack 11:21, ESTABLISHED"}, {"send 1000", ". 1(988) 1 sack 11:21, P. 989(12) 1 sack 11:21, ESTABLISHED"},
			{"< . 1(10) 1001", ". 1001(0) 21, ESTABLISHED"}, {"send 1000", "P. 1001(1000) 21, ESTABLISHED"}},
		"what came with a FIN": {{"< F. 11(10) 1", ". 1(0) 1 sack 11:21, ESTABLISHED"}, {"< . 1(10) 1", ". 1(0) 22, CLOSE-WAIT"}},
		"a RST has none":       {{"< . 11(10) 1", ". 1(0) 1 sack 11:21, ESTABLISHED"}, {"abort", "R. 1(0) 1, CLOSED"}},
		// RFC 2883 §4.1, §5.1.
		"a duplicate below RCV.NXT": {
			{"< . 1(500) 1", ". 1(0) 501, ESTABLISHED"}, {"< . 1(500) 1", ". 1(0) 501 sack 1:501, ESTABLISHED"}, {"send 5", "P. 1(5) 501, ESTABLISHED"}},
		"example 2: and a hole": {
			{"< . 1(500) 1", ". 1(0) 501, ESTABLISHED"}, {"< . 1001(500) 1", ". 1(0) 501 sack 1001:1501, ESTABLISHED"},
			{"< . 1(500) 1", ". 1(0) 501 sack 1:501 sack 1001:1501, ESTABLISHED"}},
		"example 3: a duplicate beyond a hole": {
			{"< . 1001(500) 1", ". 1(0) 1 sack 1001:1501, ESTABLISHED"}, {"< . 1501(500) 1", ". 1(0) 1 sack 1001:2001, ESTABLISHED"},
			{"< . 3001(500) 1", ". 1(0) 1 sack 3001:3501 sack 1001:2001, ESTABLISHED"},
			{"< . 1501(500) 1", ". 1(0) 1 sack 1501:2001 sack 1001:2001 sack 3001:3501, ESTABLISHED"}},
		"example 4: a part": {
			{"< . 1001(500) 1", ". 1(0) 1 sack 1001:1501, ESTABLISHED"}, {"< . 1(500) 1", ". 1(0) 501 sack 1001:1501, ESTABLISHED"},
			{"< . 1(1000) 1", ". 1(0) 1501 sack 1:501, ESTABLISHED"}},
		"example 6: two parts, of which the first is told": {
			{"< . 501(500) 1", ". 1(0) 1 sack 501:1001, ESTABLISHED"}, {"< . 1501(500) 1", ". 1(0) 1 sack 1501:2001 sack 501:1001, ESTABLISHED"},
			{"< . 2501(500) 1", ". 1(0) 1 sack 2501:3001 sack 1501:2001 sack 501:1001, ESTABLISHED"},
			{"< . 501(1500) 1", ". 1(0) 1 sack 501:1001 sack 501:2001 sack 2501:3001, ESTABLISHED"}},
		"once, on the first of what goes out": {
			{"< . 1(10) 1 win 1000", ". 1(0) 11, ESTABLISHED"}, {"send 3000", ". 1(1000) 11, ESTABLISHED"},
			{"< . 6(10) 1001 win 2000", ". 1001(988) 16 sack 6:11, . 1989(1000) 16, P. 2989(12) 16, ESTABLISHED"}},
		"a FIN that comes again": {
			{"< F. 1(10) 1", ". 1(0) 12, CLOSE-WAIT"}, {"< F. 11(0) 1", ". 1(0) 12 sack 11:12, CLOSE-WAIT"}},
		"a SYN is no duplicate": {{"< S 0(0)", ". 1(0) 1, ESTABLISHED"}},
		"a RST is none":         {{"< . 1(10) 1", ". 1(0) 11, ESTABLISHED"}, {"< R. 1(10) 1", "ESTABLISHED"}, {"< . 12(0) 1", "ESTABLISHED"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, withSACK, selective, s)
		})
	}
	noDSACK := func(c *Config) { c.SACK, c.DSACK = true, false }
	play(t, noDSACK, selective, steps{{"< . 1(10) 1", ". 1(0) 11, ESTABLISHED"}, {"< . 1(10) 1", ". 1(0) 11, ESTABLISHED"}})
	delayed := func(c *Config) { c.SACK, c.DelayedACK = true, true }
	play(t, delayed, selective, steps{ // a duplicate with new text behind it waits for no second segment
		{"< . 1(10) 1", "ESTABLISHED"}, {"< . 6(10) 1", ". 1(0) 16 sack 6:11, ESTABLISHED"}})
	stamps := func(c *Config) { c.SACK, c.Timestamps = true, true }
	play(t, stamps, steps{ // §3: three beside timestamps
		{"open", "S 0(0) ts 0 0 sackOK, SYN-SENT"}, {"< S. 0(0) 1 mss 1000 ts 9 0 sackOK", ". 1(0) 1 ts 0 9, ESTABLISHED"},
		{"< . 11(5) 1 ts 9 0", ". 1(0) 1 ts 0 9 sack 11:16, ESTABLISHED"}, {"< . 21(5) 1 ts 9 0", ". 1(0) 1 ts 0 9 sack 21:26 sack 11:16, ESTABLISHED"},
		{"< . 31(5) 1 ts 9 0", ". 1(0) 1 ts 0 9 sack 31:36 sack 21:26 sack 11:16, ESTABLISHED"},
		{"< . 41(5) 1 ts 9 0", ". 1(0) 1 ts 0 9 sack 41:46 sack 31:36 sack 21:26, ESTABLISHED"},
		{"send 1000", ". 1(960) 1 ts 0 9 sack 41:46 sack 31:36 sack 21:26, P. 961(40) 1 ts 0 9 sack 41:46 sack 31:36 sack 21:26, ESTABLISHED"},
		// RFC 2883 §4.3: what PAWS takes for old is a duplicate all the same.
		{"< . 11(5) 1 ts 8 0", ". 1001(0) 1 ts 0 9 sack 11:16 sack 41:46 sack 31:36, ESTABLISHED"}})
}

// So many runs and no more are held, those that are nearest to RCV.NXT; "the first SACK block MUST reflect the newest
// segment", even one that is not kept (RFC 2018 §8).
func TestHeldRunsAreBounded(t *testing.T) {
	t.Parallel()
	cfg := Default()
	cfg.WindowScale, cfg.Timestamps = false, false
	b := newBench(t, cfg, 1<<32-5, 1<<32-9)
	for _, x := range selective {
		b.do(x[0])
	}
	for i := 1; i <= maxHeld; i++ {
		b.do(fmt.Sprintf("< . %d(1) 1", 10*i))
	}
	last := 10 * maxHeld
	want := fmt.Sprintf(". 1(0) 1 sack %d:%d sack %d:%d sack %d:%d sack %d:%d, ESTABLISHED",
		last+10, last+11, last, last+1, last-10, last-9, last-20, last-19)
	if got := b.do(fmt.Sprintf("< . %d(1) 1", last+10)); got != want {
		t.Errorf("one run too many: %s\nwant %s", got, want)
	}
	want = fmt.Sprintf(". 1(0) 1 sack 5:6 sack %d:%d sack %d:%d sack %d:%d, ESTABLISHED", last-10, last-9, last-20, last-19, last-30, last-29)
	if got := b.do("< . 5(1) 1"); got != want { // the highest makes way
		t.Errorf("a run that is nearer: %s\nwant %s", got, want)
	}
	if n := len(b.tcb.rcv.held); n != maxHeld {
		t.Errorf("%d runs held", n)
	}
}
