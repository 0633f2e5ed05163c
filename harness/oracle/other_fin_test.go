package oracle

import (
	"testing"

	"github.com/twinstack/twinstack/harness/trace"
)

func TestFIN(t *testing.T) {
	t.Parallel()
	fin := snd + 1
	try(t, profile, []arrival{
		{"ESTABLISHED", tcbIn(trace.Established), seg("F.", rcv, snd, 0), []string{"CLOSE-WAIT RCV.NXT+1 SND.WND=2000 > ACK . seq SND.NXT ack RCV.NXT+1, delayed, carried"}},
		{"with text", tcbIn(trace.Established), seg("F.", rcv, snd, 10), []string{"CLOSE-WAIT Unread+10 RCV.NXT+11 SND.WND=2000 > ACK . seq SND.NXT ack RCV.NXT+11, delayed, carried"}},
		{"with text that is partly old", tcbIn(trace.Established), seg("F.", rcv-10, snd, 10), []string{
			"[SND.WL1 by the trimmed segment] CLOSE-WAIT RCV.NXT+1 SND.WND=2000 > ACK . seq SND.NXT ack RCV.NXT+1, delayed, carried",
			"[SND.WL1 by the whole segment] CLOSE-WAIT RCV.NXT+1 > ACK . seq SND.NXT ack RCV.NXT+1, delayed, carried",
		}},
		{"SYN-RECEIVED", tcbIn(trace.SynReceived), seg("F.", irs+1, iss+1, 0), []string{"CLOSE-WAIT RCV.NXT+1 SND.UNA+1 SND.WND=2000 > ACK . seq SND.NXT ack RCV.NXT+1, delayed, carried"}},
		{"FIN-WAIT-1", tcbIn(trace.FinWait1), seg("F.", rcv, snd, 0), []string{"CLOSING RCV.NXT+1 SND.WND=2000 > ACK . seq SND.NXT ack RCV.NXT+1, delayed, carried"}},
		{"FIN-WAIT-1, with the ACK of ours", tcbIn(trace.FinWait1), seg("F.", rcv, fin, 0), []string{"TIME-WAIT RCV.NXT+1 SND.UNA+1 SND.WND=2000 2MSL > ACK . seq SND.NXT ack RCV.NXT+1, delayed, carried"}},
		{"FIN-WAIT-2", tcbIn(trace.FinWait2), seg("F.", rcv, fin, 0), []string{"TIME-WAIT RCV.NXT+1 SND.WND=2000 2MSL > ACK . seq SND.NXT ack RCV.NXT+1, delayed, carried"}},
		{"FIN-WAIT-2, the user has gone", tcbIn(trace.FinWait2, userGone), seg("F.", rcv, fin, 0), []string{"TIME-WAIT RCV.NXT+1 SND.WND=2000 2MSL > ACK . seq SND.NXT ack RCV.NXT+1, delayed, carried"}},
		{"beyond a hole", tcbIn(trace.Established), seg("F.", rcv+10, snd, 0), []string{
			"ESTABLISHED SND.WND=2000 FIN+10 held > ACK! . seq SND.NXT ack RCV.NXT, or not, carried",
			"[FIN beyond a hole dropped] ESTABLISHED SND.WND=2000 > ACK! . seq SND.NXT ack RCV.NXT, or not, carried (against SHLD-31)",
		}},
		{"beyond a hole, with text", tcbIn(trace.Established), seg("F.", rcv+10, snd, 5), []string{
			"ESTABLISHED SND.WND=2000 Held=[{10 15}] FIN+15 held > ACK! . seq SND.NXT ack RCV.NXT, carried",
			"[FIN beyond a hole dropped] ESTABLISHED SND.WND=2000 Held=[{10 15}] > ACK! . seq SND.NXT ack RCV.NXT, carried (against SHLD-31)",
			"[no ACK of text beyond a hole] ESTABLISHED SND.WND=2000 Held=[{10 15}] FIN+15 held > ACK! . seq SND.NXT ack RCV.NXT, or not, carried (against RFC5681-3.2-1)",
			"[no ACK of text beyond a hole; FIN beyond a hole dropped] ESTABLISHED SND.WND=2000 Held=[{10 15}] > ACK! . seq SND.NXT ack RCV.NXT, or not, carried (against RFC5681-3.2-1, SHLD-31)",
			"[text beyond a hole dropped] ESTABLISHED SND.WND=2000 FIN+15 held > ACK! . seq SND.NXT ack RCV.NXT, carried (against SHLD-31)",
			"[text beyond a hole dropped; FIN beyond a hole dropped] ESTABLISHED SND.WND=2000 > ACK! . seq SND.NXT ack RCV.NXT, carried (against SHLD-31)",
			"[text beyond a hole dropped, no ACK] ESTABLISHED SND.WND=2000 FIN+15 held > ACK! . seq SND.NXT ack RCV.NXT, or not, carried (against SHLD-31, RFC5681-3.2-1)",
			"[text beyond a hole dropped, no ACK; FIN beyond a hole dropped] ESTABLISHED SND.WND=2000 > ACK! . seq SND.NXT ack RCV.NXT, or not, carried (against SHLD-31, RFC5681-3.2-1)",
		}},
		{"beyond a hole, again", tcbIn(trace.Established, finBeyond), seg("F.", rcv+100, snd, 0), []string{"ESTABLISHED SND.WND=2000 > ACK! . seq SND.NXT ack RCV.NXT, or not, carried"}},
		{"beyond a hole, another", tcbIn(trace.Established, finBeyond), seg("F.", rcv+90, snd, 0), []string{
			"[the first FIN counts] ESTABLISHED SND.WND=2000 > ACK! . seq SND.NXT ack RCV.NXT, or not, carried",
			"[the last FIN counts] ESTABLISHED SND.WND=2000 FIN+90 held > ACK! . seq SND.NXT ack RCV.NXT, or not, carried",
		}},
		{"CLOSE-WAIT", tcbIn(trace.CloseWait), seg("F.", rcv+1, snd, 0), []string{
			"[RCV.NXT stays] CLOSE-WAIT SND.WND=2000 > ACK . seq SND.NXT ack RCV.NXT, delayed, carried",
			"[RCV.NXT advances over the second FIN] CLOSE-WAIT RCV.NXT+1 SND.WND=2000 > ACK . seq SND.NXT ack RCV.NXT+1, delayed, carried",
		}},
		{"CLOSE-WAIT, the FIN again", tcbIn(trace.CloseWait), seg("F.", rcv, snd, 0), []string{"CLOSE-WAIT > ACK! . seq SND.NXT ack RCV.NXT"}},
		{"CLOSE-WAIT, with text", tcbIn(trace.CloseWait), seg("F.", rcv+1, snd, 10), []string{"CLOSE-WAIT SND.WND=2000 > ACK! . seq SND.NXT ack RCV.NXT, or not, carried"}},
		{"LAST-ACK", tcbIn(trace.LastAck), seg("F.", rcv+1, snd, 0), []string{
			"[RCV.NXT stays] LAST-ACK SND.WND=2000 > ACK . seq SND.NXT ack RCV.NXT, delayed, carried",
			"[RCV.NXT advances over the second FIN] LAST-ACK RCV.NXT+1 SND.WND=2000 > ACK . seq SND.NXT ack RCV.NXT+1, delayed, carried",
		}},
		{"CLOSING, with the ACK of ours", tcbIn(trace.Closing), seg("F.", rcv+1, fin, 0), []string{
			"[RCV.NXT stays] TIME-WAIT SND.UNA+1 SND.WND=2000 2MSL > ACK . seq SND.NXT ack RCV.NXT, delayed, carried",
			"[RCV.NXT advances over the second FIN] TIME-WAIT RCV.NXT+1 SND.UNA+1 SND.WND=2000 2MSL > ACK . seq SND.NXT ack RCV.NXT+1, delayed, carried",
		}},
		{"TIME-WAIT", tcbIn(trace.TimeWait), seg("F.", rcv+1, fin, 0), []string{
			"[RCV.NXT stays] TIME-WAIT 2MSL > ACK . seq SND.NXT ack RCV.NXT, delayed, carried",
			"[RCV.NXT advances over the second FIN] TIME-WAIT RCV.NXT+1 2MSL > ACK . seq SND.NXT ack RCV.NXT+1, delayed, carried",
		}},
		{"TIME-WAIT, beyond RCV.NXT", tcbIn(trace.TimeWait), seg("F.", rcv+5, fin, 0), []string{
			"[O19: dropped] TIME-WAIT",
			"[O19: an ACK] TIME-WAIT > ACK! . seq SND.NXT ack RCV.NXT",
			"[O19: an ACK, 2MSL restarted] TIME-WAIT 2MSL > ACK! . seq SND.NXT ack RCV.NXT",
		}},
	})
}
