package tcp

import "testing"

func TestUrgent(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]steps{
		"MUST-62: the pointer names the octet behind": {
			{"urgent 5", "P.U 1(5) 1 up 5, ESTABLISHED"}, {"send 5", "P. 6(5) 1, ESTABLISHED"}, {"< . 1(0) 11", "ESTABLISHED"}, {"send 1", "P. 11(1) 1, ESTABLISHED"}},
		"a retransmission has it": {
			{"send 3", "P. 1(3) 1, ESTABLISHED"}, {"urgent 2", "P.U 4(2) 1 up 2, ESTABLISHED"}, {"wait 1s", "1s: P.U 1(5) 1 up 5, ESTABLISHED"}, {"< . 1(0) 4", "ESTABLISHED"},
			{"wait 2s", "2s: P.U 4(2) 1 up 2, ESTABLISHED"}},
		"it moves on": {
			{"urgent 1200", ".U 1(1000) 1 up 1200, P.U 1001(200) 1 up 200, ESTABLISHED"}, {"urgent 1", "P.U 1201(1) 1 up 1, ESTABLISHED"}},
		"ahead of text that waits for the window": {
			{"< . 1(0) 1 win 0", "ESTABLISHED"}, {"urgent 5", ".U 1(0) 1 up 5, ESTABLISHED"}, {"wait 1s", "1s: .U 1(1) 1 up 5, ESTABLISHED"}},
		"received, read to the mark, and on": {
			{"< . 1(3) 1", ". 1(0) 4, ESTABLISHED"}, {"pending", "0, ESTABLISHED"},
			{"< U. 4(10) 1 up 4", ". 1(0) 14, ESTABLISHED"}, {"pending", "7, ESTABLISHED"},
			{"receive 5", "ESTABLISHED"}, {"pending", "2, ESTABLISHED"}, {"receive 8", "received 2, ESTABLISHED"}, {"pending", "at mark, ESTABLISHED"},
			{"receive 6", "ESTABLISHED"}, {"pending", "0, ESTABLISHED"}},
		"before the text of it comes": {
			{"< U. 1(0) 1 up 20", "ESTABLISHED"}, {"pending", "20, ESTABLISHED"}, {"< U. 1(15) 1 up 20", ". 1(0) 16, ESTABLISHED"}, {"receive 15", "ESTABLISHED"}, {"pending", "5, ESTABLISHED"},
			{"< . 16(15) 1", ". 1(0) 31, ESTABLISHED"}, {"receive 15", "received 5, ESTABLISHED"}, {"pending", "at mark, ESTABLISHED"}},
		"it does not recede": {
			{"< U. 1(5) 1 up 5", ". 1(0) 6, ESTABLISHED"}, {"< U. 6(5) 1 up 65535", ". 1(0) 11, ESTABLISHED"}, {"pending", "65540, ESTABLISHED"},
			{"< U. 11(5) 1 up 3", ". 1(0) 16, ESTABLISHED"}, {"pending", "65540, ESTABLISHED"}, {"receive 15", "ESTABLISHED"}},
		"a pointer to nothing": {{"< U. 1(5) 1 up 0", ". 1(0) 6, ESTABLISHED"}, {"pending", "0, ESTABLISHED"}},
		"a pointer beyond the end": {
			{"< FU. 1(5) 1 up 50", ". 1(0) 7, CLOSE-WAIT"}, {"pending", "5, CLOSE-WAIT"}, {"receive 5", "CLOSE-WAIT"}, {"pending", "0, CLOSE-WAIT"},
			{"< U. 7(0) 1 up 9", "CLOSE-WAIT"}, {"pending", "0, CLOSE-WAIT"}},
		"in text that came before, cut off": {
			{"< . 1(5) 1", ". 1(0) 6, ESTABLISHED"}, {"< U. 1(10) 1 up 3", ". 1(0) 11, ESTABLISHED"}, {"pending", "3, ESTABLISHED"}},
		"out of the window, nothing": {{"< U. 100000(5) 1 up 3", ". 1(0) 1, ESTABLISHED"}, {"pending", "0, ESTABLISHED"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, nil, passive, s)
		})
	}
	for _, s := range []steps{
		{{"open", "S 0(0), SYN-SENT"}, {"urgent 5", "SYN-SENT"}, {"wait 1s", "1s: S 0(0), SYN-SENT"}, {"< SU. 0(10) 1 up 6", "P.U 1(5) 11 up 5, ESTABLISHED"}, {"pending", "5, ESTABLISHED"}},
		{{"listen", "LISTEN"}, {"< SU 0(10) up 6", "S. 0(0) 1, SYN-RECEIVED"}, {"< . 11(0) 1", ". 1(0) 11, ESTABLISHED"}, {"pending", "5, ESTABLISHED"}},
	} {
		play(t, nil, s)
	}
	// MUST-31: as far ahead as the field can say. MUST-66: taken in a window of zero.
	play(t, func(c *Config) { c.SendBuffer = 200_000 }, passive, steps{
		{"< . 1(0) 1 win 0", "ESTABLISHED"}, {"urgent 70000", ".U 1(0) 1 up 65535, ESTABLISHED"}})
	play(t, func(c *Config) { c.ReceiveBuffer = 5 }, passive, steps{
		{"< . 1(5) 1", ". 1(0) 6, ESTABLISHED"}, {"< U. 6(0) 1 up 3", "ESTABLISHED"}, {"pending", "8, ESTABLISHED"}})
}
