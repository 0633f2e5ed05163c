package results

import (
	"net/netip"
	"testing"
	"time"

	"github.com/twinstack/twinstack/harness/trace"
)

func hashed(change func(*trace.Trace)) string {
	quoted := make([]byte, 28)
	quoted[0] = 0x45
	t := &trace.Trace{Case: "reset/a", IUT: "ours", Family: "ipv4", Events: []trace.Event{
		{At: time.Millisecond, Kind: trace.Called, Line: 1, Call: &trace.Call{Name: "listen", Args: "3, 5"}},
		{At: time.Millisecond, Kind: trace.StateIs, Conn: trace.Conn{Local: netip.MustParseAddrPort("192.168.0.1:8080")}, State: trace.Listen},
		{At: 2 * time.Millisecond, Kind: trace.Sent, Line: 2, Packet: &trace.Packet{TTL: 64, Raw: []byte{1}, TCP: &trace.Segment{
			SrcPort: 8080, DstPort: 40000, Seq: 1000, Flags: trace.SYN, Options: []trace.Option{{Kind: trace.OptMSS, Data: []byte{5, 180}}}}}},
		{At: 2 * time.Millisecond, Kind: trace.Received, Packet: &trace.Packet{ICMP: &trace.ICMP{Type: 3, Code: 3, Quoted: quoted}}},
	}}
	if change != nil {
		change(t)
	}
	return Hash(t)
}

func TestHash(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*trace.Trace)
		same   bool
	}{
		{"nothing", nil, true},
		{"the raw packet", func(t *trace.Trace) { t.Events[2].Packet.Raw = []byte{2} }, true},
		{"the quoted identification", func(t *trace.Trace) { t.Events[3].Packet.ICMP.Quoted[5] = 9 }, true},
		{"the quoted checksum", func(t *trace.Trace) { t.Events[3].Packet.ICMP.Quoted[11] = 9 }, true},
		{"the quoted protocol", func(t *trace.Trace) { t.Events[3].Packet.ICMP.Quoted[9] = 9 }, false},
		{"a time", func(t *trace.Trace) { t.Events[1].At++ }, false},
		{"a state", func(t *trace.Trace) { t.Events[1].State = trace.Closed }, false},
		{"a call's result", func(t *trace.Trace) { t.Events[0].Call.Errno = "EINVAL" }, false},
		{"a sequence number", func(t *trace.Trace) { t.Events[2].Packet.TCP.Seq++ }, false},
		{"a flag", func(t *trace.Trace) { t.Events[2].Packet.TCP.Flags |= trace.ACK }, false},
		{"a window", func(t *trace.Trace) { t.Events[2].Packet.TCP.Window++ }, false},
		{"an option", func(t *trace.Trace) { t.Events[2].Packet.TCP.Options[0].Data[1]++ }, false},
		{"the payload", func(t *trace.Trace) { t.Events[2].Packet.TCP.Payload = []byte{0} }, false},
		{"a hop limit", func(t *trace.Trace) { t.Events[2].Packet.TTL-- }, false},
		{"one event less", func(t *trace.Trace) { t.Events = t.Events[:3] }, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if same := hashed(test.change) == hashed(nil); same != test.same {
				t.Errorf("the same hash: %v, want %v", same, test.same)
			}
		})
	}
}
