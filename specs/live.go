package specs

import (
	"fmt"
	"strings"
	"time"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/link"
	"github.com/twinstack/twinstack/harness/run"
	"github.com/twinstack/twinstack/harness/trace"
)

// The textbook's numbers. A SYN consumes one number (RFC 9293 §3.4), so the client's 20 octets are 1001 to 1020 and its FIN
// is 1021; the server's 10 octets are 8001 to 8010 and its FIN is 8011.
const (
	textbookClientISN, textbookServerISN   = 1000, 8000
	textbookClientText, textbookServerText = 20, 10
)

// The client is side A of the pair, the server side B.
const client, server = link.A, link.B

// leg is one segment of the walk-through: who sends it, what stands in it, and the states on both sides when it has been
// sent and when it has arrived.
type leg struct {
	from            link.Side
	flags           trace.Flags
	seq, ack        uint32
	text            int
	sent, delivered [2]trace.State // client's, server's
}

// textbook is the life of a connection as every textbook draws it: RFC 9293 figures 6 and 12, with text in between.
var textbook = []leg{
	{client, trace.SYN, 1000, 0, 0, states(trace.SynSent, trace.Listen), states(trace.SynSent, trace.SynReceived)},
	{server, trace.SYN | trace.ACK, 8000, 1001, 0, states(trace.SynSent, trace.SynReceived), states(trace.Established, trace.SynReceived)},
	{client, trace.ACK, 1001, 8001, 0, states(trace.Established, trace.SynReceived), states(trace.Established, trace.Established)},

	{client, trace.PSH | trace.ACK, 1001, 8001, textbookClientText, states(trace.Established, trace.Established), states(trace.Established, trace.Established)},
	{server, trace.ACK, 8001, 1021, 0, states(trace.Established, trace.Established), states(trace.Established, trace.Established)},
	{server, trace.PSH | trace.ACK, 8001, 1021, textbookServerText, states(trace.Established, trace.Established), states(trace.Established, trace.Established)},
	{client, trace.ACK, 1021, 8011, 0, states(trace.Established, trace.Established), states(trace.Established, trace.Established)},

	{client, trace.FIN | trace.ACK, 1021, 8011, 0, states(trace.FinWait1, trace.Established), states(trace.FinWait1, trace.CloseWait)},
	{server, trace.ACK, 8011, 1022, 0, states(trace.FinWait1, trace.CloseWait), states(trace.FinWait2, trace.CloseWait)},
	{server, trace.FIN | trace.ACK, 8011, 1022, 0, states(trace.FinWait2, trace.LastAck), states(trace.TimeWait, trace.LastAck)},
	{client, trace.ACK, 1022, 8012, 0, states(trace.TimeWait, trace.LastAck), states(trace.TimeWait, trace.Closed)},
}

func states(client, server trace.State) [2]trace.State { return [2]trace.State{client, server} }

// playTextbook plays the walk-through live between two IUTs and returns what was not as the textbook has it, a line each.
// The pair is returned for reports, also where it failed.
func playTextbook(clientIUT, serverIUT iut.IUT, ipv6 bool) (*run.Pair, []string) {
	clientISN, serverISN := uint32(textbookClientISN), uint32(textbookServerISN)
	cfg := run.PairConfig{
		IUTs:     [2]iut.IUT{clientIUT, serverIUT},
		IPv6:     ipv6,
		Ports:    [2]uint16{40000, 80},
		ISNs:     [2]*uint32{&clientISN, &serverISN},
		Settings: iut.Alike(),
	}
	var wrong []string
	pair, err := run.Live(cfg, func(p *run.Pair) error {
		wrong = nil // the learning run's words do not count
		var err error
		wrong, err = textbookScenario(p, ipv6, cfg.Settings.MSL)
		return err
	})
	if err != nil {
		return pair, append(wrong, err.Error())
	}
	return pair, append(wrong, checkLegs(pair, cfg.Settings.MTU)...)
}

