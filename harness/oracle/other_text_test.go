package oracle

import (
	"testing"

	"github.com/twinstack/twinstack/harness/trace"
)

func TestText(t *testing.T) {
	t.Parallel()
	est := tcbIn(trace.Established)
	urgent := seg("U.", rcv, snd, 10)
	urgent.Urgent = 20
	try(t, profile, []arrival{
		{"in order", est, seg("P.", rcv, snd, 10), []string{"ESTABLISHED Unread+10 RCV.NXT+10 SND.WND=2000 > ACK . seq SND.NXT ack RCV.NXT+10, delayed, carried"}},
		{"two full segments", est, seg(".", rcv, snd, 2*536-100), []string{"ESTABLISHED Unread+972 RCV.NXT+972 SND.WND=2000 > ACK . seq SND.NXT ack RCV.NXT+972, delayed, carried"}},
		{"two full segments of what the IUT's MSS is", tcbIn(trace.Established, func(n *TCB) { n.RcvMss = 100 }), seg(".", rcv, snd, 200), []string{
			"ESTABLISHED Unread+200 RCV.NXT+200 SND.WND=2000 > ACK . seq SND.NXT ack RCV.NXT+200, carried",
			"[the ACK delayed] ESTABLISHED Unread+200 RCV.NXT+200 SND.WND=2000 > ACK . seq SND.NXT ack RCV.NXT+200, delayed, carried (against SHLD-19)",
		}},
		{"beyond a hole", est, seg(".", rcv+50, snd, 10), []string{
			"ESTABLISHED SND.WND=2000 Held=[{50 60}] > ACK! . seq SND.NXT ack RCV.NXT, carried",
			"[no ACK of text beyond a hole] ESTABLISHED SND.WND=2000 Held=[{50 60}] (against RFC5681-3.2-1)",
			"[text beyond a hole dropped] ESTABLISHED SND.WND=2000 > ACK! . seq SND.NXT ack RCV.NXT, carried (against SHLD-31)",
			"[text beyond a hole dropped, no ACK] ESTABLISHED SND.WND=2000 (against SHLD-31, RFC5681-3.2-1)",
		}},
		{"beyond another hole", tcbIn(trace.Established, hole), seg(".", rcv+50, snd, 10), []string{
			"ESTABLISHED SND.WND=2000 Held=[{50 60} {100 200}] > ACK! . seq SND.NXT ack RCV.NXT, carried",
			"[no ACK of text beyond a hole] ESTABLISHED SND.WND=2000 Held=[{50 60} {100 200}] (against RFC5681-3.2-1)",
			"[text beyond a hole dropped] ESTABLISHED SND.WND=2000 > ACK! . seq SND.NXT ack RCV.NXT, carried (against SHLD-31)",
			"[text beyond a hole dropped, no ACK] ESTABLISHED SND.WND=2000 (against SHLD-31, RFC5681-3.2-1)",
		}},
		{"joining what is held", tcbIn(trace.FinWait2, hole), seg(".", rcv+50, snd+1, 70), []string{
			"FIN-WAIT-2 SND.WND=2000 Held=[{50 200}] > ACK! . seq SND.NXT ack RCV.NXT, carried",
			"[no ACK of text beyond a hole] FIN-WAIT-2 SND.WND=2000 Held=[{50 200}] (against RFC5681-3.2-1)",
			"[text beyond a hole dropped] FIN-WAIT-2 SND.WND=2000 > ACK! . seq SND.NXT ack RCV.NXT, carried (against SHLD-31)",
			"[text beyond a hole dropped, no ACK] FIN-WAIT-2 SND.WND=2000 (against SHLD-31, RFC5681-3.2-1)",
		}},
		{"filling a part of the hole", tcbIn(trace.Established, hole), seg(".", rcv, snd, 50), []string{
			"ESTABLISHED Unread+50 RCV.NXT+50 SND.WND=2000 > ACK . seq SND.NXT ack RCV.NXT+50, carried",
			"[the ACK delayed] ESTABLISHED Unread+50 RCV.NXT+50 SND.WND=2000 > ACK . seq SND.NXT ack RCV.NXT+50, delayed, carried (against RFC5681-3.2-2)",
		}},
		{"filling the hole", tcbIn(trace.FinWait1, hole), seg(".", rcv, snd, 100), []string{
			"FIN-WAIT-1 Unread+200 RCV.NXT+200 SND.WND=2000 Held=[] > ACK . seq SND.NXT ack RCV.NXT+200, carried",
			"[the ACK delayed] FIN-WAIT-1 Unread+200 RCV.NXT+200 SND.WND=2000 Held=[] > ACK . seq SND.NXT ack RCV.NXT+200, delayed, carried (against RFC5681-3.2-2)",
		}},
		{"filling the hole before a FIN", tcbIn(trace.Established, finBeyond), seg(".", rcv, snd, 100), []string{
			"CLOSE-WAIT Unread+100 RCV.NXT+101 SND.WND=2000 > ACK . seq SND.NXT ack RCV.NXT+101, carried",
			"[the ACK delayed] CLOSE-WAIT Unread+100 RCV.NXT+101 SND.WND=2000 > ACK . seq SND.NXT ack RCV.NXT+101, delayed, carried (against RFC5681-3.2-2)",
		}},
		{"text over the number of a FIN", tcbIn(trace.Established, finBeyond), seg(".", rcv, snd, 110), []string{
			"[the FIN ends the text] CLOSE-WAIT Unread+100 RCV.NXT+101 SND.WND=2000 > ACK . seq SND.NXT ack RCV.NXT+101, carried",
			"[the FIN ends the text, the ACK delayed] CLOSE-WAIT Unread+100 RCV.NXT+101 SND.WND=2000 > ACK . seq SND.NXT ack RCV.NXT+101, delayed, carried (against RFC5681-3.2-2)",
			"[the text overtakes the FIN] ESTABLISHED Unread+110 RCV.NXT+110 SND.WND=2000 > ACK . seq SND.NXT ack RCV.NXT+110, delayed, carried",
		}},
		{"a FIN before what is held", tcbIn(trace.Established, hole), seg("F.", rcv, snd, 100), []string{
			"[the FIN ends the text] CLOSE-WAIT Unread+100 RCV.NXT+101 SND.WND=2000 Held=[] > ACK . seq SND.NXT ack RCV.NXT+101, carried",
			"[the FIN ends the text, the ACK delayed] CLOSE-WAIT Unread+100 RCV.NXT+101 SND.WND=2000 Held=[] > ACK . seq SND.NXT ack RCV.NXT+101, delayed, carried (against RFC5681-3.2-2)",
			"[the text overtakes the FIN] ESTABLISHED Unread+200 RCV.NXT+200 SND.WND=2000 Held=[] > ACK . seq SND.NXT ack RCV.NXT+200, carried",
			"[the text overtakes the FIN, the ACK delayed] ESTABLISHED Unread+200 RCV.NXT+200 SND.WND=2000 Held=[] > ACK . seq SND.NXT ack RCV.NXT+200, delayed, carried (against RFC5681-3.2-2)",
		}},
		{"the user has gone", tcbIn(trace.FinWait2, userGone), seg(".", rcv, snd+1, 10), []string{
			"[O3: a RST] CLOSED told: aborted > RST(n) R seq SND.NXT",
			"[O3: a RST at SEG.ACK] CLOSED told: aborted > RST(a) R seq SND.NXT",
			"[O3: taken] FIN-WAIT-2 RCV.NXT+10 SND.WND=2000 > ACK . seq SND.NXT ack RCV.NXT+10, delayed, carried (against SHLD-3, RFC2525-2.16-1)",
		}},
		{"the user reads no more", tcbIn(trace.Established, noRead), seg(".", rcv, snd, 10), []string{
			"ESTABLISHED Unread+10 RCV.NXT+10 SND.WND=2000 > ACK . seq SND.NXT ack RCV.NXT+10, delayed, carried",
			"[O3: a RST] CLOSED told: aborted > RST(n) R seq SND.NXT",
			"[O3: a RST at SEG.ACK] CLOSED told: aborted > RST(a) R seq SND.NXT",
		}},
		{"CLOSE-WAIT", tcbIn(trace.CloseWait), seg(".", rcv+1, snd, 10), []string{"CLOSE-WAIT SND.WND=2000 > ACK! . seq SND.NXT ack RCV.NXT, or not, carried"}},
		{"LAST-ACK", tcbIn(trace.LastAck), seg(".", rcv+1, snd, 10), []string{"LAST-ACK SND.WND=2000 > ACK! . seq SND.NXT ack RCV.NXT, or not, carried"}},
		{"with the SYN", tcbIn(trace.SynReceived, synText), seg(".", irs+1, iss+1, 0), []string{"ESTABLISHED Unread+10 RCV.NXT+10 SND.UNA+1 SND.WND=2000 Held=[] > ACK . seq SND.NXT ack RCV.NXT+10, delayed, carried"}},
		{"with the SYN, too much", tcbIn(trace.SynReceived, longSynText), seg(".", irs+1, iss+1, 0), []string{
			"[trimmed to the window] ESTABLISHED Unread+1000 RCV.NXT+1000 SND.UNA+1 SND.WND=2000 Held=[] > ACK . seq SND.NXT ack RCV.NXT+1000, delayed, carried",
			"[taken beyond the window] ESTABLISHED Unread+1010 RCV.NXT+1010 edge+10 SND.UNA+1 SND.WND=2000 Held=[] > ACK . seq SND.NXT ack RCV.NXT+1010, delayed, carried",
		}},
		{"urgent", est, urgent, []string{"ESTABLISHED Unread+10 RCV.NXT+10 RCV.UP+148 SND.WND=2000 > ACK . seq SND.NXT ack RCV.NXT+10, delayed, carried"}},
		{"urgent, in CLOSE-WAIT", tcbIn(trace.CloseWait), seg("U.", rcv+1, snd, 0), []string{"CLOSE-WAIT SND.WND=2000"}},
	})
}
