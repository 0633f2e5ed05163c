// Package iut says what the harness needs of an implementation under test.
//
// An IUT makes hosts. A Host is one IP host with a TCP, on a link end and a clock that the harness owns; it does
// nothing on its own: only a packet, a call or a timer of the clock moves it, and after Settle it has done all that it
// is going to do. Every call returns at once: what would block says EAGAIN.
package iut

import (
	"net/netip"
	"time"

	"github.com/twinstack/twinstack/harness/link"
	"github.com/twinstack/twinstack/harness/trace"
	"github.com/twinstack/twinstack/harness/vtime"
)

// IUT is an implementation under test: a way to make hosts.
type IUT interface {
	// Name is short and stable: it stands in ledgers and results ("ours", "netstack").
	Name() string
	// Version says which version of the implementation this is.
	Version() string
	// Support says how each of the settings would be honoured by New, in the order of Settings' fields.
	Support(Settings) []Support
	// ISNTick is the time in which the clock component of the IUT's initial sequence numbers advances by one
	// (RFC 9293 §3.4.1). A case that asks for an ISN is run once to learn the IUT's, and again with Config.Epoch moved
	// by so many ticks. 0: the ISN cannot be chosen.
	ISNTick() time.Duration
	// New makes a fresh host.
	New(Config) (Host, error)
}

// Config is what a host stands on.
type Config struct {
	Clock    *vtime.Clock  // the one clock of the case
	Epoch    time.Duration // what the host's own clock reads when Clock reads zero (a host's uptime)
	Link     *link.End     // the host's end of the link
	Addrs    []netip.Addr  // the host's addresses, IPv4 and IPv6
	Seed     uint64        // of all the host's randomness
	Settings Settings
}

// Host is one IP host with a TCP.
type Host interface {
	// Settle returns when the host has done all that the packets, calls and timers so far make it do.
	// Everything that it sent is then on its link end: silence after Settle is exact.
	Settle()
	// Socket opens a TCP socket. ipv6 chooses the family.
	Socket(ipv6 bool) (Socket, error)
	// Conns lists every TCB and listener with its state, also those that nobody accepted yet, sorted by local, then
	// remote address and port. A connection that is CLOSED and gone is not in the list.
	Conns() []ConnState
	// Close ends the host and frees what it holds.
	Close()
}

// ConnState is a connection or listener with its state.
type ConnState struct {
	trace.Conn
	State trace.State
}

// Socket is one TCP socket. Errors are Errno values.
type Socket interface {
	Bind(netip.AddrPort) error
	// Listen takes the backlog as listen(2) does; an adapter makes of it what its stack's own system-call layer makes.
	Listen(backlog int) error
	// Accept returns EAGAIN where no connection waits.
	Accept() (Socket, netip.AddrPort, error)
	// Connect starts an active open and returns EINPROGRESS; called again it returns EALREADY, or the outcome once:
	// nil or the error.
	Connect(netip.AddrPort) error
	// Read returns 0, nil at the end of the stream, EAGAIN where nothing is there.
	Read([]byte) (int, error)
	// Write may take fewer octets than given; EAGAIN where it takes none.
	Write([]byte) (int, error)
	// Shutdown takes SHUT_RD, SHUT_WR or SHUT_RDWR.
	Shutdown(How) error
	// Close gives the socket up: with unread data or linger zero that may be an ABORT.
	Close() error
	// SetOption sets a socket option by packetdrill's name for it; ENOPROTOOPT where the IUT has none such.
	SetOption(name string, value OptionValue) error
	// GetOption reads one.
	GetOption(name string) (OptionValue, error)
	// Poll says which of the events are ready.
	Poll() Events
	// LocalAddr is the bound or chosen address.
	LocalAddr() netip.AddrPort
	// RemoteAddr is the peer's, zero where there is none.
	RemoteAddr() netip.AddrPort
}

// How is shutdown(2)'s second argument.
type How int

// What to shut down.
const (
	ShutRD How = iota
	ShutWR
	ShutRDWR
)

// OptionValue is the value of a socket option: an integer, or linger's on/off and seconds.
type OptionValue struct {
	Int    int64
	Linger *Linger // SO_LINGER only
}

// Linger is struct linger.
type Linger struct {
	On      bool
	Seconds int
}

// Events are poll(2)'s events.
type Events uint16

// The events, with Linux's numbers.
const (
	PollIn    Events = 0x001
	PollPri   Events = 0x002
	PollOut   Events = 0x004
	PollErr   Events = 0x008
	PollHup   Events = 0x010
	PollRdHup Events = 0x2000
)

// Errno is the name of an error number: what errno(3) calls it.
type Errno string

// Error is the name itself.
func (e Errno) Error() string { return string(e) }

// The error numbers that TCP calls give.
const (
	EAGAIN          Errno = "EAGAIN"
	EINPROGRESS     Errno = "EINPROGRESS"
	EALREADY        Errno = "EALREADY"
	EISCONN         Errno = "EISCONN"
	ENOTCONN        Errno = "ENOTCONN"
	EINVAL          Errno = "EINVAL"
	EPIPE           Errno = "EPIPE"
	EBADF           Errno = "EBADF"
	EADDRINUSE      Errno = "EADDRINUSE"
	EADDRNOTAVAIL   Errno = "EADDRNOTAVAIL"
	EAFNOSUPPORT    Errno = "EAFNOSUPPORT"
	ECONNREFUSED    Errno = "ECONNREFUSED"
	ECONNRESET      Errno = "ECONNRESET"
	ECONNABORTED    Errno = "ECONNABORTED"
	ETIMEDOUT       Errno = "ETIMEDOUT"
	EHOSTUNREACH    Errno = "EHOSTUNREACH"
	ENETUNREACH     Errno = "ENETUNREACH"
	ENOPROTOOPT     Errno = "ENOPROTOOPT"
	EOPNOTSUPP      Errno = "EOPNOTSUPP"
	EDESTADDRREQ    Errno = "EDESTADDRREQ"
	EMSGSIZE        Errno = "EMSGSIZE"
	ENOBUFS         Errno = "ENOBUFS"
	EACCES          Errno = "EACCES"
	EPROTONOSUPPORT Errno = "EPROTONOSUPPORT"
)
