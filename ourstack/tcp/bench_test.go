package tcp

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/twinstack/twinstack/ourstack/ip"
)

// bench is one TCB and a peer that is played by hand. Numbers are relative: ours to our ISS, the peer's to its ISN.
type bench struct {
	t     testing.TB
	env   *Env
	tcb   *TCB
	now   time.Duration
	irs   Seq    // the peer's ISN
	iss   Seq    // ours
	clock uint32 // what our timestamp clock reads at first
	out   []string
	moves []State
}

var local4, remote4 = netip.MustParseAddrPort("192.0.2.1:80"), netip.MustParseAddrPort("192.0.2.2:4000")

// newBench makes a TCB whose ISS will be iss, talking to a peer whose ISN is irs.
func newBench(t testing.TB, cfg Config, iss, irs Seq) *bench {
	b := &bench{t: t, irs: irs, iss: iss}
	b.env = NewEnv(cfg, 1500, 1, func(_ *TCB, s *Segment) { b.out = append(b.out, b.show(s)) })
	b.tcb = New(b.env, local4, remote4)
	b.now = time.Duration(uint32(iss-b.env.ISNs.f(local4, remote4))) * ISNTick
	b.clock = uint32(b.now/TSTick) + uint32(b.env.stamps.f(local4, remote4))
	b.tcb.watch = func(from, to State) {
		if !slices.Contains(successors[from], to) {
			t.Errorf("%v to %v is not in Figure 5", from, to)
		}
		b.moves = append(b.moves, to)
	}
	return b
}

const letters = "FSRP.UEW"

func (f Flags) String() string {
	var s []byte
	for i := range len(letters) {
		if f.Has(1 << i) {
			s = append(s, letters[i])
		}
	}
	return string(s)
}

// show writes a segment as "flags first(octets) ack", and what RFC 7323 puts there: the window of a connection that may
// scale it, and the options.
func (b *bench) show(s *Segment) string {
	text := fmt.Sprintf("%v %d(%d)", s.Flags, int32(s.Seq-b.iss), len(s.Text))
	if s.Flags.Has(ACK) {
		text += fmt.Sprintf(" %d", int32(s.Ack-b.irs))
	}
	if s.Flags.Has(URG) {
		text += fmt.Sprintf(" up %d", s.Up)
	}
	if b.env.Config.WindowScale {
		text += fmt.Sprintf(" win %d", s.Wnd)
	}
	if o := s.Options; o.HasWindowScale {
		text += fmt.Sprintf(" ws %d", o.WindowScale)
	}
	if o := s.Options; o.HasTimestamps && o.TSVal == 0 && s.Flags.Has(RST) {
		text += fmt.Sprintf(" ts zero %d", o.TSEcr)
	} else if o.HasTimestamps {
		text += fmt.Sprintf(" ts %d %d", o.TSVal-b.clock, o.TSEcr)
	}
	if s.Options.SACKPermitted {
		text += " sackOK"
	}
	for _, k := range s.Options.SACK[:s.Options.Blocks] {
		text += fmt.Sprintf(" sack %d:%d", int32(k.Left-b.irs), int32(k.Right-b.irs))
	}
	if s.ECN != 0 {
		text += " " + codepoints[s.ECN]
	}
	return text
}

var codepoints = []string{"not-ect", "ect1", "ect0", "ce"}

