package diagram

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/results"
	"github.com/twinstack/twinstack/harness/transitions"
)

var theirs = results.IUT{Name: "theirs", Version: "v1 <beta>"}

// all is a transition for each arrow, made by do from one that five cases take.
func all(do func(n int, t *results.Transition)) []results.Transition {
	var ts []results.Transition
	for n, a := range transitions.Arrows() {
		t := results.Transition{Outcome: transitions.Outcome{IUT: theirs.Name, Arrow: a, How: transitions.Taken, Cases: 5, First: "close/active"}}
		if do != nil {
			do(n, &t)
		}
		ts = append(ts, t)
	}
	return ts
}

func draw(t *testing.T, ts []results.Transition) string {
	t.Helper()
	var b bytes.Buffer
	if err := Draw(&b, theirs, ts); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// element is a piece of a drawing.
type element struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Text     string     `xml:",chardata"`
	Children []element  `xml:",any"`
}

func (e element) attr(name string) string {
	for _, a := range e.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// read gives the arrows of a drawing by their ID.
func read(t *testing.T, drawing string) map[string]element {
	t.Helper()
	var page element
	if err := xml.Unmarshal([]byte(drawing), &page); err != nil {
		t.Fatalf("%v\n%s", err, drawing)
	}
	arrows := map[string]element{}
	for _, e := range page.Children {
		if e.XMLName.Local == "g" {
			arrows[e.attr("id")] = e
		}
	}
	return arrows
}

// told are the texts of an arrow, and the class of its line.
func told(arrow element) (texts []string, class string) {
	for _, e := range arrow.Children {
		switch {
		case e.XMLName.Local == "text":
			texts = append(texts, e.Text)
		case strings.HasPrefix(e.attr("class"), "line "):
			class = strings.TrimPrefix(e.attr("class"), "line ")
		}
	}
	return texts, class
}

func TestEachArrowIsDrawn(t *testing.T) {
	t.Parallel()
	arrows := read(t, draw(t, all(nil)))
	if len(arrows) != len(transitions.Arrows()) {
		t.Errorf("%d arrows, expected %d", len(arrows), len(transitions.Arrows()))
	}
	for _, a := range transitions.Arrows() {
		texts, class := told(arrows[a.ID()])
		joined := strings.Join(texts, " / ")
		if class != "taken" || !strings.HasPrefix(joined, a.On.String()) || !strings.HasSuffix(joined, "5 cases") {
			t.Errorf("%s is drawn as %q with the line %q, expected %q, 5 cases, taken", a, joined, class, a.On)
		}
		if tip := arrows[a.ID()].Children[0].Text; !strings.Contains(tip, a.String()) || !strings.Contains(tip, a.Clause) || !strings.Contains(tip, "close/active") {
			t.Errorf("%s has the tooltip %q, expected itself, its clause and its first case", a, tip)
		}
	}
}

func TestHowAnArrowStands(t *testing.T) {
	t.Parallel()
	row := func(c ledger.Class) ledger.Finding {
		return ledger.Finding{Status: ledger.AsRecorded, Rows: []*ledger.Row{{ID: "row-1", Class: c, Clause: "RFC 9293 §3.10.5"}}}
	}
	for _, test := range []struct {
		name    string
		outcome transitions.Outcome
		finding ledger.Finding
		class   string
		text    string
		tip     string
	}{
		{"one case", transitions.Outcome{How: transitions.Taken, Cases: 1, First: "a/b"}, ledger.Finding{}, "taken", "1 case", "taken by 1 case, the first is a/b"},
		{"a defect", transitions.Outcome{How: transitions.Otherwise, Instead: "a/b, line 3: stays in CLOSING"}, row("theirs-defect"),
			"against", "× stays in CLOSING", "a/b, line 3: stays in CLOSING\ntheirs-defect, RFC 9293 §3.10.5 (row-1)"},
		{"both are wrong", transitions.Outcome{How: transitions.Otherwise, Instead: "a/b, line 3: stays in CLOSING"}, row(ledger.Both),
			"against", "× stays in CLOSING", "both, RFC 9293 §3.10.5"},
		{"latitude", transitions.Outcome{How: transitions.Otherwise, Instead: "a/b, line 3: goes to CLOSED"}, row(ledger.Latitude),
			"allowed", "~ goes to CLOSED", "latitude, RFC 9293 §3.10.5"},
		{"nothing on record", transitions.Outcome{How: transitions.Otherwise, Instead: "a/b, line 3: goes to <1>"}, ledger.Finding{Status: ledger.Unrecorded},
			"against", "! × goes to <1>", "new"},
		{"not offered", transitions.Outcome{How: transitions.NotOffered, Instead: "a/b, line 14: connect(3, ..., ...) = -1 EINVAL"}, row(ledger.Policy),
			"refused", "not offered: EINVAL of connect", "connect(3, ..., ...) = -1 EINVAL"},
		{"not played", transitions.Outcome{How: transitions.NotOffered, Instead: "a/b: not played"}, row(ledger.Policy),
			"refused", "not offered: not played", "a/b: not played"},
		{"no case", transitions.Outcome{How: transitions.NotTaken}, ledger.Finding{Status: ledger.Unrecorded}, "untried", "! no case", "not taken"},
		{"taken, though recorded as not", transitions.Outcome{How: transitions.Taken, Cases: 2, First: "a/b"}, ledger.Finding{Status: ledger.Passes},
			"taken", "! 2 cases", "unexpectedly passing"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			const n = 5 // listen-syn-sent-send, which has room for what is not offered
			drawing := draw(t, all(func(i int, tr *results.Transition) {
				if i == n {
					test.outcome.IUT, test.outcome.Arrow = tr.IUT, tr.Arrow
					tr.Outcome, tr.Finding = test.outcome, test.finding
				}
			}))
			arrow := read(t, drawing)[transitions.IDs()[n]]
			texts, class := told(arrow)
			if got := texts[len(texts)-1]; got != test.text || class != test.class {
				t.Errorf("drawn as %q with the line %q, expected %q and %q", got, class, test.text, test.class)
			}
			if tip := arrow.Children[0].Text; !strings.Contains(tip, test.tip) {
				t.Errorf("tooltip %q, expected %q in it", tip, test.tip)
			}
			listed := strings.Contains(drawing, `class="note `)
			if want := test.class != "taken" || !test.finding.Green(); listed != want {
				t.Errorf("listed below the figure: %t, expected %t", listed, want)
			}
		})
	}
}

