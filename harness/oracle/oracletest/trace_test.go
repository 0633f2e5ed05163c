package oracletest

import (
	"strings"
	"testing"
	"time"

	"github.com/twinstack/twinstack/harness/trace"
)

func TestEvents(t *testing.T) {
	t.Parallel()
	events, err := Events(`
+0 listen(3, 5) = 0
// state: LISTEN
+0 < S 0:0(0) win 7 <mss 1000>
+0 > S. 9:9(0) ack 1
// state: SYN-RECEIVED
+0 < R 1:1(0)
// state: SYN-RECEIVED > LISTEN
// state: CLOSED
+0 < icmp unreachable net_unreachable [5:5(0)]
+0.5 fcntl(4, F_GETFL) = 2
+0.5 read(4, ..., 10) = -1 EBADF (Bad file descriptor)
+0 poll([{fd=4, events=POLLIN, revents=POLLHUP}], 1, 0) = 1
+0 getsockopt(4, SOL_SOCKET, SO_ERROR, [104], [4]) = 0
`)
	if err != nil {
		t.Fatal(err)
	}
	tr := trace.Trace{Case: "x", IUT: "nobody", Family: "ipv4", Events: events}
	want := `x on nobody, ipv4
    2  0.000000 listen(3, 5) = 0
                state of listener 8080 LISTEN
    4  0.000000 < S 0:0(0) win 7 <mss 1000>
    5  0.000000 > S. 9:9(0) ack 1 win 1000
                state SYN-RECEIVED
    7  0.000010 < R 1:1(0) win 65535
                state CLOSED
                state of listener 8080 CLOSED
   10  0.000010 < icmp unreachable net_unreachable [5]
   12  1.000010 read(4, ..., 10) = -1 EBADF
   13  1.000010 poll([{fd=4, events=POLLIN, revents=POLLHUP}], 1, 0) = 1 [{fd=4, revents=POLLHUP}]
   14  1.000010 getsockopt(4, SOL_SOCKET, SO_ERROR, [104], [4]) = 0 [104]
`
	if got := tr.Notation(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if len(events) > 0 && events[len(events)-1].At != time.Second+Tick {
		t.Errorf("the last event is at %v", events[len(events)-1].At)
	}
	for text, want := range map[string]string{
		"+0~+1 > . 1:1(0) ack 1":           "exact times",
		"+0 < icmp unreachable [1:101(1)]": "trace:1:",
		"+0 < Q 1:1(0)":                    "trace:1:",
		"+0 < icmp packet_too_big mtu 9":   "no ICMP message packet_too_big",
	} {
		if _, err := Events(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", text, err, want)
		}
	}
}
