package tcp

import (
	"testing"
	"time"
)

func TestLinger(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]steps{
		"the FIN is not acknowledged": {
			{"send 5", "P. 1(5) 1, ESTABLISHED"}, {"leave", "F. 6(0) 1, FIN-WAIT-1"}, {"linger 2s", "FIN-WAIT-1"}, {"< . 1(0) 6", "FIN-WAIT-1"},
			{"wait 1999ms", "1s: F. 6(0) 1, FIN-WAIT-1"}, {"wait 1ms", "1ms: R. 7(0) 1, CLOSED"}},
		"it is":            {{"leave", "F. 1(0) 1, FIN-WAIT-1"}, {"linger 2s", "FIN-WAIT-1"}, {"< . 1(0) 2", "FIN-WAIT-2"}, {"wait 9999h", "FIN-WAIT-2"}, {"linger 2s", "FIN-WAIT-2"}, {"wait 3s", "FIN-WAIT-2"}},
		"both have closed": {{"leave", "F. 1(0) 1, FIN-WAIT-1"}, {"linger 500ms", "FIN-WAIT-1"}, {"< F. 1(0) 1", ". 2(0) 2, CLOSING"}, {"wait 500ms", "CLOSED"}},
		"LAST-ACK":         {{"< F. 1(0) 1", ". 1(0) 2, CLOSE-WAIT"}, {"leave", "F. 1(0) 2, LAST-ACK"}, {"linger 500ms", "LAST-ACK"}, {"< . 2(0) 2", "CLOSED"}, {"wait 1s", "CLOSED"}},
		"TIME-WAIT":        {{"leave", "F. 1(0) 1, FIN-WAIT-1"}, {"linger 2s", "FIN-WAIT-1"}, {"< F. 1(0) 2", ". 2(0) 2, TIME-WAIT"}, {"wait 239s", "TIME-WAIT"}, {"linger 1ms", "TIME-WAIT"}, {"wait 1s", "CLOSED"}},
		"not closed":       {{"linger 1s", "ESTABLISHED"}, {"wait 2s", "ESTABLISHED"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, nil, passive, s)
		})
	}
}

func TestFinWait2(t *testing.T) {
	t.Parallel()
	limited := func(c *Config) { c.FinWait2 = time.Minute }
	for _, s := range []steps{
		{{"leave", "F. 1(0) 1, FIN-WAIT-1"}, {"wait 500ms", "FIN-WAIT-1"}, {"< . 1(0) 2", "FIN-WAIT-2"}, {"wait 59999ms", "FIN-WAIT-2"}, {"wait 1ms", "1ms: R. 2(0) 1, CLOSED"}},
		{{"close", "F. 1(0) 1, FIN-WAIT-1"}, {"< . 1(0) 2", "FIN-WAIT-2"}, {"wait 1h", "FIN-WAIT-2"}, // the user waits for the FIN
			{"leave", "connection closing, FIN-WAIT-2"}, {"wait 1m", "1m0s: R. 2(0) 1, CLOSED"}},
		{{"leave", "F. 1(0) 1, FIN-WAIT-1"}, {"< . 1(0) 2", "FIN-WAIT-2"}, {"< F. 1(0) 2", ". 2(0) 2, TIME-WAIT"}, {"wait 239s", "TIME-WAIT"}},
	} {
		play(t, limited, passive, s)
	}
	play(t, nil, passive, steps{{"leave", "F. 1(0) 1, FIN-WAIT-1"}, {"< . 1(0) 2", "FIN-WAIT-2"}, {"wait 9999h", "FIN-WAIT-2"}})
}
