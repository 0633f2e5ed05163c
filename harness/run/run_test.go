package run_test

import (
	"strings"
	"testing"
	"time"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/run"
	"github.com/twinstack/twinstack/harness/trace"
)

// Each case is a script on a server, with the failures that it must have: none, or the failure kind that it is about.
func TestServerScripts(t *testing.T) {
	t.Parallel()
	for _, s := range []struct {
		name, src string
		want      []string
	}{
		{"opens", opened, nil},
		{"script's own ISNs", listening + "+0 < S 1000:1000(0) win 1000\n+0 > S. 8000:8000(0) ack 1001 <...>\n+0 < . 1001:1001(0) ack 8001 win 1000\n" +
			"+0 accept(3, ..., ...) = 4\n+0 < P. 1001:1011(10) ack 8001 win 1000\n+0 > . 8001:8001(0) ack 1011\n+0 read(4, ..., 100) = 10\n", nil},
		{"ports", listening + "+0 < 5000 > 80 S 0:0(0) win 9\n+0 > 80 > 5000 S. 7:7(0) ack 1 <...>\n+0 < 5001 > 80 S 0:0(0) win 9\n" +
			"+0 > 80 > 5001 S. 9:9(0) ack 1 <...>\n// state 80 > 5001: SYN-RECEIVED\n", nil},
		{"other port", listening + "+0 < 5000 > 80 S 0:0(0) win 9\n+0 > 80 > 5001 S. 7:7(0) ack 1 <...>\n",
			[]string{"line 5: expected +0 > 80 > 5001 S. 7:7(0) ack 1 <...>, got > S. 0:0(0) ack 1 <...> (destination port 5000, expected 5001; sequence number 0, expected 7)"}},
		{"flags", listening + "+0 < S 0:0(0) win 9\n+0 > S 0:0(0) <...>\n", []string{"flags S., expected S"}},
		{"ack", listening + "+0 < S 0:0(0) win 9\n+0 > S. 0:0(0) ack 2 <...>\n", []string{"(ack 1, expected 2)"}},
		{"window", listening + "+0 < S 0:0(0) win 9\n+0 > S. 0:0(0) ack 1 win 5 <...>\n", []string{"(win 1000, expected 5)"}},
		{"options", listening + "+0 < S 0:0(0) win 9\n+0 > S. 0:0(0) ack 1 <mss 1460,nop,nop,sackOK>\n", []string{"options <mss 1460>, expected <mss 1460,nop,nop,sackOK>"}},
		{"option value", listening + "+0 < S 0:0(0) win 9\n+0 > S. 0:0(0) ack 1 <mss 1461>\n", []string{"options <mss 1460>, expected <mss 1461>"}},
		{"no options written", listening + "+0 < S 0:0(0) win 9\n+0 > S. 0:0(0) ack 1\n", []string{"options <mss 1460>, expected <>"}},
		{"ttl", listening + "+0 < S 0:0(0) win 9\n+0 > [ttl 63] S. 0:0(0) ack 1 <...>\n", []string{"ttl 64, expected 63"}},
		{"sequence after the SYN", opened + "+0 < P. 1:11(10) ack 1 win 9\n+0 > . 2:2(0) ack 11\n", []string{"sequence number 1, expected 2"}},
		{"missing", opened + "+0 > . 1:1(0) ack 1\n", []string{"line 7: expected +0 > . 1:1(0) ack 1, got nothing (not sent by 0.000010 s)"}},
		{"unexpected before the next", opened + "+0 < P. 1:11(10) ack 1 win 9\n+0 accept(3, ..., ...) = 4\n",
			[]string{"line 8: expected nothing, got > . 1:1(0) ack 11 (sent at 0.000010 s, before line 8)"}},
		{"unexpected at the end", opened + "+0 < P. 1:11(10) ack 1 win 9\n", []string{"by the end of the script"}},
		{"goes on after a failure", opened + "+0 < P. 1:11(10) ack 1 win 9\n+0 > . 1:1(0) ack 12\n+0 < P. 11:21(10) ack 1 win 9\n+0 > . 1:1(0) ack 22\n",
			[]string{"ack 11, expected 12", "ack 21, expected 22"}},
		{"would block", opened + "+0 accept(3, ..., ...) = 4\n+0 read(4, ..., 10) = 0\n", []string{"line 8: expected +0 read(4, ..., 10) = 0, got read(4, ..., 10) = -1 EAGAIN would block"}},
		{"would block, though EAGAIN was expected", accepted + "+0 read(4, ..., 10) = -1 EAGAIN (x)\n", []string{"would block"}},
		{"non-blocking", accepted + "+0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n+0 fcntl(4, F_GETFL) = 0x802\n+0 read(4, ..., 10) = -1 EAGAIN (x)\n", nil},
		{"failed accept", listening + "+0...0.5 accept(3, ..., ...) = 4\n+1 read(4, ..., 10) = 3\n",
			[]string{"line 4: expected +0...0.5 accept(3, ..., ...) = 4, got accept(3, ..., ...) = -1 EAGAIN would block (it still blocks at 0.500000 s)", "line 5: expected +1 read(4, ..., 10) = 3, got read(4, ..., 10) = -1 EBADF (skipped: fd 4 was never opened)"}},
		{"accept too many", opened + "+0 fcntl(3, F_SETFL, O_NONBLOCK) = 0\n+0 accept(3, ..., ...) = -1 EAGAIN (x)\n", []string{"accept(3, ..., ...) = 4 (result 4, expected -1)"}},
		{"unknown descriptor", "+0 close(9) = -1 EBADF (x)\n", nil},
		{"wrong errno", "+0 close(9) = -1 EPIPE (x)\n", []string{"errno EBADF, expected EPIPE"}},
		{"do not care", "+0 close(9) = ?\n", nil},
		{"blocks and is woken", listening + "+0...0.2 accept(3, ..., ...) = 4\n+0.1 < S 0:0(0) win 9\n+0 > S. 0:0(0) ack 1 <...>\n+0.1 < . 1:1(0) ack 1 win 9\n+0 close(4) = 0\n", nil},
		{"blocks too long", listening + "+0...0.2 accept(3, ..., ...) = 4\n+0.1 < S 0:0(0) win 9\n+0 > S. 0:0(0) ack 1 <...>\n+0.2 < . 1:1(0) ack 1 win 9\n", []string{"still blocks at 0.2"}},
		{"octets in order", accepted + "+0 < P. 1:11(10) ack 1 win 9\n+0 > . 1:1(0) ack 11\n+0 read(4, ..., 4) = 4\n+0 read(4, ..., 400) = 6\n", nil},
		{"octets in wrong order", accepted + "+0 < P. 11:21(10) ack 1 win 9\n+0 > . 1:1(0) ack 21\n+0 read(4, ..., 10) = 10\n", []string{"octet 0 of the stream is wrong"}},
		{"short read", accepted + "+0 < P. 1:11(10) ack 1 win 9\n+0 > . 1:1(0) ack 11\n+0 recv(4, ..., 20, 0) = 20\n", []string{"result 10, expected 20"}},
		{"written octets", accepted + "+0 write(4, ..., 10) = 10\n+0 > P. 1:11(10) ack 1\n+0 send(4, ..., 5, MSG_NOSIGNAL) = 5\n+0 > P. 11:16(5) ack 1\n", nil},
		{"getsockopt", accepted + "+0 getsockopt(4, SOL_SOCKET, SO_ERROR, [0], [4]) = 0\n+0 getsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=5}, [8]) = 0\n", nil},
		{"getsockopt differs", accepted + "+0 getsockopt(4, SOL_SOCKET, SO_ERROR, [ECONNRESET], [4]) = 0\n", []string{"= 0 [0] (value [0], expected [104])"}},
		{"setsockopt", accepted + "+0 setsockopt(4, IPPROTO_TCP, TCP_NODELAY, [1], 4) = 0\n+0 setsockopt(4, IPPROTO_TCP, TCP_CORK, [1], 4) = -1 ENOPROTOOPT\n", nil},
		{"poll", accepted + "+0 poll([{fd=4, events=POLLIN, revents=0}], 1, 0) = 0\n+0 poll([{fd=4, events=POLLIN, revents=POLLIN}], 1, 0) = 1\n",
			[]string{"fd 4: revents 0, expected POLLIN"}},
		{"poll times out", accepted + "+0...0.1 poll([{fd=4, events=POLLIN, revents=0}], 1, 100) = 0\n+0.2 close(4) = 0\n", nil},
		{"poll without ...", accepted + "+0 poll([{fd=4, events=POLLIN, revents=0}], 1, 100) = 0\n", []string{"would block"}},
		{"states", listening + "// state: LISTEN\n+0 < S 0:0(0) win 9\n+0 > S. 0:0(0) ack 1 <...>\n// state: SYN-RECEIVED\n+0 < . 1:1(0) ack 1 win 9\n// state: ESTABLISHED\n// state: ESTABLISHED\n", nil},
		{"path", opened + "// state: LISTEN > SYN-RECEIVED > ESTABLISHED\n", nil},
		{"path with its start", listening + "// state: CLOSED > LISTEN\n", nil},
		{"path too short", opened + "// state: ESTABLISHED\n", []string{"expected state: ESTABLISHED, got state: LISTEN > SYN-RECEIVED > ESTABLISHED (since the start)"}},
		{"wrong state", listening + "// state: SYN-SENT\n", []string{"expected state: SYN-SENT, got state: LISTEN (since the start)"}},
		{"no change", listening + "// state: LISTEN\n// state: CLOSED\n", []string{"got state: LISTEN (no other state since the assertion before)"}},
		{"another path allowed", opened + "// state: SYN-RECEIVED\n// or: state: LISTEN > SYN-RECEIVED > ESTABLISHED\n// or: state: CLOSED\n", nil},
		{"neither path", opened + "// state: SYN-RECEIVED\n// or: state: CLOSED\n",
			[]string{"expected state: SYN-RECEIVED or CLOSED, got state: LISTEN > SYN-RECEIVED > ESTABLISHED (since the start)"}},
		{"change at the end", listening + "// state: LISTEN\n+0 < S 0:0(0) win 9\n+0 > S. 0:0(0) ack 1 <...>\n", []string{"expected state: LISTEN, got state: SYN-RECEIVED (no assertion names it by the end of the script)"}},
		{"a connection of a listener's that no packet has named", listening + "// state 8080 > 40000: LISTEN\n", nil},
		{"gone with a listener left", opened + "// state: LISTEN > SYN-RECEIVED > ESTABLISHED\n+0 < R 1:1(0) win 0\n// state: LISTEN\n+0 close(3) = 0\n// state: CLOSED\n", nil},
	} {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			check(t, play(t, &fake{isn: 0xfffffffe, onTCP: server, write: echoWrite}, s.src), s.want...)
		})
	}
}

