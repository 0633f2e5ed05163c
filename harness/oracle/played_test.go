package oracle

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

// Traces in the notation of scripts: what a script expects of the IUT is taken for what the IUT did. "= …" of a call is what
// it gave; "// state:" is where the IUT was seen. A window that is left out is 10000 of the peer's, of the IUT's what is left of
// 8000. An fcntl is no event: it is how time goes by.

// playedISS is the IUT's ISS on the wire: its numbers wrap in every trace.
const playedISS = 0xffffff80

var (
	selfAddr = netip.MustParseAddr("192.168.0.1")
	peerAddr = netip.MustParseAddr("192.0.2.1")
)

// played is a script as a trace, and its end.
func played(t *testing.T, text string) (events []trace.Event, end time.Duration) {
	t.Helper()
	f, err := script.Parse("t.pkt", []byte(text))
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	c := trace.Conn{Local: netip.AddrPortFrom(selfAddr, 8080), Remote: netip.AddrPortFrom(peerAddr, 40000)}
	if strings.Contains(text, "connect(") {
		c = trace.Conn{Local: netip.AddrPortFrom(selfAddr, 50000), Remote: netip.AddrPortFrom(peerAddr, 8080)}
	}
	exists := false
	for i := range f.Events {
		e := &f.Events[i]
		if e.States == nil {
			if e.Time.Kind == script.Absolute {
				end = 0
			}
			end += e.Time.At
		}
		line := trace.Event{At: end, Line: e.Pos.Line, Conn: c}
		switch {
		case e.Call != nil && e.Call.Name == "fcntl":
			// time goes by
		case e.Call != nil:
			line.Kind, line.Call = trace.Called, playedCall(e.Call)
			events = append(events, line)
		case e.Packet != nil && e.Packet.ICMP != nil:
			line.Kind, line.Packet = trace.Received, &trace.Packet{Src: peerAddr, Dst: selfAddr, ICMP: playedICMP(t, e.Packet.ICMP, c)}
			events = append(events, line)
		case e.Packet != nil:
			line.Packet = playedSegment(e.Packet, c)
			line.Shift = trace.Shift{Ack: playedISS}
			if line.Kind = trace.Received; e.Packet.Dir == script.Outbound {
				line.Kind, line.Shift = trace.Sent, trace.Shift{Seq: playedISS}
			}
			events = append(events, line)
		default:
			for _, s := range e.States.Path {
				line.Kind, line.State = trace.StateIs, s
				if s == trace.Listen && !exists || s == trace.Closed && !exists {
					line.Conn = trace.Conn{Local: c.Local}
				} else if exists = s > trace.Listen; !exists {
					line.State = trace.Closed
				}
				events = append(events, line)
			}
		}
	}
	return events, end
}

func playedCall(c *script.Call) *trace.Call {
	var args []string
	out := &trace.Call{Name: c.Name, Errno: c.Errno}
	for i := range c.Args {
		args = append(args, c.Args[i].String())
	}
	out.Args = strings.Join(args, ", ")
	if c.Result != nil {
		out.Result = c.Result.Int
	}
	switch c.Name { // what the call gave besides stands in its arguments
	case "getsockopt":
		out.Note = args[3]
	case "ioctl":
		out.Note = args[2]
	case "poll":
		out.Note = strings.Replace(args[0], "events=POLLIN, ", "", 1)
		out.Args = strings.Replace(args[0], "revents=POLLIN", "revents=...", 1)
	}
	return out
}

func playedSegment(p *script.Packet, c trace.Conn) *trace.Packet {
	s := p.TCP
	seg := &trace.Segment{SrcPort: c.Remote.Port(), DstPort: c.Local.Port(), Seq: s.Seq, Flags: s.Flags, Window: 10000, Payload: make([]byte, s.Len)}
	if s.Ack != nil {
		seg.Ack = *s.Ack
	}
	if p.Dir == script.Outbound {
		seg.Window = uint16(8001 - seg.Ack) // the IUT's buffer, of which nothing is read
	}
	if s.Win != nil {
		seg.Window = *s.Win
	}
	for _, o := range s.Options {
		switch o.Kind {
		case trace.OptMSS:
			seg.Options = append(seg.Options, trace.Option{Kind: o.Kind, Data: binary.BigEndian.AppendUint16(nil, uint16(o.Value))})
		case trace.OptWindowScale:
			seg.Options = append(seg.Options, trace.Option{Kind: o.Kind, Data: []byte{byte(o.Value)}})
		case trace.OptTimestamps:
			seg.Options = append(seg.Options, trace.Option{Kind: o.Kind, Data: binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, o.Value), o.Ecr)})
		}
	}
	packet := &trace.Packet{Src: c.Remote.Addr(), Dst: c.Local.Addr(), TCP: seg}
	if p.Dir == script.Outbound {
		seg.SrcPort, seg.DstPort = c.Local.Port(), c.Remote.Port()
		packet.Src, packet.Dst = c.Local.Addr(), c.Remote.Addr()
		if !(s.Flags.Has(trace.RST|trace.ACK) && s.Seq == 0) {
			seg.Seq += playedISS
		}
	} else if s.Flags.Has(trace.ACK) {
		seg.Ack += playedISS
	}
	return packet
}

