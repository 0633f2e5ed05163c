package page_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/twinstack/twinstack/harness/archive"
	"github.com/twinstack/twinstack/harness/report/page"
)

// evil is a text that harms where it becomes markup.
const evil = `</script></template><script>window.harmed=1</script><img src=x onerror="window.harmed=1">'"` + "`${harmed}<!--"

// hostile is a small run in which every text is evil.
func hostile() *archive.File {
	judged := archive.Judgement{Status: "not recorded", Rows: []string{evil}, Recorded: []string{evil}, Now: []string{evil}}
	run := func(iut string) archive.Run {
		return archive.Run{IUT: iut, Family: evil, Verdict: "fail", Reason: evil, Judgement: judged,
			Failures: []archive.Failure{{Line: 2, Expected: evil, Got: evil, Reason: evil}},
			Trace: []archive.Event{{Kind: "call", Line: 1, Cause: 1, Text: evil}, {Kind: "sent", Line: 2, Cause: 1, Text: evil, With: evil},
				{Kind: "state", Cause: 1, Text: evil, Conn: evil}}}
	}
	return &archive.File{Schema: evil, Twinstack: evil, GVisor: evil, Complete: true, Planned: 2,
		Settings:     []archive.CommonSetting{{Name: evil, Value: evil}},
		IUTs:         []archive.Implementation{{Name: evil, Version: evil, Honours: []archive.Honour{{Setting: evil, Honour: evil, Value: evil}}}, {Name: "b", Version: evil}},
		Ledger:       []archive.LedgerRow{{ID: evil, IUT: evil, Class: evil, Clause: evil, Reason: evil}},
		Requirements: []archive.Requirement{{ID: evil, Level: evil, Clause: evil, Text: evil, Testable: "api", Cases: []string{evil}, Shown: []string{evil}, Passed: []string{evil}}},
		Cases: []archive.Case{{ID: evil, Title: evil, Script: "// one\n" + evil + "\n", Requirements: []string{evil}, Clauses: []string{evil}, Labels: []string{evil},
			Runs: []archive.Run{run(evil), run("b")},
			Comparisons: []archive.Compared{{IUT: "b", With: evil, Family: evil, Judgement: judged,
				Differences: []archive.Difference{{Line: 1, Kind: "segment", With: evil, IUT: evil, Text: evil}}}}}},
		Live:        []archive.LivePair{{Client: evil, Server: evil, Family: evil, Wrong: []string{evil}, NotPlayed: evil, Judgement: judged}},
		Divergences: []archive.Divergence{{ID: evil, IUT: evil, Class: evil, Clause: evil, Status: "not recorded", Cases: []string{evil}, Matrix: 1}},
		Matrix: &archive.Matrix{Scope: evil, IUTs: []archive.Outline{{IUT: evil, Generated: 1}}, Causes: []archive.Cause{{IUT: evil, Rule: evil, Shape: evil, After: evil, In: evil,
			Verdict: "fail", Clause: evil, Level: evil, Cases: 1, Example: evil, Expected: evil, Got: evil, Status: "not recorded", Ledger: evil, Class: evil}},
			Rows: []archive.Row{{State: evil, Entries: []string{evil}}}, Columns: []archive.Column{{Group: evil, Name: evil, Positions: []string{evil}}},
			Squares: []archive.Square{{Counts: [][]int{{1}}, Shares: []archive.Share{{Places: [][3]int{{0, 0, 1}}, Named: []archive.Named{{ID: evil}}}}}}},
	}
}

// No text of a file becomes markup, and all of it is there.
func TestEscaping(t *testing.T) {
	t.Parallel()
	f := hostile()
	html := write(t, f)
	if n := strings.Count(html, "<script"); n != 4 {
		t.Errorf("%d scripts, expected 4: three of data and one that runs", n)
	}
	for _, bad := range []string{"<img", "<!--", "</template><script"} {
		if strings.Contains(html, bad) {
			t.Errorf("%s in the page, expected none", bad)
		}
	}
	for _, id := range []string{"report", "ladders", "map"} {
		_, rest, _ := strings.Cut(html, `<script type="application/json" id="`+id+`">`)
		blob, _, found := strings.Cut(rest, "</script>")
		var v any
		if err := json.Unmarshal([]byte(blob), &v); !found || err != nil {
			t.Errorf("data %s: %v", id, err)
		}
		if n := strings.Count(literal(v), strings.Trim(literal(evil), `"`)); n == 0 {
			t.Errorf("data %s does not have the text", id)
		}
	}
}

