package regression

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/twinstack/twinstack/harness/archive"
	"github.com/twinstack/twinstack/harness/regress"
)

func diff(changes ...regress.Change) *regress.Diff {
	return &regress.Diff{Schema: regress.Schema, Old: regress.Extent{Cases: 3, Runs: 12, Complete: true}, New: regress.Extent{Cases: 3, Runs: 12, Complete: true},
		Versions: []regress.Version{{Of: "gVisor", Old: "v1", New: "v2"}, {Of: "ours", Old: "0.5.0", New: "0.5.0"}, {Of: "netstack", Old: "v1", New: "v2"}},
		Changes:  changes, Notes: []string{}}
}

func behaviour(name, iut, was, is string, families ...string) regress.Change {
	return regress.Change{Category: regress.Behaviour, Name: name, IUT: iut, Families: families, Status: "clean",
		Old: regress.Side{Line: 4, NS: 10000, Text: was}, New: regress.Side{Line: 4, NS: 10000, Text: is}}
}

func terminal(d *regress.Diff, all bool) string {
	var b strings.Builder
	Terminal(&b, d, all, false)
	return b.String()
}

func rendered(t *testing.T, render func(*bytes.Buffer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := render(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func html(t *testing.T, d *regress.Diff) string {
	t.Helper()
	return rendered(t, func(b *bytes.Buffer) error { return HTML(b, d) })
}

func markdownOf(t *testing.T, d *regress.Diff) string {
	t.Helper()
	return rendered(t, func(b *bytes.Buffer) error { return Markdown(b, d) })
}

// The whole of a small one.
func TestTerminal(t *testing.T) {
	t.Parallel()
	fails := regress.Change{Category: regress.NewlyFailing, Name: "reset/z", IUT: "netstack", Families: []string{"ipv6"}, Worse: true, Scripted: true,
		Was: "reset/y", Clauses: []string{"RFC 9293 §3.5"}, Status: "not recorded", Old: regress.Side{Text: "pass"},
		New: regress.Side{Line: 18, Text: "expected x, got y (z)"}, First: &regress.Pair{Old: regress.Side{Line: 17, Text: "a"}, New: regress.Side{Line: 17, Text: "b"}}}
	d := diff(fails,
		behaviour("api/a", "netstack", "> S. 0:0(0) win 1 <mss 1460>", "> S. 0:0(0) win 2 <mss 1460>", "ipv4"),
		behaviour("api/a", "netstack", "> S. 0:0(0) win 1 <mss 1440>", "> S. 0:0(0) win 2 <mss 1440>", "ipv6"),
		behaviour("api/b", "netstack", "> S. 9:9(0) win 1", "> S. 9:9(0) win 2", "ipv4", "ipv6"),
		regress.Change{Category: regress.Added, Name: "api/c", New: regress.Side{Text: "ours pass, netstack fail"}})
	want := `gVisor v1 → v2, netstack v1 → v2
3 cases, 12 runs in both
                                       netstack  all
                        newly failing         1    1
  behaviour changed, though both pass         2    2
                          cases added         0    1
newly failing: 1
  reset/z:18 (ipv6)  netstack, not recorded, script changed, RFC 9293 §3.5
      renamed, was reset/y
      was: pass
      now: line 18: expected x, got y (z)
behaviour changed, though both pass: 2
  api/a:4, api/b:4  netstack
      was: 0.000010 s: > S. 0:0(0) win 1 <mss 1460>
      now: 0.000010 s: > S. 0:0(0) win 2 <mss 1460>
      in all of them: win 1 → win 2
cases added: 1
  api/c
      was: nothing
      now: ours pass, netstack fail
4 changes, 1 for the worse
`
	if got := terminal(d, false); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := terminal(d, true); !strings.Contains(got, "first event, now: line 17: b\n") {
		t.Errorf("no first event in all of it:\n%s", got)
	}
}

// What many cases have is one entry, which says what they have in common.
func TestGroups(t *testing.T) {
	t.Parallel()
	late := func(c regress.Change, ns int64) regress.Change { c.New.NS += ns; return c }
	ruled := func(c regress.Change, clause string) regress.Change { c.Clauses = []string{clause}; return c }
	for name, test := range map[string]struct {
		changes []regress.Change
		want    []string // parts of the text
	}{
		"the same": {[]regress.Change{behaviour("a", "ours", "> R", "nothing"), behaviour("b", "ours", "> R", "nothing")}, []string{"  a:4, b:4  ours\n      was: 0.000010 s: > R\n      now: 0.000010 s: nothing\n1"}},
		"later":    {[]regress.Change{late(behaviour("a", "ours", "> R", "> R"), 1e9), late(behaviour("b", "ours", "> S", "> S"), 1e9)}, []string{"a:4, b:4  ours", "in all of them: 1.000000 s later"}},
		"not as late": {[]regress.Change{late(behaviour("a", "ours", "> R", "> R"), 1e9), late(behaviour("b", "ours", "> S", "> S"), 2e9)},
			[]string{"  a:4  ours", "  b:4  ours"}},
		"another stack": {[]regress.Change{behaviour("a", "ours", "> R", "nothing"), behaviour("b", "netstack", "> R", "nothing")}, []string{"  a:4  ours", "  b:4  netstack"}},
		"clauses":       {[]regress.Change{ruled(behaviour("a", "ours", "> R", "nothing"), "§1"), ruled(behaviour("b", "ours", "> R", "nothing"), "§2")}, []string{"a:4, b:4  ours, §1, §2\n"}},
		"many clauses": {[]regress.Change{ruled(behaviour("a", "ours", "> R", "nothing"), "§1"), ruled(behaviour("b", "ours", "> R", "nothing"), "§2"),
			ruled(behaviour("c", "ours", "> R", "nothing"), "§3"), ruled(behaviour("d", "ours", "> R", "nothing"), "§4")}, []string{"a:4, b:4, c:4 and 1 more  ours, 4 clauses\n"}},
	} {
		text := strings.ReplaceAll(terminal(diff(test.changes...), false), "\n2 changes", "\n1")
		for _, want := range test.want {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %q in\n%s", name, want, text)
			}
		}
	}
}

func TestNothing(t *testing.T) {
	t.Parallel()
	d := diff()
	d.Versions = d.Versions[1:2]
	if got, want := terminal(d, false), "same versions: ours 0.5.0\n3 cases, 12 runs in both\nnothing changed\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := markdownOf(t, d), "### twinstack: nothing changed\n\n- same versions of all\n- 3 cases, 12 runs in both\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := html(t, d); !strings.Contains(got, "nothing changed") || strings.Contains(got, "<section") {
		t.Errorf("got %s", got)
	}
}

// What scripts and stacks wrote is text everywhere.
func TestHostile(t *testing.T) {
	t.Parallel()
	const evil = "</code><script>alert(1)</script>\"'&<img src=x onerror=y>\x1b[31m```` ` | @all\n```\n# head"
	c := behaviour(evil, evil, evil, evil+" 2", evil)
	c.Category, c.Worse, c.With, c.Was, c.Status, c.Rows, c.Clauses = regress.NewlyFailing, true, evil, evil, evil, []string{evil}, []string{evil}
	c.Old.Source, c.New.Source, c.First = evil, evil, &regress.Pair{Old: c.Old, New: c.New}
	d := diff(c)
	d.Versions = append(d.Versions, regress.Version{Of: evil, Old: evil, New: evil + "2"})
	d.Notes = []string{evil}
	d.Timing(&archive.RunInfo{OS: evil, Runs: []archive.RunTime{{Case: evil, IUT: evil, Family: evil, WallNS: 1e9}}},
		&archive.RunInfo{Runs: []archive.RunTime{{Case: evil, IUT: evil, Family: evil, WallNS: 3e9}}})

	page := html(t, d)
	for _, markup := range []string{"<script", "<img", "</code><s"} {
		if strings.Contains(page, markup) {
			t.Errorf("%q in the page", markup)
		}
	}
	if n := strings.Count(page, "&lt;script&gt;"); n < 10 {
		t.Errorf("the text stands in the page %d times, expected it wherever it belongs", n)
	}
	if text := terminal(d, true); strings.Contains(text, "\x1b") {
		t.Errorf("an escape sequence in %q", text)
	}
	// Outside of code, in blocks and in spans, nothing of it is left.
	text := regexp.MustCompile("(?s)\n(`{3,})diff\n.*?\n`{3,}\n").ReplaceAllStringFunc(markdownOf(t, d), func(block string) string {
		fence := regexp.MustCompile("^\n(`+)").FindStringSubmatch(block)[1]
		if !strings.HasSuffix(block, "\n"+fence+"\n") || strings.Count(block, fence) != 2 {
			t.Errorf("the fence of a block is not longer than what is in it: %q", block)
		}
		return ""
	})
	if text = withoutSpans(text); strings.Contains(text, "script>") || strings.Contains(text, "@all") || strings.Contains(text, "# head\n") {
		t.Errorf("outside of code: %s", text)
	}
}

// withoutSpans takes the code spans out of a text, as CommonMark §6.1 has them: from a run of backticks to the next as long.
func withoutSpans(text string) string {
	run := regexp.MustCompile("`+")
	var out strings.Builder
	for {
		open := run.FindStringIndex(text)
		if open == nil {
			return out.String() + text
		}
		out.WriteString(text[:open[0]])
		fence, rest := text[open[0]:open[1]], text[open[1]:]
		text = rest
		for _, end := range run.FindAllStringIndex(rest, -1) {
			if rest[end[0]:end[1]] == fence {
				text = rest[end[1]:]
				break
			}
		}
	}
}

// However much changed, the Markdown fits, is whole, and counts what it leaves out.
func TestMarkdownFits(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 50, 2000} {
		var changes []regress.Change
		for i := range n {
			c := behaviour(fmt.Sprintf("api/%s%d", strings.Repeat("é", 200), i), "netstack", fmt.Sprint("> ", i, strings.Repeat(" ü", 900)), fmt.Sprint("< ", i))
			c.Category = []regress.Category{regress.NewlyFailing, regress.Behaviour, regress.Matrix}[i%3]
			changes = append(changes, c)
		}
		text := markdownOf(t, diff(changes...))
		if len(text) > MarkdownLimit {
			t.Errorf("%d changes: %d octets, expected at most %d", n, len(text), MarkdownLimit)
		}
		if open, closed := strings.Count(text, "<details"), strings.Count(text, "</details>"); open != closed || open == 0 {
			t.Errorf("%d changes: %d folds and %d ends", n, open, closed)
		}
		left := 0
		if m := regexp.MustCompile(`(\d+) more entries did not fit`).FindStringSubmatch(text); m != nil {
			fmt.Sscan(m[1], &left)
		}
		if told := strings.Count(text, "```diff"); told+left != n || told == 0 || left == 0 && n == 2000 {
			t.Errorf("%d changes: %d told and %d left out", n, told, left)
		}
	}
}