// Times: exact, but for the ticks that the script has taken.
func TestTimes(t *testing.T) {
	t.Parallel()
	after := func(d time.Duration) func(*host, *trace.Segment) {
		return func(h *host, s *trace.Segment) {
			h.clock.AfterFunc(d, func() { h.send(trace.Segment{Flags: trace.RST, Seq: s.Ack}) })
		}
	}
	for _, s := range []struct {
		name, src string
		after     time.Duration
		want      []string
	}{
		{"on time", "+0 < . 1:1(0) ack 5 win 9\n+1 > R 5:5(0)\n", time.Second, nil},
		{"absolute", "0.5 < . 1:1(0) ack 5 win 9\n1.5 > R 5:5(0)\n", time.Second, nil},
		{"range", "+0 < . 1:1(0) ack 5 win 9\n+0.9~+1.1 > R 5:5(0)\n", time.Second, nil},
		{"any time", "+0 < . 1:1(0) ack 5 win 9\n* > R 5:5(0)\n", time.Hour, nil},
		{"never", "* > R 5:5(0)\n", time.Hour, []string{"got nothing (never sent)"}},
		{"early", "+0 < . 1:1(0) ack 5 win 9\n+1 > R 5:5(0)\n", 999 * time.Millisecond, []string{"sent at 0.999000 s, expected 1.000000 s"}},
		{"early by a tick", "+0 < . 1:1(0) ack 5 win 9\n+1 > R 5:5(0)\n", time.Second - run.Tick, []string{"sent at 0.999990 s"}},
		{"late", "+0 < . 1:1(0) ack 5 win 9\n+1 > R 5:5(0)\n+1 close(3) = ?\n", time.Second + 1, []string{"got nothing (not sent by 1.000000 s)", "line 3: expected nothing, got > R 5:5(0)"}},
		{"early and another", "+0 < . 1:1(0) ack 5 win 9\n+2 > R 6:6(0)\n", time.Second, []string{"expected nothing, got > R 5:5(0) (sent at 1.000000 s, before line 2)", "got nothing"}},
		{"before the range", "+0 < . 1:1(0) ack 5 win 9\n+1~+2 > R 5:5(0)\n", time.Millisecond, []string{"expected 1.000000 s to 2.000000 s"}},
		{"tick between answer and next", "+0 < . 1:1(0) ack 5 win 9\n+0 > R 5:5(0)\n+0 < . 1:1(0) ack 5 win 9\n0.000010 > R 5:5(0)\n", 0, nil},
		{"the clock's tolerance is the ticks", "+0 < . 1:1(0) ack 5 win 9\n+0 > R 5:5(0)\n+0 < . 1:1(0) ack 5 win 9\n0 > R 5:5(0)\n", 0, nil},
	} {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			check(t, play(t, &fake{onTCP: after(s.after)}, s.src), s.want...)
		})
	}
}

