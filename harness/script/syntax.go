package script

import (
	"fmt"
	"time"

	"github.com/twinstack/twinstack/harness/trace"
)

// Pos is a place in a script file: both count from 1, Col in octets.
type Pos struct {
	Line, Col int
}

func (p Pos) String() string { return fmt.Sprintf("%d:%d", p.Line, p.Col) }

// File is one parsed script.
type File struct {
	Name   string // as given to Parse: a path
	Header Header
	// Options are the --name=value lines at the head of the file, as packetdrill takes them.
	Options []Flag
	Events  []Event
}

// Header is what a fixture says of itself in its leading comment lines.
type Header struct {
	Title        string   // "// title: …"
	Requirements []Word   // "// requirements: MUST-3 RFC5961-3.2-2"
	Labels       []Word   // "// labels: reset passive"
	ISN          *uint32  // "// isn: 8000": the IUT's initial sequence number, real on the wire
	ISNPos       Pos      // where it says so
	Settings     []Flag   // "// set: DelayedACK=true": departures from the settings alike, by field name
	Comments     []string // the other leading comment lines, "//" taken off
}

// Word is a word of a header line with its place.
type Word struct {
	Text string
	Pos  Pos
}

// Flag is a name=value with its place.
type Flag struct {
	Name, Value string
	Pos         Pos
}

// Event is one line of the script's course. Exactly one of Packet, Call and States is set; States has no time.
type Event struct {
	Pos    Pos
	Text   string // the source of the event, white space at the ends taken off, for reports
	Time   Time
	Packet *Packet
	Call   *Call
	States *States
	// Or are the packets of "// or: …" lines behind an outbound packet: each is as good as Packet.
	Or []*Packet
	// OrNothing is "// or: nothing": the packet may also not come.
	OrNothing bool
}

// TimeKind says what Time.At counts from.
type TimeKind uint8

// The kinds of times.
const (
	Relative TimeKind = iota // "+0.1": from the event before
	Absolute                 // "0.1": from the start of the script
	Anytime                  // "*": whenever it comes (outbound packets)
)

// Time is when an event happens.
type Time struct {
	Kind TimeKind
	At   time.Duration
	// Until is the end of a range "+0.1~+0.2" (Range) or of a blocking call "+0...0.2" (Blocking), counted from where At
	// counts from.
	Until    time.Duration
	Range    bool
	Blocking bool
}

// Direction of a packet.
type Direction uint8

// The directions, seen from the IUT.
const (
	Inbound  Direction = iota // "<": the lower tester sends it to the IUT
	Outbound                  // ">": the IUT is expected to send it
)

// Packet is one packet line. Exactly one of TCP and ICMP is set.
type Packet struct {
	Dir  Direction
	TTL  *uint8 // "[ttl 64]"
	TOS  *uint8 // "[tos 0x10]", or the ECN words "[ect0]" "[ect1]" "[ce]" "[noecn]"
	TCP  *Segment
	ICMP *ICMP
}

// Ports is google's port form, "5000 > 80": source and destination of this packet. The IUT's own ports stand in it as
// the script knows them; an ephemeral port of the IUT's is bound to the name at its first use.
type Ports struct {
	Src, Dst uint16
}

// Segment is the TCP part of a packet line. Numbers are the script's own, not yet mapped to the wire's.
type Segment struct {
	Ports   *Ports
	Flags   trace.Flags
	Seq     uint32 // first sequence number
	SeqEnd  uint32 // Seq + Len, as written
	Len     uint32 // octets of payload
	Ack     *uint32
	Win     *uint16
	Urg     *uint16
	Options []Option
	// AnyOptions is "<...>": outbound, whatever the options are.
	AnyOptions bool
	// BadChecksum is "[bad-checksum]" in front of an inbound segment, twinstack's own.
	BadChecksum bool
}

// Option is one TCP option. Which fields count depends on Kind, and on whether it was written by its name or as octets
// ("opt"): see Raw.
type Option struct {
	Kind  uint8 // trace.OptMSS, …
	Value uint32
	Ecr   uint32      // timestamps only; Value is then TSval
	Sack  []SackBlock // SACK only
	Data  []byte      // "<opt 253 0102>": what follows the length octet; nil unless written so
	// Length is the length octet where the script lies about it, "<opt 253/0 0102>" (twinstack's own); nil: the truth.
	Length *uint8
}

// SackBlock is one block of a SACK option.
type SackBlock struct {
	Left, Right uint32
}

// ICMP is the ICMP part of a packet line, "icmp unreachable port_unreachable [1:101(100)]".
type ICMP struct {
	Type  string // "unreachable", "time_exceeded", "packet_too_big", "parameter_problem", "source_quench"
	Code  string // "host_unreachable", …, or a number; "" where none is written: 0
	MTU   *uint32
	Ports *Ports // the quoted segment's, "[8080 > 40000 1:101(100)]": the IUT's own first
	// Seq, SeqEnd and Len are the quoted segment's, in the IUT's own (outbound) numbers.
	Seq, SeqEnd, Len uint32
}

// Call is one system call line.
type Call struct {
	Name   string
	Args   []Expr
	Result *Expr  // "= 3", "= -1"; "= ?" and "= ..." are nil
	Errno  string // "ECONNRESET", "" where none is written
	Note   string // the parenthesised text behind the errno: a comment
}

// ExprKind is the kind of an Expr.
type ExprKind uint8

// The kinds of expressions.
const (
	Ellipsis ExprKind = iota // "..."
	Int                      // 3, 0x10
	Name                     // SOCK_STREAM, or names joined by "|"
	String                   // "abc"
	List                     // [ … ]
	Struct                   // { a=1, b=2 }
)

// Expr is an argument or a result of a call.
type Expr struct {
	Kind   ExprKind
	Pos    Pos
	Int    int64
	Text   string // Name, String
	Elems  []Expr // List
	Fields []Field
}

// Field is one field of a struct expression.
type Field struct {
	Name  string
	Value Expr
}

// States is a state assertion: since the assertion before, the connection has gone through exactly these states.
type States struct {
	Ports *Ports // which connection, as local > remote port of the IUT; nil: the script's first
	Path  []trace.State
}
