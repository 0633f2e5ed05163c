package oracle

import (
	"testing"

	"github.com/twinstack/twinstack/harness/trace"
)

func TestSYN(t *testing.T) {
	t.Parallel()
	est, sr, sa := tcbIn(trace.Established), tcbIn(trace.SynReceived), tcbIn(trace.SynReceived, active)
	try(t, profile, []arrival{
		{"in the window", est, seg("S", rcv, 0, 0), []string{
			"[O14: a challenge ACK (RFC 5961)] ESTABLISHED > ACK! . seq SND.NXT ack RCV.NXT",
			"[O14: a RST (RFC 793)] CLOSED told: reset > RST(0) R. seq 0 ack RCV.NXT+1 (against RFC5961-4.2-1)",
		}},
		{"SYN,ACK in the window", tcbIn(trace.LastAck), seg("S.", rcv+5, snd, 0), []string{
			"[O14: a challenge ACK (RFC 5961)] LAST-ACK > ACK! . seq SND.NXT ack RCV.NXT",
			"[O14: a RST (RFC 793)] CLOSED > RST(a) R seq SND.NXT-1 (against RFC5961-4.2-1)",
			"[O14: a RST (RFC 793), the user is told (§3.5.3)] CLOSED told: reset > RST(a) R seq SND.NXT-1 (against RFC5961-4.2-1)",
		}},
		{"before the window", est, seg("S", rcv-1, 0, 0), []string{"ESTABLISHED > ACK! . seq SND.NXT ack RCV.NXT"}},
		{"SYN-RECEIVED", sr, seg("S", irs+50, 0, 0), []string{
			"CLOSED",
			"[O16: a challenge ACK (RFC 5961)] SYN-RECEIVED > ACK! . seq SND.NXT ack RCV.NXT",
		}},
		{"SYN-RECEIVED, out of TIME-WAIT", tcbIn(trace.SynReceived, reopens), seg("S.", irs+50, iss+1, 0), []string{
			"[2MSL goes on] TIME-WAIT RCV.NXT+129 edge+128 SND.UNA+12",
			"[2MSL begins anew] TIME-WAIT RCV.NXT+129 edge+128 SND.UNA+12 2MSL",
			"[O16: a challenge ACK (RFC 5961)] SYN-RECEIVED > ACK! . seq SND.NXT ack RCV.NXT",
		}},
		{"SYN-RECEIVED, active", sa, seg("S", irs+50, 0, 0), []string{
			"[O14: a challenge ACK (RFC 5961)] SYN-RECEIVED > ACK! . seq SND.NXT ack RCV.NXT",
			"[O14: a RST (RFC 793)] CLOSED told: reset > RST(0) R. seq 0 ack RCV.NXT+50 (against RFC5961-4.2-1)",
		}},
		{"TIME-WAIT: SYN,ACK", tcbIn(trace.TimeWait), seg("S.", rcv+50, snd+1, 0), []string{
			"[O14: a challenge ACK (RFC 5961)] TIME-WAIT > ACK! . seq SND.NXT ack RCV.NXT",
			"[O14: a RST (RFC 793)] CLOSED > RST(a) R seq SND.NXT (against RFC5961-4.2-1)",
			"[O14: a RST (RFC 793), the user is told (§3.5.3)] CLOSED told: reset > RST(a) R seq SND.NXT (against RFC5961-4.2-1)",
		}},
	})
}
