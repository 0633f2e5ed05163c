package tcp

import "testing"

// with6675 is SACK without RACK.
func with6675(c *Config) { c.SACK, c.RACK = true, false }

// five are five segments on their way.
var five = steps{{"send 5000", ". 1(1000) 1, . 1001(1000) 1, . 2001(1000) 1, . 3001(1000) 1, P. 4001(1000) 1, ESTABLISHED"}}

// ten are ten, with 5000 octets more behind them: cwnd is full.
var ten = steps{{"send 15000", ". 1(1000) 1, . 1001(1000) 1, . 2001(1000) 1, . 3001(1000) 1, . 4001(1000) 1, . 5001(1000) 1, " +
	". 6001(1000) 1, . 7001(1000) 1, . 8001(1000) 1, . 9001(1000) 1, ESTABLISHED"}}

// RFC 6675, and RFC 2018 §5 and §8.
func TestSACKRecovery(t *testing.T) {
	t.Parallel()
	for name, s := range map[string][]steps{
		"lost is what more than 2 * SMSS were SACKed above": {five, {
			{"< . 1(0) 1 sack 1001:2001", "ESTABLISHED"}, {"< . 1(0) 1 sack 1001:3001", "ESTABLISHED"},
			{"< . 1(0) 1 sack 1001:4001", ". 1(1000) 1, ESTABLISHED"}, {"< . 1(0) 1 sack 1001:5001", "ESTABLISHED"},
			{"< . 1(0) 5001", "ESTABLISHED"}, {"wait 100s", "ESTABLISHED"}}},
		"one ACK is enough": {five, {{"< . 1(0) 1 sack 1001:4001", ". 1(1000) 1, ESTABLISHED"}}},
		"three runs are enough, however short": {{
			{"send 1000", "P. 1(1000) 1, ESTABLISHED"}, {"send 10", "P. 1001(10) 1, ESTABLISHED"}, {"send 10", "P. 1011(10) 1, ESTABLISHED"},
			{"send 10", "P. 1021(10) 1, ESTABLISHED"}, {"send 10", "P. 1031(10) 1, ESTABLISHED"}, {"send 10", "P. 1041(10) 1, ESTABLISHED"},
			{"send 10", "P. 1051(10) 1, ESTABLISHED"},
			{"< . 1(0) 1 sack 1051:1061 sack 1031:1041", "ESTABLISHED"}, {"< . 1(0) 1 sack 1011:1021", ". 1(1000) 1, ESTABLISHED"}}},
		"and so are three duplicate ACKs": {{
			{"send 10", "P. 1(10) 1, ESTABLISHED"}, {"send 10", "P. 11(10) 1, ESTABLISHED"}, {"send 10", "P. 21(10) 1, ESTABLISHED"}, {"send 10", "P. 31(10) 1, ESTABLISHED"},
			{"< . 1(0) 1 sack 11:21", "ESTABLISHED"}, {"< . 1(0) 1 sack 11:31", "ESTABLISHED"}, {"< . 1(0) 1 sack 11:41", ". 1(10) 1, ESTABLISHED"}}},
		"§2: an ACK that reports nothing new is no duplicate": {five, {
			{"< . 1(0) 1", "ESTABLISHED"}, {"< . 1(0) 1", "ESTABLISHED"}, {"< . 1(0) 1", "ESTABLISHED"}, {"< . 1(0) 1", "ESTABLISHED"},
			{"< . 1(0) 1 sack 1001:2001", "ESTABLISHED"}, {"< . 1(0) 1 sack 1001:2001", "ESTABLISHED"}, {"< . 1(0) 1 sack 1001:2001", "ESTABLISHED"},
			{"< . 1(0) 1 sack 1001:2001", "ESTABLISHED"}}},
		"§2: one that brings text, another window or a higher number is": {{
			{"send 10", "P. 1(10) 1, ESTABLISHED"}, {"send 10", "P. 11(10) 1, ESTABLISHED"}, {"send 10", "P. 21(10) 1, ESTABLISHED"}, {"send 10", "P. 31(10) 1, ESTABLISHED"}, {"send 10", "P. 41(10) 1, ESTABLISHED"},
			{"< . 1(0) 11 sack 21:31", "ESTABLISHED"}, {"< . 1(5) 11 sack 21:41", ". 51(0) 6, ESTABLISHED"}, {"< . 6(0) 11 win 9000 sack 21:51", ". 11(10) 6, ESTABLISHED"}}},
		"§5: a cumulative ACK begins the count anew": {{
			{"send 10", "P. 1(10) 1, ESTABLISHED"}, {"send 10", "P. 11(10) 1, ESTABLISHED"}, {"send 10", "P. 21(10) 1, ESTABLISHED"}, {"send 10", "P. 31(10) 1, ESTABLISHED"}, {"send 10", "P. 41(10) 1, ESTABLISHED"},
			{"< . 1(0) 1 sack 21:31", "ESTABLISHED"}, {"< . 1(0) 1 sack 21:41", "ESTABLISHED"}, {"< . 1(0) 11 sack 21:41", "ESTABLISHED"}, {"< . 1(0) 11 sack 21:51", "ESTABLISHED"}}},
		"what lies outside (SND.UNA, SND.NXT] reports nothing": {five, {
			{"< . 1(0) 1 sack 1001:5002 sack 1001:6001", "ESTABLISHED"}, {"< . 1(0) 1 sack 1:4001", "ESTABLISHED"}, {"< . 1(0) 1 sack 4001:1001", "ESTABLISHED"},
			{"< . 1(0) 1 sack -4000:-1000", "ESTABLISHED"}, {"< . 1(0) 1 sack 1001:1001", "ESTABLISHED"}, {"wait 1s", "1s: . 1(1000) 1, ESTABLISHED"}}},
		"a part of a segment counts for nothing": {five, {
			{"< . 1(0) 1 sack 1002:5000", "ESTABLISHED"}, {"< . 1(0) 1 sack 1002:5001", ". 1(1000) 1, . 1001(1000) 1, ESTABLISHED"}}},
		"§4, NextSeg: what is lost, in order, then new text": {ten, {
			// Two go by limited transmit. Then of 1 and 2001, with three SACKed above each, the first goes again: ssthresh is 5000,
			// and pipe 12000 less what is SACKed and what is lost, and the first once more.
			{"< . 1(0) 1 sack 1001:2001", ". 10001(1000) 1, ESTABLISHED"}, {"< . 1(0) 1 sack 3001:4001 sack 1001:2001", ". 11001(1000) 1, ESTABLISHED"},
			{"< . 1(0) 1 sack 5001:6001 sack 3001:4001 sack 1001:2001", ". 1(1000) 1, ESTABLISHED"},
			{"< . 1(0) 1 sack 5001:7001 sack 3001:4001 sack 1001:2001", "ESTABLISHED"},                 // pipe 7000
			{"< . 1(0) 1 sack 5001:8001 sack 3001:4001 sack 1001:2001", "ESTABLISHED"},                 // 5000
			{"< . 1(0) 1 sack 5001:9001 sack 3001:4001 sack 1001:2001", ". 2001(1000) 1, ESTABLISHED"}, // 4000
			{"< . 1(0) 2001 sack 5001:9001 sack 3001:4001", ". 4001(1000) 1, ESTABLISHED"},
			{"< . 1(0) 4001 sack 5001:9001", ". 12001(1000) 1, ESTABLISHED"},
			{"< . 1(0) 9001", ". 13001(1000) 1, ESTABLISHED"},
			{"< . 1(0) 12001", "P. 14001(1000) 1, ESTABLISHED"}, {"< . 1(0) 15001", "ESTABLISHED"}, {"wait 100s", "ESTABLISHED"}}},
		"§4, NextSeg (3): what is not known to be lost, if there is nothing else": {{
			{"send 6000", ". 1(1000) 1, . 1001(1000) 1, . 2001(1000) 1, . 3001(1000) 1, . 4001(1000) 1, P. 5001(1000) 1, ESTABLISHED"},
			// 4001 has one segment above it. pipe is 4001, and 1 once again.
			{"< . 1(0) 1 sack 1001:4001 sack 5001:6001", ". 1(1000) 1, . 4001(1000) 1, ESTABLISHED"}, {"< . 1(0) 6001", "ESTABLISHED"}}},
		"§4, NextSeg (4): the rescue, once": {ten, {
			{"< . 1(0) 5001", ". 10001(1000) 1, . 11001(1000) 1, . 12001(1000) 1, . 13001(1000) 1, P. 14001(1000) 1, ESTABLISHED"},
			{"< . 1(0) 5001 sack 6001:9001", ". 5001(1000) 1, ESTABLISHED"},
			{"< . 1(0) 9001", "ESTABLISHED"}, {"< . 1(0) 11001", "P. 14001(1000) 1, ESTABLISHED"}, {"< . 1(0) 12001", "ESTABLISHED"}, {"< . 1(0) 15001", "ESTABLISHED"}}},
		"RFC 2018 §8: after a timeout all is doubtful": {five, {
			{"< . 1(0) 1 sack 1001:3001", "ESTABLISHED"}, {"wait 1s", "1s: . 1(1000) 1, ESTABLISHED"},
			{"< . 1(0) 1001", ". 1001(1000) 1, . 2001(1000) 1, ESTABLISHED"}, {"< . 1(0) 3001", ". 3001(1000) 1, P. 4001(1000) 1, ESTABLISHED"}}},
		"RFC 6675 §5.1: what is SACKed after it is not sent": {five, {
			{"< . 1(0) 1 sack 1001:3001", "ESTABLISHED"}, {"wait 1s", "1s: . 1(1000) 1, ESTABLISHED"},
			{"< . 1(0) 1001 sack 2001:4001", ". 1001(1000) 1, P. 4001(1000) 1, ESTABLISHED"}, {"< . 1(0) 5001", "ESTABLISHED"}, {"wait 100s", "ESTABLISHED"}}},
		"and no recovery begins before all is acknowledged": {ten, {
			{"wait 1s", "1s: . 1(1000) 1, ESTABLISHED"}, {"< . 1(0) 1001", ". 1001(1000) 1, . 2001(1000) 1, ESTABLISHED"},
			{"< . 1(0) 1001 sack 2001:3001", ". 3001(1000) 1, ESTABLISHED"}, {"< . 1(0) 1001 sack 2001:4001", ". 4001(1000) 1, ESTABLISHED"},
			{"< . 1(0) 1001 sack 2001:5001", ". 5001(1000) 1, ESTABLISHED"}, {"< . 1(0) 1001 sack 2001:6001", ". 6001(1000) 1, ESTABLISHED"}}},
		"RFC 2018 §5: a peer that reneges gets it again": {five, {
			{"< . 1(0) 1 sack 1001:3001", "ESTABLISHED"}, {"< . 1(0) 1001", "ESTABLISHED"}, {"wait 1s", "1s: . 1001(1000) 1, ESTABLISHED"},
			{"< . 1(0) 2001", ". 2001(1000) 1, . 3001(1000) 1, ESTABLISHED"}}},
		"a FIN is retransmitted, too": {five, {
			{"close", "F. 5001(0) 1, FIN-WAIT-1"}, {"< . 1(0) 1 sack 1001:4001", ". 1(1000) 1, FIN-WAIT-1"},
			{"< . 1(0) 5001", "F. 5001(0) 1, FIN-WAIT-1"}, {"< . 1(0) 5002", "FIN-WAIT-2"}}},
		"a zero window, with text on its way": {five, {
			{"< . 1(0) 2001 win 0 sack 3001:5001", "ESTABLISHED"}, {"wait 1s", "1s: . 2001(1) 1, ESTABLISHED"}, {"< . 1(0) 2002 win 0", "ESTABLISHED"},
			{"< . 1(0) 2002 win 5000", ". 2002(999) 1, ESTABLISHED"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, with6675, append([]steps{selective}, s...)...)
		})
	}
}
