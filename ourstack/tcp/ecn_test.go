package tcp

import "testing"

// Ways to a connection that uses ECN.
var (
	passiveECN = steps{
		{"listen", "LISTEN"},
		{"< SEW 0(0) mss 1000", "S.E 0(0) 1, SYN-RECEIVED"},
		{"< . 1(0) 1", "ESTABLISHED"},
	}
	activeECN = steps{
		{"open", "SEW 0(0), SYN-SENT"},
		{"< S.E 0(0) 1 mss 1000", ". 1(0) 1, ESTABLISHED"},
	}
	// ect and notECT send text, and so show whether ECN is in use.
	ect    = steps{{"send 10", "P. 1(10) 1 ect0, ESTABLISHED"}}
	notECT = steps{{"send 10", "P. 1(10) 1, ESTABLISHED"}}
	// heeded and ignored take a mark.
	heeded  = steps{{"< P. 1(10) 1 ce", ".E 1(0) 11, ESTABLISHED"}}
	ignored = steps{{"< P. 1(10) 1 ce", ". 1(0) 11, ESTABLISHED"}}
)

func withECN(c *Config) { c.ECN = true }

// RFC 3168 §6.1.1.
func TestECNSetup(t *testing.T) {
	t.Parallel()
	listens := func(flags, answer string) steps {
		return steps{{"listen", "LISTEN"}, {"< " + flags + " 0(0) mss 1000", answer + " 0(0) 1, SYN-RECEIVED"}, {"< . 1(0) 1", "ESTABLISHED"}}
	}
	opens := func(flags string) steps {
		return steps{{"open", "SEW 0(0), SYN-SENT"}, {"< " + flags + " 0(0) 1 mss 1000", ". 1(0) 1, ESTABLISHED"}}
	}
	for name, s := range map[string][]steps{
		"passive": {passiveECN, ect}, "passive, CE": {passiveECN, heeded},
		"active": {activeECN, ect}, "active, CE": {activeECN, heeded},
		"passive, no flags": {listens("S", "S."), notECT}, "passive, no flags, CE": {listens("S", "S."), ignored},
		"passive, ECE alone": {listens("SE", "S."), notECT}, "passive, CWR alone": {listens("SW", "S."), notECT},
		"active, no flags": {opens("S."), notECT}, "active, no flags, CE": {opens("S."), ignored},
		"active, both reflected": {opens("S.EW"), notECT}, "active, both reflected, CE": {opens("S.EW"), ignored},
		"active, CWR alone": {opens("S.W"), notECT},
		"the SYN lost": {{
			{"open", "SEW 0(0), SYN-SENT"}, {"wait 3s", "1s: S 0(0), 3s: S 0(0), SYN-SENT"},
			{"< S. 0(0) 1 mss 1000", ". 1(0) 1, ESTABLISHED"}}, notECT},
		"the SYN not lost: CE counts": {{
			{"open", "SEW 0(0), SYN-SENT"}, {"wait 1s", "1s: S 0(0), SYN-SENT"}, {"< S.E 0(0) 1 mss 1000", ". 1(0) 1, ESTABLISHED"}}, heeded},
		"the SYN not lost: no ECT": {{
			{"open", "SEW 0(0), SYN-SENT"}, {"wait 1s", "1s: S 0(0), SYN-SENT"}, {"< S.E 0(0) 1 mss 1000", ". 1(0) 1, ESTABLISHED"}}, notECT},
		"the SYN,ACK goes out again as it was": {{
			{"listen", "LISTEN"}, {"< SEW 0(0)", "S.E 0(0) 1, SYN-RECEIVED"}, {"wait 1s", "1s: S.E 0(0) 1, SYN-RECEIVED"}, {"< . 1(0) 1", "ESTABLISHED"}}, ect},
		"the peer falls back": {{
			{"listen", "LISTEN"}, {"< SEW 0(0)", "S.E 0(0) 1, SYN-RECEIVED"}, {"< S 0(0)", ". 1(0) 1, SYN-RECEIVED"},
			{"wait 1s", "1s: S. 0(0) 1, SYN-RECEIVED"}, {"< . 1(0) 1", "ESTABLISHED"}}, notECT},
		"the peer sends its SYN again": {{
			{"listen", "LISTEN"}, {"< SEW 0(0)", "S.E 0(0) 1, SYN-RECEIVED"}, {"< SEW 0(0)", ". 1(0) 1, SYN-RECEIVED"}, {"< . 1(0) 1", "ESTABLISHED"}}, ect},
		"figure 7": {{
			{"open", "SEW 0(0), SYN-SENT"}, {"< SEW 0(0)", "S.E 0(0) 1, SYN-RECEIVED"}, {"< S.E 0(0) 1", ". 1(0) 1, ESTABLISHED"}}, ect},
		"figure 7, no flags on the SYN": {{
			{"open", "SEW 0(0), SYN-SENT"}, {"< S 0(0)", "S. 0(0) 1, SYN-RECEIVED"}, {"< S.E 0(0) 1", ". 1(0) 1, ESTABLISHED"}}, notECT},
		"figure 7, no flags on the SYN,ACK": {{
			{"open", "SEW 0(0), SYN-SENT"}, {"< SEW 0(0)", "S.E 0(0) 1, SYN-RECEIVED"}, {"< S. 0(0) 1", ". 1(0) 1, ESTABLISHED"}}, notECT},
		"figure 7 after a fallback": {{
			{"open", "SEW 0(0), SYN-SENT"}, {"wait 1s", "1s: S 0(0), SYN-SENT"}, {"< SEW 0(0)", "S. 0(0) 1, SYN-RECEIVED"},
			{"< S.E 0(0) 1", ". 1(0) 1, ESTABLISHED"}}, notECT},
		"the next SYN after a reset in SYN-RECEIVED": {{
			{"listen", "LISTEN"}, {"< SEW 0(0)", "S.E 0(0) 1, SYN-RECEIVED"}, {"< R 1(0)", "LISTEN"},
			{"< S 0(0)", "S. 0(0) 1, SYN-RECEIVED"}, {"< . 1(0) 1", "ESTABLISHED"}}, notECT},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, withECN, s...)
		})
	}
	t.Run("off", func(t *testing.T) {
		t.Parallel()
		play(t, nil, steps{{"listen", "LISTEN"}, {"< SEW 0(0)", "S. 0(0) 1, SYN-RECEIVED"}, {"< . 1(0) 1", "ESTABLISHED"}}, notECT, steps{
			{"< .E 1(0) 11", "ESTABLISHED"}, {"send 10", "P. 11(10) 1, ESTABLISHED"}, {"< P.W 1(10) 21 ce", ". 21(0) 11, ESTABLISHED"}})
		play(t, nil, active, notECT)
	})
}