// parse reads "flags first(octets) [ack] [win n] [mss n] [up n] [ws n] [ts val ecr] [sackOK] [sack left:right] [ect0] …".
func (b *bench) parse(text string) *Segment {
	s := &Segment{SrcPort: 4000, DstPort: 80, Wnd: 65535}
	fields := strings.Fields(text)
	for _, l := range fields[0] {
		if i := strings.IndexRune(letters, l); i >= 0 {
			s.Flags |= 1 << i
		} else if l != '-' {
			b.t.Fatalf("flags of %q", text)
		}
	}
	var first, octets int
	if n, err := fmt.Sscanf(fields[1], "%d(%d)", &first, &octets); n != 2 {
		b.t.Fatalf("numbers of %q: %v", text, err)
	}
	s.Seq = b.irs + Seq(first)
	for i := range octets {
		s.Text = append(s.Text, octet(s.textSeq()-b.irs+Seq(i)))
	}
	for i := 2; i < len(fields); i++ {
		number := func(at int) int {
			n, err := strconv.Atoi(fields[at])
			if err != nil {
				b.t.Fatalf("%q: %v", text, err)
			}
			return n
		}
		switch fields[i] {
		case "win":
			i++
			s.Wnd = uint16(number(i))
		case "mss":
			i++
			s.Options.HasMSS, s.Options.MSS = true, uint16(number(i))
		case "up":
			i++
			s.Up = uint16(number(i))
		case "ws":
			i++
			s.Options.HasWindowScale, s.Options.WindowScale = true, uint8(number(i))
		case "ts":
			i += 2
			s.Options.HasTimestamps, s.Options.TSVal, s.Options.TSEcr = true, uint32(number(i-1)), b.clock+uint32(number(i))
		case "sackOK":
			s.Options.SACKPermitted = true
		case "sack":
			i++
			var left, right int
			if n, err := fmt.Sscanf(fields[i], "%d:%d", &left, &right); n != 2 {
				b.t.Fatalf("block of %q: %v", text, err)
			}
			s.Options.SACK[s.Options.Blocks] = Block{b.iss + Seq(left), b.iss + Seq(right)}
			s.Options.Blocks++
		case "ect1", "ect0", "ce":
			s.ECN = ip.ECN(slices.Index(codepoints, fields[i]))
		default:
			s.Ack = b.iss + Seq(number(i))
		}
	}
	return s
}

// octet is what stands at a place of either stream.
func octet(at Seq) byte { return byte(at) ^ byte(at>>8) }

// do runs one step: a call, "< segment", or "wait duration". It answers with what was sent, the result of a call that
// did not go well, and the state.
func (b *bench) do(what string) string {
	b.out = nil
	verb, rest, _ := strings.Cut(what, " ")
	var err error
	switch verb {
	case "<":
		b.tcb.Arrives(b.now, b.parse(rest))
	case "wait":
		d, bad := time.ParseDuration(rest)
		if bad != nil {
			b.t.Fatal(bad)
		}
		b.wait(d)
	case "listen":
		err = b.tcb.OpenPassive(b.now)
	case "open":
		err = b.tcb.OpenActive(b.now)
	case "send":
		err = b.send(rest, b.tcb.Send)
	case "urgent":
		err = b.send(rest, b.tcb.SendUrgent)
	case "pending":
		err = fmt.Errorf("%d", b.tcb.UrgentPending())
		if b.tcb.AtMark() {
			err = errors.New("at mark")
		}
	case "receive":
		err = b.receive(rest)
	case "close":
		err = b.tcb.Close(b.now)
	case "leave":
		err = b.tcb.Leave(b.now)
	case "abort":
		err = b.tcb.Abort(b.now)
	case "nodelay":
		b.tcb.SetNagle(b.now, false)
	case "cork":
		b.tcb.SetCork(b.now, rest == "in")
	case "finwait2":
		d, _ := time.ParseDuration(rest)
		err = b.tcb.SetFinWait2(d)
	case "retries":
		var r Retries
		if n, bad := fmt.Sscan(rest, &r.R1, &r.Syn, &r.Data); n != 3 {
			b.t.Fatalf("%q: %v", what, bad)
		}
		err = b.tcb.SetRetries(r)
	case "unreachable":
		n, _ := strconv.Atoi(rest)
		b.tcb.Unreachable(b.now, b.iss+Seq(n), ErrConnectionRefused)
	case "linger":
		d, _ := time.ParseDuration(rest)
		b.tcb.Linger(b.now, d)
	case "soft":
		n, _ := strconv.Atoi(rest)
		b.tcb.SoftError(b.iss+Seq(n), ErrHostUnreachable)
	case "softerr":
		if e := b.tcb.TakeSoftErr(); e != 0 {
			err = e
		}
	case "toobig":
		seq, mtu, _ := strings.Cut(rest, " ")
		n, _ := strconv.Atoi(seq)
		m, _ := strconv.Atoi(mtu)
		b.tcb.PacketTooBig(b.now, b.iss+Seq(n), m)
	case "keepalive":
		err = b.tcb.SetKeepalive(b.now, Keepalive{On: rest == "on", Idle: time.Minute, Interval: 10 * time.Second, Probes: 3})
	case "timeout":
		d, _ := time.ParseDuration(rest)
		b.tcb.SetUserTimeout(d)
	default:
		b.t.Fatalf("what is %q?", what)
	}
	if err := b.tcb.Check(); err != nil {
		b.t.Fatalf("after %q: %v", what, err)
	}
	said := slices.Clone(b.out)
	if err != nil {
		said = append(said, err.Error())
	}
	return strings.Join(append(said, b.tcb.State().String()), ", ")
}

