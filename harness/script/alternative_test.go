package script

import (
	"strings"
	"testing"
)

func TestAlternatives(t *testing.T) {
	t.Parallel()
	const src = `+0 > R 1:1(0)
// or: > R. 1:1(0) ack 1 <...>
#or: > . 1:1(0) ack 2
// or: nothing
// state: CLOSED
+0 < . 1:1(0) ack 1 win 1
`
	f, err := Parse("x.pkt", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	e := f.Events[0]
	if len(f.Events) != 3 || len(e.Or) != 2 || !e.OrNothing {
		t.Fatalf("%d events; the first has %d alternatives, or nothing: %v", len(f.Events), len(e.Or), e.OrNothing)
	}
	for i, want := range []string{"> R. 1:1(0) ack 1 <...>", "> . 1:1(0) ack 2"} {
		if got := e.Or[i].String(); got != want {
			t.Errorf("alternative %d is %q, want %q", i, got, want)
		}
	}
	again, err := Parse("x.pkt", Print(f))
	if err != nil || string(Print(again)) != string(Print(f)) {
		t.Errorf("does not survive printing: %v\n%s", err, Print(f))
	}
}

func TestAlternativeStates(t *testing.T) {
	t.Parallel()
	const src = `+0    close(3) = 0
// state: CLOSED
// or: state: TIME-WAIT
// or: state: FIN-WAIT-1 > CLOSED
// state 80 > 5000: LISTEN
// or: state 80 > 5000: CLOSED
`
	f, err := Parse("x.pkt", []byte(src))
	if err != nil || len(f.Events) != 3 || len(f.Events[1].States.Or) != 2 || len(f.Events[2].States.Or) != 1 {
		t.Fatalf("%v: %+v", err, f)
	}
	if got := string(Print(f)); got != src {
		t.Errorf("printed as\n%s", got)
	}
}

func TestAlternativesThatCannotBe(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ src, want string }{
		{"+0 < . 1:1(0) ack 1 win 1\n// or: > R 1:1(0)\n", `x.pkt:2:4: found "or: > R 1:1(0)", expected an alternative behind an outbound packet or a state assertion`},
		{"+0 > R 1:1(0)\n// state: CLOSED\n// or: nothing\n", `x.pkt:3:8: found "nothing", expected "state:" or "state PORT > PORT:"`},
		{"+0 > R 1:1(0)\n// or: state: CLOSED\n", `x.pkt:2:8: found "state", expected ">" and a segment, or "nothing"`},
		{"+0 close(3) = 0\n// or: state: CLOSED\n", `x.pkt:2:4: found "or: state: CLOSED", expected an alternative behind`},
		{"+0 close(3) = 0\n// state: CLOSED\n// or: state:\n", `x.pkt:3:14: found end of line, expected one of CLOSED,`},
		{"+0 close(3) = 0\n// state: CLOSED\n// or: state: CLOSE\n", `x.pkt:3:15: found "CLOSE", expected one of CLOSED,`},
		{"+0 close(3) = 0\n// state 1 > 2: CLOSED\n// or: state: LISTEN\n", `x.pkt:3:7: found " state: LISTEN", expected the connection of the assertion before`},
		{"+0 close(3) = 0\n// state: CLOSED\n// or: state 1 > 2: LISTEN\n", `x.pkt:3:7: found " state 1 > 2: LISTEN", expected the connection`},
		{"+0 > R 1:1(0)\n// or: < R 1:1(0)\n", `x.pkt:2:8: found "<", expected ">" and a segment, or "nothing"`},
		{"+0 > R 1:1(0)\n// or:\n+0 > R 1:1(0)\n", `x.pkt:2:7: found end of line, expected ">" and a segment, or "nothing"`},
		{"+0 > R 1:1(0)\n// or: nothing at all\n", `x.pkt:2:16: found "at", expected end of line`},
		{"+0 > R 1:1(0)\n// or: +0 > R 1:1(0)\n", `x.pkt:2:8: found "+", expected ">" and a segment, or "nothing"`},
		{"+0 > R 1:1(0) /* or: nothing */\n", `x.pkt:1:15: found "/* or: nothing", expected an alternative in a comment that begins with // or #`},
	} {
		_, err := Parse("x.pkt", []byte(test.src))
		if err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%q:\n got %v\nwant %s", test.src, err, test.want)
		}
	}
}