// RFC 3168 §6.1.3.
func TestECNReceiver(t *testing.T) {
	t.Parallel()
	for name, s := range map[string][]steps{
		"ECE until CWR": {passiveECN, {
			{"< P. 1(10) 1 ect0", ". 1(0) 11, ESTABLISHED"}, {"< P. 11(10) 1 ce", ".E 1(0) 21, ESTABLISHED"}, {"< P. 21(10) 1 ect0", ".E 1(0) 31, ESTABLISHED"},
			{"send 10", "P.E 1(10) 31 ect0, ESTABLISHED"}, {"< . 31(0) 11", "ESTABLISHED"}, {"< P. 1(10) 11", ".E 11(0) 31, ESTABLISHED"},
			{"< P.W 31(10) 11 ect0", ". 11(0) 41, ESTABLISHED"}, {"< P. 41(10) 11 ect0", ". 11(0) 51, ESTABLISHED"}}},
		"CE with the CWR": {passiveECN, {
			{"< P. 1(10) 1 ce", ".E 1(0) 11, ESTABLISHED"}, {"< P.W 11(10) 1 ce", ".E 1(0) 21, ESTABLISHED"}, {"< P. 21(10) 1", ".E 1(0) 31, ESTABLISHED"},
			{"< P.W 31(10) 1", ". 1(0) 41, ESTABLISHED"}}},
		"beyond a hole": {passiveECN, {{"< P. 11(10) 1 ce", ".E 1(0) 1, ESTABLISHED"}, {"< P. 1(10) 1", ".E 1(0) 21, ESTABLISHED"}}},
		"outside of the window": {passiveECN, {
			{"< P. 1(10) 1", ". 1(0) 11, ESTABLISHED"}, {"< P. 1(10) 1 ce", ". 1(0) 11, ESTABLISHED"}, {"< P. 100000(10) 1 ce", ". 1(0) 11, ESTABLISHED"}}},
		"text with an ACK of nothing": {passiveECN, {{"< P. 1(10) 5 ce", ". 1(0) 1, ESTABLISHED"}, {"< P. 1(10) 1", ". 1(0) 11, ESTABLISHED"}}},
		"an ACK without text":         {passiveECN, {{"< . 1(0) 1 ce", "ESTABLISHED"}, {"< P. 1(10) 1", ". 1(0) 11, ESTABLISHED"}}},
		"with the FIN":                {passiveECN, {{"< FP. 1(10) 1 ce", ".E 1(0) 12, CLOSE-WAIT"}, {"close", "F.E 1(0) 12, LAST-ACK"}}},
		"a reset says nothing":        {passiveECN, {{"< P. 1(10) 1 ce", ".E 1(0) 11, ESTABLISHED"}, {"abort", "R. 1(0) 11, CLOSED"}}},
		"a window probe": {passiveECN, {
			{"< . 1(3000) 1", ". 1(0) 3001, ESTABLISHED"}, {"< . 3001(1) 1 ce", ".E 1(0) 3001, ESTABLISHED"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, func(c *Config) {
				withECN(c)
				if name == "a window probe" {
					c.ReceiveBuffer = 3000
				}
			}, s...)
		})
	}
	// "The ECN-Echo flag in the ACK packet will be set to '1' if the CE codepoint is set in any of the data packets being
	// acknowledged": the CWR answers an ECE from before.
	t.Run("CE and CWR in one delayed ACK", func(t *testing.T) {
		t.Parallel()
		play(t, func(c *Config) { c.ECN, c.DelayedACK = true, true }, passiveECN, steps{
			{"< P. 1(10) 1 ce", "ESTABLISHED"}, {"< P.W 11(10) 1", "ESTABLISHED"}, {"wait 1s", "200ms: .E 1(0) 21, ESTABLISHED"},
			{"< P.W 21(10) 1", "ESTABLISHED"}, {"wait 1s", "200ms: . 1(0) 31, ESTABLISHED"}})
	})
}

