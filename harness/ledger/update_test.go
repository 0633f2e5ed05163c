package ledger

import (
	"os"
	"strings"
	"testing"
)

const toUpdate = `# The first lines are about the file.
- id: first   # with a comment
  iut: netstack
  class: netstack-defect
  clause: RFC 9293 §3.5.2
  reason: >-
    Folded text,
    # no comment
    and more.
  cases:
    # about a
    - case: reset/a
      fails: "line 9: expected F, got old (x)"
      differs:
        - "one"
        - 'two'   # why two
    - case: reset/gone
      fails: line 1
      # which goes with it
    - {case: reset/flow, family: ipv4, fails: "line 9: expected F, got old (x)"}
    - case: reset/mended
      fails: line 1
      differs: [d]

# about the second
- id: second
  iut: netstack
  class: latitude
  clause: RFC 9293 §3.5.3
  reason: It may.
  cases: [{case: reset/b, differs: [b1, b2]}, {case: reset/c, fails: "line 9: expected F, got c (x)"}]
  transitions:
    - {arrow: one, instead: "old"}
    - {arrow: two, instead: taken by now}
  matrix:
    - {rule: other.0.paws, shape: nothing}   # vanished
    - {rule: icmp.hard, shape: RST}

# about the third, which goes with it
- id: third
  iut: netstack
  class: policy
  clause: RFC 9293 §3.5.4
  reason: No more.
  cases:
    - case: reset/mended
      differs: [e]
- {id: fourth, iut: netstack, class: policy, clause: RFC 9293 §3.5.4, reason: So., cases: [{case: reset/a, differs: [three]}, {case: reset/d, unsupported: no}]}
- id: everywhere
  iut: netstack
  class: policy
  clause: RFC 9293 §3.5.4
  reason: In all.
  like: SYN \d
  cases:
    - reset/a
    - reset/c
    - case: reset/b
    - "none/*"
# the end
`

const hasBeenUpdated = `# The first lines are about the file.
- id: first   # with a comment
  iut: netstack
  class: netstack-defect
  clause: RFC 9293 §3.5.2
  reason: >-
    Folded text,
    # no comment
    and more.
  cases:
    # about a
    - case: reset/a
      fails: "line 9: expected F, got new (x)"
      differs:
        - "one"
        - 'TWO' # why two
    - {case: reset/flow, family: ipv4, fails: "line 9: expected F, got new (x)"}

# about the second
- id: second
  iut: netstack
  class: latitude
  clause: RFC 9293 §3.5.3
  reason: It may.
  cases: [{case: reset/b, family: ipv4, differs: [b2]}, {case: reset/b, family: ipv6, differs: [b1, b3, b4]}, {case: reset/c, fails: "line 9: expected F, got c (x)"}]
  transitions:
    - {arrow: one, instead: "new"}
  matrix:
    - {rule: icmp.hard, shape: RST}

- {id: fourth, iut: netstack, class: policy, clause: RFC 9293 §3.5.4, reason: So., cases: [{case: reset/a, differs: [three]}, {case: reset/d, fails: 'line 9: expected F, got nothing (x)'}]}
- id: everywhere
  iut: netstack
  class: policy
  clause: RFC 9293 §3.5.4
  reason: In all.
  like: SYN \d
  cases:
    - reset/a
    - case: reset/c
      family: ipv6
    - case: reset/b
# the end
`

// What has changed is changed where it stands, what is no more is taken out, all else keeps its octets.
func TestUpdate(t *testing.T) {
	t.Parallel()
	h := &happened{taken: map[string]string{"one": "new", "two": ""}, matrix: []Mistake{{"netstack", "icmp.hard", "RST", "ICMP", "LISTEN"}},
		known: Known{IUTs: []string{"ours", "netstack"}, Arrows: []string{"one", "two"}}}
	none := twice("")
	h.play("reset/a", none, twice("new"), twice([]string{"one", "TWO", "three", "SYN 1"}))
	h.play("reset/b", none, none, [2][]string{{"b2", "SYN 1"}, {"b1", "b3", "b4", "SYN 1"}})
	h.play("reset/c", none, twice("c"), [2][]string{nil, {"SYN 1"}})
	h.play("reset/d", none, twice("nothing"), [2][]string{})
	h.play("reset/flow", none, [2]string{"new", ""}, [2][]string{})
	h.play("reset/mended", none, none, [2][]string{})
	h.play("none/a", none, none, [2][]string{})
	got, done := updated(t, toUpdate, h, 0)
	if got != hasBeenUpdated {
		t.Errorf("got\n%s", got)
	}
	if want := (Updated{Edited: 6, Taken: 6}); done != want {
		t.Errorf("done %+v, expected %+v", done, want)
	}
	if same, done := updated(t, hasBeenUpdated, h, 0); same != hasBeenUpdated || done != (Updated{}) {
		t.Errorf("a second update changes %+v:\n%s", done, same)
	}
}

