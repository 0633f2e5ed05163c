package tcp

import (
	"net/netip"
	"testing"
	"time"
)

// §3.9.2.2; RFC 5927 §4.1 and §5.2.
func TestICMPErrors(t *testing.T) {
	t.Parallel()
	open := steps{{"open", "S 0(0), SYN-SENT"}}
	for name, s := range map[string][]steps{
		"a soft error does not end an open, and is told once": {open, {
			{"soft 0", "SYN-SENT"}, {"softerr", "host unreachable, SYN-SENT"}, {"softerr", "SYN-SENT"}}},
		"it is why an open fails":              {open, {{"soft 0", "SYN-SENT"}, {"wait 10m", "CLOSED"}, {"send 1", "host unreachable, CLOSED"}}},
		"it is forgotten where the open works": {open, {{"soft 0", "SYN-SENT"}, {"< S. 0(0) 1", ". 1(0) 1, ESTABLISHED"}, {"softerr", "ESTABLISHED"}}},
		"a number that is not in flight":       {open, {{"soft 1", "SYN-SENT"}, {"soft -1", "SYN-SENT"}, {"softerr", "SYN-SENT"}}},
		"a connection survives it": {passive, {
			{"send 5", "P. 1(5) 1, ESTABLISHED"}, {"soft 5", "ESTABLISHED"}, {"< . 1(0) 6", "ESTABLISHED"}, {"softerr", "host unreachable, ESTABLISHED"}}},
		"and a hard one, which is soft there": {passive, {
			{"send 5", "P. 1(5) 1, ESTABLISHED"}, {"unreachable 5", "ESTABLISHED"}, {"softerr", "connection refused, ESTABLISHED"}}},
		"progress refutes it as the reason of the end": {passive, {
			{"send 5", "P. 1(5) 1, ESTABLISHED"}, {"soft 5", "ESTABLISHED"}, {"< . 1(0) 6", "ESTABLISHED"}, {"timeout 500ms", "ESTABLISHED"},
			{"send 1", "P. 6(1) 1, ESTABLISHED"}, {"wait 500ms", "CLOSED"}, {"send 1", "connection aborted due to user timeout, CLOSED"}}},
		"a passive SYN-RECEIVED goes back (SHLD-26)": {{{"listen", "LISTEN"}, {"< S 0(0)", "S. 0(0) 1, SYN-RECEIVED"}, {"unreachable 0", "LISTEN"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, func(c *Config) { c.SynRetries = 0 }, s...)
		})
	}
}

// RFC 1191: the new size at once, no sign of congestion, floors.
func TestPathMTU(t *testing.T) {
	t.Parallel()
	open := steps{{"open", "S 0(0), SYN-SENT"}, {"< S. 0(0) 1 mss 1460", ". 1(0) 1, ESTABLISHED"}}
	two := steps{{"send 2920", ". 1(1460) 1, P. 1461(1460) 1, ESTABLISHED"}}
	proven := append(two, [2]string{"< . 1(0) 2921", "ESTABLISHED"}, [2]string{"send 2920", ". 2921(1460) 1, P. 4381(1460) 1, ESTABLISHED"})
	again := ". 1(960) 1, . 961(960) 1, . 1921(960) 1, P. 2881(40) 1, ESTABLISHED"
	for name, s := range map[string][]steps{
		"what was lost goes out in the new size":   {open, two, {{"toobig 1 1000", again}, {"toobig 1461 1000", "ESTABLISHED"}, {"< . 1(0) 2921", "ESTABLISHED"}, {"send 1000", ". 2921(960) 1, P. 3881(40) 1, ESTABLISHED"}}},
		"any segment in flight tells":              {open, two, {{"toobig 1461 1000", again}}},
		"the retransmission timer begins anew":     {open, two, {{"wait 600ms", "ESTABLISHED"}, {"toobig 1 1000", again}, {"wait 999ms", "ESTABLISHED"}, {"wait 1ms", "1ms: . 1(960) 1, ESTABLISHED"}}},
		"RFC 5927: a number that is not in flight": {open, two, {{"toobig 0 1000", "ESTABLISHED"}, {"toobig 2921 1000", "ESTABLISHED"}}},
		"never larger":                           {open, two, {{"toobig 1 1500", "ESTABLISHED"}, {"toobig 1 9000", "ESTABLISHED"}}},
		"no MTU: the next plateau":               {open, {{"send 1460", "P. 1(1460) 1, ESTABLISHED"}, {"toobig 1 0", ". 1(1452) 1, P. 1453(8) 1, ESTABLISHED"}, {"toobig 1 0", ". 1(966) 1, P. 967(494) 1, ESTABLISHED"}, {"toobig 1 0", ". 1(536) 1, . 537(536) 1, P. 1073(388) 1, ESTABLISHED"}}},
		"the floor":                              {open, {{"send 600", "P. 1(600) 1, ESTABLISHED"}, {"toobig 1 68", ". 1(536) 1, P. 537(64) 1, ESTABLISHED"}, {"toobig 1 68", "ESTABLISHED"}}},
		"a window of zero is left to the probes": {open, two, {{"< . 1(0) 1 win 0", "ESTABLISHED"}, {"toobig 1 1000", "ESTABLISHED"}, {"< . 1(0) 1 win 5000", "ESTABLISHED"}, {"wait 1s", "1s: . 1(960) 1, ESTABLISHED"}}},
		"FIN and text":                           {open, {{"send 1460", "P. 1(1460) 1, ESTABLISHED"}, {"close", "F. 1461(0) 1, FIN-WAIT-1"}, {"toobig 1 1000", ". 1(960) 1, FP. 961(500) 1, FIN-WAIT-1"}}},
		"RFC 1191 §6.3: after ten minutes another try": {open, two, {{"toobig 1 1000", again}, {"< . 1(0) 2921", "ESTABLISHED"}, {"wait 10m", "ESTABLISHED"}, {"send 1000", "P. 2921(1000) 1, ESTABLISHED"}}},
		"RFC 5927 §7.2: what came through is doubted until a timeout": {open, proven, {
			{"toobig 2921 1000", "ESTABLISHED"}, {"wait 1s", "1s: . 2921(960) 1, ESTABLISHED"}, {"< . 1(0) 3881", ". 3881(960) 1, . 4841(960) 1, ESTABLISHED"}}},
		"and forgotten if it is acknowledged": {open, proven, {
			{"toobig 2921 1000", "ESTABLISHED"}, {"< . 1(0) 4381", "ESTABLISHED"}, {"wait 1s", "1s: P. 4381(1460) 1, ESTABLISHED"}}},
		"or if it was of a segment before that": {open, proven, {
			{"toobig 4381 1000", "ESTABLISHED"}, {"< . 1(0) 4381", "ESTABLISHED"}, {"wait 1s", "1s: . 4381(960) 1, ESTABLISHED"}}},
		"after a timeout it is believed at once": {open, proven, {
			{"wait 1s", "1s: . 2921(1460) 1, ESTABLISHED"}, {"toobig 2921 1000", ". 2921(960) 1, . 3881(500) 1, ESTABLISHED"}}},
		"what is larger than all that came through is, too": {open, {
			{"send 900", "P. 1(900) 1, ESTABLISHED"}, {"< . 1(0) 901", "ESTABLISHED"}, {"send 1460", "P. 901(1460) 1, ESTABLISHED"},
			{"toobig 901 1000", ". 901(960) 1, P. 1861(500) 1, ESTABLISHED"}}},
		"what went out again in pieces proves nothing": {open, two, {
			{"toobig 1 1200", ". 1(1160) 1, . 1161(1160) 1, P. 2321(600) 1, ESTABLISHED"}, {"< . 1(0) 1161", "ESTABLISHED"},
			{"toobig 1161 1100", "ESTABLISHED"}, {"wait 1s", "1s: . 1161(1060) 1, ESTABLISHED"}}},
		"a SYN is not too big": {{{"open", "S 0(0), SYN-SENT"}, {"toobig 0 1000", "SYN-SENT"}, {"< S. 0(0) 1 mss 1460", ". 1(0) 1, ESTABLISHED"}, {"send 1460", "P. 1(1460) 1, ESTABLISHED"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, nil, s...)
		})
	}
}

