package results

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"

	"github.com/twinstack/twinstack/harness/trace"
)

// Hash is the SHA-256 of a trace, in hexadecimal: times, script lines, calls, states, and segments with their numbers as
// on the wire. What the IP header says beyond addresses, hop limit and class is left out, since an IUT may draw its
// IPv4 identification from the system's randomness (RFC 6864 §4.1 asks for no order).
func Hash(t *trace.Trace) string {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q %q\n", t.Case, t.IUT, t.Family)
	for _, e := range t.Events {
		fmt.Fprintf(h, "%d %d %d %d ", e.At, e.Kind, e.Line, e.Cause)
		switch e.Kind {
		case trace.Received, trace.Sent:
			hashPacket(h, e.Packet)
		case trace.Called:
			fmt.Fprintf(h, "%q %q %d %q %q", e.Call.Name, e.Call.Args, e.Call.Result, e.Call.Errno, e.Call.Note)
		case trace.StateIs:
			fmt.Fprintf(h, "%v %v %v", e.Conn.Local, e.Conn.Remote, e.State)
		}
		fmt.Fprintln(h)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func hashPacket(h hash.Hash, p *trace.Packet) {
	fmt.Fprintf(h, "%v %v %d %d %q", p.Src, p.Dst, p.TTL, p.TOS, p.Bad)
	if s := p.TCP; s != nil {
		fmt.Fprintf(h, " tcp %d %d %d %d %d %d %d", s.SrcPort, s.DstPort, s.Seq, s.Ack, s.Flags, s.Window, s.Urgent)
		for _, o := range s.Options {
			fmt.Fprintf(h, " %d:%x", o.Kind, o.Data)
		}
		fmt.Fprintf(h, " %x", s.Payload)
	}
	if m := p.ICMP; m != nil {
		fmt.Fprintf(h, " icmp %d %d %d %x", m.Type, m.Code, m.Rest, withoutID(m.Quoted))
	}
}

// withoutID blanks the identification and the checksum of a quoted IPv4 header (RFC 791 §3.1).
func withoutID(quoted []byte) []byte {
	if len(quoted) < 20 || quoted[0]>>4 != 4 {
		return quoted
	}
	q := append([]byte(nil), quoted...)
	clear(q[4:6])
	clear(q[10:12])
	return q
}
