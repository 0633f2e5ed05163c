package oracle

import (
	"testing"

	"github.com/twinstack/twinstack/harness/trace"
)

// The calls of sockets as those of the RFC, and their arguments as scripts write them.
func TestUserCall(t *testing.T) {
	t.Parallel()
	abortive := TCB{Set: Set{LingerOn: true}}
	for _, c := range []struct {
		name, args string
		tcb        TCB
		want       userCall
	}{
		{"listen", "3, 5", TCB{}, openPassive}, {"connect", "3, ..., ...", TCB{}, openActive},
		{"write", "4, ..., 10", TCB{}, send}, {"send", "4, ..., 10, 0", TCB{}, send}, {"read", "4, ..., 10", TCB{}, receive}, {"recv", "4, ..., 10, 0", TCB{}, receive},
		{"shutdown", "4, SHUT_WR", TCB{}, closeCall}, {"shutdown", "4, 2", TCB{}, closeCall}, {"shutdown", "4, SHUT_RD", TCB{}, setting}, {"shutdown", "4, 0", TCB{}, setting},
		{"close", "4", TCB{}, closeCall}, {"close", "4", abortive, abort}, {"close", "4", TCB{Set: Set{LingerOn: true, Linger: 1}}, closeCall},
		{"getsockopt", "4, SOL_SOCKET, SO_ERROR, [0], [4]", TCB{}, status}, {"poll", "[{fd=4}], 1, 0", TCB{}, status}, {"setsockopt", "4, SOL_TCP, TCP_NODELAY, [1], 4", TCB{}, setting},
	} {
		turn := Turn{T: c.tcb, Call: &trace.Call{Name: c.name, Args: c.args}}
		if got := turn.userCall(); got != c.want {
			t.Errorf("%s(%s) is call %d, want %d", c.name, c.args, got, c.want)
		}
	}
	turn := Turn{Call: &trace.Call{Args: `4, SOL_SOCKET, {.onoff=1, .linger=0x10}, inet_addr("a, b"), [1, 2]`}}
	for i, want := range []string{"4", "SOL_SOCKET", "{.onoff=1, .linger=0x10}", `inet_addr("a, b")`, "[1, 2]", ""} {
		if got := turn.arg(i); got != want {
			t.Errorf("argument %d is %q, want %q", i, got, want)
		}
	}
	for _, name := range []string{"onoff", "linger", "other"} {
		if got, want := field(turn.arg(2), name), map[string]int64{"onoff": 1, "linger": 16}[name]; got != want {
			t.Errorf("%s is %d, want %d", name, got, want)
		}
	}
}

// Results of calls, and what is said of those that do not fit.
func TestResults(t *testing.T) {
	t.Parallel()
	o := Outcome{Results: []Result{number(1, 10), {Says: "connection reset", Errnos: []string{"ECONNRESET", "EPIPE"}}, number(0, 0)}}
	for call, want := range map[trace.Call]bool{
		{Result: 1}: true, {Result: 10}: true, {Result: 11}: false, {Result: 0}: true, {Result: -1, Errno: "EPIPE"}: true, {Result: -1, Errno: "EAGAIN"}: false, {Result: -1}: false,
	} {
		if got := o.returns(&call); got != want {
			t.Errorf("%+v: %t", call, got)
		}
	}
	if got, want := o.results(), `1 to 10, or "connection reset" (ECONNRESET, EPIPE), or 0`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if free := (Outcome{}); !free.returns(&trace.Call{Result: 7}) {
		t.Error("a rule without results takes any")
	}
}
