package oracle

import (
	"testing"

	"github.com/twinstack/twinstack/harness/trace"
)

func TestTimeWait(t *testing.T) {
	t.Parallel()
	plain, stamped, deaf := tcbIn(trace.TimeWait), tcbIn(trace.TimeWait, stamps), tcbIn(trace.TimeWait, deaf)
	fin := rcv
	try(t, profile, []arrival{
		{"SYN above the old FIN", plain, seg("S", fin+1, 0, 0), []string{
			"[O17: a new connection] SYN-RECEIVED RCV.NXT=4294967171 MSS=536 SND.WND=2000 > SYN,ACK S. seq above SND.NXT-1 ack RCV.NXT+1",
			"[O17: an ACK (RFC 9293, RFC 5961); O14: a challenge ACK (RFC 5961)] TIME-WAIT > ACK! . seq SND.NXT ack RCV.NXT (against RFC6191-2-5)",
			"[O17: an ACK (RFC 9293, RFC 5961); O14: a RST (RFC 793)] CLOSED > RST(0) R. seq 0 ack RCV.NXT+1 (against RFC6191-2-5, RFC5961-4.2-1)",
			"[O17: an ACK (RFC 9293, RFC 5961); O14: a RST (RFC 793), the user is told (§3.5.3)] CLOSED told: reset > RST(0) R. seq 0 ack RCV.NXT+1 (against RFC6191-2-5, RFC5961-4.2-1)",
		}},
		{"SYN above the old FIN, beyond the window", plain, seg("S", fin+100000, 0, 0), []string{
			"[O17: a new connection] SYN-RECEIVED RCV.NXT=99874 MSS=536 SND.WND=2000 > SYN,ACK S. seq above SND.NXT-1 ack 99874",
			"[O17: an ACK (RFC 9293, RFC 5961)] TIME-WAIT > ACK! . seq SND.NXT ack RCV.NXT (against RFC6191-2-5)",
		}},
		{"SYN at the old FIN", plain, seg("S", fin, 0, 0), []string{
			"[O17: an ACK (RFC 9293, RFC 5961)] TIME-WAIT > ACK! . seq SND.NXT ack RCV.NXT",
			"[O17: silence (RFC 6191)] TIME-WAIT",
			"[O17: a new connection (MAY-2)] SYN-RECEIVED RCV.NXT=4294967170 MSS=536 SND.WND=2000 > SYN,ACK S. seq above SND.NXT-1 ack RCV.NXT (against RFC6191-2-6)",
		}},
		{"nobody listens", deaf, seg("S", fin+100000, 0, 0), []string{"TIME-WAIT > ACK! . seq SND.NXT ack RCV.NXT"}},
		{"nobody listens, SYN in the window", deaf, seg("S", fin+1, 0, 0), []string{
			"[O14: a challenge ACK (RFC 5961)] TIME-WAIT > ACK! . seq SND.NXT ack RCV.NXT",
			"[O14: a RST (RFC 793)] CLOSED > RST(0) R. seq 0 ack RCV.NXT+1 (against RFC5961-4.2-1)",
			"[O14: a RST (RFC 793), the user is told (§3.5.3)] CLOSED told: reset > RST(0) R. seq 0 ack RCV.NXT+1 (against RFC5961-4.2-1)",
		}},
		{"SYN that brings timestamps", plain, seg("S", fin-50, 0, 0, ts(5)), []string{
			"[O17: a new connection] SYN-RECEIVED RCV.NXT=4294967120 MSS=536 SND.WND=2000 TS.Recent=5 timestamps=true > SYN,ACK S. seq above SND.NXT-1 ack RCV.NXT-50",
			"[O17: an ACK (RFC 9293, RFC 5961)] TIME-WAIT > ACK! . seq SND.NXT ack RCV.NXT (against RFC6191-2-4)",
		}},
		{"SYN with a later timestamp", stamped, seg("S", fin-50, 0, 0, ts(1001)), []string{
			"[O17: a new connection] SYN-RECEIVED RCV.NXT=4294967120 MSS=536 SND.WND=2000 TS.Recent=1001 > SYN,ACK S. seq above SND.NXT-1 ack RCV.NXT-50",
			"[O17: an ACK (RFC 9293, RFC 5961)] TIME-WAIT > ACK! . seq SND.NXT ack RCV.NXT (against RFC6191-2-1)",
			"[O17: an ACK (RFC 9293, RFC 5961); TS.Recent first (RFC 7323 App. D)] TIME-WAIT TS.Recent=1001 > ACK! . seq SND.NXT ack RCV.NXT (against RFC6191-2-1)",
		}},
		{"SYN with the same, above", stamped, seg("S", fin+100000, 0, 0, ts(1000)), []string{
			"[O17: a new connection] SYN-RECEIVED RCV.NXT=99874 MSS=536 SND.WND=2000 > SYN,ACK S. seq above SND.NXT-1 ack 99874",
			"[O17: an ACK (RFC 9293, RFC 5961)] TIME-WAIT > ACK! . seq SND.NXT ack RCV.NXT (against RFC6191-2-2)",
		}},
		{"SYN with the same, below", stamped, seg("S", fin-50, 0, 0, ts(1000)), []string{
			"[O17: an ACK (RFC 9293, RFC 5961)] TIME-WAIT > ACK! . seq SND.NXT ack RCV.NXT",
			"[O17: silence (RFC 6191)] TIME-WAIT",
			"[O17: a new connection (MAY-2)] SYN-RECEIVED RCV.NXT=4294967120 MSS=536 SND.WND=2000 > SYN,ACK S. seq above SND.NXT-1 ack RCV.NXT-50 (against RFC6191-2-6)",
		}},
		{"SYN with an old one, above", stamped, seg("S", fin+100000, 0, 0, ts(999)), []string{
			"[O17: an ACK (RFC 9293, RFC 5961); no PAWS] TIME-WAIT > ACK! . seq SND.NXT ack RCV.NXT",
			"[O17: an ACK (RFC 9293, RFC 5961); PAWS] TIME-WAIT > ACK! . seq SND.NXT ack RCV.NXT",
			"[O17: silence (RFC 6191)] TIME-WAIT",
			"[O17: a new connection (MAY-2)] SYN-RECEIVED RCV.NXT=99874 MSS=536 SND.WND=2000 TS.Recent=999 > SYN,ACK S. seq above SND.NXT-1 ack 99874 (against RFC6191-2-6)",
		}},
		{"SYN without, above", stamped, seg("S", fin+100000, 0, 0), []string{
			"[O17: a new connection] SYN-RECEIVED RCV.NXT=99874 MSS=536 SND.WND=2000 TS.Recent=0 timestamps=false > SYN,ACK S. seq above SND.NXT-1 ack 99874",
			"[O17: an ACK (RFC 9293, RFC 5961); O26: the SYN answered] TIME-WAIT > ACK! . seq SND.NXT ack RCV.NXT (against RFC6191-2-3)",
			"[O17: an ACK (RFC 9293, RFC 5961); O26: dropped] TIME-WAIT (against RFC6191-2-3)",
		}},
		{"SYN without, below", stamped, seg("S", fin-50, 0, 0), []string{
			"[O17: an ACK (RFC 9293, RFC 5961); O26: the SYN answered] TIME-WAIT > ACK! . seq SND.NXT ack RCV.NXT",
			"[O17: an ACK (RFC 9293, RFC 5961); O26: dropped] TIME-WAIT",
			"[O17: silence (RFC 6191)] TIME-WAIT",
			"[O17: a new connection (MAY-2)] SYN-RECEIVED RCV.NXT=4294967120 MSS=536 SND.WND=2000 TS.Recent=0 timestamps=false > SYN,ACK S. seq above SND.NXT-1 ack RCV.NXT-50 (against RFC6191-2-6)",
		}},
	})
	without := profile
	without.Timestamps = false
	try(t, without, []arrival{
		{"the IUT would have none, below", plain, seg("S", fin-50, 0, 0, ts(5)), []string{
			"[O17: an ACK (RFC 9293, RFC 5961)] TIME-WAIT > ACK! . seq SND.NXT ack RCV.NXT",
			"[O17: silence (RFC 6191)] TIME-WAIT",
			"[O17: a new connection (MAY-2)] SYN-RECEIVED RCV.NXT=4294967120 MSS=536 SND.WND=2000 TS.Recent=5 timestamps=true > SYN,ACK S. seq above SND.NXT-1 ack RCV.NXT-50 (against RFC6191-2-6)",
		}},
		{"the IUT would have none, above", plain, seg("S", fin+100000, 0, 0, ts(5)), []string{
			"[O17: a new connection] SYN-RECEIVED RCV.NXT=99874 MSS=536 SND.WND=2000 TS.Recent=5 timestamps=true > SYN,ACK S. seq above SND.NXT-1 ack 99874",
			"[O17: an ACK (RFC 9293, RFC 5961)] TIME-WAIT > ACK! . seq SND.NXT ack RCV.NXT (against RFC6191-2-5)",
		}},
	})
}
