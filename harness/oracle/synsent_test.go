package oracle

import (
	"testing"

	"github.com/twinstack/twinstack/harness/trace"
)

func TestSynSent(t *testing.T) {
	t.Parallel()
	s := tcbIn(trace.SynSent)
	try(t, profile, []arrival{
		{"ACK of nothing", s, seg(".", 5000, iss, 0), []string{"SYN-SENT > RST(a) R seq SND.NXT-1"}},
		{"SYN,ACK of the unsent", s, seg("S.", 5000, iss+2, 0), []string{"SYN-SENT > RST(a) R seq SND.NXT+1"}},
		{"RST with that", s, seg("R.", 5000, iss+2, 0), []string{"SYN-SENT"}},
		{"RST with a good ACK", s, seg("R.", 5000, iss+1, 0), []string{
			"[O7: told of a reset] CLOSED told: reset",
			"[O7: told of a refusal (§3.10.7.4's word)] CLOSED told: refused",
		}},
		{"RST without", s, seg("R", 5000, iss+1, 0), []string{"SYN-SENT"}},
		{"SYN,ACK", s, seg("S.", 5000, iss+1, 0, mss), []string{"ESTABLISHED RCV.NXT=5001 MSS=1000 SND.UNA+1 SND.WND=2000 > ACK! . seq SND.NXT ack 5001, carried"}},
		{"SYN,ACK with timestamps", tcbIn(trace.SynSent, stamps), seg("S.", 5000, iss+1, 0, mss, ts(2000)), []string{"ESTABLISHED RCV.NXT=5001 MSS=1000 SND.UNA+1 SND.WND=2000 TS.Recent=2000 > ACK! . seq SND.NXT ack 5001, carried"}},
		{"SYN,ACK without them", tcbIn(trace.SynSent, stamps), seg("S.", 5000, iss+1, 0, mss), []string{"ESTABLISHED RCV.NXT=5001 MSS=1000 SND.UNA+1 SND.WND=2000 timestamps=false > ACK! . seq SND.NXT ack 5001, carried"}},
		{"SYN,ACK with text", s, seg("S.", 5000, iss+1, 10, mss), []string{
			"[O8: the ACK of text or FIN does for the SYN] ESTABLISHED Unread+10 RCV.NXT=5011 MSS=1000 SND.UNA+1 SND.WND=2000 > ACK . seq SND.NXT ack 5011, delayed, carried",
			"[O8: the SYN acknowledged on its own] ESTABLISHED Unread+10 RCV.NXT=5011 MSS=1000 SND.UNA+1 SND.WND=2000 > ACK! . seq SND.NXT ack 5001, carried > ACK . seq SND.NXT ack 5011, delayed, carried",
		}},
		{"SYN,ACK with text beyond the window", s, seg("S.", 5000, iss+1, wnd+1, mss), []string{
			"[trimmed to the window, O8: the ACK of text or FIN does for the SYN] ESTABLISHED Unread+1000 RCV.NXT=6001 MSS=1000 SND.UNA+1 SND.WND=2000 > ACK . seq SND.NXT ack 6001, delayed, carried",
			"[trimmed to the window, O8: the SYN acknowledged on its own] ESTABLISHED Unread+1000 RCV.NXT=6001 MSS=1000 SND.UNA+1 SND.WND=2000 > ACK! . seq SND.NXT ack 5001, carried > ACK . seq SND.NXT ack 6001, delayed, carried",
			"[taken beyond the window, O8: the ACK of text or FIN does for the SYN] ESTABLISHED Unread+1001 RCV.NXT=6002 MSS=1000 SND.UNA+1 SND.WND=2000 > ACK . seq SND.NXT ack 6002, delayed, carried",
			"[taken beyond the window, O8: the SYN acknowledged on its own] ESTABLISHED Unread+1001 RCV.NXT=6002 MSS=1000 SND.UNA+1 SND.WND=2000 > ACK! . seq SND.NXT ack 5001, carried > ACK . seq SND.NXT ack 6002, delayed, carried",
		}},
		{"SYN,ACK with text beyond a window of zero", tcbIn(trace.SynSent, zeroWindow), seg("S.", 5000, iss+1, 10, mss), []string{
			"[trimmed to the window, O8: the SYN acknowledged on its own] ESTABLISHED RCV.NXT=5001 MSS=1000 SND.UNA+1 SND.WND=2000 > ACK! . seq SND.NXT ack 5001, carried",
			"[taken beyond the window, O8: the ACK of text or FIN does for the SYN] ESTABLISHED Unread+10 RCV.NXT=5011 MSS=1000 SND.UNA+1 SND.WND=2000 > ACK . seq SND.NXT ack 5011, delayed, carried",
			"[taken beyond the window, O8: the SYN acknowledged on its own] ESTABLISHED Unread+10 RCV.NXT=5011 MSS=1000 SND.UNA+1 SND.WND=2000 > ACK! . seq SND.NXT ack 5001, carried > ACK . seq SND.NXT ack 5011, delayed, carried",
		}},
		{"SYN,ACK with text and FIN", s, seg("SF.", 5000, iss+1, 10, mss), []string{
			"[O8: the ACK of text or FIN does for the SYN] CLOSE-WAIT Unread+10 RCV.NXT=5012 MSS=1000 SND.UNA+1 SND.WND=2000 > ACK . seq SND.NXT ack 5012, delayed, carried",
			"[O8: the SYN acknowledged on its own] CLOSE-WAIT Unread+10 RCV.NXT=5012 MSS=1000 SND.UNA+1 SND.WND=2000 > ACK! . seq SND.NXT ack 5001, carried > ACK . seq SND.NXT ack 5012, delayed, carried",
		}},
		{"SYN", s, seg("S", 5000, 0, 0), []string{"SYN-RECEIVED RCV.NXT=5001 MSS=536 SND.WND=2000 > SYN,ACK S. seq SND.NXT-1 ack 5001"}},
		{"SYN with text and FIN", s, seg("SF", 5000, 0, 10), []string{"SYN-RECEIVED RCV.NXT=5001 MSS=536 SND.WND=2000 Held=[{5001 5011}] FIN+5011 held > SYN,ACK S. seq SND.NXT-1 ack 5001"}},
		{"ACK", s, seg(".", 5000, iss+1, 0), []string{"SYN-SENT"}},
		{"FIN", s, seg("F", 5000, 0, 10), []string{"SYN-SENT"}},
	})
}