// wait lets time pass, timer by timer. What is sent is marked with the time since the wait began.
func (b *bench) wait(d time.Duration) {
	start := b.now
	for {
		at, ok := b.tcb.Deadline()
		if !ok || at > start+d {
			b.now = start + d
			return
		}
		if at < b.now {
			b.t.Fatalf("the deadline %v lies %v in the past", at, b.now-at)
		}
		b.now = at
		n := len(b.out)
		b.tcb.Timeout(b.now)
		for i := n; i < len(b.out); i++ {
			b.out[i] = fmt.Sprintf("%v: %s", b.now-start, b.out[i])
		}
	}
}

func (b *bench) send(octets string, how func(time.Duration, []byte) (int, error)) error {
	n, err := strconv.Atoi(octets)
	if err != nil {
		b.t.Fatal(err)
	}
	text := make([]byte, n)
	for i := range text {
		text[i] = octet(b.tcb.snd.end() + Seq(i) - b.iss)
	}
	taken, err := how(b.now, text)
	if err == nil && taken != n {
		b.t.Fatalf("SEND took %d of %d", taken, n)
	}
	return err
}

// receive takes octets and fails the test unless they are what stands at their place in the stream.
func (b *bench) receive(octets string) error {
	want, err := strconv.Atoi(octets)
	if err != nil {
		b.t.Fatal(err)
	}
	p := make([]byte, want)
	from := b.tcb.RcvNxt - Seq(b.tcb.rcv.user)
	if b.tcb.eof {
		from--
	}
	n, err := b.tcb.Receive(b.now, p)
	for i := range n {
		if p[i] != octet(from-b.irs+Seq(i)) {
			b.t.Fatalf("octet %d of the stream is wrong", int(from-b.irs)+i)
		}
	}
	if err == nil && n != want {
		return fmt.Errorf("received %d", n)
	}
	return err
}

// steps are pairs of what is done and what comes of it.
type steps [][2]string

// play runs steps with sequence numbers at every place where arithmetic could go wrong.
func play(t *testing.T, change func(*Config), s ...steps) {
	t.Helper()
	cfg := Default()
	cfg.DelayedACK = false
	cfg.Nagle = false
	cfg.WindowScale, cfg.Timestamps, cfg.SACK = false, false, false
	cfg.CongestionControl = Reno
	if change != nil {
		change(&cfg)
	}
	for _, isn := range []Seq{8000, 1<<31 - 3, 1<<31 - 1, 1<<32 - 1, 1<<32 - 5, 1<<32 - 1005} {
		b := newBench(t, cfg, isn, isn+7)
		for _, list := range s {
			for i, x := range list {
				if got := b.do(x[0]); got != x[1] {
					t.Fatalf("ISN %d, step %d, %s\n got: %s\nwant: %s", isn, i+1, x[0], got, x[1])
				}
			}
		}
	}
}
