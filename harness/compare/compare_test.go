package compare

import (
	"encoding/binary"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/twinstack/twinstack/harness/trace"
)

var (
	self = netip.MustParseAddr("192.168.0.1")
	peer = netip.MustParseAddr("192.0.2.1")
)

// tr builds a trace: line counts up with each stimulus.
type tr struct {
	trace.Trace
	cause int
	since time.Duration
	now   time.Duration
	isn   uint32
	local uint16
}

func record(name string, isn uint32) *tr {
	return &tr{Trace: trace.Trace{Case: "case", IUT: name, Family: "ipv4"}, isn: isn, local: 8080}
}

func (t *tr) add(e trace.Event) *tr {
	e.At, e.Cause, e.After = t.now, t.cause, t.now-t.since
	t.Events = append(t.Events, e)
	return t
}

func (t *tr) stimulus() { t.cause, t.since = t.cause+1, t.now }

func (t *tr) in(s trace.Segment) *tr {
	t.stimulus()
	s.SrcPort, s.DstPort = 40000, t.local
	return t.add(trace.Event{Kind: trace.Received, Line: t.cause, Packet: &trace.Packet{Src: peer, Dst: self, TCP: &s}, Shift: trace.Shift{Ack: t.isn}})
}

func (t *tr) out(s trace.Segment) *tr {
	s.SrcPort, s.DstPort = t.local, 40000
	s.Seq += t.isn
	return t.add(trace.Event{Kind: trace.Sent, Packet: &trace.Packet{Src: self, Dst: peer, TCP: &s}, Shift: trace.Shift{Seq: t.isn}})
}

func (t *tr) call(name string, result int64, errno string) *tr {
	t.stimulus()
	return t.returns(t.cause, name, result, errno)
}

func (t *tr) returns(line int, name string, result int64, errno string) *tr {
	return t.add(trace.Event{Kind: trace.Called, Line: line, Call: &trace.Call{Name: name, Result: result, Errno: errno}})
}

func (t *tr) is(s trace.State) *tr {
	return t.add(trace.Event{Kind: trace.StateIs, State: s,
		Conn: trace.Conn{Local: netip.AddrPortFrom(self, t.local), Remote: netip.AddrPortFrom(peer, 40000)}})
}

func (t *tr) wait(d time.Duration) *tr {
	t.now += d
	return t
}

func ack(n uint32, win uint16) trace.Segment {
	return trace.Segment{Flags: trace.ACK, Seq: 1, Ack: n, Window: win}
}

func stamped(s trace.Segment, val uint32) trace.Segment {
	s.Options = []trace.Option{{Kind: trace.OptTimestamps, Data: binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, val), 5)}}
	return s
}

var (
	text = trace.Segment{Flags: trace.PSH | trace.ACK, Seq: 1, Ack: 1, Payload: []byte("text")}
	rst  = trace.Segment{Flags: trace.RST, Seq: 9}
)

