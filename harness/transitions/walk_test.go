package transitions

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/twinstack/twinstack/harness/trace"
)

var (
	self     = netip.MustParseAddrPort("192.168.0.1:8080")
	peer     = netip.MustParseAddrPort("192.0.2.1:40000")
	conn     = trace.Conn{Local: self, Remote: peer}
	listener = trace.Conn{Local: netip.MustParseAddrPort("0.0.0.0:8080")}
)

// story makes a trace, a stimulus a line.
type story struct {
	t    trace.Trace
	line int
}

func (s *story) add(e trace.Event) {
	e.Cause = s.line
	s.t.Events = append(s.t.Events, e)
}

func (s *story) call(name, args, errno string) {
	s.line++
	s.add(trace.Event{Kind: trace.Called, Line: s.line, Call: &trace.Call{Name: name, Args: args, Errno: errno}})
}

func (s *story) in(flags trace.Flags, seq, ack uint32) {
	s.line++
	s.add(trace.Event{Kind: trace.Received, Line: s.line, Packet: &trace.Packet{Src: peer.Addr(), Dst: self.Addr(),
		TCP: &trace.Segment{SrcPort: peer.Port(), DstPort: self.Port(), Flags: flags, Seq: seq, Ack: ack}}})
}

func (s *story) icmp() {
	s.line++
	s.add(trace.Event{Kind: trace.Received, Line: s.line, Packet: &trace.Packet{Src: peer.Addr(), Dst: self.Addr(), ICMP: &trace.ICMP{Type: 3}}})
}

func (s *story) out(flags trace.Flags, seq uint32, text ...byte) {
	s.add(trace.Event{Kind: trace.Sent, Packet: &trace.Packet{Src: self.Addr(), Dst: peer.Addr(),
		TCP: &trace.Segment{SrcPort: self.Port(), DstPort: peer.Port(), Flags: flags, Seq: seq, Payload: text}}})
}

func (s *story) is(c trace.Conn, state trace.State) {
	s.add(trace.Event{Kind: trace.StateIs, Conn: c, State: state})
}

// later is a change that time brings.
func (s *story) later(c trace.Conn, state trace.State) {
	s.add(trace.Event{At: time.Second, After: time.Second, Kind: trace.StateIs, Conn: c, State: state})
}

// The beginnings of stories. Our ISS is 100, the peer's 0.
func listening(s *story)   { s.call("listen", "3, 5", ""); s.is(listener, trace.Listen) }
func synReceived(s *story) { listening(s); synComes(s) }
func synComes(s *story) {
	s.in(trace.SYN, 0, 0)
	s.out(trace.SYN|trace.ACK, 100)
	s.is(conn, trace.SynReceived)
}
func synSent(s *story) {
	s.call("connect", "3, ..., ...", "EINPROGRESS")
	s.out(trace.SYN, 100)
	s.is(conn, trace.SynSent)
}
func activeReceived(s *story) { synSent(s); synComes(s) }
func established(s *story)    { synReceived(s); s.in(trace.ACK, 1, 101); s.is(conn, trace.Established) }
func finWait1(s *story) {
	established(s)
	s.call("shutdown", "4, SHUT_WR", "")
	s.out(trace.FIN|trace.ACK, 101)
	s.is(conn, trace.FinWait1)
}
func closeWait(s *story) {
	established(s)
	s.in(trace.FIN|trace.ACK, 1, 101)
	s.is(conn, trace.CloseWait)
}
func lastAck(s *story) {
	closeWait(s)
	s.call("close", "4", "")
	s.out(trace.FIN|trace.ACK, 101)
	s.is(conn, trace.LastAck)
}
func finWait2(s *story) { finWait1(s); s.in(trace.ACK, 1, 102); s.is(conn, trace.FinWait2) }
func closing(s *story)  { finWait1(s); s.in(trace.FIN|trace.ACK, 1, 101); s.is(conn, trace.Closing) }
func timeWait(s *story) {
	finWait2(s)
	s.in(trace.FIN|trace.ACK, 1, 102)
	s.is(conn, trace.TimeWait)
}
func lingerZero(s *story, fd string) {
	s.call("setsockopt", fd+", SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8", "")
}

