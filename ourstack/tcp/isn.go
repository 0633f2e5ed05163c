package tcp

import (
	"crypto/sha256"
	"encoding/binary"
	"net/netip"
	"time"
)

// ISNTick is the time in which the clock part M of an initial sequence number advances by one (§3.4.1, MUST-8).
const ISNTick = 4 * time.Microsecond

// ISNs chooses initial sequence numbers: ISN = M + F(localip, localport, remoteip, remoteport, secretkey) (RFC 6528 §3,
// SHLD-1). M is a clock of ISNTick, so a later incarnation of a connection begins above an earlier one; F is a keyed
// hash, so that nobody who sees one connection's numbers can tell another's (MUST-9).
type ISNs struct{ secret [32]byte }

// NewISNs makes the secret out of a seed. Equal seeds give equal numbers: that is what a test wants; a host on a real
// network seeds from a source that nobody can guess.
func NewISNs(seed uint64) ISNs { return ISNs{secret("tcp isn ", seed)} }

// secret is a key for one purpose out of the one seed.
func secret(purpose string, seed uint64) [32]byte {
	return sha256.Sum256(binary.BigEndian.AppendUint64([]byte(purpose), seed))
}

// At is the initial sequence number of a connection that opens now.
func (g *ISNs) At(now time.Duration, local, remote netip.AddrPort) Seq {
	return Seq(uint32(now/ISNTick)) + g.f(local, remote)
}

func (g *ISNs) f(local, remote netip.AddrPort) Seq {
	// 128 bits of secret (RFC 6528 §3 has as many) leave room for the rest in one block of the hash.
	var b [16 + 2*18]byte
	copy(b[:16], g.secret[:])
	l, r := local.Addr().As16(), remote.Addr().As16()
	copy(b[16:], l[:])
	copy(b[32:], r[:])
	binary.BigEndian.PutUint16(b[48:], local.Port())
	binary.BigEndian.PutUint16(b[50:], remote.Port())
	h := sha256.Sum256(b[:])
	return Seq(binary.BigEndian.Uint32(h[:]))
}
