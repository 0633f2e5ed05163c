package tcp

import (
	"testing"
	"time"
)

// Ways into each state.
var (
	passive = steps{
		{"listen", "LISTEN"},
		{"< S 0(0) mss 1000", "S. 0(0) 1, SYN-RECEIVED"},
		{"< . 1(0) 1", "ESTABLISHED"},
	}
	active = steps{
		{"open", "S 0(0), SYN-SENT"},
		{"< S. 0(0) 1 mss 1000", ". 1(0) 1, ESTABLISHED"},
	}
	finWait1  = steps{{"close", "F. 1(0) 1, FIN-WAIT-1"}}
	finWait2  = steps{{"close", "F. 1(0) 1, FIN-WAIT-1"}, {"< . 1(0) 2", "FIN-WAIT-2"}}
	closeWait = steps{{"< F. 1(0) 1", ". 1(0) 2, CLOSE-WAIT"}}
	closing   = steps{{"close", "F. 1(0) 1, FIN-WAIT-1"}, {"< F. 1(0) 1", ". 2(0) 2, CLOSING"}}
	lastAck   = steps{{"< F. 1(0) 1", ". 1(0) 2, CLOSE-WAIT"}, {"close", "F. 1(0) 2, LAST-ACK"}}
	timeWait  = steps{{"close", "F. 1(0) 1, FIN-WAIT-1"}, {"< F. 1(0) 2", ". 2(0) 2, TIME-WAIT"}}
)

// way is how a synchronized state was reached: where our and the peer's streams stand in it.
type way struct {
	name     string
	steps    steps
	nxt, rcv string // SND.NXT, RCV.NXT
}

var synchronized = []way{
	{"ESTABLISHED", nil, "1", "1"}, {"FIN-WAIT-1", finWait1, "2", "1"}, {"FIN-WAIT-2", finWait2, "2", "1"},
	{"CLOSE-WAIT", closeWait, "1", "2"}, {"CLOSING", closing, "2", "2"}, {"LAST-ACK", lastAck, "2", "2"}, {"TIME-WAIT", timeWait, "2", "2"},
}

