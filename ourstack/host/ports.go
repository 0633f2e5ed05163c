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

// ephemeral finds a port for a socket on local, to remote if that is known, that is free; false if none is.
func (h *Host) ephemeral(local netip.Addr, remote netip.AddrPort, free func(netip.AddrPort) bool) (uint16, bool) {
	offset := h.ports.offset(local, remote)
	for range ephemerals {
		port := uint16(firstEphemeral + (offset+h.ports.next)%ephemerals)
		h.ports.next++
		if free(netip.AddrPortFrom(local, port)) {
			return port, true
		}
	}
	return 0, false
}

// taken reports whether a port is in use in a way that forbids to bind it. With reuse only a listener forbids it
// (MUST-42: listening must be possible while connections have the port).
func (h *Host) taken(at netip.AddrPort, reuse bool) bool {
	return h.overlaps(at, func(a netip.AddrPort) bool {
		return h.listeners[a] != nil || !reuse && (h.bound[a] > 0 || h.locals[a] > 0)
	})
}

// held reports whether a listener or a bound socket has a port.
func (h *Host) held(at netip.AddrPort) bool {
	return h.overlaps(at, func(a netip.AddrPort) bool { return h.listeners[a] != nil || h.bound[a] > 0 })
}

// overlaps reports whether in holds for an address that at is, or is part of, or that is part of at: the unspecified
// address is every address.
func (h *Host) overlaps(at netip.AddrPort, in func(netip.AddrPort) bool) bool {
	if in(at) {
		return true
	}
	v4 := at.Addr().Is4()
	if !at.Addr().IsUnspecified() {
		return in(netip.AddrPortFrom(unspecified(v4), at.Port()))
	}
	for _, a := range h.cfg.Addrs {
		if a.Is4() == v4 && in(netip.AddrPortFrom(a, at.Port())) {
			return true
		}
	}
	return false
}

func sortBySerial(cs []*conn) {
	slices.SortFunc(cs, func(a, b *conn) int {
		if a.serial < b.serial {
			return -1
		}
		return 1
	})
}