func TestPingPongIsAnError(t *testing.T) {
	t.Parallel()
	var again func(h *host)
	again = func(h *host) { h.clock.AfterFunc(1, func() { again(h) }) }
	f := &fake{onTCP: func(h *host, _ *trace.Segment) { again(h) }}
	refused(t, play(t, f, "+0 < . 1:1(0) win 9\n+1 < . 1:1(0) win 9\n"), trace.Error, "ping-pong: more than 100000 timers fired")
}

func TestPanicOfTheIUTIsItsFailure(t *testing.T) {
	t.Parallel()
	res := play(t, &fake{panics: true}, listening+"+0 < S 0:0(0) win 9\n")
	check(t, res, "line 3: expected +0 listen(3, 5) = 0, got panic: runtime error: invalid memory address or nil pointer dereference, in github.com/twinstack/twinstack/harness/run_test.(*socket).Listen (fake_test.go:")
	if len(res.Trace.Events) != 2 {
		t.Errorf("the trace up to the panic has %d events, want 2", len(res.Trace.Events))
	}
}

func TestFamilies(t *testing.T) {
	t.Parallel()
	for src, want := range map[string][]bool{"": {false, true}, "--ip_version=ipv4\n": {false}, "--ip_version=ipv6\n": {true}} {
		f := parse(t, src+opened)
		got := run.Families(f)
		if len(got) != len(want) || got[0] != want[0] {
			t.Errorf("%q runs on %v, want %v", src, got, want)
		}
		for _, v6 := range got {
			o := options()
			o.IPv6 = v6
			check(t, run.Run(f, &fake{onTCP: server}, o))
		}
	}
	o := options()
	o.IPv6 = true
	refused(t, run.Run(parse(t, "--ip_version=ipv4\n"+opened), &fake{}, o), trace.Error, "does not run on ipv6")
}