func TestExchanges(t *testing.T) {
	t.Parallel()
	for name, s := range map[string][]steps{
		"§3.6 figure 12, we first":  {active, finWait2, {{"< F. 1(0) 2", ". 2(0) 2, TIME-WAIT"}, {"wait 239s", "TIME-WAIT"}, {"wait 1s", "CLOSED"}}},
		"figure 12, the peer first": {passive, lastAck, {{"< . 2(0) 2", "CLOSED"}}},
		"figure 13":                 {passive, closing, {{"< . 2(0) 2", "TIME-WAIT"}}},
		"figure 7": {{
			{"open", "S 0(0), SYN-SENT"},
			{"< S 0(0)", "S. 0(0) 1, SYN-RECEIVED"},
			{"< S. 0(0) 1", ". 1(0) 1, ESTABLISHED"}}},
		"simultaneous open, ended by an ACK": {{
			{"open", "S 0(0), SYN-SENT"},
			{"< S 0(0)", "S. 0(0) 1, SYN-RECEIVED"},
			{"< . 1(0) 1", "ESTABLISHED"}}},
		"simultaneous open refused": {{
			{"open", "S 0(0), SYN-SENT"},
			{"< S 0(0)", "S. 0(0) 1, SYN-RECEIVED"},
			{"< R 1(0)", "CLOSED"},
			{"send 1", "connection refused, CLOSED"}}},
		"figure 8, old duplicate SYN": {{
			{"listen", "LISTEN"},
			{"< S -10(0)", "S. 0(0) -9, SYN-RECEIVED"},
			{"< R -9(0)", "LISTEN"},
			{"< S 0(0)", "S. 0(0) 1, SYN-RECEIVED"},
			{"< . 1(0) 1", "ESTABLISHED"}}},
		"LISTEN": {{
			{"listen", "LISTEN"},
			{"< R 5(0)", "LISTEN"}, {"< R. 5(0) 3", "LISTEN"}, {"< . 5(0) 3", "R 3(0), LISTEN"}, {"< S. 5(0) 3", "R 3(0), LISTEN"},
			{"< F 5(0)", "LISTEN"}, {"< - 5(3)", "LISTEN"}, {"close", "CLOSED"}}},
		"SYN-SENT": {{
			{"open", "S 0(0), SYN-SENT"},
			{"< . 5(0) 0", "R 0(0), SYN-SENT"}, {"< S. 5(0) 2", "R 2(0), SYN-SENT"}, {"< R. 5(0) 2", "SYN-SENT"}, {"< R 5(0)", "SYN-SENT"},
			{"< . 5(0) 1", "SYN-SENT"}, {"< F 5(0)", "SYN-SENT"}, {"< R. 5(0) 1", "CLOSED"}}},
		"CLOSE in SYN-SENT": {{{"open", "S 0(0), SYN-SENT"}, {"close", "CLOSED"}, {"close", "connection does not exist, CLOSED"}}},
		"ABORT in SYN-SENT": {{{"open", "S 0(0), SYN-SENT"}, {"abort", "CLOSED"}}},
		"CLOSE in SYN-RECEIVED": {{
			{"open", "S 0(0), SYN-SENT"}, {"< S 0(0)", "S. 0(0) 1, SYN-RECEIVED"},
			{"close", "F. 1(0) 1, FIN-WAIT-1"}, {"< . 1(0) 2", "FIN-WAIT-2"}}},
		"FIN-WAIT-1 with the SYN outstanding: ACKs of nothing": {{
			{"open", "S 0(0), SYN-SENT"}, {"< S 0(0)", "S. 0(0) 1, SYN-RECEIVED"}, {"close", "F. 1(0) 1, FIN-WAIT-1"},
			{"< . 1(0) 0", "FIN-WAIT-1"}, {"< . 1(0) 0", "FIN-WAIT-1"}, {"< . 1(0) 0", "FIN-WAIT-1"}, {"< . 1(0) 0", "FIN-WAIT-1"},
			{"wait 1s", "1s: S. 0(0) 1, FIN-WAIT-1"}, {"< . 1(0) 1", "F. 1(0) 1, FIN-WAIT-1"}, {"< . 1(0) 2", "FIN-WAIT-2"}}},
		"FIN-WAIT-1 with the SYN outstanding: the window opens": {{
			{"open", "S 0(0), SYN-SENT"}, {"< S 0(0) win 0", "S. 0(0) 1, SYN-RECEIVED"}, {"close", "FIN-WAIT-1"},
			{"< . 1(0) 0 win 100", "F. 1(0) 1, FIN-WAIT-1"}, {"< . 1(0) 2", "FIN-WAIT-2"}}},
		"CLOSE in SYN-RECEIVED with text queued": {{
			{"open", "S 0(0), SYN-SENT"}, {"send 10", "SYN-SENT"}, {"< S 0(0)", "S. 0(0) 1, SYN-RECEIVED"},
			{"close", "SYN-RECEIVED"}, {"< . 1(0) 1", "FP. 1(10) 1, FIN-WAIT-1"}}},
		"SYN-RECEIVED": {{
			{"listen", "LISTEN"}, {"< S 0(0)", "S. 0(0) 1, SYN-RECEIVED"},
			{"< S 0(0)", ". 1(0) 1, SYN-RECEIVED"}, {"< . 1(0) 0", "R 0(0), SYN-RECEIVED"}, {"< . 1(0) 2", "R 2(0), SYN-RECEIVED"},
			{"< - 1(5)", "SYN-RECEIVED"}, {"< R 2(0)", ". 1(0) 1, SYN-RECEIVED"}, {"< R 0(0)", "SYN-RECEIVED"},
			{"< . 100000(0) 1", ". 1(0) 1, SYN-RECEIVED"}, {"< S 1(0)", "LISTEN"}}},
		"ABORT in SYN-RECEIVED": {{{"listen", "LISTEN"}, {"< S 0(0)", "S. 0(0) 1, SYN-RECEIVED"}, {"abort", "R. 1(0) 1, CLOSED"}}},
		"text and FIN on the SYN wait": {{
			{"listen", "LISTEN"}, {"< SF 0(10)", "S. 0(0) 1, SYN-RECEIVED"}, {"receive 1", "insufficient resources, SYN-RECEIVED"},
			{"< . 11(0) 1", ". 1(0) 12, CLOSE-WAIT"}, {"receive 10", "CLOSE-WAIT"}, {"receive 1", "connection closing, CLOSE-WAIT"}}},
		"text and FIN on the SYN,ACK": {{
			{"open", "S 0(0), SYN-SENT"}, {"< SF. 0(10) 1", ". 1(0) 12, CLOSE-WAIT"}, {"receive 10", "CLOSE-WAIT"}}},
		"text on a SYN that crosses ours": {{
			{"open", "S 0(0), SYN-SENT"}, {"< S 0(5)", "S. 0(0) 1, SYN-RECEIVED"}, {"< . 6(0) 1", ". 1(0) 6, ESTABLISHED"}, {"receive 5", "ESTABLISHED"}}},
		"text queued before ESTABLISHED carries the ACK": {{
			{"open", "S 0(0), SYN-SENT"}, {"send 10", "SYN-SENT"}, {"< S. 0(0) 1", "P. 1(10) 1, ESTABLISHED"}}},
		"reassembly": {passive, {
			{"< . 11(10) 1", ". 1(0) 1, ESTABLISHED"}, {"< . 31(10) 1", ". 1(0) 1, ESTABLISHED"}, {"< . 15(20) 1", ". 1(0) 1, ESTABLISHED"},
			{"< . 1(5) 1", ". 1(0) 6, ESTABLISHED"}, {"receive 5", "ESTABLISHED"}, {"< . 2(12) 1", ". 1(0) 41, ESTABLISHED"},
			{"receive 35", "ESTABLISHED"}, {"receive 1", "insufficient resources, ESTABLISHED"}, {"< . 1(40) 1", ". 1(0) 41, ESTABLISHED"}}},
		"FIN beyond a hole": {passive, {
			{"< F. 11(10) 1", ". 1(0) 1, ESTABLISHED"}, {"< . 1(10) 1", ". 1(0) 22, CLOSE-WAIT"}, {"receive 20", "CLOSE-WAIT"},
			{"receive 1", "connection closing, CLOSE-WAIT"}}},
		"half-close keeps receiving": {passive, finWait2, {
			{"send 1", "connection closing, FIN-WAIT-2"}, {"close", "connection closing, FIN-WAIT-2"},
			{"< . 1(10) 2", ". 2(0) 11, FIN-WAIT-2"}, {"receive 10", "FIN-WAIT-2"}, {"< F. 11(5) 2", ". 2(0) 17, TIME-WAIT"},
			{"receive 5", "TIME-WAIT"}, {"receive 1", "connection closing, TIME-WAIT"}}},
		"CLOSE-WAIT keeps sending": {passive, closeWait, {
			{"send 10", "P. 1(10) 2, CLOSE-WAIT"}, {"close", "F. 11(0) 2, LAST-ACK"}, {"< . 2(0) 11", "LAST-ACK"}, {"< . 2(0) 12", "CLOSED"}}},
		"CLOSE in CLOSE-WAIT waits for the text": {passive, {
			{"< F. 1(0) 1 win 0", ". 1(0) 2, CLOSE-WAIT"}, {"send 10", "CLOSE-WAIT"}, {"close", "CLOSE-WAIT"},
			{"close", "connection closing, CLOSE-WAIT"}, {"send 1", "connection closing, CLOSE-WAIT"},
			{"< . 2(0) 1 win 10", "P. 1(10) 2, CLOSE-WAIT"}, {"< . 2(0) 11 win 10", "F. 11(0) 2, LAST-ACK"}, {"< . 2(0) 12", "CLOSED"}}},
		"a reset of text that CLOSE in CLOSE-WAIT has queued": {passive, {
			{"< F. 1(0) 1 win 0", ". 1(0) 2, CLOSE-WAIT"}, {"send 10", "CLOSE-WAIT"}, {"close", "CLOSE-WAIT"}, {"< R 2(0)", "CLOSED"}, {"send 1", "connection reset, CLOSED"}}},
		"a FIN in CLOSE-WAIT probes": {passive, {
			{"< F. 1(0) 1 win 0", ". 1(0) 2, CLOSE-WAIT"}, {"close", "CLOSE-WAIT"}, {"wait 1s", "1s: F. 1(0) 2, LAST-ACK"}, {"< . 2(0) 2 win 0", "CLOSED"}}},
		"SHLD-3, text that came with the SYN": {{
			{"open", "S 0(0), SYN-SENT"}, {"< S 0(5)", "S. 0(0) 1, SYN-RECEIVED"}, {"leave", "F. 1(0) 1, FIN-WAIT-1"}, {"< . 6(0) 2", "R. 2(0) 1, CLOSED"}}},
		"SHLD-3, unread text":          {passive, {{"< . 1(10) 1", ". 1(0) 11, ESTABLISHED"}, {"leave", "R. 1(0) 11, CLOSED"}}},
		"SHLD-3, text after the close": {passive, {{"leave", "F. 1(0) 1, FIN-WAIT-1"}, {"< . 1(10) 2", "R. 2(0) 1, CLOSED"}}},
		"a repeated FIN restarts 2MSL": {active, timeWait, {
			{"wait 200s", "TIME-WAIT"}, {"< F. 1(0) 2", ". 2(0) 2, TIME-WAIT"}, {"wait 200s", "TIME-WAIT"}, {"wait 40s", "CLOSED"}}},
		"an old segment does not restart 2MSL": {active, timeWait, {
			{"wait 200s", "TIME-WAIT"}, {"< . 1(0) 2", ". 2(0) 2, TIME-WAIT"}, {"wait 40s", "CLOSED"}}},
		"a bogus second FIN":       {passive, closeWait, {{"< F. 2(0) 1", ". 1(0) 2, CLOSE-WAIT"}}},
		"text after the FIN":       {passive, closeWait, {{"< . 2(5) 1", "CLOSE-WAIT"}, {"receive 1", "connection closing, CLOSE-WAIT"}}},
		"URG is read in its place": {passive, {{"< U. 1(5) 1", ". 1(0) 6, ESTABLISHED"}, {"receive 5", "ESTABLISHED"}}},
		"a RST with text":          {passive, {{"< R 1(20)", "CLOSED"}}},
		"OPEN of what is open":     {passive, {{"open", "connection already exists, ESTABLISHED"}, {"listen", "connection already exists, ESTABLISHED"}}},
		"SEND in LISTEN opens": {{
			{"listen", "LISTEN"}, {"send 10", "S 0(0), SYN-SENT"}, {"< S. 0(0) 1", "P. 1(10) 1, ESTABLISHED"}}},
		"OPEN, active, in LISTEN": {{{"listen", "LISTEN"}, {"open", "S 0(0), SYN-SENT"}, {"< R. 0(0) 1", "CLOSED"}}},
		"calls in CLOSED": {{{"send 1", "connection does not exist, CLOSED"}, {"receive 1", "connection does not exist, CLOSED"},
			{"close", "connection does not exist, CLOSED"}, {"abort", "connection does not exist, CLOSED"},
			{"< . 5(0) 7", "R 7(0), CLOSED"}, {"< R 5(0)", "CLOSED"}}},
		"a hard error refuses the open": {{{"open", "S 0(0), SYN-SENT"}, {"unreachable 1", "SYN-SENT"}, {"unreachable 0", "CLOSED"}}},
		"a hard error later does not":   {passive, {{"send 10", "P. 1(10) 1, ESTABLISHED"}, {"unreachable 1", "ESTABLISHED"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, nil, s...)
		})
	}
}

