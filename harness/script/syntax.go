package script

import (
	"fmt"
	"net/netip"
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
	// With is a "// with: …" line in front of the packet; nil if there is none.
	With *With
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

// With is what a "// with: …" line says of the packet behind it that packetdrill has no words for: what is malformed or
// odd about it, or where it comes from and goes to. Of an outbound packet it says the addresses alone.
type With struct {
	BadChecksum   bool        // "checksum=bad": of TCP or ICMP
	BadIPChecksum bool        // "ip-checksum=bad": IPv4 alone
	Src, Dst      *Addr       // "src=192.0.2.9", "dst=multicast"; nil: as ever
	Offset        *uint8      // "offset=4": the Data Offset field, in 32-bit words; nil: the truth
	Reserved      *uint8      // "reserved=15": the reserved bits (RFC 9293 §3.1)
	IPOptions     []byte      // "ip-options=1d020000": of the IPv4 header, or of an IPv6 destination options header
	Code          *uint8      // "code=6": the ICMP code, whatever the message says
	Pointer       *uint8      // "pointer=20": of an ICMP parameter problem, the octet that it speaks of
	First         []RawOption // "opt-first=253:0102": in front of the segment's options
	Options       []RawOption // "opt=253:0102": behind them
}

// Addr is an address: a literal, or one that has a name and so goes with either family.
type Addr struct {
	Name    string // "self", "other", "peer", "multicast", "unspecified", "loopback"; "": Literal
	Literal netip.Addr
}

// RawOption is a TCP option by its octets. Data is what follows the length octet; Length is that octet where the script
// lies about it, nil is the truth.
type RawOption struct {
	Kind   uint8
	Length *uint8
	Data   []byte
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
}

// Option is one TCP option. Which fields count depends on Kind.
type Option struct {
	Kind  uint8 // trace.OptMSS, …
	Value uint32
	Ecr   uint32      // timestamps only; Value is then TSval
	Sack  []SackBlock // SACK only
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
	SockAddr                 // {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("192.168.0.1")}
)

// Expr is an argument or a result of a call.
type Expr struct {
	Kind   ExprKind
	Pos    Pos
	Int    int64
	Text   string // Name, String
	Elems  []Expr // List
	Fields []Field
	Addr   netip.AddrPort // SockAddr
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
	// Or are the paths of "// or: state: …" lines behind it: each is as good as Path.
	Or [][]trace.State
}
