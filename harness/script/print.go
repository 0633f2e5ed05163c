package script

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/twinstack/twinstack/harness/trace"
)

// Print gives the canonical text of a script. Parse reads it back to the same File, but for places, Event.Text and the
// comments between events, which a File does not hold.
func Print(f *File) []byte {
	var b bytes.Buffer
	f.Header.print(&b)
	for _, o := range f.Options {
		b.WriteString("--" + o.Name)
		if o.Value != "" {
			b.WriteString("=" + o.Value)
		}
		b.WriteByte('\n')
	}
	if b.Len() > 0 {
		b.WriteByte('\n')
	}
	for i := range f.Events {
		e := &f.Events[i]
		if e.States != nil {
			fmt.Fprintf(&b, "%v\n", e.States)
			continue
		}
		if e.With != nil {
			fmt.Fprintf(&b, "%v\n", e.With)
		}
		fmt.Fprintf(&b, "%-5v %v\n", e.Time, e.what())
		for _, or := range e.Or {
			fmt.Fprintf(&b, "// or: %v\n", or)
		}
		if e.OrNothing {
			b.WriteString("// or: nothing\n")
		}
	}
	return b.Bytes()
}

func (h *Header) print(b *bytes.Buffer) {
	line := func(key string, words []string) {
		if len(words) > 0 {
			fmt.Fprintf(b, "// %s: %s\n", key, strings.Join(words, " "))
		}
	}
	texts := func(words []Word) (all []string) {
		for _, w := range words {
			all = append(all, w.Text)
		}
		return all
	}
	if h.Title != "" {
		line("title", []string{h.Title})
	}
	line("requirements", texts(h.Requirements))
	line("labels", texts(h.Labels))
	if h.ISN != nil {
		line("isn", []string{fmt.Sprint(*h.ISN)})
	}
	var settings []string
	for _, s := range h.Settings {
		settings = append(settings, s.Name+"="+s.Value)
	}
	line("set", settings)
	for _, c := range h.Comments {
		b.WriteString(strings.TrimSuffix("// "+c, " ") + "\n")
	}
}

// String is the event in canonical notation, without an end of line.
func (e *Event) String() string {
	if e.States != nil {
		return e.States.String()
	}
	return e.Time.String() + " " + e.what().String()
}

// what is the packet or the call.
func (e *Event) what() fmt.Stringer {
	if e.Packet != nil {
		return e.Packet
	}
	return e.Call
}

// String is the time as a script writes it.
func (t Time) String() string {
	sign := ""
	switch t.Kind {
	case Anytime:
		return "*"
	case Relative:
		sign = "+"
	}
	s := sign + seconds(t.At)
	switch {
	case t.Range:
		return s + "~" + sign + seconds(t.Until)
	case t.Blocking:
		return s + "..." + seconds(t.Until)
	}
	return s
}