// playedICMP quotes the header and the first 64 bits (RFC 792).
func playedICMP(t *testing.T, m *script.ICMP, c trace.Conn) *trace.ICMP {
	t.Helper()
	typ, code, ok := trace.ICMPNumbers(false, m.Type, m.Code)
	if !ok {
		t.Fatalf("no ICMP message %s %s", m.Type, m.Code)
	}
	quoted := append(make([]byte, 20), 0, 0, 0, 0, 0, 0, 0, 0)
	quoted[0], quoted[9] = 0x45, 6
	binary.BigEndian.PutUint16(quoted[20:], c.Local.Port())
	binary.BigEndian.PutUint16(quoted[22:], c.Remote.Port())
	binary.BigEndian.PutUint32(quoted[24:], m.Seq+playedISS)
	out := &trace.ICMP{Type: typ, Code: code, Quoted: quoted}
	if m.MTU != nil {
		out.Rest = *m.MTU
	}
	return out
}

// playedProfile is what the traces are judged by.
var playedProfile = Profile{MSL: 2 * time.Minute, RTOInitial: time.Second, RTOMin: time.Second, RTOMax: time.Minute,
	SynR2: 3 * time.Minute, DataR2: 100 * time.Second, Horizon: 20 * time.Minute, MTU: 1500, Timestamps: true}

// judged is the first violation of a trace, nil if there is none, and all rules by which it was judged. Two seconds go by
// behind its end, so that what is missing is missed; none if quiet is set.
func judged(t *testing.T, text string) (violation *Step, rules map[string]bool) {
	t.Helper()
	events, end := played(t, text)
	j := New(playedProfile)
	err := j.Feed(events)
	if err == nil {
		err = j.Until(end)
	}
	if err != nil {
		t.Errorf("%v in\n%s", err, text)
	}
	rules = map[string]bool{}
	for i, s := range j.Steps() {
		for _, r := range s.Rules {
			rules[r] = true
		}
		if s.Verdict == Violation && violation == nil {
			violation = &j.Steps()[i]
		}
	}
	return violation, rules
}

// The ways into the states. The IUT's buffer has 8000 octets, the peer's 10000; each MSS is 1000.
const (
	socketed  = "+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
	listening = socketed + "+0 bind(3, ..., ...) = 0\n+0 listen(3, 5) = 0\n// state: LISTEN\n"
	synced    = listening + "+0 < S 0:0(0) <mss 1000>\n+0 > S. 0:0(0) ack 1 win 8000 <mss 1000>\n// state: SYN-RECEIVED\n"
	es        = synced + "+.00001 < . 1:1(0) ack 1\n// state: ESTABLISHED\n+0 accept(3, ..., ...) = 4\n+0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n"
	fw1       = es + "+0 shutdown(4, SHUT_WR) = 0\n+0 > F. 1:1(0) ack 1\n// state: FIN-WAIT-1\n"
	fw2       = fw1 + "+.00001 < . 1:1(0) ack 2\n// state: FIN-WAIT-2\n"
	closing1  = fw1 + "+.00001 < F. 1:1(0) ack 1\n+0 > . 2:2(0) ack 2\n// state: CLOSING\n"
	tw        = fw2 + "+.00001 < F. 1:1(0) ack 2\n+0 > . 2:2(0) ack 2\n// state: TIME-WAIT\n"
	cw        = es + "+.00001 < F. 1:1(0) ack 1\n+0 > . 1:1(0) ack 2\n// state: CLOSE-WAIT\n"
	la        = cw + "+0 shutdown(4, SHUT_WR) = 0\n+0 > F. 1:1(0) ack 2\n// state: LAST-ACK\n"
	wasReset  = es + "+.00001 < R. 1:1(0) ack 1\n// state: CLOSED\n"
	text10    = "+.00001 < P. 1:11(10) ack 1\n+0 > . 1:1(0) ack 11\n"
	write10   = "+0 write(4, ..., 10) = 10\n+0 > P. 1:11(10) ack 1\n" // from es
	zero      = es + "+.00001 < . 1:1(0) ack 1 win 0\n"
	lingerNow = "+0 setsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0\n"

	opening = socketed + "+0 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n"
	ss      = opening + "+0 connect(3, ..., ...) = -1 EINPROGRESS\n+0 > S 0:0(0) win 8000 <mss 1000>\n// state: SYN-SENT\n"
	sr      = ss + "+.00001 < S 0:0(0) <mss 1000>\n+0 > S. 0:0(0) ack 1 win 8000 <mss 1000>\n// state: SYN-RECEIVED\n"
	active1 = ss + "+.00001 < S. 0:0(0) ack 1 <mss 1000>\n+0 > . 1:1(0) ack 1\n// state: ESTABLISHED\n"
	refused = ss + "+.00001 < R. 0:0(0) ack 1\n// state: CLOSED\n"
)

// ruleCase is a rule with a trace that obeys it and one that breaks just it.
type ruleCase struct {
	rule   string
	also   []string // rules that let pass what obeys, and have no other trace
	start  string   // of both traces
	obeys  string
	breaks string
	broken string // the rule that the break is told as; "": rule
}

// holdRules goes through a table.
func holdRules(t *testing.T, table []ruleCase) {
	t.Helper()
	for _, c := range table {
		t.Run(c.rule, func(t *testing.T) {
			t.Parallel()
			if v, _ := judged(t, c.start+c.obeys); v != nil {
				t.Errorf("what obeys is taken for a violation: %s\n%s", told(v), c.obeys)
			}
			v, _ := judged(t, c.start+c.breaks)
			want := c.broken
			if want == "" {
				want = c.rule
			}
			switch {
			case v == nil:
				t.Errorf("nothing is told of\n%s", c.breaks)
			case len(v.Rules) == 0 || v.Rules[0] != want:
				t.Errorf("%s, want %s for\n%s", told(v), want, c.breaks)
			}
		})
	}
}

func told(s *Step) string {
	return fmt.Sprintf("line %d, %s: %v: expected %s, got %s", s.Line, s.Stimulus, s.Rules, s.Expected, s.Got)
}