// Every synchronized state against the checks that are the same in all of them (§3.10.7.4; RFC 5961).
func TestSynchronizedStates(t *testing.T) {
	t.Parallel()
	for _, w := range synchronized {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			answer := ". " + w.nxt + "(0) " + w.rcv + ", " + w.name
			for _, s := range []steps{
				{{"< . 0(0) 1", answer}},           // SEG.SEQ before the window
				{{"< . 100000(0) 1", answer}},      // and behind it
				{{"< . 100000(5) 1", answer}},      //
				{{"< . 0(1) 1", answer}},           // an octet that we have
				{{"< S " + w.rcv + "(0)", answer}}, // RFC 5961 §4, in the window
				{{"< S 100000(0)", answer}},        // and outside
				{{"< S. 0(0) 1", answer}},
				{{"< R 50(0)", answer}},     // RFC 5961 §3: challenge
				{{"< R 0(0)", w.name}},      // outside: silence
				{{"< R 100000(0)", w.name}}, //
				{{"< R. " + w.rcv + "(0) 99", "CLOSED"}},
				{{"< R " + w.rcv + "(0)", "CLOSED"}},
				{{"< - " + w.rcv + "(3)", w.name}}, // no ACK bit
			} {
				play(t, nil, passive, w.steps, s)
			}
			if w.name == "TIME-WAIT" {
				return // its fifth check asks for nothing more
			}
			for _, s := range []steps{
				{{"< . " + w.rcv + "(0) 3", answer}},      // SEG.ACK > SND.NXT
				{{"< . " + w.rcv + "(5) 3", answer}},      // the text with it is dropped, too
				{{"< . " + w.rcv + "(0) -65535", answer}}, // RFC 5961 §5: below SND.UNA - MAX.SND.WND
			} {
				play(t, nil, passive, w.steps, s)
			}
		})
	}
}

