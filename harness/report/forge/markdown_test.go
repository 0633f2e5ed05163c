package forge

import (
	"strings"
	"testing"

	"github.com/twinstack/twinstack/harness/archive"
)

func page(t *testing.T, f *archive.File) string {
	t.Helper()
	var b strings.Builder
	if err := Markdown(&b, f); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestMarkdown(t *testing.T) {
	t.Parallel()
	const want = "## twinstack: 7 things are not as recorded\n" + `
2 cases, 6 runs and 3 comparisons on ` + "`ours` 0.5.0 and `netstack`" + ` v0.0.0-1; 2 rows of the ledger seen.

### Not as recorded

| case | on | status | clause | on record | now |
| --- | --- | --- | --- | --- | --- |
` +
		"| `reset/b` | netstack over ipv4, ipv6 | new | RFC 5961 §3.2, RFC 9293 §3.10.7.4 | `pass` | `line 18: expected +0 > . 1:1(0) ack 1 <mss 1460>, got nothing` |\n" +
		"| `transition/listen-syn-sent-send` | netstack | new | RFC 9293 §3.10.1 | `taken` | `handshake/turns, line 14: stays in LISTEN` |\n" +
		"| `matrix: other.1: nothing instead of ACK!, in CLOSING` | ours | new | RFC 9293 §3.10.7.4 | `no such mistake` | `2 cases; closing/ipv4/S: expected ACK, got nothing` |\n" +
		"| `matrix: other.2: RST` | ours | vanished | RFC 9293 §3.5.2 | `some case shows it` | `no case shows it` |\n" +
		"| `ledger: close/z` | netstack | removed | RFC 9293 §3.5.2 | `close/a, line 4: x` | `no such case` |\n" +
		"| `ledger` | netstack | to be filled in |  | `nothing` | `class is TODO` |\n" +
		"| `close/a` | ours and netstack over ipv4 | changed | RFC 9293 §3.5.2 | `after line 9: a\\|b` | `` after line 7: `x` ``<br>`after line 8: y` |\n" + `
report.html, kept beside results.json, draws each with both stacks side by side.

### Cases by topic

| topic | cases | ours pass | fail | other | netstack pass | fail | other | alike | different | not compared |
| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |
| close | 1 | 1 | 0 | 0 | 0 | 0 | 1 | 0 | 1 | 0 |
| reset | 1 | 2 | 0 | 0 | 0 | 2 | 0 | 1 | 0 | 1 |
| all | 2 | 3 | 0 | 0 | 0 | 2 | 1 | 1 | 1 | 1 |

### Every case of states and events (reduced)

- ` + "`ours`" + `: 9 cases: 2 fail, 7 pass; 1 root causes

### Root causes by class

| class | root causes | cases | of the matrix |
| --- | --: | --: | --: |
| netstack-defect | 2 | 2 | 5 |
| not classified | 1 | 1 | 0 |

<details><summary>each root cause</summary>

| clause | class | row | cases |
| --- | --- | --- | --- |
` + "| RFC 9293 §3.5.2 | netstack-defect | `row-1` | 2 |\n| RFC 9293 §3.5 | netstack-defect | `row-2` | 1 |\n" +
		"| RFC 5961 §3.2 | not classified | `unrecorded: x` | 1 |\n" + `
</details>

### Requirements

| level | rows | testable | shown | passed by ours | passed by netstack |
| --- | --: | --: | --: | --: | --: |
| MUST | 2 | 1 | 1 | 1 | 0 |
| SHOULD | 1 | 1 | 0 | 1 | 1 |
| all | 3 | 2 | 1 | 2 | 1 |
`
	if got := page(t, sample()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestMarkdownSaysHowItStands(t *testing.T) {
	t.Parallel()
	part := greened()
	part.Complete, part.Planned = false, 100
	for name, test := range map[string]struct {
		file *archive.File
		want []string
		not  string
	}{
		"all as recorded": {greened(), []string{"## twinstack: all is as recorded\n"}, "Not as recorded"},
		"one finding":     {many(1), []string{"## twinstack: one thing is not as recorded\n", "`topic-0/case`"}, "more"},
		"a part":          {part, []string{"## twinstack: as far as it ran, as recorded\n", "**Not the whole suite:** 6 of 100 runs.\n"}, "Not as recorded"},
	} {
		got := page(t, test.file)
		for _, want := range test.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: no %q in\n%s", name, want, got)
			}
		}
		if strings.Contains(got, test.not) {
			t.Errorf("%s: %q in\n%s", name, test.not, got)
		}
	}
}

// However much is wrong, the page fits a comment, and what does not fit is counted.
func TestMarkdownFits(t *testing.T) {
	t.Parallel()
	f := many(5000)
	for i := range f.Cases {
		for j := range f.Cases[i].Runs {
			f.Cases[i].Runs[j].Now = append(f.Cases[i].Runs[j].Now, strings.Repeat("x", 2000))
		}
	}
	for range 500 {
		f.Divergences = append(f.Divergences, f.Divergences...)[:min(4000, 2*len(f.Divergences))]
	}
	got := page(t, f)
	if len(got) > 60_000 {
		t.Errorf("%d octets, expected 60,000 at most", len(got))
	}
	shown := strings.Count(got, "| new |")
	if shown < 20 || !strings.Contains(got, "… and "+itoa(5000-shown)+" more: results.json has them all.") {
		t.Errorf("%d findings shown, and the rest not counted", shown)
	}
}

// Texts that a stack or a script writes are no Markdown, no HTML and no column of a table.
func TestMarkdownEscapes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ got, want string }{
		{plain("a|b <b> & *c* _d_ @e #1 [f] `g` \\"), "a\\|b &lt;b&gt; &amp; \\*c\\* \\_d\\_ &#64;e &#35;1 \\[f\\] \\`g\\` \\\\"},
		{code("a|b <b>"), "`a\\|b <b>`"},
		{code("a `b` ``c"), "``` a `b` ``c ```"},
		{code("a\n\tb"), "`a b`"},
		{code(""), ""},
		{codes([]string{"a", "b", "c", "d", "e"}), "`a`<br>`b`<br>`c`<br>`d`<br>`e`"},
		{codes([]string{"a", "b", "c", "d", "e", "f"}), "`a`<br>`b`<br>`c`<br>`d`<br>… and 2 more"},
		{code(strings.Repeat("ä", 401)), "`" + strings.Repeat("ä", 400) + "…`"},
	} {
		if test.got != test.want {
			t.Errorf("got %s, want %s", test.got, test.want)
		}
	}
}
