package oracle

import (
	"testing"
	"time"

	"github.com/twinstack/twinstack/harness/trace"
)

func TestSequenceNumber(t *testing.T) {
	t.Parallel()
	est, sr, sa, tw := tcbIn(trace.Established), tcbIn(trace.SynReceived), tcbIn(trace.SynReceived, active), tcbIn(trace.TimeWait)
	end := rcv + wnd
	try(t, profile, []arrival{
		{"empty, before RCV.NXT", est, seg(".", rcv-1, snd, 0), []string{"ESTABLISHED > ACK! . seq SND.NXT ack RCV.NXT"}},
		{"empty, the last number", est, seg(".", end-1, snd, 0), []string{"ESTABLISHED SND.WND=2000"}},
		{"empty, the right edge", est, seg(".", end, snd, 0), []string{"ESTABLISHED > ACK! . seq SND.NXT ack RCV.NXT"}},
		{"text, all old", est, seg(".", rcv-10, snd, 10), []string{"ESTABLISHED > ACK! . seq SND.NXT ack RCV.NXT"}},
		{"text, partly old", est, seg(".", rcv-10, snd, 15), []string{
			"[SND.WL1 by the trimmed segment] ESTABLISHED Unread+5 RCV.NXT+5 SND.WND=2000 > ACK . seq SND.NXT ack RCV.NXT+5, delayed, carried",
			"[SND.WL1 by the whole segment] ESTABLISHED Unread+5 RCV.NXT+5 > ACK . seq SND.NXT ack RCV.NXT+5, delayed, carried",
		}},
		{"text, partly beyond", est, seg(".", rcv, snd, wnd+5), []string{
			"[trimmed to the window] ESTABLISHED Unread+1000 RCV.NXT+1000 SND.WND=2000 > ACK . seq SND.NXT ack RCV.NXT+1000, delayed, carried",
			"[taken beyond the window] ESTABLISHED Unread+1005 RCV.NXT+1005 edge+5 SND.WND=2000 > ACK . seq SND.NXT ack RCV.NXT+1005, delayed, carried",
		}},
		{"text and FIN, the FIN beyond", est, seg("F.", rcv, snd, wnd), []string{
			"[trimmed to the window] ESTABLISHED Unread+1000 RCV.NXT+1000 SND.WND=2000 > ACK . seq SND.NXT ack RCV.NXT+1000, delayed, carried",
			"[taken beyond the window] CLOSE-WAIT Unread+1000 RCV.NXT+1001 edge+1 SND.WND=2000 > ACK . seq SND.NXT ack RCV.NXT+1001, delayed, carried",
		}},
		{"text from before to beyond", est, seg(".", rcv-1, snd, wnd+5), []string{"ESTABLISHED > ACK! . seq SND.NXT ack RCV.NXT"}},
		{"text at the right edge", est, seg(".", end, snd, 1), []string{"ESTABLISHED > ACK! . seq SND.NXT ack RCV.NXT"}},
		{"no ACK bit, beyond", est, seg("-", end, snd, 1), []string{"ESTABLISHED > ACK! . seq SND.NXT ack RCV.NXT"}},
		{"a window of zero, empty at RCV.NXT", tcbIn(trace.Established, zeroWindow), seg(".", rcv, snd, 0), []string{"ESTABLISHED SND.WND=2000"}},
		{"a window of zero, empty behind", tcbIn(trace.Established, zeroWindow), seg(".", rcv+1, snd, 0), []string{"ESTABLISHED > ACK! . seq SND.NXT ack RCV.NXT"}},
		{"a window of zero, text at RCV.NXT", tcbIn(trace.FinWait1, zeroWindow), seg(".", rcv, snd+1, 1), []string{
			"[O10: ACK and URG processed] FIN-WAIT-2 SND.UNA+1 SND.WND=2000 > ACK! . seq SND.NXT ack RCV.NXT, carried",
			"[O10: not used] FIN-WAIT-1 > ACK! . seq SND.NXT ack RCV.NXT",
		}},
		{"a window of zero, FIN", tcbIn(trace.Established, zeroWindow), seg("F.", rcv, snd, 0), []string{
			"[O10: ACK and URG processed] ESTABLISHED SND.WND=2000 > ACK! . seq SND.NXT ack RCV.NXT, carried",
			"[O10: not used] ESTABLISHED > ACK! . seq SND.NXT ack RCV.NXT",
		}},
		{"an answer to a probe, by a prober", tcbIn(trace.Established, flight, func(n *TCB) { n.SndWnd = 0 }), seg(".", rcv-1, snd+10, 1), []string{
			"[an ACK (first check)] ESTABLISHED > ACK! . seq SND.NXT ack RCV.NXT",
			"[its ACK processed (§A.2); SND.WL1 by the trimmed segment] ESTABLISHED SND.UNA+10 SND.WND=2000 > ACK! . seq SND.NXT ack RCV.NXT, carried",
			"[its ACK processed (§A.2); SND.WL1 by the whole segment] ESTABLISHED SND.UNA+10 > ACK! . seq SND.NXT ack RCV.NXT, carried",
		}},
		{"the same, no prober", tcbIn(trace.Established, flight), seg(".", rcv-1, snd+10, 1), []string{"ESTABLISHED > ACK! . seq SND.NXT ack RCV.NXT"}},
		{"CLOSING: the FIN again", tcbIn(trace.Closing), seg("F.", rcv, snd+1, 0), []string{
			"[an ACK (first check)] CLOSING > ACK! . seq SND.NXT ack RCV.NXT",
			"[its ACK processed (§A.2); SND.WL1 by the trimmed segment] TIME-WAIT SND.UNA+1 SND.WND=2000 2MSL > ACK! . seq SND.NXT ack RCV.NXT, carried",
			"[its ACK processed (§A.2); SND.WL1 by the whole segment] TIME-WAIT SND.UNA+1 SND.WND=2000 2MSL > ACK! . seq SND.NXT ack RCV.NXT, carried",
		}},
		{"SYN-RECEIVED: the SYN again", sr, seg("S", irs, 0, 0), []string{
			"[O11: an ACK] SYN-RECEIVED > ACK! . seq SND.NXT ack RCV.NXT",
			"[O11: the SYN-ACK again] SYN-RECEIVED > SYN,ACK S. seq SND.NXT-1 ack RCV.NXT",
		}},
		{"SYN-RECEIVED: the SYN again with text", sr, seg("S", irs, 0, 5), []string{
			"SYN-RECEIVED",
			"[O11: an ACK] SYN-RECEIVED > ACK! . seq SND.NXT ack RCV.NXT",
			"[O11: the SYN-ACK again] SYN-RECEIVED > SYN,ACK S. seq SND.NXT-1 ack RCV.NXT",
		}},
		{"SYN-RECEIVED: another old SYN", sr, seg("S", irs-5, 0, 0), []string{"SYN-RECEIVED > ACK! . seq SND.NXT ack RCV.NXT"}},
		{"SYN-RECEIVED, active: the peer's SYN,ACK", sa, seg("S.", irs, iss+1, 0), []string{
			"[O11: an ACK (first check)] SYN-RECEIVED > ACK! . seq SND.NXT ack RCV.NXT",
			"[O11: the SYN-ACK again] SYN-RECEIVED > SYN,ACK S. seq SND.NXT-1 ack RCV.NXT",
			"[O11: figure 7] ESTABLISHED SND.UNA+1 SND.WND=2000 > ACK! . seq SND.NXT ack RCV.NXT, or not, carried",
		}},
		{"SYN-RECEIVED, active: the SYN again", sa, seg("S", irs, 0, 0), []string{
			"[O11: an ACK] SYN-RECEIVED > ACK! . seq SND.NXT ack RCV.NXT",
			"[O11: the SYN-ACK again] SYN-RECEIVED > SYN,ACK S. seq SND.NXT-1 ack RCV.NXT",
		}},
		{"ESTABLISHED: an old SYN with new text", est, seg("S.", rcv-1, snd, 5), []string{
			"[O14: a challenge ACK (RFC 5961)] ESTABLISHED > ACK! . seq SND.NXT ack RCV.NXT",
			"[O14: SYN before the window trimmed off (RFC 793); SND.WL1 by the trimmed segment] ESTABLISHED Unread+5 RCV.NXT+5 SND.WND=2000 > ACK . seq SND.NXT ack RCV.NXT+5, delayed, carried (against RFC5961-4.2-1)",
			"[O14: SYN before the window trimmed off (RFC 793); SND.WL1 by the whole segment] ESTABLISHED Unread+5 RCV.NXT+5 > ACK . seq SND.NXT ack RCV.NXT+5, delayed, carried (against RFC5961-4.2-1)",
		}},
		{"TIME-WAIT: the FIN again", tw, seg("F.", rcv, snd+1, 0), []string{
			"[O20: 2MSL restarted] TIME-WAIT 2MSL > ACK! . seq SND.NXT ack RCV.NXT",
			"[O20: 2MSL goes on (first check)] TIME-WAIT > ACK! . seq SND.NXT ack RCV.NXT",
		}},
		{"TIME-WAIT: the FIN again with its text", tw, seg("F.", rcv-5, snd+1, 5), []string{
			"[O20: 2MSL restarted] TIME-WAIT 2MSL > ACK! . seq SND.NXT ack RCV.NXT",
			"[O20: 2MSL goes on (first check)] TIME-WAIT > ACK! . seq SND.NXT ack RCV.NXT",
		}},
		{"TIME-WAIT: another old FIN", tw, seg("F.", rcv-5, snd+1, 0), []string{"TIME-WAIT > ACK! . seq SND.NXT ack RCV.NXT"}},
		{"TIME-WAIT: old text", tw, seg(".", rcv-5, snd+1, 5), []string{"TIME-WAIT > ACK! . seq SND.NXT ack RCV.NXT"}},
	})
	throttled := profile
	throttled.Throttle = time.Second
	try(t, throttled, []arrival{
		{"the first", est, seg(".", end, snd, 0), []string{"ESTABLISHED > ACK! . seq SND.NXT ack RCV.NXT"}},
		{"the second", tcbIn(trace.Established, challenged), seg(".", end, snd, 0), []string{
			"ESTABLISHED > ACK! . seq SND.NXT ack RCV.NXT",
			"[O12, O15: throttled] ESTABLISHED",
		}},
	})
}

