package trace

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Detail says what of a segment is written besides flags, numbers and length.
type Detail uint8

// The details.
const (
	Ports   Detail = 1 << iota // "5000 > 80" in front of the flags
	Win                        // the window; without it only a closed one is written
	Options                    // the options; without it "<...>" says that there are any

	Full = Win | Options
)

// Notation is the packet as packetdrill would write it, without its time: "< S 0:0(0) win 65535 <mss 1460>". k tells the
// direction (Received "<", Sent ">"), s maps the wire's numbers to the script's. TOS is written where it has ECN in it.
func (p *Packet) Notation(k Kind, s Shift, d Detail) string {
	b := []byte("> ")
	if k == Received {
		b[0] = '<'
	}
	if at := p.ECN(); at == p.TOS && at != 0 {
		b = fmt.Appendf(b, "[%s] ", ECN[at])
	} else if at != 0 {
		b = fmt.Appendf(b, "[tos 0x%02x] ", p.TOS)
	}
	switch {
	case p.TCP != nil:
		b = p.TCP.notation(b, s, d)
	case p.ICMP != nil:
		b = p.ICMP.notation(b, p.Src.Is6(), s, d&Ports != 0)
	default:
		b = fmt.Appendf(b, "undecodable packet of %d octets (%s)", len(p.Raw), p.Bad)
	}
	return string(b)
}

func (t *Segment) notation(b []byte, s Shift, d Detail) []byte {
	if d&Ports != 0 {
		b = fmt.Appendf(b, "%d > %d ", t.SrcPort, t.DstPort)
	}
	first, n := t.Seq-s.Seq, uint32(len(t.Payload))
	b = fmt.Appendf(b, "%v %d:%d(%d)", t.Flags, first, first+n, n)
	if t.Flags.Has(ACK) {
		b = fmt.Appendf(b, " ack %d", t.Ack-s.Ack)
	}
	if d&Win != 0 || t.Window == 0 && !t.Flags.Has(RST) {
		b = fmt.Appendf(b, " win %d", t.Window)
	}
	if t.Flags.Has(URG) || t.Urgent != 0 {
		b = fmt.Appendf(b, " urg %d", t.Urgent)
	}
	if len(t.Options) == 0 {
		return b
	}
	if d&Options == 0 {
		return append(b, " <...>"...)
	}
	b = append(b, " <"...)
	for i, o := range t.Options {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, o.Notation(s)...)
	}
	return append(b, '>')
}

// Notation is the option as packetdrill writes it, "mss 1460"; one that is unknown or of an odd length is "opt KIND HEX".
func (o Option) Notation(s Shift) string {
	n := len(o.Data)
	switch {
	case o.Kind == OptEOL:
		return "eol"
	case o.Kind == OptNOP:
		return "nop"
	case o.Kind == OptMSS && n == 2:
		return "mss " + strconv.Itoa(int(binary.BigEndian.Uint16(o.Data)))
	case o.Kind == OptWindowScale && n == 1:
		return "wscale " + strconv.Itoa(int(o.Data[0]))
	case o.Kind == OptSACKPermitted && n == 0:
		return "sackOK"
	case o.Kind == OptTimestamps && n == 8:
		val, ecr, _ := o.Timestamps()
		if ecr != 0 { // 0 is "none", not a number of anybody's (RFC 7323 §3.2)
			ecr -= s.TSecr
		}
		return fmt.Sprintf("TS val %d ecr %d", val-s.TSval, ecr)
	case o.Kind == OptSACK && n > 0 && n%8 == 0:
		b := []byte("sack")
		for d := o.Data; len(d) > 0; d = d[8:] {
			b = fmt.Appendf(b, " %d:%d", binary.BigEndian.Uint32(d)-s.Ack, binary.BigEndian.Uint32(d[4:])-s.Ack)
		}
		return string(b)
	}
	return strings.TrimRight(fmt.Sprintf("opt %d %s", o.Kind, hex.EncodeToString(o.Data)), " ")
}