func TestSettings(t *testing.T) {
	t.Parallel()
	var seen iut.Settings
	f := &fake{onTCP: func(h *host, _ *trace.Segment) { seen = h.settings },
		support: []iut.Support{{Setting: "SynRetries", Honour: iut.Fixed, Value: "6"}, {Setting: "SACK", Honour: iut.Absent}}}
	check(t, play(t, f, "// set: MSL=30s DelayedACK=true MTU=1400\n// set: SynRetries=6\n+0 < . 1:1(0) win 9\n"))
	if seen.MSL != 30*time.Second || !seen.DelayedACK || seen.MTU != 1400 {
		t.Errorf("the host got %+v", seen)
	}
	for src, want := range map[string]string{
		"// set: SynRetries=8\n": "1:9: setting SynRetries=8: fixed in fake (6)",
		"// set: SACK=true\n":    "1:9: setting SACK=true: absent in fake",
	} {
		refused(t, play(t, f, src+listening), trace.Unsupported, want)
	}
	for src, want := range map[string]string{
		"// set: Sack=true\n":   `case.pkt:1:9: there is no setting "Sack"; there are MSL, `,
		"// set: SACK=x\n":      `case.pkt:1:9: setting SACK: "x" is neither true nor false`,
		"// set: MTU=big\n":     `setting MTU: "big" is not a number`,
		"// set: MSL=30\n":      `setting MSL: "30" is not a duration`,
		"// set: RTOMin=-30s\n": `setting RTOMin: "-30s" is not a duration`,
	} {
		refused(t, play(t, f, src+listening), trace.Error, want)
	}
}