// seconds is d in seconds, with as few decimals as it needs.
func seconds(d time.Duration) string {
	s := fmt.Sprintf("%d.%09d", d/time.Second, d%time.Second)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// String is the packet as a script writes it, from "<" or ">" on.
func (k *Packet) String() string {
	words := []string{"<"}
	if k.Dir == Outbound {
		words[0] = ">"
	}
	if k.TTL != nil {
		words = append(words, fmt.Sprintf("[ttl %d]", *k.TTL))
	}
	if k.TOS != nil {
		if tos := int(*k.TOS); tos < len(trace.ECN) {
			words = append(words, "["+trace.ECN[tos]+"]")
		} else {
			words = append(words, fmt.Sprintf("[tos 0x%02x]", tos))
		}
	}
	if k.ICMP != nil {
		words = append(words, k.ICMP.String())
	} else {
		words = append(words, k.TCP.String())
	}
	return strings.Join(words, " ")
}

// String is the port form, "5000 > 80".
func (p Ports) String() string { return fmt.Sprintf("%d > %d", p.Src, p.Dst) }

// String is the segment as a script writes it, with its ports.
func (s *Segment) String() string {
	var words []string
	add := func(format string, args ...any) { words = append(words, fmt.Sprintf(format, args...)) }
	if s.Ports != nil {
		add("%v", s.Ports)
	}
	add("%s", flagWord(s.Flags))
	add("%d:%d(%d)", s.Seq, s.SeqEnd, s.Len)
	if s.Ack != nil {
		add("ack %d", *s.Ack)
	}
	if s.Win != nil {
		add("win %d", *s.Win)
	}
	if s.Urg != nil {
		add("urg %d", *s.Urg)
	}
	switch {
	case s.AnyOptions:
		add("<...>")
	case len(s.Options) > 0:
		options := make([]string, len(s.Options))
		for i, o := range s.Options {
			options[i] = o.String()
		}
		add("<%s>", strings.Join(options, ","))
	}
	return strings.Join(words, " ")
}

// flagWord is the control bits as packetdrill reads them: it wants the "." last.
func flagWord(f trace.Flags) string {
	switch {
	case !f.Has(trace.ACK):
		return f.String()
	case f == trace.ACK:
		return "."
	}
	return (f &^ trace.ACK).String() + "."
}

// octets is the length of the option on the wire.
func (o Option) octets() int {
	switch o.Kind {
	case trace.OptEOL, trace.OptNOP:
		return 1
	case trace.OptMSS:
		return 4
	case trace.OptWindowScale:
		return 3
	case trace.OptSACK:
		return 2 + 8*len(o.Sack)
	case trace.OptTimestamps:
		return 10
	}
	return 2
}

// String is the option as a script writes it.
func (o Option) String() string {
	switch o.Kind {
	case trace.OptNOP:
		return "nop"
	case trace.OptMSS:
		return fmt.Sprintf("mss %d", o.Value)
	case trace.OptWindowScale:
		return fmt.Sprintf("wscale %d", o.Value)
	case trace.OptSACKPermitted:
		return "sackOK"
	case trace.OptSACK:
		s := "sack"
		for _, b := range o.Sack {
			s += fmt.Sprintf(" %d:%d", b.Left, b.Right)
		}
		return s
	case trace.OptTimestamps:
		return fmt.Sprintf("TS val %d ecr %d", o.Value, o.Ecr)
	}
	return "eol"
}

// String is the message as a script writes it, from "icmp" on.
func (m *ICMP) String() string {
	s := "icmp " + m.Type
	if m.Code != "" {
		s += " " + m.Code
	}
	if m.MTU != nil {
		s += fmt.Sprintf(" mtu %d", *m.MTU)
	}
	ports := ""
	if m.Ports != nil {
		ports = m.Ports.String() + " "
	}
	return s + fmt.Sprintf(" [%s%d:%d(%d)]", ports, m.Seq, m.SeqEnd, m.Len)
}

// String is the call with its result, as a script writes it. A result that nobody cares for is "...", which
// packetdrill takes.
func (c *Call) String() string {
	s := c.Name + "(" + c.ArgList() + ") = "
	if c.Result == nil {
		s += "..."
	} else {
		s += c.Result.String()
	}
	if c.Errno != "" {
		s += " " + c.Errno
	}
	if c.Note != "" {
		s += " (" + c.Note + ")"
	}
	return s
}

// ArgList is what stands between the round brackets of the call.
func (c *Call) ArgList() string { return join(c.Args) }

func join(all []Expr) string {
	words := make([]string, len(all))
	for i, e := range all {
		words[i] = e.String()
	}
	return strings.Join(words, ", ")
}

// String is the expression as a script writes it; numbers are decimal.
func (e Expr) String() string {
	switch e.Kind {
	case Int:
		return strconv.FormatInt(e.Int, 10)
	case Name:
		return e.Text
	case String:
		return quoteString(e.Text)
	case List:
		return "[" + join(e.Elems) + "]"
	case SockAddr:
		return sockaddrText(e.Addr)
	case Struct:
		fields := make([]string, len(e.Fields))
		for i, f := range e.Fields {
			fields[i] = f.Name + "=" + f.Value.String()
		}
		return "{" + strings.Join(fields, ", ") + "}"
	}
	return "..."
}

// quoteString writes octets as a string of the language: all but printable ASCII is "\xHH".
func quoteString(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c < ' ' || c > '~':
			fmt.Fprintf(&b, `\x%02x`, c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// String is the assertion as a script writes it, comment markers included, with a line for each alternative.
func (s *States) String() string {
	ports := ""
	if s.Ports != nil {
		ports = " " + s.Ports.String()
	}
	text := fmt.Sprintf("// state%s: %s", ports, pathText(s.Path))
	for _, or := range s.Or {
		text += fmt.Sprintf("\n// or: state%s: %s", ports, pathText(or))
	}
	return text
}

func pathText(path []trace.State) string {
	names := make([]string, len(path))
	for i, state := range path {
		names[i] = state.String()
	}
	return strings.Join(names, " > ")
}