// RFC 3168 §6.1.2, §6.1.4 to §6.1.6.
func TestECNSender(t *testing.T) {
	t.Parallel()
	// lossy is one segment sent, lost, sent again and acknowledged: cwnd is 2000, ssthresh too.
	lossy := steps{{"send 1000", "P. 1(1000) 1 ect0, ESTABLISHED"}, {"wait 1s", "1s: P. 1(1000) 1, ESTABLISHED"}, {"< . 1(0) 1001", "ESTABLISHED"}}
	for name, s := range map[string][]steps{
		"once a window, and CWR once": {passiveECN, {
			{"send 4000", ". 1(1000) 1 ect0, . 1001(1000) 1 ect0, . 2001(1000) 1 ect0, P. 3001(1000) 1 ect0, ESTABLISHED"},
			{"< .E 1(0) 1001", "ESTABLISHED"}, // cwnd is 2000, and 3000 are on their way
			{"send 4000", "ESTABLISHED"},
			{"< .E 1(0) 2001", "ESTABLISHED"},
			{"< .E 1(0) 3001", ".W 4001(1000) 1 ect0, ESTABLISHED"},
			{"< .E 1(0) 4001", ". 5001(1000) 1 ect0, ESTABLISHED"}, // of before the reduction
			{"< . 1(0) 5001", ". 6001(1000) 1 ect0, ESTABLISHED"}}},
		"again in the next window, down to one segment, and then by the timer": {passiveECN, lossy, {
			{"send 9000", ".W 1001(1000) 1 ect0, . 2001(1000) 1 ect0, ESTABLISHED"},
			{"< .E 1(0) 2001", "ESTABLISHED"}, // cwnd is 1000
			{"< .E 1(0) 3001", ".W 3001(1000) 1 ect0, ESTABLISHED"},
			{"< .E 1(0) 4001", "ESTABLISHED"},
			{"wait 999ms", "ESTABLISHED"}, {"wait 1ms", "1ms: .W 4001(1000) 1 ect0, ESTABLISHED"},
			{"< .E 1(0) 5001", "ESTABLISHED"}, {"wait 1s", "1s: .W 5001(1000) 1 ect0, ESTABLISHED"},
			{"< . 1(0) 6001", ". 6001(1000) 1 ect0, . 7001(1000) 1 ect0, ESTABLISHED"}}},
		"a lost SYN,ACK: a window of one segment": {{
			{"listen", "LISTEN"}, {"< SEW 0(0) mss 1000", "S.E 0(0) 1, SYN-RECEIVED"}, {"wait 1s", "1s: S.E 0(0) 1, SYN-RECEIVED"}, {"< . 1(0) 1", "ESTABLISHED"},
			{"send 3000", ". 1(1000) 1 ect0, ESTABLISHED"}, {"< .E 1(0) 1001", "ESTABLISHED"},
			{"close", "FIN-WAIT-1"},
			{"wait 2s", "1s: .W 1001(1000) 1 ect0, 2s: . 1001(1000) 1, FIN-WAIT-1"}}},
		"the window closes while the timer runs": {{
			{"listen", "LISTEN"}, {"< SEW 0(0) mss 1000", "S.E 0(0) 1, SYN-RECEIVED"}, {"wait 1s", "1s: S.E 0(0) 1, SYN-RECEIVED"}, {"< . 1(0) 1", "ESTABLISHED"},
			{"send 3000", ". 1(1000) 1 ect0, ESTABLISHED"}, {"< .E 1(0) 1001 win 0", "ESTABLISHED"},
			{"wait 1s", "1s: . 1001(1) 1, ESTABLISHED"}, // the probe has neither ECT nor CWR
			{"< . 1(0) 1002 win 5000", ".W 1002(1000) 1 ect0, ESTABLISHED"}}},
		"what is still on its way restarts the timer": {passiveECN, lossy, {
			{"send 2000", ".W 1001(1000) 1 ect0, P. 2001(1000) 1 ect0, ESTABLISHED"}, {"< .E 1(0) 2001", "ESTABLISHED"}, {"< .E 1(0) 3001", "ESTABLISHED"}, // 1000
			{"send 500", "P.W 3001(500) 1 ect0, ESTABLISHED"}, {"send 500", "P. 3501(500) 1 ect0, ESTABLISHED"}, {"send 1000", "ESTABLISHED"},
			{"wait 500ms", "ESTABLISHED"}, {"< .E 1(0) 3501", "ESTABLISHED"}, {"< . 1(0) 4001", "ESTABLISHED"},
			{"wait 1s", "1s: P.W 4001(1000) 1 ect0, ESTABLISHED"}}},
		"a fast retransmit after the marks: no second reduction": {passiveECN, {
			{"send 8000", ". 1(1000) 1 ect0, . 1001(1000) 1 ect0, . 2001(1000) 1 ect0, . 3001(1000) 1 ect0, . 4001(1000) 1 ect0, . 5001(1000) 1 ect0, . 6001(1000) 1 ect0, P. 7001(1000) 1 ect0, ESTABLISHED"},
			{"< .E 1(0) 1001", "ESTABLISHED"}, // cwnd is 4000
			{"< .E 1(0) 1001", "ESTABLISHED"}, {"< .E 1(0) 1001", "ESTABLISHED"}, {"< .E 1(0) 1001", ". 1001(1000) 1, ESTABLISHED"},
			{"send 9000", "ESTABLISHED"},
			{"< .E 1(0) 8001", ".W 8001(1000) 1 ect0, . 9001(1000) 1 ect0, ESTABLISHED"}, // RFC 6582 §3.2 (1): one segment was on its way
			{"< . 1(0) 9001", ". 10001(1000) 1 ect0, . 11001(1000) 1 ect0, ESTABLISHED"}}},
		"marks after a fast retransmit: no second reduction": {passiveECN, {
			{"send 4000", ". 1(1000) 1 ect0, . 1001(1000) 1 ect0, . 2001(1000) 1 ect0, P. 3001(1000) 1 ect0, ESTABLISHED"},
			{"< . 1(0) 1", "ESTABLISHED"}, {"< . 1(0) 1", "ESTABLISHED"}, {"< . 1(0) 1", ". 1(1000) 1, ESTABLISHED"},
			{"send 4000", ".W 4001(1000) 1 ect0, ESTABLISHED"},       // cwnd is 2000 + 3000
			{"< .E 1(0) 4001", ". 5001(1000) 1 ect0, ESTABLISHED"}}}, // 2000
		"a timeout": {passiveECN, {
			{"send 2000", ". 1(1000) 1 ect0, P. 1001(1000) 1 ect0, ESTABLISHED"}, {"wait 1s", "1s: . 1(1000) 1, ESTABLISHED"}, {"send 4000", "ESTABLISHED"},
			{"< .E 1(0) 1001", ". 1001(1000) 1, ESTABLISHED"}, // marks of what was sent before it
			{"< .E 1(0) 2001", ".W 2001(1000) 1 ect0, ESTABLISHED"},
			{"< . 1(0) 3001", ". 3001(1000) 1 ect0, . 4001(1000) 1 ect0, ESTABLISHED"}}},
		"ECE where nothing is on its way": {passiveECN, {
			{"< .E 1(0) 1", "ESTABLISHED"}, {"send 4000", ". 1(1000) 1 ect0, . 1001(1000) 1 ect0, . 2001(1000) 1 ect0, P. 3001(1000) 1 ect0, ESTABLISHED"}}},
		"no growth by an ACK with ECE": {passiveECN, lossy, {
			{"send 9000", ".W 1001(1000) 1 ect0, . 2001(1000) 1 ect0, ESTABLISHED"},
			{"< . 1(0) 2001", ". 3001(1000) 1 ect0, ESTABLISHED"},                      // 2500
			{"< . 1(0) 3001", ". 4001(1000) 1 ect0, ESTABLISHED"},                      // 2900
			{"< . 1(0) 4001", ". 5001(1000) 1 ect0, . 6001(1000) 1 ect0, ESTABLISHED"}, // 3244
			{"< .E 1(0) 5001", "ESTABLISHED"},                                          // 1500
			{"< .E 1(0) 6001", "ESTABLISHED"}, {"< .E 1(0) 7001", ".W 7001(1000) 1 ect0, ESTABLISHED"}}},
		"the FIN is no text": {passiveECN, {{"close", "F. 1(0) 1, FIN-WAIT-1"}}},
		"text with the FIN":  {passiveECN, {{"send 10", "P. 1(10) 1 ect0, ESTABLISHED"}, {"close", "F. 11(0) 1, FIN-WAIT-1"}}},
		"keep-alives":        {passiveECN, {{"keepalive on", "ESTABLISHED"}, {"wait 60s", "1m0s: . 0(0) 1, ESTABLISHED"}}},
		"ECE before the handshake is over": {{
			{"listen", "LISTEN"}, {"< SEW 0(0) mss 1000", "S.E 0(0) 1, SYN-RECEIVED"}, {"< .E 1(0) 1", "ESTABLISHED"},
			{"send 2000", ". 1(1000) 1 ect0, P. 1001(1000) 1 ect0, ESTABLISHED"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, withECN, s...)
		})
	}
}