func TestISN(t *testing.T) {
	t.Parallel()
	src := "// isn: 8000\n" + opened
	boots := 0
	f := &fake{onTCP: server, tick: 64, isn: 0x12345678, boots: &boots}
	res := play(t, f, src)
	check(t, res)
	for _, e := range res.Trace.Events {
		if e.Kind == trace.Sent && e.Packet.TCP.Seq != 8000 {
			t.Errorf("ISN %d on the wire", e.Packet.TCP.Seq)
		}
	}
	if boots != 2 {
		t.Errorf("%d hosts, want 2", boots)
	}
	refused(t, play(t, &fake{onTCP: server}, src), trace.Unsupported, "does not let its initial sequence number be chosen")
	refused(t, play(t, &fake{onTCP: func(h *host, s *trace.Segment) { h.isn = 7; server(h, s) }, tick: 64}, src), trace.Error,
		"did not use the initial sequence number 8000")
	refused(t, play(t, &fake{tick: 64}, "// isn: 1\n"+listening), trace.Error, "sent no SYN")
	check(t, play(t, &fake{tick: 64}, "// isn: 1\n"+listening+"+0 < S 0:0(0) win 9\n+0 > S. 0:0(0) ack 1\n"), "got nothing")
}

func TestScriptErrors(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		"+0 close() = 0\n": "close takes 1 arguments",
		listening + "+0 recv(3, ..., 5, MSG_PEEK) = 0\n":             `"MSG_PEEK" has no value here`,
		listening + "+0 fcntl(3, 77) = 0\n":                          "fcntl knows",
		listening + "+0 poll(3, 1, 0) = 0\n":                         "poll takes a list",
		listening + "+0 read(3, ..., 100000000000) = 0\n":            "a buffer of 100000000000 octets",
		listening + "+0 setsockopt(3, 1, SO_LINGER, {x=1}, 8) = 0\n": `struct linger has no field "x"`,
	} {
		refused(t, play(t, &fake{onTCP: server}, src), trace.Error, want)
	}
	o := options()
	o.IPv6 = true
	refused(t, run.Run(parse(t, opened+"+0 < icmp source_quench [1:1(0)]\n"), &fake{onTCP: server}, o), trace.Error, "no ICMP message source_quench")
}

func TestRunnerUsesOneHost(t *testing.T) {
	t.Parallel()
	boots := 0
	f := &fake{boots: &boots, isn: 77, onTCP: func(h *host, s *trace.Segment) {
		server(h, s)
		if s.Flags.Has(trace.FIN) { // TIME-WAIT for a minute
			h.is(trace.TimeWait)
			h.clock.AfterFunc(time.Minute, func() { h.is(trace.Closed) })
		}
	}}
	o := options()
	o.NoRecord = true
	r := run.NewRunner(f, o)
	defer r.Close()
	src := parse(t, listening+"+0 < S 0:0(0) win 1000\n+0 > S. 0:0(0) ack 1 <...>\n+0 < . 1:1(0) ack 1 win 9\n// state: LISTEN > SYN-RECEIVED > ESTABLISHED\n"+
		"+0 accept(3, ..., ...) = 4\n+1 < F. 1:1(0) ack 1 win 9\n// state: TIME-WAIT\n")
	for range 3 {
		res := r.Run(src)
		check(t, res)
		if res.Virtual != time.Second+run.Tick || len(res.Trace.Events) != 0 {
			t.Errorf("took %v with %d events", res.Virtual, len(res.Trace.Events))
		}
	}
	if boots != 1 {
		t.Errorf("%d hosts, want 1", boots)
	}
	refused(t, r.Run(parse(t, "// isn: 1\n"+opened)), trace.Error, "cannot run on a used host")
}

func TestTraceTellsTheCause(t *testing.T) {
	t.Parallel()
	res := play(t, &fake{onTCP: func(h *host, s *trace.Segment) {
		h.clock.AfterFunc(time.Second, func() { h.send(trace.Segment{Flags: trace.RST, Seq: 5}) })
	}}, "+1 < . 1:1(0) win 9\n+1 > R 5:5(0)\n+1 close(3) = ?\n")
	var got []string
	for _, e := range res.Trace.Events {
		got = append(got, strings.Join([]string{trace.Seconds(e.At), string(rune('0' + e.Line)), string(rune('0' + e.Cause)), e.After.String()}, " "))
	}
	want := "1.000000 1 1 0s, 2.000000 2 1 1s, 3.000000 3 3 0s"
	if strings.Join(got, ", ") != want {
		t.Errorf("events %v, want %s", got, want)
	}
}