func TestTimestamps(t *testing.T) {
	t.Parallel()
	est := tcbIn(trace.Established, stamps)
	try(t, profile, []arrival{
		{"later", est, seg(".", rcv, snd, 0, ts(1001)), []string{"ESTABLISHED SND.WND=2000 TS.Recent=1001"}},
		{"later, beyond a hole", est, seg(".", rcv+1, snd, 5, ts(1001)), []string{
			"ESTABLISHED SND.WND=2000 Held=[{1 6}] > ACK! . seq SND.NXT ack RCV.NXT, carried",
			"[no ACK of text beyond a hole] ESTABLISHED SND.WND=2000 Held=[{1 6}] (against RFC5681-3.2-1)",
			"[text beyond a hole dropped] ESTABLISHED SND.WND=2000 > ACK! . seq SND.NXT ack RCV.NXT, carried (against SHLD-31)",
			"[text beyond a hole dropped, no ACK] ESTABLISHED SND.WND=2000 (against SHLD-31, RFC5681-3.2-1)",
		}},
		{"later, old number", est, seg(".", rcv-1, snd, 0, ts(1001)), []string{
			"ESTABLISHED > ACK! . seq SND.NXT ack RCV.NXT",
			"[TS.Recent first (RFC 7323 App. D)] ESTABLISHED TS.Recent=1001 > ACK! . seq SND.NXT ack RCV.NXT",
		}},
		{"the same", est, seg(".", rcv, snd, 0, ts(1000)), []string{"ESTABLISHED SND.WND=2000"}},
		{"old", est, seg(".", rcv, snd, 5, ts(999)), []string{
			"[no PAWS] ESTABLISHED Unread+5 RCV.NXT+5 SND.WND=2000 > ACK . seq SND.NXT ack RCV.NXT+5, delayed, carried",
			"[PAWS] ESTABLISHED > ACK! . seq SND.NXT ack RCV.NXT",
		}},
		{"old, after 25 days", tcbIn(trace.Established, oldStamps), seg(".", rcv, snd, 0, ts(999)), []string{"ESTABLISHED SND.WND=2000 TS.Recent=999"}},
		{"old, on a RST", est, seg("R", rcv, 0, 0, ts(999)), []string{"CLOSED told: reset"}},
		{"none", est, seg(".", rcv, snd, 0), []string{
			"[O26: dropped] ESTABLISHED",
			"[O26: taken] ESTABLISHED SND.WND=2000 (against RFC7323-3.2-7)",
		}},
		{"none, on a SYN", est, seg("S", rcv, 0, 0), []string{
			"[O26: the SYN answered; O14: a challenge ACK (RFC 5961)] ESTABLISHED > ACK! . seq SND.NXT ack RCV.NXT",
			"[O26: the SYN answered; O14: a RST (RFC 793)] CLOSED told: reset > RST(0) R. seq 0 ack RCV.NXT+1 (against RFC5961-4.2-1)",
			"[O26: dropped] ESTABLISHED",
		}},
		{"none, on a RST", est, seg("R", rcv, 0, 0), []string{"CLOSED told: reset"}},
		{"none were agreed", tcbIn(trace.Established), seg(".", rcv, snd, 5, ts(1)), []string{"ESTABLISHED Unread+5 RCV.NXT+5 SND.WND=2000 > ACK . seq SND.NXT ack RCV.NXT+5, delayed, carried"}},
	})
}