// What is new becomes rows with TODO at the end.
func TestUpdateAddsRows(t *testing.T) {
	t.Parallel()
	h := &happened{taken: map[string]string{"one": "reset/a, line 3: stays in LISTEN"}, known: Known{IUTs: []string{"ours", "netstack"}, Arrows: []string{"one"}},
		matrix: []Mistake{{"netstack", "icmp.hard", "RST", "ICMP", "LISTEN"}, {"ours", "other.0.paws", "against X-1", "ACK", "LISTEN"}}}
	h.play("reset/a", twice(""), twice("R"), [2][]string{{"one", "two"}, {"one"}})
	h.play("reset/lacks", twice(""), twice("unsupported: no option"), [2][]string{})
	const rows = `- id: netstack-reset-a
  iut: netstack
  class: TODO
  clause: TODO
  reason: 'TODO: what the clause asks for, and what netstack does instead.'
  cases:
    - case: reset/a
      family: ipv4
      fails: 'line 9: expected F, got R (x)'
      differs:
        - one
        - two
    - case: reset/a
      family: ipv6
      fails: 'line 9: expected F, got R (x)'
      differs:
        - one
- id: netstack-reset-lacks
  iut: netstack
  class: TODO
  clause: TODO
  reason: 'TODO: what the clause asks for, and what netstack does instead.'
  cases:
    - case: reset/lacks
      unsupported: no option
- id: netstack-transition-one
  iut: netstack
  class: TODO
  clause: TODO
  reason: 'TODO: what the clause asks for, and what netstack does instead.'
  transitions:
    - {arrow: one, instead: 'reset/a, line 3: stays in LISTEN'}
# about
- id: netstack-icmp.hard-rst-icmp-listen
  iut: netstack
  class: TODO
  clause: RFC 9293 §3.5.2
  reason: 'TODO: what the clause asks for, and what netstack does instead.'
  matrix:
    - {rule: icmp.hard, shape: RST, after: ICMP, in: LISTEN}
# about
- id: ours-other.0.paws-against-x-1-ack-listen
  iut: ours
  class: TODO
  clause: RFC 9293 §3.5.2
  reason: 'TODO: what the clause asks for, and what ours does instead.'
  matrix:
    - {rule: other.0.paws, shape: against X-1, after: ACK, in: LISTEN}
`
	const taken = "- {id: netstack-reset-a, iut: netstack, class: policy, clause: RFC 9293 §3.5.2, reason: So., cases: [{case: reset/a, differs: [one]}]}"
	for _, test := range []struct{ name, text, want string }{
		{"empty", "", rows},
		{"an empty list", "# nothing yet\n[]\n", "# nothing yet\n" + rows},
		{"a comment without end of line", "# nothing yet", "# nothing yet\n" + rows},
		{"indented", "  - {id: a, iut: netstack, class: policy, clause: RFC 9293 §3.5.2, reason: So., matrix: [{rule: none, shape: x}]}\n", indented([]byte(rows), 2)},
		{"an id that is taken", taken, taken + "\n" + strings.NewReplacer("reset-a\n", "reset-a-2\n", "        - one\n        - two\n", "        - two\n",
			"(x)'\n      differs:\n        - one\n- id", "(x)'\n- id").Replace(rows)},
	} {
		got, done := updated(t, test.text, h, 0)
		if got != test.want {
			t.Errorf("%s: got\n%s", test.name, got)
		}
		if done.Added != 5 || done.Left != 0 {
			t.Errorf("%s: done %+v", test.name, done)
		}
	}
}

// What ours does wrong is not recorded, nor is anything about what differs from it as long as it is: a run of the other is.
func TestUpdateLeavesOurs(t *testing.T) {
	t.Parallel()
	const text = `- id: a
  iut: netstack
  class: policy
  clause: RFC 9293 §3.5.4
  reason: So.
  cases:
    - {case: reset/a, fails: "line 9: expected F, got R (x)", differs: [one]}
`
	h := &happened{known: Known{IUTs: []string{"ours", "netstack"}}}
	h.play("reset/a", twice(""), twice("S"), [2][]string{})
	h.play("reset/b", twice("R"), twice(""), twice([]string{"never"}))
	got, done := updated(t, text, h, 6) // two runs of ours, and all comparisons
	if want := strings.Replace(text, "got R", "got S", 1); got != want || done != (Updated{Edited: 1, Left: 6}) {
		t.Errorf("done %+v, got\n%s", done, got)
	}
}

