package catalogue

import (
	"strings"
	"testing"
)

const goodBreaks = BreakHeader + `
MUST-3,handshake/bad-checksum,11,> S. 0:0(0) ack 1
RFC5961-3.2-2,reset/x,12,"> R. 1:1(0) ack 1 <nop,nop>"
MUST-3,reset/x,7,nothing
`

func TestReadBreaks(t *testing.T) {
	t.Parallel()
	c, err := Read("r.csv", strings.NewReader(good))
	if err != nil {
		t.Fatal(err)
	}
	breaks, err := ReadBreaks("b.csv", strings.NewReader(goodBreaks), c)
	if err != nil || len(breaks) != 3 {
		t.Fatalf("%d breaks, error %v, expected 3", len(breaks), err)
	}
	want := Break{ID: "RFC5961-3.2-2", Case: "reset/x", At: 12, Instead: "> R. 1:1(0) ack 1 <nop,nop>", Line: 3}
	if breaks[1] != want {
		t.Errorf("got %+v, expected %+v", breaks[1], want)
	}
	for _, test := range []struct{ name, old, new, want string }{
		{"header", "line,", "lines,", `b.csv:1:1: header "id,case,lines,instead", expected id,case,line,instead`},
		{"id", "MUST-3,hand", "MUST-4,hand", `b.csv:2:1: unknown requirement "MUST-4", expected an id of the catalogue`},
		{"line", ",12,", ",twelve,", `b.csv:3:23: line "twelve", expected a line of the case's script, from 1`},
		{"line 0", ",7,", ",0,", `b.csv:4:16: line "0", expected`},
		{"nothing", ",nothing", ",", `b.csv:4:18: no instead, expected one`},
		{"too many", ",nothing", ",nothing,at all", `b.csv:4:1: 5 fields, expected 4: id,case,line,instead`},
		{"twice", "MUST-3,reset/x,7,nothing\n", "MUST-3,reset/x,7,nothing\nMUST-3,reset/x,7,nothing\n", `b.csv:5:1: what line 4 says a second time`},
		{"empty", goodBreaks, "", `b.csv:1:1: nothing, expected the header`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(goodBreaks, test.old, test.new, 1)
			if text == goodBreaks {
				t.Fatal("nothing replaced")
			}
			breaks, err := ReadBreaks("b.csv", strings.NewReader(text), c)
			if breaks != nil || err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}