func TestWalk(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		before func(*story)
		then   func(*story)
		want   string // the arrows of then, and no other
	}{
		{"passive OPEN", nil, listening, "closed-listen-passive-open"},
		{"active OPEN", nil, synSent, "closed-syn-sent-active-open"},
		{"CLOSE in LISTEN", listening, func(s *story) { s.call("close", "3", ""); s.is(listener, trace.Closed) }, "listen-closed-close"},
		{"ABORT in LISTEN", listening, func(s *story) { lingerZero(s, "3"); s.call("close", "3", ""); s.is(listener, trace.Closed) }, "listen-closed-abort"},
		{"linger with time is a CLOSE", listening, func(s *story) {
			s.call("setsockopt", "3, SOL_SOCKET, SO_LINGER, {onoff=1, linger=5}, 8", "")
			s.call("close", "3", "")
			s.is(listener, trace.Closed)
		}, "listen-closed-close"},
		{"linger of another descriptor", listening, func(s *story) { lingerZero(s, "4"); s.call("close", "3", ""); s.is(listener, trace.Closed) }, "listen-closed-close"},
		{"SYN to LISTEN", listening, synComes, "listen-syn-received-rcv-syn"},
		{"a SYN where nobody listens", nil, synComes, ""},
		{"LISTEN turns active", listening, func(s *story) {
			s.call("connect", "3, ..., ...", "EINPROGRESS")
			s.out(trace.SYN, 100)
			s.is(conn, trace.SynSent)
			s.is(listener, trace.Closed)
		}, "listen-syn-sent-send"},
		{"LISTEN for one caller turns active", func(s *story) { s.call("listen", "3, 5", ""); s.is(conn, trace.Listen) }, func(s *story) {
			s.call("write", "3, ..., 10", "")
			s.out(trace.SYN, 100)
			s.is(conn, trace.SynSent)
		}, "listen-syn-sent-send"},
		{"LISTEN for one caller, and back", func(s *story) { s.call("listen", "3, 5", ""); s.is(conn, trace.Listen) }, func(s *story) {
			synComes(s)
			s.in(trace.RST, 1, 0)
			s.is(conn, trace.Listen)
		}, "listen-syn-received-rcv-syn syn-received-listen-rcv-rst"},
		{"a connection beside a listener that stays", listening, synSent, "closed-syn-sent-active-open"},
		{"RST, passive", synReceived, func(s *story) { s.in(trace.RST, 1, 0); s.is(conn, trace.Closed) }, "syn-received-listen-rcv-rst"},
		{"RST, passive, the listener is gone", func(s *story) { synReceived(s); s.call("close", "3", ""); s.is(listener, trace.Closed) },
			func(s *story) { s.in(trace.RST, 1, 0); s.is(conn, trace.Closed) }, ""},
		{"RST, active", activeReceived, func(s *story) { s.in(trace.RST, 1, 0); s.is(conn, trace.Closed) }, "syn-received-closed-rcv-rst"},
		{"SYN, passive", synReceived, func(s *story) { s.in(trace.SYN, 50, 0); s.is(conn, trace.Closed) }, "syn-received-listen-rcv-syn"},
		{"timeout, passive", synReceived, func(s *story) { s.later(conn, trace.Closed) }, "syn-received-closed-user-timeout"},
		{"ICMP is no RST", activeReceived, func(s *story) { s.icmp(); s.is(conn, trace.Closed) }, ""},
		{"SYN in SYN-SENT", synSent, synComes, "syn-sent-syn-received-rcv-syn"},
		{"ACK of SYN", synReceived, func(s *story) { s.in(trace.ACK, 1, 101); s.is(conn, trace.Established) }, "syn-received-established-rcv-ack-of-syn"},
		{"ACK short of SYN", synReceived, func(s *story) { s.in(trace.ACK, 1, 100); s.is(conn, trace.Established) }, ""},
		{"ACK beyond SYN", synReceived, func(s *story) { s.in(trace.ACK, 1, 102); s.is(conn, trace.Established) }, ""},
		{"SYN,ACK", synSent, func(s *story) { s.in(trace.SYN|trace.ACK, 0, 101); s.is(conn, trace.Established) }, "syn-sent-established-rcv-syn-ack"},
		{"SYN,ACK of something else", synSent, func(s *story) { s.in(trace.SYN|trace.ACK, 0, 90); s.is(conn, trace.Established) }, ""},
		{"RST in SYN-SENT", synSent, func(s *story) { s.in(trace.RST|trace.ACK, 0, 101); s.is(conn, trace.Closed) }, "syn-sent-closed-rcv-rst"},
		{"CLOSE in SYN-SENT", synSent, func(s *story) { s.call("close", "3", ""); s.is(conn, trace.Closed) }, "syn-sent-closed-close"},
		{"timeout in SYN-SENT", synSent, func(s *story) { s.later(conn, trace.Closed) }, "syn-sent-closed-user-timeout"},
		{"CLOSE in SYN-RECEIVED", activeReceived, func(s *story) { s.call("shutdown", "3, SHUT_WR", ""); s.is(conn, trace.FinWait1) }, "syn-received-fin-wait-1-close"},
		{"CLOSE in SYN-RECEIVED that drops", activeReceived, func(s *story) { s.call("close", "3", ""); s.is(conn, trace.Closed) }, ""},
		{"a CLOSE that waited in SYN-RECEIVED", activeReceived, func(s *story) { s.in(trace.ACK, 1, 101); s.is(conn, trace.FinWait1) },
			"syn-received-established-rcv-ack-of-syn established-fin-wait-1-close"},
		{"ABORT in SYN-RECEIVED", activeReceived, func(s *story) {
			lingerZero(s, "3")
			s.call("close", "3", "")
			s.out(trace.RST, 101)
			s.is(conn, trace.Closed)
		},
			"syn-received-closed-abort"},
		{"ACK and FIN in one segment", synReceived, func(s *story) { s.in(trace.FIN|trace.ACK, 1, 101); s.is(conn, trace.CloseWait) },
			"syn-received-established-rcv-ack-of-syn established-close-wait-rcv-fin"},
		{"a FIN that came with the SYN", func(s *story) {
			listening(s)
			s.in(trace.SYN|trace.FIN, 0, 0)
			s.out(trace.SYN|trace.ACK, 100)
			s.is(conn, trace.SynReceived)
		}, func(s *story) { s.in(trace.ACK, 2, 101); s.is(conn, trace.CloseWait) },
			"syn-received-established-rcv-ack-of-syn established-close-wait-rcv-fin"},
		{"SYN,ACK and FIN in one segment", synSent, func(s *story) { s.in(trace.SYN|trace.FIN|trace.ACK, 0, 101); s.is(conn, trace.CloseWait) },
			"syn-sent-established-rcv-syn-ack established-close-wait-rcv-fin"},
		{"no FIN at all", synReceived, func(s *story) { s.in(trace.ACK, 1, 101); s.is(conn, trace.CloseWait) }, ""},
		{"CLOSE", established, func(s *story) { s.call("close", "4", ""); s.is(conn, trace.FinWait1) }, "established-fin-wait-1-close"},
		{"SHUT_RD is no CLOSE", established, func(s *story) { s.call("shutdown", "4, SHUT_RD", ""); s.is(conn, trace.FinWait1) }, ""},
		{"unread data makes close an ABORT", established, func(s *story) { s.call("close", "4", ""); s.out(trace.RST, 101); s.is(conn, trace.Closed) }, "established-closed-abort"},
		{"a RST of before makes none", established, func(s *story) {
			s.in(trace.SYN, 0, 0)
			s.out(trace.RST, 101)
			s.call("close", "4", "")
			s.is(conn, trace.Closed)
		}, ""},
		{"FIN", established, func(s *story) { s.in(trace.FIN|trace.ACK, 1, 101); s.is(conn, trace.CloseWait) }, "established-close-wait-rcv-fin"},
		{"a FIN behind a hole, which is filled", established, func(s *story) {
			s.in(trace.FIN|trace.ACK, 2, 101)
			s.in(trace.ACK, 1, 101)
			s.is(conn, trace.CloseWait)
		}, "established-close-wait-rcv-fin"},
		{"RST", established, func(s *story) { s.in(trace.RST, 1, 0); s.is(conn, trace.Closed) }, "established-closed-rcv-rst"},
		{"timeout", established, func(s *story) { s.later(conn, trace.Closed) }, "established-closed-user-timeout"},
		{"ACK of FIN", finWait1, func(s *story) { s.in(trace.ACK, 1, 102); s.is(conn, trace.FinWait2) }, "fin-wait-1-fin-wait-2-rcv-ack-of-fin"},
		{"ACK short of FIN", finWait1, func(s *story) { s.in(trace.ACK, 1, 101); s.is(conn, trace.FinWait2) }, ""},
		{"simultaneous close", finWait1, func(s *story) { s.in(trace.FIN|trace.ACK, 1, 101); s.is(conn, trace.Closing) }, "fin-wait-1-closing-rcv-fin"},
		{"note 2", finWait1, func(s *story) { s.in(trace.FIN|trace.ACK, 1, 102); s.is(conn, trace.TimeWait) }, "fin-wait-1-time-wait-rcv-fin-and-ack-of-fin"},
		{"ABORT in FIN-WAIT-1", finWait1, func(s *story) { lingerZero(s, "4"); s.call("close", "4", ""); s.is(conn, trace.Closed) }, "fin-wait-1-closed-abort"},
		{"FIN in FIN-WAIT-2", finWait2, func(s *story) { s.in(trace.FIN|trace.ACK, 1, 102); s.is(conn, trace.TimeWait) }, "fin-wait-2-time-wait-rcv-fin"},
		{"time ends FIN-WAIT-2", finWait2, func(s *story) { s.later(conn, trace.Closed) }, ""},
		{"ACK of FIN in CLOSING", closing, func(s *story) { s.in(trace.ACK, 2, 102); s.is(conn, trace.TimeWait) }, "closing-time-wait-rcv-ack-of-fin"},
		{"CLOSE in CLOSE-WAIT", closeWait, func(s *story) { s.call("close", "4", ""); s.is(conn, trace.LastAck) }, "close-wait-last-ack-close"},
		{"ACK of FIN in LAST-ACK", lastAck, func(s *story) { s.in(trace.ACK, 2, 102); s.is(conn, trace.Closed) }, "last-ack-closed-rcv-ack-of-fin"},
		{"RST in LAST-ACK", lastAck, func(s *story) { s.in(trace.RST|trace.ACK, 2, 102); s.is(conn, trace.Closed) }, "last-ack-closed-rcv-rst"},
		{"2MSL", timeWait, func(s *story) { s.later(conn, trace.Closed) }, "time-wait-closed-2msl"},
		{"RST in TIME-WAIT", timeWait, func(s *story) { s.in(trace.RST, 2, 0); s.is(conn, trace.Closed) }, "time-wait-closed-rcv-rst"},
		{"reopened, and refused", timeWait, func(s *story) {
			s.in(trace.SYN, 9000, 0)
			s.out(trace.SYN|trace.ACK, 70000)
			s.is(conn, trace.SynReceived)
			s.in(trace.RST, 9001, 0)
			s.is(conn, trace.Closed)
		}, "time-wait-syn-received-rcv-syn syn-received-listen-rcv-rst"},
	} {
		s := &story{}
		if test.before != nil {
			test.before(s)
		}
		before := Walk(&s.t)
		test.then(s)
		all := Walk(&s.t)
		var got []string
		for _, step := range all[len(before):] {
			for _, a := range arrows {
				if step.Takes(a) {
					got = append(got, a.ID())
				}
			}
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("%s: takes %q, expected %q", test.name, got, test.want)
		}
	}
}

// No two arrows have a name in common, and each is reached from CLOSED, so that none is in the table that cannot be taken.
func TestArrows(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	reached := map[trace.State]bool{trace.Closed: true}
	for range trace.States() {
		for _, a := range Arrows() {
			if reached[a.From] {
				reached[a.To] = true
			}
		}
	}
	for n, a := range Arrows() {
		if seen[a.ID()] || a.ID() != IDs()[n] {
			t.Errorf("%s: %s a second time, or not in its place", a, a.ID())
		}
		seen[a.ID()] = true
		if !reached[a.From] || !strings.HasPrefix(a.Clause, "RFC 9293 §3.") {
			t.Errorf("%s (%s) begins in a state that nothing leads to, or has no clause", a, a.Clause)
		}
	}
	for _, name := range trace.States() {
		if s, _ := trace.ParseState(name); !reached[s] {
			t.Errorf("no arrow leads to %s", name)
		}
	}
}
