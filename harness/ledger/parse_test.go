package ledger

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const good = `- id: netstack-rfc5961-3.2-rst
  iut: netstack
  class: netstack-defect
  clause: RFC 5961 §3.2
  reason: An RST in the window is taken. It must draw a challenge ACK.
  cases:
    - case: reset/in-window
      family: ipv6
      fails: "line 9: expected > . 1:1(0) ack 1, got nothing (no packet)"
      differs:
        - "line 9: a"
        - "line 9: a"
    - case: reset/other
      unsupported: "no such option"
`

func TestParse(t *testing.T) {
	t.Parallel()
	l, err := Parse("l.yaml", []byte(good))
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Rows) != 1 || len(l.Rows[0].Cases) != 2 {
		t.Fatalf("rows %+v, expected one with two cases", l.Rows)
	}
	r := l.Rows[0]
	if r.ID != "netstack-rfc5961-3.2-rst" || r.IUT != "netstack" || r.Class != DefectOf("netstack") ||
		r.Clause != "RFC 5961 §3.2" || !strings.HasPrefix(r.Reason, "An RST") || r.Pos != (Pos{1, 3}) {
		t.Errorf("row %+v", r)
	}
	e := r.Cases[0]
	if e.Case != "reset/in-window" || e.Family != "ipv6" || !strings.Contains(e.Fails, "got nothing") || len(e.Differs) != 2 || e.Pos != (Pos{7, 13}) {
		t.Errorf("entry %+v", e)
	}
	if r.Cases[1].Unsupported != "no such option" {
		t.Errorf("entry %+v", r.Cases[1])
	}
}

// A row may be about any IUT, and name its class before it.
func TestClassOfAnyIUT(t *testing.T) {
	t.Parallel()
	text := strings.NewReplacer("  iut: netstack\n", "", "class: netstack-defect", "class: mystack-defect\n  iut: mystack").Replace(good)
	l, err := Parse("l.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if r := l.Rows[0]; r.IUT != "mystack" || r.Class != DefectOf("mystack") || r.Class.Rank() != 0 {
		t.Errorf("row %+v", r)
	}
	if Both.Rank() != 1 || Latitude.Rank() != 2 || Policy.Rank() != 3 {
		t.Error("classes in another order than both, latitude, policy")
	}
}

func TestReadFile(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "ledger.yaml")
	if _, err := ReadFile(name); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), name) {
		t.Errorf("got %v, expected that there is no such file", err)
	}
	if err := os.WriteFile(name, []byte(good), 0o600); err != nil {
		t.Fatal(err)
	}
	if l, err := ReadFile(name); err != nil || len(l.Rows) != 1 || l.Name != name {
		t.Errorf("got %+v, %v", l, err)
	}
}

func TestParseEmpty(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "# nothing yet\n", "[]\n", "---\n"} {
		l, err := Parse("l.yaml", []byte(text))
		if err != nil || len(l.Rows) != 0 {
			t.Errorf("%q: %v, %v, expected no rows", text, l, err)
		}
	}
}