// Timestamps reads TSval and TSecr (RFC 7323 §3.2); ok is false where the option is another or of another length.
func (o Option) Timestamps() (val, ecr uint32, ok bool) {
	if o.Kind != OptTimestamps || len(o.Data) != 8 {
		return 0, 0, false
	}
	return binary.BigEndian.Uint32(o.Data), binary.BigEndian.Uint32(o.Data[4:]), true
}

func (m *ICMP) notation(b []byte, v6 bool, s Shift, ports bool) []byte {
	typ, code := icmpNames(v6, m.Type, m.Code)
	b = fmt.Appendf(b, "icmp %s", typ)
	if code != "" {
		b = append(append(b, ' '), code...)
	}
	if v6 && m.Type == 2 || !v6 && m.Type == 3 && m.Code == 4 {
		b = fmt.Appendf(b, " mtu %d", m.Rest)
	}
	if src, dst, seq, ok := QuotedTCP(m.Quoted); ok {
		b = append(b, " ["...)
		if ports {
			b = fmt.Appendf(b, "%d > %d ", src, dst)
		}
		b = fmt.Appendf(b, "%d]", seq-s.Ack) // the quoted numbers are in the space that an ack speaks of
	}
	return b
}

// Seconds is a time as packetdrill writes it: "0.000010".
func Seconds(d time.Duration) string {
	sign := ""
	if d < 0 {
		sign, d = "-", -d
	}
	us := d.Round(time.Microsecond).Microseconds()
	return fmt.Sprintf("%s%d.%06d", sign, us/1e6, us%1e6)
}

// Notation is the result as a script writes it: "3", "-1 ECONNRESET".
func (c *Call) Notation() string {
	b := strconv.FormatInt(c.Result, 10)
	if c.Errno != "" {
		b += " " + c.Errno
	}
	if c.Note != "" {
		b += " " + c.Note
	}
	return b
}

// Notation is the whole trace in packetdrill's notation, a line an event. In front of each stands the script line that
// gave or expected it, "!" where a packet was not expected; states stand below what brought them about. Ports are
// written only where the trace has more than one connection.
func (t *Trace) Notation() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s on %s, %s\n", t.Case, t.IUT, t.Family)
	detail, ports := Full, t.ManyConns()
	if ports {
		detail |= Ports
	}
	for i := range t.Events {
		e := &t.Events[i]
		mark := strconv.Itoa(e.Line)
		if e.Line == 0 {
			mark = "!"
		}
		switch e.Kind {
		case Received, Sent:
			fmt.Fprintf(&b, "%5s  %s %s%s\n", mark, Seconds(e.At), e.Packet.Notation(e.Kind, e.Shift, detail), e.withWord())
		case Called:
			fmt.Fprintf(&b, "%5s  %s %s(%s) = %s\n", mark, Seconds(e.At), e.Call.Name, e.Call.Args, e.Call.Notation())
		case StateIs:
			fmt.Fprintf(&b, "%5s  %*s %s%v\n", "", len(Seconds(e.At)), "", e.Conn.stateWord(ports), e.State)
		}
	}
	return b.String()
}

// withWord is what stands behind a packet of which there is more to say than its line does.
func (e *Event) withWord() string {
	if e.With == "" {
		return ""
	}
	return " // with: " + e.With
}

// stateWord is what stands before the name of the state.
func (c Conn) stateWord(ports bool) string {
	switch {
	case !c.Remote.IsValid():
		return fmt.Sprintf("state of listener %d ", c.Local.Port())
	case ports:
		return fmt.Sprintf("state %d > %d ", c.Local.Port(), c.Remote.Port())
	}
	return "state "
}

// ManyConns reports whether the trace has packets of more than one connection.
func (t *Trace) ManyConns() bool {
	var first [2]uint16
	seen := false
	for i := range t.Events {
		e := &t.Events[i]
		if e.Packet == nil || e.Packet.TCP == nil {
			continue
		}
		pair := [2]uint16{e.Packet.TCP.SrcPort, e.Packet.TCP.DstPort}
		if e.Kind == Received {
			pair[0], pair[1] = pair[1], pair[0]
		}
		if seen && pair != first {
			return true
		}
		first, seen = pair, true
	}
	return false
}