func TestWiderForMoreCases(t *testing.T) {
	t.Parallel()
	width := func(cases int) string {
		drawing := draw(t, all(func(_ int, tr *results.Transition) { tr.Cases = cases }))
		return regexp.MustCompile(`class="line taken" stroke-width="([\d.]+)" d="M6`).FindStringSubmatch(drawing)[1]
	}
	if one, some, many := width(1), width(20), width(300); one >= some || some >= many {
		t.Errorf("widths %s, %s and %s of 1, 20 and 300 cases, expected them to grow", one, some, many)
	}
}

// A drawing stands for itself: nothing is fetched, nothing runs, and the same transitions give the same octets.
func TestSelfContained(t *testing.T) {
	t.Parallel()
	drawing := draw(t, all(nil))
	for _, bad := range []string{"<script", "href", "url(", "@import", "@font-face", "<image"} {
		if strings.Contains(drawing, bad) {
			t.Errorf("%q in the drawing, expected none", bad)
		}
	}
	if got := strings.Count(drawing, "http"); got != 1 {
		t.Errorf("%d addresses, expected the namespace alone", got)
	}
	if !strings.Contains(drawing, "prefers-color-scheme: dark") {
		t.Error("no dark form")
	}
	ts := all(nil)
	slices.Reverse(ts)
	if draw(t, ts) != drawing {
		t.Error("the same transitions in another order give another drawing, expected the same octets")
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestErrors(t *testing.T) {
	t.Parallel()
	ts := all(nil)
	if err := Draw(io.Discard, theirs, ts[1:]); err == nil || !strings.Contains(err.Error(), "closed-listen-passive-open of theirs") {
		t.Errorf("error %v without the first transition, expected its name", err)
	}
	if err := Draw(io.Discard, results.IUT{Name: "nobody"}, ts); err == nil {
		t.Error("no error for an IUT without transitions")
	}
	if err := Draw(full{}, theirs, ts); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("error %v, expected that of the writer", err)
	}
}
