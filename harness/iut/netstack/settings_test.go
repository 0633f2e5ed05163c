package netstack

import (
	"net/netip"
	"reflect"
	"testing"
	"time"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/link"
	"github.com/twinstack/twinstack/harness/trace"
)

// Support names every setting, in the order of its fields, and says of the common settings what netstack cannot do.
func TestSupport(t *testing.T) {
	t.Parallel()
	support := IUT{}.Support(iut.Alike())
	fields := reflect.TypeFor[iut.Settings]()
	if len(support) != fields.NumField() {
		t.Fatalf("%d settings, want %d", len(support), fields.NumField())
	}
	want := map[string]iut.Honour{"WindowScale": iut.Fixed, "Timestamps": iut.Fixed, "SynRetries": iut.Fixed}
	for i, s := range support {
		if name := fields.Field(i).Name; s.Setting != name {
			t.Errorf("setting %d is %s, want %s", i, s.Setting, name)
		}
		if s.Honour != want[s.Setting] {
			t.Errorf("%s is %v at %q, want %v", s.Setting, s.Honour, s.Value, want[s.Setting])
		}
		if s.Value == "" {
			t.Errorf("%s has no value", s.Setting)
		}
	}
	other := iut.Alike()
	other.RTOInitial, other.SynRetries, other.DelayedACK, other.Timestamps, other.WindowScale = 3*time.Second, 2, true, true, true
	want = map[string]iut.Honour{"RTOInitial": iut.Fixed, "SynRetries": iut.Fixed, "DelayedACK": iut.Absent}
	for _, s := range (IUT{}).Support(other) {
		if s.Honour != want[s.Setting] {
			t.Errorf("%s is %v at %q, want %v", s.Setting, s.Honour, s.Value, want[s.Setting])
		}
	}
}

// What Support calls fixed is so: a SYN offers timestamps and window scale though the settings say no.
func TestFixedOffers(t *testing.T) {
	t.Parallel()
	for _, sack := range []bool{false, true} {
		b := newBench(t, false, func(c *iut.Config) { c.Settings.SACK = sack })
		b.socket().Connect(netip.AddrPortFrom(peerAddr[false], peerPort))
		b.host.Settle()
		syn := b.sent(trace.SYN)
		for _, o := range []struct {
			kind uint8
			want bool
		}{{trace.OptTimestamps, true}, {trace.OptWindowScale, true}, {trace.OptSACKPermitted, sack}} {
			if _, got := syn.Option(o.kind); got != o.want {
				t.Errorf("SACK %v: option %d offered: %v, want %v", sack, o.kind, got, o.want)
			}
		}
		if scale, ok := syn.Option(trace.OptWindowScale); ok && scale.Data[0] != 0 {
			t.Errorf("window scale %d, want 0", scale.Data[0])
		}
	}
}

// Data is retransmitted at the RTO, doubled up to RTOMax, DataRetries times and no more.
func TestRetransmissionSettings(t *testing.T) {
	t.Parallel()
	b := newBench(t, false, func(c *iut.Config) {
		c.Settings.RTOMin, c.Settings.RTOMax, c.Settings.DataRetries = 2*time.Second, 5*time.Second, 4
	})
	b.rtt = 10 * time.Millisecond // a sample, so that the RTO is no longer the initial one
	s, _ := b.established(b.listen(5))
	s.Write([]byte("x"))
	b.host.Settle()
	b.sent(trace.ACK | trace.PSH)
	at := b.rtt
	for i, wait := range []time.Duration{2, 4, 5, 5} {
		at += wait * time.Second
		b.runUntil(at - 1)
		b.silent()
		b.runUntil(at)
		if raw := b.end.Take(); raw == nil {
			t.Fatalf("no retransmission %d at %v", i+1, at)
		}
	}
	b.runUntil(at + 5*time.Second - 1)
	b.states(trace.Listen, trace.Established)
	b.runUntil(at + 5*time.Second)
	b.states(trace.Listen)
	if _, err := s.Read(make([]byte, 1)); err != iut.ETIMEDOUT {
		t.Errorf("read after the last retransmission: %v", err)
	}
}

