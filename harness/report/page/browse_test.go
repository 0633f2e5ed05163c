package page_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/twinstack/twinstack/harness/archive"
)

// literal is a value as JavaScript has it.
func literal(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// cells are the texts of a table's body, row by row.
func cells(p *tab, selector string) [][]string {
	p.Helper()
	return is[[][]string](p, fmt.Sprintf("[...document.querySelectorAll(%s)].map(tr => [...tr.children].map(c => c.textContent))", literal(selector+" tbody tr")))
}

const (
	items   = "document.querySelectorAll('main > section:not([hidden]) .list > li').length"
	viewNow = "document.querySelector('main > section:not([hidden])').id"
)

func topic(id string) string { t, _, _ := strings.Cut(id, "/"); return t }

func number(n int) string { return strconv.Itoa(n) }

// TestBrowser looks at the report of a whole run as its reader does.
func TestBrowser(t *testing.T) {
	f, b := wholeRun(t), browser(t)
	url := onDisk(t, f)
	for _, test := range []struct {
		name string
		look func(*testing.T, *archive.File, func(*testing.T, string) *tab)
	}{
		{"opens", opens}, {"figures", figures}, {"coverage", coverage}, {"filter", filter}, {"search", search}, {"deep links", deepLinks}, {"back", back},
		{"theme", theme}, {"keyboard", keyboard}, {"ladder", ladder}, {"clauses", clauses}, {"states", states}, {"matrix", matrix}, {"widths", widths},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.look(t, f, func(t *testing.T, place string) *tab { return open(t, b, url, place) })
		})
	}
}

// Little is drawn before it is looked at. How long it takes is told with -v.
func opens(t *testing.T, f *archive.File, open func(*testing.T, string) *tab) {
	if n := len(write(t, f)); n > 12_000_000 {
		t.Errorf("%d octets, expected less than 12 MB", n)
	} else {
		t.Logf("%d octets", n)
	}
	p := open(t, "")
	if n := is[int](p, "document.querySelectorAll('*').length"); n > 2500 {
		t.Errorf("%d elements at the start, expected no more than 2500", n)
	} else {
		t.Logf("%d elements", n)
	}
	t.Logf("loaded after %.0f ms", is[float64](p, "performance.getEntriesByType('navigation')[0].loadEventEnd"))
	for _, view := range []string{"cases", "divergences", "requirements", "states", "matrix"} {
		t.Logf("%s after %.0f ms", view, is[float64](p, "(() => { const t = performance.now(); location.hash = "+literal(view)+"; show(); document.body.offsetHeight; return performance.now() - t; })()"))
		want(p, viewNow, "view-"+view)
	}
}

