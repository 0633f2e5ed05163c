package trace_test

import (
	"slices"
	"testing"

	"github.com/twinstack/twinstack/harness/trace"
)

// Options on the SYN-ACK of a simultaneous open: the window scale must have been on the peer's SYN (RFC 7323 §2.2),
// timestamps on either of the two that crossed (§3.2).
func TestOptionsWhereSYNsCross(t *testing.T) {
	t.Parallel()
	ts := trace.Option{Kind: trace.OptTimestamps, Data: make([]byte, 8)}
	scale := trace.Option{Kind: trace.OptWindowScale, Data: []byte{0}}
	syn := func(seq uint32, flags trace.Flags, o ...trace.Option) *trace.Segment {
		return &trace.Segment{Seq: seq, Flags: trace.SYN | flags, Options: o}
	}
	const (
		noTS    = "option TS was not negotiated (RFC 7323 §3.2)"
		noScale = "option wscale was not negotiated (RFC 7323 §2.2)"
	)
	for _, c := range []struct {
		name   string
		own    *trace.Segment // nil: the IUT listens
		answer *trace.Segment
		want   []string
	}{
		{"timestamps on the IUT's own SYN", syn(7, 0, ts), syn(7, trace.ACK, ts), nil},
		{"timestamps on neither", syn(7, 0), syn(7, trace.ACK, ts), []string{noTS}},
		{"window scale on the IUT's own SYN", syn(7, 0, scale), syn(7, trace.ACK, scale), []string{noScale}},
		{"a listener's answer", nil, syn(7, trace.ACK, ts), []string{noTS}},
		{"a listener's answer after a SYN of another connection", syn(6, 0, ts), syn(7, trace.ACK, ts), []string{noTS}},
	} {
		var conduct trace.Conduct
		if c.own != nil {
			if wrong := conduct.Outbound(c.own); wrong != nil {
				t.Errorf("%s: the bare SYN: %q", c.name, wrong)
			}
		}
		conduct.Inbound(syn(300, 0))
		if got := conduct.Outbound(c.answer); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, expected %q", c.name, got, c.want)
		}
	}
}
