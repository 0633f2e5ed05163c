package matrix

import (
	"encoding/binary"
	"hash"
	"hash/fnv"

	"github.com/twinstack/twinstack/harness/trace"
)

// hasher makes 64 bits of a trace: of times, lines, calls, states, and segments with their numbers as on the wire. What the
// IP header says beyond addresses and ECN is left out, since an IUT may draw its IPv4 identification from the system's randomness
// (RFC 6864 §4.1 asks for no order).
type hasher struct {
	hash.Hash64
	buf []byte // gathers numbers before they are hashed
}

// newHasher makes a hasher, which may use a buffer that is of no use to anybody else.
func newHasher(buf []byte) hasher { return hasher{fnv.New64a(), buf[:0]} }

// events takes the next events of a trace.
func (h *hasher) events(events []trace.Event) {
	for i := range events {
		h.event(&events[i])
	}
}

func (h *hasher) flush() {
	_, _ = h.Write(h.buf) // a hash never returns an error
	h.buf = h.buf[:0]
}

func (h *hasher) number(n uint64) { h.buf = binary.LittleEndian.AppendUint64(h.buf, n) }

func (h *hasher) text(s string) {
	h.number(uint64(len(s)))
	h.buf = append(h.buf, s...)
}

func (h *hasher) event(e *trace.Event) {
	h.number(uint64(e.At))
	h.number(uint64(e.Kind)<<32 | uint64(uint32(e.Line)))
	switch e.Kind {
	case trace.Received, trace.Sent:
		h.packet(e.Packet, e.Kind == trace.Sent)
	case trace.Called:
		h.text(e.Call.Name)
		h.text(e.Call.Args)
		h.number(uint64(e.Call.Result))
		h.text(e.Call.Errno)
		h.text(e.Call.Note)
	case trace.StateIs:
		h.number(uint64(e.Conn.Local.Port())<<32 | uint64(e.Conn.Remote.Port())<<16 | uint64(e.State))
	}
	h.flush()
}

// packet hashes a packet, and the octets of its text where the IUT has sent them: those that it received follow from their
// numbers.
func (h *hasher) packet(p *trace.Packet, text bool) {
	src, dst := p.Src.As16(), p.Dst.As16()
	h.buf = append(append(h.buf, src[:]...), dst[:]...)
	h.text(p.Bad)
	if s := p.TCP; s != nil {
		h.number(uint64(s.Seq)<<32 | uint64(s.Ack))
		h.number(uint64(p.ECN())<<56 | uint64(s.Flags)<<48 | uint64(s.Window)<<32 | uint64(s.Urgent)<<16 | uint64(s.SrcPort))
		h.number(uint64(s.DstPort)<<32 | uint64(len(s.Payload)))
		for _, o := range s.Options {
			h.number(uint64(o.Kind)<<8 | uint64(len(o.Data)))
			h.buf = append(h.buf, o.Data...)
		}
		if text {
			h.buf = append(h.buf, s.Payload...)
		}
	}
	if m := p.ICMP; m != nil {
		h.number(uint64(m.Type)<<48 | uint64(m.Code)<<32 | uint64(m.Rest))
		h.number(uint64(len(m.Quoted)))
	}
}