// The figures on the page are those of the file.
func figures(t *testing.T, f *archive.File, open func(*testing.T, string) *tab) {
	p := open(t, "")
	type sums struct {
		cases, alike, different, not int
		pass, fail, other            map[string]int
	}
	var topics []string
	by := map[string]*sums{}
	runs, reds := 0, 0
	statuses := map[string]map[string]int{"runs": {}, "comparisons": {}, "live pairs": {}, "transitions": {}, "root causes of the matrix": {}}
	judged := func(what, status string) {
		statuses[what][status]++
		if status != "clean" && status != "as recorded" {
			reds++
		}
	}
	for _, c := range f.Cases {
		for _, name := range []string{topic(c.ID), "all"} {
			if by[name] == nil {
				by[name] = &sums{pass: map[string]int{}, fail: map[string]int{}, other: map[string]int{}}
				topics = append(topics, name)
			}
			s := by[name]
			s.cases++
			for _, r := range c.Runs {
				count := map[string]map[string]int{"pass": s.pass, "fail": s.fail}[r.Verdict]
				if count == nil {
					count = s.other
				}
				count[r.IUT]++
			}
			for _, d := range c.Comparisons {
				switch {
				case d.NotCompared != "":
					s.not++
				case len(d.Differences) == 0:
					s.alike++
				default:
					s.different++
				}
			}
		}
		for _, r := range c.Runs {
			runs++
			judged("runs", r.Status)
		}
		for _, d := range c.Comparisons {
			judged("comparisons", d.Status)
		}
	}
	for _, l := range f.Live {
		judged("live pairs", l.Status)
	}
	for _, a := range f.Transitions {
		judged("transitions", a.Status)
	}
	for _, c := range f.Matrix.Causes {
		judged("root causes of the matrix", c.Status)
	}
	topics = slices.DeleteFunc(topics, func(s string) bool { return s == "all" })
	slices.Sort(topics)
	var rows [][]string
	for _, name := range append(topics, "all") {
		s := by[name]
		row := []string{name, number(s.cases)}
		for _, i := range f.IUTs {
			row = append(row, number(s.pass[i.Name]), number(s.fail[i.Name]))
			if by["all"].other[i.Name] > 0 {
				row = append(row, number(s.other[i.Name]))
			}
		}
		rows = append(rows, append(row, number(s.alike), number(s.different), number(s.not)))
	}
	same(t, "by topic", cells(p, "#topics"), rows)
	shown := is[[]string](p, "[...document.querySelectorAll('#statuses thead th')].slice(2).map(th => th.textContent)")
	for _, row := range cells(p, "#statuses") {
		all := 0
		for i, status := range shown {
			if want := number(statuses[row[0]][status]); row[2+i] != want {
				t.Errorf("%s, %s: %s, expected %s", row[0], status, row[2+i], want)
			}
			all += statuses[row[0]][status]
		}
		if row[1] != number(all) {
			t.Errorf("%s: %s, expected %d", row[0], row[1], all)
		}
		delete(statuses, row[0])
	}
	if len(statuses) > 0 {
		t.Errorf("no line for %v", statuses)
	}
	for id, n := range map[string]int{"runs": runs, "divergences-seen": len(f.Divergences), "reds": reds} {
		if got := is[string](p, "$("+literal(id)+").textContent"); got != number(n) {
			t.Errorf("%s: %s, expected %d", id, got, n)
		}
	}
	if got, want := is[string](p, "$('verdict').textContent"), "✓ As recorded"; reds == 0 && f.Complete && got != want {
		t.Errorf("the verdict is %q, expected %q", got, want)
	}
	for view, n := range map[string]int{"cases": len(f.Cases), "divergences": len(f.Divergences), "requirements": len(f.Requirements)} {
		p.to("#" + view)
		want(p, items, n)
		want(p, "document.querySelector('nav [aria-current] .n').textContent", number(n))
	}
}

// The requirements by RFC and level.
func coverage(t *testing.T, f *archive.File, open func(*testing.T, string) *tab) {
	p := open(t, "#requirements")
	type key struct{ rfc, level string }
	counts := map[key][]int{}
	for _, r := range f.Requirements {
		rfc, _, _ := strings.Cut(r.Clause, " §")
		for _, k := range []key{{rfc, r.Level}, {"all", ""}} {
			if counts[k] == nil {
				counts[k] = make([]int, 3+len(f.IUTs))
			}
			counts[k][0]++
			if r.Testable != "blackbox" && r.Testable != "api" {
				continue
			}
			counts[k][1]++
			if len(r.Shown) > 0 {
				counts[k][2]++
			}
			for i, iut := range f.IUTs {
				if slices.Contains(r.Passed, iut.Name) {
					counts[k][3+i]++
				}
			}
		}
	}
	rows := cells(p, "#coverage")
	if len(rows) != len(counts) {
		t.Errorf("%d lines, expected %d", len(rows), len(counts))
	}
	for _, row := range rows {
		want := row[:2:2]
		for _, n := range counts[key{row[0], row[1]}] {
			want = append(want, number(n))
		}
		same(t, "coverage", [][]string{row}, [][]string{want})
	}
}