// ABORT (§3.10.5) sends a reset where the peer still has a connection to lose, and nothing where both have closed.
func TestAbort(t *testing.T) {
	t.Parallel()
	for _, w := range synchronized {
		want := "R. " + w.nxt + "(0) " + w.rcv + ", CLOSED"
		switch w.name {
		case "CLOSING", "LAST-ACK", "TIME-WAIT":
			want = "CLOSED"
		}
		play(t, nil, passive, w.steps, steps{{"abort", want}})
	}
}

func TestChallengeACKLimit(t *testing.T) {
	t.Parallel()
	play(t, func(c *Config) { c.ChallengeACKLimit = 2 }, passive, steps{
		{"< R 50(0)", ". 1(0) 1, ESTABLISHED"}, {"< S 50(0)", ". 1(0) 1, ESTABLISHED"}, {"< R 50(0)", "ESTABLISHED"},
		{"wait 999ms", "ESTABLISHED"}, {"< R 50(0)", "ESTABLISHED"}, {"wait 1ms", "ESTABLISHED"}, {"< R 50(0)", ". 1(0) 1, ESTABLISHED"},
	})
}

func TestRFC1337(t *testing.T) {
	t.Parallel()
	play(t, func(c *Config) { c.RFC1337 = true }, passive, timeWait, steps{{"< R 2(0)", "TIME-WAIT"}, {"< R 50(0)", "TIME-WAIT"}})
}

