package tcp

import "testing"

// §3.8.4. The interval of the tests is a minute, ten seconds between probes, three probes.
func TestKeepalive(t *testing.T) {
	t.Parallel()
	on := steps{{"keepalive on", "ESTABLISHED"}}
	for name, s := range map[string]steps{
		"a peer that is there": {
			{"wait 59999ms", "ESTABLISHED"}, {"wait 1ms", "1ms: . 0(0) 1, ESTABLISHED"}, {"< . 1(0) 1", "ESTABLISHED"},
			{"wait 60s", "1m0s: . 0(0) 1, ESTABLISHED"}, {"< . 1(0) 1", "ESTABLISHED"}},
		"MUST-29: one probe that is not answered tells nothing": {
			{"wait 75s", "1m0s: . 0(0) 1, 1m10s: . 0(0) 1, ESTABLISHED"}, {"< . 1(0) 1", "ESTABLISHED"}, {"wait 60s", "1m0s: . 0(0) 1, ESTABLISHED"}},
		"nobody there": {
			{"wait 100s", "1m0s: . 0(0) 1, 1m10s: . 0(0) 1, 1m20s: . 0(0) 1, CLOSED"}, {"send 1", "connection aborted due to user timeout, CLOSED"}},
		"a peer that was rebooted": {{"wait 60s", "1m0s: . 0(0) 1, ESTABLISHED"}, {"< R 1(0)", "CLOSED"}},
		"MUST-26: anything that comes puts it off": {
			{"wait 59s", "ESTABLISHED"}, {"< . 1(5) 1", ". 1(0) 6, ESTABLISHED"}, {"wait 59s", "ESTABLISHED"}, {"wait 1s", "1s: . 0(0) 6, ESTABLISHED"}},
		"MUST-26: not while something is outstanding": {
			{"wait 59s", "ESTABLISHED"}, {"send 1", "P. 1(1) 1, ESTABLISHED"}, {"wait 10s", "1s: P. 1(1) 1, 3s: P. 1(1) 1, 7s: P. 1(1) 1, ESTABLISHED"},
			{"< . 1(0) 2", "ESTABLISHED"}, {"wait 60s", "1m0s: . 1(0) 1, ESTABLISHED"}},
		"nor while text waits for the window": {
			{"wait 59s", "ESTABLISHED"}, {"< . 1(0) 1 win 0", "ESTABLISHED"}, {"send 1", "ESTABLISHED"}, {"wait 999ms", "ESTABLISHED"}},
		"off":              {{"keepalive off", "ESTABLISHED"}, {"wait 9999h", "ESTABLISHED"}},
		"off, and on anew": {{"wait 59s", "ESTABLISHED"}, {"keepalive off", "ESTABLISHED"}, {"wait 10s", "ESTABLISHED"}, {"keepalive on", "ESTABLISHED"}, {"wait 59s", "ESTABLISHED"}},
		"FIN-WAIT-2":       {{"close", "F. 1(0) 1, FIN-WAIT-1"}, {"< . 1(0) 2", "FIN-WAIT-2"}, {"wait 60s", "1m0s: . 1(0) 1, FIN-WAIT-2"}},
		"CLOSE-WAIT":       {{"< F. 1(0) 1", ". 1(0) 2, CLOSE-WAIT"}, {"wait 60s", "1m0s: . 0(0) 2, CLOSE-WAIT"}},
		"TIME-WAIT":        {{"close", "F. 1(0) 1, FIN-WAIT-1"}, {"< F. 1(0) 2", ". 2(0) 2, TIME-WAIT"}, {"wait 239s", "TIME-WAIT"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, nil, passive, on, s)
		})
	}
	play(t, nil, passive, steps{{"wait 9999h", "ESTABLISHED"}}) // MUST-25: off by default
	play(t, nil, steps{{"keepalive on", "CLOSED"}, {"open", "S 0(0), SYN-SENT"}, {"< S. 0(0) 1", ". 1(0) 1, ESTABLISHED"}, {"wait 60s", "1m0s: . 0(0) 1, ESTABLISHED"}})

	tcb := New(NewEnv(Default(), 1500, 1, nil), local4, remote4)
	if k := tcb.Keepalive(); k.On || k.Idle.Hours() < 2 || !k.Valid() {
		t.Errorf("the default is %+v: not off (MUST-25), or below two hours (MUST-28)", k)
	}
	for _, k := range []Keepalive{{}, {Idle: 1, Interval: 1, Probes: 1}, {Idle: -1, Interval: 1, Probes: 2}, {Idle: 1, Probes: 2}} {
		if err := tcb.SetKeepalive(0, k); err != ErrInvalid {
			t.Errorf("%+v: %v", k, err)
		}
	}
}
