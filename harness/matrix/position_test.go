package matrix

import (
	"testing"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/iut/netstack"
	"github.com/twinstack/twinstack/harness/iut/ours"
	"github.com/twinstack/twinstack/harness/trace"
)

// numbers are the parts of a Position that an entry's script shows.
type numbers struct {
	state          trace.State
	una, nxt       uint32
	rcvNxt, rcvWnd uint32
	peerWnd        uint16
}

// Where entries lead, by what their scripts say. Both stacks stand at the same place.
func TestPositionOf(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]numbers{
		"closed":                        {trace.Closed, 0, 0, 0, 0, usualWnd},
		"listen":                        {trace.Listen, 0, 0, 0, 0, usualWnd},
		"listen-beside-connection":      {trace.Listen, 0, 0, 0, 0, usualWnd},
		"syn-sent":                      {trace.SynSent, 0, 1, 0, 0, usualWnd},
		"syn-received":                  {trace.SynReceived, 0, 1, 1001, 8192, 16000},
		"established-passive":           {trace.Established, 1, 1, 1001, 8192, 16000},
		"established-active":            {trace.Established, 1, 1, 1001, 8192, 16000},
		"established-crossing":          {trace.Established, 1, 1, 1001, 8192, 16000},
		"established-unread":            {trace.Established, 1, 1, 1501, 7692, 16000},
		"established-in-flight":         {trace.Established, 1, 1501, 1001, 8192, 16000},
		"established-queued":            {trace.Established, 1, 1, 1001, 8192, 0},
		"established-in-flight-queued":  {trace.Established, 1, 1001, 1001, 8192, 1000},
		"established-hole":              {trace.Established, 1, 1, 1001, 8192, 16000},
		"established-zero-window":       {trace.Established, 1, 1, 9193, 0, 16000},
		"established-scaled":            {trace.Established, 1, 1, 1001, 8192, 1000},
		"fin-wait-1-shutdown":           {trace.FinWait1, 1, 2, 1001, 8192, 16000},
		"fin-wait-1-from-syn-received":  {trace.FinWait1, 0, 2, 1001, 8192, 16000},
		"fin-wait-1-in-flight-shutdown": {trace.FinWait1, 1, 1502, 1001, 8192, 16000},
		"fin-wait-1-queued":             {trace.FinWait1, 1, 1001, 1001, 8192, 1000},
		"fin-wait-2-shutdown":           {trace.FinWait2, 2, 2, 1001, 8192, 16000},
	} {
		for _, i := range []iut.IUT{ours.IUT{}, netstack.IUT{}} {
			if i.Name() == "netstack" && notReachable[name] != "" {
				continue
			}
			p := place(t, i, name, false)
			if got := (numbers{p.State, p.SndUna, p.SndNxt, p.RcvNxt, p.RcvWnd, p.PeerWnd}); got != want {
				t.Errorf("%s on %s: %+v, expected %+v", name, i.Name(), got, want)
			}
		}
	}
}

// A window that was shifted right is shifted back.
func TestPositionOfLargeWindow(t *testing.T) {
	t.Parallel()
	if p := place(t, ours.IUT{}, "established-large-window", true); p.RcvNxt != 1501 || p.RcvWnd < 99_000 || p.RcvWnd > 99_500 {
		t.Errorf("RCV.NXT %d, a window of %d: expected 1501 and the rest of 100000", p.RcvNxt, p.RcvWnd)
	}
}

// The positions in numbers, and where there is none.
func TestPositionsInNumbers(t *testing.T) {
	t.Parallel()
	p := Position{State: trace.Established, SndUna: 101, SndNxt: 201, RcvNxt: 1001, RcvWnd: 8000}
	for s, want := range map[Seq]uint32{SeqFarLeft: 0xc00003e9, SeqBefore: 1000, SeqNxt: 1001, SeqInside: 5001, SeqLast: 9000, SeqEdge: 9001, SeqBeyond: 10001, SeqFar: 0x400003e9} {
		if got, ok := p.Seq(s); got != want || !ok {
			t.Errorf("%v is %d %t, expected %d", s, got, ok, want)
		}
	}
	for a, want := range map[Ack]uint32{AckFarOld: 0xc0000065, AckOld: 100, AckUna: 101, AckFlight: 200, AckNxt: 201, AckAhead: 202, AckFarAhead: 0x400000c9} {
		if got, ok := p.Ack(a); got != want || !ok {
			t.Errorf("%v is %d %t, expected %d", a, got, ok, want)
		}
	}
	for _, s := range []Seq{SeqBefore, SeqNxt, SeqInside, SeqLast} { // the last octet of text is the window's last
		first, _ := p.Seq(s)
		if n, ok := p.Text(TextFills, s, 1); first+n != 9001 || !ok {
			t.Errorf("text from %v fills the window with %d octets", s, n)
		}
		if n, ok := p.Text(TextOverruns, s, 1); first+n != 9002 || !ok {
			t.Errorf("text from %v overruns the window with %d octets", s, n)
		}
	}
	for _, s := range []Seq{SeqZero, SeqSome, SeqTop} {
		if _, ok := p.Seq(s); ok {
			t.Errorf("%v in ESTABLISHED", s)
		}
	}
	none := func(why string, ok bool) {
		t.Helper()
		if ok {
			t.Error(why)
		}
	}
	fresh := Position{State: trace.SynSent, SndUna: 0, SndNxt: 1}
	_, ok := fresh.Seq(SeqNxt)
	none("RCV.NXT in SYN-SENT", ok)
	_, ok = fresh.Ack(AckFlight)
	none("a number between SND.UNA and SND.NXT - 1 where a SYN is in flight", ok)
	shut := Position{State: trace.Established, RcvNxt: 1001}
	_, ok = shut.Seq(SeqInside)
	none("a number inside a closed window", ok)
	_, ok = shut.Seq(SeqLast)
	none("the last number of a closed window", ok)
	listen := Position{State: trace.Listen}
	_, ok = listen.Ack(AckUna)
	none("SND.UNA in LISTEN", ok)
	large := Position{State: trace.Established, RcvWnd: 70000}
	_, ok = large.Text(TextFills, SeqNxt, 1)
	none("70000 octets in a packet", ok)
	if n, ok := listen.Text(TextFills, SeqSome, 8192); n != 8192 || !ok {
		t.Errorf("in LISTEN the buffer stands for the window, and text fills it with %d octets", n)
	}
}

// The window that positions speak of is the one that the IUT goes by: text up to its right edge is taken whole, and of
// text that overruns it no more.
func TestTextFillsTheWindow(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"established-passive", "established-unread", "established-large-window"} {
		p := place(t, ours.IUT{}, name, false)
		edge := p.RcvNxt + p.RcvWnd
		for _, text := range []Text{TextFills, TextOverruns} {
			n, ok := p.Text(text, SeqNxt, p.Entry.Buffer)
			if !ok {
				continue
			}
			player := player{iut: ours.IUT{}}
			_, res := player.play(p, Segment{Flags: trace.ACK, Seq: SeqNxt, Ack: AckUna, Text: text}, nil)
			if got := PositionOf(res.Trace); got.RcvNxt != edge {
				t.Errorf("%s: of %d octets ours took those below %d, expected below %d", name, n, got.RcvNxt, edge)
			}
		}
	}
}