func same(t *testing.T, what string, got, want [][]string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d lines, expected %d", what, len(got), len(want))
		return
	}
	for i := range got {
		if !slices.Equal(got[i], want[i]) {
			t.Errorf("%s: %q, expected %q", what, got[i], want[i])
		}
	}
}

// number of cases that are so.
func casesThat(f *archive.File, are func(*archive.Case) bool) (n int) {
	for i := range f.Cases {
		if are(&f.Cases[i]) {
			n++
		}
	}
	return n
}

func choose(p *tab, form, field, value string) {
	p.Helper()
	is[bool](p, fmt.Sprintf("(() => { const s = document.querySelector(%s).elements[%s]; s.value = %s; return s.dispatchEvent(new Event('input', { bubbles: true })); })()",
		literal("#view-"+form+" form"), literal(field), literal(value)))
}

func filter(t *testing.T, f *archive.File, open func(*testing.T, string) *tab) {
	p := open(t, "#cases")
	inReset := casesThat(f, func(c *archive.Case) bool { return topic(c.ID) == "reset" })
	failing := casesThat(f, func(c *archive.Case) bool {
		return topic(c.ID) == "reset" && slices.ContainsFunc(c.Runs, func(r archive.Run) bool { return r.IUT == "netstack" && r.Verdict == "fail" })
	})
	if inReset == 0 || failing == 0 || failing == inReset || inReset == len(f.Cases) {
		t.Fatalf("%d cases of reset, %d fail: nothing to filter", inReset, failing)
	}
	choose(p, "cases", "topic", "reset")
	want(p, items, inReset)
	choose(p, "cases", "iut", "netstack")
	want(p, items, inReset)
	choose(p, "cases", "verdict", "fail")
	want(p, items, failing)
	want(p, "location.hash", "#cases?topic=reset&iut=netstack&verdict=fail")
	choose(p, "cases", "iut", "ours")
	want(p, items, 0)
	p.do(chromedp.Click("#view-cases button[type=reset]"))
	want(p, items, len(f.Cases))
	for _, compared := range []string{"alike", "different", "not compared"} {
		choose(p, "cases", "compared", compared)
		want(p, items, casesThat(f, func(c *archive.Case) bool {
			return slices.ContainsFunc(c.Comparisons, func(d archive.Compared) bool {
				how := "alike"
				if d.NotCompared != "" {
					how = "not compared"
				} else if len(d.Differences) > 0 {
					how = "different"
				}
				return how == compared
			})
		}))
	}
	p.to("#cases?requirement=MUST-3")
	want(p, items, casesThat(f, func(c *archive.Case) bool { return slices.Contains(c.Requirements, "MUST-3") }))
	p.to("#divergences?class=latitude")
	n := 0
	for _, d := range f.Divergences {
		if d.Class == "latitude" {
			n++
		}
	}
	want(p, items, n)
	p.to("#requirements?rfc=RFC+5961&level=MUST")
	n = 0
	for _, r := range f.Requirements {
		if strings.HasPrefix(r.Clause, "RFC 5961 ") && r.Level == "MUST" {
			n++
		}
	}
	want(p, items, n)
}

// The search finds ids, titles, clauses and what stands in the script.
func search(t *testing.T, f *archive.File, open func(*testing.T, string) *tab) {
	p := open(t, "#cases")
	const one = "reset/rst-in-window-draws-challenge-ack"
	p.do(chromedp.SendKeys("#view-cases input[type=search]", "5961"))
	want(p, "location.hash", "#cases?q=5961")
	for _, text := range []string{one, "RFC 5961 §3.2", "1000:1000(0)", "challenge ack in the window but not"} {
		choose(p, "cases", "q", text)
		want(p, "[...document.querySelectorAll('#view-cases .item code')].some(c => c.textContent === "+literal(one)+")", true)
		if n := is[int](p, items); n == len(f.Cases) {
			t.Errorf("%q finds all cases", text)
		}
	}
	choose(p, "cases", "q", "no such words anywhere")
	want(p, items, 0)
}
