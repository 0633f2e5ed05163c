package breaks_test

import (
	"strings"
	"testing"

	"github.com/twinstack/twinstack/harness/breaks"
	"github.com/twinstack/twinstack/harness/catalogue"
	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/iut/ours"
	"github.com/twinstack/twinstack/harness/run"
	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

// source has a call that blocks, a timer, an answer that may be left out, a listener and two connections in turn.
const source = `+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 bind(3, ..., ...) = 0
+0 listen(3, 5) = 0
// state: LISTEN
+0...1 accept(3, ..., ...) = 4
+0 < S 0:0(0) win 65535 <mss 1000>
+0 > S. 0:0(0) ack 1 <...>
+0 < . 1:1(0) ack 1 win 65535
// state: SYN-RECEIVED > ESTABLISHED
+0 < P. 1:11(10) ack 1 win 65535
+0 > . 1:1(0) ack 11
+0 read(4, ..., 100) = 10
+0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0
+0 read(4, ..., 100) = -1 EAGAIN
+0 poll([{fd=4, events=POLLIN, revents=0}, {fd=3, events=POLLIN, revents=0}], 2, 0) = 0
+0 write(4, ..., 1500) = 1500
+0 > . 1:1001(1000) ack 11
+0 > P. 1001:1501(500) ack 11
// or: nothing
+1 > . 1:1001(1000) ack 11
+0 < . 11:11(0) ack 1501 win 65535
+0 getsockopt(4, SOL_SOCKET, SO_ERROR, [0], [4]) = 0
+0 < F. 11:11(0) ack 1501 win 65535
+0 > . 1501:1501(0) ack 12
// state: CLOSE-WAIT
`

func parsed(t *testing.T, text string) *script.File {
	t.Helper()
	f, err := script.Parse("a/b.pkt", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestTry(t *testing.T) {
	t.Parallel()
	f := parsed(t, source)
	o := run.Options{Settings: iut.Alike()}
	recorded := run.Run(f, ours.IUT{}, o)
	if recorded.Verdict != trace.Pass {
		t.Fatalf("%s %v", recorded.Verdict, recorded.Failures)
	}
	if err := breaks.Unbroken(f, ours.IUT{}, o, recorded); err != nil {
		t.Error(err)
	}
	tests := []struct {
		line    int
		instead string
		want    string // of the error; "": the case rejects the break
	}{
		// Packets in the place of one that is expected.
		{7, "nothing", ""},
		{7, "> R. 0:0(0) ack 1", ""},
		{7, "> S. 0:0(0) ack 1 <...>", "does not reject it: pass"},
		{7, "> S. 0:0(0) ack 1 <mss 1460>", "does not reject it: pass"},
		{11, "> . 1:1(0) ack 11", "does not reject it: pass"},
		{11, "> . 1:1(0) ack 11 <mss 1460>", ""},
		{11, "with: checksum=bad; > . 1:1(0) ack 11", ""},
		{11, "with: src=other; > . 1:1(0) ack 11", ""},
		{11, "> [tos 4] . 1:1(0) ack 11", "does not reject it: pass"},
		{11, "+0.2 > . 1:1(0) ack 11", ""},
		{17, "> . 1:1001(1000) ack 11", "does not reject it: pass"},
		{17, "text: 2; > . 1:1001(1000) ack 11", ""},
		{20, "+0.5 > . 1:1001(1000) ack 11", ""},
		{20, "+2 > . 1:1001(1000) ack 11", ""},
		// In the place of one that may be left out, or beside it.
		{18, "nothing", "does not reject it: pass"},
		{18, "> R 1:1(0)", ""},
		{17, "> . 1:1001(1000) ack 11; +0.5 > . 1:1001(1000) ack 11", ""},
		// Packets that nobody expects.
		{10, "> . 1:1(0) ack 11", ""},
		{16, "+0.5 > . 1:1001(1000) ack 11", ""},
		{23, "+60 > R 1501:1501(0)", "does not reject it: pass"}, // behind the end
		// Calls.
		{5, "accept(3, ..., ...) = -1 EAGAIN", ""},
		{5, "accept(3, ..., ...) = -1 ECONNABORTED", ""},
		{12, "read(4, ..., 100) = 10", "fails at line 14, expected at 12 to 12"}, // as it should, but nothing is taken
		{12, "read(4, ..., 100) = 0", ""},
		{14, "read(4, ..., 100) = 10", ""},
		{14, "read(4, ..., 100) = -1 ECONNRESET", ""},
		{15, "poll([{fd=4, events=POLLIN, revents=POLLIN}, {fd=3, events=POLLIN, revents=0}], 2, 0) = 1", ""},
		{16, "write(4, ..., 1500) = -1 EPIPE", ""},
		{22, "getsockopt(4, SOL_SOCKET, SO_ERROR, [104], [4]) = 0", ""},
		// States.
		{4, "state: CLOSED", ""},
		{9, "state: SYN-RECEIVED", ""},
		{9, "state: ESTABLISHED", "fails at line 25, expected at 9 to 9"}, // as asserted there, and no more later
		{25, "state: ESTABLISHED", ""},
		{25, "state: LISTEN", ""},
		// What is no break of the script.
		{19, "nothing", "no event begins in line 19 of the script"},
		{13, "fcntl(4, F_SETFL, O_RDWR) = 1", "the call does not come to the stack"},
		{12, "write(4, ..., 10) = 10", "expected what read gives"},
		{12, "read(4, ..., 100) = -1", "a call that fails needs its errno"},
		{22, "getsockopt(4) = 0", "1 arguments, expected the 5 that the call has"},
		{11, "with: ip-options=1e040000; > . 1:1(0)", "of a stack's packet"},
		{11, "text: x; > . 1:1(0)", "expected a sequence number"},
		{11, "read(4, ..., 100) = 10", "the line is no call"},
		{11, "state: CLOSED", "the line is a packet"},
		{10, "nothing", "the line acts on the stack"},
		{25, "> . 1:1(0)", "the line is a state assertion"},
		{9, "state: OPEN", "expected one of CLOSED, LISTEN"},
		{11, "> . 1:1(0) ak 11", `found "ak", expected one of ack`},
		{11, "< . 1:1(0) ack 11", "expected a segment of the stack's"},
		{11, "+0~+1 > . 1:1(0) ack 11", "expected one time"},
		{11, "nothing; > . 1:1(0) ack 11", "nothing, and then something"},
		{11, "with: checksum=bad", "expected a packet at its end"},
		{11, "with: src=nobody; > . 1:1(0)", `"src=nobody"`},
	}
	for _, test := range tests {
		t.Run(test.instead, func(t *testing.T) {
			t.Parallel()
			err := breaks.Try(f, ours.IUT{}, o, recorded, catalogue.Break{At: test.line, Instead: test.instead})
			switch {
			case test.want == "" && err != nil:
				t.Error(err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("line %d: got %v, expected %s", test.line, err, test.want)
			}
		})
	}
}

// A case that does not pass without the break shows nothing.
func TestTryOnAFailure(t *testing.T) {
	t.Parallel()
	o := run.Options{Settings: iut.Alike()}
	failed := parsed(t, strings.Replace(source, "ack 12", "ack 13", 1))
	recorded := run.Run(failed, ours.IUT{}, o)
	if err := breaks.Try(failed, ours.IUT{}, o, recorded, catalogue.Break{At: 7, Instead: "nothing"}); err == nil || !strings.Contains(err.Error(), "without the break: fail") {
		t.Errorf("got %v, expected that the case fails without the break", err)
	}
}