// What a D-SACK or a timestamp shows to have been no loss gives cwnd back, unless there were marks too.
func TestECNAndUndo(t *testing.T) {
	t.Parallel()
	sacks := func(c *Config) { c.ECN, c.SACK, c.RACK = true, true, false }
	open := steps{{"listen", "LISTEN"}, {"< SEW 0(0) mss 1000 sackOK", "S.E 0(0) 1 sackOK, SYN-RECEIVED"}, {"< . 1(0) 1", "ESTABLISHED"}}
	sends := steps{{"send 6000", ". 1(1000) 1 ect0, . 1001(1000) 1 ect0, . 2001(1000) 1 ect0, . 3001(1000) 1 ect0, . 4001(1000) 1 ect0, P. 5001(1000) 1 ect0, ESTABLISHED"}}
	for ece, after := range map[string]string{
		"":  ".W 6001(1000) 1 ect0, . 7001(1000) 1 ect0, . 8001(1000) 1 ect0, . 9001(1000) 1 ect0, . 10001(1000) 1 ect0, P. 11001(1000) 1 ect0",
		"E": ".W 6001(1000) 1 ect0, . 7001(1000) 1 ect0, . 8001(1000) 1 ect0",
	} {
		play(t, sacks, open, sends, steps{
			{"< ." + ece + " 1(0) 1 sack 1001:2001", "ESTABLISHED"}, {"< ." + ece + " 1(0) 1 sack 1001:3001", "ESTABLISHED"},
			{"< ." + ece + " 1(0) 1 sack 1001:4001", ". 1(1000) 1, ESTABLISHED"},
			{"< ." + ece + " 1(0) 6001 sack 1:1001", "ESTABLISHED"},
			{"send 6000", after + ", ESTABLISHED"}})
	}
}