// Reopens is RFC 6191 §2 without timestamps.
func TestReopens(t *testing.T) {
	t.Parallel()
	b := newBench(t, Default(), 1<<32-2, 1<<32-3)
	for _, s := range []steps{passive, timeWait} {
		for _, x := range s {
			b.do(x[0])
		}
	}
	for text, want := range map[string]bool{"S 1(0)": false, "S 2(0)": true, "S 3(0)": true, "S. 3(0) 1": false, "SR 3(0)": false, ". 3(0) 1": false} {
		if got := b.tcb.Reopens(b.parse(text)); got != want {
			t.Errorf("Reopens(%s) is %v", text, got)
		}
	}
	next := New(b.env, local4, remote4)
	next.ReopenAbove(b.tcb)
	b.env.ISNs = ISNs{} // another secret: the ISS would fall anywhere
	if err := next.OpenActive(0); err != nil {
		t.Fatal(err)
	}
	if !b.tcb.SndNxt.Less(next.Iss) {
		t.Errorf("ISS %d is not above %d", next.Iss, b.tcb.SndNxt)
	}
}

func TestISN(t *testing.T) {
	t.Parallel()
	g := NewISNs(1)
	if d := g.At(time.Second, local4, remote4) - g.At(0, local4, remote4); d != 250_000 {
		t.Errorf("the clock moves the ISN by %d a second, want 250000", d)
	}
	other := NewISNs(2)
	if g.At(0, local4, remote4) == other.At(0, local4, remote4) || g.At(0, local4, remote4) == g.At(0, remote4, local4) {
		t.Error("ISNs do not depend on the secret and the connection")
	}
}
