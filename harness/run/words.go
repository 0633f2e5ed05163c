package run

import (
	"net/netip"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

// What follows is for those who make packets and answers of a script's words as a run does.

// Octets are n octets of a stream, from position at on, the first being 0: of what the peer's port remote sends (Inbound),
// or of what the IUT's user writes to it (Outbound).
func Octets(dir script.Direction, remote uint16, at uint64, n int) []byte {
	b := make([]byte, n)
	fill(b, streamKey(dir, remote), at)
	return b
}

// Option is an option of the script's as it goes on the wire. Of s count Ack, for the edges of SACK blocks, and TSecr.
func Option(o *script.Option, s trace.Shift) trace.Option { return option(o, s) }

// Number is the value of a number, a constant, an errno, or constants joined by "|". The error has the place.
func Number(e *script.Expr) (int64, error) { return number(e) }

// OptionValue is the value of a socket option as a call writes it. The error has the place.
func OptionValue(e *script.Expr) (iut.OptionValue, error) { return optionValue(e) }

// NamedAddr is the address that a "with" line calls by a name, in a family.
func NamedAddr(name string, ipv6 bool) (netip.Addr, bool) { return namedAddr(name, ipv6) }
