package host

import (
	"crypto/sha256"
	"encoding/binary"
	"net/netip"
	"slices"
)

// The dynamic ports (RFC 6335 §6).
const (
	firstEphemeral = 49152
	ephemerals     = 65536 - firstEphemeral
)

// ports chooses ephemeral ports: RFC 6056 §3.3.3, algorithm 3, a keyed hash of the remote socket and a counter. Nobody
// who sees one connection's port can tell another's, and ports to one remote come in turn, so that one is used again as
// late as possible.
type ports struct {
	secret [32]byte
	next   uint32
}

func newPorts(seed uint64) ports {
	var b [16]byte
	copy(b[:], "ports   ")
	binary.BigEndian.PutUint64(b[8:], seed)
	return ports{secret: sha256.Sum256(b[:])}
}

func (p *ports) offset(local netip.Addr, remote netip.AddrPort) uint32 {
	var b [32 + 16 + 18]byte
	copy(b[:], p.secret[:])
	l, r := local.As16(), remote.Addr().As16()
	copy(b[32:], l[:])
	copy(b[48:], r[:])
	binary.BigEndian.PutUint16(b[64:], remote.Port())
	h := sha256.Sum256(b[:])
	return binary.BigEndian.Uint32(h[:])
}

// ephemeral finds a port for an active open from local to remote; false if all are taken.
func (h *Host) ephemeral(local netip.Addr, remote netip.AddrPort) (uint16, bool) {
	offset := h.ports.offset(local, remote)
	for range ephemerals {
		port := uint16(firstEphemeral + (offset+h.ports.next)%ephemerals)
		h.ports.next++
		at := netip.AddrPortFrom(local, port)
		if h.conns[tuple{at, remote}] == nil && h.listening(at) == nil && h.bound[at] == 0 {
			return port, true
		}
	}
	return 0, false
}

func sortBySerial(cs []*conn) {
	slices.SortFunc(cs, func(a, b *conn) int {
		if a.serial < b.serial {
			return -1
		}
		return 1
	})
}