// An IUT that can no longer run a case has no differences in it, and what one row is no more like needs another row.
func TestUpdateMoves(t *testing.T) {
	t.Parallel()
	const text = `- id: like
  iut: netstack
  class: policy
  clause: RFC 9293 §3.5.4
  reason: In all.
  like: SYN \d
  cases:
    - {case: reset/a, fails: "line 9: expected F, got R (x)", differs: [one]}
- id: lacks
  iut: netstack
  class: policy
  clause: RFC 9293 §3.5.4
  reason: So.
  cases:
    - {case: reset/b, fails: "line 9: expected F, got R (x)", differs: [one]}
- id: more
  iut: netstack
  class: policy
  clause: RFC 9293 §3.5.4
  reason: So.
  cases:
    - {case: reset/b, differs: [two]}
    - {case: reset/c, differs: [three]}
- cases: # in front
    - {case: reset/d, differs: [four]}
    - {case: reset/e, differs: [five]}
  id: backwards
  iut: netstack
  class: policy
  clause: RFC 9293 §3.5.4
  reason: So.
- cases: [{case: reset/f, fails: x}, {case: reset/g, fails: "line 9: expected F, got G (x)"}]
  id: in-a-line
  iut: netstack
  class: policy
  clause: RFC 9293 §3.5.4
  reason: So.
- transitions: [{arrow: none, instead: x}]
  id: without
  iut: netstack
  class: policy
  clause: RFC 9293 §3.5.4
  reason: So.
  cases:
    - {case: reset/h, fails: "line 9: expected F, got H (x)"}
`
	h := &happened{known: Known{IUTs: []string{"ours", "netstack"}, Arrows: []string{"one"}}}
	h.play("reset/f", twice(""), twice(""), [2][]string{})
	h.play("reset/g", twice(""), twice("G"), [2][]string{})
	h.play("reset/h", twice(""), twice("H"), [2][]string{})
	h.play("reset/a", twice(""), twice("R"), twice([]string{"one"}))
	h.play("reset/b", twice(""), twice("unsupported: no option"), [2][]string{})
	h.play("reset/c", twice(""), twice("unsupported: no option"), [2][]string{})
	h.play("reset/d", twice(""), twice(""), [2][]string{})
	h.play("reset/e", twice(""), twice(""), twice([]string{"six"}))
	got, _ := updated(t, text, h, 0)
	for _, want := range []string{"- cases: # in front\n    - {case: reset/e, differs: [six]}\n  id: backwards\n",
		"- cases: [{case: reset/g, fails: \"line 9: expected F, got G (x)\"}]\n  id: in-a-line\n", "- id: without\n", "- id: netstack-reset-a\n", "    - {case: reset/b, unsupported: no option}\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if strings.Contains(got, "id: like") || strings.Contains(got, "id: more") {
		t.Errorf("a row without anything is left:\n%s", got)
	}
}

// A ledger that is written in a way that cannot be edited in place is left alone.
func TestUpdateRefuses(t *testing.T) {
	t.Parallel()
	const text = "[{id: a, iut: netstack, class: policy, clause: RFC 9293 §3.5.2, reason: So., cases: [{case: reset/a, fails: x}]}]\n"
	l, err := Parse("l.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if out, _, err := l.Update([]byte(text), Changes{}); err == nil || !strings.Contains(err.Error(), "l.yaml:1: a list of rows that do not begin lines") {
		t.Errorf("got %q, %v", out, err)
	}
}

// Whatever is taken out of the house's own ledger, what is left keeps its octets.
func TestUpdateOfAWholeLedger(t *testing.T) {
	t.Parallel()
	const name = "../../ci/ledger.yaml"
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	l, err := Parse(name, data)
	if err != nil {
		t.Fatal(err)
	}
	old := strings.Split(string(data), "\n")
	tried := 0
	for n, row := range l.Rows {
		for i := range row.Cases {
			if tried++; tried%7 != 1 { // reading it takes a while
				continue
			}
			e := &row.Cases[i]
			text, done, err := l.Update(data, Changes{Findings: []Finding{{Key: Key{e.Case, e.Family, row.IUT}, Status: Removed, Place: "here", pos: e.Pos, Rows: []*Row{row}}}})
			if err != nil || done.Taken != 1 {
				t.Fatalf("%s: %+v, %v", e.Case, done, err)
			}
			again, err := Parse(name, text)
			if err != nil {
				t.Fatal(err)
			}
			left, rows := len(row.Cases)-1, len(l.Rows)
			if left == 0 && row.Matrix == nil && row.Transitions == nil {
				rows--
			} else if len(again.Rows[n].Cases) != left || again.Rows[n].Reason != row.Reason {
				t.Errorf("line %d: row %+v", e.Pos.Line, again.Rows[n])
			}
			if len(again.Rows) != rows {
				t.Errorf("line %d: %d rows left, expected %d", e.Pos.Line, len(again.Rows), rows)
			}
			lines, at := strings.Split(string(text), "\n"), 0
			for _, line := range old { // what is left is the old text with lines taken out
				if at < len(lines) && lines[at] == line {
					at++
				}
			}
			if at != len(lines) {
				t.Errorf("line %d: line %d is new: %q", e.Pos.Line, at+1, lines[at])
			}
		}
	}
}
