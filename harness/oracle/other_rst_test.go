package oracle

import (
	"testing"
	"time"

	"github.com/twinstack/twinstack/harness/trace"
)

func TestRST(t *testing.T) {
	t.Parallel()
	est := tcbIn(trace.Established)
	try(t, profile, []arrival{
		{"at RCV.NXT", est, seg("R", rcv, 0, 0), []string{"CLOSED told: reset"}},
		{"at RCV.NXT, text, ACK and FIN on it", tcbIn(trace.FinWait2), seg("RF.", rcv, snd+77, 10), []string{"CLOSED told: reset"}},
		{"at RCV.NXT, unread text", tcbIn(trace.CloseWait, unread), seg("R", rcv+1, 0, 0), []string{
			"[unread text flushed] CLOSED told: reset Unread-10",
			"[unread text can still be read] CLOSED told: reset",
		}},
		{"at RCV.NXT, a window of zero", tcbIn(trace.FinWait1, zeroWindow), seg("R", rcv, 0, 0), []string{"CLOSED told: reset"}},
		{"behind it, a window of zero", tcbIn(trace.FinWait1, zeroWindow), seg("R", rcv+1, 0, 0), []string{"FIN-WAIT-1"}},
		{"before it", est, seg("R", rcv-1, 0, 0), []string{"ESTABLISHED"}},
		{"before it, text to beyond it", est, seg("R", rcv-1, 0, 5), []string{"ESTABLISHED"}},
		{"in the window", est, seg("R", rcv+1, 0, 0), []string{
			"[O14: a challenge ACK (RFC 5961)] ESTABLISHED > ACK! . seq SND.NXT ack RCV.NXT",
			"[O14: without RFC 5961] CLOSED told: reset (against RFC5961-3.2-3)",
		}},
		{"the last number", est, seg("R", rcv+wnd-1, 0, 0), []string{
			"[O14: a challenge ACK (RFC 5961)] ESTABLISHED > ACK! . seq SND.NXT ack RCV.NXT",
			"[O14: without RFC 5961] CLOSED told: reset (against RFC5961-3.2-3)",
		}},
		{"the right edge", est, seg("R", rcv+wnd, 0, 0), []string{"ESTABLISHED"}},
		{"a SYN too, in the window", est, seg("SR", rcv+1, 0, 0), []string{
			"[O14: a challenge ACK (RFC 5961)] ESTABLISHED > ACK! . seq SND.NXT ack RCV.NXT",
			"[O14: without RFC 5961] CLOSED told: reset (against RFC5961-3.2-3)",
		}},
		{"SYN-RECEIVED", tcbIn(trace.SynReceived), seg("R", irs+1, 0, 0), []string{"CLOSED"}},
		{"SYN-RECEIVED, in the window", tcbIn(trace.SynReceived), seg("R", irs+2, 0, 0), []string{
			"[O14: a challenge ACK (RFC 5961)] SYN-RECEIVED > ACK! . seq SND.NXT ack RCV.NXT",
			"[O14: without RFC 5961] CLOSED (against RFC5961-3.2-3, RFC5961-3.2-7)",
		}},
		{"SYN-RECEIVED, active", tcbIn(trace.SynReceived, active), seg("R", irs+1, 0, 0), []string{"CLOSED told: refused"}},
		{"SYN-RECEIVED, active, in the window", tcbIn(trace.SynReceived, active), seg("R", irs+2, 0, 0), []string{
			"[O14: a challenge ACK (RFC 5961)] SYN-RECEIVED > ACK! . seq SND.NXT ack RCV.NXT",
			"[O14: without RFC 5961] CLOSED told: refused (against RFC5961-3.2-3, RFC5961-3.2-7)",
		}},
		{"SYN-RECEIVED, out of TIME-WAIT", tcbIn(trace.SynReceived, reopens), seg("R", irs+1, 0, 0), []string{
			"[2MSL goes on] TIME-WAIT RCV.NXT+129 edge+128 SND.UNA+12",
			"[2MSL begins anew] TIME-WAIT RCV.NXT+129 edge+128 SND.UNA+12 2MSL",
		}},
		{"SYN-RECEIVED, out of TIME-WAIT that is over", tcbIn(trace.SynReceived, reopens, func(n *TCB) { n.Old.TimeWait = now - 5*time.Minute }), seg("R", irs+1, 0, 0), []string{
			"[2MSL is over] CLOSED",
			"[2MSL begins anew] TIME-WAIT RCV.NXT+129 edge+128 SND.UNA+12 2MSL",
		}},
		{"CLOSING", tcbIn(trace.Closing), seg("R", rcv+1, 0, 0), []string{
			"CLOSED",
			"[the user is told (§3.5.3)] CLOSED told: reset",
		}},
		{"CLOSING, in the window", tcbIn(trace.Closing), seg("R", rcv+2, 0, 0), []string{
			"[O14: a challenge ACK (RFC 5961)] CLOSING > ACK! . seq SND.NXT ack RCV.NXT",
			"[O14: without RFC 5961] CLOSED (against RFC5961-3.2-3)",
			"[O14: without RFC 5961, the user is told (§3.5.3)] CLOSED told: reset (against RFC5961-3.2-3)",
		}},
		{"LAST-ACK", tcbIn(trace.LastAck), seg("R", rcv+1, 0, 0), []string{
			"CLOSED",
			"[the user is told (§3.5.3)] CLOSED told: reset",
		}},
		{"TIME-WAIT", tcbIn(trace.TimeWait), seg("R", rcv+1, 0, 0), []string{
			"CLOSED",
			"[the user is told (§3.5.3)] CLOSED told: reset",
			"[O13: ignored (RFC 1337)] TIME-WAIT",
		}},
		{"TIME-WAIT, in the window", tcbIn(trace.TimeWait), seg("R", rcv+2, 0, 0), []string{
			"[O14: a challenge ACK (RFC 5961)] TIME-WAIT > ACK! . seq SND.NXT ack RCV.NXT",
			"[O13: ignored (RFC 1337)] TIME-WAIT",
			"[O14: without RFC 5961] CLOSED (against RFC5961-3.2-3)",
			"[O14: without RFC 5961, the user is told (§3.5.3)] CLOSED told: reset (against RFC5961-3.2-3)",
		}},
	})
}
