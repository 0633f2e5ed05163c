package tcp

import "testing"

func TestCork(t *testing.T) {
	t.Parallel()
	in := steps{{"cork in", "ESTABLISHED"}}
	for name, s := range map[string]steps{
		"less than a segment waits, a full one does not": {
			{"send 10", "ESTABLISHED"}, {"send 990", "P. 1(1000) 1, ESTABLISHED"}, {"send 1500", ". 1001(1000) 1, ESTABLISHED"},
			{"cork out", "P. 2001(500) 1, ESTABLISHED"}, {"send 1", "P. 2501(1) 1, ESTABLISHED"}},
		"for 200 ms": {
			{"send 10", "ESTABLISHED"}, {"wait 150ms", "ESTABLISHED"}, {"send 20", "ESTABLISHED"}, {"wait 49ms", "ESTABLISHED"},
			{"wait 1ms", "1ms: P. 1(30) 1, ESTABLISHED"}, {"send 5", "ESTABLISHED"}, {"wait 200ms", "200ms: P. 31(5) 1, ESTABLISHED"}},
		"an ACK does not take it out": {
			{"send 1010", ". 1(1000) 1, ESTABLISHED"}, {"wait 100ms", "ESTABLISHED"}, {"< . 1(0) 1001", "ESTABLISHED"}, {"wait 100ms", "100ms: P. 1001(10) 1, ESTABLISHED"}},
		"what goes out again takes it along": {
			{"send 1010", ". 1(1000) 1, ESTABLISHED"}, {"wait 900ms", "200ms: P. 1001(10) 1, ESTABLISHED"}, {"send 5", "ESTABLISHED"},
			{"wait 100ms", "100ms: . 1(1000) 1, ESTABLISHED"}, {"< . 1(0) 1001", "P. 1001(15) 1, ESTABLISHED"}},
		"CLOSE pushes":             {{"send 10", "ESTABLISHED"}, {"close", "FP. 1(10) 1, FIN-WAIT-1"}},
		"ABORT forgets":            {{"send 10", "ESTABLISHED"}, {"abort", "R. 1(0) 1, CLOSED"}, {"wait 1s", "CLOSED"}},
		"a window holds back more": {{"< . 1(0) 1 win 0", "ESTABLISHED"}, {"send 10", "ESTABLISHED"}, {"wait 1s", "1s: . 1(1) 1, ESTABLISHED"}},
		"of a window that is small SWS avoidance says what goes": {
			{"< . 1(0) 1 win 600", "ESTABLISHED"}, {"send 2000", "ESTABLISHED"}, {"wait 500ms", "500ms: . 1(600) 1, ESTABLISHED"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, nil, passive, in, s)
		})
	}
	play(t, nil, passive, in, steps{ // text that waits for the window is not what a cork lets go
		{"< . 1(0) 1 win 1000", "ESTABLISHED"}, {"send 2400", ". 1(1000) 1, ESTABLISHED"}, {"wait 300ms", "ESTABLISHED"},
		{"< . 1(0) 1001 win 9000", ". 1001(1000) 1, ESTABLISHED"}, {"wait 200ms", "200ms: P. 2001(400) 1, ESTABLISHED"}})
	play(t, nil, steps{ // nor does it keep back what fills most of a small window
		{"listen", "LISTEN"}, {"< S 0(0) mss 1000 win 600", "S. 0(0) 1, SYN-RECEIVED"}, {"< . 1(0) 1 win 600", "ESTABLISHED"}}, in, steps{
		{"send 2000", ". 1(600) 1, ESTABLISHED"}})
	// Nagle's algorithm holds back what no cork does any more.
	play(t, func(c *Config) { c.Nagle = true }, passive, in, steps{
		{"send 10", "ESTABLISHED"}, {"cork out", "P. 1(10) 1, ESTABLISHED"}, {"send 10", "ESTABLISHED"}, {"cork in", "ESTABLISHED"},
		{"wait 200ms", "ESTABLISHED"}, {"< . 1(0) 11", "P. 11(10) 1, ESTABLISHED"}})
	// Put in before the connection stands it holds back what was queued.
	play(t, nil, steps{{"cork in", "CLOSED"}, {"open", "S 0(0), SYN-SENT"}, {"send 10", "SYN-SENT"},
		{"< S. 0(0) 1 mss 1000", ". 1(0) 1, ESTABLISHED"}, {"wait 200ms", "200ms: P. 1(10) 1, ESTABLISHED"}})
}