// The terminal leaves out what does not fit a screen, and says so.
func TestTerminalFits(t *testing.T) {
	t.Parallel()
	var changes []regress.Change
	for i := range 100 {
		changes = append(changes, behaviour(fmt.Sprint("api/", i), "netstack", fmt.Sprint("> ", i), "nothing"))
	}
	text := terminal(diff(changes...), false)
	if lines := strings.Count(text, "\n"); lines > 24 || !strings.Contains(text, "and 97 more entries (--all shows them)") {
		t.Errorf("%d lines:\n%s", lines, text)
	}
	if text := terminal(diff(changes...), true); strings.Contains(text, "more") || !strings.Contains(text, "api/99") {
		t.Errorf("not all of it:\n%s", text)
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	d := diff(behaviour("a", "ours", "> S <mss 1>", "> R", "ipv4"))
	text := rendered(t, func(b *bytes.Buffer) error { return JSON(b, d) })
	var back regress.Diff
	if err := json.Unmarshal([]byte(text), &back); err != nil || !reflect.DeepEqual(*d, back) {
		t.Errorf("%v: read back %+v, want %+v", err, back, *d)
	}
	if !strings.Contains(text, `"> S <mss 1>"`) {
		t.Errorf("< and > are not as they are: %s", text)
	}
}

// The page fetches nothing and runs nothing.
func TestPageIsAlone(t *testing.T) {
	t.Parallel()
	page := html(t, diff(behaviour("a", "ours", "b", "c")))
	if m := regexp.MustCompile(`(?i)<(script|link|img|iframe|object)|(src|href)="[^#]|url\(|@import`).FindString(page); m != "" {
		t.Errorf("%q in the page", m)
	}
	if !strings.Contains(page, `content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;"`) {
		t.Errorf("no policy in the page: %s", page[:400])
	}
	ids := map[string]bool{}
	for _, m := range regexp.MustCompile(`id="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if ids[m[1]] {
			t.Errorf("id %q a second time", m[1])
		}
		ids[m[1]] = true
	}
	for _, m := range regexp.MustCompile(`href="#([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if id, err := url.PathUnescape(m[1]); err != nil || !ids[id] {
			t.Errorf("a link to %q, which is not there", m[1])
		}
	}
}