func TestTraces(t *testing.T) {
	t.Parallel()
	for _, s := range []struct {
		name      string
		do        [2]func(*tr)
		strict    []string
		behaviour []string
	}{
		{name: "alike but for what is normalised", do: [2]func(*tr){
			func(r *tr) {
				r.in(text).out(stamped(ack(5, 9), 1000)).wait(1).out(stamped(ack(5, 9), 1001)).is(trace.Established)
			},
			func(r *tr) {
				r.in(text).out(stamped(ack(5, 9), 7000)).wait(1).out(stamped(ack(5, 9), 7001)).is(trace.Established)
			}}},
		{name: "an ephemeral port", do: [2]func(*tr){
			func(r *tr) {
				r.local = 33333
				r.call("connect", 0, "").is(trace.SynSent).out(trace.Segment{Flags: trace.SYN})
			},
			func(r *tr) {
				r.local = 44444
				r.call("connect", 0, "").is(trace.SynSent).out(trace.Segment{Flags: trace.SYN})
			}}},
		{name: "one sends nothing", do: [2]func(*tr){
			func(r *tr) { r.in(text).out(ack(1, 9)).in(text) }, func(r *tr) { r.in(text).in(text) }},
			strict:    []string{`after line 1: ours sends "> . 1:1(0) ack 1 win 9", netstack sends nothing`},
			behaviour: []string{`after line 1: ours sends "> . 1:1(0) ack 1", netstack sends nothing`}},
		{name: "one more in the midst", do: [2]func(*tr){
			func(r *tr) { r.in(text).out(ack(1, 9)).out(ack(3, 9)) }, func(r *tr) { r.in(text).out(ack(1, 9)).out(ack(2, 9)).out(ack(3, 9)) }},
			strict:    []string{`after line 1: ours sends nothing, netstack sends "> . 1:1(0) ack 2 win 9"`},
			behaviour: []string{`after line 1: ours sends nothing, netstack sends "> . 1:1(0) ack 2"`}},
		{name: "another answer, and one more", do: [2]func(*tr){
			func(r *tr) { r.in(text).out(ack(1, 9)) }, func(r *tr) { r.in(text).out(rst).out(rst) }},
			strict: []string{`after line 1: ours sends "> . 1:1(0) ack 1 win 9", netstack sends "> R 9:9(0) win 0"`,
				`after line 1: ours sends nothing, netstack sends "> R 9:9(0) win 0"`},
			behaviour: []string{`after line 1: ours sends "> . 1:1(0) ack 1", netstack sends "> R 9:9(0)"`,
				`after line 1: ours sends nothing, netstack sends "> R 9:9(0)"`}},
		{name: "what is offered", do: [2]func(*tr){
			func(r *tr) { r.call("connect", 0, "").out(trace.Segment{Flags: trace.SYN}) },
			func(r *tr) { r.call("connect", 0, "").out(stamped(trace.Segment{Flags: trace.SYN}, 1)) }},
			strict: []string{`after line 1: ours sends "> S 0:0(0) win 0", netstack sends "> S 0:0(0) win 0 <TS val 0 ecr 5>"`}},
		{name: "what is repeated", do: [2]func(*tr){
			func(r *tr) { r.in(text).out(ack(1, 9)) }, func(r *tr) { r.in(text).out(stamped(ack(1, 9), 1)) }},
			strict:    []string{`after line 1: ours sends "> . 1:1(0) ack 1 win 9", netstack sends "> . 1:1(0) ack 1 win 9 <TS val 0 ecr 5> (option TS was not negotiated (RFC 7323 §3.2))"`},
			behaviour: []string{`after line 1: ours sends "> . 1:1(0) ack 1", netstack sends "> . 1:1(0) ack 1 <TS val 0 ecr 5> (option TS was not negotiated (RFC 7323 §3.2))"`}},
		{name: "the same, sooner", do: [2]func(*tr){
			func(r *tr) { r.in(text).in(text).is(trace.CloseWait) }, func(r *tr) { r.in(text).is(trace.CloseWait).in(text) }},
			strict: []string{"after line 1: ours stays in CLOSED, netstack goes to CLOSE-WAIT",
				"after line 2: ours goes to CLOSE-WAIT, netstack is in CLOSE-WAIT already"},
			behaviour: []string{"after line 1: ours stays in CLOSED, netstack goes to CLOSE-WAIT",
				"after line 2: ours goes to CLOSE-WAIT, netstack is in CLOSE-WAIT already"}},
		{name: "the window's size", do: [2]func(*tr){func(r *tr) { r.in(text).out(ack(1, 9)) }, func(r *tr) { r.in(text).out(ack(1, 8)) }},
			strict: []string{`after line 1: ours sends "> . 1:1(0) ack 1 win 9", netstack sends "> . 1:1(0) ack 1 win 8"`}},
		{name: "a closed window", do: [2]func(*tr){func(r *tr) { r.in(text).out(ack(1, 9)) }, func(r *tr) { r.in(text).out(ack(1, 0)) }},
			strict:    []string{`after line 1: ours sends "> . 1:1(0) ack 1 win 9", netstack sends "> . 1:1(0) ack 1 win 0"`},
			behaviour: []string{`after line 1: ours sends "> . 1:1(0) ack 1", netstack sends "> . 1:1(0) ack 1 win 0"`}},
		{name: "a right edge that moves left", do: [2]func(*tr){
			func(r *tr) { r.in(text).out(ack(1, 9)).out(ack(2, 8)) }, func(r *tr) { r.in(text).out(ack(1, 9)).out(ack(2, 7)) }},
			strict:    []string{`after line 1: ours sends "> . 1:1(0) ack 2 win 8", netstack sends "> . 1:1(0) ack 2 win 7 (the window's right edge moves left (RFC 9293 §3.8.6))"`},
			behaviour: []string{`after line 1: ours sends "> . 1:1(0) ack 2", netstack sends "> . 1:1(0) ack 2 (the window's right edge moves left (RFC 9293 §3.8.6))"`}},
		{name: "octets", do: [2]func(*tr){
			func(r *tr) { r.call("write", 1, "").out(trace.Segment{Flags: trace.ACK, Payload: []byte("a")}) },
			func(r *tr) { r.call("write", 1, "").out(trace.Segment{Flags: trace.ACK, Payload: []byte("b")}) }},
			strict:    []string{`after line 1: ours sends "> . 0:1(1) ack 0 win 0", netstack sends "> . 0:1(1) ack 0 win 0" with other octets`},
			behaviour: []string{`after line 1: ours sends "> . 0:1(1) ack 0 win 0", netstack sends "> . 0:1(1) ack 0 win 0" with other octets`}},
		{name: "time", do: [2]func(*tr){
			func(r *tr) { r.wait(5).in(text).wait(time.Second).out(rst).is(trace.TimeWait) },
			func(r *tr) { r.wait(7).in(text).wait(time.Minute).out(rst).is(trace.TimeWait) }},
			strict: []string{`after line 1: "> R 9:9(0) win 0" comes from ours after 1.000000 s, from netstack after 60.000000 s`,
				`after line 1: ours is in TIME-WAIT after 1.000000 s, netstack after 60.000000 s`},
			behaviour: []string{`after line 1: "> R 9:9(0)" comes from ours after 1.000000 s, from netstack after 60.000000 s`,
				`after line 1: ours is in TIME-WAIT after 1.000000 s, netstack after 60.000000 s`}},
		{name: "calls", do: [2]func(*tr){
			func(r *tr) { r.call("read", 10, "").call("socket", 3, "").call("close", 0, "") },
			func(r *tr) { r.call("read", -1, "ECONNRESET").call("socket", 4, "") }},
			strict: []string{"line 1: ours gives 10, netstack gives -1 ECONNRESET",
				"line 3: in ours the call returns 0, in netstack it does not return"},
			behaviour: []string{"line 1: ours gives 10, netstack gives -1 ECONNRESET",
				"line 3: in ours the call returns 0, in netstack it does not return"}},
		{name: "a call that returns later", do: [2]func(*tr){
			func(r *tr) { r.in(text).returns(9, "read", 1, "") }, func(r *tr) { r.in(text).wait(time.Second).returns(9, "read", 1, "") }},
			strict:    []string{"line 9: the call returns 0.000000 s after line 1 in ours, 1.000000 s after line 1 in netstack"},
			behaviour: []string{"line 9: the call returns 0.000000 s after line 1 in ours, 1.000000 s after line 1 in netstack"}},
		{name: "states", do: [2]func(*tr){
			func(r *tr) { r.in(text).is(trace.SynReceived).in(text).is(trace.Closed).in(text).is(trace.Listen) },
			func(r *tr) { r.in(text).is(trace.SynReceived).in(text).in(text).is(trace.Closed).is(trace.Listen) }},
			strict: []string{"after line 2: ours goes to CLOSED, netstack stays in SYN-RECEIVED",
				"after line 3: ours goes to LISTEN, netstack goes to CLOSED > LISTEN"},
			behaviour: []string{"after line 2: ours goes to CLOSED, netstack stays in SYN-RECEIVED",
				"after line 3: ours goes to LISTEN, netstack goes to CLOSED > LISTEN"}},
	} {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			a, b := record("ours", 1000), record("netstack", 0xfffffff0)
			s.do[0](a)
			s.do[1](b)
			for mode, want := range map[Mode][]string{Strict: s.strict, Behaviour: s.behaviour} {
				var got []string
				for _, d := range Traces(&a.Trace, &b.Trace, mode) {
					got = append(got, d.Text)
				}
				if !slices.Equal(got, want) {
					t.Errorf("mode %d: got\n%q\nwant\n%q", mode, got, want)
				}
				if d := Traces(&a.Trace, &a.Trace, mode); d != nil {
					t.Errorf("mode %d: a trace differs from itself: %v", mode, d)
				}
			}
		})
	}
}

func TestDifferenceFields(t *testing.T) {
	t.Parallel()
	a, b := record("ours", 1), record("netstack", 2)
	a.in(text).wait(time.Second).out(rst).is(trace.Closed)
	b.in(text).wait(2 * time.Second).is(trace.TimeWait)
	b.call("close", 0, "")
	got := Traces(&a.Trace, &b.Trace, Strict)
	want := []Difference{
		{Line: 1, At: time.Second, Kind: Segment, A: "> R 9:9(0) win 0"},
		{Line: 1, At: time.Second, Kind: States, A: "CLOSED", B: "TIME-WAIT"},
		{Line: 2, At: 2 * time.Second, Kind: Call, B: "0"},
	}
	for i := range got {
		got[i].Text = ""
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