func TestParseErrors(t *testing.T) {
	t.Parallel()
	with := func(old, new string) string {
		changed := strings.Replace(good, old, new, 1)
		if changed == good {
			t.Fatalf("nothing to replace: %q", old)
		}
		return changed
	}
	tests := []struct{ name, text, want string }{
		{"unknown key", with("clause:", "clawse:"), `l.yaml:4:3: unknown key "clawse" in a row, expected one of id, iut, class, clause, reason, like, cases, matrix, transitions`},
		{"missing clause", with("  clause: RFC 5961 §3.2\n", ""), `l.yaml:1:3: a row without "clause", expected it`},
		{"missing reason", with("  reason: An RST in the window is taken. It must draw a challenge ACK.\n", ""), `l.yaml:1:3: a row without "reason", expected it`},
		{"empty reason", with("An RST in the window is taken. It must draw a challenge ACK.", ""), `l.yaml:5:10: nothing, expected a reason as text`},
		{"clause form", with("RFC 5961 §3.2", "section 3.2"), `l.yaml:4:11: clause "section 3.2", expected the like of "RFC 9293 §3.10.7.4"`},
		{"unknown class", with("netstack-defect", "bug"), `l.yaml:3:10: unknown class "bug", expected one of netstack-defect, both, latitude, policy`},
		{"class of another IUT", with("iut: netstack", "iut: mystack"), `l.yaml:3:10: unknown class "netstack-defect", expected one of mystack-defect, both, latitude, policy`},
		{"class of ours", with("netstack-defect", "ours-defect"), `l.yaml:3:10: class ours-defect: a defect of ours is mended, not recorded; expected one of netstack-defect, both, latitude, policy`},
		{"id form", with("netstack-rfc5961-3.2-rst", "Netstack RST"), `l.yaml:1:7: id "Netstack RST", expected small letters and digits, joined by - or .`},
		{"id twice", good + good, `l.yaml:15:7: id "netstack-rfc5961-3.2-rst" a second time, expected another than in line 1`},
		{"key twice", with("  class: netstack-defect\n", "  class: netstack-defect\n  class: both\n"), `l.yaml:4:3: "class" a second time in a row, expected it once`},
		{"wrong type", with("iut: netstack", "iut: 3"), `l.yaml:2:8: 3 (int), expected the name of an IUT as text`},
		{"cases no list", with("  cases:\n    - case: reset/in-window\n      family: ipv6", "  cases: reset/in-window\n  x:\n    - case: a\n      family: ipv6"), `l.yaml:6:10: "reset/in-window", expected a list of cases`},
		{"family", with("ipv6", "ipv5"), `l.yaml:8:15: unknown family "ipv5", expected ipv4 or ipv6`},
		{"fails of ours", with("iut: netstack", "iut: ours"), `l.yaml:9:14: a failure of ours, expected none: ours is mended, and differences stand with the other IUT`},
		{"differs of ours", with("iut: netstack", "iut: ours"), `l.yaml:11:9: a difference of ours, expected none`},
		{"nothing recorded", with("      unsupported: \"no such option\"\n", ""), `l.yaml:13:13: case "reset/other" with nothing recorded, expected fails, differs or unsupported`},
		{"unsupported and more", with("no such option\"\n", "no such option\"\n      fails: x\n"), `l.yaml:13:13: case "reset/other" is unsupported and more, expected unsupported alone`},
		{"a bad pattern", with("  cases:", "  like: 'a('\n  cases:"), "l.yaml:6:9: error parsing regexp: missing closing )"},
		{"like of ours", with("iut: netstack\n", "iut: ours\n  like: a\n"), `l.yaml:3:9: a difference of ours, expected none`},
		{"unsupported and like", with("  cases:", "  like: a\n  cases:"), `is unsupported and more, expected unsupported alone`},
		{"a name alone, like nothing", with("- case: reset/in-window\n      family: ipv6\n", "- reset/alone\n    - case: reset/in-window\n"), `l.yaml:7:7: "reset/alone", expected a case as a mapping`},
		{"a mapping", "rows: []\n", `l.yaml:1:1: a mapping, expected a list of rows`},
		{"a scalar row", "- x\n", `l.yaml:1:3: "x", expected a row as a mapping`},
		{"an alias", "- &a x\n- *a\n", `l.yaml:2:3: an alias, expected a row as a mapping`},
		{"two documents", "[]\n---\n[]\n", `a second YAML document, expected one`},
		{"not YAML", "- id: x\n  iut: \"netstack\n", `not YAML: `},
		{"a tab", "- id: x\n\tiut: y\n", `l.yaml:2:2: not YAML: `},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			l, err := Parse("l.yaml", []byte(test.text))
			if err == nil {
				t.Fatalf("no error, ledger %+v", l)
			}
			if l != nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte("- id: [x\n"))
	f.Add([]byte("- &a {id: *a}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := Parse("l.yaml", data)
		if (l == nil) == (err == nil) {
			t.Fatalf("ledger %v and error %v, expected one of them", l, err)
		}
	})
}