// A page stands for itself: it fetches nothing, only its own script may run, and the same file gives the same octets.
func TestSelfContained(t *testing.T) {
	t.Parallel()
	f := wholeRun(t)
	html := write(t, f)
	own := regexp.MustCompile(`(?s)<script type="application/json".*?</script>`).ReplaceAllString(html, "")
	if len(own) == len(html) {
		t.Fatal("no data in the page")
	}
	for _, bad := range []string{" src=", "<link", "@import", "url(", "@font-face", "fetch(", "XMLHttpRequest", "innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "document.write", "import("} {
		if strings.Contains(own, bad) {
			t.Errorf("%q in the page, expected none", bad)
		}
	}
	for _, address := range regexp.MustCompile(`https?://[^"\s<]*`).FindAllString(own, -1) {
		if !strings.HasPrefix(address, "https://www.rfc-editor.org/rfc/rfc") && address != "http://www.w3.org/2000/svg" {
			t.Errorf("address %q, expected RFCs alone", address)
		}
	}
	if !strings.Contains(html, "default-src &#39;none&#39;") {
		t.Error("no policy that forbids to fetch")
	}
	if html != write(t, f) {
		t.Error("the same file twice, expected the same octets")
	}
}

// A part of a run is told as such, and what needs the whole is left out.
func TestPart(t *testing.T) {
	t.Parallel()
	f := *wholeRun(t)
	f.Complete, f.Cases, f.Requirements, f.Transitions, f.Matrix = false, f.Cases[:5], nil, nil, nil
	html := write(t, &f)
	if !strings.Contains(html, "? A part of a run") || !strings.Contains(html, fmt.Sprintf("runs of %d", f.Planned)) {
		t.Error("the page does not say that it is a part")
	}
	for _, view := range []string{"view-requirements", "view-states", "view-matrix"} {
		if strings.Contains(html, `id="`+view+`"`) {
			t.Errorf("%s is there, expected it left out", view)
		}
	}
}

// What is not as recorded stands at the top, with both accounts.
func TestNotAsRecorded(t *testing.T) {
	t.Parallel()
	f := *wholeRun(t)
	f.Cases = append([]archive.Case{}, f.Cases...)
	c := &f.Cases[3]
	c.Runs = append([]archive.Run{}, c.Runs...)
	c.Runs[0].Judgement = archive.Judgement{Status: "fails otherwise than recorded", Recorded: []string{"the old answer"}, Now: []string{"the new answer"}}
	html := write(t, &f)
	top, _, _ := strings.Cut(html, `id="topics"`)
	for _, text := range []string{"× Not as recorded", `<b id="reds">1</b>`, `href="#case/` + c.ID + "/" + c.Runs[0].Family + `"`, "the old answer", "the new answer", "fails otherwise than recorded"} {
		if !strings.Contains(top, text) {
			t.Errorf("%q is not above the table, expected it there", text)
		}
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestErrors(t *testing.T) {
	t.Parallel()
	if err := page.Write(full{}, hostile()); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("error %v, expected that of the writer", err)
	}
	transition := archive.Transition{IUT: "ours", Arrow: "closed-listen-passive-open", How: "taken", Judgement: archive.Judgement{Status: "clean"}}
	for _, test := range []struct {
		wrong func(*archive.Transition)
		want  string
	}{
		{func(t *archive.Transition) { t.Arrow = "up" }, `transition of ours: no arrow is called "up"`},
		{func(t *archive.Transition) { t.How = "perhaps" }, `transition closed-listen-passive-open of ours: "perhaps", expected one of`},
		{func(t *archive.Transition) { t.Status = "fine" }, `status "fine", expected one of`},
		{func(t *archive.Transition) { t.Rows = []string{"none"} }, `no row of the ledger is called "none"`},
	} {
		one := transition
		test.wrong(&one)
		f := &archive.File{IUTs: []archive.Implementation{{Name: "ours"}}, Transitions: []archive.Transition{one}}
		if err := page.Write(io.Discard, f); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("error %v, expected %q", err, test.want)
		}
	}
}

// Each difference of the whole suite is marked in its ladder, and each event stands in it once.
func TestMarks(t *testing.T) {
	t.Parallel()
	f := wholeRun(t)
	_, rest, _ := strings.Cut(write(t, f), `<script type="application/json" id="ladders">`)
	blob, _, _ := strings.Cut(rest, "</script>")
	var all [][]struct {
		IUTs, Families []string
		Events         [][]any
		Rows           [][4]int
		Differences    []string
	}
	if err := json.Unmarshal([]byte(blob), &all); err != nil || len(all) != len(f.Cases) {
		t.Fatalf("ladders of %d cases, %v, expected %d", len(all), err, len(f.Cases))
	}
	differences, apart := 0, 0
	for i, ladders := range all {
		c := f.Cases[i]
		families := 0
		for _, l := range ladders {
			families += len(l.Families)
			seen := map[[2]int]int{}
			marked := map[int]bool{}
			for _, r := range l.Rows {
				for side := range l.IUTs {
					seen[[2]int{side, r[1+side]}]++
				}
				marked[r[3]] = true
			}
			for side := range l.IUTs {
				for e := range l.Events[side] {
					if n := seen[[2]int{side, e}]; n != 1 {
						t.Errorf("%s: event %d of %s stands in %d rows, expected one", c.ID, e, l.IUTs[side], n)
					}
				}
			}
			for n, text := range l.Differences {
				differences++
				if !marked[n+1] {
					t.Errorf("%s over %v: not marked: %s", c.ID, l.Families, text)
				}
			}
		}
		if families != len(c.Comparisons) {
			t.Errorf("%s: %d families, expected %d", c.ID, families, len(c.Comparisons))
		}
		if len(ladders) > 1 {
			apart++
		}
	}
	if differences == 0 || apart > len(f.Cases)/10 {
		t.Errorf("%d differences, %d cases whose families do not read the same, expected many and few", differences, apart)
	}
}
