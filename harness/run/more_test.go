package run_test

import (
	"strings"
	"testing"

	"github.com/twinstack/twinstack/harness/run"
	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

// more gives one batch of events after the other, each parsed from a text of its own, and counts how often it was asked.
type more struct {
	t       *testing.T
	batches []string
	asked   int
	events  int // of the trace, when it was asked last
}

func (m *more) next(tr *trace.Trace) []script.Event {
	m.asked++
	m.events = len(tr.Events)
	if m.asked > len(m.batches) {
		return nil
	}
	events := parse(m.t, m.batches[m.asked-1]).Events
	for i := range events {
		events[i].Pos.Line += 100 * m.asked
	}
	return events
}

func goOn(t *testing.T, f *fake, src string, batches ...string) (*trace.Result, *more) {
	t.Helper()
	m := &more{t: t, batches: batches}
	o := options()
	o.More = m.next
	return run.Run(parse(t, src), f, o), m
}

// A packet that no added event expects is on record, with the line of its cause, and no failure; the next event comes a
// tick after it, as it would had the packet been expected.
func TestMoreRecords(t *testing.T) {
	t.Parallel()
	f := &fake{onTCP: server}
	res, m := goOn(t, f, accepted, "+0 < P. 1:11(10) ack 1 win 9\n+0 read(4, ..., 100) = 10\n", "+2 poll([], 0, 0) = 0\n+0 < R 11:11(0) win 0\n")
	check(t, res)
	if m.asked != 3 || m.events != len(res.Trace.Events) {
		t.Errorf("asked %d times, the last time with %d of %d events", m.asked, m.events, len(res.Trace.Events))
	}
	want := `  101  0.000010 < P. 1:11(10) ack 1 win 9
    !  0.000010 > . 1:1(0) ack 11 win 990
  102  0.000020 read(4, ..., 100) = 10
  201  2.000020 poll([], 0, 0) = 0 []
  202  2.000020 < R 11:11(0) win 0
                state CLOSED
`
	if got := res.Trace.Notation(); !strings.HasSuffix(got, want) {
		t.Errorf("got\n%s\nwant at its end\n%s", got, want)
	}
	for _, e := range res.Trace.Events {
		if e.Kind == trace.Sent && e.Line == 0 && e.Cause != 101 {
			t.Errorf("a packet of line 101 is said to be of %d", e.Cause)
		}
	}
}

// The events of a script may be played elsewhere at the same time: nothing is written behind them.
func TestMoreLeavesTheScript(t *testing.T) {
	t.Parallel()
	file := parse(t, accepted)
	file.Events = append(make([]script.Event, 0, 100), file.Events...)
	o := options()
	o.More = (&more{t: t, batches: []string{"+0 close(3) = 0\n"}}).next
	check(t, run.Run(file, &fake{onTCP: server}, o))
	if behind := file.Events[:len(file.Events)+1][len(file.Events)]; behind.Call != nil {
		t.Errorf("behind the script's events stands %v", behind.Call)
	}
}

// What is wrong whatever is expected stays a failure.
func TestMoreFails(t *testing.T) {
	t.Parallel()
	res, _ := goOn(t, &fake{onTCP: server}, accepted, "+0 < P. 11:21(10) ack 1 win 9\n+0 read(4, ..., 10) = ?\n")
	check(t, res, "line 102: expected +0 read(4, ..., 10) = ?, got read(4, ..., 10) = 10 (octet 0 of the stream is wrong)")
	liar := &fake{onTCP: func(h *host, s *trace.Segment) {
		server(h, s)
		if len(s.Payload) > 0 {
			h.send(trace.Segment{Flags: trace.ACK, Seq: h.isn + 1, Ack: 1, Window: 990, Payload: []byte("x")})
		}
	}}
	res, _ = goOn(t, liar, accepted, "+0 < P. 1:11(10) ack 1 win 9\n")
	check(t, res, "it carries octets that nobody wrote")
	unknown := []script.Event{{Pos: script.Pos{Line: 101, Col: 1}, Call: &script.Call{Name: "frobnicate"}}}
	o := options()
	o.More = func(*trace.Trace) []script.Event { return unknown }
	res = run.Run(parse(t, accepted), &fake{onTCP: server}, o)
	if res.Verdict != trace.Error || !strings.Contains(res.Reason, `there is no call "frobnicate"`) {
		t.Errorf("an unknown call that was added: %v %s", res.Verdict, res.Reason)
	}
}

// A script that fails is not gone on with: neither where an expectation is not met, nor where its last event is answered
// by what nothing expected, nor where a state is not named.
func TestMoreNeedsAPass(t *testing.T) {
	t.Parallel()
	for _, src := range []string{
		opened + "+0 accept(3, ..., ...) = -1 EAGAIN (x)\n",
		accepted + "+0 < P. 1:11(10) ack 1 win 9\n",
		opened + "// state: LISTEN > SYN-RECEIVED > ESTABLISHED\n+0 < R 1:1(0) win 0\n",
	} {
		res, m := goOn(t, &fake{onTCP: server}, src, "+0 close(3) = 0\n")
		if res.Verdict != trace.Fail || m.asked != 0 {
			t.Errorf("%s: %v, and was asked %d times", src, res.Verdict, m.asked)
		}
	}
}

// An added accept that does not care for its result makes a descriptor that later events can use.
func TestMoreAccepts(t *testing.T) {
	t.Parallel()
	res, _ := goOn(t, &fake{onTCP: server}, opened, "+0 accept(3, ..., ...) = ?\n", "+0 < P. 1:11(10) ack 1 win 9\n+0 read(4, ..., 10) = 10\n")
	check(t, res)
}
