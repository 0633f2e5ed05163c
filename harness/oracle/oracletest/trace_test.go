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
+1 read(4, ..., 10) = -1 EBADF (Bad file descriptor)
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
    9  1.000010 read(4, ..., 10) = -1 EBADF
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
		"+0 < icmp source_quench":          "expected a TCP segment",
	} {
		if _, err := Events(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", text, err, want)
		}
	}
}