func TestTimeWaitIsTwiceMSL(t *testing.T) {
	t.Parallel()
	b := newBench(t, false, func(c *iut.Config) { c.Settings.MSL = 30 * time.Second })
	s, next := b.established(b.listen(5))
	b.ok(s.Close())
	b.host.Settle()
	b.sent(trace.FIN | trace.ACK)
	b.send(trace.Segment{Flags: trace.FIN | trace.ACK, Seq: 1, Ack: next + 1})
	b.runUntil(time.Minute - 1)
	b.states(trace.Listen, trace.TimeWait)
	b.runUntil(time.Minute)
	b.states(trace.Listen)
}

// Every segment with text is acknowledged at once, and every challenge gets its ACK, unless a limit is set.
func TestNoThrottle(t *testing.T) {
	t.Parallel()
	b := newBench(t, false, nil)
	_, next := b.established(b.listen(5))
	for i := range uint32(20) {
		b.send(trace.Segment{Flags: trace.ACK, Seq: 1 + i, Ack: next, Payload: []byte{'x'}})
		if ack := b.sent(trace.ACK); ack.Ack != 2+i {
			t.Fatalf("segment %d: acknowledged %d", i, ack.Ack)
		}
	}
	for range 20 {
		b.send(trace.Segment{Flags: trace.RST, Seq: 100}) // in the window, not RCV.NXT: RFC 5961 §3.2
		b.sent(trace.ACK)
	}
	limited := newBench(t, false, func(c *iut.Config) { c.Settings.ChallengeACKLimit = 10 })
	_, next = limited.established(limited.listen(5))
	limited.send(trace.Segment{Flags: trace.RST, Seq: 100})
	limited.sent(trace.ACK)
	limited.runUntil(100*time.Millisecond - 1)
	limited.send(trace.Segment{Flags: trace.RST, Seq: 100})
	limited.silent()
	limited.runUntil(100 * time.Millisecond)
	limited.send(trace.Segment{Flags: trace.RST, Seq: 100})
	if ack := limited.sent(trace.ACK); ack.Seq != next {
		t.Errorf("challenge ACK at %d, want %d", ack.Seq, next)
	}
}

// Without tuning, a connection's buffers stay at their size: a writer is stopped at SendBuffer however wide the
// congestion window has grown, and a window closes where ReceiveBuffer is full.
func TestBuffersDoNotTuneThemselves(t *testing.T) {
	t.Parallel()
	b := newBench(t, false, func(c *iut.Config) { c.Settings.SendBuffer, c.Settings.ReceiveBuffer = 8192, 4096 })
	s, next := b.established(b.listen(5))
	for range 8 { // each round grows the congestion window
		n, err := s.Write(make([]byte, 1<<20))
		if n != 8192 || err != nil {
			t.Fatalf("wrote %d, %v; want 8192", n, err)
		}
		if n, err := s.Write([]byte{1}); n != 0 || err != iut.EAGAIN {
			t.Fatalf("wrote %d, %v into a full buffer", n, err)
		}
		b.host.Settle()
		for end := next + 8192; next != end; {
			raw := b.end.Take()
			if raw == nil {
				t.Fatalf("%d octets are left unsent", end-next)
			}
			next += uint32(len(link.Decode(raw).TCP.Payload))
			b.send(trace.Segment{Flags: trace.ACK, Seq: 1, Ack: next})
		}
	}
	window, seq := 1, uint32(1)
	for i := 0; window > 0; i++ {
		if i > 20 {
			t.Fatalf("the window is still %d after %d octets", window, seq)
		}
		b.send(trace.Segment{Flags: trace.ACK, Seq: seq, Ack: next, Payload: make([]byte, 512)})
		ack := b.sent(trace.ACK)
		window, seq = int(ack.Window), ack.Ack
	}
	total := 0
	for data := make([]byte, 1000); ; {
		n, err := s.Read(data)
		total += n
		if err == iut.EAGAIN {
			break
		}
		b.ok(err)
	}
	if total != int(seq-1) {
		t.Errorf("read %d octets, want %d", total, seq-1)
	}
	b.host.Settle()
	if update := b.answered(trace.ACK); update == nil || update.Window == 0 {
		t.Errorf("no window update after the buffer was emptied: %+v", update)
	}
}