// Below what every host takes, IPv4 packets may be fragmented; IPv6 has no such thing, and no estimate below 1280.
func TestPathMTUFloors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		local, remote string
		mtu, want     int
		fragment      bool
	}{
		{"192.0.2.1:80", "192.0.2.2:4000", 1000, 1000, false},
		{"192.0.2.1:80", "192.0.2.2:4000", 576, 576, false},
		{"192.0.2.1:80", "192.0.2.2:4000", 575, 576, true},
		{"[2001:db8::1]:80", "[2001:db8::2]:4000", 1400, 1400, false},
		{"[2001:db8::1]:80", "[2001:db8::2]:4000", 1280, 1280, false},
		{"[2001:db8::1]:80", "[2001:db8::2]:4000", 1279, 1500, false},
		{"[2001:db8::1]:80", "[2001:db8::2]:4000", 0, 1500, false},
	} {
		sent := 0
		env := NewEnv(Default(), 1500, 1, func(*TCB, *Segment) { sent++ })
		tcb := New(env, netip.MustParseAddrPort(c.local), netip.MustParseAddrPort(c.remote))
		if err := tcb.OpenActive(0); err != nil {
			t.Fatal(err)
		}
		tcb.Arrives(0, &Segment{Flags: SYN | ACK, Ack: tcb.SndNxt, Wnd: 9000, Options: Options{HasMSS: true, MSS: 1460}})
		if _, err := tcb.Send(0, make([]byte, 1440)); err != nil {
			t.Fatal(err)
		}
		tcb.PacketTooBig(0, tcb.SndUna, c.mtu)
		if tcb.mtu() != c.want || tcb.MayFragment != c.fragment {
			t.Errorf("%s, router says %d: MTU %d, may fragment %v", c.remote, c.mtu, tcb.mtu(), tcb.MayFragment)
		}
		tcb.agePathMTU(pathMTULife)
		if tcb.mtu() != 1500 || tcb.MayFragment {
			t.Errorf("after %v MTU %d, may fragment %v", pathMTULife, tcb.mtu(), tcb.MayFragment)
		}
	}
}

// R1 (SHLD-9) shows in STATUS after three retransmissions, and as a soft error, until something gets through.
func TestR1(t *testing.T) {
	t.Parallel()
	b := newBench(t, Default(), 77, 88)
	for _, x := range []struct {
		do string
		r1 bool
	}{{"open", false}, {"< S. 0(0) 1", false}, {"send 5", false}, {"wait 6999ms", false}, {"wait 1ms", true}, {"< . 1(0) 6", false}} {
		b.do(x.do)
		if got := b.tcb.Status().R1; got != x.r1 {
			t.Errorf("after %s, at %v: R1 %v", x.do, b.now.Round(time.Millisecond), got)
		}
		if told := b.tcb.softErr == ErrTimedOut; told != x.r1 {
			t.Errorf("after %s, at %v: told %v", x.do, b.now.Round(time.Millisecond), told)
		}
	}
}
