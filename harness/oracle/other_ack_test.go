package oracle

import (
	"testing"

	"github.com/twinstack/twinstack/harness/trace"
)

func TestACK(t *testing.T) {
	t.Parallel()
	est := tcbIn(trace.Established, flight)
	sr := tcbIn(trace.SynReceived)
	fin := snd + 1 // SND.NXT, our FIN acknowledged
	try(t, profile, []arrival{
		{"no ACK bit", est, seg("F", rcv, 0, 10), []string{"ESTABLISHED"}},
		{"new", est, seg(".", rcv, snd+4, 0), []string{"ESTABLISHED SND.UNA+4 SND.WND=2000"}},
		{"new, and all", est, seg(".", rcv, snd+10, 0), []string{"ESTABLISHED SND.UNA+10 SND.WND=2000"}},
		{"a duplicate, another window", est, seg(".", rcv, snd, 0), []string{"ESTABLISHED SND.WND=2000"}},
		{"a duplicate, the same window", est, window(seg(".", rcv, snd, 0), wnd), []string{"ESTABLISHED DupAcks+1"}},
		{"a duplicate, nothing in flight", tcbIn(trace.Established), window(seg(".", rcv, snd, 0), wnd), []string{"ESTABLISHED"}},
		{"old, with text: the window stays", est, seg(".", rcv, snd-1, 10), []string{"ESTABLISHED Unread+10 RCV.NXT+10 > ACK . seq SND.NXT ack RCV.NXT+10, delayed, carried"}},
		{"an old segment: the window stays", tcbIn(trace.Established, func(n *TCB) { n.SndWl1 = n.RcvNxt + 10 }), seg(".", rcv, snd, 0), []string{"ESTABLISHED"}},
		{"SND.WL1 between the old and the new part", tcbIn(trace.Established), seg(".", rcv-5, snd, 10), []string{
			"[SND.WL1 by the trimmed segment] ESTABLISHED Unread+5 RCV.NXT+5 SND.WND=2000 > ACK . seq SND.NXT ack RCV.NXT+5, delayed, carried",
			"[SND.WL1 by the whole segment] ESTABLISHED Unread+5 RCV.NXT+5 > ACK . seq SND.NXT ack RCV.NXT+5, delayed, carried",
		}},
		{"a scaled window", tcbIn(trace.Established, func(n *TCB) { n.SndWsOK, n.SndWindShift = true, 3 }), seg(".", rcv, snd, 0), []string{"ESTABLISHED SND.WND=16000"}},
		{"the lowest of the range", est, seg(".", rcv, snd-wnd, 10), []string{"ESTABLISHED Unread+10 RCV.NXT+10 > ACK . seq SND.NXT ack RCV.NXT+10, delayed, carried"}},
		{"below the range", est, seg(".", rcv, snd-wnd-1, 10), []string{
			"[without MAY-12] ESTABLISHED Unread+10 RCV.NXT+10 > ACK . seq SND.NXT ack RCV.NXT+10, delayed, carried",
			"[an ACK (MAY-12)] ESTABLISHED > ACK! . seq SND.NXT ack RCV.NXT",
		}},
		{"of the unsent, with text", est, seg("F.", rcv, snd+11, 10), []string{"ESTABLISHED > ACK! . seq SND.NXT ack RCV.NXT"}},
		{"SYN-RECEIVED", sr, seg(".", irs+1, iss+1, 0), []string{"ESTABLISHED SND.UNA+1 SND.WND=2000"}},
		{"SYN-RECEIVED, ACK of nothing", sr, seg(".", irs+1, iss, 0), []string{"SYN-RECEIVED > RST(a) R seq SND.NXT-1"}},
		{"SYN-RECEIVED, ACK of the unsent", sr, seg(".", irs+1, iss+2, 10), []string{
			"[O18: per-state processing] SYN-RECEIVED > RST(a) R seq SND.NXT+1",
			"[O18: an ACK (RFC 5961)] SYN-RECEIVED > ACK! . seq SND.NXT ack RCV.NXT",
		}},
		{"SYN-RECEIVED, far below", sr, seg(".", irs+1, iss-70000, 0), []string{
			"[O18: per-state processing] SYN-RECEIVED > RST(a) R seq SND.NXT-70001",
			"[O18: an ACK (RFC 5961)] SYN-RECEIVED > ACK! . seq SND.NXT ack RCV.NXT",
		}},
		{"SYN-RECEIVED, closed", tcbIn(trace.SynReceived, active, closeQueued), seg(".", irs+1, iss+1, 0), []string{"FIN-WAIT-1 SND.UNA+1 SND.WND=2000"}},
		{"FIN-WAIT-1", tcbIn(trace.FinWait1), seg(".", rcv, fin, 0), []string{"FIN-WAIT-2 SND.UNA+1 SND.WND=2000"}},
		{"FIN-WAIT-1, only text", tcbIn(trace.FinWait1, flight), seg(".", rcv, fin, 0), []string{"FIN-WAIT-1 SND.UNA+1 SND.WND=2000"}},
		{"FIN-WAIT-1, of the unsent", tcbIn(trace.FinWait1), seg(".", rcv, fin+1, 5), []string{"FIN-WAIT-1 > ACK! . seq SND.NXT ack RCV.NXT"}},
		{"FIN-WAIT-2, old", tcbIn(trace.FinWait2), seg(".", rcv, fin-1, 0), []string{"FIN-WAIT-2"}},
		{"CLOSING", tcbIn(trace.Closing), seg(".", rcv+1, fin, 0), []string{"TIME-WAIT SND.UNA+1 SND.WND=2000 2MSL"}},
		{"CLOSING, a FIN without it", tcbIn(trace.Closing), seg("F.", rcv+1, fin-1, 10), []string{"CLOSING SND.WND=2000"}},
		{"CLOSING, text with it", tcbIn(trace.Closing), seg(".", rcv+1, fin, 10), []string{"TIME-WAIT SND.UNA+1 SND.WND=2000 2MSL > ACK! . seq SND.NXT ack RCV.NXT, or not, carried"}},
		{"CLOSING, of the unsent", tcbIn(trace.Closing), seg(".", rcv+1, fin+1, 0), []string{"CLOSING > ACK! . seq SND.NXT ack RCV.NXT"}},
		{"LAST-ACK", tcbIn(trace.LastAck), seg(".", rcv+1, fin, 0), []string{"CLOSED"}},
		{"LAST-ACK, only text", tcbIn(trace.LastAck, flight), seg(".", rcv+1, fin, 0), []string{"LAST-ACK SND.UNA+1 SND.WND=2000"}},
		{"LAST-ACK, of the unsent", tcbIn(trace.LastAck), seg(".", rcv+1, fin+1, 0), []string{
			"[§3.5.2: an ACK] LAST-ACK > ACK! . seq SND.NXT ack RCV.NXT",
			"[fifth check: ignored] LAST-ACK",
		}},
		{"LAST-ACK, unread text", tcbIn(trace.LastAck, unread), seg(".", rcv+1, fin, 0), []string{"CLOSED"}},
		{"TIME-WAIT", tcbIn(trace.TimeWait), seg(".", rcv+1, fin, 0), []string{
			"[O19: dropped] TIME-WAIT",
			"[O19: an ACK] TIME-WAIT > ACK! . seq SND.NXT ack RCV.NXT",
			"[O19: an ACK, 2MSL restarted] TIME-WAIT 2MSL > ACK! . seq SND.NXT ack RCV.NXT",
		}},
		{"TIME-WAIT, of the unsent", tcbIn(trace.TimeWait), seg(".", rcv+1, fin+1, 0), []string{
			"[§3.5.2: 2MSL goes on] TIME-WAIT > ACK! . seq SND.NXT ack RCV.NXT",
			"[fifth check: 2MSL restarted] TIME-WAIT 2MSL > ACK! . seq SND.NXT ack RCV.NXT",
		}},
		{"TIME-WAIT, below the range", tcbIn(trace.TimeWait), seg(".", rcv+1, fin-wnd-1, 0), []string{
			"[without MAY-12; O19: dropped] TIME-WAIT",
			"[without MAY-12; O19: an ACK] TIME-WAIT > ACK! . seq SND.NXT ack RCV.NXT",
			"[without MAY-12; O19: an ACK, 2MSL restarted] TIME-WAIT 2MSL > ACK! . seq SND.NXT ack RCV.NXT",
			"[an ACK (MAY-12)] TIME-WAIT > ACK! . seq SND.NXT ack RCV.NXT",
		}},
	})
}