// textbookScenario makes the calls of both sides: open, 20 octets one way, 10 the other, the client closes, the server
// closes, and then 2MSL passes.
func textbookScenario(p *run.Pair, ipv6 bool, msl time.Duration) (wrong []string, err error) {
	note := func(what string, err error) {
		if err != nil {
			wrong = append(wrong, fmt.Sprintf("%s: %v", what, err))
		}
	}
	listener, err := p.Hosts[server].Socket(ipv6)
	if err != nil {
		return wrong, err
	}
	note("bind the server", listener.Bind(p.Addrs[server]))
	note("listen", listener.Listen(5))
	c, err := p.Hosts[client].Socket(ipv6)
	if err != nil {
		return wrong, err
	}
	note("bind the client", c.Bind(p.Addrs[client]))
	if err := c.Connect(p.Addrs[server]); err != iut.EINPROGRESS {
		wrong = append(wrong, fmt.Sprintf("connect: %v, expected EINPROGRESS", err))
	}
	const rest = 100 * time.Millisecond // long against the latency, short against any timer
	if err := p.RunFor(rest); err != nil {
		return wrong, err
	}
	note("connect, its outcome", c.Connect(p.Addrs[server]))
	s, peer, err := listener.Accept()
	if err != nil {
		return wrong, fmt.Errorf("accept: %w", err)
	}
	if peer != p.Addrs[client] {
		wrong = append(wrong, fmt.Sprintf("accept: the peer is %v, expected %v", peer, p.Addrs[client]))
	}
	note("close the listener", listener.Close())

	transfer := func(who string, from, to iut.Socket, octets int) error {
		text := []byte(strings.Repeat("textbook", octets/8+1))[:octets]
		if n, err := from.Write(text); n != octets || err != nil {
			wrong = append(wrong, fmt.Sprintf("the %s's write: %d octets, %v, expected %d", who, n, err, octets))
		}
		if err := p.RunFor(rest); err != nil {
			return err
		}
		got := make([]byte, octets+1)
		if n, err := to.Read(got); err != nil || string(got[:n]) != string(text) {
			wrong = append(wrong, fmt.Sprintf("reading what the %s wrote: %q, %v, expected %q", who, got[:n], err, text))
		}
		return p.RunFor(rest)
	}
	if err := transfer("client", c, s, textbookClientText); err != nil {
		return wrong, err
	}
	if err := transfer("server", s, c, textbookServerText); err != nil {
		return wrong, err
	}

	note("the client's close", c.Close())
	if err := p.RunFor(rest); err != nil {
		return wrong, err
	}
	if n, err := s.Read(make([]byte, 1)); n != 0 || err != nil {
		wrong = append(wrong, fmt.Sprintf("the server's read at the end of the stream: %d octets, %v, expected 0 and no error", n, err))
	}
	note("the server's close", s.Close())
	closed := p.Clock.Now()
	expect := func(when string, state trace.State) {
		if got := p.State(client); got != state {
			wrong = append(wrong, fmt.Sprintf("the client is in %v %s, expected %v", got, when, state))
		}
	}
	// The server's FIN takes the latency to arrive; TIME-WAIT begins then and lasts 2MSL (RFC 9293 §3.6.1, MUST-13).
	end := closed + run.PairLatency + 2*msl
	if err := p.RunFor(end - closed - time.Nanosecond); err != nil {
		return wrong, err
	}
	expect("just before 2MSL have passed", trace.TimeWait)
	if err := p.RunFor(time.Nanosecond); err != nil {
		return wrong, err
	}
	expect("when 2MSL have passed", trace.Closed)
	return wrong, nil
}

// checkLegs compares what was on the link, segment by segment, with the textbook.
func checkLegs(p *run.Pair, mtu int) (wrong []string) {
	say := func(n int, format string, args ...any) {
		wrong = append(wrong, fmt.Sprintf("segment %d: ", n+1)+fmt.Sprintf(format, args...))
	}
	var sent, delivered []run.Step
	for _, s := range p.Steps {
		if s.Fate == link.Forwarded {
			sent = append(sent, s)
		} else {
			delivered = append(delivered, s)
		}
	}
	for n, l := range textbook {
		if n >= len(sent) || n >= len(delivered) {
			say(n, "nothing was sent, expected %v seq=%d", l.flags, l.seq)
			continue
		}
		got := sent[n].Packet.TCP
		if got == nil {
			say(n, "not a TCP segment: %s", sent[n].Packet.Bad)
			continue
		}
		if sent[n].From != l.from {
			say(n, "came from side %v, expected %v", sent[n].From, l.from)
		}
		if got.Flags != l.flags || got.Seq != l.seq || got.Ack != l.ack || len(got.Payload) != l.text {
			say(n, "%v seq=%d ack=%d with %d octets, expected %v seq=%d ack=%d with %d octets",
				got.Flags, got.Seq, got.Ack, len(got.Payload), l.flags, l.seq, l.ack, l.text)
		}
		if got.Flags.Has(trace.SYN) {
			checkMSS(got, p.Addrs[l.from].Addr().Is6(), mtu, func(format string, args ...any) { say(n, format, args...) })
		}
		if sent[n].States != l.sent {
			say(n, "when sent, client and server are in %v, expected %v", sent[n].States, l.sent)
		}
		if delivered[n].States != l.delivered {
			say(n, "when it has arrived, client and server are in %v, expected %v", delivered[n].States, l.delivered)
		}
	}
	for n := len(textbook); n < len(sent); n++ {
		say(n, "one more than the textbook has: %v", sent[n].Packet.TCP)
	}
	return wrong
}

// checkMSS holds a SYN to the MSS that the link allows: MTU less the fixed IP and TCP headers (RFC 9293 §3.7.1).
func checkMSS(s *trace.Segment, ipv6 bool, mtu int, say func(string, ...any)) {
	want := mtu - 40
	if ipv6 {
		want = mtu - 60
	}
	option, ok := s.Option(trace.OptMSS)
	if !ok || len(option.Data) != 2 {
		say("declares no MSS, expected %d", want)
		return
	}
	if got := int(option.Data[0])<<8 | int(option.Data[1]); got != want {
		say("declares an MSS of %d, expected %d", got, want)
	}
}
