package ledger

import (
	"strings"
	"testing"

	"github.com/twinstack/twinstack/harness/trace"
)

// happened is what came of some cases, to be held against any ledger.
type happened struct {
	runs        []Run
	comparisons []Comparison
	taken       map[string]string // arrows, with what happens instead
	matrix      []Mistake
	known       Known
}

func (h *happened) judge(l *Ledger) []Finding {
	findings := l.Judge(h.runs, h.comparisons)
	for _, arrow := range h.known.Arrows {
		findings = append(findings, l.JudgeTransition("netstack", arrow, h.taken[arrow] == "", h.taken[arrow]))
	}
	findings = append(findings, l.Removed(h.known)...)
	findings = append(findings, l.Unfinished()...)
	return append(findings, l.JudgePatterns(h.known, findings)...)
}

func (h *happened) judgeMatrix(l *Ledger) []MatrixFinding {
	return l.JudgeMatrix(h.matrix, ruleIDs, []string{"ours", "netstack"}, true)
}

// play adds a case on both IUTs over both families. What netstack does is "" for pass, the text of a failure's got, or
// "unsupported: …".
func (h *happened) play(caseName string, ours, netstack [2]string, differs [2][]string) {
	if h.known.Cases == nil {
		h.known.Cases = map[string][]string{}
	}
	h.known.Cases[caseName] = both
	for n, family := range both {
		for iut, got := range map[string]string{"ours": ours[n], "netstack": netstack[n]} {
			r := &trace.Result{}
			if lack, isLack := strings.CutPrefix(got, lacks); isLack {
				r = &trace.Result{Verdict: trace.Unsupported, Reason: lack}
			} else if got != "" {
				r = failed(got, "x")
			}
			h.runs = append(h.runs, Run{Key{caseName, family, iut}, r})
		}
		c := Comparison{Key{caseName, family, "netstack"}, "ours", differs[n], ""}
		if strings.HasPrefix(netstack[n], lacks) {
			c.NotCompared = "netstack: " + netstack[n]
		}
		h.comparisons = append(h.comparisons, c)
	}
}

func twice[T any](of T) [2]T { return [2]T{of, of} }

// updated is the text after an update, which must record what happened but for what is left to fill in and what is ours.
func updated(t *testing.T, text string, h *happened, left int) (string, Updated) {
	t.Helper()
	l, err := Parse("l.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	changes := Changes{Findings: h.judge(l), Matrix: h.judgeMatrix(l)}
	for _, f := range changes.Matrix {
		if f.Status == Unrecorded {
			changes.Unknown = append(changes.Unknown, MatrixUnknown{f.Mistake, "RFC 9293 §3.5.2", []string{"about"}})
		}
	}
	out, done, err := l.Update([]byte(text), changes)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Parse("l.yaml", out)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, f := range h.judge(again) {
		if !f.Green() && f.Status != Unfinished {
			if left--; left < 0 {
				t.Errorf("after the update: %s: %v: on record %q, now %q", f, f.Status, f.Expected, f.Got)
			}
		}
	}
	for _, f := range h.judgeMatrix(again) {
		if !f.Green() {
			t.Errorf("after the update: %v: %v", f.Mistake, f.Status)
		}
	}
	if left > 0 {
		t.Errorf("%d findings less than expected are left", left)
	}
	if t.Failed() {
		t.Logf("%s", out)
	}
	return string(out), done
}
