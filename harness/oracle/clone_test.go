package oracle

import (
	"testing"

	"github.com/twinstack/twinstack/harness/oracle/oracletest"
)

// What a clone is fed with changes nothing of the judge that it was made of, and of no other clone: a listener that one of
// them saw closed, a descriptor that another has.
func TestClonesAreApart(t *testing.T) {
	t.Parallel()
	begin := `
+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 bind(3, ..., ...) = 0
+0 listen(3, 5) = 0
// state: LISTEN
+0 < S 1000:1000(0) win 16000
+0 > S. 0:0(0) ack 1001
// state: SYN-RECEIVED
+0 < . 1001:1001(0) ack 1 win 16000
// state: ESTABLISHED
`
	feed := func(j *Judge, from int, text string) *Judge {
		t.Helper()
		events, err := oracletest.Events(text)
		if err != nil {
			t.Fatal(err)
		}
		if err := j.Feed(events[from:]); err != nil {
			t.Fatal(err)
		}
		if err := j.Until(events[len(events)-1].At); err != nil {
			t.Fatal(err)
		}
		return j
	}
	first, err := oracletest.Events(begin)
	if err != nil {
		t.Fatal(err)
	}
	judge := feed(New(Profile{}), 0, begin)
	for n, more := range []string{
		"+0 close(3) = 0\n+0 > R. 1:1(0) ack 1001\n// state: CLOSED\n// state: CLOSED\n",
		"+0 accept(3, ..., ...) = 4\n+0 < . 1001:1011(10) ack 1 win 16000\n+0 > . 1:1(0) ack 1011\n+0 read(4, ..., 100) = 10\n",
		"+0 close(3) = 0\n+0 > R. 1:1(0) ack 1001\n// state: CLOSED\n// state: CLOSED\n",
	} {
		for _, s := range feed(judge.Clone(), len(first), begin+more).Steps() {
			if s.Verdict != Allowed {
				t.Errorf("clone %d: line %d: %v, expected %s, got %s", n, s.Line, s.Verdict, s.Expected, s.Got)
			}
		}
	}
}
