package catalogue

import (
	"strings"
	"testing"
)

const good = Header + `
MUST-3,MUST,RFC9293,3.1,checksum,Verify the checksum.,blackbox,"Send a wrong one, see nothing."
RFC5961-3.2-2,SHOULD NOT,RFC5961,3.2,reset,"Text
over two lines.",api,How.
MAY-1,MAY,RFC9293,3.2,options,Text.,no,How.
`

func TestRead(t *testing.T) {
	t.Parallel()
	c, err := Read("r.csv", strings.NewReader(good))
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Requirements) != 3 {
		t.Fatalf("%d requirements, expected 3", len(c.Requirements))
	}
	r, ok := c.Lookup("RFC5961-3.2-2")
	if !ok || r.Level != ShouldNot || r.Clause() != "RFC 5961 §3.2" || r.Topic != "reset" || r.Line != 3 {
		t.Errorf("got %+v, %v", r, ok)
	}
	if r, _ := c.Lookup("MAY-1"); r.Line != 5 {
		t.Errorf("line %d, expected 5", r.Line)
	}
	if _, ok := c.Lookup("MUST-4"); ok {
		t.Error("MUST-4 is there, expected not")
	}
}

func TestReadErrors(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, old, new, want string }{
		{"header", "id,level", "id,levl", `r.csv:1:1: header "id,levl,`},
		{"too few", "checksum,", "", `r.csv:2:1: 7 fields, expected 8: ` + Header},
		{"no text", "Verify the checksum.", " ", `r.csv:2:34: no requirement, expected one`},
		{"level", "MAY,", "MIGHT,", `r.csv:5:7: unknown level "MIGHT", expected one of MUST, MUST NOT`},
		{"rfc", "RFC9293,3.2", "9293,3.2", `r.csv:5:11: rfc "9293", expected the like of RFC9293`},
		{"testable", ",no,", ",perhaps,", `testable "perhaps", expected one of blackbox, api, internal, no`},
		{"id", "MAY-1", "may 1", `r.csv:5:1: id "may 1", expected the like of MUST-3`},
		{"twice", "MAY-1", "MUST-3", `r.csv:5:1: id "MUST-3" a second time, expected another than in line 2`},
		{"quote", "Verify the", `Verify "the`, `r.csv:2:`},
		{"empty", good, "", `r.csv:1:1: nothing, expected the header`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(good, test.old, test.new, 1)
			if text == good {
				t.Fatal("nothing replaced")
			}
			c, err := Read("r.csv", strings.NewReader(text))
			if c != nil || err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}
