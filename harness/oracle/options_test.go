package oracle

import (
	"testing"

	"github.com/twinstack/twinstack/harness/trace"
)

// What is agreed is what both SYNs have, whichever came first (RFC 7323 §2.2, §3.2).
func TestOptionsOfBothSYNs(t *testing.T) {
	t.Parallel()
	scale := trace.Option{Kind: trace.OptWindowScale, Data: []byte{15}}
	for _, c := range []struct {
		name          string
		ours, peers   []trace.Option
		stamps, scale bool
		shift         uint8
		rcvMss        uint32
	}{
		{"both have all", []trace.Option{mss, scale, ts(1)}, []trace.Option{scale, ts(1)}, true, true, 14, 1000},
		{"the peer has none", []trace.Option{scale, ts(1)}, nil, false, false, 0, 0},
		{"the IUT has none", nil, []trace.Option{scale, ts(1)}, false, false, 0, 0},
		{"one each", []trace.Option{mss, ts(1)}, []trace.Option{scale}, false, false, 0, 1000},
	} {
		syn := seg("S", irs, 0, 0, c.peers...)
		passive, err := arrives(&Turn{T: tcbIn(trace.Closed), P: &profile, Now: now, Seg: syn})
		if err != nil {
			t.Fatal(err)
		}
		p := passive[0].TCB
		p.offered(seg("S.", iss, irs+1, 0, c.ours...))

		before := tcbIn(trace.SynSent)
		before.SndTsOK, before.SndWsOK = true, true // as OPEN leaves them
		before.offered(seg("S", iss, 0, 0, c.ours...))
		active, err := arrives(&Turn{T: before, P: &profile, Now: now, Seg: seg("S.", irs, iss+1, 0, c.peers...)})
		if err != nil {
			t.Fatal(err)
		}
		for who, n := range map[string]TCB{"passive": p, "active": active[0].TCB} {
			if n.SndTsOK != c.stamps || n.SndWsOK != c.scale || c.scale && n.SndWindShift != c.shift || n.RcvMss != c.rcvMss {
				t.Errorf("%s, %s: timestamps %t, window scale %t %d, MSS %d", c.name, who, n.SndTsOK, n.SndWsOK, n.SndWindShift, n.RcvMss)
			}
		}
	}
	without := tcbIn(trace.Closed)
	out, _ := arrives(&Turn{T: without, P: &Profile{IPv6: true}, Seg: seg("S", irs, 0, 0)})
	if got := out[0].TCB.SndMss; got != 1220 {
		t.Errorf("without an MSS option over IPv6: %d (MUST-15)", got)
	}
}
