package oracle

import (
	"testing"

	"github.com/twinstack/twinstack/harness/trace"
)

func TestListen(t *testing.T) {
	t.Parallel()
	l := tcbIn(trace.Closed)
	try(t, profile, []arrival{
		{"RST", l, seg("R", 5000, 0, 0), []string{"CLOSED"}},
		{"RST with ACK and SYN", l, seg("SR.", 5000, 7, 0), []string{"CLOSED"}},
		{"ACK", l, seg(".", 5000, 77, 10), []string{"CLOSED > RST(a) R seq 77"}},
		{"SYN,ACK", l, seg("S.", 5000, 77, 0), []string{"CLOSED > RST(a) R seq 77"}},
		{"SYN", l, seg("S", 5000, 0, 0, mss), []string{"SYN-RECEIVED RCV.NXT=5001 MSS=1000 SND.WND=2000 > SYN,ACK S. ack 5001"}},
		{"SYN with timestamps", l, seg("S", 5000, 0, 0, ts(1000)), []string{"SYN-RECEIVED RCV.NXT=5001 MSS=536 SND.WND=2000 TS.Recent=1000 timestamps=true > SYN,ACK S. ack 5001"}},
		{"SYN with text", l, seg("S", 5000, 0, 10), []string{
			"[O6: text and FIN on the SYN queued] SYN-RECEIVED RCV.NXT=5001 MSS=536 SND.WND=2000 Held=[{5001 5011}] > SYN,ACK S. ack 5001",
			"[O6: text and FIN on the SYN thrown away] SYN-RECEIVED RCV.NXT=5001 MSS=536 SND.WND=2000 > SYN,ACK S. ack 5001",
			"[O6: text on the SYN acknowledged with it] SYN-RECEIVED Unread+10 RCV.NXT=5011 MSS=536 SND.WND=2000 > SYN,ACK S. ack 5011",
		}},
		{"SYN with text and FIN", l, seg("SF", 5000, 0, 10), []string{
			"[O6: text and FIN on the SYN queued] SYN-RECEIVED RCV.NXT=5001 MSS=536 SND.WND=2000 Held=[{5001 5011}] FIN+5011 held > SYN,ACK S. ack 5001",
			"[O6: text and FIN on the SYN thrown away] SYN-RECEIVED RCV.NXT=5001 MSS=536 SND.WND=2000 > SYN,ACK S. ack 5001",
			"[O6: text on the SYN acknowledged with it] SYN-RECEIVED Unread+10 RCV.NXT=5011 MSS=536 SND.WND=2000 FIN+5011 held > SYN,ACK S. ack 5011",
		}},
		{"FIN", l, seg("F", 5000, 0, 10), []string{"CLOSED"}},
		{"nothing", l, seg("-", 5000, 0, 0), []string{"CLOSED"}},
		{"CLOSED: ACK", tcbIn(trace.Closed, deaf), seg("F.", 5000, 77, 10), []string{"CLOSED > RST(a) R seq 77"}},
		{"CLOSED: FIN", tcbIn(trace.Closed, deaf), seg("F", 5000, 0, 10), []string{"CLOSED > RST(0) R. seq 0 ack 5011"}},
		{"CLOSED: RST", tcbIn(trace.Closed, deaf), seg("R", 5000, 0, 10), []string{"CLOSED"}},
	})
}
